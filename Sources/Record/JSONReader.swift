/// A value of a JSON text with the byte where it begins.
struct JSONNode: Sendable {
  indirect enum Value: Sendable {
    case null
    case bool(Bool)
    /// A number as it is written; who needs it decides what fits.
    case number(String)
    case string(String)
    case array([JSONNode])
    case object([JSONMember])
  }

  var value: Value
  /// Offset of its first byte, and of the byte behind its last.
  var start: Int
  var end: Int
}

struct JSONMember: Sendable {
  var name: String
  var node: JSONNode
}

/// What is wrong with a line that should be a record: where, and what would fit there.
public struct RecordFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// Offset of the byte in the line, counted from 0.
  public var offset: Int
  /// What was expected there, as in "a comma or the end of the object".
  public var expected: String

  public init(at offset: Int, expected: String) {
    self.offset = offset
    self.expected = expected
  }

  public var description: String { "byte \(offset): expected \(expected)" }
}

/// A strict reader of one JSON text (RFC 8259) that is a record. Everything it accepts is the grammar's, in UTF-8, without a
/// member that is named twice; nesting and length are limited. Not for large documents: it makes a tree.
struct JSONReader {
  static let depthMax = 16
  static let bytesMax = 1 << 20

  private let bytes: [UInt8]
  private var index = 0
  private var depth = 0

  /// Reads the whole of `bytes`; white space may stand around the value.
  static func read(_ bytes: [UInt8]) throws(RecordFault) -> JSONNode {
    guard bytes.count <= bytesMax else {
      throw RecordFault(at: bytesMax, expected: "the end of a line of at most 1 MiB")
    }
    var reader = JSONReader(bytes: bytes)
    reader.skipSpace()
    let node = try reader.value()
    reader.skipSpace()
    guard reader.index == bytes.count else { throw reader.fault("the end of the line") }
    return node
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func fault(_ expected: String) -> RecordFault {
    RecordFault(at: index, expected: expected)
  }

  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
      index += 1
    }
  }

  private mutating func value() throws(RecordFault) -> JSONNode {
    let start = index
    let value: JSONNode.Value
    switch current {
    case 0x7B: value = try nested { reader throws(RecordFault) in try reader.object() }
    case 0x5B: value = try nested { reader throws(RecordFault) in try reader.array() }
    case 0x22: value = .string(try string())
    case 0x74:
      try word("true")
      value = .bool(true)
    case 0x66:
      try word("false")
      value = .bool(false)
    case 0x6E:
      try word("null")
      value = .null
    case .some(0x2D), .some(0x30...0x39): value = .number(try number())
    default: throw fault("a value")
    }
    return JSONNode(value: value, start: start, end: index)
  }

  private mutating func nested(
    _ body: (inout JSONReader) throws(RecordFault) -> JSONNode.Value
  ) throws(RecordFault) -> JSONNode.Value {
    guard depth < Self.depthMax else {
      throw fault("at most \(Self.depthMax) levels of objects and arrays")
    }
    depth += 1
    index += 1
    skipSpace()
    let value = try body(&self)
    depth -= 1
    return value
  }

  private mutating func object() throws(RecordFault) -> JSONNode.Value {
    var members: [JSONMember] = []
    var names: Set<String> = []
    if current == 0x7D {
      index += 1
      return .object(members)
    }
    while true {
      guard current == 0x22 else { throw fault("a member's name in quotes") }
      let start = index
      let name = try string()
      guard names.insert(name).inserted else {
        throw RecordFault(at: start, expected: "a name that this object does not have yet")
      }
      skipSpace()
      guard current == 0x3A else { throw fault("a colon") }
      index += 1
      skipSpace()
      members.append(JSONMember(name: name, node: try value()))
      skipSpace()
      if current == 0x7D {
        index += 1
        return .object(members)
      }
      guard current == 0x2C else { throw fault("a comma or the end of the object") }
      index += 1
      skipSpace()
    }
  }

  private mutating func array() throws(RecordFault) -> JSONNode.Value {
    var items: [JSONNode] = []
    if current == 0x5D {
      index += 1
      return .array(items)
    }
    while true {
      items.append(try value())
      skipSpace()
      if current == 0x5D {
        index += 1
        return .array(items)
      }
      guard current == 0x2C else { throw fault("a comma or the end of the array") }
      index += 1
      skipSpace()
    }
  }

  private mutating func word(_ word: String) throws(RecordFault) {
    for byte in word.utf8 {
      guard current == byte else { throw fault("\"\(word)\"") }
      index += 1
    }
  }

  private mutating func number() throws(RecordFault) -> String {
    let start = index
    if current == 0x2D { index += 1 }
    if current == 0x30 { index += 1 } else { try digits() }
    if current == 0x2E {
      index += 1
      try digits()
    }
    if current == 0x65 || current == 0x45 {
      index += 1
      if current == 0x2B || current == 0x2D { index += 1 }
      try digits()
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func digits() throws(RecordFault) {
    guard let first = current, first &- 0x30 < 10 else { throw fault("a digit") }
    while let byte = current, byte &- 0x30 < 10 { index += 1 }
  }

  private mutating func string() throws(RecordFault) -> String {
    index += 1
    let start = index
    var units: [UInt8] = []
    while let byte = current {
      switch byte {
      case 0x22:
        index += 1
        guard let text = String(validating: units, as: UTF8.self) else {
          throw RecordFault(at: start, expected: "a string in UTF-8")
        }
        return text
      case 0x5C:
        index += 1
        units.append(contentsOf: try escape().utf8)
      case ..<0x20: throw fault("no control character inside a string")
      default:
        units.append(byte)
        index += 1
      }
    }
    throw fault("a quotation mark that ends the string")
  }

  private mutating func escape() throws(RecordFault) -> String {
    guard let letter = current else { throw fault("an escape") }
    index += 1
    switch letter {
    case 0x22: return "\""
    case 0x5C: return "\\"
    case 0x2F: return "/"
    case 0x62: return "\u{8}"
    case 0x66: return "\u{C}"
    case 0x6E: return "\n"
    case 0x72: return "\r"
    case 0x74: return "\t"
    case 0x75: return String(try scalar())
    default:
      index -= 1
      throw fault("one of \" \\ / b f n r t u after the backslash")
    }
  }

  /// The scalar of `\uXXXX`, or of two of them that are a surrogate pair.
  private mutating func scalar() throws(RecordFault) -> Character {
    let first = try fourDigits()
    var code = UInt32(first)
    if first >= 0xD800, first < 0xDC00 {
      guard current == 0x5C else { throw fault("the second half of a surrogate pair") }
      index += 1
      guard current == 0x75 else { throw fault("the second half of a surrogate pair") }
      index += 1
      let second = try fourDigits()
      guard second >= 0xDC00, second < 0xE000 else {
        throw fault("the second half of a surrogate pair")
      }
      code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else {
      throw fault("the first half of a surrogate pair")
    }
    return Character(scalar)
  }

  private mutating func fourDigits() throws(RecordFault) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw fault("four hexadecimal digits")
      }
      value = value << 4 | UInt16(digit)
      index += 1
    }
    return value
  }
}
