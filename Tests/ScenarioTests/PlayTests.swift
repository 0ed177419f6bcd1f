import HTTPStatus
import Record
import Scenario
import TestSupport
import Testing

/// Every file of the folder, played as it is written and again byte by byte.
@Suite("Scenarios")
struct PlayTests {
  @Test("comes out as the file says", arguments: Folder.names)
  func whole(name: String) throws {
    let scenario = try ScenarioReader.read(name: name, text: try Folder.text(of: name))
    let play = Player.play(
      scenario, isRecording: Folder.isRecording, inspect: Duties.violations)
    if let lines = play.recorded, play.failures.isEmpty { try Folder.write(lines, to: name) }
    for failure in play.failures { Issue.record("\(failure)") }
    // What `check --answers` says of the configuration leaves nothing out
    for record in play.records {
      // An outcome is no answer
      guard let cause = record.cause, !cause.hasPrefix("0.") else { continue }
      if play.answersAnything, record.isRehearsed { continue }
      #expect(play.possibleCauses.contains(cause), "\(cause) is not listed")
    }
  }

  @Test("comes out the same byte by byte", arguments: Folder.names)
  func byteByByte(name: String) throws {
    let scenario = try ScenarioReader.read(name: name, text: try Folder.text(of: name))
    if let reason = scenario.wholeReason {
      #expect(!reason.isEmpty)
      return
    }
    if Folder.isRecording { return }
    let play = Player.play(scenario, .bytes, inspect: Duties.violations)
    for failure in play.failures { Issue.record("byte by byte: \(failure)") }
  }

  @Test("what is compiled in is what the folder holds")
  func library() throws {
    #expect(Library.names == Folder.names)
    for name in Library.names { #expect(Library.text(of: name) == (try Folder.text(of: name))) }
  }
}

/// What every answer owes, whatever the scenario expects of it.
enum Duties {
  static func violations(_ answer: Answer) -> [String] {
    DutyCheck.violations(
      status: answer.status, fields: answer.fields, content: answer.content,
      requestMethod: answer.requestMethod, version: answer.isHTTP10 ? .http10 : .http11,
      role: .origin)
  }
}
