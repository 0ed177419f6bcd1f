import Foundation
import HTTPStatus
import Testing

@Suite struct CauseTests {
  @Test func everyProducedCauseHasItsNumberAndSlug() throws {
    let rows = try Table("produced").rows
    #expect(rows.count == 108)
    for row in rows {
      let code = try #require(row["code"])
      let cause = try #require(Cause(code), "\(code)")
      #expect(cause.slug.description == row["slug"])
      #expect(cause.code.description == code)
    }
  }

  @Test func everyPromisedRowIsThere() throws {
    for row in try Table("promised").rows {
      let code = try #require(row["code"])
      if let number = Int(code) {
        #expect(Status(number)?.phrase != nil, "\(code)")
      } else {
        #expect(Cause(code)?.code.description == code)
      }
    }
  }

  @Test func everyRowOfIISIsFound() throws {
    let rows = try Table("iis").rows
    #expect(rows.count == 142)
    for row in rows {
      let code = try #require(row["code"])
      if let number = Int(code) {
        #expect(Status(number)?.phrase != nil, "\(code)")
        continue
      }
      let cause = try #require(Cause(code), "\(code)")
      let isAlias = cause.iisAliases.contains { $0 == code }
      #expect(isAlias || cause.code == code, "\(code)")
    }
  }

  @Test func wrongStatusesOfIISLeadToTheRightOne() {
    #expect(Cause("404.13") == .contentLengthAboveLimit)
    #expect(Cause("404.13")?.code.description == "413.1")
    #expect(Cause("404.10")?.status == .requestHeaderFieldsTooLarge)
    #expect(Cause("404.14")?.status == .uriTooLong)
    #expect(Cause("404.11") == .pathDoubleEncoded)
    #expect(Cause("404.12") == .pathNotUTF8)
    #expect(Cause("401.501")?.status == .tooManyRequests)
    #expect(Cause("403.501") == Cause("404.501"))
  }

  @Test func causesUnderOlderNumbersNameTheStandardsChoice() {
    #expect(Cause("403.9")?.standardStatus == .serviceUnavailable)
    #expect(Cause("500.13")?.standardStatus == .serviceUnavailable)
    #expect(Cause("401.7")?.standardStatus == .forbidden)
    #expect(Cause.directoryListingDenied.standardStatus == nil)
  }

  @Test func lookUpByCodeSlugAndParts() {
    #expect(Cause("403.14") == .directoryListingDenied)
    #expect(Cause("directory-listing-denied") == .directoryListingDenied)
    #expect(Cause(status: 403, number: 14) == .directoryListingDenied)
    #expect(Cause(status: 403, number: 9999) == nil)
    #expect(Cause(status: -1, number: 0) == nil)
    for text in ["", ".", "403", "403.", ".14", "403.14.1", "+403.14", "403.-1", "nonsense"] {
      #expect(Cause(text) == nil, "\(text)")
    }
  }

  @Test func lookUpByOlderName() {
    #expect(Cause(named: "Directory listing denied") == .directoryListingDenied)
    #expect(Cause(named: "MIME map policy prevents this request") == .mediaTypeNotMapped)
    #expect(Cause(named: "Host-Missing") == .hostMissing)
    #expect(Cause(named: "nonsense") == nil)
  }

  @Test func everyCauseIsFoundAgain() {
    for (index, cause) in Cause.all.enumerated() {
      #expect(Int(cause.rawIndex) == index)
      #expect(Cause(cause.code.description) == cause)
      #expect(Cause(cause.slug.description) == cause)
      #expect(Cause(status: Int(cause.status.code), number: Int(cause.number)) == cause)
      #expect(cause.code.description == "\(cause.status.code).\(cause.number)")
      #expect(Cause(rawIndex: cause.rawIndex) == cause)
      #expect(!cause.reference.isEmpty)
    }
    #expect(Cause(rawIndex: UInt16(Cause.count)) == nil)
    #expect(Set(Cause.all.map(\.slug.description)).count == Cause.all.count)
  }

  @Test func everyStatusHasACauseForBeingRehearsed() throws {
    #expect(Cause.rehearsed.count == 500)
    for (index, cause) in Cause.rehearsed.enumerated() {
      #expect(Int(cause.rawIndex) == Cause.all.count + index)
      #expect(cause.isRehearsed && cause.status.code == 100 + UInt16(index))
      #expect(cause.code == "\(100 + index).999" && cause.slug == "rehearsed")
      #expect(Cause("\(100 + index).999") == cause)
      #expect(Cause(rehearsing: 100 + index) == cause)
      #expect(Cause(rawIndex: cause.rawIndex) == cause)
    }
    #expect(Cause(rehearsing: 99) == nil && Cause(rehearsing: 600) == nil)
    #expect(!Cause.all.contains { $0.isRehearsed })
    #expect(Cause("600.999") == nil && Cause("0.999") == nil)
  }

  @Test func statusesOfCausesAreRegisteredButForOutcomes() {
    for cause in Cause.all {
      #expect(cause.isOutcome == (cause.status.code == 0))
      #expect((cause.phrase == nil) == cause.isOutcome)
    }
    #expect(Cause.completed.isOutcome)
  }

  @Test func codableIsTheCode() throws {
    let data = try JSONEncoder().encode([Cause.directoryListingDenied])
    #expect(String(decoding: data, as: UTF8.self) == #"["403.14"]"#)
    #expect(try JSONDecoder().decode([Cause].self, from: data) == [.directoryListingDenied])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Cause].self, from: Data(#"["403.9999"]"#.utf8))
    }
  }

  @Test func description() {
    #expect("\(Cause.directoryListingDenied)" == "403.14 directory-listing-denied")
  }

  @Test func actorAndRetry() {
    #expect(Cause.hostMissing.actor == .client)
    #expect(Cause.directoryListingDenied.actor == .operator)
    #expect(Cause.hiddenFile.actor == .policy)
    #expect(Cause.fileOpenFailed.actor == .server)
    #expect(Cause.tooManyUsers.retry == .afterRetryAfter)
    #expect(Cause.fileNotFound.retry == Status.notFound.retry)
  }
}
