internal import Serve

/// The help, made from the subcommands' own tables.
enum Help {
  static var version: String { StatuslineVersion.text }

  static var overview: String {
    var text = """
      Statusline: a web server that always gives the right HTTP status, and knows why.

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
    var text = "\(command.summary)\n\nusage: statusline \(command.name) \(command.synopsis)\n"
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

  static func suggestion(for name: String) -> String {
    let near = Statusline.commands.map { $0.name }.filter { $0.hasPrefix(name.prefix(2)) }
    return near.isEmpty
      ? "; `statusline help` lists them" : "; did you mean `\(near.joined(separator: "`, `"))`?"
  }

  static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 0))
  }
}
