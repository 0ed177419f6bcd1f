internal import Loop
internal import Record
internal import Synchronization

/// What the loops share for as long as the server runs: helper threads, the flight recorder, and a few atomics. What the
/// configuration says is in `Snapshot`.
final class ServerShared: Sendable {
  let helpers: HelperPool
  let recorder: FlightRecorder?
  /// Seconds since 1970.
  let startedAt: Int64

  private let openConnections = Atomic<UInt64>(0)

  /// Of what keeps failing.
  let complaints: Complaints

  init(
    helpers: HelperPool, recorder: FlightRecorder?, startedAt: Int64,
    tell: @Sendable @escaping (String) -> Void = { _ in }
  ) {
    // On a helper's thread: who reads may be slow
    complaints = Complaints { [helpers] text in
      if helpers.submit({ tell("statusline: \(text)") }) != nil { tell("statusline: \(text)") }
    }
    self.helpers = helpers
    self.recorder = recorder
    self.startedAt = startedAt
  }

  /// Counts a connection in; returns how many are open with it, in the whole server.
  func connectionOpened() -> UInt64 {
    openConnections.add(1, ordering: .relaxed).newValue
  }

  func connectionClosed() { openConnections.subtract(1, ordering: .relaxed) }

  var openCount: UInt64 { openConnections.load(ordering: .relaxed) }
}
