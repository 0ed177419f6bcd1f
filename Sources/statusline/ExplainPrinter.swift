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
  /// Columns of a line, for a terminal; from 40 to 100.
  var width: Int
  var hasColours: Bool

  init(language: Language, form: ExplainForm) {
    self.language = language
    self.form = form
    let isTerminal = Terminal.isOutputTerminal
    hasColours = form == .terminal && isTerminal && getenv("NO_COLOR") == nil
    width = min(max(isTerminal ? Terminal.columns : 80, 40), 100)
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
      for other in also { text += "- \(other)\n" }
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
      text += form == .markdown ? "- \(name): \(value)\n" : "\(name): \(value)\n"
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

  // MARK: Lines

  /// The text in lines of `width` columns. Signs of Chinese take two columns, marks above and below Thai letters none.
  private func wrapped(_ text: String, indent: Int, hanging: Int? = nil) -> String {
    var lines: [String] = []
    var line = String(repeating: " ", count: indent)
    var used = indent
    var isFresh = true
    for word in Self.pieces(of: text) {
      let columns = Self.columns(of: word.text)
      if !isFresh, used + (word.hasSpace ? 1 : 0) + columns > width {
        lines.append(line)
        line = String(repeating: " ", count: hanging ?? indent)
        used = hanging ?? indent
        isFresh = true
      }
      if !isFresh, word.hasSpace {
        line += " "
        used += 1
      }
      line += word.text
      used += columns
      isFresh = false
    }
    lines.append(line)
    return lines.joined(separator: "\n")
  }

  /// Where a line may be broken: at spaces, and between signs of Chinese.
  private static func pieces(of text: String) -> [(text: String, hasSpace: Bool)] {
    var pieces: [(text: String, hasSpace: Bool)] = []
    var open = ""
    var hasSpace = false
    func isWide(_ character: Character) -> Bool {
      character.unicodeScalars.first.map { isWideScalar($0) } ?? false
    }
    func isClosing(_ character: Character) -> Bool { "，。；：、！？）」』》”".contains(character) }
    for character in text {
      if character == " " {
        if !open.isEmpty { pieces.append((open, hasSpace)) }
        open = ""
        hasSpace = true
      } else if let last = open.last, isWide(last) || isWide(character), !isClosing(character) {
        pieces.append((open, hasSpace))
        open = String(character)
        hasSpace = false
      } else {
        open.append(character)
      }
    }
    if !open.isEmpty { pieces.append((open, hasSpace)) }
    return pieces
  }

  private static func isWideScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6:
      true
    default: false
    }
  }

  private static func columns(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { sum, scalar in
      if scalar.properties.generalCategory == .nonspacingMark { return sum }
      return sum + (isWideScalar(scalar) ? 2 : 1)
    }
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
