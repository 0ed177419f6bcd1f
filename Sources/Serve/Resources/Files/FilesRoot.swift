internal import CSystem
internal import Config
internal import Glibc
internal import Message

/// A folder whose files a rule serves: opened once, so that nothing that happens to its name later changes what is served.
final class FilesRoot: Sendable {
  let settings: FilesSettings
  /// The folder itself, opened for looking up names below it.
  let descriptor: Int32
  /// Rules with the same folder share it.
  private let folder: OpenFolder
  /// Whether the rule says where else to look for what is not at the path.
  let hasStandIns: Bool
  /// Media types that the rule adds to the built-in map.
  private let types: [(fileExtension: [UInt8], type: StableBytes)]
  /// nil: nothing may be written.
  let write: WriteRoot?
  /// Shared with all roots that files of this one may be reached through.
  let clock: WriteClock
  /// Whose descriptor it is, where these are the settings of a folder of that root.
  private let base: FilesRoot?
  /// Whether folders may have files of their own.
  let hasFolderFile: Bool

  init(
    _ settings: FilesSettings, _ folders: OpenFolders, clock: WriteClock = .still
  ) throws(ServeError) {
    self.settings = settings
    self.clock = clock
    folder = try folders.open(settings.root.value)
    descriptor = folder.descriptor
    hasStandIns = !settings.tries.isEmpty || settings.fallback != nil
    types = settings.types.map { ($0.value.fileExtension, StableBytes($0.value.type)) }
    if let terms = settings.write {
      write = try WriteRoot(terms, root: descriptor)
    } else {
      write = nil
    }
    base = nil
    hasFolderFile = settings.folderFile != nil
  }

  /// The same folder with the settings that hold in a part of it.
  init(_ base: FilesRoot, governedBy settings: FilesSettings) {
    self.settings = settings
    self.base = base
    folder = base.folder
    hasFolderFile = true
    descriptor = base.descriptor
    hasStandIns = base.hasStandIns
    write = base.write
    clock = base.clock
    types = settings.types.map { ($0.value.fileExtension, StableBytes($0.value.type)) }
  }

  /// Whether a name's extension is one of the rule's scripts.
  func isScript(_ name: ArraySlice<UInt8>) -> Bool {
    guard settings.scripts.value != .serve, let dot = name.lastIndex(of: UInt8(ascii: "."))
    else { return false }
    let fileExtension = name[(dot + 1)...].map(Router.lowercase)
    if settings.scriptTypes.contains(fileExtension) { return true }
    // `x.php.gz` is the text of `x.php`
    let isCoded = ContentCoding.coded.contains { coding in
      "\(coding.fileSuffix)".utf8.dropFirst().elementsEqual(fileExtension)
    }
    return isCoded && isScript(name[..<dot])
  }

  /// Whether a path ends in the name of folders' own files, which are never served.
  func isFolderFile(_ path: some BidirectionalCollection<UInt8>) -> Bool {
    guard let name = settings.folderFile?.value else { return false }
    let slash = path.lastIndex(of: UInt8(ascii: "/"))
    return path[(slash.map(path.index(after:)) ?? path.startIndex)...].elementsEqual(name)
  }

  /// Opens a path below the folder, which the kernel keeps it below: no link and no `..` leaves it, not even one that changes while
  /// it is followed. Returns the descriptor, or the negated errno.
  func open(_ path: String, followingLinks: Bool) -> Int32 {
    open(path.utf8CString.withUnsafeBufferPointer { Array($0) }, followingLinks: followingLinks)
  }

  /// The same for a name of any bytes, ended by a zero.
  func open(_ path: [CChar], followingLinks: Bool) -> Int32 {
    var resolve = UInt64(CSYSTEM_RESOLVE_BENEATH | CSYSTEM_RESOLVE_NO_MAGIC_LINKS)
    if !followingLinks { resolve |= UInt64(CSYSTEM_RESOLVE_NO_LINKS) }
    return csystem_open(
      descriptor, path, UInt32(O_RDONLY | O_NONBLOCK | O_NOCTTY), 0, resolve)
  }

  /// The media type of a file name, and whether a map has it.
  func mediaType(of name: ArraySlice<UInt8>) -> (type: StableBytes, isMapped: Bool) {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex else {
      return (FilesRoot.unknownType, false)
    }
    let fileExtension = name[(dot + 1)...].map(Router.lowercase)
    for (known, type) in types where known == fileExtension { return (type, true) }
    if let type = MediaTypes.builtIn(extension: fileExtension.span) {
      return (StableBytes(type), true)
    }
    return (FilesRoot.unknownType, false)
  }

  /// RFC 9110 section 8.3: what is not known is bytes.
  private static let unknownType = StableBytes("application/octet-stream")
}

/// A folder that is open for as long as somebody holds this.
final class OpenFolder: Sendable {
  let descriptor: Int32

  init(_ path: String) throws(ServeError) {
    descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 {
      let reason = String(cString: strerror(errno))
      throw ServeError("cannot open the folder \(path): \(reason)")
    }
  }

  deinit { close(descriptor) }
}

/// The folders of a snapshot while it is made, each opened once however many rules serve it. Another snapshot opens them anew: what
/// stands at their names may be another folder by then.
final class OpenFolders {
  private var folders: [String: OpenFolder] = [:]

  func open(_ path: String) throws(ServeError) -> OpenFolder {
    if let known = folders[path] { return known }
    let folder = try OpenFolder(path)
    folders[path] = folder
    return folder
  }
}
