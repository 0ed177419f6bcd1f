/// Turns the front matter of one entry into values, and collects what is wrong with it.
struct EntryReader {
  let entry: Entry
  var faults: [Diagnostic] = []

  init(entry: Entry) { self.entry = entry }

  mutating func status() -> StatusEntry {
    var status = StatusEntry(entry: entry)
    status.code = code("code")
    checkPath(String(status.code))
    status.phrase = text("phrase")
    status.name = entry.first("name")?.text ?? slug(ofPhrase: status.phrase)
    checkSlug(status.name, key: "name")
    status.reference = reference()
    status.olderNames = entry.all("older-name").map(\.text)
    status.registration = word("registration", of: Vocabulary.registration)
    status.isCacheable = yesOrNo("cacheable")
    status.content = word("content", of: Vocabulary.content)
    status.retry = word("retry", of: Vocabulary.retry)
    status.redirectMethod = word("redirect-method", of: Vocabulary.redirectMethod)
    status.generators = generators()
    status.rules = rules()
    return status
  }

  mutating func cause() -> CauseEntry {
    var cause = CauseEntry(entry: entry)
    let parts = text("code").split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 2, let status = Int(parts[0]), let number = Int(parts[1]),
      (0...999).contains(status), (0...999).contains(number)
    {
      cause.status = status
      cause.number = number
    } else {
      fault("code", "a cause's code has the form 404.3")
    }
    checkPath(cause.code)
    cause.slug = text("slug")
    checkSlug(cause.slug, key: "slug")
    if entry.first("reference") != nil { cause.reference = reference() }
    cause.iis = entry.first("iis")?.list ?? []
    for alias in cause.iis where !isCode(alias) {
      fault("iis", "\"\(alias)\" is no code of the form 404.11")
    }
    cause.olderNames = entry.all("older-name").map(\.text)
    cause.actor = word("actor", of: Vocabulary.actor)
    cause.retry = word("retry", of: Vocabulary.retry)
    if entry.first("standard-status") != nil { cause.standardStatus = code("standard-status") }
    return cause
  }

  /// One cause for each status from 100 to 599, all of them by the same entry.
  mutating func rehearsed() -> [CauseEntry] {
    var cause = CauseEntry(entry: entry)
    if let number = Int(text("number")), (700...999).contains(number) {
      cause.number = number
    } else {
      fault("number", "the number of what is rehearsed lies in 700...999")
    }
    cause.slug = text("slug")
    checkSlug(cause.slug, key: "slug")
    cause.reference = reference()
    cause.actor = word("actor", of: Vocabulary.actor)
    return (100...599).map { status in
      var one = cause
      one.status = status
      return one
    }
  }

  mutating func proxyError() -> ProxyErrorEntry {
    var error = ProxyErrorEntry(entry: entry)
    error.name = text("name")
    checkPath(error.name)
    if entry.first("recommended-status") != nil { error.status = code("recommended-status") }
    error.isResponseOnly = yesOrNo("response-only")
    error.parameters = entry.all("parameter").map(\.text)
    error.reference = reference()
    return error
  }

  mutating func unofficial() -> UnofficialEntry {
    var unofficial = UnofficialEntry(entry: entry)
    unofficial.vendor = text("vendor")
    unofficial.code = code("code", least: 0)
    checkPath("\(unofficial.vendor):\(padded(unofficial.code))")
    unofficial.name = text("name")
    for item in entry.first("closest")?.list ?? [] {
      guard let code = Int(item), (100...599).contains(code) else {
        fault("closest", "\"\(item)\" is no status")
        continue
      }
      unofficial.closest.append(code)
    }
    if unofficial.closest.count > 2 { fault("closest", "two statuses at most") }
    if entry.first("sent-as") != nil { unofficial.sentAs = code("sent-as") }
    return unofficial
  }

  mutating func sign() -> SignEntry {
    var sign = SignEntry(entry: entry)
    sign.vendor = text("vendor")
    sign.sign = text("sign")
    sign.name = text("name")
    sign.proxyError = text("proxy-error")
    for item in entry.first("statuses")?.list ?? [] {
      guard let code = Int(item), (100...599).contains(code) else {
        fault("statuses", "\"\(item)\" is no status")
        continue
      }
      sign.statuses.append(code)
    }
    return sign
  }

  // MARK: Duties

  mutating func rules() -> [FieldRule] {
    var rules: [FieldRule] = []
    for (strength, key) in Vocabulary.strength.enumerated() {
      for value in entry.all(key) {
        if let rule = rule(value, strength: strength) { rules.append(rule) }
      }
    }
    return rules
  }

