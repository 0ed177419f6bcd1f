/// Names one timer of one loop. A timer that has fired or was cancelled is never named again by the
/// same value.
public struct TimerID: Sendable, Hashable {
  let slot: UInt32
  let generation: UInt32
}

/// What a loop does when a timer's time has come.
enum TimerAction {
  case token(UInt64)
  case call(() -> Void)
}

/// Timers in the order of their deadlines: a binary heap over reused slots.
///
/// Setting and cancelling cost a logarithm of the number of timers. For limits that every
/// connection has, a sweep on the loop's tick is cheaper. Timers with equal deadlines fire in no
/// particular order.
struct TimerHeap {
  private struct Slot {
    var generation: UInt32
    /// Where the heap has this slot, -1 while the slot is free.
    var place: Int
    var action: TimerAction
  }

  private struct Entry {
    let deadline: UInt64
    let slot: UInt32
  }

  private var heap: [Entry] = []
  private var slots: [Slot] = []
  private var free: [UInt32] = []

  var count: Int { heap.count }

  /// The earliest deadline, in nanoseconds of the loop's clock.
  var nextDeadline: UInt64? { heap.first?.deadline }

  mutating func insert(deadline: UInt64, _ action: TimerAction) -> TimerID {
    let slot: UInt32
    if let reused = free.popLast() {
      slot = reused
      slots[Int(slot)].action = action
    } else {
      slot = UInt32(slots.count)
      slots.append(Slot(generation: 0, place: -1, action: action))
    }
    heap.append(Entry(deadline: deadline, slot: slot))
    slots[Int(slot)].place = heap.count - 1
    siftUp(from: heap.count - 1)
    return TimerID(slot: slot, generation: slots[Int(slot)].generation)
  }

  /// Whether the timer was still to come.
  mutating func remove(_ timer: TimerID) -> Bool {
    let index = Int(timer.slot)
    guard index < slots.count, slots[index].generation == timer.generation,
      slots[index].place >= 0
    else { return false }
    removeEntry(at: slots[index].place)
    release(timer.slot)
    return true
  }

  /// Takes out the earliest timer whose deadline is not after `now`.
  mutating func popDue(now: UInt64) -> (TimerID, TimerAction)? {
    guard let first = heap.first, first.deadline <= now else { return nil }
    let slot = slots[Int(first.slot)]
    removeEntry(at: 0)
    release(first.slot)
    return (TimerID(slot: first.slot, generation: slot.generation), slot.action)
  }

  private mutating func release(_ slot: UInt32) {
    slots[Int(slot)].generation &+= 1
    slots[Int(slot)].place = -1
    slots[Int(slot)].action = .token(0)
    free.append(slot)
  }

  private mutating func removeEntry(at place: Int) {
    let last = heap.removeLast()
    guard place < heap.count else { return }
    heap[place] = last
    slots[Int(last.slot)].place = place
    siftDown(from: place)
    siftUp(from: place)
  }

  private mutating func siftUp(from start: Int) {
    var place = start
    let moving = heap[place]
    while place > 0 {
      let parent = (place - 1) / 2
      if heap[parent].deadline <= moving.deadline { break }
      put(heap[parent], at: place)
      place = parent
    }
    put(moving, at: place)
  }

  private mutating func siftDown(from start: Int) {
    var place = start
    let moving = heap[place]
    while true {
      var child = place * 2 + 1
      if child >= heap.count { break }
      if child + 1 < heap.count, heap[child + 1].deadline < heap[child].deadline { child += 1 }
      if moving.deadline <= heap[child].deadline { break }
      put(heap[child], at: place)
      place = child
    }
    put(moving, at: place)
  }

  private mutating func put(_ entry: Entry, at place: Int) {
    heap[place] = entry
    slots[Int(entry.slot)].place = place
  }
}
