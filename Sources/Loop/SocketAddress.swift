internal import Glibc

/// Where to listen or whom to connect to: an IP address and a port, or the path of a Unix socket.
///
/// Host names are not looked up, `localhost` excepted, which is this machine by definition (RFC
/// 6761 section 6.3).
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
  /// The address in numbers; `.unix` where `path` says the rest.
  public var endpoint: Endpoint
  /// The path of a Unix socket, at most 107 bytes and without NUL; empty for the others.
  public let path: String

  public init(_ endpoint: Endpoint) {
    self.endpoint = endpoint
    path = ""
  }

  /// A Unix socket; nil where the path is empty, too long or has a NUL.
  public init?(unix path: String) {
    guard (1...SocketAddress.pathBytesMax).contains(path.utf8.count), !path.utf8.contains(0) else {
      return nil
    }
    endpoint = .unix
    self.path = path
  }

  /// What the kernel can hold, less the NUL at the end.
  public static let pathBytesMax = 107

  public var port: UInt16 { endpoint.port }
  public var isLoopback: Bool { endpoint.isLoopback }
  public var description: String {
    endpoint.family == .unix ? "unix:\(path)" : endpoint.description
  }

  /// Why a text is no address to listen on.
  public enum ParseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No `:PORT` at the end.
    case missingPort
    /// Something else than 0...65535 after the colon.
    case badPort(String)
    /// An IPv6 address without brackets.
    case missingBrackets
    /// Neither an IP address nor `localhost`.
    case badHost(String)
    /// A Unix path that is empty, longer than 107 bytes or has a NUL.
    case badPath

    public var description: String {
      switch self {
      case .missingPort:
        "the port is missing: write 127.0.0.1:8080, [::1]:8080, :8080 or unix:/path"
      case .badPort(let text): "“\(text)” is no port: it is a number from 0 to 65535"
      case .missingBrackets: "an IPv6 address stands in brackets: [::1]:8080"
      case .badHost(let text):
        "“\(text)” is no IP address; of names only localhost is known here"
      case .badPath:
        "the path of a Unix socket has 1 to \(SocketAddress.pathBytesMax) bytes and no NUL"
      }
    }
  }

  /// Reads `127.0.0.1:8080`, `[::1]:8080` or `unix:/path`, which are one address, or `:8080` (every
  /// address of the machine) or `localhost:8080`, which are two, IPv4 first. With port 0 the two
  /// get different ports.
  public static func parse(_ text: String) throws(ParseError) -> [SocketAddress] {
    if text.hasPrefix("unix:") {
      guard let address = SocketAddress(unix: String(text.dropFirst(5))) else { throw .badPath }
      return [address]
    }
    guard let colon = text.lastIndex(of: ":") else { throw .missingPort }
    let host = text[..<colon]
    if text.hasSuffix("]") { throw .missingPort }
    let port = try parsePort(text[text.index(after: colon)...])
    if host.isEmpty {
      return [
        SocketAddress(.ipv4(0, port: port)),
        SocketAddress(.ipv6(high: 0, low: 0, port: port)),
      ]
    }
    if host.lowercased() == "localhost" {
      return [
        SocketAddress(.ipv4(0x7F00_0001, port: port)),
        SocketAddress(.ipv6(high: 0, low: 1, port: port)),
      ]
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      guard let endpoint = parseIPv6(String(host.dropFirst().dropLast()), port: port) else {
        throw .badHost(String(host))
      }
      return [SocketAddress(endpoint)]
    }
    if host.contains(":") { throw .missingBrackets }
    guard let endpoint = parseIPv4(String(host), port: port) else { throw .badHost(String(host)) }
    return [SocketAddress(endpoint)]
  }

  private static func parsePort(_ text: Substring) throws(ParseError) -> UInt16 {
    let digits = text.utf8
    guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = UInt16(text)
    else { throw text.isEmpty ? .missingPort : .badPort(String(text)) }
    return port
  }

  static func parseIPv4(_ text: String, port: UInt16) -> Endpoint? {
    var address = in_addr()
    guard inet_pton(AF_INET, text, &address) == 1 else { return nil }
    return .ipv4(UInt32(bigEndian: address.s_addr), port: port)
  }

  static func parseIPv6(_ text: String, port: UInt16) -> Endpoint? {
    var zone: UInt32 = 0
    var digits = text
    if let percent = text.firstIndex(of: "%") {
      let name = String(text[text.index(after: percent)...])
      zone = UInt32(name) ?? if_nametoindex(name)
      if zone == 0 { return nil }
      digits = String(text[..<percent])
    }
    var address = in6_addr()
    guard inet_pton(AF_INET6, digits, &address) == 1 else { return nil }
    return withUnsafeBytes(of: &address) { bytes in
      .ipv6(
        high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
        low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
        port: port, zone: zone)
    }
  }

  var familyNumber: Int32 {
    switch endpoint.family {
    case .ipv4: AF_INET
    case .ipv6: AF_INET6
    case .unix: AF_UNIX
    }
  }

  /// Lends the address in the shape that the kernel takes.
  func withSocketAddress<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
  ) rethrows -> Result {
    var storage = sockaddr_storage()
    let length = withUnsafeMutableBytes(of: &storage) { fill($0) }
    return try withUnsafePointer(to: &storage) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body($0, length) }
    }
  }

  private func fill(_ bytes: UnsafeMutableRawBufferPointer) -> socklen_t {
    bytes.storeBytes(of: sa_family_t(familyNumber), as: sa_family_t.self)
    switch endpoint.family {
    case .ipv4:
      bytes.storeBytes(of: endpoint.port.bigEndian, toByteOffset: 2, as: UInt16.self)
      let address = UInt32(truncatingIfNeeded: endpoint.low)
      bytes.storeBytes(of: address.bigEndian, toByteOffset: 4, as: UInt32.self)
      return socklen_t(MemoryLayout<sockaddr_in>.size)
    case .ipv6:
      bytes.storeBytes(of: endpoint.port.bigEndian, toByteOffset: 2, as: UInt16.self)
      bytes.storeBytes(of: endpoint.high.bigEndian, toByteOffset: 8, as: UInt64.self)
      bytes.storeBytes(of: endpoint.low.bigEndian, toByteOffset: 16, as: UInt64.self)
      bytes.storeBytes(of: endpoint.zone, toByteOffset: 24, as: UInt32.self)
      return socklen_t(MemoryLayout<sockaddr_in6>.size)
    case .unix:
      var at = 2
      for byte in path.utf8 {
        bytes[at] = byte
        at += 1
      }
      return socklen_t(at + 1)  // with the NUL, which is there already
    }
  }
}
