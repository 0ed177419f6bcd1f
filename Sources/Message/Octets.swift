// What several readers need from a run of bytes. Nothing here makes a `String`.

extension Span where Element == UInt8 {
  /// True where the bytes are exactly these.
  @inlinable
  public func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    let other = text.utf8Start
    for index in 0..<count where self[index] != other[index] { return false }
    return true
  }

  /// True where the bytes are these, letters of either case taken as equal. `text` is in lower
  /// case.
  @inlinable
  public func equalsIgnoringCase(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    let other = text.utf8Start
    for index in 0..<count where self[index].lowercased != other[index] { return false }
    return true
  }

  /// The next comma from `start` on, or the end: for lists of tokens, which know no quotes.
  @inlinable
  public func endOfToken(from start: Int) -> Int {
    var index = start
    while index < count, self[index] != 0x2C { index &+= 1 }
    return index
  }

  /// The part of `range` without the spaces and tabs at its ends (RFC 9110 section 5.6.3: OWS).
  @inlinable
  public func trimmed(_ range: Range<Int>) -> Range<Int> {
    var start = range.lowerBound
    var end = range.upperBound
    while start < end, self[start].isBlank { start &+= 1 }
    while end > start, self[end &- 1].isBlank { end &-= 1 }
    return start..<end
  }

  /// Where the list element that starts at `start` ends: at the next comma outside quotes, or at
  /// the end.
  @inlinable
  public func endOfElement(from start: Int, separator: UInt8 = 0x2C) -> Int {
    var index = start
    var isQuoted = false
    while index < count {
      let byte = self[index]
      if isQuoted {
        if byte == 0x5C { index &+= 1 } else if byte == 0x22 { isQuoted = false }
      } else if byte == separator {
        return index
      } else if byte == 0x22 {
        isQuoted = true
      }
      index &+= 1
    }
    return count
  }

  /// The first colon from `start` on within 24 bytes, the longest name that is known; `end` where there is none, or where too few bytes
  /// are left to look at eight at once.
  @inlinable @inline(__always)
  public func colon(from start: Int, to end: Int) -> Int {
    let raw = bytes
    var at = start
    let last = start &+ 24
    while at &+ 8 <= end, at < last {
      let word = UInt64(
        littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
      let other = word ^ 0x3A3A_3A3A_3A3A_3A3A
      // A set top bit marks a zero; a false mark can only stand above a true one
      let marks = (other &- 0x0101_0101_0101_0101) & ~other & 0x8080_8080_8080_8080
      if marks != 0 { return at &+ marks.trailingZeroBitCount &>> 3 }
      at &+= 8
    }
    return end
  }

  /// The first byte from `start` on that no field value may hold, or `end`: tab, space, visible
  /// characters and bytes above 127 may stand there (RFC 9110 section 5.5). Eight bytes at a time.
  @inlinable @inline(__always)
  public func endOfFieldText(from start: Int, to end: Int) -> Int {
    let raw = bytes
    var at = start
    while true {
      while at &+ 8 <= end {
        let word = UInt64(
          littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
        // A set top bit marks a byte below 0x20 or equal to 0x7F. None is missed; a mark may be
        // false (a borrow, or 0xFF before a tilde), so the byte is looked at again below.
        let marks =
          ((word &- 0x2020_2020_2020_2020) | (word &+ 0x0101_0101_0101_0101))
          & ~word & 0x8080_8080_8080_8080
        if marks != 0 {
          at &+= marks.trailingZeroBitCount &>> 3
          break
        }
        at &+= 8
      }
      while at < end, self[at] >= 0x20, self[at] != 0x7F { at &+= 1 }
      guard at < end, self[at] == 0x09 else { return at }
      at &+= 1
    }
  }
}

extension UInt8 {
  /// The small letter of a capital one of ASCII; every other byte as it is.
  @inlinable public var lowercased: UInt8 {
    self &- 0x41 < 26 ? self | 0x20 : self
  }
  /// Space or tab.
  @inlinable public var isBlank: Bool { self == 0x20 || self == 0x09 }
  /// 0 to 9.
  @inlinable public var isDigit: Bool { self &- 0x30 < 10 }
}

extension RawSpan {
  /// The first two to eight bytes as one word, little end first, filled up with zeros; `count` is
  /// the span's length.
  @inlinable @inline(__always)
  func shortWord(_ count: Int) -> UInt64 {
    if count == 8 { return unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self) }
    if count >= 4 {
      let low = unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self)
      let high = unsafeLoadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      return UInt64(low) | UInt64(high) &<< UInt64((count &- 4) &* 8)
    }
    let low = unsafeLoadUnaligned(fromByteOffset: 0, as: UInt16.self)
    let high = unsafeLoadUnaligned(fromByteOffset: count &- 2, as: UInt16.self)
    return UInt64(low) | UInt64(high) &<< UInt64((count &- 2) &* 8)
  }
}
