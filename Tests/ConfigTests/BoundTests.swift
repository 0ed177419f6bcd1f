import Testing

@testable import Config

/// No file makes the reader large, slow or fall.
@Suite struct BoundTests {
  @Test func depth() {
    let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    #expect(
      report("sites: " + deep).errors.map(\.summary) == [
        "site.yaml:1:38: error: nested more than 32 levels deep"
      ])
    let huge = String(repeating: "[", count: 1_000_000)
    #expect(report(huge).errors.count == 1)
    #expect(report(String(repeating: "{a: ", count: 100_000)).errors.count == 1)
    #expect(report(String(repeating: "- ", count: 100_000)).errors.count == 1)
  }

  @Test func aliasesMayNotMultiply() {
    var bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for (last, next) in zip("abcdefgh", "bcdefghi") {
      let items = Array(repeating: "*\(last)", count: 10).joined(separator: ", ")
      bomb += "\(next): &\(next) [\(items)]\n"
    }
    let report = report(bomb)
    #expect(report.errors.map(\.line) == [5])
    #expect(report.errors.first?.message.contains("more than 100000 values") == true)
  }

  @Test func aliasesMayNotDeepen() {
    var deep = "a0: &a0 [x]\n"
    for level in 1...40 { deep += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    let report = report(deep)
    #expect(report.errors.map(\.message) == ["nested more than 32 levels deep"])
    #expect(report.errors.map(\.line) == [31])
  }

  @Test func anAliasInsideItselfIsRefused() {
    #expect(
      report("a: &a [*a]").errors.map(\.summary) == [
        "site.yaml:1:8: error: the alias \"*a\" stands inside what it repeats"
      ])
  }

  @Test func anAliasKeepsThePlaceOfItsAnchor() throws {
    let yaml = """
      sites:
        - names: a.test
          rules: &rules
            - {path: /, files: ./public}
        - names: b.test
          rules: *rules
      """
    let settings = try #require(report(yaml).settings)
    #expect(settings.sites[0].rules[0].position == settings.sites[1].rules[0].position)
    #expect(settings.text(of: settings.sites[1].rules[0].position) == "site.yaml:4:16")
    let wrong = yaml.replacing("files:", with: "fils:")
    // The same mistake through an alias is told once.
    #expect(report(wrong).errors.map(\.line) == [4, 4])
  }

  @Test func manyValues() {
    let many = "a: [" + String(repeating: "x,", count: 200_000) + "]"
    #expect(report(many).errors.map(\.line) == [1])
  }

  @Test func manyUnknownKeys() {
    let many = (0..<40_000).map { "limitz\($0): 1" }.joined(separator: "\n")
    let report = report(many)
    #expect(report.errors.count == 20)
    #expect(report.omitted == 39_981)
  }

  @Test func size() {
    let large = [UInt8](repeating: 0x23, count: (4 << 20) + 1)
    let report = Settings.check(bytes: large, name: "a.yaml", folder: "/")
    #expect(
      report.errors.map(\.summary) == ["a.yaml: error: the configuration is larger than 4 MiB"])
  }

  @Test func severalDocumentsAndKeysThatAreNoWords() {
    #expect(
      report(minimal() + "---\na: b\n").errors.map(\.summary) == [
        "site.yaml:5:1: error: a second document; a configuration is one YAML document"
      ])
    #expect(
      report(minimal("? [a, b]\n: c")).errors.map(\.summary) == [
        "site.yaml:1:3: error: a key is a word, not a list"
      ])
  }

  @Test func theSameKeyIsRefusedOnEveryLevel() {
    #expect(
      report(ruled("files: {root: a, root: b}")).errors.map(\.summary) == [
        "site.yaml:4:26: error: the key \"root\" is already written at site.yaml:4:17"
      ])
  }

  @Test func filesThatAreNotThere() {
    #expect(
      Settings.check(path: "/no/such.yaml").errors.map(\.summary) == [
        "/no/such.yaml: error: the configuration does not exist"
      ])
    #expect(
      Settings.check(path: "/etc").errors.map(\.summary) == [
        "/etc: error: the configuration is a folder"
      ])
    #expect(Settings.check(path: "/dev/zero").errors.map(\.line) == [0])
  }

  /// Texts made of the words of the configuration, broken at random, from a fixed seed.
  @Test func nothingMakesTheReaderFall() {
    var state: UInt64 = 0x5EED
    func random(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(below))
    }
    let seeds = MistakeTests.mistakes.map { Array($0.yaml.utf8) } + [Array(Defaults.yaml().utf8)]
    let marks = Array("\n\t \"'[]{}:,&*!|>-#%@`0\u{FF}".utf8) + [0, 0xFF, 0x0D]
    for _ in 0..<300 {
      var bytes = seeds[random(seeds.count)]
      for _ in 0..<(1 + random(6)) where !bytes.isEmpty {
        let index = random(bytes.count)
        switch random(4) {
        case 0: bytes[index] = marks[random(marks.count)]
        case 1: bytes.insert(marks[random(marks.count)], at: index)
        case 2: bytes.remove(at: index)
        default: bytes.removeSubrange(index..<min(bytes.count, index + random(40)))
        }
      }
      fuzzSettings(bytes.span)
    }
  }
}
