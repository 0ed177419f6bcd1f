internal import Config
internal import Loop
internal import Record
internal import Wire

/// What one configuration comes to: settings, routes and all that is made of them. Immutable and shared by the loops; a reload makes a
/// new one, and each loop goes over to it between two requests. An exchange keeps the one that it began with, so that its
/// answer and its record speak of one configuration alone.
final class Snapshot: Sendable {
  let settings: Settings
  let router: Router
  let journalContext: JournalContext
  let messageLimits: MessageLimits

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
    messageLimits = MessageLimits(settings.limits)
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
