import Config
import Decide
import Facts
import HTTPStatus
import Message
import Testing

@testable import Record

@Suite("A line of JSON")
struct JSONLineTests {
  @Test("has every member of an ordinary exchange")
  func ordinary() throws {
    var sample = Sample(verdict: Sample.verdict(.listingDenied))
    sample.change = { $0.port = 8080 }
    let text = String(decoding: sample.json, as: UTF8.self)
    let cause = Cause.directoryListingDenied
    #expect(
      text.hasPrefix(
        "{\"v\":3,\"time\":\"2026-11-21T11:11:05.123Z\",\"id\":\"3f2a90c41d7e5b68\","
          + "\"client\":\"127.0.0.1:51234\",\"site\":\"example.org\",\"rule\":\"site.yaml:9:7\","
          + "\"method\":\"GET\",\"target\":\"/pics/\",\"host\":\"example.org\","
          + "\"status\":403,\"cause\":\"\(cause.code)\","
          + "\"slug\":\"\(cause.slug)\",\"actor\":\"client\""))
    #expect(text.contains(",\"actor\":\"client\",\"in\":312,"))
    let ending = Ending.listingDenied.rawValue
    #expect(
      text.hasSuffix(
        ",\"evidence\":{\"key\":\"files.browse\",\"at\":\"site.yaml:4:12\"},"
          + "\"trace\":\"\(Graph.version)/\(ending)/0/0000000000c0ffee\"}\n"))
    let exchange = try sample.exchange
    #expect(exchange.evidence?.key == "files.browse")
    #expect(exchange.evidence?.position == "site.yaml:4:12")
    #expect(exchange.evidence?.rule == "site.yaml:9:7")
    #expect(exchange.bytesIn == 312 && exchange.bytesOut == 14_233)
    #expect(exchange.firstByteMicroseconds == 61 && exchange.totalMicroseconds == 83)
    #expect(exchange.ending == Ending.listingDenied.rawValue)
    #expect(exchange.configuration == "0000000000c0ffee")
    #expect(exchange.outcome == Cause.completed.code.description)
    #expect(exchange.unknown.isEmpty && !exchange.isRehearsed)
  }

  @Test("carries what only some exchanges have")
  func rare() throws {
    var facts = Sample.facts
    facts.resource.systemError = 13
    let bits = AnswerBits(low: 0x8000_0000_0000_0001, high: 0xF)
    var sample = Sample(verdict: Sample.verdict(.unreadable, facts, yes: bits))
    let attempt = try #require(
      Attempt(.upstream, depth: 2, verdict: Sample.verdict(.listingDenied)))
    sample.attempts = [attempt, attempt]
    sample.change = { record in
      record.isRehearsed = true
      record.originStatus = 502
      record.version = .http10
      record.interims.insert(.contentWanted)
      record.outcome = .clientReset
      for kind in NearMiss.Kind.allCases.prefix(3) {
        record.nearMisses.add(NearMiss(kind, at: Sample.setting))
      }
    }
    let exchange = try sample.exchange
    #expect(exchange.isRehearsed && exchange.originStatus == 502 && exchange.httpVersion == "1.0")
    #expect(exchange.interims == [Cause.contentWanted.code.description])
    #expect(exchange.attempts.count == 2)
    #expect(exchange.attempts[0].kind == "upstream" && exchange.attempts[0].depth == 2)
    #expect(exchange.attempts[0].evidence?.key == "files.browse")
    #expect(exchange.outcomeSlug == Cause.clientReset.slug.description)
    #expect(exchange.nearMisses.map(\.position) == Array(repeating: "site.yaml:4:12", count: 3))
    #expect(exchange.nearMisses[0].kind == "site-name-matches-other-port")
    #expect(exchange.evidence?.systemError == 13)
    #expect(exchange.evidence?.systemErrorName == "EACCES")
    #expect(exchange.path == RecordedPath(graph: Graph.version, yes: bits))
  }

  @Test("leaves the path out where no trace is kept, and the cause where nothing was decided")
  func withoutVerdict() throws {
    var sample = Sample(verdict: Sample.verdict(.fileServed))
    sample.change = { $0.hasTrace = false }
    #expect(try sample.exchange.path == nil)
    #expect(try sample.exchange.ending == Ending.fileServed.rawValue)
    #expect(try sample.exchange.configuration == "0000000000c0ffee")
    sample.change = { record in
      record.verdict = nil
      record.site = -1
      record.status = 0
      record.rule = .builtIn
      record.outcome = .clientLeftBeforeRequest
      record.head = UnsafeBufferPointer(start: nil, count: 0)
    }
    let exchange = try sample.exchange
    #expect(exchange.cause == nil && exchange.method == nil && exchange.status == nil)
    #expect(exchange.site == nil && exchange.rule == nil)
    #expect(Explanation(exchange).text.contains("nothing was decided"))
  }

  @Test("says the rule of the evidence only where it is not the record's")
  func otherRule() throws {
    var sample = Sample(verdict: Sample.verdict(.listingDenied))
    #expect(try sample.exchange.evidence?.rule == "site.yaml:9:7")
    sample.verdict?.evidence.rule = Sample.setting
    #expect(try sample.exchange.evidence?.rule == "site.yaml:4:12")
    sample.verdict?.evidence.rule = .builtIn
    let exchange = try sample.exchange
    #expect(exchange.evidence?.key == "files.browse" && exchange.evidence?.rule == nil)
    sample.verdict = Sample.verdict(.fault)
    #expect(try sample.exchange.evidence?.rule == nil)
  }

  @Test(
    "writes the bits of a path as one number, whatever their place",
    arguments: [0, 1, 63, 64, 127, 128, 191, 192, 255] as [Int])
  func bits(place: Int) throws {
    var words: [UInt64] = [0, 0, 0, 0]
    words[place / 64] = 1 << UInt64(place % 64)
    let bits = AnswerBits(words: (words[0], words[1], words[2], words[3]))
    let sample = Sample(verdict: Sample.verdict(.fileServed, yes: bits))
    #expect(try sample.exchange.path?.yes == bits)
  }

  @Test("escapes every byte from the wire and gives it back")
  func hostile() throws {
    let all = (0...255).map { UInt8($0) }
    let sample = Sample(
      method: all, target: [0x2F] + all + all, host: Array(all.reversed()), field: all, client: all,
      verdict: Sample.verdict(.fault))
    let line = sample.json
    #expect(line.dropLast().allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    #expect(line.filter { $0 == 0x0A }.count == 1)
    let exchange = try sample.exchange
    func bytes(_ text: String?) -> [UInt8] {
      (text ?? "").unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
    #expect(bytes(exchange.method) == Array(all.prefix(64)))
    #expect(bytes(exchange.target) == [0x2F] + all + all)
    #expect(bytes(exchange.evidence?.field) == Array(all.prefix(128)))
    #expect(bytes(exchange.client) == Array(all.prefix(128)))
    #expect(bytes(exchange.host) == Array(all.reversed().prefix(255)))
    let console = sample.console()
    #expect(console.utf8.dropLast().allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    let text = Explanation(exchange).text
    #expect(text.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 && $0 < 0x7F })
  }

  @Test("cuts a long target off and says how long it was")
  func longTarget() throws {
    let target = Array(repeating: UInt8(0x80), count: 5000)
    let exchange = try Sample(target: target, verdict: Sample.verdict(.fault)).exchange
    #expect(exchange.target?.unicodeScalars.count == 2048)
    #expect(exchange.targetBytes == 5000)
  }

  @Test("shows the beginning of what is no request line")
  func requestLine() throws {
    var sample = Sample(
      method: Array("GET".utf8), target: Array("/?token=abc\u{0}".utf8),
      verdict: Sample.verdict(.fault))
    sample.change = { $0.methodName = .empty }
    #expect(try sample.exchange.requestLine == "GET /?token=[redacted]")
    #expect(try Explanation(sample.exchange).text.contains("bytes that are no request: GET /"))
  }

  @Test(
    "leaves out what is secret in a target",
    arguments: [
      ("/a?token=x", "/a?token=[redacted]"),
      ("/a?x=1&Access_Token=abc&y=2", "/a?x=1&Access_Token=[redacted]&y=2"),
      ("/a?api-key=k&b=c", "/a?api-key=[redacted]&b=c"),
      ("/a?%74oken=k", "/a?%74oken=[redacted]"),
      ("/a?user[password]=k;l&z=1", "/a?user[password]=[redacted]&z=1"),
      ("/cb?code=abc&state=1", "/cb?code=[redacted]&state=1"),
      ("/cb?postcode=1&monkeys=2&author=me", "/cb?postcode=1&monkeys=2&author=me"),
      ("/s3?X-Amz-Signature=f00&X-Amz-Date=1", "/s3?X-Amz-Signature=[redacted]&X-Amz-Date=1"),
      ("/go?to=https%3A%2F%2Fb%3Fsid%3D77%26q%3D1", "/go?to=https%3A%2F%2Fb%3Fsid%3D[redacted]"),
      ("/p;jsessionid=44/q?a=1", "/p;jsessionid=[redacted]/q?a=1"),
      ("/p?a;secret=1", "/p?a;secret=[redacted]"),
      ("http://me:pw@example.org/a?b=c", "http://[redacted]@example.org/a?b=c"),
      ("me:pw@example.org:443", "[redacted]@example.org:443"),
      ("/mail/me@example.org", "/mail/me@example.org"),
      ("http://example.org/me@x", "http://example.org/me@x"),
      ("/a?token=", "/a?token="), ("/a?token", "/a?token"), ("/a?", "/a?"), ("*", "*"),
      ("/a?x/token=1", "/a?x/token=[redacted]"), ("/a?=1&&key=2", "/a?=1&&key=[redacted]"),
    ])
  func redaction(target: String, shown: String) throws {
    let sample = Sample(target: Array(target.utf8), verdict: Sample.verdict(.fileServed))
    #expect(try sample.exchange.target == shown)
    #expect(sample.console().contains(" GET \(shown) "))
  }

  @Test("leaves out the value of a name that is too long to be looked through")
  func longName() throws {
    let target = "/?" + String(repeating: "a", count: 70) + "=secret"
    let sample = Sample(target: Array(target.utf8), verdict: Sample.verdict(.fileServed))
    #expect(try sample.exchange.target?.hasSuffix("=[redacted]") == true)
  }
}

