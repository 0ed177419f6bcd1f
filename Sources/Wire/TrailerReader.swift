import Message

/// Reads the trailer section of a chunked message and keeps what may be kept (RFC 9112 section
/// 7.1.2).
struct TrailerReader: Sendable {
  private let bytesMax: Int
  /// Where the section begins in the message.
  private let offset: UInt64
  private var lines: FieldLineReader
  private(set) var bytes: [UInt8] = []
  private(set) var fields: [Field] = []
  private(set) var isComplete = false

  init(_ limits: MessageLimits, offset: UInt64) {
    bytesMax = limits.countable.trailerBytesMax
    self.offset = offset
    lines = FieldLineReader(limits)
    lines.start(at: 0)
  }

  /// Takes bytes up to the end of the section; returns how many.
  mutating func read(_ input: Span<UInt8>, from start: Int) throws(MessageFault) -> Int {
    let before = bytes.count
    // One more than the limit, so that there is a byte to show for it.
    let taken = min(input.count - start, bytesMax + 1 - before)
    if before == 0, taken >= 2, input[start] == 0x0D, input[start + 1] == 0x0A {
      isComplete = true
      return 2
    }
    for index in start..<(start + taken) { bytes.append(input[index]) }
    do {
      try advance()
    } catch {
      throw placed(error)
    }
    if isComplete { return lines.position - before }
    if bytes.count > bytesMax {
      throw MessageFault(
        .trailersTooLarge, at: offset + UInt64(bytesMax), in: .trailer, limit: UInt64(bytesMax),
        measured: UInt64(bytesMax) + 1)
    }
    return taken
  }

  private mutating func advance() throws(MessageFault) {
    let stop = min(bytes.count, bytesMax)
    var lines = lines
    defer { self.lines = lines }
    while true {
      switch try lines.next(bytes.span, stop) {
      case .needsMore: return
      case .end:
        isComplete = true
        bytes.removeSubrange(lines.position...)
        return
      case .field:
        let id = lines.id
        if Self.framing.contains(id) {
          throw MessageFault(
            .trailerMalformed, at: UInt64(lines.name.start), in: .trailer, field: lines.name)
        }
        if id != .other, Self.dropped.contains(id) { continue }
        fields.append(Field(id: id, name: lines.name, value: lines.value))
      }
    }
  }

  /// Names the trailer as the place of a fault. Line endings keep their own kind; what is wrong
  /// with a field is one kind for all trailers. The field's slice is taken off, for it does not lie
  /// in the head.
  private func placed(_ fault: MessageFault) -> MessageFault {
    var placed = fault
    placed.offset += offset
    placed.part = .trailer
    placed.field = .empty
    switch fault.kind {
    // A limit that was passed keeps its kind as well: it is another one than that of the section
    case .bareCarriageReturn, .bareLineFeed, .trailerMalformed, .fieldTooLarge, .tooManyFields:
      break
    default: placed.kind = .trailerMalformed
    }
    return placed
  }

  /// RFC 9110 section 6.5.1: fields that frame or route the message. In a trailer they can only
  /// mislead, so they are a fault.
  private static var framing: FieldSet {
    FieldSet(.contentLength, .transferEncoding, .host, .trailer, .te, .connection, .upgrade)
  }

  /// RFC 9110 section 6.5.1: request modifiers, credentials and what is needed to read the content
  /// come too late in a trailer; they are dropped.
  private static var dropped: FieldSet {
    FieldSet(
      .authorization, .proxyAuthorization, .cookie, .setCookie, .wwwAuthenticate,
      .proxyAuthenticate, .expect, .maxForwards, .cacheControl, .pragma, .range, .ifMatch,
      .ifNoneMatch, .ifModifiedSince, .ifUnmodifiedSince, .ifRange, .contentEncoding,
      .contentType, .contentRange, .age, .expires, .date, .location, .retryAfter, .vary,
      .keepAlive, .forwarded, .xForwardedFor, .via)
  }
}
