import HTTPStatus
import Testing
import Wire

@testable import Orders
@testable import Rehearse

/// The grammar of rehearsals: what is understood, and where and how the rest is refused.
@Suite("The grammar of rehearsals")
struct GrammarTests {
  private enum Carrier: String, CaseIterable { case query, segment, field }

  private func order(_ text: String, by carrier: Carrier = .field) throws -> RehearsalOrder {
    let bytes = Array(text.utf8)
    var order = RehearsalOrder()
    let items =
      switch carrier {
      case .query: try GrammarItems.ofQuery(bytes)
      case .segment: try GrammarItems.ofSegment(bytes)
      case .field: try GrammarItems.ofField(bytes)
      }
    try GrammarReader.apply(items, to: &order)
    return order
  }

  private func problem(_ text: String, by carrier: Carrier = .field) -> GrammarProblem? {
    do {
      _ = try order(text, by: carrier)
      return nil
    } catch let problem as GrammarProblem {
      return problem
    } catch {
      return nil
    }
  }

  @Test("the same is said alike in a path, a query and a field")
  func carriers() throws {
    let segment = try order("503;delay=2s;retry-after=5", by: .segment)
    let query = try order("status=503&delay=2s&retry-after=5", by: .query)
    let field = try order("status=503; delay=2s; retry-after=5")
    #expect(segment == query && query == field)
    #expect(field.weights?.possible == [StatusChoice(status: 503)])
    #expect(field.delay?.milliseconds(7) == 2000)
    #expect(field.fields == [RehearsedField("retry-after", "5")])
    #expect(try order("503; delay=2s; retry-after=5") == field)
  }

