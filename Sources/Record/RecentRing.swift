internal import Glibc
public import Message

/// The newest lines of one loop in memory, of all its exchanges, so that `why` on a running server finds also what was not refused.
///
/// Belongs to its loop: nobody else may touch it. The memory is fixed and cut into segments; when one is full, the oldest gives up
/// all its lines at once, so that adding a line never looks at old memory.
public struct RecentRing: ~Copyable {
  private static let segmentCount = 16
  /// Before each line: its id, then its length.
  private static let entryHeaderBytes = 16

  private let base: UnsafeMutableRawPointer
  private let segmentBytes: Int
  /// Bytes and lines that each segment holds.
  private var used = InlineArray<16, Int>(repeating: 0)
  private var lines = InlineArray<16, Int>(repeating: 0)
  /// The segment that is being filled.
  private var current = 0

  /// A ring of `capacity` bytes, at least 4 KiB.
  public init(capacity: Int = 256 << 10) {
    segmentBytes = (max(capacity, 4096) / Self.segmentCount) & ~7
    base = .allocate(byteCount: segmentBytes * Self.segmentCount, alignment: 8)
  }

  deinit { base.deallocate() }

  /// Number of lines held.
  public var count: Int {
    var sum = 0
    for segment in 0..<Self.segmentCount { sum += lines[segment] }
    return sum
  }

  /// Keeps a line; one that is longer than a segment, a sixteenth of the ring, is left out.
  public mutating func append(id: RequestID, _ line: UnsafeBufferPointer<UInt8>) {
    let needed = Self.entryHeaderBytes + (line.count + 7) & ~7
    guard needed <= segmentBytes, let source = line.baseAddress else { return }
    if segmentBytes - used[current] < needed {
      current = (current + 1) % Self.segmentCount
      used[current] = 0
      lines[current] = 0
    }
    let entry = base + current * segmentBytes + used[current]
    entry.storeBytes(of: id.value, as: UInt64.self)
    entry.storeBytes(of: UInt64(line.count), toByteOffset: 8, as: UInt64.self)
    memcpy(entry + Self.entryHeaderBytes, source, line.count)
    used[current] += needed
    lines[current] += 1
  }

  /// Appends the line of an id to `buffer`; false where it is not there, or not any more.
  public func find(_ id: RequestID, into buffer: inout ByteBuffer) -> Bool {
    for segment in 0..<Self.segmentCount {
      var place = 0
      while place < used[segment] {
        let entry = base + segment * segmentBytes + place
        let length = Int(entry.load(fromByteOffset: 8, as: UInt64.self))
        if entry.load(as: UInt64.self) == id.value {
          let start = (entry + Self.entryHeaderBytes).assumingMemoryBound(to: UInt8.self)
          buffer.append(UnsafeBufferPointer(start: start, count: length))
          return true
        }
        place += Self.entryHeaderBytes + (length + 7) & ~7
      }
    }
    return false
  }
}
