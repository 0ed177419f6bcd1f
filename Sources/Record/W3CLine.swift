internal import Decide
internal import Glibc
internal import HTTPStatus
public import Message

/// The record of an exchange in the W3C's extended format with the fields of IIS, in its order, and one of ours at the end:
/// `2026-11-21 10:31:05 192.0.2.9 GET /pics/ - 80 - 192.0.2.1 curl/7.88.1 - 403 14 0 3 3f2a90c41d7e5b68`.
///
/// `sc-substatus` is the cause's number: 403 14 is 403.14. `cs-username` and `sc-win32-status` are there because readers expect
/// IIS's columns; nobody is signed in yet, and no system error of Windows exists.
public enum W3CLine {
  /// The columns, as the header names them.
  public static let fields: StaticString = """
    date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) \
    sc-status sc-substatus sc-win32-status time-taken x-request-id
    """

  /// Appends the lines that begin each file.
  static func writeHeader(into buffer: inout ByteBuffer) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    buffer.append("#Software: Statusline\n#Version: 1.0\n#Date: ")
    buffer.reserve(32)
    var line = LineWriter(buffer.end, room: 32)
    var stamp = TimeStamp()
    stamp.writeWords(seconds: Int64(time.tv_sec), to: &line)
    buffer.didWrite(line.count)
    buffer.append("\n#Fields: ")
    buffer.append(fields)
    buffer.append("\n")
  }

  /// Appends the record and a line feed. A value that is missing is `-`, a space inside one `+`; what else would end a word or hide
  /// it is percent-encoded. Times are UTC, `time-taken` is in milliseconds. `stamp` belongs to the caller, who keeps it from line to line.
  public static func write(
    _ record: borrowing ExchangeRecord, _ stamp: inout TimeStamp, into buffer: inout ByteBuffer
  ) {
    let target = record.bytes(record.target)
    let referer = record.bytes(record.referer)
    let agent = record.bytes(record.userAgent)
    let wire =
      JSONLine.addressBytesMax * 2 + JSONLine.methodBytesMax + agent.count
      + min(target.count, TargetRedaction.bytesMax) + min(referer.count, TargetRedaction.bytesMax)
    let room = 256 + wire * EscapeStyle.growth
    buffer.reserve(room)
    var line = LineWriter(buffer.end, room: room)
    stamp.writeWords(seconds: record.seconds, to: &line)
    line.byte(0x20)
    line.word(record.local)
    let method = record.bytes(record.methodName)
    line.word(UnsafeBufferPointer(rebasing: method.prefix(JSONLine.methodBytesMax)))
    writeTarget(method.isEmpty ? UnsafeBufferPointer(start: nil, count: 0) : target, &line)
    if record.port == 0 {
      line.text("- - ")
    } else {
      line.decimal(UInt64(record.port))
      line.text(" - ")
    }
    line.clientAddress(record.client, .word)
    line.byte(0x20)
    line.word(agent)
    if referer.isEmpty { line.byte(0x2D) } else { TargetRedaction.write(referer, .word, to: &line) }
    line.byte(0x20)
    writeStatus(record, &line)
    line.decimal(record.totalMicroseconds / 1000)
    line.byte(0x20)
    line.hex16(record.id.value)
    line.byte(0x0A)
    buffer.didWrite(line.count)
  }

  /// `cs-uri-stem cs-uri-query `.
  private static func writeTarget(
    _ target: UnsafeBufferPointer<UInt8>, _ line: inout LineWriter
  ) {
    guard !target.isEmpty else {
      line.text("- - ")
      return
    }
    let start = line.count
    // A target that is refused may be a query alone
    if target[0] == 0x3F { line.byte(0x2D) }
    TargetRedaction.write(target, .word, to: &line)
    // The first question mark parts the two words: what is escaped holds none
    let query = line.replaceFirst(0x3F, with: 0x20, from: start)
    line.text(query == nil ? " - " : query == line.count ? "- " : " ")
  }

  /// `sc-status sc-substatus sc-win32-status `.
  private static func writeStatus(
    _ record: borrowing ExchangeRecord, _ line: inout LineWriter
  ) {
    guard record.status != 0, let cause = record.verdict?.cause else {
      line.text("- - 0 ")
      return
    }
    line.decimal(UInt64(record.status))
    line.byte(0x20)
    let code = cause.code.utf8
    if let point = code.firstIndex(of: 0x2E) {
      line.raw(UnsafeBufferPointer(rebasing: code[(point + 1)...]))
    } else {
      line.byte(0x30)
    }
    line.text(" 0 ")
  }
}

extension LineWriter {
  /// Bytes from the wire as one word, and a space; `-` where there are none.
  @inline(__always)
  fileprivate mutating func word(_ bytes: UnsafeBufferPointer<UInt8>) {
    if bytes.isEmpty { byte(0x2D) } else { wire(bytes, .word) }
    byte(0x20)
  }
}
