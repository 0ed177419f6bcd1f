internal import Loop
internal import Message
internal import Record
internal import Synchronization

/// What the loops share for as long as the server runs: helper threads, the flight recorder, and a few atomics. What the
/// configuration says is in `Snapshot`.
final class ServerShared: Sendable {
  let helpers: HelperPool
  let recorder: FlightRecorder?
  private let tombstoneStore: Mutex<TombstoneStore?>
  /// Seconds since 1970.
  let startedAt: Int64

  private let openConnections = Atomic<UInt64>(0)
  /// Of clients that have their answer, and may go on sending for a while: they have no place among the open ones.
  private let lingering = Atomic<UInt64>(0)

  /// Of what keeps failing.
  let complaints: Complaints

  init(
    helpers: HelperPool, recorder: FlightRecorder?, startedAt: Int64,
    tombstones: TombstoneStore? = nil, tell: @Sendable @escaping (String) -> Void = { _ in }
  ) {
    // On a helper's thread: who reads may be slow
    complaints = Complaints { [helpers] text in
      if helpers.submit({ tell("statusline: \(text)") }) != nil { tell("statusline: \(text)") }
    }
    self.helpers = helpers
    self.recorder = recorder
    tombstoneStore = Mutex(tombstones)
    self.startedAt = startedAt
  }

  /// Nil where no rule has had tombstones since the start.
  var tombstones: TombstoneStore? { tombstoneStore.withLock { $0 } }

  /// A reload has brought the first rule with tombstones.
  func take(_ store: TombstoneStore?) { tombstoneStore.withLock { $0 = store } }

  /// Counts a connection in; returns how many are open with it, in the whole server.
  func connectionOpened() -> UInt64 {
    openConnections.add(1, ordering: .relaxed).newValue
  }

  func connectionClosed() { openConnections.subtract(1, ordering: .relaxed) }

  /// A connection that has been answered for the last time gives its place back and lingers. False, and nothing is changed, where as many
  /// linger as may: whoever provokes refusals must not gather descriptors.
  func beginLingering(limit: UInt64) -> Bool {
    if lingering.add(1, ordering: .relaxed).newValue > ServerShared.more(than: limit) {
      lingering.subtract(1, ordering: .relaxed)
      return false
    }
    connectionClosed()
    return true
  }

  func endLingering() { lingering.subtract(1, ordering: .relaxed) }

  /// Connections beyond the limit, to be told so; as many again may linger.
  static func more(than limit: UInt64) -> UInt64 { max(limit / 4, 64) }

  var openCount: UInt64 { openConnections.load(ordering: .relaxed) }
}
