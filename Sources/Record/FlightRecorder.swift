internal import Config
internal import Decide
internal import Glibc
internal import Synchronization

/// A bounded file that keeps the records of refused, failed and slow exchanges, the newest over the oldest, so that `why` can tell
/// of them later, also after a reload, a restart or a kill.
///
/// The file is mapped and shared: what was appended is the kernel's to keep, whatever becomes of the process. (A power cut may lose
/// what the kernel had not written yet.) Every loop may append. Not for the records of all exchanges: for those, `RecentRing`.
public final class FlightRecorder: Sendable {
  public let path: String
  /// Bytes of the file.
  public let size: UInt64
  /// Of the file, with the lock on it.
  public let descriptor: Int32
  // The mapping lives as long as the recorder; what is behind it is only written under `head`'s lock.
  private nonisolated(unsafe) let area: UnsafeMutableRawPointer
  private let capacity: Int
  /// The position that the next entry gets.
  private let head: Mutex<UInt64>
  /// Where lines go instead, once another process writes the file.
  private let stead: Mutex<Stead>
  private let isAway = Atomic<Bool>(false)

  private enum Stead {
    case here
    /// Kept until it is known who writes on.
    case held([(RequestID, [UInt8])])
    case elsewhere(@Sendable (RequestID, [UInt8]) -> Void)
  }

  init(
    path: String, descriptor: Int32, base: UnsafeMutableRawPointer, size: UInt64, head: UInt64
  ) {
    self.path = path
    self.descriptor = descriptor
    self.size = size
    area = base + FlightLayout.headerBytes
    capacity = Int(size) - FlightLayout.headerBytes
    self.head = Mutex(head)
    stead = Mutex(.here)
  }

  deinit {
    munmap(area - FlightLayout.headerBytes, Int(size))
    close(descriptor)
  }

  /// Whether an exchange is to be kept here: refused, failed or slow.
  @inline(__always)
  public static func keeps(
    _ record: borrowing ExchangeRecord, slowMicroseconds: UInt64
  ) -> Bool {
    // What a rule rehearses would push out what is real
    if record.isRehearsed, record.verdict?.evidence.key == .ruleRehearse { return false }
    let isSlow = record.totalMicroseconds >= slowMicroseconds
    let isFailed = record.isFailed
    return record.status >= 400 || isFailed || isSlow
  }

  /// Keeps a line. Returns false where it is too long for the file (a quarter of it) and was left out.
  @discardableResult
  public func append(id: RequestID, _ line: UnsafeBufferPointer<UInt8>) -> Bool {
    if isAway.load(ordering: .acquiring), handOn(id, line) { return true }
    let needed = FlightLayout.entryBytes(line.count)
    guard needed <= capacity / 4, let source = line.baseAddress else { return false }
    head.withLock { head in
      var offset = Int(head % UInt64(capacity))
      if capacity - offset < needed {
        // What is left at the end keeps its older entries until their own place comes.
        head += UInt64(capacity - offset)
        offset = 0
      }
      let sum = FlightLayout.checksum(
        UnsafeRawBufferPointer(line), seed: FlightLayout.seed(position: head, id: id.value))
      let entry = area + offset
      entry.storeBytes(of: 0, as: UInt32.self)
      memcpy(entry + FlightLayout.entryHeaderBytes, source, line.count)
      entry.storeBytes(
        of: UInt32(truncatingIfNeeded: line.count), toByteOffset: 4, as: UInt32.self)
      entry.storeBytes(of: head, toByteOffset: 8, as: UInt64.self)
      entry.storeBytes(of: id.value, toByteOffset: 16, as: UInt64.self)
      entry.storeBytes(of: sum, toByteOffset: 24, as: UInt64.self)
      entry.storeBytes(of: FlightLayout.entryMark, as: UInt32.self)
      head += UInt64(needed)
    }
    return true
  }

  /// Writes no more into the file until `resume` or `forward`: another process does. Lines are held back meanwhile.
  public func pause() {
    stead.withLock { $0 = .held([]) }
    isAway.store(true, ordering: .releasing)
  }

  /// Writes into the file again, first what was held back. Only where nobody else has written there since `pause`.
  public func resume() {
    let held: [(RequestID, [UInt8])] = stead.withLock { stead in
      defer { stead = .here }
      if case .held(let lines) = stead { return lines }
      return []
    }
    isAway.store(false, ordering: .releasing)
    for (id, line) in held { line.withUnsafeBufferPointer { _ = append(id: id, $0) } }
  }

  /// Hands lines to `body` from now on, first what was held back: another process has the file for good.
  public func forward(to body: @escaping @Sendable (RequestID, [UInt8]) -> Void) {
    let held: [(RequestID, [UInt8])] = stead.withLock { stead in
      defer { stead = .elsewhere(body) }
      if case .held(let lines) = stead { return lines }
      return []
    }
    for (id, line) in held { body(id, line) }
  }

  private func handOn(_ id: RequestID, _ line: UnsafeBufferPointer<UInt8>) -> Bool {
    stead.withLock { stead in
      switch stead {
      case .here: return false
      case .held(var lines):
        stead = .here
        lines.append((id, Array(line)))
        stead = .held(lines)
      case .elsewhere(let body): body(id, Array(line))
      }
      return true
    }
  }

  /// The line that was kept for an id; nil where there is none, or none any more. Reads the whole file.
  public func find(_ id: RequestID) -> [UInt8]? {
    entries().last { $0.id == id }?.line
  }

  /// The newest lines, the newest first. Reads the whole file.
  public func recent(_ count: Int) -> [FlightEntry] {
    entries().suffix(max(count, 0)).reversed()
  }

  private func entries() -> [FlightEntry] {
    guard let bytes = FlightFile.contents(descriptor, count: Int(size)) else { return [] }
    return bytes.withUnsafeBytes(FlightLayout.entries)
  }
}

extension ExchangeRecord {
  /// Whether the exchange did not end as it should. A client that comes and goes, or a connection that idles, is no failure.
  var isFailed: Bool {
    switch outcome {
    case .completed, .clientLeftBeforeRequest, .idleClosed: false
    default: true
    }
  }
}
