import Message
import Testing

@Suite("Language preference (RFC 4647 section 3.4)")
struct LanguagePreferenceTests {
  private func preference(_ lines: [String], _ tag: String) -> LanguagePreference {
    var preference = LanguagePreference()
    for line in lines { preference.add(Array(line.utf8).span, for: Array(tag.utf8).span) }
    return preference
  }

  @Test(
    "the weight is that of the best range that names the tag, else that of *",
    arguments: [
      ("", "en", 0), ("en", "en", 1000), ("EN", "en", 1000), ("en-GB", "en", 1000),
      ("en-GB;q=0.3", "en", 300), ("en-GB;q=0.3, en;q=0.4", "en", 400), ("en", "en-GB", 1000),
      ("en-US", "en-GB", 0), ("eng", "en", 0), ("e", "en", 0), ("*", "en", 1000),
      ("*;q=0.5, en;q=0.2", "en", 200), ("*;q=0", "en", 0), ("en;q=0, *", "en", 0),
      ("en;q=0, en-GB", "en", 0), ("en-GB;q=0, en", "en", 1000), ("en;q=1.5", "en", 0),
      ("en;x=1", "en", 0), ("en q=1", "en", 0), (", ,en", "en", 1000), ("en_GB", "en", 0),
    ])
  func weight(_ value: String, _ tag: String, _ wanted: Int) {
    #expect(preference([value], tag).thousandths == wanted, "\(value) \(tag)")
  }

  @Test("of equals the one named first is better, over all lines")
  func order() {
    let lines = ["fr, es", "en;q=0.9", "th"]
    let (english, spanish, thai) = (
      preference(lines, "en"), preference(lines, "es"), preference(lines, "th")
    )
    #expect(spanish.isBetter(than: thai) && !thai.isBetter(than: spanish))
    #expect(thai.isBetter(than: english))
    #expect(!preference(lines, "zh").isBetter(than: LanguagePreference()))
    #expect(english.isBetter(than: LanguagePreference()))
    #expect(!english.isBetter(than: english))
  }
}

@Suite("Lines of one list (RFC 9110 section 5.3)")
struct MergedLines {
  private func merged(_ lines: [String], others: Bool = true) -> [String] {
    var fields = FieldBuffer()
    if others { fields.add(.server, "a") }
    for line in lines {
      fields.add(.vary, Array(line.utf8))
      if others { fields.add(.allow, "GET, GET") }
    }
    fields.mergeLines(of: .vary)
    #expect(fields.present.contains(.vary) == !lines.isEmpty)
    return fields.entries.map { entry in
      String(decoding: fields.lines.bytes(of: entry.name), as: UTF8.self) + ": "
        + String(decoding: fields.lines.bytes(of: entry.value), as: UTF8.self)
    }
  }

  @Test("several become one, with each member once, in the order in which they came")
  func merge() {
    #expect(
      merged(["Accept", "Sec-Fetch-Mode"], others: false) == ["Vary: Accept, Sec-Fetch-Mode"])
    #expect(
      merged(["Accept, Accept-Language", "accept ,Accept-Encoding", "ACCEPT"], others: false)
        == ["Vary: Accept, Accept-Language, Accept-Encoding"])
    #expect(merged([", ,A,,B", " "], others: false) == ["Vary: A, B"])
    #expect(
      merged(["A", "B"]) == ["Server: a", "Allow: GET, GET", "Allow: GET, GET", "Vary: A, B"])
  }

  @Test("one line, or none, stays as it is")
  func alone() {
    #expect(merged(["A, A"], others: false) == ["Vary: A, A"])
    #expect(merged([]) == ["Server: a"])
  }

  @Test("the lines that HTTP/1.1 copies are those of the index")
  func text() {
    var fields = FieldBuffer()
    fields.add(.vary, "Accept")
    fields.add(.server, "a")
    fields.add(.vary, "Accept-Language")
    fields.mergeLines(of: .vary)
    fields.add(.allow, "GET")
    #expect(fields.lines.text == "Server: a\r\nVary: Accept, Accept-Language\r\nAllow: GET\r\n")
  }
}
