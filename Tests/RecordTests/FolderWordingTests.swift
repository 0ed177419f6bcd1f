import Config
import Decide
import Facts
import Glibc
import Message
import Testing

@testable import Record

/// What is told of folders, links and methods: what was looked for, and what fits, and nothing that was made up.
@Suite("Folders and methods in words")
struct FolderWordingTests {
  private static func exchange(
    _ ending: Ending, target: String = "/pics/a/b.txt", method: String = "GET",
    systemError: Int32 = 0, _ change: (inout RecordedEvidence) -> Void = { _ in }
  ) throws -> Explanation {
    var facts = Sample.facts
    facts.resource.systemError = systemError
    facts.action.systemError = systemError
    var sample = Sample(verdict: Sample.verdict(ending, facts))
    sample.method = Array(method.utf8)
    sample.target = Array(target.utf8)
    var exchange = try sample.exchange
    if var evidence = exchange.evidence {
      evidence.root = "./www"
      evidence.under = "/pics/"
      change(&evidence)
      exchange.evidence = evidence
    }
    return Explanation(exchange)
  }

  @Test("what is missing is told by the path below the rule's folder")
  func missing() throws {
    let plain = try Self.exchange(.fileMissing)
    #expect(
      plain.findings.contains(
        "files.root is `./www` (site.yaml:4:12); what was looked for below it is `a/b.txt`."))
    #expect(
      plain.change
        == "To answer here, put `a/b.txt` into `./www`, or correct the `root` at site.yaml:4:12 if "
        + "another folder is meant.")
    let folder = try Self.exchange(.fileMissing, target: "/pics/a%20b/?x=1")
    #expect(folder.change?.contains("the folder `a b/` with an index file") == true)
    let foreign = try Self.exchange(.fileMissing, target: "/pics/%E0%B8%81")
    #expect(foreign.findings.contains { $0.hasSuffix("is `%E0%B8%81`.") })
    for odd in ["/pics/x/../b", "/pics//b", "/elsewhere/b", "/pics/%2e%2e/b", "*"] {
      let text = try Self.exchange(.fileMissing, target: odd).findings.joined()
      #expect(text.contains("files.root is `./www` (site.yaml:4:12)."), "\(odd)")
    }
  }

  @Test("a rule for exactly one path is told what it would take for the files below")
  func exact() throws {
    let explanation = try Self.exchange(.fileMissing, target: "/form") { $0.under = "/form" }
    #expect(explanation.findings.contains { $0.hasSuffix("below it is `form`.") })
    #expect(
      explanation.change?.hasSuffix(
        "For the files below this path write `path: /form/` in the rule at site.yaml:9:7.") == true)
  }

  @Test(
    "no folder is ever made up",
    arguments: Ending.allCases.filter { $0.evidence(Sample.facts).key == .filesRoot })
  func invented(ending: Ending) throws {
    let change = try #require(try Self.exchange(ending).change)
    #expect(!change.contains("public") && !change.contains("another folder, change"))
    #expect(change.hasPrefix("To ") && change.hasSuffix("."))
  }

  @Test("a file where the path wants a folder is told")
  func fileOnTheWay() throws {
    let findings = try Self.exchange(.fileMissing, systemError: ENOTDIR).findings
    #expect(findings.joined(separator: "\n").contains("is a file and no folder"))
    let change = try Self.exchange(.fileMissing, systemError: ENOTDIR).change
    #expect(change?.contains("in the place of the file that is in the way, below `./www`") == true)
  }

  @Test("a name that is too long is told by its bytes, and nobody is sent after rights")
  func longNames() throws {
    let name = String(repeating: "n", count: 298) + "%20%41"
    for ending in [Ending.writeRefused, .fileMissing] {
      let explanation = try Self.exchange(
        ending, target: "/pics/" + name, method: "PUT", systemError: ENAMETOOLONG)
      let text = explanation.findings.joined(separator: "\n")
      #expect(text.contains("has 300 bytes, and the file system takes at most 255"))
      #expect(explanation.change?.contains("shorter name") == true)
      #expect(explanation.help == nil)
    }
    let deep = String(repeating: "/abcdefg", count: 600)
    let explanation = try Self.exchange(
      .writeRefused, target: deep, method: "PUT", systemError: ENAMETOOLONG)
    #expect(explanation.findings.joined().contains("The path has"))
    #expect(try Self.exchange(.writeRefused, systemError: EACCES).help != nil)
  }

  @Test("three kinds of links have three stories")
  func links() throws {
    let out = try Self.exchange(.linkLeavesRoot, systemError: EXDEV)
    #expect(out.findings.contains { $0.contains("this one leads out of it") })
    #expect(out.change?.contains("No value of `links` lets a link lead out") == true)
    let circle = try Self.exchange(.linkLeavesRoot, systemError: ELOOP)
    #expect(circle.findings.contains { $0.contains("lead in a circle") })
    #expect(circle.change?.contains("in the place of the link") == true)
    let none = try Self.exchange(.linkLeavesRoot)
    #expect(none.change?.hasSuffix("change the value at site.yaml:4:12 to `within`.") == true)
  }

  @Test(
    "a method that `write` has is told why it is not taken here",
    arguments: [
      ("DELETE", "the rule's own folder"), ("POST", "POST makes new files in folders"),
      ("PUT", "PUT makes and replaces files"), ("PATCH", "PATCH changes JSON files"),
    ])
  func elsewhere(_ method: String, _ reason: String) throws {
    var facts = Sample.facts
    facts.method = .put
    facts.write.isOn = true
    var sample = Sample(verdict: Sample.verdict(.methodNotAllowed, facts))
    sample.method = Array(method.utf8)
    let explanation = try Explanation(sample.exchange)
    #expect(
      explanation.findings.contains {
        $0.hasPrefix("files.write.methods has `\(method)` (site.yaml:4:12), and ")
          && $0.contains(reason)
      })
    #expect(explanation.change?.hasPrefix("To allow it") == false)
  }

  @Test("a method that `write` does not have is proposed for it")
  func notThere() throws {
    var facts = Sample.facts
    facts.method = .patch
    facts.resource.positions.methods = .builtIn
    var sample = Sample(verdict: Sample.verdict(.methodNotAllowed, facts))
    sample.method = Array("PATCH".utf8)
    #expect(
      try Explanation(sample.exchange).change
        == "To allow it, add `PATCH` to the list of methods at site.yaml:4:12.")
    facts.write.positions.methods = .builtIn
    sample.verdict = Sample.verdict(.methodNotAllowed, facts)
    #expect(
      try Explanation(sample.exchange).change
        == "To allow it, write `write: [PATCH]` under `files` in the rule at site.yaml:9:7.")
    facts.method = .brew
    sample.method = Array("BREW".utf8)
    sample.verdict = Sample.verdict(.methodNotAllowed, facts)
    #expect(
      try Explanation(sample.exchange).findings.contains {
        $0.hasPrefix("The rule at site.yaml:9:7 has no `methods`")
          && $0.hasSuffix("This does not have `BREW`.")
      })
  }

  @Test("what is blocked for everybody is not told to have a list of networks")
  func blocked() throws {
    var facts = Sample.facts
    facts.rule.isForEverybody = true
    let explanation = try Explanation(
      Sample(verdict: Sample.verdict(.blocked, facts)).exchange)
    #expect(explanation.findings.contains { $0.contains("blocked for everybody (site.yaml:4:12)") })
    #expect(explanation.change?.contains("take the client's network out") == false)
  }
}
