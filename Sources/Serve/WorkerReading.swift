internal import Config
internal import Decide
internal import Facts
internal import Loop
internal import Message
internal import Record
internal import Wire

// From a descriptor's event to exchanges.
extension Worker {
  /// The connection can be read or written, or its client has gone.
  func receive(_ exchange: HTTP1Exchange, _ events: Interest) {
    // What waits to go out goes first; while it does, nothing is received
    guard bringOut(exchange) else { return }
    while exchange.phase != .closing {
      // What nobody reads yet is not received either: it would be kept, and be without limit
      if let upload = exchange.directUpload {
        guard receiveContent(exchange, into: upload, events) else { return }
        continue
      }
      if exchange.phase == .driving,
        exchange.arrivedCount > HTTP1Exchange.heldBytesMax || exchange.isContentHeld
      {
        exchange.isReceivingHeld = true
        rest(exchange)
        return
      }
      exchange.input.reserve(4096)
      let room = exchange.input.capacity - exchange.input.count
      switch Socket.receive(exchange.descriptor, into: exchange.input.end, count: room) {
      case .bytes(let count):
        exchange.input.didWrite(count)
        if isRefused(exchange) { refuse(exchange) }
        exchange.contentArrived()
        guard bringOut(exchange) else { return }
        // A short read took all there was, unless the end follows
        if count < room, events.isDisjoint(with: [.peerClosed, .hungUp, .failed]) {
          rest(exchange)
          return
        }
      case .wouldBlock:
        rest(exchange)
        return
      case .end:
        exchange.inputEnded = true
        exchange.contentArrived()
        guard bringOut(exchange) else { return }
        if exchange.phase == .head { closeQuietly(exchange) } else { rest(exchange) }
        return
      case .failed:
        lose(exchange)
        return
      }
    }
  }

  /// Receives content without a copy of ours between. True where it may go on at once.
  private func receiveContent(
    _ exchange: HTTP1Exchange, into upload: Upload, _ events: Interest
  ) -> Bool {
    let room = exchange.directRoom(upload)
    if room == 0 {
      // A buffer is full, or all has come: whoever waits goes on
      exchange.directUpload = nil
      exchange.isContentHeld = true
      exchange.isReceivingHeld = true
      exchange.contentArrived()
      rest(exchange)
      return false
    }
    switch Socket.receive(exchange.descriptor, into: upload.end, count: room) {
    case .bytes(let count):
      upload.didReceive(count)
      exchange.didReceiveContent(count)
      if count == room || !events.isDisjoint(with: [.peerClosed, .hungUp, .failed]) { return true }
      rest(exchange)
      return false
    case .wouldBlock:
      rest(exchange)
      return false
    case .end:
      exchange.inputEnded = true
      exchange.directUpload = nil
      exchange.contentArrived()
      rest(exchange)
      return false
    case .failed:
      lose(exchange)
      return false
    }
  }

  /// Goes on receiving where the input was held, up to what an event that is past has told of.
  func resumeReceiving(_ exchange: HTTP1Exchange) {
    let isHeld = exchange.isReceivingHeld
    exchange.isReceivingHeld = false
    receive(exchange, isHeld ? [.readable, .peerClosed] : .readable)
  }

  /// Whether the connection came when the server was full: it gets one answer, whatever it asks.
  private func isRefused(_ exchange: HTTP1Exchange) -> Bool {
    exchange.phase == .head && isAboveLimit(exchange.connection)
  }

  /// Whether the connection came above the limit, and none of those before it has gone since: it takes such a one's place for good.
  private func isAboveLimit(_ index: Int) -> Bool {
    let limit = snapshot.settings.limits.connections.value
    guard UInt64(connections[index].openCount) > limit else { return false }
    let now = shared.openCount
    if now > limit { return true }
    connections[index].openCount = UInt32(clamping: now)
    return false
  }

  /// What the connection itself brings to the facts.
  func fillConnectionFacts(_ state: ExchangeState, _ index: Int) {
    let connection = connections.place(index)
    state.facts.connection.openCount = UInt64(connection.pointee.openCount)
    state.facts.connection.port = connection.pointee.port
    state.facts.connection.isSecured = connection.pointee.isTrusted
    if let client = connection.pointee.client { state.clientAddress = client.number }
    // One by one: all limits together are large, and would be copied
    let connections = state.snapshot.settings.limits.connections
    state.facts.connection.limit = connections.value
    state.facts.connection.limitPosition = connections.position
    let content = state.snapshot.settings.limits.contentBytes
    state.facts.content.limit = content.value
    state.facts.content.limitPosition = content.position
    if state.facts.fault.kind != .none { locateFault(state) }
    if connection.pointee.isTrusted || state.snapshot.asksClients {
      identifyClient(
        state, peer: connection.pointee.client, isTrusted: connection.pointee.isTrusted)
      if connection.pointee.isTrusted { adoptID(state) }
    }
    switch state.snapshot.settings.details.value {
    case .everyone: state.showsDetails = true
    case .nobody: state.showsDetails = false
    case .local:
      // Behind a proxy of ours that says for whom it asks, loopback is not where the client is
      if state.clientText.count != 0 {
        // A trusted proxy has said for whom it asks
        state.showsDetails = state.client.map { state.snapshot.isTrusted($0) } ?? false
      } else {
        state.showsDetails =
          connection.pointee.isTrusted
          || connection.pointee.isLoopback
            && state.head.known.isDisjoint(with: Worker.forwarding)
      }
    }
  }

