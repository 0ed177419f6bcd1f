public import Decide
internal import HTTPStatus
internal import StatusGuide

/// The whole story of an exchange, told from its record alone: what was asked, what was answered, who caused it, what tipped it and
/// which line to change, by which path of decisions, and what became of it. The text of `why`.
public struct Explanation: Sendable {
  public let exchange: RecordedExchange

  public init(_ exchange: RecordedExchange) { self.exchange = exchange }

  // MARK: The parts

  /// `GET /pics/ HTTP/1.1`
  public var request: String {
    guard let method = exchange.method else {
      guard let line = exchange.requestLine else { return "nothing that could be read" }
      return "bytes that are no request: \(Wording.shown(line))"
    }
    var text = Wording.shown(method) + " " + Wording.shown(exchange.target ?? "")
    if let bytes = exchange.targetBytes { text += "... (cut off; \(bytes) bytes in all)" }
    guard let version = exchange.httpVersion else { return text + ", and no version was read" }
    return text + " HTTP/" + Wording.shown(version)
  }

  /// `403 Forbidden`
  public var answer: String {
    guard let status = exchange.status else { return "no status was sent" }
    return "\(status)" + (Status(Int(status))?.phrase.map { " \($0)" } ?? "")
  }

  /// The recorded cause where the catalogue of this build has it.
  var cause: Cause? { exchange.cause.flatMap { Cause($0) } }

  /// What the cause means, in a sentence.
  public var summary: String? { cause.map { Guide.summary(of: $0).description } }

  /// What can be done about the cause; nil where it would lead astray, because a name is too long.
  public var help: String? {
    if EvidenceWording(exchange).nameTooLong != nil { return nil }
    return cause.flatMap { Guide.help(of: $0)?.description }
  }

  /// What tipped the verdict, a sentence each.
  public var findings: [String] {
    exchange.cause == nil ? [] : EvidenceWording(exchange).findings + touches
  }

  /// What an armed order did to a real answer.
  private var touches: [String] {
    guard let order = exchange.order else { return [] }
    var sentence = "The decision is the one that stood without it, but the answer "
    sentence +=
      exchange.heldMilliseconds.map {
        "was held back for \(Wording.configured(milliseconds: $0)) before its head"
      } ?? "did not go out as it was"
    if exchange.outcomeSlug == Outcome.faultRehearsed.cause.slug.description {
      sentence +=
        exchange.heldMilliseconds == nil
        ? ": it was broken on purpose" : ", and broken on purpose"
    }
    return [sentence + ". " + EvidenceWording.whichOrder(order)]
  }

  /// Which line to change, and to what; nil where no setting decided.
  public var change: String? { EvidenceWording(exchange).change }

  /// The path of decisions; nil where the record has none or its graph is unknown to this build.
  public var path: RetoldPath? {
    exchange.path.flatMap { Retelling.path(version: $0.graph, yes: $0.yes) }
  }

  // MARK: As text

  /// Lines for a terminal; every byte from the wire is escaped. Ends in a line feed.
  public var text: String {
    var page = Page()
    page.lines.append("Exchange \(exchange.id)")
    page.lines.append("")
    writeDecision(&page)
    writeAttempts(&page)
    writeOutcome(&page)
    return page.lines.joined(separator: "\n") + "\n"
  }

  /// The same for an exchange that was only predicted: no id, and nothing of what would become of it.
  public var forecast: String {
    var page = Page()
    writeDecision(&page)
    return page.lines.joined(separator: "\n") + "\n"
  }

  private func writeDecision(_ page: inout Page) {
    writeRequest(&page)
    writeCause(&page)
    page.section("What tipped it", findings)
    page.section("What to change", change.map { [$0] } ?? [])
    // That nothing is wrong with the decision is no help where the answer did not get through
    let isAstray = brokenOff != nil && exchange.status.map { $0 < 400 } ?? true
    page.section("About this cause", isAstray ? [] : help.map { [$0] } ?? [])
    writePath(&page)
    page.section("Near misses", exchange.nearMisses.map(EndingWording.text(of:)))
  }

  private func writeRequest(_ page: inout Page) {
    page.entry("Asked", request)
    let client = exchange.client.flatMap { $0.isEmpty ? nil : $0 } ?? "an unknown client"
    var asker = "from \(Wording.shown(client))"
    if let peer = exchange.peer { asker += ", told by the peer \(Wording.shown(peer))," }
    asker += " at \(Wording.shown(Self.readable(exchange.time)))"
    page.entry("", asker)
    var place = exchange.site.map { "site \(Wording.shown($0))" } ?? "no site"
    if let host = exchange.host, host != exchange.site {
      place += ", asked for as \(Wording.shown(host))"
    }
    place += exchange.rule.map { ", rule at \(Wording.name($0))" } ?? ", no rule"
    page.entry("", place)
  }

  /// `2026-11-21 10:31:05.123 UTC` of a time as records have it; any other text as it is.
  private static func readable(_ time: String) -> String {
    let parts = time.split(separator: "T", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].hasSuffix("Z") else { return time }
    return "\(parts[0]) \(parts[1].dropLast()) UTC"
  }

