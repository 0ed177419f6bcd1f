public import HTTPStatus
public import Orders

/// Where a client can say what it wants rehearsed.
public enum RehearsalCarrier: String, Sendable, CaseIterable {
  /// The path below the rule's: `/status/503`.
  case path
  /// The query: `?status=503&delay=2s`.
  case query
  /// The field `Rehearse`: `Rehearse: 503; delay=2s`.
  case field
}

/// Answers any status on demand.
public struct RehearseSettings: Sendable {
  /// What is answered where the client says nothing; nil: what the path names.
  public var order: Sourced<RehearsalOrder>?
  public var carriers: Set<RehearsalCarrier>
  /// nil: drawn at the start.
  public var seed: UInt64?
  /// Where it is written.
  public var position: Position

  public init(
    order: Sourced<RehearsalOrder>?, carriers: Set<RehearsalCarrier>, seed: UInt64?,
    position: Position
  ) {
    self.order = order
    self.carriers = carriers
    self.seed = seed
    self.position = position
  }

  /// Whether the connection can be ended before a head.
  public var canLeaveUnanswered: Bool {
    !carriers.isEmpty || order?.value.isCutBeforeHead == true
  }

  /// Whether a 101 with a protocol behind it can be ordered.
  public var canSwitch: Bool {
    !carriers.isEmpty || order?.value.causes.contains { $0.status.code == 101 } ?? false
  }

  /// Whether an idle connection can be answered after an answer of this rehearsal.
  public var canAnswerIdle: Bool { !carriers.isEmpty || order?.value.idleAnswer != nil }

  /// The causes that can come; nil: any, because clients say which.
  public var causes: [Cause]? {
    guard carriers.isEmpty, let order else { return nil }
    return order.value.causes
  }
}

extension RehearsalOrder {
  /// The causes of all answers that it can come to, as far as it says so itself.
  public var causes: [Cause] {
    var choices = (weights?.possible ?? []) + (sequence?.sequence.steps ?? [])
    // 200 in between, and where nothing is said
    if window != nil || choices.isEmpty { choices.append(StatusChoice(status: 200)) }
    return choices.compactMap { $0.cause ?? Cause(rehearsing: Int($0.status)) }
  }
}
