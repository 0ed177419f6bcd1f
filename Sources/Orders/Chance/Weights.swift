/// Statuses that come by chance: `200:0.9,503:0.1` or `200:90%,503:10%`. A weight that is left out is 1, as in httpbin's
/// `/status/200:3,503`.
public struct Weights: Sendable, Equatable {
  public static let countMax = 64

  /// The choices with what their weights add up to, scaled to 2^64 - 1.
  private var choices: [StatusChoice]
  private var thresholds: [UInt64]

  static let fits = "200:0.9,503:0.1"

  /// Reads one choice or several, parted by commas.
  public init(_ text: [UInt8]) throws(ChanceFault) {
    var reader = ChanceReader(text, fits: Self.fits)
    choices = []
    thresholds = []
    var sums: [UInt64] = []
    var sum: UInt64 = 0
    repeat {
      reader.skipBlanks()
      let start = reader.index
      choices.append(try reader.choice())
      var weight: UInt64 = 1_000_000
      if reader.skip(0x3A) { weight = try Self.weight(&reader) }
      // 64 weights of 10^18 could pass what 64 bits hold
      guard weight <= 1_000_000_000_000_000 else {
        throw reader.fault("a weight is at most 1000000000", at: start)
      }
      sum += weight
      sums.append(sum)
      reader.skipBlanks()
      guard choices.count <= Self.countMax else {
        throw reader.fault("more than \(Self.countMax) choices", at: start)
      }
    } while reader.skip(0x2C)
    try reader.end("a comma or the end is missing")
    guard sum > 0 else {
      throw ChanceFault(at: 0, "all weights are 0", fits: Self.fits)
    }
    for part in sums {
      // part < sum, so that the quotient fits
      thresholds.append(
        part == sum ? .max : sum.dividingFullWidth(part.multipliedFullWidth(by: .max)).quotient)
    }
  }

  private static func weight(_ reader: inout ChanceReader) throws(ChanceFault) -> UInt64 {
    let weight = try reader.millionths("a weight")
    return reader.skip(0x25) ? weight / 100 : weight
  }

  /// The choice that these bits mean; no allocation.
  public func choice(_ bits: UInt64) -> StatusChoice {
    var index = 0
    // Equal thresholds are weights of 0, which are passed over; the last that is not 0 has the largest there is
    while bits >= thresholds[index], thresholds[index] < .max { index += 1 }
    return choices[index]
  }

  /// What can come: choices whose weight is not 0.
  public var possible: [StatusChoice] {
    choices.indices.filter { thresholds[$0] > (($0 == 0) ? 0 : thresholds[$0 - 1]) }
      .map { choices[$0] }
  }
}
