import Message
import Testing

@Suite("RFC 9110 section 8.8.3: entity tags")
struct EntityTagTests {
  func list(_ value: String, _ tag: String, weak: Bool) -> EntityTag.Match {
    EntityTag.list(Array(value.utf8).span, contains: Array(tag.utf8).span, weak: weak)
  }

  @Test("8.8.3: a tag is quoted, and weak where W/ stands before it")
  func parse() {
    #expect(EntityTag(Array("\"a\"".utf8).span)?.isWeak == false)
    #expect(EntityTag(Array("W/\"a\"".utf8).span)?.isWeak == true)
    #expect(EntityTag(Array("\"\"".utf8).span)?.opaque.count == 2)
    for text in [
      "", "a", "\"a", "w/\"a\"", "W\"a\"", "\"a b\"", "\"a\"b", "\"a\u{7F}\"", "W/", "W",
    ] {
      #expect(EntityTag(Array(text.utf8).span) == nil, "\(text)")
    }
  }

  @Test("8.8.3.2: the table of strong and weak comparison")
  func comparison() {
    let rows: [(String, String, strong: Bool, weak: Bool)] = [
      ("W/\"1\"", "W/\"1\"", false, true), ("W/\"1\"", "W/\"2\"", false, false),
      ("W/\"1\"", "\"1\"", false, true), ("\"1\"", "\"1\"", true, true),
    ]
    for row in rows {
      let (one, other) = (Array(row.0.utf8), Array(row.1.utf8))
      #expect(EntityTag.equal(one.span, other.span, weak: false) == row.strong)
      #expect(EntityTag.equal(one.span, other.span, weak: true) == row.weak)
    }
  }

  @Test("13.1.2: a list matches where one of its tags does, and an asterisk always")
  func lists() {
    #expect(list("*", "\"a\"", weak: true) == .any)
    #expect(list(" * ", "\"a\"", weak: true) == .any)
    #expect(list("\"x\", \"a\"", "\"a\"", weak: false) == .matched)
    #expect(list("\"x\",W/\"a\"", "\"a\"", weak: true) == .matched)
    #expect(list("\"x\",W/\"a\"", "\"a\"", weak: false) == .unmatched)
    #expect(list("\"a,b\"", "\"a,b\"", weak: false) == .matched)
    #expect(list(",, \"a\" ,", "\"a\"", weak: false) == .matched)
  }

  @Test("8.8.3.2: the tag itself, byte for byte, matches as its mark allows")
  func repeated() {
    for tag in ["\"a\"", "\"\"", "\"a,b\"", "\"\u{E9}\""] {
      #expect(list(tag, tag, weak: false) == .matched, "\(tag)")
      #expect(list("W/" + tag, "W/" + tag, weak: true) == .matched, "\(tag)")
      #expect(list("W/" + tag, "W/" + tag, weak: false) == .unmatched, "\(tag)")
    }
    for value in [
      "\"", "\"a b\"", "\"a\"b\"", "\"a\u{7F}\"", "W/\"", "w/\"a\"", "a\"", "W\"", "\"a",
    ] {
      #expect(list(value, value, weak: true) == .malformed, "\(value)")
    }
  }

  @Test("5.6.1: what is no list of tags is malformed, also behind a tag that matches")
  func malformed() {
    for value in ["", ",", "a", "\"a\" \"b\"", "\"a\", b", "\"a\", *", "*, \"a\"", "\"a\", \"b"] {
      #expect(list(value, "\"a\"", weak: true) == .malformed, "\(value)")
    }
  }
}
