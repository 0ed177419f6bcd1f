internal import Glibc
internal import Loop

/// Sockets that were open before the process began: handed on by the server that this one replaces, or opened by systemd.
///
/// Taken from the environment once, at the start, and gone from it then: programs that this one starts inherit nothing.
public final class Inheritance: Sendable {
  struct Passed: Sendable {
    /// What the settings call it: `127.0.0.1:8080`, `unix:/run/x.sock` or `systemd:http`.
    let name: String
    let listener: Listener
  }

  let passed: [Passed]
  /// The flight recorder's file, open and locked; -1: none.
  let recorder: Int32
  /// Where the server that is replaced waits to be told; -1: there is none.
  private let line: Int32
  /// Sentences for the operator.
  public let notes: [String]

  static let variable = "STATUSLINE_UPGRADE"

  /// Whether this process takes over from another one.
  var isUpgrade: Bool { line >= 0 }

  private init(_ passed: [Passed], recorder: Int32, line: Int32, notes: [String]) {
    self.passed = passed
    self.recorder = recorder
    self.line = line
    self.notes = notes
  }

  /// What was passed; nil where nothing was. Call it once, before there are threads.
  public static func take() -> Inheritance? {
    if let text = getenv(variable).map({ String(cString: $0) }) {
      unsetenv(variable)
      return fromServer(text)
    }
    return fromSystemd()
  }

  // MARK: From the server that is replaced

  /// `line 3`, `recorder 4`, `listen 5 127.0.0.1:8080`, a line each.
  static func text(line: Int32, recorder: Int32, listeners: [(Int32, String)]) -> String {
    var lines = ["line \(line)"]
    if recorder >= 0 { lines.append("recorder \(recorder)") }
    lines += listeners.map { "listen \($0.0) \($0.1)" }
    return lines.joined(separator: "\n")
  }

  private static func fromServer(_ text: String) -> Inheritance {
    var passed: [Passed] = []
    var notes: [String] = []
    var line: Int32 = -1
    var recorder: Int32 = -1
    for row in text.split(separator: "\n") {
      let words = row.split(separator: " ", maxSplits: 2).map(String.init)
      guard words.count > 1, let descriptor = Int32(words[1]), descriptor > 2 else { continue }
      switch words[0] {
      case "line": line = own(descriptor)
      case "recorder": recorder = own(descriptor)
      case "listen" where words.count == 3:
        do throws(SocketError) {
          passed.append(Passed(name: words[2], listener: try Listener(adopting: descriptor)))
        } catch {
          notes.append("a socket that was handed on is of no use: \(error)")
        }
      default: continue
      }
    }
    return Inheritance(passed, recorder: recorder, line: line, notes: notes)
  }

  private static func own(_ descriptor: Int32) -> Int32 {
    fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 ? descriptor : -1
  }

  // MARK: From systemd: sd_listen_fds(3)

  private static func fromSystemd() -> Inheritance? {
    func value(_ name: String) -> String? {
      defer { unsetenv(name) }
      return getenv(name).map { String(cString: $0) }
    }
    let process = value("LISTEN_PID")
    let count = value("LISTEN_FDS")
    let names = value("LISTEN_FDNAMES")
    guard process.flatMap({ pid_t($0) }) == getpid(), let count = count.flatMap({ Int32($0) }),
      (1...1024).contains(count)
    else { return nil }
    let given = names?.split(separator: ":", omittingEmptySubsequences: false) ?? []
    var passed: [Passed] = []
    var notes: [String] = []
    for index in 0..<count {
      let name = Int(index) < given.count ? String(given[Int(index)]) : "unknown"
      do throws(SocketError) {
        // Its file, where it has one, is systemd's to remove
        let listener = try Listener(adopting: 3 + index)
        listener.disown()
        passed.append(Passed(name: systemdPrefix + name, listener: listener))
      } catch {
        notes.append("the socket \(name) that systemd passed is of no use: \(error)")
      }
    }
    return Inheritance(passed, recorder: -1, line: -1, notes: notes)
  }

  static let systemdPrefix = "systemd:"

  /// The sockets that stand for an address of the settings. One that systemd passed is found by its name and by where it listens.
  func listeners(for name: String, _ address: SocketAddress?) -> [Listener] {
    passed.filter { passed in
      passed.name == name
        || passed.name.hasPrefix(Inheritance.systemdPrefix) && passed.listener.address == address
    }
    .map(\.listener)
  }

  // MARK: Taking over

  /// Says that everything is open, and waits until the other server has let go of what only one of the two can have.
  func settle() throws(ServeError) {
    guard line >= 0 else { return }
    guard say("ready"), Handover.read(line, milliseconds: 60_000) == "go" else {
      throw ServeError("the server that is to be replaced is gone, or goes on itself")
    }
  }

  /// Requests are answered here: the other server takes no more of them.
  public func serving() {
    guard line >= 0 else { return }
    _ = say("serving")
    close(line)
  }

  /// This process ends without having served.
  public func failed(_ reason: String) {
    if line >= 0 { _ = say("failed " + reason) }
  }

  private func say(_ text: String) -> Bool { Handover.write(line, text) }
}

/// The words between a server and the one that replaces it: texts that end in a zero, over a pair of sockets.
enum Handover {
  /// The next text; nil at the end, at an error and where none comes in time.
  static func read(_ descriptor: Int32, milliseconds: Int32) -> String? {
    var bytes: [UInt8] = []
    while bytes.count < 64 << 10 {
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&entry, 1, milliseconds)
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { return nil }
      var byte: UInt8 = 0
      let count = Glibc.read(descriptor, &byte, 1)
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count == 1 else { return nil }
      if byte == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
    return nil
  }

  static func write(_ descriptor: Int32, _ text: String) -> Bool {
    var rest = (Array(text.utf8.prefix(60 << 10)) + [0])[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
