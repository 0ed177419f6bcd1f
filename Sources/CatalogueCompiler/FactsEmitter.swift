/// Writes the Swift source of HTTPStatus' tables and constants.
struct FactsEmitter {
  let catalogue: Catalogue
  private var words = WordStore()

  init(_ catalogue: Catalogue) { self.catalogue = catalogue }

  private static let statusLayout = Layout(
    name: "StatusColumn",
    columns: [
      ("code", 2), ("phrase", 7), ("name", 7), ("reference", 7), ("olderNames", 7),
      ("registration", 1), ("cacheable", 1), ("content", 1), ("retry", 1),
      ("redirectMethod", 1), ("generators", 1), ("firstDuty", 2), ("dutyCount", 1),
    ])
  private static let causeLayout = Layout(
    name: "CauseColumn",
    columns: [
      ("status", 2), ("number", 2), ("standardStatus", 2), ("code", 7), ("slug", 7),
      ("reference", 7), ("iis", 7), ("olderNames", 7), ("actor", 1), ("retry", 1),
    ])
  private static let dutyLayout = Layout(
    name: "DutyColumn",
    columns: [("field", 7), ("strength", 1), ("condition", 1), ("applies", 1)])
  private static let proxyErrorLayout = Layout(
    name: "ProxyErrorColumn",
    columns: [
      ("name", 7), ("reference", 7), ("parameters", 7), ("status", 2), ("responseOnly", 1),
    ])
  private static let unofficialLayout = Layout(
    name: "UnofficialColumn",
    columns: [
      ("vendor", 7), ("name", 7), ("code", 2), ("closest", 2), ("secondClosest", 2),
      ("sentAs", 2),
    ])

  mutating func source() -> String {
    let (statuses, duties) = statusTables()
    let causes = causeTable()
    let proxyErrors = proxyErrorTable()
    let unofficial = unofficialTable()
    var lines = ["// Made from the catalogue by CatalogueCompiler.", ""]
    for table in [statuses, duties, causes, proxyErrors, unofficial] {
      lines += [table.layout.source, ""]
    }
    lines += [
      "enum FactTables {",
      "  static let statusCount = \(statuses.count)",
      "  static let commonDutyCount = \(catalogue.everyStatus.count)",
      "  static let causeCount = \(catalogue.causes.count)",
      "  static let rehearsedCount = \(catalogue.rehearsed.count)",
      "  static let rehearsedNumber = \(catalogue.rehearsed.first?.number ?? 1000)",
      "  static let proxyErrorCount = \(proxyErrors.count)",
      "  static let unofficialCount = \(unofficial.count)",
      property("statusByCode", codeIndex()),
      property("statuses", statuses.bytes),
      property("duties", duties.bytes),
      property("causes", causes.bytes),
      property("proxyErrors", proxyErrors.bytes),
      property("unofficial", unofficial.bytes),
      property("words", words.bytes),
      "}",
      "",
    ]
    lines += constants()
    return lines.joined(separator: "\n") + "\n"
  }

  /// The statuses, and the duties with the rules for every status first.
  private mutating func statusTables() -> (Table, Table) {
    var statuses = Table(Self.statusLayout)
    var duties = Table(Self.dutyLayout)
    for rule in catalogue.everyStatus { append(rule, to: &duties) }
    for status in catalogue.statuses {
      statuses.append([
        digits(status.code, count: 2), words.reference(to: status.phrase),
        words.reference(to: status.name), words.reference(to: status.reference),
        words.reference(to: status.olderNames.joined(separator: "\n")),
        digits(status.registration, count: 1), digits(status.isCacheable ? 1 : 0, count: 1),
        digits(status.content, count: 1), digits(status.retry, count: 1),
        digits(status.redirectMethod, count: 1), digits(status.generators, count: 1),
        digits(duties.count, count: 2), digits(status.rules.count, count: 1),
      ])
      for rule in status.rules { append(rule, to: &duties) }
    }
    return (statuses, duties)
  }

  private mutating func append(_ rule: FieldRule, to duties: inout Table) {
    duties.append([
      words.reference(to: rule.field), digits(rule.strength, count: 1),
      digits(rule.condition, count: 1), digits(rule.applies, count: 1),
    ])
  }

  private mutating func causeTable() -> Table {
    var causes = Table(Self.causeLayout)
    for cause in catalogue.causes + catalogue.rehearsed {
      causes.append([
        digits(cause.status, count: 2), digits(cause.number, count: 2),
        digits(cause.standardStatus, count: 2), words.reference(to: cause.code),
        words.reference(to: cause.slug), words.reference(to: cause.reference),
        words.reference(to: cause.iis.joined(separator: "\n")),
        words.reference(to: cause.olderNames.joined(separator: "\n")),
        digits(cause.actor, count: 1), digits(cause.retry, count: 1),
      ])
    }
    return causes
  }

  private mutating func proxyErrorTable() -> Table {
    var errors = Table(Self.proxyErrorLayout)
    for error in catalogue.proxyErrors {
      errors.append([
        words.reference(to: error.name), words.reference(to: error.reference),
        words.reference(to: error.parameters.joined(separator: "\n")),
        digits(error.status, count: 2), digits(error.isResponseOnly ? 1 : 0, count: 1),
      ])
    }
    return errors
  }

  private mutating func unofficialTable() -> Table {
    var unofficial = Table(Self.unofficialLayout)
    for item in catalogue.unofficial {
      unofficial.append([
        words.reference(to: item.vendor), words.reference(to: item.name),
        digits(item.code, count: 2), digits(item.closest.first ?? 0, count: 2),
        digits(item.closest.dropFirst().first ?? 0, count: 2), digits(item.sentAs, count: 2),
      ])
    }
    return unofficial
  }

  /// For each of 0...999 the row of the status plus one, or 0.
  private func codeIndex() -> [UInt8] {
    var rows = [Int](repeating: 0, count: 1000)
    for (index, status) in catalogue.statuses.enumerated() { rows[status.code] = index + 1 }
    return rows.flatMap { digits($0, count: 2) }
  }

  private func constants() -> [String] {
    var lines = ["extension Status {"]
    for status in catalogue.statuses {
      lines += [
        "  /// \(status.code) \(status.phrase), \(status.reference). \(status.entry.summary)",
        "  @inlinable public static var \(declared(constantName(status.name))): Status {"
          + " Status(unchecked: \(status.code)) }",
      ]
    }
    lines += ["}", "", "extension Cause {"]
    for (index, cause) in catalogue.causes.enumerated() {
      lines += [
        "  /// \(cause.code) \(cause.slug), \(cause.reference). \(cause.entry.summary)",
        "  @inlinable public static var \(declared(constantName(cause.slug))): Cause {"
          + " Cause(unchecked: \(index)) }",
      ]
    }
    lines.append("}")
    return lines
  }
}
