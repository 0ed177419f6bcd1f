internal import Config
internal import Record
internal import Scenario

enum TryCommand: Command {
  static let name = "try"
  static let synopsis = "[CODE] [--list]"
  static let summary = "Plays the scenario of a status or cause, and shows both sides of the wire."
  static let words = 0...1
  static let options: [Option] = [.flag("--list", "list the scenarios instead")]
  static let notes = """
    CODE is a status or cause such as 404 or 403.14, or a scenario's name as --list shows it. `> ` marks what the client sends and
    `< ` what the server answers. The exit status is 0 where all came out as the scenario says.
    """

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    guard let code = arguments.words.first else {
      guard arguments.has("--list") else {
        throw UsageError(description: "give a code such as 403.14, or --list")
      }
      for name in Library.names { Terminal.print(try row(name)) }
      return .done
    }
    let names = Library.names(for: code)
    if names.isEmpty {
      Terminal.complain("no scenario shows \(code); `statusline try --list` lists them")
      return .failed
    }
    if arguments.has("--list") {
      for name in names { Terminal.print(try row(name)) }
      return .done
    }
    var isWell = true
    for name in names {
      if name != names.first { Terminal.print("\n") }
      let play = Player.play(try Library.scenario(name))
      Terminal.print(PlayText.text(of: play))
      for failure in play.failures { Terminal.complain("\(failure)") }
      if !play.failures.isEmpty { isWell = false }
    }
    return isWell ? .done : .failed
  }

  private static func row(_ name: String) throws -> String {
    let scenario = try Library.scenario(name)
    return "\(Help.pad(name, 44))  \(scenario.title)\n"
  }
}
