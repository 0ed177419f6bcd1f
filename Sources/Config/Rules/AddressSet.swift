public import Message

/// Many address ranges, for one question: is this address among them? The answer takes a few comparisons, however many they are.
///
/// Addresses are numbers, the first byte highest: IPv6 as it is, IPv4 in its mapped form (`::ffff:a.b.c.d`), so that one number says
/// which it is. An IPv6 range never holds an IPv4 address.
public struct AddressSet: Sendable {
  /// First and last addresses of ranges that do not touch, in order.
  private let lows: [UInt128]
  private let highs: [UInt128]

  private static let mapped: UInt128 = 0xFFFF << 32

  public init(_ networks: [Network]) {
    var ranges: [(low: UInt128, high: UInt128)] = []
    for network in networks {
      let bits = network.address.count * 8
      var base: UInt128 = 0
      for byte in network.address { base = base << 8 | UInt128(byte) }
      let free = UInt128(max(bits - network.prefixLength, 0))
      let size: UInt128 = free >= 128 ? .max : (1 << free) - 1
      let low = base & ~size
      let high = low | size
      if bits == 32 {
        ranges.append((low | Self.mapped, high | Self.mapped))
      } else {
        // The mapped addresses are cut out
        let first = Self.mapped
        let last = Self.mapped | 0xFFFF_FFFF
        if high < first || low > last {
          ranges.append((low, high))
        } else {
          if low < first { ranges.append((low, first - 1)) }
          if high > last { ranges.append((last + 1, high)) }
        }
      }
    }
    ranges.sort { $0.low < $1.low }
    var lows: [UInt128] = []
    var highs: [UInt128] = []
    for range in ranges {
      if let last = highs.last, range.low <= last || range.low == last &+ 1 {
        highs[highs.count - 1] = max(last, range.high)
      } else {
        lows.append(range.low)
        highs.append(range.high)
      }
    }
    self.lows = lows
    self.highs = highs
  }

  public var isEmpty: Bool { lows.isEmpty }

  /// An address's number: from 4 or 16 bytes in network order. Nil for anything else, as a Unix socket has none.
  public static func number(_ bytes: UnsafeRawBufferPointer) -> UInt128? {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    var number: UInt128 = 0
    for byte in bytes { number = number << 8 | UInt128(byte) }
    return bytes.count == 4 ? number | mapped : number
  }

  /// The number of an address as text, without port or brackets; nil where it is none.
  public static func number(_ text: String) -> UInt128? {
    TextForm.ipAddress(text).flatMap { bytes in bytes.withUnsafeBytes { number($0) } }
  }

  public func contains(_ address: UInt128) -> Bool {
    var low = 0
    var high = lows.count
    while low < high {
      let middle = (low + high) / 2
      if lows[middle] <= address { low = middle + 1 } else { high = middle }
    }
    return low > 0 && address <= highs[low - 1]
  }
}

extension IPAddress {
  /// The address as `AddressSet` counts them.
  public var number: UInt128 {
    isIPv4 ? UInt128(0xFFFF) << 32 | UInt128(low) : UInt128(high) << 64 | UInt128(low)
  }
}
