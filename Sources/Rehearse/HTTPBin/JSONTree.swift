internal import Message

/// A JSON value as the ready clients' URLs show it, and a writer and a reader for it.
///
/// Texts are UTF-16, so that what a client sent with a lone surrogate can be shown as it came. Numbers keep their digits.
enum JSONTree: Sendable {
  case null
  case bool(Bool)
  /// As it is written.
  case number([UInt8])
  case text([UInt16])
  case list([JSONTree])
  /// Names are there once.
  case object([Member])

  struct Member: Sendable {
    var name: [UInt16]
    var value: JSONTree
  }

  static func text(_ text: String) -> JSONTree { .text(Array(text.utf16)) }
  static func number(_ value: Int) -> JSONTree { .number(Array("\(value)".utf8)) }
  static func object(_ members: (String, JSONTree)...) -> JSONTree {
    .object(members.map { Member(name: Array($0.0.utf16), value: $0.1) })
  }

  /// As Python's `json.dumps` writes: with members sorted by name and two blanks a level, or on one line in their order.
  func written(isPretty: Bool) -> [UInt8] {
    var writer = JSONTreeWriter(isPretty: isPretty)
    writer.write(self, depth: 0)
    return Array(writer.bytes.bytes)
  }
}

private struct JSONTreeWriter: ~Copyable {
  let isPretty: Bool
  var bytes = ByteBuffer()

  init(isPretty: Bool) { self.isPretty = isPretty }

  mutating func write(_ tree: JSONTree, depth: Int) {
    switch tree {
    case .null: bytes.append("null")
    case .bool(let value): bytes.append(value ? "true" : "false")
    case .number(let digits): bytes.append(digits)
    case .text(let text): write(text)
    case .list(let items):
      bytes.append(0x5B)
      for (index, item) in items.enumerated() {
        separate(isFirst: index == 0, depth: depth)
        write(item, depth: depth + 1)
      }
      close(0x5D, isEmpty: items.isEmpty, depth: depth)
    case .object(let members):
      bytes.append(0x7B)
      let order = isPretty ? members.sorted { Self.isBefore($0.name, $1.name) } : members
      for (index, member) in order.enumerated() {
        separate(isFirst: index == 0, depth: depth)
        write(member.name)
        bytes.append(": ")
        write(member.value, depth: depth + 1)
      }
      close(0x7D, isEmpty: members.isEmpty, depth: depth)
    }
  }

  private mutating func separate(isFirst: Bool, depth: Int) {
    if !isFirst { bytes.append(isPretty ? "," : ", ") }
    if isPretty { breakLine(depth + 1) }
  }

  private mutating func close(_ byte: UInt8, isEmpty: Bool, depth: Int) {
    if isPretty, !isEmpty { breakLine(depth) }
    bytes.append(byte)
  }

  private mutating func breakLine(_ depth: Int) {
    bytes.append(0x0A)
    for _ in 0..<depth { bytes.append("  ") }
  }

  private mutating func write(_ text: [UInt16]) {
    bytes.append(0x22)
    for unit in text { bytes.append(unit: unit, in: .readableJSON) }
    bytes.append(0x22)
  }

  /// The order of code points, which is not that of UTF-16.
  private static func isBefore(_ one: [UInt16], _ other: [UInt16]) -> Bool {
    func rank(_ unit: UInt16) -> UInt16 {
      unit >= 0xE000 ? unit - 0x800 : unit >= 0xD800 ? unit + 0x2000 : unit
    }
    return one.lexicographicallyPrecedes(other) { rank($0) < rank($1) }
  }
}

func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? value + 0x30 : value + 0x57 }

/// Reads a JSON text (RFC 8259); nil where it is none, or deeper than 200.
struct JSONTreeReader {
  static let depthMax = 200

  private let text: [UInt8]
  private var index = 0

  static func read(_ text: [UInt8]) -> JSONTree? {
    // Texts are UTF-8, and so is every string in them
    guard String(validating: text, as: UTF8.self) != nil else { return nil }
    var reader = JSONTreeReader(text: text)
    guard let value = reader.value(depth: 0) else { return nil }
    reader.skipBlanks()
    return reader.index == text.count ? value : nil
  }

