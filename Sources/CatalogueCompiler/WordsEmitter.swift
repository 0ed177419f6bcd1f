import WordForms

/// Writes the Swift source of StatusGuide's tables: what each entry says in each language, and the index that a search looks into.
struct WordsEmitter {
  let catalogue: Catalogue
  private var words = WordStore()
  private var index = WordIndex()

  init(_ catalogue: Catalogue) { self.catalogue = catalogue }

  private static let layout = Layout(
    name: "WordsColumn",
    columns: [
      ("summary", 7), ("meaning", 7), ("occasion", 7), ("client", 7), ("help", 7),
      ("confusions", 7), ("differences", 7),
    ])
  private static let signLayout = Layout(
    name: "SignColumn",
    columns: [("vendor", 7), ("sign", 7), ("name", 7), ("statuses", 7), ("proxyError", 7)])

  /// All entries in the order in which the tables and the index count them.
  private var entries: [Entry] {
    catalogue.statuses.map(\.entry) + catalogue.causes.map(\.entry)
      + catalogue.proxyErrors.map(\.entry) + catalogue.unofficial.map(\.entry)
      + catalogue.signs.map(\.entry) + catalogue.rehearsed.prefix(1).map(\.entry)
  }

  mutating func source() -> String {
    let tables = Prose.languages.map { ($0, table($0)) }
    let signs = signTable()
    indexNames()
    let (tokens, postings) = index.tables(&words)
    var lines = [
      "// Made from the catalogue by CatalogueCompiler.",
      "import HTTPStatus",
      "",
      Self.layout.source,
      "",
      Self.signLayout.source,
      "",
      WordIndex.layout.source,
      "",
      "enum WordTables {",
      "  static let statusCount = \(catalogue.statuses.count)",
      "  static let causeCount = \(catalogue.causes.count)",
      "  static let proxyErrorCount = \(catalogue.proxyErrors.count)",
      "  static let unofficialCount = \(catalogue.unofficial.count)",
      "  static let signCount = \(catalogue.signs.count)",
      "  static let tokenCount = \(tokens.count)",
      property("statusByCode", codeIndex()),
      property("signs", signs.bytes),
      property("tokens", tokens.bytes),
      property("postings", postings),
    ]
    lines += tables.map { property("texts_\($0.0)", $0.1.bytes) }
    lines += [property("words", words.bytes), "}"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// One language's texts; English keywords and every text go into the index.
  private mutating func table(_ language: String) -> Table {
    var table = Table(Self.layout)
    for (number, entry) in entries.enumerated() {
      let prose = entry.prose(language) ?? Prose(language: language, line: 0)
      var columns = [words.reference(to: prose.summary)]
      // Found by its code alone: it is no answer to a question
      let isFound = entry.kind != .rehearsed
      if isFound { index.add(prose.summary, to: number, weight: 5) }
      for (place, heading) in Prose.headings.enumerated() {
        let text = prose.sections[heading] ?? ""
        columns.append(words.reference(to: text))
        // What is said of other entries must not find this one
        if place < 4, isFound { index.add(text, to: number, weight: place < 2 ? 2 : 1) }
      }
      for keyword in prose.keywords where isFound { index.add(keyword, to: number, weight: 10) }
      table.append(columns)
    }
    return table
  }

  private mutating func signTable() -> Table {
    var table = Table(Self.signLayout)
    for sign in catalogue.signs {
      table.append([
        words.reference(to: sign.vendor), words.reference(to: sign.sign),
        words.reference(to: sign.name),
        words.reference(to: sign.statuses.map(String.init).joined(separator: "\n")),
        words.reference(to: sign.proxyError),
      ])
    }
    return table
  }

  /// Names and keywords weigh most.
  private mutating func indexNames() {
    let names: [[String]] =
      catalogue.statuses.map { [String($0.code), $0.phrase] + $0.olderNames }
      + catalogue.causes.map { [$0.code, $0.slug] + $0.olderNames + $0.iis }
      + catalogue.proxyErrors.map { [$0.name] }
      + catalogue.unofficial.map { [padded($0.code), $0.vendor, $0.name] }
      + catalogue.signs.map { [$0.vendor, $0.sign, $0.name] }
    for (number, texts) in names.enumerated() {
      for text in texts { index.add(text, to: number, weight: 12) }
      for keyword in entries[number].first("keywords")?.list ?? [] {
        index.add(keyword, to: number, weight: 10)
      }
    }
  }

  /// For each of 0...999 the row of the status plus one, or 0.
  private func codeIndex() -> [UInt8] {
    var rows = [Int](repeating: 0, count: 1000)
    for (index, status) in catalogue.statuses.enumerated() { rows[status.code] = index + 1 }
    return rows.flatMap { digits($0, count: 2) }
  }
}

/// Which words stand in which entries, and how much they weigh there.
struct WordIndex {
  /// A word, the place of its postings and their number.
  static let layout = Layout(
    name: "TokenColumn", columns: [("word", 7), ("postings", 4), ("count", 3)])
  /// A posting is an entry's number in two digits and a weight in one.
  private var weights: [String: [Int: Int]] = [:]

  /// Words that say nothing about what is looked for.
  private static let fillers: Set<String> = [
    "a", "an", "and", "as", "at", "be", "by", "do", "does", "for", "from", "how", "i", "in", "is",
    "it", "its",
    "my", "of", "on", "or", "that", "the", "this", "to", "too", "was", "what", "why", "with",
    "de", "del", "el", "en", "es", "la", "las", "lo", "los", "que", "se", "un", "una", "y", "o",
    "por", "para", "con",
  ]

  mutating func add(_ text: String, to entry: Int, weight: Int) {
    for word in WordForms.words(of: text) where !Self.fillers.contains(word) {
      let before = weights[word]?[entry] ?? 0
      // The heaviest place counts, and each further one a little
      weights[word, default: [:]][entry] = min(max(before + 1, weight), weight + 6, 63)
    }
  }

  func tables(_ words: inout WordStore) -> (Table, [UInt8]) {
    var table = Table(Self.layout)
    var postings: [UInt8] = []
    var count = 0
    for word in weights.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      let found = (weights[word] ?? [:]).sorted { $0.key < $1.key }
      table.append([
        words.reference(to: word), digits(count, count: 4), digits(found.count, count: 3),
      ])
      for (entry, weight) in found {
        postings += digits(entry, count: 2) + digits(weight, count: 1)
      }
      count += found.count
    }
    return (table, postings)
  }
}
