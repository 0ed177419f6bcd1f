internal import Config
internal import Serve

enum StatsCommand: Command {
  static let name = "stats"
  static let summary = "Counts of the running server: answers by cause, outcomes, bytes, durations."
  static let words = 0...0
  static let options: [Option] =
    [.flag("--prometheus", "in the text format that Prometheus reads")] + RunningServer.options

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    if arguments.has("--prometheus") {
      // The counts of two servers in one text would be neither's
      guard let folder = try RunningServer.only(arguments),
        let answer = ControlClient.ask("prometheus", folder: folder)
      else { return none(arguments) }
      Terminal.print(answer)
      return .done
    }
    let answers = try RunningServer.chosen(arguments).compactMap { folder in
      ControlClient.ask("stats", folder: folder).map { (folder, $0) }
    }
    if answers.isEmpty { return none(arguments) }
    for (folder, answer) in answers {
      if answers.count > 1 { Terminal.print("== \(RunningServer.name(folder))\n") }
      Terminal.print(answer)
    }
    return .done
  }

  private static func none(_ arguments: Arguments) -> ExitCode {
    Terminal.complain(RunningServer.none(arguments))
    return .failed
  }
}
