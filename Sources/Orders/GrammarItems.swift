/// The three ways in which a sentence of the grammar is written down, taken apart: names and values with their places.
///
/// In a query, `&` parts the items, and names and values are percent-encoded, with `+` for a space. In a segment of a path, `;` parts
/// them. In a field, on the command line and in a configuration, `;` parts them too, nothing is encoded, and a value may stand in
/// quotation marks (RFC 9110 section 5.6.4).
public struct GrammarItem: Equatable, Sendable {
  /// In lower case.
  public var name: [UInt8]
  /// Decoded; empty where nothing follows the name.
  public var value: [UInt8]
  /// Bytes from the start of the text to the name and to the value.
  public var nameOffset: Int
  public var valueOffset: Int
  /// The value stands in the text as it is, so that its bytes can be pointed at.
  public var isVerbatim: Bool

  /// As many as one sentence has at the most.
  public static let countMax = 64

  public init(
    name: [UInt8], value: [UInt8], nameOffset: Int, valueOffset: Int, isVerbatim: Bool
  ) {
    self.name = name
    self.value = value
    self.nameOffset = nameOffset
    self.valueOffset = valueOffset
    self.isVerbatim = isVerbatim
  }

  /// The place of a byte of the value in the text, as near as it can be told.
  func offset(of index: Int) -> Int { isVerbatim ? valueOffset + index : valueOffset }
}

public enum GrammarItems {
  /// The items of a query, without its question mark.
  public static func ofQuery(_ text: [UInt8]) throws(GrammarProblem) -> [GrammarItem] {
    try encoded(text, separator: UInt8(ascii: "&"), isEncoded: true)
  }

  /// The items of a path's segment, decoded. What stands alone in front is the status: `503;delay=2s`.
  public static func ofSegment(_ text: [UInt8]) throws(GrammarProblem) -> [GrammarItem] {
    var items = try encoded(text, separator: UInt8(ascii: ";"), isEncoded: false)
    if let first = items.first, first.value.isEmpty, isStatus(first.name) {
      items[0] = GrammarItem(
        name: Array("status".utf8), value: first.name, nameOffset: first.nameOffset,
        valueOffset: first.nameOffset, isVerbatim: first.isVerbatim)
    }
    return items
  }

  /// The items of a field's value, a configuration's text or a command line's.
  public static func ofField(_ text: [UInt8]) throws(GrammarProblem) -> [GrammarItem] {
    var items: [GrammarItem] = []
    var at = 0
    while true {
      skipBlanks(text, &at)
      if at == text.count { return items }
      if text[at] == UInt8(ascii: ";") {
        at += 1
        continue
      }
      items.append(try fieldItem(text, &at))
      if items.count > GrammarItem.countMax { throw tooMany(at) }
    }
  }

  /// Begins as a status does.
  static func isStatus(_ text: [UInt8]) -> Bool {
    text.first.map { $0 >= 0x30 && $0 <= 0x39 } ?? false
  }

  // MARK: Encoded

