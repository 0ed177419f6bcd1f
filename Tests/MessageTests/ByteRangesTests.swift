import Message
import Testing

@Suite("RFC 9110 section 14: byte ranges")
struct ByteRangesTests {
  func ranges(_ value: String, of length: UInt64 = 1000, coalescing: Bool = false)
    -> (ByteRanges.Outcome, [[UInt64]])
  {
    let found = ByteRanges(Array(value.utf8).span, length: length, coalescing: coalescing)
    return (found.outcome, (0..<found.count).map { [found[$0].first, found[$0].last] })
  }

  @Test("14.1.2: first and last, first alone, and a suffix")
  func forms() {
    #expect(ranges("bytes=0-499") == (.satisfiable, [[0, 499]]))
    #expect(ranges("bytes=500-") == (.satisfiable, [[500, 999]]))
    #expect(ranges("bytes=-500") == (.satisfiable, [[500, 999]]))
    #expect(ranges("BYTES=0-0,-1") == (.satisfiable, [[0, 0], [999, 999]]))
    #expect(ranges("bytes= 0-0 ,, 2-3,") == (.satisfiable, [[0, 0], [2, 3]]))
  }

  @Test("what was read before leaves nothing behind")
  func reuse() {
    var ranges = ByteRanges()
    for (value, outcome, count, asked) in [
      ("bytes=0-1,3-4,6-7", ByteRanges.Outcome.satisfiable, 3, 3), ("bytes=5-", .satisfiable, 1, 1),
      ("bytes=x", .malformed, 0, 0), ("bytes=2000-", .unsatisfiable, 0, 1),
      ("lines=1-2", .notBytes, 0, 0), ("bytes=0-9,5-20", .satisfiable, 1, 2),
    ] {
      ranges.take(Array(value.utf8).span, length: 1000, coalescing: true)
      #expect(ranges.outcome == outcome, "\(value)")
      #expect(ranges.count == count && ranges.asked == asked, "\(value)")
    }
  }

  @Test("14.1.2: what lies behind the end is cut, and a suffix longer than all is all")
  func cut() {
    #expect(ranges("bytes=990-2000") == (.satisfiable, [[990, 999]]))
    #expect(ranges("bytes=-5000") == (.satisfiable, [[0, 999]]))
    #expect(ranges("bytes=0-99999999999999999999999") == (.satisfiable, [[0, 999]]))
    #expect(ranges("bytes=-99999999999999999999999") == (.satisfiable, [[0, 999]]))
    #expect(ranges("bytes=0-18446744073709551615", of: .max) == (.satisfiable, [[0, .max - 1]]))
  }

  @Test("15.5.17: a set of which nothing lies in the representation is unsatisfiable")
  func unsatisfiable() {
    #expect(ranges("bytes=1000-").0 == .unsatisfiable)
    #expect(ranges("bytes=-0").0 == .unsatisfiable)
    #expect(ranges("bytes=0-0", of: 0).0 == .unsatisfiable)
    #expect(ranges("bytes=-1", of: 0).0 == .unsatisfiable)
    #expect(ranges("bytes=2000-,5-5") == (.satisfiable, [[5, 5]]))
    #expect(ranges("bytes=99999999999999999999999-").0 == .unsatisfiable)
  }

  @Test("14.1.1: what is not the grammar's is ignored, and so is another unit")
  func ignored() {
    for value in [
      "", "bytes", "bytes=", "bytes=,", "bytes=a-b", "bytes=5", "bytes=-", "bytes=9-8",
      "bytes=1-2x",
      "bytes=1 -2", "bytes =1-2", "=1-2", "bytes=1-2;3-4", "bytes=+1-2", "bytes=1-2,x",
    ] {
      #expect(ranges(value).0 == .malformed, "\(value)")
    }
    #expect(ranges("items=0-5").0 == .notBytes)
  }

  @Test("14.2: many ranges, or more than two that overlap, are more than anybody needs")
  func excessive() {
    let few = (0..<32).map { "\($0 * 4)-\($0 * 4)" }.joined(separator: ",")
    #expect(ranges("bytes=" + few).0 == .satisfiable)
    #expect(ranges("bytes=" + few + ",900-900").0 == .excessive)
    #expect(ranges("bytes=0-5,3-9").0 == .satisfiable)
    #expect(ranges("bytes=0-5,3-9,4-4").0 == .excessive)
  }

  @Test("15.3.7.2: ranges that overlap or touch may be sent as one")
  func coalescing() {
    #expect(
      ranges("bytes=20-29,0-9,10-15,5-12,40-", coalescing: true).0 == .excessive)
    #expect(
      ranges("bytes=20-29,0-9,10-15,40-", coalescing: true)
        == (.satisfiable, [[20, 29], [0, 15], [40, 999]]), "in the order asked")
    #expect(
      ranges("bytes=20-29,0-9,10-19", coalescing: true) == (.satisfiable, [[0, 29]]))
    #expect(ranges("bytes=5-8,0-6", coalescing: true) == (.satisfiable, [[0, 8]]))
    #expect(ranges("bytes=1-1", coalescing: true) == (.satisfiable, [[1, 1]]))
  }
}
