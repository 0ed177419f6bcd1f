internal import CSystem
internal import Config
internal import Documents
internal import Facts
internal import Glibc
internal import Message

/// What became of a change.
struct WriteResult: Sendable {
  var failure: WriteFailure = .none
  var systemError: Int32 = 0
  var isCreated = false
  /// Tag of what stands there now, as it is sent; empty where nothing does.
  var entityTag: [UInt8] = []
  /// Name of a new member.
  var memberName = ""
  /// What the answer points at: a JSON Pointer, or a path that is in conflict.
  var remark: [UInt8] = []
  var faultOffset: UInt64 = 0
  /// What is wrong with JSON that is more than its grammar, or what of a change is too much.
  var reason: String?
  var excess: WriteExcess = .none
  var excessBytes: UInt64 = 0
  var excessBytesMax: UInt64 = 0
  /// How the document breaks the rule's schema.
  var violation: SchemaViolation?
  /// What went wrong beside the change, which was made all the same.
  var trouble: String?

  init() {}

  init(_ failure: WriteFailure, remark: [UInt8] = []) {
    self.failure = failure
    self.remark = remark
  }

  /// What an errno means for a change.
  init(_ error: WriteError) {
    systemError = error.code
    switch error.code {
    // What the file system takes for no name is refused by the disk, too
    case EACCES, EPERM, EROFS, ETXTBSY, EBUSY, ENAMETOOLONG, EINVAL, ELOOP: failure = .refused
    case ENOSPC, EDQUOT, EFBIG: failure = .storageFull
    case ENOENT, ENOTDIR: failure = .parentMissing
    case EEXIST, EISDIR: failure = .nameTaken
    case ENOTEMPTY: failure = .collectionNotEmpty
    default: failure = .failed
    }
  }
}

/// Makes a change, on a helper thread: everything up to the step that makes it visible can fail without a trace, and that step is one
/// system call.
enum WriteAction {
  /// Largest document that is patched, in bytes.
  static let documentBytesMax = 16 << 20

  /// `seconds` is the time of day.
  static func perform(_ plan: WritePlan, at seconds: Int64) -> WriteResult {
    var result: WriteResult
    do throws(WriteError) {
      switch plan.method {
      case .delete: result = try delete(plan)
      case .post: result = try makeMember(plan, seconds)
      case .patch: result = try patch(plan, seconds)
      default: result = try put(plan, seconds)
      }
    } catch {
      result = WriteResult(error)
    }
    switch result.failure {
    case .parentMissing: result.remark = Array(plan.parentPath)
    case .nameTaken, .collectionNotEmpty: result.remark = plan.path
    default: break
    }
    plan.upload = nil
    return result
  }

  // MARK: Methods

  private static func put(_ plan: WritePlan, _ seconds: Int64) throws(WriteError) -> WriteResult {
    guard let upload = plan.upload else { throw WriteError(EIO) }
    if let refusal = judge(upload, plan) { return refusal }
    let file = try upload.finish(durable: plan.write.settings.durable.value)
    return try replace(plan, with: file, seconds)
  }

  /// Puts a finished file in the place of the target, or where nothing stands.
  private static func replace(
    _ plan: WritePlan, with file: StagedFile, _ seconds: Int64
  ) throws(WriteError) -> WriteResult {
    let isDurable = plan.write.settings.durable.value
    let folder = try status(of: plan.parent)
    let outcome = NameLock.with(folder, plan.name) { () -> Result<WriteResult, WriteError> in
      do throws(WriteError) {
        return .success(try swap(plan, file, seconds))
      } catch {
        return .failure(error)
      }
    }
    plan.clock.tick()
    let result = try outcome.get()
    if isDurable, result.failure == .none { try sync(plan.parent) }
    return result
  }

