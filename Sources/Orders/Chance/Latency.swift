internal import Glibc
internal import Message

/// How long an answer takes, by chance: `2s`, `uniform(100ms,2s)`, `normal(200ms,50ms)`, `lognormal(80ms,0.4)` (median and sigma) or
/// `percentiles(50:20ms,90:100ms,99:1s)`, for short `p50:20ms,p90:100ms,p99:1s`. At most a day.
public struct Latency: Sendable, Equatable {
  public static let pointsMax = 16

  private enum Shape: Sendable, Equatable {
    case fixed(UInt64)
    case uniform(UInt64, UInt64)
    case normal(mean: Double, deviation: Double)
    case lognormal(median: Double, sigma: Double)
    case percentiles
  }

  private struct Point: Sendable, Equatable {
    /// 0...1
    var share: Double
    /// Milliseconds.
    var time: Double
  }

  private let shape: Shape
  private var points: [Point] = []

  static let fits =
    "2s, uniform(100ms,2s), normal(200ms,50ms), lognormal(80ms,0.4) or "
    + "percentiles(50:20ms,90:100ms,99:1s)"

  public init(_ text: [UInt8]) throws(ChanceFault) {
    var reader = ChanceReader(text, fits: Self.fits)
    if text.first == 0x70, text.count > 1, text[1].isDigit {
      shape = .percentiles
      points = try Self.points(&reader)
      try reader.end("nothing can follow")
      return
    }
    let name = reader.word()
    switch name {
    case "":
      shape = .fixed(try reader.time("a time"))
    case "uniform":
      try reader.take(0x28, "( is missing")
      let start = reader.index
      let first = try reader.time("the shortest time")
      try Self.comma(&reader)
      let last = try reader.time("the longest time")
      guard first <= last else {
        throw reader.fault("the shortest time is longer than the longest", at: start)
      }
      shape = .uniform(first, last)
    case "normal":
      try reader.take(0x28, "( is missing")
      let mean = try reader.time("the mean")
      try Self.comma(&reader)
      let deviation = try reader.time("the standard deviation")
      shape = .normal(mean: Double(mean), deviation: Double(deviation))
    case "lognormal":
      try reader.take(0x28, "( is missing")
      let median = try reader.time("the median")
      try Self.comma(&reader)
      let start = reader.index
      let sigma = Double(try reader.millionths("sigma")) / 1e6
      guard sigma <= 10 else { throw reader.fault("sigma is at most 10", at: start) }
      shape = .lognormal(median: Double(median), sigma: sigma)
    case "percentiles":
      try reader.take(0x28, "( is missing")
      shape = .percentiles
      points = try Self.points(&reader)
    default:
      throw reader.fault("\"\(name)\" is no distribution", at: 0)
    }
    if !name.isEmpty { try reader.take(0x29, ") is missing") }
    try reader.end("nothing can follow")
  }

  private static func comma(_ reader: inout ChanceReader) throws(ChanceFault) {
    try reader.take(0x2C, "a comma and a second value are missing")
    reader.skipBlanks()
  }

  private static func points(_ reader: inout ChanceReader) throws(ChanceFault) -> [Point] {
    var points: [Point] = []
    repeat {
      reader.skipBlanks()
      let start = reader.index
      _ = reader.skip(0x70)
      let share = Double(try reader.millionths("a percentile")) / 1e8
      guard share <= 1 else { throw reader.fault("a percentile is at most 100", at: start) }
      try reader.take(0x3A, "a colon and a time are missing")
      let time = Double(try reader.time("a time"))
      if let last = points.last, share <= last.share || time < last.time {
        throw reader.fault("percentiles and their times must grow", at: start)
      }
      guard points.count < pointsMax else {
        throw reader.fault("more than \(pointsMax) percentiles", at: start)
      }
      points.append(Point(share: share, time: time))
    } while reader.skip(0x2C)
    return points
  }

  /// Milliseconds that these bits mean, at most a day; no allocation.
  public func milliseconds(_ bits: UInt64) -> UInt64 {
    switch shape {
    case .fixed(let time): return time
    case .uniform(let first, let last):
      // The high word of the product is even over the range, ends included
      return first + (last - first + 1).multipliedFullWidth(by: bits).high
    case .normal(let mean, let deviation):
      return Self.whole(mean + deviation * Self.quantile(Self.inner(bits)))
    case .lognormal(let median, let sigma):
      return Self.whole(median * exp(sigma * Self.quantile(Self.inner(bits))))
    case .percentiles: return Self.whole(interpolated(Draw.unit(bits)))
    }
  }

  /// The longest time that can come, in milliseconds; nil where it has no end but a day.
  public var longest: UInt64? {
    switch shape {
    case .fixed(let time), .uniform(_, let time): time
    case .normal, .lognormal: nil
    case .percentiles: points.last.map { UInt64($0.time) }
    }
  }

  /// Straight lines between the points that are given: from 0 ms at 0 % to the first, and level behind the last.
  private func interpolated(_ share: Double) -> Double {
    var below = Point(share: 0, time: 0)
    for point in points {
      if share < point.share {
        let part = (share - below.share) / (point.share - below.share)
        return below.time + (point.time - below.time) * part
      }
      below = point
    }
    return below.time
  }

  private static func whole(_ time: Double) -> UInt64 {
    // Not a number and infinities end here too
    guard time > 0 else { return 0 }
    return time < Double(ChanceReader.timeMax) ? UInt64(time.rounded()) : ChanceReader.timeMax
  }

  /// Bits as a number between 0 and 1, without either.
  private static func inner(_ bits: UInt64) -> Double { (Double(bits &>> 12) + 0.5) * 0x1p-52 }

  /// The standard normal distribution's quantile: how many standard deviations a share of all values stays below. Rational
  /// approximation, Wichura's AS 241 PPND7 (Applied Statistics 37, 1988), good to about 6 digits.
  static func quantile(_ share: Double) -> Double {
    let centre = share - 0.5
    if abs(centre) <= 0.425 {
      let square = 0.180625 - centre * centre
      let above = ((59.109374720 * square + 159.29113202) * square + 50.434271938) * square
      let below = ((67.187563600 * square + 78.757757664) * square + 17.895169469) * square
      return centre * (above + 3.3871327179) / (below + 1)
    }
    let tail = sqrt(-log(centre < 0 ? share : 1 - share))
    let size: Double
    if tail <= 5 {
      let rest = tail - 1.6
      let above = ((0.17023821103 * rest + 1.3067284816) * rest + 2.7568153900) * rest
      let below = (0.12021132975 * rest + 0.73700164250) * rest
      size = (above + 1.4234372777) / (below + 1)
    } else {
      let rest = tail - 5
      let above = ((0.017337203997 * rest + 0.42868294337) * rest + 3.0812263860) * rest
      let below = (0.012258202635 * rest + 0.24197894225) * rest
      size = (above + 6.6579051150) / (below + 1)
    }
    return centre < 0 ? -size : size
  }
}
