internal import CSystem
internal import Config
internal import Documents
internal import Facts
internal import Glibc
internal import Message
internal import Respond

/// One request that writes, from the look at its target to the change: what was found, and what is to be done.
///
/// It belongs to its loop; while a helper makes the change, to that helper.
final class WritePlan: @unchecked Sendable {
  let root: FilesRoot
  let write: WriteRoot
  let clock: WriteClock
  let method: Method
  /// Folder in which the target has its name; -1: there is none.
  let parent: Int32
  let name: [CChar]
  let kind: ResourceKind
  /// Tag of what was found, without the mark of weakness; empty where there was no file.
  let seenTag: [UInt8]
  /// What has to hold still when the change is made.
  let condition: Condition
  let patchFormat: PatchFormatChoice
  /// Index of the site, for what is kept by site.
  let site: Int32
  /// The target's path as it was asked for, decoded, and its part below the rule's folder.
  let path: [UInt8]
  let below: [UInt8]
  /// Name of a new member: the request's id, so that its record can be found, and an extension.
  let memberName: String
  let memberExtension: String
  /// Where what is deleted leaves a tombstone, and under which name of its site; nil where the rule keeps none.
  let tombstones: TombstoneStore?
  let siteLabel: [UInt8]
  var upload: Upload?
  /// What the document has to keep that the change would leave; nil where it need keep nothing, or is no JSON.
  var schema: JSONSchema?
  /// The most that a patch may copy, in bytes of text.
  var copiedBytesMax = 0
  /// What is wrong with the content, for the record.
  var message: StableBytes?
  /// What the answer tells beside its status.
  let answer = ChangeAnswer()

  enum Condition: Sendable {
    case none
    /// Something is there.
    case present
    /// The target is what was judged, or still nothing.
    case unchanged
  }

  /// Whether the condition holds for what is there now: its tag, or nil for nothing.
  func holds(_ tag: [UInt8]?) -> Bool {
    switch condition {
    case .none: true
    case .present: tag != nil
    // A folder has no tag: it is what it was as long as it is there
    case .unchanged: kind == .collection ? tag != nil : (tag ?? []) == seenTag
    }
  }

  init(
    root: FilesRoot, write: WriteRoot, state: ExchangeState, below: UnsafeBufferPointer<UInt8>,
    entry: FileEntry, tombstones: TombstoneStore?
  ) {
    self.tombstones = tombstones
    siteLabel =
      tombstones == nil
      ? [] : state.snapshot.router.label(ofSite: Int(state.facts.route.site))
    self.root = root
    self.write = write
    clock = root.clock
    method = state.head.method
    kind = entry.kind
    site = state.facts.route.site
    path = Array(state.path)
    self.below = Array(below)
    let known = state.head.known
    if known.isDisjoint(with: FieldSet(.ifMatch, .ifNoneMatch, .ifUnmodifiedSince)) {
      // Where changes need a condition, what came to stand here meanwhile is not overwritten without one
      let isNew = write.settings.requireMatch.value && entry.kind == .none
      condition = isNew ? .unchanged : .none
    } else {
      condition = WritePlan.asksForAny(state) ? .present : .unchanged
    }
    seenTag = entry.kind == .file ? WritePlan.opaque(entry.entityTag?.bytes) : []
    patchFormat = PatchFormatChoice(state)
    memberExtension = MemberName.fileExtension(ofType: state)
    memberName = String(decoding: state.idBytes, as: UTF8.self) + memberExtension
    (parent, name) = WritePlan.place(of: below, root, isMember: state.head.method == .post)
  }

  deinit { if parent >= 0 { close(parent) } }

