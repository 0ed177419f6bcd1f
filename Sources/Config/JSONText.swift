/// A JSON value with the order of its members kept, and its text.
package indirect enum JSONText {
  case string(String)
  case number(UInt64)
  case boolean(Bool)
  case array([JSONText])
  case object([(String, JSONText)])

  /// Indented by two; an array or object without members in one line, and so are arrays of scalars.
  func text(indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    switch self {
    case .string(let text): return Self.quoted(text)
    case .number(let number): return "\(number)"
    case .boolean(let flag): return flag ? "true" : "false"
    case .array(let items):
      if items.allSatisfy(\.isScalar) {
        return "[" + items.map { $0.text() }.joined(separator: ", ") + "]"
      }
      let lines = items.map { "\(margin)  \($0.text(indent: indent + 2))" }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(margin)]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map { name, value in
        "\(margin)  \(Self.quoted(name)): \(value.text(indent: indent + 2))"
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(margin)}"
    }
  }

  private var isScalar: Bool {
    switch self {
    case .string, .number, .boolean: true
    case .array, .object: false
    }
  }

  /// RFC 8259 section 7. `hidingLatin1` escapes what lies between ASCII and U+0100 too: bytes of the wire whose meaning nobody knows.
  package static func quoted(_ text: String, hidingLatin1: Bool = false) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      let isHidden = hidingLatin1 && (0x80...0xFF).contains(scalar.value)
      switch scalar.value {
      case 0x22: out += "\\\""
      case 0x5C: out += "\\\\"
      case 0x0A: out += "\\n"
      case 0x09: out += "\\t"
      case 0x0D: out += "\\r"
      case _ where isHidden || scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
