internal import CSystem
internal import Glibc
internal import Synchronization

/// What a loop calls for the descriptors and timers that were registered with a token. One object a
/// loop.
///
/// The loop never looks into a token: whoever puts an index and a generation there compares the
/// generation, because an event of a descriptor that was closed a moment ago may still be among
/// those being handed out.
public protocol LoopHandler: AnyObject {
  /// The descriptor with this token is ready; `events` are bits of `Interest`.
  func ready(token: UInt64, events: UInt32)
  /// A timer that was set with this token is due.
  func expired(token: UInt64)
  /// Comes at the interval that `EventLoop.tick(every:)` set. `now` is the loop's `coarseNow`, in
  /// nanoseconds.
  func tick(now: UInt64)
  /// Comes once a turn, when the events, timers and jobs of the turn are done: the place to write
  /// what was gathered.
  func willSleep()
}

extension LoopHandler {
  public func expired(token: UInt64) {}
  public func tick(now: UInt64) {}
  public func willSleep() {}
}

/// One thread that waits for descriptors, timers and jobs; also a Swift executor, so that `async`
/// code can run on it.
///
/// Everything but `enqueue`, `post`, `wake`, `stop`, `isOnLoop`, `now`, `sleep` and `task` belongs
/// to the loop's thread: call it there, or before the loop runs. Debug builds check that. A loop
/// must outlive the tasks that run on it; what is enqueued after `run` has returned is never run.
/// Not for blocking work: that is `HelperPool`'s.
public final class EventLoop: TaskExecutor, SerialExecutor, @unchecked Sendable {
  enum Work {
    case job(UnownedJob)
    case call(@Sendable () -> Void)
  }

  /// What other threads left for the loop. `woken` is true from the first piece on until the loop
  /// takes them.
  private struct Inbox {
    var work: [Work] = []
    var woken = false
  }

  private let epoll: Int32
  private let wakeDescriptor: Int32
  let clock: any LoopClock
  /// The clock is the machine's own: it is read without asking for it.
  private let isSystemClock: Bool
  private let ready: UnsafeMutablePointer<csystem_event>
  private static let readyMax = 256

  private let thread = Atomic<UInt64>(0)
  private let stopping = Atomic<Bool>(false)
  private let inbox = Mutex(Inbox())

  // From here on: the loop's thread only.
  /// The errno by which `add` fails, for whoever plays a kernel that has no memory; 0: none.
  @exclusivity(unchecked) package var refusal: Int32 = 0
  @exclusivity(unchecked) private var pending: [Work] = []
  @exclusivity(unchecked) private var running: [Work] = []
  @exclusivity(unchecked) var timers = TimerHeap()
  @exclusivity(unchecked) private var tickInterval: UInt64 = 0
  @exclusivity(unchecked) private var nextTick: UInt64 = .max
  @exclusivity(unchecked) private var watches = WatchTable()

  /// Gets the events of descriptors and timers that have a token.
  public var handler: (any LoopHandler)? {
    willSet { assertOnLoop() }
  }

  /// Nanoseconds of the monotonic clock when the loop last woke up. Good enough for limits and
  /// journal lines.
  @inlinable public var coarseNow: UInt64 { times.pointee.monotonic }
  /// The time of day when the loop last woke up.
  @inlinable public var wall: WallTime { times.pointee.wall }

  @usableFromInline
  struct Times {
    @usableFromInline var monotonic: UInt64
    @usableFromInline var wall: WallTime
  }

  // Memory of its own, so that reading the time from another module is a load and no check.
  @usableFromInline nonisolated(unsafe) let times: UnsafeMutablePointer<Times>

  /// Makes a loop that does not run yet. Fails where the process has no descriptors left.
  public init(clock: any LoopClock = SystemClock()) throws(SystemError) {
    let epoll = csystem_epoll_create()
    if epoll < 0 { throw SystemError("make an event queue", code: -epoll) }
    let wake = csystem_eventfd()
    if wake < 0 {
      close(epoll)
      throw SystemError("make a wake-up counter", code: -wake)
    }
    let added = csystem_epoll_add(epoll, wake, Interest.readable.union(.edge).rawValue, .max)
    if added < 0 {
      close(epoll)
      close(wake)
      throw SystemError("watch the wake-up counter", code: -added)
    }
    self.epoll = epoll
    wakeDescriptor = wake
    self.clock = clock
    isSystemClock = clock is SystemClock
    ready = .allocate(capacity: EventLoop.readyMax)
    times = .allocate(capacity: 1)
    times.initialize(to: Times(monotonic: clock.monotonic(), wall: clock.wall()))
  }

