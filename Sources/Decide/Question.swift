public import Facts

/// One yes/no question asked of the facts. Its number is permanent: it stands in records, and it is never given to another question,
/// not even after the question has gone.
///
/// The numbers are spread by block, so that a question can be added beside its neighbours; the order of asking is the graph's alone.
/// A question whose name starts with `has` and that guards a block is a gate: its "no" skips the block.
public enum Question: UInt8, Sendable, CaseIterable {
  // Connection
  case isServerFull = 1

  // Message
  case hasFault = 10
  case isMethodKnown = 11
  case hasExpectation = 12
  case isExpectationKnown = 13

  // Site
  case hasSite = 20
  case isTargetServer = 21
  case isTargetAuthority = 22
  case isSiteInMaintenance = 23
  case isTargetUnsecured = 24

  // Site: who the client is
  case isClientGuarded = 26
  case isSiteClosed = 27
  case isAddressUnknown = 28
  case isAddressDenied = 29
  case isAddressAllowed = 128
  case hasHostRules = 129
  case isHostNameUnresolved = 130
  case isHostNameDenied = 131
  case hasConcurrencyLimit = 132
  case isSiteFull = 133
  case isClientAtLimit = 134

  // Resource: what a folder says for itself, and scripts
  case isFolderGuarded = 135
  case isFolderFile = 136
  case isFolderFileInvalid = 137
  case isFolderAddressRefused = 138
  case isScript = 139
  case isScriptHidden = 190

  // Resource
  case hasRule = 30
  case isPathHidden = 31
  case isHiddenRefused = 32
  case isHiddenSegment = 33
  case isOutsideRoot = 34
  case hasResource = 35
  case isContentFixed = 36
  case isReadingAllowed = 37
  case isReadable = 38
  case isCollection = 39
  case hasFinalSlash = 40
  case isMethodRedirectable = 41
  case hasIndex = 42
  case isListingAllowed = 43
  case isFolderRetrieved = 142
  case isRegularFile = 44
  case isTypeMapRequired = 45
  case isTypeMapped = 46
  case isMethodAllowed = 47

  // Resource: what a rule says before its resource is looked at, and what became of what was there
  case hasProvision = 48
  case isRuleInMaintenance = 49
  case isBlocked = 50
  case isGone = 51
  case hasTombstone = 52
  case isTeapot = 53
  case isMethodBrew = 54
  case isSeeOther = 56
  case isRedirectMethodKept = 57
  case isRedirectPermanent = 58
  case isMovedPermanently = 59
  case isMethodRedirected = 140
  case hasFallback = 141

  // Resource: what a rehearsal answers in its place. The gate is behind `hasProvision`
  case isRehearsed = 200
  case isRehearsalKnown = 201
  case isRehearsalWellFormed = 202
  case isRehearsalFollowed = 203
  case hasOwnProvision = 204
  case hasRehearsalContent = 205
  case isRehearsalContentWithinLimit = 206
  case hasRehearsalContentFault = 207
  case isRehearsalAnswered = 208

  // Resource: a rehearsed switch to another protocol
  case isSwitchRehearsed = 220
  case isSwitchOffered = 221
  case isSwitchVersionKnown = 222
  case isHandshakeSound = 223

  // Selection
  case isNegotiated = 150
  case isVariantListAsked = 151
  case isChoiceLeftToClient = 152
  case isRepresentationAcceptable = 153
  case isAcceptanceRequired = 154
  case isMediaTypeAcceptable = 155
  case isLanguageAcceptable = 156
  case isCodingAcceptable = 157
  case isVariantNegotiated = 158

  // Resource: what a change of it has to meet. The gate costs all others one question.
  case isWrite = 170
  case isWritingOn = 171
  case isWriteTargetThere = 172
  case isWriteTargetReadable = 173
  case isWriteTargetOrdinary = 174
  case isWriteTakenThere = 175
  case isWriteSlashMissing = 176
  case isCreationRefused = 177
  case isCreation = 178
  case isNameForFile = 179
  case hasParent = 180
  case isWriteContentPart = 181
  case isLengthKnown = 182
  case isLengthDeclared = 183
  case isWriteLengthWithinLimit = 184
  case isContentCodingTaken = 185
  case isPatch = 186
  case isPatchTargetJSON = 187
  case isPatchFormatTaken = 188
  case isContentTypeTaken = 189
  case isWriteTargetBuried = 191

  // Preconditions
  case isMatchMissing = 70
  case hasPreconditions = 60
  case hasIfMatch = 61
  case isIfMatchTrue = 62
  case hasIfUnmodifiedSince = 63
  case isIfUnmodifiedSinceTrue = 64
  case hasIfNoneMatch = 65
  case isIfNoneMatchTrue = 66
  case isMethodGetOrHead = 67
  case hasIfModifiedSince = 68
  case isIfModifiedSinceTrue = 69

  // Ranges
  case hasRange = 80
  case hasIfRange = 81
  case isIfRangeTrue = 82
  case isRangeExcessive = 83
  case isRangeSatisfiable = 84

  // Content
  case hasContent = 90
  case isContentLengthWithinLimit = 91
  case hasContentFault = 92

  // Action
  case isActionComplete = 100
  case isHandlerAtFault = 101
  case isListingAtFault = 102
  case isContentShort = 103
  case isMethodOptions = 104
  case isServerAsked = 105
  case isMethodTrace = 106
  case isListing = 107
  case isRangeServed = 108
  case isRangeSingle = 109
  case isFileServed = 110
  case isRetrieval = 111

