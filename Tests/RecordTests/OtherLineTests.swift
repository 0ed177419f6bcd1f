import Decide
import Glibc
import HTTPStatus
import Message
import Testing

@testable import Record

/// The formats of other servers.
@Suite("The lines of Apache and of IIS")
struct OtherLineTests {
  private static let moment: Int64 = 1_795_259_465  // 2026-11-21 11:11:05 UTC

  private func record(
    _ sample: Sample, agent: String = "", referer: String = "",
    _ change: @escaping (inout ExchangeRecord) -> Void = { _ in },
    _ body: (ExchangeRecord) -> Void
  ) {
    let fields = Array((agent + referer).utf8)
    sample.withRecord { given in
      var head = Array(given.head) + fields
      var record = given
      record.userAgent = ByteSlice(given.head.count, given.head.count + agent.utf8.count)
      record.referer = ByteSlice(given.head.count + agent.utf8.count, head.count)
      record.seconds = Self.moment
      record.headBytesOut = 233
      record.port = 8080
      head.withUnsafeMutableBufferPointer { bytes in
        record.head = UnsafeBufferPointer(bytes)
        change(&record)
        body(record)
      }
    }
  }

  private func combined(
    _ sample: Sample, agent: String = "", referer: String = "",
    _ change: @escaping (inout ExchangeRecord) -> Void = { _ in }
  ) -> String {
    var line = ByteBuffer()
    var time = CommonLogTime()
    record(sample, agent: agent, referer: referer, change) {
      CombinedLine.write($0, &time, into: &line)
    }
    return line.text
  }

  private func w3c(
    _ sample: Sample, agent: String = "", referer: String = "",
    _ change: @escaping (inout ExchangeRecord) -> Void = { _ in }
  ) -> String {
    var line = ByteBuffer()
    var stamp = TimeStamp()
    record(sample, agent: agent, referer: referer, change) {
      W3CLine.write($0, &stamp, into: &line)
    }
    return line.text
  }

  private var denied: Sample {
    var sample = Sample()
    sample.verdict = Sample.verdict(.listingDenied)
    return sample
  }

  /// The moment as the C library writes it in the machine's zone.
  private var expectedTime: String {
    var moment = time_t(Self.moment)
    var parts = tm()
    localtime_r(&moment, &parts)
    var text = [CChar](repeating: 0, count: 64)
    let count = strftime(&text, text.count, "%d/%b/%Y:%H:%M:%S %z", &parts)
    return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test("combined: as Apache documents it")
  func combinedForm() {
    #expect(
      combined(denied, agent: "curl/7.88.1", referer: "http://a.test/x")
        == "127.0.0.1 - - [\(expectedTime)] \"GET /pics/ HTTP/1.1\" 403 14000 "
        + "\"http://a.test/x\" \"curl/7.88.1\"\n")
    #expect(combined(denied).hasSuffix(" 403 14000 \"-\" \"-\"\n"))
  }

  @Test("combined: an IPv6 client stands without brackets, an old version as it is")
  func combinedVariants() {
    var sample = denied
    sample.client = Array("[2001:db8::1]:443".utf8)
    let line = combined(sample) { $0.version = .http10 }
    #expect(line.hasPrefix("2001:db8::1 - - ["))
    #expect(line.contains("\"GET /pics/ HTTP/1.0\" "))
  }

  @Test("combined: quotation marks, backslashes, controls and letters beyond ASCII are escaped")
  func combinedEscapes() {
    var sample = denied
    sample.target = Array("/\u{e9}\"".utf8)
    let line = combined(sample, agent: "a\"b\\c\u{1}\u{7f}")
    #expect(line.contains("\"GET /\\xc3\\xa9\\x22 HTTP/1.1\""))
    #expect(line.hasSuffix("\"a\\x22b\\x5cc\\x01\\x7f\"\n"))
  }

  @Test("combined: a request line that cannot be read is shown as it came; no answer, no line")
  func combinedUnread() {
    var sample = denied
    sample.method = []
    #expect(combined(sample).contains("] \"/pics/ HTTP/1.1\" 403") == false)
    let line = combined(denied) {
      $0.methodName = .empty
      $0.version = .unread
    }
    #expect(line.contains("] \"GET /pics/ HTTP/1.1\" 403 "))
    #expect(combined(denied) { $0.status = 0 }.isEmpty)
  }

  @Test("both leave out what looks like a secret, in the target and in the referer")
  func secrets() {
    var sample = denied
    sample.target = Array("/a?token=abc&x=1".utf8)
    for line in [
      combined(sample, referer: "https://b.test/?password=hunter2"),
      w3c(sample, referer: "https://b.test/?password=hunter2"),
    ] {
      #expect(!line.contains("abc") && !line.contains("hunter2"))
      #expect(line.contains("token=[redacted]") && line.contains("password=[redacted]"))
    }
  }

