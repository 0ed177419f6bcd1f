internal import Glibc

/// One end of a connection, as a plain value: no heap, no counting. What `accept` tells of a peer.
///
/// A Unix socket has no more to say than its family; its path stands in `SocketAddress`.
public struct Endpoint: Sendable, Hashable {
  public enum Family: UInt8, Sendable {
    case ipv4, ipv6, unix
  }

  public let family: Family
  /// TCP port; 0 for a Unix socket, and for "any free one" when listening.
  public var port: UInt16
  /// The interface of a link-local IPv6 address, 0 for any.
  public let zone: UInt32
  /// The bytes of the address as a big-endian number; an IPv4 address has the low 32 bits of `low`.
  let high: UInt64
  let low: UInt64

  init(family: Family, high: UInt64, low: UInt64, port: UInt16, zone: UInt32 = 0) {
    self.family = family
    self.high = high
    self.low = low
    self.port = port
    self.zone = zone
  }

  /// A Unix socket.
  public static let unix = Endpoint(family: .unix, high: 0, low: 0, port: 0)

  /// An IPv4 address, its first byte highest: `0x7F00_0001` is 127.0.0.1.
  public static func ipv4(_ address: UInt32, port: UInt16) -> Endpoint {
    Endpoint(family: .ipv4, high: 0, low: UInt64(address), port: port)
  }

  /// An IPv6 address, its first byte highest.
  public static func ipv6(
    high: UInt64, low: UInt64, port: UInt16, zone: UInt32 = 0
  ) -> Endpoint {
    Endpoint(family: .ipv6, high: high, low: low, port: port, zone: zone)
  }

  /// Whether the other end is this machine: 127.0.0.0/8 (also mapped into IPv6), ::1, or a Unix
  /// socket.
  public var isLoopback: Bool {
    switch family {
    case .ipv4: low >> 24 == 127
    case .ipv6:
      high == 0 && (low == 1 || (low >> 32 == 0xFFFF && (low >> 24) & 0xFF == 127))
    case .unix: true
    }
  }

  /// The address that an IPv4-mapped IPv6 address (::ffff:a.b.c.d) stands for; any other as it is.
  public var unmapped: Endpoint {
    guard family == .ipv6, high == 0, low >> 32 == 0xFFFF else { return self }
    return Endpoint(family: .ipv4, high: 0, low: low & 0xFFFF_FFFF, port: port)
  }

  /// How many bytes `write(into:)` and `writeAddress(into:)` take at most.
  public static let textMax = 64

  /// The bytes of the address in network order: 4, 16, or none for a Unix socket. They are valid
  /// inside `body`.
  public func withAddressBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    let range =
      switch family {
      case .ipv4: 12..<16
      case .ipv6: 0..<16
      case .unix: 0..<0
      }
    return try withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes in
      try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
  }

  /// Writes `127.0.0.1:80`, `[::1]:80` or `unix:` and returns how many bytes that were. Allocates
  /// nothing.
  /// - Precondition: the buffer holds `textMax` bytes.
  public func write(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    var text = TextWriter(buffer)
    switch family {
    case .ipv4:
      putIPv4(UInt32(truncatingIfNeeded: low), &text)
    case .ipv6:
      text.put(0x5B)
      putIPv6(&text)
      text.put(0x5D)
    case .unix:
      text.put("unix:")
      return text.count
    }
    text.put(0x3A)
    text.put(decimal: UInt32(port))
    return text.count
  }

  /// Writes the address without port or brackets (`127.0.0.1`, `::1`, or `unix:`) and returns how
  /// many bytes that were. IPv6 as RFC 5952 wants it. Allocates nothing.
  /// - Precondition: the buffer holds `textMax` bytes.
  public func writeAddress(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    var text = TextWriter(buffer)
    switch family {
    case .ipv4: putIPv4(UInt32(truncatingIfNeeded: low), &text)
    case .ipv6: putIPv6(&text)
    case .unix: text.put("unix:")
    }
    return text.count
  }

  private func putIPv4(_ address: UInt32, _ text: inout TextWriter) {
    for shift: UInt32 in [24, 16, 8, 0] {
      if shift < 24 { text.put(0x2E) }
      text.put(decimal: (address >> shift) & 0xFF)
    }
  }

  private func group(_ index: Int) -> UInt32 {
    let word = index < 4 ? high : low
    return UInt32((word >> UInt64(48 - 16 * (index & 3))) & 0xFFFF)
  }

  private func putIPv6(_ text: inout TextWriter) {
    if high == 0, low >> 32 == 0xFFFF {  // RFC 5952 section 5
      text.put("::ffff:")
      putIPv4(UInt32(truncatingIfNeeded: low), &text)
      return
    }
    let (start, length) = longestZeroRun()
    var index = 0
    while index < 8 {
      if index == start {
        text.put("::")
        index += length
        continue
      }
      if index > 0, index != start + length { text.put(0x3A) }
      text.put(hexadecimal: group(index))
      index += 1
    }
    if zone != 0 {
      text.put(0x25)
      text.put(decimal: zone)
    }
  }

  /// RFC 5952 section 4.2: the first of the longest runs, and none of a single group.
  private func longestZeroRun() -> (start: Int, length: Int) {
    var best = (start: -10, length: 1)
    var index = 0
    while index < 8 {
      var end = index
      while end < 8, group(end) == 0 { end += 1 }
      if end - index > best.length { best = (index, end - index) }
      index = max(end, index + 1)
    }
    return best.start < 0 ? (-10, 0) : best
  }
}

extension Endpoint: CustomStringConvertible {
  public var description: String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Endpoint.textMax) { buffer in
      let count = write(into: buffer)
      return String(decoding: UnsafeBufferPointer(rebasing: buffer[..<count]), as: UTF8.self)
    }
  }
}

extension Endpoint {
  /// Reads what the kernel wrote. Families that we do not listen on count as Unix sockets.
  init(_ storage: inout sockaddr_storage) {
    self = withUnsafeBytes(of: &storage) { bytes in
      switch Int32(bytes.loadUnaligned(as: sa_family_t.self)) {
      case AF_INET:
        let port = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        let address = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        return .ipv4(address, port: port)
      case AF_INET6:
        let port = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
        let high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        let zone = bytes.loadUnaligned(fromByteOffset: 24, as: UInt32.self)
        return .ipv6(high: high, low: low, port: port, zone: zone)
      default:
        return .unix
      }
    }
  }
}

/// Writes ASCII into a buffer that is large enough.
struct TextWriter {
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private(set) var count = 0

  init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
    precondition(buffer.count >= Endpoint.textMax)
    self.buffer = buffer
  }

  mutating func put(_ byte: UInt8) {
    buffer[count] = byte
    count += 1
  }

  mutating func put(_ text: StaticString) {
    text.withUTF8Buffer { bytes in
      for byte in bytes { put(byte) }
    }
  }

  mutating func put(decimal value: UInt32) {
    var divisor: UInt32 = 1
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      put(UInt8(truncatingIfNeeded: value / divisor % 10) + 0x30)
      divisor /= 10
    }
  }

  mutating func put(hexadecimal value: UInt32) {
    var shift: UInt32 = 28
    while shift > 0, value >> shift == 0 { shift -= 4 }
    while true {
      let digit = UInt8(truncatingIfNeeded: (value >> shift) & 15)
      put(digit < 10 ? digit + 0x30 : digit + 0x57)
      if shift == 0 { return }
      shift -= 4
    }
  }
}
