internal import Facts

/// A run of questions that nearly every request answers in the same way. Where all of its answers hold they are taken in one go, which
/// costs a few compares instead of a round of the walk for each; where one does not, the walk asks them one by one.
///
/// The graph stays the only source of their order: `WalkTable` follows the answers along its edges, and leaves a stretch out whose
/// questions do not follow one another any more. The tests name it then.
enum Stretch: UInt8, CaseIterable {
  /// Connection and message: a whole head, a method that is known, nothing expected.
  case head
  /// Site and rule: both there, and nothing said before the resource is looked at.
  case route
  /// The place of the resource is nothing special, and it is to be read.
  case place
  /// A file that may be read.
  case file
  /// Its method is taken, and it is one of a kind.
  case method
  /// Nothing conditional, no ranges, no content.
  case plain
  /// The action is done: something is retrieved, and it is no list and no range.
  case retrieval

  /// The questions in their order, each with its answer.
  var answers: [(question: Question, isYes: Bool)] {
    switch self {
    case .head:
      [
        (.isServerFull, false), (.hasFault, false), (.isMethodKnown, true),
        (.hasExpectation, false),
      ]
    case .route:
      [
        (.hasSite, true), (.isTargetUnsecured, false), (.isClientGuarded, false),
        (.isTargetServer, false),
        (.isTargetAuthority, false), (.isSiteInMaintenance, false), (.hasRule, true),
        (.hasProvision, false),
      ]
    case .place:
      [
        (.isFolderGuarded, false), (.isPathHidden, false), (.isOutsideRoot, false),
        (.isWrite, false),
      ]
    case .file:
      [
        (.isReadingAllowed, true), (.isReadable, true), (.isCollection, false),
        (.isRegularFile, true), (.isTypeMapRequired, false),
      ]
    case .method: [(.isMethodAllowed, true), (.isNegotiated, false)]
    case .plain: [(.hasPreconditions, false), (.hasRange, false), (.hasContent, false)]
    case .retrieval:
      [
        (.isActionComplete, true), (.isRetrieval, true), (.isListing, false),
        (.isRangeServed, false),
      ]
    }
  }

  /// Whether the facts give all of these answers.
  @inline(__always)
  func holds(_ facts: borrowing Facts) -> Bool {
    switch self {
    case .head:
      !facts.isServerFull && !facts.hasFault && facts.isMethodKnown && !facts.hasExpectation
    case .route:
      facts.hasSite && !facts.isTargetUnsecured && !facts.isClientGuarded && !facts.isTargetServer
        && !facts.isTargetAuthority && !facts.isSiteInMaintenance && facts.hasRule
        && !facts.hasProvision
    case .place:
      !facts.isFolderGuarded && !facts.isPathHidden && !facts.isOutsideRoot && !facts.isWrite
    case .file:
      facts.isReadingAllowed && facts.isReadable && !facts.isCollection && facts.isRegularFile
        && !facts.isTypeMapRequired
    case .method: facts.isMethodAllowed && !facts.isNegotiated
    case .plain: !facts.hasPreconditions && !facts.hasRange && !facts.hasContent
    case .retrieval:
      facts.isActionComplete && facts.isMethodGetOrHead && !facts.isListing && !facts.isRangeServed
    }
  }

  /// What a walk takes from a stretch: the needs that have to be met, the bits of the questions answered with yes, and the question that
  /// follows. Nil where the graph does not have its questions in this order.
  var passage: (needs: NeedSet, bits: AnswerBits, end: Question)? {
    var needs = NeedSet()
    var bits = AnswerBits()
    var next = answers.first?.question
    for (question, isYes) in answers {
      guard question == next else { return nil }
      if let need = question.need { needs.insert(need) }
      if isYes { bits.insert(question) }
      let edges = Graph.edges(question)
      guard case .ask(let following) = isYes ? edges.yes : edges.no else { return nil }
      next = following
    }
    return next.map { (needs, bits, $0) }
  }
}
