internal import Synchronization

/// What the operator is told while the server runs and something keeps failing: the first at once, then at most one a minute, with
/// the number of those that were left out. From any thread; the writing is done where it can block nobody.
final class Complaints: Sendable {
  static let interval: UInt64 = 60_000_000_000

  private let write: @Sendable (String) -> Void
  private let state = Mutex(State())

  private struct State {
    var quietUntil: UInt64 = 0
    var unsaid: UInt64 = 0
  }

  init(_ write: @Sendable @escaping (String) -> Void) { self.write = write }

  /// `now` is a loop's clock, in nanoseconds.
  func say(_ text: String, at now: UInt64) {
    let unsaid: UInt64? = state.withLock { state in
      guard now >= state.quietUntil else {
        state.unsaid += 1
        return nil
      }
      defer { state = State(quietUntil: now &+ Complaints.interval, unsaid: 0) }
      return state.unsaid
    }
    guard let unsaid else { return }
    write(unsaid == 0 ? text : "\(text) (and \(unsaid) more since the last of these)")
  }
}
