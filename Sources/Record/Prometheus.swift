internal import Decide
internal import HTTPStatus
public import Message

/// The counters in Prometheus' text format, version 0.0.4 (`text/plain; version=0.0.4`).
public enum Prometheus {
  /// Appends the sum of the loops' snapshots. Causes that never happened are left out.
  public static func write(
    _ snapshots: [CountersSnapshot], _ server: ServerReport, into buffer: inout ByteBuffer
  ) {
    let sum = CountersSnapshot.sum(of: snapshots)
    writeServer(server, &buffer)
    writeConnections(sum, &buffer)
    writeAnswers(
      "statusline_responses_total", "Answers by cause; rehearsed ones are counted apart.",
      sum.causes, &buffer)
    writeAnswers(
      "statusline_rehearsed_responses_total", "Answers that were produced on demand.",
      sum.rehearsedCauses, &buffer)
    head("statusline_outcomes_total", "counter", "What became of the exchanges.", &buffer)
    for outcome in Outcome.allCases {
      sample(
        "statusline_outcomes_total", labels(outcome.cause, withStatus: false),
        sum.exchanges(outcome), &buffer)
    }
    head("statusline_interims_total", "counter", "Interim answers by cause.", &buffer)
    for interim in Interim.allCases where Int(interim.rawValue) < sum.interims.count {
      sample(
        "statusline_interims_total", labels(interim.cause, withStatus: true),
        sum.interims[Int(interim.rawValue)], &buffer)
    }
    writeDurations(sum, &buffer)
  }

  private static func writeServer(_ server: ServerReport, _ buffer: inout ByteBuffer) {
    head("statusline_build_info", "gauge", "The version that runs.", &buffer)
    sample("statusline_build_info", [("version", server.version)], 1, &buffer)
    head(
      "process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.",
      &buffer)
    sample("process_start_time_seconds", [], UInt64(max(server.startSeconds, 0)), &buffer)
  }

  private static func writeConnections(_ sum: CountersSnapshot, _ buffer: inout ByteBuffer) {
    let single: [(String, String, String, UInt64)] = [
      (
        "statusline_connections_total", "counter", "Connections accepted.", sum.connectionsOpened
      ),
      ("statusline_connections_open", "gauge", "Connections open now.", sum.connectionsOpen),
      ("statusline_exchanges_total", "counter", "Exchanges that are over.", sum.exchanges),
      (
        "statusline_request_bytes_total", "counter", "Bytes received, heads included.",
        sum.bytesIn
      ),
      (
        "statusline_response_bytes_total", "counter", "Bytes sent, heads included.", sum.bytesOut
      ),
      (
        "statusline_connections_idle_closed_total", "counter",
        "Connections closed in silence because nothing was asked on them.", sum.idleClosed
      ),
      (
        "statusline_connections_refused_total", "counter",
        "Connections closed without an answer because far too many were open.",
        sum.connectionsRefused
      ),
      (
        "statusline_accepts_failed_total", "counter",
        "Connections that could not be taken for want of descriptors or memory.", sum.acceptsFailed
      ),
      (
        "statusline_journal_lines_lost_total", "counter",
        "Journal lines that could not be written.", sum.linesLost
      ),
      (
        "statusline_journal_failures_total", "counter",
        "Writes to the journal, and openings of it, that failed.", sum.journalFailures
      ),
    ]
    for (name, type, help, value) in single {
      head(name, type, help, &buffer)
      sample(name, [], value, &buffer)
    }
  }

  private static func writeAnswers(
    _ name: String, _ help: String, _ counts: [UInt64], _ buffer: inout ByteBuffer
  ) {
    head(name, "counter", help, &buffer)
    for (index, count) in counts.enumerated() where count > 0 {
      guard let cause = Cause(rawIndex: UInt16(index)) else { continue }
      sample(name, labels(cause, withStatus: true), count, &buffer)
    }
  }

  private static func writeDurations(_ sum: CountersSnapshot, _ buffer: inout ByteBuffer) {
    let name = "statusline_request_duration_seconds"
    head(
      name, "histogram",
      "From a request's first byte to the end of its answer; without the rehearsed ones.", &buffer)
    var total: UInt64 = 0
    for (power, count) in sum.durations.enumerated() {
      total += count
      let isLast = power == sum.durations.count - 1
      sample(
        "\(name)_bucket", [("le", isLast ? "+Inf" : seconds(1 << UInt64(power)))], total, &buffer)
    }
    buffer.append(string: "\(name)_sum \(seconds(sum.durationMicroseconds))\n")
    sample("\(name)_count", [], total, &buffer)
  }

  /// Microseconds as seconds, exact: `0.000128`.
  static func seconds(_ microseconds: UInt64) -> String {
    let digits = String(microseconds % 1_000_000 + 1_000_000).dropFirst()
    var fraction = String(digits)
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let whole = microseconds / 1_000_000
    return fraction.isEmpty ? "\(whole)" : "\(whole).\(fraction)"
  }

  private static func labels(_ cause: Cause, withStatus: Bool) -> [(String, String)] {
    let named = [("cause", cause.code.description), ("slug", cause.slug.description)]
    return withStatus ? [("status", "\(cause.status.code)")] + named : named
  }

  private static func head(
    _ name: String, _ type: String, _ help: String, _ buffer: inout ByteBuffer
  ) {
    let text = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    buffer.append(string: "# HELP \(name) \(text)\n# TYPE \(name) \(type)\n")
  }

  private static func sample(
    _ name: String, _ labels: [(String, String)], _ value: UInt64, _ buffer: inout ByteBuffer
  ) {
    buffer.append(string: name)
    if !labels.isEmpty {
      let pairs = labels.map { "\($0)=\"\(escaped($1))\"" }
      buffer.append(string: "{\(pairs.joined(separator: ","))}")
    }
    buffer.append(0x20)
    buffer.append(decimal: value)
    buffer.append(0x0A)
  }

  /// A label's value: backslash, quote and line feed are escaped.
  static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
