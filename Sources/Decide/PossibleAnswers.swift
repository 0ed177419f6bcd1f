public import Config
internal import Message

/// How a question can be answered under a rule, judged by settings alone, and the line that lets it be so.
public struct PossibleAnswers: Equatable, Sendable {
  public var canBeYes: Bool
  public var canBeNo: Bool
  /// The setting that allows the answer; nil where the message, the disk or the time decides.
  public var yesPosition: Position?
  public var noPosition: Position?

  /// Both: what is asked is no matter of settings.
  static let both = PossibleAnswers(canBeYes: true, canBeNo: true)

  static func when(_ condition: Bool, no: Bool = true, at position: Position? = nil) -> Self {
    PossibleAnswers(canBeYes: condition, canBeNo: no, yesPosition: position, noPosition: position)
  }

  /// One setting, on or off, is the answer.
  static func exactly(_ setting: Sourced<Bool>) -> Self {
    .when(setting.value, no: !setting.value, at: setting.position)
  }
}

/// A site and one of its rules, for which questions are looked at.
public struct AnswerScope: Sendable {
  public var settings: Settings
  public var site: Site
  public var rule: Rule

  var files: FilesSettings? {
    if case .files(let files) = rule.resource { return files }
    return nil
  }

  var redirect: RedirectSettings? {
    if case .redirect(let redirect) = rule.resource { return redirect }
    return nil
  }

  /// Methods that the rule names and that would change something.
  var namedWrites: MethodSet {
    (rule.methods?.value ?? MethodSet()).intersection(
      MethodSet([.put, .delete, .patch, .post]))
  }

  var isContent: Bool {
    if case .content = rule.resource { return true }
    return false
  }
}

extension Question {
  /// The answers that the settings of this scope allow. A question that is not mentioned can be answered either way.
  public func possibleAnswers(_ scope: AnswerScope) -> PossibleAnswers {
    switch block {
    case .connection, .message: .both
    case .site: siteAnswers(scope)
    case .resource: ruleAnswers(scope)
    case .selection: selectionAnswers(scope)
    case .preconditions, .ranges: .both
    case .content, .action: actionAnswers(scope)
    }
  }

  private func siteAnswers(_ scope: AnswerScope) -> PossibleAnswers {
    switch self {
    case .hasSite:
      let takesAll = scope.settings.sites.contains { $0.names.isEmpty && $0.ports.isEmpty }
      var answers = PossibleAnswers.when(true, no: !takesAll, at: scope.site.position)
      answers.noPosition = scope.settings.sites.first?.position
      return answers
    case .isSiteInMaintenance: return maintenanceAnswers(scope.site.additions.maintenance)
    default: return elsewhere(scope)
    }
  }

  private func maintenanceAnswers(_ maintenance: MaintenanceSettings?) -> PossibleAnswers {
    .when(
      maintenance != nil, no: maintenance?.active.value != true, at: maintenance?.position)
  }

  /// Numbers say where a question stands in the graph's picture; what it asks may belong to another block's settings.
  private func elsewhere(_ scope: AnswerScope) -> PossibleAnswers {
    let answers = provisionAnswers(scope) ?? fileAnswers(scope) ?? writeAnswers(scope)
    return answers ?? .both
  }

  private func ruleAnswers(_ scope: AnswerScope) -> PossibleAnswers {
    guard self == .hasRule else { return elsewhere(scope) }
    let takesAll = scope.site.rules.contains { $0.pattern.path == [0x2F] }
    var answers = PossibleAnswers.when(true, no: !takesAll, at: scope.rule.position)
    answers.noPosition = scope.site.position
    return answers
  }

  /// What a rule says instead of a resource.
  private func provisionAnswers(_ scope: AnswerScope) -> PossibleAnswers? {
    let additions = scope.rule.additions
    let redirect = scope.redirect?.status.value
    let at = scope.redirect?.to.position ?? scope.rule.position
    switch self {
    case .hasProvision:
      let isResource = scope.files != nil || scope.isContent
      return .when(
        !isResource || additions.maintenance != nil || additions.blocked != nil, no: isResource)
    case .isRuleInMaintenance: return maintenanceAnswers(additions.maintenance)
    case .isBlocked:
      let blocked = additions.blocked
      return .when(
        blocked != nil, no: blocked.map { !$0.from.isEmpty } ?? true, at: blocked?.position)
    case .isGone:
      if case .gone(let position) = scope.rule.resource {
        return .when(true, no: false, at: position)
      }
      if case .teapot = scope.rule.resource { return .when(false) }
      return .when(false, no: redirect != nil)
    case .isTeapot:
      if case .teapot(let position) = scope.rule.resource {
        return .when(true, no: false, at: position)
      }
      return .when(false, no: redirect != nil)
    case .isSeeOther: return .when(redirect == .seeOther, no: redirect != .seeOther, at: at)
    case .isRedirectMethodKept:
      let isKept = redirect == .temporary || redirect == .permanent
      return .when(isKept, no: !isKept, at: at)
    case .isRedirectPermanent:
      return .when(redirect == .permanent, no: redirect != .permanent, at: at)
    case .isMovedPermanently:
      return .when(redirect == .movedPermanently, no: redirect != .movedPermanently, at: at)
    default: return nil
    }
  }

