/// What one entry says in one language.
struct Prose: Equatable {
  /// "en", "th", "es" or "zh".
  var language: String
  /// The line of the language's heading; for English of the first line of text.
  var line: Int
  /// One sentence, in one line.
  var summary = ""
  /// By heading: paragraphs and items, each in one line, parted by line feeds.
  var sections: [String: String] = [:]
  /// What a status is called in this language; nil where the entry is none, and for English, whose phrase is the registry's.
  var phrase: Value?
  /// Words that a search in this language finds the entry by.
  var keywords: [String] = []
  /// For a translation the fingerprint of the English text that it was made from.
  var stamp: String?

  /// The headings of an entry, in their order. They are the same in every language: the program prints them in its own words.
  static let headings = [
    "What it means", "When it is sent", "What a client does", "What to do",
    "Not to be confused with",
    "What others say",
  ]
  static let languages = ["en", "th", "es", "zh"]

  /// The fingerprint of the text: FNV-1a of its words, in eight digits. Where lines are broken makes no difference.
  var fingerprint: String {
    var hash: UInt32 = 0x811C_9DC5
    let all = [summary] + Self.headings.flatMap { [$0, sections[$0] ?? ""] }
    for text in all {
      for word in text.split(whereSeparator: \.isWhitespace) {
        for byte in word.utf8 + [0x20] { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
      }
      hash = (hash ^ 0x0A) &* 0x0100_0193
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

/// Reads what stands below the front matter: English first, then a heading of one sign (`# th 1a2b3c4d`) for each other language.
struct ProseReader {
  let entry: Entry
  private(set) var prose: [Prose] = []
  private(set) var faults: [Diagnostic] = []
  private var heading: String?
  /// Lines of the paragraph or item under way.
  private var open: [String] = []

  init(entry: Entry) { self.entry = entry }

  mutating func read(_ lines: [String], firstLine: Int) {
    prose = [Prose(language: "en", line: firstLine)]
    for (offset, line) in lines.enumerated() {
      let number = firstLine + offset
      if line.hasPrefix("# ") {
        close()
        begin(line, number)
      } else if line.hasPrefix("## ") {
        close()
        enter(line, number)
      } else if line.hasPrefix("#") {
        fault(
          number,
          "headings are \"## \(Prose.headings[0])\" and its like, or \"# th\" for a language")
      } else if let key = key(of: line) {
        take(key, Value(text: trimmed(String(line.dropFirst(key.count + 1))), line: number))
      } else if trimmed(line).isEmpty {
        close()
      } else {
        if line.hasPrefix("- ") { close() }
        open.append(trimmed(line))
      }
    }
    close()
    for text in prose { check(text) }
  }

  private mutating func begin(_ line: String, _ number: Int) {
    let words = line.dropFirst(2).split(separator: " ").map(String.init)
    heading = nil
    guard let language = words.first, Prose.languages.dropFirst().contains(language),
      words.count <= 2
    else {
      fault(
        number,
        "a heading of one sign names a language: # th, # es or # zh, and the English text's fingerprint"
      )
      return
    }
    if prose.contains(where: { $0.language == language }) {
      fault(number, "\"\(language)\" stands here for a second time")
    }
    prose.append(
      Prose(language: language, line: number, stamp: words.count == 2 ? words[1] : nil))
  }

  /// The key of a line that stands between a language's heading and its sentence; nil where the line is text.
  private func key(of line: String) -> String? {
    guard prose.count > 1, heading == nil, open.isEmpty, prose[prose.count - 1].summary.isEmpty,
      let colon = line.firstIndex(of: ":")
    else { return nil }
    let key = line[..<colon]
    let isKey = !key.isEmpty && key.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D }
    return isKey ? String(key) : nil
  }

  private mutating func take(_ key: String, _ value: Value) {
    let last = prose.count - 1
    let isTaken = key == "phrase" ? prose[last].phrase != nil : !prose[last].keywords.isEmpty
    switch key {
    case "phrase" where entry.kind != .status:
      fault(value.line, "only a status has a phrase")
    case "phrase", "keywords":
      if value.text.isEmpty { fault(value.line, "\"\(key)\" has no value") }
      if isTaken { fault(value.line, "\"\(key)\" stands here for a second time") }
      if key == "phrase" { prose[last].phrase = value } else { prose[last].keywords = value.list }
    default:
      fault(
        value.line, "unknown key \"\(key)\"; below a language's heading are known: phrase, keywords"
      )
    }
  }

  private mutating func enter(_ line: String, _ number: Int) {
    let name = String(line.dropFirst(3))
    guard let place = Prose.headings.firstIndex(of: name) else {
      let known = Prose.headings.joined(separator: "\", \"")
      fault(number, "unknown heading; known: \"\(known)\"")
      heading = name
      return
    }
    let text = prose[prose.count - 1]
    if text.sections[name] != nil { fault(number, "\"\(name)\" stands here for a second time") }
    let later = Prose.headings[(place + 1)...].first { text.sections[$0] != nil }
    if let later { fault(number, "\"\(name)\" stands before \"\(later)\"") }
    prose[prose.count - 1].sections[name] = ""
    heading = name
  }

  private mutating func close() {
    defer { open.removeAll() }
    if open.isEmpty { return }
    let text = open.joined(separator: " ")
    let last = prose.count - 1
    guard let heading else {
      prose[last].summary += (prose[last].summary.isEmpty ? "" : " ") + text
      return
    }
    let before = prose[last].sections[heading] ?? ""
    prose[last].sections[heading] = before.isEmpty ? text : before + "\n" + text
  }

  private mutating func check(_ text: Prose) {
    if entry.kind == .everyStatus { return }
    if text.summary.isEmpty {
      fault(text.line, "the entry has no summary sentence in \"\(text.language)\"")
    } else if ["en", "es"].contains(text.language), !text.summary.hasSuffix(".") {
      fault(text.line, "the summary has to be a sentence and end in a full stop")
    }
    if entry.kind == .status, text.language != "en", text.phrase == nil {
      fault(text.line, "the status has no \"phrase\" in \"\(text.language)\"")
    }
    for name in Prose.headings where text.sections[name] == "" {
      fault(text.line, "\"## \(name)\" has no text below it")
    }
  }

  private mutating func fault(_ line: Int, _ message: String) {
    faults.append(entry.fault(line, message))
  }
}
