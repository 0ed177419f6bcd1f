internal import CSystem
internal import Facts
internal import Glibc
internal import Loop

/// A loop's folders of variants, by rule and path.
final class VariantFolders {
  static let foldersMax = 64
  @exclusivity(unchecked) var all: [String: VariantFolder] = [:]
  /// Folders that a helper thread reads, and who waits for the same.
  @exclusivity(unchecked) var underWay: [String: FolderReading] = [:]
  /// Those that were read for the exchange that is looked up for: they count as they were then, however often they change since.
  @exclusivity(unchecked) var readForExchange: [String: VariantFolder] = [:]
}

/// A folder whose names have to be read before what a target stands for can be told, and are too many for the loop.
final class UnreadFolder: Sendable {
  let key: String
  private let root: FilesRoot
  private let path: String

  init(_ root: FilesRoot, _ path: String, key: String) {
    self.root = root
    self.path = path
    self.key = key
  }

  /// What was read; `file` is of before.
  struct Names: Sendable {
    var names = FolderNames.none
    var file = csystem_file()
  }

  /// Reads it, which may take milliseconds. A folder that is none any more has no names.
  func read() -> Names {
    var read = Names()
    let (descriptor, _) = FileStore.openFollowing(root, path)
    guard descriptor >= 0 else { return read }
    defer { close(descriptor) }
    guard csystem_stat_descriptor(descriptor, &read.file) == 0, read.file.mode & S_IFMT == S_IFDIR
    else { return read }
    read.names = FolderNames(reading: descriptor) ?? .none
    return read
  }

  /// The folder, watched: from before it is read, so that no change falls between.
  func watched(by files: FileStore) -> WatchedFolder? {
    files.watchedFolder(root, FileStore.watchedPath(path))
  }
}

/// A folder that a helper thread reads for one exchange.
final class FolderReading {
  @exclusivity(unchecked) private var waiters: [UnsafeContinuation<Void, Never>] = []
  @exclusivity(unchecked) private var isOver = false

  /// Adds who waits. On the way here other work may have had its turn, and the end must not be missed.
  func add(_ waiter: UnsafeContinuation<Void, Never>) {
    if isOver { waiter.resume() } else { waiters.append(waiter) }
  }

  func end() {
    isOver = true
    for waiter in waiters { waiter.resume() }
    waiters = []
  }
}

extension FileStore {
  /// A folder's names, read anew where it has changed. Nil where it cannot be opened, and where it is too large to be read here:
  /// then it is `unread`.
  func variantFolder(
    _ root: FilesRoot, _ folder: String, _ entry: FileEntry, wall: WallSeconds
  ) -> VariantFolder? {
    let (descriptor, _) = FileStore.openFollowing(root, folder)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var file = csystem_file()
    guard csystem_stat_descriptor(descriptor, &file) == 0, file.mode & S_IFMT == S_IFDIR else {
      return nil
    }
    let key = "\(entry.route) \(folder)"
    if let known = variantFolders.all[key], known.isCurrent(file) { return known }
    if let read = variantFolders.readForExchange[key] { return read }
    let watched = watchedFolder(root, FileStore.watchedPath(folder))
    let generation = watched?.generation ?? 0
    guard
      let names = FolderNames(reading: descriptor, entriesMax: FolderNames.inPlaceMax)
    else {
      unread = UnreadFolder(root, folder, key: key)
      return nil
    }
    let read = VariantFolder(names, file, watched, generation: generation, wall: wall)
    keep(read, at: key)
    return read
  }

  private func keep(_ folder: VariantFolder, at key: String) {
    if variantFolders.all.count >= VariantFolders.foldersMax { variantFolders.all = [:] }
    variantFolders.all[key] = folder
  }

  fileprivate static func watchedPath(_ folder: String) -> [UInt8] {
    Array(((folder == "." ? "" : "/" + folder) + "/").utf8)
  }

  /// Takes what has to be read; nil: nothing.
  func takeUnread() -> UnreadFolder? {
    defer { unread = nil }
    return unread
  }

  /// Keeps what was read of a folder.
  func take(
    _ read: UnreadFolder.Names, of folder: UnreadFolder, _ watched: WatchedFolder?,
    generation: UInt32, wall: WallSeconds
  ) -> VariantFolder {
    let made = VariantFolder(
      read.names, read.file, watched, generation: generation, wall: wall)
    keep(made, at: folder.key)
    return made
  }
}

// A part of the resource's owner: folders that are too large to be read on the loop's thread.
extension Worker {
  /// Reads what has to be read first, on a helper thread, and looks at the resource again. Who wants a folder that is just being read
  /// waits for it, and takes what was read if it holds still.
  func awaitResource(_ state: ExchangeState) async {
    var read: [String: VariantFolder] = [:]
    var waited: Set<String> = []
    while let folder = meetResource(state, read) {
      if let reading = files.variantFolders.underWay[folder.key],
        waited.insert(folder.key).inserted
      {
        await withUnsafeContinuation { reading.add($0) }
        continue
      }
      let reading = FolderReading()
      files.variantFolders.underWay[folder.key] = reading
      let watched = folder.watched(by: files)
      let generation = watched?.generation ?? 0
      // Where no helper takes it, the loop has to
      let names = (try? await helpers.run { folder.read() }) ?? folder.read()
      read[folder.key] = files.take(
        names, of: folder, watched, generation: generation,
        wall: WallSeconds(seconds: loop.wall.seconds))
      if files.variantFolders.underWay[folder.key] === reading {
        files.variantFolders.underWay[folder.key] = nil
      }
      reading.end()
    }
  }

  /// The same on this thread, for who has no requests to hold up.
  func meetResourceInPlace(_ state: ExchangeState) {
    var read: [String: VariantFolder] = [:]
    while let folder = meetResource(state, read) {
      let watched = folder.watched(by: files)
      read[folder.key] = files.take(
        folder.read(), of: folder, watched, generation: watched?.generation ?? 0,
        wall: WallSeconds(seconds: loop.wall.seconds))
    }
  }

  /// Looks at the resource with what was read for it. Returns what has to be read still; nil: the facts are there.
  private func meetResource(
    _ state: ExchangeState, _ read: [String: VariantFolder]
  ) -> UnreadFolder? {
    files.variantFolders.readForExchange = read
    defer { files.variantFolders.readForExchange = [:] }
    return meetResource(state) ? nil : files.takeUnread()
  }
}
