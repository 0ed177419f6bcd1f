import Config
import Glibc
import Testing

@testable import Record

/// What an explanation proposes to write can be written: each piece of advice is put into a configuration, which then has no errors.
@Suite("Advice")
struct AdviceTests {
  /// Reads a configuration in a folder that has everything that advice names.
  private static func errors(in yaml: String) -> [String] {
    let scratch = ScratchFolder()
    for name in ["public", "it's here"] { mkdir("\(scratch.path)/\(name)", 0o755) }
    scratch.write(Array("{}".utf8), to: "schema.json")
    defer { for name in ["public", "it's here"] { rmdir("\(scratch.path)/\(name)") } }
    return Settings.check(
      bytes: Array(yaml.utf8), name: "site.yaml", folder: scratch.path,
      overrides: Overrides(state: scratch.path)
    ).errors.map { "\($0)\n\(yaml)" }
  }

  /// What has to stand beside a line in its section.
  private static func companions(_ section: String) -> [String] {
    switch section {
    case "files": ["root: ./public"]
    case "files.write": ["methods: [PUT]"]
    case "blocked": ["by: https://authority.example/"]
    default: []
    }
  }

  private static func mapping(_ lines: [String]) -> String {
    "{" + lines.joined(separator: ", ") + "}"
  }

  /// A rule with the line in one of its sections, and no other line for the same key.
  private static func rule(_ section: String, _ line: String) -> [String] {
    let key = line.prefix { $0 != ":" }
    let lines = companions(section).filter { !$0.hasPrefix(key + ":") } + [line]
    switch section {
    case "files.write":
      return ["files: " + mapping(["root: ./public", "write: " + mapping(lines)])]
    case "blocked", "maintenance": return ["\(section): \(mapping(lines))", "files: ./public"]
    default: return ["\(section): \(mapping(lines))"]
    }
  }

  private static func configuration(_ advice: SettingAdvice) -> String {
    var top: [String] = []
    var site: [String] = []
    var rule = ["files: ./public"]
    switch advice.place {
    case .top: top.append(advice.line)
    case .section(let name): top.append("\(name): {\(advice.line)}")
    case .site: if !advice.line.hasPrefix("path:") { site.append(advice.line) }
    case .rule:
      let standsAlone = ["gone:", "teapot:", "rehearse:"].contains { advice.line.hasPrefix($0) }
      rule = standsAlone ? [advice.line] : rule + [advice.line]
    case .ruleSection(let name): rule = Self.rule("\(name)", advice.line)
    case .siteSection(let name): site.append("\(name): {\(advice.line)}")
    }
    let lines = top + ["sites:", "  - rules:", "      - path: /"] + rule.map { "        \($0)" }
    return (lines + site.map { "    \($0)" }).joined(separator: "\n") + "\n"
  }

  @Test("every proposed line can be read at its place", arguments: SettingKey.allCases)
  func readable(key: SettingKey) {
    guard let advice = SettingAdvice.of(key) else {
      #expect(key == .none)
      return
    }
    #expect(Self.errors(in: Self.configuration(advice)) == [])
  }

  /// Where a section is written in its short form, the value stands at the section's own place.
  @Test(
    "the value alone can be put in the place of a value that stands in a short form",
    arguments: [
      (SettingKey.filesRoot, "files: VALUE"), (.filesRoot, "files: {root: VALUE}"),
      (.writeMethods, "files: {root: ./public, write: VALUE}"),
      (.writeMethods, "files: {root: ./public, write: {methods: VALUE}}"),
      (.maintenance, "files: ./public\n        maintenance: VALUE"),
      (.ruleRedirect, "redirect: VALUE"), (.ruleRedirect, "redirect: {to: VALUE, status: 302}"),
      (.filesBrowse, "files: {root: ./public, browse: VALUE}"),
      (.filesIndex, "files: {root: ./public, index: VALUE}"),
    ])
  func values(_ key: SettingKey, _ rule: String) throws {
    let advice = try #require(SettingAdvice.of(key))
    let value = EvidenceWording.value(of: advice.line)
    let yaml =
      "sites:\n  - rules:\n      - path: /\n        " + rule.replacing("VALUE", with: value)
    #expect(Self.errors(in: yaml + "\n") == [])
  }

  @Test(
    "what is written nowhere is proposed in a form that can be pasted, also beside a short form",
    arguments: [
      ("files.browse", nil, "write `browse: on` under `files` in the rule at site.yaml:4:15."),
      (
        "files.browse", "./public",
        "write `files: {root: ./public, browse: on}` in the place of `files` in the rule at "
          + "site.yaml:4:15."
      ),
      (
        "files.write.methods", nil,
        "write `write: [PUT, DELETE]` under `files` in the rule at site.yaml:4:15."
      ),
      (
        "files.write.methods", "./it's here",
        "write `files: {root: './it''s here', write: [PUT, DELETE]}` in the place of `files` in "
          + "the rule at site.yaml:4:15."
      ),
    ])
  func additions(_ key: String, _ short: String?, _ wanted: String) throws {
    var exchange = try Sample().exchange
    exchange.evidence = RecordedEvidence(
      key: key, position: EvidenceWording.builtIn, rule: "site.yaml:4:15", short: short)
    let change = try #require(EvidenceWording(exchange).change)
    #expect(change.hasSuffix(wanted), "\(change)")
    let line = try #require(wanted.split(separator: "`").dropFirst().first.map(String.init))
    let rule = line.hasPrefix("files:") ? line : "files: {root: ./public, \(line)}"
    #expect(Self.errors(in: "sites:\n  - rules:\n      - path: /\n        \(rule)\n") == [])
  }
}
