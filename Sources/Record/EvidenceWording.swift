internal import Config
internal import Decide

/// The evidence of a record in sentences: what tipped the verdict, and what to write so that it goes another way.
struct EvidenceWording {
  let evidence: RecordedEvidence
  let ending: Ending?
  /// The recorded cause's code.
  let cause: String?
  let method: String?
  let host: String?
  let port: UInt16?
  let path: String?
  /// Nobody can tell the client's address: a proxy does not, or it is on a Unix socket.
  let isClientUnknown: Bool

  init(_ exchange: RecordedExchange) {
    evidence = exchange.evidence ?? RecordedEvidence()
    ending = exchange.ending.flatMap(Ending.init(rawValue:))
    cause = exchange.cause
    method = exchange.method
    isClientUnknown = exchange.client.map { $0 == "unknown" || $0.hasPrefix("unix:") } ?? false
    host = exchange.host
    port = exchange.port
    path = exchange.target.flatMap { $0.split(separator: "?", maxSplits: 1).first.map(String.init) }
  }

  init(_ attempt: RecordedAttempt) {
    evidence = attempt.evidence ?? RecordedEvidence()
    ending = attempt.ending.flatMap(Ending.init(rawValue:))
    cause = attempt.cause
    (method, host, port, path) = (nil, nil, nil, nil)
    isClientUnknown = false
  }

  /// What tipped the verdict, a sentence each.
  var findings: [String] {
    var sentences: [String] = []
    if ending == .serverFull, evidence.systemError != nil {
      sentences.append("The operating system could not watch one more connection.")
    } else if let ending, ending != .fault, ending != .contentFault {
      sentences.append(EndingWording.text(of: ending))
    }
    if let fault { sentences.append(fault) }
    if let limit { sentences.append(limit) } else if let setting { sentences.append(setting) }
    if let message = evidence.message {
      let end = message.hasSuffix("?") ? "" : "."
      sentences.append("What is wrong there: \(Wording.shown(message))\(end)")
    }
    if fault == nil, let place { sentences.append(place) }
    if let measure { sentences.append(measure) }
    if let order { sentences.append(order) }
    if let error = evidence.systemError {
      let name = evidence.systemErrorName.map { " (\(Wording.shown($0)))" } ?? ""
      sentences.append("The operating system's error was \(error)\(name).")
    }
    if evidence.key == SettingKey.siteNames.name.description, let host {
      let at = port.map { ", on port \($0)" } ?? ""
      sentences.append("The request was for the host `\(Wording.shown(host))`\(at).")
    }
    return sentences
  }

  /// Which armed order it was.
  private var order: String? {
    guard evidence.unit == "order", let number = evidence.measured else { return nil }
    return Self.whichOrder(number)
  }

  static func whichOrder(_ number: UInt64) -> String {
    "`statusline arm` had put order \(number) into the site; `statusline disarm \(number)` ends "
      + "it before its time, and `statusline stats` lists what is armed."
  }

  // MARK: Faults of the message

  private var fault: String? {
    guard ending == nil || ending == .fault || ending == .contentFault, let cause,
      let kind = FaultWording.kind(ofCause: cause)
    else { return nil }
    let field = evidence.field.map { ", in the field line `\(Wording.shown($0))`" } ?? ""
    let offset = evidence.offset ?? 0
    let place = "At byte \(offset) of the request (counted from 0)\(field)"
    return "\(place): \(FaultWording.text(of: kind))."
  }

  /// Which part of the message decided, where it is no fault.
  private var place: String? {
    guard let part = evidence.part else { return nil }
    let field = evidence.field.map { " of `\(Wording.shown($0))`" } ?? ""
    let offset = evidence.offset ?? 0
    let words = Wording.shown(part).replacing("-", with: " ")
    if part == "content", ending == .jsonMalformed {
      return "What decided was the request's content, at its byte \(offset) (counted from 0)."
    }
    if offset == 0 { return "What decided was the request's \(words)\(field)." }
    return "What decided was the request's \(words)\(field), at byte \(offset) (counted from 0)."
  }

  // MARK: Settings

  private var key: SettingKey? {
    guard let name = evidence.key else { return nil }
    return SettingKey.allCases.first { $0 != .none && $0.name.description == name }
  }

  var isBuiltIn: Bool { evidence.position == nil || evidence.position == Self.builtIn }
  var isOnCommandLine: Bool { evidence.position == Self.commandLine }