  @Test("w3c: the columns of IIS in their order, and the id behind them")
  func w3cForm() {
    var local = Array("192.0.2.9".utf8)
    local.withUnsafeMutableBufferPointer { bytes in
      let address = UnsafeBufferPointer(bytes)
      var sample = denied
      sample.target = Array("/pics/?size=1".utf8)
      let line = w3c(sample, agent: "A B", referer: "http://a.test/") { $0.local = address }
      #expect(
        line == "2026-11-21 11:11:05 192.0.2.9 GET /pics/ size=1 8080 - 127.0.0.1 A+B "
          + "http://a.test/ 403 14 0 0 3f2a90c41d7e5b68\n")
    }
    let columns = "\(W3CLine.fields)".split(separator: " ")
    #expect(w3c(denied, agent: "a b\"c").split(separator: " ").count == columns.count)
  }

  @Test("w3c: what is missing is a hyphen, and every line has all its columns")
  func w3cMissing() {
    let columns = "\(W3CLine.fields)".split(separator: " ").count
    #expect(w3c(denied).contains(" - GET /pics/ - 8080 - 127.0.0.1 - - 403 14 0 0 "))
    var query = denied
    query.target = Array("/pics/?".utf8)
    let empty = w3c(query)
    #expect(empty.contains(" GET /pics/ - 8080 "))
    query.target = Array("?a=b".utf8)
    #expect(w3c(query).contains(" GET - a=b 8080 "))
    let nothing = w3c(denied) {
      $0.status = 0
      $0.methodName = .empty
      $0.port = 0
    }
    #expect(nothing.contains(" - - - - - - 127.0.0.1 - - - - 0 0 "))
    for line in [w3c(denied), empty, nothing] {
      #expect(line.split(separator: " ").count == columns)
    }
  }

  @Test("w3c: no byte of a request ends a column or a line")
  func w3cEscapes() {
    var sample = denied
    sample.target = Array("/a b\tc\n\"\u{e9}".utf8)
    let line = w3c(sample, agent: "\r\n x\u{0}")
    #expect(line.contains(" /a+b%09c%0a%22%c3%a9 - "))
    #expect(line.contains(" %0d%0a+x%00 - "))
    #expect(line.filter { $0.isNewline }.count == 1)
  }

  @Test("a line of ours in w3c tells its cause and its id, also where it got no answer")
  func readingOurs() throws {
    let line = try #require(OtherLine(w3c(denied, agent: "A B")))
    #expect(line.format == .w3c && line.cause?.code.description == "403.14")
    #expect(line.status?.code == 403 && line.id?.description == "3f2a90c41d7e5b68")
    var missing = denied
    missing.verdict = Sample.verdict(.fileMissing)
    let cause = OtherLine(w3c(missing))?.cause
    #expect(cause?.code.description == "404.0", "0 is a number of a cause here")
    let nothing = try #require(OtherLine(w3c(denied) { $0.status = 0 }))
    #expect(nothing.status == nil && nothing.cause == nil && nothing.id != nil)
  }

  @Test("a line of ours in combined tells its status and no more")
  func readingCombined() throws {
    var sample = denied
    sample.target = Array("/\" 200 ".utf8)
    let line = try #require(OtherLine(combined(sample, agent: "a\"b")))
    #expect(line.format == .combined && line.status?.code == 403)
    #expect(line.cause == nil && line.id == nil)
  }

  @Test(
    "lines of other servers in these formats are read, and other lines are not",
    arguments: [
      ("2026-11-21 17:00:00 10.0.0.1 GET /x - 80 - 10.0.0.2 curl - 403 14 0 15", "403.14"),
      ("2026-11-21 17:00:00 10.0.0.1 GET /x - 80 - 10.0.0.2 curl - 404 0 2 15", "404"),
      (#"10.0.0.2 - - [21/Nov/2026:17:00:00 +0000] "GET /\"x HTTP/1.1" 404 153 "-" "curl""#, "404"),
      ("10:31:05 403.14 directory-listing-denied GET /pics/ - id 3f2a90c41d7e5b68", ""),
      ("2026-11-21 17:00:00 10.0.0.1 GET /x - 80 - 10.0.0.2 curl - 403 14 x 15", ""),
      (#"{"v":3,"time":"2026-11-21T11:53:00.857Z","status":404}"#, ""), ("", ""), (" - - [ ]", ""),
      (#"a - - [aa/bbb/cccc:dd:ee:ff +0000] "GET /" 99 1 "-" "-""#, ""),
    ])
  func readingOthers(_ text: String, _ code: String) {
    let line = OtherLine(text)
    #expect((line?.cause?.code.description ?? line?.status?.code.description ?? "") == code)
    #expect(line?.id == nil)
  }
}
