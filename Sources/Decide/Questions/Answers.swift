public import Facts

extension Question {
  /// The answer that the facts give, for whoever looks ahead (`predict`). The facts that the question needs must be there.
  public func isTrue(of facts: borrowing Facts) -> Bool { answer(facts) }

  /// The answer that the facts give. One line a question; what a question looks at stands in its block's file.
  @inline(__always)
  func answer(_ facts: borrowing Facts) -> Bool {
    switch self {
    case .isServerFull: facts.isServerFull
    case .hasFault: facts.hasFault
    case .isMethodKnown: facts.isMethodKnown
    case .hasExpectation: facts.hasExpectation
    case .isExpectationKnown: facts.isExpectationKnown
    case .hasSite: facts.hasSite
    case .isTargetUnsecured: facts.isTargetUnsecured
    case .isTargetServer: facts.isTargetServer
    case .isTargetAuthority: facts.isTargetAuthority
    case .isClientGuarded: facts.isClientGuarded
    case .isSiteClosed: facts.isSiteClosed
    case .isAddressUnknown: facts.isAddressUnknown
    case .isAddressDenied: facts.isAddressDenied
    case .isAddressAllowed: facts.isAddressAllowed
    case .hasHostRules: facts.hasHostRules
    case .isHostNameUnresolved: facts.isHostNameUnresolved
    case .isHostNameDenied: facts.isHostNameDenied
    case .hasConcurrencyLimit: facts.hasConcurrencyLimit
    case .isSiteFull: facts.isSiteFull
    case .isClientAtLimit: facts.isClientAtLimit
    case .isFolderGuarded: facts.isFolderGuarded
    case .isFolderFile: facts.isFolderFile
    case .isFolderFileInvalid: facts.isFolderFileInvalid
    case .isFolderAddressRefused: facts.isFolderAddressRefused
    case .isScript: facts.isScript
    case .isScriptHidden: facts.isScriptHidden
    case .hasRule: facts.hasRule
    case .isPathHidden: facts.isPathHidden
    case .isHiddenRefused: facts.isHiddenRefused
    case .isHiddenSegment: facts.isHiddenSegment
    case .isOutsideRoot: facts.isOutsideRoot
    case .hasResource: facts.hasResource
    case .isContentFixed: facts.isContentFixed
    case .isReadingAllowed: facts.isReadingAllowed
    case .isReadable: facts.isReadable
    case .isCollection: facts.isCollection
    case .hasFinalSlash: facts.hasFinalSlash
    case .isMethodRedirectable: facts.isMethodGetOrHead
    case .hasIndex: facts.hasIndex
    case .isFolderRetrieved: facts.isMethodGetOrHead
    case .isListingAllowed: facts.isListingAllowed
    case .isRegularFile: facts.isRegularFile
    case .isTypeMapRequired: facts.isTypeMapRequired
    case .isTypeMapped: facts.isTypeMapped
    case .isMethodAllowed: facts.isMethodAllowed
    case .isNegotiated: facts.isNegotiated
    case .isVariantListAsked: facts.isVariantListAsked
    case .isChoiceLeftToClient: facts.isChoiceLeftToClient
    case .isRepresentationAcceptable: facts.isRepresentationAcceptable
    case .isAcceptanceRequired: facts.isAcceptanceRequired
    case .isMediaTypeAcceptable: facts.isMediaTypeAcceptable
    case .isLanguageAcceptable: facts.isLanguageAcceptable
    case .isCodingAcceptable: facts.isCodingAcceptable
    case .isVariantNegotiated: facts.isVariantNegotiated
    case .hasPreconditions: facts.hasPreconditions
    case .hasIfMatch: facts.hasIfMatch
    case .isIfMatchTrue: facts.isIfMatchTrue
    case .hasIfUnmodifiedSince: facts.hasIfUnmodifiedSince
    case .isIfUnmodifiedSinceTrue: facts.isIfUnmodifiedSinceTrue
    case .hasIfNoneMatch: facts.hasIfNoneMatch
    case .isIfNoneMatchTrue: facts.isIfNoneMatchTrue
    case .isMethodGetOrHead: facts.isMethodGetOrHead
    case .hasIfModifiedSince: facts.hasIfModifiedSince
    case .isIfModifiedSinceTrue: facts.isIfModifiedSinceTrue
    case .hasRange: facts.hasRange
    case .hasIfRange: facts.hasIfRange
    case .isIfRangeTrue: facts.isIfRangeTrue
    case .isRangeExcessive: facts.isRangeExcessive
    case .isRangeSatisfiable: facts.isRangeSatisfiable
    case .hasContent: facts.hasContent
    case .isContentLengthWithinLimit: facts.isContentLengthWithinLimit
    case .hasContentFault: facts.hasContentFault
    case .isActionComplete: facts.isActionComplete
    case .isHandlerAtFault: facts.isHandlerAtFault
    case .isListingAtFault: facts.isListingAtFault
    case .isContentShort: facts.isContentShort
    case .isMethodOptions: facts.isMethodOptions
    case .isServerAsked: facts.isTargetServer
    case .isMethodTrace: facts.isMethodTrace
    case .isListing: facts.isListing
    case .isRangeServed: facts.isRangeServed
    case .isRangeSingle: facts.isRangeSingle
    case .isFileServed: facts.isFileServed
    case .isSiteInMaintenance: facts.isSiteInMaintenance
    case .hasProvision: facts.hasProvision
    case .isRuleInMaintenance: facts.isRuleInMaintenance
    case .isBlocked: facts.isBlocked
    case .isGone: facts.isGone
    case .hasTombstone: facts.hasTombstone
    case .isTeapot: facts.isTeapot
    case .isMethodBrew: facts.isMethodBrew
    case .isMethodRedirected: facts.isMethodAllowed
    case .isSeeOther: facts.isSeeOther
    case .isRedirectMethodKept: facts.isRedirectMethodKept
    case .isRedirectPermanent: facts.isRedirectPermanent
    case .isMovedPermanently: facts.isMovedPermanently
    case .hasFallback: facts.hasFallback
    case .isRetrieval: facts.isMethodGetOrHead
    case .isWrite: facts.isWrite
    case .isRehearsed: facts.isRehearsed
    case .isRehearsalKnown, .isRehearsalWellFormed, .isRehearsalFollowed, .hasOwnProvision,
      .hasRehearsalContent, .isRehearsalContentWithinLimit, .hasRehearsalContentFault,
      .isRehearsalAnswered:
      answerOfRehearsal(facts)
    case .isSwitchRehearsed: facts.rehearsal.handshake != .none
    case .isSwitchOffered, .isSwitchVersionKnown, .isHandshakeSound: answerOfSwitch(facts)
    default: answerOfWriting(facts)
    }
  }

