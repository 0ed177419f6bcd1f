internal import StatusGuide
internal import Wire

/// Completions for shells, made from the subcommands' own tables.
enum Completion {
  static let shells = ["bash", "zsh", "fish"]

  /// nil where the shell is not known.
  static func text(for shell: String) -> String? {
    switch shell {
    case "bash": bash
    case "zsh": zsh
    case "fish": fish
    default: nil
    }
  }

  /// What follows an option or stands alone. Codes and their names are asked for when they are wanted (`Candidates`).
  private enum Kind { case file, folder, code, fault, language, other }

  private static func kind(_ value: String?) -> Kind {
    switch value {
    case "FILE": .file
    case "FOLDER", "ROOT": .folder
    case "CODE", "WORDS...": .code
    case "FAULT": .fault
    case "LANG": .language
    default: .other
    }
  }

  private static var languages: String {
    Language.allCases.map(\.tag).joined(separator: " ")
  }

  /// Every fault at each point that is a word.
  private static var faults: String {
    WireFault.list.flatMap { entry in
      entry.points.filter { !$0.contains(":") }.map { "\(entry.kind.rawValue)@\($0)" }
    }.joined(separator: " ")
  }

  /// The kind of the command's first word, as its form names it.
  private static func wordKind(_ command: any Command.Type) -> Kind {
    guard command.words.upperBound > 0, let first = command.form.split(separator: " ").first
    else { return .other }
    return kind(String(first.filter { $0 != "[" && $0 != "]" }))
  }

  private static var names: [String] { Statusline.commands.map { $0.name } + ["help", "version"] }

  private static func options(_ command: any Command.Type) -> [Option] {
    command.options + [.flag("--help", "tell what the command does")]
  }

  private static let note =
    "# Made by `statusline help --completion SHELL`. To change it, change the commands' own tables.\n"

  // MARK: bash

  private static var bash: String {
    var text = """
      \(note)# Codes stand with their names as long as there are several to choose from.
      _statusline_codes() {
        local line width=${COLUMNS:-80}
        while IFS= read -r line; do
          COMPREPLY+=("$line")
        done < <("$1" help --complete "$2" "$3" 2>/dev/null)
        if [ ${#COMPREPLY[@]} -gt 1 ] && [ "${COMP_TYPE:-9}" != 37 ] && [ "${COMP_TYPE:-9}" != 42 ]; then
          local place
          for place in "${!COMPREPLY[@]}"; do
            line=${COMPREPLY[place]}
            printf -v line '%-12s %s' "${line%%$'\t'*}" "${line#*$'\t'}"
            COMPREPLY[place]=${line:0:width}
          done
          compopt -o nosort 2>/dev/null
        else
          COMPREPLY=("${COMPREPLY[@]%%$'\t'*}")
        fi
      }
      _statusline_files() {
        compopt -o filenames 2>/dev/null
        local IFS=$'\n'
        COMPREPLY+=($(compgen "$1" -- "$2"))
      }
      # bash parts words at "@" and ":". What is asked for is the whole, and what is given back begins where bash's word does.
      _statusline() {
        local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} part=''
        if [ -n "${COMP_LINE-}" ] && [[ $before$word == *[@:]* ]]; then
          local -a typed
          read -ra typed <<<"${COMP_LINE:0:COMP_POINT}."
          word=${typed[-1]%.} before=${typed[-2]}
          part=${word%"$2"}
        fi
        COMPREPLY=()
        _statusline_reply "$1"
        [ -z "$part" ] || COMPREPLY=("${COMPREPLY[@]#"$part"}")
      }
      _statusline_reply() {
        if [ "$COMP_CWORD" -eq 1 ]; then
          COMPREPLY=($(compgen -W '\(names.joined(separator: " "))' -- "$word"))
          return
        fi
        case "$command $before" in

      """
    for command in Statusline.commands {
      for option in command.options where option.value != nil {
        let action =
          switch kind(option.value) {
          case .file: "_statusline_files -f \"$word\""
          case .folder: "_statusline_files -d \"$word\""
          case .language: "COMPREPLY=($(compgen -W '\(languages)' -- \"$word\"))"
          case .fault: "COMPREPLY=($(compgen -W '\(faults)' -- \"$word\"))"
          case .code: "_statusline_codes \"$1\" \"$command\" \"$word\""
          case .other: ":"
          }
        text += "    '\(command.name) \(option.name)') \(action); return ;;\n"
      }
    }
    text += "  esac\n  case \"$command\" in\n"
    for command in Statusline.commands {
      let options = options(command).map(\.name).joined(separator: " ")
      let words =
        switch wordKind(command) {
        case .file: "_statusline_files -f \"$word\""
        case .folder: "_statusline_files -d \"$word\""
        case .code: "_statusline_codes \"$1\" \"$command\" \"$word\""
        case .fault, .language, .other: ":"
        }
      text += """
            \(command.name))
              case "$word" in
                -*) COMPREPLY=($(compgen -W '\(options)' -- "$word")) ;;
                *) \(words) ;;
              esac ;;

        """
    }
    text += "    help) COMPREPLY=($(compgen -W '\(helpWords)' -- \"$word\")) ;;\n"
    return text + "  esac\n}\ncomplete -F _statusline statusline\n"
  }

