internal import Config
internal import Decide
internal import HTTPStatus
public import Message

/// The record of an exchange as one line for eyes:
/// `10:31:05 403.14 directory-listing-denied GET /pics/ 127.0.0.1 (site.yaml:9:7) 0.08 ms id 3f2a90c41d7e5b68`.
///
/// It carries the id and the cause, not the evidence: `why ID` asks the server or its flight recorder for the rest.
public enum ConsoleLine {
  /// Appends the record and a line feed. `colours` only where a terminal reads. `stamp` belongs to the caller; one with the local
  /// zone suits people best.
  public static func write(
    _ record: borrowing ExchangeRecord, _ context: JournalContext, _ stamp: inout TimeStamp,
    colours: Bool, into buffer: inout ByteBuffer
  ) {
    let target = min(record.target.count, TargetRedaction.bytesMax)
    let wire = JSONLine.addressBytesMax + JSONLine.methodBytesMax + 80 + max(target, 0)
    let room = 512 + wire * EscapeStyle.growth + context.positionBytesMax
    buffer.reserve(room)
    var line = LineWriter(buffer.end, room: room)
    stamp.writeTimeOfDay(seconds: record.seconds, to: &line)
    line.byte(0x20)
    writeCause(record, colours, &line)
    line.byte(0x20)
    writeRequest(record, &line)
    writeClient(record.client, &line)
    writePosition(record, context, &line)
    line.byte(0x20)
    writeTime(record.totalMicroseconds, &line)
    if record.outcome != .completed {
      line.byte(0x20)
      line.raw(record.outcome.cause.slug.utf8)
    }
    if record.isRehearsed { line.text(" rehearsed") }
    line.text(" id ")
    line.hex16(record.id.value)
    line.byte(0x0A)
    buffer.didWrite(line.count)
  }

  /// The cause, or the outcome's where nothing was decided; a status other than the cause's is told as well.
  private static func writeCause(
    _ record: borrowing ExchangeRecord, _ colours: Bool, _ line: inout LineWriter
  ) {
    var cause = record.outcome.cause
    if let verdict = record.verdict { cause = verdict.cause }
    if colours {
      switch cause.status.code {
      case 100...299: line.text("\u{1B}[32m")
      case 300...399: line.text("\u{1B}[36m")
      case 400...499: line.text("\u{1B}[33m")
      case 500...599: line.text("\u{1B}[31m")
      default: line.text("\u{1B}[2m")
      }
    }
    line.raw(cause.code.utf8)
    if colours { line.text("\u{1B}[0m") }
    line.byte(0x20)
    line.raw(cause.slug.utf8)
    guard record.verdict != nil, record.status != cause.status.code else { return }
    if record.status == 0 {
      line.text(" (not sent)")
    } else {
      line.text(" (sent ")
      line.decimal(UInt64(record.status))
      line.byte(0x29)
    }
  }

  private static func writeRequest(
    _ record: borrowing ExchangeRecord, _ line: inout LineWriter
  ) {
    let method = record.bytes(record.methodName)
    if method.isEmpty {
      let first = record.firstLine
      if first.isEmpty { line.byte(0x2D) }
      TargetRedaction.write(first, .console, to: &line)
      line.byte(0x20)
      return
    }
    line.wire(
      UnsafeBufferPointer(rebasing: method.prefix(JSONLine.methodBytesMax)), .console)
    line.byte(0x20)
    let target = record.bytes(record.target)
    TargetRedaction.write(target, .console, keepingKey: record.keepsKey, to: &line)
    if target.count > TargetRedaction.bytesMax { line.text("...") }
    line.byte(0x20)
  }

  /// The address without its port.
  private static func writeClient(
    _ client: UnsafeBufferPointer<UInt8>, _ line: inout LineWriter
  ) {
    var length = min(client.count, JSONLine.addressBytesMax)
    if length == 0 {
      line.byte(0x2D)
      return
    }
    var colon = length
    while colon > 0, client[colon - 1].isDigit { colon -= 1 }
    if colon > 1, colon < length, client[colon - 1] == 0x3A { length = colon - 1 }
    line.wire(UnsafeBufferPointer(rebasing: client.prefix(length)), .console)
  }

  /// The setting that tipped the verdict where it is written somewhere, else the rule.
  private static func writePosition(
    _ record: borrowing ExchangeRecord, _ context: JournalContext, _ line: inout LineWriter
  ) {
    var position = record.rule
    if let evidence = record.verdict?.evidence, evidence.key != .none,
      !evidence.position.isBuiltIn
    {
      position = evidence.position
    }
    guard !position.isBuiltIn else { return }
    line.text(" (")
    JSONLine.write(position, context, &line)
    line.byte(0x29)
  }

  /// Milliseconds with two digits behind the point, from ten on with one, from ten seconds on seconds.
  private static func writeTime(_ microseconds: UInt64, _ line: inout LineWriter) {
    if microseconds < 10_000 {
      line.decimal(microseconds / 1000)
      line.byte(0x2E)
      let hundredths = UInt8(truncatingIfNeeded: microseconds / 10 % 100)
      line.byte(hundredths / 10 &+ 0x30)
      line.byte(hundredths % 10 &+ 0x30)
      line.text(" ms")
      return
    }
    let isLong = microseconds >= 10_000_000
    let tenths = microseconds / (isLong ? 100_000 : 100)
    line.decimal(tenths / 10)
    line.byte(0x2E)
    line.decimal(tenths % 10)
    line.text(isLong ? " s" : " ms")
  }
}
