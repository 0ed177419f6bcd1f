internal import Config
internal import Facts
internal import Loop
internal import Message

/// Who the client is, for the sites that ask: how its address stands, whether there is a place for its request, and its host name.
extension Worker {
  /// Judges the client once site and rule are known. In memory, so done at once.
  func judgeClient(_ state: ExchangeState, _ guards: ClientGuards, _ place: SiteTicket? = nil) {
    let site = Int(state.facts.route.site)
    guard site >= 0, let siteGuard = guards.sites[site] else { return }
    state.ticket = siteGuard.judge(
      state.client, rule: state.facts.route.rule, place, into: &state.facts.client)
  }

  /// Owner of the client's name. True where it is known; false where name servers have to be waited for.
  func meetClientName(_ state: ExchangeState) -> Bool {
    guard let client = state.client, let names = resolver else {
      judgeName(state, .failed)
      return true
    }
    guard let answer = names.known(Endpoint(client, port: 0)) else { return false }
    judgeName(state, answer)
    return true
  }

  func awaitClientName(_ state: ExchangeState) async {
    guard let client = state.client, let names = resolver else {
      judgeName(state, .failed)
      return
    }
    let answer = await withUnsafeContinuation { continuation in
      names.find(Endpoint(client, port: 0)) { continuation.resume(returning: $0) }
    }
    judgeName(state, answer)
  }

  func judgeName(_ state: ExchangeState, _ answer: NameResolver.Answer) {
    defer { state.facts.met.insert(.clientName) }
    let site = Int(state.facts.route.site)
    guard site >= 0, let siteGuard = state.snapshot.guards?.sites[site] else { return }
    switch answer {
    case .names(let names): siteGuard.judge(names, into: &state.facts.client)
    case .none: siteGuard.judge([], into: &state.facts.client)
    case .failed: siteGuard.judge(nil, into: &state.facts.client)
    }
  }
}
