internal import Config
internal import Facts
internal import HTTPStatus
internal import Loop
internal import Message
internal import Rehearse
internal import Respond
internal import Wire

// What is rehearsed: a part of the route's owner. It finds the plan of the target, draws where something is to be drawn, and leaves facts
// and what is to be sent in the state. Nothing waits here: delays are performed when the answer is sent.
extension Worker {
  /// The rule rehearses.
  func rehearse(_ state: ExchangeState, _ route: RuleRoute, _ rehearsal: RehearsalRoute) {
    let target = UnsafeBufferPointer(
      rebasing: state.bytes[
        Int(
          state.head.path.start)..<Int(
            state.head.hasQuery ? state.head.query.end : state.head.path.end)])
    if state.head.known.contains(.rehearse), rehearsal.carriers.contains(.field) {
      take(RehearsalReading.plan(state, rehearsal), rehearsal, state)
    } else {
      let plan =
        rehearsals.known(target, route: route.number)
        ?? rehearsals.keep(RehearsalReading.plan(state, rehearsal), of: target, route: route.number)
      plan._withUnsafeGuaranteedRef { take($0, rehearsal, state) }
    }
  }

  /// Lets a plan be answered.
  func take(_ plan: RehearsalPlan, _ rehearsal: RehearsalRoute, _ state: ExchangeState) {
    state.beginRehearsal()._withUnsafeGuaranteedRef { take(plan, $0, rehearsal, state) }
  }

  private func take(
    _ plan: RehearsalPlan, _ answer: RehearsedAnswer, _ rehearsal: RehearsalRoute,
    _ state: ExchangeState
  ) {
    switch plan.kind {
    case .call:
      if !answerCall(state, rehearsal, plan) {
        answer.tell(RehearsalReading.unknown(rehearsal))
        answer.sharing = sharing(state, rehearsal)
      } else if !state.facts.rehearsal.isWellFormed {
        locate(plan, state)
      }
      return
    case .unknown:
      answer.tell(plan.problem)
      answer.sharing = sharing(state, rehearsal)
      return
    case .malformed:
      state.facts.rehearsal.isKnown = true
      locate(plan, state)
      answer.tell(plan.problem)
      if state.head.known.contains(.origin) { answer.sharing = sharing(state, rehearsal) }
      return
    case .order, .page: break
    }
    if state.head.known.contains(.origin), rehearsal.isOpen {
      if answerPreflight(state, rehearsal) { return }
      answer.sharing = sharing(state, rehearsal, plan.order)
    }
    state.facts.rehearsal.isKnown = true
    state.facts.rehearsal.isWellFormed = true
    answer.isOfGrammar = plan.isQueryRead
    if plan.kind == .page {
      take(plan.page(isHTML: prefersHTML(state)), answer, state, isAsked: false)
      return
    }
    if plan.isFixed {
      plan.only._withUnsafeGuaranteedRef {
        take($0, answer, state, isAsked: plan.isAsked, isContinued: plan.isContinued)
      }
    } else {
      draw(plan, rehearsal, answer, state)
    }
    if !state.facts.rehearsal.isWellFormed { locate(plan, state) }
  }

  /// Tells where in the head that stands which is wrong.
  private func locate(_ plan: RehearsalPlan, _ state: ExchangeState) {
    state.facts.rehearsal.part = plan.part
    state.facts.rehearsal.offset = plan.offset
    state.facts.rehearsal.field = plan.field
  }

  func take(
    _ made: RehearsalPlan.Answer, _ answer: RehearsedAnswer, _ state: ExchangeState,
    isAsked: Bool, isContinued: Bool = true
  ) {
    answer.take(made.form, made.choice.status, made.choice.cause?.number)
    state.facts.rehearsal.cause = made.cause
    if made.isLast { state.head.keepsAlive = false }
    if !isContinued, state.facts.expectation == .continue100 {
      state.facts.rehearsal.isContentWithheld = true
    }
    if made.isPerformed { perform(made, answer, state, isAsked: isAsked) }
  }

