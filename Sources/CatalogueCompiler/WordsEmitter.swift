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
  private static let phraseLayout = Layout(
    name: "PhraseColumn", columns: Prose.languages.dropFirst().map { ($0, 7) })
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
    let phrases = phraseTable()
    indexNames()
    let found = index.tables()
    var lines = [
      "// Made from the catalogue by CatalogueCompiler.",
      "import HTTPStatus",
      "",
      Self.layout.source,
      "",
      Self.signLayout.source,
      "",
      Self.phraseLayout.source,
      "",
      WordIndex.layout.source,
      "",
      "enum WordTables {",
      "  static let statusCount = \(catalogue.statuses.count)",
      "  static let causeCount = \(catalogue.causes.count)",
      "  static let proxyErrorCount = \(catalogue.proxyErrors.count)",
      "  static let unofficialCount = \(catalogue.unofficial.count)",
      "  static let signCount = \(catalogue.signs.count)",
      "  static let tokenCount = \(found.tokens.count - 1)",
      "  static let phraseBytes = \(found.phrases.count)",
      property("statusByCode", codeIndex()),
      property("signs", signs.bytes),
      property("statusPhrases", phrases.bytes),
      property("tokens", found.tokens.bytes),
      property("tokenWords", found.words),
      property("postings", found.postings),
      property("phrases", found.phrases),
    ]
    for (language, table) in tables {
      lines.append("  static let count_\(language) = \(table.count)")
      lines.append(property("texts_\(language)", table.bytes))
    }
    lines += [property("words", words.bytes), "}"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// One language's texts, as far as the last entry that has one. What an entry means and when it is sent goes into the index; what to
  /// do about it speaks of much else.
  private mutating func table(_ language: String) -> Table {
    var table = Table(Self.layout)
    let entries = self.entries
    let all = entries.map { $0.prose(language) }
    let last = all.lastIndex { $0 != nil } ?? -1
    for (number, prose) in all.enumerated() where number <= last {
      let prose = prose ?? Prose(language: language, line: 0)
      var columns = [words.reference(to: prose.summary)]
      // Found by its code alone: it is no answer to a question
      let isFound = entries[number].kind != .rehearsed
      if isFound { index.add(prose.summary, to: number, weight: 5) }
      for (place, heading) in Prose.headings.enumerated() {
        let text = prose.sections[heading] ?? ""
        columns.append(words.reference(to: text))
        if place < 2, isFound { index.add(text, to: number, weight: 2) }
      }
      for keyword in prose.keywords where isFound {
        index.addPhrase(keyword, to: number, weight: 10)
      }
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

  /// What the statuses are called in the languages other than English.
  private mutating func phraseTable() -> Table {
    var table = Table(Self.phraseLayout)
    for status in catalogue.statuses {
      table.append(
        Prose.languages.dropFirst().map { language in
          words.reference(to: status.entry.prose(language)?.phrase?.text ?? "")
        })
    }
    return table
  }

  /// Names and keywords weigh most.
  private mutating func indexNames() {
    let names: [[String]] =
      catalogue.statuses.map { status in
        [String(status.code), status.phrase] + status.olderNames
          + status.entry.prose.compactMap(\.phrase?.text)
      }
      + catalogue.causes.map { [$0.code, $0.slug] + $0.olderNames + $0.iis }
      + catalogue.proxyErrors.map { [$0.name] }
      + catalogue.unofficial.map { [padded($0.code), $0.vendor, $0.name] }
      + catalogue.signs.map { [$0.vendor, $0.sign, $0.name] }
    for (number, texts) in names.enumerated() {
      for text in texts { index.addPhrase(text, to: number, weight: 12, isName: true) }
      for keyword in entries[number].first("keywords")?.list ?? [] {
        index.addPhrase(keyword, to: number, weight: 10)
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
