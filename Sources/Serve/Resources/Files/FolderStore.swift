internal import CSystem
internal import Config
internal import Facts
internal import Glibc
internal import Message
internal import Respond

/// What a folder's own file was when it was read last. Kept as long as the file looks the same, so that it is not parsed again.
final class FolderFile {
  struct Signature: Equatable {
    var size: Int64
    var inode: UInt64
    var modified: Int64
    var modifiedNanoseconds: UInt32
    var changed: Int64
    var changedNanoseconds: UInt32

    init(_ file: csystem_file) {
      size = Int64(file.size)
      inode = UInt64(file.inode)
      modified = Int64(file.modified_seconds)
      modifiedNanoseconds = UInt32(truncatingIfNeeded: file.modified_nanoseconds)
      changed = Int64(file.changed_seconds)
      changedNanoseconds = UInt32(truncatingIfNeeded: file.changed_nanoseconds)
    }
  }

  /// Nil where the file could not be looked at.
  let signature: Signature?
  let settings: Result<FolderSettings, FolderFault>

  init(_ signature: Signature?, _ settings: Result<FolderSettings, FolderFault>) {
    self.signature = signature
    self.settings = settings
  }
}

/// Why a folder's own file cannot be used, and where in it.
final class FolderFault: Error {
  let position: Position
  let systemError: Int32
  /// In words, for the record.
  let text: StableBytes

  init(at position: Position, _ message: String, systemError: Int32 = 0) {
    self.position = position
    self.systemError = systemError
    text = StableBytes(Array(message.utf8.prefix(FolderFault.textBytesMax)))
  }

  static let textBytesMax = 200
}

/// What the folders from the root down to one folder say for themselves, put together: key by key the nearest folder that says something.
/// Rules about addresses all hold, so that no folder can let somebody in whom one above it keeps out.
final class FolderGovernor {
  /// The root with the settings that hold in the folder; the rule's own where no folder says anything.
  let root: FilesRoot
  /// Fields that successful answers get.
  let extraFields: FieldBlock?
  let addresses: [AddressRules]
  /// The first folder's file, from the root down, that cannot be used.
  let fault: FolderFault?
  /// Whether any folder on the way has a file.
  let isGoverning: Bool

  // MARK: Keeping
  let key: [UInt8]
  let hash: UInt64
  let route: UInt32
  fileprivate let files: [FolderFile]
  fileprivate var validUntil: UInt64 = 0
  fileprivate var watched: [(folder: WatchedFolder, generation: UInt32)] = []

  fileprivate init(
    _ base: FilesRoot, _ rule: Rule?, _ files: [FolderFile], key: [UInt8], hash: UInt64,
    route: UInt32, extraFields ruleFields: FieldBlock?
  ) {
    self.key = key
    self.hash = hash
    self.route = route
    self.files = files
    var settings = base.settings
    var addresses: [AddressRules] = []
    var headers = rule?.headers ?? []
    var cacheControl = rule?.cacheControl
    var changesFields = false
    var fault: FolderFault?
    for file in files where fault == nil {
      switch file.settings {
      case .failure(let failure): fault = failure
      case .success(let folder):
        settings = settings.governed(by: folder)
        if !folder.addresses.isEmpty { addresses.append(folder.addresses) }
        if let own = folder.headers { headers = own }
        if let own = folder.cacheControl { cacheControl = own }
        changesFields = changesFields || folder.headers != nil || folder.cacheControl != nil
      }
    }
    self.addresses = addresses
    self.fault = fault
    isGoverning = !files.isEmpty
    root = files.isEmpty ? base : FilesRoot(base, governedBy: settings)
    extraFields =
      changesFields
      ? FieldBlock(
        cacheControl: cacheControl?.value, headers: headers.map { ($0.name, $0.value) })
      : ruleFields
  }

  fileprivate func isFresh(at now: UInt64) -> Bool {
    guard now < validUntil else { return false }
    for (folder, generation) in watched where folder.generation != generation { return false }
    return true
  }
}

/// A loop's folders with files of their own: read when a path below them is asked for, kept while nothing changes, as files are.
///
/// Goes by the names of the path that was asked for: behind a symbolic link it is the folders of the link's own path that count.
final class FolderStore {
  private static let slotCount = 512
  private static let filesMax = 512
  private static let revalidateAfter: UInt64 = 1_000_000_000

  private let files: FileStore
  /// Of the exchange that asks: where its rule is, and what its folders' files are called.
  @exclusivity(unchecked) private var settings: Settings?
  @exclusivity(unchecked)
  private var slots = [FolderGovernor?](repeating: nil, count: FolderStore.slotCount)
  private var known: [FileKey: FolderFile] = [:]

  private struct FileKey: Hashable {
    var route: UInt32
    var folder: [UInt8]
  }

  init(files: FileStore) { self.files = files }

  /// What holds in the folder of `path` (decoded, starting with a slash). `now` is the loop's clock, `wall` the time of day.
  func governor(
    _ base: FilesRoot, _ route: RuleRoute, under settings: Settings,
    path: UnsafeBufferPointer<UInt8>, now: UInt64, wall: WallSeconds
  ) -> FolderGovernor {
    if self.settings !== settings { self.settings = settings }
    let slash = path.lastIndex(of: UInt8(ascii: "/")) ?? 0
    let folder = UnsafeBufferPointer(rebasing: path[...slash])
    let hash = ContentHash.of(folder, seed: UInt64(route.number) + 1)
    let slot = Int(hash & UInt64(FolderStore.slotCount - 1))
    var old = slots[slot]
    if let kept = old {
      if kept.hash == hash, kept.route == route.number, kept.key.elementsEqual(folder) {
        if kept.isFresh(at: now) { return kept }
      } else {
        old = nil
      }
    }
    let governor = find(base, route, Array(folder), hash, old, now, wall)
    slots[slot] = governor
    return governor
  }

