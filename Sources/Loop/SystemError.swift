internal import CSystem

/// A system call that failed: which one, on what, and the errno.
public struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What was tried, as a verb phrase in the infinitive: `watch`, `start a thread`.
  public let operation: String
  /// What it was tried on, a path or a number; empty where there is nothing to name.
  public let subject: String
  /// The errno, positive.
  public let code: Int32

  public init(_ operation: String, _ subject: String = "", code: Int32) {
    self.operation = operation
    self.subject = subject
    self.code = code
  }

  public var description: String {
    let what = subject.isEmpty ? operation : "\(operation) \(subject)"
    return "cannot \(what): \(SystemError.text(of: code))"
  }

  /// What an errno means, with its symbol: `Address already in use (EADDRINUSE)`.
  public static func text(of code: Int32) -> String {
    "\(String(cString: csystem_error_text(code))) (\(String(cString: csystem_error_name(code))))"
  }
}

/// A socket that could not be made, bound, listened on or connected: the address and the errno.
public struct SocketError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Operation: String, Sendable {
    case create = "make a socket for"
    case configure = "set up the socket of"
    case bind = "bind"
    case listen = "listen on"
    case connect = "connect to"
    case readAddress = "read the address of"
  }

  public let operation: Operation
  /// The address as it would be written in a configuration.
  public let address: String
  /// The errno, positive.
  public let code: Int32

  public init(_ operation: Operation, address: String, code: Int32) {
    self.operation = operation
    self.address = address
    self.code = code
  }

  public var description: String {
    "cannot \(operation.rawValue) \(address): \(SystemError.text(of: code))"
  }
}
