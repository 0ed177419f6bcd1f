import Glibc
import Loop
import Record
import Serve
import Testing

/// What a rehearsal does over time, against a clock that stands until it is set: delays, drips, clients that leave, servers that stop. What
/// each fault sends is checked byte by byte in WireTests, and on the wire by Tests/Clients/wire.py.
@Suite("Rehearsals over time")
struct PlayingTests {
  /// A server whose clock stands, with a journal that can be read when it has stopped.
  private struct Stage {
    let clock: ManualClock
    let test: TestServer

    init(_ limits: String = "idle-time: 60 s") throws {
      var now = timespec()
      clock_gettime(CLOCK_REALTIME, &now)
      clock = ManualClock(wall: WallTime(seconds: Int64(now.tv_sec)))
      test = try TestServer(
        """
        loops: 1
        limits: {\(limits)}
        journal: {format: json, to: $STATE/journal.json}
        sites:
          - rules:
              - path: /
                rehearse: {}

        """, in: try TemporaryFolder(), clock: clock)
    }

    func ask(_ target: String, method: String = "GET", version: String = "1.1") throws -> Connection
    {
      let connection = try test.connect()
      try connection.send("\(method) \(target) HTTP/\(version)\r\nHost: a\r\n\r\n")
      _ = test.server.settle()
      return connection
    }

    /// What the server does now is done before the time is another one: what came to the client says nothing of what follows it there.
    func pass(_ milliseconds: Int) {
      _ = test.server.settle()
      clock.advance(by: .milliseconds(milliseconds))
      test.server.wake()
      _ = test.server.settle()
    }

    /// Stops the server, and reads what it has recorded.
    func records() throws -> [RecordedExchange] {
      _ = test.server.settle(milliseconds: 500)
      test.server.drain()
      // What is open by mistake is broken off when the time for draining has passed, so that the test fails and does not stand
      for _ in 0..<3 {
        clock.advance(by: .seconds(60))
        test.server.wake()
      }
      test.server.stop()
      let lines = test.folder.read("state/journal.json").split(separator: 0x0A)
      return try lines.filter { $0.starts(with: "{\"v\"".utf8) && !$0.contains("\"note\"".utf8) }
        .map { try JSONRecord.read(Array($0) + [0x0A]) }
    }
  }

