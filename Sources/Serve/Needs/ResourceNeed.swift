internal import Config
internal import Facts
internal import Loop
internal import Message
internal import Respond

/// Owner of the resource: what stands at the target, and how the request's conditions and ranges stand to it.
///
/// Opening a file is quick enough to be done on the loop's thread; what was opened is kept. Reading a large folder is not.
extension Worker {
  /// True where the facts are there; false where a folder has to be read first (`FileStore.unread`).
  func meetResource(_ state: ExchangeState) -> Bool {
    let isMet = state.routeReference?._withUnsafeGuaranteedRef { meetResource(state, $0) } ?? true
    if isMet { state.facts.met.insert(.resource) }
    return isMet
  }

  private func meetResource(_ state: ExchangeState, _ route: RuleRoute) -> Bool {
    state.facts.resource.methods = route.methods
    state.facts.resource.positions.methods = route.methodsPosition
    if let fixed = route.fixedReference {
      state.facts.resource.kind = .content
      let representation = fixed._withUnsafeGuaranteedRef {
        $0.isCoded ? $0.representation(for: codings(of: state)) : $0.representation
      }
      state.representation = representation
      state.facts.resource.length = representation.length
      state.facts.resource.takesRanges = true
      judge(state, Validators(lastModified: nil, isWeak: false))
    } else if route.rehearsal != nil {
      // Something is there, and does not take this method
      state.facts.resource.kind = .content
    } else if let files = route.filesReference {
      return files._withUnsafeGuaranteedRef { root in
        if !root.hasFolderFile { return lookUp(state, route, root) }
        return govern(state, route, root).map { lookUp(state, route, $0) } ?? true
      }
    }
    return true
  }

  /// False where a folder has to be read first.
  private func lookUp(_ state: ExchangeState, _ route: RuleRoute, _ root: FilesRoot) -> Bool {
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
    if state.facts.resource.hiding != .none, state.facts.resource.hiddenPolicy != .serve {
      return true
    }

    var entry = files.entry(
      root, route: route.number, path: below, now: loop.coarseNow,
      wall: WallSeconds(seconds: loop.wall.seconds))
    if entry.isUnread { return false }
    // Variants stand at the path: nothing answers in their place
    if entry.kind == .none, !entry.hasChoices, root.hasStandIns || route.tombstones != nil {
      entry = standIn(for: entry, below, state, route, root)
      if files.unread != nil { return false }
    }
    look(at: entry, state, route, root, below)
    return true
  }

  @inline(__always)
  private func look(
    at entry: FileEntry, _ state: ExchangeState, _ route: RuleRoute, _ root: FilesRoot,
    _ below: UnsafeBufferPointer<UInt8>
  ) {
    state.file = entry
    state.facts.resource.kind = entry.kind
    state.facts.resource.leavesRoot = entry.leavesRoot
    state.facts.resource.isReadable = entry.isReadable
    state.facts.resource.hasIndex = entry.hasIndex
    state.facts.resource.isTypeMapped = entry.isTypeMapped
    state.facts.resource.systemError = entry.systemError
    state.facts.resource.length = entry.length
    // Whoever writes means the file of this very name, whatever else could be chosen
    if !state.facts.isMethodRetrieval, !route.methods.isDisjoint(with: .writing) {
      lookAtTarget(state, route, root, entry, below: below)
      if state.facts.write.isAsked { return }
    }
    if entry.isScript { noteScript(state, root.settings) }
    if entry.hasChoices {
      choose(state, root.settings.negotiation, entry)
      return
    }
    guard let representation = entry.representation else {
      // The list of a folder is there, though it is made when it is asked for and has no validators
      if entry.kind == .collection {
        judgeConditions(state, tag: UnsafeBufferPointer(start: nil, count: 0), Validators.none)
      }
      return
    }
    state.facts.resource.takesRanges = true
    state.representation = representation
    judge(state, entry.validators)
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
    judgeConditions(state, tag: representation.entityTag, validators)
    let bytes = state.bytes.span
    let tag = representation.entityTag.span
    let now = loop.wall.seconds
    // RFC 9110 section 14.2: Range is defined for GET alone
    guard known.contains(.range), state.head.method == .get, representation.takesRanges else {
      return
    }
    let limit = state.snapshot.settings.limits.ranges
    let facts = state.takeRanges { ranges in
      RangeFacts.evaluate(
        state.head, in: bytes, tag: tag, length: representation.length, validators: validators,
        countMax: limit.value, now: now, into: &ranges)
    }
    guard let facts else { return }
    state.facts.range = facts
    state.facts.range.limitPosition = limit.position
  }
}

extension Worker {
  /// Judges the preconditions alone. An empty tag stands for none.
  private func judgeConditions(
    _ state: ExchangeState, tag: UnsafeBufferPointer<UInt8>, _ validators: Validators
  ) {
    guard !state.head.known.isDisjoint(with: Worker.conditional) else { return }
    switch state.head.method {
    case .options, .trace, .connect: return
    default: break
    }
    state.facts.preconditions = PreconditionFacts(
      state.head, in: state.bytes.span, tag: tag.span, validators: validators,
      now: loop.wall.seconds)
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
