internal import Decide
internal import Facts
internal import Message

extension Reachable {
  /// The answers that are possible before a change is made: what can fail goes by the method and by what stands at the target.
  static func answersOfWriting(_ question: Question, _ facts: borrowing Facts) -> [Bool] {
    let isConditional =
      facts.fields.contains(.ifMatch) || facts.fields.contains(.ifNoneMatch)
      || facts.fields.contains(.ifUnmodifiedSince)
    switch question {
    case .isActionComplete, .hasContentFault, .isJSONMalformed,
      .isWriteRefused, .isStorageFull:
      return [true, false]
    case .isWriteAtFault: return [true, false]
    case .isHandlerAtFault: return [true]
    case .isContentAtFault:
      return choice(facts.method == .patch || facts.write.isSchemaChecked)
    case .isDocumentNotJSON, .isPatchMalformed, .isPatchInapplicable:
      return choice(facts.method == .patch)
    case .isPatchTestFailed where facts.method == .patch && !facts.write.isSchemaChecked:
      // Nothing else of the content is left to be wrong
      return [true]
    case .isPatchTestFailed: return choice(facts.method == .patch)
    case .isSchemaBroken: return choice(facts.write.isSchemaChecked)
    case .isChangedMeanwhile: return choice(isConditional || facts.method == .patch)
    case .isNameTaken: return choice(facts.method == .put)
    case .isParentGone: return choice(facts.method != .delete)
    case .isCollectionFull:
      return choice(facts.method == .delete && facts.resource.kind == .collection)
    default: return [question.isTrue(of: facts)]
    }
  }

  private static func choice(_ isPossible: Bool) -> [Bool] {
    isPossible ? [true, false] : [false]
  }
}