  /// Nothing has come, not even the end.
  private func hasNothing(_ connection: Connection) -> Bool {
    var byte: UInt8 = 0
    let count = recv(
      connection.descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
  }

  @Test("a head waits for its delay, and not longer; the record has the time")
  func delay() throws {
    let stage = try Stage()
    let connection = try stage.ask("/status/503?delay=2s")
    #expect(hasNothing(connection))
    stage.pass(1999)
    #expect(hasNothing(connection))
    stage.pass(1)
    #expect(try connection.reply().status == 503)
    let record = try #require(try stage.records().first)
    #expect(record.outcome == "0.700" && record.cause == "503.999")
  }

  @Test("interims come one after another, each after its delay, then the head")
  func interims() throws {
    let stage = try Stage()
    defer { stage.test.server.stop() }
    let connection = try stage.ask("/status/200?interims=102*2,103&interim-delay=100ms&content=ok")
    for code in [102, 102, 103] {
      #expect(hasNothing(connection))
      stage.pass(100)
      let head = try connection.head()
      #expect(head.hasPrefix("HTTP/1.1 \(code) "))
      #expect(head.contains("\r\nLink: ") == (code == 103))
    }
    #expect(try connection.reply().text == "ok")
  }

  @Test("content drips: each piece at its time, and the head before them")
  func drip() throws {
    let stage = try Stage()
    defer { stage.test.server.stop() }
    let connection = try stage.ask("/status/200?content=abcdef&drip=2B/100ms&content-delay=50ms")
    let head = try connection.head()
    #expect(head.contains("\r\nContent-Length: 6\r\n"))
    #expect(hasNothing(connection))
    stage.pass(50)
    for (index, piece) in ["ab", "cd", "ef"].enumerated() {
      if index > 0 { stage.pass(100) }
      #expect(try connection.content(2) == Array(piece.utf8))
      #expect(hasNothing(connection))
    }
    // The connection goes on at once behind the last byte
    try connection.send("GET /status/204 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try connection.reply().status == 204)
  }

  @Test(
    "RFC 9112 section 7.1: chunks, their last one and trailers; none of them to HTTP/1.0 and to HEAD"
  )
  func chunks() throws {
    let stage = try Stage()
    defer { stage.test.server.stop() }
    let target = "/status/200?content=abcd&drip=3B/100ms&trailer=X-Sum:4"
    let chunked = try stage.ask(target)
    #expect(try chunked.head().contains("\r\nTransfer-Encoding: chunked\r\n"))
    #expect(try chunked.content(8) == Array("3\r\nabc\r\n".utf8))
    stage.pass(100)
    let rest = "1\r\nd\r\n0\r\nX-Sum: 4\r\n\r\n"
    #expect(try chunked.content(rest.utf8.count) == Array(rest.utf8))

    let old = try stage.ask(target, version: "1.0")
    let head = try old.head()
    #expect(!head.contains("Transfer-Encoding") && !head.contains("Content-Length"))
    stage.pass(100)
    #expect(try old.content(4) == Array("abcd".utf8))
    #expect(try old.endsNow())

    let toHead = try stage.ask(target, method: "HEAD")
    #expect(try toHead.head().contains("\r\nTransfer-Encoding: chunked\r\n"))
    try toHead.send("GET /status/204 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try toHead.reply().status == 204)
  }

  @Test("a stream of lines has a chunk for each of them")
  func lines() throws {
    let stage = try Stage()
    defer { stage.test.server.stop() }
    let connection = try stage.ask("/stream/11")
    _ = try connection.head()
    for number in 0..<11 {
      let line =
        #"{"url": "http://a/stream/11", "args": {}, "headers": {"Host": "a"}, "#
        + #""origin": "127.0.0.1", "id": \#(number)}"# + "\n"
      let chunk = String(line.utf8.count, radix: 16) + "\r\n\(line)\r\n"
      #expect(
        try String(decoding: connection.content(chunk.utf8.count), as: UTF8.self) == chunk)
    }
    #expect(try connection.content(5) == Array("0\r\n\r\n".utf8))
  }

  @Test("/range: a last piece that is not full has its own time on top; alone, the head waits")
  func lastPiece() throws {
    let stage = try Stage()
    defer { stage.test.server.stop() }
    let connection = try stage.ask("/range/20?duration=1&chunk_size=8")
    _ = try connection.head()
    #expect(try connection.content(8) == Array("abcdefgh".utf8))
    stage.pass(400)
    #expect(try connection.content(8) == Array("ijklmnop".utf8))
    stage.pass(599)
    #expect(hasNothing(connection))
    stage.pass(1)
    #expect(try connection.content(4) == Array("qrst".utf8))
    let one = try stage.ask("/range/20?duration=1")
    stage.pass(999)
    #expect(hasNothing(one))
    stage.pass(1)
    #expect(try one.reply().text == "abcdefghijklmnopqrst")
  }

  @Test("RFC 9112 section 9.3.2: what was asked behind a delay is answered behind it")
  func pipelined() throws {
    let stage = try Stage()
    defer { stage.test.server.stop() }
    let connection = try stage.ask("/status/200?delay=1s&content=slow")
    // More than the buffer has room for, so that it moves while the answer waits
    // 408 ends its connection
    let statuses = (300..<500).filter { $0 != 408 }
    for status in statuses {
      try connection.send(
        "GET /status/\(status) HTTP/1.1\r\nHost: a\r\nX-Long: \(String(repeating: "x", count: 100))\r\n\r\n"
      )
    }
    _ = stage.test.server.settle()
    #expect(hasNothing(connection))
    stage.pass(1000)
    #expect(try connection.reply().text == "slow")
    for status in statuses { #expect(try connection.reply().status == status) }
  }

  @Test("a client that leaves during a delay ends it, before the head and behind it")
  func leaving() throws {
    let stage = try Stage()
    do {
      _ = try stage.ask("/status/503?delay=1h")
    }
    do {
      let connection = try stage.ask("/status/200?content=abcdef&drip=1B/1h")
      _ = try connection.head()
    }
    _ = stage.test.server.settle()
    let records = try stage.records()
    #expect(records.map(\.outcome) == ["0.702", "0.703"])
    #expect(records.map(\.status) == [nil, 200])
  }

  @Test(
    "a client that does not read: limits.send-time ends the answer, and no more than a piece waits for it"
  )
  func slowReader() throws {
    let stage = try Stage("send-time: 5 s")
    let connection = try stage.ask(
      "/status/200?chunked&repeat=16000&content=\(String(repeating: "x", count: 1000))")
    _ = try connection.head()
    // A piece a turn, until nobody takes the next one
    #expect(stage.test.server.settle(turns: 1000))
    // What is under way to the client can still arrive, and begins the time anew (Decisions/0044)
    for _ in 0..<10 { stage.pass(6000) }
    let record = try #require(try stage.records().first)
    #expect(record.outcome == "0.705" && record.bytesOut < 16_000_000)
  }

  @Test("a server that stops lets delays end in the time for it, and breaks off the others")
  func stopping() throws {
    let stage = try Stage("drain-time: 5 s")
    let short = try stage.ask("/status/200?delay=3s&content=ok")
    let long = try stage.ask("/status/200?delay=9s&content=ok")
    stage.test.server.drain()
    _ = stage.test.server.settle()
    stage.pass(3000)
    let reply = try short.reply()
    #expect(reply.text == "ok" && reply["connection"] == "close")
    #expect(try short.endsNow())
    clockOn(stage, 3000)
    #expect(try long.endsNow())
    let outcomes = try stage.records().map(\.outcome)
    #expect(outcomes == ["0.700", "0.707"])
  }

  private func clockOn(_ stage: Stage, _ milliseconds: Int) {
    // A loop that has ended takes no turn any more
    _ = stage.test.server.settle(milliseconds: 500)
    stage.clock.advance(by: .milliseconds(milliseconds))
    stage.test.server.wake()
  }

  @Test("a fault that is played is the outcome, with the bytes that went out")
  func faults() throws {
    let stage = try Stage("send-time: 5 s")
    let closed = try stage.ask("/status/200?content=0123456789&fault=close@in-content")
    let head = try closed.head()
    #expect(try closed.content(5) == Array("01234".utf8))
    #expect(try closed.endsNow())
    let before = try stage.ask("/status/500?fault=reset@before-head")
    #expect(try before.endsNow())
    let stalled = try stage.ask("/status/200?content=0123456789&fault=stall@after-head")
    _ = try stalled.head()
    stage.pass(4999)
    #expect(hasNothing(stalled))
    stage.pass(1)
    #expect(try stalled.endsNow())
    let twice = try stage.ask("/status/200?content=ok&fault=twice")
    #expect(try twice.reply() == twice.reply())
    try twice.send("GET /status/204 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try twice.reply().status == 204)
    let records = try stage.records()
    #expect(records.map(\.outcome) == ["0.750", "0.750", "0.750", "0.750", "0.700"])
    #expect(records.map(\.status) == [200, nil, 200, 200, 204])
    #expect(records[0].bytesOut == UInt64(head.utf8.count) + 5)
  }

  @Test("a fault that makes no sense for its answer is refused: 400.790 says for which it would")
  func misfits() throws {
    let stage = try Stage()
    func refusal(_ target: String, _ version: String = "1.1") throws -> String {
      let reply = try stage.ask(target, version: version).reply()
      #expect(reply.status == 400)
      return reply.text
    }
    let chunks = "content in chunks: a status that may have content"
    #expect(try refusal("/status/204?fault=chunk-broken").contains(chunks))
    #expect(try refusal("/status/200?fault=chunk-unfinished", "1.0").contains("and HTTP/1.1"))
    #expect(try refusal("/status/304?fault=length-long").contains("needs a Content-Length"))
    #expect(try refusal("/status/200?content=&fault=length-short").contains("known length"))
    #expect(try refusal("/status/200?chunked&content=ok&fault=length-short").contains("no chunks"))
    #expect(try refusal("/status/200?fault=content-unallowed").contains("without content"))
    let right = try stage.ask("/status/200?content=ok&fault=content-unallowed", method: "HEAD")
    _ = try right.head()
    #expect(try right.content(2) == Array("ok".utf8))
    let records = try stage.records()
    #expect(records.map(\.cause) == Array(repeating: "400.790", count: 6) + ["200.999"])
    #expect(records.map(\.outcome) == Array(repeating: "0.700", count: 6) + ["0.750"])
  }

  @Test("an idle connection is answered with 408 where that was ordered, and only then")
  func idle() throws {
    let stage = try Stage()
    let target = "/status/200?content=ok&then=408&then-delay=2s"
    let connection = try stage.ask(target)
    #expect(try connection.reply().text == "ok")
    stage.pass(1900)
    #expect(hasNothing(connection))
    stage.pass(200)
    let unasked = try connection.reply()
    #expect(unasked.status == 408 && unasked["rehearsed"] == "408")
    #expect(try connection.endsNow())
    let busy = try stage.ask(target)
    _ = try busy.reply()
    stage.pass(1000)
    try busy.send("GET /status/204 HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try busy.reply().status == 204)
    stage.pass(5000)
    #expect(hasNothing(busy))
    let records = try stage.records()
    #expect(records.compactMap(\.cause) == ["200.999", "408.780", "200.999", "204.999"])
    #expect(records.allSatisfy { $0.isRehearsed })
  }

  private func webSocket(_ stage: Stage) throws -> Connection {
    let connection = try stage.test.connect()
    try connection.send(
      "GET /status/101?websocket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    let head = try connection.head()
    #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols\r\n"))
    // RFC 6455 section 1.3
    #expect(head.contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
    return connection
  }

  @Test("RFC 6455 section 7.1.7: a client that breaks the rules is told which, and recorded so")
  func webSocketBroken() throws {
    let stage = try Stage("idle-time: 30 s")
    let mask: [UInt8] = [0, 0, 0, 0]
    let broken: [(frame: [UInt8], code: [UInt8])] = [
      ([0x81, 0x01, 0x78], [0x03, 0xEA]),
      ([0x81, 0x82] + mask + [0xC0, 0xAF], [0x03, 0xEF]),
      ([0x82, 0xFF, 0, 0, 0, 0, 0, 0x20, 0, 0] + mask, [0x03, 0xF1]),
    ]
    for (frame, code) in broken {
      let client = try webSocket(stage)
      // What came before is answered first
      try client.send([0x89, 0x80] + mask + frame)
      #expect(try client.content(2) == [0x8A, 0])
      let close = try client.content(4)
      #expect(close[0] == 0x88 && Array(close[2...]) == code)
      _ = try client.content(Int(close[1]) - 2)
      #expect(try client.endsNow())
    }
    // Who closes by the rules has broken none, on a connection whose state was used before
    let right = try webSocket(stage)
    try right.send([0x88, 0x82] + mask + [0x03, 0xE8])
    #expect(try right.content(4) == [0x88, 2, 0x03, 0xE8])
    #expect(try right.endsNow())
    let records = try stage.records()
    #expect(records.map(\.outcome) == ["0.710", "0.710", "0.710", "0.700"])
    #expect(records.allSatisfy { $0.status == 101 && $0.cause == "101.999" })
  }

  @Test(
    "RFC 6455 section 5.5.1: a WebSocket that is idle, or whose server stops, is closed with 1001")
  func webSocketEnds() throws {
    let stage = try Stage("idle-time: 30 s, linger-time: 2 s, drain-time: 5 s")
    let idle = try webSocket(stage)
    // "Hello", masked, as in section 5.7
    try idle.send([0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    #expect(try idle.content(7) == [0x81, 5, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
    stage.pass(29_000)
    #expect(hasNothing(idle))
    stage.pass(1000)
    #expect(try idle.content(4)[2...] == [0x03, 0xE9])
    // The client says so too
    try idle.send([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE9])
    _ = try idle.content(30)
    #expect(try idle.endsNow())

    let stopped = try webSocket(stage)
    stage.test.server.drain()
    #expect(try stopped.content(4)[2...] == [0x03, 0xE9])
    _ = try stopped.content(16)
    clockOn(stage, 2000)
    #expect(try stopped.endsNow())
    // A server that has half-closed waits for its client, and here for no clock
    shutdown(stopped.descriptor, Int32(SHUT_RDWR))
    let records = try stage.records()
    #expect(records.map(\.status) == [101, 101] && records.allSatisfy { $0.outcome == "0.700" })
  }
}
