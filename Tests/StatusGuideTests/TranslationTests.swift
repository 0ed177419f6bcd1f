import Foundation
import HTTPStatus
import StatusGuide
import Testing

@testable import CatalogueCompiler

/// The catalogue's words in all its languages.
@Suite("Translations")
struct TranslationTests {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func table(_ path: String) throws -> [[String]] {
    let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst().map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private static func catalogue() throws -> [Entry] {
    let folder = root.appendingPathComponent("Catalogue")
    let (catalogue, faults) = Catalogue.compile(
      files: try CatalogueCompiler.markdownFiles(in: folder))
    #expect(faults.isEmpty)
    return catalogue.statuses.map(\.entry) + catalogue.causes.map(\.entry)
      + catalogue.proxyErrors.map(\.entry) + catalogue.unofficial.map(\.entry)
      + catalogue.signs.map(\.entry) + catalogue.rehearsed.prefix(1).map(\.entry)
  }

  @Test("no translation is older than its English text")
  func fresh() throws {
    var count = 0
    for entry in try Self.catalogue() {
      let english = try #require(entry.prose("en"))
      for text in entry.prose where text.language != "en" {
        count += 1
        #expect(
          text.stamp == english.fingerprint,
          "\(entry.file): \(text.language) was made from another English text; bring it up to date and run `make stamp`"
        )
      }
    }
    #expect(count > 300)
  }

  @Test("every promised code is there in every language, with the sections that the English has")
  func complete() throws {
    let entries = Dictionary(
      uniqueKeysWithValues: try Self.catalogue().map { ($0.pathName, $0) })
    for row in try Self.table("Tests/HTTPStatusTests/Tables/promised.tsv") {
      let entry = try #require(entries[row[0]], "\(row[0]) has no entry")
      let english = try #require(entry.prose("en"))
      for language in Prose.languages {
        guard let text = entry.prose(language) else {
          Issue.record("\(entry.file) has no \(language)")
          continue
        }
        let missing = english.sections.keys.filter {
          text.sections[$0] == nil && $0 != "What others say"
        }
        #expect(missing.isEmpty, "\(entry.file): \(language) lacks \(missing)")
      }
    }
  }

  @Test("a text with another word has another fingerprint; broken lines make no difference")
  func fingerprint() {
    var one = Prose(language: "en", line: 1, summary: "Nothing is here.")
    one.sections["What to do"] = "Look elsewhere."
    var other = one
    #expect(one.fingerprint == other.fingerprint)
    other.sections["What to do"] = "Look\n  elsewhere."
    #expect(one.fingerprint == other.fingerprint)
    other.sections["What to do"] = "Look somewhere."
    #expect(one.fingerprint != other.fingerprint)
    other = one
    other.sections = ["When it is sent": "Look elsewhere."]
    #expect(one.fingerprint != other.fingerprint)
  }

  @Test("every code of five widespread lists has an entry")
  func lists() throws {
    let rows = try Self.table("Tests/StatusGuideTests/Tables/lists.tsv")
    #expect(rows.count > 150)
    for row in rows {
      #expect(!Guide.named(row[1]).isEmpty, "list \(row[0]): \(row[1]) \(row[2])")
    }
  }

  /// Text that was decoded wrongly once, as a list that is passed around was; the text is our own.
  @Test("wrongly decoded text finds what was meant")
  func repair() throws {
    for (text, meant) in [("รหัสผ่านผิด", "401.1"), ("ไม่พบหน้า", "404"), ("请求超时", "408")] {
      let broken = String(
        String.UnicodeScalarView(
          text.utf8.map { Unicode.Scalar(TranslationTests.windows1252($0)) ?? "?" }))
      #expect(broken != text)
      let direct = Guide.search(text, limit: 3)
      #expect(Guide.search(broken, limit: 3) == direct)
      #expect(direct.contains { "\($0)".hasPrefix(meant) }, "\(text): \(direct)")
    }
    // Read as Windows-1254
    #expect(Guide.search("ğŸŸ¢ 404", limit: 1) == Guide.search("🟢 404", limit: 1))
  }

  private static func windows1252(_ byte: UInt8) -> UInt32 {
    let high: [UInt8: UInt32] = [
      0x80: 0x20AC, 0x82: 0x201A, 0x83: 0x192, 0x84: 0x201E, 0x85: 0x2026, 0x86: 0x2020,
      0x87: 0x2021, 0x88: 0x2C6, 0x89: 0x2030, 0x8A: 0x160, 0x8B: 0x2039, 0x8C: 0x152,
      0x8E: 0x17D, 0x91: 0x2018, 0x92: 0x2019, 0x93: 0x201C, 0x94: 0x201D, 0x95: 0x2022,
      0x96: 0x2013, 0x97: 0x2014, 0x98: 0x2DC, 0x99: 0x2122, 0x9A: 0x161, 0x9B: 0x203A,
      0x9C: 0x153, 0x9E: 0x17E, 0x9F: 0x178,
    ]
    return high[byte] ?? UInt32(byte)
  }

  @Test("signs of other servers are found as they are written")
  func signs() {
    for (query, wanted) in [
      ("UF", "envoy:UF"), ("SC--", "haproxy:SC--"), ("AH01797", "apache:AH01797"),
      ("0x80070005", "iis:0x80070005"), ("econnrefused", "linux:ECONNREFUSED"),
      ("-2147024891", "iis:0x80070005"), ("499", "nginx:499"),
    ] {
      #expect(
        Guide.named(query).contains { "\($0)".hasPrefix(wanted) }, "\(query): \(Guide.named(query))"
      )
    }
    #expect(Guide.named("4xx").count > 25)
    #expect(Guide.named("４０４").first?.description == "404 Not Found")
    #expect(Guide.named("NÓT FOUND").first?.description == "404 Not Found")
  }
}
