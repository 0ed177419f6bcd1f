/// How numbers and foreign text are written for people.
enum Wording {
  /// Text from the wire: what is not printable ASCII becomes `\xNN`, so that nothing of it can move a cursor or pretend to be ours.
  static func shown(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x5C: result += "\\\\"
      case 0x20...0x7E: result.unicodeScalars.append(scalar)
      case ..<0x100: result += "\\x" + hex(scalar.value, digits: 2)
      default: result += "\\u{" + hex(scalar.value, digits: 4) + "}"
      }
    }
    return result
  }

  /// A name from the configuration: only control characters are replaced.
  static func name(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      if isControl {
        result += "\\x" + hex(scalar.value, digits: 2)
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private static let sizeUnits: [(name: String, factor: UInt64)] = [
    ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
  ]

  /// A size as a configuration has it, exact: `8 KiB`, `9001 B`.
  static func configured(bytes: UInt64) -> String {
    for unit in sizeUnits where bytes >= unit.factor && bytes % unit.factor == 0 {
      return "\(bytes / unit.factor) \(unit.name)"
    }
    return "\(bytes) B"
  }

  /// A size as it was measured: `9001 bytes`, `3.2 MiB (3355443 bytes)`.
  static func measured(bytes: UInt64) -> String {
    if bytes == .max { return "more bytes than can be counted" }
    guard bytes >= 10_240 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
    return "\(short(bytes: bytes)) (\(bytes) bytes)"
  }

  /// A size in at most four digits: `312 B`, `14.2 KiB`.
  static func short(bytes: UInt64) -> String {
    for unit in sizeUnits where bytes >= unit.factor {
      return tenths(bytes, of: unit.factor) + " " + unit.name
    }
    return "\(bytes) B"
  }

  /// A time as a configuration has it, exact: `30 s`, `1500 ms`.
  static func configured(milliseconds: UInt64) -> String {
    if milliseconds >= 60_000, milliseconds % 60_000 == 0 { return "\(milliseconds / 60_000) min" }
    if milliseconds >= 1000, milliseconds % 1000 == 0 { return "\(milliseconds / 1000) s" }
    return "\(milliseconds) ms"
  }

  /// A time as it was measured: `83 us`, `12.4 ms`, `3.2 s`.
  static func measured(microseconds: UInt64) -> String {
    switch microseconds {
    case ..<1000: "\(microseconds) us"
    case ..<1_000_000: tenths(microseconds, of: 1000) + " ms"
    default: tenths(microseconds, of: 1_000_000) + " s"
    }
  }

  /// The quotient with one digit behind the point, cut off and not rounded.
  private static func tenths(_ value: UInt64, of unit: UInt64) -> String {
    let digit = value % unit * 10 / unit
    return digit == 0 ? "\(value / unit)" : "\(value / unit).\(digit)"
  }

  /// Lines of at most `width` characters, broken at spaces; line feeds in the text stay.
  static func wrapped(_ text: String, width: Int = 78) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: true) {
      var line = ""
      for word in paragraph.split(separator: " ", omittingEmptySubsequences: true) {
        if !line.isEmpty, line.count + 1 + word.count > width {
          lines.append(line)
          line = ""
        }
        line += line.isEmpty ? word : " " + word
      }
      lines.append(line)
    }
    return lines
  }

  /// The file of a position, `site.yaml` of `site.yaml:9:7`; nil for what is in no file.
  static func file(of position: String) -> String? {
    let parts = position.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count >= 3, UInt32(parts[parts.count - 1]) != nil,
      UInt32(parts[parts.count - 2]) != nil
    else { return nil }
    return parts.dropLast(2).joined(separator: ":")
  }
}
