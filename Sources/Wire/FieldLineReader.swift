import Message

/// Reads field lines one after another: of heads and of trailers (RFC 9112 section 5).
///
/// It stops where the bytes end and goes on from there, so that no byte is looked at twice but a
/// line ending cut in two. What a field means is not its business.
struct FieldLineReader: Sendable {
  enum Step {
    case needsMore
    /// A field line is read: `name` and `value` are set.
    case field
    /// The empty line is read; `position` is behind it.
    case end
  }

  private enum Phase: UInt8 {
    case lineStart, name, blank, value
  }

  private let fieldBytesMax: Int
  private let fieldCountMax: Int
  private var phase = Phase.lineStart
  /// The next byte to look at.
  private(set) var position = 0
  private var lineStart = 0
  private var nameEnd = 0
  private var valueStart = 0
  private var valueEnd = 0
  private var lineCount = 0
  /// The number of the field's name; `other` where no table has it.
  private(set) var id = FieldName.other

  init(_ limits: MessageLimits) {
    fieldBytesMax = limits.countable.fieldBytesMax
    fieldCountMax = limits.fieldCountMax
  }

  var name: ByteSlice { ByteSlice(lineStart, nameEnd) }
  var value: ByteSlice { ByteSlice(valueStart, valueEnd) }

  /// The name of the line that is being read, as far as it has come; empty between lines.
  var openName: ByteSlice {
    switch phase {
    case .lineStart: .empty
    case .name: ByteSlice(lineStart, position)
    case .blank, .value: name
    }
  }

  mutating func start(at offset: Int) {
    phase = .lineStart
    position = offset
    lineCount = 0
  }

  /// Reads up to the end of the next line, looking at no byte from `stop` on.
  @inline(__always)
  mutating func next(_ bytes: Span<UInt8>, _ stop: Int) throws(MessageFault) -> Step {
    var at = position
    if phase == .lineStart {
      guard at < stop else { return .needsMore }
      let byte = bytes[at]
      if !ByteClass.has(byte, ByteClass.token) {
        return try readLineStart(byte, bytes, stop)
      }
      if lineCount >= fieldCountMax { throw tooMany(at) }
      lineStart = at
      phase = .name
    }
    // The line may end exactly at its limit, so the byte there is looked at and no other behind it.
    let limit = lineStart &+ fieldBytesMax
    let bound = limit < stop ? limit : stop
    if phase == .name {
      precondition(at >= 0 && bound <= bytes.count)
      // Most names are known: what stands before the colon is looked up at once, and letter by letter only where no table has it
      let colon = at == lineStart ? bytes.colon(from: at, to: bound) : bound
      if colon < bound, let known = FieldName(named: bytes.extracting(at..<colon)) {
        id = known
        at = colon
      } else {
        while at < bound, ByteClass.has(bytes[unchecked: at], ByteClass.token) { at &+= 1 }
        position = at
        guard at < stop else { return .needsMore }
        guard at < limit, bytes[at] == 0x3A else {
          return try failName(bytes, stop, limit)
        }
        id = .other
        if colon != at { id = FieldName(named: bytes.extracting(lineStart..<at)) ?? .other }
      }
      nameEnd = at
      at &+= 1
      phase = .blank
    }
    if phase == .blank {
      while at < bound, bytes[at].isBlank { at &+= 1 }
      position = at
      guard at < stop else { return .needsMore }
      valueStart = at
      phase = .value
    }
    at = bytes.endOfFieldText(from: at, to: bound)
    position = at
    guard at < stop else { return .needsMore }
    guard bytes[at] == 0x0D, at &+ 1 < stop, bytes[at &+ 1] == 0x0A else {
      return try failValue(bytes, stop, limit)
    }
    position = at &+ 2
    while at > valueStart, bytes[at &- 1].isBlank { at &-= 1 }
    valueEnd = at
    lineCount &+= 1
    phase = .lineStart
    return .field
  }
}

// The rare ends of a line, kept out of the way of the common one.
extension FieldLineReader {
  /// A line that does not begin with a name: the empty line, or a fault.
  private mutating func readLineStart(
    _ byte: UInt8, _ bytes: Span<UInt8>, _ stop: Int
  ) throws(MessageFault) -> Step {
    let at = position
    switch byte {
    case 0x0D:
      guard at &+ 1 < stop else { return .needsMore }
      guard bytes[at &+ 1] == 0x0A else { throw ending(.bareCarriageReturn, at) }
      position = at &+ 2
      return .end
    case 0x0A: throw ending(.bareLineFeed, at)
    case 0x20, 0x09:
      // RFC 9112 section 2.2 before the first field line, section 5.2 behind it
      let kind: FaultKind = lineCount == 0 ? .leadingWhitespace : .foldedField
      throw MessageFault(kind, at: UInt64(at), in: lineCount == 0 ? .fieldName : .fieldValue)
    default:
      throw MessageFault(.fieldNameMalformed, at: UInt64(at), in: .fieldName)
    }
  }

  private func tooMany(_ at: Int) -> MessageFault {
    MessageFault(
      .tooManyFields, at: UInt64(at), in: .fieldName, limit: UInt64(fieldCountMax),
      measured: UInt64(fieldCountMax) + 1)
  }

  private func ending(_ kind: FaultKind, _ at: Int) -> MessageFault {
    MessageFault(kind, at: UInt64(at), in: .lineEnding, field: openName)
  }

  private func tooLarge(_ at: Int, _ part: MessagePart) -> MessageFault {
    MessageFault(
      .fieldTooLarge, at: UInt64(at), in: part, field: openName, limit: UInt64(fieldBytesMax),
      measured: UInt64(fieldBytesMax) + 1)
  }

  /// A name that does not end in a colon.
  private func failName(
    _ bytes: Span<UInt8>, _ stop: Int, _ limit: Int
  ) throws(MessageFault) -> Step {
    let at = position
    switch bytes[at] {
    case 0x0D:
      guard at &+ 1 < stop else { return .needsMore }
      if bytes[at &+ 1] != 0x0A { throw ending(.bareCarriageReturn, at) }
    case 0x0A: throw ending(.bareLineFeed, at)
    default:
      if at >= limit { throw tooLarge(at, .fieldName) }
      // RFC 9112 section 5.1: no white space between name and colon. Where no colon follows it, the name is none
      var next = at
      let end = min(stop, limit)
      while next < end, bytes[next].isBlank { next &+= 1 }
      if next > at, next == stop { return .needsMore }
      if next > at, next < end, bytes[next] == 0x3A {
        throw MessageFault(.spaceBeforeColon, at: UInt64(at), in: .fieldName, field: openName)
      }
    }
    throw MessageFault(.fieldNameMalformed, at: UInt64(at), in: .fieldName, field: openName)
  }

  /// A value that does not end in CR LF, or not yet.
  private func failValue(
    _ bytes: Span<UInt8>, _ stop: Int, _ limit: Int
  ) throws(MessageFault) -> Step {
    let at = position
    switch bytes[at] {
    case 0x0D:
      guard at &+ 1 < stop else { return .needsMore }
      throw ending(.bareCarriageReturn, at)
    case 0x0A: throw ending(.bareLineFeed, at)
    default:
      if at >= limit { throw tooLarge(at, .fieldValue) }
      throw MessageFault(.fieldValueMalformed, at: UInt64(at), in: .fieldValue, field: openName)
    }
  }
}
