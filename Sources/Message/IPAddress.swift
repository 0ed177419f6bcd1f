/// An IP address as a value: no heap, no text. An IPv4 address that is mapped into IPv6 (::ffff:a.b.c.d) is kept as IPv4, so that it
/// compares equal to itself however it was written.
public struct IPAddress: Equatable, Hashable, Sendable {
  /// The address as a big-endian number; an IPv4 address has the low 32 bits of `low`.
  public let high: UInt64
  public let low: UInt64
  public let isIPv4: Bool

  public init(v4 address: UInt32) {
    high = 0
    low = UInt64(address)
    isIPv4 = true
  }

  public init(v6High high: UInt64, low: UInt64) {
    let isMapped = high == 0 && low >> 32 == 0xFFFF
    self.high = high
    self.low = isMapped ? low & 0xFFFF_FFFF : low
    isIPv4 = isMapped
  }

  /// From 4 or 16 bytes in network order; nil for any other count.
  public init?(bytes: Span<UInt8>) {
    func word(_ range: Range<Int>) -> UInt64 {
      var word: UInt64 = 0
      for index in range { word = word << 8 | UInt64(bytes[index]) }
      return word
    }
    switch bytes.count {
    case 4: self.init(v4: UInt32(word(0..<4)))
    case 16: self.init(v6High: word(0..<8), low: word(8..<16))
    default: return nil
    }
  }

  /// 127.0.0.0/8 or ::1.
  public var isLoopback: Bool { isIPv4 ? low >> 24 == 127 : high == 0 && low == 1 }

  /// What one client is taken for where clients are counted: the address, of IPv6 its /64, because that is what one subscriber has.
  public var subscriber: IPAddress { isIPv4 ? self : IPAddress(v6High: high, low: 0) }

  /// Whether the first bits are those of a network.
  /// - Parameters:
  ///   - network: 4 or 16 bytes in network order.
  ///   - prefixLength: 0...32 or 0...128.
  public func isIn(_ network: [UInt8], prefixLength: Int) -> Bool {
    if network.count == 16, isIPv4 {
      // A network that is written with mapped addresses means IPv4
      let isMapped = network[..<12].elementsEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF])
      return isMapped && prefixLength >= 96
        && isIn(Array(network[12...]), prefixLength: prefixLength - 96)
    }
    guard network.count == (isIPv4 ? 4 : 16) else { return false }
    let first = isIPv4 ? 12 : 0
    for bit in stride(from: 0, to: prefixLength, by: 8) {
      let rest = prefixLength - bit
      let mask = rest >= 8 ? 0xFF : UInt8(truncatingIfNeeded: 0xFF00 >> rest)
      if (byte(first + bit / 8) ^ network[bit / 8]) & mask != 0 { return false }
    }
    return true
  }

  /// A byte of the address as 16 bytes.
  private func byte(_ index: Int) -> UInt8 {
    let word = index < 8 ? high : low
    return UInt8(truncatingIfNeeded: word >> UInt64(56 - (index & 7) * 8))
  }

  // MARK: Text

  /// Reads `192.0.2.1` (no leading zeros, which some read as octal) or an IPv6 address (RFC 4291 section 2.2) without brackets or zone.
  public init?(text: Span<UInt8>) {
    if let address = Self.ipv4(text) {
      self.init(v4: address)
    } else if let (high, low) = Self.ipv6(text) {
      self.init(v6High: high, low: low)
    } else {
      return nil
    }
  }

  /// RFC 3986 section 3.2.2, `IPv4address`.
  static func ipv4(_ text: Span<UInt8>) -> UInt32? {
    guard (7...15).contains(text.count) else { return nil }
    var address: UInt32 = 0
    var parts = 0
    var index = 0
    while true {
      let start = index
      var part: UInt32 = 0
      while index < text.count, text[index].isDigit, index - start < 3 {
        part = part * 10 + UInt32(text[index] - 0x30)
        index += 1
      }
      guard index > start, part <= 255, index - start == 1 || text[start] != 0x30 else {
        return nil
      }
      address = address << 8 | part
      parts += 1
      if parts == 4 { return index == text.count ? address : nil }
      guard index < text.count, text[index] == 0x2E else { return nil }
      index += 1
    }
  }

  /// RFC 3986 section 3.2.2, `IPv6address`.
  static func ipv6(_ text: Span<UInt8>) -> (high: UInt64, low: UInt64)? {
    guard (2...45).contains(text.count) else { return nil }
    var groups = InlineArray<8, UInt16>(repeating: 0)
    var count = 0
    /// How many groups stand before `::`.
    var gap: Int?
    var index = 0
    if text[0] == 0x3A {
      guard text[1] == 0x3A else { return nil }
      gap = 0
      index = 2
    }
    while index < text.count {
      guard count < 8 else { return nil }
      let start = index
      var group: UInt32 = 0
      while index < text.count, index - start < 4, let digit = hexadecimal(text[index]) {
        group = group << 4 | UInt32(digit)
        index += 1
      }
      if index < text.count, text[index] == 0x2E {
        guard count <= 6, let last = ipv4(text.extracting(start..<text.count)) else { return nil }
        groups[count] = UInt16(last >> 16)
        groups[count + 1] = UInt16(last & 0xFFFF)
        count += 2
        index = text.count
        break
      }
      guard index > start else { return nil }
      groups[count] = UInt16(group)
      count += 1
      if index == text.count { break }
      guard text[index] == 0x3A, index + 1 < text.count else { return nil }
      index += 1
      if text[index] == 0x3A {
        guard gap == nil else { return nil }
        gap = count
        index += 1
      }
    }
    // `::` stands for one group of zeros at least
    guard gap == nil ? count == 8 : count < 8 else { return nil }
    return words(groups, count, gap ?? count)
  }

  private static func words(
    _ groups: InlineArray<8, UInt16>, _ count: Int, _ gap: Int
  ) -> (high: UInt64, low: UInt64) {
    var words: (UInt64, UInt64) = (0, 0)
    for place in 0..<8 {
      let behind = 8 - (count - gap)
      let group: UInt16 =
        place < gap ? groups[place] : place >= behind ? groups[place - behind + gap] : 0
      if place < 4 {
        words.0 = words.0 << 16 | UInt64(group)
      } else {
        words.1 = words.1 << 16 | UInt64(group)
      }
    }
    return (words.0, words.1)
  }

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x61 + 10
    default: nil
    }
  }
}
