/// Random values that are the same for the same seed, key and index, with nothing kept between two of them (counter-based): any
/// number of threads draw alike without a lock, and the tenth answer to a key can be told without making the nine before.
///
/// Not for secrets: whoever knows the seed knows all values.
public struct Draw: Sendable, Equatable {
  /// What a value is for. Each purpose has values of its own, so that a latency does not depend on whether a status was drawn.
  public enum Purpose: UInt64, Sendable, CaseIterable {
    case status = 1
    case latency, fault, content, identity
  }

  private let state: UInt64

  /// - Parameters:
  ///   - seed: of the run.
  ///   - key: whose turn it is; `Draw.key` makes one of bytes. 0 where nobody is told apart.
  ///   - index: how many draws the key has had before, from 0.
  @inlinable
  public init(seed: UInt64, key: UInt64 = 0, index: UInt64) {
    var state = Self.mix(seed &+ Self.step)
    state = Self.mix(state ^ key &+ Self.step)
    self.init(state: Self.mix(state ^ index &+ Self.step))
  }

  @usableFromInline init(state: UInt64) { self.state = state }

  /// 64 even bits.
  public func bits(_ purpose: Purpose) -> UInt64 {
    Self.mix(state &+ Self.step &* purpose.rawValue)
  }

  /// The `place`th of a row of values for one purpose: for content, which needs many.
  public func bits(_ purpose: Purpose, at place: UInt64) -> UInt64 {
    Self.mix(bits(purpose) &+ Self.step &* (place &+ 1))
  }

  /// 0 up to, but without 1; 53 bits of it are random.
  public func unit(_ purpose: Purpose) -> Double { Self.unit(bits(purpose)) }

  @usableFromInline static var step: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  /// SplitMix64's last step (Steele, Lea, Flood 2014): every bit of the input changes about half of the output's.
  @inlinable
  static func mix(_ value: UInt64) -> UInt64 {
    var mixed = value
    mixed = (mixed ^ mixed &>> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed &>> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed &>> 31
  }

  /// Bits as a number from 0 up to, but without 1.
  static func unit(_ bits: UInt64) -> Double { Double(bits &>> 11) * 0x1p-53 }

  /// Bytes that name somebody, as a key.
  public static func key(_ bytes: some Sequence<UInt8>) -> UInt64 {
    // FNV-1a; the mixing makes up for its weak high bits
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return mix(hash)
  }
}

/// A seed as it is written: a number in decimal, or any other text of up to 64 visible characters, which stands for the number that it
/// hashes to.
public enum Seed {
  /// Reads a seed. Throws where it is empty, too long, or has other bytes than visible ASCII.
  public static func read(_ text: [UInt8]) throws(ChanceFault) -> UInt64 {
    let fits = "a number such as 42, or a name"
    guard !text.isEmpty else { throw ChanceFault(at: 0, "a seed is missing", fits: fits) }
    guard text.count <= 64 else {
      throw ChanceFault(at: 64, "a seed has at most 64 bytes", fits: fits)
    }
    if let bad = text.firstIndex(where: { $0 <= 0x20 || $0 >= 0x7F }) {
      throw ChanceFault(at: bad, "a seed has only visible ASCII", fits: fits)
    }
    if let number = UInt64(String(decoding: text, as: UTF8.self)) { return number }
    return Draw.key(text)
  }
}
