/// Why a status was chosen: a sub-status with a number, a slug and a place in the catalogue.
///
/// Inside one build a cause is a small number, cheap to compare and to keep. That number changes when the catalogue
/// grows: store the code text ("403.14"), which never changes its meaning. The causes of outcomes have status 0.
public struct Cause: Hashable, Comparable, Sendable {
  /// The position in this build's table. For arrays indexed by cause only; never store it.
  public let rawIndex: UInt16

  @inlinable
  init(unchecked index: UInt16) { rawIndex = index }

  /// The cause at a position of this build's table; nil outside of it.
  public init?(rawIndex: UInt16) {
    guard Int(rawIndex) < Cause.count else { return nil }
    self.rawIndex = rawIndex
  }

  /// The cause with this status and number, as in 403 and 14; nil where the catalogue has none.
  public init?(status: Int, number: Int) {
    guard status >= 0, number >= 0 else { return nil }
    if number == FactTables.rehearsedNumber {
      guard let found = Cause(rehearsing: status) else { return nil }
      rawIndex = found.rawIndex
      return
    }
    var low = 0
    var high = FactTables.causeCount
    while low < high {
      let middle = (low + high) / 2
      let row = CauseRow(index: middle)
      if (row.status, row.number) < (status, number) { low = middle + 1 } else { high = middle }
    }
    guard low < FactTables.causeCount else { return nil }
    let found = CauseRow(index: low)
    guard (found.status, found.number) == (status, number) else { return nil }
    rawIndex = UInt16(truncatingIfNeeded: low)
  }

  /// The cause that a text names: its code ("403.14"), else its slug ("directory-listing-denied"), else the code that IIS
  /// has for it ("404.13" finds 413.1).
  public init?(_ text: String) {
    if let (status, number) = Self.parts(of: text),
      let cause = Cause(status: status, number: number)
    {
      self = cause
      return
    }
    let found =
      Cause.all.first { $0.slug == text }
      ?? Cause.all.first { cause in cause.iisAliases.contains { $0 == text } }
    guard let found else { return nil }
    self = found
  }

  /// The first cause with this slug or older name, such as IIS's; upper and lower case are the same.
  public init?(named name: String) {
    let found =
      Cause.all.first { $0.slug.equalsIgnoringCase(name) }
      ?? Cause.all.first { $0.olderNames.contains { $0.equalsIgnoringCase(name) } }
    guard let found else { return nil }
    self = found
  }

  /// Every cause, in the order of status and number.
  public static var all: some RandomAccessCollection<Cause> & Sendable {
    (0..<FactTables.causeCount).lazy.map { Cause(unchecked: UInt16(truncatingIfNeeded: $0)) }
  }

  /// How many causes this build has, the rehearsed ones among them: one more than the highest `rawIndex`.
  public static var count: Int { FactTables.causeCount + FactTables.rehearsedCount }

  @inlinable
  public static func < (left: Cause, right: Cause) -> Bool { left.rawIndex < right.rawIndex }

  // MARK: What is rehearsed

  /// The cause of a status that was ordered, and has no other reason: 503.999. One entry of the catalogue stands for all of them; they
  /// are not in `all`, and come after all others.
  /// - Parameter status: 100...599; anything else gives nil.
  public init?(rehearsing status: Int) {
    guard status >= 100, status - 100 < FactTables.rehearsedCount else { return nil }
    rawIndex = UInt16(truncatingIfNeeded: FactTables.causeCount + status - 100)
  }

  /// Every cause of a status that was ordered, in the order of the statuses.
  public static var rehearsed: some RandomAccessCollection<Cause> & Sendable {
    (FactTables.causeCount..<Cause.count).lazy.map {
      Cause(unchecked: UInt16(truncatingIfNeeded: $0))
    }
  }

  /// Whether the status was ordered, and has no other reason.
  @inlinable public var isRehearsed: Bool { Int(rawIndex) >= Cause.firstRehearsed }

  /// The `rawIndex` of the first of them.
  @usableFromInline static var firstRehearsed: Int { FactTables.causeCount }

