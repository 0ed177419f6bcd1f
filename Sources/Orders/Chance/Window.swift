/// A time in which things are bad, again and again: `5s/30s` is bad for the first 5 seconds of every 30. With `@10s`, 10 seconds later.
public struct Window: Sendable, Equatable {
  /// Milliseconds; at least 1 and less than `period`.
  public let length: UInt64
  /// Milliseconds.
  public let period: UInt64
  /// Milliseconds from the beginning of a period to the bad time; less than `period`.
  public let start: UInt64

  static let fits = "5s/30s"

  public init(_ text: [UInt8]) throws(ChanceFault) {
    var reader = ChanceReader(text, fits: Self.fits)
    length = try reader.time("the bad time")
    try reader.take(0x2F, "a slash and the whole period are missing")
    let periodStart = reader.index
    period = try reader.time("the period")
    guard period > 0 else { throw reader.fault("the period is 0", at: periodStart) }
    guard length > 0 else { throw reader.fault("the bad time is 0", at: 0) }
    guard length < period else {
      throw reader.fault("the bad time must be shorter than the period", at: 0)
    }
    if reader.skip(0x40) {
      let startStart = reader.index
      start = try reader.time("the start")
      guard start < period else {
        throw reader.fault("the start lies behind the period", at: startStart)
      }
    } else {
      start = 0
    }
    try reader.end("only @ and a start can follow")
  }

  /// Milliseconds until the bad time ends; 0 where it is not bad.
  /// - Parameter now: milliseconds since the rehearsal began.
  public func remaining(at now: UInt64) -> UInt64 {
    let place = (now % period + period - start) % period
    return place < length ? length - place : 0
  }

  public func isBad(at now: UInt64) -> Bool { remaining(at: now) > 0 }
}
