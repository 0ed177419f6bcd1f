import Glibc

/// What the configuration asks of the disk. `pretend` touches none: every folder is there and every
/// file is empty, for fuzzing and for settings of another machine.
enum Disk: Sendable {
  case real
  case pretend

  enum Failure: Error {
    case missing
    case isFolder
    case noFile
    case tooLarge
    case other(Int32)

    var text: String {
      switch self {
      case .missing: "does not exist"
      case .isFolder: "is a folder"
      case .noFile: "is no ordinary file"
      case .tooLarge: "is too large"
      case .other(let number): "cannot be read: \(String(cString: strerror(number)))"
      }
    }
  }

  /// nil where the folder is there, else what is wrong with it.
  func folderProblem(_ path: String) -> String? {
    guard self == .real else { return nil }
    var status = stat()
    guard stat(path, &status) == 0 else {
      return errno == ENOENT
        ? Failure.missing.text : "cannot be looked at: \(String(cString: strerror(errno)))"
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { return "is no folder" }
    return nil
  }

  /// Whether there is an ordinary file, or a link to one.
  func hasFile(_ path: String) -> Bool {
    guard self == .real else { return true }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// A whole file of at most `bytesMax` bytes. Pipes are read too where `ordinaryOnly` is off.
  func read(
    _ path: String, bytesMax: Int, ordinaryOnly: Bool
  ) throws(Failure) -> [UInt8] {
    guard self == .real else { return [] }
    let flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (ordinaryOnly ? O_NONBLOCK : 0)
    let descriptor = open(path, flags)
    guard descriptor >= 0 else { throw errno == ENOENT ? .missing : .other(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .other(errno) }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw .isFolder }
    if ordinaryOnly, kind != S_IFREG { throw .noFile }
    if kind == S_IFREG, status.st_size > bytesMax { throw .tooLarge }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = Glibc.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .other(errno) }
      if count == 0 { return bytes }
      guard bytes.count + count <= bytesMax else { throw .tooLarge }
      bytes += block[..<count]
    }
  }

  /// The names in a folder, in no order; none where it cannot be read.
  func names(in folder: String) -> [String] {
    guard self == .real, let stream = opendir(folder.isEmpty ? "/" : folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream), names.count < 10_000 {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  static func workingFolder() -> String {
    guard let pointer = getcwd(nil, 0) else { return "." }
    defer { free(pointer) }
    return String(cString: pointer)
  }
}

/// Paths as texts: joined, never looked up.
enum Paths {
  /// The folder that a file lies in, as the path names it.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// `path` as counted from `folder`, without `./` and without a slash at its end.
  static func resolve(_ path: String, in folder: String) -> String {
    var parts = path.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }
    if !path.hasPrefix("/") {
      parts =
        folder.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." } + parts
      guard folder.hasPrefix("/") else {
        return parts.isEmpty ? "." : parts.joined(separator: "/")
      }
    }
    return "/" + parts.joined(separator: "/")
  }
}
