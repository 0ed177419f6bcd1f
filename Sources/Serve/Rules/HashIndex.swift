/// Numbers by hash, for tables that are built once and then only read: open addressing in one piece of memory, no counting, nothing
/// allocated by a look-up. Whoever asks compares what the number stands for, because hashes may collide.
struct HashIndex: ~Copyable, @unchecked Sendable {
  private struct Slot {
    var hash: UInt64
    /// -1: free.
    var value: Int32
  }

  // Changed by `insert` alone, while the owner is being made.
  private var slots: UnsafeMutablePointer<Slot>
  private var mask: Int
  private(set) var count = 0

  init(capacity: Int = 4) {
    var size = 8
    while size < capacity * 2 { size *= 2 }
    mask = size - 1
    slots = .allocate(capacity: size)
    slots.initialize(repeating: Slot(hash: 0, value: -1), count: size)
  }

  deinit { slots.deallocate() }

  mutating func insert(_ hash: UInt64, _ value: Int32) {
    if (count + 1) * 2 > mask + 1 { grow() }
    put(hash, value)
    count += 1
  }

  private func put(_ hash: UInt64, _ value: Int32) {
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place].value >= 0 { place = (place + 1) & mask }
    slots[place] = Slot(hash: hash, value: value)
  }

  private mutating func grow() {
    let old = slots
    let size = mask + 1
    slots = .allocate(capacity: size * 2)
    slots.initialize(repeating: Slot(hash: 0, value: -1), count: size * 2)
    mask = size * 2 - 1
    for place in 0..<size where old[place].value >= 0 { put(old[place].hash, old[place].value) }
    old.deallocate()
  }

  /// The first number under this hash that `matches`; -1 where there is none.
  @inline(__always)
  func find(_ hash: UInt64, _ matches: (Int32) -> Bool) -> Int32 {
    var place = Int(truncatingIfNeeded: hash) & mask
    while slots[place].value >= 0 {
      if slots[place].hash == hash, matches(slots[place].value) { return slots[place].value }
      place = (place + 1) & mask
    }
    return -1
  }
}
