public import HTTPStatus

/// What a walk ends in: one head, and why.
public struct Verdict: Equatable, Sendable {
  public var cause: Cause
  public var ending: Ending
  public var actor: Actor
  public var evidence: Evidence
  /// The graph's version, and the questions answered with yes: enough to tell the path again.
  public var graphVersion: UInt16
  public var yes: AnswerBits

  @inlinable public var status: Status { cause.status }

  public init(
    cause: Cause, ending: Ending, actor: Actor, evidence: Evidence, graphVersion: UInt16,
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
  public var low: UInt64 = 0
  public var high: UInt64 = 0

  @inlinable public init() {}
  @inlinable public init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  @inlinable public mutating func insert(_ question: Question) {
    let number = UInt64(question.rawValue)
    if number < 64 { low |= 1 << number } else { high |= 1 << (number & 63) }
  }

  @inlinable public func contains(number: UInt8) -> Bool {
    let shift = UInt64(number)
    return shift < 64 ? low & (1 << shift) != 0 : high & (1 << (shift & 63)) != 0
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
  case contentWanted

  public var cause: Cause {
    switch self {
    case .contentWanted: .contentWanted
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
    }
  }
}
