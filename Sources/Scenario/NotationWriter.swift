/// Writes bytes of the wire as the lines of a scenario: the other way round of `NotationReader`.
enum NotationWriter {
  /// Runs of one byte from this length on are written as a repeat.
  private static let runMin = 40

  /// The lines of a message: CRLF ends a line of the head, LF one of the content.
  static func lines(_ bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    var start = 0
    var isHead = true
    while start < bytes.count {
      guard let end = bytes[start...].firstIndex(of: 0x0A) else {
        lines.append(text(bytes[start...]) + "\\")
        break
      }
      if isHead {
        let hasReturn = end > start && bytes[end - 1] == 0x0D
        lines.append(text(bytes[start..<(hasReturn ? end - 1 : end)]) + (hasReturn ? "" : "\\n\\"))
        if hasReturn, end == start + 1 { isHead = false }
      } else {
        lines.append(text(bytes[start..<end]))
      }
      start = end + 1
    }
    return lines
  }

  /// One line's text, with escapes and repeats.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    var text = ""
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      var end = index + 1
      while end < bytes.endIndex, bytes[end] == byte { end += 1 }
      if end - index >= runMin {
        text += "{\(escaped(byte))*\(end - index)}"
        index = end
        continue
      }
      if byte >= 0x80, let (character, length) = character(bytes[index...]) {
        text += character
        index += length
        continue
      }
      // A brace may begin what looks like a placeholder
      text +=
        byte == UInt8(ascii: "{") && index + 1 < bytes.endIndex && looksNamed(bytes[index + 1])
        ? "\\{" : escaped(byte)
      index += 1
    }
    return text
  }

  private static func looksNamed(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }

  private static func escaped(_ byte: UInt8) -> String {
    switch byte {
    case 0x0D: "\\r"
    case 0x0A: "\\n"
    case 0x09: "\\t"
    case UInt8(ascii: "\\"): "\\\\"
    case 0x20...0x7E: String(UnicodeScalar(byte))
    default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }

  /// The character that begins here, where it is UTF-8 and can be shown.
  private static func character(_ bytes: ArraySlice<UInt8>) -> (String, Int)? {
    guard let first = bytes.first else { return nil }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard let text = String(validating: bytes.prefix(length), as: UTF8.self),
      let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1, scalar.value >= 0xA0
    else { return nil }
    return (text, length)
  }
}