  /// Under the name's lock: looks once more at what stands there, and takes its place.
  private static func swap(
    _ plan: WritePlan, _ file: StagedFile, _ seconds: Int64
  ) throws(WriteError) -> WriteResult {
    let found = try look(plan)
    guard plan.holds(found?.tag) else { return WriteResult(.changedMeanwhile) }
    if let found {
      if found.file.mode & S_IFMT == S_IFDIR { throw WriteError(EISDIR) }
      if plan.write.settings.createOnly.value, plan.method == .put {
        return WriteResult(.nameTaken)
      }
      // Who replaces a file keeps who may read it; a link says nothing of that
      let mode = found.file.mode & 0o777
      if mode != 0o644, found.file.mode & S_IFMT == S_IFREG { fchmod(file.descriptor, mode) }
    }
    let isCreation = plan.write.settings.createOnly.value
    let isNew = found == nil && (plan.condition != .none || isCreation)
    do throws(WriteError) {
      try file.place(in: plan.parent, as: plan.name, isNew: isNew)
    } catch {
      // Another program was faster than the system call
      if error.code == EEXIST, !isCreation { return WriteResult(.changedMeanwhile) }
      throw error
    }
    var result = WriteResult()
    // A file goes before its tombstone: one that could not be raised says nothing while this stands here, but would if it were taken
    // away by other means
    do { try plan.tombstones?.raise(site: plan.siteLabel, path: plan.path) } catch {
      let path = String(decoding: plan.path.prefix(200), as: UTF8.self)
      result.trouble =
        "the tombstone of \(path) stays, although a file stands there again: \(error)"
    }
    result.isCreated = found?.tag.isEmpty ?? true
    result.entityTag = try tag(of: file, plan, seconds)
    return result
  }

  private static func tag(
    of file: StagedFile, _ plan: WritePlan, _ seconds: Int64
  ) throws(WriteError) -> [UInt8] {
    // Taking its place has changed the file's times
    let status = try status(of: file.descriptor)
    plan.clock.note(status, at: seconds)
    return FileTag.opaque(status)
  }

  private static func makeMember(
    _ plan: WritePlan, _ seconds: Int64
  ) throws(WriteError) -> WriteResult {
    guard let upload = plan.upload else { throw WriteError(EIO) }
    if let refusal = judge(upload, plan) { return refusal }
    let isDurable = plan.write.settings.durable.value
    let file = try upload.finish(durable: isDurable)
    for attempt in 0... {
      let name = attempt == 0 ? plan.memberName : MemberName.make(plan.memberExtension)
      do throws(WriteError) {
        try file.place(
          in: plan.targetFolder, as: Array(name.utf8CString), isNew: true)
      } catch {
        // Nobody guesses a name; three in a row are no accident
        if error.code == EEXIST, attempt < 3 { continue }
        throw error
      }
      plan.clock.tick()
      var result = WriteResult()
      result.isCreated = true
      result.memberName = name
      result.entityTag = try tag(of: file, plan, seconds)
      if isDurable { try sync(plan.targetFolder) }
      return result
    }
    throw WriteError(EEXIST)
  }

  private static func delete(_ plan: WritePlan) throws(WriteError) -> WriteResult {
    let folder = try status(of: plan.parent)
    let outcome = NameLock.with(folder, plan.name) { () -> Result<WriteResult, WriteError> in
      do throws(WriteError) {
        let found = try look(plan)
        guard plan.holds(found?.tag) else { return .success(WriteResult(.changedMeanwhile)) }
        // Gone already is what was asked for
        guard let found else { return .success(WriteResult()) }
        // A tombstone that comes too early says nothing as long as the file is there
        if let tombstones = plan.tombstones {
          do { try tombstones.bury(site: plan.siteLabel, path: plan.path) } catch {
            throw WriteError(EIO)
          }
        }
        let flags = found.file.mode & S_IFMT == S_IFDIR ? Int32(AT_REMOVEDIR) : 0
        if unlinkat(plan.parent, plan.name, flags) < 0 {
          throw WriteError(errno == EEXIST ? ENOTEMPTY : errno)
        }
        return .success(WriteResult())
      } catch {
        return .failure(error)
      }
    }
    plan.clock.tick()
    let result = try outcome.get()
    if plan.write.settings.durable.value, result.failure == .none { try sync(plan.parent) }
    return result
  }