  deinit {
    times.deallocate()
    close(epoll)
    close(wakeDescriptor)
    ready.deallocate()
  }

  // MARK: From any thread

  /// Whether the calling thread is the one that runs this loop.
  public var isOnLoop: Bool {
    thread.load(ordering: .relaxed) == csystem_thread_self()
  }

  /// The monotonic clock now, in nanoseconds, read anew.
  public func now() -> UInt64 {
    isSystemClock ? SystemClock.monotonicNow() : clock.monotonic()
  }

  public func enqueue(_ job: consuming ExecutorJob) {
    add(.job(UnownedJob(job)))
  }

  /// Runs `work` on the loop's thread, later even when called there. Work posted by one thread
  /// keeps its order.
  public func post(_ work: @Sendable @escaping () -> Void) {
    add(.call(work))
  }

  /// Makes a sleeping loop take one turn.
  public func wake() {
    _ = csystem_eventfd_wake(wakeDescriptor)
  }

  /// Makes `run` return at the end of its turn; when it does not run, at once the next time. What
  /// was enqueued before is run first.
  public func stop() {
    stopping.store(true, ordering: .releasing)
    wake()
  }

  /// A task whose code runs on this loop wherever it is not bound to another actor.
  @discardableResult
  public func task<Success: Sendable>(
    _ body: @Sendable @escaping () async throws -> Success
  ) -> Task<Success, any Error> {
    Task.detached(executorPreference: self, operation: body)
  }

  public func checkIsolated() {
    precondition(isOnLoop, "this code belongs to the thread of its event loop")
  }

  public func isIsolatingCurrentContext() -> Bool? { isOnLoop }

  private func add(_ work: Work) {
    if isOnLoop {
      pending.append(work)
      return
    }
    let first = inbox.withLock { inbox in
      inbox.work.append(work)
      defer { inbox.woken = true }
      return !inbox.woken
    }
    if first { wake() }
  }

  // MARK: Turning

  /// Runs the loop on the calling thread until `stop`.
  public func run() {
    enter()
    while !stopping.load(ordering: .acquiring) { turn(mayWait: true) }
    takeInbox()
    var rounds = 0  // so that tasks which end one another come to their ends, but not for ever
    while !pending.isEmpty, rounds < 1024 {
      runJobs()
      rounds += 1
    }
    stopping.store(false, ordering: .relaxed)
    leave()
  }

  /// Takes one turn on the calling thread without waiting; for tests, and for loops inside other
  /// loops.
  public func runOnce() {
    enter()
    turn(mayWait: false)
    leave()
  }

  private func enter() {
    let (mine, _) = thread.compareExchange(
      expected: 0, desired: csystem_thread_self(), ordering: .acquiringAndReleasing)
    precondition(mine, "an event loop runs on one thread at a time")
    readClock()
  }

  private func leave() {
    thread.store(0, ordering: .releasing)
  }

  private func readClock() {
    times.pointee.monotonic = now()
    times.pointee.wall = isSystemClock ? SystemClock.wallNow() : clock.wall()
  }

  private func turn(mayWait: Bool) {
    let count = csystem_epoll_wait(
      epoll, ready, Int32(EventLoop.readyMax), mayWait ? waitMilliseconds() : 0)
    precondition(count >= 0, "the event queue of a loop was closed by somebody else")
    readClock()
    if let handler {
      if count > 0 { handOut(Int(count), to: handler) }
      fireTimers()
      runJobs()
      handler.willSleep()
    } else {
      if count > 0 { handOut(Int(count), to: nil) }
      fireTimers()
      runJobs()
    }
  }

  /// Rounded up, so that a timer is never found a moment too early and the loop does not spin until
  /// it is due.
  private func waitMilliseconds() -> Int32 {
    if !pending.isEmpty { return 0 }
    let deadline = min(timers.nextDeadline ?? .max, nextTick)
    if deadline == .max { return -1 }
    if deadline <= coarseNow { return 0 }
    // A tick may come late by what the turn took, a timer may not
    let now = deadline == nextTick ? coarseNow : now()
    if deadline <= now { return 0 }
    return Int32(min((deadline - now - 1) / 1_000_000 + 1, 3_600_000))
  }