  /// "content-range (if-single-part, http/1.1)".
  private mutating func rule(_ value: Value, strength: Int) -> FieldRule? {
    let parts = value.text.split(separator: "(", maxSplits: 1).map { trimmed(String($0)) }
    var rule = FieldRule(
      field: parts[0], strength: strength, condition: 0, applies: 0, line: value.line)
    guard Vocabulary.fields.contains(rule.field) else {
      faults.append(entry.fault(value.line, "unknown field \"\(rule.field)\""))
      return nil
    }
    if parts.count == 2 {
      guard parts[1].hasSuffix(")") else {
        faults.append(entry.fault(value.line, "the parenthesis is not closed"))
        return nil
      }
      let words = String(parts[1].dropLast()).split(separator: ",").map { trimmed(String($0)) }
      for word in words { qualify(&rule, word) }
    }
    if rule.applies & 0b000_111 == 0 { rule.applies |= 0b000_111 }
    if rule.applies & 0b111_000 == 0 { rule.applies |= 0b111_000 }
    return rule
  }

  private mutating func qualify(_ rule: inout FieldRule, _ word: String) {
    if let role = Vocabulary.roles.firstIndex(of: word) {
      rule.applies |= 1 << role
    } else if word == "http/1" {
      rule.applies |= 0b011_000
    } else if let version = Vocabulary.versions.firstIndex(of: word) {
      rule.applies |= 8 << version
    } else if let condition = Vocabulary.condition.firstIndex(of: word), rule.condition == 0 {
      rule.condition = condition
    } else {
      let known = (Vocabulary.roles + ["http/1"] + Vocabulary.versions + Vocabulary.condition)
        .joined(separator: ", ")
      faults.append(
        entry.fault(
          rule.line, "\"\(word)\" is unknown here, or a second condition; known: \(known)"))
    }
  }

  // MARK: Single values

  private func text(_ key: String) -> String { entry.first(key)?.text ?? "" }

  private mutating func fault(_ key: String, _ message: String) {
    guard let line = entry.first(key)?.line else { return }
    faults.append(entry.fault(line, message))
  }

  private mutating func code(_ key: String, least: Int = 100) -> Int {
    let text = text(key)
    guard text.utf8.count == 3, let code = Int(text), code >= least else {
      fault(key, "\"\(text)\" is no status of three digits")
      return 0
    }
    return code
  }

  private mutating func word(_ key: String, of words: [String]) -> Int {
    guard let value = entry.first(key) else { return 0 }
    guard let index = words.firstIndex(of: value.text) else {
      fault(key, "\"\(value.text)\" is unknown here; known: \(words.joined(separator: ", "))")
      return 0
    }
    return index
  }

  private mutating func yesOrNo(_ key: String) -> Bool {
    word(key, of: ["no", "yes"]) == 1
  }

  private mutating func generators() -> Int {
    var bits = 0
    let words = entry.first("generated-by")?.list ?? []
    for word in words where words != ["nobody"] {
      if let index = Vocabulary.generators.firstIndex(of: word) {
        bits |= 1 << index
      } else {
        let known = Vocabulary.generators.joined(separator: ", ")
        fault("generated-by", "\"\(word)\" is unknown here; known: \(known), or nobody alone")
      }
    }
    return bits
  }

  /// "RFC 9110 section 15.5.5", "RFC 8297" or the name of a draft with its version.
  private mutating func reference() -> String {
    let text = text("reference")
    let words = text.split(separator: " ").map(String.init)
    let isRFC =
      words.count >= 2 && words[0] == "RFC" && Int(words[1]) != nil
      && (words.count == 2
        || words.count == 4 && words[2] == "section" && isSection(words[3]))
    let isDraft =
      words.count == 1 && text.hasPrefix("draft-")
      && text.suffix(3).first == "-" && Int(text.suffix(2)) != nil
    if !isRFC, !isDraft {
      fault("reference", "malformed reference: \"RFC 9110 section 15.5.5\" is the form")
    }
    return text
  }

  private func isSection(_ text: String) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).enumerated().allSatisfy {
      index, part in
      // An appendix begins with a letter.
      Int(part) != nil || index == 0 && part.count == 1 && part.allSatisfy(\.isUppercase)
    }
  }

  private func isCode(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { Int($0) != nil }
  }

  private mutating func checkPath(_ name: String) {
    guard name != entry.pathName, faults.isEmpty else { return }
    let line = entry.first("code")?.line ?? entry.first("name")?.line ?? 1
    faults.append(
      entry.fault(line, "the entry is \"\(name)\", but its file's place is \"\(entry.pathName)\""))
  }

  private mutating func checkSlug(_ slug: String, key: String) {
    let isWellFormed =
      slug.first?.isLetter == true && slug.last != "-"
      && slug.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
      }
    if !isWellFormed {
      fault(key, "\"\(slug)\" has to be lower-case letters, digits and hyphens")
    }
  }
}

/// A code in three digits.
func padded(_ code: Int) -> String {
  let digits = String(code)
  return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
}
