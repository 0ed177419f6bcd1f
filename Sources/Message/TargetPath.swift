/// A request target's path, made into the path to look for.
///
/// Escapes are decoded once, doubled slashes merged and dot segments removed, in one pass, so that
/// what is checked is what is opened. Not for queries: there, a slash or an escaped slash is only a
/// character.
public enum TargetPath {
  /// Decodes a raw path and appends the result to `buffer`.
  ///
  /// `raw` is the path as received, from its first slash; an empty one, as in `http://host`, is `/`
  /// (RFC 9110 section 4.2.3). `offset` is where it begins in the message; faults count from there.
  /// Returns the result as a slice of the buffer; after a fault, the buffer is as it was.
  public static func decode(
    _ raw: Span<UInt8>, at offset: UInt64 = 0, into buffer: inout ByteBuffer
  ) throws(MessageFault) -> ByteSlice {
    let start = buffer.count
    buffer.append(0x2F)
    if raw.isEmpty { return ByteSlice(start, buffer.count) }
    var decoder = PathDecoder(start: start)
    do {
      try decoder.run(raw, &buffer)
    } catch {
      buffer.truncate(to: start)
      var fault = error
      fault.offset &+= offset
      throw fault
    }
    return ByteSlice(start, buffer.count)
  }
}

/// The state of one pass over a path.
private struct PathDecoder {
  /// Where the path begins in the buffer, and where its current segment does.
  let start: Int
  var segmentStart: Int
  /// Where the segment begins in the raw path.
  var rawSegmentStart = 0
  /// The last decoded percent sign: its place in the buffer and that of its escape in the raw path.
  var percentPlace = -1
  var percentOffset = 0
  /// The UTF-8 sequence that is open: bytes still to come, what the next may be, where it began.
  var pending = 0
  var lowest: UInt8 = 0x80
  var highest: UInt8 = 0xBF
  var sequenceOffset = 0

  init(start: Int) {
    self.start = start
    segmentStart = start + 1
  }

  mutating func run(_ raw: Span<UInt8>, _ buffer: inout ByteBuffer) throws(MessageFault) {
    guard raw[0] == 0x2F else { throw fault(.targetMalformed, 0) }
    var index = 1
    rawSegmentStart = 1
    while index < raw.count {
      let byte = raw[index]
      if byte == 0x2F {
        try endSegment(at: index, &buffer, isLast: false)
        index &+= 1
        rawSegmentStart = index
      } else if byte == 0x25 {
        try append(escape(raw, index), at: index, isEscaped: true, &buffer)
        index &+= 3
      } else {
        try append(byte, at: index, isEscaped: false, &buffer)
        index &+= 1
      }
    }
    try endSegment(at: index, &buffer, isLast: true)
  }

  private func fault(_ kind: FaultKind, _ offset: Int) -> MessageFault {
    MessageFault(kind, at: UInt64(offset), in: .target)
  }

  private func escape(_ raw: Span<UInt8>, _ index: Int) throws(MessageFault) -> UInt8 {
    guard index &+ 2 < raw.count, ByteClass.has(raw[index &+ 1], ByteClass.hexDigit),
      ByteClass.has(raw[index &+ 2], ByteClass.hexDigit)
    else { throw fault(.targetEscapeMalformed, index) }
    return ByteClass.hexValue(raw[index &+ 1]) << 4 | ByteClass.hexValue(raw[index &+ 2])
  }

  private mutating func append(
    _ byte: UInt8, at index: Int, isEscaped: Bool, _ buffer: inout ByteBuffer
  ) throws(MessageFault) {
    if byte < 0x20 || byte == 0x7F {
      throw fault(byte == 0 ? .pathContainsNUL : .targetMalformed, index)
    }
    if byte == 0x2F || byte == 0x5C { throw fault(.pathSeparatorEncoded, index) }
    try checkUTF8(byte, index)
    // What is still an escape once decoded would be decoded again by somebody behind us.
    let count = buffer.count
    if percentPlace >= segmentStart, percentPlace == count &- 2,
      ByteClass.has(byte, ByteClass.hexDigit),
      ByteClass.has(buffer.bytes[count &- 1], ByteClass.hexDigit)
    {
      throw fault(.pathDoubleEncoded, percentOffset)
    }
    if byte == 0x25, isEscaped {
      percentPlace = count
      percentOffset = index
    }
    buffer.append(byte)
  }

  /// RFC 3629 section 4: no overlong forms, no surrogates, nothing above U+10FFFF.
  private mutating func checkUTF8(_ byte: UInt8, _ index: Int) throws(MessageFault) {
    if pending > 0 {
      guard byte >= lowest, byte <= highest else { throw fault(.pathNotUTF8, sequenceOffset) }
      pending &-= 1
      lowest = 0x80
      highest = 0xBF
      return
    }
    if byte < 0x80 { return }
    sequenceOffset = index
    switch byte {
    case 0xC2...0xDF: pending = 1
    case 0xE0...0xEF:
      pending = 2
      if byte == 0xE0 { lowest = 0xA0 }
      if byte == 0xED { highest = 0x9F }
    case 0xF0...0xF4:
      pending = 3
      if byte == 0xF0 { lowest = 0x90 }
      if byte == 0xF4 { highest = 0x8F }
    default: throw fault(.pathNotUTF8, index)
    }
  }

  private mutating func endSegment(
    at index: Int, _ buffer: inout ByteBuffer, isLast: Bool
  ) throws(MessageFault) {
    if pending > 0 { throw fault(.pathNotUTF8, sequenceOffset) }
    let length = buffer.count &- segmentStart
    // A doubled slash: the empty segment between is none.
    if length == 0 { return }
    if length <= 2, buffer.bytes[segmentStart] == 0x2E,
      length == 1 || buffer.bytes[segmentStart &+ 1] == 0x2E
    {
      // RFC 3986 section 5.2.4, steps 2B and 2C; an escaped dot is a dot (section 6.2.2.2).
      buffer.truncate(to: segmentStart)
      if length == 2 {
        if segmentStart == start &+ 1 { throw fault(.pathLeavesRoot, rawSegmentStart) }
        var parent = segmentStart &- 1
        while buffer.bytes[parent &- 1] != 0x2F { parent &-= 1 }
        buffer.truncate(to: parent)
        segmentStart = parent
      }
      return
    }
    if !isLast {
      buffer.append(0x2F)
      segmentStart = buffer.count
    }
  }
}
