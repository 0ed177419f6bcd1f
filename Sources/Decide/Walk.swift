public import Facts
internal import HTTPStatus

/// One walk through the graph: from the first question to a verdict, stopping wherever a fact is not there yet.
///
/// Pure: no I/O, no clock, no waiting. Who owns the need fetches it, writes it into the facts and calls `advance` again.
public struct Walk: @unchecked Sendable {
  public enum Step: Equatable, Sendable {
    case need(Need)
    case verdict(Verdict)
  }

  /// Where the question stands in `WalkTable.rows`, in bytes.
  private var place: Int
  private var bits = SIMD4<UInt64>()
  /// Asking for the table costs a call wherever it is done: once a walk, or once for all walks where one is kept to be copied.
  private let rows = WalkTable.rows
  private let endings = WalkTable.endings

  public init() { place = WalkTable.first }

  /// A walk that starts elsewhere than at the first question, for path tests.
  public init(from question: Question) { place = WalkTable.place(of: question) }

  /// The question that the walk stopped at.
  public var question: Question { WalkTable.row(rows, place).pointee.question }

  /// The questions that were answered with yes.
  public var yes: AnswerBits { AnswerBits(words: (bits[0], bits[1], bits[2], bits[3])) }

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
    let rows = rows
    var place = place
    var bits = bits
    let met = facts.met
    while true {
      let row = WalkTable.row(rows, place)
      if !row.pointee.needs.isSubset(of: met) {
        self.place = place
        self.bits = bits
        return .need(row.pointee.need)
      }
      if let stretch = row.pointee.stretch, row.pointee.stretchNeeds.isSubset(of: met),
        stretch.holds(facts)
      {
        bits |= row.pointee.stretchBits
        place = Int(row.pointee.stretchEnd)
        continue
      }
      let way: WalkTable.Way
      if row.pointee.question.answer(facts) {
        bits |= row.pointee.bit
        way = row.pointee.yes
      } else {
        way = row.pointee.no
      }
      if way.isEnd {
        self.place = place
        self.bits = bits
        return .ending(endings[way.ending])
      }
      place = way.row
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
