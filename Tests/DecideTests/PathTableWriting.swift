import Facts
import Message

/// Ways of requests that write; each goes on where the one above it ends.
extension Way {
  static let writing = rule + " !isPathHidden !isOutsideRoot isWrite"
  static let onTarget =
    writing
    + " isWritingOn isWriteTargetThere isWriteTargetReadable isWriteTargetOrdinary"
    + " isWriteTakenThere"
  static let onFile = onTarget + " !isWriteSlashMissing !isCreationRefused"
  static let ofSize =
    " !isWriteContentPart isLengthKnown isLengthDeclared isWriteLengthWithinLimit"
  static let sized = onFile + ofSize
  static let fits = ofSize + " isContentCodingTaken !isPatch isContentTypeTaken"
  static let typed = onFile + fits
  static let settled =
    " !isMatchMissing !hasPreconditions !hasRange hasContent isContentLengthWithinLimit"
    + " !hasContentFault"
  static let received = typed + settled
  static let changed =
    " isActionComplete !isRetrieval !isMethodOptions !isMethodTrace isWriteDone"
}

/// A request with content that a rule takes, for a file that is there; each case changes what it is about.
private func writing(
  _ sentence: String, _ cause: String, _ path: String, by method: Method = .put,
  _ change: @escaping @Sendable (inout Facts) -> Void = { _ in }
) -> PathCase {
  PathCase(sentence, cause, path) {
    $0.method = method
    $0.framing = .length(5)
    $0.write.isAsked = true
    $0.write.isOn = true
    $0.write.isTakenThere = true
    change(&$0)
  }
}

extension PathTable {
  static let writing = writingTarget + writingContent + writingFailures + writingDone

  private static let writingTarget: [PathCase] = [
    DecideTests.writing(
      "the rule names the method and lets nothing be written", "403.3",
      Way.writing + " !isWritingOn"
    ) { $0.write.isOn = false },
    DecideTests.writing(
      "what cannot be looked at is not changed", "403.3",
      Way.writing + " isWritingOn isWriteTargetThere !isWriteTargetReadable"
    ) { $0.resource.isReadable = false },
    DecideTests.writing(
      "a pipe is not replaced", "403.702",
      Way.writing + " isWritingOn isWriteTargetThere isWriteTargetReadable"
        + " !isWriteTargetOrdinary"
    ) { $0.resource.kind = .special },
    DecideTests.writing(
      "a folder takes no PUT", "405.0",
      Way.writing + " isWritingOn isWriteTargetThere isWriteTargetReadable isWriteTargetOrdinary"
        + " !isWriteTakenThere"
    ) {
      $0.resource.kind = .collection
      $0.write.isTakenThere = false
    },
    DecideTests.writing(
      "a folder is deleted under its name with a slash", "308.700",
      Way.onTarget + " isWriteSlashMissing", by: .delete
    ) { $0.resource.kind = .collection },
    DecideTests.writing(
      "only new files are made", "409.741",
      Way.onTarget + " !isWriteSlashMissing isCreationRefused"
    ) { $0.write.isCreationOnly = true },
    DecideTests.writing(
      "what is not there cannot be deleted", "404.0",
      Way.writing + " isWritingOn !isWriteTargetThere !isCreation !isWriteTargetBuried",
      by: .delete
    ) { $0.resource.kind = .none },
    DecideTests.writing(
      "what was deleted before, and is remembered, cannot be changed", "410.701",
      Way.writing + " isWritingOn !isWriteTargetThere !isCreation isWriteTargetBuried",
      by: .patch
    ) {
      $0.resource.kind = .none
      $0.rule.hasTombstone = true
    },
    DecideTests.writing(
      "a name that ends in a slash is a folder's", "409.743",
      Way.writing + " isWritingOn !isWriteTargetThere isCreation !isNameForFile"
    ) {
      $0.resource.kind = .none
      $0.write.isNameForFile = false
    },
    DecideTests.writing(
      "there is no folder to stand in", "409.740",
      Way.writing + " isWritingOn !isWriteTargetThere isCreation isNameForFile !hasParent"
    ) { $0.resource.kind = .none },
  ]

