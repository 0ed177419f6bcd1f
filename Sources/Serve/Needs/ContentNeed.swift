internal import Config
internal import Decide
internal import Facts
internal import Message

/// Owner of the content: reads it to its end, and says 100 first where that is expected (RFC 9110 section 10.1.1).
extension Worker {
  /// True where the content is there; false where it has to be waited for.
  func meetContent(_ exchange: some Exchange) -> Bool {
    let state = exchange.state
    if state.facts.expectation == .continue100 {
      exchange.sendInterim(.contentWanted)
    }
    return readContent(exchange)
  }

  /// Goes on reading where `meetContent` had to wait. Some may have come before the waiting begins.
  func awaitContent(_ exchange: some Exchange) async {
    while !exchange.isAbandoned, !readContent(exchange) { await exchange.contentReady() }
  }

  private func readContent(_ exchange: some Exchange) -> Bool {
    switch exchange.readContent(into: DroppingSink.make()) {
    case .waiting: return false
    case .complete: break
    case .fault(let fault):
      exchange.state.facts.content.fault = fault
      exchange.state.facts.content.faultPosition = exchange.state.snapshot.settings.limits.position(
        of: SettingKey(limitOf: fault.kind))
    }
    exchange.state.facts.met.insert(.content)
    return true
  }
}
