internal import Glibc
internal import Message
internal import Synchronization

/// The content of a request on its way into a file: gathered in memory, and from there, a buffer at a time, written by helper threads.
///
/// It belongs to its loop; while `isBusy`, to the one helper that writes.
final class Upload: ContentSink, @unchecked Sendable {
  private(set) var bytes: UnsafeMutableRawPointer
  private(set) var count = 0
  private var capacity: Int
  /// Content that is gathered before it is written.
  private let threshold: Int
  /// Folder for the unfinished file; -1: none is made.
  private let folder: Int32
  /// The content stays in memory until it is whole, as far as its limit goes.
  private let staysWhole: Bool
  private var file: StagedFile?
  /// What went wrong while it was written; an errno, 0: nothing.
  private(set) var failure: Int32 = 0
  private var pool: UploadPool?

  static let bufferBytes = 1 << 20
  static let smallBufferBytes = 64 << 10

  /// `declared` is the content's length, where it is declared.
  init(into folder: Int32, staysWhole: Bool = false, declared: UInt64?, pool: UploadPool) {
    self.folder = folder
    self.staysWhole = staysWhole || folder < 0
    let wanted = declared.map { Int(min($0, UInt64(Upload.bufferBytes))) }
    if let wanted, wanted <= Upload.smallBufferBytes || self.staysWhole {
      capacity = max(wanted, 64)
      bytes = .allocate(byteCount: capacity, alignment: 64)
    } else if wanted != nil, let large = pool.take() {
      capacity = Upload.bufferBytes
      bytes = large
      self.pool = pool
    } else {
      capacity = Upload.smallBufferBytes
      bytes = .allocate(byteCount: capacity, alignment: 64)
    }
    threshold = self.staysWhole ? .max : max(capacity, Upload.smallBufferBytes)
  }

  deinit {
    if let pool { pool.give(bytes) } else { bytes.deallocate() }
  }

  func take(_ run: Span<UInt8>) {
    reserve(run.count)
    run.withUnsafeBytes { source in
      guard let start = source.baseAddress else { return }
      memcpy(bytes + count, start, source.count)
    }
    count += run.count
  }

  private func reserve(_ more: Int) {
    guard capacity - count < more else { return }
    let larger = max(capacity * 2, count + more)
    let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 64)
    memcpy(moved, bytes, count)
    if let pool { pool.give(bytes) } else { bytes.deallocate() }
    pool = nil
    capacity = larger
    bytes = moved
  }

  // MARK: Receiving in place

  /// Room for content that is received without another copy; of `remaining` bytes that are to come.
  func makeRoom(for remaining: UInt64) -> Int {
    // What stays in memory grows with what arrives
    if staysWhole, capacity == count {
      reserve(Int(min(remaining, UInt64(Upload.bufferBytes))))
    }
    return Int(min(UInt64(max(min(capacity, threshold) - count, 0)), remaining))
  }
  var end: UnsafeMutableRawPointer { bytes + count }
  func didReceive(_ more: Int) { count += more }

  /// As much has gathered as is written at once.
  var isFull: Bool { count >= threshold }

  // MARK: On a helper thread

  /// Writes what has gathered. A failure is kept: what follows is read and dropped, and the action tells.
  func flush() {
    defer { count = 0 }
    guard failure == 0, !staysWhole else { return }
    do throws(WriteError) {
      try write(UnsafeRawBufferPointer(start: bytes, count: count))
    } catch {
      failure = error.code
    }
  }

  private func write(_ run: UnsafeRawBufferPointer) throws(WriteError) {
    if file == nil { file = try StagedFile(in: folder) }
    try file?.write(run)
  }

  /// The file with all of the content.
  func finish(durable: Bool) throws(WriteError) -> StagedFile {
    if failure != 0 { throw WriteError(failure) }
    try write(UnsafeRawBufferPointer(start: bytes, count: count))
    count = 0
    guard let file else { throw WriteError(EIO) }
    if durable { try file.sync() }
    return file
  }

  /// The content, which is still in memory as a whole.
  var content: [UInt8] { Array(UnsafeRawBufferPointer(start: bytes, count: count)) }
}

/// A loop's large buffers: a few are kept for the next upload, and only so many are handed out that uploads without number cannot
/// take all memory; the others make do with small ones. Buffers come back from helper threads too.
final class UploadPool: Sendable {
  private struct State: @unchecked Sendable {
    var kept: [UnsafeMutableRawPointer] = []
    var handedOut = 0
  }

  private static let handedOutMax = 32
  private static let keptMax = 8
  private let state = Mutex(State())

  func take() -> UnsafeMutableRawPointer? {
    let (isGranted, kept) = state.withLock { state -> (Bool, Int?) in
      guard state.handedOut < UploadPool.handedOutMax else { return (false, nil) }
      state.handedOut += 1
      return (true, state.kept.popLast().map { Int(bitPattern: $0) })
    }
    guard isGranted else { return nil }
    return kept.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }
      ?? .allocate(byteCount: Upload.bufferBytes, alignment: 4096)
  }

  func give(_ buffer: UnsafeMutableRawPointer) {
    let address = Int(bitPattern: buffer)
    let isKept = state.withLock { state in
      state.handedOut -= 1
      guard state.kept.count < UploadPool.keptMax else { return false }
      if let buffer = UnsafeMutableRawPointer(bitPattern: address) { state.kept.append(buffer) }
      return true
    }
    if !isKept { buffer.deallocate() }
  }

  deinit {
    state.withLock { state in
      for buffer in state.kept { buffer.deallocate() }
    }
  }
}
