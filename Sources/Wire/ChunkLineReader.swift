import Message

/// Reads `chunk-size [ chunk-ext ] CRLF`, byte for byte (RFC 9112 sections 7.1 and 7.1.1).
///
/// Extensions are checked and thrown away: none is known, and what is not counted is how memory is
/// eaten.
struct ChunkLineReader: Sendable {
  private enum Phase: UInt8 {
    case size, sizeEnd, name, nameEnd, valueStart, token, quoted, escaped, valueEnd, lineFeed
  }

  /// Digits of a size, leading zeros included.
  private static let digitsMax = 256

  private let lineMax: Int
  private let messageMax: Int
  private var phase = Phase.size
  private var size: UInt64 = 0
  private var digitCount = 0
  private var nameCount = 0
  private var lineBytes = 0
  private var messageBytes = 0
  /// Where the size stands in the message.
  private(set) var sizeOffset: UInt64 = 0

  init(_ limits: MessageLimits) {
    lineMax = limits.chunkExtensionBytesMax
    messageMax = limits.chunkExtensionsBytesMax
  }

  /// Makes it ready for the next chunk; the count of extension bytes goes on.
  mutating func reset() {
    phase = .size
    size = 0
    digitCount = 0
    lineBytes = 0
  }

  /// Takes bytes from `at` on, up to the end of the line. Returns the size once the line is
  /// complete, else nil.
  mutating func read(
    _ bytes: Span<UInt8>, _ at: inout Int, offset: inout UInt64
  ) throws(MessageFault) -> UInt64? {
    while at < bytes.count {
      let byte = bytes[at]
      if phase == .lineFeed {
        guard byte == 0x0A else { throw lineFault(.bareCarriageReturn, offset - 1) }
        at &+= 1
        offset += 1
        return size
      }
      if phase == .size {
        try takeDigit(byte, offset)
      } else {
        try takeExtension(byte, offset)
      }
      at &+= 1
      offset += 1
    }
    return nil
  }

  private func lineFault(_ kind: FaultKind, _ offset: UInt64) -> MessageFault {
    MessageFault(kind, at: offset, in: .lineEnding)
  }

  private mutating func takeDigit(_ byte: UInt8, _ offset: UInt64) throws(MessageFault) {
    if ByteClass.has(byte, ByteClass.hexDigit) {
      if digitCount == 0 { sizeOffset = offset }
      digitCount &+= 1
      // RFC 9112 section 7.1: 1*HEXDIG, without an end; so many that they say nothing any more are no size
      guard digitCount <= Self.digitsMax else {
        throw MessageFault(.chunkSizeMalformed, at: offset, in: .chunk)
      }
      // What 64 bits cannot hold is above every limit, and stays the largest number (Decisions/0006)
      size = size >> 60 != 0 ? .max : size << 4 | UInt64(ByteClass.hexValue(byte))
      return
    }
    if byte == 0x0A { throw lineFault(.bareLineFeed, offset) }
    // RFC 9112 section 7.1: 1*HEXDIG
    guard digitCount > 0 else { throw MessageFault(.chunkSizeMalformed, at: offset, in: .chunk) }
    switch byte {
    case 0x0D: phase = .lineFeed
    case 0x3B, 0x20, 0x09:
      phase = .sizeEnd
      try takeExtension(byte, offset)
    default: throw MessageFault(.chunkSizeMalformed, at: offset, in: .chunk)
    }
  }

  /// *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
  private mutating func takeExtension(_ byte: UInt8, _ offset: UInt64) throws(MessageFault) {
    if byte == 0x0A { throw lineFault(.bareLineFeed, offset) }
    if byte == 0x0D, phase == .name && nameCount > 0 || phase == .token || phase == .valueEnd {
      phase = .lineFeed
      return
    }
    try count(offset)
    let isToken = ByteClass.has(byte, ByteClass.token)
    switch phase {
    case .sizeEnd, .valueEnd:
      if byte == 0x3B { return beginName() }
      if byte.isBlank { return }
    case .name:
      if isToken {
        nameCount &+= 1
        return
      }
      if nameCount == 0, byte.isBlank { return }
      if nameCount > 0, endName(byte) { return }
    case .nameEnd:
      if byte.isBlank { return }
      if endName(byte) { return }
    case .valueStart:
      if byte.isBlank { return }
      if byte == 0x22 {
        phase = .quoted
        return
      }
      if isToken {
        phase = .token
        return
      }
    case .token:
      if isToken { return }
      if byte == 0x3B { return beginName() }
      if byte.isBlank {
        phase = .valueEnd
        return
      }
    case .quoted, .escaped:
      if takeQuoted(byte) { return }
    case .size, .lineFeed: break
    }
    // White space behind a size with no extension after it belongs to the size.
    throw MessageFault(
      phase == .sizeEnd ? .chunkSizeMalformed : .chunkExtensionMalformed, at: offset, in: .chunk)
  }

  private mutating func beginName() {
    phase = .name
    nameCount = 0
  }

  private mutating func endName(_ byte: UInt8) -> Bool {
    if byte == 0x3D {
      phase = .valueStart
    } else if byte == 0x3B {
      beginName()
    } else if byte.isBlank {
      phase = .nameEnd
    } else {
      return false
    }
    return true
  }

  /// RFC 9110 section 5.6.4
  private mutating func takeQuoted(_ byte: UInt8) -> Bool {
    guard byte == 0x09 || byte >= 0x20, byte != 0x7F else { return false }
    if phase == .escaped {
      phase = .quoted
    } else if byte == 0x5C {
      phase = .escaped
    } else if byte == 0x22 {
      phase = .valueEnd
    }
    return true
  }

  private mutating func count(_ offset: UInt64) throws(MessageFault) {
    lineBytes &+= 1
    messageBytes &+= 1
    if lineBytes > lineMax || messageBytes > messageMax {
      let limit = UInt64(lineBytes > lineMax ? lineMax : messageMax)
      throw MessageFault(
        .chunkExtensionsTooLarge, at: offset, in: .chunk, limit: limit, measured: limit + 1)
    }
  }
}
