public import Config
public import Facts
public import Message

/// What tipped a verdict. All that applies is set; the rest is empty.
public struct Evidence: Equatable, Sendable {
  /// The unit of `limit` and `measured`.
  public enum Unit: UInt8, Sendable {
    case none, bytes, fields, ranges, connections, milliseconds, bytesPerSecond, requests
    /// `measured` is the number of an armed order.
    case order
  }

  /// The setting that decided, where one did, and where it is written (built-in where nobody wrote it).
  public var key: SettingKey = .none
  public var position: Position = .builtIn
  /// The rule that governed the request, built-in where none did: where a setting that nobody wrote yet would go.
  public var rule: Position = .builtIn
  /// The part of the message that decided, with the offset of its first byte; `whole` at 0 where none did.
  public var part: MessagePart = .whole
  public var offset: UInt64 = 0
  /// The field's name as a slice of the head.
  public var field: ByteSlice = .empty
  public var unit: Unit = .none
  public var limit: UInt64 = 0
  public var measured: UInt64 = 0
  /// Error number of the operating system; 0: none.
  public var systemError: Int32 = 0

  public init() {}

  /// ELOOP, which Linux gives the same number everywhere that Swift runs.
  static let circleError: Int32 = 40

  init(key: SettingKey, at position: Position) {
    self.key = key
    self.position = position
  }
}

extension Ending {
  /// The evidence of this ending for these facts.
  public func evidence(_ facts: borrowing Facts) -> Evidence {
    var evidence = tippingEvidence(facts)
    evidence.rule = facts.route.rulePosition
    return evidence
  }

  private func tippingEvidence(_ facts: borrowing Facts) -> Evidence {
    let positions = facts.resource.positions
    switch self {
    case .serverFull:
      var evidence = Evidence(key: .limitConnections, at: facts.connection.limitPosition)
      evidence.unit = .connections
      evidence.limit = facts.connection.limit
      evidence.measured = facts.connection.openCount
      return evidence
    case .fault: return Evidence(of: facts.fault, limitAt: facts.faultPosition)
    case .contentFault:
      var evidence = Evidence(of: facts.content.fault, limitAt: facts.content.faultPosition)
      if evidence.key == .limitContent { evidence.key = facts.content.limitKey }
      return evidence
    case .methodUnknown: return Evidence(in: .method)
    case .expectationUnknown: return Evidence(in: .fieldValue)
    case .targetUnsecured: return Evidence(in: .target)
    case .siteMissing: return Evidence(key: .siteNames, at: facts.route.sitePosition)
    case .siteClosed, .addressUnknown, .addressDenied, .addressNotAllowed, .hostNameUnresolved,
      .hostNameDenied, .siteFull, .clientAtLimit:
      return clientEvidence(facts)
    case .folderFileAsked, .folderFileInvalid, .folderAddressRefused, .scriptRefused, .scriptHidden:
      return folderEvidence(facts)
    case .ruleMissing: return Evidence(key: .rulePath, at: facts.route.sitePosition)
    case .hiddenRefused, .hiddenSegment, .hiddenFile:
      return Evidence(key: .filesHidden, at: positions.hidden)
    case .linkLeavesRoot: return linkEvidence(facts)
    case .fileMissing, .unreadable, .notRegularFile:
      var evidence = Evidence(key: .filesRoot, at: positions.root)
      evidence.systemError = facts.resource.systemError
      return evidence
    case .readingOff: return Evidence(key: .filesRead, at: positions.read)
    case .listingDenied: return Evidence(key: .filesBrowse, at: positions.browse)
    case .typeNotMapped: return Evidence(key: .filesOnlyMappedTypes, at: positions.mappedTypes)
    case .methodNotAllowed: return methodEvidence(facts)
    case .contentTooLarge:
      var evidence = Evidence(key: facts.content.limitKey, at: facts.content.limitPosition)
      evidence.unit = .bytes
      evidence.limit = facts.content.limit
      if case .length(let declared) = facts.framing { evidence.measured = declared }
      return evidence
    case .rangesExcessive: return excessEvidence(facts)
    case .rangeUnsatisfiable:
      var evidence = Evidence(in: .fieldValue)
      evidence.unit = .bytes
      evidence.limit = facts.resource.length
      return evidence
    case .handlerFailed, .listingFailed, .contentEndedEarly, .fileOpenFailed:
      return actionEvidence(facts)
    case .ifMatchFailed, .ifUnmodifiedSinceFailed, .ifNoneMatchFailed, .entityTagMatched,
      .notModifiedSince:
      return Evidence(in: .fieldValue)
    case .slashMissing, .slashMissingMethodKept: return Evidence(in: .target)
    case .rangeServed, .rangesServed, .fileServed: return fallbackEvidence(facts)
    case .inMaintenance, .blocked, .gone, .teapot, .movedPermanently, .found, .seeOther,
      .temporaryRedirect, .permanentRedirect, .buried:
      return evidenceOfRule(facts)
    case .variantListServed, .choiceLeft, .mediaTypeNotAcceptable, .languageNotAcceptable,
      .codingNotAcceptable, .variantNotAcceptable, .variantNegotiates:
      return evidenceOfSelection(facts)
    case .rehearsed, .rehearsalUnanswered, .rehearsalMalformed, .rehearsalUnknown,
      .switchNotOffered, .switchVersionUnknown, .handshakeMalformed:
      return evidenceOfRehearsal(facts)
    case .options, .serverOptions, .traceEchoed, .listingServed, .contentServed:
      return Evidence()
    default: return evidenceOfWriting(facts)
    }
  }