  private init(text: [UInt8]) { self.text = text }

  private mutating func skipBlanks() {
    while index < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[index]) { index += 1 }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard index < text.count, text[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func skip(word: StaticString) -> Bool {
    let end = index + word.utf8CodeUnitCount
    guard end <= text.count else { return false }
    for place in index..<end where text[place] != word.utf8Start[place - index] { return false }
    index = end
    return true
  }

  private mutating func value(depth: Int) -> JSONTree? {
    guard depth <= Self.depthMax else { return nil }
    skipBlanks()
    guard index < text.count else { return nil }
    switch text[index] {
    case 0x7B: return object(depth: depth)
    case 0x5B: return list(depth: depth)
    case 0x22: return string().map { .text($0) }
    case 0x74: return skip(word: "true") ? .bool(true) : nil
    case 0x66: return skip(word: "false") ? .bool(false) : nil
    case 0x6E: return skip(word: "null") ? .null : nil
    default: return number()
    }
  }

  private mutating func object(depth: Int) -> JSONTree? {
    index += 1
    var members: [JSONTree.Member] = []
    var places: [[UInt16]: Int] = [:]
    skipBlanks()
    if skip(0x7D) { return .object([]) }
    while true {
      skipBlanks()
      guard index < text.count, text[index] == 0x22, let name = string() else { return nil }
      skipBlanks()
      guard skip(0x3A), let value = value(depth: depth + 1) else { return nil }
      // A name that comes again has its last value
      if let place = places[name] {
        members[place].value = value
      } else {
        places[name] = members.count
        members.append(.init(name: name, value: value))
      }
      skipBlanks()
      if skip(0x7D) { return .object(members) }
      guard skip(0x2C) else { return nil }
    }
  }

  private mutating func list(depth: Int) -> JSONTree? {
    index += 1
    var items: [JSONTree] = []
    skipBlanks()
    if skip(0x5D) { return .list([]) }
    while true {
      guard let item = value(depth: depth + 1) else { return nil }
      items.append(item)
      skipBlanks()
      if skip(0x5D) { return .list(items) }
      guard skip(0x2C) else { return nil }
    }
  }

  private mutating func digits() -> Bool {
    let start = index
    while index < text.count, text[index] &- 0x30 < 10 { index += 1 }
    return index > start
  }

  private mutating func number() -> JSONTree? {
    let start = index
    _ = skip(0x2D)
    let whole = index
    guard digits() else { return nil }
    // RFC 8259 section 6: no zero in front
    if text[whole] == 0x30, index > whole + 1 { return nil }
    if skip(0x2E), !digits() { return nil }
    if skip(0x65) || skip(0x45) {
      if !skip(0x2B) { _ = skip(0x2D) }
      if !digits() { return nil }
    }
    return .number(Array(text[start..<index]))
  }

  private mutating func string() -> [UInt16]? {
    index += 1
    var units: [UInt16] = []
    while index < text.count {
      let start = index
      while index < text.count, text[index] >= 0x20, text[index] != 0x22, text[index] != 0x5C {
        index += 1
      }
      units += String(decoding: text[start..<index], as: UTF8.self).utf16
      guard index < text.count else { return nil }
      if skip(0x22) { return units }
      guard skip(0x5C), let unit = escape() else { return nil }
      units.append(unit)
    }
    return nil
  }

  private mutating func escape() -> UInt16? {
    guard index < text.count else { return nil }
    index += 1
    switch text[index - 1] {
    case 0x22: return 0x22
    case 0x5C: return 0x5C
    case 0x2F: return 0x2F
    case 0x62: return 0x08
    case 0x66: return 0x0C
    case 0x6E: return 0x0A
    case 0x72: return 0x0D
    case 0x74: return 0x09
    case 0x75:
      guard index + 4 <= text.count else { return nil }
      var unit: UInt16 = 0
      for place in index..<(index + 4) {
        guard let digit = hexValue(text[place]) else { return nil }
        unit = unit << 4 | UInt16(digit)
      }
      index += 4
      return unit
    default: return nil
    }
  }
}

/// The value of a hexadecimal digit; nil for any other byte.
func hexValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46: byte - 0x37
  case 0x61...0x66: byte - 0x57
  default: nil
  }
}
