internal import Glibc

/// An entity tag and the lists of them that preconditions carry (RFC 9110 sections 8.8.3, 13.1.1
/// and 13.1.2).
///
/// A tag is compared as it is written, quotes included; nothing is unescaped, for nothing is
/// escaped in one.
public struct EntityTag: Equatable, Sendable {
  public var isWeak: Bool
  /// The part that is compared, with its quotes, in the bytes that were parsed.
  public var opaque: ByteSlice

  /// What a list of tags says about one tag.
  public enum Match: UInt8, Sendable {
    /// The list is `*`.
    case any
    case matched, unmatched
    /// Not a list of entity tags; nothing can be told from it.
    case malformed
  }

  /// Reads a value that is one entity tag and nothing else; nil where it is not.
  public init?(_ value: Span<UInt8>) {
    guard let tag = Self.read(value, from: 0), Int(tag.opaque.end) == value.count else {
      return nil
    }
    self = tag
  }

  private init(isWeak: Bool, opaque: ByteSlice) {
    self.isWeak = isWeak
    self.opaque = opaque
  }

  /// Reads the tag that begins at `start`.
  private static func read(_ value: Span<UInt8>, from start: Int) -> EntityTag? {
    var index = start
    let isWeak = index < value.count && value[index] == 0x57
    // RFC 9110 section 8.8.3: the mark is a capital W and a slash
    if isWeak {
      guard index + 1 < value.count, value[index + 1] == 0x2F else { return nil }
      index += 2
    }
    guard index < value.count, value[index] == 0x22 else { return nil }
    let quote = index
    index += 1
    while index < value.count {
      let byte = value[index]
      if byte == 0x22 { return EntityTag(isWeak: isWeak, opaque: ByteSlice(quote, index + 1)) }
      // etagc: no controls, no space, no quote
      guard byte > 0x20, byte != 0x7F else { return nil }
      index += 1
    }
    return nil
  }

  /// Compares two tags: weakly, or strongly, where a weak tag equals none (RFC 9110 section
  /// 8.8.3.2).
  public static func equal(_ one: Span<UInt8>, _ other: Span<UInt8>, weak: Bool) -> Bool {
    guard let left = EntityTag(one), let right = EntityTag(other) else { return false }
    if !weak, left.isWeak || right.isWeak { return false }
    return same(one, left.opaque, other, right.opaque)
  }

  /// Looks for `tag` in an If-Match (compare strongly) or If-None-Match (compare weakly) value.
  ///
  /// The whole list is read before anything is said, so that a broken one is never half believed. A
  /// field in several lines is asked line by line.
  public static func list(
    _ value: Span<UInt8>, contains tag: Span<UInt8>, weak: Bool
  ) -> Match {
    let whole = value.trimmed(0..<value.count)
    if whole.count == 1, value[whole.lowerBound] == 0x2A { return .any }
    // Mostly the field is the one tag as it was sent
    if isRepeated(tag, by: value) { return weak || value[0] == 0x22 ? .matched : .unmatched }
    let sought = EntityTag(tag)
    var isMatched = false
    var tagCount = 0
    var index = whole.lowerBound
    while index < whole.upperBound {
      // RFC 9110 section 5.6.1.2: empty elements are passed over
      if value[index].isBlank || value[index] == 0x2C {
        index += 1
        continue
      }
      guard let found = read(value, from: index) else { return .malformed }
      tagCount += 1
      index = Int(found.opaque.end)
      while index < whole.upperBound, value[index].isBlank { index += 1 }
      guard index >= whole.upperBound || value[index] == 0x2C else { return .malformed }
      if let sought, weak || !(found.isWeak || sought.isWeak),
        same(value, found.opaque, tag, sought.opaque)
      {
        isMatched = true
      }
    }
    if tagCount == 0 { return .malformed }
    return isMatched ? .matched : .unmatched
  }

  /// Whether a value is this tag, byte for byte, and is one.
  private static func isRepeated(_ tag: Span<UInt8>, by value: Span<UInt8>) -> Bool {
    let count = value.count
    guard count == tag.count, count > 1, value[count - 1] == 0x22 else { return false }
    return value.withUnsafeBytes { one in
      tag.withUnsafeBytes { other in
        guard let left = one.baseAddress, let right = other.baseAddress,
          memcmp(left, right, count) == 0
        else { return false }
        let opening = one[0] == 0x57 && count > 3 && one[1] == 0x2F ? 2 : 0
        guard one[opening] == 0x22, opening < count - 1 else { return false }
        var isClean = true
        for byte in one[(opening + 1)..<(count - 1)] {
          isClean = isClean && byte > 0x20 && byte != 0x7F && byte != 0x22
        }
        return isClean
      }
    }
  }

  private static func same(
    _ one: Span<UInt8>, _ left: ByteSlice, _ other: Span<UInt8>, _ right: ByteSlice
  ) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count
    where one[Int(left.start) + index] != other[Int(right.start) + index] {
      return false
    }
    return true
  }
}
