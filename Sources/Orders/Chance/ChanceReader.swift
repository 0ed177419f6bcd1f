public import HTTPStatus
internal import Message

/// Walks over a text that says how answers vary. Throws with the byte where it stands.
struct ChanceReader {
  let text: [UInt8]
  private(set) var index = 0
  /// What would fit, for faults.
  let fits: String

  init(_ text: [UInt8], fits: String) {
    self.text = text
    self.fits = fits
  }

  var isAtEnd: Bool { index >= text.count }
  var next: UInt8? { index < text.count ? text[index] : nil }

  func fault(_ reason: String, at offset: Int? = nil) -> ChanceFault {
    ChanceFault(at: offset ?? index, reason, fits: fits)
  }

  /// Takes the byte if it stands here.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    index += 1
    return true
  }

  mutating func take(_ byte: UInt8, _ reason: String) throws(ChanceFault) {
    guard skip(byte) else { throw fault(reason) }
  }

  mutating func skipBlanks() {
    while let byte = next, byte.isBlank { index += 1 }
  }

  mutating func end(_ reason: String) throws(ChanceFault) {
    guard isAtEnd else { throw fault(reason) }
  }

  /// The letters that stand here, in lower case.
  mutating func word() -> String {
    let start = index
    while let byte = next, byte.lowercased &- 0x61 < 26 { index += 1 }
    return String(decoding: text[start..<index].map(\.lowercased), as: UTF8.self)
  }

  /// Digits and at most six behind a point, in millionths; at most 10^12 before the point.
  mutating func millionths(_ what: String) throws(ChanceFault) -> UInt64 {
    let start = index
    var value: UInt64 = 0
    while let byte = next, byte.isDigit {
      value = value * 10 + UInt64(byte - 0x30)
      guard value <= 1_000_000_000_000 else { throw fault("\(what) is too large", at: start) }
      index += 1
    }
    let hasWhole = index > start
    value *= 1_000_000
    if next == 0x2E {
      index += 1
      var scale: UInt64 = 100_000
      let first = index
      while let byte = next, byte.isDigit {
        // More digits than six are read and cut off
        value += UInt64(byte - 0x30) * scale
        scale /= 10
        index += 1
      }
      guard index > first else { throw fault("a digit is missing behind the point") }
    } else if !hasWhole {
      throw fault("\(what) is missing")
    }
    return value
  }

  /// A time with its unit, in milliseconds, at most a day. 0 needs no unit.
  mutating func time(_ what: String) throws(ChanceFault) -> UInt64 {
    let start = index
    let value = try millionths(what)
    let unitStart = index
    if next == 0x20 { index += 1 }
    let unit = word()
    let factor: UInt64
    switch unit {
    case "ms": factor = 1
    case "s": factor = 1000
    case "min", "m": factor = 60_000
    case "h": factor = 3_600_000
    case "":
      index = unitStart
      guard value == 0 else {
        throw fault("\(what) has no unit; ms, s, min and h are units")
      }
      factor = 1
    default:
      throw fault("\"\(unit)\" is no unit of time; ms, s, min and h are", at: unitStart)
    }
    let (product, overflows) = value.multipliedReportingOverflow(by: factor)
    let milliseconds = product / 1_000_000
    guard !overflows, milliseconds <= Self.timeMax else {
      throw fault("\(what) is longer than a day", at: start)
    }
    return milliseconds
  }

  /// A day, in milliseconds.
  static let timeMax: UInt64 = 86_400_000

  /// A status and perhaps a sub-status: `503`, `401.3`.
  mutating func choice() throws(ChanceFault) -> StatusChoice {
    let start = index
    guard let code = number(digits: 3) else {
      let found = text[index...].prefix { $0 != 0x2C && $0 != 0x3B }
      throw fault(
        "a status is missing" + (found.isEmpty ? "" : " where \(GrammarText.quoted(found)) stands"))
    }
    guard index - start == 3, (100...599).contains(code) else {
      throw fault("a status is a number from 100 to 599", at: start)
    }
    guard next == 0x2E else { return StatusChoice(status: UInt16(code)) }
    index += 1
    guard let sub = number(digits: 3) else { throw fault("a sub-status is missing") }
    guard let cause = Cause(status: code, number: sub) else {
      throw fault("\(code).\(sub) is no cause of the catalogue", at: start)
    }
    return StatusChoice(status: UInt16(code), cause: cause)
  }

  /// A number of at most so many digits; nil where none stands here. More digits than that are taken and make it too large.
  private mutating func number(digits: Int) -> Int? {
    let start = index
    var value = 0
    while let byte = next, byte.isDigit {
      if index - start <= digits { value = value * 10 + Int(byte - 0x30) }
      index += 1
    }
    return index > start ? value : nil
  }
}

/// A status to answer with, and perhaps the cause that was asked for by its number.
public struct StatusChoice: Sendable, Equatable {
  /// 100...599.
  public var status: UInt16
  public var cause: Cause?

  public init(status: UInt16, cause: Cause? = nil) {
    self.status = status
    self.cause = cause
  }
}
