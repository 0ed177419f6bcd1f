/// FIPS 180-4, section 6.2, for tests that compare a hash which the server carries as text.
public enum SHA256 {
  public static func hash(_ message: [UInt8]) -> [UInt8] {
    var state: [UInt32] = primes(8).map { fraction(Double($0).squareRoot()) }
    let constants = primes(64).map { cubeRootFraction(of: $0) }
    var padded = message + [0x80]
    while padded.count % 64 != 56 { padded.append(0) }
    let bits = UInt64(message.count) * 8
    for shift in stride(from: 56, through: 0, by: -8) {
      padded.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    for start in stride(from: 0, to: padded.count, by: 64) {
      add(Array(padded[start..<(start + 64)]), constants, to: &state)
    }
    return state.flatMap { word in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
  }

  private static func add(_ block: [UInt8], _ constants: [UInt32], to state: inout [UInt32]) {
    var words = (0..<16).map { place in
      block[(place * 4)..<(place * 4 + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }
    for place in 16..<64 {
      let (early, late) = (words[place - 15], words[place - 2])
      let first = turn(early, 7) ^ turn(early, 18) ^ early >> 3
      let second = turn(late, 17) ^ turn(late, 19) ^ late >> 10
      words.append(words[place - 16] &+ first &+ words[place - 7] &+ second)
    }
    var now = state
    for place in 0..<64 {
      let choice = now[4] & now[5] ^ ~now[4] & now[6]
      let majority = now[0] & now[1] ^ now[0] & now[2] ^ now[1] & now[2]
      let high = turn(now[4], 6) ^ turn(now[4], 11) ^ turn(now[4], 25)
      let low = turn(now[0], 2) ^ turn(now[0], 13) ^ turn(now[0], 22)
      let first = now[7] &+ high &+ choice &+ constants[place] &+ words[place]
      now = [first &+ low &+ majority] + now[0..<3] + [now[3] &+ first] + now[4..<7]
    }
    for place in state.indices { state[place] = state[place] &+ now[place] }
  }

  private static func turn(_ word: UInt32, _ by: UInt32) -> UInt32 {
    word >> by | word << (32 - by)
  }

  private static func primes(_ count: Int) -> [Int] {
    var found: [Int] = []
    var number = 2
    while found.count < count {
      if !found.contains(where: { number % $0 == 0 }) { found.append(number) }
      number += 1
    }
    return found
  }

  /// The first 32 bits behind the point.
  private static func fraction(_ value: Double) -> UInt32 {
    UInt32((value - value.rounded(.down)) * 4_294_967_296)
  }

  /// By integers, because the system's library has a cube root and the standard one has none: the largest r with r^3 <= n * 2^96.
  private static func cubeRootFraction(of number: Int) -> UInt32 {
    var root: UInt64 = 0
    for bit in stride(from: 34, through: 0, by: -1) {
      let tried = root | 1 << UInt64(bit)
      let cube = UInt128(tried) * UInt128(tried) * UInt128(tried)
      if cube <= UInt128(number) << 96 { root = tried }
    }
    return UInt32(truncatingIfNeeded: root)
  }

  /// RFC 4648 section 4.
  public static func base64(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = Array(bytes[start..<min(start + 3, bytes.count)])
      let number = (group + [0, 0]).prefix(3).reduce(0) { $0 << 8 | Int($1) }
      for place in 0..<4 {
        text.append(place > group.count ? "=" : letters[number >> (18 - place * 6) & 63])
      }
    }
    return text
  }
}
