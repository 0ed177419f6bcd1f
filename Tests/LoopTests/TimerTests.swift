import Loop
import Testing

@Suite("A loop's time")
struct TimerTests {
  @Test("timers fire in the order of their deadlines and never early")
  func order() throws {
    let clock = ManualClock()
    let loop = try EventLoop(clock: clock)
    var fired: [Int] = []
    for delay in [30, 10, 20, 50, 40] {
      loop.schedule(after: .milliseconds(delay)) { fired.append(delay) }
    }
    loop.runOnce()
    #expect(fired.isEmpty)
    clock.advance(by: .nanoseconds(9_999_999))
    loop.runOnce()
    #expect(fired.isEmpty)
    clock.advance(by: .nanoseconds(1))
    loop.runOnce()
    #expect(fired == [10])
    clock.advance(by: .milliseconds(30))
    loop.runOnce()
    #expect(fired == [10, 20, 30, 40])
    clock.advance(by: .seconds(1))
    loop.runOnce()
    #expect(fired == [10, 20, 30, 40, 50])
  }

  @Test("a cancelled timer does not fire, and its identity is not used again")
  func cancel() throws {
    let clock = ManualClock()
    let loop = try EventLoop(clock: clock)
    var fired: [String] = []
    let first = loop.schedule(after: .seconds(1)) { fired.append("first") }
    #expect(loop.cancel(first))
    #expect(!loop.cancel(first))
    let second = loop.schedule(after: .seconds(1)) { fired.append("second") }
    #expect(first != second)
    #expect(!loop.cancel(first))
    clock.advance(by: .seconds(1))
    loop.runOnce()
    #expect(fired == ["second"])
    #expect(!loop.cancel(second))
  }

  @Test("thousands of timers, half of them cancelled, fire in order")
  func many() throws {
    let clock = ManualClock()
    let loop = try EventLoop(clock: clock)
    let start = clock.monotonic()
    var seed: UInt64 = 88_172_645_463_325_252
    var fired: [UInt64] = []
    var expected: [UInt64] = []
    var timers: [TimerID] = []
    for number in 0..<4_000 {
      seed ^= seed << 13
      seed ^= seed >> 7
      seed ^= seed << 17
      let deadline = start + seed % 1_000_000
      timers.append(loop.schedule(at: deadline) { fired.append(deadline) })
      if number % 2 == 0 { expected.append(deadline) }
    }
    for (number, timer) in timers.enumerated() where number % 2 == 1 {
      #expect(loop.cancel(timer))
    }
    clock.advance(by: .seconds(1))
    loop.runOnce()
    #expect(fired == expected.sorted())
  }

  @Test("timers with tokens go to the handler; a timer may set another")
  func tokens() throws {
    let clock = ManualClock()
    let loop = try EventLoop(clock: clock)
    let handler = RecordingHandler()
    loop.handler = handler
    loop.schedule(after: .seconds(1), token: 11)
    loop.schedule(after: .seconds(1)) { loop.schedule(after: .zero, token: 12) }
    clock.advance(by: .seconds(1))
    loop.runOnce()
    loop.runOnce()
    #expect(handler.expired == [11, 12])
  }

  @Test("ticks come once a turn at most, and only while they are asked for")
  func ticks() throws {
    let clock = ManualClock(monotonic: 0)
    let loop = try EventLoop(clock: clock)
    let handler = RecordingHandler()
    loop.handler = handler
    #expect(!loop.isTicking)
    loop.tick(every: .seconds(1))
    #expect(loop.isTicking)
    loop.runOnce()
    clock.advance(by: .seconds(1))
    loop.runOnce()
    loop.runOnce()
    clock.advance(by: .seconds(5))
    loop.runOnce()
    loop.tick(every: .zero)
    clock.advance(by: .seconds(5))
    loop.runOnce()
    #expect(handler.ticks == [1_000_000_000, 6_000_000_000])
    #expect(!loop.isTicking)
  }

  @Test("the loop's clock moves once a turn; the exact one at once")
  func coarse() throws {
    let clock = ManualClock(
      monotonic: 5_000_000_000, wall: WallTime(seconds: 100, nanoseconds: 900_000_000))
    let loop = try EventLoop(clock: clock)
    #expect(loop.wall == WallTime(seconds: 100, nanoseconds: 900_000_000))
    clock.advance(by: .milliseconds(1_200))
    #expect(loop.coarseNow == 5_000_000_000)
    #expect(loop.now() == 6_200_000_000)
    loop.runOnce()
    #expect(loop.coarseNow == 6_200_000_000)
    #expect(loop.wall == WallTime(seconds: 102, nanoseconds: 100_000_000))
  }

  @Test("a sleeping task wakes when the loop's clock says so")
  func sleep() async throws {
    let clock = ManualClock()
    try await withRunningLoop(clock) { loop in
      let notes = Notes<String>()
      let (asleep, napping) = AsyncStream.makeStream(of: Void.self)
      let task = loop.task {
        // Posted from the loop, so it runs after the task has gone to sleep.
        loop.post { napping.yield() }
        try await loop.sleep(for: .seconds(3_600))
        notes.add("awake")
      }
      var waiting = asleep.makeAsyncIterator()
      await waiting.next()
      #expect(notes.all.isEmpty)
      clock.advance(by: .seconds(3_600))
      loop.wake()
      try await task.value
      #expect(notes.all == ["awake"])
    }
  }

  @Test("a sleeping task that is cancelled wakes at once, before or after it fell asleep")
  func cancelledSleep() async throws {
    try await withRunningLoop(ManualClock()) { loop in
      for _ in 0..<50 {
        let task = loop.task { try await loop.sleep(for: .seconds(3_600)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
      }
      let outside = Task { try await loop.sleep(for: .seconds(3_600)) }
      outside.cancel()
      await #expect(throws: CancellationError.self) { try await outside.value }
    }
  }

  @Test("the machine's monotonic clock does not run backwards and its wall clock is after 2025")
  func systemClock() {
    let clock = SystemClock()
    let first = clock.monotonic()
    #expect(clock.monotonic() >= first)
    #expect(clock.wall().seconds > 1_735_689_600)
    #expect(clock.wall().nanoseconds < 1_000_000_000)
  }

  @Test("durations become nanoseconds, cut off at both ends")
  func durations() {
    #expect(Duration.milliseconds(1_500).wholeNanoseconds == 1_500_000_000)
    #expect(Duration.seconds(-1).wholeNanoseconds == 0)
    #expect(Duration.nanoseconds(-1).wholeNanoseconds == 0)
    #expect(Duration.seconds(Int64.max).wholeNanoseconds == 9_223_372_036_000_000_000)
  }
}
