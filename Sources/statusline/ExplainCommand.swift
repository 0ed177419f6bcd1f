internal import Glibc
internal import HTTPStatus
internal import StatusGuide

enum ExplainCommand: Command {
  static let name = "explain"
  static let form = "[WORDS...]"
  static let summary =
    "The catalogue: a status or cause by code, name, words or another server's sign."
  static let words = 0...64
  static let options: [Option] = [
    .value(
      "--lang", "LANG", "en, th, es or zh; without it the language of the environment's locale"),
    .flag("--json", "as JSON"),
    .flag("--markdown", "as Markdown"),
    .value("--limit", "N", "how many entries a search lists (5)"),
  ]
  static let notes = """
    WORDS are a code (`404`, `403.14`, IIS's `404.13`, `nginx:499`), a class (`5xx`), a name (`not found`,
    `directory-listing-denied`), a sign of another server (`UF` of Envoy, `SC--` of HAProxy, `AH01797`, `0x80070005`,
    `ECONNREFUSED`), or what one would say (`"file too big"`). Without WORDS it reads what `curl -i` printed, or a
    journal line, from standard input. The exit status says whether something was found.
    """

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    let language = try language(arguments)
    let form: ExplainForm =
      arguments.has("--json") ? .json : arguments.has("--markdown") ? .markdown : .terminal
    if arguments.has("--json"), arguments.has("--markdown") {
      throw UsageError(description: "`--json` and `--markdown` exclude each other")
    }
    var limit = 5
    if let text = arguments.value("--limit") {
      guard let number = Int(text), (1...100).contains(number) else {
        throw UsageError(description: "`--limit \(text)` is no number from 1 to 100")
      }
      limit = number
    }
    var query = arguments.words.joined(separator: " ")
    // The system's words come with signs of replacement in the place of what is no UTF-8
    var isText = !query.contains("\u{FFFD}")
    if query.isEmpty || query == "-" {
      if Terminal.isInputTerminal {
        throw UsageError(description: "give WORDS, or an answer on standard input")
      }
      let bytes = Terminal.readAll()
      let text = String(decoding: bytes, as: UTF8.self)
      isText = String(validating: bytes, as: UTF8.self) != nil
      guard let named = ExplainInput.query(in: text) else {
        Terminal.complain("standard input holds no answer, no journal line and no code")
        return .failed
      }
      query = named
    } else if query.utf8.count > 60, let named = ExplainInput.query(in: query) {
      // So long a text is more likely a line of a log than a question
      query = named
    }
    return explain(query, isText, ExplainPrinter(language: language, form: form), limit)
  }

  private static func explain(
    _ query: String, _ isText: Bool, _ printer: ExplainPrinter, _ limit: Int
  ) -> ExitCode {
    if !isText {
      Terminal.complain(
        "what was given is not all UTF-8, and what is not cannot be read as words; if it is GB 18030, "
          + "TIS-620 or Windows-1252, `iconv -f GB18030 -t UTF-8` and the like make UTF-8 of it")
    }
    let named = Guide.named(query)
    if let first = named.first, named.count == 1 || !query.lowercased().hasSuffix("xx") {
      Terminal.print(printer.entry(first, also: Array(named.dropFirst())))
      return .done
    }
    let found = named.isEmpty ? Guide.search(query, limit: limit) : named
    if found.isEmpty {
      if !isText { return .failed }
      Terminal.complain("the catalogue has nothing for \"\(query)\"\(nearest(query))")
      return .failed
    }
    Terminal.print(printer.list(found))
    return .done
  }

  /// What there is instead of a code that nobody has registered.
  private static func nearest(_ query: String) -> String {
    let parts = query.split(separator: ".", omittingEmptySubsequences: false)
    guard let first = parts.first, first.utf8.count == 3, let code = Int(first),
      let status = Status(code)
    else { return "" }
    if status.phrase != nil { return "; it has \(code): `statusline explain \(code)`" }
    // RFC 9110 section 15: an unknown status is as the x00 of its class
    guard parts.count == 1, status.canBeSent else { return "" }
    let general = code / 100 * 100
    return "; a client treats it as \(general): `statusline explain \(general)`"
  }

  /// What was asked for, or what the locale says (POSIX: LC_ALL before LC_MESSAGES before LANG), or English.
  private static func language(_ arguments: Arguments) throws -> Language {
    if let name = arguments.value("--lang") {
      guard let language = Language(name) else {
        let known = Language.allCases.map(\.tag).joined(separator: ", ")
        throw UsageError(description: "`--lang \(name)`: the catalogue is written in \(known)")
      }
      return language
    }
    for variable in ["LC_ALL", "LC_MESSAGES", "LANG"] {
      guard let value = getenv(variable), value.pointee != 0 else { continue }
      return Language(String(cString: value)) ?? .english
    }
    return .english
  }
}
