internal import CSystem
internal import Config
internal import Decide
internal import Facts
internal import Glibc
internal import HTTPStatus
internal import Loop
internal import Message
internal import Record
internal import Respond
internal import Wire

/// One loop's share of the server: its connections, caches, pools and journal. Everything here belongs to the loop's thread.
///
/// What comes from where: descriptors' events come in `ready`, time in `tick`; `WorkerReading` turns bytes into exchanges, `Driver` and
/// `Needs` answer them, `WorkerSending` brings the answers out, `Scribe` records them.
final class Worker: LoopHandler {
  let loop: EventLoop
  let shared: ServerShared
  /// The configuration that exchanges begin with from now on. One that has begun has its own: `ExchangeState.snapshot`.
  @exclusivity(unchecked) private(set) var current: HeldSnapshot
  var snapshot: Snapshot { @inline(__always) _read { yield current.value } }
  let files: FileStore
  @exclusivity(unchecked) private(set) var folders: FolderStore
  let noFields = FieldBuffer()
  let scribe: Scribe
  let errorBodies = ErrorBodyCache()
  /// Where a path is put together that a rule has to be tried at.
  @exclusivity(unchecked) var tryPath = ByteBuffer(capacity: 256)
  let uploads = UploadPool()
  let rehearsals = RehearsalPlans()
  /// Orders that are armed; nil where none is.
  @exclusivity(unchecked) var armed: ArmedSet?
  var helpers: HelperPool { shared.helpers }

  @exclusivity(unchecked) var connections = ConnectionSlab()
  @exclusivity(unchecked) private var ids = RequestIDSource()
  @exclusivity(unchecked) private var exchangePool = Pool<HTTP1Exchange>(capacity: 64)
  @exclusivity(unchecked) private var statePool = Pool<ExchangeState>(capacity: 64)
  /// What the pools had no room for. It goes when the loop's turn is over: until then somebody up the stack may still have it in hand.
  @exclusivity(unchecked) private var retired: [AnyObject] = [] { didSet { hasRetired = true } }
  @exclusivity(unchecked) private var hasRetired = false

  /// Made anew when the second changes.
  @exclusivity(unchecked) private var dateFields = FieldBlock { _ in }
  @exclusivity(unchecked) private var dateSecond = Int64.min

  /// A place that is nil had a listener that a reload has taken away: the tokens of the others keep their meaning.
  @exclusivity(unchecked) private(set) var listeners: [Listener?] = []
  /// By listener: whether its connections begin with a header of the PROXY protocol.
  @exclusivity(unchecked) private var takesProxyHeader: [Bool] = []
  @exclusivity(unchecked) private(set) var madeResolver: NameResolver?
  @exclusivity(unchecked) private(set) var isDraining = false
  /// Another process goes on with the listeners: who had connected here, and has asked nothing yet, is waited for a little.
  @exclusivity(unchecked) var sparesFresh = false
  /// So long, in nanoseconds.
  static var freshTime: UInt64 { 2_000_000_000 }
  @exclusivity(unchecked) private(set) var isStopped = false
  @exclusivity(unchecked) private var takenCount: UInt32 = 0
  /// Of the last new connections, more had brought a request along than not.
  @exclusivity(unchecked) private var earlyScore = 8
  @exclusivity(unchecked) private var acceptsMax = 1

  init(loop: EventLoop, shared: ServerShared, snapshot: Snapshot, journal: Journal) {
    self.loop = loop
    self.shared = shared
    current = HeldSnapshot(snapshot)
    files = FileStore(loop: loop)
    folders = FolderStore(files: files)
    scribe = Scribe(shared: shared, journal: journal, settings: snapshot.settings)
    loop.handler = self
  }

  /// Goes over to another configuration. What is under way keeps its own.
  func adopt(_ snapshot: Snapshot) {
    current = HeldSnapshot(snapshot)
    // What was made of the old one must not outlive it in a pool
    exchangePool = Pool(capacity: 64)
    statePool = Pool(capacity: 64)
    errorBodies.removeAll()
    dateSecond = .min
    scribe.adopt(snapshot.settings)
    folders = FolderStore(files: files)
    files.forget(routesBefore: snapshot.router.firstNumber)
  }

