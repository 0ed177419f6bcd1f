import Message

// The request line: method SP request-target SP HTTP-version CRLF (RFC 9112 section 3).

/// The longest method that is read to its end.
private let methodBytesMax = 64

extension RequestReader {
  /// Reads the request line from its method on, or as much of it as there is. True once it is
  /// complete.
  mutating func readRequestLine(
    _ bytes: Span<UInt8>, _ stop: Int, _ head: inout RequestHead
  ) throws(MessageFault) -> Bool {
    if phase == .method {
      guard try readMethod(bytes, stop, &head) else { return false }
    }
    if phase == .target {
      guard try readTarget(bytes, stop, &head) else { return false }
    }
    guard try readVersion(bytes, stop, &head) else { return false }
    try settleTarget(bytes, &head)
    lines.start(at: position)
    phase = .fields
    return true
  }

  /// One empty line may come first: RFC 9112 section 2.2.
  mutating func readStart(_ bytes: Span<UInt8>) throws(MessageFault) -> Bool {
    let stop = bytes.count
    guard start < stop else { return false }
    let byte = bytes[start]
    if byte > 0x20 {
      phase = .method
      mark = start
      position = start
      return true
    }
    switch byte {
    case 0x0D:
      // A second empty line is none that the standard tolerates.
      mark = 1
      guard start &+ 1 < stop else { return false }
      guard bytes[start &+ 1] == 0x0A else { throw lineFault(.bareCarriageReturn, start) }
      if start > 0 { throw MessageFault(.requestLineMalformed, at: UInt64(start), in: .whole) }
      start = 2
      mark = 2
      position = 2
      return try readStart(bytes)
    case 0x0A: throw lineFault(.bareLineFeed, start)
    case 0x16:
      // A TLS record of a handshake: content type 22, major version 3 (RFC 8446 section 5.1).
      guard start &+ 1 < stop else { return false }
      if bytes[start &+ 1] == 0x03 {
        throw MessageFault(.tlsOnPlainPort, at: UInt64(start), in: .whole)
      }
    default: break
    }
    throw MessageFault(.methodMalformed, at: UInt64(start), in: .method)
  }

