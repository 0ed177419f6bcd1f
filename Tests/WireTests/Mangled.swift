import Message
import Testing
import Wire

/// A small generator with a seed, so that a failure can be had again.
struct Dice: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}

/// Messages with bytes changed, put in and taken out: whatever they say, they are read the same in
/// one piece and in many, and nothing traps. The fuzzers go further; this runs with every test.
@Suite("Mangled messages")
struct Mangled {
  static let alphabet: [UInt8] =
    Array("\r\n\0 \t:;,=\"%/.?#[]()0123456789abfxHT\u{7F}".utf8) + [0x80, 0xFF]

  func mangle(_ sample: String, _ dice: inout Dice) -> [UInt8] {
    var bytes = Array(sample.utf8)
    for _ in 0..<Int.random(in: 1...3, using: &dice) {
      let place = Int.random(in: 0..<bytes.count, using: &dice)
      let byte = Self.alphabet.randomElement(using: &dice) ?? 0
      switch Int.random(in: 0..<4, using: &dice) {
      case 0: bytes[place] = byte
      case 1: bytes.insert(byte, at: place)
      case 2: bytes.insert(bytes[place], at: place)
      default: if bytes.count > 1 { bytes.remove(at: place) }
      }
    }
    return bytes
  }

  @Test("requests", arguments: 1...4)
  func requests(_ seed: Int) {
    var dice = Dice(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
    var limits = MessageLimits()
    limits.targetBytesMax = 20
    limits.fieldBytesMax = 40
    limits.fieldCountMax = 4
    limits.headBytesMax = 120
    let samples = [
      "GET /a/../%41?b HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n",
      "\r\nPOST http://a:8/b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      "CONNECT h:443 HTTP/1.0\r\nContent-Length: 12\r\nExpect: 100-continue\r\nA: b\tc\r\n\r\nx",
    ]
    for _ in 0..<60 {
      for sample in samples { readRequest(mangle(sample, &dice), limits: limits) }
    }
  }

  @Test("responses", arguments: 1...4)
  func responses(_ seed: Int) {
    var dice = Dice(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
    for _ in 0..<60 {
      _ = readResponse(
        mangle("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n", &dice))
      _ = readResponse(mangle("HTTP/1.0 404\r\nContent-Length: 1\r\n\r\n", &dice))
    }
  }

  @Test("chunked contents", arguments: 1...4)
  func contents(_ seed: Int) {
    var dice = Dice(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
    var limits = MessageLimits()
    limits.chunkExtensionBytesMax = 12
    limits.trailerBytesMax = 20
    limits.contentBytesMax = 20
    for _ in 0..<60 {
      readContent(
        mangle(
          "5;a=\"b\\\"\" ; c\r\nhello\r\na\r\n0123456789\r\n0\r\nA: b\r\nHost: c\r\n\r\nx", &dice),
        limits: limits)
      readContent(mangle("5\r\nhello\r\n0\r\nETag: \"b\"\r\n\r\n", &dice), limits: limits)
    }
  }
}
