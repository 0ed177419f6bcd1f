import Decide
import HTTPStatus
import Testing

@testable import Config

/// What `check --answers` lists: what a setting adds to a site of files, and what it takes away. That nothing is left out is shown by
/// the scenarios.
@Suite("Causes that a configuration can produce")
struct AnswerListTests {
  private static func list(_ rule: String, site: String = "", top: String = "") throws -> AnswerList
  {
    let sites = "sites:\n  - rules:\n      - path: /\n        \(rule)\n\(site)"
    let report = Settings.check(
      bytes: Array((top + sites).utf8), name: "site.yaml", folder: "/srv", overrides: .none,
      disk: .pretend,
      environment: ConfigEnvironment(isRoot: false, stateHome: nil, home: "/home/a"))
    return AnswerList(try #require(report.settings, "\(report.text)"))
  }

  private static func causes(_ list: AnswerList) -> Set<String> {
    Set(list.entries.map(\.cause.code.description))
  }

  struct Row: Sendable, CustomStringConvertible {
    var rule = "files: ."
    var site = ""
    var top = ""
    var adds: Set<String> = []
    var removes: Set<String> = []
    var description: String { top + rule + site }
  }

  static let rows: [Row] = [
    Row(),
    Row(
      rule: "files: {root: ., browse: on}", adds: ["200.702", "500.0", "500.702"],
      removes: ["403.14"]),
    Row(rule: "files: {root: ., read: off}", adds: []),
    Row(rule: "files: {root: ., hidden: refuse}", adds: ["403.701"], removes: ["404.8", "404.9"]),
    Row(rule: "files: {root: ., hidden: serve}", removes: ["404.8", "404.9"]),
    Row(rule: "files: {root: ., scripts: serve}", removes: ["403.1"]),
    Row(rule: "files: {root: ., scripts: hide}", adds: ["404.720"], removes: ["403.1"]),
    Row(
      rule: "files: {root: ., folder-file: .f.yaml}",
      adds: ["200.702", "403.6", "404.3", "500.0", "500.19", "500.702"]),
    Row(rule: "files: {root: ., only-mapped-types: on}", adds: ["404.3"]),
    Row(rule: "files: .\n        deny: [192.0.2.0/24]", adds: ["403.6"]),
    Row(rule: "files: .\n        tombstones: on", adds: ["410.701"]),
    Row(site: "    closed: on\n", adds: ["403.8"]),
    Row(site: "    deny-hosts: [a.example]\n", adds: ["403.8", "503.720"]),
    Row(site: "    deny-hosts: [a.example]\n    unresolved: allow\n", adds: ["403.8"]),
    Row(site: "    limits: {concurrent: 9}\n", adds: ["403.9"]),
    Row(site: "    maintenance: {file: ./m}\n", adds: ["503.710"]),
    Row(site: "    trace: on\n", adds: ["200.703"]),
    Row(site: "    names: [a.example]\n", adds: ["404.1"]),
    Row(top: "listen: {address: ':8080', proxy-protocol: on}\n", adds: ["400.743"]),
  ]

  @Test("a setting adds its causes and no others", arguments: rows)
  func differences(row: Row) throws {
    let plain = Self.causes(try Self.list("files: ."))
    let found = Self.causes(try Self.list(row.rule, site: row.site, top: row.top))
    #expect(found.subtracting(plain) == row.adds)
    if !row.site.contains("closed"), !row.rule.contains("read: off") {
      #expect(plain.subtracting(found) == row.removes)
    }
  }

  @Test("a rehearsal's rule cannot give parts of anything, and its methods can refuse")
  func rehearsals() throws {
    let plain = Self.causes(try Self.list("rehearse: 503"))
    #expect(plain.contains("503.999") && plain.isDisjoint(with: ["206.700", "206.701"]))
    let list = try Self.list("rehearse: 503\n        methods: [GET, HEAD]")
    let refused = try #require(list.entries.first { $0.cause.code.description == "405.0" })
    #expect(refused.positions.contains { $0.line == 5 })
    #expect(!Self.causes(list).contains("404.0"))
    // Each status has one block
    let statuses = list.entries.map(\.cause.status.code)
    #expect(statuses == statuses.sorted())
  }

  @Test("methods that write bring the causes of their own")
  func writing() throws {
    let plain = Self.causes(try Self.list("files: ."))
    func added(_ write: String) throws -> Set<String> {
      Self.causes(try Self.list("files: {root: ., write: \(write)}")).subtracting(plain)
    }
    let put = try added("[PUT]")
    let delete = try added("[DELETE]")
    let post = try added("[POST]")
    let patch = try added("[PATCH]")
    #expect(put.isSuperset(of: ["201.740", "204.740", "409.741", "411.740", "507.740"]))
    #expect(put.isDisjoint(with: ["201.741", "204.741", "204.742", "409.742", "422.740", "428.0"]))
    #expect(delete.isSuperset(of: ["204.741", "409.742"]))
    #expect(delete.isDisjoint(with: ["201.740", "409.741", "411.740", "415.740"]))
    #expect(post.contains("201.741") && !post.contains("201.740"))
    #expect(patch.isSuperset(of: ["204.742", "409.744", "409.745", "422.740"]))
    #expect(patch.isDisjoint(with: ["201.740", "204.740", "204.741"]))
  }

  @Test("what a form is answered with is told by the line that says so")
  func forms() throws {
    func line(_ code: String, _ then: String) throws -> [UInt32] {
      let write = "{methods: [POST], form: .\(then)}"
      let list = try Self.list("files:\n          root: .\n          write: \(write)")
      let entry = list.entries.first { $0.cause.code.description == code }
      return entry?.positions.map(\.line) ?? []
    }
    #expect(try line("205.740", "") == [6])
    #expect(try line("205.740", ", then: reset") == [6])
    #expect(try line("303.740", "") == [])
    #expect(try line("303.740", ", then: /done") == [6])
    #expect(try line("205.740", ", then: /done") == [])
  }

  @Test("a closed site answers nothing else")
  func closed() throws {
    let list = try Self.list("files: .", site: "    closed: on\n")
    let found = Self.causes(list)
    #expect(found.contains("403.8"))
    #expect(found.isDisjoint(with: ["200.701", "404.0", "403.14", "304.700"]))
    let entry = try #require(list.entries.first { $0.cause.code.description == "403.8" })
    #expect(entry.positions.map(\.line) == [5])
  }
}
