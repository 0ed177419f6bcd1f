internal import Decide
internal import Facts
internal import Message
internal import Rehearse
internal import Respond
internal import Wire

// What of a rehearsal an answer really has: known when the walk has ended, because the rule or the order was looked at before it, and
// something else may have answered. What has nothing of it is no rehearsal's: no delay, no fault, no mark, no hit.
extension Worker {
  /// Before the response is made: whether the walk's ending is the rehearsal's.
  @inline(never)
  func settleRehearsal(_ state: ExchangeState, _ ending: Ending) {
    switch ending {
    case .rehearsed, .rehearsalUnanswered: countHit(state)
    // What the order says of a real answer shows when that is made
    case _ where state.facts.rehearsal.leadsOn && state.hasPassed(.isRehearsalFollowed):
      return
    // The refusal of what was asked, and of a switch that was ordered, go out at once and whole
    case .rehearsalMalformed, .rehearsalUnknown, .switchNotOffered, .switchVersionUnknown,
      .handshakeMalformed:
      state.performance = nil
    case .fault where state.facts.fault.kind == .idleRehearsed: return
    default: state.releaseRehearsal()
    }
  }

  /// Behind the response, before it is sent: a real answer that an armed order leads on to. A fault that makes no sense for it is left out,
  /// and where nothing is left of the order, the answer is as if none were armed.
  @inline(never)
  func settleOrder(_ state: ExchangeState) {
    guard state.facts.rehearsal.leadsOn else { return }
    if var performance = state.performance, let fault = performance.fault {
      let response = state.response
      let shape = HTTP1Writer.shape(
        status: response.status, content: performance.contentLength(of: response),
        requestMethod: state.facts.method, requestVersion: state.facts.version)
      let frame = WireAnswer.Frame(shape)
      if fault.misfit(frame: frame, contentBytes: response.length) != nil {
        performance.fault = nil
        state.performance = performance
      }
    }
    if state.performance?.isPlain ?? true {
      state.response.removeMark()
      state.releaseRehearsal()
    } else {
      countHit(state)
    }
  }

  private func countHit(_ state: ExchangeState) {
    let number = state.facts.rehearsal.armed
    if number == 0 { return }
    armed?.entries.first { $0.order.id == number }?.order.countHit()
  }
}

extension Performance {
  /// How the content of a response is framed.
  func contentLength(of response: Response) -> ContentLength {
    wantsChunks ? .chunked : response.hasLength ? .known(response.length) : .none
  }
}
