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
  private let now: Int64
  let rehearsal: RehearsalRoute

  init(_ call: RehearsalCall, draw: Draw, now: Int64, _ rehearsal: RehearsalRoute) {
    self.call = call
    self.draw = draw
    self.now = now
    self.rehearsal = rehearsal
  }

  // The server's own limit bounds what comes
  func take(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { call.content.append(contentsOf: $0) }
  }

  /// Nil where the path is none of theirs.
  var answer: RehearsalAnswer? {
    HTTPBin.answer(to: call, draw: draw, now: now) ?? HTTPStat.answer(to: call, draw: draw)
  }
}

extension Worker {
  /// Answers a request whose path is one of other test servers'. False where it is none.
  @inline(never)
  func answerCall(_ state: ExchangeState, _ rehearsal: RehearsalRoute) -> Bool {
    let key = Array(String(state.clientAddress, radix: 16).utf8)
    let index = rehearsal.nextDraw(of: nil, now: loop.coarseNow / 1_000_000)
    let call = RehearsedCall(
      rehearsalCall(state, rehearsal),
      draw: Draw(seed: rehearsal.seed, key: Draw.key(key), index: index),
      now: loop.wall.seconds, rehearsal)
    guard let made = call.answer else { return false }
    take(made, rehearsal, state)
    if state.facts.hasFramedContent { state.rehearsedCall = call }
    return true
  }

  /// Answers a browser's question whether a page may ask; it takes no step and no draw from what is rehearsed. False where it is none.
  @inline(never)
  func answerPreflight(_ state: ExchangeState, _ rehearsal: RehearsalRoute) -> Bool {
    guard state.facts.method == .options,
      let made = HTTPBin.preflight(rehearsalCall(state, rehearsal))
    else { return false }
    take(made, rehearsal, state)
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
    if let made = call.answer { take(made, call.rehearsal, state) }
  }

  private func take(
    _ made: RehearsalAnswer, _ rehearsal: RehearsalRoute, _ state: ExchangeState
  ) {
    state.facts.rehearsal.isKnown = true
    state.facts.rehearsal.isWellFormed = true
    let planned = RehearsalPlan.answer(of: made, base: rehearsal.base)
    state.beginRehearsal()._withUnsafeGuaranteedRef { take(planned, $0, state) }
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
