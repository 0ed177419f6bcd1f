internal import Config
internal import Loop
internal import Record
internal import Synchronization

/// What the loops share: an immutable snapshot of the settings, and a few atomics.
final class ServerShared: Sendable {
  let settings: Settings
  let router: Router
  let journalContext: JournalContext
  let helpers: HelperPool
  let recorder: FlightRecorder?
  /// Nil where no rule has tombstones.
  let tombstones: TombstoneStore?
  /// Seconds since 1970.
  let startedAt: Int64

  /// Limits of time in nanoseconds.
  let idleTime: UInt64
  let headTime: UInt64
  let contentTime: UInt64
  let sendTime: UInt64
  let lingerTime: UInt64

  private let openConnections = Atomic<UInt64>(0)

  init(
    settings: Settings, router: Router, helpers: HelperPool, recorder: FlightRecorder?,
    startedAt: Int64, tombstones: TombstoneStore? = nil
  ) {
    self.settings = settings
    self.router = router
    journalContext = JournalContext(settings)
    self.helpers = helpers
    self.recorder = recorder
    self.tombstones = tombstones
    self.startedAt = startedAt
    func nanoseconds(_ milliseconds: Sourced<UInt64>) -> UInt64 {
      milliseconds.value.multipliedReportingOverflow(by: 1_000_000).overflow
        ? .max / 4 : min(milliseconds.value * 1_000_000, .max / 4)
    }
    let limits = settings.limits
    idleTime = nanoseconds(limits.idleTime)
    headTime = nanoseconds(limits.headTime)
    contentTime = nanoseconds(limits.contentTime)
    sendTime = nanoseconds(limits.sendTime)
    lingerTime = nanoseconds(limits.lingerTime)
  }

  /// Counts a connection in; returns how many are open with it, in the whole server.
  func connectionOpened() -> UInt64 {
    openConnections.add(1, ordering: .relaxed).newValue
  }

  func connectionClosed() { openConnections.subtract(1, ordering: .relaxed) }

  var openCount: UInt64 { openConnections.load(ordering: .relaxed) }

  /// Whether a client's address lies in one of the trusted networks.
  func isTrusted(_ peer: Endpoint) -> Bool {
    guard !settings.trusted.isEmpty, peer.family != .unix else { return false }
    return peer.unmapped.withAddressBytes { bytes in
      settings.trusted.contains { network in
        guard network.address.count == bytes.count else { return false }
        for bit in stride(from: 0, to: network.prefixLength, by: 8) {
          let mask =
            network.prefixLength - bit >= 8
            ? 0xFF : UInt8(truncatingIfNeeded: 0xFF00 >> (network.prefixLength - bit))
          if (bytes[bit / 8] ^ network.address[bit / 8]) & mask != 0 { return false }
        }
        return true
      }
    }
  }
}
