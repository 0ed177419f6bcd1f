import Decide
import HTTPStatus
import Message
import Testing

@testable import Record

@Suite("Reading a line of JSON")
struct JSONRecordTests {
  private func fault(_ line: String) -> RecordFault? {
    do {
      _ = try JSONRecord.read(Array(line.utf8))
      return nil
    } catch {
      return error
    }
  }

  @Test("needs a time and an id, and keeps members that it does not know")
  func least() throws {
    let line =
      "{\"time\":\"t\",\"id\":\"00000000000000ff\",\"later\":{\"a\":[1, 2]},"
      + "\"status\":null}"
    let exchange = try JSONRecord.read(Array(line.utf8))
    #expect(exchange.version == 1 && exchange.id == RequestID(255) && exchange.status == nil)
    #expect(exchange.unknown == [RecordedMember(name: "later", text: "{\"a\":[1, 2]}")])
    #expect(Explanation(exchange).text.contains("nothing that could be read"))
  }

  @Test("reads records of version 1, which say the same in more members")
  func versionOne() throws {
    let line =
      "{\"v\":1,\"time\":\"t\",\"id\":\"00000000000000ff\",\"rule\":\"site.yaml:9:7\","
      + "\"status\":403,\"cause\":\"403.14\",\"slug\":\"directory-listing-denied\","
      + "\"outcome\":\"0.704\",\"outcome_slug\":\"client-reset\",\"graph\":1,"
      + "\"yes\":\"40100800\",\"ending\":40,"
      + "\"evidence\":{\"key\":\"files.browse\",\"at\":\"site.yaml:4:12\"},"
      + "\"config\":\"0000000000c0ffee\"}"
    let exchange = try JSONRecord.read(Array(line.utf8))
    #expect(exchange.version == 1 && exchange.unknown.isEmpty)
    #expect(exchange.outcome == "0.704" && exchange.outcomeSlug == "client-reset")
    #expect(exchange.path == RecordedPath(graph: 1, yes: AnswerBits(low: 0x4010_0800, high: 0)))
    #expect(exchange.ending == 40 && exchange.configuration == "0000000000c0ffee")
    // What version 1 left out was not there
    #expect(exchange.evidence?.position == "site.yaml:4:12" && exchange.evidence?.rule == nil)
  }

  @Test("reads records of version 2, which leave nothing out that is the usual")
  func versionTwo() throws {
    let line =
      "{\"v\":2,\"time\":\"t\",\"id\":\"00000000000000ff\",\"site\":\"default\","
      + "\"method\":\"GET\",\"target\":\"/\",\"version\":\"1.1\",\"status\":200,"
      + "\"cause\":\"200.701\",\"slug\":\"file-served\",\"actor\":\"server\","
      + "\"outcome\":\"completed\",\"ttfb_us\":7,\"total_us\":7}"
    let exchange = try JSONRecord.read(Array(line.utf8))
    #expect(exchange.version == 2 && exchange.unknown.isEmpty)
    #expect(exchange.site == "default" && exchange.httpVersion == "1.1")
    #expect(exchange.slug == "file-served" && exchange.actor == "server")
    #expect(exchange.outcomeSlug == "completed" && exchange.totalMicroseconds == 7)
    let bare = try JSONRecord.read(
      Array("{\"v\":2,\"time\":\"t\",\"id\":\"00000000000000ff\",\"ttfb_us\":7}".utf8))
    #expect(bare.site == nil && bare.outcomeSlug == nil && bare.totalMicroseconds == 0)
  }

