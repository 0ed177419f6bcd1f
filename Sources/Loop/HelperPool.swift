internal import Glibc

/// A few threads for work that blocks: password hashes, databases, directory walks. Not for what a
/// loop can wait for.
///
/// Threads start when there is work and none is idle, and stay until `shutDown`.
public final class HelperPool: @unchecked Sendable {
  /// Why work was not taken.
  public enum Refusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// As much work waits already as may wait.
    case queueFull
    /// The pool was shut down.
    case shutDown
    /// No thread runs and none could be started; the errno.
    case noThread(Int32)

    public var description: String {
      switch self {
      case .queueFull: "the helper threads have as much work waiting as they may"
      case .shutDown: "the helper threads have been shut down"
      case .noThread(let code): "no helper thread could be started: \(SystemError.text(of: code))"
      }
    }
  }

  private let name: String
  private let threadsMax: Int
  private let queueMax: Int
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>

  // Under the lock.
  private var queue: [@Sendable () -> Void] = []
  private var taken = 0
  private var busy = 0
  private var threads: [NativeThread] = []
  private var isOver = false

  /// `threadsMax` is 1 and more; `queueMax` says how much work may wait for a thread, 0 and more.
  public init(named name: String = "helper", threadsMax: Int = 4, queueMax: Int = 1024) {
    precondition(threadsMax > 0 && queueMax >= 0)
    self.name = name
    self.threadsMax = threadsMax
    self.queueMax = queueMax
    lock = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
  }

  /// The threads hold the pool, so that by now it was shut down or never had any.
  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  /// Runs `body` on a helper thread and goes on where the caller was. Throws what `body` throws, or
  /// a `Refusal`. Cancelling the task does not stop `body`, once it was taken.
  nonisolated(nonsending) public func run<T: Sendable>(
    _ body: @Sendable @escaping () throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let refusal = take { continuation.resume(with: Result { try body() }) }
      if let refusal { continuation.resume(throwing: refusal) }
    }
  }

  /// Runs `body` on a helper thread and then `done`, with its result, on the loop. A refusal is
  /// returned, and `done` is not called then.
  public func submit<T: Sendable>(
    _ body: @Sendable @escaping () throws -> T, on loop: EventLoop,
    then done: @Sendable @escaping (Result<T, any Error>) -> Void
  ) -> Refusal? {
    take {
      let result = Result { try body() }
      loop.post { done(result) }
    }
  }

  /// Runs `body` on a helper thread, and nobody waits for it. A refusal is returned.
  public func submit(_ body: @Sendable @escaping () -> Void) -> Refusal? { take(body) }

  /// Takes no more work, lets what was taken finish, and waits for the threads. Not from one of
  /// them.
  public func shutDown() {
    pthread_mutex_lock(lock)
    isOver = true
    let last = threads
    threads = []
    pthread_cond_broadcast(changed)
    pthread_mutex_unlock(lock)
    for thread in last { thread.join() }
  }

  private func take(_ work: @Sendable @escaping () -> Void) -> Refusal? {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    if isOver { return .shutDown }
    let waiting = queue.count - taken
    if waiting >= threads.count - busy, threads.count < threadsMax {
      do throws(SystemError) {
        threads.append(try NativeThread(named: name) { self.serve() })
      } catch {
        if threads.isEmpty { return .noThread(error.code) }
      }
    }
    if waiting >= threads.count - busy + queueMax { return .queueFull }
    queue.append(work)
    pthread_cond_signal(changed)
    return nil
  }

  /// The life of a thread.
  private func serve() {
    pthread_mutex_lock(lock)
    while let work = next() {
      busy += 1
      pthread_mutex_unlock(lock)
      work()
      pthread_mutex_lock(lock)
      busy -= 1
    }
    pthread_mutex_unlock(lock)
  }

  /// Waits for work, under the lock; nil when there will be none.
  private func next() -> (@Sendable () -> Void)? {
    while taken == queue.count {
      if isOver { return nil }
      pthread_cond_wait(changed, lock)
    }
    let work = queue[taken]
    taken += 1
    if taken == queue.count || taken >= 256 {
      queue.removeFirst(taken)
      taken = 0
    }
    return work
  }
}
