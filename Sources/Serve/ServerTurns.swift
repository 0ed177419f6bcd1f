internal import Glibc
internal import Loop

// For whoever plays a server against an injected clock: to know when the loops have seen what was done.
extension Server {
  /// Waits until every loop has taken some turns: what was at its descriptors before has then been read, and what follows from it
  /// without waiting is done. False where a loop did not do so in time, as one that has ended cannot.
  package func settle(turns: Int = 6, milliseconds: Int = 10_000) -> Bool {
    let signal = TurnSignal()
    for loop in loops { Server.turn(loop, turns, signal) }
    for _ in loops where !signal.wait(milliseconds: milliseconds) { return false }
    return true
  }

  /// Waits until something holds that the kernel and the loops bring about. False where it does not come to that in time.
  package func settle(until isReached: () -> Bool) -> Bool {
    for _ in 0..<10_000 {
      if isReached() { return true }
      guard settle(turns: 1) else { return false }
      _ = poll(nil, 0, 1)
    }
    return false
  }

  /// Connections that are open now.
  package var openConnections: UInt64 { shared.openCount }

  private static func turn(_ loop: EventLoop, _ rest: Int, _ signal: TurnSignal) {
    loop.post {
      if rest <= 1 { signal.raise() } else { turn(loop, rest - 1, signal) }
    }
  }

  /// Keeps the loops from taking a turn while `body` runs, so that they find everything that it does at once, as a busy server would.
  package func hold(_ body: () -> Void) {
    let held = TurnSignal()
    let release = TurnSignal()
    for loop in loops {
      loop.post {
        held.raise()
        _ = release.wait(milliseconds: 30_000)
      }
    }
    for _ in loops { _ = held.wait(milliseconds: 30_000) }
    body()
    for _ in loops { release.raise() }
  }
}

/// A semaphore: raised as often as waited for.
private final class TurnSignal: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func raise() { sem_post(semaphore) }

  /// False where nobody raised it in time.
  func wait(milliseconds: Int) -> Bool {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    time.tv_sec += milliseconds / 1000
    time.tv_nsec += milliseconds % 1000 * 1_000_000
    if time.tv_nsec >= 1_000_000_000 {
      time.tv_sec += 1
      time.tv_nsec -= 1_000_000_000
    }
    while sem_timedwait(semaphore, &time) != 0 {
      if errno != EINTR { return false }
    }
    return true
  }
}
