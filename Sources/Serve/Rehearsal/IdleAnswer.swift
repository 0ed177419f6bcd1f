internal import Facts
internal import Loop
internal import Message

// An answer to a connection on which nothing is asked: 408, as some servers send it before they close. Only where a rehearsal wants it.
extension HTTP1Exchange {
  func answerIdle(after milliseconds: UInt64) { idleAnswer = max(milliseconds, 1) }
}

extension Worker {
  /// The connection has become idle, and is answered if it still is after so many milliseconds.
  func awaitIdleAnswer(_ index: Int, after milliseconds: UInt64) {
    connections[index].answersIdle = true
    connections[index].deadline = loop.now() + min(milliseconds, .max / 2_000_000) * 1_000_000
    _ = loop.schedule(at: connections[index].deadline, token: connections.token(index))
  }

  /// Answers an idle connection whose time has come. False where that is not what it waits for.
  func answerIdle(_ index: Int, _ now: UInt64) -> Bool {
    guard connections[index].phase == .idle else { return false }
    connections[index].answersIdle = false
    takeExchange(for: index)._withUnsafeGuaranteedRef { exchange in
      idleTimedOut(exchange)
      if bringOut(exchange) { rest(exchange) }
    }
    return true
  }
}
