import HTTPStatus
import Orders
import Testing

@testable import Config

/// Rules that rehearse: what is read, and what is refused where.
@Suite("Rules that rehearse")
struct RehearsalRuleTests {
  private func rehearsal(_ rule: String) throws -> RehearseSettings {
    let report = report(ruled(rule))
    let settings = try #require(report.settings, "\(report.text)")
    guard case .rehearsal(let rehearsal) = settings.sites[0].rules[0].resource else {
      throw Problem()
    }
    return rehearsal
  }

  private struct Problem: Error {}

  @Test("without an order clients say everything, with one nothing, and from says what else")
  func carriers() throws {
    let open = try rehearsal("rehearse: {}")
    #expect(open.order == nil && open.carriers == Set(RehearsalCarrier.allCases))
    #expect(open.causes == nil)
    let fixed = try rehearsal("rehearse: 503; delay=2s")
    #expect(fixed.order?.value.weights?.possible == [StatusChoice(status: 503)])
    #expect(fixed.carriers.isEmpty && fixed.position.line == 4 && fixed.position.column == 19)
    #expect(fixed.causes?.map(\.code.description) == ["503.999"])
    let mixed = try rehearsal("rehearse: {order: \"401.3,200\", from: query, seed: 7}")
    #expect(mixed.carriers == [.query] && mixed.seed == 7 && mixed.causes == nil)
  }

  @Test("the causes of an order are those of all its answers")
  func causes() throws {
    func codes(_ order: String) throws -> [String] {
      try rehearsal("rehearse: \"\(order)\"").causes?.map(\.code.description) ?? []
    }
    #expect(try codes("401.3,200:2") == ["401.3", "200.999"])
    #expect(try codes("sequence=503,200") == ["503.999", "200.999"])
    #expect(try codes("500; window=1s/3s") == ["500.999", "200.999"])
    #expect(try codes("delay=1s") == ["200.999"])
  }

  @Test(
    "an order is read from a path where it begins at a known place",
    arguments: [
      ("/a/{rest...}", "{}", nil), ("/a/{b}", "{}", nil), ("/{b}/", "{}", "4:19"),
      ("/{b}/{rest...}", "{from: [path, query]}", "4:26"), ("/{b}/", "{from: query}", nil),
    ])
  func captures(_ path: String, _ rehearse: String, _ place: String?) {
    let found = report(
      "sites:\n  - rules:\n      - path: \"\(path)\"\n        rehearse: \(rehearse)\n")
    #expect(found.errors.first.map { "\($0.line):\($0.column)" } == place, "\(found.text)")
    if place != nil { #expect(found.errors[0].summary.contains("captures")) }
  }

  @Test(
    "what is wrong with an order is told with its line and byte",
    arguments: [
      ("rehearse: 503; dealy=2s", "4:19", "did you mean \"delay\""),
      ("rehearse: {order: 999}", "4:27", "a number from 100 to 599"),
      ("rehearse: {from: []}", "4:26", "at least one"),
      ("rehearse: {from: [header]}", "4:27", "path, query or field"),
      ("rehearse: {orders: 503}", "4:20", "did you mean \"order\""),
      ("rehearse: 503\nteapot: yes", "5:9", "either"),
    ])
  func mistakes(_ rule: String, _ place: String, _ says: String) throws {
    let error = try #require(report(ruled(rule)).errors.first)
    #expect("\(error.line):\(error.column)" == place, "\(error.summary)")
    #expect(error.summary.contains(says), "\(error.summary)")
  }
}
