import Message
import Testing
import Wire

@Suite("RFC 9112 section 5: field lines")
struct RFC9112FieldLines {
  /// A request with these lines behind its Host.
  func request(_ lines: String) -> String { "GET / HTTP/1.1\r\nHost: h\r\n\(lines)\r\n" }

  @Test("5: a field line is a name, a colon and a value without the white space around it")
  func parts() {
    let (bytes, _) = raw(request("A:b\r\nC: \t d e\t \r\nD:\r\nE: \r\nF: \u{E4}\u{FF}\r\n"))
    let head = readRequest(bytes).head
    let values = head.fields.dropFirst().map { Array(bytes[$0.value.range]) }
    #expect(values == [[0x62], Array("d e".utf8), [], [], [0xE4, 0xFF]])
    #expect(head.fields.dropFirst().map { text(bytes, $0.name) } == ["A", "C", "D", "E", "F"])
  }

  @Test("RFC 9110 5.1: names are known in any case, and what comes twice is noted")
  func knownFields() {
    let head = accepted(request("accept: a\r\nACCEPT: b\r\nX-None: c\r\nX-None: d\r\n"))
    #expect(head.known == FieldSet(.host, .accept))
    #expect(head.repeated == FieldSet(.accept))
    #expect(head.fields.map(\.id) == [.host, .accept, .accept, .other, .other])
  }

  @Test("5.1: no white space stands between name and colon")
  func spaceBeforeColon() {
    refused(request("A▲ : b\r\n"), .spaceBeforeColon)
    refused(request("A▲\t: b\r\n"), .spaceBeforeColon)
    refused(request("A▲ \t : c\r\n"), .spaceBeforeColon)
    // Without a colon behind it, the name is none
    refused(request("A▲ b: c\r\n"), .fieldNameMalformed)
    refused(request("A▲ \r\n"), .fieldNameMalformed)
    refused(request("Transfer-Encoding▲ : chunked\r\n"), .spaceBeforeColon)
  }

  @Test("RFC 9110 5.1: a name is a token of at least one character")
  func names() {
    refused(request("▲: b\r\n"), .fieldNameMalformed)
    refused(request("A▲(: b\r\n"), .fieldNameMalformed)
    refused(request("A▲\0: b\r\n"), .fieldNameMalformed)
    refused(request("▲\u{E4}: b\r\n"), .fieldNameMalformed)
    refused(request("A▲\r\n"), .fieldNameMalformed)
    accepted(request("!#$%&'*+-.^_`|~09Az: b\r\n"))
  }

  @Test("RFC 9110 5.5: a value holds no control character but the tab")
  func values() {
    for control in ["\0", "\u{1}", "\u{8}", "\u{B}", "\u{1F}", "\u{7F}"] {
      refused(request("A: ▲\(control)\r\n"), .fieldValueMalformed)
      refused(request("A: 0123456789▲\(control)0123456789\r\n"), .fieldValueMalformed)
      refused(request("A: \u{80}\t\u{FF}      ▲\(control)\r\n"), .fieldValueMalformed)
    }
    accepted(request("A: \t a\tb\u{80}\u{A0}\u{FF} \r\n"))
  }

  @Test("5.2: a folded line is refused")
  func folded() {
    refused(request("A: b\r\n▲ c\r\n"), .foldedField)
    refused(request("A: b\r\n▲\tc\r\n"), .foldedField)
    refused("GET / HTTP/1.1\r\nHost: h\r\n▲ \r\n\r\n", .foldedField)
  }

  @Test("a fault names the field that it lies in")
  func faultField() {
    let (bytes, _) = raw(request("Accept: a\0\r\n"))
    let fault = readRequest(bytes).reading.fault
    #expect(fault.map { text(bytes, $0.field) } == "Accept")
    #expect(fault?.part == .fieldValue)
  }

  static let notCovered = ["5.2: a gateway may replace a folded line by spaces (we refuse)"]

