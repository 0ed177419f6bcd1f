/// Collects the texts of all rows, each once, into one string.
struct WordStore {
  private(set) var bytes: [UInt8] = []
  private var known: [String: Int] = [:]

  /// The reference to a text: four digits of offset and three of length.
  mutating func reference(to text: String) -> [UInt8] {
    let length = text.utf8.count
    if length == 0 { return digits(0, count: 7) }
    let offset = known[text] ?? bytes.count
    if known[text] == nil {
      known[text] = offset
      bytes += Array(text.utf8)
    }
    return digits(offset, count: 4) + digits(length, count: 3)
  }
}

/// A number as digits of six bits, the lowest first, each as the character 0x30 + digit. `TableRow` reads them.
func digits(_ value: Int, count: Int) -> [UInt8] {
  precondition(value >= 0 && value < 1 << (6 * count), "the table's column is too narrow")
  return (0..<count).map { UInt8(0x30 + (value >> (6 * $0)) & 0x3f) }
}

/// The columns of a table: the generated constants come from the same list that the rows are written with.
struct Layout {
  /// The name of the enumeration that holds the positions.
  var name: String
  var columns: [(name: String, width: Int)]

  var width: Int { columns.reduce(0) { $0 + $1.width } }

  /// The Swift source of the positions.
  var source: String {
    var lines = ["enum \(name) {"]
    var position = 0
    for column in columns {
      lines.append("  static let \(column.name) = \(position)")
      position += column.width
    }
    lines.append("  static let width = \(width)")
    lines.append("}")
    return lines.joined(separator: "\n")
  }
}

/// One table under construction.
struct Table {
  let layout: Layout
  private(set) var bytes: [UInt8] = []
  private(set) var count = 0

  init(_ layout: Layout) { self.layout = layout }

  /// Appends a row: the fields in the order of the columns, each as wide as its column.
  mutating func append(_ fields: [[UInt8]]) {
    precondition(
      fields.map(\.count) == layout.columns.map(\.width), "the row does not fit \(layout.name)")
    bytes += fields.joined()
    count += 1
  }
}

/// A Swift string literal with these bytes as its UTF-8.
func literal(_ bytes: [UInt8]) -> String {
  var text = "\""
  for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
    switch scalar {
    case "\"": text += "\\\""
    case "\\": text += "\\\\"
    case "\n": text += "\\n"
    default: text.unicodeScalars.append(scalar)
    }
  }
  return text + "\""
}

/// A static property that gives one literal. It is computed, so that reading it initialises nothing.
func property(_ name: String, _ bytes: [UInt8]) -> String {
  "  @inline(__always) static var \(name): StaticString { \(literal(bytes)) }"
}
