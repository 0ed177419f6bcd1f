internal import Facts
internal import Loop
internal import Message

/// Owner of the route: which site and rule the target falls to. In memory, so met at once.
extension Worker {
  /// `place`: where an earlier request of the connection has one in its site, and still needs it.
  func meetRoute(_ state: ExchangeState, place: @autoclosure () -> SiteTicket? = nil) {
    state.snapshot.routerReference._withUnsafeGuaranteedRef { findRoute(state, $0) }
    if let guards = state.snapshot.guards { judgeClient(state, guards, place()) }
    state.facts.met.insert(.route)
  }

  private func findRoute(_ state: ExchangeState, _ router: Router) {
    let host = UnsafeBufferPointer(rebasing: state.bytes[state.head.host.range])
    let port = state.facts.connection.port
    guard let site = router.site(host: host, port: port) else {
      state.nearMisses = router.siteMisses(host: host)
      return
    }
    state.facts.route.site = Int32(site)
    state.facts.route.sitePosition = router.position(ofSite: site)
    state.facts.route.tracePosition = router.tracePosition(ofSite: site)
    if router.hasMaintenance,
      let maintenance = router.maintenance(ofSite: site),
      maintenance.isClosed(at: loop.coarseNow)
    {
      state.facts.rule.take(.siteMaintenance, maintenance)
    }
    // `*` and a host with a port name no path of the site
    switch state.head.targetForm {
    case .asterisk, .authority: return
    case .origin, .absolute: break
    }
    guard let route = router.rule(site: site, path: state.path) else {
      state.nearMisses = router.ruleMisses(site: site, path: state.path)
      return
    }
    state.take(route)
    route._withUnsafeGuaranteedRef { route in
      state.facts.route.rule = route.rule
      state.facts.route.rulePosition = route.position
      if route.hasHints { state.facts.rule.hasHints = true }
      if route.hasProvision, state.facts.rule.provision == .none {
        route.provide(
          &state.facts.rule, state.facts.method, client: state.clientAddress, now: loop.coarseNow)
        if let rehearsal = route.rehearsal {
          // An armed order leaves it alone
          if state.facts.rule.isRehearsed { rehearse(state, route, rehearsal) }
          return
        }
      }
      if let armed { arm(state, armed, site: router.label(ofSite: site)) }
    }
  }
}
