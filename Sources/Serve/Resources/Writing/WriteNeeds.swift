internal import Config
internal import Decide
internal import Facts
internal import Glibc
internal import Loop
internal import Message
internal import Respond

// What owners of needs do for requests that write: the look at the target, the content, the change.
extension Worker {
  // MARK: Resource

  /// Methods that files take where they are of this kind, of those that the rule takes.
  static func methods(
    _ route: RuleRoute, _ write: WriteRoot?, _ entry: FileEntry, isRoot: Bool
  ) -> MethodSet {
    var methods = route.methods
    let hasForm = (write?.form ?? -1) >= 0
    switch entry.kind {
    case .file:
      if !hasForm { methods.remove(MethodSet(.post)) }
      if !isJSON(entry) { methods.remove(MethodSet(.patch)) }
    case .collection:
      methods.subtract(MethodSet([.put, .patch]))
      if isRoot { methods.remove(MethodSet(.delete)) }
    case .none, .content, .special: break
    }
    return methods
  }

  /// RFC 6839 section 3.1: a type that ends in `+json` is JSON too.
  private static func isJSON(_ entry: FileEntry) -> Bool {
    guard entry.kind == .file, let type = entry.mediaType?.bytes else { return false }
    return isJSON(type)
  }

  static func isJSON(_ type: UnsafeBufferPointer<UInt8>) -> Bool {
    let essence = type.prefix { $0 != 0x3B && $0 != 0x20 }
    return essence.elementsEqual("application/json".utf8)
      || essence.suffix(5).elementsEqual("+json".utf8)
  }

  /// Fills the facts of a request that writes; `below` is the path below the rule's folder.
  func lookAtTarget(
    _ state: ExchangeState, _ route: RuleRoute, _ root: FilesRoot, _ entry: FileEntry,
    below: UnsafeBufferPointer<UInt8>
  ) {
    let method = state.head.method
    let isRoot = below.count <= 1
    state.facts.resource.methods = Worker.methods(route, root.write, entry, isRoot: isRoot)
    state.facts.write.isTargetJSON = Worker.isJSON(entry)
    state.facts.write.positions.methods = root.write?.settings.methods.position ?? .builtIn
    guard route.methods.contains(method), MethodSet.writing.contains(method) else { return }
    state.facts.write.isAsked = true
    guard let write = root.write, write.settings.methods.value.contains(method) else { return }
    take(write.settings, into: &state.facts, method)
    let plan = WritePlan(
      root: root, write: write, state: state, below: below, entry: entry,
      tombstones: route.tombstones == nil ? nil : shared.tombstones)
    state.write = plan
    state.facts.write.isForm = method == .post && write.form >= 0
    if state.facts.write.isForm, entry.variants != nil {
      // Which variant of a page holds the form is no matter to what is sent by it
      state.facts.resource.kind = .file
      state.facts.resource.systemError = 0
    }
    state.facts.write.isFormReset = write.settings.then.value == nil
    state.facts.write.isTakenThere = state.facts.resource.methods.contains(method)
    state.facts.write.hasParent = plan.parent >= 0
    state.facts.write.isNameForFile = !state.facts.resource.hasFinalSlash
    state.facts.write.isCreated = entry.kind == .none || method == .post
    bindToSchema(state, plan)
    judgeContent(state, write, plan)
    judgeConditions(state, entry)
    noteConflict(state, plan)
  }

  private func take(_ settings: WriteSettings, into facts: inout Facts, _ method: Method) {
    facts.write.isOn = true
    facts.write.isCreationOnly = settings.createOnly.value
    facts.write.isMatchRequired = settings.requireMatch.value && method != .post
    facts.write.isLengthRequired = settings.requireLength.value
    facts.write.positions.methods = settings.methods.position
    facts.write.positions.createOnly = settings.createOnly.position
    facts.write.positions.requireMatch = settings.requireMatch.position
    facts.write.positions.length = settings.requireLength.position
    facts.write.positions.types = settings.types.position
    if let limit = settings.contentBytes {
      facts.content.limit = limit.value
      facts.content.limitPosition = limit.position
      facts.content.limitKey = .writeContent
    }
    // A patch is held in memory, whatever larger contents the rule takes
    if method == .patch { holdInMemory(&facts) }
  }

  func holdInMemory(_ facts: inout Facts) {
    guard facts.content.limit > UInt64(WriteAction.documentBytesMax) else { return }
    facts.content.limit = UInt64(WriteAction.documentBytesMax)
    facts.content.limitPosition = .builtIn
    facts.content.limitKey = .none
  }

  /// Type and coding of the content, as far as its fields tell.
  private func judgeContent(_ state: ExchangeState, _ write: WriteRoot, _ plan: WritePlan) {
    if let slice = state.head.value(of: .contentEncoding) {
      let value = UnsafeBufferPointer(rebasing: state.bytes[slice.range])
      // A list, of which empty elements are ignored (RFC 9110 section 5.6.1.2)
      let codings = value.split(separator: UInt8(ascii: ",")).map { part in
        part.drop { $0 == 0x20 || $0 == 0x09 }.prefix { $0 != 0x20 && $0 != 0x09 }
      }
      state.facts.write.isCodingTaken =
        !state.head.repeated.contains(.contentEncoding)
        && codings.allSatisfy { coding in
          coding.isEmpty
            || Router.equalIgnoringCase(
              UnsafeBufferPointer(rebasing: coding), Array("identity".utf8)[...])
        }
    }
    switch plan.method {
    case .patch: state.facts.write.isTypeTaken = plan.patchFormat != .none
    case .put, .post:
      let types = write.settings.types.value
      state.facts.write.isTypeTaken = types.isEmpty || hasType(state, of: types)
      plan.answer.acceptedTypes = write.acceptedTypes
    default: break
    }
  }

