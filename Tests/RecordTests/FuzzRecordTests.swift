import Decide
import Facts
import Testing

@testable import Record

@Suite("The record's fuzz entry")
struct FuzzRecordTests {
  @Test("holds its promises for lines with a byte changed, cut off or added")
  func smoke() {
    var facts = Sample.facts
    facts.resource.systemError = 13
    let line = Sample(verdict: Sample.verdict(.unreadable, facts)).json
    var generator = SystemRandomNumberGenerator()
    for round in 0..<400 {
      var bytes = line
      for _ in 0..<(round % 4) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = .random(in: 0...255, using: &generator)
        case 1: bytes.insert(.random(in: 0...255, using: &generator), at: place)
        default: bytes.removeSubrange(place...)
        }
        if bytes.isEmpty { break }
      }
      fuzzRecordLine(bytes.span)
    }
    fuzzRecordLine([UInt8]().span)
  }
}
