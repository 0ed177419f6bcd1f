internal import CSystem
internal import Config
internal import Glibc

/// A file that is being written under a hidden name, until it takes its place in one step. Whoever lets go of it before that
/// leaves nothing behind; what a killed process leaves is swept at the next start, which a lock on the file tells from what another
/// process is writing.
final class StagedFile {
  let descriptor: Int32
  private let folder: Int32
  private let name: [CChar]
  private var isStaged = true

  private static let prefix = ".write-"

  /// Makes an empty file in a folder, which the caller keeps open. The error is an errno.
  init(in folder: Int32) throws(WriteError) {
    self.folder = folder
    var made = try StagedFile.make(in: folder)
    // Who sweeps may have come between making and locking, as when a configuration is loaded anew: then the name is gone
    while StagedFile.isSwept(made.descriptor) {
      close(made.descriptor)
      made = try StagedFile.make(in: folder)
    }
    (descriptor, name) = made
  }

  private static func make(
    in folder: Int32
  ) throws(WriteError) -> (descriptor: Int32, name: [CChar]) {
    let name = Array("\(prefix)\(randomName())".utf8CString)
    let flags = UInt32(O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
    let descriptor = csystem_open(folder, name, flags, 0o644, 0)
    if descriptor < 0 { throw WriteError(-descriptor) }
    // Waits for nobody but who sweeps, and that is no more than it takes to remove a name
    while flock(descriptor, LOCK_EX) < 0, errno == EINTR {}
    return (descriptor, name)
  }

  /// Whether the file has lost its name. What is locked and has one keeps it.
  private static func isSwept(_ descriptor: Int32) -> Bool {
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink == 0
  }

  deinit {
    if isStaged { unlinkat(folder, name, 0) }
    close(descriptor)
  }

  /// Sixteen digits that nobody guesses.
  static func randomName() -> String {
    var generator = SystemRandomNumberGenerator()
    let digits = String(generator.next(), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(WriteError) {
    var rest = bytes
    while let start = rest.baseAddress, !rest.isEmpty {
      let count = Glibc.write(descriptor, start, rest.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw WriteError(errno) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  func sync() throws(WriteError) {
    if fsync(descriptor) < 0 { throw WriteError(errno) }
  }

  /// Takes its place; `isNew`: only where nothing stands there (EEXIST otherwise).
  func place(in target: Int32, as name: [CChar], isNew: Bool) throws(WriteError) {
    let code = csystem_rename(folder, self.name, target, name, isNew ? 1 : 0)
    if code < 0 { throw WriteError(-code) }
    isStaged = false
  }

  /// Removes what no process is writing any more.
  static func sweep(_ folder: Int32) {
    let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0, let stream = fdopendir(copy) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        bytes.prefix { $0 != 0 }.map { CChar(bitPattern: $0) } + [0]
      }
      guard name.starts(with: prefix.utf8.map { CChar(bitPattern: $0) }) else { continue }
      let file = csystem_open(folder, name, UInt32(O_RDONLY | O_NOFOLLOW | O_NONBLOCK), 0, 0)
      guard file >= 0 else { continue }
      if flock(file, LOCK_EX | LOCK_NB) == 0 { unlinkat(folder, name, 0) }
      close(file)
    }
  }
}

/// What the operating system said to a change; an errno.
struct WriteError: Error {
  var code: Int32
  init(_ code: Int32) { self.code = code }
}
