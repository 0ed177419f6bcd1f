/// RFC 4648 sections 4 and 5.
enum Base64 {
  private static let letters = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encoded(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var index = 0
    while index < bytes.count {
      let part = bytes[index..<min(index + 3, bytes.count)]
      var word: UInt32 = 0
      for byte in part { word = word << 8 | UInt32(byte) }
      word <<= UInt32(8 * (3 - part.count))
      for place in 0..<4 {
        text.append(
          place <= part.count ? letters[Int(word >> UInt32(18 - 6 * place) & 63)] : 0x3D)
      }
      index += 3
    }
    return text
  }

  /// Whether a text has letters of the first alphabet (RFC 4648 section 4) alone, and behind them padding.
  static func isPlain(_ text: some Collection<UInt8>) -> Bool {
    let rest = text.drop { $0 != 0x2D && $0 != 0x5F && value($0) != nil }
    return rest.count <= 2 && rest.allSatisfy { $0 == 0x3D }
  }

  /// Reads both alphabets, and passes over bytes of neither. nil where the padding is wrong.
  static func decoded(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var word: UInt32 = 0
    var count = 0
    var padding = 0
    for letter in text {
      if letter == 0x3D {
        padding += 1
        // What follows a full padding counts for nothing
        if count % 4 >= 2, count % 4 + padding >= 4 { break }
        continue
      }
      guard let value = value(letter) else { continue }
      padding = 0
      word = word << 6 | UInt32(value)
      count += 1
      if count % 4 == 0 {
        bytes += [UInt8(word >> 16 & 255), UInt8(word >> 8 & 255), UInt8(word & 255)]
        word = 0
      }
    }
    switch count % 4 {
    case 0: return bytes
    case 2 where padding >= 2: return bytes + [UInt8(word >> 4 & 255)]
    case 3 where padding >= 1: return bytes + [UInt8(word >> 10 & 255), UInt8(word >> 2 & 255)]
    default: return nil
    }
  }

  private static func value(_ letter: UInt8) -> UInt8? {
    switch letter {
    case 0x41...0x5A: letter - 0x41
    case 0x61...0x7A: letter - 0x47
    case 0x30...0x39: letter + 4
    case 0x2B, 0x2D: 62
    case 0x2F, 0x5F: 63
    default: nil
    }
  }
}
