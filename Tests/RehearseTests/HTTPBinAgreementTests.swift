import HTTPStatus
import Message
import Orders
import Testing

@testable import Rehearse

/// What the table of httpbin's answers cannot hold: times, sizes, and what depends on the address.
@Suite("httpbin's URLs: what agrees beside status and content")
struct HTTPBinAgreementTests {
  private func call(
    _ target: String, _ method: String = "GET", _ fields: [(String, String)] = [],
    content: [UInt8] = [], authority: String = "bin.test", scheme: String = "http"
  ) -> RehearsalCall {
    let halves = target.split(separator: "?", maxSplits: 1).map { Array($0.utf8) }
    return RehearsalCall(
      method: Array(method.utf8), path: halves[0], query: halves.count > 1 ? halves[1] : nil,
      fields: fields.map { RehearsedField($0.0, $0.1) }, content: content, scheme: scheme,
      authority: Array(authority.utf8))
  }

  private func answer(_ call: RehearsalCall) throws -> RehearsalAnswer {
    try #require(HTTPBin.answer(to: call, draw: Draw(seed: 1, index: 0), now: 0))
  }

  private func text(_ answer: RehearsalAnswer) -> String {
    String(decoding: answer.content ?? [], as: UTF8.self)
  }

  private func values(_ name: String, _ fields: [RehearsedField]) -> [String] {
    fields.filter { $0.name.elementsEqual(name.utf8) }
      .map { String(decoding: $0.value, as: UTF8.self) }
  }

  @Test("a form of 1000 parts is shown whole, and one of more is 413: none is left out")
  func manyParts() throws {
    func post(_ count: Int, _ target: String) throws -> RehearsalAnswer {
      let parts = (0..<count).map {
        "--X\r\nContent-Disposition: form-data; name=k\($0)\r\n\r\nv\r\n"
      }
      let type = ("Content-Type", "multipart/form-data; boundary=X")
      return try answer(
        call(target, "POST", [type], content: Array((parts.joined() + "--X--\r\n").utf8)))
    }
    for target in ["/post", "/anything", "/delay/0"] {
      let whole = try post(1000, target)
      #expect(whole.status == 200)
      #expect(text(whole).split(separator: ": \"v\"").count == 1001)
      #expect(try post(1001, target).status == 413, "\(target)")
    }
  }

  @Test("whatever is sent as a form or as cookies is answered")
  func anything() throws {
    let words = [
      "--X", "--", "\r\n", "\n", "\r", "\r\n\r\n", "Content-Disposition: form-data; ", "name=",
      "*0*=",
      "*=", "\"", "\\", "\\303", "%22", "%", "'", "utf-8''", ";", "=", " ", "a", "\u{e9}",
      "Content-Type: text/plain; charset=iso-8859-1", ":", "filename=",
    ]
    let draw = Draw(seed: 7, index: 0)
    for round in 0..<3000 {
      let text = (0..<12).map { place in
        words[Int(draw.bits(.content, at: UInt64(round * 12 + place)) % UInt64(words.count))]
      }.joined()
      let type = ("Content-Type", "multipart/form-data; boundary=X")
      let form = call("/post", "POST", [type], content: Array(("--X\r\n" + text).utf8))
      #expect(try answer(form).status == 200)
      #expect(try answer(call("/cookies", "GET", [("Cookie", text)])).status == 200)
    }
  }

  @Test("RFC 3986 section 6.2: the URL that is shown has its host in lower case and no usual port")
  func url() throws {
    #expect(text(try answer(call("/get", authority: "A.Test:80"))).contains("http://a.test/get"))
    let other = try answer(call("/get", authority: "A.Test:443"))
    #expect(text(other).contains("http://a.test:443/get"))
    let secure = call("/absolute-redirect/1", authority: "[::A]:443", scheme: "https")
    #expect(values("Location", try answer(secure).fields) == ["https://[::a]/get"])
    let told = call("/get", "GET", [("X-Forwarded-Proto", "https")], authority: "a:443")
    #expect(text(try answer(told)).contains("https://a/get"))
  }

  @Test("what is slow takes its time: a full piece comes before, one that is not full behind it")
  func ranges() throws {
    let one = try answer(call("/range/20?duration=1")).performance
    #expect(one.headDelay == 1000 && one.pace == nil)
    let part = call("/range/20?duration=1", "GET", [("Range", "bytes=0-4")])
    #expect(try answer(part).performance.headDelay == 250)
    let pieces = try answer(call("/range/20?duration=1&chunk_size=6")).performance
    #expect(pieces.headDelay == 0)
    #expect(pieces.pace == Performance.Pace(pieceBytes: 6, pause: 300, lastPause: 100))
    #expect(try answer(call("/range/20?duration=1", "HEAD")).performance.isPlain)
  }

  @Test("a stream has a piece for each line")
  func lines() throws {
    let answer = try answer(call("/stream/12"))
    let lines = text(answer).split(separator: "\n").map { UInt64($0.utf8.count + 1) }
    #expect(lines.count == 12 && lines[11] == lines[0] + 1)
    #expect(answer.performance.pace?.lengths == lines && answer.performance.isChunked)
  }