  /// What a folder's settings decide.
  private func fileAnswers(_ scope: AnswerScope) -> PossibleAnswers? {
    let files = scope.files
    switch self {
    case .isPathHidden:
      let hidden = files?.hidden
      return .when(hidden.map { $0.value != .serve } ?? false, at: hidden?.position)
    case .isHiddenRefused:
      let isRefused = files?.hidden.value == .refuse
      return .when(isRefused, no: !isRefused, at: files?.hidden.position)
    case .isOutsideRoot: return .when(files != nil, at: files?.links.position)
    case .hasResource: return .when(true, no: files != nil, at: files?.root.position)
    case .hasTombstone:
      let tombstones = scope.rule.additions.tombstones
      return .when(tombstones.value, at: tombstones.value ? tombstones.position : nil)
    case .hasFallback: return .when(files?.fallback != nil, at: files?.fallback?.position)
    case .isContentFixed: return .when(scope.isContent, no: !scope.isContent)
    case .isReadingAllowed: return files.map { .exactly($0.read) }
    case .isListingAllowed: return files.map { .exactly($0.browse) }
    case .isTypeMapRequired: return files.map { .exactly($0.mappedTypesOnly) }
    default: return nil
    }
  }

  private func selectionAnswers(_ scope: AnswerScope) -> PossibleAnswers {
    let negotiation = scope.files?.negotiation
    switch self {
    case .isNegotiated:
      let canBe =
        negotiation.map { negotiation in
          negotiation.variants.value || negotiation.strict.value
            || !negotiation.precompressed.value.isEmpty
            || !negotiation.compress.codings.value.isEmpty
        } ?? false
      return .when(canBe)
    case .isVariantListAsked, .isVariantNegotiated:
      return .when(negotiation?.variants.value ?? false, at: negotiation?.variants.position)
    case .isChoiceLeftToClient:
      let isLeft = negotiation?.choice.value == .client
      return .when(isLeft, no: true, at: negotiation?.choice.position)
    case .isAcceptanceRequired:
      return negotiation.map { .exactly($0.strict) } ?? .both
    default: return elsewhere(scope)
    }
  }

  /// What the terms of writing decide.
  private func writeAnswers(_ scope: AnswerScope) -> PossibleAnswers? {
    let write = scope.files?.write
    let at = write?.methods.position
    switch self {
    case .isWrite:
      let isNamed = scope.files != nil && !scope.namedWrites.isEmpty
      return .when(write != nil || isNamed, at: at ?? scope.rule.methods?.position)
    case .isWritingOn:
      let allowed = write?.methods.value ?? MethodSet()
      let isMore = scope.namedWrites.intersection(allowed) != scope.namedWrites
      var answers = PossibleAnswers.when(write != nil, no: isMore, at: at)
      answers.noPosition = scope.rule.methods?.position
      return answers
    case .isCreationRefused, .isNameTaken:
      return .when(write?.createOnly.value ?? false, at: write?.createOnly.position)
    case .isLengthKnown, .isLengthDeclared:
      return .when(true, no: write?.requireLength.value ?? false, at: write?.requireLength.position)
    case .isMatchMissing:
      return .when(write?.requireMatch.value ?? false, at: write?.requireMatch.position)
    case .isContentTypeTaken:
      let isNarrow = write.map { !$0.types.value.isEmpty } ?? false
      return .when(true, no: isNarrow, at: write?.types.position)
    case .isPatch, .isPatched, .isJSONMalformed:
      return .when(write?.methods.value.contains(.patch) ?? false, at: at)
    case .isDeleted: return .when(write?.methods.value.contains(.delete) ?? false, at: at)
    case .isFormTaken: return .when(write?.form != nil, at: write?.form?.position)
    case .isFormReset:
      let isReset = write?.then.value == nil
      return .when(isReset, no: !isReset, at: write?.then.position)
    case .isWriteDone, .isWriteAtFault: return .when(write != nil, at: at)
    default: return nil
    }
  }

  private func actionAnswers(_ scope: AnswerScope) -> PossibleAnswers {
    switch self {
    case .isActionComplete: return .when(true, no: scope.files != nil)
    case .isListing, .isListingAtFault:
      let browse = scope.files?.browse
      return .when(browse?.value ?? false, at: browse?.position)
    case .isFileServed: return .when(scope.files != nil, no: scope.isContent)
    case .isMethodTrace:
      let trace = scope.site.trace
      return .when(trace.value, at: trace.position)
    default: return elsewhere(scope)
    }
  }
}
