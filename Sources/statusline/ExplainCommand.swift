internal import HTTPStatus
internal import StatusGuide

enum ExplainCommand: Command {
  static let name = "explain"
  static let synopsis = "WORDS..."
  static let summary = "The catalogue: a status or cause by code, sub-code, name or words."
  static let words = 1...64
  static let options: [Option] = []
  static let notes = """
    `explain 404`, `explain 403.14`, `explain 404.13` (IIS's numbers are found), `explain directory-listing-denied`,
    `explain "file too big"`. The exit status says whether something was found.
    """

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    let words = arguments.words.joined(separator: " ")
    if let cause = Cause(words) {
      Terminal.print(text(of: cause))
      return .done
    }
    if let code = Int(words), let status = Status(code), status.phrase != nil {
      Terminal.print(text(of: status))
      return .done
    }
    let findings = Guide.search(words, limit: 5)
    if findings.isEmpty {
      Terminal.complain("the catalogue has nothing for \"\(words)\"")
      return .failed
    }
    for finding in findings { Terminal.print("\(finding)\n") }
    return .done
  }

  private static func text(of cause: Cause) -> String {
    var text = "\(cause.code) \(cause.slug)"
    if let phrase = cause.phrase { text += "  (\(cause.status.code) \(phrase))" }
    text += "\n\n\(Guide.summary(of: cause))\n"
    if let help = Guide.help(of: cause) { text += "\n\(help)\n" }
    text += "\nstandard: \(cause.reference)\n"
    if let alias = cause.iisAlias { text += "IIS: \(alias)\n" }
    if let standard = cause.standardStatus {
      text += "the standard would choose: \(standard.code) \(standard.phrase?.description ?? "")\n"
    }
    return text
  }

  private static func text(of status: Status) -> String {
    var text = "\(status.code) \(status.phrase?.description ?? "")\n"
    if let summary: StaticText = Guide.summary(of: status) { text += "\n\(summary)\n" }
    if let help: StaticText = Guide.help(of: status) { text += "\n\(help)\n" }
    if let reference = status.reference { text += "\nstandard: \(reference)\n" }
    text += "registration: \(status.registration)\n"
    let causes = Cause.all.filter { $0.status == status }
    if !causes.isEmpty {
      text += "\ncauses:\n"
      for cause in causes { text += "  \(cause.code) \(cause.slug): \(Guide.summary(of: cause))\n" }
    }
    return text
  }
}
