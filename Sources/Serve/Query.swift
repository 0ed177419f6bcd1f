internal import CSystem
internal import Glibc
internal import HTTPStatus
internal import Loop
internal import Message
internal import Record
internal import Synchronization

/// Questions to the loops of a running server, from other threads.
enum Query {
  /// Collects what the loops answer; each posts once.
  private final class Answers<T: Sendable>: Sendable {
    private let values = Mutex<[T]>([])
    private let waiting: Atomic<Int>
    /// Counts up when the last answer is there; negative where the process is out of descriptors.
    private let done = csystem_eventfd()

    init(_ count: Int) { waiting = Atomic(count) }

    deinit { if done >= 0 { close(done) } }

    func add(_ value: T?) {
      if let value { values.withLock { $0.append(value) } }
      let rest = waiting.subtract(1, ordering: .acquiringAndReleasing).newValue
      if rest == 0, done >= 0 { _ = csystem_eventfd_wake(done) }
    }

    /// What came within two seconds; a loop that is stuck longer has no say.
    func wait() -> [T] {
      var entry = pollfd(fd: done, events: Int16(POLLIN), revents: 0)
      if done >= 0, waiting.load(ordering: .acquiring) > 0 { _ = poll(&entry, 1, 2000) }
      return values.withLock { $0 }
    }
  }

  private static func ask<T: Sendable>(
    _ loops: [EventLoop], _ workers: [Server.LoopBox], _ body: @Sendable @escaping (Worker) -> T?
  ) -> [T] {
    ask(loops, workers) { worker, _ in body(worker) }
  }

  /// Asks every loop, which gets its number too.
  static func ask<T: Sendable>(
    _ loops: [EventLoop], _ workers: [Server.LoopBox],
    _ body: @Sendable @escaping (Worker, Int) -> T?
  ) -> [T] {
    let answers = Answers<T>(loops.count)
    for (number, (loop, box)) in zip(loops, workers).enumerated() {
      loop.post { answers.add(body(box.worker, number)) }
    }
    return answers.wait()
  }

  static func record(
    of text: String, _ shared: ServerShared, _ loops: [EventLoop], _ workers: [Server.LoopBox]
  ) -> String? {
    guard let id = RequestID(text) else { return nil }
    let found = ask(loops, workers) { $0.scribe.find(id) }
    let line = found.first ?? shared.recorder?.find(id)
    return line.map { String(decoding: $0, as: UTF8.self) }
  }

  static func prometheus(
    _ shared: ServerShared, _ workers: [Server.LoopBox]
  ) -> String {
    var text = ByteBuffer(capacity: 16 << 10)
    Prometheus.write(
      workers.map { $0.worker.scribe.counters.snapshot() }, report(shared), into: &text)
    return text.text
  }

  static func stats(_ shared: ServerShared, _ workers: [Server.LoopBox]) -> String {
    Stats.text(workers.map { $0.worker.scribe.counters.snapshot() }, report(shared))
  }

  private static func report(_ shared: ServerShared) -> ServerReport {
    ServerReport(
      version: StatuslineVersion.text, startSeconds: shared.startedAt,
      nowSeconds: Int64(time(nil)))
  }
}

/// The version of this build.
public enum StatuslineVersion {
  public static let text = "0.1.0"
}