  @Test("sentences not yet covered are counted")
  func count() { #expect(Self.notCovered.count == 1) }
}

@Suite("Limits of a head")
struct HeadLimits {
  @Test("RFC 9112 3: a target above the limit is refused with the first byte that passes it")
  func target() {
    var limits = MessageLimits()
    limits.targetBytesMax = 8
    accepted("GET /1234567 HTTP/1.1\r\nHost: h\r\n\r\n", limits: limits)
    let fault = refused(
      "GET /1234567▲8 HTTP/1.1\r\nHost: h\r\n\r\n", .targetTooLong, limits: limits)
    #expect(fault?.limit == 8 && fault?.measured == 9)
    refused("GET /1234567▲8", .targetTooLong, limits: limits)
    refused("GET /123456%▲41 HTTP/1.1\r\n\r\n", .targetTooLong, limits: limits)
  }

  @Test("RFC 9110 5.4: a field line above the limit is refused, with its name")
  func field() {
    var limits = MessageLimits()
    limits.fieldBytesMax = 8
    accepted("GET / HTTP/1.1\r\nHost: hh\r\n\r\n", limits: limits)
    let fault = refused("GET / HTTP/1.1\r\nHost: hh▲h\r\n\r\n", .fieldTooLarge, limits: limits)
    #expect(fault?.field == ByteSlice(16, 20))
    refused("GET / HTTP/1.1\r\nABCDEFGH▲I: b\r\n\r\n", .fieldTooLarge, limits: limits)
    refused("GET / HTTP/1.1\r\nABCDEFGH▲: b\r\n\r\n", .fieldTooLarge, limits: limits)
    refused("GET / HTTP/1.1\r\nAB:     ▲ b\r\n\r\n", .fieldTooLarge, limits: limits)
    refused("GET / HTTP/1.1\r\nHost: hh▲\n", .bareLineFeed, limits: limits)
  }

  @Test("RFC 9110 5.4: a head above the limit is refused with the first byte that passes it")
  func head() {
    var limits = MessageLimits()
    limits.headBytesMax = 27
    accepted("GET / HTTP/1.1\r\nHost: h\r\n\r\n", limits: limits)
    accepted("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\nGET", limits: limits)
    let fault = refused(
      "GET / HTTP/1.1\r\nHost: hh\r\n\r▲\n", .headTooLarge, limits: limits)
    #expect(fault?.limit == 27 && fault?.measured == 28)
    refused("GET / HTTP/1.1\r\nHost: hhhhh▲hhhhhh", .headTooLarge, limits: limits)
    refused("GET /2345678901234567890123▲4567890", .headTooLarge, limits: limits)
    refused(
      "GET / HTTP/1.1\r\nHost: hhhhhh▲", .messageIncomplete,
      limits: {
        var limits = limits
        limits.headBytesMax = 28
        return limits
      }())
  }

  @Test("RFC 9110 5.4: field lines above the limit are refused")
  func count() {
    var limits = MessageLimits()
    limits.fieldCountMax = 2
    accepted("GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n\r\n", limits: limits)
    let fault = refused(
      "GET / HTTP/1.1\r\nHost: h\r\nA: b\r\n▲C: d\r\n\r\n", .tooManyFields, limits: limits)
    #expect(fault?.limit == 2 && fault?.measured == 3)
  }

  @Test("the limits that hold where nothing is configured")
  func defaults() {
    let host = "Host: h\r\n"
    accepted("GET /\(String(repeating: "a", count: 8191)) HTTP/1.1\r\n\(host)\r\n")
    refused("GET /\(String(repeating: "a", count: 8192)) HTTP/1.1\r\n\(host)\r\n", .targetTooLong)
    let lines = (0..<99).map { "A\($0): b\r\n" }.joined()
    accepted("GET / HTTP/1.1\r\n\(host)\(lines)\r\n")
    refused("GET / HTTP/1.1\r\n\(host)\(lines)C: d\r\n\r\n", .tooManyFields)
    refused(
      "GET / HTTP/1.1\r\nA: \(String(repeating: "a", count: 16400))\r\n\r\n", .fieldTooLarge)
    let long = "A: \(String(repeating: "a", count: 16000))\r\n"
    refused("GET / HTTP/1.1\r\n\(host)\(long)\(long)\(long)\r\n", .headTooLarge)
  }
}
