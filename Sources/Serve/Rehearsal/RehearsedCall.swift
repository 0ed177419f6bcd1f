internal import Decide
internal import Facts
internal import HTTPStatus
internal import Loop
internal import Message
internal import Rehearse
internal import Respond

/// A request to one of the addresses that other test servers have, whose answer depends on all of it. Collects its content, and is asked
/// again when that is there.
final class RehearsedCall: ContentSink {
  private(set) var call: RehearsalCall
  private let draw: Draw
  private let drawn: RehearsedAnswer.Drawn
  private let now: Int64
  let rehearsal: RehearsalRoute
  /// What a field orders beside it; nil: nothing.
  private let laid: RehearsalOrder?
  var isContinued: Bool { laid?.isContinued ?? true }

  /// `drawn` is what is told of the draw, where chance has a part in the answer.
  init(
    _ call: RehearsalCall, draw: Draw, _ drawn: RehearsedAnswer.Drawn, now: Int64,
    _ rehearsal: RehearsalRoute, laying laid: RehearsalOrder?
  ) {
    self.call = call
    self.draw = draw
    self.drawn = drawn
    self.now = now
    self.rehearsal = rehearsal
    self.laid = laid
  }

  // The server's own limit bounds what comes
  func take(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { call.content.append(contentsOf: $0) }
  }

  /// Nil where the path is none of theirs.
  var answer: RehearsalAnswer? {
    var answer =
      HTTPBin.answer(to: call, draw: draw, now: now) ?? HTTPStat.answer(to: call, draw: draw)
    if let laid { answer?.lay(laid, draw) }
    return answer
  }

  /// What is told of chance; nil where it had no part in the answer.
  func told(of answer: RehearsalAnswer) -> RehearsedAnswer.Drawn? {
    guard answer.isDrawn else { return nil }
    var told = drawn
    if let delay = laid?.delay, !delay.isFixed { told.delay = answer.performance.headDelay }
    return told
  }
}

extension RehearsalAnswer {
  /// Comes as a field orders it: the field goes over the path.
  fileprivate mutating func lay(_ order: RehearsalOrder, _ draw: Draw) {
    let ordered = RehearsalPlan.performance(order, 200, false) ?? Performance()
    performance.interims += ordered.interims
    if let delay = order.delay {
      performance.headDelay = delay.milliseconds(draw.bits(.latency))
      if !delay.isFixed { isDrawn = true }
    }
    if ordered.contentDelay > 0 { performance.contentDelay = ordered.contentDelay }
    performance.pace = ordered.pace ?? performance.pace
    performance.isChunked = performance.isChunked || ordered.isChunked
    performance.trailers += ordered.trailers
    performance.fault = ordered.fault ?? performance.fault
    performance.idleAnswer = ordered.idleAnswer ?? performance.idleAnswer
    for field in order.fields {
      let name = field.name.map(\.lowercased)
      fields.removeAll { $0.name.map(\.lowercased) == name }
    }
    fields += order.fields
    without += order.without
  }
}

extension Worker {
  /// Answers a request whose path is one of other test servers'. False where it is none.
  @inline(never)
  func answerCall(
    _ state: ExchangeState, _ rehearsal: RehearsalRoute, _ plan: RehearsalPlan
  ) -> Bool {
    let now = loop.coarseNow / 1_000_000
    let isInForce = plan.order.window?.isBad(at: rehearsal.elapsed(now)) ?? true
    let laid = plan.isLaid && isInForce ? plan.order : nil
    let key = laid?.key ?? Array(String(state.clientAddress, radix: 16).utf8)
    var drawn = RehearsedAnswer.Drawn()
    let seed = laid?.seed ?? rehearsal.seed
    drawn.seed = seed
    drawn.index = rehearsal.nextDraw(of: laid == nil ? nil : plan.turn, now: now)
    let call = RehearsedCall(
      rehearsalCall(state, rehearsal),
      draw: Draw(seed: seed, key: Draw.key(key), index: drawn.index), drawn,
      now: loop.wall.seconds, rehearsal, laying: laid)
    guard let made = call.answer else { return false }
    take(made, call, state)
    if state.facts.hasFramedContent { state.rehearsedCall = call }
    return true
  }

  /// Answers a browser's question whether a page may ask; it takes no step and no draw from what is rehearsed. False where it is none.
  @inline(never)
  func answerPreflight(_ state: ExchangeState, _ rehearsal: RehearsalRoute) -> Bool {
    guard state.facts.method == .options,
      let made = HTTPBin.preflight(rehearsalCall(state, rehearsal))
    else { return false }
    state.facts.rehearsal.isKnown = true
    state.facts.rehearsal.isWellFormed = true
    let planned = RehearsalPlan.answer(of: made, base: rehearsal.base)
    state.beginRehearsal()._withUnsafeGuaranteedRef { take(planned, $0, state, isAsked: false) }
    return true
  }

  /// What lets pages of other origins read the answer, or that nothing is there; but for what is ordered itself.
  @inline(never)
  func sharing(
    _ state: ExchangeState, _ rehearsal: RehearsalRoute, _ order: RehearsalOrder? = nil
  ) -> FieldBlock {
    let named = order?.fields.map { $0.name.map(\.lowercased) } ?? []
    let fields = HTTPBin.sharing(rehearsalCall(state, rehearsal))
    return FieldBlock { buffer in
      for field in fields where !named.contains(field.name.map(\.lowercased)) {
        buffer.add(name: field.name, value: field.value)
      }
    }
  }

  /// The content is there: now the answer can be made as it has to be.
  func finishCall(_ state: ExchangeState, _ call: RehearsedCall) {
    if state.isPerformed { state.performance = nil }
    if let made = call.answer { take(made, call, state) }
  }

  private func take(_ made: RehearsalAnswer, _ call: RehearsedCall, _ state: ExchangeState) {
    state.facts.rehearsal.isKnown = true
    state.facts.rehearsal.isWellFormed = true
    let planned = RehearsalPlan.answer(of: made, base: call.rehearsal.base)
    state.beginRehearsal()._withUnsafeGuaranteedRef { answer in
      take(planned, answer, state, isAsked: true, isContinued: call.isContinued)
      answer.drawn = call.told(of: made)
    }
  }

  private func rehearsalCall(
    _ state: ExchangeState, _ rehearsal: RehearsalRoute
  ) -> RehearsalCall {
    let head = state.head
    var client = ByteBuffer(capacity: 64)
    if let address = state.client {
      client.reserve(Endpoint.textMax)
      let room = UnsafeMutableBufferPointer(start: client.end, count: Endpoint.textMax)
      client.didWrite(Endpoint(address, port: 0).writeAddress(into: room))
    }
    return RehearsalCall(
      method: Array(state.bytes[head.methodName.range]),
      path: Array(state.path.dropFirst(rehearsal.base.count)),
      query: head.hasQuery ? Array(state.bytes[head.query.range]) : nil,
      fields: head.fields.map {
        RehearsedField(Array(state.bytes[$0.name.range]), Array(state.bytes[$0.value.range]))
      },
      client: client.text,
      authority: head.value(of: .host).map { Array(state.bytes[$0.range]) } ?? [],
      base: rehearsal.base)
  }
}

extension Facts {
  /// Content is announced, if only of length 0.
  fileprivate var hasFramedContent: Bool {
    switch framing {
    case .length(let length): length > 0
    case .none: false
    default: true
    }
  }
}
