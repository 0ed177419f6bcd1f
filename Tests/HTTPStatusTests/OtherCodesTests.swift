import HTTPStatus
import Testing

@Suite struct OtherCodesTests {
  @Test func proxyErrorsAreThoseOfTheStandard() throws {
    let rows = try Table("proxy_status").rows.filter { $0["kind"] == "error" }
    #expect(rows.count == 32)
    #expect(Set(ProxyError.all.map(\.name.description)) == Set(rows.compactMap { $0["name"] }))
    for row in rows {
      let name = try #require(row["name"])
      let error = try #require(ProxyError(name))
      #expect(error.recommendedStatus?.code == row["recommended_status"].flatMap { UInt16($0) })
      let isResponseOnly = row["response_only_generated_by_intermediary"] == "true"
      #expect(error.isResponseOnly == isResponseOnly, "\(name)")
      let parameters = row["extra_parameters"].map { $0.split(separator: ";").count }
      #expect(Array(error.parameters).count == parameters, "\(name)")
      #expect(error.reference.description.hasPrefix("RFC 9209 section 2.3."))
    }
    #expect(ProxyError("nonsense") == nil)
  }

  @Test func vendorsAreNotMixed() throws {
    let nginx = try #require(UnofficialStatus("nginx:499"))
    let esri = try #require(UnofficialStatus("esri:499"))
    #expect(nginx != esri)
    #expect(nginx.closest == nil)
    #expect(esri.closest == .unauthorized)
    #expect(UnofficialStatus.meanings(of: 499) == [esri, nginx])
    #expect(UnofficialStatus("nginx:494")?.sentAs == .badRequest)
    #expect(UnofficialStatus("cloudflare:520")?.closest == .badGateway)
    #expect(UnofficialStatus("iis:440")?.closest == .unauthorized)
    #expect(UnofficialStatus("499") == nil)
  }

  @Test func everyCodeOfTheTableIsThere() throws {
    for row in try Table("other").rows {
      guard let text = row["code"], text.count == 3, let code = Int(text) else { continue }
      #expect(!UnofficialStatus.meanings(of: code).isEmpty, "\(code)")
    }
    for code in [444] + Array(494...499) {
      #expect(UnofficialStatus("nginx:\(code)") != nil, "\(code)")
    }
  }

  @Test func unofficialCodesAreNotRegistered() {
    for unofficial in UnofficialStatus.all where unofficial.code != 451 && unofficial.code != 103 {
      #expect(Status(Int(unofficial.code))?.phrase == nil, "\(unofficial)")
    }
  }
}
