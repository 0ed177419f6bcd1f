/// The manual page, made from the subcommands' own tables, in the macros of man(7).
enum ManPage {
  static var text: String {
    var page = """
      .\\" Made by `statusline help --man`. To change it, change the commands' own tables.
      .TH STATUSLINE 1 "" "statusline \(Help.version)" "User Commands"
      .SH NAME
      statusline \\- \(roff(Help.purpose))
      .SH SYNOPSIS

      """
    for command in Statusline.commands {
      page += ".B statusline \(command.name)\n"
      page += roff(command.synopsis.joined(separator: " ")) + "\n"
      if command.name != Statusline.commands.last?.name { page += ".br\n" }
    }
    page += ".SH DESCRIPTION\n"
    page += paragraphs(Help.description)
    page += ".SH COMMANDS\n"
    for command in Statusline.commands { page += section(command) }
    page += ".SH SIGNALS\nThose that `statusline serve` takes:\n".replacing("`", with: "")
    for (signal, does) in Help.signals { page += item(signal, does) }
    page += ".SH EXIT STATUS\n"
    for (code, meaning) in Help.exitCodes { page += item(code, meaning) }
    page += ".SH FILES\n"
    for (file, holds) in Help.files { page += item(file, holds) }
    page += ".SH ENVIRONMENT\n"
    for (name, meaning) in Help.environment { page += item(name, meaning) }
    page += ".SH SEE ALSO\n.BR systemd.service (5),\n.BR systemd.socket (5),\n.BR logrotate (8)\n"
    return page
  }

  private static func section(_ command: any Command.Type) -> String {
    var text = ".SS \(roff(command.name)) \(roff(command.synopsis.joined(separator: " ")))\n"
    text += paragraphs(command.summary)
    for option in command.options {
      let shown = option.value.map { "\(option.name) \($0)" } ?? option.name
      text += item(shown, option.help)
    }
    if !command.notes.isEmpty { text += ".PP\n" + paragraphs(command.notes) }
    return text
  }

  private static func item(_ name: String, _ meaning: String) -> String {
    ".TP\n.B \(roff(name))\n\(lines(meaning))"
  }

  private static func paragraphs(_ text: String) -> String {
    text.split(separator: "\n\n").map { lines(String($0)) }.joined(separator: ".PP\n")
  }

  private static func lines(_ text: String) -> String {
    text.split(separator: "\n").map { line in
      let escaped = roff(String(line))
      // A line that begins with a point or a quote would be an order
      return (escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" : "") + escaped + "\n"
    }
    .joined()
  }

  /// What roff would read as its own is escaped; what stands between backticks is bold.
  static func roff(_ text: String) -> String {
    var out = ""
    var isCode = false
    for character in text {
      switch character {
      case "\\": out += "\\e"
      case "-": out += "\\-"
      case "`":
        out += isCode ? "\\fR" : "\\fB"
        isCode.toggle()
      default: out.append(character)
      }
    }
    return isCode ? out + "\\fR" : out
  }
}
