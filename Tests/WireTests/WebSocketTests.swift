import Message
import TestSupport
import Testing

@testable import Wire

/// The frames of WebSocket, as bytes. Every message is also read byte by byte.
@Suite("RFC 6455: frames")
struct WebSocketTests {
  static let mask: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]

  /// A client's frame.
  static func frame(
    _ first: UInt8, _ payload: [UInt8], mask: [UInt8] = mask, length: [UInt8]? = nil
  ) -> [UInt8] {
    var bytes = [first]
    switch payload.count {
    case _ where length != nil:
      let form = length ?? []
      bytes += [0x80 | form[0]] + form.dropFirst()
    case ...125: bytes.append(0x80 | UInt8(payload.count))
    case ...0xFFFF: bytes += [0xFE, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default:
      bytes.append(0xFF)
      for place in (0..<8).reversed() {
        bytes.append(UInt8(truncatingIfNeeded: payload.count >> (8 * place)))
      }
    }
    return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
  }

  static func frame(_ first: UInt8, _ payload: String) -> [UInt8] {
    frame(first, Array(payload.utf8))
  }

  /// Reads whole, and in pieces of one and of three bytes: it must come to the same.
  static func read(_ bytes: [UInt8], limit: UInt64 = 1 << 20) -> FrameReading {
    let whole = FrameReading(bytes, step: .max / 2, limit: limit)
    for step in [1, 3] { #expect(FrameReading(bytes, step: step, limit: limit) == whole) }
    return whole
  }

  @Test("section 5.7: the examples of the standard")
  func examples() {
    let hello: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
    #expect(Self.read(hello).events == [.text(Array("Hello".utf8))])
    let pong: [UInt8] = [0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
    #expect(Self.read(pong).events == [.pong(Array("Hello".utf8))])
    var written = ByteBuffer()
    WebSocketWriter.append(.text, Array("Hello".utf8), to: &written)
    #expect(Array(written.bytes) == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
  }

  @Test("section 5.4: fragments are put together, with control frames between them")
  func fragments() {
    let bytes =
      Self.frame(0x01, "Hel") + Self.frame(0x89, "are you there") + Self.frame(0x00, "")
      + Self.frame(0x8A, "") + Self.frame(0x80, "lo") + Self.frame(0x82, [0, 255])
    #expect(
      Self.read(bytes)
        == FrameReading(events: [
          .ping(Array("are you there".utf8)), .pong([]), .text(Array("Hello".utf8)),
          .binary([0, 255]),
        ]))
  }

  @Test("section 8.1: a character may be cut by fragments, and must be whole at the end")
  func charactersAcrossFragments() {
    let euro = Array("€😀".utf8)
    for cut in 0...euro.count {
      let bytes = Self.frame(0x01, Array(euro[..<cut])) + Self.frame(0x80, Array(euro[cut...]))
      #expect(Self.read(bytes).events == [.text(euro)])
    }
    #expect(Self.read(Self.frame(0x81, Array(euro.dropLast()))).fault == .textNotUTF8)
    // Found out before the frame is over
    let broken = Self.frame(0x01, [0x61, 0xC0, 0xAF] + Array(repeating: 0x61, count: 20))
    #expect(FrameReading(Array(broken.dropLast(10)), step: 1, limit: 100).fault == .textNotUTF8)
  }

  @Test(
    "RFC 3629 section 4: what is no UTF-8",
    arguments: [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
      [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF],
      [0xE2, 0x82], [0xE2, 0x28, 0xA1],
    ] as [[UInt8]])
  func notUTF8(bytes: [UInt8]) {
    #expect(Self.read(Self.frame(0x81, bytes)).fault == .textNotUTF8)
    #expect(Self.read(Self.frame(0x82, bytes)).events == [.binary(bytes)])
  }

  @Test("section 5.2: lengths in their three forms, the shortest only")
  func lengths() {
    for count in [0, 125, 126, 0xFFFF, 0x10000] {
      let payload = [UInt8](repeating: 0x61, count: count)
      #expect(
        FrameReading(Self.frame(0x82, payload), step: 1 << 14, limit: 1 << 20).events == [
          .binary(payload)
        ])
    }
    let short = [UInt8](repeating: 0x61, count: 125)
    #expect(Self.read(Self.frame(0x82, short, length: [126, 0, 125])).fault == .lengthNotMinimal)
    #expect(
      Self.read(Self.frame(0x82, short, length: [127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])).fault
        == .lengthNotMinimal)
    #expect(
      Self.read(Self.frame(0x82, short, length: [127, 0x80, 0, 0, 0, 0, 1, 0, 0])).fault
        == .lengthTooLarge)
  }

  @Test(
    "section 10.4: a message above the limit is known by its length, and counted over fragments")
  func limit() {
    let ten = [UInt8](repeating: 0x61, count: 10)
    #expect(Self.read(Self.frame(0x82, ten), limit: 10).events == [.binary(ten)])
    #expect(Self.read(Array(Self.frame(0x82, ten).prefix(2)), limit: 9).fault == .messageTooLarge)
    let two = Self.frame(0x02, ten) + Self.frame(0x80, [1])
    #expect(Self.read(two, limit: 10).fault == .messageTooLarge)
    #expect(WebSocketFault.messageTooLarge.closeCode == 1009)
  }

  @Test(
    "what breaks the rules, and its code",
    arguments: [
      ([0xC1, 0x80, 0, 0, 0, 0], .reservedBits), ([0xA1, 0x80, 0, 0, 0, 0], .reservedBits),
      ([0x91, 0x80, 0, 0, 0, 0], .reservedBits), ([0x83, 0x80, 0, 0, 0, 0], .unknownOpcode),
      ([0x8B, 0x80, 0, 0, 0, 0], .unknownOpcode), ([0x81, 0x01, 0x61], .notMasked),
      ([0x09, 0x80, 0, 0, 0, 0], .controlFragmented), ([0x89, 0xFE, 0, 126], .controlTooLong),
      ([0x80, 0x80, 0, 0, 0, 0], .nothingToContinue),
      ([0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80], .messageInterrupted),
      ([0x88, 0x81, 0, 0, 0, 0, 3], .closeMalformed),
      ([0x88, 0x83, 0, 0, 0, 0, 0x03, 0xE8, 0xFF], .closeReasonNotUTF8),
    ] as [([UInt8], WebSocketFault)])
  func faults(bytes: [UInt8], fault: WebSocketFault) {
    #expect(Self.read(bytes).fault == fault)
    #expect(fault.closeCode == (fault == .closeReasonNotUTF8 ? 1007 : 1002))
  }

  @Test("section 7.4: codes that may be sent, and that may not")
  func closeCodes() {
    for code in [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999] as [UInt16] {
      let payload = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array("bye".utf8)
      #expect(
        Self.read(Self.frame(0x88, payload)).events == [
          .close(code: code, reason: Array("bye".utf8))
        ])
    }
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535] as [UInt16] {
      let payload = [UInt8(code >> 8), UInt8(code & 0xFF)]
      #expect(Self.read(Self.frame(0x88, payload)).fault == .closeCodeInvalid, "\(code)")
    }
    #expect(Self.read(Self.frame(0x88, "")).events == [.close(code: nil, reason: [])])
  }

  @Test("close frames that are written: codes that may be sent, reasons cut between characters")
  func closesWritten() {
    var written = ByteBuffer()
    WebSocketWriter.appendClose(1000, Array("ok".utf8), to: &written)
    #expect(Array(written.bytes) == [0x88, 4, 0x03, 0xE8, 0x6F, 0x6B])
    written.removeAll()
    WebSocketWriter.appendClose(1006, to: &written)
    #expect(Array(written.bytes) == [0x88, 0])
    written.removeAll()
    WebSocketWriter.appendClose(1000, Array(String(repeating: "€", count: 42).utf8), to: &written)
    #expect(written.count == 2 + 2 + 123)
    written.removeAll()
    WebSocketWriter.appendClose(
      1000, Array(("a" + String(repeating: "€", count: 42)).utf8), to: &written)
    #expect(written.count == 2 + 2 + 121)
  }

  @Test("what is written has its length in the shortest form")
  func written() {
    for (count, head) in [(125, 2), (126, 4), (0xFFFF, 4), (0x10000, 10)] {
      var written = ByteBuffer()
      WebSocketWriter.append(.binary, [UInt8](repeating: 1, count: count), to: &written)
      #expect(written.count == head + count)
      #expect(written.bytes[0] == 0x82)
    }
  }
}

