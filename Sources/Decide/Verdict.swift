public import HTTPStatus

/// What a walk ends in: one head, and why.
public struct Verdict: Equatable, Sendable {
  public var cause: Cause
  public var ending: Ending
  public var actor: Party
  public var evidence: Evidence
  /// The graph's version, and the questions answered with yes: enough to tell the path again.
  public var graphVersion: UInt16
  public var yes: AnswerBits

  @inlinable public var status: Status { cause.status }

  public init(
    cause: Cause, ending: Ending, actor: Party, evidence: Evidence, graphVersion: UInt16,
    yes: AnswerBits
  ) {
    self.cause = cause
    self.ending = ending
    self.actor = actor
    self.evidence = evidence
    self.graphVersion = graphVersion
    self.yes = yes
  }
}

/// The questions that were answered with yes, one bit a question number (0...127).
public struct AnswerBits: Equatable, Hashable, Sendable {
  /// Bits 0 to 63, and so on: a bit for each number that a question can have.
  public var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  @inlinable public init() {}
  @inlinable public init(low: UInt64, high: UInt64) { words = (low, high, 0, 0) }
  @inlinable public init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

  @inlinable public mutating func insert(_ question: Question) {
    let bit: UInt64 = 1 << (UInt64(question.rawValue) & 63)
    switch question.rawValue >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  @inlinable public func contains(number: UInt8) -> Bool {
    let word =
      switch number >> 6 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    return word & (1 << (UInt64(number) & 63)) != 0
  }

  @inlinable public static func == (one: AnswerBits, other: AnswerBits) -> Bool {
    one.words == other.words
  }

  public func hash(into hasher: inout Hasher) {
    for word in [words.0, words.1, words.2, words.3] { hasher.combine(word) }
  }
}

/// A try inside an exchange: one upstream, one sub-request, one member of a multistatus. Its walk is a child of the exchange's own.
public struct Attempt: Equatable, Sendable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    case upstream, authorization, errorPage, localRedirect, member
  }
  /// Attempts may themselves make attempts, this many levels deep and no deeper.
  public static let depthMax = 4

  public var kind: Kind
  /// 1 for a child of the exchange's own walk.
  public var depth: Int
  public var verdict: Verdict

  /// Nil where `depth` is not in 1...`depthMax`: the exchange that asks for more is in a loop.
  public init?(_ kind: Kind, depth: Int, verdict: Verdict) {
    guard (1...Attempt.depthMax).contains(depth) else { return nil }
    self.kind = kind
    self.depth = depth
    self.verdict = verdict
  }
}

/// A 1xx of a pending need: what was told to the client before the head.
public enum Interim: UInt8, Sendable, CaseIterable {
  /// 100: the content is wanted.
  case contentWanted = 0
  /// 103: fields that the final answer will have.
  case hinted = 1
  /// Those that a rehearsal sends because they were ordered; what the registry does not know is told by the bytes alone.
  case continueRehearsed = 2
  case processingRehearsed = 3
  case hintsRehearsed = 4
  case uploadRehearsed = 5

  public var cause: Cause {
    switch self {
    case .contentWanted: .contentWanted
    case .hinted: .earlyHints
    case .continueRehearsed: Cause(rehearsing: 100) ?? .contentWanted
    case .processingRehearsed: Cause(rehearsing: 102) ?? .contentWanted
    case .hintsRehearsed: Cause(rehearsing: 103) ?? .earlyHints
    case .uploadRehearsed: Cause(rehearsing: 104) ?? .contentWanted
    }
  }

  /// What a rehearsal sends with this status; nil for a status that has no name.
  public init?(rehearsing status: UInt16) {
    switch status {
    case 100: self = .continueRehearsed
    case 102: self = .processingRehearsed
    case 103: self = .hintsRehearsed
    case 104: self = .uploadRehearsed
    default: return nil
    }
  }
}

/// What became of an exchange, or of a connection that carried none. Never a status: what was sent stays what was sent.
public enum Outcome: UInt8, Sendable, CaseIterable {
  case completed
  case clientLeftBeforeRequest
  case clientLeftDuringRequestContent
  case clientLeftBeforeHead
  case clientLeftDuringContent
  case clientReset
  case clientReadTooSlowly
  case contentSourceFailed
  case serverStopped
  case idleClosed
  /// The answer was broken on purpose, by a rehearsal.
  case faultRehearsed
  /// Behind a 101 the client did not keep to the protocol that was switched to.
  case tunnelRulesBroken

  public var cause: Cause {
    switch self {
    case .completed: .completed
    case .clientLeftBeforeRequest: .clientLeftBeforeRequest
    case .clientLeftDuringRequestContent: .clientLeftDuringRequestContent
    case .clientLeftBeforeHead: .clientLeftBeforeHead
    case .clientLeftDuringContent: .clientLeftDuringContent
    case .clientReset: .clientReset
    case .clientReadTooSlowly: .clientReadTooSlowly
    case .contentSourceFailed: .contentSourceFailed
    case .serverStopped: .serverStopped
    case .idleClosed: .idleClosed
    case .faultRehearsed: .faultRehearsed
    case .tunnelRulesBroken: .tunnelRulesBroken
    }
  }
}