  @Test("numbers are read as Python reads them, where they can be meant")
  func numbers() throws {
    for (text, delay) in [("1e-1", 100), ("+0.1", 100), (" .1 ", 100), ("-0", 0), ("1E9", 10_000)] {
      #expect(try answer(call("/delay/\(text)")).performance.headDelay == UInt64(delay), "\(text)")
    }
    for text in ["-1", "nan", "inf", "1_0", "0x1", "", "1e", "."] {
      let answer = HTTPBin.answer(
        to: call("/delay/" + text), draw: Draw(seed: 1, index: 0), now: 0)
      #expect(answer?.status == (text.isEmpty ? nil : 400), "\(text)")
    }
    #expect(try answer(call("/drip?duration=-1")).status == 400)
    #expect(try answer(call("/drip?duration=0&delay=-1")).performance.isPlain)
  }

  @Test("an argument is known in letters of either case where httpbin knows it so, and else not")
  func arguments() throws {
    let field = ("Authorization", "Digest username=u, nonce=n, response=x")
    let asked = try answer(call("/digest-auth/auth/u/p?Require-Cookie=1", "GET", [field]))
    // The nonce of credentials that were looked at is remembered
    #expect(values("Set-Cookie", asked.fields).contains("last_nonce=n; Path=/"))
    let known = try answer(call("/digest-auth/auth/u/p?require-cookie=1", "GET", [field]))
    #expect(!values("Set-Cookie", known.fields).contains("last_nonce=n; Path=/"))
    #expect(try answer(call("/range/9?Duration=1")).performance.isPlain)
  }

  @Test("Fetch standard section 3.2.3: pages of other origins may read also that nothing is there")
  func sharing() {
    let plain = HTTPBin.sharing(call("/nowhere"))
    #expect(values("Access-Control-Allow-Origin", plain) == ["*"] && plain.count == 2)
    let asked = HTTPBin.sharing(
      call(
        "/nowhere", "OPTIONS",
        [("Origin", "http://a.test"), ("Access-Control-Request-Headers", "X-A")]))
    #expect(values("Access-Control-Allow-Origin", asked) == ["http://a.test"])
    #expect(values("Access-Control-Allow-Headers", asked) == ["X-A"] && asked.count == 5)
  }

  @Test("what pages of other origins may do is told once, whatever fields are asked for")
  func sharedOnce() throws {
    let name = "Access-Control-Allow-Origin"
    let asked = try answer(call("/response-headers?access-control-allow-origin=x&A=b"))
    #expect(values(name, asked.fields) == ["*"] && values("A", asked.fields) == ["b"])
    #expect(values("access-control-allow-origin", asked.fields) == [])
    let field = ("X-HttpStatus-Response-Access-Control-Allow-Origin", "http://b.test")
    let told = HTTPStat.answer(
      to: call("/200", "GET", [field]), draw: Draw(seed: 1, index: 0))
    #expect(values(name, told?.fields ?? []) == ["http://b.test"])
  }

  @Test("a status that is asked for elsewhere owes what it must have, and nothing that it may")
  func duties() {
    func names(_ code: Int) -> [String] {
      DutyTable.fields(
        of: Status(sending: code) ?? .ok, elsewhere: [0x2F], contentLength: 10, isLeast: true
      ).map { String(decoding: $0.name, as: UTF8.self) }
    }
    for code in [200, 201, 301, 302, 304, 429, 451, 503] { #expect(names(code) == [], "\(code)") }
    #expect(names(401) == ["WWW-Authenticate"] && names(405) == ["Allow"])
    #expect(names(206) == ["Content-Range"] && names(426) == ["Upgrade"])
  }

  @Test("httpstat.us: a field goes out as often as it is asked for, instead of the answer's own")
  func asked() throws {
    let fields = [
      ("X-HttpStatus-Response-Set-Cookie", "a=1"), ("x-httpstatus-response-set-cookie", "b=2"),
      ("X-HttpStatus-Response-Retry-After", "9"), ("X-HttpStatus-Response-Content-Type", "a/b"),
      ("X-HttpStatus-Response-Content-Type", "c/d"),
    ]
    let answer = try #require(
      HTTPStat.answer(to: call("/503", "GET", fields), draw: Draw(seed: 1, index: 0)))
    #expect(values("Set-Cookie", answer.fields) == ["a=1"])
    #expect(values("set-cookie", answer.fields) == ["b=2"])
    #expect(values("Retry-After", answer.fields) == ["9"])
    #expect(values("Content-Type", answer.fields) == ["c/d"])
  }

  @Test(
    "httpstat.us: JSON is for who names it and does not refuse it",
    arguments: [
      ("application/json", true), ("text/plain, application/json;q=0.1", true),
      ("application/json;q=0", false), ("application/json;q=0.000, */*", false), ("*/*", false),
    ])
  func json(_ accept: String, _ isJSON: Bool) throws {
    let answer = try #require(
      HTTPStat.answer(
        to: call("/503", "GET", [("Accept", accept)]), draw: Draw(seed: 1, index: 0)))
    #expect(text(answer).hasPrefix("{") == isJSON)
  }
}
