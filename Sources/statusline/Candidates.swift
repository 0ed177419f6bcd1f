internal import HTTPStatus
internal import Scenario
internal import StatusGuide

/// What may stand where a command takes a code: a line each, with the name behind a tabulator. The shells' completions ask for it.
enum Candidates {
  /// For `try`, codes that a scenario shows; for others, everything that the catalogue has a code or sign for.
  static func text(for command: String, beginning word: String) -> String {
    (command == "try" ? scenarios(word) : catalogue(word)).reduce(into: "") { text, candidate in
      text += "\(candidate.word)\t\(candidate.name)\n"
    }
  }

  private typealias Candidate = (word: String, name: String)

  /// Statuses and classes first; a status's causes when it is there; names for what begins with a letter.
  private static func catalogue(_ word: String) -> [Candidate] {
    if let first = word.first, first.isLetter || first == "_" { return names(word) }
    var found: [Candidate] = Status.registered.map {
      ($0.description, $0.phrase?.description ?? "")
    }
    if word.utf8.count < 2 { found += (1...5).map { ("\($0)xx", "the class") } }
    if word.utf8.count > 2 { found += Cause.all.map { ($0.code.description, $0.slug.description) } }
    return found.filter { $0.word.hasPrefix(word) }
  }

  private static func names(_ word: String) -> [Candidate] {
    let folded = word.lowercased()
    var found: [Candidate] = Cause.all.map { ($0.slug.description, $0.code.description) }
    found += ProxyError.all.map { ($0.name.description, "Proxy-Status") }
    found += UnofficialStatus.all.map { ("\($0.vendor):\($0.code)", $0.name.description) }
    found += Sign.all.map { ($0.sign.description, $0.name?.description ?? $0.vendor.description) }
    return found.filter { candidate in
      // What a shell takes as one word
      candidate.word.lowercased().hasPrefix(folded)
        && candidate.word.utf8.allSatisfy { byte in
          byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A || byte >= 0x30 && byte <= 0x3A
            || byte == 0x2D || byte == 0x2E || byte == 0x5F
        }
    }
  }

  private static func scenarios(_ word: String) -> [Candidate] {
    var found: [Candidate] = []
    for name in Library.names {
      if name.hasPrefix(Scenario.rehearsedFolder) {
        // By what is ordered, where that leads here; a code that comes for real has its own scenarios
        let file = String(name.dropFirst(Scenario.rehearsedFolder.count))
        let leads = file.hasPrefix(word) && Library.names(for: file).contains(name)
        found.append((leads ? file : name, "rehearsed"))
      } else if name.hasPrefix(word) {
        let code = name.prefix { $0 != "-" }
        let rest = name.dropFirst(code.utf8.count + 1)
        // Several scenarios of one code differ by their names
        let isAlone = Library.names(for: String(code)).count == 1
        found.append(isAlone ? (String(code), String(rest)) : (name, "scenario"))
      }
    }
    return found.filter { $0.word.hasPrefix(word) }
  }
}
