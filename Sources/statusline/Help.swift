internal import Config
internal import Serve

/// The help, made from the subcommands' own tables.
enum Help {
  static var version: String { StatuslineVersion.text }

  static let purpose = "a web server that always gives the right HTTP status, and knows why"

  // What only the manual page says
  static let description = """
    Statusline serves files and fixed contents over HTTP. Every answer has a numbered cause, the path of decisions that led to it, and
    the line of the configuration or the byte of the request that tipped it: `statusline why` tells them by the id in the
    answer's X-Request-Id field.

    With no configuration at all, `statusline serve FOLDER` serves a folder. One YAML file says more; `statusline check --defaults`
    prints every key with its meaning.
    """
  static let signals = [
    ("SIGHUP", "Reads the configuration again. A file that is not valid changes nothing."),
    ("SIGUSR1", "Opens the journal's file again, after a rotation."),
    ("SIGUSR2", "Lets the program that stands at this one's path now go on with the sockets."),
    ("SIGTERM, SIGINT", "Lets what is under way finish, and ends. A second one ends at once."),
  ]
  static let exitCodes = [
    ("0", "All went well."), ("1", "It ran, and the answer is no: not found, not valid."),
    ("2", "The command line was wrong."),
  ]
  static let files = [
    ("statusline.yaml", "The configuration, where `--config` names no other."),
    (
      "/var/lib/statusline",
      "State of a server that root or systemd starts: a folder for each, with the control socket and the flight recorder."
    ),
    ("~/.local/state/statusline", "State of everybody else's servers."),
  ]
  static let environment = [
    ("XDG_STATE_HOME", "Where state is kept instead of `~/.local/state`."),
    ("LISTEN_FDS, LISTEN_PID, LISTEN_FDNAMES", "Sockets that systemd passes."),
    ("NOTIFY_SOCKET", "Where systemd is told that the server answers, reloads and stops."),
  ]

  static var overview: String {
    var text = """
      Statusline: \(purpose).

      usage: statusline COMMAND ...

      """
    let width = Statusline.commands.map { $0.name.count }.max() ?? 0
    for command in Statusline.commands {
      text += "  \(pad(command.name, width))  \(command.summary)\n"
    }
    return text + """

      `statusline help COMMAND` tells the rest. To begin: `statusline serve .`

      """
  }

  static func text(of command: any Command.Type) -> String {
    var text = "\(command.summary)\n\n\(usage(of: command))"
    let shown = command.options.map { option in
      option.value.map { "\(option.name) \($0)" } ?? option.name
    }
    if !shown.isEmpty {
      text += "\n"
      let width = shown.map(\.count).max() ?? 0
      for (option, name) in zip(command.options, shown) {
        text += "  \(pad(name, width))  \(option.help)\n"
      }
    }
    if !command.notes.isEmpty { text += "\n\(command.notes)\n" }
    return text
  }

  /// The command with all that it takes, in lines of at most 100 columns.
  private static func usage(of command: any Command.Type) -> String {
    let begin = "usage: statusline \(command.name)"
    var lines = [begin]
    for part in command.synopsis {
      if lines[lines.count - 1].count + 1 + part.count > 100 {
        lines.append(pad("", begin.count))
      }
      lines[lines.count - 1] += " " + part
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func suggestion(for name: String) -> String {
    let near = Statusline.commands.map { $0.name }.filter { $0.hasPrefix(name.prefix(2)) }
    return near.isEmpty
      ? "; `statusline help` lists them" : "; did you mean `\(near.joined(separator: "`, `"))`?"
  }

  /// The option that was meant; empty where none is near.
  static func suggestion(forOption name: String, of command: any Command.Type) -> String {
    let names = command.options.map(\.name)
    let near =
      Nearest.word(to: name, among: names) ?? names.first { $0.hasPrefix(name) && name.count > 3 }
    return near.map { "; did you mean `\($0)`?" } ?? ""
  }

  static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }
}
