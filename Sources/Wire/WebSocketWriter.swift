public import Message

/// Writes the frames of a server: not masked, each message in one (RFC 6455 section 5).
public enum WebSocketWriter {
  /// A frame with its payload. Control frames have at most 125 bytes.
  public static func append(
    _ opcode: WebSocketOpcode, _ payload: [UInt8], isFinal: Bool = true, to buffer: inout ByteBuffer
  ) {
    precondition(!opcode.isControl || payload.count <= 125 && isFinal, "RFC 6455 section 5.5")
    buffer.append(opcode.rawValue | (isFinal ? 0x80 : 0))
    switch payload.count {
    case ...125: buffer.append(UInt8(payload.count))
    case ...0xFFFF:
      buffer.append(126)
      append(UInt64(payload.count), bytes: 2, to: &buffer)
    default:
      buffer.append(127)
      append(UInt64(payload.count), bytes: 8, to: &buffer)
    }
    buffer.append(payload)
  }

  /// A close frame; a code that may not be sent is left out, and a reason that is too long is cut between two characters.
  public static func appendClose(
    _ code: UInt16?, _ reason: [UInt8] = [], to buffer: inout ByteBuffer
  ) {
    guard let code, WebSocketReader.canBeSent(code) else {
      append(.close, [], to: &buffer)
      return
    }
    var payload = [UInt8(code >> 8), UInt8(code & 0xFF)]
    var end = min(reason.count, 123)
    if end < reason.count { while end > 0, reason[end] & 0xC0 == 0x80 { end -= 1 } }
    payload += reason[..<end]
    append(.close, payload, to: &buffer)
  }

  private static func append(_ number: UInt64, bytes: Int, to buffer: inout ByteBuffer) {
    for place in (0..<bytes).reversed() {
      buffer.append(UInt8(truncatingIfNeeded: number >> UInt64(8 * place)))
    }
  }
}
