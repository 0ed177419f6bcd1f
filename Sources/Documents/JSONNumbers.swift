/// Keeps the numbers of a text as they are written, where jansson would round them or refuse them.
///
/// Every number that is no plain integer of up to 18 digits is handed to jansson as a string that begins with U+0000 and 16 random
/// digits, which no text can hold by chance or by guessing, and becomes a number again when the result is written.
struct JSONNumbers {
  /// U+0000 and the digits, as in memory.
  let mark: [UInt8]
  /// A quotation mark and the same, as in a text.
  private let opening: [UInt8]

  init() {
    var generator = SystemRandomNumberGenerator()
    let digits = String(generator.next(), radix: 16)
    let padded = String(repeating: "0", count: 16 - digits.count) + digits
    mark = [0] + Array(padded.utf8)
    opening = Array("\"\\u0000".utf8) + Array(padded.utf8)
  }

  /// Where protected text and original part: from `at` on, the original lies `by` bytes further ahead.
  struct Shift {
    var at: Int
    var by: Int
  }

  /// The text with its numbers as marked strings.
  func protect(_ text: [UInt8]) -> (text: [UInt8], shifts: [Shift]) {
    var protected: [UInt8] = []
    protected.reserveCapacity(text.count + text.count / 8)
    var shifts: [Shift] = []
    var index = 0
    var isInString = false
    while index < text.count {
      let byte = text[index]
      if isInString {
        if byte == 0x5C, index + 1 < text.count {
          protected.append(byte)
          index += 1
          protected.append(text[index])
        } else {
          if byte == 0x22 { isInString = false }
          protected.append(byte)
        }
        index += 1
        continue
      }
      guard byte == 0x2D || byte.isDigit else {
        if byte == 0x22 { isInString = true }
        protected.append(byte)
        index += 1
        continue
      }
      let lexeme = text[index...].prefix { $0.isOfNumber }
      index = lexeme.endIndex
      if JSONNumbers.isSpecial(lexeme), !JSONNumbers.isName(text, lexeme.endIndex) {
        protected += opening
        protected += lexeme
        protected.append(0x22)
        shifts.append(Shift(at: protected.count, by: protected.count - index))
      } else {
        protected += lexeme
      }
    }
    return (protected, shifts)
  }

  /// The text with its marked strings as numbers.
  func restore(_ text: [UInt8]) -> [UInt8] {
    var restored: [UInt8] = []
    restored.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index] == 0x22, text[index...].starts(with: opening) {
        let start = index + opening.count
        let end = text[start...].firstIndex(of: 0x22) ?? text.endIndex
        restored += text[start..<end]
        index = end + 1
      } else {
        restored.append(text[index])
        index += 1
      }
    }
    return restored
  }

  /// The original place of a place in the protected text.
  static func original(_ place: Int, _ shifts: [Shift]) -> Int {
    guard let last = shifts.last(where: { $0.at <= place }) else { return place }
    return place - last.by
  }

  /// Where a number stands as an object's name, it is an error that jansson has to see.
  private static func isName(_ text: [UInt8], _ end: Int) -> Bool {
    text[end...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == 0x3A
  }

  /// A well-formed number that a 64-bit integer cannot keep as it is written.
  private static func isSpecial(_ lexeme: ArraySlice<UInt8>) -> Bool {
    guard let number = Decimal(lexeme) else { return false }
    return !number.isInteger || lexeme.count > 18 || lexeme.elementsEqual("-0".utf8)
  }
}

/// A number by its value: sign, digits without zeros at either end, and the power of ten of the last one.
struct Decimal: Equatable {
  private(set) var isNegative = false
  private(set) var digits: [UInt8] = []
  private(set) var exponent = 0
  /// Written without fraction and exponent.
  private(set) var isInteger = true

  static func == (one: Decimal, other: Decimal) -> Bool {
    one.digits == other.digits && one.exponent == other.exponent
      && (one.isNegative == other.isNegative || one.digits.isEmpty)
  }

  /// Reads a number by the grammar of RFC 8259 section 6; nil for anything else, and for exponents of more than 15 digits.
  init?(_ text: ArraySlice<UInt8>) {
    var rest = text
    if rest.first == 0x2D {
      isNegative = true
      rest = rest.dropFirst()
    }
    let whole = rest.prefix { $0.isDigit }
    guard let first = whole.first, first != 0x30 || whole.count == 1 else { return nil }
    digits = Array(whole)
    rest = rest[whole.endIndex...]
    if rest.first == 0x2E {
      let fraction = rest.dropFirst().prefix { $0.isDigit }
      guard !fraction.isEmpty else { return nil }
      digits += fraction
      exponent = -fraction.count
      rest = rest[fraction.endIndex...]
      isInteger = false
    }
    if let mark = rest.first, mark | 0x20 == 0x65 {
      rest = rest.dropFirst()
      let isDown = rest.first == 0x2D
      if isDown || rest.first == 0x2B { rest = rest.dropFirst() }
      guard !rest.isEmpty, rest.count <= 15, rest.allSatisfy({ $0.isDigit }) else { return nil }
      let power = rest.reduce(0) { $0 * 10 + Int($1 - 0x30) }
      exponent += isDown ? -power : power
      rest = []
      isInteger = false
    }
    guard rest.isEmpty else { return nil }
    while digits.last == 0x30 {
      digits.removeLast()
      exponent += 1
    }
    digits = Array(digits.drop { $0 == 0x30 })
    if digits.isEmpty { exponent = 0 }
  }
}

extension UInt8 {
  var isDigit: Bool { (0x30...0x39).contains(self) }

  /// What a number may be made of.
  fileprivate var isOfNumber: Bool {
    isDigit || self == 0x2B || self == 0x2D || self == 0x2E || self | 0x20 == 0x65
  }
}
