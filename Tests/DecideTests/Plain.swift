import Config
import Facts
import HTTPStatus
import Message
import Testing

@testable import Decide

extension Facts {
  /// A GET of a file of 100 bytes that is there and may be read: all needs met, nothing wrong. Each test changes what it is about.
  static var plain: Facts {
    var facts = Facts()
    facts.method = .get
    facts.route.site = 0
    facts.route.rule = 0
    facts.resource.kind = .file
    facts.resource.methods = MethodSet([.get, .head, .options])
    facts.resource.length = 100
    facts.resource.takesRanges = true
    for need in Need.allCases { facts.met.insert(need) }
    return facts
  }
}

/// Walks to the end; nil where a need is not met.
func verdict(of facts: borrowing Facts) -> Verdict? {
  var walk = Walk()
  guard case .verdict(let verdict) = walk.advance(facts) else { return nil }
  return verdict
}

/// The path of a verdict as the tables write it: the questions in order, a "!" before those answered with no.
func path(of verdict: Verdict) -> String? {
  guard let told = Retelling.path(version: verdict.graphVersion, yes: verdict.yes) else {
    return nil
  }
  return told.steps.map { step in
    let name = Question(rawValue: step.number).map { String(describing: $0) } ?? step.name
    return (step.answer ? "" : "!") + name
  }.joined(separator: " ")
}

/// Expects a walk with these facts to end with this cause.
func expectCause(
  _ cause: String, of facts: borrowing Facts, sourceLocation: SourceLocation = #_sourceLocation
) {
  let found = verdict(of: facts)?.cause.code.description
  #expect(found == cause, sourceLocation: sourceLocation)
}
