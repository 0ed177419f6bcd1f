internal import Decide
internal import Record

/// Compares members of a record with what a scenario expects of them.
enum RecordCheck {
  /// The value of a member as text, as in the journal's line; nil where the record has none. An array's items are parted by commas;
  /// "path" is the path of decisions.
  static func value(_ name: String, of record: RecordedExchange) -> String? {
    switch name {
    case "client": record.client
    case "site": record.site
    case "rule": record.rule
    case "method": record.method
    case "target": record.target
    case "line": record.requestLine
    case "host": record.host
    case "version": record.httpVersion
    case "status": record.status.map { "\($0)" }
    case "cause": record.cause
    case "slug": record.slug
    case "actor": record.actor
    case "outcome": record.outcome
    case "in": "\(record.bytesIn)"
    case "out": "\(record.bytesOut)"
    case "interims": list(record.interims)
    case "near": list(record.nearMisses.map { "\($0.kind) \($0.position)" })
    case "path": path(record)
    default: evidence(name, record.evidence)
    }
  }

  /// The names that `value` knows.
  static let names =
    "client, site, rule, method, target, line, host, version, status, cause, slug, actor, outcome, "
    + "in, out, interims, near, path, evidence.key, evidence.at, evidence.rule, evidence.part, "
    + "evidence.offset, evidence.field, evidence.unit, evidence.limit, evidence.measured and "
    + "evidence.errno"

  static func isKnown(_ name: String) -> Bool {
    names.split(whereSeparator: { $0 == "," || $0 == " " }).contains { $0 == name }
  }

  private static func list(_ items: [String]) -> String? {
    items.isEmpty ? nil : items.joined(separator: ", ")
  }

  private static func evidence(_ name: String, _ evidence: RecordedEvidence?) -> String? {
    switch name {
    case "evidence.key": evidence?.key
    case "evidence.at": evidence?.position
    case "evidence.rule": evidence?.rule
    case "evidence.part": evidence?.part
    case "evidence.offset": evidence?.offset.map { "\($0)" }
    case "evidence.field": evidence?.field
    case "evidence.unit": evidence?.unit
    case "evidence.limit": evidence?.limit.map { "\($0)" }
    case "evidence.measured": evidence?.measured.map { "\($0)" }
    case "evidence.errno": evidence?.systemErrorName
    default: nil
    }
  }

  /// `has_index no, is_listing_allowed no, listing_denied`
  private static func path(_ record: RecordedExchange) -> String? {
    guard let path = Explanation(record).path else { return nil }
    let steps = path.steps.map { "\($0.name) \($0.answer ? "yes" : "no")" }
    return (steps + [path.endingName]).joined(separator: ", ")
  }

  /// What is wrong with a member; nil where it is as expected. A path may be given by its end.
  static func complaint(_ member: ExpectedMember, _ record: RecordedExchange) -> String? {
    guard isKnown(member.name) else {
      return "a record has no member \"\(member.name)\"; there are \(names)"
    }
    let value = value(member.name, of: record)
    if member.value == "none" { return value == nil ? nil : "\(member.name) is \(value ?? "")" }
    guard let value else { return "the record has no \(member.name)" }
    if member.name == "path", member.value.hasPrefix("... ") {
      return value.hasSuffix(member.value.dropFirst(4)) ? nil : "the path is \(value)"
    }
    return value == member.value ? nil : "\(member.name) is \(value)"
  }
}
