internal import Facts
internal import Loop
internal import Message

/// Owner of the route: which site and rule the target falls to. In memory, so met at once.
extension Worker {
  func meetRoute(_ state: ExchangeState) {
    defer {
      if let guards = state.snapshot.guards { judgeClient(state, guards) }
      state.facts.met.insert(.route)
    }
    let host = UnsafeBufferPointer(rebasing: state.bytes[state.head.host.range])
    let port = state.facts.connection.port
    guard let site = state.snapshot.router.site(host: host, port: port) else {
      state.nearMisses = state.snapshot.router.siteMisses(host: host)
      return
    }
    state.facts.route.site = Int32(site)
    state.facts.route.sitePosition = state.snapshot.router.position(ofSite: site)
    state.facts.route.tracePosition = state.snapshot.router.tracePosition(ofSite: site)
    if state.snapshot.router.hasMaintenance,
      let maintenance = state.snapshot.router.maintenance(ofSite: site),
      maintenance.isClosed(at: loop.coarseNow)
    {
      state.facts.rule.take(.siteMaintenance, maintenance)
    }
    // `*` and a host with a port name no path of the site
    switch state.head.targetForm {
    case .asterisk, .authority: return
    case .origin, .absolute: break
    }
    guard let route = state.snapshot.router.rule(site: site, path: state.path) else {
      state.nearMisses = state.snapshot.router.ruleMisses(site: site, path: state.path)
      return
    }
    state.take(route)
    route._withUnsafeGuaranteedRef { route in
      state.facts.route.rule = route.rule
      state.facts.route.rulePosition = route.position
      if route.hasHints { state.facts.rule.hasHints = true }
      if route.hasProvision, state.facts.rule.provision == .none {
        route.provide(&state.facts.rule, client: state.clientAddress, now: loop.coarseNow)
      }
    }
  }
}
