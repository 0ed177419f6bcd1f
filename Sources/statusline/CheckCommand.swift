internal import Config
internal import Decide

enum CheckCommand: Command {
  static let name = "check"
  static let form = "[FILE]"
  static let summary = "Validates a configuration, without serving it."
  static let words = 0...1
  static let options: [Option] = [
    .flag("--answers", "list every cause that it can produce, with the lines that allow it"),
    .flag("--json", "with --answers: as JSON"),
    .flag("--defaults", "print every key with its default, as a configuration"),
    .flag("--schema", "print the JSON Schema that editors use"),
  ]
  static let notes = """
    FILE is statusline.yaml where none is given. Every mistake is told with file, line, column and what would fit. The exit
    status is 0 where the configuration is valid, else 1. Whether its ports are free, and whether the server's user may read its folders
    and write its journal, shows when it is served.
    """

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    if arguments.has("--defaults") {
      Terminal.print(Defaults.yaml())
      return .done
    }
    if arguments.has("--schema") {
      Terminal.print(Schema.json())
      return .done
    }
    let report = Settings.check(
      path: arguments.words.first ?? "statusline.yaml", overrides: Overrides())
    if arguments.has("--answers"), let settings = report.settings {
      let answers = AnswersText(AnswerList(settings), settings)
      Terminal.print(arguments.has("--json") ? answers.json : answers.text)
      return .done
    }
    if arguments.has("--json"), !arguments.has("--answers") {
      throw UsageError(description: "`--json` goes with `--answers`")
    }
    Terminal.print(report.text)
    return report.isValid ? .done : .failed
  }
}
