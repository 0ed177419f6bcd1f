internal import Config
internal import Loop
internal import Message
internal import Record
internal import Wire

/// What one configuration comes to: settings, routes and all that is made of them. Immutable and shared by the loops; a reload makes a
/// new one, and each loop goes over to it between two requests. An exchange keeps the one that it began with, so that its
/// answer and its record speak of one configuration alone.
final class Snapshot: Sendable {
  let settings: Settings
  let router: Router
  let journalContext: JournalContext
  /// The same for whoever must not count references.
  let settingsReference: Unmanaged<Settings>
  let routerReference: Unmanaged<Router>
  let journalReference: Unmanaged<JournalContext>
  let messageLimits: MessageLimits
  /// What sites ask of clients; nil where none asks anything.
  let guards: ClientGuards?
  /// Some site has pages of its own for refusals.
  let hasErrorPages: Bool
  /// Whether anything may ask who the client is: a site, a rule, or a folder's own file.
  let asksClients: Bool

  /// Limits of time in nanoseconds.
  let idleTime: UInt64
  let headTime: UInt64
  let contentTime: UInt64
  let sendTime: UInt64
  let lingerTime: UInt64

  /// Opens what the rules need. Fails where a folder cannot be opened. `before` is the snapshot that this one follows.
  init(_ settings: Settings, after before: Snapshot? = nil) throws(ServeError) {
    self.settings = settings
    router = try Router(settings, writes: before?.router.writes ?? WriteClock())
    journalContext = JournalContext(settings)
    settingsReference = .passUnretained(settings)
    routerReference = .passUnretained(router)
    journalReference = .passUnretained(journalContext)
    messageLimits = MessageLimits(settings.limits)
    guards = ClientGuards(settings)
    hasErrorPages = settings.sites.contains { $0.additions.errorPages != nil }
    asksClients =
      guards != nil
      || settings.sites.contains { site in
        site.rules.contains { rule in
          switch rule.resource {
          case .files(let files): files.folderFile != nil
          case .rehearsal: true
          default: false
          }
        }
      }
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

/// A snapshot in use: held, and read without counting references, which on a shared object is what the path of every request cannot
/// afford. Only for the thread of one loop.
struct HeldSnapshot {
  private var held: Snapshot
  private var bare: Unmanaged<Snapshot>

  init(_ snapshot: Snapshot) {
    held = snapshot
    bare = .passUnretained(snapshot)
  }

  /// Valid until the next `replace`.
  @inline(__always) var value: Snapshot {
    _read { yield bare._withUnsafeGuaranteedRef { $0 } }
  }

  /// Tells snapshots apart, without touching them.
  @inline(__always) var mark: UnsafeMutableRawPointer { bare.toOpaque() }
}
