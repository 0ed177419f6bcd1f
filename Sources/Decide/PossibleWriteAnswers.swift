internal import Config
internal import Message

// What settings leave open of who the client is, of what folders say for themselves, and of writing.
extension Question {
  /// What a site and its rule ask of clients.
  func clientAnswers(_ scope: AnswerScope) -> PossibleAnswers? {
    let access = scope.site.access
    let rules = [access.addresses, scope.rule.addresses]
    let deny = rules.lazy.compactMap(\.deny.first).first?.position
    let allow = rules.first { !$0.allow.isEmpty }?.allowPosition
    switch self {
    case .isClientGuarded:
      return .when(!access.isEmpty || deny != nil || allow != nil, no: access.isEmpty)
    case .isSiteClosed: return .exactly(access.closed)
    case .isAddressUnknown: return .when(deny != nil || allow != nil, at: allow ?? deny)
    case .isAddressDenied: return .when(deny != nil, at: deny)
    case .isAddressAllowed:
      var answers = PossibleAnswers.when(true, no: allow != nil)
      answers.noPosition = allow
      return answers
    case .hasHostRules:
      return .when(!access.denyHosts.isEmpty, no: access.denyHosts.isEmpty)
    case .isHostNameUnresolved:
      return .when(access.unresolved.value == .refuse, at: access.unresolved.position)
    case .isHostNameDenied: return .when(true, at: access.denyHosts.first?.position)
    case .hasConcurrencyLimit:
      let limits = access.concurrent != nil || access.concurrentPerAddress != nil
      return .when(limits, no: !limits)
    case .isSiteFull: return .when(access.concurrent != nil, at: access.concurrent?.position)
    case .isClientAtLimit:
      let limit = access.concurrentPerAddress
      return .when(limit != nil, at: limit?.position)
    default: return nil
    }
  }

  /// What folders say for themselves, and scripts.
  func folderAnswers(_ scope: AnswerScope) -> PossibleAnswers? {
    let file = scope.files?.folderFile
    let scripts = scope.files?.scripts
    let hasScripts = scope.files.map { $0.scripts.value != .serve && !$0.scriptTypes.isEmpty }
    switch self {
    case .isFolderGuarded: return .when(file != nil || hasScripts == true)
    case .isFolderFile, .isFolderFileInvalid, .isFolderAddressRefused:
      return .when(file != nil, at: file?.position)
    case .isScript: return .when(hasScripts ?? false, at: scripts?.position)
    case .isScriptHidden:
      let isHidden = scripts?.value == .hide
      var answers = PossibleAnswers.when(isHidden, no: !isHidden, at: scripts?.position)
      answers.noPosition = scripts?.position
      return answers
    default: return nil
    }
  }

  /// What the terms of writing decide.
  func writeAnswers(_ scope: AnswerScope) -> PossibleAnswers? {
    let write = scope.files?.write
    let methods = write?.methods.value ?? MethodSet()
    let at = write?.methods.position
    let hasContent = [.put, .patch, .post].contains { methods.contains($0) }
    let makesMembers = methods.contains(.post) && write?.form == nil
    switch self {
    case .isWrite:
      let isNamed = scope.files != nil && !scope.namedWrites.isEmpty
      return .when(write != nil || isNamed, at: at ?? scope.rule.methods?.position)
    case .isWritingOn:
      let isMore = scope.namedWrites.intersection(methods) != scope.namedWrites
      var answers = PossibleAnswers.when(write != nil, no: isMore, at: at)
      answers.noPosition = scope.rule.methods?.position
      return answers
    case .isCreationRefused:
      let isOnly = write?.createOnly.value == true && methods.contains(.put)
      return .when(isOnly, at: write?.createOnly.position)
    case .isCreation: return .when(methods.contains(.put), at: at)
    case .isLengthDeclared:
      return .when(true, no: write?.requireLength.value ?? false, at: write?.requireLength.position)
    case .isMatchMissing:
      return .when(write?.requireMatch.value ?? false, at: write?.requireMatch.position)
    case .isContentTypeTaken:
      let isNarrow = write.map { !$0.types.value.isEmpty } ?? false
      return .when(true, no: isNarrow, at: write?.types.position)
    case .isWriteContentPart: return .when(hasContent, at: at)
    case .isContentCodingTaken, .isLengthKnown: return .when(true, no: hasContent, at: at)
    case .isNameTaken: return .when(hasContent, at: at)
    case .isPatch, .isPatchMalformed, .isPatchInapplicable:
      return .when(methods.contains(.patch), at: at)
    case .isPatchTestFailed:
      return .when(methods.contains(.patch), no: write?.schema != nil, at: at)
    // What is no JSON does not take PATCH (405)
    case .isPatchTargetJSON: return .when(true, no: false, at: at)
    case .isContentAtFault:
      return .when(methods.contains(.patch) || write?.schema != nil, at: at)
    case .isSchemaBroken: return .when(write?.schema != nil, at: write?.schema?.file.position)
    case .isWriteTargetBuried:
      let tombstones = scope.rule.additions.tombstones
      return .when(tombstones.value, at: tombstones.value ? tombstones.position : nil)
    case .isPatched:
      let isReplaced = methods.contains(.put)
      return .when(methods.contains(.patch), no: isReplaced, at: at)
    case .isDocumentNotJSON: return .when(methods.contains(.patch), at: at)
    case .isCollectionFull, .isDeleted: return .when(methods.contains(.delete), at: at)
    case .isFormTaken: return .when(write?.form != nil, at: write?.form?.position)
    case .isFormReset:
      let isReset = write?.then.value == nil
      // Where nobody wrote `then`, it is `form` that lets the form be taken
      let isWritten = write?.then.position.isBuiltIn == false
      var answers = PossibleAnswers.when(
        isReset, no: !isReset, at: isWritten ? write?.then.position : write?.form?.position)
      answers.noPosition = write?.then.position
      return answers
    case .isCreated: return .when(methods.contains(.put) || makesMembers, at: at)
    case .isMemberCreated:
      return .when(makesMembers, no: methods.contains(.put), at: at)
    case .isWriteDone, .isWriteAtFault: return .when(write != nil, at: at)
    default: return nil
    }
  }
}
