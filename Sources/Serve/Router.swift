internal import Config
internal import Facts
internal import Glibc
internal import Message
internal import Respond
internal import Synchronization

/// One rule, ready to answer: what it needs is opened once a settings snapshot and shared by all loops.
final class RuleRoute: Sendable {
  enum Answer: Sendable {
    case files(FilesRoot)
    case content(FixedContent)
  }

  /// Different for every rule of a snapshot: the file caches tell rules apart by it.
  let number: UInt32
  let site: Int32
  let rule: Int32
  let position: Position
  let path: [UInt8]
  let isSubtree: Bool
  let methods: MethodSet
  let methodsPosition: Position
  let answer: Answer
  let extraFields: FieldBlock?
  /// The same for whoever must not count references; the route keeps it.
  let extraFieldsReference: Unmanaged<FieldBlock>?

  init(
    number: UInt32, site: Int32, index: Int32, siteSettings: Site, rule: Rule
  ) throws(ServeError) {
    self.number = number
    self.site = site
    self.rule = index
    position = rule.position
    path = rule.pattern.path
    isSubtree = rule.pattern.isSubtree
    var capable: MethodSet
    switch rule.resource {
    case .files(let files):
      capable = MethodSet([.get, .head, .options])
      answer = .files(try FilesRoot(files))
    case .content(let content):
      capable = MethodSet([.get, .head, .post, .options])
      answer = .content(FixedContent(content))
    }
    if let chosen = rule.methods { capable.formIntersection(chosen.value) }
    methodsPosition = rule.methods?.position ?? .builtIn
    if siteSettings.trace.value { capable.insert(MethodSet(.trace)) }
    methods = capable
    extraFields = FieldBlock(
      cacheControl: rule.cacheControl?.value,
      headers: rule.headers.map { ($0.name, $0.value) })
    extraFieldsReference = extraFields.map(Unmanaged.passUnretained)
  }
}

/// The sites and rules of a settings snapshot, ready to be matched.
final class Router: Sendable {
  private final class SiteRoutes: Sendable {
    let names: [[UInt8]]
    let ports: [UInt16]
    let exact: [RuleRoute]
    /// From the longest to the shortest.
    let subtrees: [RuleRoute]
    let position: Position
    let tracePosition: Position

    init(_ site: Site, _ routes: [RuleRoute]) {
      names = site.names.map(\.value)
      ports = site.ports.map(\.value)
      exact = routes.filter { !$0.isSubtree }
      subtrees = routes.filter(\.isSubtree).sorted { $0.path.count > $1.path.count }
      position = site.position
      tracePosition = site.trace.position
    }
  }

  let settings: Settings
  private let sites: [SiteRoutes]
  /// The same sites' rules, as they are matched.
  private nonisolated(unsafe) let entries: UnsafeMutablePointer<RuleEntries>
  /// There is one site, for every name and port.
  private let takesAnything: Bool
  /// The least `RuleRoute.number` of the snapshot.
  let firstNumber: UInt32

  init(_ settings: Settings) throws(ServeError) {
    self.settings = settings
    var sites: [SiteRoutes] = []
    // A rule of another snapshot never has the number of one of these: the file caches outlive a reload
    let rules = settings.sites.reduce(0) { $0 + $1.rules.count }
    firstNumber = RouteNumbers.take(rules)
    var number = firstNumber
    for (siteIndex, site) in settings.sites.enumerated() {
      var routes: [RuleRoute] = []
      for (ruleIndex, rule) in site.rules.enumerated() {
        routes.append(
          try RuleRoute(
            number: number, site: Int32(siteIndex), index: Int32(ruleIndex), siteSettings: site,
            rule: rule))
        number += 1
      }
      sites.append(SiteRoutes(site, routes))
    }
    self.sites = sites
    entries = .allocate(capacity: sites.count)
    for (index, site) in sites.enumerated() {
      (entries + index).initialize(to: RuleEntries(exact: site.exact, subtrees: site.subtrees))
    }
    takesAnything = sites.count == 1 && sites[0].names.isEmpty && sites[0].ports.isEmpty
  }

  deinit {
    entries.deinitialize(count: sites.count)
    entries.deallocate()
  }

  /// The site bound to a host name and port: an exact name goes before a wildcard, a longer wildcard before a shorter one, and a
  /// site without names comes last.
  func site(host: UnsafeBufferPointer<UInt8>, port: UInt16) -> Int? {
    if takesAnything { return 0 }
    var best: Int?
    var bestRank = -1
    for index in sites.indices {
      if !sites[index].ports.isEmpty, !sites[index].ports.contains(port) { continue }
      let rank = Router.rank(of: host, among: sites[index].names)
      if rank > bestRank {
        best = index
        bestRank = rank
      }
    }
    return best
  }

