/// A status code of HTTP: three digits (RFC 9110 section 15), and what the registry says about them.
///
/// Two statuses are equal when their codes are; the reason phrase is looked up and never part of the value. Codes that no
/// registry knows are statuses too, since a client has to treat them as the x00 of their class. Why a status was chosen
/// is told by a `Cause`, not by this type.
public struct Status: Hashable, Comparable, Sendable {
  /// The code, 0...999.
  public let code: UInt16

  /// A status as it may be received or recorded.
  /// - Parameter code: 0...999; anything else gives nil. 0 stands for "no status was sent".
  @inlinable
  public init?(_ code: Int) {
    guard code >= 0, code <= 999 else { return nil }
    self.code = UInt16(truncatingIfNeeded: code)
  }

  /// A status as it may be sent.
  /// - Parameter code: 100...599, the range of RFC 9110 section 15; anything else gives nil.
  @inlinable
  public init?(sending code: Int) {
    guard code >= 100, code <= 599 else { return nil }
    self.code = UInt16(truncatingIfNeeded: code)
  }

  @inlinable
  init(unchecked code: UInt16) { self.code = code }

  @inlinable
  public static func < (left: Status, right: Status) -> Bool { left.code < right.code }

  /// The class that the first digit names; nil below 100 and above 599 (RFC 9110 section 15).
  @inlinable public var statusClass: StatusClass? {
    StatusClass(rawValue: UInt8(truncatingIfNeeded: code / 100))
  }

  /// Whether the status may be sent at all: 100...599.
  @inlinable public var canBeSent: Bool { code >= 100 && code <= 599 }

  /// Whether a response with this status is interim: a final one follows (RFC 9110 section 15.2).
  @inlinable public var isInterim: Bool { code >= 100 && code <= 199 }
}

// MARK: - What the registry says

extension Status {
  /// Every status that has a row in the registry, in the order of the codes.
  public static var registered: some RandomAccessCollection<Status> & Sendable {
    (0..<FactTables.statusCount).lazy.map { index in
      Status(unchecked: UInt16(truncatingIfNeeded: StatusRow(index: index).code))
    }
  }

  /// The reason phrase of the registry; nil for a code that it does not name.
  ///
  /// For writing a status line only (RFC 9112 section 4): a receiver has no use for it, and HTTP/2 does not carry it.
  public var phrase: StaticText? { row?.phrase }

  /// The standing of the code in the registry.
  public var registration: Registration { row?.registration ?? .none }

  /// Where the status is defined, as in "RFC 9110 section 15.5.5"; nil for a code that the registry does not name.
  public var reference: StaticText? { row?.reference }

  /// Whether a cache may keep a final response without being told so (RFC 9110 section 15.1). False for unknown codes.
  public var isCacheableByDefault: Bool { row?.isCacheable ?? false }

  /// Whether a response carries content. For an unknown code: never for 1xx, else left open.
  public var contentRule: ContentRule { row?.contentRule ?? (isInterim ? .never : .optional) }

  /// Whether the same request may be sent again; nil where the question does not arise.
  public var retry: RetryAdvice? { row?.retry }

  /// What becomes of the method when the redirection is followed; nil for what is no redirection to another URI.
  public var redirectMethod: RedirectMethod? { row?.redirectMethod }

  /// Who generates the status; empty where nobody does, or nobody any more.
  public var generators: Generators { row?.generators ?? [] }

  /// Phrases that earlier standards or other servers have had for the code.
  public var olderNames: StaticTextList { row?.olderNames ?? StaticTextList(lines: StaticText("")) }

  var row: StatusRow? { StatusRow(code: code) }
}

extension Status: CustomStringConvertible {
  /// The code in three digits.
  public var description: String {
    let digits = String(code)
    return String(repeating: "0", count: 3 - digits.count) + digits
  }
}

extension Status: Codable {
  /// Reads a number, 0...999.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let number = try container.decode(Int.self)
    guard let status = Status(number) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\(number) is no status: 0 to 999 are")
    }
    self = status
  }

  /// Writes the code as a number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(code)
  }
}

// MARK: - Look-up by words

extension Status {
  /// The registered status with this phrase, constant name or older name; upper and lower case are the same.
  /// - Parameter name: "Not Found", "not-found" or "Request Entity Too Large". A number is not a name.
  public init?(named name: String) {
    for index in 0..<FactTables.statusCount {
      let row = StatusRow(index: index)
      if row.phrase.equalsIgnoringCase(name) || row.name.equalsIgnoringCase(name) {
        self.init(row.code)
        return
      }
    }
    for index in 0..<FactTables.statusCount {
      let row = StatusRow(index: index)
      if row.olderNames.contains(where: { $0.equalsIgnoringCase(name) }) {
        self.init(row.code)
        return
      }
    }
    return nil
  }
}

/// One status of the generated table.
struct StatusRow {
  private let row: TableRow

  init(index: Int) {
    row = TableRow(
      FactTables.statuses, words: FactTables.words, width: StatusColumn.width, index: index)
  }

  init?(code: UInt16) {
    guard code <= 999 else { return nil }
    let entry = TableRow(
      FactTables.statusByCode, words: FactTables.words, width: 2, index: Int(code)
    ).number(0, digits: 2)
    guard entry > 0 else { return nil }
    self.init(index: entry - 1)
  }

  var code: Int { row.number(StatusColumn.code, digits: 2) }
  var phrase: StaticText { row.text(StatusColumn.phrase) }
  var name: StaticText { row.text(StatusColumn.name) }
  var reference: StaticText { row.text(StatusColumn.reference) }
  var olderNames: StaticTextList { StaticTextList(lines: row.text(StatusColumn.olderNames)) }
  var isCacheable: Bool { row.number(StatusColumn.cacheable, digits: 1) == 1 }
  var registration: Registration {
    Registration(rawValue: byte(StatusColumn.registration)) ?? .registered
  }
  var contentRule: ContentRule { ContentRule(rawValue: byte(StatusColumn.content)) ?? .optional }
  var retry: RetryAdvice? { RetryAdvice(rawValue: byte(StatusColumn.retry)) }
  var redirectMethod: RedirectMethod? {
    RedirectMethod(rawValue: byte(StatusColumn.redirectMethod))
  }
  var generators: Generators { Generators(rawValue: byte(StatusColumn.generators)) }
  var firstDuty: Int { row.number(StatusColumn.firstDuty, digits: 2) }
  var dutyCount: Int { row.number(StatusColumn.dutyCount, digits: 1) }

  private func byte(_ column: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: row.number(column, digits: 1))
  }
}
