public import Message

/// Reads the head of an HTTP/1.0 or 1.1 request, strictly (RFC 9112 sections 2 to 6).
///
/// The caller keeps the bytes; the reader keeps only where it stands, and hands out offsets. It may
/// be called with as little as one byte more than before, and gives the same answer as if all had
/// come at once. After a fault or a complete head it must be reset.
public struct RequestReader: Sendable {
  enum Phase: UInt8 {
    case start, method, target, version, fields
  }

  let limits: MessageLimits
  var phase = Phase.start
  /// The first byte of the request line: 0, or 2 behind an empty line.
  var start = 0
  /// The first byte of the part that is being read, and the next one to look at.
  var mark = 0
  var position = 0
  /// What the target's bytes have shown: where its query begins (0 for nowhere), and a path that is
  /// not plain.
  var queryStart = 0
  var hasEscape = false
  var hasDotOrSlash = false
  var lines: FieldLineReader
  var framing = FramingFields()

  public init(limits: MessageLimits = MessageLimits()) {
    self.limits = limits.countable
    lines = FieldLineReader(limits)
  }

  /// Makes the reader ready for the next request, whose first byte is then byte 0.
  public mutating func reset() {
    phase = .start
    start = 0
    mark = 0
    position = 0
    framing = FramingFields()
  }

  /// Goes on reading. `bytes` is everything that has arrived since the request's first byte; it may
  /// lie elsewhere than before, and may hold more than the head.
  ///
  /// `head` must be reset when a request begins. It is filled as the reading goes, so that after a
  /// fault it holds what came before it. Throws the first fault in the order of the bytes; what
  /// only the whole head can show (its framing, a missing Host) comes last.
  public mutating func read(
    _ bytes: Span<UInt8>, into head: inout RequestHead
  ) throws(MessageFault) -> ReadProgress {
    do {
      if try advance(bytes, &head) {
        return .complete(byteCount: lines.position)
      }
    } catch {
      // RFC 9112 section 9.6: what cannot be read to its end cannot be followed by anything
      head.keepsAlive = false
      throw error
    }
    return .incomplete
  }

  /// What it means that no more bytes will come, where `byteCount` have: nil where no request has
  /// begun.
  public func endOfInput(byteCount: Int) -> MessageFault? {
    // Nothing, or the empty line that may come first, or half of it.
    if byteCount == start || byteCount == 1 && mark == 1 { return nil }
    return MessageFault(.messageIncomplete, at: UInt64(byteCount), in: .whole)
  }

  private mutating func advance(
    _ bytes: Span<UInt8>, _ head: inout RequestHead
  ) throws(MessageFault) -> Bool {
    if phase == .start {
      guard try readStart(bytes) else { return false }
    }
    // A head may end exactly at its limit; where there is more of it, no byte behind that is looked
    // at.
    var stop = bytes.count
    if stop &- start > limits.headBytesMax { stop = start &+ limits.headBytesMax }
    if phase != .fields {
      guard try readRequestLine(bytes, stop, &head) else {
        return try needMore(bytes, stop)
      }
    }
    while true {
      switch try lines.next(bytes, stop) {
      case .needsMore: return try needMore(bytes, stop)
      case .field: try takeField(bytes, &head)
      case .end:
        head.byteCount = UInt32(truncatingIfNeeded: lines.position &- start)
        try finish(bytes, &head)
        return true
      }
    }
  }

  /// Always false, or the fault of a head that goes on behind its limit.
  private func needMore(_ bytes: Span<UInt8>, _ stop: Int) throws(MessageFault) -> Bool {
    if bytes.count &- start <= limits.headBytesMax { return false }
    throw MessageFault(
      .headTooLarge, at: UInt64(start &+ limits.headBytesMax), in: .whole,
      field: phase == .fields ? lines.openName : .empty,
      limit: UInt64(limits.headBytesMax), measured: UInt64(limits.headBytesMax) + 1)
  }

  @inline(__always)
  private mutating func takeField(
    _ bytes: Span<UInt8>, _ head: inout RequestHead
  ) throws(MessageFault) {
    let name = lines.name
    let id = lines.id
    let field = Field(id: id, name: name, value: lines.value)
    if id != .other {
      let bit = FieldSet(id).rawValue
      if head.known.rawValue & bit != 0 {
        // RFC 9112 section 3.2: one Host, in 1.0 requests as well
        if id == .host {
          throw MessageFault(
            .hostRepeated, at: UInt64(name.start), in: .fieldName, field: name)
        }
        head.repeated.rawValue |= bit
      }
      head.known.rawValue |= bit
    }
    head.fields.append(field)
    switch id {
    case .host: try takeHost(field, bytes, &head)
    case .contentLength, .transferEncoding, .connection:
      try framing.note(field, bytes, head.version)
    case .expect: takeExpectation(field, bytes, &head)
    default: break
    }
  }

  @inline(never)
  private func takeHost(
    _ field: Field, _ bytes: Span<UInt8>, _ head: inout RequestHead
  ) throws(MessageFault) {
    let authority: Authority
    do {
      authority = try Authority(bytes, field.value.range)
    } catch {
      throw MessageFault(
        .hostMalformed, at: UInt64(error.offset), in: .fieldValue, field: field.name)
    }
    // RFC 9112 section 3.2: an empty Host is for targets without an authority, and an origin-form
    // has one.
    if field.value.isEmpty, head.targetForm == .origin {
      throw MessageFault(
        .hostMalformed, at: UInt64(field.value.start), in: .fieldValue, field: field.name)
    }
    // RFC 9112 section 3.2.2: the target's own authority goes before Host
    if head.targetForm == .origin || head.targetForm == .asterisk {
      head.host = authority.host
      head.port = authority.port
    }
  }

  @inline(never)
  private func takeExpectation(_ field: Field, _ bytes: Span<UInt8>, _ head: inout RequestHead) {
    // RFC 9110 section 10.1.1: a 1.0 client cannot mean it
    if head.version.minor == 0 { return }
    let value = bytes.extracting(field.value.range)
    var index = 0
    while index < value.count {
      let end = value.endOfElement(from: index)
      let element = value.extracting(value.trimmed(index..<end))
      index = end &+ 1
      if element.isEmpty { continue }
      if !element.equalsIgnoringCase("100-continue") {
        head.expectation = .unknown
      } else if head.expectation == .none {
        head.expectation = .continue100
      }
    }
  }

  /// What only the whole head can tell.
  private mutating func finish(
    _ bytes: Span<UInt8>, _ head: inout RequestHead
  ) throws(MessageFault) {
    head.keepsAlive = framing.keepsAlive(head.version)
    // RFC 9112 section 6.3
    if framing.hasTransferEncoding {
      if try framing.endsInChunked(head.fields, bytes, isRequest: true) {
        head.framing = .chunked
      }
    } else if let length = framing.contentLength {
      head.framing = .length(length)
    } else {
      head.framing = .none
    }
    // RFC 9112 section 3.2
    if !head.known.contains(.host), head.version.minor > 0 {
      throw MessageFault(.hostMissing, at: UInt64(lines.position &- 2), in: .whole)
    }
  }
}
