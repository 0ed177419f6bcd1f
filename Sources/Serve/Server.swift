public import Config
internal import Glibc
public import Loop
internal import Record
internal import Synchronization

/// A server: its loops, listeners, helper threads, journal and control socket.
///
/// `start` binds and begins to answer; `stop` lets what is under way finish and returns when the last loop has ended.
public final class Server: Sendable {
  /// Sentences for the operator: what was repaired or left out at the start.
  public let notes: [String]
  /// Folder of the control socket and the flight recorder; nil where none could be made.
  public let stateFolder: String?

  let shared: ServerShared
  let lasting: Lasting
  /// What was deleted for good; nil where no rule remembers it.
  var tombstones: TombstoneStore? { shared.tombstones }
  let loops: [EventLoop]
  let workers: [LoopBox]
  /// Where a reload gets the settings from; nil where there is nothing to read again.
  let source: Source?
  /// Tells the operator something while the server runs.
  let tell: @Sendable (String) -> Void
  let running: Mutex<Running>
  /// Held while a reload is under way.
  let reloading = Mutex<Void>(())
  /// Configurations that exchanges may still be under.
  let retired = Mutex<[Snapshot]>([])
  let control: ControlSocket?
  /// What an upgrade starts.
  let successor: Successor?
  /// Called when an upgrade has gone well and the server drains.
  let onHandOver = Mutex<(@Sendable () -> Void)?>(nil)
  public func whenHandedOver(_ body: @escaping @Sendable () -> Void) {
    onHandOver.withLock { $0 = body }
  }
  let isUpgrading = Atomic<Bool>(false)
  /// What is armed; gone with the process.
  let armory = Armory()
  /// Whether there is a thread that looks after configurations that are not used any more.
  var hasControl: Bool { control != nil }
  private let threads = Mutex<[NativeThread]>([])

  public typealias Source = @Sendable () throws -> Settings

  /// What a reload changes.
  struct Running {
    var snapshot: Snapshot
    var plan: JournalPlan
    var groups: [ListenerGroup] {
      didSet { if !isDraining { addresses = groups.map(\.address) } }
    }
    private(set) var addresses: [SocketAddress]
    var isDraining = false

    init(snapshot: Snapshot, plan: JournalPlan, groups: [ListenerGroup]) {
      self.snapshot = snapshot
      self.plan = plan
      self.groups = groups
      addresses = groups.map(\.address)
    }
  }

  /// A worker, kept for its loop's thread.
  struct LoopBox: @unchecked Sendable {
    let worker: Worker
  }

  public var settings: Settings { running.withLock { $0.snapshot.settings } }
  /// Where it listens, with the ports that it really has; where it listened, once it drains.
  public var addresses: [SocketAddress] { running.withLock { $0.addresses } }

  /// Binds, opens and starts everything. `clock` is every loop's; `source` reads the configuration again for a reload; `tell` is
  /// called on any thread, and may block.
  public static func start(
    _ settings: Settings, clock: any LoopClock = SystemClock(), source: Source? = nil,
    inheriting inherited: Inheritance? = nil, successor: Successor? = nil,
    tell: @Sendable @escaping (String) -> Void = { _ in }
  ) throws -> Server {
    let server = try Server(settings, clock: clock, source, inherited, successor, tell)
    try server.run()
    return server
  }

  private init(
    _ settings: Settings, clock: any LoopClock, _ source: Source?, _ inherited: Inheritance?,
    _ successor: Successor?, _ tell: @Sendable @escaping (String) -> Void
  ) throws {
    _ = try? NativeThread.raiseDescriptorLimit()
    self.source = source
    self.successor = successor
    self.tell = tell
    var notes = inherited?.notes ?? []
    let snapshot = try Snapshot(settings)
    snapshot.router.prepareWriting()
    let loopCount = Lasting.loops(settings)
    let groups = try ListenerGroup.open(settings, loops: loopCount, inheriting: inherited)

    let folder = StateFolder.make(for: groups.map(\.address), settings, notes: &notes)
    stateFolder = folder
    let plan = JournalPlan(settings.journal)
    let sinks = try (0..<loopCount).map { _ in try plan.open() }
    // All that can fail has gone well: now the server that is replaced, if there is one, lets go of the recorder
    try inherited?.settle()
    let recorder = Server.openRecorder(folder, settings, inherited, notes: &notes)
    let isInherited = (inherited?.recorder ?? -1) >= 0
    lasting = Lasting(settings, inherited: isInherited ? recorder : nil)
    shared = ServerShared(
      helpers: HelperPool(threadsMax: 4), recorder: recorder, startedAt: clock.wall().seconds,
      tombstones: try TombstoneStore.open(for: settings, folder), tell: tell)

    var loops: [EventLoop] = []
    var workers: [LoopBox] = []
    for number in 0..<loopCount {
      let loop = try EventLoop(clock: clock)
      let journal = Journal(shared, loop, plan, sinks[number])
      let worker = Worker(loop: loop, shared: shared, snapshot: snapshot, journal: journal)
      for group in groups {
        for listener in group.listeners(ofLoop: number) {
          try worker.listen(listener, takesProxyHeader: group.takesProxyHeader)
        }
      }
      loops.append(loop)
      workers.append(LoopBox(worker: worker))
    }
    self.loops = loops
    self.workers = workers
    running = Mutex(Running(snapshot: snapshot, plan: plan, groups: groups))
    control = Server.openControl(
      folder, shared, loops, workers, replaces: inherited?.isUpgrade ?? false, notes: &notes)
    self.notes = notes
  }

  private func run() throws {
    for (number, loop) in loops.enumerated() {
      let thread = try loop.start(named: "loop-\(number)")
      threads.withLock { $0.append(thread) }
    }
    control?.start { [weak self] words in
      self?.answer(to: words)
    } sweep: { [weak self] in
      self?.retireUnused()
      self?.sweepArmed()
    }
  }

  private static func openRecorder(
    _ folder: String?, _ settings: Settings, _ inherited: Inheritance?, notes: inout [String]
  ) -> FlightRecorder? {
    guard let folder, settings.recorder.bytes.value > 0 else { return nil }
    do {
      let path = folder + "/" + FlightFile.name
      if let descriptor = inherited?.recorder, descriptor >= 0 {
        return try FlightFile.adopt(descriptor, path: path)
      }
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
    replaces: Bool, notes: inout [String]
  ) -> ControlSocket? {
    guard let folder else { return nil }
    do {
      return try ControlSocket(
        folder: folder, shared: shared, loops: loops, workers: workers, replaces: replaces)
    } catch {
      notes.append("no control socket: \(error)")
      return nil
    }
  }

  /// Ends taking connections; what is under way may finish within `limits.drain-time`. Returns at once.
  public func drain() {
    // A listener closes when no loop has it any more, so that none is still being accepted from
    running.withLock { running in
      running.isDraining = true
      running.groups = []
    }
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
