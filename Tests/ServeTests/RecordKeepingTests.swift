import Glibc
import Record
import Serve
import Testing

/// What stays of an exchange: the journal's file, and the flight recorder of a server that was killed.
@Suite("Records")
struct RecordKeepingTests {
  @Test("the journal has each exchange exactly once, with the id that its client saw")
  func journal() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/hello.txt", "Hello\n")
    let test = try TestServer(
      """
      loops: 2
      journal:
        format: json
        to: $STATE/journal
      sites:
        - rules:
            - path: /
              files: $ROOT

      """, in: folder)
    var ids: [String] = []
    for _ in 0..<8 {
      let connection = try test.connect()
      for number in 0..<50 {
        try connection.send(
          "GET /\(number % 5 == 0 ? "nothing" : "hello.txt") HTTP/1.1\r\nHost: a\r\n\r\n")
        ids.append(try #require(try connection.reply()["x-request-id"]))
      }
    }
    test.server.stop()
    var recorded: [String] = []
    for line in test.folder.read("state/journal").split(separator: 0x0A) {
      recorded.append(try JSONRecord.read(Array(line)).id.description)
    }
    #expect(recorded.count == 400)
    #expect(Set(recorded) == Set(ids))
  }

  @Test("what was refused can be explained after the server was killed")
  func flightRecorder() throws {
    let folder = try TemporaryFolder()
    let root = folder.path + "/site"
    mkdir(root, 0o755)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    let binary = try Self.binary()
    let process = try spawn(
      [
        binary, "serve", root, "--listen", "127.0.0.1:0", "--state", folder.path + "/state",
      ], output: ends[1])
    close(ends[1])
    let port = try Self.port(announcedOn: ends[0])
    let ran = try run(["curl", "-sS", "-D", "-", "http://127.0.0.1:\(port)/nothing"])
    let field = try #require(
      ran.output.split(separator: "\r\n").first { $0.hasPrefix("X-Request-Id: ") })
    kill(process, SIGKILL)
    waitpid(process, nil, 0)
    let why = try run(
      [binary, "why", String(field.dropFirst(14)), "--state", folder.path + "/state"])
    #expect(why.status == 0, "\(why.output)")
    #expect(why.output.contains("404.0 file-not-found"))
    #expect(why.output.contains("GET /nothing HTTP/1.1"))
  }

  @Test("SIGTERM ends a server that has nothing to do, with status 0")
  func terminate() throws {
    let folder = try TemporaryFolder()
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    let process = try spawn(
      [
        try Self.binary(), "serve", folder.path, "--listen", "127.0.0.1:0", "--state",
        folder.path + "/state",
      ], output: ends[1])
    close(ends[1])
    _ = try Self.port(announcedOn: ends[0])
    kill(process, SIGTERM)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    #expect(status == 0)
  }

  /// The program that was built beside these tests.
  static func binary() throws -> String {
    var room = [UInt8](repeating: 0, count: 4096)
    let count = room.withUnsafeMutableBytes { room in
      room.baseAddress.map { readlink("/proc/self/exe", $0, room.count) } ?? 0
    }
    guard count > 0 else { throw Trouble("no /proc/self/exe") }
    let path = String(decoding: room[..<count], as: UTF8.self)
    let folder = path[..<(path.lastIndex(of: "/") ?? path.startIndex)]
    let binary = folder + "/statusline"
    guard access(String(binary), X_OK) == 0 else { throw Trouble("there is no \(binary)") }
    return String(binary)
  }

  /// The port of `listening on http://127.0.0.1:PORT/`.
  static func port(announcedOn descriptor: Int32) throws -> UInt16 {
    var text = ""
    var room = [UInt8](repeating: 0, count: 4096)
    while true {
      if let start = text.firstRange(of: "http://127.0.0.1:") {
        let rest = text[start.upperBound...]
        if let end = rest.firstIndex(of: "/"), let port = UInt16(rest[..<end]) { return port }
      }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 10_000) > 0 else { throw Trouble("the server says nothing: \(text)") }
      let count = read(descriptor, &room, room.count)
      guard count > 0 else { throw Trouble("the server has ended: \(text)") }
      text += String(decoding: room[..<count], as: UTF8.self)
    }
  }
}
