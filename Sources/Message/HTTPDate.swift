/// Dates as HTTP writes them (RFC 9110 section 5.6.7), as seconds since 1970-01-01T00:00:00Z.
///
/// The calendar is computed here: the libc's calendar calls know about locales and time zones,
/// which these dates do not have. Years 1970 to 9999 can be written; any year of four digits can be
/// read.
public enum HTTPDate {
  /// The last second that can be written, of the year 9999.
  public static let last: Int64 = 253_402_300_799

  /// Reads any of the three forms, or returns nil where the bytes are none of them to the letter.
  ///
  /// `now` (seconds since 1970) decides the century of the obsolete form with a year of two digits.
  public static func parse(_ text: Span<UInt8>, now: Int64) -> Int64? {
    guard text.count >= 24 else { return nil }
    if text[3] == 0x2C { return parseFixed(text) }
    if text[3] == 0x20 { return parseAsctime(text) }
    return parseRFC850(text, now: now)
  }

  /// Appends a date as IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`, 29 bytes.
  public static func append(_ seconds: Int64, to buffer: inout ByteBuffer) {
    let time = max(0, min(seconds, last))
    let day = time / 86400
    let rest = UInt64(time % 86400)
    let date = civil(fromDays: day)
    appendName(dayNames, Int((day + 4) % 7), 3, to: &buffer)
    buffer.append(", ")
    buffer.append(decimal: UInt64(date.day), digits: 2)
    buffer.append(0x20)
    appendName(monthNames, date.month - 1, 3, to: &buffer)
    buffer.append(0x20)
    buffer.append(decimal: UInt64(date.year), digits: 4)
    buffer.append(0x20)
    buffer.append(decimal: rest / 3600, digits: 2)
    buffer.append(0x3A)
    buffer.append(decimal: rest / 60 % 60, digits: 2)
    buffer.append(0x3A)
    buffer.append(decimal: rest % 60, digits: 2)
    buffer.append(" GMT")
  }

  /// Days since 1970-01-01 of a date of the Gregorian calendar, which is taken as in force at all
  /// times.
  public static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    // Years that begin in March put the leap day last; 400 years have 146,097 days.
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The date of a day counted from 1970-01-01.
  public static func civil(fromDays days: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (Int(year), Int(month), Int(day))
  }

  private static var dayNames: StaticString { "SunMonTueWedThuFriSat" }
  private static var monthNames: StaticString { "JanFebMarAprMayJunJulAugSepOctNovDec" }

  private static func appendName(
    _ names: StaticString, _ index: Int, _ width: Int, to buffer: inout ByteBuffer
  ) {
    buffer.append(
      UnsafeBufferPointer(start: names.utf8Start + index * width, count: width))
  }
}

extension HTTPDate {
  /// `Sun, 06 Nov 1994 08:49:37 GMT`
  private static func parseFixed(_ text: Span<UInt8>) -> Int64? {
    guard text.count == 29, let weekday = name(dayNames, text, 0), text[4] == 0x20,
      let day = number(text, 5, 2), text[7] == 0x20, let month = name(monthNames, text, 8),
      text[11] == 0x20, let year = number(text, 12, 4), text[16] == 0x20,
      let time = timeOfDay(text, 17), text.extracting(25..<29).equals(" GMT")
    else { return nil }
    return seconds(weekday, year, month + 1, day, time)
  }

  /// `Sun Nov  6 08:49:37 1994`
  private static func parseAsctime(_ text: Span<UInt8>) -> Int64? {
    guard text.count == 24, let weekday = name(dayNames, text, 0),
      let month = name(monthNames, text, 4), text[7] == 0x20,
      let day = text[8] == 0x20 ? number(text, 9, 1) : number(text, 8, 2), text[10] == 0x20,
      let time = timeOfDay(text, 11), text[19] == 0x20, let year = number(text, 20, 4)
    else { return nil }
    return seconds(weekday, year, month + 1, day, time)
  }

  /// `Sunday, 06-Nov-94 08:49:37 GMT`
  private static func parseRFC850(_ text: Span<UInt8>, now: Int64) -> Int64? {
    guard let comma = (6...9).first(where: { $0 < text.count && text[$0] == 0x2C }),
      text.count == comma + 24, let weekday = longDayName(text.extracting(0..<comma)),
      text[comma + 1] == 0x20, let day = number(text, comma + 2, 2), text[comma + 4] == 0x2D,
      let month = name(monthNames, text, comma + 5), text[comma + 8] == 0x2D,
      let short = number(text, comma + 9, 2), text[comma + 11] == 0x20,
      let time = timeOfDay(text, comma + 12),
      text.extracting((comma + 20)..<(comma + 24)).equals(" GMT")
    else { return nil }
    // RFC 9110 section 5.6.7: more than 50 years ahead means the most recent such year in the past.
    let thisYear = Int64(civil(fromDays: floorDivide(now, 86400)).year)
    var year = thisYear - thisYear % 100 + short
    if year < thisYear - 50 { year += 100 }
    let limit = now + 50 * 31_556_952
    if days(year: year, month: month + 1, day: day) * 86400 + time > limit { year -= 100 }
    return seconds(weekday, year, month + 1, day, time)
  }

  private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
    value >= 0 ? value / by : (value - by + 1) / by
  }

  private static func longDayName(_ text: Span<UInt8>) -> Int64? {
    switch true {
    case text.equals("Sunday"): 0
    case text.equals("Monday"): 1
    case text.equals("Tuesday"): 2
    case text.equals("Wednesday"): 3
    case text.equals("Thursday"): 4
    case text.equals("Friday"): 5
    case text.equals("Saturday"): 6
    default: nil
    }
  }

  /// The number of a three-letter name, counted from 0. Case counts (RFC 9110 section 5.6.7).
  private static func name(_ names: StaticString, _ text: Span<UInt8>, _ at: Int) -> Int64? {
    let letters = names.utf8Start
    var index = 0
    while index &* 3 < names.utf8CodeUnitCount {
      let start = index &* 3
      if text[at] == letters[start], text[at + 1] == letters[start + 1],
        text[at + 2] == letters[start + 2]
      {
        return Int64(index)
      }
      index &+= 1
    }
    return nil
  }

  private static func number(_ text: Span<UInt8>, _ at: Int, _ digits: Int) -> Int64? {
    var value: Int64 = 0
    for index in at..<(at + digits) {
      guard text[index].isDigit else { return nil }
      value = value &* 10 &+ Int64(text[index] &- 0x30)
    }
    return value
  }

  /// `08:49:37`; second 60 is there for leap seconds.
  private static func timeOfDay(_ text: Span<UInt8>, _ at: Int) -> Int64? {
    guard let hour = number(text, at, 2), hour < 24, text[at + 2] == 0x3A,
      let minute = number(text, at + 3, 2), minute < 60, text[at + 5] == 0x3A,
      let second = number(text, at + 6, 2), second <= 60
    else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  /// A day that the month does not have, or that is another weekday, makes no date.
  private static func seconds(
    _ weekday: Int64, _ year: Int64, _ month: Int64, _ day: Int64, _ time: Int64
  ) -> Int64? {
    guard day >= 1, day <= 31 else { return nil }
    let count = days(year: year, month: month, day: day)
    guard civil(fromDays: count).day == Int(day) else { return nil }
    let found = ((count + 4) % 7 + 7) % 7
    guard found == weekday else { return nil }
    return count * 86400 + time
  }
}
