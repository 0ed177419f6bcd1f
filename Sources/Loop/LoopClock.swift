internal import Glibc
internal import Synchronization

/// A moment of the wall clock, in seconds since 1970 (UTC, without leap seconds) and nanoseconds
/// 0...999_999_999.
public struct WallTime: Sendable, Hashable, Comparable {
  public var seconds: Int64
  public var nanoseconds: UInt32

  @inlinable public init(seconds: Int64, nanoseconds: UInt32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  @inlinable public static func < (left: WallTime, right: WallTime) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
}

/// Where a loop takes its time from.
public protocol LoopClock: Sendable {
  /// Nanoseconds since a fixed moment; never runs backwards and is not set by anybody.
  func monotonic() -> UInt64
  /// The time of day. It may jump.
  func wall() -> WallTime
}

/// The machine's clocks.
public struct SystemClock: LoopClock {
  public init() {}

  public func monotonic() -> UInt64 { Self.monotonicNow() }
  public func wall() -> WallTime { Self.wallNow() }

  static func monotonicNow() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  static func wallNow() -> WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
  }
}

/// A clock that stands still until it is told to go on: for tests.
///
/// A loop that sleeps does not see it move; `EventLoop.wake()` after an advance makes it look.
public final class ManualClock: LoopClock {
  private let elapsed: Mutex<UInt64>
  private let start: WallTime

  /// Starts at `monotonic` nanoseconds, when it is `wall` o'clock.
  public init(monotonic: UInt64 = 1_000_000_000, wall: WallTime = WallTime(seconds: 784_111_777)) {
    elapsed = Mutex(monotonic)
    start = WallTime(
      seconds: wall.seconds - Int64(monotonic / 1_000_000_000), nanoseconds: wall.nanoseconds)
  }

  /// Moves both clocks on; a negative duration counts as zero.
  public func advance(by duration: Duration) {
    let step = duration.wholeNanoseconds
    elapsed.withLock { $0 += step }
  }

  public func monotonic() -> UInt64 { elapsed.withLock { $0 } }

  public func wall() -> WallTime {
    let now = monotonic()
    let nanoseconds = UInt64(start.nanoseconds) + now % 1_000_000_000
    return WallTime(
      seconds: start.seconds + Int64(now / 1_000_000_000) + Int64(nanoseconds / 1_000_000_000),
      nanoseconds: UInt32(nanoseconds % 1_000_000_000))
  }
}

extension Duration {
  /// The duration in nanoseconds, 0 where it is negative, and at most some 292 years.
  public var wholeNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    guard seconds < 9_223_372_036 else { return 9_223_372_036_000_000_000 }
    return UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
  }
}
