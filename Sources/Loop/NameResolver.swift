internal import CNames
internal import Glibc

/// Finds the host names of addresses, without blocking: asks for the names of an address (PTR), and takes those that lead back to it.
///
/// Belongs to one loop, on whose thread everything here happens. Answers are kept for as long as the name servers say, between five
/// seconds and an hour; that there is no name, for a minute; that nobody answered, for five seconds.
public final class NameResolver {
  public enum Answer: Equatable, Sendable {
    /// Names that lead back to the address, in lower case.
    case names([[UInt8]])
    /// The address has no name that leads back to it.
    case none
    /// No name server answered in time, or none could.
    case failed
  }

  /// Answers that are kept, and look-ups under way, at the most.
  public static let answersMax = 1024
  public static let lookupsMax = 256
  /// Names of one address that are looked at.
  static let namesMax = 4

  private struct Kept {
    var answer: Answer
    var until: UInt64
  }

  private let loop: EventLoop
  /// Addresses with ports of the name servers that are asked; empty: those of the system.
  public let servers: [String]
  /// Nanoseconds that a look-up may take.
  public let timeout: UInt64
  private var channel: UnsafeMutableRawPointer?
  private var watches: [Int32: WatchID] = [:]
  private var kept: [Endpoint: Kept] = [:]
  private var lookups: [Endpoint: Lookup] = [:]
  private var timer: TimerID?

  /// `servers` are addresses with ports, empty for those of the system; `timeout` is in nanoseconds. Fails where the system's
  /// configuration cannot be read.
  public init(loop: EventLoop, servers: [String], timeout: UInt64) throws(SystemError) {
    self.loop = loop
    self.servers = servers
    self.timeout = timeout
    channel = nil
    let data = Unmanaged.passUnretained(self).toOpaque()
    let milliseconds = Int32(clamping: max(timeout / 3_000_000, 50))
    let changed: cnames_socket_changed = { data, socket, readable, writable in
      guard let data else { return }
      let resolver = Unmanaged<NameResolver>.fromOpaque(data).takeUnretainedValue()
      resolver.socketChanged(socket, readable: readable != 0, writable: writable != 0)
    }
    channel =
      servers.isEmpty
      ? cnames_make(nil, milliseconds, changed, data)
      : cnames_make(servers.joined(separator: ","), milliseconds, changed, data)
    guard channel != nil else { throw SystemError("make a resolver of names", code: EINVAL) }
  }

  deinit {
    // Its callbacks come now, and find nobody
    if let channel { cnames_destroy(channel) }
    for watch in watches.values { loop.unwatch(watch) }
    if let timer { loop.cancel(timer) }
  }

  // MARK: Asking

  /// The answer that is kept for an address; nil where it has to be found.
  public func known(_ address: Endpoint) -> Answer? {
    guard let kept = kept[Self.key(address)], loop.coarseNow < kept.until else { return nil }
    return kept.answer
  }

  /// Finds the names of an address and calls `done` on the loop, perhaps before this returns.
  public func find(_ address: Endpoint, _ done: @escaping (Answer) -> Void) {
    let key = Self.key(address)
    if let answer = known(key) {
      done(answer)
      return
    }
    if let lookup = lookups[key] {
      lookup.waiting.append(done)
      return
    }
    guard lookups.count < Self.lookupsMax, address.family != .unix else {
      done(.failed)
      return
    }
    let lookup = Lookup(key, self)
    lookup.waiting.append(done)
    lookups[key] = lookup
    lookup.deadline = loop.schedule(at: loop.coarseNow + timeout) { [weak self, weak lookup] in
      if let lookup { self?.finish(lookup, .failed, seconds: 5) }
    }
    askForNames(lookup)
    schedule()
  }

  /// Ends every look-up as failed: the loop stops.
  public func cancel() {
    for lookup in Array(lookups.values) { finish(lookup, .failed, seconds: 0) }
    if let channel { cnames_cancel(channel) }
  }

  private static func key(_ address: Endpoint) -> Endpoint {
    var key = address.unmapped
    key.port = 0
    return key
  }

  private func finish(_ lookup: Lookup, _ answer: Answer, seconds: UInt64) {
    guard lookups[lookup.address] === lookup else { return }
    lookups[lookup.address] = nil
    if let deadline = lookup.deadline { loop.cancel(deadline) }
    if kept.count >= Self.answersMax {
      kept = kept.filter { $0.value.until > loop.coarseNow }
      if kept.count >= Self.answersMax { kept.removeAll() }
    }
    kept[lookup.address] = Kept(
      answer: answer, until: loop.coarseNow + seconds * 1_000_000_000)
    let waiting = lookup.waiting
    lookup.waiting = []
    for done in waiting { done(answer) }
  }