  /// A rehearsal took the request, and it asks for what is not in its grammar or not there.
  private var isAskedWrongly: Bool {
    switch ending {
    case .rehearsalMalformed, .rehearsalUnknown, .switchNotOffered, .switchVersionUnknown,
      .handshakeMalformed:
      true
    default: false
    }
  }

  /// No more ranges than this can be set (`ByteRanges.countMax`).
  private static let rangesMax: UInt64 = 32

  static let builtIn = "built-in default"
  /// What `statusline rehearse` calls its configuration.
  static let builtInRehearsal = "built-in rehearsal"
  static let commandLine = "command line"

  /// `files.browse is off: built-in default, not written anywhere.`
  private var setting: String? {
    guard let name = evidence.key.map(Wording.shown) else { return nil }
    let state = key.flatMap(SettingAdvice.of)?.state ?? "decided"
    switch key {
    case .rulePath: return isBuiltIn ? nil : "The site is at \(written)."
    case .siteNames: return nil
    case .filesFolderFile where ending == .folderFileInvalid:
      return "The file that cannot be used, and the place in it: \(written)."
    case .ruleMethods where isBuiltIn: return takenByKind
    case .writeMethods where isTakenElsewhere: return takenElsewhere
    case .ruleBlocked where isClientUnknown:
      return "blocked.from has networks (\(written)), and nobody can tell the client's address: "
        + "it may be in one of them."
    case .filesRoot: return folder
    case .filesLinks where isLinkOut: return linkOut
    default: break
    }
    if key == .ruleMethods, let method {
      return "methods does not have `\(Wording.shown(method))` (\(written))."
    }
    if isBuiltIn { return "\(name) \(state): built-in default, not written anywhere." }
    return "\(name) \(state) (\(written))."
  }

  var written: String { Wording.name(evidence.position ?? Self.builtIn) }

  /// `limits.target is 8 KiB (site.yaml:4:12); this target had 9001 bytes.`
  private var limit: String? {
    guard let name = evidence.key.map(Wording.shown), let unit = evidence.unit,
      let limit = evidence.limit, name.hasPrefix("limits.") || key == .writeContent
    else { return nil }
    let place = isBuiltIn ? "built-in default, not written anywhere" : written
    let measured = measuredLimit(unit: unit, evidence.measured ?? 0)
    return "\(name) is \(Self.quantity(limit, unit)) (\(place)); \(measured)."
  }

  private static func quantity(_ value: UInt64, _ unit: String) -> String {
    switch unit {
    case "bytes": Wording.configured(bytes: value)
    case "milliseconds": Wording.configured(milliseconds: value)
    case "bytes-per-second": "\(Wording.configured(bytes: value)) a second"
    default: "\(value)"
    }
  }

  private func measuredLimit(unit: String, _ value: UInt64) -> String {
    let bytes = Wording.measured(bytes: value)
    if isCutOff { return "\(cutOff) had at least \(bytes), and no more of it was read" }
    return switch key {
    case .limitFields:
      "this \(evidence.part == "trailer" ? "trailer section" : "head") had at least \(value) "
        + "field lines, and no more of them were read"
    case .limitContent, .writeContent:
      ending == .patchInapplicable
        ? "this patch copies \(bytes)" : "this content was declared with \(bytes)"
    case .limitRanges: "this request asked for \(value)"
    case .limitConnections, .siteConcurrent, .siteConcurrentPerAddress:
      "with this one there were \(value)"
    case .limitHeadTime:
      "this head had not ended after \(Wording.configured(milliseconds: value))"
    case .limitContentTime:
      "this content had not ended after \(Wording.configured(milliseconds: value))"
    case .limitContentRate: "this content came at \(bytes) a second"
    default: "this one came to \(unit == "bytes" ? bytes : Self.quantity(value, unit))"
    }
  }

  /// Reading ended where the limit was passed: how much the whole would have been, nobody knows.
  private var isCutOff: Bool {
    switch key {
    case .limitTarget, .limitHead, .limitField, .limitChunkExtensions, .limitTrailers: true
    case .limitContent, .writeContent: ending != .contentTooLarge && ending != .patchInapplicable
    default: false
    }
  }

  private var cutOff: String {
    switch key {
    case .limitTarget: "this target"
    case .limitHead: "this head"
    case .limitField: "this field line"
    case .limitChunkExtensions: "the chunk extensions of this content"
    case .limitTrailers: "this trailer section"
    default: "this content"
    }
  }

