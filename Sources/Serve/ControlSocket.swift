internal import Config
internal import Glibc
internal import HTTPStatus
internal import Loop
internal import Message
internal import Record
internal import Synchronization

/// The local socket where a running server is asked: `why ID`, `stats`, `prometheus`, `reload`. One line in, one answer out, then it
/// closes. Only the server's own user can open it (the folder is 0700, the socket 0600).
///
/// It has a thread of its own and asks the loops by messages, so that no question holds up a request.
final class ControlSocket: Sendable {
  private let listener: Listener
  private let shared: ServerShared
  private let loops: [EventLoop]
  private let workers: [Server.LoopBox]
  private let thread = Mutex<NativeThread?>(nil)
  private let isStopping = Atomic<Bool>(false)
  private let orders = Mutex<Orders?>(nil)

  /// What the server does itself.
  private struct Orders: Sendable {
    let answer: @Sendable ([String]) -> String?
    let sweep: @Sendable () -> Void
  }

  init(
    folder: String, shared: ServerShared, loops: [EventLoop], workers: [Server.LoopBox],
    replaces: Bool = false
  ) throws {
    guard let address = SocketAddress(unix: folder + "/" + StateFolder.socketName) else {
      throw ServeError("the path \(folder)/\(StateFolder.socketName) is too long for a socket")
    }
    listener = try Listener(address, .init(backlog: 16, unixMode: 0o600, replaces: replaces))
    self.shared = shared
    self.loops = loops
    self.workers = workers
  }

  /// Another process answers at the socket's path.
  func handedOver() { listener.disown() }

  /// `answer` makes the whole answer to an order, nil for what is none; `sweep` is called several times a second.
  func start(
    answer: @Sendable @escaping ([String]) -> String?, sweep: @Sendable @escaping () -> Void
  ) {
    orders.withLock { $0 = Orders(answer: answer, sweep: sweep) }
    // Without the thread the server serves; it only cannot be asked
    let started = try? NativeThread(named: "control") { self.run() }
    thread.withLock { $0 = started }
  }

  func stop() {
    isStopping.store(true, ordering: .relaxed)
    // So that its thread looks up at once
    if let descriptor = try? Socket.connect(to: listener.address) { Socket.close(descriptor) }
    thread.withLock { thread in
      thread?.join()
      thread = nil
    }
    listener.close()
  }

  private func run() {
    var waiting = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
    let orders = orders.withLock { $0 }
    while !isStopping.load(ordering: .relaxed) {
      orders?.sweep()
      guard poll(&waiting, 1, 100) > 0 else { continue }
      guard case .connection(let descriptor, _) = listener.accept() else { continue }
      answer(descriptor)
      Socket.close(descriptor)
    }
  }

  private func answer(_ descriptor: Int32) {
    var question: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 1024)
    while !question.contains(0x0A), question.count < 64 << 10 {
      guard ControlSocket.isReady(descriptor, Int16(POLLIN)) else { return }
      guard case .bytes(let count) = Socket.receive(descriptor, into: &room, count: room.count)
      else { return }
      question += room[..<count]
    }
    let line = String(decoding: question.prefix { $0 != 0x0A }, as: UTF8.self)
    // A line of JSON may stand behind the first two words
    let words = line.split(separator: " ", maxSplits: 2)
    var reply = Array(answer(to: words.map(String.init)).utf8)[...]
    while !reply.isEmpty, ControlSocket.isReady(descriptor, Int16(POLLOUT)) {
      let sent = reply.withUnsafeBytes { bytes in
        bytes.baseAddress.map { Socket.send(descriptor, from: $0, count: bytes.count) }
      }
      guard case .bytes(let count) = sent else { return }
      reply = reply.dropFirst(count)
    }
  }

  private static func isReady(_ descriptor: Int32, _ events: Int16) -> Bool {
    var waiting = pollfd(fd: descriptor, events: events, revents: 0)
    return poll(&waiting, 1, 2000) > 0
  }

  private func answer(to words: [String]) -> String {
    switch words.first {
    case "why" where words.count == 2:
      return Query.record(of: words[1], shared, loops, workers) ?? ""
    case "prometheus":
      return Query.prometheus(shared, workers)
    default:
      let orders = orders.withLock { $0 }
      return orders?.answer(words)
        ?? (words.first == "stats" ? Query.stats(shared, workers) : "unknown question\n")
    }
  }
}

/// Asks a running server through its control socket.
public enum ControlClient {
  /// Whether somebody listens in a server's folder.
  public static func isAnswered(folder: String) -> Bool {
    guard let address = SocketAddress(unix: folder + "/" + StateFolder.socketName),
      let descriptor = try? Socket.connect(to: address)
    else { return false }
    defer { Socket.close(descriptor) }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&waiting, 1, 2000) > 0 && Socket.pendingError(descriptor) == 0
  }

  /// The answer to one line; nil where nobody listens in that folder.
  public static func ask(
    _ question: String, folder: String, milliseconds: Int32 = 5000
  ) -> String? {
    guard let address = SocketAddress(unix: folder + "/" + StateFolder.socketName),
      let descriptor = try? Socket.connect(to: address)
    else { return nil }
    defer { Socket.close(descriptor) }
    let line = Array((question + "\n").utf8)
    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&waiting, 1, 2000) > 0, Socket.pendingError(descriptor) == 0,
      case .bytes(line.count) = Socket.send(descriptor, from: line, count: line.count)
    else { return nil }
    var answer: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 16 << 10)
    waiting.events = Int16(POLLIN)
    while poll(&waiting, 1, milliseconds) > 0 {
      switch Socket.receive(descriptor, into: &room, count: room.count) {
      case .bytes(let count): answer += room[..<count]
      case .wouldBlock: continue
      case .end: return String(decoding: answer, as: UTF8.self)
      case .failed: return nil
      }
    }
    return nil
  }
}
