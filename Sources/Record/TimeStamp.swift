internal import Glibc
public import Message

/// The date and time of a moment as text, made once a second and kept by whoever writes lines.
public struct TimeStamp: Sendable {
  /// Whose clock the text shows.
  public enum Zone: Sendable { case utc, local }

  private let zone: Zone
  private var second = Int64.min
  /// `2026-11-21T10:31:05`
  private var text = InlineArray<19, UInt8>(repeating: 0x30)

  public init(zone: Zone = .utc) { self.zone = zone }

  /// Appends the moment as RFC 3339 has it, in UTC with milliseconds: `2026-11-21T10:31:05.123Z`.
  public mutating func append(
    seconds: Int64, nanoseconds: UInt32, to buffer: inout ByteBuffer
  ) {
    buffer.reserve(24)
    var line = LineWriter(buffer.end, room: 24)
    write(seconds: seconds, nanoseconds: nanoseconds, to: &line)
    buffer.didWrite(line.count)
  }

  @inline(__always)
  mutating func write(seconds: Int64, nanoseconds: UInt32, to line: inout LineWriter) {
    if seconds != second { makeText(seconds) }
    text.span.withUnsafeBufferPointer { line.raw($0) }
    line.byte(0x2E)
    line.threeDigits(min(nanoseconds / 1_000_000, 999))
    line.byte(0x5A)
  }

  /// Only the time of day: `10:31:05`.
  @inline(__always)
  mutating func writeTimeOfDay(seconds: Int64, to line: inout LineWriter) {
    if seconds != second { makeText(seconds) }
    text.span.withUnsafeBufferPointer { line.raw(UnsafeBufferPointer(rebasing: $0[11...])) }
  }

  /// Date and time as two words: `2026-11-21 10:31:05`.
  @inline(__always)
  mutating func writeWords(seconds: Int64, to line: inout LineWriter) {
    if seconds != second { makeText(seconds) }
    text.span.withUnsafeBufferPointer { text in
      line.raw(UnsafeBufferPointer(rebasing: text[..<10]))
      line.byte(0x20)
      line.raw(UnsafeBufferPointer(rebasing: text[11...]))
    }
  }

  @inline(never)
  private mutating func makeText(_ seconds: Int64) {
    second = seconds
    var shown = seconds
    if zone == .local {
      var moment = time_t(seconds)
      var parts = tm()
      if localtime_r(&moment, &parts) != nil { shown &+= Int64(parts.tm_gmtoff) }
    }
    // Years 1970 to 9999: what a clock of ours can show.
    shown = min(max(shown, 0), 253_402_300_799)
    let (year, month, day) = Self.date(daysSince1970: shown / 86_400)
    let rest = shown % 86_400
    put(year / 100, at: 0)
    put(year % 100, at: 2)
    text[4] = 0x2D
    put(month, at: 5)
    text[7] = 0x2D
    put(day, at: 8)
    text[10] = 0x54
    put(rest / 3600, at: 11)
    text[13] = 0x3A
    put(rest / 60 % 60, at: 14)
    text[16] = 0x3A
    put(rest % 60, at: 17)
  }

  private mutating func put(_ value: Int64, at place: Int) {
    text[place] = UInt8(truncatingIfNeeded: value / 10) &+ 0x30
    text[place + 1] = UInt8(truncatingIfNeeded: value % 10) &+ 0x30
  }

  /// The date of the proleptic Gregorian calendar, counted in eras of 400 years that begin in March.
  static func date(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
