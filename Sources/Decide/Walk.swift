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

  /// Goes on until a fact is missing or the walk ends.
  public mutating func advance(_ facts: borrowing Facts) -> Step {
    while true {
      if let need = question.need, !facts.met.contains(need) { return .need(need) }
      let edges = Graph.edges(question)
      let edge: Edge
      if question.answer(facts) {
        yes.insert(question)
        edge = edges.yes
      } else {
        edge = edges.no
      }
      switch edge {
      case .ask(let next): question = next
      case .end(let ending):
        let cause = ending.cause(facts)
        return .verdict(
          Verdict(
            cause: cause, ending: ending, actor: cause.actor, evidence: ending.evidence(facts),
            graphVersion: Graph.version, yes: yes))
      }
    }
  }
}
