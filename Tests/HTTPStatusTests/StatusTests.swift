import Foundation
import HTTPStatus
import Testing

@Suite struct StatusTests {
  @Test func receivedAreZeroTo999() {
    #expect(Status(-1) == nil)
    #expect(Status(0)?.code == 0)
    #expect(Status(999)?.code == 999)
    #expect(Status(1000) == nil)
  }

  @Test func sentAre100To599() {
    #expect(Status(sending: 99) == nil)
    #expect(Status(sending: 100)?.code == 100)
    #expect(Status(sending: 599)?.code == 599)
    #expect(Status(sending: 600) == nil)
    for code in 0...999 {
      #expect(Status(code)?.canBeSent == (Status(sending: code) != nil))
    }
  }

  @Test func classes() {
    for code in 0...999 {
      let expected: StatusClass? =
        switch code {
        case 100...199: .informational
        case 200...299: .successful
        case 300...399: .redirection
        case 400...499: .clientError
        case 500...599: .serverError
        default: nil
        }
      #expect(Status(code)?.statusClass == expected)
    }
    guard case .clientError = Status.notFound.statusClass else {
      Issue.record("404 is a client error")
      return
    }
  }

  @Test func unknownCodesHaveNothingLookedUp() {
    for code in [0, 99, 299, 499, 600, 999] {
      let status = Status(code)
      #expect(status?.phrase == nil)
      #expect(status?.reference == nil)
      #expect(status?.isCacheableByDefault == false)
      #expect(status?.contentRule == .optional)
    }
    #expect(Status(199)?.contentRule == .never)
  }

  @Test func equalityAndOrderGoByCode() {
    #expect(Status(404) == .notFound)
    #expect(Status.ok < .notFound)
    #expect(Set([Status.ok, .ok, .notFound]).count == 2)
  }

  @Test func writtenInThreeDigits() {
    #expect(Status(7)?.description == "007")
    #expect("\(Status.notFound)" == "404")
  }

  @Test func aClassMatchesItsStatuses() throws {
    func name(_ code: Int) throws -> String {
      switch try #require(Status(code)) {
      case .notFound: "not found"
      case 400...499: "4xx"
      case 200..<300: "2xx"
      default: "another"
      }
    }
    #expect(try name(404) == "not found")
    #expect(try name(400) == "4xx" && name(499) == "4xx")
    #expect(try name(200) == "2xx" && name(299) == "2xx")
    #expect(try name(500) == "another" && name(0) == "another" && name(999) == "another")
  }

  @Test func codableIsANumber() throws {
    let data = try JSONEncoder().encode([Status.notFound, .ok])
    #expect(String(decoding: data, as: UTF8.self) == "[404,200]")
    #expect(try JSONDecoder().decode([Status].self, from: data) == [.notFound, .ok])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Status].self, from: Data("[1000]".utf8))
    }
  }

  @Test func redirectionsSayWhatBecomesOfTheMethod() {
    #expect(Status.movedPermanently.redirectMethod == .mayBecomeGet)
    #expect(Status.found.redirectMethod == .mayBecomeGet)
    #expect(Status.seeOther.redirectMethod == .becomesGet)
    #expect(Status.temporaryRedirect.redirectMethod == .keeps)
    #expect(Status.permanentRedirect.redirectMethod == .keeps)
    #expect(Status.notModified.redirectMethod == nil)
  }

  @Test func retryAdvice() {
    #expect(Status.serviceUnavailable.retry == .afterRetryAfter)
    #expect(Status.tooManyRequests.retry == .afterRetryAfter)
    #expect(Status.forbidden.retry == .never)
    #expect(Status.unauthorized.retry == .afterChange)
    #expect(Status.badGateway.retry == .ifIdempotent)
    #expect(Status.ok.retry == nil)
  }

  @Test func texts() {
    let text = StaticText("Hello")
    #expect(text.count == 5)
    #expect(Array(text.utf8) == Array("Hello".utf8))
    #expect(text == StaticText("Hello"))
    #expect(text != StaticText("Hallo"))
    #expect(text.equalsIgnoringCase("hELLO"))
    #expect(StaticText("").isEmpty)
  }

  @Test func theLibraryImportsNothing() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources/HTTPStatus")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!files.isEmpty)
    for file in files where file.hasSuffix(".swift") {
      let source = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      let imports = source.split(separator: "\n").filter { line in
        line.hasPrefix("import ") || line.contains(" import ") && !line.contains("//")
      }
      #expect(imports.isEmpty, "\(file)")
    }
  }
}
