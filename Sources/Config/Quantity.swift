/// A unit of sizes or times, and what people write when they mean it.
struct Unit: Sendable {
  let name: String
  let factor: UInt64
  /// Not accepted, but understood well enough for a suggestion; compared without regard to case.
  let mistaken: [String]

  init(_ name: String, _ factor: UInt64, mistaken: [String] = []) {
    self.name = name
    self.factor = factor
    self.mistaken = mistaken
  }
}

/// Sizes (`8 KiB`) in bytes and times (`30 s`) in milliseconds: reading and writing.
struct Quantity: Sendable {
  enum Reading: Equatable {
    case value(UInt64)
    /// A number without its unit; the two likeliest readings.
    case bare(String, String)
    /// The unit is unknown; what may have been meant.
    case unknownUnit(String, suggestion: String?)
    case tooLarge
    case malformed
  }

  /// From the smallest to the largest.
  let units: [Unit]
  /// The two units that a bare number is most often meant in.
  let likeliest: (String, String)

  static let size = Quantity(
    units: [
      Unit("B", 1, mistaken: ["byte", "bytes"]),
      Unit("kB", 1000),
      Unit("KiB", 1 << 10, mistaken: ["k", "kb", "ki"]),
      Unit("MB", 1_000_000),
      Unit("MiB", 1 << 20, mistaken: ["m", "mi"]),
      Unit("GB", 1_000_000_000),
      Unit("GiB", 1 << 30, mistaken: ["g", "gi"]),
      Unit("TB", 1_000_000_000_000),
      Unit("TiB", 1 << 40, mistaken: ["t", "ti"]),
    ], likeliest: ("B", "KiB"))

  static let time = Quantity(
    units: [
      Unit("ms", 1, mistaken: ["msec", "millis", "milliseconds"]),
      Unit("s", 1000, mistaken: ["sec", "secs", "second", "seconds"]),
      Unit("min", 60_000, mistaken: ["m", "mins", "minute", "minutes"]),
      Unit("h", 3_600_000, mistaken: ["hr", "hrs", "hour", "hours"]),
      Unit("d", 86_400_000, mistaken: ["day", "days"]),
    ], likeliest: ("s", "ms"))

  /// The regular expression of what `read` accepts, as JSON Schema and ECMA-262 write it.
  var pattern: String {
    "^[0-9]+(\\.[0-9]{1,6})? ?(" + units.map(\.name).joined(separator: "|") + ")$"
  }

  /// Digits, at most one point, an optional space, a unit; a bare 0 needs no unit.
  func read(_ text: String) -> Reading {
    let bytes = Array(text.utf8)
    let whole = bytes.prefix { isDigit($0) }
    guard !whole.isEmpty else { return .malformed }
    var rest = bytes.dropFirst(whole.count)
    var fraction: ArraySlice<UInt8> = []
    if rest.first == 0x2E {
      fraction = rest.dropFirst().prefix { isDigit($0) }
      guard (1...6).contains(fraction.count) else { return .malformed }
      rest = rest.dropFirst(1 + fraction.count)
    }
    let number = String(decoding: bytes.dropLast(rest.count), as: UTF8.self)
    if rest.first == 0x20 { rest = rest.dropFirst() }
    let unit = String(decoding: rest, as: UTF8.self)
    if unit.isEmpty, rest.endIndex == bytes.count, number.utf8.allSatisfy({ $0 == 0x30 }) {
      return .value(0)
    }
    guard !unit.isEmpty else {
      return .bare("\(number) \(likeliest.0)", "\(number) \(likeliest.1)")
    }
    guard let known = units.first(where: { $0.name == unit }) else {
      return .unknownUnit(unit, suggestion: meant(unit).map { "\(number) \($0)" })
    }
    return value(whole, fraction, known).map(Reading.value) ?? .tooLarge
  }

  /// A value in the largest unit that divides it: `8 KiB`, `1500 ms`, `0`.
  func write(_ value: UInt64) -> String {
    guard value > 0 else { return "0" }
    // 64 000 is "62.5 KiB" to no one; 65 536 is "64 KiB" to everyone.
    let binary = units.last { value % $0.factor == 0 && !isDecimal($0) }
    guard let unit = binary else { return "\(value)" }
    return "\(value / unit.factor) \(unit.name)"
  }

  private func isDecimal(_ unit: Unit) -> Bool {
    ["kB", "MB", "GB", "TB"].contains(unit.name)
  }

  private func meant(_ unit: String) -> String? {
    let lower = unit.lowercased()
    return units.first { $0.mistaken.contains(lower) }?.name
      ?? units.first { $0.name.lowercased() == lower }?.name
  }

  private func value(
    _ whole: ArraySlice<UInt8>, _ fraction: ArraySlice<UInt8>, _ unit: Unit
  ) -> UInt64? {
    var number: UInt64 = 0
    var scale: UInt64 = 1
    for digit in whole + fraction {
      let (tenfold, overflows) = number.multipliedReportingOverflow(by: 10)
      let (sum, carries) = tenfold.addingReportingOverflow(UInt64(digit - 0x30))
      guard !overflows, !carries else { return nil }
      number = sum
    }
    for _ in fraction { scale *= 10 }
    let (product, overflows) = number.multipliedReportingOverflow(by: unit.factor)
    return overflows ? nil : product / scale
  }
}

func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
