import Decide
import HTTPStatus
import Record
import Scenario
import TestSupport
import Testing

/// What can occur is shown by some scenario: a cause, an interim or an outcome that none produces fails here.
@Suite("Coverage of the scenarios")
struct CoverageTests {
  /// Causes that nothing can bring about yet, each with the reason.
  private static let unreachable: [String: String] = [
    "415.743": "a file that is no JSON does not take PATCH, which is 405.0 (decision 0081)",
    "500.0": "a thread that cannot be had is a matter of limits: HandlerFailureTests sets one",
    "500.740": "a disk that fails cannot be had for a test",
    "507.740": "a disk that is full cannot be had without mounting one: FullDiskTests does",
  ]

  private static func expected(
    _ member: String, rehearsed: Bool = true
  ) throws -> Set<String> {
    var values: Set<String> = []
    for name in Folder.names {
      let scenario = try ScenarioReader.read(name: name, text: try Folder.text(of: name))
      if scenario.isRehearsed, !rehearsed { continue }
      for value in scenario.expectedValues(of: member) {
        for item in value.split(separator: ",") { values.insert(String(item.drop { $0 == " " })) }
      }
    }
    return values
  }

  @Test("every cause that an ending can have is in the record of a scenario")
  func causes() throws {
    // What was only ordered shows no cause
    let expected = try Self.expected("cause", rehearsed: false)
    // Each status that can be rehearsed is asked for in `RehearsalTests`
    for cause in Set(Ending.allCases.flatMap(\.causes)).sorted() where !cause.isRehearsed {
      let code = cause.code.description
      if Self.unreachable[code] != nil { continue }
      #expect(expected.contains(code), "no scenario has \(cause)")
    }
    for code in Self.unreachable.keys {
      #expect(!expected.contains(code), "\(code) has a scenario now: it is not unreachable")
    }
  }

  /// A fault of the head and the same one in the content are two endings with one cause.
  @Test("every fault is found where it can be: in a head, in a content")
  func faults() throws {
    for ending in [Ending.fault, .contentFault] {
      for cause in ending.causes {
        #expect(
          try Self.endings(of: cause).contains(ending == .fault ? "fault" : "content_fault"),
          "no scenario has \(cause) by \(ending)")
      }
    }
  }

  /// The names of the endings by which a cause comes about in the scenarios.
  private static func endings(of cause: Cause) throws -> Set<String> {
    var endings: Set<String> = []
    for name in Folder.names where name.hasPrefix(cause.code.description) {
      let scenario = try ScenarioReader.read(name: name, text: try Folder.text(of: name))
      for record in Player.play(scenario).records where record.cause == cause.code.description {
        switch record.ending {
        case Ending.fault.rawValue: endings.insert("fault")
        case Ending.contentFault.rawValue: endings.insert("content_fault")
        default: break
        }
      }
    }
    return endings
  }

  @Test("every interim is in the record of a scenario")
  func interims() throws {
    let expected = try Self.expected("interims")
    for interim in Interim.allCases {
      #expect(expected.contains(interim.cause.code.description), "no scenario has \(interim)")
    }
  }

  @Test("every outcome is in the record of a scenario, or is counted by one")
  func outcomes() throws {
    let expected = try Self.expected("outcome")
    let counters = try Folder.names.flatMap { name in
      try ScenarioReader.read(name: name, text: try Folder.text(of: name)).expectedCounters
    }
    for outcome in Outcome.allCases {
      // A connection that carried no request leaves no record
      if outcome == .idleClosed {
        #expect(counters.contains("statusline_connections_idle_closed_total"))
        continue
      }
      #expect(expected.contains(outcome.cause.code.description), "no scenario has \(outcome)")
    }
  }

  @Test("every status and sub-status that is served has a file", arguments: Promised.codes)
  func files(code: String) {
    #expect(Folder.names.contains { $0.hasPrefix(code + "-") }, "there is no \(code)-….scenario")
  }

  @Test(
    "every file is named after a status or a cause of the catalogue",
    arguments: Folder.names.filter { !$0.hasPrefix(Scenario.rehearsedFolder) })
  func names(name: String) {
    let code = name.split(separator: "-").first.map(String.init) ?? ""
    let isKnown =
      code.contains(".") ? Cause(code) != nil : Int(code).flatMap { Status($0) }?.phrase != nil
    #expect(isKnown)
  }
}
