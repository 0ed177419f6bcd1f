/// A JSON value with the order of its members kept, and its text on several lines. For output that nobody waits for.
public indirect enum JSONOutput: Sendable {
  case null
  case bool(Bool)
  case number(UInt64)
  case text(String)
  case array([JSONOutput])
  case object([(String, JSONOutput)])

  public static func optional(_ text: String?) -> JSONOutput { text.map { .text($0) } ?? .null }

  /// How the text is laid out.
  public struct Style: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// An array of scalars stands in one line.
    public static let scalarsInLine = Style(rawValue: 1)
    /// What lies between ASCII and U+0100 is written by its number: bytes of the wire whose meaning nobody knows.
    public static let hidingLatin1 = Style(rawValue: 2)
  }

  /// The text, indented by two a level; its first line is not. What has no members takes one line.
  public func text(_ style: Style = [], indent: Int = 0) -> String {
    let margin = String(repeating: " ", count: indent)
    switch self {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .number(let number): return "\(number)"
    case .text(let text): return Self.quoted(text, style)
    case .array(let items):
      if items.isEmpty || style.contains(.scalarsInLine) && items.allSatisfy(\.isScalar) {
        return "[" + items.map { $0.text(style) }.joined(separator: ", ") + "]"
      }
      let lines = items.map { "\(margin)  \($0.text(style, indent: indent + 2))" }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(margin)]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map { name, value in
        "\(margin)  \(Self.quoted(name, style)): \(value.text(style, indent: indent + 2))"
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(margin)}"
    }
  }

  private static func quoted(_ text: String, _ style: Style) -> String {
    JSONString.quoted(text, hidingLatin1: style.contains(.hidingLatin1))
  }

  private var isScalar: Bool {
    switch self {
    case .null, .bool, .number, .text: true
    case .array, .object: false
    }
  }
}
