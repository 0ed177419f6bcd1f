public import Facts
internal import HTTPStatus

/// One walk through the graph: from the first question to a verdict, stopping wherever a fact is not there yet.
///
/// Pure: no I/O, no clock, no waiting. Who owns the need fetches it, writes it into the facts and calls `advance` again.
public struct Walk: Sendable {
  public enum Step: Equatable, Sendable {
    case need(Need)
    case verdict(Verdict)
  }

  public private(set) var question: Question
  public private(set) var yes = AnswerBits()

  public init() { self.init(from: Graph.first) }

  /// A walk that starts elsewhere than at the first question, for path tests.
  public init(from question: Question) { self.question = question }

  /// Where a walk stops: for facts that are missing, or for good.
  public enum Stop: Equatable, Sendable {
    case need(Need)
    case ending(Ending)
  }

  /// Goes on until a fact is missing or the walk ends.
  public mutating func advance(_ facts: borrowing Facts) -> Step {
    switch next(facts) {
    case .need(let need): .need(need)
    case .ending(let ending): .verdict(verdict(ending, facts))
    }
  }

  /// The same as `advance`, without making the verdict: `verdict` does that.
  public mutating func next(_ facts: borrowing Facts) -> Stop {
    var question = question
    var yes = yes
    let met = facts.met
    while true {
      if let need = question.need, !met.contains(need) {
        self.question = question
        self.yes = yes
        return .need(need)
      }
      let answer = question.answer(facts)
      if answer { yes.insert(question) }
      let edges = Graph.edges(question)
      switch answer ? edges.yes : edges.no {
      case .ask(let following): question = following
      case .end(let ending):
        self.question = question
        self.yes = yes
        return .ending(ending)
      }
    }
  }

  /// The verdict of a walk that came to this ending.
  public func verdict(_ ending: Ending, _ facts: borrowing Facts) -> Verdict {
    let cause = ending.cause(facts)
    return Verdict(
      cause: cause, ending: ending, actor: cause.actor, evidence: ending.evidence(facts),
      graphVersion: Graph.version, yes: yes)
  }
}