  @Test("knows what version 3 leaves out because it is the usual")
  func leftOut() throws {
    let line =
      "{\"v\":3,\"time\":\"t\",\"id\":\"00000000000000ff\",\"method\":\"GET\","
      + "\"target\":\"/\",\"status\":200,\"cause\":\"200.701\",\"ttfb_us\":7}"
    let exchange = try JSONRecord.read(Array(line.utf8))
    let cause = try #require(Cause("200.701"))
    #expect(exchange.site == "default" && exchange.httpVersion == "1.1")
    #expect(exchange.slug == cause.slug.description)
    #expect(exchange.actor == String(describing: cause.actor))
    #expect(exchange.outcome == Cause.completed.code.description)
    #expect(exchange.outcomeSlug == "completed" && exchange.totalMicroseconds == 7)
    let unread = try JSONRecord.read(
      Array(
        ("{\"v\":3,\"time\":\"t\",\"id\":\"00000000000000ff\",\"site\":null,"
          + "\"method\":null,\"version\":null,\"outcome\":\"client-reset\",\"ttfb_us\":0,"
          + "\"total_us\":9}").utf8))
    #expect(unread.site == nil && unread.httpVersion == nil && unread.cause == nil)
    #expect(unread.slug == nil && unread.actor == nil && unread.outcomeSlug == "client-reset")
    #expect(unread.totalMicroseconds == 9)
  }

  @Test(
    "reads the trace as far as it goes",
    arguments: [
      ("2/40/ff/c0", 2, 40, 255, "c0"), ("2/40//c0", nil, 40, nil, "c0"),
      ("///c0", nil, nil, nil, "c0"), ("2/40/0", 2, 40, 0, nil),
    ] as [(String, UInt16?, UInt8?, UInt64?, String?)])
  func trace(text: String, graph: UInt16?, ending: UInt8?, low: UInt64?, config: String?) throws {
    let line =
      "{\"v\":2,\"time\":\"t\",\"id\":\"00000000000000ff\",\"outcome\":\"later\","
      + "\"trace\":\"\(text)\"}"
    let exchange = try JSONRecord.read(Array(line.utf8))
    #expect(exchange.path?.graph == graph && exchange.path?.yes.words.0 == low)
    #expect(exchange.ending == ending && exchange.configuration == config)
    #expect(exchange.outcome == nil && exchange.outcomeSlug == "later")
    #expect(exchange.unknown.isEmpty)
  }

  @Test("a trace that is none is refused", arguments: ["2/40", "2/400/0/c0", "2/40/xy/c0", "/4/0"])
  func brokenTrace(text: String) throws {
    let found = fault(
      "{\"v\":2,\"time\":\"t\",\"id\":\"00000000000000ff\",\"trace\":\"\(text)\"}")
    #expect(found?.offset == 50)
    #expect(found?.expected.hasPrefix("graph version, ending, hexadecimal digits") == true)
  }

  @Test(
    "says at which byte it stopped and what would fit",
    arguments: [
      ("", 0, "a value"), ("[]", 0, "an object"), ("{", 1, "a member's name in quotes"),
      ("{\"v\" 1}", 5, "a colon"), ("{\"v\":1 \"a\":2}", 7, "a comma or the end of the object"),
      ("{\"v\":1,\"v\":1}", 7, "a name that this object does not have yet"),
      ("{\"v\":1}", 0, "an object with a time as \"time\""),
      ("{\"v\":9}", 5, "a record of version 3 or earlier"),
      ("{\"v\":01}", 6, "a comma or the end of the object"), ("{\"v\":-}", 6, "a digit"),
      ("{\"v\":1.}", 7, "a digit"), ("{\"v\":tru}", 8, "\"true\""),
      ("{\"a\":\"\u{1}\"}", 6, "no control character inside a string"),
      ("{\"a\":\"\\x\"}", 7, "one of"), ("{\"a\":\"\\u12g4\"}", 10, "four hexadecimal digits"),
      ("{\"a\":\"\\ud800\"}", 12, "the second half of a surrogate pair"),
      ("{\"a\":\"b", 7, "a quotation mark that ends the string"),
      ("{} x", 3, "the end of the line"),
      ("{\"v\":1,\"time\":\"t\",\"id\":\"12\"}", 23, "a request id of 16 hexadecimal digits"),
      (
        "{\"time\":\"t\",\"id\":\"00000000000000ff\",\"status\":70000}", 45,
        "a whole number from 0 to 65535 for \"status\""
      ),
      ("{\"v\":1,\"note\":\"journal lines lost\"}", 0, "the record of an exchange, not a note"),
    ])
  func faults(line: String, offset: Int, expected: String) throws {
    let found = try #require(fault(line))
    #expect(found.offset == offset)
    #expect(found.expected.hasPrefix(expected))
  }

