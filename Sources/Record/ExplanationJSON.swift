internal import Decide
internal import Message

extension Explanation {
  /// The same as one JSON object on several lines, for programs. Ends in a line feed.
  /// What a record has of the wire stays escaped.
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
      ("order", exchange.order.map { .number($0) } ?? .null),
      ("held_ms", exchange.heldMilliseconds.map { .number($0) } ?? .null),
    ]
    return JSONOutput.object(members).text(.hidingLatin1) + "\n"
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
