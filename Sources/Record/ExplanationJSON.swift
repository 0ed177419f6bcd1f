internal import Config
internal import Decide

extension Explanation {
  /// The same as one JSON object on several lines, for programs. Ends in a line feed.
  public var json: String {
    var members: [(String, JSONOutput)] = [
      ("id", .text(exchange.id.description)), ("time", .text(exchange.time)),
      ("request", .text(request)), ("client", .optional(exchange.client)),
      ("peer", .optional(exchange.peer)),
      ("site", .optional(exchange.site)), ("rule", .optional(exchange.rule)),
      ("status", exchange.status.map { .number(UInt64($0)) } ?? .null),
      ("answer", .text(answer)), ("cause", .optional(exchange.cause)),
      ("slug", .optional(exchange.slug)), ("summary", .optional(summary)),
      ("help", .optional(help)), ("actor", .optional(exchange.actor)),
      ("findings", .array(findings.map { .text($0) })), ("change", .optional(change)),
      ("evidence", exchange.evidence.map(Self.evidence) ?? .null),
    ]
    if let path, let recorded = exchange.path {
      members += [
        ("graph", .number(UInt64(recorded.graph))), ("path", Self.path(path)),
        ("ending", .text(path.endingName)),
      ]
    }
    members += [
      ("outcome", .optional(exchange.outcome)), ("outcome_slug", .optional(exchange.outcomeSlug)),
      ("origin", exchange.originStatus.map { .number(UInt64($0)) } ?? .null),
      ("interims", .array(exchange.interims.map { .text($0) })),
      ("near", .array(exchange.nearMisses.map { .text(EndingWording.text(of: $0)) })),
      ("attempts", .array(exchange.attempts.map(Self.attempt))),
      ("bytes_in", .number(exchange.bytesIn)), ("bytes_out", .number(exchange.bytesOut)),
      ("first_byte_us", .number(exchange.firstByteMicroseconds)),
      ("total_us", .number(exchange.totalMicroseconds)),
      ("config", .optional(exchange.configuration)),
      ("rehearsed", .bool(exchange.isRehearsed)),
    ]
    return JSONOutput.object(members).text(indent: 0) + "\n"
  }

  private static func path(_ path: RetoldPath) -> JSONOutput {
    .array(
      path.steps.map { step in
        .object([
          ("number", .number(UInt64(step.number))), ("question", .text(step.name)),
          ("block", .text(block(of: step.number))), ("answer", .bool(step.answer)),
        ])
      })
  }

  private static func evidence(_ evidence: RecordedEvidence) -> JSONOutput {
    var members: [(String, JSONOutput)] = []
    func add(_ name: String, _ text: String?) {
      if let text { members.append((name, .text(text))) }
    }
    func add(_ name: String, _ number: UInt64?) {
      if let number { members.append((name, .number(number))) }
    }
    add("key", evidence.key)
    add("at", evidence.position)
    add("rule", evidence.rule)
    add("short", evidence.short)
    add("root", evidence.root)
    add("under", evidence.under)
    add("message", evidence.message)
    add("part", evidence.part)
    add("offset", evidence.offset)
    add("field", evidence.field)
    add("unit", evidence.unit)
    add("limit", evidence.limit)
    add("measured", evidence.measured)
    add("errno", evidence.systemError.map { UInt64($0.magnitude) })
    add("errno_name", evidence.systemErrorName)
    return .object(members)
  }

  private static func attempt(_ attempt: RecordedAttempt) -> JSONOutput {
    .object([
      ("kind", .text(attempt.kind)), ("depth", .number(attempt.depth)),
      ("status", attempt.status.map { .number(UInt64($0)) } ?? .null),
      ("cause", .optional(attempt.cause)), ("slug", .optional(attempt.slug)),
      ("findings", .array(EvidenceWording(attempt).findings.map { .text($0) })),
    ])
  }
}

/// JSON as it is printed for programs; for cold paths.
enum JSONOutput {
  case null
  case bool(Bool)
  case number(UInt64)
  case text(String)
  case array([JSONOutput])
  case object([(String, JSONOutput)])

  static func optional(_ text: String?) -> JSONOutput { text.map { .text($0) } ?? .null }

  /// Arrays and objects that hold anything take a line an entry.
  func text(indent: Int) -> String {
    let inner = String(repeating: " ", count: indent + 2)
    let outer = String(repeating: " ", count: indent)
    switch self {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .number(let value): return "\(value)"
    case .text(let text): return Self.quoted(text)
    case .array(let items):
      if items.isEmpty { return "[]" }
      let lines = items.map { inner + $0.text(indent: indent + 2) }
      return "[\n" + lines.joined(separator: ",\n") + "\n" + outer + "]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map { name, value in
        inner + Self.quoted(name) + ": " + value.text(indent: indent + 2)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n" + outer + "}"
    }
  }

  /// What a record has of the wire stays escaped.
  private static func quoted(_ text: String) -> String {
    JSONText.quoted(text, hidingLatin1: true)
  }
}
