extension Catalogue {
  /// What is wrong between entries, or between the facts of one entry.
  func contradictions() -> [Diagnostic] {
    var faults: [Diagnostic] = []
    checkNumbers(&faults)
    checkSlugs(&faults)
    checkAliases(&faults)
    if let rehearsed = rehearsed.first {
      for cause in causes where cause.number == rehearsed.number {
        let message = "the number \(cause.number) is that of rehearsals"
        faults.append(fault(cause.entry, "code", message))
      }
    }
    for status in statuses { check(status, &faults) }
    for cause in causes { check(cause, &faults) }
    for item in proxyErrors where item.status != 0 && !isRegistered(item.status) {
      faults.append(fault(item.entry, "recommended-status", "\(item.status) is not registered"))
    }
    for item in unofficial {
      for code in item.closest where !isRegistered(code) {
        faults.append(fault(item.entry, "closest", "\(code) is not registered"))
      }
    }
    let names = Set(proxyErrors.map(\.name))
    var seen: [String: String] = [:]
    for item in signs {
      for code in item.statuses where !isRegistered(code) && code != 0 {
        faults.append(fault(item.entry, "statuses", "\(code) is not registered"))
      }
      if !item.proxyError.isEmpty, !names.contains(item.proxyError) {
        faults.append(fault(item.entry, "proxy-error", "RFC 9209 has no \"\(item.proxyError)\""))
      }
      let key = "\(item.vendor):\(item.sign)"
      if let other = seen[key] {
        faults.append(fault(item.entry, "sign", "the sign \(item.sign) is taken by \(other)"))
      }
      seen[key] = item.entry.file
    }
    return faults
  }

  private func isRegistered(_ code: Int) -> Bool { statuses.contains { $0.code == code } }

  private func fault(_ entry: Entry, _ key: String, _ message: String) -> Diagnostic {
    entry.fault(entry.first(key)?.line ?? 1, message)
  }

  private func checkNumbers(_ faults: inout [Diagnostic]) {
    var seen: [String: String] = [:]
    for (code, entry) in statuses.map({ (String($0.code), $0.entry) })
      + causes.map({ ($0.code, $0.entry) })
      + unofficial.map({ ("\($0.vendor):\($0.code)", $0.entry) })
    {
      if let other = seen[code] {
        faults.append(fault(entry, "code", "the number \(code) is taken by \(other)"))
      }
      seen[code] = entry.file
    }
  }

  private func checkSlugs(_ faults: inout [Diagnostic]) {
    var slugs: [String: String] = [:]
    for cause in causes {
      if let other = slugs[cause.slug] {
        faults.append(
          fault(cause.entry, "slug", "the slug \"\(cause.slug)\" is taken by \(other)"))
      }
      slugs[cause.slug] = cause.entry.file
    }
    var names: [String: String] = [:]
    for status in statuses {
      if let other = names[status.name] {
        faults.append(
          fault(
            status.entry, status.entry.first("name") == nil ? "phrase" : "name",
            "the name \"\(status.name)\" is taken by \(other)"))
      }
      names[status.name] = status.entry.file
    }
    checkPhrases(&faults)
  }

  /// In English the registry itself has two phrases that are the same.
  private func checkPhrases(_ faults: inout [Diagnostic]) {
    var taken: [String: String] = [:]
    for status in statuses {
      for text in status.entry.prose {
        guard let phrase = text.phrase else { continue }
        if let other = taken["\(text.language) \(phrase.text)"] {
          faults.append(
            status.entry.fault(phrase.line, "the phrase \"\(phrase.text)\" is taken by \(other)"))
        }
        taken["\(text.language) \(phrase.text)"] = status.entry.file
      }
    }
  }

  private func checkAliases(_ faults: inout [Diagnostic]) {
    let codes = Set(causes.map(\.code))
    var seen: [String: String] = [:]
    for cause in causes {
      for alias in cause.iis {
        if codes.contains(alias) {
          faults.append(
            fault(cause.entry, "iis", "\(alias) is the code of a cause, and no alias besides"))
        }
        if let other = seen[alias] {
          faults.append(fault(cause.entry, "iis", "\(alias) is already an alias in \(other)"))
        }
        seen[alias] = cause.entry.file
      }
    }
  }

  private func check(_ status: StatusEntry, _ faults: inout [Diagnostic]) {
    let entry = status.entry
    if !(100...599).contains(status.code) {
      faults.append(fault(entry, "code", "a registered status lies in 100...599"))
    }
    // RFC 9110 section 6.4.1
    let endsWithHead = status.code < 200 || status.code == 204 || status.code == 304
    if endsWithHead != (status.content == 0) {
      faults.append(
        fault(entry, "content", "\"never\" is for 1xx, 204 and 304, and for these alone"))
    }
    if status.redirectMethod != 0, !(300...399).contains(status.code) {
      faults.append(fault(entry, "redirect-method", "only a 3xx redirects"))
    }
    if status.isCacheable, status.code < 200 {
      faults.append(fault(entry, "cacheable", "an interim response is never kept by a cache"))
    }
    let word = Vocabulary.registration[status.registration]
    if ["none"].contains(word) {
      faults.append(fault(entry, "registration", "a status of the catalogue is registered"))
    }
    if ["deprecated", "reserved", "historic"].contains(word) != (status.generators == 0) {
      faults.append(
        fault(entry, "generated-by", "\"nobody\" goes with deprecated, reserved and historic"))
    }
    checkRules(status, &faults)
  }

  private func checkRules(_ status: StatusEntry, _ faults: inout [Diagnostic]) {
    for (index, rule) in status.rules.enumerated() {
      if status.content == 0, rule.strength < 2,
        ["content-type", "content-length", "transfer-encoding"].contains(rule.field)
      {
        faults.append(
          status.entry.fault(rule.line, "\"\(rule.field)\" contradicts \"content: never\""))
      }
      for other in status.rules[..<index]
      where other.field == rule.field && other.overlaps(rule) {
        let isSame = other.strength == rule.strength && other.condition == rule.condition
        let isOpposite =
          (other.strength >= 3) != (rule.strength >= 3)
          && (other.condition == rule.condition || other.condition == 0 || rule.condition == 0)
        if isSame || isOpposite {
          let message =
            isSame
            ? "the same duty stands in line \(other.line)"
            : "the duty contradicts the one in line \(other.line)"
          faults.append(status.entry.fault(rule.line, message))
        }
      }
    }
  }

  private func check(_ cause: CauseEntry, _ faults: inout [Diagnostic]) {
    if cause.status != 0, !isRegistered(cause.status) {
      faults.append(fault(cause.entry, "code", "the status \(cause.status) has no entry"))
    }
    if cause.status == 0, cause.number < 700 {
      faults.append(fault(cause.entry, "code", "outcomes are numbered from 700 on"))
    }
    if cause.status == 0, cause.entry.first("reference") == nil {
      faults.append(fault(cause.entry, "code", "an outcome has no status to take a reference from"))
    }
    if cause.standardStatus != 0 {
      if !isRegistered(cause.standardStatus) {
        faults.append(
          fault(cause.entry, "standard-status", "\(cause.standardStatus) is not registered"))
      }
      if cause.standardStatus == cause.status {
        faults.append(
          fault(cause.entry, "standard-status", "the cause stands under this status already"))
      }
    }
  }
}
