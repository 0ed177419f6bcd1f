/// A strict little JSON reader (RFC 8259), to hold printed JSON against the grammar.
indirect enum JSONValue {
  case text(String)
  /// A number, true, false or null, as written.
  case literal(String)
  case array([JSONValue])
  case object([(String, JSONValue)])

  subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.0 == name }?.1
  }

  var text: String? {
    switch self {
    case .text(let text), .literal(let text): text
    default: nil
    }
  }

  var names: [String] {
    guard case .object(let members) = self else { return [] }
    return members.map(\.0)
  }
}

struct JSONReader {
  private let scalars: [Unicode.Scalar]
  private var index = 0

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// The whole text as one value; nil where it is none.
  mutating func read() -> JSONValue? {
    guard let value = value() else { return nil }
    skipBlanks()
    return index == scalars.count ? value : nil
  }

  private mutating func value() -> JSONValue? {
    skipBlanks()
    guard index < scalars.count else { return nil }
    switch scalars[index] {
    case "\"": return string().map { .text($0) }
    case "[": return array()
    case "{": return object()
    default: return literal()
    }
  }

  private mutating func array() -> JSONValue? {
    var items: [JSONValue] = []
    index += 1
    if take("]") { return .array([]) }
    repeat {
      guard let item = value() else { return nil }
      items.append(item)
    } while take(",")
    return take("]") ? .array(items) : nil
  }

  private mutating func object() -> JSONValue? {
    var members: [(String, JSONValue)] = []
    index += 1
    if take("}") { return .object([]) }
    repeat {
      skipBlanks()
      guard let name = string(), take(":"), let item = value(),
        !members.contains(where: { $0.0 == name })
      else { return nil }
      members.append((name, item))
    } while take(",")
    return take("}") ? .object(members) : nil
  }

  private mutating func string() -> String? {
    guard index < scalars.count, scalars[index] == "\"" else { return nil }
    index += 1
    var text = String.UnicodeScalarView()
    while index < scalars.count {
      let scalar = scalars[index]
      index += 1
      switch scalar {
      case "\"": return String(text)
      case "\\":
        guard index < scalars.count, let escaped = escape() else { return nil }
        text.append(escaped)
      default:
        guard scalar.value >= 0x20 else { return nil }
        text.append(scalar)
      }
    }
    return nil
  }

  private mutating func escape() -> Unicode.Scalar? {
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "n": return "\n"
    case "t": return "\t"
    case "r": return "\r"
    case "\"", "\\", "/": return scalar
    case "u":
      guard index + 4 <= scalars.count else { return nil }
      let digits = scalars[index..<index + 4].map { Character($0) }
      index += 4
      return UInt32(String(digits), radix: 16).flatMap { Unicode.Scalar($0) }
    default: return nil
    }
  }

  private mutating func literal() -> JSONValue? {
    let start = index
    while index < scalars.count, scalars[index].properties.isAlphabetic || isNumeral(scalars[index])
    {
      index += 1
    }
    let text = String(scalars[start..<index].map { Character($0) })
    return ["true", "false", "null"].contains(text) || Double(text) != nil ? .literal(text) : nil
  }

  private func isNumeral(_ scalar: Unicode.Scalar) -> Bool {
    ("0"..."9").contains(scalar) || scalar == "-" || scalar == "." || scalar == "+"
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard index < scalars.count, scalars[index] == scalar else { return false }
    index += 1
    return true
  }

  private mutating func skipBlanks() {
    while index < scalars.count, [" ", "\n", "\t", "\r"].contains(scalars[index]) { index += 1 }
  }
}
