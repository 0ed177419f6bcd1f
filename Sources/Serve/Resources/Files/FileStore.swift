internal import CSystem
internal import Config
internal import Facts
internal import Glibc
internal import Loop
internal import Message

/// A loop's open files: what is at which path, looked up once and kept while nothing changes.
///
/// Changes are told by inotify for the folder that a path lies in; whatever that cannot see (a folder further up that was renamed) is
/// looked up again every second, and where nothing can be watched at all, on every request.
final class FileStore {
  private static let slotCount = 2048
  private static let revalidateAfter: UInt64 = 1_000_000_000
  private static let foldersMax = 512

  @exclusivity(unchecked)
  private var slots = [FileEntry?](repeating: nil, count: FileStore.slotCount)
  @exclusivity(unchecked) private var watch: FileWatch?
  @exclusivity(unchecked) private var folders: [String: WatchedFolder] = [:]
  @exclusivity(unchecked) private var foldersByWatch: [Int32: WatchedFolder] = [:]

  private unowned let loop: EventLoop
  // Variants and compressed contents: VariantNames.swift, CodedForms.swift
  let variantFolders = VariantFolders()
  /// What the last look-up could not do without, and would have held up the loop. What it found is nothing then.
  @exclusivity(unchecked) var unread: UnreadFolder?
  let compressedBudget = CompressedBudget()

  func forEachEntry(_ body: (FileEntry) -> Void) {
    for case let entry? in slots { body(entry) }
  }

  init(loop: EventLoop) {
    self.loop = loop
    // Without inotify everything is looked up anew every time: slower, and as right.
    watch = try? FileWatch(loop: loop) { [unowned self] change in changed(change) }
  }

  /// Learns of changes that the loop has not come to yet.
  func takeChanges() {
    if !foldersByWatch.isEmpty { watch?.takeChanges() }
  }

  private func changed(_ change: FileChange) {
    if change.overflowed {
      for folder in foldersByWatch.values { folder.generation &+= 1 }
      return
    }
    guard let folder = foldersByWatch[change.watch] else { return }
    folder.generation &+= 1
    if change.ended {
      folder.isWatched = false
      foldersByWatch[change.watch] = nil
      folders = folders.filter { $0.value !== folder }
    }
  }

  /// What is at `path` (decoded, starting with a slash) below a rule's folder; `route` tells the rules apart. `now` is the loop's
  /// clock, `wall` the time of day.
  func entry(
    _ root: FilesRoot, route: UInt32, path: UnsafeBufferPointer<UInt8>, now: UInt64,
    wall: WallSeconds
  ) -> FileEntry {
    let hash = ContentHash.of(path, seed: UInt64(route) + 1)
    let slot = Int(hash & UInt64(FileStore.slotCount - 1))
    let writes = root.clock.generation
    var stale: FileEntry?
    var index = slot
    repeat {
      if let entry = slots[index], entry.hash == hash, entry.route == route,
        entry.rootID == ObjectIdentifier(root), FileStore.same(entry.key, path)
      {
        if entry.isFresh(at: now), entry.writeGeneration == writes { return entry }
        stale = entry
      }
      index ^= 1
    } while index != slot
    let entry = FileEntry(root, key: Array(path), hash: hash, route: route)
    entry.writeGeneration = writes
    lookUp(entry, root, now: now, wall: wall)
    if unread != nil {
      entry.isUnread = true
      return entry
    }
    if let stale { entry.adoptCompressed(stale) }
    keep(entry, slot)
    return entry
  }

  /// Lets go of what rules of earlier snapshots opened, a few places at a time so that no request waits.
  func forget(routesBefore first: UInt32, from slot: Int = 0) {
    let end = min(slot + 128, FileStore.slotCount)
    for index in slot..<end {
      if let entry = slots[index], entry.route &- first > .max / 2 { slots[index] = nil }
    }
    guard end < FileStore.slotCount else { return }
    let bound = LoopBound(self, on: loop)
    loop.post { bound.value.forget(routesBefore: first, from: end) }
  }

  private func keep(_ entry: FileEntry, _ slot: Int) {
    let other = slot ^ 1
    let replaced: Int
    if let old = slots[slot] {
      if old.hash == entry.hash || (slots[other] != nil && slots[other]?.hash != entry.hash) {
        replaced = slot
      } else {
        replaced = other
      }
    } else {
      replaced = slot
    }
    slots[replaced] = entry
  }

  private static func same(_ key: [UInt8], _ path: UnsafeBufferPointer<UInt8>) -> Bool {
    guard key.count == path.count, let start = path.baseAddress else { return false }
    return memcmp(key, start, key.count) == 0
  }

  // MARK: Looking up

  private func lookUp(_ entry: FileEntry, _ root: FilesRoot, now: UInt64, wall: WallSeconds) {
    let path = entry.key
    let isCollectionPath = path.last == UInt8(ascii: "/")
    // Watched before it is opened, so that no change falls between
    let folder = watchedFolder(root, path)
    entry.folder = folder
    entry.generation = folder?.generation ?? 0
    var relative = FileStore.relative(path[...])
    if isCollectionPath, relative.count > 1, relative.last == "/" { relative.removeLast() }
    var hasLinks = open(entry, root, relative, isCollectionPath: isCollectionPath, wall: wall)
    if root.settings.negotiation.variants.value {
      let ledOn = findVariants(
        entry, root, relative, isCollectionPath: isCollectionPath, wall: wall)
      hasLinks = hasLinks || ledOn
    }
    let isWatched = folder?.isWatched ?? false
    entry.validUntil = isWatched && !hasLinks ? now + FileStore.revalidateAfter : 0
    if entry.isWeak { entry.validUntil = min(entry.validUntil, now + 100_000_000) }
  }

