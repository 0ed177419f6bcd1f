internal import Glibc
public import Message

/// The newest lines of one loop in memory, of all its exchanges, so that `why` on a running server finds also what was not refused.
///
/// Belongs to its loop: nobody else may touch it. The memory is fixed; the newest line pushes the oldest ones out.
public struct RecentRing: ~Copyable {
  private let base: UnsafeMutableRawPointer
  private let capacity: Int
  /// Where the oldest entry begins and where the next one goes, counted over all rounds.
  private var tail = 0
  private var head = 0
  /// Number of lines held.
  public private(set) var count = 0

  /// Before each line: its id, then its length with `isFiller` set where only the end of the memory is skipped.
  private static let entryHeaderBytes = 16

  /// A ring of `capacity` bytes, at least 4 KiB.
  public init(capacity: Int = 256 << 10) {
    self.capacity = max(capacity, 4096) & ~7
    base = .allocate(byteCount: self.capacity, alignment: 8)
  }

  deinit { base.deallocate() }

  /// Keeps a line; one that is longer than a quarter of the ring is left out.
  public mutating func append(id: RequestID, _ line: UnsafeBufferPointer<UInt8>) {
    let needed = Self.entryHeaderBytes + (line.count + 7) & ~7
    guard needed <= capacity / 4, let source = line.baseAddress else { return }
    var offset = head % capacity
    let rest = capacity - offset
    if rest < needed {
      makeRoom(rest)
      if rest >= Self.entryHeaderBytes { writeHeader(at: offset, id: 0, length: .max) }
      head += rest
      offset = 0
    }
    makeRoom(needed)
    writeHeader(at: offset, id: id.value, length: UInt64(line.count))
    memcpy(base + offset + Self.entryHeaderBytes, source, line.count)
    head += needed
    count += 1
  }

  /// Appends the line of an id to `buffer`; false where it is not there, or not any more.
  public func find(_ id: RequestID, into buffer: inout ByteBuffer) -> Bool {
    var place = tail
    while place < head {
      let entry = entry(at: place)
      if entry.length != .max, entry.id == id.value {
        let start = base + place % capacity + Self.entryHeaderBytes
        buffer.append(
          UnsafeBufferPointer(
            start: start.assumingMemoryBound(to: UInt8.self), count: Int(entry.length)))
        return true
      }
      place += entry.bytes
    }
    return false
  }

  private mutating func makeRoom(_ needed: Int) {
    while capacity - (head - tail) < needed {
      let entry = entry(at: tail)
      if entry.length != .max { count -= 1 }
      tail += entry.bytes
    }
  }

  private func writeHeader(at offset: Int, id: UInt64, length: UInt64) {
    base.storeBytes(of: id, toByteOffset: offset, as: UInt64.self)
    base.storeBytes(of: length, toByteOffset: offset + 8, as: UInt64.self)
  }

  /// The entry or the filler at a place; `bytes` is what it takes in the ring.
  private func entry(at place: Int) -> (id: UInt64, length: UInt64, bytes: Int) {
    let offset = place % capacity
    let rest = capacity - offset
    guard rest >= Self.entryHeaderBytes else { return (0, .max, rest) }
    let id = base.load(fromByteOffset: offset, as: UInt64.self)
    let length = base.load(fromByteOffset: offset + 8, as: UInt64.self)
    if length == .max { return (0, .max, rest) }
    return (id, length, Self.entryHeaderBytes + (Int(length) + 7) & ~7)
  }
}