  private func writeCause(_ page: inout Page) {
    page.entry("Answered", answer + rehearsal)
    if let origin = exchange.originStatus {
      let phrase = Status(Int(origin))?.phrase.map { " \($0)" } ?? ""
      page.entry("", "the origin had answered \(origin)\(phrase)")
    }
    guard let code = exchange.cause else {
      let lacks = exchange.method == nil ? "there was no request" : "the exchange ended before that"
      page.entry("Cause", "none: nothing was decided, because \(lacks)")
      return
    }
    let slug = exchange.slug.map { " \(Wording.shown($0))" } ?? ""
    page.entry("Cause", Wording.shown(code) + slug)
    page.entry("", summary ?? "The catalogue of this build has no such cause.")
    if let actor = exchange.actor { page.entry("Caused by", EndingWording.actor(actor)) }
    if let broken = brokenOff { page.entry("But", broken) }
  }

  /// What a rehearsal has to do with the answer; empty where it has nothing.
  private var rehearsal: String {
    if !exchange.isRehearsed { return "" }
    guard let order = exchange.order else { return ", rehearsed: produced on demand" }
    return ", a real answer that the armed order \(order) made late or broke"
  }

  /// How the exchange ended, where that was not with the last byte of its answer.
  private var brokenOff: String? {
    guard let slug = exchange.outcomeSlug, slug != "completed",
      let outcome = exchange.outcome.flatMap({ Cause($0) })
    else { return nil }
    return "it ended otherwise, \(Wording.shown(slug)): \(Guide.summary(of: outcome))"
  }

  private func writePath(_ page: inout Page) {
    guard let recorded = exchange.path else { return }
    guard let path else {
      page.section(
        "Path of decisions",
        [
          "This build cannot tell it: it does not know graph \(recorded.graph), or the record "
            + "is damaged."
        ])
      return
    }
    page.heading("Path of decisions (graph \(recorded.graph))")
    let width = path.steps.map(\.name.count).max() ?? 0
    var block = ""
    for step in path.steps {
      let next = Self.block(of: step.number)
      if next != block { page.lines.append("  \(next)") }
      block = next
      let gap = String(repeating: " ", count: width - step.name.count + 2)
      page.lines.append("    \(step.name)\(gap)\(step.answer ? "yes" : "no")")
    }
    page.lines.append("  ends in \(path.endingName)")
  }

  /// The block of a question; questions that have gone belong to none.
  static func block(of question: UInt8) -> String {
    Question(rawValue: question)?.block.rawValue ?? "earlier"
  }

  private func writeAttempts(_ page: inout Page) {
    var sentences: [String] = []
    for attempt in exchange.attempts {
      let status = attempt.status.map { "\($0)" } ?? "no status"
      let cause = [attempt.cause, attempt.slug].compactMap { $0 }.map(Wording.shown)
      sentences.append(
        "\(Wording.shown(attempt.kind)), depth \(attempt.depth): \(status), "
          + cause.joined(separator: " "))
      sentences += EvidenceWording(attempt).findings
    }
    page.section("Attempts", sentences)
  }

  private func writeOutcome(_ page: inout Page) {
    page.lines.append("")
    let slug = exchange.outcomeSlug ?? "unknown"
    let code = exchange.outcome.map { " (\(Wording.shown($0)))" } ?? ""
    page.entry("Outcome", Wording.shown(slug) + code)
    if slug != "completed", let cause = exchange.outcome.flatMap({ Cause($0) }) {
      page.entry("", Guide.summary(of: cause).description)
    }
    for code in exchange.interims {
      let slug = Cause(code).map { " \($0.slug)" } ?? ""
      page.entry("Interim", Wording.shown(code) + slug)
    }
    let all = "all after \(Wording.measured(microseconds: exchange.totalMicroseconds))"
    if exchange.status == nil {
      page.entry("Times", all)
    } else {
      let first = Wording.measured(microseconds: exchange.firstByteMicroseconds)
      page.entry("Times", "first byte after \(first), \(all)")
    }
    page.entry(
      "Bytes",
      "\(Wording.short(bytes: exchange.bytesIn)) in, \(Wording.short(bytes: exchange.bytesOut)) out"
    )
    if let configuration = exchange.configuration {
      page.entry("Settings", "fingerprint \(Wording.shown(configuration))")
    }
  }
}

/// A text of entries and sections.
private struct Page {
  var lines: [String] = []

  /// `Cause     403.14 directory-listing-denied`, with further lines below the first one.
  mutating func entry(_ label: String, _ text: String) {
    let padded = label + String(repeating: " ", count: max(1, 11 - label.count))
    for (index, line) in Wording.wrapped(text, width: 86).enumerated() {
      lines.append((index == 0 ? padded : String(repeating: " ", count: 11)) + line)
    }
  }

  mutating func heading(_ title: String) {
    lines.append("")
    lines.append(title)
  }

  /// A heading and paragraphs; nothing where there are none.
  mutating func section(_ title: String, _ paragraphs: [String]) {
    guard !paragraphs.isEmpty else { return }
    heading(title)
    for paragraph in paragraphs {
      for line in Wording.wrapped(paragraph, width: 95) { lines.append("  \(line)") }
    }
  }
}
