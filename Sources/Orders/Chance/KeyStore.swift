/// Where each key's sequence stands, and how often a key has asked. Holds so many keys and no more: the one that was used longest ago
/// goes. Time is handed in, in milliseconds of a clock that does not go back.
///
/// Not for sharing between threads: whoever does puts a lock around it.
public struct KeyStore: Sendable {
  /// A key's place; `previous` and `next` chain the places from the one used last to the one used longest ago.
  private struct Place: Sendable {
    var key: [UInt8]
    var fingerprint: UInt64
    /// Questions so far.
    var count: UInt64
    var expires: UInt64
    var previous: Int
    var next: Int
  }

  /// What a rule that rehearses remembers: enough for a key a test of a large suite, and at most some 16 MiB.
  public static let usualCapacity = 65_536

  public let capacity: Int
  private var places: [Place] = []
  private var indices: [[UInt8]: Int] = [:]
  private var free: [Int] = []
  private var newest = -1
  private var oldest = -1

  /// - Parameter capacity: keys that are held, at least 1.
  public init(capacity: Int = KeyStore.usualCapacity) {
    precondition(capacity > 0)
    self.capacity = capacity
  }

  /// Keys that are held, expired ones included until they are asked for or make room.
  public var count: Int { indices.count }

  /// The sequence's next step, which is then the key's last one. Another sequence under the same key begins at its first step.
  public mutating func step(_ call: SequenceCall, now: UInt64) -> SequenceStep {
    let asked = take(
      call.key, fingerprint: call.sequence.fingerprint, isReset: call.isReset,
      expiry: call.expiry, now: now)
    let count = UInt64(call.sequence.steps.count)
    let index = Int(call.loops ? asked % count : min(asked, count - 1))
    return SequenceStep(
      choice: call.sequence.steps[index], position: index + 1, count: Int(count))
  }

  /// How often the key has asked before, from 0, and counts this time: the index of a `Draw`.
  public mutating func index(
    of key: [UInt8], expiry: UInt64 = SequenceCall.expiryDefault, now: UInt64
  ) -> UInt64 {
    take(key, fingerprint: 0, isReset: false, expiry: expiry, now: now)
  }

  /// Forgets a key. False where it was not there.
  @discardableResult
  public mutating func reset(_ key: [UInt8]) -> Bool {
    guard let index = indices[key] else { return false }
    remove(index)
    return true
  }

  private mutating func take(
    _ key: [UInt8], fingerprint: UInt64, isReset: Bool, expiry: UInt64, now: UInt64
  ) -> UInt64 {
    let (sum, overflows) = now.addingReportingOverflow(expiry)
    let expires = overflows ? .max : sum
    guard let index = indices[key] else {
      insert(key, fingerprint, expires)
      return 0
    }
    unlink(index)
    linkFirst(index)
    if isReset || places[index].fingerprint != fingerprint || places[index].expires <= now {
      places[index].count = 0
      places[index].fingerprint = fingerprint
    }
    places[index].expires = expires
    defer { places[index].count &+= 1 }
    return places[index].count
  }

  private mutating func insert(_ key: [UInt8], _ fingerprint: UInt64, _ expires: UInt64) {
    if indices.count == capacity { remove(oldest) }
    let place = Place(
      key: key, fingerprint: fingerprint, count: 1, expires: expires, previous: -1, next: -1)
    let index: Int
    if let reused = free.popLast() {
      index = reused
      places[index] = place
    } else {
      index = places.count
      places.append(place)
    }
    indices[key] = index
    linkFirst(index)
  }

  private mutating func remove(_ index: Int) {
    unlink(index)
    indices[places[index].key] = nil
    places[index].key = []
    free.append(index)
  }

  private mutating func linkFirst(_ index: Int) {
    places[index].previous = -1
    places[index].next = newest
    if newest >= 0 { places[newest].previous = index } else { oldest = index }
    newest = index
  }

  private mutating func unlink(_ index: Int) {
    let (previous, next) = (places[index].previous, places[index].next)
    if previous >= 0 { places[previous].next = next } else { newest = next }
    if next >= 0 { places[next].previous = previous } else { oldest = previous }
  }
}