@Suite("A line for eyes")
struct ConsoleLineTests {
  @Test("shows cause, request, client, position, time and id")
  func ordinary() {
    let cause = Cause.directoryListingDenied
    #expect(
      Sample(verdict: Sample.verdict(.listingDenied)).console()
        == "11:11:05 \(cause.code) \(cause.slug) GET /pics/ 127.0.0.1 (site.yaml:4:12) 0.08 ms "
        + "id 3f2a90c41d7e5b68\n")
  }

  @Test("can be read back, with and without colours, and cut off")
  func readBack() throws {
    var sample = Sample(verdict: Sample.verdict(.fileMissing))
    sample.change = { $0.outcome = .clientLeftDuringContent }
    for colours in [false, true] {
      let line = sample.console(colours: colours)
      #expect(line.contains("\u{1B}[") == colours)
      let record = try #require(JSONRecord.readConsole(line))
      #expect(record.id == RequestID(0x3F2A_90C4_1D7E_5B68))
      #expect(record.cause == Cause.fileNotFound.code.description)
      #expect(line.contains(Cause.clientLeftDuringContent.slug.description))
    }
    #expect(JSONRecord.readConsole("id 3f2a90c41d7e5b68")?.cause == nil)
    #expect(JSONRecord.readConsole("11:11:05 404.0 file-not-found GET /") == nil)
    #expect(JSONRecord.readConsole("") == nil)
  }

  @Test("says when a status other than the cause's was sent, or none")
  func otherStatus() {
    var sample = Sample(verdict: Sample.verdict(.fileMissing))
    sample.change = { $0.status = 0 }
    #expect(sample.console().contains(" (not sent) "))
    sample.change = { $0.status = 410 }
    #expect(sample.console().contains(" (sent 410) "))
  }
}
