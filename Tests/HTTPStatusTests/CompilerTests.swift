import Foundation
import HTTPStatus
import Testing

@testable import CatalogueCompiler

/// What the catalogue compiler refuses, and where it says the fault lies.
@Suite struct CompilerTests {
  private let notFound = """
    ---
    code: 404
    phrase: Not Found
    reference: RFC 9110 section 15.5.5
    registration: registered
    cacheable: yes
    content: should
    generated-by: origin
    ---
    Nothing is here.
    """

  private func status(replacing line: String, by other: String) -> String {
    notFound.replacingOccurrences(of: line, with: other)
  }

  private func cause(_ code: String, slug: String, _ more: String = "") -> String {
    "---\ncode: \(code)\nslug: \(slug)\nactor: client\n\(more)---\nA reason.\n"
  }

  private func faults(_ files: (path: String, text: String)...) -> [String] {
    Catalogue.compile(files: files).1.map(\.description)
  }

  @Test func aGoodCatalogueHasNoFaults() {
    #expect(
      faults(
        ("404/404.md", notFound), ("404/404.3.md", cause("404.3", slug: "unmapped")),
        ("README.md", "# Words")
      ).isEmpty)
  }

  @Test func unknownKey() {
    let fault = faults(("404/404.md", status(replacing: "phrase:", by: "phase:")))
    #expect(fault.first?.hasPrefix("404/404.md:3: error: unknown key \"phase\"") == true)
  }

  @Test func missingPhrase() {
    let fault = faults(("404/404.md", status(replacing: "phrase: Not Found\n", by: "")))
    #expect(fault.contains("404/404.md:8: error: the key \"phrase\" is missing"))
  }

  @Test func malformedReference() {
    for reference in ["9110", "RFC 9110, section 15", "RFC 9110 section", "https://a.example/"] {
      let text = status(replacing: "RFC 9110 section 15.5.5", by: reference)
      let fault = faults(("404/404.md", text))
      #expect(fault.first?.hasPrefix("404/404.md:4: error: malformed reference") == true)
    }
  }

  @Test func unknownWordAndField() {
    let word = faults(("404/404.md", status(replacing: "content: should", by: "content: some")))
    #expect(word.first?.hasPrefix("404/404.md:7: error: \"some\" is unknown here") == true)
    let field = status(replacing: "content: should", by: "content: should\nmust: alow")
    #expect(faults(("404/404.md", field)) == ["404/404.md:8: error: unknown field \"alow\""])
    let condition = status(
      replacing: "content: should", by: "content: should\nmust: allow (if-raining)")
    #expect(faults(("404/404.md", condition)).first?.hasPrefix("404/404.md:8:") == true)
  }

  @Test func duplicateNumberAndSlug() {
    let slugs = faults(
      ("404/404.md", notFound), ("404/404.3.md", cause("404.3", slug: "same")),
      ("404/404.4.md", cause("404.4", slug: "same")))
    #expect(slugs == ["404/404.4.md:3: error: the slug \"same\" is taken by 404/404.3.md"])
    // Two files of one name can only be told apart by their place.
    let numbers = faults(
      ("404/404.md", notFound), ("404/404.3.md", cause("404.3", slug: "one")),
      ("404/404.03.md", cause("404.3", slug: "two")))
    #expect(numbers.contains { $0.contains("is taken by") })
  }

  @Test func placeAndCodeHaveToAgree() {
    let fault = faults(("404/404.md", notFound), ("404/404.3.md", cause("404.4", slug: "one")))
    #expect(fault.first?.hasPrefix("404/404.3.md:2: error: the entry is \"404.4\"") == true)
    #expect(
      faults(("elsewhere/x/y/z.md", notFound)).first?.hasPrefix("elsewhere/x/y/z.md:1:") == true)
  }

  @Test func aliasesAreUnique() {
    let fault = faults(
      ("404/404.md", notFound), ("404/404.3.md", cause("404.3", slug: "one")),
      ("404/404.4.md", cause("404.4", slug: "two", "iis: 404.3\n")))
    #expect(fault == ["404/404.4.md:5: error: 404.3 is the code of a cause, and no alias besides"])
  }

  @Test func contradictions() {
    let opposite = status(
      replacing: "content: should", by: "content: should\nmust: etag\nmust-not: etag")
    #expect(
      faults(("404/404.md", opposite))
        == ["404/404.md:9: error: the duty contradicts the one in line 8"])
    let content = status(replacing: "content: should", by: "content: never")
    #expect(faults(("404/404.md", content)).first?.hasPrefix("404/404.md:7:") == true)
    let redirect = status(
      replacing: "content: should", by: "content: should\nredirect-method: keeps")
    #expect(faults(("404/404.md", redirect)) == ["404/404.md:8: error: only a 3xx redirects"])
    let nobody = status(replacing: "generated-by: origin", by: "generated-by: nobody")
    #expect(faults(("404/404.md", nobody)).first?.hasPrefix("404/404.md:8:") == true)
  }

  @Test func differentVersionsDoNotContradict() {
    let text = status(
      replacing: "content: should",
      by: "content: should\nmust: upgrade (http/1.1)\nmust-not: upgrade (http/2)")
    #expect(faults(("404/404.md", text)).isEmpty)
  }

  @Test func proseIsChecked() {
    let heading = notFound + "\n\n## Advice\n\nGo home.\n"
    #expect(faults(("404/404.md", heading)).first?.hasPrefix("404/404.md:12:") == true)
    let nothing = status(replacing: "Nothing is here.", by: "")
    #expect(
      faults(("404/404.md", nothing)) == [
        "404/404.md:10: error: the entry has no summary sentence in \"en\""
      ]
    )
    #expect(faults(("404/404.md", "code: 404\n")).first?.hasPrefix("404/404.md:1:") == true)
    #expect(faults(("404/404.md", "---\ncode: 404\n")).first?.hasPrefix("404/404.md:1:") == true)
  }

  @Test func languagesNameTheStatus() {
    let words = "keywords: falta\nNada hay.\n"
    #expect(faults(("404/404.md", notFound + "\n\n# es\nphrase: Nada\n" + words)).isEmpty)
    #expect(
      faults(("404/404.md", notFound + "\n\n# es\n" + words)) == [
        "404/404.md:12: error: the status has no \"phrase\" in \"es\""
      ])
    #expect(
      faults(("404/404.md", notFound + "\n\n# es\nphrase: Nada\nphrase: Algo\n" + words)) == [
        "404/404.md:14: error: \"phrase\" stands here for a second time"
      ])
    #expect(
      faults(("404/404.md", notFound + "\n\n# es\nphrase: Nada\nphrases: Algo\n" + words)) == [
        "404/404.md:14: error: unknown key \"phrases\"; below a language's heading are known: phrase, keywords"
      ])
    let other =
      status(replacing: "404", by: "405")
      .replacingOccurrences(of: "Not Found", with: "Not Allowed") + "\n\n# es\nphrase: Nada\n"
    #expect(
      faults(
        ("404/404.md", notFound + "\n\n# es\nphrase: Nada\n" + words), ("405/405.md", other + words)
      ) == ["405/405.md:13: error: the phrase \"Nada\" is taken by 404/404.md"])
    let reason = cause("404.3", slug: "one") + "\n# es\nphrase: Nada\nNada hay.\n"
    #expect(
      faults(("404/404.md", notFound), ("404/404.3.md", reason)) == [
        "404/404.3.md:9: error: only a status has a phrase"
      ])
  }

  @Test func aCauseNeedsItsStatus() {
    let fault = faults(("404/404.3.md", cause("404.3", slug: "one")))
    #expect(fault == ["404/404.3.md:2: error: the status 404 has no entry"])
  }

  @Test func everyWordHasItsCase() {
    #expect(Vocabulary.registration.count == Registration.allCases.count)
    #expect(Vocabulary.content.count == ContentRule.allCases.count)
    #expect(Vocabulary.retry.count == RetryAdvice.allCases.count + 1)
    #expect(Vocabulary.redirectMethod.count == RedirectMethod.allCases.count + 1)
    #expect(Vocabulary.actor.count == Party.allCases.count)
    #expect(Vocabulary.strength.count == FieldDuty.Strength.allCases.count)
    #expect(Vocabulary.condition.count == FieldDuty.Condition.allCases.count)
    #expect(Vocabulary.roles.count == Duty.Role.allCases.count)
    #expect(Vocabulary.versions.count == Duty.Version.allCases.count)
  }

  @Test func constantNames() {
    #expect(constantName("directory-listing-denied") == "directoryListingDenied")
    #expect(constantName("path-not-utf8") == "pathNotUTF8")
    #expect(constantName("tls-on-plain-port") == "tlsOnPlainPort")
    #expect(slug(ofPhrase: "I'm a teapot (Unused)") == "im-a-teapot-unused")
  }

  @Test func theCommittedCatalogueHasNoFaults() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Catalogue").resolvingSymlinksInPath()
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".md") }
    let files = try names.map { name in
      (
        path: name,
        text: try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      )
    }
    let (catalogue, faults) = Catalogue.compile(files: files)
    #expect(faults.isEmpty)
    #expect(catalogue.statuses.count == 64)
    #expect(catalogue.proxyErrors.count == 32)
  }
}
