/// A paragraph in lines of so many columns. Signs of Chinese take two columns, marks above and below Thai letters none.
///
/// Lines are broken at spaces, between signs of Chinese, and inside a word only where it is wider than a line. For what a terminal shows.
struct WrappedText {
  private var lines: [String] = []
  private var line = ""
  private var used = 0
  private var isFresh = true
  private let width: Int
  private let hanging: Int

  /// - Parameters:
  ///   - width: columns of a line, the indent included.
  ///   - indent: columns before the first line; `hanging` before the others.
  init(_ text: String, width: Int, indent: Int, hanging: Int) {
    self.width = width
    self.hanging = hanging
    line = String(repeating: " ", count: indent)
    used = indent
    for piece in Self.pieces(of: text) { add(piece) }
    lines.append(line)
  }

  var text: String { lines.joined(separator: "\n") }

  private mutating func add(_ piece: Piece) {
    var rest = piece
    while true {
      let columns = Self.columns(of: rest.text)
      let gap = !isFresh && rest.hasSpace ? 1 : 0
      if used + gap + columns <= width {
        line += (gap == 1 ? " " : "") + rest.text
        used += gap + columns
        isFresh = false
        return
      }
      if !isFresh {
        breakLine()
        continue
      }
      // Wider than a line
      let (head, tail) = Self.split(rest.text, columns: width - used)
      line += head
      breakLine()
      if tail.isEmpty { return }
      rest = Piece(text: tail, hasSpace: false)
    }
  }

  private mutating func breakLine() {
    lines.append(line)
    line = String(repeating: " ", count: hanging)
    used = hanging
    isFresh = true
  }

  // MARK: Where a line may be broken

  private struct Piece {
    var text: String
    var hasSpace: Bool
  }

  private static func pieces(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    var open = ""
    var hasSpace = false
    for character in text {
      if character == " " {
        if !open.isEmpty { pieces.append(Piece(text: open, hasSpace: hasSpace)) }
        open = ""
        hasSpace = true
      } else if let last = open.last, isWide(last) || isWide(character), !isClosing(character),
        !isOpening(last)
      {
        pieces.append(Piece(text: open, hasSpace: hasSpace))
        open = String(character)
        hasSpace = false
      } else {
        open.append(character)
      }
    }
    if !open.isEmpty { pieces.append(Piece(text: open, hasSpace: hasSpace)) }
    return pieces
  }

  /// As much of a word as so many columns hold, and the rest. In Thai rather before a vowel that is written before its
  /// consonant, since a syllable begins there, and never before one that is written behind it.
  private static func split(_ text: String, columns limit: Int) -> (head: String, tail: String) {
    let signs = Array(text)
    var count = 0
    var width = 0
    while count < signs.count {
      let next = columns(of: String(signs[count]))
      if width + next > limit { break }
      width += next
      count += 1
    }
    if count == signs.count { return (text, "") }
    count = max(count, 1)
    let syllable = (max(count - 12, 1)..<(count + 1)).last { "เแโใไ".contains(signs[$0]) }
    if let syllable { count = syllable }
    while count > 1, "ะาๅๆฯำ".contains(signs[count]) { count -= 1 }
    return (String(signs[..<count]), String(signs[count...]))
  }

  private static func isWide(_ character: Character) -> Bool {
    character.unicodeScalars.first.map { isWideScalar($0) } ?? false
  }
  private static func isClosing(_ character: Character) -> Bool {
    "，。；：、！？）」』》”".contains(character)
  }
  private static func isOpening(_ character: Character) -> Bool { "（「『《“".contains(character) }

  private static func isWideScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6:
      true
    default: false
    }
  }

  private static func columns(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { sum, scalar in
      switch scalar.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .format: sum
      default: sum + (isWideScalar(scalar) ? 2 : 1)
      }
    }
  }
}
