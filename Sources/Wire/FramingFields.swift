import Message

/// What the fields of a head say about where its content ends and whether the connection goes on.
///
/// The same rules hold for requests and responses, and none of them is lenient: two readers that
/// disagree here are how requests are smuggled (RFC 9112 section 11.2).
struct FramingFields: Sendable {
  private(set) var contentLength: UInt64?
  private(set) var hasTransferEncoding = false
  private(set) var asksClose = false
  private(set) var asksKeepAlive = false

  /// Takes note of a field that is just read, where it is one of the four that matter here.
  mutating func note(
    _ field: Field, _ bytes: Span<UInt8>, _ version: HTTPVersion
  ) throws(MessageFault) {
    switch field.id {
    case .contentLength: try noteContentLength(field, bytes)
    case .transferEncoding: try noteTransferEncoding(field, version)
    case .connection: noteConnection(field, bytes)
    default: break
    }
  }

  private static func fault(_ kind: FaultKind, _ offset: UInt32, _ field: Field) -> MessageFault {
    MessageFault(
      kind, at: UInt64(offset), in: offset < field.name.end ? .fieldName : .fieldValue,
      field: field.name)
  }

  private mutating func noteContentLength(
    _ field: Field, _ bytes: Span<UInt8>
  ) throws(MessageFault) {
    // RFC 9112 section 6.3, item 3: never both
    if hasTransferEncoding {
      throw Self.fault(.contentLengthWithTransferEncoding, field.name.start, field)
    }
    // Section 6.3, item 5 lets identical values pass; whoever sends them is not trusted to mean it.
    if contentLength != nil { throw Self.fault(.contentLengthRepeated, field.name.start, field) }
    // RFC 9110 section 8.6: 1*DIGIT
    guard !field.value.isEmpty else {
      throw Self.fault(.contentLengthMalformed, field.value.start, field)
    }
    var value: UInt64 = 0
    for index in field.value.range {
      let byte = bytes[index]
      guard byte.isDigit else {
        let isList = byte == 0x2C && index > Int(field.value.start)
        throw Self.fault(
          isList ? .contentLengthRepeated : .contentLengthMalformed, UInt32(index), field)
      }
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(UInt64(byte &- 0x30))
      // Too large to count is still a number: the content limit will refuse it.
      value = overflow || carry || value == .max ? .max : sum
    }
    contentLength = value
  }

  private mutating func noteTransferEncoding(
    _ field: Field, _ version: HTTPVersion
  ) throws(MessageFault) {
    // RFC 9112 section 6.1: a 1.0 message that has it is framed wrongly
    if version.minor == 0 {
      throw Self.fault(.transferEncodingInHTTP10, field.name.start, field)
    }
    if contentLength != nil {
      throw Self.fault(.contentLengthWithTransferEncoding, field.name.start, field)
    }
    hasTransferEncoding = true
  }

  private mutating func noteConnection(_ field: Field, _ bytes: Span<UInt8>) {
    let value = bytes.extracting(field.value.range)
    var index = 0
    while index < value.count {
      let end = value.endOfToken(from: index)
      let option = value.extracting(value.trimmed(index..<end))
      if option.equalsIgnoringCase("close") {
        asksClose = true
      } else if option.equalsIgnoringCase("keep-alive") {
        asksKeepAlive = true
      }
      index = end &+ 1
    }
  }

  /// RFC 9112 section 9.3
  func keepsAlive(_ version: HTTPVersion) -> Bool {
    if asksClose { return false }
    return version.minor >= 1 || asksKeepAlive
  }

