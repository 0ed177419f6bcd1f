// What a schema asks of numbers.
extension Decimal: Hashable, Comparable {
  func hash(into hasher: inout Hasher) {
    hasher.combine(digits)
    hasher.combine(exponent)
    // There is one zero
    hasher.combine(isNegative && !digits.isEmpty)
  }

  private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

  static func < (one: Decimal, other: Decimal) -> Bool {
    if one.sign != other.sign { return one.sign < other.sign }
    if one.sign == 0 { return false }
    let order = magnitude(one, other)
    return one.isNegative ? order > 0 : order < 0
  }

  /// Below 0: the first is nearer to zero. Neither is zero.
  private static func magnitude(_ one: Decimal, _ other: Decimal) -> Int {
    let first = one.digits.count + one.exponent
    let second = other.digits.count + other.exponent
    if first != second { return first < second ? -1 : 1 }
    for index in 0..<max(one.digits.count, other.digits.count) {
      let left = index < one.digits.count ? one.digits[index] : 0x30
      let right = index < other.digits.count ? other.digits[index] : 0x30
      if left != right { return left < right ? -1 : 1 }
    }
    return 0
  }

  /// It has no fraction, however it is written.
  var isWhole: Bool { exponent >= 0 }

  /// As a count; one that is too large for a number of 64 bits is more than anything can have.
  var count: Int? {
    guard isWhole, sign >= 0 else { return nil }
    guard digits.count + exponent <= 18 else { return .max }
    return Int(value) * Decimal.power(of: exponent)
  }

  /// The digits as a number; they must be 18 or fewer.
  private var value: UInt64 { digits.reduce(0) { $0 * 10 + UInt64($1 - 0x30) } }

  private static func power(of exponent: Int) -> Int {
    (0..<exponent).reduce(1) { product, _ in product * 10 }
  }

  /// Something can be a multiple of it: it is above zero, and short enough to divide by.
  var isDivisor: Bool { sign > 0 && digits.count <= 18 }

  func isMultiple(of divisor: Decimal) -> Bool {
    if sign == 0 { return true }
    let shift = exponent - divisor.exponent
    // The last digit is no zero, so that no power of ten divides it
    guard shift >= 0 else { return false }
    let modulus = divisor.value
    var rest: UInt64 = 0
    for digit in digits {
      rest = Decimal.product(rest, 10, modulus)
      rest = (rest + UInt64(digit - 0x30)) % modulus
    }
    return Decimal.product(rest, Decimal.power(10 % modulus, shift, modulus), modulus) == 0
  }

  private static func product(_ one: UInt64, _ other: UInt64, _ modulus: UInt64) -> UInt64 {
    modulus.dividingFullWidth(one.multipliedFullWidth(by: other)).remainder
  }

  private static func power(_ base: UInt64, _ exponent: Int, _ modulus: UInt64) -> UInt64 {
    var result = 1 % modulus
    var square = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result = product(result, square, modulus) }
      square = product(square, square, modulus)
      rest >>= 1
    }
    return result
  }
}