  /// The answers that only requests that write ask for.
  private func answerOfWriting(_ facts: borrowing Facts) -> Bool {
    switch self {
    case .isWritingOn: facts.isWritingOn
    case .isWriteTargetThere: facts.isWriteTargetThere
    case .isWriteTargetReadable: facts.isWriteTargetReadable
    case .isWriteTargetOrdinary: facts.isWriteTargetOrdinary
    case .isWriteTakenThere: facts.isWriteTakenThere
    case .isWriteSlashMissing: facts.isWriteSlashMissing
    case .isCreationRefused: facts.isCreationRefused
    case .isCreation: facts.isCreation
    case .isNameForFile: facts.isNameForFile
    case .hasParent: facts.hasParent
    case .isWriteContentPart: facts.isWriteContentPart
    case .isLengthKnown: facts.isLengthKnown
    case .isLengthDeclared: facts.isLengthDeclared
    case .isWriteLengthWithinLimit: facts.isContentLengthWithinLimit
    case .isContentCodingTaken: facts.isContentCodingTaken
    case .isPatch, .isPatched: facts.isPatch
    case .isPatchTargetJSON: facts.isPatchTargetJSON
    case .isPatchFormatTaken, .isContentTypeTaken: facts.isContentTypeTaken
    case .isMatchMissing: facts.isMatchMissing
    case .isWriteTargetBuried: facts.hasTombstone
    case .isWriteDone: facts.isWriteDone
    case .isFormTaken: facts.isFormTaken
    case .isFormReset: facts.isFormReset
    case .isCreated: facts.isCreated
    case .isMemberCreated: facts.isMemberCreated
    case .isDeleted: facts.isDeleted
    case .isWriteAtFault: facts.isWriteAtFault
    case .isContentAtFault: facts.isContentAtFault
    default: facts.write.failure == writeFailure
    }
  }

  /// The failure that a question is about; those without one are answered before.
  private var writeFailure: WriteFailure? {
    switch self {
    case .isJSONMalformed: .jsonMalformed
    case .isPatchMalformed: .patchMalformed
    case .isPatchInapplicable: .patchInapplicable
    case .isPatchTestFailed: .patchTestFailed
    case .isSchemaBroken: .schemaBroken
    case .isChangedMeanwhile: .changedMeanwhile
    case .isDocumentNotJSON: .documentNotJSON
    case .isNameTaken: .nameTaken
    case .isParentGone: .parentMissing
    case .isCollectionFull: .collectionNotEmpty
    case .isWriteRefused: .refused
    case .isStorageFull: .storageFull
    default: nil
    }
  }
}