  // Action: what came of a change
  case isWriteDone = 112
  case isFormTaken = 113
  case isFormReset = 114
  case isCreated = 115
  case isMemberCreated = 116
  case isDeleted = 117
  case isPatched = 118
  case isWriteAtFault = 119
  case isContentAtFault = 160
  case isJSONMalformed = 161
  case isPatchMalformed = 162
  case isPatchInapplicable = 163
  case isPatchTestFailed = 164
  case isChangedMeanwhile = 165
  case isDocumentNotJSON = 166
  case isNameTaken = 167
  case isParentGone = 168
  case isCollectionFull = 169
  case isWriteRefused = 120
  case isStorageFull = 121
  case isSchemaBroken = 122

  /// The facts that must be there before the question can be answered; nil where those of the message suffice.
  @inlinable public var need: Need? {
    switch self {
    case .isServerFull, .hasFault, .isMethodKnown, .hasExpectation, .isExpectationKnown:
      nil
    case .hasSite, .isTargetUnsecured, .isTargetServer, .isTargetAuthority, .hasRule,
      .isClientGuarded, .isSiteClosed,
      .isAddressUnknown, .isAddressDenied, .isAddressAllowed, .hasHostRules, .hasConcurrencyLimit,
      .isSiteFull, .isClientAtLimit:
      .route
    case .isSiteInMaintenance, .hasProvision, .isRuleInMaintenance, .isBlocked, .isGone,
      .isTeapot, .isSeeOther, .isRedirectMethodKept, .isRedirectPermanent, .isMovedPermanently:
      .route
    case .isRehearsed, .isRehearsalKnown, .isRehearsalWellFormed, .isRehearsalFollowed,
      .hasOwnProvision:
      .route
    case .hasRehearsalContent, .isRehearsalContentWithinLimit, .isSwitchRehearsed,
      .isSwitchOffered, .isSwitchVersionKnown, .isHandshakeSound:
      nil
    case .hasRehearsalContentFault: .content
    case .isRehearsalAnswered: .action
    case .hasTombstone, .hasFallback, .isMethodBrew, .isMethodRedirected:
      .resource
    case .isHostNameUnresolved, .isHostNameDenied:
      .clientName
    case .isFolderGuarded, .isFolderFile, .isFolderFileInvalid, .isFolderAddressRefused, .isScript,
      .isScriptHidden:
      .resource
    case .isPathHidden, .isHiddenRefused, .isHiddenSegment, .isOutsideRoot, .hasResource,
      .isContentFixed, .isReadingAllowed, .isReadable, .isCollection, .hasFinalSlash,
      .isMethodRedirectable, .hasIndex, .isFolderRetrieved, .isListingAllowed, .isRegularFile,
      .isTypeMapRequired,
      .isTypeMapped, .isMethodAllowed, .hasPreconditions, .hasIfMatch, .isIfMatchTrue,
      .hasIfUnmodifiedSince, .isIfUnmodifiedSinceTrue, .hasIfNoneMatch, .isIfNoneMatchTrue,
      .isMethodGetOrHead, .hasIfModifiedSince, .isIfModifiedSinceTrue, .hasRange, .hasIfRange,
      .isIfRangeTrue, .isRangeExcessive, .isRangeSatisfiable:
      .resource
    case .isNegotiated, .isVariantListAsked, .isChoiceLeftToClient, .isRepresentationAcceptable,
      .isAcceptanceRequired, .isMediaTypeAcceptable, .isLanguageAcceptable, .isCodingAcceptable,
      .isVariantNegotiated:
      .resource
    case .isWrite, .isWritingOn, .isWriteTargetThere, .isWriteTargetReadable,
      .isWriteTargetOrdinary, .isWriteTakenThere, .isWriteSlashMissing, .isCreationRefused,
      .isCreation, .isNameForFile, .hasParent, .isWriteContentPart, .isLengthKnown,
      .isLengthDeclared, .isWriteLengthWithinLimit, .isContentCodingTaken, .isPatch,
      .isPatchTargetJSON, .isPatchFormatTaken, .isContentTypeTaken, .isMatchMissing,
      .isWriteTargetBuried:
      .resource
    case .hasContent, .isContentLengthWithinLimit:
      nil
    case .hasContentFault:
      .content
    case .isActionComplete, .isHandlerAtFault, .isListingAtFault, .isContentShort:
      .action
    case .isWriteDone, .isFormTaken, .isFormReset, .isCreated, .isMemberCreated, .isDeleted,
      .isPatched, .isWriteAtFault, .isContentAtFault, .isJSONMalformed, .isPatchMalformed,
      .isPatchInapplicable, .isPatchTestFailed, .isChangedMeanwhile, .isDocumentNotJSON,
      .isNameTaken, .isParentGone, .isCollectionFull, .isWriteRefused, .isStorageFull,
      .isSchemaBroken:
      .action
    case .isMethodOptions, .isServerAsked, .isMethodTrace, .isRetrieval:
      nil
    case .isListing, .isRangeServed, .isRangeSingle, .isFileServed:
      .resource
    }
  }

  /// The block that the question belongs to.
  public var block: Block {
    switch rawValue {
    case ..<10: .connection
    case ..<20: .message
    case ..<30, 128..<135: .site
    case ..<60, 135..<150, 170..<192, 200..<230: .resource
    case 150..<160: .selection
    case ..<80: .preconditions
    case ..<90: .ranges
    case ..<100: .content
    default: .action
    }
  }
}

/// The blocks of the graph, in the order in which they are asked.
public enum Block: String, Sendable, CaseIterable {
  case connection, message, site, resource, selection, preconditions, ranges, content, action
}
