/// What comes on a connection that speaks WebSocket, once it is whole (RFC 6455 section 5).
public enum WebSocketEvent: Equatable, Sendable {
  /// A message, put together from its fragments; text is UTF-8.
  case text([UInt8])
  case binary([UInt8])
  case ping([UInt8])
  case pong([UInt8])
  /// nil: the other side gave no code.
  case close(code: UInt16?, reason: [UInt8])
}

/// What breaks the rules of WebSocket: what is wrong, and the code that the connection is closed with (RFC 6455 section 7.4.1).
public enum WebSocketFault: String, Error, Equatable, Sendable, CaseIterable {
  case reservedBits = "reserved bits are set"
  case unknownOpcode = "unknown opcode"
  case notMasked = "frame of a client is not masked"
  case controlFragmented = "control frame in fragments"
  case controlTooLong = "control frame above 125 bytes"
  case lengthNotMinimal = "length is not in its shortest form"
  case lengthTooLarge = "length above 2^63"
  case nothingToContinue = "continuation of no message"
  case messageInterrupted = "new message within another"
  case closeMalformed = "close frame of one byte"
  case closeCodeInvalid = "close code that may not be sent"
  case closeReasonNotUTF8 = "close reason is not UTF-8"
  case textNotUTF8 = "text is not UTF-8"
  case messageTooLarge = "message above the limit"

  public var closeCode: UInt16 {
    switch self {
    case .closeReasonNotUTF8, .textNotUTF8: 1007
    case .messageTooLarge: 1009
    default: 1002
    }
  }
}

/// Reads the frames that a client sends, however they are cut. Keeps the message that is not whole yet, and no more than one.
///
/// After a fault it is of no more use.
public struct WebSocketReader: Sendable {
  private enum Phase { case first, second, length, mask, payload }

  private let messageBytesMax: UInt64
  private var phase = Phase.first
  private var opcode: WebSocketOpcode = .continuation
  private var isFinal = false
  private var lengthBytes = 0
  /// Bytes of the length or the mask that are still to come.
  private var missing = 0
  private var length: UInt64 = 0
  private var mask: UInt32 = 0
  /// Bytes of the frame's payload that have come.
  private var taken: UInt64 = 0
  private var control: [UInt8] = []
  private var message: [UInt8] = []
  /// What the message under way is; nil between messages.
  private var messageOpcode: WebSocketOpcode?
  private var text = UTF8Check()

  /// Reads messages of at most so many bytes; longer ones are a fault as soon as a frame's length says so.
  public init(messageBytesMax: UInt64) { self.messageBytesMax = messageBytesMax }

  /// Nothing of a frame has come that is not whole yet, nor of a message.
  public var isBetweenMessages: Bool { phase == .first && messageOpcode == nil }

  /// Reads from `index` on, which it moves behind what it took. Comes back with the first thing that is whole, or with nil where more
  /// has to come.
  public mutating func read(
    _ bytes: Span<UInt8>, from index: inout Int
  ) throws(WebSocketFault) -> WebSocketEvent? {
    while index < bytes.count {
      switch phase {
      case .first:
        try takeFirst(bytes[index])
        index += 1
      case .second:
        try takeSecond(bytes[index])
        index += 1
      case .length:
        length = length << 8 | UInt64(bytes[index])
        index += 1
        missing -= 1
        if missing == 0 { try checkLength() }
      case .mask:
        mask = mask << 8 | UInt32(bytes[index])
        index += 1
        missing -= 1
        if missing == 0 { phase = .payload }
      case .payload: try takePayload(bytes, &index)
      }
      if phase == .payload, taken == length {
        phase = .first
        if let event = try endFrame() { return event }
      }
    }
    return nil
  }

  // RFC 6455 section 5.2: FIN, three reserved bits, the opcode
  private mutating func takeFirst(_ byte: UInt8) throws(WebSocketFault) {
    if byte & 0x70 != 0 { throw .reservedBits }
    guard let opcode = WebSocketOpcode(rawValue: byte & 0x0F) else { throw .unknownOpcode }
    self.opcode = opcode
    isFinal = byte & 0x80 != 0
    if opcode.isControl {
      // RFC 6455 section 5.5
      if !isFinal { throw .controlFragmented }
    } else if opcode == .continuation {
      if messageOpcode == nil { throw .nothingToContinue }
    } else {
      // RFC 6455 section 5.4: messages do not interleave
      if messageOpcode != nil { throw .messageInterrupted }
      messageOpcode = opcode
    }
    phase = .second
  }

