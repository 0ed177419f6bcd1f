internal import Config
internal import Facts
internal import Glibc
internal import Message
internal import Respond
internal import Synchronization

/// The sites and rules of a settings snapshot, ready to be matched.
final class Router: Sendable {
  private final class SiteRoutes: Sendable {
    let routes: [RuleRoute]
    /// The same for whoever must not count references.
    nonisolated(unsafe) let places: UnsafeMutablePointer<Unmanaged<RuleRoute>>
    let index: RuleIndex
    let names: [[UInt8]]
    let label: [UInt8]
    let position: Position
    let tracePosition: Position
    let maintenance: MaintenanceFlag?

    init(_ site: Site, _ routes: [RuleRoute]) {
      self.routes = routes
      places = .allocate(capacity: max(routes.count, 1))
      for (index, route) in routes.enumerated() {
        (places + index).initialize(to: .passUnretained(route))
      }
      index = RuleIndex(site.rules.map(\.pattern), positions: routes.map(\.position))
      names = site.names.map(\.value)
      label = site.label
      position = site.position
      tracePosition = site.trace.position
      maintenance = site.additions.maintenance.map { MaintenanceFlag($0) }
    }

    deinit { places.deallocate() }
  }

  let settings: Settings
  private let sites: [SiteRoutes]
  /// The same for whoever must not count references.
  private nonisolated(unsafe) let places: UnsafeMutablePointer<Unmanaged<SiteRoutes>>
  private let names: SiteIndex
  /// Some site can be closed for maintenance.
  let hasMaintenance: Bool
  /// There is one site, for every name and port.
  private let takesAnything: Bool
  /// The least `RuleRoute.number` of the snapshot.
  let firstNumber: UInt32

  /// What the server writes is known across reloads: an exchange that is under way writes under the snapshot that it began with.
  let writes: WriteClock

  init(_ settings: Settings, writes: WriteClock = WriteClock()) throws(ServeError) {
    self.settings = settings
    let folders = OpenFolders()
    var sites: [SiteRoutes] = []
    // A rule of another snapshot never has the number of one of these: the file caches outlive a reload
    let rules = settings.sites.reduce(0) { $0 + $1.rules.count }
    firstNumber = RouteNumbers.take(rules)
    var number = firstNumber
    self.writes = writes
    let written = Router.writtenRoots(settings)
    var pace = Pace(every: 128)
    // By index: sites are large, and there may be many
    for siteIndex in settings.sites.indices {
      var routes: [RuleRoute] = []
      routes.reserveCapacity(settings.sites[siteIndex].rules.count)
      for ruleIndex in settings.sites[siteIndex].rules.indices {
        pace.step()
        let rule = settings.sites[siteIndex].rules[ruleIndex]
        let isWritten = !written.isEmpty && Router.overlaps(rule, written)
        routes.append(
          try RuleRoute(
            number: number, site: Int32(siteIndex), index: Int32(ruleIndex),
            siteSettings: settings.sites[siteIndex],
            rule: rule, folders: folders,
            clock: isWritten ? writes : .still))
        number += 1
      }
      sites.append(SiteRoutes(settings.sites[siteIndex], routes))
    }
    self.sites = sites
    places = .allocate(capacity: max(sites.count, 1))
    for (index, site) in sites.enumerated() {
      (places + index).initialize(to: .passUnretained(site))
    }
    names = SiteIndex(settings.sites)
    hasMaintenance = sites.contains { $0.maintenance != nil }
    takesAnything =
      settings.sites.count == 1 && settings.sites[0].names.isEmpty
      && settings.sites[0].ports.isEmpty
  }

  deinit { places.deallocate() }

  /// Makes ready for writing, wherever a rule allows it.
  func prepareWriting() {
    for site in sites {
      for route in site.routes {
        if case .files(let root) = route.answer { root.write?.prepare() }
      }
    }
  }

  /// Folders that some rule writes to, in full, each with a slash at its end.
  private static func writtenRoots(_ settings: Settings) -> [[UInt8]] {
    var roots: [[UInt8]] = []
    for site in settings.sites {
      for rule in site.rules {
        guard case .files(let files) = rule.resource, files.write != nil else { continue }
        roots.append(realPath(files.root.value))
      }
    }
    return roots
  }

  private static func overlaps(_ rule: Rule, _ written: [[UInt8]]) -> Bool {
    guard !written.isEmpty, case .files(let files) = rule.resource else { return false }
    let path = realPath(files.root.value)
    return written.contains { $0.starts(with: path) || path.starts(with: $0) }
  }

