internal import Orders
internal import Serve

enum ArmCommand: Command {
  static let name = "arm"
  static let form = "[WORD=VALUE]..."
  static let summary = "Rehearses in the running server for a while: errors, delays, faults."
  static let words = 0...64
  static let options: [Option] =
    [
      .required("--for", "TIME", "how long, such as 10m; a day at the most"),
      .value("--site", "NAME", "the site's first name; not needed where there is one site"),
      .value("--match", "PATH", "paths, with * for anything; every path without it"),
      .value("--rate", "PART", "how many of the requests, such as 10%; all without it"),
      .value("--status", "CODE", "a status, a cause, or several with weights"),
      .value("--delay", "TIME", "before the answer, such as 2s or normal(200ms,50ms)"),
      .value("--fault", "FAULT", "how to break the answer (`statusline rehearse --faults`)"),
    ] + RunningServer.options
  static let notes = """
    Words of the grammar of rehearsals follow as they are: `retry-after=5 drip=1KiB/s`. Without a status the real answer is given, late or
    broken as ordered. The order ends by itself, and with the process: neither a restart nor an upgrade takes it along. Every
    answer that it touches carries the field `Rehearsed`, and the journal tells when it begins and ends. `statusline stats` lists what is
    armed, `statusline disarm` ends it.
    """

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    var items: [String] = []
    for word in ["for", "site", "match", "rate", "status", "delay", "fault"] {
      if let value = arguments.value("--" + word) { items.append(item(word, value)) }
    }
    for word in arguments.words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      items.append(parts.count == 2 ? item(String(parts[0]), String(parts[1])) : word)
    }
    guard items.contains(where: { $0.hasPrefix("for=") }) else {
      throw UsageError(
        description: "it is not said for how long: add `--for 10m`; nothing stays armed for good")
    }
    let text = items.joined(separator: "; ")
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
      throw UsageError(description: "an order has no control characters in it")
    }
    do throws(GrammarProblem) {
      _ = try ArmingOrder(Array(text.utf8))
    } catch {
      throw UsageError(description: error.message)
    }
    return try Order.give("arm \(text)", arguments, refused: "not armed", milliseconds: 5000)
  }

  /// In quotation marks where it needs them.
  private static func item(_ name: String, _ value: String) -> String {
    guard value.utf8.contains(where: { $0 == 0x3B || $0 == 0x22 || $0 == 0x20 }) else {
      return "\(name)=\(value)"
    }
    let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\(name)=\"\(escaped)\""
  }
}

enum DisarmCommand: Command {
  static let name = "disarm"
  static let form = "[NUMBER]"
  static let summary = "Ends an order that is armed in the running server, or all of them."
  static let words = 0...1
  static let options: [Option] =
    [.flag("--all", "every order")] + RunningServer.options

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    guard arguments.has("--all") != (arguments.words.count == 1) else {
      throw UsageError(description: "`statusline disarm` takes the number of an order, or --all")
    }
    let which = arguments.words.first ?? "all"
    return try Order.give("disarm \(which)", arguments, refused: "not disarmed", milliseconds: 5000)
  }
}