  /// Made when a site asks for a client's name; nil where the system cannot say whom to ask.
  var resolver: NameResolver? {
    if madeResolver == nil {
      madeResolver = try? NameResolver(
        loop: loop, servers: snapshot.settings.clients.resolver.map(\.value),
        timeout: snapshot.settings.limits.nameTime.value * 1_000_000)
    }
    return madeResolver
  }

  // MARK: Pools

  func nextID() -> RequestID { ids.next() }

  /// Makes a state ready for the exchange that begins now.
  func begin(_ state: ExchangeState) {
    if state.mark != current.mark { state.goOver(to: current) }
    state.begin(id: ids.next(), at: loop.coarseNow, wall: loop.wall)
  }

  /// A state for the next message; it is the caller's to keep and to give back.
  @inline(__always)
  func takeState() -> Unmanaged<ExchangeState> {
    statePool.take() ?? .passRetained(ExchangeState(current))
  }

  /// Takes over a state that somebody owned.
  func giveBack(_ state: Unmanaged<ExchangeState>) {
    state._withUnsafeGuaranteedRef { $0.end() }
    // One that is under an old configuration goes, and the last of them takes it along
    if state._withUnsafeGuaranteedRef({ $0.mark }) == current.mark, statePool.give(state) { return }
    retired.append(state.takeRetainedValue())
  }

  /// An exchange for a connection, whose entry owns it from here on.
  func takeExchange(for index: Int) -> Unmanaged<HTTP1Exchange> {
    let exchange = exchangePool.take() ?? .passRetained(HTTP1Exchange(worker: self))
    exchange._withUnsafeGuaranteedRef {
      $0.begin(connection: index, descriptor: connections[index].descriptor)
    }
    connections[index].held = exchange
    connections[index].phase = .active
    return exchange
  }

  /// Takes an exchange out of its connection's entry.
  func giveBack(_ exchange: HTTP1Exchange) {
    guard let held = connections[exchange.connection].held else { return }
    connections[exchange.connection].held = nil
    if exchange.input.capacity <= 64 << 10, exchange.output.capacity <= 128 << 10,
      exchange.readerUnder.mark == current.mark, exchange.state.mark == current.mark,
      exchangePool.give(held)
    {
      return
    }
    retired.append(held.takeRetainedValue())
  }

  /// Takes an exchange out of its connection's entry, and out of use: a task still has it.
  func retire(_ exchange: HTTP1Exchange) {
    guard let held = connections[exchange.connection].held else { return }
    connections[exchange.connection].held = nil
    retired.append(held.takeRetainedValue())
  }

  /// Date and Server for answers of this second. The worker keeps them for the rest of the loop's turn.
  var commonFields: Unmanaged<FieldBlock> {
    if loop.wall.seconds != dateSecond { renewDate() }
    return Unmanaged.passUnretained(dateFields)
  }

  private func renewDate() {
    dateSecond = loop.wall.seconds
    var date = ByteBuffer(capacity: 64)
    HTTPDate.append(dateSecond, to: &date)
    dateFields = FieldBlock(date: date.bytes, server: snapshot.settings.serverName.value)
  }

  // MARK: Events

  private static let listenerBit: UInt64 = 1 << 62

  func listen(_ listener: Listener, takesProxyHeader: Bool) throws(SystemError) {
    let place = listeners.firstIndex { $0 == nil } ?? listeners.count
    let token = Worker.listenerBit | UInt64(place)
    try loop.add(listener.descriptor, token: token, interest: [.readable, .exclusive])
    if place == listeners.count {
      listeners.append(listener)
      self.takesProxyHeader.append(takesProxyHeader)
    } else {
      listeners[place] = listener
      self.takesProxyHeader[place] = takesProxyHeader
    }
  }

  func ready(token: UInt64, events: UInt32) {
    if token & Worker.listenerBit != 0 {
      accept(Int(token & 0xFFFF))
      return
    }
    guard let index = connections.index(of: token) else { return }
    let events = Interest(rawValue: events)
    switch connections[index].phase {
    case .free: break
    case .idle:
      // The first event of a new connection says no more than that it can be written to
      if events != .writable {
        takeExchange(for: index)._withUnsafeGuaranteedRef { receive($0, events) }
      }
    case .active:
      connections[index].held?._withUnsafeGuaranteedRef { exchange in
        if events != .writable || exchange.hasOutput { receive(exchange, events) }
      }
    case .lingering: discard(index)
    }
  }

