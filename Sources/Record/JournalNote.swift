internal import Config
internal import Glibc
internal import Message

/// A line of the journal that is no exchange's: a sentence of the server's own, or how many lines are missing. Each format that has
/// a form for such lines gets it in that form; `combined` has none.
enum JournalNote {
  /// Appends the line. `text` is the server's own and may hold names of files.
  static func write(_ text: String, _ format: JournalFormat, into buffer: inout ByteBuffer) {
    switch format {
    case .json:
      openMember(&buffer)
      buffer.append("\"note\":\"")
      escape(text, .json, into: &buffer)
      buffer.append("\"}\n")
    case .console:
      buffer.append("journal: ")
      plain(text, into: &buffer)
    case .w3c:
      buffer.append("#Remark: ")
      plain(text, into: &buffer)
    case .combined, .off: break
    }
  }

  static func writeLost(
    _ count: UInt64, _ format: JournalFormat, into buffer: inout ByteBuffer
  ) {
    switch format {
    case .json:
      openMember(&buffer)
      buffer.append("\"note\":\"journal lines lost\",\"lost\":")
      buffer.append(decimal: count)
      buffer.append("}\n")
    case .console, .w3c: write("\(count) lines lost", format, into: &buffer)
    case .combined, .off: break
    }
  }

  private static func openMember(_ buffer: inout ByteBuffer) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    var stamp = TimeStamp()
    buffer.append("{\"v\":")
    buffer.append(decimal: JSONLine.version)
    buffer.append(",\"time\":\"")
    stamp.append(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec), to: &buffer)
    buffer.append("\",")
  }

  private static func escape(
    _ text: String, _ style: EscapeStyle, into buffer: inout ByteBuffer
  ) {
    let bytes = Array(text.utf8)
    let room = bytes.count * EscapeStyle.growth
    buffer.reserve(room)
    var line = LineWriter(buffer.end, room: room)
    bytes.withUnsafeBufferPointer { line.wire($0, style) }
    buffer.didWrite(line.count)
  }

  /// One line, whatever the text holds.
  private static func plain(_ text: String, into buffer: inout ByteBuffer) {
    buffer.append(Array(text.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }))
    buffer.append("\n")
  }
}
