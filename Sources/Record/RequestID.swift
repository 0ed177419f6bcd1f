internal import CSystem
internal import Glibc
public import Message

/// The number under which an exchange is found again. It prints as 16 lower-case hexadecimal digits.
public struct RequestID: Hashable, Sendable, CustomStringConvertible {
  public let value: UInt64

  @inlinable public init(_ value: UInt64) { self.value = value }

  /// Reads exactly 16 hexadecimal digits of either case; nil for anything else.
  public init?(_ text: String) {
    guard text.utf8.count == 16 else { return nil }
    var value: UInt64 = 0
    for byte in text.utf8 {
      guard ByteClass.has(byte, ByteClass.hexDigit) else { return nil }
      value = value << 4 | UInt64(ByteClass.hexValue(byte))
    }
    self.value = value
  }

  /// The same from bytes of a message.
  public init?(_ text: Span<UInt8>) {
    guard text.count == 16 else { return nil }
    var value: UInt64 = 0
    for index in text.indices {
      guard ByteClass.has(text[index], ByteClass.hexDigit) else { return nil }
      value = value << 4 | UInt64(ByteClass.hexValue(text[index]))
    }
    self.value = value
  }

  /// Writes the 16 digits.
  public func append(to buffer: inout ByteBuffer) { buffer.append(hex: value, digits: 16) }

  /// The same into memory that has room for 16 bytes.
  @inlinable @inline(__always)
  public func write(to place: UnsafeMutablePointer<UInt8>) {
    let target = UnsafeMutableRawPointer(place)
    target.storeBytes(of: ByteBuffer.hex(value >> 32).bigEndian, as: UInt64.self)
    target.storeBytes(of: ByteBuffer.hex(value).bigEndian, toByteOffset: 8, as: UInt64.self)
  }

  public var description: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// Where a loop takes the ids of its exchanges from. One a loop; not for sharing.
///
/// A counter starts at a random place of 2^64 and each of its values is mixed by a one-to-one function, so that a source never
/// repeats itself, and two sources (of two loops, or before and after a restart) would have to start within a few billion
/// steps of each other to meet.
public struct RequestIDSource: Sendable {
  private var counter: UInt64

  /// A source that starts at random.
  public init() {
    var start: UInt64 = 0
    if csystem_random(&start, MemoryLayout<UInt64>.size) < 0 {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      start = UInt64(truncatingIfNeeded: time.tv_sec) << 30
      start ^= UInt64(truncatingIfNeeded: time.tv_nsec)
      start = Self.mix(start ^ UInt64(truncatingIfNeeded: getpid()) << 48)
    }
    counter = start
  }

  /// A source with a known start, for tests.
  public init(start: UInt64) { counter = start }

  /// The next id.
  public mutating func next() -> RequestID {
    counter &+= 0x9E37_79B9_7F4A_7C15
    return RequestID(Self.mix(counter))
  }

  /// The finaliser of SplitMix64, which is one-to-one.
  private static func mix(_ word: UInt64) -> UInt64 {
    var mixed = word
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
