import HTTPStatus
import Testing

@Suite struct DutyTests {
  private func must(_ status: Status, _ version: Duty.Version = .http11) -> [String] {
    Duty(status, version: version, role: .origin).must.map(\.description)
  }

  private func condition(
    _ status: Status, _ field: String, _ strength: FieldDuty.Strength
  ) -> [FieldDuty.Condition] {
    Duty(status, version: .http11, role: .origin).fields
      .filter { $0.field == field && $0.strength == strength }.map(\.condition)
  }

  @Test func unconditional() {
    #expect(must(.unauthorized) == ["www-authenticate"])
    #expect(must(.proxyAuthenticationRequired) == ["proxy-authenticate"])
    #expect(must(.methodNotAllowed) == ["allow"])
    #expect(must(.switchingProtocols) == ["upgrade", "connection"])
    #expect(must(.imUsed) == ["im", "etag"])
    #expect(must(.ok).isEmpty)
  }

  @Test func versionsDiffer() {
    #expect(must(.upgradeRequired, .http11) == ["upgrade", "connection"])
    #expect(must(.upgradeRequired, .http2).isEmpty)
    let refused = Duty(.ok, version: .http2, role: .origin).mustNot.map(\.description)
    for field in ["connection", "keep-alive", "transfer-encoding", "upgrade"] {
      #expect(refused.contains(field))
    }
    #expect(!Duty(.ok, version: .http11, role: .origin).mustNot.contains { $0 == "connection" })
    #expect(
      Duty(.ok, version: .http10, role: .origin).mustNot.contains { $0 == "transfer-encoding" })
  }

  @Test func rolesDiffer() {
    let origin = Duty(.badGateway, version: .http11, role: .origin)
    let gateway = Duty(.badGateway, version: .http11, role: .gateway)
    #expect(origin.mustNot.contains { $0 == "proxy-status" })
    #expect(gateway.may.contains { $0 == "proxy-status" })
    #expect(!gateway.mustNot.contains { $0 == "proxy-status" })
    #expect(origin.mustIf.isEmpty)
  }

  @Test func partialContent() {
    #expect(condition(.partialContent, "content-range", .must) == [.singlePart])
    #expect(condition(.partialContent, "content-range", .mustNot) == [.multipart])
    #expect(condition(.partialContent, "content-type", .must) == [.multipart])
    #expect(condition(.partialContent, "etag", .must) == [.wouldBeIn200])
  }

  @Test func notModified() {
    for field in ["etag", "cache-control", "content-location", "expires", "vary"] {
      #expect(condition(.notModified, field, .must) == [.wouldBeIn200])
    }
    #expect(condition(.notModified, "date", .must) == [.clock])
    #expect(Duty(.notModified, version: .http11, role: .origin).contentRule == .never)
    #expect(condition(.notModified, "content-type", .shouldNot) == [.always])
  }

  @Test func dateIsOwedByOriginsFrom200To499() {
    for status in Status.registered {
      let conditions = condition(status, "date", .must)
      let isOwed = (200...499).contains(status.code)
      #expect(conditions == (isOwed ? [.clock] : []), "\(status)")
    }
  }

  @Test func noContentMeansNoFraming() {
    for status in Status.registered where status.isInterim || status == .noContent {
      let duty = Duty(status, version: .http11, role: .origin)
      #expect(duty.mustNot.contains { $0 == "content-length" }, "\(status)")
      #expect(duty.mustNot.contains { $0 == "transfer-encoding" }, "\(status)")
      #expect(duty.contentRule == .never)
    }
  }

  @Test func otherConditions() {
    #expect(condition(.contentTooLarge, "retry-after", .should) == [.temporary])
    #expect(condition(.unsupportedMediaType, "accept-encoding", .should) == [.contentCoding])
    #expect(condition(.rangeNotSatisfiable, "content-range", .should) == [.byteRanges])
    #expect(condition(.created, "location", .should) == [.notTarget])
    #expect(condition(.multipleChoices, "location", .should) == [.preferredChoice])
    #expect(condition(.imUsed, "delta-base", .must) == [.delta])
    #expect(condition(.ok, "content-length", .mustNot) == [.connect])
    #expect(condition(.unavailableForLegalReasons, "link", .should) == [.always])
  }

  @Test func causesInherit() {
    let cause = Duty(of: .methodNotAllowed, version: .http11, role: .origin)
    #expect(cause.must.map(\.description) == ["allow"])
    #expect(Duty(of: .completed, version: .http11, role: .origin).must.isEmpty)
  }

  @Test func versionsFromNumbers() {
    #expect(Duty.Version(major: 1, minor: 0) == .http10)
    #expect(Duty.Version(major: 1, minor: 7) == .http11)
    #expect(Duty.Version(major: 2, minor: 0) == .http2)
    #expect(Duty.Version(major: 0, minor: 9) == nil)
  }
}
