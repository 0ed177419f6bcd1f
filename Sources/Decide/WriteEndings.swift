internal import Config
internal import Facts
internal import HTTPStatus
internal import Message

// Endings of requests that write: their causes, and what tipped them.
extension Ending {
  /// Words of its own may say what is wrong, beside its cause.
  public var hasReason: Bool {
    switch self {
    case .folderFileInvalid, .jsonMalformed, .patchInapplicable, .documentTooLarge: true
    default: false
    }
  }

  /// The cause; nil for endings of other requests.
  var causeOfWriting: Cause? {
    switch self {
    case .matchRequired: .matchRequired
    case .memberCreated: .memberCreated
    case .created: .created
    case .replaced: .replaced
    case .patched: .patched
    case .deleted: .deleted
    case .formReset: .formReset
    case .formTaken: .formTaken
    case .jsonMalformed: .jsonMalformed
    case .patchMalformed: .patchMalformed
    case .patchInapplicable: .patchNotApplicable
    case .patchTestFailed: .patchTestFailed
    case .schemaBroken: .schemaBroken
    case .documentTooLarge: .contentTooLarge
    case .changedMeanwhile: .changedMeanwhile
    case .documentNotJSON: .documentNotJSON
    case .collectionNotEmpty: .collectionNotEmpty
    case .storageFull: .storageFull
    case .writeFailed: .writeFailed
    case .writingOff, .writeRefused: .writeAccessForbidden
    case .creationOnly: .nameTaken
    case .nameOfCollection: .nameOfCollection
    case .parentMissing: .parentMissing
    case .contentPartRefused: .contentRangeRefused
    case .lengthMissing: .lengthMissing
    case .lengthUndeclared: .lengthUndeclared
    case .codingNotTaken: .contentCodingNotTaken
    case .patchTargetNotJSON: .patchTargetNotJSON
    case .patchFormatNotTaken: .patchFormatNotTaken
    case .typeNotTaken: .contentTypeNotTaken
    default: nil
    }
  }

  /// The evidence; that of other requests' endings is elsewhere.
  func evidenceOfWriting(_ facts: borrowing Facts) -> Evidence {
    let positions = facts.write.positions
    switch self {
    case .matchRequired: return Evidence(key: .writeRequireMatch, at: positions.requireMatch)
    case .writingOff: return Evidence(key: .writeMethods, at: positions.methods)
    case .creationOnly where facts.write.isCreationOnly:
      return Evidence(key: .writeCreateOnly, at: positions.createOnly)
    case .lengthUndeclared: return Evidence(key: .writeLength, at: positions.length)
    case .typeNotTaken:
      return Evidence(key: .writeTypes, at: positions.types)
    case .nameOfCollection: return Evidence(in: .target)
    case .schemaBroken:
      var evidence = Evidence(key: .writeSchema, at: positions.schema)
      evidence.part = .content
      return evidence
    case .contentPartRefused, .codingNotTaken, .patchTargetNotJSON, .patchFormatNotTaken,
      .changedMeanwhile:
      return Evidence(in: .fieldValue)
    case .jsonMalformed:
      var evidence = Evidence(in: .content)
      evidence.offset = facts.write.faultOffset
      return evidence
    case .patchInapplicable, .documentTooLarge: return excessEvidence(facts)
    case .patchMalformed, .patchTestFailed, .lengthMissing: return Evidence(in: .content)
    case .documentNotJSON:
      return Evidence(key: .filesRoot, at: facts.resource.positions.root)
    case .writeRefused where facts.action.systemError == 0:
      return diskEvidence(facts, facts.resource.systemError)
    case .writeRefused, .storageFull, .writeFailed, .parentMissing, .collectionNotEmpty,
      .creationOnly:
      return diskEvidence(facts, facts.action.systemError)
    default: return Evidence()
    }
  }

  /// What was too much, where that keeps a change from being made.
  private func excessEvidence(_ facts: borrowing Facts) -> Evidence {
    var evidence = Evidence(in: .content)
    switch facts.write.excess {
    case .none, .patch: break
    case .document: evidence = Evidence(key: .filesRoot, at: facts.resource.positions.root)
    case .copies:
      // What is copied counts as if it were sent
      evidence.key = facts.content.limitKey
      evidence.position = facts.content.limitPosition
    case .check:
      evidence.key = .writeSchema
      evidence.position = facts.write.positions.schema
    }
    if facts.write.excessBytesMax > 0 {
      evidence.unit = .bytes
      evidence.limit = facts.write.excessBytesMax
      evidence.measured = facts.write.excessBytes
    }
    return evidence
  }

  private func diskEvidence(_ facts: borrowing Facts, _ code: Int32) -> Evidence {
    var evidence = Evidence(key: .filesRoot, at: facts.resource.positions.root)
    evidence.systemError = code
    return evidence
  }
}
