import Testing

@testable import Config

/// What people get wrong, and what they are told: the exact place and the nearest right word.
@Suite struct MistakeTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    var yaml: String
    var summary: String
    var keys: String
    var testDescription: String { summary }
  }

  static let mistakes = [
    Mistake(
      yaml: ruled("files:\n  root: ./public\n  indx: [index.html]"),
      summary: "site.yaml:6:11: error: unknown key \"indx\" in a files resource; "
        + "did you mean \"index\"?",
      keys: "sites[0].rules[0].files.indx"),
    Mistake(
      yaml: minimal("limits: {head: 32768}"),
      summary: "site.yaml:1:16: error: \"head\" takes a size with its unit; \"32768\" may mean "
        + "\"32768 B\" or \"32768 KiB\"",
      keys: "limits.head"),
    Mistake(
      yaml: minimal("limits:\n  idle-time: 90"),
      summary: "site.yaml:2:14: error: \"idle-time\" takes a time with its unit; \"90\" may mean "
        + "\"90 s\" or \"90 ms\"",
      keys: "limits.idle-time"),
    Mistake(
      yaml: ruled("files: {root: ., hidden: hied}"),
      summary: "site.yaml:4:34: error: \"hidden\" takes hide, refuse or serve, not \"hied\"; "
        + "did you mean \"hide\"?",
      keys: "sites[0].rules[0].files.hidden"),
    Mistake(
      yaml: minimal("limits: [10 s]"),
      summary: "site.yaml:1:9: error: \"limits\" takes a mapping, not a list",
      keys: "limits"),
    Mistake(
      yaml: minimal("journal: json"),
      summary: "site.yaml:1:10: error: \"journal\" takes a mapping, not \"json\"; "
        + "did you mean \"{format: json}\"?",
      keys: "journal"),
    Mistake(
      yaml: ruled("content: hello"),
      summary: "site.yaml:4:18: error: \"content\" takes a mapping, not \"hello\"; "
        + "did you mean \"{text: hello}\"?",
      keys: "sites[0].rules[0].content"),
    Mistake(
      yaml: minimal("trusted: {a: b}"),
      summary: "site.yaml:1:10: error: \"trusted\" takes a network, or a list of them, not a "
        + "mapping",
      keys: "trusted"),
    Mistake(
      yaml: minimal("loops: two"),
      summary: "site.yaml:1:8: error: \"loops\" takes a whole number, such as 0, not \"two\"",
      keys: "loops"),
    Mistake(
      yaml: minimal("details: local\ndetails: nobody"),
      summary: "site.yaml:2:1: error: the key \"details\" is already written at site.yaml:1:1",
      keys: ""),
    Mistake(
      yaml: minimal("browse: on"),
      summary: "site.yaml:1:1: error: unknown key \"browse\" in the configuration; it belongs in "
        + "a files resource: sites[].rules[].files.browse",
      keys: "browse"),
    Mistake(
      yaml: minimal("listen: localhost:8080"),
      summary: "site.yaml:1:9: error: \"listen\": \"localhost:8080\" is a name; addresses are "
        + "written as numbers; did you mean \"127.0.0.1:8080\"?",
      keys: "listen[0]"),
    Mistake(
      yaml: minimal("limits: {content: 20 MB, head-time: 10 seconds}"),
      summary: "site.yaml:1:37: error: \"head-time\" is measured in ms, s, min, h or d, not in "
        + "\"seconds\"; did you mean \"10 s\"?",
      keys: "limits.head-time"),
    Mistake(
      yaml: "sites:\n\t- rules: []\n",
      summary: "site.yaml:2:1: error: broken YAML: found character that cannot start any token "
        + "while scanning for the next token; YAML is indented with spaces, not with tabs",
      keys: ""),
    Mistake(
      yaml: minimal("server-name: !secret x"),
      summary: "site.yaml:1:14: error: the tag \"!secret\" has no meaning here; a value's type "
        + "goes by its key",
      keys: ""),
    Mistake(
      yaml: minimal("journal: {trace: 1}"),
      summary: "site.yaml:1:18: error: \"trace\" is on or off, not \"1\"; did you mean \"on\"?",
      keys: "journal.trace"),
  ]

  @Test(arguments: mistakes) func isToldExactly(_ mistake: Mistake) throws {
    let report = report(mistake.yaml)
    #expect(report.settings == nil)
    #expect(report.errors.map(\.summary) == [mistake.summary])
    #expect(report.errors.first?.keys == mistake.keys)
  }

  @Test func theLineIsShownWithACaretBelowTheColumn() throws {
    let error = try #require(report(minimal("limits: {\t\"head\": 8}")).errors.first)
    #expect(error.excerpt == "    limits: {\t\"head\": 8}\n             \t        ^")
    #expect(error.description == "\(error.summary)\n\(error.excerpt ?? "")")
  }

  @Test func columnsCountCharactersAndLongLinesAreCut() throws {
    let error = try #require(report(minimal("# \u{E9}\nd\u{E9}tails: local")).errors.first)
    #expect(error.line == 2 && error.column == 1)
    let long = "server-name: [" + String(repeating: "\u{E9},", count: 400) + " {a: !b c}]"
    let far = try #require(report(minimal(long)).errors.first { $0.message.contains("tag") })
    #expect(far.column == 820)
    #expect((far.excerpt ?? "").unicodeScalars.count < 300)
  }

  @Test func aByteOrderMarkIsNoColumn() throws {
    #expect(report("\u{FEFF}" + minimal()).errors.isEmpty)
    let error = try #require(report("\u{FEFF}lisen: \":80\"\n" + minimal()).errors.first)
    #expect(error.column == 1)
    #expect(error.excerpt == "    lisen: \":80\"\n    ^")
  }

  @Test func whatATerminalWouldObeyIsShownAsAnEscape() throws {
    let error = try #require(report(minimal("\"a\\e[31m\": 1")).errors.first)
    #expect(error.message.hasPrefix("unknown key \"a\\u{1b}[31m\""))
    let raw = try #require(report(minimal("x\u{202E}y: 1")).errors.first)
    #expect(raw.excerpt == "    x?y: 1\n    ^")
  }

  @Test func bytesThatAreNoTextAreToldByTheirPlace() throws {
    let bytes = Array("listen: \":80\"\nx: a\u{E9}".utf8) + [0xFF]
    #expect(throws: ConfigErrors.self) {
      try Settings.parse(bytes: bytes, name: "a.yaml", folder: "/")
    }
    let report = Settings.check(bytes: bytes, name: "a.yaml", folder: "/")
    #expect(report.errors.map { [$0.line, $0.column] } == [[2, 6]])
    #expect(report.errors[0].message.contains("0xFF"))
  }

  @Test func allErrorsAreToldInTheOrderOfTheFileUpToTwenty() {
    let lines = (1...30).map { "wrong\($0): 1" }.joined(separator: "\n")
    let report = report(lines)
    #expect(report.errors.count == 20)
    #expect(report.errors.map(\.line).sorted() == report.errors.map(\.line))
    // Thirty unknown keys, and no sites.
    #expect(report.omitted == 11)
    #expect(
      report.text.hasSuffix("not valid: 31 errors, 0 warnings (the first 20 errors are shown)\n"))
  }

  @Test func theNearestWordIsNearEnoughOrNone() {
    let words = ["target", "head", "head-time", "trailers"]
    #expect(Nearest.word(to: "haed", among: words) == "head")
    #expect(Nearest.word(to: "head_time", among: words) == "head-time")
    #expect(Nearest.word(to: "HeadTime", among: words) == "head-time")
    #expect(Nearest.word(to: "trailer", among: words) == "trailers")
    #expect(Nearest.word(to: "colour", among: words) == nil)
    #expect(Nearest.word(to: "", among: words) == nil)
  }
}
