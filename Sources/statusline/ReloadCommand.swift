internal import Serve

enum ReloadCommand: Command {
  static let name = "reload"
  static let summary = "Has the running server read its configuration again, and tells how it went."
  static let words = 0...0
  static let options: [Option] = RunningServer.options
  static let notes = """
    It waits until every event loop has gone over to the new configuration. What is under way ends under the old one. A file that
    is not valid changes nothing: its errors are told, and the exit status is 1. SIGHUP does the same without an answer.
    """

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    try Order.give(
      "reload", arguments, refused: "not reloaded; the old configuration stays",
      milliseconds: 60_000)
  }
}

enum UpgradeCommand: Command {
  static let name = "upgrade"
  static let summary = "Lets a new program go on for the running server; no connection is refused."
  static let words = 0...0
  static let options: [Option] = ReloadCommand.options
  static let notes = """
    Install the new program at the path of the old one first. It takes over the listening sockets; the old process answers what is
    under way and ends. Where the new one does not come to answer, the old one goes on, the reason is told, and the exit status is 1.
    SIGUSR2 does the same without an answer.
    """

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    try Order.give(
      "upgrade", arguments, refused: "not upgraded; the old program goes on", milliseconds: 180_000)
  }
}

/// Orders to a running server.
enum Order {
  static func give(
    _ order: String, _ arguments: Arguments, refused: String, milliseconds: Int32
  ) throws -> ExitCode {
    guard let folder = try RunningServer.only(arguments),
      let answer = ControlClient.ask(order, folder: folder, milliseconds: milliseconds)
    else {
      Terminal.complain(RunningServer.none(arguments))
      return .failed
    }
    let lines = answer.split(separator: "\n", maxSplits: 1)
    let text = lines.count > 1 ? String(lines[1]) : ""
    if lines.first == "done" {
      Terminal.print(text)
      return .done
    }
    Terminal.complain("\(refused)\n\(text.dropLast())")
    return .failed
  }
}