  /// What happens on the wire beside head and content.
  @inline(never)
  private func perform(
    _ made: RehearsalPlan.Answer, _ answer: RehearsedAnswer, _ state: ExchangeState,
    isAsked: Bool
  ) {
    var performance = made.performance ?? Performance()
    // What a real answer can have of it is seen when that is made
    if !state.facts.rehearsal.leadsOn {
      let isSwitching = made.choice.status == 101
      let isDemanded = performance.isWebSocketEcho
      if isSwitching, isAsked, !isDemanded, let misfit = made.switchMisfit(state.facts.version) {
        refuse(misfit, answer, state)
        return
      }
      if isSwitching, !takeSwitch(&performance, state, isDemanded: isDemanded) { return }
      if let misfit = made.faultMisfit(state.facts.method, state.facts.version) {
        // Who asked for it is told. What the rule says by itself is not the client's to mend
        if isAsked {
          refuse(misfit, answer, state)
          return
        }
        performance.fault = nil
        if performance.isPlain { return }
      }
      if let fault = performance.fault, fault.point == .beforeHead,
        [.close, .reset, .stall].contains(fault.kind)
      {
        state.facts.rehearsal.isUnanswered = true
      }
    }
    state.performance = performance
  }

  /// What is asked makes no sense.
  private func refuse(
    _ misfit: WireFault.Misfit, _ answer: RehearsedAnswer, _ state: ExchangeState
  ) {
    state.facts.rehearsal.isWellFormed = false
    answer.take(nil, 0, nil)
    answer.tell(misfit.description)
  }

  /// A 101: who asks for it rightly gets the echo behind it. Nobody else does where it is demanded, and there is nothing to perform then;
  /// else the 101 is forced, and what it would switch to does not follow.
  private func takeSwitch(
    _ performance: inout Performance, _ state: ExchangeState, isDemanded: Bool
  ) -> Bool {
    if judgeHandshake(state) {
      performance.isWebSocketEcho = true
      return true
    }
    // RFC 9110 section 15.2: HTTP/1.0 has no 1xx, whoever wants it to
    if isDemanded || state.facts.version == .http10 { return false }
    state.facts.rehearsal.handshake = .none
    if performance.fault == nil { performance.fault = WireFault(.close, at: .afterHead) }
    return true
  }

  private func prefersHTML(_ state: ExchangeState) -> Bool {
    guard let accept = state.head.value(of: .accept) else { return false }
    let value = UnsafeBufferPointer(rebasing: state.bytes[accept.range]).span
    return Accept.best(value: value, among: ["application/json", "text/html"]) == 1
  }

  // MARK: Chance

  @inline(never)
  private func draw(
    _ plan: RehearsalPlan, _ rehearsal: RehearsalRoute, _ answer: RehearsedAnswer,
    _ state: ExchangeState
  ) {
    // The order is large, and is looked into where it lies
    let now = loop.coarseNow / 1_000_000
    if let window = plan.order.window, !window.isBad(at: rehearsal.elapsed(now)) {
      plan.quiet.only._withUnsafeGuaranteedRef { take($0, answer, state, isAsked: false) }
      return
    }
    var drawn = RehearsedAnswer.Drawn()
    var choice = plan.order.weights?.choice(0) ?? StatusChoice(status: 200)
    var draw: Draw?
    if plan.isDrawn {
      let seed = plan.order.seed ?? rehearsal.seed
      let index = rehearsal.nextDraw(of: plan.turn, now: now)
      let made = Draw(seed: seed, key: plan.drawKey, index: index)
      if let chosen = plan.order.weights?.choice(made.bits(.status)) { choice = chosen }
      drawn.seed = seed
      drawn.index = index
      draw = made
    }
    if var call = plan.order.sequence {
      call.key = plan.order.key ?? Array(String(state.clientAddress, radix: 16).utf8)
      let step = rehearsal.step(call, now: now)
      choice = step.choice
      drawn.step = step.position
      drawn.steps = step.count
    }
    take(
      plan.answer(choice), answer, state, isAsked: plan.isAsked, isContinued: plan.isContinued)
    if let draw, let delay = plan.order.delay, !delay.isFixed {
      let time = delay.milliseconds(draw.bits(.latency))
      drawn.delay = time
      var performance = state.performance ?? Performance()
      performance.headDelay = time
      state.performance = performance
    }
    answer.drawn = drawn
  }
}
