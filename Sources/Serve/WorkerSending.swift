internal import Decide
internal import Loop
internal import Message
internal import Orders

// From answers to the descriptor, and what becomes of a connection after them.
extension Worker {
  /// Reads what can be read of the buffered requests and hands the answers to the kernel. True where the connection may go on being
  /// read; false where it is closed, or waits for its client to take what is unsent.
  func bringOut(_ exchange: HTTP1Exchange) -> Bool {
    while true {
      exchange.isProcessing = true
      process(exchange)
      exchange.isProcessing = false
      let hadOutput = exchange.hasOutput
      if hadOutput {
        switch exchange.flush() {
        case .done: if exchange.waitsForRoom { exchange.wake() }
        case .blocked:
          recordSent(exchange)
          awaitReader(exchange)
          return false
        case .failed(let outcome):
          close(exchange, outcome)
          return false
        }
      }
      recordSent(exchange)
      if exchange.phase == .closing {
        finish(exchange)
        return false
      }
      exchange.compactInput()
      if !hadOutput { return true }
    }
  }

  /// The client has to take something of what waits for it within `limits.send-time`. Whether it has is looked at eight times in that
  /// time: who takes something is not cut off (decision 0044), and who stops taking is so at most an eighth late.
  func awaitReader(_ exchange: HTTP1Exchange) {
    awaitRoom(exchange.connection)
    let now = loop.coarseNow
    noteTaken(exchange, now)
    connections[exchange.connection].deadline = min(
      exchange.takenAt + snapshot.sendTime, now + snapshot.sendTime / 8)
  }

  /// Whether the client has taken nothing for too long. What the kernel had room for says little: a buffer of megabytes can take a slow
  /// client longer than it may take.
  func isReaderLate(_ exchange: HTTP1Exchange, _ now: UInt64) -> Bool {
    noteTaken(exchange, now)
    return now >= exchange.takenAt + snapshot.sendTime
  }

  private func noteTaken(_ exchange: HTTP1Exchange, _ now: UInt64) {
    let count = takenCount(exchange)
    guard exchange.takenAt == 0 || count > exchange.takenCount else { return }
    exchange.takenCount = count
    exchange.takenAt = max(now, 1)
  }

  private func takenCount(_ exchange: HTTP1Exchange) -> Int64 {
    Int64(exchange.sentCount) - Int64(Socket.untaken(exchange.descriptor))
  }

  /// An exchange was answered. In place, `bringOut` is at work already; a task that answers has to start it.
  func didAnswer(_ exchange: HTTP1Exchange) {
    if exchange.isProcessing { return }
    if bringOut(exchange) { resumeReceiving(exchange) }
  }

  /// An interim response goes out at once; a client that does not take it will not take the rest either.
  func flushInterim(_ exchange: HTTP1Exchange) {
    switch exchange.flush() {
    case .failed: exchange.isAbandoned = true
    case .blocked: awaitRoom(exchange.connection)
    case .done: break
    }
  }

  /// Records the exchanges whose last byte is out.
  private func recordSent(_ exchange: HTTP1Exchange) {
    if exchange.unsent.isEmpty { return }
    var count = 0
    while count < exchange.unsent.count {
      let state = exchange.unsent[count]
      let isSent = state._withUnsafeGuaranteedRef { state in
        guard state.endsAt <= exchange.sentCount else { return false }
        record(state, exchange, .completed)
        return true
      }
      guard isSent else { break }
      giveBack(state)
      count += 1
    }
    if count > 0 { exchange.unsent.removeFirst(count) }
  }

  /// The last answer is out, and the connection ends.
  private func finish(_ exchange: HTTP1Exchange) {
    let index = exchange.connection
    let lingers = exchange.lingers && !exchange.inputEnded
    giveBack(exchange)
    guard lingers else {
      closeDescriptor(index)
      return
    }
    // RFC 9112 section 9.6: half-close, and read on, so that no reset eats the answer
    Socket.shutdownWrite(connections[index].descriptor)
    connections[index].phase = .lingering
    connections[index].deadline = loop.coarseNow + snapshot.lingerTime
    discard(index)
  }

