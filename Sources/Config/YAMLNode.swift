/// A value of a YAML document and the place where it starts. Aliases are already replaced by what
/// they stand for, which keeps the place of its anchor.
struct YAMLNode: Sendable {
  enum Content: Sendable {
    /// A text; plain is without quotation marks, where `on`, `12` and `~` are more than texts.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([YAMLEntry])
  }

  var content: Content
  var position: Position
  /// Values in it, itself included, with what aliases repeat.
  var weight = 1
  /// Levels of it; 1 for a scalar.
  var height = 1

  /// Whether nothing is written: an empty value, `~` or `null`.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// What it is, for a message that says what else was wanted.
  var noun: String {
    switch content {
    case .scalar(_, isPlain: false), .scalar("", _): isNull ? "nothing" : "a quoted text"
    case .scalar(let text, _): isNull ? "nothing" : quoted(text)
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

struct YAMLEntry: Sendable {
  var key: String
  var keyPosition: Position
  var value: YAMLNode
}
