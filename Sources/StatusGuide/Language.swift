public import HTTPStatus

/// A language of the catalogue.
public enum Language: UInt8, Sendable, CaseIterable {
  case english, thai, spanish, chinese

  /// The language's tag (RFC 5646), such as "th". Chinese is written in simplified characters.
  public var tag: String {
    switch self {
    case .english: "en"
    case .thai: "th"
    case .spanish: "es"
    case .chinese: "zh"
    }
  }

  /// The language of a tag or of a locale's name: "es", "es-MX", "zh_CN.UTF-8", "C". Nil for a language that the catalogue does not have.
  public init?(_ name: String) {
    let primary = name.prefix { $0 != "-" && $0 != "_" && $0 != "." && $0 != "@" }.lowercased()
    if primary == "c" || primary == "posix" {
      self = .english
      return
    }
    guard let found = Language.allCases.first(where: { $0.tag == primary }) else { return nil }
    self = found
  }
}

/// A part of what an entry says.
public enum Section: UInt8, Sendable, CaseIterable {
  /// One sentence: what it means.
  case summary
  /// What it means by the standard.
  case meaning
  /// When it is sent.
  case occasion
  /// What a client does.
  case client
  /// What the operator does.
  case help
  /// What it is often confused with: one line an item, each beginning with "- ".
  case confusions
  /// Where other sources say something else than the standard, and what is right.
  case differences

  /// The heading of the part; empty for the summary, which needs none.
  public func title(in language: Language) -> String {
    switch (self, language) {
    case (.summary, _): ""
    case (.meaning, .english): "What it means"
    case (.meaning, .thai): "ความหมาย"
    case (.meaning, .spanish): "Qué significa"
    case (.meaning, .chinese): "含义"
    case (.occasion, .english): "When it is sent"
    case (.occasion, .thai): "ส่งเมื่อใด"
    case (.occasion, .spanish): "Cuándo se envía"
    case (.occasion, .chinese): "何时发送"
    case (.client, .english): "What a client does"
    case (.client, .thai): "ไคลเอนต์ควรทำอะไร"
    case (.client, .spanish): "Qué hace un cliente"
    case (.client, .chinese): "客户端应当如何处理"
    case (.help, .english): "What to do"
    case (.help, .thai): "สิ่งที่ต้องทำ"
    case (.help, .spanish): "Qué hacer"
    case (.help, .chinese): "如何处理"
    case (.confusions, .english): "Not to be confused with"
    case (.confusions, .thai): "อย่าสับสนกับ"
    case (.confusions, .spanish): "No confundir con"
    case (.confusions, .chinese): "不要混淆"
    case (.differences, .english): "What others say"
    case (.differences, .thai): "แหล่งอื่นกล่าวว่า"
    case (.differences, .spanish): "Qué dicen otros"
    case (.differences, .chinese): "其他来源的说法"
    }
  }

  fileprivate var column: Int {
    switch self {
    case .summary: WordsColumn.summary
    case .meaning: WordsColumn.meaning
    case .occasion: WordsColumn.occasion
    case .client: WordsColumn.client
    case .help: WordsColumn.help
    case .confusions: WordsColumn.confusions
    case .differences: WordsColumn.differences
    }
  }
}

extension Guide {
  /// What an entry says in a section; nil where it says nothing there.
  ///
  /// - Parameters:
  ///   - section: which part of the entry.
  ///   - subject: the entry.
  ///   - language: where the section is not translated, nil too; what an entry says at all it says in `.english`.
  public static func text(
    _ section: Section, of subject: Subject, in language: Language = .english
  ) -> StaticText? {
    guard let index = subject.index else { return nil }
    let (table, count) =
      switch language {
      case .english: (WordTables.texts_en, WordTables.count_en)
      case .thai: (WordTables.texts_th, WordTables.count_th)
      case .spanish: (WordTables.texts_es, WordTables.count_es)
      case .chinese: (WordTables.texts_zh, WordTables.count_zh)
      }
    if index >= count { return nil }
    let row = TableRow(table, words: WordTables.words, width: WordsColumn.width, index: index)
    let text = row.text(section.column)
    return text.isEmpty ? nil : text
  }

  /// Whether the entry is there in the language.
  public static func isTranslated(_ subject: Subject, to language: Language) -> Bool {
    text(.summary, of: subject, in: language) != nil
  }
}
