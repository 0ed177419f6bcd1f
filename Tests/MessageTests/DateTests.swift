import Message
import Testing

@Suite("RFC 9110 section 5.6.7: dates")
struct DateTests {
  let now: Int64 = 1_750_000_000  // 2025-06-15

  func parse(_ text: String) -> Int64? { HTTPDate.parse(Array(text.utf8).span, now: now) }

  func write(_ seconds: Int64) -> String {
    var buffer = ByteBuffer()
    HTTPDate.append(seconds, to: &buffer)
    return buffer.text
  }

  @Test("the three forms of one instant are read")
  func threeForms() {
    #expect(parse("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
    #expect(parse("Sunday, 06-Nov-94 08:49:37 GMT") == 784_111_777)
    #expect(parse("Sun Nov  6 08:49:37 1994") == 784_111_777)
    #expect(parse("Wed Nov 16 08:49:37 1994") == 784_975_777)
  }

  @Test("a date is written as IMF-fixdate")
  func write() {
    #expect(write(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(write(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
    #expect(write(HTTPDate.last) == "Fri, 31 Dec 9999 23:59:59 GMT")
    #expect(write(-5) == "Thu, 01 Jan 1970 00:00:00 GMT")
    #expect(write(.max) == "Fri, 31 Dec 9999 23:59:59 GMT")
  }

  @Test("what is written is read back, over all the years")
  func roundTrip() {
    var seconds: Int64 = 0
    while seconds < HTTPDate.last {
      #expect(parse(write(seconds)) == seconds)
      seconds += 86400 * 97 + 12_345
      if seconds > 4_102_444_800 { seconds += 86400 * 1000 }
    }
    #expect(parse(write(HTTPDate.last)) == HTTPDate.last)
  }

  @Test("a year of two digits is never more than 50 years ahead")
  func twoDigitYears() {
    #expect(parse("Friday, 31-Dec-99 23:59:59 GMT") == 946_684_799)
    // 2075-06-01 is less than 50 years from the middle of 2025, 2075-07-01 is more: then it is
    // 1975.
    #expect(parse("Saturday, 01-Jun-75 00:00:00 GMT") == 3_326_572_800)
    #expect(parse("Tuesday, 01-Jul-75 00:00:00 GMT") == 173_404_800)
    #expect(parse("Sunday, 15-Jun-25 00:00:00 GMT") == 1_749_945_600)
  }

  @Test("a second may be the sixtieth")
  func leapSecond() {
    #expect(parse("Sat, 31 Dec 2016 23:59:60 GMT") == 1_483_228_800)
  }

  @Test(
    "anything else is no date",
    arguments: [
      "", "0", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
      "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT ",
      "Sun, 06 nov 1994 08:49:37 GMT",
      "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
      "Sun, 06 Nov 1994 08:60:00 GMT",
      "Sun, 06 Nov 1994 08:49:61 GMT", "Tue, 30 Feb 1994 08:49:37 GMT",
      "Tue, 29 Feb 2100 08:49:37 GMT",
      "Thu, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
      " Sun, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun, 06-Nov-94 08:49:37 GMT",
      "Sun Nov 06 08:49:37 1994 ",
      "Sun Nov 6 08:49:37 1994", "1994-11-06T08:49:37Z        ",
    ])
  func malformed(_ text: String) { #expect(parse(text) == nil) }
}