  private func linkEvidence(_ facts: borrowing Facts) -> Evidence {
    let positions = facts.resource.positions
    // Links that lead in a circle are followed by nobody, whatever the setting is
    let isCircle = facts.resource.systemError == Evidence.circleError
    var evidence = Evidence(
      key: isCircle ? .filesRoot : .filesLinks, at: isCircle ? positions.root : positions.links)
    evidence.systemError = facts.resource.systemError
    return evidence
  }

  private func excessEvidence(_ facts: borrowing Facts) -> Evidence {
    // Few that overlap are too many whatever the setting is (RFC 9110 section 14.2)
    guard facts.range.count > facts.range.limit else { return Evidence(in: .fieldValue) }
    var evidence = Evidence(key: .limitRanges, at: facts.range.limitPosition)
    evidence.unit = .ranges
    evidence.limit = facts.range.limit
    evidence.measured = facts.range.count
    return evidence
  }

  /// What the rule says before its resource is looked at.
  private func evidenceOfRule(_ facts: borrowing Facts) -> Evidence {
    switch self {
    case .inMaintenance:
      let key: SettingKey = facts.rule.isByFile ? .maintenanceFile : .maintenance
      return Evidence(key: key, at: facts.rule.position)
    case .blocked:
      let key: SettingKey = facts.rule.isForEverybody ? .ruleBlockedBy : .ruleBlocked
      return Evidence(key: key, at: facts.rule.position)
    case .gone: return Evidence(key: .ruleGone, at: facts.rule.position)
    case .teapot: return Evidence(key: .ruleTeapot, at: facts.rule.position)
    case .movedPermanently, .found, .seeOther, .temporaryRedirect, .permanentRedirect:
      return Evidence(key: .ruleRedirect, at: facts.rule.position)
    case .buried: return Evidence(key: .ruleTombstones, at: facts.rule.tombstonesPosition)
    default: return Evidence()
    }
  }

  /// Which representation was wanted, and which there are.
  private func evidenceOfSelection(_ facts: borrowing Facts) -> Evidence {
    switch self {
    case .variantListServed: return Evidence(in: .fieldValue)
    case .choiceLeft: return Evidence(key: .filesChoice, at: facts.negotiation.choice)
    case .mediaTypeNotAcceptable, .languageNotAcceptable, .codingNotAcceptable,
      .variantNotAcceptable:
      var evidence = Evidence(key: .filesStrict, at: facts.negotiation.strict)
      evidence.part = .fieldValue
      return evidence
    case .variantNegotiates:
      return Evidence(key: .filesVariants, at: facts.negotiation.variants)
    default: return Evidence()
    }
  }

  /// What was served in the place of what is missing: the setting that says so.
  private func fallbackEvidence(_ facts: borrowing Facts) -> Evidence {
    guard facts.rule.isFallback else { return Evidence() }
    return Evidence(key: .filesFallback, at: facts.rule.position)
  }

  /// Which rule rehearses or which order is armed, and where the grammar was left.
  private func evidenceOfRehearsal(_ facts: borrowing Facts) -> Evidence {
    var evidence = Evidence()
    if facts.rehearsal.armed == 0 {
      evidence.key = .ruleRehearse
      evidence.position = facts.rule.position
    } else {
      evidence.unit = .order
      evidence.measured = UInt64(facts.rehearsal.armed)
    }
    evidence.part = facts.rehearsal.part
    evidence.offset = facts.rehearsal.offset
    evidence.field = facts.rehearsal.field
    return evidence
  }

  /// Who the client is, and how many of it there are.
  private func clientEvidence(_ facts: borrowing Facts) -> Evidence {
    var evidence = Evidence(key: facts.client.key, at: facts.client.position)
    if self == .siteFull || self == .clientAtLimit {
      evidence.unit = .requests
      evidence.limit = facts.client.limit
      evidence.measured = facts.client.measured
    }
    return evidence
  }

  /// What a folder says for itself, and scripts.
  private func folderEvidence(_ facts: borrowing Facts) -> Evidence {
    var evidence = Evidence(key: facts.folder.key, at: facts.folder.position)
    evidence.systemError = facts.folder.systemError
    return evidence
  }

