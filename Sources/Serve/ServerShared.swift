internal import Config
internal import Loop
internal import Message
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
  /// What sites ask of clients; nil where none asks anything.
  let guards: ClientGuards?
  /// Whether anything may ask who the client is: a site, a rule, or a folder's own file.
  let asksClients: Bool
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
    guards = ClientGuards(settings)
    asksClients =
      guards != nil
      || settings.sites.contains { site in
        site.rules.contains { rule in
          if case .files(let files) = rule.resource { files.folderFile != nil } else { false }
        }
      }
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
    guard !settings.trusted.isEmpty, let address = IPAddress(peer) else { return false }
    return isTrusted(address)
  }

  func isTrusted(_ address: IPAddress) -> Bool {
    settings.trusted.contains { network in
      address.isIn(network.address, prefixLength: network.prefixLength)
    }
  }
}
