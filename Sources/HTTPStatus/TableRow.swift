/// A row of a table that the catalogue compiler wrote as one string literal.
///
/// Numbers stand in the row as digits of six bits, the lowest first, each written as the character 0x30 + digit. A text
/// is four digits of offset and three of length into another literal. Column positions are generated with the table.
package struct TableRow {
  let start: UnsafePointer<UInt8>
  let words: UnsafePointer<UInt8>

  /// - Parameters:
  ///   - table: the rows, each `width` characters long.
  ///   - words: what the texts of the rows point into.
  ///   - index: 0 for the first row; has to be inside the table.
  @inline(__always)
  package init(_ table: StaticString, words: StaticString, width: Int, index: Int) {
    start = table.utf8Start + width * index
    self.words = words.utf8Start
  }

  /// The number in the `digits` characters from `column` on.
  @inline(__always)
  package func number(_ column: Int, digits: Int) -> Int {
    var value = 0
    var digit = digits
    while digit > 0 {
      digit -= 1
      value = value << 6 | Int(start[column + digit] &- 0x30)
    }
    return value
  }

  /// The text whose reference stands at `column`.
  @inline(__always)
  package func text(_ column: Int) -> StaticText {
    StaticText(
      start: words + number(column, digits: 4), count: number(column + 4, digits: 3))
  }
}