  /// Looks at every folder on the way. Where all files are what they were, the old governor stays, so that what was found by its
  /// settings stays found.
  private func find(
    _ base: FilesRoot, _ route: RuleRoute, _ key: [UInt8], _ hash: UInt64,
    _ old: FolderGovernor?, _ now: UInt64, _ wall: WallSeconds
  ) -> FolderGovernor {
    var found: [FolderFile] = []
    var watched: [(folder: WatchedFolder, generation: UInt32)] = []
    var isWatched = true
    for end in key.indices where key[end] == UInt8(ascii: "/") {
      let folder = Array(key[...end])
      // Watched before it is read, so that no change falls between
      let watch = files.watchedFolder(base, folder)
      if let watch { watched.append((watch, watch.generation)) }
      isWatched = isWatched && watch?.isWatched == true
      guard let look = look(base, route, folder, wall) else { break }
      isWatched = isWatched && !look.hasLinks
      if let file = look.file { found.append(file) }
    }
    let governor: FolderGovernor
    if let old, old.files.count == found.count, zip(old.files, found).allSatisfy({ $0 === $1 }) {
      governor = old
    } else {
      let rule = settings.map { $0.sites[Int(route.site)].rules[Int(route.rule)] }
      governor = FolderGovernor(
        base, rule, found, key: key, hash: hash, route: route.number,
        extraFields: route.extraFields)
    }
    governor.watched = watched
    governor.validUntil = isWatched ? now + FolderStore.revalidateAfter : 0
    return governor
  }

  /// A folder's own file, if it has one; nil where there is no such folder, so that nothing lies below it either.
  private func look(
    _ base: FilesRoot, _ route: RuleRoute, _ folder: [UInt8], _ wall: WallSeconds
  ) -> (file: FolderFile?, hasLinks: Bool)? {
    guard let name = base.settings.folderFile?.value else { return (nil, false) }
    let path = FileStore.relative((folder + name)[...])
    let (descriptor, hasLinks) = FileStore.openFollowing(base, path)
    if descriptor < 0 {
      switch -descriptor {
      case ENOENT where !isDangling(base, path):
        let itself = base.open(FileStore.relative(folder[...]), followingLinks: true)
        guard itself >= 0 else { return nil }
        close(itself)
        return (nil, hasLinks)
      case ENOTDIR, ENAMETOOLONG: return nil
      default:
        let position = self.position(base, path)
        return (
          FolderFile(
            nil,
            .failure(
              FolderFault(
                at: position, "the file cannot be opened", systemError: -descriptor))), hasLinks
        )
      }
    }
    defer { close(descriptor) }
    return (read(base, route, folder, path, descriptor, wall), hasLinks)
  }

  /// A link stands there that leads to nothing: what it should say is unknown, and not that there is nothing to say.
  private func isDangling(_ base: FilesRoot, _ path: String) -> Bool {
    var found = stat()
    return fstatat(base.descriptor, path, &found, AT_SYMLINK_NOFOLLOW) == 0
  }

  private func position(_ base: FilesRoot, _ path: String) -> Position {
    let root = base.settings.rootName
    let name = root.isEmpty ? path : root.hasSuffix("/") ? root + path : "\(root)/\(path)"
    let shown =
      name.utf8.count > FolderSources.nameBytesMax
      ? "..." + String(decoding: name.utf8.suffix(FolderSources.nameBytesMax - 3), as: UTF8.self)
      : name
    let source = settings?.folderSources.number(of: shown) ?? 0
    return Position(source: source, line: 0, column: 0)
  }

  private func read(
    _ base: FilesRoot, _ route: RuleRoute, _ folder: [UInt8], _ path: String,
    _ descriptor: Int32, _ wall: WallSeconds
  ) -> FolderFile {
    var file = csystem_file()
    let code = csystem_stat_descriptor(descriptor, &file)
    let position = self.position(base, path)
    guard code == 0 else {
      return FolderFile(
        nil, .failure(FolderFault(at: position, "the file cannot be read", systemError: -code)))
    }
    let signature = FolderFile.Signature(file)
    let key = FileKey(route: route.number, folder: folder)
    // A young file may change again and look the same
    let isYoung = wall.seconds - max(signature.modified, signature.changed) < 2
    if !isYoung, let old = known[key], old.signature == signature { return old }
    let fresh = FolderFile(signature, parse(base, descriptor, file, position, path))
    if known.count >= FolderStore.filesMax { known.removeAll() }
    known[key] = fresh
    return fresh
  }

  private func parse(
    _ base: FilesRoot, _ descriptor: Int32, _ file: csystem_file, _ position: Position,
    _ path: String
  ) -> Result<FolderSettings, FolderFault> {
    guard file.mode & S_IFMT == S_IFREG else {
      return .failure(FolderFault(at: position, "it is no ordinary file"))
    }
    var bytes = [UInt8](repeating: 0, count: FolderSettings.bytesMax + 1)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes { room in
        room.baseAddress.map { pread(descriptor, $0 + count, room.count - count, off_t(count)) }
          ?? 0
      }
      if got < 0, errno == EINTR { continue }
      if got < 0 {
        return .failure(FolderFault(at: position, "the file cannot be read", systemError: errno))
      }
      if got == 0 { break }
      count += got
    }
    do throws(FolderSettings.Fault) {
      return .success(
        try FolderSettings.parse(
          bytes: Array(bytes[..<count]), name: path, source: position.source,
          hidesDots: base.settings.hidden.value != .serve))
    } catch {
      return .failure(FolderFault(at: error.position, error.message))
    }
  }
}