  private func methodEvidence(_ facts: borrowing Facts) -> Evidence {
    if facts.method == .trace {
      return Evidence(key: .siteTrace, at: facts.route.tracePosition)
    }
    if facts.rule.provision == .teapot {
      return Evidence(key: .ruleTeapot, at: facts.rule.position)
    }
    if facts.write.isOn {
      // The rule lets the method write, and what stands here does not take it
      var evidence = Evidence(key: .writeMethods, at: facts.write.positions.methods)
      evidence.part = .method
      return evidence
    }
    // Where the rule does not say what it takes, `write` does
    if MethodSet.writing.contains(facts.method), facts.resource.positions.methods == .builtIn,
      facts.resource.kind != .content
    {
      return Evidence(key: .writeMethods, at: facts.write.positions.methods)
    }
    return Evidence(key: .ruleMethods, at: facts.resource.positions.methods)
  }

  private func actionEvidence(_ facts: borrowing Facts) -> Evidence {
    var evidence = Evidence()
    evidence.systemError = facts.action.systemError
    // No setting made a handler fail
    if self != .handlerFailed {
      evidence.key = .filesRoot
      evidence.position = facts.resource.positions.root
    }
    if self == .contentEndedEarly {
      evidence.unit = .bytes
      evidence.limit = facts.resource.length
      evidence.measured = facts.action.available
    }
    return evidence
  }
}

extension Evidence {
  init(in part: MessagePart) {
    self.part = part
  }

  /// A fault's own place, its limit, and the setting that the limit comes from.
  init(of fault: MessageFault, limitAt position: Position) {
    self.position = position
    part = fault.part
    offset = fault.offset
    field = fault.field
    limit = fault.limit
    measured = fault.measured
    key = SettingKey(limitOf: fault.kind)
    switch key {
    case .none: break
    case .limitFields: unit = .fields
    case .limitHeadTime, .limitContentTime: unit = .milliseconds
    case .limitContentRate: unit = .bytesPerSecond
    default: unit = .bytes
    }
  }
}

extension Ending {
  /// The field that decides an ending by what it says; nil where no field does.
  var decidingField: FieldName? {
    switch self {
    case .expectationUnknown: .expect
    case .ifMatchFailed, .changedMeanwhile: .ifMatch
    case .ifUnmodifiedSinceFailed: .ifUnmodifiedSince
    case .ifNoneMatchFailed, .entityTagMatched: .ifNoneMatch
    case .notModifiedSince: .ifModifiedSince
    case .rangesExcessive, .rangeUnsatisfiable: .range
    case .variantListServed: .negotiate
    case .mediaTypeNotAcceptable, .variantNotAcceptable: .accept
    case .languageNotAcceptable: .acceptLanguage
    case .codingNotAcceptable: .acceptEncoding
    case .contentPartRefused: .contentRange
    case .codingNotTaken: .contentEncoding
    case .patchTargetNotJSON, .patchFormatNotTaken, .typeNotTaken: .contentType
    default: nil
    }
  }
}

extension Ending {
  /// Whether `Evidence.locate` has something to look for.
  public var hasPlaceInHead: Bool {
    switch self {
    case .methodUnknown, .slashMissing, .slashMissingMethodKept, .nameOfCollection,
      .targetUnsecured, .addressUnknown:
      true
    default: decidingField != nil
    }
  }
}

extension Evidence {
  /// Adds where in the head the deciding part stands, for endings that a part of the message decides. A fault brings its own place.
  /// `bytes` are those that the head's slices point into.
  public mutating func locate(
    _ ending: Ending, in head: borrowing RequestHead, _ bytes: Span<UInt8>
  ) {
    if let name = ending.decidingField {
      for line in head.fields where line.id == name {
        var place = Int(line.value.start)
        if ending == .expectationUnknown {
          guard let other = Self.otherExpectation(bytes.extracting(line.value.range)) else {
            continue
          }
          place += other
        }
        part = .fieldValue
        offset = UInt64(place)
        field = line.name
        return
      }
      // The field would have decided, and is not there
      if part == .fieldValue { part = .whole }
    }
    switch ending {
    case .addressUnknown:
      // The last line by which a proxy could have told; none where the peer itself has no address
      for line in head.fields where line.id == .forwarded || line.id == .xForwardedFor {
        part = .fieldValue
        offset = UInt64(line.value.start)
        field = line.name
      }
    case .methodUnknown: offset = UInt64(head.methodName.start)
    case .slashMissing, .slashMissingMethodKept, .nameOfCollection, .targetUnsecured:
      offset = UInt64(head.target.start)
    default: break
    }
  }

  /// Where in an Expect field's value the first member is that is no `100-continue` (RFC 9110 section 10.1.1); nil where there is none.
  private static func otherExpectation(_ value: Span<UInt8>) -> Int? {
    let known: StaticString = "100-continue"
    var start = 0
    while start < value.count {
      var end = start
      while end < value.count, value[end] != 0x2C { end += 1 }
      var last = end
      while start < last, value[start] == 0x20 || value[start] == 0x09 { start += 1 }
      while start < last, value[last - 1] == 0x20 || value[last - 1] == 0x09 { last -= 1 }
      var isKnown = last - start == known.utf8CodeUnitCount
      if isKnown {
        for index in start..<last
        where value[index] | 0x20 != known.utf8Start[index - start] | 0x20 { isKnown = false }
      }
      if !isKnown, start < last { return start }
      start = end + 1
    }
    return nil
  }
}
