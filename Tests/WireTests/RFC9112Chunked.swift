import Message
import Testing
import Wire

@Suite("RFC 9112 section 7.1: chunked content")
struct RFC9112Chunked {
  func data(_ text: String) -> String {
    let result = readContent(raw(text).bytes)
    #expect(result.fault == nil && result.isComplete)
    return String(decoding: result.data, as: UTF8.self)
  }

  @Test("7.1: chunks are put together, up to one of size zero")
  func chunks() {
    #expect(data("5\r\nhello\r\n0\r\n\r\n") == "hello")
    #expect(data("5\r\nhello\r\n1\r\n,\r\n000a\r\n0123456789\r\n000\r\n\r\n") == "hello,0123456789")
    #expect(data("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n").count == 20)
    #expect(data("0\r\n\r\n") == "")
    #expect(data("0000000000000001\r\na\r\n0\r\n\r\n") == "a")
    #expect(data("4\r\n\r\n\r\n\r\n0\r\n\r\n") == "\r\n\r\n")
  }

  @Test("7.1: what is behind the last chunk is left alone")
  func rest() {
    let result = readContent(Array("1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n".utf8))
    #expect(result.consumed == 11 && result.isComplete)
  }

  @Test("7.1: a chunk size has hexadecimal digits, at most 256, and nothing else")
  func sizeGrammar() {
    for size in [
      "▲ 5", "▲\t5", "▲-5", "▲+5", "0▲x5", "5▲g", "▲g", "5▲_0", "▲;a", "5 ▲5", "▲\05", "▲\u{80}5",
      String(repeating: "0", count: 256) + "▲1", "5 ▲",
    ] {
      refusedContent("\(size)\r\nhello\r\n0\r\n\r\n", .chunkSizeMalformed)
    }
    refusedContent("▲\r\n", .chunkSizeMalformed)
    refusedContent("5\r\nhello\r\n▲\r\n0\r\n\r\n", .chunkSizeMalformed)
  }

  @Test(
    "7.1: zeros in front of a size change nothing, and a size that overflows is the largest one")
  func zerosAndOverflow() {
    let zeros = String(repeating: "0", count: 255)
    #expect(data("00000000000000005\r\nhello\r\n\(zeros)\r\n\r\n") == "hello")
    #expect(data("\(zeros)5\r\nhello\r\n0\r\n\r\n") == "hello")
    for size in [
      "10000000000000000", "10000000000000005", "FFFFFFFFFFFFFFFFF", "fffffffffffffffff0",
    ] {
      refusedContent("▲\(size)\r\nhello\r\n0\r\n\r\n", .chunkedContentAboveLimit)
    }
  }

  @Test("7.1: a line feed alone ends no chunk line, nor a carriage return")
  func lineEndings() {
    refusedContent("5▲\nhello\r\n0\r\n\r\n", .bareLineFeed)
    refusedContent("▲\n5\r\nhello", .bareLineFeed)
    refusedContent("5▲\rhello\r\n0\r\n\r\n", .bareCarriageReturn)
    refusedContent("5▲\r\r\nhello\r\n0\r\n\r\n", .bareCarriageReturn)
    refusedContent("5;a▲\nhello\r\n0\r\n\r\n", .bareLineFeed)
    refusedContent("5;a▲\rhello", .bareCarriageReturn)
    refusedContent("5;a=\"▲\n\"\r\nhello", .bareLineFeed)
    refusedContent("0\r\n▲\n", .bareLineFeed)
    refusedContent("0\r\n▲\rX", .bareCarriageReturn)
    refusedContent("0\r\nA: b▲\n\r\n", .bareLineFeed)
  }

  @Test("7.1: the data of a chunk ends in CRLF")
  func dataEnd() {
    refusedContent("5\r\nhello▲x\r\n0\r\n\r\n", .chunkDataUnterminated)
    refusedContent("5\r\nhello▲\n0\r\n\r\n", .chunkDataUnterminated)
    refusedContent("5\r\nhello\r▲0\r\n\r\n", .chunkDataUnterminated)
    refusedContent("4\r\nhell▲o\r\n0\r\n\r\n", .chunkDataUnterminated)
  }

  @Test("7.1.1: extensions are a name with or without a value, and are passed over")
  func extensions() {
    for ending in [
      ";a", ";a=b", ";a=\"b\"", " ; a", "\t;\ta \t=\t b", ";a;b=c;d=\"e;\\\"f\"", ";a=\"\" ;b",
      ";a=b ",
      ";a=\"\u{80}\t\"",
    ] {
      #expect(data("5\(ending)\r\nhello\r\n0\(ending)\r\n\r\n") == "hello", "\(ending)")
    }
  }

