internal import CSystem
internal import Config
internal import Glibc
internal import Message
internal import Synchronization

/// What a rule needs to write below its folder: the terms, a place for files that are not finished, and where forms go.
final class WriteRoot: Sendable {
  let settings: WriteSettings
  private let root: Int32
  private let stagingDescriptor = Atomic<Int32>(-1)
  private let stagingDeviceNumber = Atomic<UInt64>(0)
  /// Folder of what forms send; -1: none.
  let form: Int32
  let acceptedTypes: [UInt8]

  /// The name of the hidden folder. Nothing in it is ever served.
  static let stagingName = ".statusline"

  init(_ settings: WriteSettings, root: Int32) throws(ServeError) {
    self.settings = settings
    self.root = root
    acceptedTypes = Array(settings.types.value.joined(separator: Array(", ".utf8)))
    form = settings.form.map { open($0.value, O_RDONLY | O_DIRECTORY | O_CLOEXEC) } ?? -1
    if let path = settings.form, form < 0 {
      let reason = String(cString: strerror(errno))
      throw ServeError("cannot open the folder \(path.value): \(reason)")
    }
  }

  /// Hidden folder below the root for files that are being written; -1 where none could be made: they are then made, under a hidden
  /// name, where they will stand.
  var staging: Int32 { stagingDescriptor.load(ordering: .acquiring) }
  var stagingDevice: UInt64 { stagingDeviceNumber.load(ordering: .relaxed) }

  /// Makes the hidden folder, and sweeps what a killed process has left. Once, when a server starts; a dry run does without.
  func prepare() {
    guard staging < 0 else { return }
    _ = mkdirat(root, WriteRoot.stagingName, 0o700)
    let folder = csystem_open(
      root, WriteRoot.stagingName, UInt32(O_RDONLY | O_DIRECTORY | O_NOFOLLOW), 0, 0)
    var status = csystem_file()
    if folder >= 0, csystem_stat_descriptor(folder, &status) == 0 {
      stagingDeviceNumber.store(status.device, ordering: .relaxed)
      stagingDescriptor.store(folder, ordering: .releasing)
      StagedFile.sweep(folder)
    }
    if form >= 0 { StagedFile.sweep(form) }
  }

  deinit {
    if staging >= 0 { close(staging) }
    if form >= 0 { close(form) }
  }
}

/// Tells all loops that files have changed, and which files this server itself has just written.
///
/// Roots that overlap share one, so that what was looked up under one rule is stale after a write under another.
final class WriteClock: Sendable {
  /// Counts the changes; what was looked up before the last one is looked up again.
  private let count = Atomic<UInt32>(0)
  private let written = Mutex<[UInt64: Written]>([:])

  private struct Written {
    var changed: Int64
    var changedNanoseconds: UInt32
    /// Seconds since 1970.
    var at: Int64
  }

  /// For roots that nothing writes to.
  static let still = WriteClock()

  var generation: UInt32 { count.load(ordering: .acquiring) }

  /// Something changed on the disk.
  func tick() { count.add(1, ordering: .acquiringAndReleasing) }

  /// The file came to stand here as a whole, by this server, and in one step.
  ///
  /// Its tag is strong at once: every change by this server makes a new file, so that time, size and inode cannot stay as they are.
  func note(_ file: csystem_file, at seconds: Int64) {
    written.withLock { files in
      if files.count >= 4096 { files = files.filter { seconds - $0.value.at <= 2 } }
      files[file.inode] = Written(
        changed: file.changed_seconds, changedNanoseconds: file.changed_nanoseconds, at: seconds)
    }
  }

  /// Whether this server wrote the file as it is.
  func isOwn(_ file: csystem_file) -> Bool {
    written.withLock { files in
      guard let known = files[file.inode] else { return false }
      return known.changed == file.changed_seconds
        && known.changedNanoseconds == file.changed_nanoseconds
    }
  }
}

/// Locks of names in folders, for the whole process: between a look at what stands there and the change, no other loop changes it.
///
/// A few hundred locks for all names; they are held for two or three system calls.
enum NameLock {
  private final class Lock: Sendable {
    let mutex = Mutex<Void>(())
  }

  private static let locks = (0..<256).map { _ in Lock() }

  static func with<T>(_ folder: csystem_file, _ name: [CChar], _ body: () -> T) -> T {
    let hash = name.withUnsafeBytes { bytes in
      ContentHash.of(bytes.bindMemory(to: UInt8.self), seed: folder.inode &+ folder.device)
    }
    return locks[Int(hash & 255)].mutex.withLock { _ in body() }
  }
}
