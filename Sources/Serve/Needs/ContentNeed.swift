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
    if let upload = exchange.state.write?.upload {
      await awaitUpload(exchange, upload)
      return
    }
    while !exchange.isAbandoned, !readContent(exchange) { await exchange.contentReady() }
  }

  func readContent(_ exchange: some Exchange) -> Bool {
    switch exchange.readContent(into: sink(exchange.state)) {
    case .waiting: return false
    case .complete: break
    case .fault(let fault):
      exchange.state.facts.content.fault = fault
      let key = SettingKey(limitOf: fault.kind)
      let state = exchange.state
      state.facts.content.faultPosition =
        key == .limitContent
        ? state.facts.content.limitPosition : state.snapshot.settings.limits.position(of: key)
    }
    exchange.state.facts.met.insert(.content)
    return true
  }
}
