internal import Glibc

/// A folder of this process's own, below `$TMPDIR` or `/tmp`, that only its user may enter. It goes with all that is in it when nobody
/// holds it any more. Its calls wait for the disk: not for a loop's thread.
public final class TemporaryFolder: Sendable {
  public let path: String

  /// - Parameter purpose: a part of the folder's name, for who finds it after a crash.
  /// - Throws: `SystemError` where none can be made.
  public init(for purpose: String) throws(SystemError) {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array((base + "/statusline-\(purpose)-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else {
      throw SystemError("make a folder in", base, code: errno)
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { remove() }

  /// Takes the folder away before its time; what cannot be taken away stays.
  public func remove() { TemporaryFolder.remove(Array(path.utf8CString)) }

  /// Makes or replaces a file; folders on the way are made. A name may be bytes that are no UTF-8.
  /// - Throws: `SystemError` where the file cannot be made or written whole.
  public func write(_ name: [UInt8], _ content: [UInt8]) throws(SystemError) {
    let whole = Array(path.utf8) + [0x2F] + name
    for index in whole.indices.dropFirst(path.utf8.count + 1) where whole[index] == 0x2F {
      mkdir(Self.terminated(whole[..<index]), 0o755)
    }
    let shown = String(decoding: whole, as: UTF8.self)
    let descriptor = open(
      Self.terminated(whole[...]), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SystemError("open", shown, code: errno) }
    defer { close(descriptor) }
    var rest = content[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw SystemError("write", shown, code: errno) }
      rest = rest.dropFirst(count)
    }
  }

  public func write(_ name: String, _ content: String) throws(SystemError) {
    try write(Array(name.utf8), Array(content.utf8))
  }

  /// Makes a folder in it.
  /// - Throws: `SystemError` where it cannot be made.
  public func makeFolder(_ name: String) throws(SystemError) {
    guard mkdir("\(path)/\(name)", 0o755) == 0 else {
      throw SystemError("make", "\(path)/\(name)", code: errno)
    }
  }

  /// What the folder has, but for itself and the one above it.
  public var names: [[UInt8]] { Self.names(Array(path.utf8CString)) }

  private static func terminated(_ path: ArraySlice<UInt8>) -> [CChar] {
    path.map { CChar(bitPattern: $0) } + [0]
  }

  /// Paths are bytes: what lies in the folder need not be named in UTF-8.
  private static func names(_ path: [CChar]) -> [[UInt8]] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        Array(bytes.prefix { $0 != 0 })
      }
      if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
    }
    return names
  }

  private static func remove(_ path: [CChar]) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    // One that may not be read could not be emptied
    chmod(path, 0o700)
    for name in names(path) {
      remove(path.dropLast() + [0x2F] + name.map { CChar(bitPattern: $0) } + [0])
    }
    rmdir(path)
  }
}
