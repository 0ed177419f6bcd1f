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
      for other in UnofficialStatus.all where other.code == code { add(.unofficial(other)) }
    }
    if let cause = Cause(text) { add(.cause(cause)) }
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
    where other.description == text || WordForms.fold(other.name.description) == text {
      add(.unofficial(other))
    }
    for sign in Sign.all where Self.fits(sign, text) { add(.sign(sign)) }
  }

  private mutating func add(_ subject: Subject) {
    if !subjects.contains(subject) { subjects.append(subject) }
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

  private static func names(_ status: Status) -> [String] {
    ([status.phrase].compactMap(\.self) + Array(status.olderNames)).map {
      WordForms.fold($0.description)
    }
  }

  private static func fits(_ sign: Sign, _ text: String) -> Bool {
    let written = WordForms.fold(sign.sign.description)
    if written == text || "\(sign.vendor):\(written)" == text { return true }
    if let name = sign.name, WordForms.fold(name.description) == text { return true }
    switch sign.vendor.description {
    case "haproxy":
      // Two of its four letters are about cookies
      return text.count == 4 && written.hasSuffix("--") && written.prefix(2) == text.prefix(2)
    case "iis":
      guard written.hasPrefix("0x"), let value = UInt32(written.dropFirst(2), radix: 16) else {
        return false
      }
      return text == String(written.dropFirst(2)) || text == "\(Int32(bitPattern: value))"
    default: return false
    }
  }
}

/// Entries by the words that they share with a query.
private struct Ranking {
  private var scores: [Int]
  private var matched: [Int]

  init(_ query: String) {
    let count = Sign.firstIndex + WordTables.signCount
    scores = Array(repeating: 0, count: count)
    matched = Array(repeating: 0, count: count)
    var words = WordForms.words(of: query).filter { !Self.fillers.contains($0) }
    // A question of nothing but small words is taken as it is
    if words.isEmpty { words = WordForms.words(of: query) }
    for word in words.prefix(24) { add(word) }
    let needed = max(words.count, 1)
    for index in scores.indices {
      // Who has all the words goes before who has some
      scores[index] = scores[index] * matched[index] * matched[index] / (needed * needed)
    }
  }

  /// Words that say nothing about what is looked for.
  private static let fillers: Set<String> = [
    "a", "an", "and", "are", "do", "does", "for", "get", "how", "i", "in", "is", "it", "me", "my",
    "of", "on",
    "or", "the", "this", "to", "too", "was", "what", "when", "who", "why", "with", "http", "error",
    "status",
    "de", "del", "el", "en", "es", "la", "las", "los", "que", "un", "una", "y",
  ]

  var subjects: [Subject] {
    let all = Subject.all
    return scores.indices.filter { scores[$0] > 0 }
      .sorted { (scores[$1] * Self.rank($1), $0) < (scores[$0] * Self.rank($0), $1) }
      .map { all[$0] }
  }

  /// Registered statuses first, where the words fit alike; then causes, then what others have.
  private static func rank(_ index: Int) -> Int {
    if index < WordTables.statusCount { return 6 }
    if index < WordTables.statusCount + WordTables.causeCount { return 5 }
    return index < Sign.firstIndex ? 4 : 3
  }

  private mutating func add(_ word: String) {
    let bytes = Array(word.utf8)
    var best: [Int: Int] = [:]
    let exact = Tokens.first(notBefore: bytes)
    var token = exact
    // The word itself, and words that it begins
    while token < WordTables.tokenCount, Tokens.begins(token, with: bytes) {
      let isWhole = Tokens.length(token) == bytes.count
      if isWhole || bytes.count > 2 { Tokens.collect(token, part: isWhole ? 10 : 5, into: &best) }
      token += 1
    }
    let isFound =
      exact < WordTables.tokenCount && Tokens.length(exact) == bytes.count && token > exact
    if !isFound {
      stem(bytes, &best)
      if bytes.count >= 4 { mistyped(bytes, &best) }
    }
    for (entry, score) in best {
      scores[entry] += score
      matched[entry] += 1
    }
  }

  /// A plural, or another form of the word.
  private func stem(_ bytes: [UInt8], _ best: inout [Int: Int]) {
    for ending in ["s", "es", "ed", "d", "ing", "ly"] where bytes.count > ending.utf8.count + 2 {
      guard bytes.suffix(ending.utf8.count).elementsEqual(ending.utf8) else { continue }
      let stem = Array(bytes.dropLast(ending.utf8.count))
      var token = Tokens.first(notBefore: stem)
      while token < WordTables.tokenCount, Tokens.begins(token, with: stem) {
        if Tokens.length(token) <= stem.count + 3 { Tokens.collect(token, part: 6, into: &best) }
        token += 1
      }
    }
  }

  private func mistyped(_ bytes: [UInt8], _ best: inout [Int: Int]) {
    let limit = bytes.count >= 8 ? 2 : 1
    for token in 0..<WordTables.tokenCount where abs(Tokens.length(token) - bytes.count) <= limit {
      guard let distance = WordForms.distance(bytes, Array(Tokens.word(token).utf8), limit: limit),
        distance > 0
      else { continue }
      Tokens.collect(token, part: distance == 1 ? 5 : 3, into: &best)
    }
  }
}

/// The index that the catalogue's compiler made: words in order, each with the entries that have it.
private enum Tokens {
  static func word(_ index: Int) -> StaticText { row(index).text(TokenColumn.word) }
  static func length(_ index: Int) -> Int { word(index).count }

  static func begins(_ index: Int, with bytes: [UInt8]) -> Bool {
    word(index).utf8.starts(with: bytes)
  }

  /// The first word that does not stand before the bytes.
  static func first(notBefore bytes: [UInt8]) -> Int {
    var low = 0
    var high = WordTables.tokenCount
    while low < high {
      let middle = (low + high) / 2
      if word(middle).utf8.lexicographicallyPrecedes(bytes) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// Adds what a word is worth to each entry that has it: much where few have it. Each entry counts its best word.
  static func collect(_ index: Int, part: Int, into best: inout [Int: Int]) {
    let row = row(index)
    let start = row.number(TokenColumn.postings, digits: 4)
    let count = row.number(TokenColumn.count, digits: 3)
    let rarity = 2 + (2048 / max(count, 1)).bitWidth - (2048 / max(count, 1)).leadingZeroBitCount
    for place in start..<(start + count) {
      let posting = TableRow(
        WordTables.postings, words: WordTables.words, width: 3, index: place)
      let entry = posting.number(0, digits: 2)
      let score = posting.number(2, digits: 1) * part * rarity
      best[entry] = max(best[entry] ?? 0, score)
    }
  }

  private static func row(_ index: Int) -> TableRow {
    TableRow(
      WordTables.tokens, words: WordTables.words, width: TokenColumn.width, index: index)
  }
}
