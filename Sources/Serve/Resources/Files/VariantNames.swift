internal import CSystem
internal import Config
internal import Facts
internal import Glibc
internal import Message
internal import Respond

/// A file's name, read as that of a variant.
struct VariantName {
  var name: [UInt8]
  /// Empty: none.
  var language: [UInt8]

  /// The names that a file's name can answer for, with its language where a part of it is one.
  ///
  /// `page.en.html` answers for `page.html` and `page` as English, and for `page.en`; `logo.png` for `logo`. The last part has to be an
  /// extension with a media type, and none of those that say how a file is compressed.
  static func read(
    _ name: [UInt8], isMapped: (ArraySlice<UInt8>) -> Bool
  ) -> [(target: [UInt8], VariantName)] {
    guard let dot = name.lastIndex(of: 0x2E), dot > 0, !name.contains(where: { $0 < 0x20 }),
      String(validating: name, as: UTF8.self) != nil
    else { return [] }
    let suffix = name[dot...]
    for coding in ContentCoding.coded where suffix.elementsEqual("\(coding.fileSuffix)".utf8) {
      return []
    }
    guard isMapped(name[...]) else { return [] }
    let stem = name[..<dot]
    var found = [(Array(stem), VariantName(name: name, language: []))]
    if let inner = stem.lastIndex(of: 0x2E), inner > 0 {
      let tag = Array(stem[(inner + 1)...])
      if LanguageTag.isName(tag.span) {
        let variant = VariantName(name: name, language: tag)
        found.append((Array(stem[..<inner]), variant))
        found.append((Array(stem[..<inner]) + suffix, variant))
      }
    }
    return found
  }
}

/// The names of one folder that could be variants, in the order of their bytes.
struct FolderNames: Sendable {
  /// The names one behind the other, and where each begins and ends.
  private(set) var bytes: [UInt8] = []
  private(set) var places: [(start: Int32, end: Int32)] = []

  /// Most names that are looked at; a larger folder has no variants.
  static let namesMax = 8192
  /// Most entries of a folder that are read while requests wait for the loop.
  static let inPlaceMax = 256

  static let none = FolderNames()

  private init() {}

  /// Reads an open folder; nil where it has more than `entriesMax` entries. A folder that cannot be read has no names.
  init?(reading descriptor: Int32, entriesMax: Int = .max) {
    let copy = dup(descriptor)
    guard copy >= 0, let folder = fdopendir(copy) else {
      if copy >= 0 { close(copy) }
      return
    }
    defer { closedir(folder) }
    rewinddir(folder)
    var entries = 0
    while let entry = readdir(folder) {
      entries += 1
      if entries > entriesMax { return nil }
      withUnsafeBytes(of: &entry.pointee.d_name) { name in
        guard let start = name.baseAddress else { return }
        let count = strnlen(start.assumingMemoryBound(to: CChar.self), name.count)
        // Hidden names are none, nor are those without a part that could be an extension
        guard count > 2, name[0] != 0x2E, memchr(start, 0x2E, count) != nil else { return }
        places.append((Int32(bytes.count), Int32(bytes.count + count)))
        bytes.append(contentsOf: name[..<count])
      }
      if places.count > FolderNames.namesMax {
        (bytes, places) = ([], [])
        return
      }
    }
    bytes.withUnsafeBufferPointer { bytes in
      places.sort { one, other in FolderNames.order(bytes, one, bytes, other) < 0 }
    }
  }

  /// Compares two runs of bytes, the shorter first where one begins with the other.
  private static func order(
    _ left: UnsafeBufferPointer<UInt8>, _ one: (start: Int32, end: Int32),
    _ right: UnsafeBufferPointer<UInt8>, _ other: (start: Int32, end: Int32)
  ) -> Int32 {
    guard let left = left.baseAddress, let right = right.baseAddress else { return 0 }
    let (count, others) = (one.end - one.start, other.end - other.start)
    let found = memcmp(left + Int(one.start), right + Int(other.start), Int(min(count, others)))
    return found != 0 ? found : count - others
  }

  var count: Int { places.count }
  subscript(index: Int) -> ArraySlice<UInt8> {
    bytes[Int(places[index].start)..<Int(places[index].end)]
  }

  /// Index of the first name that does not stand before `key`.
  func first(notBefore key: [UInt8]) -> Int {
    var low = 0
    var high = places.count
    bytes.withUnsafeBufferPointer { bytes in
      key.withUnsafeBufferPointer { key in
        while low < high {
          let middle = (low + high) / 2
          let isBefore =
            FolderNames.order(bytes, places[middle], key, (0, Int32(key.count))) < 0
          if isBefore { low = middle + 1 } else { high = middle }
        }
      }
    }
    return low
  }
}

/// A folder's names as a loop keeps them while the folder does not change. What a name is a variant of is found out when somebody asks.
final class VariantFolder {
  private let names: FolderNames
  private let device: UInt64
  private let inode: UInt64
  private let modified: (Int64, UInt32)
  private let changed: (Int64, UInt32)
  private let watched: WatchedFolder?
  private let generation: UInt32
  /// The folder had not been changed for so long when it was read that a change since would show in its time.
  private let isSettled: Bool

  /// Most names with one beginning that are looked at for one request.
  static let lookedAtMax = 256
  /// Most variants of one name.
  static let variantsMax = 32

  /// `file` and `generation` are of before the names were read.
  init(
    _ names: FolderNames, _ file: csystem_file, _ watched: WatchedFolder?, generation: UInt32,
    wall: WallSeconds
  ) {
    self.names = names
    device = file.device
    inode = file.inode
    modified = (file.modified_seconds, file.modified_nanoseconds)
    changed = (file.changed_seconds, file.changed_nanoseconds)
    self.watched = watched
    self.generation = generation
    isSettled = wall.seconds - max(file.modified_seconds, file.changed_seconds) >= 2
  }

