internal import Decide
internal import Facts
internal import HTTPStatus
internal import Loop
internal import Message
internal import Record
internal import Rehearse
internal import Respond
internal import Wire

// Answers that take their time, or go wrong on purpose: what a rehearsal's `Performance` says, played by a task on the loop. Times are
// the loop's; nothing here knows which version of HTTP carries the answer.
extension Worker {
  /// Sends the response that is made, as the state's performance says. The exchange has to be one that is being driven.
  @inline(never)
  func play<E: Exchange>(_ exchange: E) {
    let state = exchange.state
    if let delay = state.performance?.headDelay, state.performance?.isDelayOnly == true {
      exchange.send(state, at: loop.now() + nanoseconds(delay), by: self)
      return
    }
    let bound = LoopBound((self, exchange), on: loop)
    loop.task {
      let (worker, exchange) = bound.value
      await worker.perform(exchange)
    }
  }

  private func perform<E: Exchange>(_ exchange: E) async {
    let state = exchange.state
    guard let performance = state.performance else { return }
    guard await sendInterims(performance.interims, exchange),
      await wait(performance.headDelay, exchange)
    else {
      exchange.abort(.clientLeftBeforeHead)
      return
    }
    if let idle = performance.idleAnswer { exchange.answerIdle(after: idle) }
    if performance.isWebSocketEcho, performance.fault == nil, state.response.status.code == 101 {
      await echo(exchange, state)
    } else {
      await sendAnswer(exchange, state, performance)
    }
  }

  /// Waits so many milliseconds. False where the client has left.
  func wait<E: Exchange>(_ milliseconds: UInt64, _ exchange: E) async -> Bool {
    if milliseconds == 0 { return true }
    return await exchange.pause(until: loop.now() + nanoseconds(milliseconds))
  }

  private func nanoseconds(_ milliseconds: UInt64) -> UInt64 {
    min(milliseconds, .max / 2_000_000) * 1_000_000
  }

  private func sendInterims<E: Exchange>(
    _ interims: [Performance.Interim], _ exchange: E
  ) async -> Bool {
    for interim in interims {
      guard await wait(interim.delay, exchange) else { return false }
      guard let status = Status(Int(interim.status)), interim.status / 100 == 1,
        interim.status != 101
      else { continue }
      var fields = FieldBuffer()
      for field in interim.fields { fields.add(name: field.name, value: field.value) }
      guard await exchange.sendInterim(status, fields) else { return false }
      if let known = Interim(rehearsing: interim.status), exchange.state.facts.version != .http10 {
        exchange.state.interims.insert(known)
      }
    }
    return true
  }

  private func sendAnswer<E: Exchange>(
    _ exchange: E, _ state: ExchangeState, _ performance: Performance
  ) async {
    let response = state.response
    let length = performance.contentLength(of: response)
    if let fault = performance.fault {
      let answer = wholeAnswer(response, performance)
      if await exchange.sendBroken(state, fault, length, answer, by: self) {
        // A switch that was broken and goes on is a switch
        if performance.isWebSocketEcho, exchange.isTunnel { await echoMessages(exchange) }
        return
      }
      // It makes no sense for the answer after all: recorded as none
      state.performance?.fault = nil
    }
    if exchange.beginAnswer(state, length, by: self) {
      var source = ContentSource(response)
      guard await wait(performance.contentDelay, exchange),
        await sendContent(&source, performance.pace, exchange)
      else {
        exchange.abort(source.hasFailed ? .contentSourceFailed : .clientLeftDuringContent)
        return
      }
    } else if exchange.isAbandoned {
      exchange.abort(.clientLeftBeforeHead)
      return
    }
    var trailers = FieldBuffer()
    for field in performance.trailers { trailers.add(name: field.name, value: field.value) }
    exchange.endAnswer(trailers)
  }

  /// The answer as a fault needs it: all of it in memory. Its head is for the exchange to write.
  private func wholeAnswer(_ response: Response, _ performance: Performance) -> WireAnswer {
    var source = ContentSource(response)
    var answer = WireAnswer(head: [], frame: .none, content: source.takeAll())
    answer.contentDelay = performance.contentDelay
    answer.pieceBytes = performance.pace?.pieceBytes
    answer.piecePause = performance.pace?.pause ?? 0
    var trailers = FieldBuffer()
    for field in performance.trailers { trailers.add(name: field.name, value: field.value) }
    answer.trailers = Array(trailers.lines.bytes)
    return answer
  }

  /// Sends content at its pace: so many bytes, then a pause, and no pause behind the last. False where the client has left or the
  /// source has failed.
  private func sendContent<E: Exchange>(
    _ source: inout ContentSource, _ pace: Performance.Pace?, _ exchange: E
  ) async -> Bool {
    var piece = ByteBuffer(capacity: 4096)
    var due = loop.now()
    var sent = 0
    while true {
      let lengths = pace?.lengths ?? []
      var rest = max(sent < lengths.count ? lengths[sent] : pace?.pieceBytes ?? .max, 1)
      sent += 1
      while rest > 0, source.take(min(rest, ContentSource.takenBytesMax), into: &piece) {
        rest -= UInt64(piece.count)
        guard await exchange.sendContent(piece.bytes) else { return false }
      }
      if source.hasFailed { return false }
      if source.isEmpty { return true }
      // Counted from the piece before and not from its last byte, so that the rate is kept; who was late does not hurry
      var pause = pace?.pause ?? 0
      if let pace, pace.lastPause > 0, source.bytesLeft < pace.pieceBytes {
        pause += pace.lastPause
      }
      due = max(due + nanoseconds(pause), loop.now())
      guard await exchange.pause(until: due) else { return false }
    }
  }
}
