internal import CSystem
internal import Config
internal import Decide
internal import Facts
internal import Glibc
internal import HTTPStatus
internal import Message

// The members of a record that only some exchanges have.
extension JSONLine {
  /// Writes the member `evidence` with what applies; nothing where nothing tipped the verdict.
  static func writeEvidence(
    _ evidence: Evidence, head record: borrowing ExchangeRecord, _ context: JournalContext,
    _ line: inout LineWriter
  ) {
    let field = record.bytes(evidence.field)
    let shownField = UnsafeBufferPointer(rebasing: field.prefix(fieldNameBytesMax))
    writeEvidence(
      evidence, field: shownField,
      message: UnsafeBufferPointer(rebasing: record.message.prefix(messageBytesMax)),
      under: record.rule,
      folder: context.folder(record, evidence), context, &line)
  }

  /// Whom the connection is with, where that is not the client.
  @inline(never)
  static func writePeer(_ peer: UnsafeBufferPointer<UInt8>, _ line: inout LineWriter) {
    line.text(",\"peer\":\"")
    line.wire(UnsafeBufferPointer(rebasing: peer.prefix(addressBytesMax)), .json)
    line.byte(0x22)
  }

  private static func writeEvidence(
    _ evidence: Evidence, field: UnsafeBufferPointer<UInt8>,
    message: UnsafeBufferPointer<UInt8>, under rule: Position?,
    folder: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0),
    _ context: JournalContext,
    _ line: inout LineWriter
  ) {
    guard evidence.isTipping else { return }
    var separator: StaticString = ",\"evidence\":{"
    if evidence.key != .none {
      line.text(separator)
      separator = ","
      line.text("\"key\":\"")
      line.text(evidence.key.name)
      line.text("\",\"at\":\"")
      write(evidence.position, context, &line)
      line.byte(0x22)
      // The record's own rule is not said twice
      if evidence.rule.isBuiltIn {
        if let rule, !rule.isBuiltIn { line.text(",\"rule\":null") }
      } else if evidence.rule != rule {
        line.text(",\"rule\":\"")
        write(evidence.rule, context, &line)
        line.byte(0x22)
      }
      if !folder.isEmpty { line.raw(folder) }
    }
    if !message.isEmpty {
      line.text(separator)
      separator = ","
      line.text("\"message\":\"")
      line.wire(message, .json)
      line.byte(0x22)
    }
    if evidence.part != .whole || evidence.offset != 0 || !field.isEmpty {
      line.text(separator)
      separator = ","
      line.text("\"part\":\"")
      line.text(evidence.part.name)
      line.text("\",\"offset\":")
      line.decimal(evidence.offset)
      if !field.isEmpty {
        line.text(",\"field\":\"")
        line.wire(field, .json)
        line.byte(0x22)
      }
    }
    if evidence.unit != .none {
      line.text(separator)
      separator = ","
      line.text("\"unit\":\"")
      line.text(evidence.unit.name)
      line.text("\",\"limit\":")
      line.decimal(evidence.limit)
      line.text(",\"measured\":")
      line.decimal(evidence.measured)
    }
    if evidence.systemError != 0 {
      line.text(separator)
      writeSystemError(evidence.systemError, &line)
    }
    line.byte(0x7D)
  }

  @inline(never)
  private static func writeSystemError(_ code: Int32, _ line: inout LineWriter) {
    line.text("\"errno\":")
    line.decimal(UInt64(code.magnitude))
    line.text(",\"errno_name\":\"")
    if let name = csystem_error_name(code) {
      // A name of the C library's, of letters and digits
      let length = strnlen(name, 32)
      name.withMemoryRebound(to: UInt8.self, capacity: length) {
        line.raw(UnsafeBufferPointer(start: $0, count: length))
      }
    }
    line.byte(0x22)
  }

  @inline(never)
  static func writeNearMisses(
    _ misses: NearMisses, _ context: JournalContext, _ line: inout LineWriter
  ) {
    line.text(",\"near\":[")
    write(misses.first, context, &line)
    if misses.second != nil { line.byte(0x2C) }
    write(misses.second, context, &line)
    if misses.third != nil { line.byte(0x2C) }
    write(misses.third, context, &line)
    line.byte(0x5D)
  }

  private static func write(
    _ miss: NearMiss?, _ context: JournalContext, _ line: inout LineWriter
  ) {
    guard let miss else { return }
    line.text("{\"kind\":\"")
    line.text(miss.kind.name)
    line.text("\",\"at\":\"")
    write(miss.position, context, &line)
    line.text("\"}")
  }

  @inline(never)
  static func writeInterims(_ interims: InterimSet, _ line: inout LineWriter) {
    line.text(",\"interims\":[")
    var isFirst = true
    for interim in Interim.allCases where interims.contains(interim) {
      if !isFirst { line.byte(0x2C) }
      isFirst = false
      line.byte(0x22)
      line.raw(interim.cause.code.utf8)
      line.byte(0x22)
    }
    line.byte(0x5D)
  }

  @inline(never)
  static func writeAttempts(
    _ attempts: UnsafeBufferPointer<Attempt>, _ context: JournalContext, _ line: inout LineWriter
  ) {
    line.text(",\"attempts\":[")
    var isFirst = true
    for attempt in attempts {
      line.text(isFirst ? "{\"kind\":\"" : ",{\"kind\":\"")
      isFirst = false
      line.text(attempt.kind.name)
      line.text("\",\"depth\":")
      line.decimal(UInt64(attempt.depth))
      line.text(",\"status\":")
      line.decimal(UInt64(attempt.verdict.status.code))
      line.byte(0x2C)
      line.raw(context.causes[Int(attempt.verdict.cause.rawIndex)])
      line.text(",\"actor\":\"")
      line.text(attempt.verdict.actor.recordName)
      line.text("\",\"trace\":\"")
      line.decimal(UInt64(attempt.verdict.graphVersion))
      line.byte(0x2F)
      line.decimal(UInt64(attempt.verdict.ending.rawValue))
      line.byte(0x2F)
      write(attempt.verdict.yes, &line)
      line.byte(0x22)
      // The field's name lies in another head than the record's.
      writeEvidence(
        attempt.verdict.evidence, field: UnsafeBufferPointer(start: nil, count: 0),
        message: UnsafeBufferPointer(start: nil, count: 0), under: nil, context, &line)
      line.byte(0x7D)
    }
    line.byte(0x5D)
  }
}

extension Evidence {
  /// Whether there is anything to tell: a setting, a place in the message, a measure or a system error.
  @inline(__always)
  var isTipping: Bool {
    key != .none || part != .whole || offset != 0 || !field.isEmpty || unit != .none
      || systemError != 0
  }
}
