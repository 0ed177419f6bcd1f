internal import Glibc

/// Lets other threads go first every so many steps of work that takes a processor for long.
///
/// A server reads its configuration again while it answers. Its kernel would take the processor away from the reader at the next tick
/// only, which may be 4 ms later; a reader that asks every tenth of a millisecond holds up a request for no longer than that.
public struct Pace: ~Copyable {
  private let stepsInARow: Int
  private var steps = 0

  /// `stepsInARow` are as many as take about a tenth of a millisecond.
  public init(every stepsInARow: Int) { self.stepsInARow = stepsInARow }

  @inline(__always)
  public mutating func step() {
    steps += 1
    if steps >= stepsInARow { giveWay() }
  }

  private mutating func giveWay() {
    steps = 0
    sched_yield()
  }
}
