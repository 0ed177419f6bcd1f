internal import Config
internal import Record
internal import Scenario

enum TryCommand: Command {
  static let name = "try"
  static let form = "[CODE]"
  static let summary = "Plays the scenario of a status or cause, and shows both sides of the wire."
  static let words = 0...1
  static let options: [Option] = [
    .flag("--list", "list the scenarios instead"),
    .flag("--all", "play them all, and tell of each only whether it came out"),
  ]
  static let notes = """
    CODE is a status or cause such as 404 or 403.14, a fault such as close@in-head, or a scenario's name as --list shows it. A registered
    status that no scenario brings about is shown as it is rehearsed: ordered, and nothing real behind it. `> ` marks what the
    client sends and `< ` what the server answers. The exit status is 0 where all came out as the scenario says.
    """

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    guard let code = arguments.words.first else {
      if arguments.has("--all") { return try playAll() }
      guard arguments.has("--list") else {
        throw UsageError(description: "give a code such as 403.14, --list or --all")
      }
      for name in Library.names { Terminal.print(try row(name)) }
      return .done
    }
    if arguments.has("--all") {
      throw UsageError(description: "--all plays every scenario; leave `\(code)` or `--all` out")
    }
    let names = Library.names(for: code)
    if names.isEmpty {
      var text = "no scenario shows \(code); `statusline try --list` lists them"
      if let number = Int(code), (100...599).contains(number) {
        text += ". It can be ordered: `statusline rehearse`, and then /status/\(code)"
      }
      Terminal.complain(text)
      return .failed
    }
    let ordered = Library.rehearsedNames(for: code).filter { !names.contains($0) }
    if arguments.has("--list") {
      for name in names + ordered { Terminal.print(try row(name)) }
      return .done
    }
    var isWell = true
    for name in names {
      if name != names.first { Terminal.print("\n") }
      if !(try play(name)) { isWell = false }
    }
    if let other = ordered.first {
      Terminal.print(
        "\nIt can be ordered as well, with nothing behind it: statusline try \(other)\n")
    }
    return isWell ? .done : .failed
  }

  /// Plays one and prints it. False where something did not come out.
  private static func play(_ name: String) throws -> Bool {
    let scenario = try Library.scenario(name)
    let play = Player.play(scenario)
    Terminal.print(PlayText.text(of: play))
    if scenario.isRehearsed, let note = realNote(name) { Terminal.print(note) }
    for failure in play.failures { Terminal.complain("\(failure)") }
    return play.failures.isEmpty
  }

  /// Where the code of a rehearsed scenario comes of its own condition; nil for a fault, which nothing real has.
  private static func realNote(_ name: String) -> String? {
    let file = name.dropFirst(Scenario.rehearsedFolder.count)
    let code = String(file.prefix { $0 != "-" })
    guard code.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }) else { return nil }
    return Library.realNames(for: code).isEmpty
      ? "It was ordered. No scenario brings it about for real.\n"
      : "It was ordered. For real: statusline try \(code)\n"
  }

  /// One line a scenario. What did not come out is told in full.
  private static func playAll() throws -> ExitCode {
    var broken = 0
    for name in Library.names {
      let play = Player.play(try Library.scenario(name))
      Terminal.print("\(play.failures.isEmpty ? "ok  " : "FAIL")  \(name)\n")
      if play.failures.isEmpty { continue }
      broken += 1
      Terminal.print(PlayText.text(of: play))
      for failure in play.failures { Terminal.complain("\(failure)") }
    }
    Terminal.print("\(Library.names.count) scenarios were played, \(broken) did not come out\n")
    return broken == 0 ? .done : .failed
  }

  private static func row(_ name: String) throws -> String {
    let scenario = try Library.scenario(name)
    return "\(Help.pad(name, 44))  \(scenario.title)\n"
  }
}
