internal import CSystem
internal import Facts
internal import Glibc
internal import Message
internal import Respond

/// What was found at a path, kept for the next request: the open file, its metadata and validators, or that nothing is there.
///
/// Belongs to one loop. It is stale when its folder's generation has moved on or its time is over.
final class FileEntry {
  @exclusivity(unchecked) var kind: ResourceKind = .none
  @exclusivity(unchecked) var leavesRoot = false
  @exclusivity(unchecked) var isReadable = true
  @exclusivity(unchecked) var hasIndex = false
  @exclusivity(unchecked) var isTypeMapped = true
  @exclusivity(unchecked) var isScript = false
  /// A folder has to be read before it is known what is there (`FileStore.unread`).
  @exclusivity(unchecked) var isUnread = false
  /// The settings by which it was looked up; kept, so that no other object can have its address.
  let root: FilesRoot
  let rootID: ObjectIdentifier
  @exclusivity(unchecked) var systemError: Int32 = 0

  /// The file, or a folder's index file; -1: none.
  @exclusivity(unchecked) private(set) var descriptor: Int32 = -1
  @exclusivity(unchecked) private(set) var length: UInt64 = 0
  @exclusivity(unchecked) private(set) var modified: Int64 = 0
  @exclusivity(unchecked) private(set) var isWeak = false
  @exclusivity(unchecked) private(set) var mediaType: StableBytes?
  @exclusivity(unchecked) private(set) var entityTag: StableBytes?
  @exclusivity(unchecked) private(set) var fields: RepresentationFields?
  /// The whole content of a small file, once it was asked for.
  @exclusivity(unchecked) private(set) var content: StableBytes?

  // MARK: Negotiation
  /// What the fields say of the selection of this file among others.
  @exclusivity(unchecked) private(set) var selection = SelectionFields()
  /// Codings in which the file can be sent; nil: as it is alone.
  @exclusivity(unchecked) var forms: CodedForms?
  /// What the name stands for, where nothing has it itself.
  @exclusivity(unchecked) var variants: VariantSet?
  /// The answer depends on what the request accepts.
  @exclusivity(unchecked) var hasChoices = false

  // MARK: Keeping
  let key: [UInt8]
  let hash: UInt64
  let route: UInt32
  /// Nanoseconds of the loop's clock from which the entry is looked up again; 0: always.
  @exclusivity(unchecked) var validUntil: UInt64 = 0
  @exclusivity(unchecked) var folder: WatchedFolder?
  @exclusivity(unchecked) var generation: UInt32 = 0
  /// Of the root's clock of writes.
  @exclusivity(unchecked) var writeGeneration: UInt32 = 0

  /// Files up to this size are kept in memory whole.
  static let contentBytesMax: UInt64 = 64 << 10

  init(_ root: FilesRoot, key: [UInt8], hash: UInt64, route: UInt32) {
    self.root = root
    rootID = ObjectIdentifier(root)
    self.key = key
    self.hash = hash
    self.route = route
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func isFresh(at now: UInt64) -> Bool {
    now < validUntil && (folder == nil || folder?.generation == generation)
  }

  /// Takes over an open file: its metadata, its validators.
  ///
  /// The tag is weak while the file is younger than two seconds: until then a change could leave time and size as they were. What this
  /// server wrote itself has a strong one at once.
  func take(
    _ descriptor: Int32, _ file: csystem_file, type: StableBytes, isMapped: Bool, now: WallSeconds,
    clock: WriteClock
  ) {
    self.descriptor = descriptor
    length = UInt64(max(file.size, 0))
    modified = file.modified_seconds
    mediaType = type
    isTypeMapped = isMapped
    isWeak =
      now.seconds - max(file.modified_seconds, file.changed_seconds) < 2 && !clock.isOwn(file)
    var tag = ByteBuffer(capacity: 128)
    if isWeak { tag.append("W/") }
    FileTag.append(file, to: &tag)
    entityTag = StableBytes(tag.bytes)
    var date = ByteBuffer(capacity: 64)
    // RFC 9110 section 8.8.2.1: no Last-Modified in the future
    HTTPDate.append(min(max(modified, 0), now.seconds), to: &date)
    modified = min(max(modified, 0), now.seconds)
    if let mediaType, let entityTag {
      fields = RepresentationFields(
        mediaType: mediaType.bytes, entityTag: entityTag.bytes, lastModified: date.bytes,
        takesRanges: true, variesByAccept: false)
    }
  }

  /// Last-Modified's value.
  var dateText: ByteBuffer {
    var date = ByteBuffer(capacity: 64)
    HTTPDate.append(modified, to: &date)
    return date
  }

  /// Writes the fields anew, with what they say of the selection.
  func describe(_ selection: SelectionFields) {
    guard let mediaType, let entityTag else { return }
    self.selection = selection
    fields = RepresentationFields(
      mediaType: mediaType.bytes, entityTag: entityTag.bytes, lastModified: dateText.bytes,
      takesRanges: true, selection: selection)
  }

  var representation: Representation? {
    guard let mediaType, let entityTag, let fields else { return nil }
    let source: Representation.Source =
      if let content { .memory(content.bytes) } else { .file(descriptor: descriptor) }
    return Representation(
      fields: fields, mediaType: mediaType.bytes, entityTag: entityTag.bytes, length: length,
      takesRanges: true, source: source)
  }

  var validators: Validators { Validators(lastModified: modified, isWeak: isWeak) }

  /// Reads a small file into memory. Nil where that went well or the file is not small.
  func loadContent() -> (failure: ActionFailure, systemError: Int32, available: UInt64)? {
    guard content == nil, length <= FileEntry.contentBytesMax, descriptor >= 0 else { return nil }
    var read = 0
    var code: Int32 = 0
    let loaded = StableBytes(count: Int(length)) { target in
      while read < target.count {
        let got = pread(
          descriptor, target.baseAddress.map { $0 + read }, target.count - read, off_t(read))
        if got < 0, errno == EINTR { continue }
        if got < 0 { code = errno }
        if got <= 0 { break }
        read += got
      }
    }
    if code != 0 { return (.open, code, UInt64(read)) }
    if UInt64(read) < length { return (.contentEndedEarly, 0, UInt64(read)) }
    content = loaded
    return nil
  }
}

/// The time of day in whole seconds since 1970.
struct WallSeconds: Sendable {
  var seconds: Int64
}

/// A folder whose changes are watched. Its generation counts them.
final class WatchedFolder {
  @exclusivity(unchecked) var generation: UInt32 = 0
  @exclusivity(unchecked) var isWatched = true
}