  /// Takes connections that wait, at most 64 and as many as came the last time: to find out that there is no other one costs as much as
  /// to take one. True where there may be more, of which the loop tells again.
  @discardableResult
  private func accept(_ number: Int) -> Bool {
    guard number < listeners.count, !isDraining, let listener = listeners[number] else {
      return false
    }
    for taken in 0..<acceptsMax {
      switch listener.accept() {
      case .connection(let descriptor, let peer): open(descriptor, peer, number)
      case .wouldBlock:
        acceptsMax = max(taken, 1)
        return false
      case .exhausted:
        // Level-triggered: the loop tells again. A pause keeps it from spinning.
        scribe.counters.acceptFailed()
        loop.remove(listener.descriptor)
        loop.schedule(after: .milliseconds(100)) { [unowned self] in resumeAccepting(listener) }
        return false
      case .failed: return false
      }
    }
    acceptsMax = min(acceptsMax * 2, 64)
    return true
  }

  private func resumeAccepting(_ listener: Listener) {
    guard !isDraining, let number = listeners.firstIndex(where: { $0 === listener }) else { return }
    // Fails only where the listener has been closed meanwhile
    try? loop.add(
      listener.descriptor, token: Worker.listenerBit | UInt64(number),
      interest: [.readable, .exclusive])
  }

  /// Takes whoever has connected already, and no more after that. The listener closes when no loop has it any more.
  func unlisten(_ listener: Listener) {
    guard let number = listeners.firstIndex(where: { $0 === listener }) else { return }
    acceptAll(number)
    loop.remove(listener.descriptor)
    listeners[number] = nil
  }

  func unlistenAll() {
    for listener in listeners { if let listener { unlisten(listener) } }
  }

  /// Takes whoever waits, however many: before a listener goes, because its queue goes with it.
  private func acceptAll(_ number: Int) {
    while accept(number) {}
  }

  private func open(_ descriptor: Int32, _ peer: Endpoint, _ number: Int) {
    let openCount = shared.connectionOpened()
    let limit = snapshot.settings.limits.connections.value
    // Above the limit connections are answered with 503; far above it nobody is left to answer them
    if openCount > limit + max(limit / 4, 64) {
      scribe.counters.connectionRefused()
      shared.connectionClosed()
      Socket.close(descriptor)
      return
    }
    let index = connections.take()
    connections[index].descriptor = descriptor
    connections[index].openCount = UInt32(clamping: openCount)
    connections[index].port = listeners[number]?.address.port ?? 0
    connections[index].isLoopback = peer.isLoopback || peer.family == .unix
    connections[index].isTrusted = snapshot.isTrusted(peer)
    connections[index].phase = .idle
    connections[index].deadline = loop.coarseNow + snapshot.idleTime
    connections[index].isFresh = true
    connections.setAddress(index, peer)
    connections[index].client = IPAddress(peer)
    connections[index].proxy = nil
    connections[index].isProxied = false
    connections[index].awaitsProxyHeader = takesProxyHeader[number]
    scribe.counters.connectionOpened()
    if !loop.isTicking { loop.tick(every: .milliseconds(100)) }
    let token = connections.token(index)
    if asksAtOnce { readEarly(index, token) }
    if connections.index(of: token) != nil { watch(index, token) }
  }

  /// Whether who connects has mostly asked already when he is taken. Where it is not so, every 16th is tried all the same.
  private var asksAtOnce: Bool {
    takenCount &+= 1
    return earlyScore > 0 || takenCount & 15 == 0
  }

  /// Reads what a new connection has brought along: what is answered and closed now is never watched.
  private func readEarly(_ index: Int, _ token: UInt64) {
    // That somebody has changed a file and connected then, all since the loop looked, must not be missed
    files.takeChanges()
    takeExchange(for: index)._withUnsafeGuaranteedRef { receive($0, .readable) }
    // Nothing was there where the connection rests again, and has not been asked anything
    let isEarly =
      connections.index(of: token) != nil && connections[index].phase == .idle
      && connections[index].isFresh
    earlyScore = isEarly ? max(earlyScore - 1, 0) : min(earlyScore + 1, 8)
  }