  /// Nothing is lost by closing: no request is under way.
  func closeQuietly(_ exchange: HTTP1Exchange) {
    let index = exchange.connection
    closeDescriptor(index)
  }

  /// The client is gone.
  func lose(_ exchange: HTTP1Exchange) {
    switch exchange.phase {
    case .driving:
      // A task has the exchange: it ends it when it comes back
      exchange.isAbandoned = true
      exchange.inputEnded = true
      connections[exchange.connection].deadline = .max
      exchange.contentArrived()
    case .head:
      if exchange.arrivedCount > 0 || !exchange.unsent.isEmpty {
        close(exchange, exchange.unsent.isEmpty ? .clientLeftBeforeRequest : .clientReset)
      } else {
        closeQuietly(exchange)
      }
    case .draining, .closing: close(exchange, .clientReset)
    }
  }

  /// Ends a connection in the middle of something: what was under way is recorded with the outcome.
  func close(_ exchange: HTTP1Exchange, _ outcome: Outcome) {
    for index in 0..<exchange.unsent.count {
      let state = exchange.unsent[index]
      state._withUnsafeGuaranteedRef { state in
        record(state, exchange, self.outcome(of: state, exchange, outcome))
      }
      giveBack(state)
    }
    exchange.unsent.removeFirst(exchange.unsent.count)
    exchange.isOver = true
    if exchange.phase == .driving
      || exchange.phase == .head && exchange.arrivedCount > 0 && exchange.hasBegun
    {
      exchange.refreshBytes()
      record(exchange.state, exchange, outcome)
    }
    // A task that still has the state needs no place in the site any more
    exchange.state.ticket = nil
    if outcome == .contentSourceFailed {
      // The client must not take the part for the whole
      _ = Socket.setLingerReset(exchange.descriptor)
    }
    if exchange.phase == .driving {
      // A task has the exchange and finds it abandoned; until then it must serve no other connection
      exchange.isAbandoned = true
      retire(exchange)
      exchange.contentArrived()
    }
    closeDescriptor(exchange.connection)
  }

  /// What became of one of the answers that wait while the connection ends as `outcome` says.
  private func outcome(
    of state: ExchangeState, _ exchange: HTTP1Exchange, _ outcome: Outcome
  ) -> Outcome {
    if state.endsAt <= exchange.sentCount { return .completed }
    switch outcome {
    case .clientLeftDuringContent, .clientReset:
      return state.beginsAt >= exchange.sentCount ? .clientLeftBeforeHead : outcome
    default: return outcome
    }
  }

  /// A refusal is recorded before it goes out.
  func recordAhead(_ state: ExchangeState, _ index: Int) {
    let texts = clientTexts(state, index)
    scribe.recordAhead(state, client: texts.client, peer: texts.peer, now: state.answeredAt)
  }

  /// Keeps the record of an exchange that is over.
  private func record(_ state: ExchangeState, _ exchange: HTTP1Exchange, _ outcome: Outcome) {
    let index = exchange.connection
    var outcome = outcome
    if outcome != .completed, state.endsAt > exchange.sentCount {
      // The record tells what went out, not what should have
      state.bytesOut -= state.endsAt - max(exchange.sentCount, state.beginsAt)
    }
    if scribe.journal.wantsLocalAddress {
      scribe.journal.takeLocalAddress(connections[index].descriptor)
    }
    // What went out whole with its head was over when it was answered: the clock is not read again
    var now = max(loop.coarseNow, state.answeredAt)
    if state.hasTail, outcome == .completed {
      now = loop.now()
      if state.isPerformed {
        outcome = state.performance?.fault != nil ? .faultRehearsed : state.tunnelOutcome
      }
    }
    let texts = clientTexts(state, index)
    scribe.record(
      state, client: texts.client, peer: texts.peer, outcome: outcome,
      isSent: state.endsAt > 0 && exchange.sentCount > state.beginsAt, now: now)
  }
}