  @Test("what is encoded in a query is decoded once; a field's text may stand in quotation marks")
  func decoding() throws {
    #expect(try order("content=a%20b+c%2Bd", by: .query).content == Array("a b c+d".utf8))
    #expect(
      try order("content-type=application/problem+json", by: .query).fields
        == [RehearsedField("content-type", "application/problem+json")])
    #expect(try order("503;content=a%20b+c", by: .segment).content == Array("a%20b+c".utf8))
    #expect(try order("content=\"a; \\\"b\\\"\"; chunked").content == Array("a; \"b\"".utf8))
    #expect(try order("x-a=1; X-A=2").fields.map(\.value) == [Array("1".utf8), Array("2".utf8)])
  }

  @Test("every status and every cause of the catalogue can be asked for")
  func statuses() throws {
    for status in 100...599 {
      let choice = try order("\(status)").weights?.choice(0)
      #expect(choice == StatusChoice(status: UInt16(status)))
    }
    for cause in Cause.all where !cause.isOutcome {
      let choice = try order("status=\(cause.code)").weights?.choice(0)
      #expect(choice == StatusChoice(status: cause.status.code, cause: cause))
    }
  }

  @Test("every word is read into its part of the order")
  func words() throws {
    let order = try order(
      "sequence=503*2,200; key=me; end=loop; expire=1min; reset; seed=7; content-type=text/css; repeat=2; size=3KiB; "
        + "content-delay=1s; drip=1KiB/s; trailer=X-A:b; interims=102*2,103; interim-delay=5ms; "
        + "hint=\"</a>; rel=preload\"; continue=no; header=X-B: c; without=date, server; "
        + "without=etag; fault=close@in-head; window=5s/30s; chunked=no")
    let sequence = try #require(order.sequence)
    #expect(sequence.sequence.steps.map(\.status) == [503, 503, 200])
    #expect(sequence.loops && sequence.isReset && sequence.expiry == 60_000)
    #expect(order.key == Array("me".utf8) && order.seed == 7 && order.repeats == 2)
    #expect(order.size == 3072 && order.contentDelay == 1000)
    #expect(order.pace.map { $0.pieceBytes * 1000 / $0.pause } == 1024)
    #expect(order.trailers == [RehearsedField("X-A", "b")])
    #expect(order.interims == [102, 102, 103] && order.interimDelay == 5)
    #expect(order.hints == [Array("</a>; rel=preload".utf8)])
    #expect(!order.isContinued && !order.isChunked)
    #expect(order.without == ["date", "server", "etag"].map { Array($0.utf8) })
    #expect(order.fault == WireFault(.close, at: .inHead))
    #expect(order.window?.period == 30_000)
    #expect(
      order.fields.map { String(decoding: $0.name, as: UTF8.self) } == ["content-type", "X-B"])
    #expect(!order.isFixed)
  }

  @Test("what comes later goes over what was said before")
  func layers() throws {
    var order = try order("503; delay=2s; x-a=1")
    try GrammarReader.apply(GrammarItems.ofQuery(Array("status=200".utf8)), to: &order)
    #expect(order.weights?.choice(0).status == 200)
    #expect(order.delay?.milliseconds(0) == 2000)
    try GrammarReader.apply(GrammarItems.ofQuery(Array("sequence=500,200".utf8)), to: &order)
    #expect(order.weights == nil && order.sequence != nil)
    try GrammarReader.apply(GrammarItems.ofQuery(Array("content=x".utf8)), to: &order)
    try GrammarReader.apply(GrammarItems.ofField(Array("size=5".utf8)), to: &order)
    #expect(order.content == nil && order.size == 5)
    try GrammarReader.apply(GrammarItems.ofField(Array("body=y".utf8)), to: &order)
    #expect(order.content == Array("y".utf8) && order.size == nil)
  }

  /// What a second place makes of what a first has said.
  private func layered(_ first: String, _ second: String) throws -> RehearsalOrder {
    var order = try order(first)
    try GrammarReader.apply(GrammarItems.ofField(Array(second.utf8)), to: &order)
    return order
  }

  @Test("what a later place says of a field or the content stands for what an earlier one said")
  func layeredFields() throws {
    let one = try layered("x-a=1; header=X-B:1; x-a=2", "X-A=3; x-a=4")
    #expect(one.fields == [RehearsedField("X-B", "1"), .init("x-a", "3"), .init("x-a", "4")])
    #expect(try layered("without=etag", "etag=x").without.isEmpty)
    #expect(try layered("etag=x", "without=etag, date").without.count == 2)
    #expect(try layered("without=etag", "without=date").without == [Array("date".utf8)])
    // In one place both hold, and what is left out is
    #expect(try order("without=etag; etag=x").without == [Array("etag".utf8)])
    let sized = try layered("content=abc", "size=7")
    #expect(sized.content == nil && sized.size == 7)
    #expect(try layered("size=7", "content=abc").size == nil)
  }

  @Test("all lines of a field are one place, and words stand in it once")
  func severalLines() throws {
    var order = RehearsalOrder()
    var place = GrammarPlace()
    try GrammarReader.apply(GrammarItems.ofField(Array("503".utf8)), to: &order, in: &place)
    #expect(throws: GrammarProblem(at: 1, "\"status\" stands here for a second time")) {
      try GrammarReader.apply(GrammarItems.ofField(Array(" 200".utf8)), to: &order, in: &place)
    }
  }

  @Test(
    "the plus sign of a media type stays inside a word and is a blank beside a semicolon",
    arguments: [
      ("application/problem+json", "application/problem+json"),
      ("text/html%3B+charset%3Dutf-8", "text/html; charset=utf-8"),
      ("text/html+;charset=utf-8", "text/html ;charset=utf-8"),
      ("image/svg%2Bxml%3B+a%3D%22b%22", "image/svg+xml; a=\"b\""),
      ("application/atom+xml%3B+charset%3Dutf-8", "application/atom+xml; charset=utf-8"),
    ])
  func mediaTypes(_ written: String, _ means: String) throws {
    let order = try order("content-type=\(written)", by: .query)
    #expect(order.fields.map { String(decoding: $0.value, as: UTF8.self) } == [means])
  }

  @Test("slashes are in one segment where they stand in values")
  func slashes() {
    func keeps(_ text: String) -> Bool { GrammarItems.keepsSlashes(Array(text.utf8)) }
    #expect(keeps("200;drip=1KiB/s;hint=</s.css>;rel=preload") && keeps("503") && keeps(""))
    #expect(!keeps("503/x") && !keeps("503;x/y=1") && !keeps("503;x=/;/"))
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    var text: String
    var offset: Int
    var says: String
    var isQuery = false
    var testDescription: String { text }
  }

  static let wrong: [Wrong] = [
    Wrong(text: "dealy=2s", offset: 0, says: "did you mean \"delay\""),
    Wrong(text: "503; colour=red", offset: 5, says: "header=colour:..."),
    Wrong(text: "status=99", offset: 7, says: "a status is a number from 100 to 599"),
    Wrong(text: "status=600", offset: 7, says: "a status is a number from 100 to 599"),
    Wrong(text: "status=401.999999", offset: 7, says: "401"),
    Wrong(text: "status=200:0.9,banana", offset: 15, says: "a status is missing"),
    Wrong(text: "delay=soon", offset: 6, says: "is no distribution"),
    Wrong(text: "delay=2", offset: 7, says: "no unit"),
    Wrong(text: "delay=uniform(2s,1s)", offset: 14, says: "longer than the longest"),
    Wrong(text: "content-delay=99h", offset: 14, says: "24 h at the most"),
    Wrong(text: "drip=1KiB", offset: 5, says: "a rate such as 1KiB/s"),
    Wrong(text: "drip=0/s", offset: 5, says: "a rate such as 1KiB/s"),
    Wrong(text: "size=17MiB", offset: 5, says: "16 MiB at the most"),
    Wrong(text: "size=16MiB; repeat=2", offset: 12, says: "16 MiB at the most"),
    Wrong(text: "repeat=0", offset: 7, says: "from 1 to 1000000"),
    Wrong(text: "window=30s/5s", offset: 7, says: "shorter than the period"),
    Wrong(text: "interims=101", offset: 9, says: "an interim status"),
    Wrong(text: "interims=102*999", offset: 13, says: "from 1 to 256"),
    Wrong(text: "fault=clsoe", offset: 6, says: "close"),
    Wrong(text: "fault=close@noon", offset: 6, says: "noon"),
    Wrong(text: "header=nothing", offset: 7, says: "a field such as X-Colour:red"),
    Wrong(text: "header=X: a\r\nY: b", offset: 11, says: "line feed"),
    Wrong(text: "content-length=5", offset: 15, says: "written by the server itself"),
    Wrong(text: "without=a b", offset: 8, says: "names of fields"),
    Wrong(text: "continue=perhaps", offset: 9, says: "yes or no"),
    Wrong(text: "reset", offset: 0, says: "there is none"),
    Wrong(text: "content=x; size=5", offset: 11, says: "\"size\" cannot stand beside \"content\""),
    Wrong(text: "size=5; x-a=b; body=x", offset: 15, says: "\"body\" cannot stand beside \"size\""),
    Wrong(text: "503; sequence=503,200", offset: 5, says: "\"sequence\" cannot stand beside"),
    Wrong(text: "sequence=503,,200", offset: 13, says: "a status is missing"),
    Wrong(text: "delay=1s; delay=2s", offset: 10, says: "for a second time"),
    Wrong(text: "content=a; body=b", offset: 11, says: "for a second time, as \"content\""),
    Wrong(text: "delay=1s; sleep=2s", offset: 10, says: "for a second time, as \"delay\""),
    Wrong(text: "503; code=504", offset: 5, says: "for a second time, as \"status\""),
    Wrong(text: "interim=102; interims=103", offset: 13, says: "for a second time"),
    Wrong(text: "sequence=503,200; code=200", offset: 18, says: "\"code\" cannot stand beside"),
    Wrong(
      text: "fault=close@after:99999999999999999999", offset: 6,
      says: "`after:99999999999999999999` is beyond 1099511627776"),
    Wrong(text: "content=\"abc", offset: 8, says: "no second one"),
    Wrong(text: "content=\"a\" b", offset: 12, says: "parts one item"),
    Wrong(text: "status=503&delay=%2", offset: 17, says: "two hexadecimal digits", isQuery: true),
    Wrong(text: "status=503&dealy=1s", offset: 11, says: "did you mean", isQuery: true),
    // Behind an escape bytes cannot be counted: the value's first is told
    Wrong(text: "status=%320x", offset: 7, says: "a status is a number", isQuery: true),
  ]

  @Test("what is wrong is told with its byte and what would fit", arguments: wrong)
  func refused(_ wrong: Wrong) throws {
    let found = try #require(problem(wrong.text, by: wrong.isQuery ? .query : .field))
    #expect(found.offset == wrong.offset, "\(found.message)")
    #expect(found.message.contains(wrong.says), "\(found.message)")
  }

  @Test("no more than 64 items are read")
  func bounds() {
    let many = (0..<65).map { "x-\($0)=1" }.joined(separator: "; ")
    #expect(problem(many)?.message.contains("more than 64 items") == true)
    #expect(problem((0..<64).map { "x-\($0)=1" }.joined(separator: "; ")) == nil)
  }

  @Test("every word that is listed is understood")
  func listed() throws {
    for word in GrammarReader.words {
      let needsSequence = ["end", "expire", "reset"].contains(word.name)
      let example = word.takes.split(separator: ",", maxSplits: 1).first.map(String.init) ?? ""
      let value = ["status", "interims", "without"].contains(word.name) ? word.takes : example
      let item =
        value.isEmpty ? word.name : "\(word.name)=\"\(value.replacing("\"", with: "\\\""))\""
      let text = (needsSequence ? "sequence=200; " : "") + item
      let shown = word.name == "status" ? "status=503,401.3" : text
      #expect(problem(shown) == nil, "\(shown): \(problem(shown)?.message ?? "")")
    }
  }
}

