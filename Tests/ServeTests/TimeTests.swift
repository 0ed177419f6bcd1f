import Glibc
import Loop
import Serve
import Testing

/// Limits of time, and what becomes of a connection's buffers when one runs out.
@Suite("Time")
struct TimeTests {
  private static func start(_ limits: String, _ clock: ManualClock) throws -> TestServer {
    let folder = try TemporaryFolder()
    try folder.write("site/hello.txt", "Hello\n")
    return try TestServer(
      """
      loops: 1
      limits: {\(limits)}
      sites:
        - rules:
            - path: /
              files: {root: $ROOT, browse: on}
            - path: /hook
              content: {text: "Thank you"}

      """, in: folder, clock: clock)
  }

  private static func clock() -> ManualClock {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return ManualClock(wall: WallTime(seconds: Int64(now.tv_sec)))
  }

  @Test("content that comes a byte at a time has the same limits as content that stops")
  func trickle() throws {
    let clock = Self.clock()
    let test = try Self.start("content-time: 4 s", clock)
    defer { test.server.stop() }
    for target in ["/hook", "/nothing"] {
      let connection = try test.connect()
      try connection.send("POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: 500\r\n\r\n")
      if target == "/nothing" { #expect(try connection.reply(to: "POST").status == 404) }
      for _ in 0..<20 {
        // The server may have given up meanwhile
        try? connection.send("x")
        _ = test.server.settle()
        clock.advance(by: .milliseconds(300))
        test.server.wake()
        _ = test.server.settle()
      }
      if target == "/hook" { #expect(try connection.reply(to: "POST").status == 408) }
      clock.advance(by: .seconds(3))
      test.server.wake()
      #expect(try connection.endsNow(), "\(target)")
    }
  }

  @Test("RFC 9112 section 2.2: an empty line is no request, so that no 408 answers it")
  func emptyLine() throws {
    let clock = Self.clock()
    let test = try Self.start("head-time: 2 s", clock)
    defer { test.server.stop() }
    let connection = try test.connect()
    try connection.send("\r\n")
    _ = test.server.settle()
    clock.advance(by: .seconds(3))
    test.server.wake()
    #expect(try connection.endsNow())
  }

  @Test("connections that come after a 408 have buffers of their own")
  func buffersAfterTimeout() throws {
    let clock = Self.clock()
    let test = try Self.start("head-time: 2 s", clock)
    defer { test.server.stop() }
    let late = try (0..<3).map { _ in try test.connect() }
    for connection in late { try connection.send("GET /hel") }
    _ = test.server.settle()
    clock.advance(by: .seconds(3))
    test.server.wake()
    for connection in late { #expect(try connection.reply().status == 408) }
    try answersInHalves(test)
  }

  @Test("connections that come after a 503 have buffers of their own")
  func buffersAfterRefusal() throws {
    let test = try Self.start("connections: 8", Self.clock())
    defer { test.server.stop() }
    do {
      let held = try (0..<8).map { _ in try test.connect() }
      for connection in held {
        try connection.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try connection.reply().status == 200)
      }
      for _ in 0..<3 {
        let refused = try test.connect()
        try refused.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try refused.reply().status == 503)
        refused.leave()
      }
      let refused = try test.connect()
      try refused.send("HEAD /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try refused.reply(to: "HEAD").status == 503)
      #expect(try refused.endsNow(), "RFC 9110 section 9.3.2: no content answers HEAD")
      refused.leave()
      for connection in held { connection.leave() }
    }
    #expect(test.server.settle())
    try answersInHalves(test)
  }

  /// Requests of six connections at once, each in two pieces.
  private func answersInHalves(_ test: TestServer) throws {
    let connections = try (0..<6).map { _ in try test.connect() }
    for (number, connection) in connections.enumerated() {
      try connection.send("GET /hello.txt?\(number) HTTP/1.1\r\n")
      _ = test.server.settle()
    }
    for connection in connections {
      try connection.send("Host: a\r\n\r\n")
      let reply = try connection.reply()
      #expect(reply.text == "Hello\n", "\(reply)")
    }
  }

  @Test("RFC 9112 section 9.6: what was asked before a half-close is answered")
  func halfClose() throws {
    let test = try Self.start("idle-time: 9 s", Self.clock())
    defer { test.server.stop() }
    let connection = try test.connect()
    let head = "HTTP/1.1\r\nHost: a\r\n\r\n"
    try connection.send("GET / \(head)GET /hello.txt \(head)GET /hello.txt \(head)")
    shutdown(connection.descriptor, Int32(SHUT_WR))
    for _ in 0..<3 { #expect(try connection.reply().status == 200) }
    #expect(try connection.endsNow())
  }

  @Test("a content of a hundred thousand chunks of one byte is read at once")
  func smallChunks() throws {
    let test = try Self.start("content: 1 MiB", Self.clock())
    defer { test.server.stop() }
    let connection = try test.connect()
    try connection.send("POST /hook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    try connection.send(String(repeating: "1\r\nx\r\n", count: 100_000) + "0\r\n\r\n")
    #expect(try connection.reply(to: "POST").status == 200)
  }

  @Test("a request that came before the server was told to stop is answered")
  func askedBeforeTheStop() throws {
    let test = try Self.start("idle-time: 9 s", Self.clock())
    let known = try test.connect()
    try known.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try known.reply().status == 200)
    var new: Connection?
    test.server.hold {
      new = try? test.connect()
      for connection in [known, new] {
        try? connection?.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n")
      }
      test.server.drain()
    }
    for connection in [known, try #require(new)] {
      #expect(try connection.reply().status == 200)
      #expect(try connection.endsNow())
    }
    test.server.wait()
  }

  @Test("the record of an answer that was cut off has the bytes that went out")
  func bytesOfHalfAnAnswer() throws {
    let test = try Self.start("idle-time: 9 s", Self.clock())
    defer { test.server.stop() }
    let id: String
    do {
      let asked = try Self.askForMuch(test)
      id = asked.id
      _ = Socket.setLingerReset(asked.connection.descriptor)
    }
    _ = test.server.settle()
    let line = try #require(test.server.record(of: id))
    let out = try #require(line.split(separator: "\"out\":").last?.prefix { $0.isNumber })
    #expect(try #require(Int(out)) < 64 << 20, "\(line)")
  }

  /// A client with hardly any buffer, which has the head of an answer of 64 MiB.
  private static func askForMuch(
    _ test: TestServer
  ) throws -> (connection: Connection, id: String) {
    let name = "\(test.folder.path)/site/large.bin"
    try test.folder.write("site/large.bin", "")
    #expect(truncate(name, 64 << 20) == 0)
    let connection = try test.connect()
    var room = Int32(4096)
    setsockopt(
      connection.descriptor, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
    try connection.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
    let head = try connection.head()
    #expect(head.hasPrefix("HTTP/1.1 200 "))
    let line = head.split(separator: "\r\n").first { $0.hasPrefix("X-Request-Id: ") }
    return (connection, String(try #require(line).dropFirst("X-Request-Id: ".count)))
  }

  private static func wait(_ milliseconds: Int, _ clock: ManualClock, _ test: TestServer) {
    for _ in 0..<milliseconds / 100 {
      clock.advance(by: .milliseconds(100))
      test.server.wake()
      _ = test.server.settle()
    }
  }

  @Test("limits.send-time holds to within an eighth where something was taken early in it")
  func takesEarly() throws {
    let clock = Self.clock()
    let test = try Self.start("send-time: 8 s", clock)
    defer { test.server.stop() }
    let (connection, _) = try Self.askForMuch(test)
    // Not so much that the kernel would have room for more
    Self.wait(500, clock, test)
    _ = try connection.content(64 << 10)
    Self.wait(7900, clock, test)
    #expect(test.server.kept(1).isEmpty, "it has taken something less than 8 s ago")
    Self.wait(1100, clock, test)
    let line = try #require(test.server.kept(1).first, "9 s without a byte taken")
    #expect(line.contains("client-read-too-slowly"), "\(line)")
  }

  @Test("a client that goes on sending, and takes nothing, is cut off all the same")
  func sendsOnly() throws {
    let clock = Self.clock()
    let test = try Self.start("send-time: 8 s", clock)
    defer { test.server.stop() }
    let (connection, _) = try Self.askForMuch(test)
    for _ in 0..<10 {
      try? connection.send("GET /")
      Self.wait(1000, clock, test)
    }
    let line = try #require(test.server.kept(1).first)
    #expect(line.contains("client-read-too-slowly"), "\(line)")
  }
}