  private func hasType(_ state: ExchangeState, of types: [[UInt8]]) -> Bool {
    guard let slice = state.head.value(of: .contentType) else { return false }
    let bytes = UnsafeBufferPointer(rebasing: state.bytes[slice.range])
    guard let type = MediaType(bytes.span) else { return false }
    let essence = UnsafeBufferPointer(rebasing: bytes[Int(type.type.start)..<Int(type.subtype.end)])
    return types.contains { Router.equalIgnoringCase(essence, $0[...]) }
  }

  /// Preconditions on what is there, or on that nothing is (RFC 9110 section 13.1).
  private func judgeConditions(_ state: ExchangeState, _ entry: FileEntry) {
    let known = state.head.known
    guard !known.isDisjoint(with: Worker.conditional) else { return }
    guard entry.kind != .none else {
      if known.contains(.ifMatch) { state.facts.preconditions.ifMatch = .fails }
      if known.contains(.ifNoneMatch) { state.facts.preconditions.ifNoneMatch = .holds }
      return
    }
    let isFile = entry.kind == .file && entry.representation != nil
    let tag = isFile ? entry.entityTag?.bytes : nil
    let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    state.facts.preconditions = PreconditionFacts(
      state.head, in: state.bytes.span, tag: (tag ?? none).span,
      validators: isFile ? entry.validators : Validators(lastModified: nil, isWeak: false),
      now: loop.wall.seconds)
    state.representation = isFile ? entry.representation : nil
  }

  /// What a 409 that is already certain points at.
  private func noteConflict(_ state: ExchangeState, _ plan: WritePlan) {
    plan.answer.remarkName = "conflict"
    if state.facts.resource.kind == .none {
      plan.answer.remark = plan.parent < 0 ? Array(plan.parentPath) : plan.path
    } else {
      plan.answer.remark = plan.path
    }
  }

  // MARK: Content

  /// Where a request's content goes: into the upload of a request that writes; nowhere otherwise.
  func sink(_ state: ExchangeState) -> any ContentSink {
    if state.isRehearsed, let call = state.rehearsedCall { return call }
    guard let plan = state.write, plan.method != .delete else { return DroppingSink.make() }
    if let upload = plan.upload { return upload }
    let upload = Upload(
      into: plan.method == .patch ? -1 : plan.stagingFolder, staysWhole: plan.schema != nil,
      declared: { if case .length(let length) = state.facts.framing { length } else { nil } }(),
      pool: uploads)
    plan.upload = upload
    return upload
  }

  /// Receives the content into its upload, and has a helper write it whenever a buffer is full.
  func awaitUpload(_ exchange: some Exchange, _ upload: Upload) async {
    while !exchange.isAbandoned, !readContent(exchange) {
      if upload.isFull {
        exchange.holdContent()
        await write(upload)
      } else {
        exchange.receiveContent(into: upload)
        await exchange.contentReady()
      }
      exchange.receiveContent(into: nil)
    }
  }

  private func write(_ upload: Upload) async {
    do {
      try await helpers.run { upload.flush() }
    } catch {
      // No helper takes it: late, and yet right
      upload.flush()
    }
  }

  // MARK: Action

  /// Makes the change on a helper thread, and takes over what came of it.
  func awaitWrite(_ state: ExchangeState, _ plan: WritePlan) async {
    // Without content nobody asked for a place to put it
    if plan.upload == nil, plan.method != .delete { _ = sink(state) }
    let seconds = loop.wall.seconds
    let result: WriteResult
    do {
      result = try await helpers.run { WriteAction.perform(plan, at: seconds) }
    } catch {
      return state.failHandler(error)
    }
    if result.failure != .none {
      state.facts.action.failure = .write
      state.facts.action.systemError = result.systemError
      state.facts.write.failure = result.failure
      state.facts.write.faultOffset = result.faultOffset
      state.facts.write.excess = result.excess
      state.facts.write.excessBytes = result.excessBytes
      state.facts.write.excessBytesMax = result.excessBytesMax
      plan.answer.remark = result.remark
      if let reason = result.reason { plan.message = StableBytes(Array(reason.utf8)) }
      if let violation = result.violation { tell(violation, plan) }
      if result.failure.pointsIntoJSON { plan.answer.remarkName = "pointer" }
      return
    }
    if let trouble = result.trouble { shared.complaints.say(trouble, at: loop.now()) }
    state.facts.write.isCreated = result.isCreated
    plan.answer.entityTag = result.entityTag
    if state.facts.write.isForm {
      plan.answer.location = plan.write.settings.then.value ?? []
      plan.answer.entityTag = []
    } else if !result.memberName.isEmpty {
      plan.answer.location = plan.path + Array(result.memberName.utf8)
      plan.answer.isLocationPath = true
    }
  }
}

extension WriteFailure {
  /// What is told of it is a JSON Pointer.
  var pointsIntoJSON: Bool {
    switch self {
    case .patchMalformed, .patchInapplicable, .patchTestFailed, .schemaBroken: true
    default: false
    }
  }
}
