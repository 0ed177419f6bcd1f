internal import Facts
internal import Message

// What a rehearsal answers in the place of a resource, or before one.
extension Facts {
  /// The rule rehearses, or an order is armed that the request falls under.
  @inline(__always) var isRehearsed: Bool { rule.isRehearsed }

  /// There is something to rehearse at the target.
  @inline(__always) var isRehearsalKnown: Bool { rehearsal.isKnown }

  /// What was asked is in the grammar.
  @inline(__always) var isRehearsalWellFormed: Bool { rehearsal.isWellFormed }

  /// The rehearsal only comes before the answer that the resource gives.
  @inline(__always) var isRehearsalFollowed: Bool { rehearsal.leadsOn }

  /// The rule says more than which resource answers, also without the rehearsal.
  @inline(__always) var hasOwnProvision: Bool { rule.provision != .none }

  /// The request has content, and the rehearsal reads it.
  @inline(__always) var hasRehearsalContent: Bool { hasContent && !rehearsal.isContentWithheld }

  /// A head goes out; a rehearsal can also end the connection before it.
  @inline(__always) var isRehearsalAnswered: Bool { !rehearsal.isUnanswered }
}

extension Question {
  /// The answers that only rehearsed requests ask for.
  func answerOfRehearsal(_ facts: borrowing Facts) -> Bool {
    switch self {
    case .isRehearsalKnown: facts.isRehearsalKnown
    case .isRehearsalWellFormed: facts.isRehearsalWellFormed
    case .isRehearsalFollowed: facts.isRehearsalFollowed
    case .hasOwnProvision: facts.hasOwnProvision
    case .hasRehearsalContent: facts.hasRehearsalContent
    case .isRehearsalContentWithinLimit: facts.isContentLengthWithinLimit
    case .hasRehearsalContentFault: facts.hasContentFault
    default: facts.isRehearsalAnswered
    }
  }
}
