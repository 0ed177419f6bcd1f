internal import CSystem
internal import Config
internal import Glibc

/// A folder whose files a rule serves: opened once, so that nothing that happens to its name later changes what is served.
final class FilesRoot: Sendable {
  let settings: FilesSettings
  /// The folder itself, opened for looking up names below it.
  let descriptor: Int32
  /// Media types that the rule adds to the built-in map.
  private let types: [(fileExtension: [UInt8], type: StableBytes)]
  /// Whose descriptor it is, where these are the settings of a folder of that root.
  private let base: FilesRoot?
  /// Whether folders may have files of their own.
  let hasFolderFile: Bool

  init(_ settings: FilesSettings) throws(ServeError) {
    self.settings = settings
    descriptor = Glibc.open(settings.root.value, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 {
      let reason = String(cString: strerror(errno))
      throw ServeError("cannot open the folder \(settings.root.value): \(reason)")
    }
    types = settings.types.map { ($0.value.fileExtension, StableBytes($0.value.type)) }
    base = nil
    hasFolderFile = settings.folderFile != nil
  }

  /// The same folder with the settings that hold in a part of it.
  init(_ base: FilesRoot, governedBy settings: FilesSettings) {
    self.settings = settings
    self.base = base
    hasFolderFile = true
    descriptor = base.descriptor
    types = settings.types.map { ($0.value.fileExtension, StableBytes($0.value.type)) }
  }

  deinit { if base == nil { close(descriptor) } }

  /// Whether a name's extension is one of the rule's scripts.
  func isScript(_ name: ArraySlice<UInt8>) -> Bool {
    guard settings.scripts.value != .serve, let dot = name.lastIndex(of: UInt8(ascii: "."))
    else { return false }
    let fileExtension = name[(dot + 1)...].map(Router.lowercase)
    return settings.scriptTypes.contains(fileExtension)
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
