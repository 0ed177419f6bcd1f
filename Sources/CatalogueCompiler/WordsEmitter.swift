/// Writes the Swift source of StatusGuide's tables.
struct WordsEmitter {
  let catalogue: Catalogue
  private var words = WordStore()

  init(_ catalogue: Catalogue) { self.catalogue = catalogue }

  private static let layout = Layout(
    name: "WordsColumn", columns: [("summary", 7), ("help", 7), ("keywords", 7)])

  mutating func source() -> String {
    let statuses = table(catalogue.statuses.map(\.entry))
    let causes = table(catalogue.causes.map(\.entry))
    let proxyErrors = table(catalogue.proxyErrors.map(\.entry))
    let unofficial = table(catalogue.unofficial.map(\.entry))
    let lines = [
      "// Made from the catalogue by CatalogueCompiler.",
      "import HTTPStatus",
      "",
      Self.layout.source,
      "",
      "enum WordTables {",
      "  static let statusCount = \(statuses.count)",
      "  static let causeCount = \(causes.count)",
      property("statusByCode", codeIndex()),
      property("statuses", statuses.bytes),
      property("causes", causes.bytes),
      property("proxyErrors", proxyErrors.bytes),
      property("unofficial", unofficial.bytes),
      property("words", words.bytes),
      "}",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private mutating func table(_ entries: [Entry]) -> Table {
    var table = Table(Self.layout)
    for entry in entries {
      table.append([
        words.reference(to: entry.summary), words.reference(to: entry.help),
        words.reference(to: (entry.first("keywords")?.list ?? []).joined(separator: "\n")),
      ])
    }
    return table
  }

  /// For each of 0...999 the row of the status plus one, or 0.
  private func codeIndex() -> [UInt8] {
    var rows = [Int](repeating: 0, count: 1000)
    for (index, status) in catalogue.statuses.enumerated() { rows[status.code] = index + 1 }
    return rows.flatMap { digits($0, count: 2) }
  }
}
