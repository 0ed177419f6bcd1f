internal import Config
internal import Facts
internal import Message
internal import Synchronization

/// What the sites of a snapshot ask of clients, ready to be judged by; there is none where no site asks anything.
final class ClientGuards: Sendable {
  /// By site; nil where neither the site nor any of its rules asks anything.
  let sites: [SiteGuard?]

  init?(_ settings: Settings) {
    sites = settings.sites.map { SiteGuard($0) }
    if sites.allSatisfy({ $0 == nil }) { return nil }
  }
}

/// What one site asks of clients.
final class SiteGuard: Sendable {
  let access: SiteAccess
  /// By rule.
  private let rules: [AddressRules]
  private let counter: SiteCounter?

  init?(_ site: Site) {
    if site.access.isEmpty, site.rules.allSatisfy(\.addresses.isEmpty) { return nil }
    access = site.access
    rules = site.rules.map(\.addresses)
    counter =
      access.concurrent == nil && access.concurrentPerAddress == nil ? nil : SiteCounter(access)
  }

  /// Judges a client, nil where nobody knows its address, for a rule, negative where none matched. Takes a place for the request where
  /// places are counted, and the client is not refused already. Requests that one client has sent without waiting for the answers are
  /// answered one after another: they have one place together, which is `place` for those behind the first.
  func judge(
    _ client: IPAddress?, rule: Int32, _ place: SiteTicket? = nil, into facts: inout ClientFacts
  ) -> SiteTicket? {
    let ofRule = rule >= 0 ? rules[Int(rule)] : AddressRules()
    facts.isGuarded = !access.isEmpty || !ofRule.isEmpty
    if access.closed.value {
      facts.isSiteClosed = true
      facts.key = .closed
      facts.position = access.closed.position
      return nil
    }
    for addresses in [access.addresses, ofRule] where facts.address == .allowed {
      (facts.address, facts.key, facts.position) = addresses.standing(of: client)
    }
    guard facts.address == .allowed else { return nil }
    facts.hasHostRules = !access.denyHosts.isEmpty
    guard let counter else { return nil }
    facts.hasConcurrencyLimit = true
    if let place, place.isOf(counter, client?.subscriber) { return place }
    return counter.take(client?.subscriber, into: &facts)
  }

  /// Judges the client's host name. `facts` tell how the site stands to it afterwards.
  func judge(_ names: [[UInt8]]?, into facts: inout ClientFacts) {
    guard let names else {
      guard access.unresolved.value == .refuse else { return }
      facts.hostName = .unresolved
      facts.key = .unresolved
      facts.position = access.unresolved.position
      return
    }
    for pattern in access.denyHosts {
      guard names.contains(where: { Self.matches($0, pattern.value) }) else { continue }
      facts.hostName = .denied
      facts.key = .denyHosts
      facts.position = pattern.position
      return
    }
  }

  /// `*.bad.example` stands for every name one or more labels below. Both are in lower case.
  private static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
    let name = name.last == UInt8(ascii: ".") ? Array(name.dropLast()) : name
    guard pattern.first == UInt8(ascii: "*") else { return name == pattern }
    let suffix = pattern.dropFirst()
    return name.count > suffix.count && name.suffix(suffix.count).elementsEqual(suffix)
  }
}

extension AddressRules {
  /// How a client stands to the rules, and which line says so; nil is a client whose address nobody knows.
  func standing(of client: IPAddress?) -> (AddressStanding, SettingKey, Position) {
    if isEmpty { return (.allowed, .none, .builtIn) }
    guard let client else {
      return allow.isEmpty
        ? (.unknown, .deny, deny[0].position) : (.unknown, .allow, allowPosition)
    }
    for network in deny
    where client.isIn(network.address, prefixLength: network.prefixLength) {
      return (.denied, .deny, network.position)
    }
    if allow.isEmpty
      || allow.contains(where: { client.isIn($0.address, prefixLength: $0.prefixLength) })
    {
      return (.allowed, .none, .builtIn)
    }
    return (.notAllowed, .allow, allowPosition)
  }
}

/// Counts the requests that a site has under way, over all loops: in all by one atomic number, by address in a few tables, each
/// behind a lock that is held for a look-up.
final class SiteCounter: Sendable {
  private final class Shard: Sendable {
    /// Nil stands for all clients whose address nobody knows.
    let counts = Mutex<[IPAddress?: UInt64]>([:])
  }

  private let limit: Sourced<UInt64>?
  private let limitPerAddress: Sourced<UInt64>?
  private let underWay = Atomic<UInt64>(0)
  private let shards = (0..<16).map { _ in Shard() }

  init(_ access: SiteAccess) {
    limit = access.concurrent
    limitPerAddress = access.concurrentPerAddress
  }

  /// Takes a place for a request of a client; nil where there is none, and the facts say why.
  func take(_ client: IPAddress?, into facts: inout ClientFacts) -> SiteTicket? {
    let count = underWay.add(1, ordering: .relaxed).newValue
    if let limit, count > limit.value {
      underWay.subtract(1, ordering: .relaxed)
      facts.concurrency = .siteFull
      facts.key = .siteConcurrent
      facts.position = limit.position
      facts.limit = limit.value
      facts.measured = count
      return nil
    }
    if let limit = limitPerAddress {
      let ofClient = shard(of: client).counts.withLock { counts in
        let count = (counts[client] ?? 0) + 1
        if count <= limit.value { counts[client] = count }
        return count
      }
      if ofClient > limit.value {
        underWay.subtract(1, ordering: .relaxed)
        facts.concurrency = .addressFull
        facts.key = .siteConcurrentPerAddress
        facts.position = limit.position
        facts.limit = limit.value
        facts.measured = ofClient
        return nil
      }
    }
    return SiteTicket(self, client)
  }

  private func shard(of client: IPAddress?) -> Shard {
    shards[Int(UInt(bitPattern: client.hashValue) & 15)]
  }

  fileprivate func giveBack(_ client: IPAddress?) {
    underWay.subtract(1, ordering: .relaxed)
    guard limitPerAddress != nil else { return }
    shard(of: client).counts.withLock { counts in
      let rest = (counts[client] ?? 1) - 1
      counts[client] = rest == 0 ? nil : rest
    }
  }
}

/// A request's place among those that a site may have under way. It is given back when nobody holds the ticket any more, however the
/// exchange ended.
final class SiteTicket {
  private let counter: SiteCounter
  private let client: IPAddress?

  fileprivate init(_ counter: SiteCounter, _ client: IPAddress?) {
    self.counter = counter
    self.client = client
  }

  /// Whether it is a place for this client there.
  func isOf(_ counter: SiteCounter, _ client: IPAddress?) -> Bool {
    self.counter === counter && self.client == client
  }

  deinit { counter.giveBack(client) }
}
