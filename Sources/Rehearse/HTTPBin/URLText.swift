internal import Message

/// Queries and forms (application/x-www-form-urlencoded), and URLs as httpbin shows them.
enum URLText {
  struct Pair {
    var name: [UInt8]
    var value: [UInt8]
  }

  /// Names and values in their order; those without a value have an empty one.
  static func pairs(_ text: [UInt8]) -> [Pair] {
    text.split(separator: 0x26).map { part in
      let halves = part.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
      return Pair(
        name: decoded(halves[0]), value: halves.count > 1 ? decoded(halves[1]) : [])
    }
  }

  /// With `+` as a blank.
  private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
    unescaped(text.map { $0 == 0x2B ? 0x20 : $0 }[...])
  }

  /// An escape that is none stays as it is.
  static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      if byte == 0x25, index + 2 < text.endIndex, let high = hexValue(text[index + 1]),
        let low = hexValue(text[index + 2])
      {
        bytes.append(high << 4 | low)
        index += 3
        continue
      }
      bytes.append(byte)
      index += 1
    }
    return bytes
  }

  /// UTF-8 as text; bytes that are none of it are shown as escapes.
  static func shown(_ bytes: [UInt8]) -> [UInt16] {
    if let text = String(validating: bytes, as: UTF8.self) { return Array(text.utf16) }
    var units: [UInt16] = []
    var index = 0
    while index < bytes.count {
      let length = sequenceLength(bytes, index)
      if length > 0 {
        units += String(decoding: bytes[index..<(index + length)], as: UTF8.self).utf16
        index += length
      } else {
        units += escaped(bytes[index]).map(UInt16.init)
        index += 1
      }
    }
    return units
  }

  /// Bytes of the UTF-8 sequence that begins here; 0 where none does.
  private static func sequenceLength(_ bytes: [UInt8], _ start: Int) -> Int {
    let length: Int
    switch bytes[start] {
    case 0..<0x80: return 1
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: return 0
    }
    guard start + length <= bytes.count,
      String(validating: bytes[start..<(start + length)], as: UTF8.self) != nil
    else { return 0 }
    return length
  }

  static func escaped(_ byte: UInt8) -> [UInt8] {
    [0x25, hexDigit(byte >> 4), hexDigit(byte & 15)].map { $0 &- 0x61 < 26 ? $0 - 0x20 : $0 }
  }

  /// Escapes all bytes that are neither letters, digits, `-._~` nor in `safe`.
  static func quoted(_ bytes: [UInt8], safe: StaticString) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    let others = UnsafeBufferPointer(start: safe.utf8Start, count: safe.utf8CodeUnitCount)
    for byte in bytes {
      let isPlain =
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
      if isPlain || others.contains(byte) { text.append(byte) } else { text += escaped(byte) }
    }
    return text
  }

  /// A part of a URL as it is shown to people: escapes are decoded, but for those of blanks, controls, `%` and what `kept` names, and for
  /// what is no UTF-8.
  static func readable(_ text: [UInt8], kept: StaticString) -> [UInt16] {
    let others = UnsafeBufferPointer(start: kept.utf8Start, count: kept.utf8CodeUnitCount)
    var bytes: [UInt8] = []
    var index = 0
    while index < text.count {
      if text[index] == 0x25, index + 2 < text.count, let high = hexValue(text[index + 1]),
        let low = hexValue(text[index + 2])
      {
        let byte = high << 4 | low
        if byte > 0x20, byte != 0x25, byte != 0x7F, !others.contains(byte) {
          bytes.append(byte)
        } else {
          bytes += text[index..<(index + 3)]
        }
        index += 3
        continue
      }
      bytes.append(text[index])
      index += 1
    }
    return shown(bytes)
  }

  /// Host and port as they are written (RFC 3986 sections 6.2.2.1 and 6.2.3): in lower case, and without the scheme's own port.
  static func authority(_ text: [UInt8], scheme: [UInt8]) -> [UInt8] {
    let port = Array((scheme.elementsEqual("https".utf8) ? ":443" : ":80").utf8)
    return (text.reversed().starts(with: port.reversed()) ? text.dropLast(port.count) : text[...])
      .map(\.lowercased)
  }

  /// An address for a Location field: visible ASCII, with everything else escaped.
  static func location(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    for byte in bytes {
      if byte > 0x20, byte < 0x7F, byte != 0x22, byte != 0x3C, byte != 0x3E, byte != 0x5C {
        text.append(byte)
      } else {
        text += escaped(byte)
      }
    }
    return text
  }
}
