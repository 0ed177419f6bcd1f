internal import Config
internal import Decide
internal import Facts
internal import HTTPStatus
public import Message

/// The record of an exchange as one line of JSON: what the journal writes, what the flight recorder keeps, what `why` reads.
///
/// Member names are permanent. A change that an old reader would misread counts `version` up; new members alone do not. What most
/// exchanges have in common is not written: each member that is left out stands for one value (Documentation/Journal.md).
public enum JSONLine {
  /// The member `v`.
  public static let version: UInt64 = 3

  /// Appends the record and a line feed.
  ///
  /// Bytes from the wire are escaped, targets are cut off at 2 KiB and lose their secrets (`TargetRedaction`). `cache` belongs to
  /// the caller, who keeps it from line to line. Allocates nothing unless the buffer has to grow.
  public static func write(
    _ record: borrowing ExchangeRecord, _ context: JournalContext, _ cache: inout LineCache,
    into buffer: inout ByteBuffer
  ) {
    let room = bytesMax(record, context)
    buffer.reserve(room)
    var line = LineWriter(buffer.end, room: room)
    line.text("{\"v\":3,\"time\":\"")
    cache.stamp.write(seconds: record.seconds, nanoseconds: record.nanoseconds, to: &line)
    line.text("\",\"id\":\"")
    line.hex16(record.id.value)
    line.text("\",\"client\":\"")
    line.mostlyPlain(
      UnsafeBufferPointer(
        start: record.client.baseAddress, count: min(record.client.count, addressBytesMax)), .json)
    line.byte(0x22)
    if !record.peer.isEmpty { writePeer(record.peer, &line) }
    writeRequest(record, context, &line)
    writeAnswer(record, context, &line)
    if let verdict = record.verdict {
      if verdict.evidence.isTipping {
        writeEvidence(verdict.evidence, head: record, context, &line)
      }
    }
    if !record.nearMisses.isEmpty { writeNearMisses(record.nearMisses, context, &line) }
    if record.interims.rawValue != 0 { writeInterims(record.interims, &line) }
    if !record.attempts.isEmpty { writeAttempts(record.attempts, context, &line) }
    if record.isRehearsed { writeRehearsal(record, &line) }
    writeTrace(record, context, &cache, &line)
    buffer.didWrite(line.count)
  }

  private static func writeRehearsal(
    _ record: borrowing ExchangeRecord, _ line: inout LineWriter
  ) {
    line.text(",\"rehearsed\":true")
    if record.order == 0 { return }
    line.text(",\"order\":")
    line.decimal(UInt64(record.order))
    if record.heldMilliseconds == 0 { return }
    line.text(",\"held_ms\":")
    line.decimal(record.heldMilliseconds)
  }

  static let addressBytesMax = 128
  static let methodBytesMax = 64
  static let messageBytesMax = 200
  static let hostBytesMax = 255
  static let fieldNameBytesMax = 128

  /// The most that the line can take.
  @inline(__always)
  private static func bytesMax(
    _ record: borrowing ExchangeRecord, _ context: JournalContext
  ) -> Int {
    // Every part is bounded, so that no sum needs a check; positions and attempts that all lines can have are the context's
    let target = max(min(record.target.count, TargetRedaction.bytesMax), 0)
    var room = context.lineBytesMax &+ target &* EscapeStyle.growth
    if record.attempts.count > 0 {
      room +=
        record.attempts.count * (2 * context.positionBytesMax + context.causes.longest + 1024)
    }
    return room
  }

  @inline(__always)
  private static func writeRequest(
    _ record: borrowing ExchangeRecord, _ context: JournalContext, _ line: inout LineWriter
  ) {
    let route = context.route(record)
    if !route.isEmpty {
      line.raw(route)
    } else {
      writeRoute(record, context, &line)
    }
    writeMessage(record, &line)
  }

  private static func writeRoute(
    _ record: borrowing ExchangeRecord, _ context: JournalContext, _ line: inout LineWriter
  ) {
    // Where there is one without a name, nothing is
    if record.site < 0 { line.text(",\"site\":null") }
    line.raw(context.sites[Int(record.site)])
    line.text(",\"rule\":")
    if record.rule.isBuiltIn {
      line.text("null")
    } else {
      line.byte(0x22)
      write(record.rule, context, &line)
      line.byte(0x22)
    }
  }

