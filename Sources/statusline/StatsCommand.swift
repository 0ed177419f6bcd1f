internal import Config
internal import Serve

enum StatsCommand: Command {
  static let name = "stats"
  static let synopsis = "[--prometheus] [--state FOLDER]"
  static let summary = "Counts of the running server: answers by cause, outcomes, bytes, durations."
  static let words = 0...0
  static let options: [Option] = [
    .flag("--prometheus", "in the text format that Prometheus reads"),
    .value("--state", "FOLDER", "the server's state folder, where it is not the usual one"),
  ]

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    let folders = try StateOption.servers(arguments)
    var answered = false
    for folder in folders {
      let question = arguments.has("--prometheus") ? "prometheus" : "stats"
      guard let answer = ControlClient.ask(question, folder: folder) else { continue }
      Terminal.print(answer)
      answered = true
    }
    if answered { return .done }
    Terminal.complain("no server is running with this state folder")
    return .failed
  }
}

/// The `--state` option of the commands that ask a server.
enum StateOption {
  static func servers(_ arguments: Arguments) throws -> [String] {
    guard let state = arguments.value("--state") ?? Settings.standardStateFolder() else {
      throw UsageError(description: "HOME is not set: give the server's folder with --state")
    }
    return StateFolder.servers(in: state)
  }
}
