/// Where an answer leads: to the next question or to an ending.
public enum Edge: Equatable, Sendable {
  case ask(Question)
  case end(Ending)
}

/// Which question follows which answer: the one source of the order in which a status is decided.
///
/// The picture and the table in Documentation/Graph are printed from here by `make graph`, and `GraphHistory` keeps the order of
/// every released version, so that a record made under it can be told again.
public enum Graph {
  /// Counts up with every change of the edges that is released.
  public static let version: UInt16 = 3

  public static let first: Question = .isServerFull

  /// Both edges of a question: what follows a yes, and what follows a no.
  @inlinable
  public static func edges(_ question: Question) -> (yes: Edge, no: Edge) {
    switch question {
    // Connection: decided before a byte is read, so that a full server answers cheaply
    case .isServerFull: (.end(.serverFull), .ask(.hasFault))

    // Message
    case .hasFault: (.end(.fault), .ask(.isMethodKnown))
    case .isMethodKnown: (.ask(.hasExpectation), .end(.methodUnknown))
    case .hasExpectation: (.ask(.isExpectationKnown), .ask(.hasSite))
    case .isExpectationKnown: (.ask(.hasSite), .end(.expectationUnknown))

    // Site
    case .hasSite: (.ask(.isTargetUnsecured), .end(.siteMissing))
    case .isTargetUnsecured: (.end(.targetUnsecured), .ask(.isClientGuarded))

    // Site: who the client is. What it asks for is not looked at before
    case .isClientGuarded: (.ask(.isSiteClosed), .ask(.isTargetServer))
    case .isSiteClosed: (.end(.siteClosed), .ask(.isAddressUnknown))
    case .isAddressUnknown: (.end(.addressUnknown), .ask(.isAddressDenied))
    case .isAddressDenied: (.end(.addressDenied), .ask(.isAddressAllowed))
    case .isAddressAllowed: (.ask(.hasHostRules), .end(.addressNotAllowed))
    case .hasHostRules: (.ask(.isHostNameUnresolved), .ask(.hasConcurrencyLimit))
    case .isHostNameUnresolved: (.end(.hostNameUnresolved), .ask(.isHostNameDenied))
    case .isHostNameDenied: (.end(.hostNameDenied), .ask(.hasConcurrencyLimit))
    case .hasConcurrencyLimit: (.ask(.isSiteFull), .ask(.isTargetServer))
    case .isSiteFull: (.end(.siteFull), .ask(.isClientAtLimit))
    case .isClientAtLimit: (.end(.clientAtLimit), .ask(.isTargetServer))

    // Site: what is meant
    case .isTargetServer: (.ask(.hasContent), .ask(.isTargetAuthority))
    case .isTargetAuthority: (.end(.methodNotAllowed), .ask(.isSiteInMaintenance))
    case .isSiteInMaintenance: (.end(.inMaintenance), .ask(.hasRule))

    // Resource
    case .hasRule: (.ask(.hasProvision), .end(.ruleMissing))
    case .hasProvision: (.ask(.isRehearsed), .ask(.isFolderGuarded))

    // Resource: what a rehearsal answers in its place, or holds back
    case .isRehearsed: (.ask(.isRehearsalKnown), .ask(.isRuleInMaintenance))
    case .isRehearsalKnown: (.ask(.isRehearsalWellFormed), .end(.rehearsalUnknown))
    case .isRehearsalWellFormed: (.ask(.isRehearsalFollowed), .end(.rehearsalMalformed))
    case .isRehearsalFollowed: (.ask(.hasOwnProvision), .ask(.hasRehearsalContent))
    case .hasOwnProvision: (.ask(.isRuleInMaintenance), .ask(.isFolderGuarded))
    case .hasRehearsalContent:
      (.ask(.isRehearsalContentWithinLimit), .ask(.isRehearsalAnswered))
    case .isRehearsalContentWithinLimit:
      (.ask(.hasRehearsalContentFault), .end(.contentTooLarge))
    case .hasRehearsalContentFault: (.end(.contentFault), .ask(.isRehearsalAnswered))
    case .isRehearsalAnswered: (.ask(.isSwitchRehearsed), .end(.rehearsalUnanswered))

    // Resource: a rehearsed switch to another protocol
    case .isSwitchRehearsed: (.ask(.isSwitchOffered), .end(.rehearsed))
    case .isSwitchOffered: (.ask(.isSwitchVersionKnown), .end(.switchNotOffered))
    case .isSwitchVersionKnown: (.ask(.isHandshakeSound), .end(.switchVersionUnknown))
    case .isHandshakeSound: (.end(.rehearsed), .end(.handshakeMalformed))

    // Resource: what the rule says instead of one
    case .isRuleInMaintenance: (.end(.inMaintenance), .ask(.isBlocked))
    case .isBlocked: (.end(.blocked), .ask(.isGone))
    case .isGone: (.end(.gone), .ask(.isTeapot))
    case .isTeapot: (.ask(.isMethodBrew), .ask(.isMethodRedirected))
    case .isMethodBrew: (.end(.teapot), .end(.methodNotAllowed))
    case .isMethodRedirected: (.ask(.isSeeOther), .end(.methodNotAllowed))
    case .isSeeOther: (.end(.seeOther), .ask(.isRedirectMethodKept))
    case .isRedirectMethodKept: (.ask(.isRedirectPermanent), .ask(.isMovedPermanently))
    case .isRedirectPermanent: (.end(.permanentRedirect), .end(.temporaryRedirect))
    case .isMovedPermanently: (.end(.movedPermanently), .end(.found))
    case .isFolderGuarded: (.ask(.isFolderFile), .ask(.isPathHidden))
    case .isFolderFile: (.end(.folderFileAsked), .ask(.isFolderFileInvalid))
    case .isFolderFileInvalid: (.end(.folderFileInvalid), .ask(.isFolderAddressRefused))
    case .isFolderAddressRefused: (.end(.folderAddressRefused), .ask(.isScript))
    case .isScript: (.ask(.isScriptHidden), .ask(.isPathHidden))
    case .isScriptHidden: (.end(.scriptHidden), .end(.scriptRefused))
    case .isPathHidden: (.ask(.isHiddenRefused), .ask(.isOutsideRoot))
    case .isHiddenRefused: (.end(.hiddenRefused), .ask(.isHiddenSegment))
    case .isHiddenSegment: (.end(.hiddenSegment), .end(.hiddenFile))
    case .isOutsideRoot: (.end(.linkLeavesRoot), .ask(.isWrite))
    case .isWrite: (.ask(.isWritingOn), .ask(.hasResource))
    case .hasResource: (.ask(.isContentFixed), .ask(.hasTombstone))
    case .hasTombstone: (.end(.buried), .ask(.hasFallback))
    case .hasFallback: (.ask(.isReadingAllowed), .end(.fileMissing))
    case .isContentFixed: (.ask(.isMethodAllowed), .ask(.isReadingAllowed))
    case .isReadingAllowed: (.ask(.isReadable), .end(.readingOff))
    case .isReadable: (.ask(.isCollection), .end(.unreadable))
    case .isCollection: (.ask(.hasFinalSlash), .ask(.isRegularFile))
    case .hasFinalSlash: (.ask(.hasIndex), .ask(.isMethodRedirectable))
    case .isMethodRedirectable: (.end(.slashMissing), .end(.slashMissingMethodKept))
    case .hasIndex: (.ask(.isRegularFile), .ask(.isFolderRetrieved))
    case .isFolderRetrieved: (.ask(.isListingAllowed), .ask(.isMethodAllowed))
    case .isListingAllowed: (.ask(.isMethodAllowed), .end(.listingDenied))
    case .isRegularFile: (.ask(.isTypeMapRequired), .end(.notRegularFile))
    case .isTypeMapRequired: (.ask(.isTypeMapped), .ask(.isMethodAllowed))
    case .isTypeMapped: (.ask(.isMethodAllowed), .end(.typeNotMapped))
    case .isMethodAllowed: (.ask(.isNegotiated), .end(.methodNotAllowed))

    // Selection
    case .isNegotiated: (.ask(.isVariantListAsked), .ask(.hasPreconditions))
    case .isVariantListAsked: (.end(.variantListServed), .ask(.isChoiceLeftToClient))
    case .isChoiceLeftToClient: (.end(.choiceLeft), .ask(.isRepresentationAcceptable))
    case .isRepresentationAcceptable: (.ask(.isVariantNegotiated), .ask(.isAcceptanceRequired))
    case .isAcceptanceRequired: (.ask(.isMediaTypeAcceptable), .ask(.isVariantNegotiated))
    case .isMediaTypeAcceptable: (.ask(.isLanguageAcceptable), .end(.mediaTypeNotAcceptable))
    case .isLanguageAcceptable: (.ask(.isCodingAcceptable), .end(.languageNotAcceptable))
    case .isCodingAcceptable: (.end(.variantNotAcceptable), .end(.codingNotAcceptable))
    case .isVariantNegotiated: (.end(.variantNegotiates), .ask(.hasPreconditions))

    // Resource, for a change of it: is it taken here, of what is there, with this content
    case .isWritingOn: (.ask(.isWriteTargetThere), .end(.writingOff))
    case .isWriteTargetThere: (.ask(.isWriteTargetReadable), .ask(.isCreation))
    case .isWriteTargetReadable: (.ask(.isWriteTargetOrdinary), .end(.writeRefused))
    case .isWriteTargetOrdinary: (.ask(.isWriteTakenThere), .end(.notRegularFile))
    case .isWriteTakenThere: (.ask(.isWriteSlashMissing), .end(.methodNotAllowed))
    case .isWriteSlashMissing: (.end(.slashMissingMethodKept), .ask(.isCreationRefused))
    case .isCreationRefused: (.end(.creationOnly), .ask(.isWriteContentPart))
    case .isCreation: (.ask(.isNameForFile), .ask(.isWriteTargetBuried))
    case .isWriteTargetBuried: (.end(.buried), .end(.fileMissing))
    case .isNameForFile: (.ask(.hasParent), .end(.nameOfCollection))
    case .hasParent: (.ask(.isWriteContentPart), .end(.parentMissing))
    case .isWriteContentPart: (.end(.contentPartRefused), .ask(.isLengthKnown))
    case .isLengthKnown: (.ask(.isLengthDeclared), .end(.lengthMissing))
    case .isLengthDeclared: (.ask(.isWriteLengthWithinLimit), .end(.lengthUndeclared))
    case .isWriteLengthWithinLimit: (.ask(.isContentCodingTaken), .end(.contentTooLarge))
    case .isContentCodingTaken: (.ask(.isPatch), .end(.codingNotTaken))
    case .isPatch: (.ask(.isPatchTargetJSON), .ask(.isContentTypeTaken))
    case .isPatchTargetJSON: (.ask(.isPatchFormatTaken), .end(.patchTargetNotJSON))
    case .isPatchFormatTaken: (.ask(.isMatchMissing), .end(.patchFormatNotTaken))
    case .isContentTypeTaken: (.ask(.isMatchMissing), .end(.typeNotTaken))
    case .isMatchMissing: (.end(.matchRequired), .ask(.hasPreconditions))

    // Preconditions, in the order of RFC 9110 section 13.2.2
    case .hasPreconditions: (.ask(.hasIfMatch), .ask(.hasRange))
    case .hasIfMatch: (.ask(.isIfMatchTrue), .ask(.hasIfUnmodifiedSince))
    case .isIfMatchTrue: (.ask(.hasIfNoneMatch), .end(.ifMatchFailed))
    case .hasIfUnmodifiedSince: (.ask(.isIfUnmodifiedSinceTrue), .ask(.hasIfNoneMatch))
    case .isIfUnmodifiedSinceTrue: (.ask(.hasIfNoneMatch), .end(.ifUnmodifiedSinceFailed))
    case .hasIfNoneMatch: (.ask(.isIfNoneMatchTrue), .ask(.hasIfModifiedSince))
    case .isIfNoneMatchTrue: (.ask(.hasRange), .ask(.isMethodGetOrHead))
    case .isMethodGetOrHead: (.end(.entityTagMatched), .end(.ifNoneMatchFailed))
    case .hasIfModifiedSince: (.ask(.isIfModifiedSinceTrue), .ask(.hasRange))
    case .isIfModifiedSinceTrue: (.ask(.hasRange), .end(.notModifiedSince))

    // Ranges
    case .hasRange: (.ask(.hasIfRange), .ask(.hasContent))
    case .hasIfRange: (.ask(.isIfRangeTrue), .ask(.isRangeExcessive))
    case .isIfRangeTrue: (.ask(.isRangeExcessive), .ask(.hasContent))
    case .isRangeExcessive: (.end(.rangesExcessive), .ask(.isRangeSatisfiable))
    case .isRangeSatisfiable: (.ask(.hasContent), .end(.rangeUnsatisfiable))

    // Content
    case .hasContent: (.ask(.isContentLengthWithinLimit), .ask(.isActionComplete))
    case .isContentLengthWithinLimit: (.ask(.hasContentFault), .end(.contentTooLarge))
    case .hasContentFault: (.end(.contentFault), .ask(.isActionComplete))

    // Action
    case .isActionComplete: (.ask(.isRetrieval), .ask(.isWriteAtFault))
    case .isWriteAtFault: (.ask(.isContentAtFault), .ask(.isHandlerAtFault))
    case .isHandlerAtFault: (.end(.handlerFailed), .ask(.isListingAtFault))
    case .isListingAtFault: (.end(.listingFailed), .ask(.isContentShort))
    case .isContentShort: (.end(.contentEndedEarly), .end(.fileOpenFailed))
    case .isRetrieval: (.ask(.isListing), .ask(.isMethodOptions))
    case .isMethodOptions: (.ask(.isServerAsked), .ask(.isMethodTrace))
    case .isServerAsked: (.end(.serverOptions), .end(.options))
    case .isMethodTrace: (.end(.traceEchoed), .ask(.isWriteDone))
    case .isWriteDone: (.ask(.isFormTaken), .ask(.isListing))
    case .isFormTaken: (.ask(.isFormReset), .ask(.isCreated))
    case .isFormReset: (.end(.formReset), .end(.formTaken))
    case .isCreated: (.ask(.isMemberCreated), .ask(.isDeleted))
    case .isMemberCreated: (.end(.memberCreated), .end(.created))
    case .isDeleted: (.end(.deleted), .ask(.isPatched))
    case .isPatched: (.end(.patched), .end(.replaced))

    // Action: why a change was not made. First what the content says, then the target, then the disk
    case .isContentAtFault: (.ask(.isJSONMalformed), .ask(.isChangedMeanwhile))
    case .isJSONMalformed: (.end(.jsonMalformed), .ask(.isPatchMalformed))
    case .isPatchMalformed: (.end(.patchMalformed), .ask(.isPatchInapplicable))
    case .isPatchInapplicable: (.end(.patchInapplicable), .ask(.isPatchTestFailed))
    case .isPatchTestFailed: (.end(.patchTestFailed), .ask(.isSchemaBroken))
    case .isSchemaBroken: (.end(.schemaBroken), .end(.documentTooLarge))
    case .isChangedMeanwhile: (.end(.changedMeanwhile), .ask(.isDocumentNotJSON))
    case .isDocumentNotJSON: (.end(.documentNotJSON), .ask(.isNameTaken))
    case .isNameTaken: (.end(.creationOnly), .ask(.isParentGone))
    case .isParentGone: (.end(.parentMissing), .ask(.isCollectionFull))
    case .isCollectionFull: (.end(.collectionNotEmpty), .ask(.isWriteRefused))
    case .isWriteRefused: (.end(.writeRefused), .ask(.isStorageFull))
    case .isStorageFull: (.end(.storageFull), .end(.writeFailed))

    case .isListing: (.end(.listingServed), .ask(.isRangeServed))
    case .isRangeServed: (.ask(.isRangeSingle), .ask(.isFileServed))
    case .isRangeSingle: (.end(.rangeServed), .end(.rangesServed))
    case .isFileServed: (.end(.fileServed), .end(.contentServed))
    }
  }
}