  /// Opens what is there and fills the entry. True where a link was followed, whose end nobody watches.
  private func open(
    _ entry: FileEntry, _ root: FilesRoot, _ relative: String, isCollectionPath: Bool,
    wall: WallSeconds
  ) -> Bool {
    var (descriptor, hasLinks) = FileStore.openFollowing(root, relative)
    if descriptor < 0 {
      FileStore.fail(entry, -descriptor)
      return hasLinks
    }
    var file = csystem_file()
    let status = csystem_stat_descriptor(descriptor, &file)
    if status < 0 {
      close(descriptor)
      FileStore.fail(entry, -status)
      return hasLinks
    }
    switch file.mode & S_IFMT {
    case S_IFREG:
      // A file's path has no final slash
      if isCollectionPath {
        close(descriptor)
        entry.systemError = ENOTDIR
        return hasLinks
      }
      entry.kind = .file
      let (type, isMapped) = root.mediaType(of: FileStore.name(entry.key))
      entry.isScript = root.isScript(FileStore.name(entry.key))
      entry.take(descriptor, file, type: type, isMapped: isMapped, now: wall, clock: root.clock)
      if root.hasForms { hasLinks = attachForms(entry, root, relative, wall: wall) || hasLinks }
    case S_IFDIR:
      close(descriptor)
      entry.kind = .collection
      if isCollectionPath {
        hasLinks = openIndex(entry, root, relative, wall: wall) || hasLinks
      }
    default:
      close(descriptor)
      entry.kind = .special
    }
    return hasLinks
  }

  private func openIndex(
    _ entry: FileEntry, _ root: FilesRoot, _ relative: String, wall: WallSeconds
  ) -> Bool {
    var followed = false
    for name in root.settings.index.value {
      let path = (relative == "." ? "" : relative + "/") + String(decoding: name, as: UTF8.self)
      let (descriptor, hasLinks) = FileStore.openFollowing(root, path)
      followed = followed || hasLinks
      if descriptor < 0 {
        if -descriptor == ENOENT || -descriptor == ENOTDIR { continue }
        FileStore.fail(entry, -descriptor)
        if entry.kind == .file { entry.kind = .collection }
        entry.hasIndex = true
        return followed
      }
      var file = csystem_file()
      guard csystem_stat_descriptor(descriptor, &file) == 0, file.mode & S_IFMT == S_IFREG else {
        close(descriptor)
        continue
      }
      let (type, isMapped) = root.mediaType(of: name[...])
      entry.isScript = root.isScript(name[...])
      entry.take(descriptor, file, type: type, isMapped: isMapped, now: wall, clock: root.clock)
      entry.hasIndex = true
      if root.hasForms { followed = attachForms(entry, root, path, wall: wall) || followed }
      return followed
    }
    return followed
  }

  /// First without following any link, which is the common case and lets the result be kept; then with those that the rule allows.
  static func openFollowing(_ root: FilesRoot, _ path: String) -> (Int32, Bool) {
    let plain = root.open(path, followingLinks: false)
    guard plain == -ELOOP, root.settings.links.value == .within else { return (plain, false) }
    return (root.open(path, followingLinks: true), true)
  }

  /// What an errno of openat2 says about the resource.
  private static func fail(_ entry: FileEntry, _ code: Int32) {
    entry.systemError = code
    switch code {
    case ENOENT, ENOTDIR, ENAMETOOLONG: entry.kind = .none
    case EXDEV, ELOOP:
      entry.leavesRoot = true
      // Where no link is followed it is the rule that stopped there, and no circle
      if entry.root.settings.links.value != .within { entry.systemError = 0 }
    case EACCES, EPERM:
      entry.kind = .file
      entry.isReadable = false
    case ENXIO, ENODEV: entry.kind = .special
    default: entry.kind = .file
    }
  }

  /// The last name of a path.
  static func name(_ path: [UInt8]) -> ArraySlice<UInt8> {
    let slash = path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
    return path[(slash + 1)...]
  }

  /// A path as openat2 takes it: without its first slash; `.` for the folder itself.
  static func relative(_ path: ArraySlice<UInt8>) -> String {
    let trimmed = path.drop { $0 == UInt8(ascii: "/") }
    return trimmed.isEmpty ? "." : String(decoding: trimmed, as: UTF8.self)
  }

  // MARK: Watching

  /// The nearest folder of a path that exists, watched; nil where none can be.
  func watchedFolder(_ root: FilesRoot, _ path: [UInt8]) -> WatchedFolder? {
    guard let watch else { return nil }
    var end = path.lastIndex(of: UInt8(ascii: "/")) ?? 0
    while true {
      let folder = root.settings.root.value + String(decoding: path[..<end], as: UTF8.self)
      if let known = folders[folder], known.isWatched { return known }
      if folders.count >= FileStore.foldersMax { return nil }
      do {
        let number = try watch.add(directory: folder)
        let watched = foldersByWatch[number] ?? WatchedFolder()
        folders[folder] = watched
        foldersByWatch[number] = watched
        return watched
      } catch {
        guard error.code == ENOENT || error.code == ENOTDIR, end > 0 else { return nil }
        end = path[..<end].lastIndex(of: UInt8(ascii: "/")) ?? 0
      }
    }
  }
}
