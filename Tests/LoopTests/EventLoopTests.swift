import Glibc
import Loop
import Synchronization
import Testing

@Suite("An event loop")
struct EventLoopTests {
  @Test("runs what is posted on its own thread, in the order of each poster")
  func post() async throws {
    try await withRunningLoop { loop in
      #expect(!loop.isOnLoop)
      let notes = Notes<Int>()
      await withCheckedContinuation { continuation in
        for number in 0..<100 { loop.post { notes.add(loop.isOnLoop ? number : -1) } }
        loop.post { continuation.resume() }
      }
      #expect(notes.all == Array(0..<100))
    }
  }

  @Test("loses nothing that many threads post at once")
  func postFromManyThreads() async throws {
    try await withRunningLoop { loop in
      let counted = Atomic<Int>(0)
      let stray = Atomic<Int>(0)
      await withCheckedContinuation { continuation in
        let body: @Sendable () -> Void = {
          for _ in 0..<5_000 {
            loop.post {
              if !loop.isOnLoop { stray.add(1, ordering: .relaxed) }
              if counted.add(1, ordering: .relaxed).newValue == 20_000 { continuation.resume() }
            }
          }
        }
        for index in 0..<4 {
          do {
            try NativeThread(named: "poster-\(index)", body).detach()
          } catch {
            Issue.record(error)
          }
        }
      }
      #expect(counted.load(ordering: .relaxed) == 20_000)
      #expect(stray.load(ordering: .relaxed) == 0)
    }
  }

  @Test("keeps a task on its thread through every suspension")
  func taskStays() async throws {
    try await withRunningLoop { loop in
      let pool = HelperPool(threadsMax: 1)
      defer { pool.shutDown() }
      let places = try await loop.task {
        var places = [loop.isOnLoop]
        await Task.yield()
        places.append(loop.isOnLoop)
        let onHelper = try await pool.run { loop.isOnLoop }
        places.append(!onHelper)
        places.append(loop.isOnLoop)
        try await loop.sleep(for: .nanoseconds(1))
        places.append(loop.isOnLoop)
        async let child = loop.isOnLoop
        places.append(await child)
        return places
      }.value
      #expect(places == Array(repeating: true, count: 6))
    }
  }

  @Test("takes the jobs of tasks from many tasks at once")
  func manyTasks() async throws {
    try await withRunningLoop { loop in
      let sum = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<1_000 {
          group.addTask {
            try await loop.task {
              await Task.yield()
              return loop.isOnLoop ? number : 0
            }.value
          }
        }
        return try await group.reduce(0, +)
      }
      #expect(sum == 499_500)
    }
  }

  @Test("is the executor of an actor that names it")
  func actorExecutor() async throws {
    try await withRunningLoop { loop in
      let counter = Counter(loop)
      for _ in 0..<10 { #expect(await counter.increment()) }
      #expect(await counter.count == 10)
      await withCheckedContinuation { continuation in
        loop.post {
          counter.assumeIsolated { $0.count += 1 }
          continuation.resume()
        }
      }
      #expect(await counter.count == 11)
    }
  }

  @Test("runs what was posted before a stop, and can run again")
  func stopAndRunAgain() throws {
    let loop = try EventLoop()
    let notes = Notes<Int>()
    for round in 0..<2 {
      let thread = try loop.start()
      loop.post { notes.add(round) }
      loop.stop()
      thread.join()
    }
    #expect(notes.all == [0, 1])
  }

  @Test("a job that enqueues itself for ever does not keep descriptors from being served")
  func fairness() throws {
    let loop = try EventLoop()
    let handler = RecordingHandler()
    loop.handler = handler
    let again = Again(loop)
    again.go()
    let listener = try Listener(SocketAddress(.ipv4(0x7F00_0001, port: 0)))
    try loop.add(listener.descriptor, token: 7, interest: .readable)
    let (client, server, _) = try connectedPair(through: listener)
    defer {
      Socket.close(client)
      Socket.close(server)
    }
    let second = try Socket.connect(to: listener.address)
    defer { Socket.close(second) }
    try #require(wait(for: POLLIN, on: listener.descriptor))
    for _ in 0..<3 { loop.runOnce() }
    #expect(handler.events.contains { $0.token == 7 })
    again.isOver.store(true, ordering: .relaxed)
  }

  @Test("hands a descriptor's events out by token, with edges, until it is removed")
  func tokens() throws {
    let loop = try EventLoop()
    let handler = RecordingHandler()
    loop.handler = handler
    let listener = try Listener(SocketAddress(.ipv4(0x7F00_0001, port: 0)))
    let (client, server, _) = try connectedPair(through: listener)
    defer { Socket.close(server) }
    let token: UInt64 = (1 << 62) | 42
    try loop.add(server, token: token)
    loop.runOnce()
    #expect(handler.events.map(\.token) == [token])
    #expect(handler.events.map(\.events) == [Interest.writable.rawValue])
    loop.runOnce()
    #expect(handler.events.count == 1)

    #expect(Socket.send(client, from: "hi", count: 2) == .bytes(2))
    Socket.close(client)
    try #require(wait(for: 0x2000, on: server))  // POLLRDHUP
    loop.runOnce()
    let bits = try #require(handler.events.last).events
    #expect(Interest(rawValue: bits).isSuperset(of: [.readable, .peerClosed]))

    try loop.modify(server, token: 43, interest: .connection)
    loop.runOnce()
    #expect(handler.events.last?.token == 43)
    loop.remove(server)
    let count = handler.events.count
    loop.runOnce()
    #expect(handler.events.count == count)
    #expect(handler.turns == 5)
  }

  @Test("refuses a descriptor that is none, with the errno")
  func badDescriptor() throws {
    let loop = try EventLoop()
    #expect(throws: SystemError("watch descriptor", "-1", code: EBADF)) {
      try loop.add(-1, token: 1)
    }
    #expect(throws: SystemError.self) { _ = try loop.watch(-1) { _ in } }
  }

  @Test("calls a watch's closure until it is unwatched, also where its place was taken anew")
  func watches() throws {
    let loop = try EventLoop()
    let listener = try Listener(SocketAddress(.ipv4(0x7F00_0001, port: 0)))
    let client = try Socket.connect(to: listener.address)
    defer { Socket.close(client) }
    try #require(wait(for: POLLIN, on: listener.descriptor))
    var calls: [String] = []
    let first = try loop.watch(listener.descriptor) { _ in calls.append("first") }
    loop.runOnce()
    loop.unwatch(first)
    loop.runOnce()
    let second = try loop.watch(listener.descriptor) { _ in calls.append("second") }
    loop.unwatch(first)
    loop.runOnce()
    loop.unwatch(second)
    #expect(calls == ["first", "second"])
  }
}

/// An actor that lives on a loop.
private actor Counter {
  let loop: EventLoop
  var count = 0

  init(_ loop: EventLoop) { self.loop = loop }
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  func increment() -> Bool {
    count += 1
    return loop.isOnLoop
  }
}

/// Posts itself again and again.
private final class Again: Sendable {
  let loop: EventLoop
  let isOver = Atomic<Bool>(false)

  init(_ loop: EventLoop) { self.loop = loop }

  func go() {
    loop.post { if !self.isOver.load(ordering: .relaxed) { self.go() } }
  }
}
