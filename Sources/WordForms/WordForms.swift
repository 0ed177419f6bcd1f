/// Words as a search sees them: folded, so that case, accents and the width of letters do not matter, and split.
///
/// The catalogue's compiler makes its index with this, and a search takes its query apart with the same, so that both
/// mean the same by a word. Imports nothing; made for a person who waits, not for the path that every request takes.
public enum WordForms {
  /// The text in lower case, without accents, and with full-width letters and digits as ordinary ones.
  public static func fold(_ text: String) -> String {
    var folded = String.UnicodeScalarView()
    for scalar in text.lowercased().unicodeScalars {
      switch scalar.value {
      case 0xFF01...0xFF5E:
        // Full-width forms stand in the order of ASCII
        folded.append(contentsOf: lowercased(scalar.value - 0xFEE0))
      case 0x3000: folded.append(" ")
      case 0x0300...0x036F: continue
      case 0xC0...0x17F:
        folded.append(contentsOf: plain(scalar).unicodeScalars)
      case 0xE50...0xE59:
        // Thai digits
        folded.append(Unicode.Scalar(UInt8(0x30 + scalar.value - 0xE50)))
      default: folded.append(scalar)
      }
    }
    return String(folded)
  }

  private static func lowercased(_ ascii: UInt32) -> String.UnicodeScalarView {
    let byte = UInt8(truncatingIfNeeded: ascii)
    let isUpper = byte >= 0x41 && byte <= 0x5A
    return String(Unicode.Scalar(isUpper ? byte | 0x20 : byte)).unicodeScalars
  }

  /// The letter below the accent, for Latin-1 and Latin Extended-A.
  private static func plain(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "à"..."å", "ā", "ă", "ą": "a"
    case "æ": "ae"
    case "ç", "ć", "ĉ", "ċ", "č": "c"
    case "ď", "đ", "ð": "d"
    case "è"..."ë", "ē", "ĕ", "ė", "ę", "ě": "e"
    case "ĝ", "ğ", "ġ", "ģ": "g"
    case "ĥ", "ħ": "h"
    case "ì"..."ï", "ĩ", "ī", "ĭ", "į", "ı": "i"
    case "ĵ": "j"
    case "ķ": "k"
    case "ĺ", "ļ", "ľ", "ł": "l"
    case "ñ", "ń", "ņ", "ň": "n"
    case "ò"..."ö", "ø", "ō", "ŏ", "ő": "o"
    case "œ": "oe"
    case "ŕ", "ŗ", "ř": "r"
    case "ś", "ŝ", "ş", "š": "s"
    case "ß": "ss"
    case "ţ", "ť", "ŧ": "t"
    case "ù"..."ü", "ũ", "ū", "ŭ", "ů", "ű", "ų": "u"
    case "ŵ": "w"
    case "ý", "ÿ", "ŷ": "y"
    case "ź", "ż", "ž": "z"
    default: String(scalar)
    }
  }

  /// How a script parts its words.
  private enum Script {
    /// By spaces.
    case letters
    /// Not at all: pieces of two signs stand for words.
    case han
    /// Not at all: pieces of three letters stand for words.
    case thai
    case none

    init(_ scalar: Unicode.Scalar) {
      switch scalar.value {
      case 0xE01...0xE4E: self = .thai
      case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF: self = .han
      default:
        self =
          scalar.properties.isAlphabetic || scalar.properties.numericType != nil ? .letters : .none
      }
    }
  }

  /// The words of a text, folded, in their order: runs of letters and digits, with full stops inside numbers; and for scripts without
  /// spaces pieces of two (Chinese) or three (Thai) signs.
  public static func words(of text: String) -> [String] {
    var words: [String] = []
    var run: [Unicode.Scalar] = []
    var script = Script.none
    let scalars = Array(fold(text).unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      // "can't" is one word, however it is written
      if scalar == "'" || scalar == "\u{2019}", script == .letters { continue }
      var next = Script(scalar)
      if scalar == ".", script == .letters, index + 1 < scalars.count,
        scalars[index + 1].properties.numericType != nil
      {
        next = .letters
      }
      if next != script {
        finish(&run, script, into: &words)
        script = next
      }
      if next != .none { run.append(scalar) }
    }
    finish(&run, script, into: &words)
    return words
  }

  private static func finish(
    _ run: inout [Unicode.Scalar], _ script: Script, into words: inout [String]
  ) {
    defer { run.removeAll() }
    let size =
      switch script {
      case .han: 2
      case .thai: 3
      case .letters, .none: run.count
      }
    if run.isEmpty { return }
    if run.count <= size {
      words.append(text(run[...]))
      return
    }
    for start in 0...(run.count - size) { words.append(text(run[start..<(start + size)])) }
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  // MARK: Repair

  /// The text as it was meant, where it is UTF-8 that somebody read as Windows-1252, as Windows-1254 or as
  /// ISO 8859-1; nil where it is not.
  ///
  /// `à¸£à¸«à¸±à¸ª` is รหัส. Repairs once; text that went wrong twice is repaired by calling twice.
  public static func repaired(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var hasHigh = false
    for scalar in text.unicodeScalars {
      guard let byte = windows1252(scalar) else { return nil }
      hasHigh = hasHigh || byte >= 0x80
      bytes.append(byte)
    }
    guard hasHigh else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The byte that Windows-1252 has for a character; where it has none for a byte, the control character of ISO 8859-1.
  private static func windows1252(_ scalar: Unicode.Scalar) -> UInt8? {
    if scalar.value < 0x100 { return UInt8(scalar.value) }
    return high[scalar]
  }

  private static let high: [Unicode.Scalar: UInt8] = [
    "€": 0x80, "‚": 0x82, "ƒ": 0x83, "„": 0x84, "…": 0x85, "†": 0x86, "‡": 0x87, "ˆ": 0x88,
    "‰": 0x89, "Š": 0x8A, "‹": 0x8B, "Œ": 0x8C, "Ž": 0x8E, "‘": 0x91, "’": 0x92, "“": 0x93,
    "”": 0x94, "•": 0x95, "–": 0x96, "—": 0x97, "˜": 0x98, "™": 0x99, "š": 0x9A, "›": 0x9B,
    "œ": 0x9C, "ž": 0x9E, "Ÿ": 0x9F,
    // Windows-1254 has these six for others, and no more
    "Ğ": 0xD0, "İ": 0xDD, "Ş": 0xDE, "ğ": 0xF0, "ı": 0xFD, "ş": 0xFE,
  ]

  // MARK: Likeness

  /// How many letters have to be added, taken away, changed or swapped with their neighbour to make one word of the other; nil where
  /// that is more than `limit`.
  public static func distance(_ one: [UInt8], _ other: [UInt8], limit: Int) -> Int? {
    if abs(one.count - other.count) > limit { return nil }
    var before: [Int] = []
    var above = Array(0...other.count)
    for row in 1..<(one.count + 1) {
      var current = [row]
      current.reserveCapacity(other.count + 1)
      for column in 1..<(other.count + 1) {
        let same = one[row - 1] == other[column - 1]
        var best = min(
          above[column] + 1, current[column - 1] + 1, above[column - 1] + (same ? 0 : 1))
        if row > 1, column > 1, one[row - 1] == other[column - 2], one[row - 2] == other[column - 1]
        {
          best = min(best, before[column - 2] + 1)
        }
        current.append(best)
      }
      if let least = current.min(), least > limit { return nil }
      before = above
      above = current
    }
    return above[other.count] <= limit ? above[other.count] : nil
  }
}
