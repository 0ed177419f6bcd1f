internal import Decide
internal import Facts
internal import Loop
internal import Message
internal import Respond

/// Carries an exchange from its first facts to its answer: walks the graph, lets the owners of needs meet them, and answers.
///
/// In place, on the loop's thread, for as long as every need can be met at once. At the first that has to wait, the rest becomes a task
/// on the loop's own executor, which asks the same owners and goes on the same way.
extension Worker {
  func drive<E: Exchange>(_ exchange: E, _ state: ExchangeState) {
    while true {
      switch state.walk.next(state.facts) {
      case .ending(let ending):
        answer(exchange, state, ending)
        return
      case .need(let need):
        if meet(need, exchange, state) { continue }
        let bound = LoopBound((self, exchange), on: loop)
        loop.task {
          let (worker, exchange) = bound.value
          await worker.driveWaiting(exchange, at: need)
        }
        return
      }
    }
  }

  /// The rest of an exchange that has to wait for `need` first.
  private func driveWaiting<E: Exchange>(_ exchange: E, at need: Need) async {
    var pending = need
    while true {
      await meetWaiting(pending, exchange)
      if exchange.isAbandoned {
        exchange.abort(
          pending == .content ? .clientLeftDuringRequestContent : .clientLeftBeforeHead)
        return
      }
      let state = exchange.state
      walk: while true {
        switch state.walk.next(state.facts) {
        case .ending(let ending):
          answer(exchange, state, ending)
          return
        case .need(let next):
          if meet(next, exchange, state) { continue }
          pending = next
          break walk
        }
      }
    }
  }

  /// Asks the need's owner. True where the facts are there now.
  private func meet<E: Exchange>(_ need: Need, _ exchange: E, _ state: ExchangeState) -> Bool {
    switch need {
    case .route:
      meetRoute(state, place: exchange.waitingTicket)
      return true
    case .resource:
      if meetResource(state) { return true }
      // Whoever waits for the folder finds out again which
      files.unread = nil
      return false
    case .clientName: return meetClientName(state)
    case .content: return meetContent(exchange)
    case .action:
      if state.facts.rule.hasHints { sendHints(exchange, state) }
      return meetAction(state)
    }
  }

  /// Waits for a need whose owner could not meet it in place.
  private func meetWaiting<E: Exchange>(_ need: Need, _ exchange: E) async {
    switch need {
    case .clientName: await awaitClientName(exchange.state)
    case .content: await awaitContent(exchange)
    case .action: await awaitAction(exchange.state)
    case .resource: await awaitResource(exchange.state)
    case .route: _ = meet(need, exchange, exchange.state)
    }
  }

  private func answer<E: Exchange>(
    _ exchange: E, _ state: ExchangeState, _ ending: Ending
  ) {
    if state.isRehearsed { settleRehearsal(state, ending) }
    let verdict = state.verdict(of: ending)
    state.verdict = verdict
    findNearMisses(state, ending)
    let extraFields =
      if state.governor == nil {
        state.routeReference?._withUnsafeGuaranteedRef { $0.extraFieldsReference } ?? nil
      } else { governedFields(state) }
    let context = ResponseContext(
      settings: state.snapshot.settingsReference, extraFields: extraFields,
      bytes: state.bytes,
      path: state.path, commonFields: commonFields,
      errorBodies: errorBodies, requestID: state.idBytes,
      showsDetails: state.showsDetails && (ending != .rehearsed || state.showsDetailsToAll),
      representation: state.representation, ranges: state.ranges,
      extras: state.routeReference?._withUnsafeGuaranteedRef { $0.extrasReference },
      choices: state.choicesReference, change: state.changeReference,
      rehearsed: state.rehearsedReference,
      hasErrorPages: state.snapshot.hasErrorPages, idField: state.idFieldBytes)
    if ending.hasReason {
      state.response.fault = fault(of: state, ending)
    }
    Responder.compose(verdict, state.facts, state.headPlace, context, into: state.response)
    if state.isRehearsed { settleOrder(state) }
    if state.isPerformed { play(exchange) } else { exchange.send(state, by: self) }
  }

  /// Rules that would have answered otherwise, and files with nearly this name, for the record of a refusal.
  @inline(__always)
  func findNearMisses(_ state: ExchangeState, _ ending: Ending) {
    if ending == .methodNotAllowed || ending == .fileMissing { lookForMisses(state, ending) }
  }

  @inline(never)
  private func lookForMisses(_ state: ExchangeState, _ ending: Ending) {
    if ending == .fileMissing {
      state.nearMisses = state.snapshot.router.nearRules(
        site: Int(state.facts.route.site), path: state.path, besides: state.facts.route.rule)
      if Worker.hasUpperCase(state.path), let route = state.route, hasLowerCase(state, route) {
        state.nearMisses.add(
          NearMiss(.fileInLowerCase, at: state.facts.resource.positions.root))
      }
    } else if let route = state.route {
      state.nearMisses.add(NearMiss(.ruleTakesOtherMethods, at: route.position))
    }
  }

  /// What is wrong with a folder's own file, for who may see it, or with what the client sent.
  @inline(never)
  private func fault(of state: ExchangeState, _ ending: Ending) -> [UInt8] {
    let isForAll = ending != .folderFileInvalid
    guard let text = isForAll ? state.write?.message : state.governor?.fault?.text,
      isForAll || state.showsDetails
    else { return [] }
    return withExtendedLifetime(text) { Array(text.bytes) }
  }

  /// Fields that folders' own files add.
  @inline(never)
  private func governedFields(_ state: ExchangeState) -> Unmanaged<FieldBlock>? {
    state.governor?.extraFields.map(Unmanaged.passUnretained)
  }
}