  @inline(__always)
  private static func writeMessage(
    _ record: borrowing ExchangeRecord, _ line: inout LineWriter
  ) {
    let method = record.bytes(record.methodName)
    if method.isEmpty {
      line.text(",\"method\":null,\"target\":null")
      let first = record.firstLine
      if !first.isEmpty {
        line.text(",\"line\":\"")
        TargetRedaction.write(first, .json, to: &line)
        line.byte(0x22)
      }
      line.text(",\"version\":null")
      return
    }
    if method.count == 3, method[0] == 0x47, method[1] == 0x45, method[2] == 0x54 {
      line.text(",\"method\":\"GET\",\"target\":\"")
    } else {
      line.text(",\"method\":\"")
      line.wire(
        UnsafeBufferPointer(start: method.baseAddress, count: min(method.count, methodBytesMax)),
        .json)
      line.text("\",\"target\":\"")
    }
    let target = record.bytes(record.target)
    TargetRedaction.write(target, .json, keepingKey: record.keepsKey, to: &line)
    line.byte(0x22)
    if target.count > TargetRedaction.bytesMax {
      line.text(",\"target_bytes\":")
      line.decimal(UInt64(target.count))
    }
    let host = record.bytes(record.host)
    if !host.isEmpty {
      line.text(",\"host\":\"")
      line.mostlyPlain(
        UnsafeBufferPointer(start: host.baseAddress, count: min(host.count, hostBytesMax)), .json)
      line.byte(0x22)
    }
    if record.site < 0, record.port != 0 {
      line.text(",\"port\":")
      line.decimal(UInt64(record.port))
    }
    if record.version == .http11 { return }
    if record.version == .unread {
      line.text(",\"version\":null")
    } else {
      line.text(",\"version\":\"")
      line.decimal(UInt64(record.version.major))
      line.byte(0x2E)
      line.decimal(UInt64(record.version.minor))
      line.byte(0x22)
    }
  }

  @inline(__always)
  private static func writeAnswer(
    _ record: borrowing ExchangeRecord, _ context: JournalContext, _ line: inout LineWriter
  ) {
    if let verdict = record.verdict, record.status == verdict.status.code,
      verdict.actor == verdict.cause.actor
    {
      line.raw(context.answers[Int(verdict.cause.rawIndex)])
    } else {
      writeUnusual(record, context, &line)
    }
    if record.originStatus != 0 {
      line.text("\"origin\":")
      line.decimal(UInt64(record.originStatus))
      line.byte(0x2C)
    }
    // Ends in the name of the member `in`
    line.raw(context.outcomes[Int(record.outcome.rawValue)])
    line.decimal(record.bytesIn)
    line.text(",\"out\":")
    line.decimal(record.bytesOut)
    line.text(",\"ttfb_us\":")
    line.decimal(record.firstByteMicroseconds)
    if record.totalMicroseconds != record.firstByteMicroseconds {
      line.text(",\"total_us\":")
      line.decimal(record.totalMicroseconds)
    }
  }

  /// What was answered, where that is not what the cause alone says: nothing was sent, or nothing was decided.
  private static func writeUnusual(
    _ record: borrowing ExchangeRecord, _ context: JournalContext, _ line: inout LineWriter
  ) {
    if record.status == 0 {
      line.text(",\"status\":null,")
    } else {
      line.text(",\"status\":")
      line.decimal(UInt64(record.status))
      line.byte(0x2C)
    }
    guard let verdict = record.verdict else { return }
    line.raw(context.causes[Int(verdict.cause.rawIndex)])
    line.text(",\"actor\":\"")
    line.text(verdict.actor.recordName)
    line.text("\",")
  }

  /// The member `trace`, which is the last: graph version, ending, yes-bits and the configuration's fingerprint, and the line's end.
  /// The bits are left out where no trace is kept, the first three where nothing was decided.
  @inline(__always)
  private static func writeTrace(
    _ record: borrowing ExchangeRecord, _ context: JournalContext, _ cache: inout LineCache,
    _ line: inout LineWriter
  ) {
    if let verdict = record.verdict {
      if record.hasTrace {
        cache.writeTrace(verdict, to: &line)
      } else {
        line.text(",\"trace\":\"")
        line.decimal(UInt64(verdict.graphVersion))
        line.byte(0x2F)
        line.decimal(UInt64(verdict.ending.rawValue))
        line.byte(0x2F)
      }
    } else {
      line.text(",\"trace\":\"//")
    }
    line.raw(context.config[0])
  }

  /// The bits as one hexadecimal number, question 0 being the lowest bit.
  @inline(__always)
  static func write(_ bits: AnswerBits, _ line: inout LineWriter) {
    let words = bits.words
    if words.2 | words.3 != 0 {
      if words.3 != 0 {
        line.hex(words.3)
        line.hex16(words.2)
      } else {
        line.hex(words.2)
      }
      line.hex16(words.1)
      line.hex16(words.0)
    } else if words.1 != 0 {
      line.hex(words.1)
      line.hex16(words.0)
    } else {
      line.hex(words.0)
    }
  }

  /// `site.yaml:12:5`, `command line` or `built-in default`.
  static func write(
    _ position: Position, _ context: JournalContext, _ line: inout LineWriter
  ) {
    if position.source >= FolderSources.first {
      context.writeFolder(position.source, to: &line)
    } else {
      line.raw(context.sources[Int(position.source)])
    }
    guard position.line != 0 else { return }
    line.byte(0x3A)
    line.decimal(UInt64(position.line))
    line.byte(0x3A)
    line.decimal(UInt64(position.column))
  }
}
