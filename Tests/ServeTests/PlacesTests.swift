import Config
import Glibc
import Loop
import Record
import Testing

@testable import Serve

/// Places among the connections that the server may have, and connections that the kernel does not watch.
@Suite("Places of connections")
struct PlacesTests {
  private static func start(_ limits: String, _ clock: ManualClock) throws -> TestServer {
    let folder = try TemporaryFolder()
    try folder.write("site/hello.txt", "Hello\n")
    return try TestServer(
      "loops: 1\nlimits: {\(limits)}\nsites:\n  - rules:\n      - {path: /, files: $ROOT}\n",
      in: folder, clock: clock)
  }

  private static let hello = "GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n"

  private static func clock() -> ManualClock { ManualClock(wall: WallTime(seconds: 1_800_000_000)) }

  @Test("a refused client that lingers has no place: the next one is answered")
  func lingering() throws {
    let test = try Self.start("connections: 4", Self.clock())
    defer { test.server.stop() }
    var held = try (0..<4).map { _ in try test.connect() }
    for connection in held {
      try connection.send(Self.hello)
      #expect(try connection.reply().status == 200)
    }
    let refused = try test.connect()
    try refused.send(Self.hello)
    #expect(try refused.reply().status == 503)
    // It stays, and so do those that were answered with an error and closed
    held.removeLast().leave()
    #expect(test.server.settle())
    let wrong = try test.connect()
    try wrong.send("GARBAGE\r\n\r\n")
    #expect(try wrong.reply().status == 400)
    #expect(test.server.settle())
    let next = try test.connect()
    try next.send(Self.hello)
    #expect(try next.reply().status == 200)
    #expect(test.server.shared.openCount == 4)
    for connection in [refused, wrong, next] + held { connection.leave() }
    #expect(test.server.settle())
    #expect(test.server.shared.openCount == 0)
  }

  @Test("no more linger than may: others are closed at once, and nobody's place is lost")
  func lingeringBound() throws {
    let clock = Self.clock()
    let test = try Self.start("connections: 200", clock)
    defer { test.server.stop() }
    let wrong = try (0..<70).map { _ in try test.connect() }
    for connection in wrong {
      try connection.send("GARBAGE\r\n\r\n")
      #expect(try connection.reply().status == 400)
      #expect(test.server.settle(turns: 2))
    }
    // 64 linger, and take what is sent; the others are closed
    let open = wrong.filter { connection in
      (try? connection.send("x")) != nil && (try? connection.send("x")) != nil
    }
    #expect(open.count == 64)
    #expect(test.server.shared.openCount == 0)
    clock.advance(by: .seconds(3))
    test.server.wake()
    #expect(test.server.settle())
    let next = try test.connect()
    try next.send("GARBAGE\r\n\r\n")
    #expect(try next.reply().status == 400)
    #expect(test.server.settle())
    #expect((try? next.send("x")) != nil && (try? next.send("x")) != nil)
  }

  private static func setRefusal(_ code: Int32, _ test: TestServer) {
    for (loop, box) in zip(test.server.loops, test.server.workers) {
      loop.post { box.worker.loop.refusal = code }
    }
    _ = test.server.settle()
  }

  /// A connection that the server finds together with what it sends.
  private static func connect(_ test: TestServer, sending text: String) throws -> Connection {
    var found: Connection?
    test.server.hold {
      found = try? test.connect()
      try? found?.send(text)
    }
    return try #require(found)
  }

  @Test("a connection that the kernel has no memory to watch is told that the server is full")
  func unwatched() throws {
    let clock = Self.clock()
    let test = try Self.start("connections: 9", clock)
    defer { test.server.stop() }
    Self.setRefusal(ENOMEM, test)
    let connection = try Self.connect(test, sending: "GET /hel")
    let reply = try connection.reply()
    #expect(reply.status == 503 && reply["retry-after"] != nil)
    let id = try #require(reply["x-request-id"])
    let line = try #require(test.server.record(of: id))
    let record = try JSONRecord.read(Array(line.utf8))
    #expect(record.cause == "503.2" && record.evidence?.systemErrorName == "ENOMEM")
    #expect(record.evidence?.key == nil && record.outcome == "0.700")
    #expect(Explanation(record).text.contains("could not watch one more connection"))
    // It lingers for its time, and nobody has to tell of its end
    clock.advance(by: .seconds(3))
    test.server.wake()
    #expect(try connection.endsNow())
  }

  @Test("an answer that is under way goes on when the kernel has memory again")
  func watchedAgain() throws {
    let clock = Self.clock()
    let test = try Self.start("send-time: 8 s", clock)
    defer { test.server.stop() }
    try test.folder.write("site/large.bin", "")
    #expect(truncate(test.folder.path + "/site/large.bin", 64 << 20) == 0)
    let request = "GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n"
    Self.setRefusal(ENOMEM, test)
    let connection = try Self.connect(test, sending: request)
    _ = try connection.head()
    for _ in 0..<9 {
      clock.advance(by: .milliseconds(100))
      test.server.wake()
      #expect(test.server.settle())
    }
    Self.setRefusal(0, test)
    clock.advance(by: .milliseconds(200))
    test.server.wake()
    #expect(try connection.content(64 << 20).count == 64 << 20)
  }

  @Test("one that is never watched again is recorded as cut off by the server")
  func neverWatched() throws {
    let clock = Self.clock()
    let test = try Self.start("send-time: 8 s", clock)
    defer { test.server.stop() }
    try test.folder.write("site/large.bin", "")
    #expect(truncate(test.folder.path + "/site/large.bin", 64 << 20) == 0)
    Self.setRefusal(ENOMEM, test)
    let connection = try Self.connect(
      test, sending: "GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
    let head = try connection.head()
    for _ in 0..<30 {
      clock.advance(by: .seconds(1))
      test.server.wake()
      #expect(test.server.settle())
    }
    let line = try #require(test.server.kept(1).first)
    #expect(line.contains("content-source-failed"), "\(head) \(line)")
  }
}