  private static let writingContent: [PathCase] = [
    DecideTests.writing(
      "a part is not stored", "400.740",
      Way.onFile + " isWriteContentPart"
    ) { $0.fields = FieldSet(.contentRange) },
    DecideTests.writing(
      "no length at all", "411.740",
      Way.onFile + " !isWriteContentPart !isLengthKnown"
    ) { $0.framing = .none },
    DecideTests.writing(
      "a length that the rule wants declared", "411.741",
      Way.onFile + " !isWriteContentPart isLengthKnown !isLengthDeclared"
    ) {
      $0.framing = .chunked
      $0.write.isLengthRequired = true
    },
    DecideTests.writing(
      "content above the limit of the rule", "413.1",
      Way.onFile + " !isWriteContentPart isLengthKnown isLengthDeclared"
        + " !isWriteLengthWithinLimit"
    ) { $0.content.limit = 1 },
    DecideTests.writing(
      "content in a coding", "415.741",
      Way.sized + " !isContentCodingTaken"
    ) { $0.write.isCodingTaken = false },
    DecideTests.writing(
      "a patch for what is no JSON", "415.743",
      Way.sized + " isContentCodingTaken isPatch !isPatchTargetJSON", by: .patch
    ),
    DecideTests.writing(
      "a patch in an unknown format", "415.742",
      Way.sized + " isContentCodingTaken isPatch isPatchTargetJSON !isPatchFormatTaken", by: .patch
    ) {
      $0.write.isTargetJSON = true
      $0.write.isTypeTaken = false
    },
    DecideTests.writing(
      "content of another media type", "415.740",
      Way.sized + " isContentCodingTaken !isPatch !isContentTypeTaken"
    ) { $0.write.isTypeTaken = false },
    DecideTests.writing(
      "a change without the condition that the rule asks for", "428.740",
      Way.typed + " isMatchMissing"
    ) { $0.write.isMatchRequired = true },
    DecideTests.writing(
      "the condition that the rule asks for fails", "412.700",
      Way.typed + " !isMatchMissing hasPreconditions hasIfMatch !isIfMatchTrue"
    ) {
      $0.write.isMatchRequired = true
      $0.preconditions.ifMatch = .fails
    },
  ]

  private static let writingFailures: [PathCase] = [
    DecideTests.writing(
      "a patch that is no JSON", "400.741",
      Way.received + " !isActionComplete isWriteAtFault isContentAtFault isJSONMalformed"
    ) {
      $0.action.failure = .write
      $0.write.failure = .jsonMalformed
    },
    DecideTests.writing(
      "JSON that is no patch", "400.742",
      Way.received + " !isActionComplete isWriteAtFault isContentAtFault !isJSONMalformed"
        + " isPatchMalformed"
    ) {
      $0.action.failure = .write
      $0.write.failure = .patchMalformed
    },
    DecideTests.writing(
      "a patch that does not fit", "422.740",
      Way.received + " !isActionComplete isWriteAtFault isContentAtFault !isJSONMalformed"
        + " !isPatchMalformed isPatchInapplicable"
    ) {
      $0.action.failure = .write
      $0.write.failure = .patchInapplicable
    },
    DecideTests.writing(
      "a patch whose test fails", "409.744",
      Way.received + " !isActionComplete isWriteAtFault isContentAtFault !isJSONMalformed"
        + " !isPatchMalformed !isPatchInapplicable isPatchTestFailed"
    ) {
      $0.action.failure = .write
      $0.write.failure = .patchTestFailed
    },
    DecideTests.writing(
      "a document that is too large", "413.0",
      Way.received + " !isActionComplete isWriteAtFault isContentAtFault !isJSONMalformed"
        + " !isPatchMalformed !isPatchInapplicable !isPatchTestFailed !isSchemaBroken"
    ) {
      $0.action.failure = .write
      $0.write.failure = .documentTooLarge
    },
    DecideTests.writing(
      "a document that breaks the rule's schema", "422.770",
      Way.received + " !isActionComplete isWriteAtFault isContentAtFault !isJSONMalformed"
        + " !isPatchMalformed !isPatchInapplicable !isPatchTestFailed isSchemaBroken"
    ) {
      $0.action.failure = .write
      $0.write.failure = .schemaBroken
    },
    DecideTests.writing(
      "somebody was faster", "412.740",
      Way.received + " !isActionComplete isWriteAtFault !isContentAtFault isChangedMeanwhile"
    ) {
      $0.action.failure = .write
      $0.write.failure = .changedMeanwhile
    },
    DecideTests.writing(
      "a document that is no JSON", "409.745",
      Way.received + " !isActionComplete isWriteAtFault !isContentAtFault"
        + " !isChangedMeanwhile isDocumentNotJSON"
    ) {
      $0.action.failure = .write
      $0.write.failure = .documentNotJSON
    },
    DecideTests.writing(
      "the name was taken meanwhile", "409.741",
      Way.received + " !isActionComplete isWriteAtFault !isContentAtFault"
        + " !isChangedMeanwhile !isDocumentNotJSON isNameTaken"
    ) {
      $0.action.failure = .write
      $0.write.failure = .nameTaken
    },
    DecideTests.writing(
      "the folder has gone meanwhile", "409.740",
      Way.received + " !isActionComplete isWriteAtFault !isContentAtFault"
        + " !isChangedMeanwhile !isDocumentNotJSON !isNameTaken isParentGone"
    ) {
      $0.action.failure = .write
      $0.write.failure = .parentMissing
    },
    DecideTests.writing(
      "a folder that is not empty", "409.742",
      Way.received + " !isActionComplete isWriteAtFault !isContentAtFault"
        + " !isChangedMeanwhile !isDocumentNotJSON !isNameTaken !isParentGone"
        + " isCollectionFull"
    ) {
      $0.action.failure = .write
      $0.write.failure = .collectionNotEmpty
    },
    DecideTests.writing(
      "the disk refuses", "403.3",
      Way.received + " !isActionComplete isWriteAtFault !isContentAtFault"
        + " !isChangedMeanwhile !isDocumentNotJSON !isNameTaken !isParentGone"
        + " !isCollectionFull isWriteRefused"
    ) {
      $0.action.failure = .write
      $0.write.failure = .refused
    },
    DecideTests.writing(
      "the disk is full", "507.740",
      Way.received + " !isActionComplete isWriteAtFault !isContentAtFault"
        + " !isChangedMeanwhile !isDocumentNotJSON !isNameTaken !isParentGone"
        + " !isCollectionFull !isWriteRefused isStorageFull"
    ) {
      $0.action.failure = .write
      $0.write.failure = .storageFull
    },
    DecideTests.writing(
      "the disk fails", "500.740",
      Way.received + " !isActionComplete isWriteAtFault !isContentAtFault"
        + " !isChangedMeanwhile !isDocumentNotJSON !isNameTaken !isParentGone"
        + " !isCollectionFull !isWriteRefused !isStorageFull"
    ) {
      $0.action.failure = .write
      $0.write.failure = .failed
    },
  ]

