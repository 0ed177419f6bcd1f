import HTTPStatus
import Testing

/// The catalogue against the committed copy of the HTTP Status Code registry, row by row.
@Suite struct RegistryTests {
  private let table: Table

  init() throws { table = try Table("iana") }

  @Test func everyRowIsThereAndNoOther() {
    #expect(table.rows.count == 64)
    #expect(table.rows.map { $0["code"] } == Status.registered.map(\.description))
  }

  @Test func phrases() throws {
    for row in table.rows {
      let status = try #require(Status(Int(row["code"] ?? "") ?? -1))
      let remark = try #require(row["phrase"])
      let phrase = ["(TEMPORARY)", "(OBSOLETED)"].reduce(remark) { phrase, mark in
        phrase.hasSuffix(" \(mark)") ? String(phrase.dropLast(mark.count + 1)) : phrase
      }
      #expect(status.phrase?.description == phrase)
    }
  }

  @Test func cacheability() throws {
    for row in table.rows {
      let status = try #require(Status(Int(row["code"] ?? "") ?? -1))
      let isCacheable = row["heuristically_cacheable"]?.hasPrefix("yes") == true
      #expect(status.isCacheableByDefault == isCacheable, "\(status)")
    }
  }

  @Test func references() throws {
    for row in table.rows {
      let status = try #require(Status(Int(row["code"] ?? "") ?? -1))
      let reference = try #require(row["reference"])
      #expect(
        status.reference.map { Self.parts($0.description) } == Self.parts(reference), "\(status)")
    }
  }

  /// "RFC 4918 (11.1, 13)" and "RFC 4918 section 11.1" as the same: the document, and the first section in it.
  private static func parts(_ reference: String) -> [String] {
    let words = reference.split { " (),".contains($0) }.map(String.init)
    return Array(words.filter { $0 != "section" }.prefix { $0 != "moved" }.prefix(3))
  }

  @Test func contentIsNeverThereWhereTheTableSaysNone() throws {
    for row in table.rows {
      let status = try #require(Status(Int(row["code"] ?? "") ?? -1))
      let content = try #require(row["content"])
      let isNone = [.never, .empty].contains(status.contentRule)
      #expect(isNone == content.hasPrefix("none"), "\(status)")
    }
  }

  @Test func unusualRegistrations() {
    #expect(Status.uploadResumptionSupported.registration == .temporary)
    #expect(Status.useProxy.registration == .deprecated)
    #expect(Status.unused306.registration == .reserved)
    #expect(Status.teapot.registration == .reserved)
    #expect(Status.notExtended.registration == .historic)
    #expect(Status(299)?.registration == Registration.none)
    let unusual: [UInt16] = [104, 305, 306, 418, 510]
    for status in Status.registered where !unusual.contains(status.code) {
      #expect(status.registration == .registered, "\(status)")
      #expect(!status.generators.isEmpty, "\(status)")
    }
  }

  @Test func constantsHaveTheStandardsNames() {
    #expect(Status.continue.code == 100)
    #expect(Status.ok.code == 200)
    #expect(Status.imUsed.code == 226)
    #expect(Status.notFound.code == 404)
    #expect(Status.contentTooLarge.code == 413)
    #expect(Status.uriTooLong.code == 414)
    #expect(Status.unprocessableContent.code == 422)
    #expect(Status.httpVersionNotSupported.code == 505)
  }

  @Test func olderNamesFindTheStatus() {
    #expect(Status(named: "Request Entity Too Large") == .contentTooLarge)
    #expect(Status(named: "payload too large") == .contentTooLarge)
    #expect(Status(named: "Moved Temporarily") == .found)
    #expect(Status(named: "Unprocessable Entity") == .unprocessableContent)
    #expect(Status(named: "Request-URI Too Long") == .uriTooLong)
    #expect(Status(named: "not-found") == .notFound)
    #expect(Status(named: "Not Found") == .notFound)
    #expect(Status(named: "nonsense") == nil)
  }
}