  private static func encoded(
    _ text: [UInt8], separator: UInt8, isEncoded: Bool
  ) throws(GrammarProblem) -> [GrammarItem] {
    var items: [GrammarItem] = []
    var at = 0
    while at <= text.count {
      let end = text[at...].firstIndex(of: separator) ?? text.count
      if end > at {
        let equals = text[at..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
        let (name, isPlainName) = try decoded(
          text[at..<equals], isEncoded: isEncoded)
        let valueStart = min(equals + 1, end)
        let isType = name.elementsEqual("content-type".utf8)
        let (value, isPlain) = try decoded(
          text[valueStart..<end], isEncoded: isEncoded, isType: isType)
        items.append(
          GrammarItem(
            name: name.map(lowercase), value: value, nameOffset: at, valueOffset: valueStart,
            isVerbatim: equals == end ? isPlainName : isPlain))
        if items.count > GrammarItem.countMax { throw tooMany(at) }
      }
      at = end + 1
    }
    return items
  }

  private static func decoded(
    _ text: ArraySlice<UInt8>, isEncoded: Bool, isType: Bool = false
  ) throws(GrammarProblem) -> (bytes: [UInt8], isVerbatim: Bool) {
    if !isEncoded { return (Array(text), true) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var isVerbatim = true
    var at = text.startIndex
    while at < text.endIndex {
      var byte = text[at]
      if byte == UInt8(ascii: "%") {
        guard at + 2 < text.endIndex, let high = hex(text[at + 1]), let low = hex(text[at + 2])
        else { throw GrammarProblem(at: at, "a \"%\" is followed by two hexadecimal digits") }
        byte = high << 4 | low
        at += 2
        isVerbatim = false
      } else if byte == UInt8(ascii: "+"), !isType || !isInName(text, at, after: bytes.last) {
        byte = 0x20
      }
      bytes.append(byte)
      at += 1
    }
    return (bytes, isVerbatim)
  }

  /// A plus sign in the middle of a word: a media type has it there, as in `application/problem+json`, and blanks only beside a semicolon.
  private static func isInName(_ text: ArraySlice<UInt8>, _ at: Int, after last: UInt8?) -> Bool {
    guard let last, at + 1 < text.endIndex else { return false }
    return isWord(last) && isWord(text[at + 1])
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte >= 0x30 && byte <= 0x39 || byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
  }

  /// Whether slashes stand only in values: then the text is one segment, and its values have them.
  public static func keepsSlashes(_ text: [UInt8]) -> Bool {
    text.split(separator: UInt8(ascii: ";")).allSatisfy { item in
      let name = item.prefix { $0 != UInt8(ascii: "=") }
      return !name.contains(UInt8(ascii: "/"))
    }
  }

  // MARK: Fields

  private static func fieldItem(
    _ text: [UInt8], _ at: inout Int
  ) throws(GrammarProblem) -> GrammarItem {
    let start = at
    while at < text.count, text[at] != UInt8(ascii: "="), text[at] != UInt8(ascii: ";") { at += 1 }
    let name = trimmed(text[start..<at])
    var item = GrammarItem(
      name: name.map(lowercase), value: [], nameOffset: start, valueOffset: start, isVerbatim: true)
    guard at < text.count, text[at] == UInt8(ascii: "=") else {
      // A status alone: `503; delay=2s`
      if isStatus(item.name) {
        item.value = item.name
        item.name = Array("status".utf8)
      }
      return item
    }
    at += 1
    skipBlanks(text, &at)
    item.valueOffset = at
    if at < text.count, text[at] == UInt8(ascii: "\"") {
      (item.value, item.isVerbatim) = try quoted(text, &at)
      item.valueOffset += 1
      skipBlanks(text, &at)
      guard at == text.count || text[at] == UInt8(ascii: ";") else {
        throw GrammarProblem(at: at, "a \";\" parts one item from the next")
      }
      return item
    }
    while at < text.count, text[at] != UInt8(ascii: ";") { at += 1 }
    item.value = trimmed(text[item.valueOffset..<at])
    return item
  }

  /// RFC 9110 section 5.6.4.
  private static func quoted(
    _ text: [UInt8], _ at: inout Int
  ) throws(GrammarProblem) -> (bytes: [UInt8], isVerbatim: Bool) {
    let start = at
    var bytes: [UInt8] = []
    var isVerbatim = true
    at += 1
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "\""):
        at += 1
        return (bytes, isVerbatim)
      case UInt8(ascii: "\\") where at + 1 < text.count:
        at += 1
        isVerbatim = false
        fallthrough
      default: bytes.append(text[at])
      }
      at += 1
    }
    throw GrammarProblem(at: start, "the quotation mark has no second one")
  }

  private static func skipBlanks(_ text: [UInt8], _ at: inout Int) {
    while at < text.count, text[at] == 0x20 || text[at] == 0x09 { at += 1 }
  }

  private static func tooMany(_ at: Int) -> GrammarProblem {
    GrammarProblem(at: at, "more than \(GrammarItem.countMax) items")
  }
}

func trimmed(_ text: ArraySlice<UInt8>) -> [UInt8] {
  var rest = text
  while let last = rest.last, last == 0x20 || last == 0x09 { rest.removeLast() }
  return Array(rest.drop { $0 == 0x20 || $0 == 0x09 })
}

func lowercase(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

private func hex(_ byte: UInt8) -> UInt8? {
  switch byte {
  case 0x30...0x39: byte - 0x30
  case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x61 + 10
  default: nil
  }
}