  /// Stands behind a value that may still be too small.
  private var orMore: String { isCutOff || key == .limitFields ? ", or to more" : "" }

  /// A measure that belongs to no limit of the configuration.
  private var measure: String? {
    guard evidence.unit != nil, evidence.unit != "order", limit == nil, let bytes = evidence.limit
    else { return nil }
    switch ending {
    case .rangeUnsatisfiable:
      return "The representation has \(Wording.measured(bytes: bytes))."
    // Its own words say it
    case .patchInapplicable: return nil
    case .contentEndedEarly:
      return "It had \(Wording.measured(bytes: bytes)), and gave "
        + "\(Wording.measured(bytes: evidence.measured ?? 0))."
    default:
      let unit = evidence.unit.map(Wording.shown) ?? ""
      return "The limit was \(bytes) \(unit), the measure \(evidence.measured ?? 0)."
    }
  }
}

// MARK: - What to change

extension EvidenceWording {
  /// What to write, and where; nil where no setting decided or none would help.
  var change: String? {
    guard let key, let advice = SettingAdvice.of(key) else { return nil }
    switch key {
    case .ruleMethods where isBuiltIn: return nil
    case .writeMethods: return changeOfWriteMethods(advice)
    case .filesRoot: return changeOfFolder
    case .filesLinks where isLinkOut: return changeOfLinkOut
    case .filesFolderFile where ending == .folderFileInvalid:
      return "To serve what the file governs, correct it at \(written), or remove it."
    case .filesFolderFile:
      return "To serve such a file to everybody, give it another name, without a dot in front; or "
        + "give the settings of "
        + "folders another one at \(written), and rename their files as well, or what they say "
        + "holds no longer."
    case .allow where ending == .addressUnknown, .deny where ending == .addressUnknown:
      return
        "To answer this client, let the proxy say whom it asks for, in one field that it writes "
        + "itself (`forwarding` names it); or take out the rules about addresses, here at "
        + "\(written)."
    case .allow where !isBuiltIn, .deny where !isBuiltIn, .denyHosts where !isBuiltIn:
      return "\(advice.purpose) at \(written)."
    case .ruleMethods:
      let name = method.map { "`\(Wording.shown($0))`" } ?? "the method"
      return "\(advice.purpose), add \(name) to the list of `methods` at \(written), "
        + "if this kind of resource can answer it."
    case .siteNames:
      let name = host.map { "`\(Wording.shown($0))`" } ?? "the host name"
      return "\(advice.purpose), add \(name) to the `names` of a site that answers on this port, "
        + "or leave `names` out of one site, which then answers for every name."
    case .rulePath:
      let line =
        path.flatMap { Self.isPlain($0) ? "`path: \($0)`" : nil }
        ?? "the `path` of this request, decoded,"
      let site = isBuiltIn ? "the site" : "the site at \(written)"
      return "\(advice.purpose), write a rule with \(line) under `rules` in \(site)."
    case .ruleRehearse where isAskedWrongly:
      return "To get what is meant, correct the request: what is wrong with it is named above."
    case .ruleRehearse where written.hasPrefix(Self.builtInRehearsal):
      return "To get another answer, ask for another one: this is the rehearsal that "
        + "`statusline rehearse` brings along, and no file says it."
    case .ruleGone, .ruleTeapot, .ruleRehearse:
      return "\(advice.purpose), write a resource such as `files` in the place of `\(key.name)` at "
        + "\(written)."
    case .ruleBlocked where isClientUnknown:
      return "To serve the resource to clients outside these networks, let the proxy say whom it "
        + "asks for, in the field that `forwarding` names; or take `from` and `blocked` away at \(written)."
    case .ruleBlocked:
      return "\(advice.purpose), take the client's network out of `from` under `blocked` at "
        + "\(written), or take `blocked` away."
    case .ruleBlockedBy:
      return "\(advice.purpose), take away `blocked`, whose `by` stands at \(written) (a rule "
        + "that is left with nothing needs a resource, such as `files`); to block it for some "
        + "networks alone, name them in `from` under `blocked`."
    case .writeSchema where ending != .schemaBroken:
      return "\(advice.purpose), make the schema at \(written) simpler, or take it away."
    case .writeSchema:
      return "\(advice.purpose), change the schema at the place that is named above, or take "
        + "`schema` at \(written) away."
    case .maintenance where !isBuiltIn:
      return "\(advice.purpose), change the value at \(written) to `off`; a rule that has nothing "
        + "else needs a resource then, such as `files`."
    case .maintenanceFile:
      return "\(advice.purpose), remove the file that `file` under `maintenance` at \(written) "
        + "names."
    default: break
    }
    if key == .limitRanges, evidence.measured.map({ $0 > Self.rangesMax }) ?? false {
      return "To get these ranges, ask for them in several requests: `limits.ranges` can be "
        + "\(Self.rangesMax) at the most."
    }
    guard let line = line(of: key, advice) else {
      return "No limit that makes sense would have let this one through."
    }
    if !isBuiltIn, !isOnCommandLine {
      // The place is that of the value, be it written in full or in a short form
      let value = Self.value(of: line)
      return "\(advice.purpose), change the value at \(written) to `\(value)`\(orMore)."
    }
    let more = orMore.isEmpty ? "" : ", or more"
    var sentence = "\(advice.purpose), write \(addition(of: line, at: advice.place))\(more)."
    if let option = advice.option, isOnCommandLine || evidence.rule == Self.commandLine {
      sentence += " Without a configuration file: start `serve` with `\(option)`."
    }
    return sentence
  }