  /// Reads the transfer codings of all Transfer-Encoding fields as one list. Returns true where the
  /// last one is chunked; a request whose last one is not has no end that could be found.
  func endsInChunked(
    _ fields: [Field], _ bytes: Span<UInt8>, isRequest: Bool
  ) throws(MessageFault) -> Bool {
    var list = TransferCodings()
    for field in fields where field.id == .transferEncoding {
      try list.read(field, bytes)
    }
    // RFC 9112 section 6.3, item 4
    if !list.lastIsChunked {
      if isRequest {
        throw Self.fault(.finalCodingNotChunked, UInt32(list.lastOffset), list.lastField)
      }
      return false
    }
    // RFC 9112 section 6.1: a coding that is not understood
    if let offset = list.otherOffset {
      throw Self.fault(.transferCodingUnknown, UInt32(offset), list.otherField)
    }
    return true
  }
}

/// The list of transfer codings of a message (RFC 9112 sections 6.1 and 7).
private struct TransferCodings {
  private(set) var lastIsChunked = false
  private var hasChunked = false
  private(set) var lastOffset = 0
  private(set) var lastField = Field(id: .other, name: .empty, value: .empty)
  /// The first coding that is not chunked.
  private(set) var otherOffset: Int?
  private(set) var otherField = Field(id: .other, name: .empty, value: .empty)

  mutating func read(_ field: Field, _ bytes: Span<UInt8>) throws(MessageFault) {
    let end = Int(field.value.end)
    var at = Int(field.value.start)
    var isEmpty = true
    while true {
      let elementEnd = bytes.extracting(0..<end).endOfElement(from: at)
      let element = bytes.trimmed(at..<elementEnd)
      // RFC 9110 section 5.6.1.2: empty elements of a list are ignored. A line of nothing else names no coding.
      if !element.isEmpty {
        try readElement(element, field, bytes)
        isEmpty = false
      }
      if elementEnd >= end { break }
      at = elementEnd &+ 1
    }
    if isEmpty {
      throw MessageFault(
        .transferEncodingMalformed, at: UInt64(field.value.start), in: .fieldValue,
        field: field.name)
    }
  }

  private mutating func readElement(
    _ element: Range<Int>, _ field: Field, _ bytes: Span<UInt8>
  ) throws(MessageFault) {
    var at = element.lowerBound
    while at < element.upperBound, ByteClass.has(bytes[at], ByteClass.token) { at &+= 1 }
    let isChunked = bytes.extracting(element.lowerBound..<at).equalsIgnoringCase("chunked")
    // Chunked has no parameters, and is applied once (RFC 9112 section 7.1)
    let isMalformed =
      at == element.lowerBound || isChunked && (at < element.upperBound || hasChunked)
    if isMalformed || !Self.areParameters(bytes, at..<element.upperBound) {
      throw MessageFault(
        .transferEncodingMalformed, at: UInt64(at == element.upperBound ? element.lowerBound : at),
        in: .fieldValue, field: field.name)
    }
    lastIsChunked = isChunked
    hasChunked = hasChunked || isChunked
    lastOffset = element.lowerBound
    lastField = field
    if !isChunked, otherOffset == nil {
      otherOffset = element.lowerBound
      otherField = field
    }
  }

  /// *( OWS ";" OWS token BWS "=" BWS ( token / quoted-string ) )
  private static func areParameters(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var at = range.lowerBound
    let end = range.upperBound
    while at < end {
      at = bytes.trimmed(at..<end).lowerBound
      guard at < end, bytes[at] == 0x3B else { return false }
      at = bytes.trimmed((at &+ 1)..<end).lowerBound
      let name = at
      while at < end, ByteClass.has(bytes[at], ByteClass.token) { at &+= 1 }
      guard at > name else { return false }
      at = bytes.trimmed(at..<end).lowerBound
      guard at < end, bytes[at] == 0x3D else { return false }
      at = bytes.trimmed((at &+ 1)..<end).lowerBound
      let value = at
      if at < end, bytes[at] == 0x22 {
        at &+= 1
        while at < end, bytes[at] != 0x22 { at &+= bytes[at] == 0x5C ? 2 : 1 }
        guard at < end else { return false }
        at &+= 1
      } else {
        while at < end, ByteClass.has(bytes[at], ByteClass.token) { at &+= 1 }
      }
      guard at > value else { return false }
    }
    return true
  }
}