  // MARK: PATCH

  private static func patch(_ plan: WritePlan, _ seconds: Int64) throws(WriteError) -> WriteResult {
    guard let upload = plan.upload else { throw WriteError(EIO) }
    let format: PatchFormat = plan.patchFormat == .operations ? .operations : .merge
    // Two patches that came at once are both done: the second to what the first has made, unless it had a condition
    for _ in 0..<16 {
      let (document, seen, size) = try read(plan)
      guard let document else { return WriteResult(documentOf: size) }
      guard plan.holds(seen) else { return WriteResult(.changedMeanwhile) }
      let text: [UInt8]
      do throws(PatchFault) {
        text = try Patch.apply(
          upload.content, as: format, to: document, bytesMax: documentBytesMax,
          copiedBytesMax: plan.copiedBytesMax)
      } catch {
        return WriteResult(error, copiedBytesMax: plan.copiedBytesMax)
      }
      if let refusal = judge(text, plan) { return refusal }
      if let result = try exchange(plan, text, seen: seen, seconds) { return result }
    }
    return WriteResult(.changedMeanwhile)
  }

  /// Writes the patched document; nil where another change came first.
  private static func exchange(
    _ plan: WritePlan, _ text: [UInt8], seen: [UInt8], _ seconds: Int64
  ) throws(WriteError) -> WriteResult? {
    let file = try StagedFile(in: plan.stagingFolder)
    let failure = text.withUnsafeBytes { bytes -> WriteError? in
      do throws(WriteError) {
        try file.write(bytes)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw failure }
    let isDurable = plan.write.settings.durable.value
    if isDurable { try file.sync() }
    let folder = try status(of: plan.parent)
    let outcome = NameLock.with(folder, plan.name) { () -> Result<WriteResult?, WriteError> in
      do throws(WriteError) {
        guard try look(plan)?.tag == seen else { return .success(nil) }
        return .success(try swap(plan, file, seconds))
      } catch {
        return .failure(error)
      }
    }
    plan.clock.tick()
    let result = try outcome.get()
    if isDurable, result?.failure == WriteFailure.none { try sync(plan.parent) }
    return result
  }

  /// The document as it stands there, its tag and its size; nil where it is too large to be patched.
  private static func read(_ plan: WritePlan) throws(WriteError) -> ([UInt8]?, [UInt8], Int64) {
    let descriptor = try open(plan)
    defer { close(descriptor) }
    let status = try status(of: descriptor)
    guard status.mode & S_IFMT == S_IFREG else { throw WriteError(EISDIR) }
    guard status.size <= Int64(documentBytesMax) else { return (nil, [], status.size) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.size))
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { room.deallocate() }
    while bytes.count <= documentBytesMax {
      let count = Glibc.read(descriptor, room.baseAddress, room.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw WriteError(errno) }
      if count == 0 { return (bytes, FileTag.opaque(status), status.size) }
      bytes += room[..<count]
    }
    return (nil, [], Int64(bytes.count))
  }

  // MARK: Looking

  private struct Found {
    var file: csystem_file
    var tag: [UInt8]
  }

  /// What stands at the target now; nil: nothing.
  private static func look(_ plan: WritePlan) throws(WriteError) -> Found? {
    var file = csystem_file()
    let code = csystem_stat_path(plan.parent, plan.name, AT_SYMLINK_NOFOLLOW, &file)
    if code == -ENOENT { return nil }
    if code < 0 { throw WriteError(-code) }
    var tag = FileTag.opaque(file)
    if file.mode & S_IFMT == S_IFLNK {
      // What was judged is what the link leads to; what is replaced is the link
      let descriptor: Int32
      do throws(WriteError) { descriptor = try open(plan) } catch {
        // It leads to nothing: that is what was judged
        if error.code == ENOENT { return Found(file: file, tag: []) }
        throw error
      }
      defer { close(descriptor) }
      tag = FileTag.opaque(try status(of: descriptor))
    }
    return Found(file: file, tag: tag)
  }