  /// -1: no match; 0: the site takes any name; else the longer the name that matched the higher, exact names highest.
  private static func rank(of host: UnsafeBufferPointer<UInt8>, among names: [[UInt8]]) -> Int {
    if names.isEmpty { return 0 }
    var best = -1
    for name in names {
      if name.first == UInt8(ascii: "*") {
        // `*.example.org`: at least one label in front of `.example.org`
        let suffix = name.count - 1
        guard host.count > suffix else { continue }
        let end = UnsafeBufferPointer(rebasing: host[(host.count - suffix)...])
        if equalIgnoringCase(end, name[1...]) { best = max(best, suffix) }
      } else if host.count == name.count, equalIgnoringCase(host, name[...]) {
        return 1 << 20
      }
    }
    return best
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

  /// The rule of a site for a decoded path.
  /// It is the router's: it lives as long as that.
  func rule(site: Int, path: UnsafeBufferPointer<UInt8>) -> Unmanaged<RuleRoute>? {
    precondition(site >= 0 && site < sites.count)
    let rules = entries + site
    let exactCount = rules.pointee.exactCount
    for index in 0..<exactCount where rules.pointee[index].matches(path) {
      return rules.pointee[index].route
    }
    for index in exactCount..<rules.pointee.count where rules.pointee[index].begins(path) {
      return rules.pointee[index].route
    }
    return nil
  }

  private static func begins(_ path: UnsafeBufferPointer<UInt8>, with prefix: [UInt8]) -> Bool {
    guard path.count >= prefix.count, let start = path.baseAddress else { return false }
    return memcmp(start, prefix, prefix.count) == 0
  }

  func position(ofSite index: Int) -> Position { sites[index].position }
  func tracePosition(ofSite index: Int) -> Position { sites[index].tracePosition }

  // MARK: Near misses

  /// Sites that would have answered on another port, or under a name that is nearly this one.
  func siteMisses(host: UnsafeBufferPointer<UInt8>) -> NearMisses {
    var misses = NearMisses()
    for site in sites where Router.rank(of: host, among: site.names) >= 0 {
      misses.add(NearMiss(.siteNameMatchesOtherPort, at: site.position))
    }
    for site in sites where site.names.contains(where: { Router.isSimilar(host, $0) }) {
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

  /// Rules that would have matched the whole path but for its case or its final slash: asked where a rule for all below a folder
  /// matched and its folder has no such file. Quick, because every 404.0 asks; looks at 64 rules at the most.
  func nearRules(site: Int, path: UnsafeBufferPointer<UInt8>) -> NearMisses {
    var misses = NearMisses()
    let site = sites[site]
    for index in site.exact.indices.prefix(64) {
      let rule = site.exact[index].path
      if rule.count == path.count, Router.equalIgnoringCase(path, rule) {
        misses.add(NearMiss(.ruleDiffersByCase, at: site.exact[index].position))
      } else if path.count == rule.count + 1, path.last == 0x2F, Router.begins(path, with: rule) {
        misses.add(NearMiss(.ruleDiffersByFinalSlash, at: site.exact[index].position))
      }
    }
    for index in site.subtrees.indices.prefix(64) {
      let rule = site.subtrees[index].path
      guard rule.count > 1, path.count + 1 >= rule.count else { continue }
      let length = min(rule.count, path.count)
      let start = UnsafeBufferPointer(rebasing: path[..<length])
      if Router.equalIgnoringCase(start, rule, count: length) {
        let kind: NearMiss.Kind =
          length < rule.count ? .ruleDiffersByFinalSlash : .ruleDiffersByCase
        if !Router.begins(path, with: rule) {
          misses.add(NearMiss(kind, at: site.subtrees[index].position))
        }
      }
    }
    return misses
  }

  /// Compares the first bytes of two paths, whatever their case.
  private static func equalIgnoringCase(
    _ path: UnsafeBufferPointer<UInt8>, _ rule: [UInt8], count: Int? = nil
  ) -> Bool {
    for index in 0..<(count ?? rule.count)
    where lowercase(path[index]) != lowercase(rule[index]) { return false }
    return true
  }

  /// Rules whose path agrees in part with the target's.
  func ruleMisses(site: Int, path: UnsafeBufferPointer<UInt8>) -> NearMisses {
    var misses = NearMisses()
    let path = Array(path)
    let lower = path.map(Router.lowercase)
    for route in sites[site].exact + sites[site].subtrees {
      let ruleLower = route.path.map(Router.lowercase)
      if route.path == path + [0x2F] || route.path + [0x2F] == path {
        misses.add(NearMiss(.ruleDiffersByFinalSlash, at: route.position))
      } else if ruleLower == lower || (route.isSubtree && lower.starts(with: ruleLower)) {
        misses.add(NearMiss(.ruleDiffersByCase, at: route.position))
      } else if let label = path.dropFirst().split(separator: 0x2F).first,
        route.path.dropFirst().split(separator: 0x2F).first == label
      {
        misses.add(NearMiss(.rulePathPrefix, at: route.position))
      }
    }
    return misses
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