  @Test("7.1.1: an extension that is not the grammar's is refused")
  func extensionGrammar() {
    for ending in [
      ";▲", ";▲;a", ";▲=b", ";a=▲", ";a=▲;", ";a▲(", ";a=\"b▲", ";a=\"b\"▲c", ";a=\"▲\0\"",
      ";a=b▲\"",
      ";a=▲\u{80}", ";a=b ▲c", ";a ▲", ";a=\"b\\▲",
    ] {
      refusedContent("5\(ending)\r\nhello\r\n0\r\n\r\n", .chunkExtensionMalformed)
    }
    refusedContent("5;a ▲b\r\nhello", .chunkExtensionMalformed)
  }

  @Test("7.1.1: extensions have a limit in a line and in a message")
  func extensionLimits() {
    var limits = MessageLimits()
    limits.chunkExtensionBytesMax = 4
    limits.chunkExtensionsBytesMax = 10
    let fault = refusedContent(
      "1;abc▲d\r\nx\r\n0\r\n\r\n", .chunkExtensionsTooLarge, limits: limits)
    #expect(fault?.limit == 4 && fault?.measured == 5)
    let chunk = "1;abc\r\nx\r\n"
    let whole = refusedContent(
      chunk + chunk + "1;a▲b\r\nx\r\n0\r\n\r\n", .chunkExtensionsTooLarge, limits: limits)
    #expect(whole?.limit == 10 && whole?.measured == 11)
  }

  @Test("RFC 9110 15.5.14: chunks above the content limit are refused at the size that passes it")
  func contentLimit() {
    var limits = MessageLimits()
    limits.contentBytesMax = 7
    let fault = refusedContent(
      "5\r\nhello\r\n▲3\r\nabc\r\n0\r\n\r\n", .chunkedContentAboveLimit, limits: limits)
    #expect(fault?.limit == 7 && fault?.measured == 8)
    refusedContent("▲ffffffffffffffff\r\n", .chunkedContentAboveLimit)
    refusedContent("1\r\na\r\n▲ffffffffffffffff\r\n", .chunkedContentAboveLimit)
  }

  @Test("7.1.2: trailer fields are kept")
  func trailers() {
    let result = readContent(
      Array("1\r\na\r\n0\r\nServer-Timing: x\r\nETag: \"b\"\r\n\r\nrest".utf8))
    #expect(result.fault == nil && result.isComplete && result.consumed == 40)
    #expect(result.trailers == [["Server-Timing", "x"], ["ETag", "\"b\""]])
  }

  @Test("RFC 9110 6.5.1: trailers that frame or route are refused")
  func framingTrailers() {
    refusedContent("0\r\n▲Content-Length: 5\r\n\r\n", .trailerMalformed)
    refusedContent("0\r\nA: b\r\n▲Transfer-Encoding: chunked\r\n\r\n", .trailerMalformed)
    refusedContent("0\r\n▲Host: h\r\n\r\n", .trailerMalformed)
  }

  @Test("RFC 9110 6.5.1: trailers with credentials or modifiers are dropped")
  func droppedTrailers() {
    let result = readContent(
      Array("0\r\nAuthorization: x\r\nCookie: y\r\nIf-Match: *\r\nA: b\r\n\r\n".utf8))
    #expect(result.fault == nil && result.isComplete)
    #expect(result.trailers == [["A", "b"]])
  }

  @Test("7.1.2: a trailer is a field line")
  func trailerGrammar() {
    for line in ["▲ A: b", "A▲ : b", "▲: b", "A▲\r\n", "A: ▲\0", "A▲(b: c", "A: b\r\n▲ c"] {
      refusedContent("0\r\n\(line)\r\n\r\n", .trailerMalformed)
    }
  }

  @Test("7.1.2: trailers have a limit in bytes and in number")
  func trailerLimits() {
    var limits = MessageLimits()
    limits.trailerBytesMax = 10
    let fault = refusedContent("0\r\nA: b\r\nC: d▲\r\n\r\n", .trailersTooLarge, limits: limits)
    #expect(fault?.limit == 10 && fault?.measured == 11)
    let fits = readContent(Array("0\r\nA: bc\r\n\r\n".utf8), limits: limits)
    #expect(fits.fault == nil && fits.isComplete)
    limits.trailerBytesMax = 100
    limits.fieldCountMax = 1
    refusedContent("0\r\nA: b\r\n▲C: d\r\n\r\n", .tooManyFields, limits: limits)
  }

  @Test("8: chunked content that ends before its last chunk is incomplete")
  func incomplete() {
    for part in [
      "", "5", "5\r", "5\r\n", "5\r\nhel", "5\r\nhello", "5\r\nhello\r\n", "0\r\n", "0\r\nA: b\r\n",
    ] {
      refusedContent(part + "▲", .messageIncomplete)
    }
  }

  static let notCovered = [
    "7.1.3: decoding chunked into a message with Content-Length (for gateways)"
  ]

  @Test("sentences not yet covered are counted")
  func count() { #expect(Self.notCovered.count == 1) }
}
