internal import Config
internal import Facts
internal import Message
internal import Respond

/// One rule, ready to answer: what it needs is opened once a settings snapshot and shared by all loops.
final class RuleRoute: Sendable {
  enum Answer: Sendable {
    case files(FilesRoot)
    case content(FixedContent)
    /// A redirect, a teapot, what is gone: the rule itself says all there is to say.
    case rule
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
  /// The content of a rule that has one, for whoever must not count references.
  let fixedReference: Unmanaged<FixedContent>?
  /// The same of a rule with files.
  let filesReference: Unmanaged<FilesRoot>?
  let extraFields: FieldBlock?
  let extras: RuleExtras?
  /// The same for whoever must not count references; the route keeps them.
  let extraFieldsReference: Unmanaged<FieldBlock>?
  let extrasReference: Unmanaged<RuleExtras>?
  let hasHints: Bool

  // MARK: What the rule says before its resource is looked at
  /// Whether it says anything of that kind.
  let hasProvision: Bool
  private let own: RuleProvision
  private let ownPosition: Position
  private let maintenance: MaintenanceFlag?
  private let isBlocked: Bool
  private let blockedPosition: Position
  /// Nil: blocked for everybody.
  private let blockedFrom: AddressSet?
  /// Nil: the rule gives real answers.
  let rehearsal: RehearsalRoute?
  /// Methods that the rehearsal answers: every one, unless the rule names some. Others it refuses as any rule does.
  private let rehearsed: MethodSet

  // MARK: What stands in for what is not there
  let tombstones: Position?

  init(
    number: UInt32, site: Int32, index: Int32, siteSettings: __shared Site, rule: __shared Rule,
    folders: OpenFolders, clock: WriteClock = .still
  ) throws(ServeError) {
    self.number = number
    self.site = site
    self.rule = index
    position = rule.position
    path = rule.pattern.path
    isSubtree = rule.pattern.isSubtree
    var capable: MethodSet
    var variesByFetch = false
    (own, ownPosition) = RuleRoute.provision(of: rule.resource)
    switch rule.resource {
    case .files(let files):
      capable = .ofFiles
      // A method that the rule names is taken, and refused with 403.3 where it may not write
      let named = (rule.methods?.value ?? []).intersection(.writing)
      capable.formUnion(named.union(files.write?.methods.value ?? []))
      answer = .files(try FilesRoot(files, folders, clock: clock))
      variesByFetch = files.fallback != nil
    case .content(let content):
      capable = MethodSet([.get, .head, .post, .options])
      answer = .content(FixedContent(content))
    case .teapot:
      capable = MethodSet(.brew)
      answer = .rule
    case .redirect, .gone, .nothing, .rehearsal:
      capable = RuleRoute.redirectable
      answer = .rule
    }
    switch answer {
    case .content(let content): (fixedReference, filesReference) = (.passUnretained(content), nil)
    case .files(let root): (fixedReference, filesReference) = (nil, .passUnretained(root))
    case .rule: (fixedReference, filesReference) = (nil, nil)
    }
    if let chosen = rule.methods { capable.formIntersection(chosen.value) }
    methodsPosition = rule.methods?.position ?? .builtIn
    if siteSettings.trace.value { capable.insert(MethodSet(.trace)) }
    methods = capable
    rehearsed = rule.methods?.value ?? MethodSet(Method.allCases)
    let additions = rule.additions
    extraFields = RuleRoute.extraFields(of: rule, additions)
    extras = RuleExtras(rule, variesByFetch: variesByFetch)
    extraFieldsReference = extraFields.map(Unmanaged.passUnretained)
    extrasReference = extras.map(Unmanaged.passUnretained)
    hasHints = !additions.hints.isEmpty
    maintenance = additions.maintenance.map { MaintenanceFlag($0) }
    isBlocked = additions.blocked != nil
    let networks = additions.blocked?.from ?? []
    let blocked = networks.first?.position ?? additions.blocked?.by.position
    blockedPosition = blocked ?? .builtIn
    blockedFrom = networks.isEmpty ? nil : AddressSet(networks)
    if case .rehearsal(let settings) = rule.resource {
      rehearsal = RehearsalRoute(settings, rule.pattern)
    } else {
      rehearsal = nil
    }
    hasProvision = own != .none || maintenance != nil || isBlocked || rehearsal != nil
    tombstones = additions.tombstones.value ? additions.tombstones.position : nil
  }

  /// What the rule adds to successful answers; nil where that is nothing.
  private static func extraFields(of rule: Rule, _ additions: RuleAdditions) -> FieldBlock? {
    if rule.headers.isEmpty, rule.cacheControl == nil, additions.hints.isEmpty { return nil }
    let links = additions.hints.map { (Array("Link".utf8), $0.value) }
    return FieldBlock(
      cacheControl: rule.cacheControl?.value,
      headers: rule.headers.map { ($0.name, $0.value) } + links)
  }

  /// What a redirect, and a rule that has nothing, answer to.
  private static let redirectable = MethodSet(
    Method.allCases.filter { ![.unknown, .connect, .trace].contains($0) })

  private static func provision(of resource: Resource) -> (RuleProvision, Position) {
    switch resource {
    case .files, .content, .nothing: return (.none, .builtIn)
    case .rehearsal(let settings): return (.none, settings.position)
    case .gone(let position): return (.gone, position)
    case .teapot(let position): return (.teapot, position)
    case .redirect(let redirect):
      let provision: RuleProvision =
        switch redirect.status.value {
        case .movedPermanently: .movedPermanently
        case .found: .found
        case .seeOther: .seeOther
        case .temporary: .temporaryRedirect
        case .permanent: .permanentRedirect
        }
      return (provision, redirect.to.position)
    }
  }

  /// What the rule says to this client now: the first that applies, in the order of the graph. A client whose address nobody can tell
  /// (0) may be in any network, and what is blocked for one is blocked for it.
  func provide(_ facts: inout RuleFacts, _ method: Method, client: UInt128, now: UInt64) {
    if let maintenance, maintenance.isClosed(at: now) {
      facts.take(.maintenance, maintenance)
    } else if isBlocked, client == 0 || blockedFrom?.contains(client) ?? true {
      facts.provision = .blocked
      facts.isForEverybody = blockedFrom == nil
      facts.position = blockedPosition
    } else {
      facts.provision = own
      facts.position = ownPosition
      facts.isRehearsed = rehearsal != nil && rehearsed.contains(method)
    }
  }
}

extension RuleFacts {
  mutating func take(_ provision: RuleProvision, _ flag: borrowing MaintenanceFlag) {
    self.provision = provision
    position = flag.position
    retryAfter = flag.retryAfter
    isByFile = !flag.isAlways
  }
}
