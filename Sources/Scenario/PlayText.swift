internal import Record

/// A play for eyes: both sides of the wire, what became of it, and why.
public enum PlayText {
  /// Lines that one message shows at the most.
  private static let linesMax = 60

  public static func text(of play: Play) -> String {
    var lines = ["\(play.scenario.name): \(play.scenario.title)", ""]
    lines += play.scenario.lesson.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    lines += ["", "The configuration:", ""]
    lines += play.scenario.config.split(separator: "\n").map { "  \($0)" }
    lines.append("")
    for event in play.events { lines += self.lines(of: event) }
    for record in play.records { lines += [""] + why(record) }
    lines.append("")
    lines.append(
      play.failures.isEmpty
        ? "All came out as the scenario says." : "It did not come out as the scenario says.")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func lines(of event: PlayEvent) -> [String] {
    switch event {
    case .note(let text): ["# \(text)"]
    case .opened(let name): ["# \(label(name)) connects"]
    case .sent(let name, let bytes, _): marked(bytes, "\(name)> ") + [""]
    case .received(let name, let bytes, _): marked(bytes, "\(name)< ") + [""]
    case .did(let name, let what): ["# \(label(name)) \(what)"]
    case .ended(let name, let isReset):
      [
        "# the server \(isReset ? "resets" : "closes") the connection\(name.isEmpty ? "" : " \(name)")"
      ]
    case .happened(let what): ["# \(what)"]
    }
  }

  private static func label(_ name: String) -> String {
    name.isEmpty ? "the client" : "client \(name)"
  }

  private static func marked(_ bytes: [UInt8], _ mark: String) -> [String] {
    let lines = NotationWriter.lines(bytes).map { (mark + $0).trimmingEnd }
    if lines.count <= linesMax { return lines }
    return Array(lines[..<linesMax]) + ["# ... \(lines.count - linesMax) more lines"]
  }

  /// The short form of `why`.
  private static func why(_ record: RecordedExchange) -> [String] {
    let explanation = Explanation(record)
    var lines: [String] = []
    var summary = explanation.summary
    if let cause = record.cause {
      // A cause can be ordered by its number, and its sentences are those of the real one
      let isOrdered = record.isRehearsed && record.slug != "rehearsed"
      lines.append("\(cause) \(record.slug ?? "")\(isOrdered ? ", as it was ordered" : "")")
      if isOrdered { summary = summary.map { "What it means, for real: \($0)" } }
    } else {
      lines.append("no request: \(record.outcome ?? "") \(record.outcomeSlug ?? "")")
    }
    lines += [summary, explanation.change].compactMap { $0 } + explanation.findings
    if let outcome = record.outcome, record.outcomeSlug != "completed", record.cause != nil {
      lines.append("outcome \(outcome) \(record.outcomeSlug ?? "")")
    }
    return lines.enumerated().map { $0 == 0 ? "Why: \($1)" : "     \($1)" }
  }
}

extension String {
  fileprivate var trimmingEnd: String {
    var text = self
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }
}