  private static let writingDone: [PathCase] = [
    DecideTests.writing(
      "a form that is cleared", "205.740",
      Way.received + Way.changed + " isFormTaken isFormReset"
    ) {
      $0.write.isForm = true
      $0.write.isFormReset = true
    },
    DecideTests.writing(
      "a form that leads elsewhere", "303.740",
      Way.received + Way.changed + " isFormTaken !isFormReset"
    ) { $0.write.isForm = true },
    DecideTests.writing(
      "a file is replaced", "204.740",
      Way.received + Way.changed + " !isFormTaken !isCreated !isDeleted !isPatched"
    ),
    DecideTests.writing(
      "a document is patched", "204.742",
      Way.sized + " isContentCodingTaken isPatch isPatchTargetJSON isPatchFormatTaken"
        + Way.settled + Way.changed + " !isFormTaken !isCreated !isDeleted isPatched", by: .patch
    ) { $0.write.isTargetJSON = true },
    DecideTests.writing(
      "a folder gets a member", "201.741",
      Way.received + Way.changed + " !isFormTaken isCreated isMemberCreated", by: .post
    ) {
      $0.resource.kind = .collection
      $0.resource.hasFinalSlash = true
      $0.write.isCreated = true
    },
    DecideTests.writing(
      "a file is made", "201.740",
      Way.writing + " isWritingOn !isWriteTargetThere isCreation isNameForFile hasParent"
        + Way.fits + Way.settled + Way.changed + " !isFormTaken isCreated !isMemberCreated"
    ) {
      $0.resource.kind = .none
      $0.write.hasParent = true
      $0.write.isCreated = true
    },
    DecideTests.writing(
      "a file is deleted", "204.741",
      Way.typed + " !isMatchMissing !hasPreconditions !hasRange !hasContent" + Way.changed
        + " !isFormTaken !isCreated isDeleted", by: .delete
    ) { $0.framing = .none },
    PathCase(
      "POST to a content of the configuration writes nothing", "200.700",
      Way.inRoot + " hasResource isContentFixed isMethodAllowed" + Way.plain
        + " !hasRange !hasContent isActionComplete !isRetrieval !isMethodOptions !isMethodTrace !isWriteDone"
        + " !isListing !isRangeServed !isFileServed"
    ) {
      $0.method = .post
      $0.resource.kind = .content
      $0.resource.methods = MethodSet(.post)
    },
  ]
}
