internal import Decide
internal import HTTPStatus
internal import Message

/// Reads journal lines back.
public enum JSONRecord {
  /// Reads a line that `JSONLine` wrote, in this version or an earlier one; a line feed at its end may be there or not.
  public static func read(_ line: Span<UInt8>) throws(RecordFault) -> RecordedExchange {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(line.count)
    for index in 0..<line.count { bytes.append(line[index]) }
    return try read(bytes)
  }

  public static func read(_ line: [UInt8]) throws(RecordFault) -> RecordedExchange {
    let node = try JSONReader.read(line)
    var members = try MemberReader(node, of: line)
    let versionOffset = members.offset(of: "v")
    let version = try members.unsigned("v") ?? 1
    guard version <= JSONLine.version else {
      throw RecordFault(
        at: versionOffset,
        expected: "a record of version \(JSONLine.version) or earlier; this one is of "
          + "version \(version), which a newer statusline reads")
    }
    if members.isThere("note") {
      throw RecordFault(at: node.start, expected: "the record of an exchange, not a note")
    }
    let time = try members.requiredText("time", "a time")
    let idOffset = members.offset(of: "id")
    guard let id = RequestID(try members.requiredText("id", "a request id")) else {
      throw RecordFault(at: idOffset, expected: "a request id of 16 hexadecimal digits")
    }
    let trace = try members.trace()
    let rule = try members.text("rule")
    let outcome = try outcome(&members, version)
    let site = try members.text("site", version >= 3 ? JournalContext.unnamed : nil)
    let method = try members.text("method")
    let cause = try members.text("cause")
    let known = version >= 3 ? cause.flatMap { Cause($0) } : nil
    let firstByte = try members.unsigned("ttfb_us") ?? 0
    return RecordedExchange(
      version: version, time: time, id: id,
      client: try members.text("client"), peer: try members.text("peer"),
      site: site, rule: rule, method: method,
      target: try members.text("target"), targetBytes: try members.unsigned("target_bytes"),
      requestLine: try members.text("line"), host: try members.text("host"),
      port: try members.number("port"),
      httpVersion: try members.text("version", version >= 3 && method != nil ? "1.1" : nil),
      status: try members.number("status"), cause: cause,
      slug: try members.text("slug", known?.slug.description),
      actor: try members.text("actor", known?.actor.recordName.description),
      outcome: outcome.code, outcomeSlug: outcome.slug,
      originStatus: try members.number("origin"), bytesIn: try members.unsigned("in") ?? 0,
      bytesOut: try members.unsigned("out") ?? 0,
      firstByteMicroseconds: firstByte,
      totalMicroseconds: try members.unsigned("total_us") ?? (version >= 3 ? firstByte : 0),
      path: trace.path,
      ending: trace.ending, evidence: try members.evidence(under: version >= 2 ? rule : nil),
      nearMisses: try nearMisses(&members, line), interims: try members.texts("interims"),
      attempts: try attempts(&members, line), configuration: trace.configuration,
      isRehearsed: try members.bool("rehearsed") ?? false,
      order: try members.unsigned("order"), heldMilliseconds: try members.unsigned("held_ms"),
      unknown: members.rest)
  }

  /// The id and the cause of a line that `ConsoleLine` wrote, as far as they can be found: with or without colours, also cut off
  /// at its end. Nil where there is no id.
  public static func readConsole(_ line: String) -> ConsoleRecord? {
    var plain = line
    while let start = plain.range(ofEscape: "\u{1B}[") { plain.removeSubrange(start) }
    let words = plain.split(whereSeparator: { $0 == " " || $0.isNewline })
    guard let mark = words.lastIndex(of: "id"), mark + 1 < words.count,
      let id = RequestID(String(words[mark + 1]))
    else { return nil }
    let cause = words.prefix(4).first { isCause($0) }.map(String.init)
    return ConsoleRecord(id: id, cause: cause)
  }

  private static func isCause(_ word: Substring) -> Bool {
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.count <= 5 && $0.utf8.allSatisfy(\.isDigit) }
  }

  /// Version 1 has code and name; later ones have the name alone, whose code the catalogue knows. From version 3 on an exchange that was
  /// completed does not say so.
  private static func outcome(
    _ members: inout MemberReader, _ version: UInt64
  ) throws(RecordFault) -> (code: String?, slug: String?) {
    let completed = Outcome.completed.cause.slug.description
    let text = try members.text("outcome", version >= 3 ? completed : nil)
    if version < 2 { return (text, try members.text("outcome_slug")) }
    let outcome = Outcome.allCases.first { $0.cause.slug.description == text }
    return (outcome?.cause.code.description, text)
  }

  private static func nearMisses(
    _ members: inout MemberReader, _ line: [UInt8]
  ) throws(RecordFault) -> [RecordedNearMiss] {
    var misses: [RecordedNearMiss] = []
    for node in try members.array("near") {
      var members = try MemberReader(node, of: line)
      misses.append(
        RecordedNearMiss(
          kind: try members.requiredText("kind", "the kind of a near miss"),
          position: try members.requiredText("at", "a position")))
    }
    return misses
  }

  private static func attempts(
    _ members: inout MemberReader, _ line: [UInt8]
  ) throws(RecordFault) -> [RecordedAttempt] {
    var attempts: [RecordedAttempt] = []
    for node in try members.array("attempts") {
      var members = try MemberReader(node, of: line)
      let trace = try members.trace()
      attempts.append(
        RecordedAttempt(
          kind: try members.requiredText("kind", "the kind of an attempt"),
          depth: try members.unsigned("depth") ?? 1, status: try members.number("status"),
          cause: try members.text("cause"), slug: try members.text("slug"),
          actor: try members.text("actor"), path: trace.path,
          ending: trace.ending, evidence: try members.evidence(under: nil)))
    }
    return attempts
  }
}

/// What a console line tells.
public struct ConsoleRecord: Equatable, Sendable {
  public var id: RequestID
  /// `403.14`; nil where the line does not say.
  public var cause: String?
}

extension String {
  /// The first colour sequence: from `introducer` to its `m`.
  fileprivate func range(ofEscape introducer: String) -> Range<Index>? {
    guard let escape = firstIndex(of: "\u{1B}") else { return nil }
    let end = self[escape...].firstIndex(of: "m").map { index(after: $0) } ?? endIndex
    return escape..<end
  }
}