  @Test("refuses what is nested too deeply, too long or no UTF-8")
  func limits() throws {
    #expect(fault(String(repeating: "[", count: 40))?.expected.hasPrefix("at most") == true)
    let long = [UInt8](repeating: 0x20, count: JSONReader.bytesMax + 1)
    #expect(throws: RecordFault.self) { try JSONRecord.read(long) }
    #expect(throws: RecordFault.self) {
      try JSONRecord.read(Array("{\"a\":\"".utf8) + [0xC0, 0x80] + Array("\"}".utf8))
    }
  }

  @Test("reads escapes and surrogate pairs")
  func escapes() throws {
    let node = try JSONReader.read(Array("\"\\u00e9\\ud83d\\ude00\\n\\/\"".utf8))
    guard case .string(let text) = node.value else {
      Issue.record("no string")
      return
    }
    #expect(text == "\u{E9}\u{1F600}\n/")
  }
}

@Suite("Ids and times")
struct RequestIDTests {
  @Test("an id prints as 16 digits and is read back")
  func text() {
    #expect(RequestID(0xAB).description == "00000000000000ab")
    #expect(RequestID("00000000000000AB") == RequestID(0xAB))
    #expect(RequestID("ab") == nil && RequestID("00000000000000ag") == nil)
  }

  @Test("a source does not repeat itself, and two sources differ")
  func source() {
    var one = RequestIDSource()
    var other = RequestIDSource()
    var seen: Set<RequestID> = []
    for _ in 0..<10_000 {
      seen.insert(one.next())
      seen.insert(other.next())
    }
    #expect(seen.count == 20_000)
    var again = RequestIDSource(start: 7)
    var same = RequestIDSource(start: 7)
    #expect(again.next() == same.next())
  }

  @Test(
    "a time is written as RFC 3339 has it",
    arguments: [
      (Int64(0), UInt32(0), "1970-01-01T00:00:00.000Z"),
      (951_782_400, 999_999_999, "2000-02-29T00:00:00.999Z"),
      (4_107_542_399, 1_000_000, "2100-02-28T23:59:59.001Z"),
      (-5, 0, "1970-01-01T00:00:00.000Z"), (.max, 0, "9999-12-31T23:59:59.000Z"),
    ])
  func time(seconds: Int64, nanoseconds: UInt32, text: String) {
    var stamp = TimeStamp()
    var buffer = ByteBuffer()
    stamp.append(seconds: seconds, nanoseconds: nanoseconds, to: &buffer)
    #expect(buffer.text == text)
  }

  @Test(
    "numbers are written whole",
    arguments: [0, 9, 10, 99, 100, 101, 999, 1000, 12_345, .max, UInt64.max / 10] as [UInt64])
  func decimal(value: UInt64) {
    var buffer = ByteBuffer()
    buffer.reserve(64)
    var line = LineWriter(buffer.end, room: 64)
    line.decimal(value)
    line.byte(0x20)
    line.hex(value)
    buffer.didWrite(line.count)
    #expect(buffer.text == "\(value) \(String(value, radix: 16))")
  }

  @Test("a line that has no room left is cut short and harms nothing")
  func room() {
    var buffer = ByteBuffer()
    buffer.reserve(64)
    for room in 0...20 {
      var line = LineWriter(buffer.end, room: room)
      line.text("abcdef")
      line.decimal(1234)
      line.hex16(5)
      line.threeDigits(7)
      line.byte(0x20)
      [1, 2].withUnsafeBufferPointer { line.wire($0, .json) }
      #expect(line.count <= room)
    }
  }
}
