internal import CSystem
internal import Glibc

/// A system call on the flight recorder's file that failed.
public struct FlightFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was being done, as in "opening /var/lib/statusline/flight".
  public var action: String
  /// The system's error number; 0: another server has the file.
  public var systemError: Int32

  public var description: String {
    if systemError == 0 { return "\(action): another server has it" }
    let text = csystem_error_text(systemError).map { String(cString: $0) } ?? ""
    return "\(action): \(text)"
  }
}

/// Opening and reading the flight recorder's file.
public enum FlightFile {
  /// The name of the file in the state folder.
  public static let name = "flight"

  /// Bytes of the file where `bytes` are asked for: at least 64 KiB, at most 1 GiB, in whole pages.
  public static func size(for bytes: UInt64) -> UInt64 {
    let wanted = min(max(bytes, FlightLayout.sizeMin), FlightLayout.sizeMax)
    return (wanted + 4095) & ~4095
  }

  /// Opens or makes the file at `path` with `bytes` bytes (at least 64 KiB, at most 1 GiB) and mode 0600.
  ///
  /// What it held is kept, also when it changes its size. A file that is damaged or of another kind is renamed, never written
  /// over. `notes` says so, in sentences for the operator.
  public static func open(
    _ path: String, bytes: UInt64, now seconds: Int64
  ) throws(FlightFault) -> (recorder: FlightRecorder, notes: [String]) {
    let size = size(for: bytes)
    var notes: [String] = []
    var kept: [FlightEntry] = []
    switch try state(of: path) {
    case .missing: break
    case .sound(let oldSize, let descriptor) where oldSize == size:
      let recorder = try map(path, descriptor, size: size, isNew: false)
      return (recorder, notes)
    case .sound(let oldSize, let descriptor):
      kept = contents(descriptor, count: Int(oldSize))?.withUnsafeBytes(FlightLayout.entries) ?? []
      close(descriptor)
    case .unsound(let reason):
      let aside = "\(path).damaged-\(seconds)"
      guard rename(path, aside) == 0 else { throw fault("renaming \(path)") }
      notes.append(
        "The flight recorder \(path) could not be used, because \(reason). "
          + "It is now \(aside), and a new one was begun.")
    }
    let recorder = try create(path, size: size)
    for entry in kept {
      entry.line.withUnsafeBufferPointer { _ = recorder.append(id: entry.id, $0) }
    }
    if !kept.isEmpty {
      notes.append("The flight recorder \(path) has a new size and kept its records.")
    }
    return (recorder, notes)
  }

  /// Goes on with a file that another process has open and locked, and has handed on.
  public static func adopt(
    _ descriptor: Int32, path: String
  ) throws(FlightFault) -> FlightRecorder {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw fault("looking at \(path)") }
    let size = UInt64(max(status.st_size, 0))
    let start = contents(descriptor, count: min(Int(size), FlightLayout.headerBytes)) ?? []
    guard start.withUnsafeBytes({ FlightLayout.headerFault($0, fileBytes: size) }) == nil else {
      throw FlightFault(action: "reading \(path) as a flight recorder", systemError: EINVAL)
    }
    return try map(path, descriptor, size: size, isNew: false)
  }

  /// The records of a file, the oldest first, read without the server; a server may be writing meanwhile.
  public static func read(_ path: String) throws(FlightFault) -> [FlightEntry] {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    guard descriptor >= 0 else { throw fault("opening \(path)") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw fault("looking at \(path)") }
    let size = UInt64(max(status.st_size, 0))
    guard status.st_mode & S_IFMT == S_IFREG, size <= FlightLayout.sizeMax + 4096,
      let bytes = contents(descriptor, count: Int(size)),
      bytes.withUnsafeBytes({ FlightLayout.headerFault($0, fileBytes: size) }) == nil
    else { throw FlightFault(action: "reading \(path) as a flight recorder", systemError: EINVAL) }
    return bytes.withUnsafeBytes(FlightLayout.entries)
  }

  // MARK: -

  private enum State {
    case missing
    /// Its size, and its descriptor with the lock on it.
    case sound(size: UInt64, Int32)
    case unsound(String)
  }

  private static func fault(_ action: String) -> FlightFault {
    FlightFault(action: action, systemError: errno)
  }

  private static func state(of path: String) throws(FlightFault) -> State {
    let descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
    if descriptor < 0 {
      switch errno {
      case ENOENT: return .missing
      case ELOOP: return .unsound("it is a symbolic link")
      case EISDIR: return .unsound("it is a folder")
      case ENXIO: return .unsound("it is no regular file")
      default: throw fault("opening \(path)")
      }
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let failure = fault("looking at \(path)")
      close(descriptor)
      throw failure
    }
    let size = UInt64(max(status.st_size, 0))
    var reason: String?
    if status.st_mode & S_IFMT != S_IFREG {
      reason = "it is no regular file"
    } else if size > FlightLayout.sizeMax + 4096 {
      reason = "it is too long"
    } else {
      let start = contents(descriptor, count: min(Int(size), FlightLayout.headerBytes)) ?? []
      reason = start.withUnsafeBytes { FlightLayout.headerFault($0, fileBytes: size) }
    }
    if let reason {
      close(descriptor)
      return .unsound(reason)
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw FlightFault(action: "opening \(path)", systemError: 0)
    }
    return .sound(size: size, descriptor)
  }

  /// Makes the file beside its place and moves it there when its header is written, so that nobody sees half of it.
  private static func create(
    _ path: String, size: UInt64
  ) throws(FlightFault) -> FlightRecorder {
    let draft = "\(path).new"
    unlink(draft)
    let descriptor = Glibc.open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw fault("making \(draft)") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw FlightFault(action: "making \(draft)", systemError: 0)
    }
    // The room is taken now: a full disk is an error here, not a signal at a write later.
    let reserved = csystem_reserve(descriptor, 0, Int64(size))
    guard reserved == 0 else {
      close(descriptor)
      unlink(draft)
      throw FlightFault(action: "reserving \(size) bytes for \(path)", systemError: -reserved)
    }
    let recorder = try map(path, descriptor, size: size, isNew: true)
    guard rename(draft, path) == 0 else { throw fault("renaming \(draft)") }
    return recorder
  }

  /// Maps the file; takes the descriptor over.
  private static func map(
    _ path: String, _ descriptor: Int32, size: UInt64, isNew: Bool
  ) throws(FlightFault) -> FlightRecorder {
    fchmod(descriptor, 0o600)
    var address: UnsafeMutableRawPointer?
    let mapped = csystem_map(descriptor, Int(size), 1, &address)
    guard mapped == 0, let base = address else {
      close(descriptor)
      throw FlightFault(action: "mapping \(path)", systemError: -mapped)
    }
    var head: UInt64 = 0
    if isNew {
      FlightLayout.writeHeader(base, size: size)
    } else {
      head = FlightLayout.end(UnsafeRawBufferPointer(start: base, count: Int(size)))
      // What was only looked at need not count as this process's memory; the kernel and the file keep it.
      madvise(base, Int(size), MADV_DONTNEED)
    }
    return FlightRecorder(
      path: path, descriptor: descriptor, base: base, size: size, head: head)
  }

  /// The first `count` bytes of a file, read by copying, so that no other writer can pull them away; nil where that fails.
  static func contents(_ descriptor: Int32, count: Int) -> [UInt8]? {
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, let base = buffer.baseAddress {
        let length = pread(descriptor, base + filled, count - filled, off_t(filled))
        if length < 0, errno == EINTR { continue }
        if length <= 0 { break }
        filled += length
      }
    }
    return bytes.count == count ? bytes : nil
  }
}
