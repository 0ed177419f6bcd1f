import Facts
import HTTPStatus
import Message
import Testing

@testable import Decide

@Suite("Paths: facts in, cause and path out")
struct PathTests {
  @Test("each case takes its path", arguments: PathTable.all)
  func path(_ tested: PathCase) throws {
    let found = try #require(tested.verdict)
    #expect(found.cause.code.description == tested.cause)
    #expect(DecideTests.path(of: found) == tested.path)
    #expect(found.ending.causes.contains(found.cause))
    #expect(found.actor == found.cause.actor)
    #expect(found.graphVersion == Graph.version)
  }

  @Test("each path is told again as it was walked", arguments: PathTable.all)
  func retold(_ tested: PathCase) throws {
    let facts = tested.facts
    // The walk's own trace: one question at a time, from the answers alone
    var walked: [String] = []
    var question = Graph.first
    var ending: Ending?
    while ending == nil {
      let answer = question.answer(facts)
      walked.append((answer ? "" : "!") + String(describing: question))
      let edges = Graph.edges(question)
      switch answer ? edges.yes : edges.no {
      case .ask(let next): question = next
      case .end(let end): ending = end
      }
    }
    let end = verdict(of: facts)
    let found = try #require(end)
    #expect(found.ending == ending)
    #expect(DecideTests.path(of: found) == walked.joined(separator: " "))
    let told = try #require(Retelling.path(version: found.graphVersion, yes: found.yes))
    #expect(told.ending == ending?.rawValue)
    #expect(told.endingName == ending.map { Retelling.snakeCase(String(describing: $0)) })
  }

  @Test("every edge of the graph is taken by a case, both ways")
  func everyEdge() throws {
    var taken: Set<String> = []
    for tested in PathTable.all {
      let found = try #require(tested.verdict)
      let told = try #require(Retelling.path(version: found.graphVersion, yes: found.yes))
      for step in told.steps { taken.insert("\(step.number) \(step.answer)") }
    }
    let wanted = Question.allCases.flatMap { question in
      [true, false].map { "\(question.rawValue) \($0)" }
    }
    let missing = wanted.filter { !taken.contains($0) }
    #expect(missing.isEmpty)
    #expect(taken.count == wanted.count)
  }

  @Test("every ending is reached by a case")
  func everyEnding() throws {
    let reached = Set(try PathTable.all.map { try #require($0.verdict).ending })
    #expect(Ending.allCases.filter { !reached.contains($0) } == [])
  }

  @Test("no two cases say the same")
  func sentences() {
    #expect(Set(PathTable.all.map(\.sentence)).count == PathTable.all.count)
  }
}

@Suite("Needs")
struct NeedTests {
  @Test("a walk stops at each need that is not met, in this order")
  func order() {
    var facts = Facts.plain
    facts.framing = .length(5)
    facts.met = []
    var walk = Walk()
    for (need, question) in [
      (Need.route, Question.hasSite), (.resource, .isFolderGuarded), (.content, .hasContentFault),
      (.action, .isActionComplete),
    ] {
      #expect(walk.advance(facts) == .need(need))
      #expect(walk.question == question)
      // Asked again without the fact, it stays where it is
      #expect(walk.advance(facts) == .need(need))
      facts.met.insert(need)
    }
    guard case .verdict(let found) = walk.advance(facts) else {
      Issue.record("the walk did not end")
      return
    }
    #expect(found.cause.code.description == "200.701")
  }

  @Test("met one by one or all at once, the verdict is the same", arguments: PathTable.all)
  func oneByOne(_ tested: PathCase) throws {
    let whole = try #require(tested.verdict)
    var facts = tested.facts
    facts.met = []
    var walk = Walk()
    var needed: [Need] = []
    while true {
      switch walk.advance(facts) {
      case .need(let need):
        try #require(!needed.contains(need))
        needed.append(need)
        facts.met.insert(need)
      case .verdict(let found):
        #expect(found == whole)
        let order: [Need] = [.route, .clientName, .resource, .content, .action]
        #expect(needed == order.filter(needed.contains))
        return
      }
    }
  }

  @Test("what is decided by the message alone needs nothing")
  func nothing() {
    var facts = Facts.plain
    facts.met = []
    facts.fault.kind = .hostMissing
    expectCause("400.718", of: facts)
    facts.fault.kind = .none
    facts.method = .unknown
    expectCause("501.700", of: facts)
  }

  @Test("a refused length is refused before the content is asked for, so that no 100 goes out")
  func refusedLength() {
    var facts = Facts.plain
    facts.expectation = .continue100
    facts.framing = .length(2)
    facts.content.limit = 1
    facts.met = []
    facts.met.insert(.route)
    facts.met.insert(.resource)
    expectCause("413.1", of: facts)
  }

  @Test("a walk may start at any question")
  func from() {
    var walk = Walk(from: .isMethodAllowed)
    var facts = Facts.plain
    facts.method = .put
    guard case .verdict(let found) = walk.advance(facts) else {
      Issue.record("the walk did not end")
      return
    }
    #expect(found.ending == .methodNotAllowed)
    #expect(found.yes == AnswerBits())
  }

  @Test("only content and action have side effects")
  func sideEffects() {
    #expect(Need.allCases.filter(\.hasSideEffects) == [.content, .action])
  }
}
