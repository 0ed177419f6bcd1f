/// What is wrong with the catalogue, and where.
struct Diagnostic: Error, Equatable, CustomStringConvertible {
  /// The file's path below the catalogue's folder.
  var file: String
  /// From 1 on.
  var line: Int
  var message: String

  var description: String { "\(file):\(line): error: \(message)" }
}

/// Which kind of thing an entry describes. Its place in the catalogue's folder says so.
enum EntryKind: Equatable {
  case everyStatus, status, cause, outcome, rehearsed, proxyError, unofficial, sign

  /// The keys that an entry of the kind may have. README.md in the catalogue's folder explains them.
  var keys: Set<String> {
    switch self {
    case .everyStatus: Set(Vocabulary.strength)
    case .status:
      [
        "code", "phrase", "name", "older-name", "reference", "registration", "cacheable",
        "content", "generated-by", "must", "should", "may", "must-not", "should-not", "retry",
        "redirect-method", "keywords",
      ]
    case .cause, .outcome:
      [
        "code", "slug", "reference", "iis", "older-name", "actor", "retry", "standard-status",
        "keywords",
      ]
    case .rehearsed: ["number", "slug", "reference", "actor", "keywords"]
    case .proxyError:
      ["name", "recommended-status", "response-only", "parameter", "reference", "keywords"]
    case .unofficial: ["vendor", "code", "name", "closest", "sent-as", "keywords"]
    case .sign: ["vendor", "sign", "name", "statuses", "proxy-error", "keywords"]
    }
  }

  /// The keys without which an entry of the kind is refused.
  var requiredKeys: [String] {
    switch self {
    case .everyStatus: []
    case .status:
      ["code", "phrase", "reference", "registration", "cacheable", "content", "generated-by"]
    case .cause, .outcome: ["code", "slug", "actor"]
    case .rehearsed: ["number", "slug", "reference", "actor"]
    case .proxyError: ["name", "response-only", "reference"]
    case .unofficial: ["vendor", "code", "name"]
    case .sign: ["vendor", "sign"]
    }
  }
}

/// The keys that may stand several times in one entry.
let repeatableKeys = Set(Vocabulary.strength + ["older-name", "parameter"])

/// A value of the front matter with its place.
struct Value: Equatable {
  var text: String
  var line: Int

  /// The parts between commas, without white space around them.
  var list: [String] { text.split(separator: ",").map { trimmed(String($0)) } }
}

/// One file of the catalogue: front matter and prose.
struct Entry {
  var file: String
  var kind: EntryKind
  /// What the path says that the entry is called: "404", "404.3", "dns_timeout", "nginx:499".
  var pathName: String
  var values: [String: [Value]] = [:]
  /// What the entry says, by language; English is always there.
  var prose: [Prose] = []

  func prose(_ language: String) -> Prose? { prose.first { $0.language == language } }
  var summary: String { prose("en")?.summary ?? "" }
  var help: String { prose("en")?.sections["What to do"] ?? "" }

  func first(_ key: String) -> Value? { values[key]?.first }
  func all(_ key: String) -> [Value] { values[key] ?? [] }

  func fault(_ line: Int, _ message: String) -> Diagnostic {
    Diagnostic(file: file, line: line, message: message)
  }
}

func trimmed(_ text: String) -> String {
  var rest = Substring(text)
  while let last = rest.last, last.isWhitespace { rest.removeLast() }
  return String(rest.drop { $0.isWhitespace })
}

// MARK: - Reading

/// The kind and name that a path below the catalogue's folder stands for; nil for a path that has no place there.
func place(of path: String) -> (kind: EntryKind, name: String)? {
  let parts = path.split(separator: "/").map(String.init)
  guard let last = parts.last, last.hasSuffix(".md") else { return nil }
  let stem = String(last.dropLast(3))
  switch parts.count {
  case 1:
    if stem == "rehearsed" { return (.rehearsed, stem) }
    return stem == "every-status" ? (.everyStatus, stem) : nil
  case 2 where parts[0] == "outcomes":
    return stem.hasPrefix("0.") ? (.outcome, stem) : nil
  case 2 where parts[0] == "proxy-errors": return (.proxyError, stem)
  case 2 where stem == parts[0]: return (.status, stem)
  case 2 where stem.hasPrefix(parts[0] + "."): return (.cause, stem)
  case 3 where parts[0] == "unofficial": return (.unofficial, "\(parts[1]):\(stem)")
  case 3 where parts[0] == "signs": return (.sign, "\(parts[1]):\(stem)")
  default: return nil
  }
}

/// Reads one file. Faults are appended; what could be read is returned all the same, so that one run shows all faults.
func readEntry(path: String, text: String, faults: inout [Diagnostic]) -> Entry? {
  guard let (kind, name) = place(of: path) else {
    faults.append(
      Diagnostic(file: path, line: 1, message: "the catalogue has no place for a file of this name")
    )
    return nil
  }
  var entry = Entry(file: path, kind: kind, pathName: name)
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  guard lines.first == "---" else {
    faults.append(entry.fault(1, "the front matter has to begin with a line of \"---\""))
    return nil
  }
  guard let end = lines.dropFirst().firstIndex(of: "---") else {
    faults.append(entry.fault(1, "the front matter has no closing line of \"---\""))
    return nil
  }
  for index in 1..<end { readLine(lines[index], number: index + 1, into: &entry, &faults) }
  for key in kind.requiredKeys where entry.values[key] == nil {
    faults.append(entry.fault(end + 1, "the key \"\(key)\" is missing"))
  }
  var reader = ProseReader(entry: entry)
  reader.read(Array(lines[(end + 1)...]), firstLine: end + 2)
  entry.prose = reader.prose
  faults += reader.faults
  return entry
}

private func readLine(
  _ line: String, number: Int, into entry: inout Entry, _ faults: inout [Diagnostic]
) {
  guard let colon = line.firstIndex(of: ":") else {
    faults.append(entry.fault(number, "not a line of the form \"key: value\""))
    return
  }
  let key = String(line[..<colon])
  let value = trimmed(String(line[line.index(after: colon)...]))
  guard entry.kind.keys.contains(key) else {
    let known = entry.kind.keys.sorted().joined(separator: ", ")
    faults.append(entry.fault(number, "unknown key \"\(key)\"; here are known: \(known)"))
    return
  }
  guard !value.isEmpty else {
    faults.append(entry.fault(number, "\"\(key)\" has no value"))
    return
  }
  if entry.values[key] != nil, !repeatableKeys.contains(key) {
    faults.append(entry.fault(number, "\"\(key)\" stands here for a second time"))
    return
  }
  entry.values[key, default: []].append(Value(text: value, line: number))
}