@Suite("RFC 6455 section 4.2.1: the handshake")
struct WebSocketHandshakeTests {
  static var sound: WebSocketHandshake {
    var handshake = WebSocketHandshake()
    handshake.upgrades = [Array("websocket".utf8)]
    handshake.connections = [Array("keep-alive, Upgrade".utf8)]
    handshake.keys = [Array("dGhlIHNhbXBsZSBub25jZQ==".utf8)]
    handshake.versions = [Array("13".utf8)]
    return handshake
  }

  @Test("the example of section 1.3, and names in any case")
  func example() {
    #expect(Self.sound.fault == nil)
    var other = Self.sound
    other.upgrades = [Array("h2c , WebSocket".utf8)]
    #expect(other.fault == nil)
  }

  @Test("what is missing or wrong")
  func faults() {
    let changes: [(WebSocketHandshake.Fault, (inout WebSocketHandshake) -> Void)] = [
      (.notOffered, { $0.upgrades = [] }),
      (.notOffered, { $0.upgrades = [Array("websocket/13".utf8)] }),
      (.notOffered, { $0.upgrades = [Array(" ,".utf8)] }),
      (.notConnected, { $0.connections = [Array("upgraded".utf8)] }),
      (.notOffered, { $0.isHTTP11 = false }),
      (.versionUnknown, { $0.versions = [] }),
      (.versionUnknown, { $0.versions = [Array("8".utf8)] }),
      (.versionUnknown, { $0.versions = [Array("13".utf8), Array("13".utf8)] }),
      (.keyMalformed, { $0.keys = [] }),
      (.keyMalformed, { $0.keys.append($0.keys[0]) }),
      (.keyMalformed, { $0.keys = [Array("dGhlIHNhbXBsZSBub25jZR==".utf8)] }),
      (.keyMalformed, { $0.keys = [Array("dGhlIHNhbXBsZSBub25j".utf8)] }),
      (.keyMalformed, { $0.keys = [Array("dGhlIHNhbXBsZSBub25jZQ=!".utf8)] }),
      (.notGet, { $0.isGet = false }),
      (.notGet, { $0.hasContent = true }),
    ]
    for (fault, change) in changes {
      var handshake = Self.sound
      change(&handshake)
      #expect(handshake.fault == fault, "\(handshake)")
    }
  }
}
