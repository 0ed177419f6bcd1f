internal import Glibc
public import Message

/// The record of an exchange in the combined format of Apache and nginx:
/// `192.0.2.1 - - [21/Nov/2026:10:31:05 +0700] "GET /pics/ HTTP/1.1" 403 1523 "-" "curl/7.88.1"`.
///
/// The format has no place for what was never answered: such an exchange leaves no line here.
public enum CombinedLine {
  /// Appends the record and a line feed. Bytes from the wire are escaped as nginx does it (`\xXX`), targets and referers lose
  /// their secrets (`TargetRedaction`). `stamp` belongs to the caller, who keeps it from line to line. Allocates nothing unless
  /// the buffer has to grow.
  public static func write(
    _ record: borrowing ExchangeRecord, _ stamp: inout CommonLogTime, into buffer: inout ByteBuffer
  ) {
    guard record.status != 0 else { return }
    let method = record.bytes(record.methodName)
    let target = record.bytes(record.target)
    let referer = record.bytes(record.referer)
    let agent = record.bytes(record.userAgent)
    let wire =
      JSONLine.addressBytesMax + JSONLine.methodBytesMax + 80 + agent.count
      + min(target.count, TargetRedaction.bytesMax) + min(referer.count, TargetRedaction.bytesMax)
    let room = 256 + wire * EscapeStyle.growth
    buffer.reserve(room)
    var line = LineWriter(buffer.end, room: room)
    line.clientAddress(record.client, .quoted)
    line.text(" - - [")
    stamp.write(seconds: record.seconds, to: &line)
    line.text("] \"")
    if method.isEmpty {
      TargetRedaction.write(record.firstLine, .quoted, to: &line)
    } else {
      line.wire(UnsafeBufferPointer(rebasing: method.prefix(JSONLine.methodBytesMax)), .quoted)
      line.byte(0x20)
      TargetRedaction.write(target, .quoted, to: &line)
      line.httpVersion(record.version)
    }
    line.text("\" ")
    line.decimal(UInt64(record.status))
    line.byte(0x20)
    line.decimal(record.bytesOut - min(record.headBytesOut, record.bytesOut))
    line.text(" \"")
    if referer.isEmpty {
      line.byte(0x2D)
    } else {
      TargetRedaction.write(referer, .quoted, to: &line)
    }
    line.text("\" \"")
    if agent.isEmpty { line.byte(0x2D) } else { line.wire(agent, .quoted) }
    line.text("\"\n")
    buffer.didWrite(line.count)
  }
}

extension LineWriter {
  /// A client's address without its port and brackets; `-` where there is none.
  @inline(__always)
  mutating func clientAddress(_ client: UnsafeBufferPointer<UInt8>, _ style: EscapeStyle) {
    var start = 0
    var end = min(client.count, JSONLine.addressBytesMax)
    if end == 0 {
      byte(0x2D)
      return
    }
    var colon = end
    while colon > 0, client[colon - 1].isDigit { colon -= 1 }
    if colon > 1, colon < end, client[colon - 1] == 0x3A { end = colon - 1 }
    if client[0] == 0x5B, client[end - 1] == 0x5D {
      start = 1
      end -= 1
    }
    wire(UnsafeBufferPointer(rebasing: client[start..<max(start, end)]), style)
  }

  /// ` HTTP/1.1`, and nothing where no version could be read.
  @inline(__always)
  mutating func httpVersion(_ version: HTTPVersion) {
    if version == .http11 {
      text(" HTTP/1.1")
      return
    }
    if version == .unread { return }
    text(" HTTP/")
    decimal(UInt64(version.major))
    byte(0x2E)
    decimal(UInt64(version.minor))
  }
}

/// The moment of a line as the combined format has it, `21/Nov/2026:10:31:05 +0700` in the zone of the machine, made once a second.
public struct CommonLogTime: Sendable {
  private var second = Int64.min
  private var text = InlineArray<26, UInt8>(repeating: 0x20)

  public init() {}

  @inline(__always)
  mutating func write(seconds: Int64, to line: inout LineWriter) {
    if seconds != second { makeText(seconds) }
    text.span.withUnsafeBufferPointer { line.raw($0) }
  }

  @inline(never)
  private mutating func makeText(_ seconds: Int64) {
    second = seconds
    var moment = time_t(seconds)
    var parts = tm()
    let offset = localtime_r(&moment, &parts) != nil ? Int64(parts.tm_gmtoff) : 0
    // Years 1970 to 9999: what a clock of ours can show
    let shown = min(max(seconds &+ offset, 0), 253_402_300_799)
    let (year, month, day) = TimeStamp.date(daysSince1970: shown / 86_400)
    let rest = shown % 86_400
    let names: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
    put(day, at: 0)
    text[2] = 0x2F
    for index in 0..<3 { text[3 + index] = names.utf8Start[Int(month - 1) * 3 + index] }
    text[6] = 0x2F
    put(year / 100, at: 7)
    put(year % 100, at: 9)
    for (value, place) in [(rest / 3600, 12), (rest / 60 % 60, 15), (rest % 60, 18)] {
      text[place - 1] = 0x3A
      put(value, at: place)
    }
    text[20] = 0x20
    text[21] = offset < 0 ? 0x2D : 0x2B
    put(abs(offset) / 3600 % 100, at: 22)
    put(abs(offset) / 60 % 60, at: 24)
  }

  private mutating func put(_ value: Int64, at place: Int) {
    text[place] = UInt8(truncatingIfNeeded: value / 10) &+ 0x30
    text[place + 1] = UInt8(truncatingIfNeeded: value % 10) &+ 0x30
  }
}
