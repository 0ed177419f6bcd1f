/// One satisfiable range of a representation, both ends included.
public struct ByteRange: Equatable, Sendable {
  public var first: UInt64
  public var last: UInt64
  @inlinable public init(first: UInt64, last: UInt64) {
    self.first = first
    self.last = last
  }
  /// Number of bytes.
  public var count: UInt64 { last - first + 1 }
}

/// The byte ranges that a Range value asks for (RFC 9110 section 14), resolved against a length.
///
/// Room for 32 ranges is in the value itself: nothing is allocated.
public struct ByteRanges: Sendable {
  public enum Outcome: UInt8, Equatable, Sendable {
    /// Another range unit; the field is ignored.
    case notBytes
    /// Not the grammar of section 14.1.1; the field is ignored.
    case malformed
    /// Well formed, and none of the ranges lies in the representation: 416.
    case unsatisfiable
    /// `count` ranges are to be sent.
    case satisfiable
    /// More ranges than anybody needs, or more than two that overlap (RFC 9110 section 14.2).
    case excessive
  }

  public static let countMax = 32

  public private(set) var outcome: Outcome = .malformed
  /// Ranges kept: the satisfiable ones, in the order asked.
  public private(set) var count = 0
  /// Ranges asked for, the unsatisfiable included.
  public private(set) var asked = 0
  private var ranges = InlineArray<32, ByteRange>(repeating: ByteRange(first: 0, last: 0))

  /// Reads a Range value. `length` is that of the selected representation, in bytes. With
  /// `coalescing`, ranges that overlap or touch become one (RFC 9110 section 15.3.7.2).
  public init(_ value: Span<UInt8>, length: UInt64, coalescing: Bool = false) {
    take(value, length: length, coalescing: coalescing)
  }

  /// None yet.
  public init() {}

  /// Reads a Range value in place of what was read before: the value is large, and is not to be copied.
  public mutating func take(_ value: Span<UInt8>, length: UInt64, coalescing: Bool) {
    count = 0
    asked = 0
    outcome = read(value, length: length)
    if outcome == .satisfiable, coalescing { coalesce() }
  }

  public subscript(index: Int) -> ByteRange {
    precondition(index < count)
    return ranges[index]
  }

  private mutating func read(_ value: Span<UInt8>, length: UInt64) -> Outcome {
    var index = 0
    while index < value.count, ByteClass.has(value[index], ByteClass.token) { index += 1 }
    guard index > 0, index < value.count, value[index] == 0x3D else { return .malformed }
    // RFC 9110 section 14.1: range unit names are case-insensitive
    guard value.extracting(0..<index).equalsIgnoringCase("bytes") else { return .notBytes }
    index += 1
    while index < value.count {
      let end = value.endOfElement(from: index)
      let element = value.trimmed(index..<end)
      index = end + 1
      // RFC 9110 section 5.6.1.2: empty elements are passed over
      if element.isEmpty { continue }
      guard let range = Self.resolve(value.extracting(element), length: length) else {
        return .malformed
      }
      asked += 1
      if let range, count < Self.countMax, asked <= Self.countMax {
        ranges[count] = range
        count += 1
      }
    }
    if asked == 0 { return .malformed }
    if asked > Self.countMax || overlapping > 2 { return .excessive }
    return count == 0 ? .unsatisfiable : .satisfiable
  }

  /// One element: nil where malformed, an inner nil where unsatisfiable.
  private static func resolve(_ text: Span<UInt8>, length: UInt64) -> ByteRange?? {
    var index = 0
    let first = number(text, &index)
    guard index < text.count, text[index] == 0x2D else { return nil }
    index += 1
    let lastStart = index
    let last = number(text, &index)
    guard index == text.count else { return nil }
    guard let first else {
      // RFC 9110 section 14.1.2: a suffix of zero bytes is unsatisfiable, one longer than all is
      // all
      guard let suffix = last else { return nil }
      if suffix == 0 || length == 0 { return .some(nil) }
      return ByteRange(first: suffix >= length ? 0 : length - suffix, last: length - 1)
    }
    if lastStart < text.count, let last, last < first { return nil }
    guard first < length else { return .some(nil) }
    guard let last, last < length else { return ByteRange(first: first, last: length - 1) }
    return ByteRange(first: first, last: last)
  }

  /// Digits as a number, nil where there are none; what does not fit is the largest number.
  private static func number(_ text: Span<UInt8>, _ index: inout Int) -> UInt64? {
    let start = index
    var value: UInt64 = 0
    while index < text.count, text[index].isDigit {
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(UInt64(text[index] &- 0x30))
      value = overflow || carry || value == .max ? .max : sum
      index += 1
    }
    return index == start ? nil : value
  }

  /// How many of the kept ranges share a byte with another one.
  private var overlapping: Int {
    var found = 0
    for one in 0..<count {
      for other in 0..<count
      where other != one && ranges[one].first <= ranges[other].last
        && ranges[other].first <= ranges[one].last
      {
        found += 1
        break
      }
    }
    return found
  }

  /// Joins what overlaps or touches; the others stay in the order asked (RFC 9110 section 15.3.7.2).
  private mutating func coalesce() {
    var index = 0
    while index < count {
      var other = index + 1
      // Neither end exceeds the length, so the sums cannot overflow.
      while other < count,
        ranges[index].first > ranges[other].last + 1 || ranges[other].first > ranges[index].last + 1
      {
        other += 1
      }
      if other == count {
        index += 1
        continue
      }
      ranges[index].first = min(ranges[index].first, ranges[other].first)
      ranges[index].last = max(ranges[index].last, ranges[other].last)
      count -= 1
      for place in other..<count { ranges[place] = ranges[place + 1] }
      // The longer one may touch what came before it
      index = 0
    }
  }
}
