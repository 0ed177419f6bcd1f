import Glibc
import Loop
import Testing

@Suite("Signals and files")
struct WatchTests {
  @Test("a watched directory tells what was written, made and removed, and its own end")
  func files() throws {
    try withTemporaryDirectory { directory in
      let inner = "\(directory)/inner"
      #expect(mkdir(inner, 0o700) == 0)
      let loop = try EventLoop()
      var seen: [(watch: Int32, name: String, mask: UInt32)] = []
      var ended = false
      let watch = try FileWatch(loop: loop) { change in
        if change.ended { ended = true }
        let name = String(decoding: change.name, as: UTF8.self)
        seen.append((change.watch, name, change.mask))
      }
      let number = try watch.add(directory: inner)
      #expect(try watch.add(directory: "\(inner)/.") == number)

      Socket.close(creat("\(inner)/page.html", 0o600))
      loop.runOnce()
      #expect(seen.contains { $0.name == "page.html" && $0.mask & UInt32(IN_CREATE) != 0 })
      #expect(seen.contains { $0.name == "page.html" && $0.mask & UInt32(IN_CLOSE_WRITE) != 0 })
      seen = []
      chmod("\(inner)/page.html", 0o644)
      unlink("\(inner)/page.html")
      loop.runOnce()
      #expect(seen.contains { $0.mask & UInt32(IN_ATTRIB) != 0 })
      #expect(seen.contains { $0.mask & UInt32(IN_DELETE) != 0 })
      #expect(seen.allSatisfy { $0.watch == number })
      #expect(!ended)
      rmdir(inner)
      loop.runOnce()
      #expect(ended)
    }
  }

  @Test("a removed watch tells nothing more")
  func removedWatch() throws {
    try withTemporaryDirectory { directory in
      let loop = try EventLoop()
      var changes = 0
      let watch = try FileWatch(loop: loop) { if !$0.ended { changes += 1 } }
      watch.remove(try watch.add(directory: directory))
      Socket.close(creat("\(directory)/file", 0o600))
      loop.runOnce()
      #expect(changes == 0)
    }
  }

  @Test("only directories can be watched")
  func notADirectory() throws {
    let watch = try FileWatch(loop: try EventLoop()) { _ in }
    #expect(throws: SystemError("watch the directory", "/dev/null", code: ENOTDIR)) {
      _ = try watch.add(directory: "/dev/null")
    }
    #expect(throws: SystemError("watch the directory", "/nowhere", code: ENOENT)) {
      _ = try watch.add(directory: "/nowhere")
    }
  }

  @Test("a signal becomes an event of the loop")
  func signals() async throws {
    // On a thread of its own: there every signal waits, and one that is sent to the thread is its
    // own.
    let seen = await withCheckedContinuation { continuation in
      do {
        let thread = try NativeThread(named: "signals") {
          continuation.resume(returning: Result { try Self.takeSignals() })
        }
        thread.detach()
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
    #expect(Set(try seen.get()) == [.user1, .hangUp])
  }

  private static func takeSignals() throws -> [Signal] {
    let loop = try EventLoop()
    var seen: [Signal] = []
    try Signals.deliver([.user1, .hangUp], to: loop) { seen.append($0) }
    pthread_kill(pthread_self(), SIGUSR1)
    pthread_kill(pthread_self(), SIGHUP)
    loop.runOnce()
    loop.runOnce()
    return seen
  }

  @Test("a value that belongs to a loop can be opened there")
  func loopBound() async throws {
    final class Unsendable { var count = 0 }
    let loop = try EventLoop()
    let bound = LoopBound(Unsendable(), on: loop)
    let thread = try loop.start()
    let count = try await loop.task {
      bound.value.count += 1
      return bound.value.count
    }.value
    #expect(count == 1)
    loop.stop()
    thread.join()
  }

  @Test("an error says what failed, on what, and the errno in words")
  func errorText() {
    #expect(
      SystemError("watch the directory", "/x", code: ENOSPC).description
        == "cannot watch the directory /x: No space left on device (ENOSPC)")
    #expect(SystemError("take signals", code: 99_999).description.hasSuffix("unknown error (?)"))
  }
}