  /// `browse: on` without its key.
  static func value(of line: String) -> String {
    line.firstRange(of: ": ").map { String(line[$0.upperBound...]) } ?? line
  }

  /// What to add, and where: text that can be pasted there.
  func addition(of line: String, at place: SettingAdvice.Place) -> String {
    guard case .ruleSection(let name) = place else { return "`\(line)` \(self.place(of: place))" }
    // Nobody wrote `write` yet: its own short form
    let isWrite = "\(name)" == "files.write"
    let line = isWrite ? "write: \(Self.value(of: line))" : line
    guard let root = evidence.short, isWrite || "\(name)" == "files" else {
      return "`\(line)` \(self.place(of: isWrite ? .ruleSection("files") : place))"
    }
    return "`files: {root: \(Self.quoted(root)), \(line)}` in the place of `files` \(inRule)"
  }

  /// A text as YAML takes it inside of a flow mapping.
  private static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x2D...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
      default: false
      }
    }
    if isPlain { return text }
    return "'" + Wording.shown(text).replacing("'", with: "''") + "'"
  }

  private var inRule: String {
    let rule = evidence.rule
    return rule == nil || rule == Self.commandLine
      ? "in the rule of a configuration file" : "in the rule at \(Wording.name(rule ?? ""))"
  }

  private func place(of place: SettingAdvice.Place) -> String {
    let rule = evidence.rule
    let file = rule.flatMap(Wording.file).map { " of \(Wording.name($0))" }
    let ofFile = file ?? " of the configuration file"
    let inRule =
      rule == nil || rule == Self.commandLine
      ? "the rule of a configuration file" : "the rule at \(Wording.name(rule ?? ""))"
    return switch place {
    case .top: "at the top level\(ofFile)"
    case .section(let name): "under `\(name)` at the top level\(ofFile)"
    case .site: rule == nil ? "in the site" : "in the site that has \(inRule)"
    case .rule: "in \(inRule)"
    case .ruleSection(let name): "under `\(name)` in \(inRule)"
    case .siteSection(let name):
      "under `\(name)` " + (rule == nil ? "in the site" : "in the site that has \(inRule)")
    }
  }

  /// The line to write: for a limit with a value that would have let this one through; nil where that is beyond all reason.
  private func line(of key: SettingKey, _ advice: SettingAdvice) -> String? {
    guard let limit = evidence.limit, let unit = evidence.unit, key != .limitContentRate,
      let name = advice.line.split(separator: ":").first, limit > 0, limit < 1 << 50
    else { return advice.line }
    let measured = evidence.measured ?? 0
    guard measured < 1 << 50 else { return nil }
    var value = limit
    while value <= limit || value < measured { value *= 2 }
    if key == .limitRanges { value = min(value, Self.rangesMax) }
    return "\(name): \(Self.quantity(value, unit))"
  }

  /// A path that can stand in YAML as it is, and in a rule, where paths are decoded.
  private static func isPlain(_ path: String) -> Bool {
    path.utf8.first == 0x2F && path.utf8.count <= 200
      && path.utf8.allSatisfy { byte in
        switch byte {
        case 0x2D...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
        default: false
        }
      }
  }
}
