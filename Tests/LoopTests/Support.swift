import Glibc
import Loop
import Synchronization
import Testing

/// Runs a loop on a thread of its own while `body` runs, and ends both.
func withRunningLoop<Result>(
  _ clock: any LoopClock = SystemClock(), _ body: (EventLoop) async throws -> Result
) async throws -> Result {
  let loop = try EventLoop(clock: clock)
  let thread = try loop.start(named: "test-loop")
  defer {
    loop.stop()
    thread.join()
  }
  return try await body(loop)
}

/// A list that any thread may add to.
final class Notes<Element: Sendable>: Sendable {
  private let list = Mutex<[Element]>([])
  var all: [Element] { list.withLock { $0 } }
  func add(_ element: Element) { list.withLock { $0.append(element) } }
}

/// A handler that remembers what it was called with.
final class RecordingHandler: LoopHandler {
  var events: [(token: UInt64, events: UInt32)] = []
  var expired: [UInt64] = []
  var ticks: [UInt64] = []
  var turns = 0

  func ready(token: UInt64, events: UInt32) { self.events.append((token, events)) }
  func expired(token: UInt64) { expired.append(token) }
  func tick(now: UInt64) { ticks.append(now) }
  func willSleep() { turns += 1 }
}

/// A directory that is removed, with what is in it, when the body has run.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = try TemporaryFolder(for: "loop")
  defer { folder.remove() }
  return try body(folder.path)
}

/// Waits up to ten seconds until the descriptor has one of the events of poll(2).
func wait(for events: Int32, on descriptor: Int32) -> Bool {
  var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
  while true {
    let count = poll(&entry, 1, 10_000)
    if count >= 0 || errno != EINTR { return count == 1 }
  }
}

/// A connected pair by way of a listener; both ends are the caller's.
func connectedPair(through listener: Listener) throws -> (client: Int32, server: Int32, Endpoint) {
  let client = try Socket.connect(to: listener.address)
  try #require(wait(for: POLLIN, on: listener.descriptor))
  guard case .connection(let server, let peer) = listener.accept() else {
    Socket.close(client)
    throw SocketError(.connect, address: listener.address.description, code: 0)
  }
  try #require(wait(for: POLLOUT, on: client))
  return (client, server, peer)
}
