import Config
import Facts
import Message
import Testing

@Suite("RFC 9110 section 14.2: Range, and section 13.1.5: If-Range")
struct RFC9110Ranges {
  private func request(_ fields: String) throws -> RangeRequest? {
    try range(fields)?.facts.request
  }

  @Test("14.1.2: one range, several, and ranges put together where they touch")
  func requests() throws {
    #expect(try request("Range: bytes=0-99") == .one)
    #expect(try request("Range: bytes=-1") == .one)
    #expect(try request("Range: bytes=0-9,20-29") == .several)
    #expect(try request("Range: bytes=0-9,10-19") == .one)
    let found = try #require(try range("Range: bytes=20-29, 0-9"))
    #expect(found.ranges.count == 2)
    // RFC 9110 section 15.3.7.2: in the order asked for
    #expect(found.ranges[0] == ByteRange(first: 20, last: 29))
    #expect(found.facts.count == 2)
    #expect(found.facts.limit == 10)
  }

  @Test("14.2: without Range, in another unit or against the grammar, nothing is asked for")
  func ignored() throws {
    #expect(try range("Accept: */*") == nil)
    #expect(try range("If-Range: \"v2\"") == nil)
    for value in ["items=0-1", "bytes", "bytes=", "bytes=9-1", "bytes=a-b", "0-1", ""] {
      #expect(try range("Range: \(value)") == nil, "\(value)")
    }
    #expect(try range("Range: bytes=0-1", "Range: bytes=2-3") == nil)
  }

  @Test("15.5.17: nothing that is asked for lies in the representation")
  func unsatisfiable() throws {
    #expect(try request("Range: bytes=1000-") == .unsatisfiable)
    #expect(try request("Range: bytes=-0") == .unsatisfiable)
    #expect(try range("Range: bytes=0-", length: 0)?.facts.request == .unsatisfiable)
    #expect(try request("Range: bytes=1000-,5-5") == .one)
  }

  @Test("14.2: more ranges than the limit, or too many that overlap, are excessive")
  func excessive() throws {
    let ten = (0..<10).map { "\($0 * 10)-\($0 * 10)" }.joined(separator: ",")
    #expect(try request("Range: bytes=\(ten)") == .several)
    let found = try #require(try range("Range: bytes=\(ten),900-900"))
    #expect(found.facts.request == .excessive)
    #expect(found.facts.count == 11)
    #expect(try request("Range: bytes=0-9,5-15,7-20") == .excessive)
    #expect(try range("Range: bytes=0-1", countMax: 0)?.facts.request == .excessive)
  }

  private func ifRange(
    _ value: String, tag: String = Selected.tag, lastModified: Int64? = Selected.changed,
    isWeak: Bool = false
  ) throws -> Condition? {
    try range(
      "Range: bytes=0-1", "If-Range: \(value)", tag: tag, lastModified: lastModified,
      isWeak: isWeak)?.facts.ifRange
  }

  @Test("13.1.5: a strong tag that is the same")
  func tag() throws {
    #expect(try ifRange("\"v2\"") == .holds)
    #expect(try ifRange("\"v1\"") == .fails)
    #expect(try ifRange("\"v2\"", tag: "") == .fails)
    #expect(try range("Range: bytes=0-1")?.facts.ifRange == .absent)
  }

  @Test("13.1.5: a weak tag never holds, on either side")
  func weakTag() throws {
    #expect(try ifRange("W/\"v2\"", tag: "W/\"v2\"") == .fails)
    #expect(try ifRange("\"v2\"", tag: "W/\"v2\"") == .fails)
    #expect(try ifRange("W/\"v2\"") == .fails)
  }

  @Test("13.1.5: the exact date, not an earlier or a later one")
  func date() throws {
    #expect(try ifRange(Selected.changedText) == .holds)
    #expect(try ifRange(Selected.later) == .fails)
    #expect(try ifRange(Selected.earlier) == .fails)
    #expect(try ifRange(Selected.changedText, lastModified: nil) == .fails)
  }

  @Test("13.1.5: a date is no strong validator while the file may still be changed in its second")
  func weakDate() throws {
    #expect(try ifRange(Selected.changedText, isWeak: true) == .fails)
  }

  @Test("13.1.5: what is neither a tag nor a date, or stands twice, does not hold")
  func broken() throws {
    for value in ["", "v2", "\"v2", "\"v2\", \"v1\"", "*", "\"", "W", "W/"] {
      #expect(try ifRange(value) == .fails, "\(value)")
    }
    let twice = try range("Range: bytes=0-1", "If-Range: \"v2\"", "If-Range: \"v2\"")
    #expect(twice?.facts.ifRange == .fails)
  }

  @Test("a near miss beyond the third is dropped")
  func nearMisses() {
    var misses = NearMisses()
    #expect(misses.isEmpty)
    for line in 1...4 {
      misses.add(
        NearMiss(.rulePathPrefix, at: .init(source: 2, line: UInt32(line), column: 1)))
    }
    #expect(misses.all.map(\.position.line) == [1, 2, 3])
  }
}
