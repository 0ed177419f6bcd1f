import Glibc
import Loop
import Record
import Serve
import Testing

/// Orders that are put into a running server.
@Suite("Armed orders")
struct ArmingTests {
  private static let config =
    "sites:\n  - names: [docs.test]\n    rules:\n      - path: /\n        content: {text: Hello}\n"
    + "      - path: /gone\n        gone: yes\n"

  private func server(clock: any LoopClock = SystemClock()) throws -> TestServer {
    try TestServer(
      Self.config + "journal: {format: json, to: journal.log, flush: 1 ms}\n",
      in: try TemporaryFolder(), clock: clock)
  }

  private func ask(_ question: String, _ test: TestServer) throws -> String {
    let folder = try #require(test.server.stateFolder)
    let answer = try #require(ControlClient.ask(question, folder: folder))
    // The loops take it over between two requests
    #expect(test.server.settle())
    return answer
  }

  private func get(_ target: String, _ test: TestServer) throws -> Reply {
    let connection = try test.connect()
    try connection.send("GET \(target) HTTP/1.1\r\nHost: docs.test\r\n\r\n")
    return try connection.reply()
  }

  private func record(_ reply: Reply, _ test: TestServer) throws -> RecordedExchange {
    let id = try #require(reply["x-request-id"])
    // What is performed is recorded a moment after its last byte
    #expect(test.server.settle())
    return try JSONRecord.read(Array(try #require(test.server.record(of: id)).utf8))
  }

  @Test(
    "an order answers where it matches, is marked, counted and named by why, until it is disarmed")
  func armed() throws {
    let test = try server()
    defer { test.server.stop() }
    #expect(try get("/api/a", test).status == 200)
    let done = try ask(
      "arm site=docs.test; match=/api/*; status=503; retry-after=9; for=10m", test)
    #expect(done.hasPrefix("done\narmed order 1: "))
    let reply = try get("/api/a", test)
    #expect(reply.status == 503 && reply["retry-after"] == "9")
    #expect(reply["rehearsed"] == "503;order=1")
    // It looks as a refusal does to clients elsewhere
    #expect(reply.text.contains("\"detail\"") && !reply.text.contains("\"cause\""))
    #expect(!reply.text.contains("disarm"))
    let seen = try record(reply, test)
    #expect(seen.cause == "503.999" && seen.isRehearsed)
    #expect(seen.evidence?.unit == "order" && seen.evidence?.measured == 1)
    #expect(Explanation(seen).text.contains("statusline disarm 1"))
    // A refusal that an order made is kept, whoever asks why
    #expect(test.server.kept(10).contains { $0.contains("503.999") })
    let other = try get("/other", test)
    #expect(other.status == 200 && other["rehearsed"] == nil)
    let stats = try ask("stats", test)
    #expect(stats.contains("Armed\n  1  1 of 1 requests, "))
    #expect(try ask("disarm 1", test).hasPrefix("done\ndisarmed order 1 after 1 hits"))
    #expect(try get("/api/a", test).status == 200)
    #expect(try !ask("stats", test).contains("Armed"))
  }

  @Test("a fault that fits no answer is refused; one that does not fit this answer is left out")
  func misfits() throws {
    let test = try server()
    defer { test.server.stop() }
    let refused = try ask("arm status=204; fault=chunk-broken; for=1m", test)
    #expect(refused.hasPrefix("refused\nchunk-broken@in-content needs content in chunks"))
    _ = try ask("arm status=500; fault=content-unallowed; for=1m", test)
    let whole = try get("/x", test)
    #expect(whole.status == 500 && whole["rehearsed"] == "500;order=1")
    #expect(try record(whole, test).outcomeSlug == "completed")
    #expect(try ask("stats", test).contains("1 of 1 requests"))
    let connection = try test.connect()
    try connection.send("HEAD /x HTTP/1.1\r\nHost: docs.test\r\n\r\n")
    #expect(try connection.head().hasPrefix("HTTP/1.1 500 "))
  }

  @Test("without a status the real answer is given, and marked")
  func leading() throws {
    let test = try server()
    defer { test.server.stop() }
    _ = try ask("arm delay=1ms; for=1m", test)
    let reply = try get("/x", test)
    #expect(reply.status == 200 && reply.text == "Hello" && reply["rehearsed"] == "?1;order=1")
    let seen = try record(reply, test)
    #expect(seen.cause == "200.700" && seen.isRehearsed)
    let gone = try get("/gone", test)
    #expect(gone.status == 410 && gone["rehearsed"] == "?1;order=1")
    #expect(try record(gone, test).cause == "410.700")
  }

  @Test("a rate takes its part, the same for the same seed")
  func rate() throws {
    func hits() throws -> [Int] {
      let test = try server()
      defer { test.server.stop() }
      _ = try ask("arm rate=25%; status=500; seed=3; for=1m", test)
      return try (0..<200).filter { _ in try get("/x", test).status == 500 }
    }
    let first = try hits()
    #expect((25...75).contains(first.count))
    #expect(try hits() == first)
  }

  @Test("an order ends by itself, and the journal tells when it began and ended")
  func expiry() throws {
    let clock = ManualClock(wall: WallTime(seconds: 1_800_000_000))
    let test = try server(clock: clock)
    defer { test.server.stop() }
    _ = try ask("arm status=503; for=10m", test)
    #expect(try get("/x", test).status == 503)
    clock.advance(by: .seconds(601))
    test.server.wake()
    #expect(test.server.settle())
    #expect(try get("/x", test).status == 200)
    // It looks several times a second, and when it is asked
    #expect(try !ask("stats", test).contains("Armed"))
    test.server.stop()
    let journal = String(decoding: test.folder.read("journal.log"), as: UTF8.self)
    #expect(journal.contains("armed order 1: status=503; for=10m"))
    #expect(journal.contains("order 1 has expired after 1 hits"))
  }

  @Test(
    "what is wrong with an order is told, and nothing is armed",
    arguments: [
      ("arm status=503", "for how long"), ("arm status=503; for=0s", "a time such as 10m"),
      ("arm for=10m", "nothing is ordered"), ("arm status=503; for=2000h", "24 h at the most"),
      ("arm site=other; status=503; for=1m", "there is no site `other`; there are docs.test"),
      ("arm status=503; for=1m; rate=200%", "up to 100%"),
      ("arm match=api; status=503; for=1m", "a path with *"),
      ("arm x-a=b; for=1m", "say a status as well"), ("disarm 7", "no order 7 is armed"),
      ("disarm everything", "its number, or all"),
    ])
  func refused(_ order: String, _ says: String) throws {
    let test = try server()
    defer { test.server.stop() }
    let answer = try ask(order, test)
    #expect(answer.hasPrefix("refused\n") && answer.contains(says), "\(answer)")
    #expect(try ask("disarm all", test) == "done\nnothing was armed\n")
  }
}
