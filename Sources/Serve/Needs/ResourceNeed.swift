internal import Config
internal import Facts
internal import Loop
internal import Message
internal import Respond

/// Owner of the resource: what stands at the target, and how the request's conditions and ranges stand to it.
///
/// Opening a file is quick enough to be done on the loop's thread; what was opened is kept.
extension Worker {
  func meetResource(_ state: ExchangeState) {
    defer { state.facts.met.insert(.resource) }
    state.routeReference?._withUnsafeGuaranteedRef { meetResource(state, $0) }
  }

  private func meetResource(_ state: ExchangeState, _ route: RuleRoute) {
    state.facts.resource.methods = route.methods
    state.facts.resource.positions.methods = route.methodsPosition
    switch route.answer {
    case .content(let content):
      state.facts.resource.kind = .content
      let representation = content.representation
      state.representation = representation
      state.facts.resource.length = representation.length
      state.facts.resource.takesRanges = true
      judge(state, Validators(lastModified: nil, isWeak: false))
    case .files(let root):
      if !root.hasFolderFile {
        lookUp(state, route, root)
      } else if let governed = govern(state, route, root) {
        lookUp(state, route, governed)
      }
    case .rule: break
    }
  }

  private func lookUp(_ state: ExchangeState, _ route: RuleRoute, _ root: FilesRoot) {
    let settings = root.settings
    state.facts.resource.takePositions(settings)
    state.facts.resource.hiddenPolicy = settings.hidden.value
    state.facts.resource.isReadingAllowed = settings.read.value
    state.facts.resource.isListingAllowed = settings.browse.value
    state.facts.resource.isTypeMapRequired = settings.mappedTypesOnly.value
    let path = state.path
    // The rule's own path stays outside: below it, the folder begins. Its final slash is the path's first.
    let below = UnsafeBufferPointer(
      rebasing: path[(route.isSubtree ? route.path.count - 1 : 0)...])
    state.facts.resource.hiding = Worker.hiding(below)
    if root.write != nil, Worker.isStaging(below) { state.facts.resource.hiddenPolicy = .hide }
    state.facts.resource.hasFinalSlash = path.last == UInt8(ascii: "/")
    if state.facts.resource.hiding != .none, state.facts.resource.hiddenPolicy != .serve { return }

    var entry = files.entry(
      root, route: route.number, path: below, now: loop.coarseNow,
      wall: WallSeconds(seconds: loop.wall.seconds))
    // What stands in for a page is not what a change is about
    if entry.kind == .none, root.hasStandIns || route.tombstones != nil,
      state.head.method == .post || !Worker.isChange(state, route)
    {
      entry = standIn(for: entry, below, state, route, root)
    }
    state.file = entry
    state.facts.resource.kind = entry.kind
    state.facts.resource.leavesRoot = entry.leavesRoot
    state.facts.resource.isReadable = entry.isReadable
    state.facts.resource.hasIndex = entry.hasIndex
    state.facts.resource.isTypeMapped = entry.isTypeMapped
    state.facts.resource.systemError = entry.systemError
    state.facts.resource.length = entry.length
    // Nor is one of its forms: what is changed is the file of this very name
    if entry.hasChoices, !Worker.isChange(state, route) {
      let takesMethod = route.methods.contains(state.head.method)
      choose(state, settings.negotiation, entry, takesMethod: takesMethod)
      return
    }
    if !state.facts.isMethodRetrieval, !route.methods.isDisjoint(with: .writing) {
      lookAtTarget(state, route, root, entry, below: below)
      if state.facts.write.isAsked { return }
    }
    if entry.isScript { noteScript(state, settings) }
    guard let representation = entry.representation else { return }
    state.facts.resource.takesRanges = true
    state.representation = representation
    judge(state, entry.validators)
  }

  /// The method would change something, and the rule takes it.
  private static func isChange(_ state: ExchangeState, _ route: RuleRoute) -> Bool {
    let method = state.head.method
    return MethodSet.writing.contains(method) && route.methods.contains(method)
  }

  /// A name that starts with a dot hides the path; `.well-known` does not (RFC 8615).
  static func hiding(_ path: UnsafeBufferPointer<UInt8>) -> Hiding {
    var index = 0
    while index + 1 < path.count {
      if path[index] == UInt8(ascii: "/"), path[index + 1] == UInt8(ascii: ".") {
        let rest = path[(index + 1)...]
        let name = rest.prefix { $0 != UInt8(ascii: "/") }
        if !name.elementsEqual(".well-known".utf8) {
          return name.endIndex < path.endIndex ? .segment : .file
        }
      }
      index += 1
    }
    return .none
  }

  /// The folder of unfinished files, and what is in it.
  private static func isStaging(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
    let name = WriteRoot.stagingName.utf8
    guard path.first == UInt8(ascii: "/"), path.dropFirst().starts(with: name) else { return false }
    return path.count == name.count + 1 || path[name.count + 1] == UInt8(ascii: "/")
  }

  /// Computed, because asking for a stored one costs a call.
  static var conditional: FieldSet {
    @inline(__always) get {
      FieldSet(.ifMatch).union(FieldSet(.ifNoneMatch)).union(FieldSet(.ifModifiedSince))
        .union(FieldSet(.ifUnmodifiedSince))
    }
  }

  /// Judges preconditions and ranges, where the request has any and its method selects a representation
  /// (RFC 9110 section 13.2.1).
  func judge(_ state: ExchangeState, _ validators: Validators) {
    let known = state.head.known
    guard !known.isDisjoint(with: Worker.conditional) || known.contains(.range),
      let representation = state.representation
    else { return }
    switch state.head.method {
    case .options, .trace, .connect: return
    default: break
    }
    let bytes = state.bytes.span
    let tag = representation.entityTag.span
    let now = loop.wall.seconds
    if !known.isDisjoint(with: Worker.conditional) {
      state.facts.preconditions = PreconditionFacts(
        state.head, in: bytes, tag: tag, validators: validators, now: now)
    }
    // RFC 9110 section 14.2: Range is defined for GET alone
    guard known.contains(.range), state.head.method == .get, representation.takesRanges else {
      return
    }
    let limit = state.snapshot.settings.limits.ranges
    guard
      let (facts, ranges) = RangeFacts.evaluate(
        state.head, in: bytes, tag: tag, length: representation.length, validators: validators,
        countMax: limit.value, now: now)
    else { return }
    state.facts.range = facts
    state.facts.range.limitPosition = limit.position
    state.take(ranges)
  }
}

extension Facts {
  fileprivate var isMethodRetrieval: Bool { method == .get || method == .head }
}

extension ResourceFacts {
  mutating func takePositions(_ settings: FilesSettings) {
    positions.root = settings.root.position
    positions.index = settings.index.position
    positions.browse = settings.browse.position
    positions.hidden = settings.hidden.position
    positions.links = settings.links.position
    positions.mappedTypes = settings.mappedTypesOnly.position
    positions.read = settings.read.position
  }
}
