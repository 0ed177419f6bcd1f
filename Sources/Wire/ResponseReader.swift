public import Message

/// Reads the head of an HTTP/1.0 or 1.1 response, for the gateway (RFC 9112 sections 4 to 6).
///
/// Works like `RequestReader`. An interim response is a head of its own: reset, and read on behind
/// it. How its content ends depends on the request, so the request's method comes in.
public struct ResponseReader: Sendable {
  private enum Phase: UInt8 {
    case version, status, reason, fields
  }

  private let limits: MessageLimits
  private var requestMethod: Method
  private var phase = Phase.version
  /// The first byte of the part that is being read, and the next one to look at.
  private var mark = 0
  private var position = 0
  private var lines: FieldLineReader
  private var framing = FramingFields()

  public init(limits: MessageLimits = MessageLimits(), requestMethod: Method) {
    self.limits = limits.countable
    self.requestMethod = requestMethod
    lines = FieldLineReader(limits)
  }

  /// Makes the reader ready for another response, whose first byte is then byte 0.
  public mutating func reset(requestMethod: Method) {
    self.requestMethod = requestMethod
    phase = .version
    mark = 0
    position = 0
    framing = FramingFields()
  }

  /// Goes on reading; see `RequestReader.read`.
  public mutating func read(
    _ bytes: Span<UInt8>, into head: inout ResponseHead
  ) throws(MessageFault) -> ReadProgress {
    do {
      if try advance(bytes, &head) { return .complete(byteCount: lines.position) }
    } catch {
      head.keepsAlive = false
      throw error
    }
    return .incomplete
  }

  /// What it means that no more bytes will come, where `byteCount` have: nil where there were none
  /// at all.
  public func endOfInput(byteCount: Int) -> MessageFault? {
    if byteCount == 0 { return nil }
    return MessageFault(.messageIncomplete, at: UInt64(byteCount), in: .whole)
  }

  private mutating func advance(
    _ bytes: Span<UInt8>, _ head: inout ResponseHead
  ) throws(MessageFault) -> Bool {
    let stop = min(bytes.count, limits.headBytesMax)
    if phase != .fields {
      guard try readStatusLine(bytes, stop, &head) else { return try needMore(bytes) }
    }
    while true {
      switch try lines.next(bytes, stop) {
      case .needsMore: return try needMore(bytes)
      case .field:
        let id = lines.id
        let field = Field(id: id, name: lines.name, value: lines.value)
        if id != .other {
          if head.known.contains(id) { head.repeated.insert(id) }
          head.known.insert(id)
        }
        head.fields.append(field)
        try framing.note(field, bytes, head.version)
      case .end:
        head.byteCount = UInt32(truncatingIfNeeded: lines.position)
        head.keepsAlive = framing.keepsAlive(head.version)
        head.framing = try settleFraming(bytes, head)
        // RFC 9112 section 9.3: the close is the end of the content
        if head.framing == .untilClose { head.keepsAlive = false }
        return true
      }
    }
  }

  private func needMore(_ bytes: Span<UInt8>) throws(MessageFault) -> Bool {
    if bytes.count <= limits.headBytesMax { return false }
    throw MessageFault(
      .headTooLarge, at: UInt64(limits.headBytesMax), in: .whole,
      field: phase == .fields ? lines.openName : .empty,
      limit: UInt64(limits.headBytesMax), measured: UInt64(limits.headBytesMax) + 1)
  }

  private func settleFraming(
    _ bytes: Span<UInt8>, _ head: ResponseHead
  ) throws(MessageFault) -> Framing {
    // RFC 9112 section 6.3, item 1
    let status = head.status
    if requestMethod == .head || status / 100 == 1 || status == 204 || status == 304 {
      return .none
    }
    // RFC 9112 section 6.3, item 2
    if requestMethod == .connect, status / 100 == 2 { return .none }
    // RFC 9112 section 6.3, item 4
    if framing.hasTransferEncoding {
      return try framing.endsInChunked(head.fields, bytes, isRequest: false)
        ? .chunked : .untilClose
    }
    // RFC 9112 section 6.3, items 6 and 8
    if let length = framing.contentLength { return .length(length) }
    return .untilClose
  }
}

// The status line: HTTP-version SP status-code SP [ reason-phrase ] CRLF (RFC 9112 section 4).
extension ResponseReader {
  private mutating func readStatusLine(
    _ bytes: Span<UInt8>, _ stop: Int, _ head: inout ResponseHead
  ) throws(MessageFault) -> Bool {
    if phase == .version {
      guard try readVersion(bytes, stop, &head) else { return false }
    }
    if phase == .status {
      guard try readStatus(bytes, stop, &head) else { return false }
    }
    position = bytes.endOfFieldText(from: position, to: stop)
    guard position < stop else { return false }
    guard bytes[position] == 0x0D else {
      if bytes[position] == 0x0A { throw ending(.bareLineFeed) }
      throw MessageFault(.statusLineMalformed, at: UInt64(position), in: .statusLine)
    }
    guard position &+ 1 < stop else { return false }
    guard bytes[position &+ 1] == 0x0A else { throw ending(.bareCarriageReturn) }
    head.reason = ByteSlice(mark, position)
    lines.start(at: position &+ 2)
    phase = .fields
    return true
  }

  private func ending(_ kind: FaultKind) -> MessageFault {
    MessageFault(kind, at: UInt64(position), in: .lineEnding)
  }

  private var pattern: StaticString { "HTTP/1.1 " }

  private mutating func readVersion(
    _ bytes: Span<UInt8>, _ stop: Int, _ head: inout ResponseHead
  ) throws(MessageFault) -> Bool {
    while position < 9 {
      guard position < stop else { return false }
      let byte = bytes[position]
      let fits =
        position == 5 || position == 7 ? byte.isDigit : byte == pattern.utf8Start[position]
      guard fits else {
        // Bytes that are no HTTP at all, and a status line whose version is wrong, are two faults.
        let kind: FaultKind = position < 5 ? .statusLineMalformed : .versionMalformed
        throw MessageFault(kind, at: UInt64(position), in: .statusLine)
      }
      position &+= 1
    }
    head.version = HTTPVersion(bytes[5] &- 0x30, bytes[7] &- 0x30)
    if head.version.major != 1 {
      throw MessageFault(.versionUnsupported, at: 5, in: .statusLine)
    }
    if head.version.minor > 1 { head.version = .http11 }
    mark = 9
    phase = .status
    return true
  }

  private mutating func readStatus(
    _ bytes: Span<UInt8>, _ stop: Int, _ head: inout ResponseHead
  ) throws(MessageFault) -> Bool {
    while position < 12 {
      guard position < stop else { return false }
      guard bytes[position].isDigit else {
        throw MessageFault(.statusMalformed, at: UInt64(position), in: .statusLine)
      }
      position &+= 1
    }
    guard position < stop else { return false }
    let digits = (9..<12).reduce(UInt16(0)) { $0 &* 10 &+ UInt16(bytes[$1] &- 0x30) }
    // Many servers leave out the space where there is no phrase (RFC 9112 section 4 asks for it).
    if bytes[12] == 0x20 {
      position = 13
    } else if bytes[12].isDigit {
      throw MessageFault(.statusMalformed, at: 12, in: .statusLine)
    } else if bytes[12] != 0x0D, bytes[12] != 0x0A {
      throw MessageFault(.statusLineMalformed, at: 12, in: .statusLine)
    }
    head.status = digits
    mark = position
    phase = .reason
    return true
  }
}
