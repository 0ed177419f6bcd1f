internal import HTTPStatus
internal import WordForms

extension Guide {
  /// What in the catalogue goes with a few words, the best first.
  ///
  /// A code ("403", "403.14", "404.13" of IIS, "nginx:499", "5xx"), a slug, a phrase, an older name or a sign of another server ("UF",
  /// "SC--", "AH01797") that fits as a whole comes before everything that has the words. Words may be of any of the catalogue's
  /// languages, in any order; case, accents and full-width forms make no difference; one may be mistyped in a letter, a long one in two.
  /// Text that is UTF-8 read as Windows-1252 is repaired first. Made for a person who waits, not for the path that every request takes.
  /// - Parameters:
  ///   - query: what was typed.
  ///   - limit: how many at most; below 1 there are none.
  public static func search(_ query: String, limit: Int = 10) -> [Subject] {
    guard limit > 0 else { return [] }
    var query = query
    while let repaired = WordForms.repaired(query) { query = repaired }
    let exact = Exact(query).subjects
    // Every entry of a class, or the one that was named and what goes with it
    if exact.count >= limit { return Array(exact.prefix(limit)) }
    let ranked = Ranking(query).subjects.filter { !exact.contains($0) }
    return Array((exact + ranked).prefix(limit))
  }

  /// What is called exactly so: by code, name or sign, or as a class ("5xx").
  public static func named(_ query: String) -> [Subject] {
    var query = query
    while let repaired = WordForms.repaired(query) { query = repaired }
    return Exact(query).subjects
  }
}

/// What a query names as a whole.
private struct Exact {
  private(set) var subjects: [Subject] = []

  init(_ query: String) {
    let text = Self.trimmed(WordForms.fold(query))
    if text.isEmpty { return }
    if let first = Self.statusClass(text) {
      subjects = Status.registered.filter { $0.code / 100 == first }.map(Subject.status)
      return
    }
    if let code = Self.code(text), let status = Status(code) {
      if status.phrase != nil { add(.status(status)) }
      // Where several vendors have a number for themselves, the one that most people meet goes first
      let others = UnofficialStatus.all.filter { $0.code == code }
      for other in others where Self.isCommon(other) { add(.unofficial(other)) }
      for other in others { add(.unofficial(other)) }
    }
    if let cause = Cause(text) { add(.cause(cause)) }
    // Nothing but a code is written in digits alone
    if !subjects.isEmpty, text.utf8.allSatisfy({ $0 < 0x3A && $0 != 0x20 }) { return }
    for status in Status.registered where Self.names(status).contains(text) { add(.status(status)) }
    for cause in Cause.all
    where cause.olderNames.contains(where: { WordForms.fold($0.description) == text }) {
      add(.cause(cause))
    }
    let underscored = String(text.map { $0 == " " ? "_" : $0 })
    for error in ProxyError.all where error.name.description == underscored {
      add(.proxyError(error))
    }
    for other in UnofficialStatus.all
    where other.description == text || Self.isNamed(WordForms.fold(other.name.description), text) {
      add(.unofficial(other))
    }
    addSigns(text, as: Self.trimmed(query))
    // That something is wrong, and no more: what is so in general (RFC 9110 section 15)
    let words = WordForms.words(of: text)
    if subjects.isEmpty, words.contains(where: WordForms.complaints.contains),
      words.allSatisfy(WordForms.fillers.contains)
    {
      for code in [500, 400] { if let status = Status(code) { add(.status(status)) } }
    }
  }

  /// Signs that are written so; where one has the same capitals, only such: HAProxy's `sC--` is another state than `SC--`.
  private mutating func addSigns(_ text: String, as written: String) {
    // Of http.sys's words some are everybody's, such as `URL` and `Header`: they are meant where they are written so
    let found = Sign.all.filter { sign in
      guard Self.fits(sign, text) else { return false }
      let isWord =
        sign.vendor.description == "iis" && !sign.sign.description.contains("_")
        && sign.sign.description.allSatisfy(\.isLetter)
      return !isWord || written.hasSuffix(sign.sign.description)
    }
    let same = found.filter { sign in
      let place = sign.vendor.description == "haproxy" ? 2 : sign.sign.count
      return written.hasPrefix(String(sign.sign.description.prefix(place)))
    }
    for sign in same.isEmpty ? found : same { add(.sign(sign)) }
  }

  private mutating func add(_ subject: Subject) {
    if !subjects.contains(subject) { subjects.append(subject) }
  }

  /// A name of several words means its bearer. One word, such as "timeout" or "redirect", means much else besides.
  private static func isNamed(_ name: String, _ text: String) -> Bool {
    name == text && name.contains(" ")
  }

  private static func trimmed(_ text: String) -> String {
    var rest = text[...]
    while let last = rest.last, last.isWhitespace || last == ":" || last == "?" {
      rest.removeLast()
    }
    return String(rest.drop { $0.isWhitespace })
  }

  /// "5xx" -> 5
  private static func statusClass(_ text: String) -> Int? {
    guard text.count == 3, text.hasSuffix("xx"), let first = text.first?.wholeNumberValue,
      (1...5).contains(first)
    else { return nil }
    return first
  }

  /// "404", "http 404", "error 404", "status 404"
  private static func code(_ text: String) -> Int? {
    let words = text.split { $0.isWhitespace || $0 == "/" || $0 == ":" }
    guard let last = words.last, last.utf8.count == 3, let code = Int(last) else { return nil }
    let known: Set<Substring> = ["http", "error", "status", "code", "1.1", "1.0", "2", "estado"]
    return words.dropLast().allSatisfy(known.contains) ? code : nil
  }

  private static func isCommon(_ status: UnofficialStatus) -> Bool {
    ["nginx", "cloudflare"].contains(status.vendor.description)
  }

  private static func names(_ status: Status) -> [String] {
    let phrases = Language.allCases.compactMap { Guide.name(of: status, in: $0) }
    return (phrases + Array(status.olderNames)).map { WordForms.fold($0.description) }
  }

  private static func fits(_ sign: Sign, _ text: String) -> Bool {
    let written = WordForms.fold(sign.sign.description)
    if written == text || "\(sign.vendor):\(written)" == text { return true }
    if let name = sign.name, WordForms.fold(name.description) == text { return true }
    switch sign.vendor.description {
    case "haproxy":
      // Two of its four letters are about cookies
      return (text.count == 4 || text.count == 2) && written.hasSuffix("--")
        && written.prefix(2) == text.prefix(2)
    case "iis":
      guard written.hasPrefix("0x"), let value = UInt32(written.dropFirst(2), radix: 16) else {
        return false
      }
      return text == String(written.dropFirst(2)) || text == "\(Int32(bitPattern: value))"
    default: return false
    }
  }
}
