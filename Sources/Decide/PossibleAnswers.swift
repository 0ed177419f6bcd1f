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

  var rehearsal: RehearseSettings? {
    if case .rehearsal(let rehearsal) = rule.resource { return rehearsal }
    return nil
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
    default: return clientAnswers(scope) ?? elsewhere(scope)
    }
  }

  private func maintenanceAnswers(_ maintenance: MaintenanceSettings?) -> PossibleAnswers {
    .when(
      maintenance != nil, no: maintenance?.active.value != true, at: maintenance?.position)
  }

  /// Numbers say where a question stands in the graph's picture; what it asks may belong to another block's settings.
  private func elsewhere(_ scope: AnswerScope) -> PossibleAnswers {
    let answers = provisionAnswers(scope) ?? folderAnswers(scope) ?? fileAnswers(scope)
    return answers ?? writeAnswers(scope) ?? .both
  }

  private func ruleAnswers(_ scope: AnswerScope) -> PossibleAnswers {
    guard self == .hasRule else { return elsewhere(scope) }
    let takesAll = scope.site.rules.contains { $0.pattern.path == [0x2F] }
    var answers = PossibleAnswers.when(true, no: !takesAll, at: scope.rule.position)
    answers.noPosition = scope.site.position
    return answers
  }

  /// What a rehearsal answers instead of a resource. That an order can be armed is no matter of settings, and is not told.
  private func rehearsalAnswers(_ scope: AnswerScope) -> PossibleAnswers? {
    let rehearsal = scope.rehearsal
    // What the rule's `methods` leave out is refused as content is that does not take them
    let methods = rehearsal == nil ? nil : scope.rule.methods
    switch self {
    case .hasResource where rehearsal != nil: return .when(true, no: false)
    case .isContentFixed where rehearsal != nil: return .when(true, no: false)
    case .isMethodAllowed where rehearsal != nil:
      return .when(false, no: true, at: methods?.position)
    case .isRehearsed:
      let additions = scope.rule.additions
      let closes = additions.maintenance != nil || additions.blocked != nil
      return .when(rehearsal != nil, no: rehearsal == nil || closes, at: rehearsal?.position)
    case .isRehearsalKnown:
      return .when(true, no: rehearsal?.carriers.contains(.path) ?? false, at: rehearsal?.position)
    case .isRehearsalWellFormed:
      return .when(true, no: rehearsal?.causes == nil, at: rehearsal?.position)
    case .isRehearsalFollowed: return .when(false, at: nil)
    case .isRehearsalAnswered:
      return .when(
        true, no: rehearsal?.canLeaveUnanswered ?? false, at: rehearsal?.position)
    case .isSwitchRehearsed:
      return .when(rehearsal?.canSwitch ?? false, at: rehearsal?.position)
    default: return nil
    }
  }

  /// What a rule says instead of a resource.
  private func provisionAnswers(_ scope: AnswerScope) -> PossibleAnswers? {
    let additions = scope.rule.additions
    if let answers = rehearsalAnswers(scope) { return answers }
    let redirect = scope.redirect?.status.value
    let at = scope.redirect?.to.position ?? scope.rule.position
    switch self {
    case .hasProvision:
      let isResource = scope.files != nil || scope.isContent
      if scope.rehearsal != nil { return .when(true, no: scope.rule.methods != nil) }
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
      // The folder of unfinished files is hidden always
      let isHidden = files.map { $0.hidden.value != .serve || $0.write != nil } ?? false
      return .when(isHidden, at: files?.hidden.position)
    case .isHiddenRefused:
      let isRefused = files?.hidden.value == .refuse
      let canBeHidden = !isRefused || files?.write != nil
      return .when(isRefused, no: canBeHidden, at: files?.hidden.position)
    case .isOutsideRoot: return .when(files != nil, at: files?.links.position)
    case .hasResource: return .when(true, no: files != nil, at: files?.root.position)
    case .hasTombstone:
      let tombstones = scope.rule.additions.tombstones
      return .when(tombstones.value, at: tombstones.value ? tombstones.position : nil)
    case .hasFallback: return .when(files?.fallback != nil, at: files?.fallback?.position)
    case .isContentFixed: return .when(scope.isContent, no: !scope.isContent)
    case .isReadingAllowed: return files.map { .exactly($0.read) }
    case .isListingAllowed: return files.map { orByFolder($0.browse, $0) }
    case .isTypeMapRequired: return files.map { orByFolder($0.mappedTypesOnly, $0) }
    default: return nil
    }
  }

  /// A setting that a folder's own file may turn.
  private func orByFolder(_ setting: Sourced<Bool>, _ files: FilesSettings) -> PossibleAnswers {
    guard let name = files.folderFile else { return .exactly(setting) }
    var answers = PossibleAnswers.both
    answers.yesPosition = setting.value ? setting.position : name.position
    answers.noPosition = setting.value ? name.position : setting.position
    return answers
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

  private func actionAnswers(_ scope: AnswerScope) -> PossibleAnswers {
    switch self {
    case .isActionComplete: return .when(true, no: scope.files != nil)
    case .isListing, .isListingAtFault:
      guard let files = scope.files else { return .when(false) }
      let browse = orByFolder(files.browse, files)
      return .when(browse.canBeYes, at: browse.yesPosition)
    // What helper threads do: listings and changes
    case .isHandlerAtFault:
      guard let files = scope.files else { return .when(false) }
      if let write = files.write { return .when(true, at: write.methods.position) }
      let browse = orByFolder(files.browse, files)
      return .when(browse.canBeYes, at: browse.yesPosition)
    // What is neither has no parts
    case .isRangeServed: return .when(scope.files != nil || scope.isContent)
    case .isFileServed: return .when(scope.files != nil, no: scope.isContent)
    // What is no resource is never retrieved, and never asked what it can: `OPTIONS *` is for the server
    case .isRetrieval: return .when(scope.files != nil || scope.isContent)
    case .isServerAsked: return .when(true, no: scope.files != nil || scope.isContent)
    case .isMethodTrace:
      let trace = scope.site.trace
      return .when(trace.value, at: trace.position)
    default: return elsewhere(scope)
    }
  }
}