  /// "403.14" as (403, 14); nil for anything that is not digits, a full stop and digits.
  private static func parts(of text: String) -> (Int, Int)? {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy(isDigit) }),
      let status = Int(String(parts[0]) ?? ""), let number = Int(String(parts[1]) ?? "")
    else { return nil }
    return (status, number)
  }
}

private func isDigit(_ byte: UInt8) -> Bool {
  byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}

extension Cause {
  /// The status that the cause leads to; 0 for the cause of an outcome, which is never sent.
  public var status: Status {
    Status(unchecked: UInt16(truncatingIfNeeded: row.status))
  }

  /// The number after the full stop. IIS's own where IIS has one for this meaning under this status, from 700 on ours.
  public var number: UInt16 { UInt16(truncatingIfNeeded: row.number) }

  /// The code as it is written, stored and logged, as in "403.14".
  public var code: StaticText { row.code }

  /// The name for eyes and for search, in lower case with hyphens, as in "directory-listing-denied".
  public var slug: StaticText { row.slug }

  /// The reason phrase of its status; nil for outcomes.
  public var phrase: StaticText? { status.phrase }

  /// The section of the standard that the cause follows, as in "RFC 9110 section 15.5.4".
  public var reference: StaticText { row.reference }

  /// The first code that IIS has for this meaning under another status; nil where there is none.
  public var iisAlias: StaticText? { iisAliases.first { _ in true } }

  /// All codes that IIS has for this meaning under other statuses.
  public var iisAliases: StaticTextList { row.iisAliases }

  /// What other servers, or earlier editions, call the cause.
  public var olderNames: StaticTextList { row.olderNames }

  /// Who brings the cause about, as a rule. A verdict may name another.
  public var actor: Party { row.actor }

  /// Whether the same request may be sent again: the cause's own advice, or that of its status.
  public var retry: RetryAdvice? { row.retry ?? status.retry }

  /// The status that RFC 9110 would choose for the same condition, where the cause stands under another one because its
  /// number is older than that choice; nil where both agree.
  public var standardStatus: Status? {
    let code = row.standardStatus
    return code == 0 ? nil : Status(unchecked: UInt16(truncatingIfNeeded: code))
  }

  /// Whether this is what became of an exchange, and not a reason for a status.
  public var isOutcome: Bool { row.status == 0 }

  private var row: CauseRow { CauseRow(index: Int(rawIndex)) }
}

extension Cause: CustomStringConvertible {
  /// Code and slug, as in "403.14 directory-listing-denied".
  public var description: String { "\(code) \(slug)" }
}

extension Cause: Codable {
  /// Reads the code as text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let cause = Cause(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(text)\" is no cause of this catalogue")
    }
    self = cause
  }

  /// Writes the code as text, as in "403.14".
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(code.description)
  }
}

/// One cause of the generated table.
struct CauseRow {
  private let row: TableRow

  init(index: Int) {
    row = TableRow(
      FactTables.causes, words: FactTables.words, width: CauseColumn.width, index: index)
  }

  var status: Int { row.number(CauseColumn.status, digits: 2) }
  var number: Int { row.number(CauseColumn.number, digits: 2) }
  var standardStatus: Int { row.number(CauseColumn.standardStatus, digits: 2) }
  var code: StaticText { row.text(CauseColumn.code) }
  var slug: StaticText { row.text(CauseColumn.slug) }
  var reference: StaticText { row.text(CauseColumn.reference) }
  var iisAliases: StaticTextList { StaticTextList(lines: row.text(CauseColumn.iis)) }
  var olderNames: StaticTextList { StaticTextList(lines: row.text(CauseColumn.olderNames)) }
  var actor: Party {
    Party(rawValue: UInt8(truncatingIfNeeded: row.number(CauseColumn.actor, digits: 1))) ?? .server
  }
  var retry: RetryAdvice? {
    RetryAdvice(rawValue: UInt8(truncatingIfNeeded: row.number(CauseColumn.retry, digits: 1)))
  }
}
