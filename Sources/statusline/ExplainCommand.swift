internal import Glibc
internal import HTTPStatus
internal import StatusGuide

enum ExplainCommand: Command {
  static let name = "explain"
  static let synopsis = "[WORDS...] [--lang LANG] [--json | --markdown]"
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
    if query.isEmpty || query == "-" {
      if Terminal.isInputTerminal {
        throw UsageError(description: "give WORDS, or an answer on standard input")
      }
      let text = String(decoding: Terminal.readAll(), as: UTF8.self)
      guard let named = ExplainInput.query(in: text) else {
        Terminal.complain("standard input holds no answer, no journal line and no code")
        return .failed
      }
      query = named
    }
    return explain(query, ExplainPrinter(language: language, form: form), limit)
  }

  private static func explain(
    _ query: String, _ printer: ExplainPrinter, _ limit: Int
  ) -> ExitCode {
    let named = Guide.named(query)
    if let first = named.first, named.count == 1 || !query.lowercased().hasSuffix("xx") {
      Terminal.print(printer.entry(first, also: Array(named.dropFirst())))
      return .done
    }
    let found = named.isEmpty ? Guide.search(query, limit: limit) : named
    if found.isEmpty {
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

/// What an answer, a journal line or another text on standard input asks to have explained.
enum ExplainInput {
  /// The cause where the text tells one, else the status, else a sign of another server, else its first line.
  static func query(in text: String) -> String? {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    // A problem's member, or a line of our journal
    if let cause = member("cause", in: text), Cause(cause) != nil { return cause }
    if let error = proxyStatus(lines) { return error }
    // The last head: interim responses and redirects go before it
    if let status = lines.last(where: { $0.hasPrefix("HTTP/") }).flatMap(statusCode) {
      return status
    }
    if let status = member("status", in: text), Status(Int(status) ?? -1)?.phrase != nil {
      return status
    }
    for line in lines {
      if let found = combinedStatus(line) { return found }
      if let sign = sign(in: line) { return sign }
    }
    guard let first = lines.first, !first.isEmpty else { return nil }
    return String(first.prefix(200))
  }

  private static func statusCode(_ line: String) -> String? {
    let words = line.split(separator: " ")
    guard words.count > 1, words[1].utf8.count == 3, Int(words[1]) != nil else { return nil }
    return String(words[1])
  }

  /// The value of a member of a JSON object, wherever it stands in the text.
  private static func member(_ name: String, in text: String) -> String? {
    let bytes = Array(text.utf8)
    let key = Array("\"\(name)\"".utf8)
    guard bytes.count > key.count else { return nil }
    for start in 0...(bytes.count - key.count)
    where bytes[start] == key[0] && bytes[start..<(start + key.count)].elementsEqual(key) {
      let rest = bytes[(start + key.count)...].drop { $0 == 0x20 || $0 == 0x3A || $0 == 0x09 }
      let value = rest.drop { $0 == 0x22 }.prefix {
        $0 != 0x22 && $0 != 0x2C && $0 != 0x7D && $0 != 0x0A && $0 != 0x20
      }
      if !value.isEmpty { return String(decoding: value, as: UTF8.self) }
    }
    return nil
  }

  /// The error parameter of a Proxy-Status field (RFC 9209 section 2.1.2).
  private static func proxyStatus(_ lines: [String]) -> String? {
    for line in lines where line.lowercased().hasPrefix("proxy-status:") {
      for part in line.split(separator: ";") {
        let words = part.split(separator: "=").map { $0.filter { !$0.isWhitespace } }
        if words.count == 2, words[0] == "error" {
          return words[1].filter { $0 != "\"" }
        }
      }
    }
    return nil
  }

  /// The status of a line in the common or combined log format: `"GET / HTTP/1.1" 404 153`.
  private static func combinedStatus(_ line: String) -> String? {
    guard let end = line.range(ofText: "\" ") else { return nil }
    let words = line[end...].dropFirst(2).split(separator: " ")
    guard let code = words.first, code.utf8.count == 3, Int(code) != nil else { return nil }
    return String(code)
  }

  /// A word that is a sign of another server: `[proxy:error] AH01114: HTTP: failed to make connection`.
  private static func sign(in line: String) -> String? {
    for word in line.split(whereSeparator: { $0.isWhitespace || $0 == ":" || $0 == "," }) {
      let text = word.filter { $0 != "[" && $0 != "]" && $0 != "(" && $0 != ")" }
      guard text.utf8.count > 3, text.contains(where: { $0.isNumber }) || text.hasPrefix("E") else {
        continue
      }
      if Sign.all.contains(where: { $0.sign.description == text }) { return text }
    }
    return nil
  }
}

extension String {
  /// Where a text begins for the last time after a quotation mark; nil where it does not.
  fileprivate func range(ofText text: String) -> String.Index? {
    var place = startIndex
    while place < endIndex {
      if self[place...].hasPrefix(text) { return place }
      place = index(after: place)
    }
    return nil
  }
}
