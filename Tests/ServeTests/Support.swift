import Config
import Glibc
import Loop
import Serve

struct Trouble: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// A folder that is gone when nobody holds it any more.
final class TemporaryFolder: Sendable {
  private let folder: Loop.TemporaryFolder
  var path: String { folder.path }

  init() throws { folder = try Loop.TemporaryFolder(for: "test") }

  /// Makes or replaces a file; folders on the way are made.
  func write(_ name: String, _ content: String) throws { try folder.write(name, content) }

  func write(_ name: [UInt8], _ content: [UInt8]) throws { try folder.write(name, content) }

  func read(_ name: String) -> [UInt8] {
    let descriptor = open(path + "/" + name, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(descriptor, &room, room.count)
      if count <= 0 { return bytes }
      bytes += room[..<count]
    }
  }
}

/// A server of a temporary folder: `site` is served, `state` is its own.
final class TestServer: Sendable {
  let folder: TemporaryFolder
  let server: Server

  /// `config` may hold `$ROOT` and `$STATE`; without it the folder `site` is served. The journal is off where it says nothing.
  init(
    _ config: String = "sites:\n  - rules:\n      - path: /\n        files: $ROOT\n",
    in folder: TemporaryFolder, listen: [String] = ["127.0.0.1:0"],
    clock: any LoopClock = SystemClock()
  ) throws {
    self.folder = folder
    for name in ["site", "state"] { mkdir(folder.path + "/" + name, 0o755) }
    var text = config.replacing("$ROOT", with: folder.path + "/site")
    text = text.replacing("$STATE", with: folder.path + "/state")
    if !text.hasSuffix("\n") { text += "\n" }
    if !text.contains("journal:") { text += "journal:\n  format: off\n" }
    let settings = try Settings.parse(
      bytes: Array(text.utf8), name: "test.yaml", folder: folder.path,
      overrides: Overrides(listen: listen, state: folder.path + "/state"))
    server = try Server.start(settings, clock: clock)
  }

  var port: UInt16 { server.addresses.first?.port ?? 0 }

  func connect() throws -> Connection { try Connection(to: server.addresses[0]) }

  /// One request on a connection of its own.
  func get(_ target: String, _ fields: String...) throws -> Reply {
    let connection = try connect()
    try connection.send(
      "GET \(target) HTTP/1.1\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n")
    return try connection.reply()
  }
}

/// An answer as it came.
struct Reply: Equatable {
  var status: Int
  var fields: [String: String]
  var head: String
  var content: [UInt8]
  var text: String { String(decoding: content, as: UTF8.self) }
  subscript(name: String) -> String? { fields[name] }
}

/// A client's connection that sends what it is given. Waits for events and never for time; ten seconds say that something is wrong.
final class Connection {
  let descriptor: Int32
  private var input: [UInt8] = []
  private var hasEnded = false

  init(to address: SocketAddress) throws {
    descriptor = try Socket.connect(to: address)
    guard waits(POLLOUT), Socket.pendingError(descriptor) == 0 else {
      throw Trouble("cannot connect to \(address)")
    }
  }

  deinit { close(descriptor) }

  private func waits(_ events: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return poll(&entry, 1, 10_000) > 0
  }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let moved = rest.withUnsafeBytes { raw -> Transfer in
        raw.baseAddress.map { Socket.send(descriptor, from: $0, count: raw.count) } ?? .end
      }
      switch moved {
      case .bytes(let count): rest = rest.dropFirst(count)
      case .wouldBlock: guard waits(POLLOUT) else { throw Trouble("the server does not read") }
      case .end, .failed: throw Trouble("the server has gone")
      }
    }
    if bytes.count < 4096 { arrive() }
  }

  /// Waits until what was sent is at the server's side, as a busy machine takes its time for; not for ever, because a server that does
  /// not read leaves it here.
  private func arrive() {
    for _ in 0..<2000 where unacknowledged > 0 {
      var entry = pollfd(fd: descriptor, events: 0, revents: 0)
      if poll(&entry, 1, 1) > 0 { return }
    }
  }

  /// Sends no more, and waits until the server's side knows.
  func leave() {
    Socket.shutdownWrite(descriptor)
    arrive()
  }

  /// SIOCOUTQ of tcp(7).
  private var unacknowledged: Int32 {
    var count: Int32 = 0
    return ioctl(descriptor, 0x5411, &count) == 0 ? count : 0
  }

  /// Takes one more piece; false at the end.
  private func receive() throws -> Bool {
    if hasEnded { return false }
    var room = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      switch Socket.receive(descriptor, into: &room, count: room.count) {
      case .bytes(let count):
        input += room[..<count]
        return true
      case .wouldBlock: guard waits(POLLIN) else { throw Trouble("nothing comes") }
      case .end, .failed:
        hasEnded = true
        return false
      }
    }
  }

  /// The next answer's head, as text with its empty line.
  func head() throws -> String {
    while true {
      let text = String(decoding: input, as: UTF8.self)
      if let end = text.firstRange(of: "\r\n\r\n") {
        let head = text[..<end.upperBound]
        input.removeFirst(head.utf8.count)
        return String(head)
      }
      guard try receive() else { throw Trouble("the connection ended before a head") }
    }
  }

  /// The next answer, to a request with this method.
  func reply(to method: String = "GET") throws -> Reply {
    let head = try head()
    let lines = head.split(separator: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { throw Trouble("no status line: \(head)") }
    var reply = Reply(status: status, fields: [:], head: head, content: [])
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      reply.fields[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].dropFirst()) : ""
    }
    if method != "HEAD", status != 304, status != 204, status >= 200 {
      reply.content = try content(Int(reply["content-length"] ?? "0") ?? 0)
    }
    return reply
  }

  func content(_ count: Int) throws -> [UInt8] {
    while input.count < count {
      guard try receive() else { throw Trouble("\(count - input.count) bytes are missing") }
    }
    defer { input.removeFirst(count) }
    return Array(input[..<count])
  }

  /// Whether the server closes without another byte.
  func endsNow() throws -> Bool {
    if !input.isEmpty { return false }
    return try !receive()
  }
}

/// A program that ran to its end.
struct Ran {
  var status: Int32
  var output: String
}

/// Runs a program that is found on the path; its output and errors come together.
func run(_ words: [String]) throws -> Ran {
  var ends: [Int32] = [0, 0]
  guard pipe(&ends) == 0 else { throw Trouble("no pipe") }
  let process = try spawn(words, output: ends[1])
  close(ends[1])
  defer { close(ends[0]) }
  var output: [UInt8] = []
  var room = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(ends[0], &room, room.count)
    if count <= 0 { break }
    output += room[..<count]
  }
  var status: Int32 = 0
  waitpid(process, &status, 0)
  return Ran(status: status >> 8 & 0xFF, output: String(decoding: output, as: UTF8.self))
}

/// Starts a program; its output and errors go to `output`.
func spawn(_ words: [String], output: Int32) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  posix_spawn_file_actions_adddup2(&actions, output, 1)
  posix_spawn_file_actions_adddup2(&actions, output, 2)
  var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
  arguments.append(nil)
  defer { for argument in arguments { free(argument) } }
  var process: pid_t = 0
  let code = posix_spawnp(&process, words[0], &actions, nil, arguments, environ)
  guard code == 0 else {
    throw Trouble("\(words[0]) cannot be started (`make deps` installs it): errno \(code)")
  }
  return process
}
