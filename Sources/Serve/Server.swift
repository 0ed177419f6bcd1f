public import Config
internal import Glibc
public import Loop
internal import Record
internal import Synchronization

/// A server: its loops, listeners, helper threads, journal and control socket.
///
/// `start` binds and begins to answer; `stop` lets what is under way finish and returns when the last loop has ended.
public final class Server: Sendable {
  public let settings: Settings
  /// Where it listens, with the ports that it really has.
  public let addresses: [SocketAddress]
  /// Sentences for the operator: what was repaired or left out at the start.
  public let notes: [String]
  /// Folder of the control socket and the flight recorder; nil where none could be made.
  public let stateFolder: String?

  let shared: ServerShared
  /// What was deleted for good; nil where no rule remembers it.
  var tombstones: TombstoneStore? { shared.tombstones }
  let loops: [EventLoop]
  private let workers: [LoopBox]
  private let control: ControlSocket?
  private let threads = Mutex<[NativeThread]>([])

  /// A worker, kept for its loop's thread.
  struct LoopBox: @unchecked Sendable {
    let worker: Worker
  }

  /// Binds, opens and starts everything. `clock` is every loop's.
  public static func start(
    _ settings: Settings, clock: any LoopClock = SystemClock()
  ) throws -> Server {
    let server = try Server(settings, clock: clock)
    try server.run()
    return server
  }

  private init(_ settings: Settings, clock: any LoopClock) throws {
    self.settings = settings
    _ = try? NativeThread.raiseDescriptorLimit()
    var notes: [String] = []
    let router = try Router(settings)
    router.prepareWriting()
    let loopCount = settings.loops.value > 0 ? settings.loops.value : NativeThread.processors.count
    let listeners = try Server.listen(settings, loops: loopCount, notes: &notes)
    addresses = listeners.map(\.listeners[0].address)

    let folder = StateFolder.make(for: addresses, settings, notes: &notes)
    stateFolder = folder
    let recorder = Server.openRecorder(folder, settings, notes: &notes)
    shared = ServerShared(
      settings: settings, router: router, helpers: HelperPool(threadsMax: 4), recorder: recorder,
      startedAt: clock.wall().seconds, tombstones: try TombstoneStore.open(for: settings, folder))

    var loops: [EventLoop] = []
    var workers: [LoopBox] = []
    for number in 0..<loopCount {
      let loop = try EventLoop(clock: clock)
      let worker = try Worker(loop: loop, shared: shared)
      for group in listeners {
        let own = group.listeners.count > 1 ? group.listeners[number] : group.listeners[0]
        try worker.listen(own, takesProxyHeader: group.takesProxyHeader)
      }
      loops.append(loop)
      workers.append(LoopBox(worker: worker))
    }
    self.loops = loops
    self.workers = workers
    control = Server.openControl(folder, shared, loops, workers, notes: &notes)
    self.notes = notes
  }

  private func run() throws {
    for (number, loop) in loops.enumerated() {
      let thread = try loop.start(named: "loop-\(number)")
      threads.withLock { $0.append(thread) }
    }
    control?.start()
  }

  /// The listeners of one address: one, or one a loop.
  private struct ListenerGroup {
    var listeners: [Listener]
    var takesProxyHeader: Bool
  }

  /// Listens on every address, once a loop where the kernel can share the port among them.
  private static func listen(
    _ settings: Settings, loops: Int, notes: inout [String]
  ) throws -> [ListenerGroup] {
    var groups: [ListenerGroup] = []
    for setting in settings.listeners {
      let candidates = try SocketAddress.parse(setting.address.value)
      var failure: SocketError?
      var opened = 0
      for candidate in candidates {
        do throws(SocketError) {
          groups.append(
            ListenerGroup(
              listeners: try listen(candidate, loops: loops),
              takesProxyHeader: setting.proxyProtocol.value))
          opened += 1
        } catch {
          failure = error
        }
      }
      // A machine may have IPv4 alone. A port that another server has is none of ours, even where it has it for one of the two alone
      if let failure, opened == 0 || failure.code == EADDRINUSE || failure.code == EACCES {
        throw ServeError("\(settings.text(of: setting.address.position)): \(failure)")
      }
    }
    return groups
  }

  private static func listen(
    _ address: SocketAddress, loops: Int
  ) throws(SocketError) -> [Listener] {
    // Accepting from one Unix socket is shared by the loops themselves
    let isShared = loops > 1 && address.endpoint.family != .unix
    if isShared, address.port != 0 {
      // A port that is shared among loops would be shared with another server too, in silence: this one asks for it alone first
      let alone = try Listener(address)
      alone.close()
    }
    let first = try Listener(address, .init(sharesPort: isShared))
    var group = [first]
    if isShared {
      for _ in 1..<loops { group.append(try Listener(first.address, .init(sharesPort: true))) }
    }
    return group
  }

  private static func openRecorder(
    _ folder: String?, _ settings: Settings, notes: inout [String]
  ) -> FlightRecorder? {
    guard let folder, settings.recorder.bytes.value > 0 else { return nil }
    do {
      let opened = try FlightFile.open(
        folder + "/" + FlightFile.name, bytes: settings.recorder.bytes.value, now: Int64(time(nil)))
      notes += opened.notes
      return opened.recorder
    } catch {
      notes.append("no flight recorder: \(error)")
      return nil
    }
  }

  private static func openControl(
    _ folder: String?, _ shared: ServerShared, _ loops: [EventLoop], _ workers: [LoopBox],
    notes: inout [String]
  ) -> ControlSocket? {
    guard let folder else { return nil }
    do {
      return try ControlSocket(folder: folder, shared: shared, loops: loops, workers: workers)
    } catch {
      notes.append("no control socket: \(error)")
      return nil
    }
  }

  /// Ends taking connections; what is under way may finish within `limits.drain-time`. Returns at once.
  public func drain() {
    for (loop, box) in zip(loops, workers) { loop.post { box.worker.drain() } }
  }

  /// Waits for the loops to end, which they do after `drain`.
  public func wait() {
    for thread in threads.withLock({ $0 }) { thread.join() }
    control?.stop()
    shared.helpers.shutDown()
    // A loop and its worker hold each other: without this neither would ever be let go, nor what they have open
    for loop in loops { loop.handler = nil }
  }

  /// Drains and waits.
  public func stop() {
    drain()
    wait()
  }

  /// Makes every loop take a turn: after an injected clock was set forward.
  public func wake() {
    for loop in loops { loop.wake() }
  }

  /// The record of an exchange as a JSON line: from the loops' memory or the flight recorder.
  public func record(of id: String) -> String? {
    Query.record(of: id, shared, loops, workers)
  }

  /// The newest records, of refused, failed and slow exchanges, as JSON lines, the newest first.
  public func kept(_ count: Int) -> [String] {
    shared.recorder?.recent(count).map { String(decoding: $0.line, as: UTF8.self) } ?? []
  }
}
