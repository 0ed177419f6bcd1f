internal import Synchronization

extension EventLoop {
  /// Hands `token` to the handler's `expired` once `coarseNow` has reached `deadline` (nanoseconds
  /// of the monotonic clock). The loop sleeps in whole milliseconds, so a timer may come up to one
  /// late, never early.
  @discardableResult
  public func schedule(at deadline: UInt64, token: UInt64) -> TimerID {
    assertOnLoop()
    return timers.insert(deadline: deadline, .token(token))
  }

  /// Calls `body` once `coarseNow` has reached `deadline`.
  @discardableResult
  public func schedule(at deadline: UInt64, _ body: @escaping () -> Void) -> TimerID {
    assertOnLoop()
    return timers.insert(deadline: deadline, .call(body))
  }

  /// Calls `body` after a delay, counted from now and not from the last wake-up.
  @discardableResult
  public func schedule(after delay: Duration, _ body: @escaping () -> Void) -> TimerID {
    schedule(at: clock.monotonic() + delay.wholeNanoseconds, body)
  }

  /// Hands `token` to the handler's `expired` after a delay, counted from now and not from the last
  /// wake-up.
  @discardableResult
  public func schedule(after delay: Duration, token: UInt64) -> TimerID {
    schedule(at: clock.monotonic() + delay.wholeNanoseconds, token: token)
  }

  /// Takes a timer back. False where it has fired or was cancelled before.
  @discardableResult
  public func cancel(_ timer: TimerID) -> Bool {
    assertOnLoop()
    return timers.remove(timer)
  }

  /// Suspends the calling task for a time of this loop's clock; throws `CancellationError` as soon
  /// as the task is cancelled. From any task, though one that runs on this loop pays least. Use it
  /// in place of `Task.sleep`, which goes by way of the global pool.
  nonisolated(nonsending) public func sleep(for duration: Duration) async throws {
    let deadline = clock.monotonic() + duration.wholeNanoseconds
    let nap = Nap()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        guard nap.begin(continuation) else { return }
        if isOnLoop {
          arm(nap, deadline)
        } else {
          post { self.arm(nap, deadline) }
        }
      }
    } onCancel: {
      nap.end(throwing: CancellationError())
      post { if let timer = nap.takeTimer() { self.cancel(timer) } }
    }
  }

  private func arm(_ nap: Nap, _ deadline: UInt64) {
    if nap.isOver { return }
    nap.keep(timers.insert(deadline: deadline, .call { nap.end(throwing: nil) }))
  }
}

/// One task's sleep. Whoever ends it first, the timer or the cancellation, resumes the task.
private final class Nap: Sendable {
  private struct State {
    var continuation: CheckedContinuation<Void, any Error>?
    var timer: TimerID?
    var isOver = false
  }

  private let state = Mutex(State())

  var isOver: Bool { state.withLock { $0.isOver } }

  /// False where the task was cancelled before it could sleep; it is then resumed here.
  func begin(_ continuation: CheckedContinuation<Void, any Error>) -> Bool {
    let cancelled = state.withLock { state in
      if !state.isOver { state.continuation = continuation }
      return state.isOver
    }
    if cancelled { continuation.resume(throwing: CancellationError()) }
    return !cancelled
  }

  func keep(_ timer: TimerID) { state.withLock { $0.timer = timer } }

  func takeTimer() -> TimerID? {
    state.withLock { state in
      defer { state.timer = nil }
      return state.timer
    }
  }

  func end(throwing error: (any Error)?) {
    let continuation = state.withLock { state in
      state.isOver = true
      defer { state.continuation = nil }
      return state.continuation
    }
    guard let continuation else { return }
    if let error {
      continuation.resume(throwing: error)
    } else {
      continuation.resume()
    }
  }
}