  /// The variants of a name, by their own names; at most `variantsMax`.
  func variants(of target: [UInt8], _ root: FilesRoot) -> [VariantName] {
    // `page.en.html` answers for `page` and `page.html`: all begin with `page.`
    let dot = target.lastIndex(of: 0x2E) ?? target.endIndex
    let stem = target[..<(dot > 0 ? dot : target.endIndex)] + [0x2E]
    var found: [VariantName] = []
    var index = names.first(notBefore: Array(stem))
    var looked = 0
    while index < names.count, looked < VariantFolder.lookedAtMax {
      let name = names[index]
      guard name.starts(with: stem) else { break }
      for (answered, variant) in VariantName.read(
        Array(name),
        isMapped: {
          root.mediaType(of: $0).isMapped && !root.isScript($0) && !root.isFolderFile($0)
        })
      where answered == target {
        found.append(variant)
      }
      if found.count == VariantFolder.variantsMax { break }
      index += 1
      looked += 1
    }
    return found
  }

  /// Whether the folder is as it was when it was read.
  func isCurrent(_ file: csystem_file) -> Bool {
    let isWatched = watched.map { $0.isWatched && $0.generation == generation } ?? false
    return device == file.device && inode == file.inode
      && modified == (file.modified_seconds, file.modified_nanoseconds)
      && changed == (file.changed_seconds, file.changed_nanoseconds) && (isWatched || isSettled)
  }
}

extension FileStore {
  /// Looks for what a name stands for that nothing has itself: variants of a file, or of a folder's index. True where a link was
  /// followed.
  func findVariants(
    _ entry: FileEntry, _ root: FilesRoot, _ relative: String, isCollectionPath: Bool,
    wall: WallSeconds
  ) -> Bool {
    var folder = relative
    var targets: [[UInt8]] = []
    if isCollectionPath {
      guard entry.kind == .collection, !entry.hasIndex else { return false }
      targets = root.settings.index.value
    } else {
      guard entry.kind == .none, entry.systemError == ENOENT, !entry.leavesRoot else {
        return false
      }
      let (path, name) = FileStore.split(relative)
      folder = path
      targets = [Array(name.utf8)]
    }
    guard let names = variantFolder(root, folder, entry, wall: wall) else { return false }
    for target in targets {
      var followed = false
      let items = names.variants(of: target, root).compactMap { variant in
        open(variant, root, folder, entry, wall: wall, &followed)
      }
      guard !items.isEmpty else { continue }
      let isCoded = items.contains { $0.entry.forms != nil }
      entry.variants = VariantSet(
        items, preferred: root.settings.negotiation.languages.value,
        vary: root.vary(isVariant: true, isCoded: isCoded))
      entry.hasChoices = true
      if isCollectionPath { entry.hasIndex = true }
      return followed
    }
    return false
  }

  private func open(
    _ variant: VariantName, _ root: FilesRoot, _ folder: String, _ parent: FileEntry,
    wall: WallSeconds, _ followed: inout Bool
  ) -> VariantSet.Item? {
    let path = FileStore.joined(folder, String(decoding: variant.name, as: UTF8.self))
    let (descriptor, hasLinks) = FileStore.openFollowing(root, path)
    followed = followed || hasLinks
    let type = root.mediaType(of: variant.name[...]).type
    let found = FileEntry(root, key: [], hash: 0, route: parent.route)
    guard descriptor >= 0 else {
      guard hasLinks, -descriptor == ENOENT, leadsToVariants(variant, root, folder, parent, wall)
      else { return nil }
      return VariantSet.Item(
        name: variant.name, language: variant.language, type: type, entry: found,
        isNegotiated: true)
    }
    var file = csystem_file()
    guard csystem_stat_descriptor(descriptor, &file) == 0, file.mode & S_IFMT == S_IFREG else {
      close(descriptor)
      return nil
    }
    found.kind = .file
    found.take(descriptor, file, type: type, isMapped: true, now: wall, clock: root.clock)
    var selection = SelectionFields()
    selection.language = variant.language
    selection.location = VariantChoices.reference(to: variant.name)
    let coded = attachForms(
      found, root, path, wall: wall, selection: selection, isVariant: true)
    followed = followed || coded
    return VariantSet.Item(
      name: variant.name, language: variant.language, type: type, entry: found,
      isNegotiated: false)
  }

  /// Whether a link that leads to no file leads to a name that is itself negotiated (RFC 2295 section 8.1).
  private func leadsToVariants(
    _ variant: VariantName, _ root: FilesRoot, _ folder: String, _ parent: FileEntry,
    _ wall: WallSeconds
  ) -> Bool {
    let descriptor = root.open(folder, followingLinks: true)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var room = [CChar](repeating: 0, count: 4096)
    let count = readlinkat(
      descriptor, variant.name.map { CChar(bitPattern: $0) } + [0], &room, room.count - 1)
    guard count > 0 else { return false }
    let target = String(decoding: room[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard !target.hasPrefix("/") else { return false }
    let (place, name) = FileStore.split(FileStore.joined(folder, target))
    let names = variantFolder(root, place, parent, wall: wall)
    return names?.variants(of: Array(name.utf8), root).contains { $0.name != variant.name } ?? false
  }

  /// The folder (`.` for the root's own) and the last name of a relative path.
  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    return (String(path[..<slash]), String(path[path.index(after: slash)...]))
  }

  private static func joined(_ folder: String, _ name: String) -> String {
    folder == "." ? name : folder + "/" + name
  }
}