  /// Where the limit stands that the message has passed.
  @inline(never)
  private func locateFault(_ state: ExchangeState) {
    state.facts.faultPosition = state.snapshot.settings.limits.position(
      of: SettingKey(limitOf: state.facts.fault.kind))
  }

  /// A trusted peer that names the exchange in our form goes on under that name.
  private func adoptID(_ state: ExchangeState) {
    guard let slice = state.head.value(of: .xRequestID) else { return }
    let text = UnsafeBufferPointer(rebasing: state.bytes[slice.range])
    if let id = RequestID(text.span) { state.adopt(id) }
  }

  /// Computed, because asking for a stored one costs a call.
  private static var forwarding: FieldSet {
    @inline(__always) get {
      FieldSet(.forwarded).union(FieldSet(.xForwardedFor)).union(FieldSet(.via))
    }
  }

  /// A connection that rests says how long it may: the deadline of what it waits for. One with nothing going on gives its buffers back.
  func rest(_ exchange: HTTP1Exchange) {
    let index = exchange.connection
    let now = loop.coarseNow
    if exchange.isIdle {
      if exchange.sentCount > 0 { connections[index].isFresh = false }
      let isSpared = sparesFresh && connections[index].isFresh
      if exchange.inputEnded || isDraining && !isSpared {
        closeQuietly(exchange)
        return
      }
      giveBack(exchange)
      connections[index].phase = .idle
      connections[index].deadline = now + (isDraining ? Worker.freshTime : snapshot.idleTime)
      connections[index].answersIdle = false
      if exchange.idleAnswer > 0 { awaitIdleAnswer(index, after: exchange.idleAnswer) }
      return
    }
    if exchange.hasOutput {
      awaitReader(exchange)
      return
    }
    switch exchange.phase {
    case .head:
      let state = exchange.state
      connections[index].deadline = state.startedAt + state.snapshot.headTime
    case .driving:
      // Content is looked at every second; an action takes the time that it takes
      connections[index].deadline = exchange.isWaitingForContent ? exchange.contentLookAt : .max
    case .draining: connections[index].deadline = exchange.contentLookAt
    case .closing: connections[index].deadline = now + snapshot.sendTime
    }
  }

  /// A connection's time is over.
  func expire(_ index: Int, _ now: UInt64) {
    guard connections[index].phase == .active, let exchange = connections[index].exchange else {
      if connections[index].answersIdle, answerIdle(index, now) { return }
      if connections[index].phase == .idle { scribe.counters.idleClosed() }
      closeDescriptor(index)
      return
    }
    if exchange.hasOutput {
      if isReaderLate(exchange, now) {
        close(exchange, .clientReadTooSlowly)
      } else {
        awaitReader(exchange)
      }
      return
    }
    switch exchange.phase {
    case .head:
      // An empty line alone is no request (RFC 9112 section 2.2): as idle as nothing
      if exchange.reader.endOfInput(byteCount: exchange.arrivedCount) == nil {
        scribe.counters.idleClosed()
        closeQuietly(exchange)
        return
      }
      headTimedOut(
        exchange, after: (now - exchange.state.startedAt) / 1_000_000,
        limit: exchange.state.snapshot.settings.limits.headTime.value)
      if bringOut(exchange) { rest(exchange) }
    case .driving: expireContent(exchange, now)
    case .draining:
      if lateness(of: exchange, now) != nil {
        closeQuietly(exchange)
      } else {
        exchange.lookAtContentNext(after: now)
        rest(exchange)
      }
    case .closing: closeQuietly(exchange)
    }
  }

  private func expireContent(_ exchange: HTTP1Exchange, _ now: UInt64) {
    guard let late = lateness(of: exchange, now) else {
      exchange.lookAtContentNext(after: now)
      rest(exchange)
      return
    }
    exchange.contentTimedOut(late.kind, limit: late.limit, measured: late.measured)
    connections[exchange.connection].deadline = .max
  }

  /// What is wrong with the time that a content takes; nil while nothing is.
  private func lateness(
    of exchange: HTTP1Exchange, _ now: UInt64
  ) -> (kind: FaultKind, limit: UInt64, measured: UInt64)? {
    let limits = exchange.state.snapshot.settings.limits
    let elapsed = (now - min(exchange.contentStartedAt, now)) / 1_000_000
    let rate = exchange.contentBytesRead * 1000 / max(elapsed, 1)
    if elapsed >= limits.contentTime.value {
      return (.contentTimeout, limits.contentTime.value, elapsed)
    }
    if elapsed >= 5000, rate < limits.contentRate.value {
      return (.contentTooSlow, limits.contentRate.value, rate)
    }
    return nil
  }

  /// Drops what a client sends that has been refused, until it closes its side too.
  func discard(_ index: Int) {
    withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 16) { room in
      guard let start = room.baseAddress else { return }
      for _ in 0..<64 {
        switch Socket.receive(connections[index].descriptor, into: start, count: room.count) {
        case .bytes: continue
        case .wouldBlock: return
        case .end, .failed:
          closeDescriptor(index)
          return
        }
      }
      // A client that sends as fast as it is read must not keep the others, and the clock, from their turn
      let token = connections.token(index)
      let box = Server.LoopBox(worker: self)
      loop.post { box.worker.discardMore(token) }
    }
  }

  private func discardMore(_ token: UInt64) {
    guard let index = connections.index(of: token), connections[index].phase == .lingering
    else { return }
    discard(index)
  }
}
