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
    case .isTargetServer: facts.isTargetServer
    case .isTargetAuthority: facts.isTargetAuthority
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
    case .isListingAllowed: facts.isListingAllowed
    case .isRegularFile: facts.isRegularFile
    case .isTypeMapRequired: facts.isTypeMapRequired
    case .isTypeMapped: facts.isTypeMapped
    case .isMethodAllowed: facts.isMethodAllowed
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
    }
  }
}