  // MARK: From the address to its names

  private func askForNames(_ lookup: Lookup) {
    let context = Unmanaged.passRetained(lookup).toOpaque()
    lookup.address.withAddressBytes { bytes in
      cnames_ask_names(
        channel, bytes.baseAddress, Int32(bytes.count),
        { context, outcome, names in
          guard let context else { return }
          let lookup = Unmanaged<Lookup>.fromOpaque(context).takeRetainedValue()
          var found: [String] = []
          var next = names
          while let name = next?.pointee, found.count < NameResolver.namesMax {
            let text = String(cString: name)
            if !text.isEmpty, text.utf8.count <= 255, !found.contains(text) { found.append(text) }
            next = next?.successor()
          }
          lookup.resolver?.have(found, of: lookup, Int(outcome))
        }, context)
    }
  }

  private func have(_ names: [String], of lookup: Lookup, _ outcome: Int) {
    switch outcome {
    case CNAMES_FOUND:
      lookup.candidates = names
      confirmNext(lookup)
    case CNAMES_NONE: finish(lookup, .none, seconds: 60)
    default: finish(lookup, .failed, seconds: 5)
    }
  }

  // MARK: And back

  private func confirmNext(_ lookup: Lookup) {
    guard lookups[lookup.address] === lookup else { return }
    guard let name = lookup.candidates.popLast() else {
      if lookup.confirmed.isEmpty {
        finish(lookup, lookup.hasFailed ? .failed : .none, seconds: lookup.hasFailed ? 5 : 60)
      } else {
        finish(lookup, .names(lookup.confirmed), seconds: UInt64(min(max(lookup.ttl, 5), 3600)))
      }
      return
    }
    lookup.asked = name
    let context = Unmanaged.passRetained(lookup).toOpaque()
    lookup.address.withAddressBytes { bytes in
      cnames_ask_addresses(
        channel, name, bytes.baseAddress, Int32(bytes.count),
        { context, outcome, leadsBack, seconds in
          guard let context else { return }
          let lookup = Unmanaged<Lookup>.fromOpaque(context).takeRetainedValue()
          lookup.resolver?.haveAddress(
            of: lookup, Int(outcome), leadsBack: leadsBack != 0, seconds: seconds)
        }, context)
    }
  }

  private func haveAddress(
    of lookup: Lookup, _ outcome: Int, leadsBack: Bool, seconds: Int32
  ) {
    if leadsBack {
      lookup.confirmed.append(Array(lookup.asked.lowercased().utf8))
      lookup.ttl = min(lookup.ttl, seconds)
    } else if outcome == CNAMES_FAILED {
      lookup.hasFailed = true
    }
    confirmNext(lookup)
  }

  // MARK: Sockets and time

  private func socketChanged(_ socket: Int32, readable: Bool, writable: Bool) {
    if let watch = watches.removeValue(forKey: socket) { loop.unwatch(watch) }
    guard readable || writable else { return }
    var interest = Interest()
    if readable { interest.insert(.readable) }
    if writable { interest.insert(.writable) }
    // Where nothing can be watched, the look-up's own time ends it
    watches[socket] = try? loop.watch(socket, interest: interest) { [weak self] events in
      self?.process(socket, Interest(rawValue: events))
    }
  }

  private func process(_ socket: Int32, _ events: Interest) {
    let canRead = !events.isDisjoint(with: [.readable, .failed, .hungUp])
    if let channel {
      cnames_process(channel, canRead ? socket : -1, events.contains(.writable) ? socket : -1)
    }
    schedule()
  }

  /// Looks in again when the library wants to repeat a question.
  private func schedule() {
    if let timer { loop.cancel(timer) }
    timer = nil
    guard let channel else { return }
    let wait = cnames_wait_ms(channel)
    guard wait >= 0 else { return }
    timer = loop.schedule(after: .milliseconds(max(wait, 1))) { [weak self] in
      guard let self else { return }
      timer = nil
      cnames_process(channel, -1, -1)
      schedule()
    }
  }
}

/// A look-up under way.
private final class Lookup {
  let address: Endpoint
  weak var resolver: NameResolver?
  var waiting: [(NameResolver.Answer) -> Void] = []
  var candidates: [String] = []
  var asked = ""
  var confirmed: [[UInt8]] = []
  var ttl: Int32 = 3600
  var hasFailed = false
  var deadline: TimerID?

  init(_ address: Endpoint, _ resolver: NameResolver) {
    self.address = address
    self.resolver = resolver
  }
}
