import Scenario
import Testing

/// Mistakes in a scenario's file are told with their line and with what would fit.
@Suite("The form of scenarios")
struct ReaderTests {
  private static let start = """
    # A title

    What it shows.

    config:
      sites: []

    """

  /// The steps of each begin in line 7.
  static let mistakes: [(steps: String, line: Int, part: String)] = [
    ("> GET / HTTP/1.1\\q\n", 7, "\\r \\n \\t"),
    ("> {dates}\n", 7, "{date}, {id}"),
    ("> {date}\n", 7, "cannot vary"),
    ("> \\x0\n", 7, "two hexadecimal digits"),
    ("> {a*99999999999}\n", 7, "64 MiB"),
    ("clock 11 s\n", 7, "clock +11 s"),
    ("clock +11 sec\n", 7, "250 ms, 11 s"),
    ("clock +11 s times\n", 7, "clock +20 ms 190 times"),
    ("clock +11 s 0 times\n", 7, "from 1 to"),
    ("clock +11 s 20000 times\n", 7, "10000"),
    ("clock 11 s 2 times\n", 7, "clock +11 s"),
    ("> a\nsleep 1\n", 8, "`clock +11 s`"),
    ("at once\n> a\n", 7, "`end`"),
    ("expect record\n", 7, "cause: 403.14"),
    ("expect nothing\n", 7, "`expect close`"),
    ("truncate a.txt\n", 7, "`truncate a.txt to 10 B`"),
    ("< {more}\n< a\n", 8, "nothing can follow"),
  ]

  @Test("a mistake in the steps", arguments: mistakes)
  func steps(mistake: (steps: String, line: Int, part: String)) {
    check(Self.start + mistake.steps, mistake.line, mistake.part)
  }

  static let sections: [(text: String, line: Int, part: String)] = [
    ("No title\n", 1, "the first line is the title"),
    ("# A title\n\nconfig:\n  a\n\n> a\n", 2, "what it shows"),
    ("# A title\n\nText.\n\n> a\n", 1, "the first line is the title"),
    ("# A title\n\nText.\n\nconfig: a\n", 5, "two spaces in"),
    ("# A title\n\nText.\n\nage: old\n", 5, "250 ms, 11 s"),
    ("# A title\n\nText.\n\nfiles:\n  a\nconfig:\n  a\n", 6, "`a.txt: text`"),
    ("# A title\n\nText.\n\nfiles:\n  a [new]: b\n", 6, "[leased]"),
    ("# A title\n\nText.\n\nfiles:\n  ../a: b\n", 6, "own folder"),
    ("# A title\n\nText.\n\nfiles:\n  a = 3 MB\n", 6, "16 MiB"),
  ]

  @Test("a mistake before the steps", arguments: sections)
  func beginning(mistake: (text: String, line: Int, part: String)) {
    // Without a section nothing ends the lesson, and no configuration is found
    if mistake.text.hasSuffix("Text.\n\n> a\n") {
      check(mistake.text, 1, "config:")
    } else {
      check(mistake.text, mistake.line, mistake.part)
    }
  }

  private func check(_ text: String, _ line: Int, _ part: String) {
    do {
      _ = try ScenarioReader.read(name: "a", text: text)
      Issue.record("nothing is wrong with \(text.debugDescription)")
    } catch {
      #expect(error.file == "a.scenario")
      #expect(error.line == line, "\(error)")
      #expect(error.message.contains(part), "\(error)")
    }
  }

  @Test("what does not come out as expected is told with its line and byte")
  func difference() throws {
    let text = """
      # A title

      What it shows.

      files:
        a.txt: Hello\\n
      config:
        sites:
          - rules:
              - path: /
                files: .

      > GET /a.txt HTTP/1.0
      >
      < HTTP/1.1 200 OK
      < Date: {date}
      < Server: another
      """
    let play = Player.play(try ScenarioReader.read(name: "a", text: text))
    let failure = try #require(play.failures.first)
    #expect(failure.line == 17)
    #expect(failure.message.hasPrefix("byte 62: \"a\" was expected"), "\(failure)")
  }
}