  private mutating func readMethod(
    _ bytes: Span<UInt8>, _ stop: Int, _ head: inout RequestHead
  ) throws(MessageFault) -> Bool {
    var at = position
    if at == mark, at &+ 4 <= stop {
      let word = UInt32(
        littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt32.self))
      if word == 0x2054_4547 {
        head.methodName = ByteSlice(at, at &+ 3)
        head.method = .get
        beginTarget(at &+ 4)
        return true
      }
    }
    let limit = mark &+ methodBytesMax
    let bound = limit < stop ? limit : stop
    while at < bound, ByteClass.has(bytes[at], ByteClass.token) { at &+= 1 }
    position = at
    guard at < stop else { return false }
    head.methodName = ByteSlice(mark, at)
    guard bytes[at] == 0x20, at > mark else {
      if try isLineEnd(bytes, at, stop) == nil { return false }
      // RFC 9112 section 3: longer than any that is implemented
      if at >= limit, ByteClass.has(bytes[at], ByteClass.token) {
        throw MessageFault(
          .methodTooLong, at: UInt64(at), in: .method, limit: UInt64(methodBytesMax),
          measured: UInt64(methodBytesMax) + 1)
      }
      throw MessageFault(.methodMalformed, at: UInt64(at), in: .method)
    }
    head.method = Method(token: bytes.extracting(mark..<at))
    beginTarget(at &+ 1)
    return true
  }

  @inline(__always)
  private mutating func beginTarget(_ start: Int) {
    phase = .target
    mark = start
    position = start
    queryStart = 0
    hasEscape = false
    hasDotOrSlash = false
  }

  private mutating func readTarget(
    _ bytes: Span<UInt8>, _ stop: Int, _ head: inout RequestHead
  ) throws(MessageFault) -> Bool {
    var at = position
    let limit = mark &+ limits.targetBytesMax
    let bound = limit < stop ? limit : stop
    precondition(at >= 0 && bound <= bytes.count)
    while true {
      // `bound` is at most `stop`, which is at most the number of bytes
      while at < bound, ByteClass.has(bytes[unchecked: at], ByteClass.plain) { at &+= 1 }
      guard at < bound else { break }
      let byte = bytes[at]
      if byte == 0x2F || byte == 0x2E {
        if at > mark, bytes[at &- 1] == 0x2F, queryStart == 0 { hasDotOrSlash = true }
      } else if byte == 0x3F {
        if queryStart == 0 { queryStart = at }
      } else if byte == 0x25 {
        guard try isEscape(bytes, at, stop, &head) else {
          position = at
          return false
        }
        if queryStart == 0 { hasEscape = true }
      } else {
        break
      }
      at &+= 1
    }
    position = at
    guard at < stop else { return false }
    head.target = ByteSlice(mark, at)
    guard bytes[at] == 0x20, at > mark else { return try failTarget(bytes, stop, limit) }
    phase = .version
    mark = at &+ 1
    position = mark
    return true
  }

  /// Checks the two digits behind a percent sign; false where they are not there yet.
  private func isEscape(
    _ bytes: Span<UInt8>, _ at: Int, _ stop: Int, _ head: inout RequestHead
  ) throws(MessageFault) -> Bool {
    for index in (at &+ 1)...(at &+ 2) {
      guard index < stop else { return false }
      if !ByteClass.has(bytes[index], ByteClass.hexDigit) {
        head.target = ByteSlice(mark, at)
        throw MessageFault(.targetEscapeMalformed, at: UInt64(at), in: .target)
      }
    }
    return true
  }

  private func failTarget(
    _ bytes: Span<UInt8>, _ stop: Int, _ limit: Int
  ) throws(MessageFault) -> Bool {
    let at = position
    if bytes[at] == 0x20 {
      throw MessageFault(.requestLineMalformed, at: UInt64(at), in: .target)
    }
    if try isLineEnd(bytes, at, stop) == nil { return false }
    if at >= limit {
      throw MessageFault(
        .targetTooLong, at: UInt64(at), in: .target, limit: UInt64(limits.targetBytesMax),
        measured: UInt64(limits.targetBytesMax) + 1)
    }
    throw MessageFault(.targetMalformed, at: UInt64(at), in: .target)
  }

  /// Reads `HTTP/1.1 CRLF`, the common version in one compare.
  private mutating func readVersion(
    _ bytes: Span<UInt8>, _ stop: Int, _ head: inout RequestHead
  ) throws(MessageFault) -> Bool {
    if position == mark, mark &+ 10 <= stop {
      let word = UInt64(
        littleEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: mark, as: UInt64.self))
      if word == 0x312E_312F_5054_5448, bytes[mark &+ 8] == 0x0D, bytes[mark &+ 9] == 0x0A {
        head.version = .http11
        position = mark &+ 10
        return true
      }
    }
    while position < stop {
      let index = position &- mark
      if index == 8 { return try endVersion(bytes, stop, &head) }
      let byte = bytes[position]
      let fits = index == 5 || index == 7 ? byte.isDigit : byte == versionPattern.utf8Start[index]
      if !fits { return try failVersion(bytes, stop) }
      position &+= 1
    }
    return false
  }

  private func failVersion(_ bytes: Span<UInt8>, _ stop: Int) throws(MessageFault) -> Bool {
    let at = position
    // A second space, or no version at all as HTTP/0.9 had it.
    if at == mark, bytes[at] == 0x20 || bytes[at] == 0x0D {
      if bytes[at] == 0x0D, try isLineEnd(bytes, at, stop, in: .version) == nil { return false }
      throw MessageFault(.requestLineMalformed, at: UInt64(at), in: .version)
    }
    if bytes[at] == 0x0D {
      guard at &+ 1 < stop else { return false }
      if bytes[at &+ 1] != 0x0A { throw lineFault(.bareCarriageReturn, at) }
    }
    if bytes[at] == 0x0A { throw lineFault(.bareLineFeed, at) }
    throw MessageFault(.versionMalformed, at: UInt64(at), in: .version)
  }

  private mutating func endVersion(
    _ bytes: Span<UInt8>, _ stop: Int, _ head: inout RequestHead
  ) throws(MessageFault) -> Bool {
    let at = position
    switch bytes[at] {
    case 0x0D:
      guard at &+ 1 < stop else { return false }
      guard bytes[at &+ 1] == 0x0A else { throw lineFault(.bareCarriageReturn, at) }
    case 0x0A: throw lineFault(.bareLineFeed, at)
    case 0x20: throw MessageFault(.requestLineMalformed, at: UInt64(at), in: .version)
    default: throw MessageFault(.versionMalformed, at: UInt64(at), in: .version)
    }
    head.version = HTTPVersion(bytes[mark &+ 5] &- 0x30, bytes[mark &+ 7] &- 0x30)
    // RFC 9110 section 2.5: another major version is another protocol, a higher minor one is ours
    if head.version.major != 1 {
      throw MessageFault(.versionUnsupported, at: UInt64(mark &+ 5), in: .version)
    }
    if head.version.minor > 1 { head.version = .http11 }
    position = at &+ 2
    return true
  }

  private var versionPattern: StaticString { "HTTP/1.1" }

  private func lineFault(_ kind: FaultKind, _ at: Int) -> MessageFault {
    MessageFault(kind, at: UInt64(at), in: .lineEnding)
  }

  /// Throws where the line ends at this byte, too early or wrongly; nil where a carriage return is
  /// the last byte there is, false where the byte is none of a line ending.
  private func isLineEnd(
    _ bytes: Span<UInt8>, _ at: Int, _ stop: Int, in part: MessagePart = .whole
  ) throws(MessageFault) -> Bool? {
    if bytes[at] == 0x0A { throw lineFault(.bareLineFeed, at) }
    guard bytes[at] == 0x0D else { return false }
    guard at &+ 1 < stop else { return nil }
    guard bytes[at &+ 1] == 0x0A else { throw lineFault(.bareCarriageReturn, at) }
    throw MessageFault(.requestLineMalformed, at: UInt64(at), in: part)
  }
}
