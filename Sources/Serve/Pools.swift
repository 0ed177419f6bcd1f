/// Objects that wait for their next use, in memory of their own and without counting references: what is in the pool is owned by it,
/// what was taken is owned by whoever took it. One loop's; not for sharing.
struct Pool<Object: AnyObject>: ~Copyable {
  private let entries: UnsafeMutablePointer<Unmanaged<Object>>
  private let capacity: Int
  private var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    entries = .allocate(capacity: capacity)
  }

  deinit {
    for index in 0..<count { entries[index].release() }
    entries.deallocate()
  }

  /// Nil where the pool is empty.
  @inline(__always)
  mutating func take() -> Unmanaged<Object>? {
    guard count > 0 else { return nil }
    count -= 1
    return entries[count]
  }

  /// False where the pool is full: the object is still the caller's.
  @inline(__always)
  mutating func give(_ object: Unmanaged<Object>) -> Bool {
    guard count < capacity else { return false }
    entries[count] = object
    count += 1
    return true
  }
}

/// Objects in the order in which they were added, each owned by the queue while it is there.
struct OwnedQueue<Object: AnyObject>: ~Copyable {
  private var entries: UnsafeMutablePointer<Unmanaged<Object>>
  private var capacity = 4
  private(set) var count = 0

  init() { entries = .allocate(capacity: capacity) }

  deinit {
    for index in 0..<count { entries[index].release() }
    entries.deallocate()
  }

  @inline(__always) var isEmpty: Bool { count == 0 }

  @inline(__always)
  subscript(index: Int) -> Unmanaged<Object> {
    precondition(index >= 0 && index < count)
    return entries[index]
  }

  @inline(__always)
  mutating func append(_ object: Unmanaged<Object>) {
    if count == capacity { grow() }
    entries[count] = object
    count += 1
  }

  /// Takes the first ones out; they are the caller's.
  @inline(__always)
  mutating func removeFirst(_ length: Int) {
    precondition(length >= 0 && length <= count)
    count -= length
    if count > 0 { entries.update(from: entries + length, count: count) }
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Unmanaged<Object>>.allocate(capacity: capacity * 2)
    larger.initialize(from: entries, count: count)
    entries.deallocate()
    entries = larger
    capacity *= 2
  }
}
