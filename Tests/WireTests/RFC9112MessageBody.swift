import Message
import Testing
import Wire

@Suite("RFC 9112 section 6: the body of a request, and how long it is")
struct RFC9112MessageBody {
  func request(_ lines: String, version: String = "1.1") -> String {
    "POST / HTTP/\(version)\r\nHost: h\r\n\(lines)\r\n"
  }

  @Test("6.3 item 7: a request without framing has no content")
  func none() { #expect(accepted(request("")).framing == .none) }

  @Test("6.3 item 6: Content-Length tells the length")
  func contentLength() {
    #expect(accepted(request("Content-Length: 42\r\n")).framing == .length(42))
    #expect(accepted(request("Content-Length: 0\r\n")).framing == .length(0))
    #expect(accepted(request("content-length:\t007 \r\n")).framing == .length(7))
  }

  @Test("RFC 9110 8.6: a length that does not fit is still one; the content limit refuses it")
  func hugeLength() {
    let most = "18446744073709551615"
    #expect(accepted(request("Content-Length: \(most)\r\n")).framing == .length(.max))
    #expect(accepted(request("Content-Length: \(most)0\r\n")).framing == .length(.max))
    #expect(accepted(request("Content-Length: 18446744073709551616\r\n")).framing == .length(.max))
    #expect(accepted(request("Content-Length: 99999999999999999999\r\n")).framing == .length(.max))
    let reader = ContentReader(framing: .length(.max), offset: 10)
    #expect(reader.refusal?.kind == .contentLengthAboveLimit)
  }

  @Test("RFC 9110 8.6: a Content-Length has digits and nothing else")
  func contentLengthGrammar() {
    for value in ["▲", "▲+1", "▲-1", "1▲ 2", "0▲x10", "1▲a", "▲a", "1▲.0", "▲,1", "1▲;"] {
      refused(request("Content-Length: \(value)\r\n"), .contentLengthMalformed)
    }
  }

  @Test("6.3 item 5: several lengths are refused, were they the same")
  func contentLengthRepeated() {
    refused(
      request("Content-Length: 1\r\n▲Content-Length: 1\r\n"), .contentLengthRepeated)
    refused(
      request("Content-Length: 1\r\n▲CONTENT-LENGTH: 2\r\n"), .contentLengthRepeated)
    refused(request("Content-Length: 1▲, 1\r\n"), .contentLengthRepeated)
    refused(request("Content-Length: 1▲,2\r\n"), .contentLengthRepeated)
  }

  @Test("6.3 item 3: never both Content-Length and Transfer-Encoding")
  func both() {
    refused(
      request("Content-Length: 1\r\n▲Transfer-Encoding: chunked\r\n"),
      .contentLengthWithTransferEncoding)
    refused(
      request("Transfer-Encoding: chunked\r\n▲Content-Length: 1\r\n"),
      .contentLengthWithTransferEncoding)
    refused(
      request("Transfer-Encoding: x\r\n▲Content-Length: x\r\n"),
      .contentLengthWithTransferEncoding)
  }

  @Test("6.1: no Transfer-Encoding in HTTP/1.0")
  func http10() {
    refused(
      request("▲Transfer-Encoding: chunked\r\n", version: "1.0"), .transferEncodingInHTTP10)
  }

  @Test("6.3 item 4: chunked as the final coding frames the content")
  func chunked() {
    #expect(accepted(request("Transfer-Encoding: chunked\r\n")).framing == .chunked)
    #expect(accepted(request("transfer-encoding:CHUNKED \r\n")).framing == .chunked)
  }

  @Test("6.3 item 4: a request whose final coding is not chunked has no end")
  func finalCoding() {
    refused(request("Transfer-Encoding: ▲gzip\r\n"), .finalCodingNotChunked)
    refused(request("Transfer-Encoding: ▲identity\r\n"), .finalCodingNotChunked)
    refused(request("Transfer-Encoding: chunked, ▲gzip\r\n"), .finalCodingNotChunked)
    refused(request("Transfer-Encoding: ▲xchunked\r\n"), .finalCodingNotChunked)
    refused(
      request("Transfer-Encoding: chunked\r\nTransfer-Encoding: ▲x\r\n"), .finalCodingNotChunked)
  }

  @Test("6.1: a coding before the final chunked that is not understood is unknown")
  func unknownCoding() {
    refused(request("Transfer-Encoding: ▲gzip, chunked\r\n"), .transferCodingUnknown)
    refused(request("Transfer-Encoding: ▲foo;a=b;c=\"d,e\" , chunked\r\n"), .transferCodingUnknown)
    refused(
      request("Transfer-Encoding: ▲gzip\r\nTransfer-Encoding: chunked\r\n"),
      .transferCodingUnknown)
  }

  @Test("RFC 9110 5.6.1.2: empty elements of the list beside codings are ignored")
  func emptyCodings() {
    for value in [", chunked", "chunked,", ", ,chunked , ", "chunked\t,"] {
      let text = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: \(value)\r\n\r\n"
      #expect(accepted(text).framing == .chunked)
    }
  }

  @Test("7: the list of codings holds to its grammar, and chunked stands in it once, bare")
  func codingGrammar() {
    refused(request("Transfer-Encoding:▲\r\n"), .transferEncodingMalformed)
    refused(request("Transfer-Encoding: ▲, ,\r\n"), .transferEncodingMalformed)
    refused(
      request("Transfer-Encoding:▲\r\nTransfer-Encoding: chunked\r\n"),
      .transferEncodingMalformed)
    refused(request("Transfer-Encoding: chunked, ▲chunked\r\n"), .transferEncodingMalformed)
    refused(request("Transfer-Encoding: chunked, gzip, ▲chunked\r\n"), .transferEncodingMalformed)
    refused(request("Transfer-Encoding: chunked▲;a=b\r\n"), .transferEncodingMalformed)
    refused(request("Transfer-Encoding: chunked▲ x\r\n"), .transferEncodingMalformed)
    refused(request("Transfer-Encoding: ▲\"chunked\"\r\n"), .transferEncodingMalformed)
    refused(request("Transfer-Encoding: gzip▲;, chunked\r\n"), .transferEncodingMalformed)
    refused(request("Transfer-Encoding: gzip▲;a, chunked\r\n"), .transferEncodingMalformed)
    refused(request("Transfer-Encoding: ▲\u{80}chunked\r\n"), .transferEncodingMalformed)
  }

  @Test("6.2: content of a declared length is given as it comes")
  func readsLength() {
    let whole = readContent(Array("hello, more".utf8), framing: .length(5))
    #expect(whole.data == Array("hello".utf8) && whole.consumed == 5 && whole.isComplete)
    #expect(readContent([1], framing: .none).consumed == 0)
    #expect(readContent([1], framing: .length(0)).isComplete)
    let short = readContent(Array("hell".utf8), framing: .length(5))
    #expect(short.fault?.kind == .messageIncomplete && short.fault?.offset == 104)
  }

  @Test("RFC 9110 15.5.14: a declared length above the limit is refused before a byte is read")
  func lengthLimit() {
    var limits = MessageLimits()
    limits.contentBytesMax = 4
    let fault = readContent(Array("hello".utf8), framing: .length(5), limits: limits).fault
    #expect(fault?.kind == .contentLengthAboveLimit)
    #expect(fault?.limit == 4 && fault?.measured == 5)
    #expect(ContentReader(framing: .length(4), limits: limits, offset: 0).refusal == nil)
  }

  static let notCovered = [
    "6.1: a server may refuse content with a length required (411); decided elsewhere",
    "6.3 item 3: an intermediary removes Content-Length (we refuse instead)",
  ]

  @Test("sentences not yet covered are counted")
  func count() { #expect(Self.notCovered.count == 2) }
}

@Suite("RFC 9112 section 9 and RFC 9110 section 10: the connection and what is expected")
struct RFC9112Connection {
  func keepsAlive(_ version: String, _ lines: String) -> Bool {
    accepted("GET / HTTP/\(version)\r\nHost: h\r\n\(lines)\r\n").keepsAlive
  }

  @Test("9.3: a 1.1 connection goes on unless it is asked to close")
  func http11() {
    #expect(keepsAlive("1.1", ""))
    #expect(keepsAlive("1.1", "Connection: keep-alive, Upgrade\r\n"))
    #expect(!keepsAlive("1.1", "Connection: close\r\n"))
    #expect(!keepsAlive("1.1", "Connection: Upgrade , CLOSE\r\n"))
    #expect(!keepsAlive("1.1", "Connection: x\r\nConnection: y,close,keep-alive\r\n"))
    // Quotes mean nothing in a list of tokens.
    #expect(!keepsAlive("1.1", "Connection: \"x, close\r\n"))
    #expect(keepsAlive("1.1", "Connection: closed, not-close\r\n"))
  }

  @Test("9.3: a 1.0 connection ends unless it is asked to go on")
  func http10() {
    #expect(!keepsAlive("1.0", ""))
    #expect(keepsAlive("1.0", "Connection: Keep-Alive\r\n"))
    #expect(!keepsAlive("1.0", "Connection: keep-alive, close\r\n"))
  }

  @Test("RFC 9110 10.1.1: 100-continue is the expectation that is known")
  func expectation() {
    func expected(_ version: String, _ lines: String) -> Message.Expectation {
      accepted("GET / HTTP/\(version)\r\nHost: h\r\n\(lines)\r\n").expectation
    }
    #expect(expected("1.1", "") == .none)
    #expect(expected("1.1", "Expect: 100-Continue\r\n") == .continue100)
    #expect(expected("1.1", "Expect: 200-ok\r\n") == .unknown)
    #expect(expected("1.1", "Expect: 100-continue, x=y\r\n") == .unknown)
    #expect(expected("1.1", "Expect: x\r\nExpect: 100-continue\r\n") == .unknown)
    #expect(expected("1.1", "Expect:\r\n") == .none)
    #expect(expected("1.0", "Expect: 100-continue\r\n") == .none)
  }

  @Test("9.3.2: what comes behind a head is left to the next reading")
  func pipelining() {
    let one = "GET /1 HTTP/1.1\r\nHost: h\r\n\r\n"
    let bytes = Array((one + "GET /2 HTTP/1.1\r\nHost: h\r\n\r\n").utf8)
    var reader = RequestReader()
    var head = RequestHead()
    var rest = bytes
    for target in ["/1", "/2"] {
      reader.reset()
      head.reset()
      let progress = try? reader.read(rest.span, into: &head)
      #expect(progress == .complete(byteCount: one.utf8.count))
      #expect(text(rest, head.target) == target)
      rest.removeFirst(one.utf8.count)
    }
  }

  static let notCovered = [
    "9.6: a server that closes does so in stages (tested with the connection)",
    "9.8: a close without TLS's own notice is an incomplete message",
  ]

  @Test("sentences not yet covered are counted")
  func count() { #expect(Self.notCovered.count == 2) }
}
