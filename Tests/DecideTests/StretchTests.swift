import Facts
import Testing

@testable import Decide

@Suite("Stretches: several questions in one go")
struct StretchTests {
  @Test("each follows the edges of the graph", arguments: Stretch.allCases)
  func follows(_ stretch: Stretch) throws {
    let first = try #require(stretch.answers.first?.question)
    let passage = try #require(
      stretch.passage,
      "the graph has other questions between: change the stretch's, or take it out")
    #expect(passage.end != first)
    #expect(WalkTable.row(WalkTable.rows, WalkTable.place(of: first)).pointee.stretch == stretch)
  }

  @Test(
    "each holds where its questions are answered as it says, and only there",
    arguments: Stretch.allCases)
  func holds(_ stretch: Stretch) {
    var isSeenHolding = false
    // The graph's cases have each of its edges, so that every answer of a stretch is also met the other way
    var met: Set<Question> = []
    for tested in PathTable.all {
      let facts = tested.facts
      let wrong = stretch.answers.filter { $0.question.answer(facts) != $0.isYes }
      #expect(stretch.holds(facts) == wrong.isEmpty, "\(tested.sentence)")
      isSeenHolding = isSeenHolding || wrong.isEmpty
      if wrong.count == 1 { met.insert(wrong[0].question) }
    }
    #expect(isSeenHolding)
    #expect(!met.isEmpty)
  }
}