@Suite("What a rehearsed status owes")
struct DutyTableTests {
  @Test("every must and should that always holds and that no one else writes is kept")
  func duties() {
    // Written by whoever sends the answer
    let others: Set<String> = ["date", "connection", "content-length", "content-type"]
    for code in 100...599 {
      let status = Status(sending: code)!
      let names = DutyTable.fields(of: status, elsewhere: Array("/x".utf8), contentLength: 10)
        .map { String(decoding: $0.name, as: UTF8.self).lowercased() }
      for duty in Duty(status, version: .http11, role: .origin).fields {
        let name = duty.field.description
        switch (duty.strength, duty.condition) {
        case (.must, .always), (.should, .always), (.must, .singlePart):
          #expect(names.contains(name) || others.contains(name), "\(code) owes \(name)")
        case (.mustNot, .always): #expect(!names.contains(name), "\(code) must not have \(name)")
        default: break
        }
      }
      #expect(Set(names).count == names.count)
    }
  }

  @Test("a content range says how long the content is")
  func range() {
    func value(_ code: Int, _ length: UInt64) -> String? {
      DutyTable.fields(
        of: Status(sending: code)!, elsewhere: [], contentLength: length
      ).first { $0.name.elementsEqual("Content-Range".utf8) }
        .map { String(decoding: $0.value, as: UTF8.self) }
    }
    #expect(value(206, 10) == "bytes 0-9/100")
    #expect(value(416, 12) == "bytes */12")
    #expect(value(200, 10) == nil)
  }
}

@Suite("Paths with stars")
struct PathGlobTests {
  @Test(arguments: [
    ("/api/*", "/api/a/b", true), ("/api/*", "/api", false), ("/a*c", "/abc", true),
    ("/a*c", "/abd", false), ("*", "/", true), ("/a", "/a", true), ("/a", "/ab", false),
    ("/*b*b", "/abbb", true), ("/*.js", "/x.js.map", false), ("/**/x", "/a/b/x", true),
    ("", "/", false),
  ])
  func matches(_ glob: String, _ path: String, _ wanted: Bool) {
    let found = Array(path.utf8).withUnsafeBufferPointer { PathGlob(glob).matches($0) }
    #expect(found == wanted)
  }
}
