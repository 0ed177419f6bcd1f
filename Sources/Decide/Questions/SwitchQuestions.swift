internal import Facts

// A rehearsed switch to WebSocket (RFC 6455 section 4.2.1): made where the request asks for it rightly.
extension Question {
  /// The answers that only rehearsed switches ask for.
  func answerOfSwitch(_ facts: borrowing Facts) -> Bool {
    switch self {
    case .isSwitchOffered: facts.rehearsal.handshake != .notOffered
    case .isSwitchVersionKnown: facts.rehearsal.handshake != .versionUnknown
    default: facts.rehearsal.handshake == .sound
    }
  }
}
