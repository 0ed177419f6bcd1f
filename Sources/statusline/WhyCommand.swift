internal import HTTPStatus
internal import Record
internal import Serve

enum WhyCommand: Command {
  static let name = "why"
  static let form = "[ID]"
  static let summary = "Tells the story of an exchange: its cause, its path, the line to change."
  static let words = 0...1
  static let options: [Option] = [
    .flag("--json", "as JSON"),
    .value("--state", "FOLDER", "the server's state folder, where it is not the usual one"),
  ]
  static let notes = """
    ID is what the answer's X-Request-Id field and the journal say. The running server is asked first, then the flight
    recorders of servers that have run, which keep what was refused, failed or slow. Without ID it reads journal lines
    from standard input and explains the last one: `tail -n 1 journal.json | statusline why`. Only JSON lines hold the
    story itself; one in the format console or w3c has the ID to ask for, and one in the format combined has not even that.
    """

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    guard let id = arguments.words.first, id != "-" else { return try explainInput(arguments) }
    let folders = try RunningServer.known(arguments)
    guard RequestID(id) != nil else {
      throw UsageError(description: "`\(id)` is no request id: 16 hexadecimal digits")
    }
    for folder in folders {
      if let line = ControlClient.ask("why \(id)", folder: folder), !line.isEmpty {
        return try explain(line, arguments)
      }
    }
    for folder in folders {
      guard let entries = try? FlightFile.read(folder + "/" + FlightFile.name),
        let entry = entries.last(where: { $0.id.description == id.lowercased() })
      else { continue }
      return try explain(String(decoding: entry.line, as: UTF8.self), arguments)
    }
    Terminal.complain(
      "no record of \(id): it may be too old, or of a server with another state folder")
    return .failed
  }

  private static func explainInput(_ arguments: Arguments) throws -> ExitCode {
    if Terminal.isInputTerminal {
      throw UsageError(description: "give an ID, or journal lines on standard input")
    }
    let text = String(decoding: Terminal.readAll(), as: UTF8.self)
    // Lines with a # are a header, or a remark, of the format w3c
    let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
    guard let line = lines.last else {
      Terminal.complain("standard input holds no journal line")
      return .failed
    }
    // What `curl -i` printed has the id to ask for
    if text.hasPrefix("HTTP/") { return try followHead(text, arguments) }
    return try explain(String(line), arguments)
  }

  private static func followHead(_ text: String, _ arguments: Arguments) throws -> ExitCode {
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "x-request-id",
        let id = RequestID(parts[1].filter { $0 != " " })
      else { continue }
      return try ask(for: id, arguments)
    }
    Terminal.complain(
      "this answer has no X-Request-Id to ask for; `statusline explain` reads such answers, and "
        + "this reads lines of the journal")
    return .failed
  }

  private static func explain(_ line: String, _ arguments: Arguments) throws -> ExitCode {
    if let other = OtherLine(line) { return try follow(other, arguments) }
    if let lead = JSONRecord.readConsole(line) { return try follow(lead, arguments) }
    let explanation = Explanation(try JSONRecord.read(Array(line.utf8)))
    Terminal.print(arguments.has("--json") ? explanation.json : explanation.text)
    return .done
  }

  /// A line of the console format has an id to ask for, and a cause to begin with.
  private static func follow(_ lead: ConsoleRecord, _ arguments: Arguments) throws -> ExitCode {
    try ask(for: lead.id, arguments)
  }

  /// A line of another format has little to tell, and one of `w3c` an id to ask for.
  private static func follow(_ line: OtherLine, _ arguments: Arguments) throws -> ExitCode {
    var problem: String?
    if let id = line.id {
      do {
        if try ask(for: id, arguments) == .done { return .done }
      } catch let error as UsageError {
        problem = error.description
      }
    }
    if let problem { Terminal.complain(problem) }
    var answer = "that nothing was answered"
    var advice = ""
    if let cause = line.cause {
      answer = "the cause, \(cause.code) \(cause.slug)"
      advice = "; `statusline explain \(cause.code)` tells what that means"
    } else if let status = line.status {
      answer = "the status, \(status.code)" + (status.phrase.map { " \($0)" } ?? "")
      advice = "; `statusline explain \(status.code)` tells what that means"
    }
    let more =
      line.format == .w3c && line.id != nil
      ? "" : " What the answer's X-Request-Id says is an ID to ask for as long as it is kept."
    Terminal.complain(
      "a line in the format `\(line.format.rawValue)` holds no more of the story than \(answer)"
        + "\(advice).\(more) To have the story of later ones, keep the journal as JSON: "
        + "`journal: {format: json}`")
    return .failed
  }

  private static func ask(for id: RequestID, _ arguments: Arguments) throws -> ExitCode {
    var words = [id.description]
    if arguments.has("--json") { words.append("--json") }
    if let state = arguments.value("--state") { words += ["--state", state] }
    var again = try Arguments(words, for: WhyCommand.self)
    return try run(&again)
  }
}
