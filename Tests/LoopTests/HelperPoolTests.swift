import Glibc
import Loop
import Testing

@Suite("Helper threads")
struct HelperPoolTests {
  private struct Broken: Error {}

  @Test("give back what the work returns or throws")
  func results() async throws {
    let pool = HelperPool(threadsMax: 2)
    defer { pool.shutDown() }
    #expect(try await pool.run { 6 * 7 } == 42)
    await #expect(throws: Broken.self) { try await pool.run { throw Broken() } }
    let squares = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<500 { group.addTask { try await pool.run { number * number } } }
      return try await group.reduce(0, +)
    }
    #expect(squares == 41_541_750)
  }

  @Test("hand a result to a loop")
  func submit() async throws {
    try await withRunningLoop { loop in
      let pool = HelperPool(threadsMax: 1)
      defer { pool.shutDown() }
      let (text, wasOnLoop) = await withCheckedContinuation { continuation in
        let refusal = pool.submit({ "done" }, on: loop) { result in
          continuation.resume(returning: ((try? result.get()) ?? "", loop.isOnLoop))
        }
        #expect(refusal == nil)
      }
      #expect(text == "done")
      #expect(wasOnLoop)
    }
  }

  @Test("take as much work as may wait and refuse what is more")
  func bounded() async throws {
    let pool = HelperPool(threadsMax: 2, queueMax: 3)
    let loop = try EventLoop()
    var gate: [Int32] = [-1, -1]
    try #require(pipe(&gate) == 0)
    let closed = gate[0]
    var refusals: [HelperPool.Refusal?] = []
    for _ in 0..<7 {
      refusals.append(
        pool.submit(
          {
            var byte: UInt8 = 0
            _ = read(closed, &byte, 1)
          }, on: loop, then: { _ in }))
    }
    Socket.close(gate[1])  // every read of the other end returns now
    #expect(refusals == [nil, nil, nil, nil, nil, .queueFull, .queueFull])
    pool.shutDown()
    Socket.close(closed)
    #expect(pool.submit({}, on: loop, then: { _ in }) == .shutDown)
    await #expect(throws: HelperPool.Refusal.shutDown) { try await pool.run {} }
  }

  @Test("finish what was taken before they are shut down")
  func drain() throws {
    let pool = HelperPool(threadsMax: 1)
    let loop = try EventLoop()
    let notes = Notes<Int>()
    for number in 0..<600 {
      #expect(pool.submit({ notes.add(number) }, on: loop, then: { _ in }) == nil)
    }
    pool.shutDown()
    #expect(notes.all == Array(0..<600))
  }

  @Test("never get a signal that a loop is to have")
  func signalMask() async throws {
    let pool = HelperPool(threadsMax: 1)
    defer { pool.shutDown() }
    let blocked = try await pool.run {
      var mask = sigset_t()
      pthread_sigmask(SIG_BLOCK, nil, &mask)
      return sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGSEGV) == 0
    }
    #expect(blocked)
  }

  @Test("there is at least one processor, and the descriptor limit can be asked for")
  func machine() throws {
    #expect(!NativeThread.processors.isEmpty)
    #expect(try NativeThread.raiseDescriptorLimit() > 0)
  }
}