  private static func realPath(_ path: String) -> [UInt8] {
    guard let resolved = realpath(path, nil) else { return Array(path.utf8) + [0x2F] }
    defer { free(resolved) }
    return String(cString: resolved).utf8 + [0x2F]
  }

  /// The site bound to a host name and port: an exact name goes before a wildcard, a longer wildcard before a shorter one, and a
  /// site without names comes last.
  func site(host: UnsafeBufferPointer<UInt8>, port: UInt16) -> Int? {
    if takesAnything { return 0 }
    let found = names.find(host, port: port)
    return found < 0 ? nil : Int(found)
  }

  static func equalIgnoringCase(
    _ one: UnsafeBufferPointer<UInt8>, _ lowercased: ArraySlice<UInt8>
  ) -> Bool {
    guard one.count == lowercased.count else { return false }
    for (byte, other) in zip(one, lowercased) where lowercase(byte) != other { return false }
    return true
  }

  static func lowercase(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
  }

  /// The rule of a site for a decoded path: the most specific from the left (`RuleIndex`). It is the router's, and lives as long.
  func rule(site: Int, path: UnsafeBufferPointer<UInt8>) -> Unmanaged<RuleRoute>? {
    precondition(site >= 0 && site < sites.count)
    return places[site]._withUnsafeGuaranteedRef { site in
      let found = site.index.find(path)
      return found < 0 ? nil : site.places[Int(found)]
    }
  }

  func position(ofSite index: Int) -> Position { sites[index].position }
  func tracePosition(ofSite index: Int) -> Position { sites[index].tracePosition }
  func maintenance(ofSite index: Int) -> MaintenanceFlag? { sites[index].maintenance }
  /// What the site is called in state that outlives the server.
  func label(ofSite index: Int) -> [UInt8] { sites[index].label }

  // MARK: Near misses

  /// Sites whose names are compared with one that no site has.
  private static let comparedMax = 64

  /// Sites that would have answered on another port, or under a name that is nearly this one. Of many sites only the first are
  /// compared.
  func siteMisses(host: UnsafeBufferPointer<UInt8>) -> NearMisses {
    var misses = NearMisses()
    let other = names.find(host, port: nil)
    if other >= 0 {
      misses.add(NearMiss(.siteNameMatchesOtherPort, at: sites[Int(other)].position))
    }
    for site in sites.prefix(Router.comparedMax)
    where site.names.prefix(Router.comparedMax).contains(where: { Router.isSimilar(host, $0) }) {
      misses.add(NearMiss(.siteNameSimilar, at: site.position))
    }
    return misses
  }

  /// Names that end alike by whole labels (`www.example.org`, `example.org`) or differ in one letter.
  private static func isSimilar(_ host: UnsafeBufferPointer<UInt8>, _ name: [UInt8]) -> Bool {
    let host = host.map(lowercase)
    if host == name { return false }
    let (long, short) = host.count > name.count ? (host, name) : (name, host)
    if long.count > short.count, !short.isEmpty, long.suffix(short.count + 1) == [0x2E] + short {
      return true
    }
    guard host.count == name.count else { return false }
    return zip(host, name).filter { $0 != $1 }.count == 1
  }

  /// Rules that would have matched but for the path's case or final slash: asked where a rule for all below a folder matched and its
  /// folder has no such file. Quick, because every 404.0 asks.
  func nearRules(
    site: Int, path: UnsafeBufferPointer<UInt8>, besides matched: Int32
  ) -> NearMisses {
    sites[site].index.misses(path, besides: matched, withBeginnings: false)
  }

  /// Rules whose path agrees in part with the target's.
  func ruleMisses(site: Int, path: UnsafeBufferPointer<UInt8>) -> NearMisses {
    sites[site].index.misses(path, besides: -1, withBeginnings: true)
  }
}

/// Gives numbers to rules, none of them twice while the process runs (before four thousand million have been given).
private enum RouteNumbers {
  private static let next = Atomic<UInt32>(0)

  /// The first of `count` numbers in a row.
  static func take(_ count: Int) -> UInt32 {
    next.wrappingAdd(UInt32(truncatingIfNeeded: count), ordering: .relaxed).oldValue
  }
}

/// What keeps a server from starting.
public struct ServeError: Error, Sendable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }
}