  /// Opens the target for reading, as it would be for an answer.
  private static func open(_ plan: WritePlan) throws(WriteError) -> Int32 {
    let follows = plan.root.settings.links.value == .within
    var resolve = UInt64(CSYSTEM_RESOLVE_BENEATH | CSYSTEM_RESOLVE_NO_MAGIC_LINKS)
    if !follows { resolve |= UInt64(CSYSTEM_RESOLVE_NO_LINKS) }
    var descriptor = csystem_open(
      plan.parent, plan.name, UInt32(O_RDONLY | O_NONBLOCK | O_NOCTTY), 0, resolve)
    if descriptor == -EXDEV, follows {
      // A link that leaves its folder may still stay in the root
      let below = FileStore.relative(plan.below[...])
      descriptor = plan.root.open(below, followingLinks: true)
    }
    if descriptor < 0 { throw WriteError(-descriptor) }
    return descriptor
  }

  private static func status(of descriptor: Int32) throws(WriteError) -> csystem_file {
    var status = csystem_file()
    let code = csystem_stat_descriptor(descriptor, &status)
    if code < 0 { throw WriteError(descriptor < 0 ? ENOENT : -code) }
    return status
  }

  private static func sync(_ folder: Int32) throws(WriteError) {
    if fsync(folder) < 0 { throw WriteError(errno) }
  }
}

extension WriteResult {
  /// What stands there has too many bytes to be patched.
  init(documentOf size: Int64) {
    self.init(.patchInapplicable)
    excess = .document
    excessBytes = UInt64(max(size, 0))
    excessBytesMax = UInt64(WriteAction.documentBytesMax)
    reason =
      "the document has \(size) bytes, and at most \(WriteAction.documentBytesMax) are patched"
  }

  /// A patch goes beyond a bound.
  private init(_ bound: PatchBound, _ copiedBytesMax: Int) {
    self.init(.patchInapplicable)
    excess = .patch
    let most = WriteAction.documentBytesMax
    switch bound {
    case .text: reason = "the result would have more than \(most) bytes"
    case .depth: reason = "the result would be nested deeper than \(Patch.depthMax) levels"
    case .work: reason = "its operations copy and move more in memory than one patch may"
    case .memory: reason = "there is no memory for the result"
    case .copies(let count) where copiedBytesMax < most:
      excess = .copies
      excessBytes = UInt64(max(count, 0))
      excessBytesMax = UInt64(max(copiedBytesMax, 0))
      reason = "its operations copy more than \(copiedBytesMax) bytes, which count as content"
    case .copies: reason = "its operations copy more than \(most) bytes"
    }
  }

  /// A JSON Pointer as far as a record has room for it.
  private static func shown(_ pointer: [UInt8]) -> String {
    if pointer.isEmpty { return "the whole" }
    let most = 120
    let text = String(decoding: pointer.prefix(most), as: UTF8.self)
    return pointer.count > most ? text + "..." : text
  }

  init(_ fault: PatchFault, copiedBytesMax: Int = .max) {
    switch fault {
    case .malformed(let offset, let problem):
      self.init(.jsonMalformed)
      faultOffset = UInt64(offset)
      reason =
        switch problem {
        case .syntax: nil
        case .nameTwice: "a name stands twice in an object, and may stand once only"
        case .tooDeep:
          "it is nested deeper than \(JSONProblem.depthMax) levels, and no more are read"
        }
    case .notPatch(let pointer):
      self.init(.patchMalformed, remark: pointer)
      reason =
        pointer.isEmpty
        ? "a JSON Patch is an array of operations"
        : "\(Self.shown(pointer)) of the patch is missing, or is not what an operation has there"
    case .documentMalformed: self.init(.documentNotJSON)
    case .inapplicable(let pointer):
      self.init(.patchInapplicable, remark: pointer)
      reason = "an operation cannot be done to this document at \(Self.shown(pointer))"
    case .testFailed(let pointer):
      self.init(.patchTestFailed, remark: pointer)
      reason = "a test found another value at \(Self.shown(pointer))"
    case .tooLarge(let bound): self.init(bound, copiedBytesMax)
    }
  }
}
