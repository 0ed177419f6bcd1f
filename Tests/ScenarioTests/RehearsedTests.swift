import HTTPStatus
import Scenario
import TestSupport
import Testing
import Wire

/// What is ordered, and not brought about: the files of `Scenarios/rehearsed`.
@Suite("Rehearsed scenarios")
struct RehearsedTests {
  private static let root = PackageFiles.root(of: #filePath)

  /// The statuses and sub-statuses that the project was founded on.
  static let promised: [String] = {
    let text = PackageFiles.text("Tests/HTTPStatusTests/Tables/promised.tsv", in: root) ?? ""
    return text.split(separator: "\n").dropFirst().compactMap { line in
      line.split(separator: "\t").first.map(String.init)
    }
  }()

  /// `close@in-head` for every fault at each of its points. Of `after:N` the files show one number.
  static let faults = WireFault.list.flatMap { entry in
    entry.points.map { "\(entry.kind.rawValue)@\($0.replacing(":N", with: ":9"))" }
  }

  private static func file(_ name: String) throws -> (scenario: Scenario, text: String) {
    let text = try Folder.text(of: Scenario.rehearsedFolder + name)
    return (try ScenarioReader.read(name: Scenario.rehearsedFolder + name, text: text), text)
  }

  @Test("the tables are there")
  func tables() {
    #expect(Self.promised.count == 103)
    #expect(Self.faults.count >= 28)
  }

  @Test("every status and sub-status is ordered by a file", arguments: promised)
  func codes(code: String) throws {
    let (scenario, text) = try Self.file(code)
    #expect(text.contains("> GET /status/\(code)"))
    let status = Int(code.prefix(3)) ?? 0
    if status < 200, status != 101 {
      #expect(text.contains("\n< HTTP/1.1 \(code) "))
      #expect(scenario.expectedValues(of: "interims").contains { $0.contains("\(code).999") })
    } else {
      #expect(text.contains("\n< HTTP/1.1 \(status) "))
      let cause = code.contains(".") ? code : "\(code).999"
      #expect(scenario.expectedValues(of: "cause").contains(cause))
    }
    #expect(text.contains("\n< Rehearsed: \(status)"))
  }

  @Test("every fault is played at each of its points by a file", arguments: faults)
  func everyFault(fault: String) throws {
    let (scenario, text) = try Self.file(fault.replacing(":", with: "-"))
    #expect(text.contains("fault=\(fault)"))
    #expect(scenario.expectedValues(of: "outcome") == ["0.750"])
  }

  @Test(
    "every file is named after what it orders",
    arguments: Folder.names.filter { $0.hasPrefix(Scenario.rehearsedFolder) })
  func names(name: String) throws {
    let file = name.dropFirst(Scenario.rehearsedFolder.count)
    let code = String(file.prefix { $0 != "-" })
    if file.contains("@") {
      #expect(Self.faults.contains { $0.replacing(":", with: "-") == file })
    } else if code.contains(".") {
      #expect(Cause(code) != nil)
    } else {
      #expect(Int(code).flatMap { Status($0) }?.phrase != nil)
    }
    // The same rule in all, so that others can play them against one server
    let text = try Folder.text(of: name)
    #expect(
      text.contains(
        "\nconfig:\n  sites:\n    - rules:\n        - path: /\n          rehearse: {}\n\n>"))
  }

  @Test("a code leads to where its condition arises, and else to where it is ordered")
  func preference() {
    for code in Self.promised {
      let names = Library.names(for: code)
      let real = Library.realNames(for: code)
      #expect(!names.isEmpty)
      #expect(names == (real.isEmpty ? Library.rehearsedNames(for: code) : real))
      #expect(Library.rehearsedNames(for: code).contains(Scenario.rehearsedFolder + code))
      let hasReal = Folder.names.contains {
        $0.hasPrefix(code + "-") || $0.hasPrefix(code + ".")
      }
      #expect(names.allSatisfy { $0.hasPrefix(Scenario.rehearsedFolder) } != hasReal)
    }
    #expect(Library.names(for: "511") == ["rehearsed/511"])
    #expect(Library.names(for: "close@after:9") == ["rehearsed/close@after-9"])
    #expect(Library.names(for: "garbage").count == 3)
    #expect(Library.names(for: "rehearsed/404.0") == ["rehearsed/404.0"])
    #expect(Library.names(for: "nothing").isEmpty)
  }
}
