internal import Decide
internal import HTTPStatus

/// The counters as a text for people: what `statusline stats` prints.
public enum Stats {
  /// The sum of the loops' snapshots; ends in a line feed.
  public static func text(_ snapshots: [CountersSnapshot], _ server: ServerReport) -> String {
    let sum = CountersSnapshot.sum(of: snapshots)
    var lines: [String] = []
    let loops = snapshots.count == 1 ? "1 loop" : "\(snapshots.count) loops"
    let uptime = duration(seconds: max(server.nowSeconds - server.startSeconds, 0))
    lines.append("statusline \(server.version), up \(uptime), \(loops)")
    lines.append("")
    lines.append("Connections  \(sum.connectionsOpen) open, \(sum.connectionsOpened) in all")
    lines.append("Exchanges    \(sum.exchanges), of which \(sum.rehearsed) rehearsed")
    let bytesIn = Wording.short(bytes: sum.bytesIn)
    lines.append("Bytes        \(bytesIn) in, \(Wording.short(bytes: sum.bytesOut)) out")
    if let times = times(sum) { lines.append("Times        \(times)") }
    if sum.linesLost + sum.journalFailures > 0 {
      let failures = "\(sum.journalFailures) writes failed"
      lines.append("Journal      \(sum.linesLost) lines lost, \(failures)")
    }
    lines += table("Answers", counts(sum.causes))
    lines += table("Rehearsed", counts(sum.rehearsedCauses))
    lines += table(
      "Outcomes", Outcome.allCases.map { ($0.cause, sum.exchanges($0)) }.filter { $0.1 > 0 })
    return lines.joined(separator: "\n") + "\n"
  }

  private static func counts(_ values: [UInt64]) -> [(Cause, UInt64)] {
    values.enumerated().compactMap { index, count in
      count == 0 ? nil : Cause(rawIndex: UInt16(index)).map { ($0, count) }
    }
  }

  /// The most frequent first.
  private static func table(_ title: String, _ rows: [(Cause, UInt64)]) -> [String] {
    guard !rows.isEmpty else { return [] }
    let total = rows.reduce(0) { $0 + $1.1 }
    let sorted = rows.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    let codes = sorted.map { $0.0.code.description }
    let slugs = sorted.map { $0.0.slug.description }
    let codeWidth = codes.map(\.count).max() ?? 0
    let slugWidth = slugs.map(\.count).max() ?? 0
    let countWidth = sorted.map { "\($0.1)".count }.max() ?? 0
    var lines = ["", title]
    for (index, row) in sorted.enumerated() {
      let share = row.1 &* 1000 / max(total, 1)
      let count = padded("\(row.1)", countWidth, left: true)
      let percent = padded("\(share / 10).\(share % 10) %", 8, left: true)
      lines.append(
        "  \(padded(codes[index], codeWidth))  \(padded(slugs[index], slugWidth))  \(count)\(percent)"
      )
    }
    return lines
  }

  private static func padded(_ text: String, _ width: Int, left: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return left ? space + text : text + space
  }

  private static func times(_ sum: CountersSnapshot) -> String? {
    let total = sum.durations.reduce(0, +)
    guard total > 0 else { return nil }
    let mean = Wording.measured(microseconds: sum.durationMicroseconds / total)
    return "mean \(mean), half \(bound(sum, 500)), 99 of 100 \(bound(sum, 990))"
  }

  /// The bucket in which the given part (in thousandths) of all exchanges have ended.
  private static func bound(_ sum: CountersSnapshot, _ thousandths: UInt64) -> String {
    let total = sum.durations.reduce(0, +)
    let wanted = (total * thousandths + 999) / 1000
    var reached: UInt64 = 0
    for (power, count) in sum.durations.dropLast().enumerated() {
      reached += count
      if reached >= wanted {
        return "within " + Wording.measured(microseconds: 1 << UInt64(power))
      }
    }
    return "within more than a minute"
  }

  private static func duration(seconds: Int64) -> String {
    let parts = [
      (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "min"),
      (seconds % 60, "s"),
    ]
    let shown = parts.drop { $0.0 == 0 }.prefix(2)
    return shown.isEmpty ? "0 s" : shown.map { "\($0.0) \($0.1)" }.joined(separator: " ")
  }
}