  private mutating func takeSecond(_ byte: UInt8) throws(WebSocketFault) {
    // RFC 6455 section 5.1: a server closes where a client does not mask
    if byte & 0x80 == 0 { throw .notMasked }
    let short = UInt64(byte & 0x7F)
    if opcode.isControl, short > 125 { throw .controlTooLong }
    taken = 0
    mask = 0
    length = short
    lengthBytes = short == 126 ? 2 : short == 127 ? 8 : 0
    if lengthBytes == 0 {
      try checkLength()
    } else {
      length = 0
      missing = lengthBytes
      phase = .length
    }
  }

  private mutating func checkLength() throws(WebSocketFault) {
    // RFC 6455 section 5.2: the shortest form, and the highest bit is zero
    if lengthBytes == 2, length < 126 { throw .lengthNotMinimal }
    if lengthBytes == 8 {
      if length >> 63 != 0 { throw .lengthTooLarge }
      if length <= 0xFFFF { throw .lengthNotMinimal }
    }
    if !opcode.isControl, UInt64(message.count) + length > messageBytesMax {
      throw .messageTooLarge
    }
    phase = .mask
    missing = 4
  }

  private mutating func takePayload(
    _ bytes: Span<UInt8>, _ index: inout Int
  ) throws(WebSocketFault) {
    let count = Int(min(length - taken, UInt64(bytes.count - index)))
    let isText = !opcode.isControl && messageOpcode == .text
    var isSound = true
    for place in index..<index + count {
      // RFC 6455 section 5.3
      let octet = taken & 3
      let byte = bytes[place] ^ UInt8(truncatingIfNeeded: mask >> (24 - 8 * UInt32(octet)))
      taken += 1
      if opcode.isControl { control.append(byte) } else { message.append(byte) }
      if isText, !text.take(byte) { isSound = false }
    }
    index += count
    // RFC 6455 section 8.1: at once, not only at the end of the message
    if !isSound { throw .textNotUTF8 }
  }

  private mutating func endFrame() throws(WebSocketFault) -> WebSocketEvent? {
    if opcode.isControl {
      defer { control.removeAll() }
      switch opcode {
      case .ping: return .ping(control)
      case .pong: return .pong(control)
      default: return try close()
      }
    }
    guard isFinal, let kind = messageOpcode else { return nil }
    if kind == .text, !text.isComplete { throw .textNotUTF8 }
    text = UTF8Check()
    messageOpcode = nil
    defer { message = [] }
    return kind == .text ? .text(message) : .binary(message)
  }

  // RFC 6455 section 5.5.1
  private func close() throws(WebSocketFault) -> WebSocketEvent {
    if control.isEmpty { return .close(code: nil, reason: []) }
    if control.count == 1 { throw .closeMalformed }
    let code = UInt16(control[0]) << 8 | UInt16(control[1])
    guard WebSocketReader.canBeSent(code) else { throw .closeCodeInvalid }
    var check = UTF8Check()
    let reason = Array(control[2...])
    for byte in reason where !check.take(byte) { throw .closeReasonNotUTF8 }
    if !check.isComplete { throw .closeReasonNotUTF8 }
    return .close(code: code, reason: reason)
  }

  /// Whether a close frame may carry the code: those of the registry, but 1004 to 1006 and 1015, which stand for what was not sent
  /// (RFC 6455 section 7.4.1), and those of libraries and programs, 3000 to 4999.
  public static func canBeSent(_ code: UInt16) -> Bool {
    switch code {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }
}

/// What a frame is (RFC 6455 section 5.2).
public enum WebSocketOpcode: UInt8, Sendable {
  case continuation = 0
  case text = 1
  case binary = 2
  case close = 8
  case ping = 9
  case pong = 10

  public var isControl: Bool { rawValue & 8 != 0 }
}

/// Checks UTF-8 byte by byte (RFC 3629 section 4): no overlong forms, no surrogates, nothing above U+10FFFF.
struct UTF8Check: Sendable {
  /// Bytes of the character that are still to come, and what the next one may be.
  private var missing = 0
  private var low: UInt8 = 0x80
  private var high: UInt8 = 0xBF

  /// No character has begun that has not ended.
  var isComplete: Bool { missing == 0 }

  /// False where the byte cannot stand here.
  mutating func take(_ byte: UInt8) -> Bool {
    if missing > 0 {
      guard byte >= low, byte <= high else { return false }
      (low, high) = (0x80, 0xBF)
      missing -= 1
      return true
    }
    switch byte {
    case ..<0x80: return true
    case 0xC2...0xDF: missing = 1
    case 0xE0...0xEF:
      missing = 2
      if byte == 0xE0 { low = 0xA0 }
      if byte == 0xED { high = 0x9F }
    case 0xF0...0xF4:
      missing = 3
      if byte == 0xF0 { low = 0x90 }
      if byte == 0xF4 { high = 0x8F }
    default: return false
    }
    return true
  }
}
