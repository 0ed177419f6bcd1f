internal import Decide
internal import Facts
internal import HTTPStatus
internal import Loop
internal import Message
internal import Respond
internal import Wire

/// An answer whose head is written, while its content follows piece by piece.
struct OpenAnswer {
  /// What the head has announced.
  var permission: ContentPermission
  var reachesNext: Bool
  /// The request has content that nobody has read.
  var isUnread: Bool
}

// Answers whose content comes bit by bit, written by a task of the loop. While one is open, the exchange stays in the phase `driving`,
// its state is the current one, and what goes out is counted in it piece by piece, so that a record tells what went out whenever it ends.
extension HTTP1Exchange {
  /// Bytes of content that are written before the kernel has to take them.
  static var pieceBytesMax: Int { 32 << 10 }

  /// Nobody is there any more to be answered, or nobody waits for the rest.
  private var isGone: Bool { isAbandoned || isOver }

  // MARK: The protocol

  func sendInterim(_ status: Status, _ fields: borrowing FieldBuffer) async -> Bool {
    if isGone { return false }
    // RFC 9110 section 15.2: a 1.0 client knows no interim responses
    guard state.facts.version != .http10 else { return true }
    let start = output.count
    HTTP1Writer.writeInterim(status: status, fields: fields, into: &output)
    // No part of the answer: what is not out of it is not the answer's loss
    queuedCount += UInt64(output.count - start)
    state.bytesOut += UInt64(output.count - start)
    return await bringOut()
  }

  func beginAnswer(_ state: ExchangeState, _ length: ContentLength, by worker: Worker) -> Bool {
    if isGone { return false }
    refreshBytes()
    let start = output.count
    let answer = writeHead(state, length, by: worker, into: &output)
    open = answer
    state.beginsAt = queuedCount
    state.answeredAt = worker.loop.now()
    countOutput(from: start)
    state.headBytesOut = state.bytesOut
    state.hasTail = true
    if state.response.status.code >= 400, state.isKeptAhead {
      worker.recordAhead(state, connection)
    }
    _ = worker.bringOut(self)
    return answer.permission.allowsContent && !isGone
  }

