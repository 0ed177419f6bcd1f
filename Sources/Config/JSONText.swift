internal import Message

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
    case .string(let text): return JSONString.quoted(text)
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
        "\(margin)  \(JSONString.quoted(name)): \(value.text(indent: indent + 2))"
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
}