  /// The kernel takes no more of an answer: the loop tells when it does.
  func awaitRoom(_ index: Int) {
    guard !connections[index].awaitsRoom else { return }
    connections[index].awaitsRoom = true
    guard connections[index].isWatched else { return }
    // Fails where the kernel has no memory; the client's time is limited all the same
    try? loop.modify(
      connections[index].descriptor, token: connections.token(index), interest: .connection)
  }

  private func watch(_ index: Int, _ token: UInt64) {
    do throws(SystemError) {
      let interest: Interest = connections[index].awaitsRoom ? .connection : .arrival
      try loop.add(connections[index].descriptor, token: token, interest: interest)
      connections[index].isWatched = true
    } catch {
      scribe.counters.acceptFailed()
      if let exchange = connections[index].exchange {
        close(exchange, .serverStopped)
      } else {
        closeDescriptor(index)
      }
    }
  }

  // MARK: Time

  func tick(now: UInt64) {
    var index = 0
    while index < connections.used {
      if connections[index].deadline <= now { expire(index, now) }
      index += 1
    }
    scribe.journal.tick(now: now)
    if connections.count == 0, !scribe.journal.hasUnwritten {
      loop.tick(every: .zero)
      if isDraining { finishStopping() }
    }
  }

  func willSleep() {
    scribe.journal.willSleep()
    if hasRetired { letGo() }
  }

  @inline(never)
  private func letGo() {
    retired.removeAll()
    hasRetired = false
  }

  // MARK: The end

  /// Takes no more connections, closes the idle ones, lets the others finish within `limits.drain-time`, and then stops the loop.
  func drain() {
    guard !isDraining else { return }
    // Who has connected before is still answered
    unlistenAll()
    isDraining = true
    for index in 0..<connections.used {
      switch connections[index].phase {
      // Closes where nothing was asked; what has arrived and was not read yet is answered
      case .idle: takeExchange(for: index)._withUnsafeGuaranteedRef { receive($0, .readable) }
      case .active:
        if connections[index].exchange?.isIdle == true { closeDescriptor(index) }
        if connections[index].exchange?.isTunnel == true { connections[index].exchange?.wake() }
      case .free, .lingering: break
      }
    }
    if connections.count == 0 {
      finishStopping()
      return
    }
    let time = snapshot.settings.limits.drainTime.value
    loop.schedule(after: .milliseconds(Int(clamping: time))) { [unowned self] in stopNow() }
  }

  private func stopNow() {
    for index in 0..<connections.used where connections[index].phase != .free {
      if let exchange = connections[index].exchange {
        // A task that still holds the exchange finds it abandoned
        exchange.isAbandoned = true
        close(exchange, .serverStopped)
        exchange.contentArrived()
      } else {
        closeDescriptor(index)
      }
    }
    finishStopping()
  }

  private func finishStopping() {
    guard !isStopped else { return }
    isStopped = true
    madeResolver?.cancel()
    scribe.journal.close()
    loop.stop()
  }

  /// Closes a connection that has no exchange, and frees its entry.
  func closeDescriptor(_ index: Int) {
    if connections[index].descriptor >= 0 { Socket.close(connections[index].descriptor) }
    if let exchange = connections[index].exchange { giveBack(exchange) }
    connections.free(index)
    shared.connectionClosed()
    scribe.counters.connectionClosed()
    if isDraining, connections.count == 0 { finishStopping() }
  }
}

extension MessageLimits {
  init(_ limits: Limits) {
    self.init()
    targetBytesMax = Int(clamping: limits.targetBytes.value)
    headBytesMax = Int(clamping: limits.headBytes.value)
    fieldBytesMax = Int(clamping: limits.fieldBytes.value)
    fieldCountMax = Int(clamping: limits.fields.value)
    chunkExtensionBytesMax = Int(clamping: limits.chunkExtensionBytes.value)
    chunkExtensionsBytesMax = chunkExtensionBytesMax
    trailerBytesMax = Int(clamping: limits.trailerBytes.value)
    contentBytesMax = limits.contentBytes.value
  }
}