  func sendContent(_ bytes: UnsafeBufferPointer<UInt8>) async -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      if isGone || open == nil { return false }
      let piece = rest.prefix(HTTP1Exchange.pieceBytesMax)
      rest = rest.dropFirst(piece.count)
      let start = output.count
      open?.permission.append(UnsafeBufferPointer(rebasing: piece), to: &output)
      countOutput(from: start)
      guard await bringOut() else { return false }
    }
    return !isGone
  }

  func endAnswer(_ trailers: borrowing FieldBuffer) {
    guard !isGone, let answer = open else {
      abort(.clientLeftDuringContent)
      return
    }
    let start = output.count
    guard answer.permission.finish(trailers: trailers, into: &output) else {
      // RFC 9112 section 8: the client must not take the part for the whole
      open = nil
      abort(.contentSourceFailed)
      return
    }
    countOutput(from: start)
    closeAnswer(answer)
  }

  func pause(until deadline: UInt64) async -> Bool {
    while true {
      // A client that sends no more has left: only who waits for nothing may half-close (decision 0062)
      if isGone || inputEnded { return false }
      if worker.loop.now() >= deadline { return true }
      await wakeUp(at: deadline)
    }
  }

  func send(_ state: ExchangeState, at deadline: UInt64, by worker: Worker) {
    sendsAt = max(deadline, 1)
    if deadline > worker.loop.coarseNow + HTTP1Exchange.longPause { shrink() }
    timer = worker.loop.schedule(at: deadline, token: worker.connections.token(connection))
  }

  /// The time of the answer that waits has come, or its client has gone.
  fileprivate func sendWaiting() {
    if isAbandoned || inputEnded {
      sendsAt = 0
      abort(.clientLeftBeforeHead)
    } else if worker.loop.coarseNow < sendsAt {
      // A timer of something else on the same connection
      timer = worker.loop.schedule(at: sendsAt, token: worker.connections.token(connection))
    } else {
      sendsAt = 0
      refreshBytes()
      send(state, by: worker)
    }
  }

  /// The client has gone: the loop's next timers end the exchange, because whoever calls is still at work on the connection.
  private func endWaiting() {
    if let timer { _ = worker.loop.cancel(timer) }
    timer = nil
    if isOver { return }
    timer = worker.loop.schedule(at: 0, token: worker.connections.token(connection))
  }

  // MARK: The parts

  /// Writes the head of an answer that is not sent whole, as `send` writes that of one that is.
  func writeHead(
    _ state: ExchangeState, _ length: ContentLength, by worker: Worker,
    into buffer: inout ByteBuffer
  ) -> OpenAnswer {
    let isUnread = hasUnreadContent
    let reachesNext = canReachNextMessage(state, isUnread: isUnread)
    let permission = HTTP1Writer.writeHead(
      status: state.response.status, fields: state.response.fields, content: length,
      requestMethod: state.head.method,
      requestVersion: state.head.version.major == 1 ? state.head.version : .http11,
      keepsAlive: state.head.keepsAlive && reachesNext && !worker.isDraining
        && (!inputEnded || hasNextMessage),
      into: &buffer)
    return OpenAnswer(permission: permission, reachesNext: reachesNext, isUnread: isUnread)
  }

  /// The answer is written to its end: it is recorded when it is out, and the connection goes on or ends as the head has said.
  func closeAnswer(_ answer: OpenAnswer, keepsAlive: Bool = true) {
    open = nil
    // On the way here other work may have had its turn
    if isGone {
      abort(.clientLeftDuringContent)
      return
    }
    refreshBytes()
    // What is kept for the flight recorder was made before the content was there
    state.recordedAhead.removeAll()
    queueState(worker.takeState())
    if !answer.permission.keepsAlive || !keepsAlive {
      closeAfterSending(lingering: !answer.reachesNext || answer.isUnread)
    } else if answer.isUnread {
      phase = .draining
    } else {
      nextMessage()
    }
    worker.didAnswer(self)
  }

  /// What `output` has from here on belongs to the current answer.
  func countOutput(from start: Int) {
    let count = UInt64(output.count - start)
    queuedCount += count
    state.bytesOut += count
    state.endsAt = queuedCount
  }

  /// Hands what is written to the kernel, and comes back when it has all of it. False where the connection is over.
  func bringOut() async -> Bool {
    // The descriptor of a connection that is over may be another one's by now
    if isGone { return false }
    _ = worker.bringOut(self)
    while !isGone, hasOutput {
      await withUnsafeContinuation { waiter in
        if isGone || !hasOutput {
          waiter.resume()
          return
        }
        player = waiter
        waitsForRoom = true
      }
    }
    return !isGone
  }

  /// Comes back at a time of the loop's clock, or before, when something has happened.
  func wakeUp(at deadline: UInt64) async {
    if deadline > worker.loop.coarseNow + HTTP1Exchange.longPause { shrink() }
    await withUnsafeContinuation { waiter in
      // On the way here other work may have had its turn, and its word must not be missed
      if isGone || inputEnded || isTunnel && hasTunnelNews {
        waiter.resume()
        return
      }
      player = waiter
      timer = worker.loop.schedule(at: deadline, token: worker.connections.token(connection))
    }
  }

  /// Pauses that are worth giving memory back for, in nanoseconds.
  private static var longPause: UInt64 { 250_000_000 }

  /// Keeps no more memory than what has come needs: ten thousand may wait like this.
  private func shrink() {
    if !hasOutput, output.capacity > 256 { output = ByteBuffer(capacity: 64) }
    if input.capacity > input.count * 2 + 256 {
      var smaller = ByteBuffer(capacity: input.count)
      smaller.append(input.bytes)
      input = smaller
      refreshBytes()
    }
  }

  /// Wakes the task that has the answer, whatever it waits for: it looks for itself what has become of that.
  func wake() {
    waitsForRoom = false
    if sendsAt != 0 { endWaiting() }
    guard let waiter = player else { return }
    // What has arrived meanwhile may have moved the buffer
    refreshBytes()
    player = nil
    if let timer { _ = worker.loop.cancel(timer) }
    timer = nil
    waiter.resume()
  }
}

extension Worker {
  /// A connection's own time has come.
  func expired(token: UInt64) {
    guard let index = connections.index(of: token) else { return }
    if let exchange = connections[index].held {
      exchange._withUnsafeGuaranteedRef {
        $0.timer = nil
        if $0.sendsAt == 0 { $0.wake() } else { $0.sendWaiting() }
      }
    } else if connections[index].answersIdle, connections[index].deadline <= loop.coarseNow {
      expire(index, loop.coarseNow)
    }
  }
}