  /// The folder that a path's last name stands in, kept below the root by the kernel, and that name.
  ///
  /// `isMember`: the path is that of the folder itself, in which something new is made.
  private static func place(
    of path: UnsafeBufferPointer<UInt8>, _ root: FilesRoot, isMember: Bool
  ) -> (Int32, [CChar]) {
    var trimmed = path[...]
    while trimmed.last == 0x2F { trimmed = trimmed.dropLast() }
    var name: [CChar] = [0]
    if !isMember {
      guard let slash = trimmed.lastIndex(of: 0x2F) else { return (-1, name) }
      name = trimmed[(slash + 1)...].map { CChar(bitPattern: $0) } + [0]
      trimmed = trimmed[..<slash]
    }
    let folder = FileStore.relative(Array(trimmed)[...])
    var descriptor = root.open(folder, followingLinks: false)
    if descriptor == -ELOOP, root.settings.links.value == .within {
      descriptor = root.open(folder, followingLinks: true)
    }
    var status = csystem_file()
    guard descriptor >= 0 else { return (-1, name) }
    guard csystem_stat_descriptor(descriptor, &status) == 0, status.mode & S_IFMT == S_IFDIR else {
      close(descriptor)
      return (-1, name)
    }
    return (descriptor, name)
  }

  /// `If-Match: *` and no other condition: anything that is there will do.
  private static func asksForAny(_ state: ExchangeState) -> Bool {
    guard state.head.known.isDisjoint(with: FieldSet(.ifNoneMatch, .ifUnmodifiedSince)),
      let slice = state.head.value(of: .ifMatch)
    else { return false }
    return UnsafeBufferPointer(rebasing: state.bytes[slice.range]).elementsEqual("*".utf8)
  }

  /// A tag without `W/`.
  private static func opaque(_ tag: UnsafeBufferPointer<UInt8>?) -> [UInt8] {
    guard let tag else { return [] }
    return Array(tag.starts(with: "W/".utf8) ? tag.dropFirst(2) : tag[...])
  }

  /// The path of the folder that the target stands in.
  var parentPath: ArraySlice<UInt8> {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.last == 0x2F { trimmed = trimmed.dropLast() }
    let slash = trimmed.lastIndex(of: 0x2F) ?? trimmed.startIndex
    return trimmed[...slash]
  }

  /// Folder for what is not finished, on the file system where it will stand.
  var stagingFolder: Int32 {
    var status = csystem_file()
    let target = targetFolder
    guard write.staging >= 0, csystem_stat_descriptor(target, &status) == 0,
      status.device == write.stagingDevice
    else { return target }
    return write.staging
  }

  /// Folder that gets a new file: the collection itself for POST, else the parent.
  var targetFolder: Int32 { method == .post && write.form >= 0 ? write.form : parent }
}

/// The format of a patch, by Content-Type.
enum PatchFormatChoice: Sendable {
  case none, merge, operations

  init(_ state: ExchangeState) {
    self = .none
    guard let slice = state.head.value(of: .contentType) else { return }
    let value = UnsafeBufferPointer(rebasing: state.bytes[slice.range]).span
    guard let type = MediaType(value) else { return }
    if type.matches("application/merge-patch+json", in: value) { self = .merge }
    if type.matches("application/json-patch+json", in: value) { self = .operations }
  }
}

/// Names that the server makes.
enum MemberName {
  private static let extensions: [(StaticString, String)] = [
    ("application/json", ".json"), ("text/plain", ".txt"), ("text/html", ".html"),
    ("text/csv", ".csv"), ("text/markdown", ".md"), ("application/xml", ".xml"),
    ("application/pdf", ".pdf"), ("image/png", ".png"), ("image/jpeg", ".jpg"),
    ("image/gif", ".gif"), ("image/webp", ".webp"), ("image/avif", ".avif"),
    ("image/svg+xml", ".svg"), ("video/mp4", ".mp4"), ("audio/mpeg", ".mp3"),
    ("application/zip", ".zip"), ("application/x-www-form-urlencoded", ".form"),
    ("multipart/form-data", ".multipart"),
  ]

  /// The extension of a new file whose content has the request's Content-Type; `.bin` where nobody knows.
  static func fileExtension(ofType state: ExchangeState) -> String {
    guard state.head.method == .post, let slice = state.head.value(of: .contentType) else {
      return ".bin"
    }
    let value = UnsafeBufferPointer(rebasing: state.bytes[slice.range]).span
    guard let type = MediaType(value) else { return ".bin" }
    for (known, name) in extensions where type.matches(known, in: value) { return name }
    return ".bin"
  }

  static func make(_ fileExtension: String) -> String {
    StagedFile.randomName() + fileExtension
  }
}
