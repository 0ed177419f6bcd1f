import Message
import Testing
import Wire

@Suite("RFC 9112 sections 4 and 6.3: responses")
struct RFC9112Responses {
  func head(_ text: String, to method: Method = .get) -> ResponseHead {
    let (head, fault) = readResponse(raw(text).bytes, to: method)
    #expect(fault == nil)
    return head
  }

  func framing(_ status: String, _ lines: String, to method: Method = .get) -> Framing {
    head("HTTP/1.1 \(status) X\r\n\(lines)\r\n", to: method).framing
  }

  @Test("4: a status line is version, three digits and a phrase")
  func statusLine() {
    let text = "HTTP/1.1 404 Not \u{E4} Found\r\nServer: x\r\n\r\n"
    let found = head(text)
    #expect(found.status == 404 && found.version == .http11 && found.fields.count == 1)
    #expect(Int(found.byteCount) == text.unicodeScalars.count)
    #expect(found.reason == ByteSlice(13, 24))
    #expect(head("HTTP/1.0 200 \r\n\r\n").reason.isEmpty)
    #expect(head("HTTP/1.1 200\r\n\r\n").status == 200)
    #expect(head("HTTP/1.9 999 x\r\n\r\n").version == .http11)
    #expect(head("HTTP/1.1 000 x\r\n\r\n").status == 0)
  }

  @Test("4: what is no status line is told apart by its part")
  func statusLineFaults() {
    refusedResponse("▲SSH-2.0-OpenSSH\r\n", .statusLineMalformed)
    refusedResponse("▲ICY 200 OK\r\n\r\n", .statusLineMalformed)
    refusedResponse("HTTP/▲x.1 200 OK\r\n\r\n", .versionMalformed)
    refusedResponse("HTTP/1.1▲\t200 OK\r\n\r\n", .versionMalformed)
    refusedResponse("HTTP/▲2.0 200 OK\r\n\r\n", .versionUnsupported)
    refusedResponse("HTTP/1.1 ▲ 200 OK\r\n\r\n", .statusMalformed)
    refusedResponse("HTTP/1.1 20▲ OK\r\n\r\n", .statusMalformed)
    refusedResponse("HTTP/1.1 200▲0 OK\r\n\r\n", .statusMalformed)
    refusedResponse("HTTP/1.1 200▲x OK\r\n\r\n", .statusLineMalformed)
    refusedResponse("HTTP/1.1 200 O▲\0K\r\n\r\n", .statusLineMalformed)
    refusedResponse("HTTP/1.1 200 OK▲\n\r\n", .bareLineFeed)
    refusedResponse("HTTP/1.1 200 O▲\rK\r\n\r\n", .bareCarriageReturn)
    refusedResponse("HTTP/1.1 200 OK\r\nA▲ : b\r\n\r\n", .spaceBeforeColon)
    refusedResponse("HTTP/1.1 200 OK\r\nA: b\r\n▲", .messageIncomplete)
  }

  @Test("6.3 item 1: no content after HEAD, and none in 1xx, 204 and 304")
  func noContent() {
    #expect(framing("200", "Content-Length: 5\r\n", to: .head) == .none)
    for status in ["100", "103", "204", "304"] {
      #expect(framing(status, "Content-Length: 5\r\n") == .none)
      #expect(framing(status, "Transfer-Encoding: chunked\r\n") == .none)
    }
  }

  @Test("6.3 item 2: a 2xx to CONNECT begins a tunnel, another status does not")
  func connect() {
    #expect(framing("200", "Content-Length: 5\r\n", to: .connect) == .none)
    #expect(framing("407", "Content-Length: 5\r\n", to: .connect) == .length(5))
  }

  @Test("6.3 items 4, 6 and 8: chunked, a length, or until the close")
  func framings() {
    #expect(framing("200", "Transfer-Encoding: chunked\r\n") == .chunked)
    #expect(framing("200", "Transfer-Encoding: gzip\r\n") == .untilClose)
    #expect(framing("200", "Content-Length: 5\r\n") == .length(5))
    #expect(framing("200", "") == .untilClose)
    #expect(!head("HTTP/1.1 200 OK\r\n\r\n").keepsAlive)
    #expect(head("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").keepsAlive)
    #expect(!head("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").keepsAlive)
  }

  @Test("6.3: framing that two readers could read in two ways is refused in responses too")
  func framingFaults() {
    func refused(_ lines: String, _ kind: FaultKind) {
      refusedResponse("HTTP/1.1 200 OK\r\n\(lines)\r\n", kind)
    }
    refused(
      "Content-Length: 5\r\n▲Transfer-Encoding: chunked\r\n", .contentLengthWithTransferEncoding)
    refused("Content-Length: 5\r\n▲Content-Length: 5\r\n", .contentLengthRepeated)
    refused("Content-Length: ▲x\r\n", .contentLengthMalformed)
    refused("Transfer-Encoding: ▲gzip, chunked\r\n", .transferCodingUnknown)
    refused("Transfer-Encoding: ▲, ,\r\n", .transferEncodingMalformed)
    refusedResponse(
      "HTTP/1.0 200 OK\r\n▲Transfer-Encoding: chunked\r\n\r\n", .transferEncodingInHTTP10)
  }

  @Test("15.2: an interim response is a head of its own")
  func interim() throws {
    let bytes = Array("HTTP/1.1 103 E\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8)
    var reader = ResponseReader(requestMethod: .get)
    var first = ResponseHead()
    #expect(try reader.read(bytes.span, into: &first) == .complete(byteCount: 18))
    reader.reset(requestMethod: .get)
    var second = ResponseHead()
    let rest = Array(bytes[18...])
    #expect(try reader.read(rest.span, into: &second) == .complete(byteCount: rest.count))
    #expect(first.status == 103 && second.status == 200)
  }

  @Test("8: content until the close ends with it, and no sooner")
  func untilClose() {
    let result = readContent(Array("hello".utf8), framing: .untilClose)
    #expect(result.fault == nil && result.data == Array("hello".utf8) && !result.isComplete)
  }

  static let notCovered = [
    "8: a response with a length that ends early is incomplete (shown for requests)",
    "9.2: responses are given to the requests of a pipeline in their order",
  ]

  @Test("sentences not yet covered are counted")
  func count() { #expect(Self.notCovered.count == 2) }
}