  private static var helpWords: String {
    (Statusline.commands.map { $0.name } + ["--man", "--completion"]).joined(separator: " ")
  }

  // MARK: zsh

  private static var zsh: String {
    var text = """
      #compdef statusline
      \(note)_statusline_codes() {
        local -a found
        found=("${(@f)$($program help --complete $command "$PREFIX" 2>/dev/null)}")
        found=("${(@)found//:/\\:}")
        found=("${(@)found/$'\t'/:}")
        _describe -V code found
      }
      _statusline() {
        local program=$words[1]
        local -a commands
        commands=(

      """
    for command in Statusline.commands {
      text += "    '\(command.name):\(zshQuoted(command.summary))'\n"
    }
    text += """
          'help:tell what a command does'
          'version:tell the version'
        )
        if (( CURRENT == 2 )); then
          _describe command commands
          return
        fi
        local command=$words[2]
        shift words
        (( CURRENT-- ))
        case $command in

      """
    for command in Statusline.commands {
      text += "    \(command.name))\n      _arguments"
      for option in options(command) {
        let repeated = option.isRepeated ? "*" : ""
        let value = option.value.map { ":\($0.filter { $0 != "'" && $0 != ":" }):\(zshAction($0))" }
        text += " \\\n        '\(repeated)\(option.name)[\(zshQuoted(option.help))]\(value ?? "")'"
      }
      if command.words.upperBound > 0 {
        let action =
          switch wordKind(command) {
          case .file: "_files"
          case .folder: "_files -/"
          case .code: "_statusline_codes"
          case .fault, .language, .other: ""
          }
        text += " \\\n        '*: :\(action)'"
      }
      text += "\n      ;;\n"
    }
    return text + "    help) _describe command commands ;;\n  esac\n}\n_statusline \"$@\"\n"
  }

  private static func zshAction(_ value: String) -> String {
    switch kind(value) {
    case .file: "_files"
    case .folder: "_files -/"
    case .code: "_statusline_codes"
    case .language: "(\(languages))"
    case .fault: "(\(faults))"
    case .other: " "
    }
  }

  /// For the inside of a quoted specification with brackets and colons.
  private static func zshQuoted(_ text: String) -> String {
    var out = ""
    for character in text {
      switch character {
      case "'": out += "'\\''"
      case "[", "]", ":", "\\": out += "\\\(character)"
      case "`": out += "'\\''"
      default: out.append(character)
      }
    }
    return out
  }

  // MARK: fish

  private static var fish: String {
    var text =
      note + """
        function __statusline_codes
          set -l program (commandline -opc)
          command $program[1] help --complete $argv[1] (commandline -ct) 2>/dev/null
        end
        complete -c statusline -f

        """
    for command in Statusline.commands {
      text += "complete -c statusline -n __fish_use_subcommand -a \(command.name)"
      text += " -d '\(fishQuoted(command.summary))'\n"
    }
    text += "complete -c statusline -n __fish_use_subcommand -a help"
    text += " -d 'Tell what a command does'\n"
    let names = Statusline.commands.map { $0.name }.joined(separator: " ")
    text += "complete -c statusline -n '__fish_seen_subcommand_from help' -a '\(names)'\n"
    for command in Statusline.commands {
      let condition = "-n '__fish_seen_subcommand_from \(command.name)'"
      switch wordKind(command) {
      case .file: text += "complete -c statusline \(condition) -F\n"
      case .folder:
        text += "complete -c statusline \(condition) -a '(__fish_complete_directories)'\n"
      case .code:
        text += "complete -c statusline \(condition) -k -a '(__statusline_codes \(command.name))'\n"
      case .fault, .language, .other: break
      }
      for option in options(command) {
        let isLong = option.name.hasPrefix("--")
        let name = option.name.drop { $0 == "-" }
        text += "complete -c statusline \(condition) \(isLong ? "-l" : "-s") \(name)"
        switch (option.value, kind(option.value)) {
        case (nil, _): break
        case (_, .file): text += " -r -F"
        case (_, .folder): text += " -r -a '(__fish_complete_directories)'"
        case (_, .language): text += " -x -a '\(languages)'"
        case (_, .fault): text += " -x -a '\(faults)'"
        case (_, .code): text += " -x -k -a '(__statusline_codes \(command.name))'"
        case (_, .other): text += " -x"
        }
        text += " -d '\(fishQuoted(option.help))'\n"
      }
    }
    return text
  }

  private static func fishQuoted(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
  }
}