  private func handOut(_ count: Int, to handler: (any LoopHandler)?) {
    for index in 0..<count {
      let event = ready[index]
      if event.token & WatchTable.reserved == 0 {
        handler?.ready(token: event.token, events: event.events)
      } else if event.token == .max {
        takeInbox()
      } else {
        watches.handler(of: event.token)?(event.events)
      }
    }
  }

  private func takeInbox() {
    inbox.withLock { inbox in
      inbox.woken = false
      if pending.isEmpty {
        swap(&pending, &inbox.work)
      } else {
        pending.append(contentsOf: inbox.work)
        inbox.work.removeAll(keepingCapacity: true)
      }
    }
  }

  /// Runs what is there now; what these jobs enqueue waits for the next turn, so that descriptors
  /// get theirs.
  private func runJobs() {
    if pending.isEmpty { return }
    swap(&pending, &running)
    let serial = asUnownedSerialExecutor()
    let preference = asUnownedTaskExecutor()
    for work in running {
      switch work {
      case .job(let job): job.runSynchronously(isolatedTo: serial, taskExecutor: preference)
      case .call(let call): call()
      }
    }
    running.removeAll(keepingCapacity: running.capacity <= 4096)
  }

  private func fireTimers() {
    if coarseNow >= nextTick {
      nextTick = coarseNow + tickInterval
      handler?.tick(now: coarseNow)
    }
    while let (_, action) = timers.popDue(now: coarseNow) {
      switch action {
      case .token(let token): handler?.expired(token: token)
      case .call(let call): call()
      }
    }
  }

  func assertOnLoop() {
    assert(
      isOnLoop || thread.load(ordering: .relaxed) == 0,
      "only the loop's own thread may do this while the loop runs")
  }

  // MARK: Ticks

  /// Calls the handler's `tick` every so often from now on, at most once a turn; `.zero` ends it.
  /// While ticks are on the loop wakes up for them, so end them when there is nothing to sweep.
  public func tick(every interval: Duration) {
    assertOnLoop()
    tickInterval = interval.wholeNanoseconds
    nextTick = tickInterval == 0 ? .max : coarseNow + tickInterval
  }

  /// Whether ticks are on.
  public var isTicking: Bool { nextTick != .max }

  // MARK: Descriptors

  /// Hands the events of a descriptor to `handler` under a token below 2^63. The descriptor stays
  /// the caller's; to close it is to take it off the loop, unless it was duplicated.
  public func add(
    _ descriptor: Int32, token: UInt64, interest: Interest = .connection
  ) throws(SystemError) {
    assertOnLoop()
    precondition(token & WatchTable.reserved == 0, "the highest bit of a token is the loop's")
    let code =
      refusal == 0
      ? csystem_epoll_add(epoll, descriptor, interest.rawValue, token) : -refusal
    if code < 0 { throw SystemError("watch descriptor", "\(descriptor)", code: -code) }
  }

  /// Changes what a descriptor is watched for, or its token. With `.edge` it also makes what is
  /// ready now an event.
  public func modify(
    _ descriptor: Int32, token: UInt64, interest: Interest
  ) throws(SystemError) {
    assertOnLoop()
    precondition(token & WatchTable.reserved == 0, "the highest bit of a token is the loop's")
    let code = csystem_epoll_modify(epoll, descriptor, interest.rawValue, token)
    if code < 0 { throw SystemError("watch descriptor", "\(descriptor)", code: -code) }
  }

  /// Takes a descriptor off the loop. Events of it that are being handed out in this turn may still
  /// come.
  public func remove(_ descriptor: Int32) {
    assertOnLoop()
    _ = csystem_epoll_remove(epoll, descriptor)
  }

  /// Calls a closure with the events of a descriptor. For the few that are no connections: each
  /// costs a closure.
  public func watch(
    _ descriptor: Int32, interest: Interest = .readable, _ body: @escaping (UInt32) -> Void
  ) throws(SystemError) -> WatchID {
    assertOnLoop()
    let (watch, token) = watches.insert(descriptor, body)
    let code = csystem_epoll_add(epoll, descriptor, interest.rawValue, token)
    if code < 0 {
      _ = watches.remove(watch)
      throw SystemError("watch descriptor", "\(descriptor)", code: -code)
    }
    return watch
  }

  /// Ends a watch; its closure is not called again. Call it before the descriptor is closed.
  public func unwatch(_ watch: WatchID) {
    assertOnLoop()
    if let descriptor = watches.remove(watch) { _ = csystem_epoll_remove(epoll, descriptor) }
  }
}
