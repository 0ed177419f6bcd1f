internal import Glibc
internal import HTTPStatus
internal import StatusGuide

enum ExplainForm {
  case terminal, json, markdown
}

/// Prints entries of the catalogue.
struct ExplainPrinter {
  var language: Language
  var form: ExplainForm
  /// Columns of a line, from 20 to 100.
  var width: Int
  var hasColours: Bool

  init(language: Language, form: ExplainForm) {
    self.language = language
    self.form = form
    hasColours = form == .terminal && Terminal.takesColours
    width = min(max(Terminal.columns, 20), 100)
  }

  /// One entry, whole.
  func entry(_ subject: Subject, also: [Subject]) -> String {
    switch form {
    case .json: return ExplainJSON.entry(subject, language, also: also) + "\n"
    case .markdown: return page(subject, also)
    case .terminal: return page(subject, also)
    }
  }

  /// Several entries, a line or two each.
  func list(_ subjects: [Subject]) -> String {
    if form == .json { return ExplainJSON.list(subjects, language) + "\n" }
    var text = ""
    for subject in subjects {
      let summary = found(.summary, subject)?.text ?? ""
      if form == .markdown {
        text += "- **\(subject)**: \(summary)\n"
      } else {
        text += bold("\(subject)") + "\n" + wrapped(summary, indent: 2) + "\n"
      }
    }
    return text
  }

  // MARK: A page

  private func page(_ subject: Subject, _ also: [Subject]) -> String {
    var text = form == .markdown ? "# \(subject)\n" : bold("\(subject)") + "\n"
    if case .cause(let cause) = subject, let phrase = cause.phrase {
      text += "\(cause.status.code) \(phrase)\n"
    }
    var isMissing = false
    for section in Section.allCases {
      guard let found = self.found(section, subject) else { continue }
      isMissing = isMissing || !found.isTranslated
      text += "\n"
      if section != .summary { text += heading(section.title(in: language)) }
      for paragraph in found.text.split(separator: "\n") { text += paragraphText(paragraph) }
    }
    text += "\n" + facts(subject)
    if isMissing, language != .english {
      text += "\n" + wrapped(ExplainWords.untranslated(language), indent: 0) + "\n"
    }
    if !also.isEmpty {
      text += "\n" + heading(ExplainWords.also(language))
      for other in also { text += paragraphText("- \(other)") }
    }
    return text
  }

  private func paragraphText(_ paragraph: Substring) -> String {
    if form == .markdown { return "\(paragraph)\n" + (paragraph.hasPrefix("- ") ? "" : "\n") }
    return paragraph.hasPrefix("- ")
      ? wrapped(String(paragraph), indent: 0, hanging: 2) + "\n"
      : wrapped(String(paragraph), indent: 0) + "\n"
  }

  /// The section in the language, or in English, and whether that is the language that was asked for.
  private func found(_ section: Section, _ subject: Subject) -> (text: String, isTranslated: Bool)?
  {
    if let text = Guide.text(section, of: subject, in: language) {
      return (text.description, true)
    }
    return Guide.text(section, of: subject).map { ($0.description, false) }
  }

  private func heading(_ title: String) -> String {
    form == .markdown ? "## \(title)\n\n" : bold(title) + "\n"
  }

  private func bold(_ text: String) -> String {
    hasColours ? "\u{1B}[1m\(text)\u{1B}[0m" : text
  }

  // MARK: Facts

  private func facts(_ subject: Subject) -> String {
    var text = ""
    for (name, value) in ExplainFacts.of(subject, language) {
      text +=
        form == .markdown
        ? "- \(name): \(value)\n" : wrapped("\(name): \(value)", indent: 0, hanging: 2) + "\n"
    }
    let causes = ExplainFacts.causes(of: subject)
    if !causes.isEmpty {
      text += "\n" + heading(ExplainWords.causes(language))
      for cause in causes {
        let line = "\(cause.code) \(cause.slug)"
        let summary = Guide.summary(of: cause, in: language)
        text +=
          form == .markdown
          ? "- \(line): \(summary)\n" : wrapped("\(line): \(summary)", indent: 2, hanging: 4) + "\n"
      }
    }
    return text
  }

  private func wrapped(_ text: String, indent: Int, hanging: Int? = nil) -> String {
    WrappedText(text, width: width, indent: indent, hanging: hanging ?? indent).text
  }
}

/// What the catalogue knows of an entry beside its words.
enum ExplainFacts {
  static func of(_ subject: Subject, _ language: Language) -> [(String, String)] {
    var facts: [(String, String)] = []
    func add(_ name: (Language) -> String, _ value: String?) {
      if let value, !value.isEmpty { facts.append((name(language), value)) }
    }
    switch subject {
    case .status(let status):
      add(ExplainWords.standard, status.reference?.description)
      add(ExplainWords.registration, "\(status.registration)")
      add(ExplainWords.older, joined(status.olderNames))
    case .cause(let cause):
      add(ExplainWords.standard, cause.reference.description)
      add({ _ in "IIS" }, joined(cause.iisAliases))
      add(ExplainWords.older, joined(cause.olderNames))
      add(
        ExplainWords.standardChoice,
        cause.standardStatus.map { "\($0.code) \($0.phrase?.description ?? "")" })
    case .proxyError(let error):
      add(ExplainWords.standard, error.reference.description)
      add(
        ExplainWords.recommended,
        error.recommendedStatus.map { "\($0.code) \($0.phrase?.description ?? "")" })
    case .unofficial(let status):
      add(
        ExplainWords.closest,
        [status.closest, status.secondClosest].compactMap(\.self).map {
          "\($0.code) \($0.phrase?.description ?? "")"
        }.joined(separator: ", "))
      add(ExplainWords.sentAs, status.sentAs.map { "\($0.code)" })
    case .sign(let sign):
      add(
        ExplainWords.comesWith,
        sign.statuses.map { "\($0.code) \($0.phrase?.description ?? "")" }.joined(separator: ", "))
      add({ _ in "Proxy-Status" }, sign.proxyError?.name.description)
    }
    return facts
  }

  private static func joined(_ texts: StaticTextList) -> String {
    texts.map(\.description).joined(separator: ", ")
  }

  static func causes(of subject: Subject) -> [Cause] {
    guard case .status(let status) = subject else { return [] }
    return Cause.all.filter { $0.status == status }
  }
}
