internal import Glibc

/// The command line. One file a subcommand; this one finds it.
@main
struct Statusline {
  static var commands: [any Command.Type] {
    [
      ServeCommand.self, CheckCommand.self, PredictCommand.self, WhyCommand.self,
      ExplainCommand.self, TryCommand.self, RehearseCommand.self, StatsCommand.self,
      ReloadCommand.self, UpgradeCommand.self, ArmCommand.self, DisarmCommand.self,
    ]
  }

  static func main() {
    Terminal.holdDescriptors()
    let words = Array(CommandLine.arguments.dropFirst())
    guard let name = words.first else {
      Terminal.print(Help.overview)
      exit(ExitCode.usage.rawValue)
    }
    switch name {
    case "help", "--help", "-h":
      if words.count > 1, words[1] == "--man" {
        Terminal.print(ManPage.text)
      } else if words.count > 2, words[1] == "--complete" {
        Terminal.print(
          Candidates.text(for: words[2], beginning: words.count > 3 ? words[3] : ""))
      } else if words.count > 2, words[1] == "--completion" {
        guard let text = Completion.text(for: words[2]) else {
          let shells = Completion.shells.joined(separator: ", ")
          Terminal.complain("no completion for `\(words[2])`; there is one for \(shells)")
          exit(ExitCode.usage.rawValue)
        }
        Terminal.print(text)
      } else if words.count > 1, let command = commands.first(where: { $0.name == words[1] }) {
        Terminal.print(Help.text(of: command))
      } else if words.count > 1, words[0] == "help", words[1] != "help" {
        Terminal.complain("there is no command `\(words[1])`\(Help.suggestion(for: words[1]))")
        exit(ExitCode.usage.rawValue)
      } else {
        Terminal.print(Help.overview)
      }
      return
    case "--version", "version":
      Terminal.print("statusline \(Help.version)\n")
      return
    default: break
    }
    guard let command = commands.first(where: { $0.name == name }) else {
      Terminal.complain("there is no command `\(name)`\(Help.suggestion(for: name))")
      exit(ExitCode.usage.rawValue)
    }
    do {
      var arguments = try Arguments(Array(words.dropFirst()), for: command)
      if arguments.asksForHelp {
        Terminal.print(Help.text(of: command))
        return
      }
      let code = try command.run(&arguments)
      exit(code.rawValue)
    } catch let error as UsageError {
      Terminal.complain("\(error.description)\nTry `statusline help \(name)`.")
      exit(ExitCode.usage.rawValue)
    } catch {
      Terminal.complain("\(error)")
      exit(ExitCode.failed.rawValue)
    }
  }
}

/// What a subcommand leaves with.
enum ExitCode: Int32 {
  case done = 0
  /// It ran, and the answer is no: not found, not valid.
  case failed = 1
  case usage = 2
}

/// One subcommand. What its help says and what it accepts are the same table.
protocol Command {
  static var name: String { get }
  /// The words behind the name that are no options, as the help shows them; empty where it takes none.
  static var form: String { get }
  /// One sentence.
  static var summary: String { get }
  static var options: [Option] { get }
  /// How many words that are no options it takes.
  static var words: ClosedRange<Int> { get }
  /// What the help adds below the options.
  static var notes: String { get }
  static func run(_ arguments: inout Arguments) throws -> ExitCode
}

extension Command {
  static var notes: String { "" }
  static var form: String { "" }

  /// What stands behind the name: the words, and every option of the table.
  static var synopsis: [String] {
    let words = form.isEmpty ? [] : [form]
    return words
      + options.map { option in
        let shown = option.value.map { "\(option.name) \($0)" } ?? option.name
        return (option.isRequired ? shown : "[\(shown)]") + (option.isRepeated ? "..." : "")
      }
  }
}

/// An option of a subcommand: `--name VALUE`, or a switch where it has no value.
struct Option {
  var name: String
  var value: String?
  var help: String
  var isRepeated = false
  var isRequired = false

  static func flag(_ name: String, _ help: String) -> Option {
    Option(name: name, value: nil, help: help)
  }
  static func value(_ name: String, _ value: String, _ help: String) -> Option {
    Option(name: name, value: value, help: help)
  }
  static func required(_ name: String, _ value: String, _ help: String) -> Option {
    Option(name: name, value: value, help: help, isRequired: true)
  }
  static func list(_ name: String, _ value: String, _ help: String) -> Option {
    Option(name: name, value: value, help: help, isRepeated: true)
  }
}

struct UsageError: Error {
  var description: String
}

/// A subcommand's words and options, checked against its table.
struct Arguments {
  private(set) var words: [String] = []
  private var values: [String: [String]] = [:]
  private(set) var asksForHelp = false

  init(_ given: [String], for command: any Command.Type) throws {
    var rest = given[...]
    while let word = rest.popFirst() {
      if word == "--" {
        words += rest
        break
      }
      if word == "-h" && command.name != "predict" || word == "--help" {
        asksForHelp = true
        return
      }
      // A negative number is what some write an error as
      guard word.hasPrefix("-"), word != "-", Int(word) == nil else {
        words.append(word)
        continue
      }
      try take(word, &rest, command)
    }
    if !command.words.contains(words.count) {
      throw UsageError(
        description: "`statusline \(command.name)` takes \(command.synopsis.joined(separator: " "))"
      )
    }
  }

  private mutating func take(
    _ word: String, _ rest: inout ArraySlice<String>, _ command: any Command.Type
  ) throws {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = command.options.first(where: { $0.name == name }) else {
      throw UsageError(
        description: "`statusline \(command.name)` has no option `\(name)`"
          + Help.suggestion(forOption: name, of: command))
    }
    if values[name] != nil, !option.isRepeated {
      throw UsageError(description: "`\(name)` is given twice")
    }
    guard let shown = option.value else {
      if parts.count > 1 { throw UsageError(description: "`\(name)` takes no value") }
      values[name] = [""]
      return
    }
    if parts.count > 1 {
      values[name, default: []].append(String(parts[1]))
    } else if let next = rest.popFirst() {
      values[name, default: []].append(next)
    } else {
      throw UsageError(description: "`\(name)` wants a value: \(name) \(shown)")
    }
  }

  func has(_ name: String) -> Bool { values[name] != nil }
  func value(_ name: String) -> String? { values[name]?.first }
  func list(_ name: String) -> [String] { values[name] ?? [] }
}
