/// Reads a scenario's file.
public struct ScenarioReader {
  private let name: String
  private let lines: [String]
  private var index = 0
  private var title = ""
  private var lesson: [String] = []
  private var wholeReason: String?
  private var age = Duration.seconds(60)
  private var files: [MadeFile] = []
  private var config = ""

  private init(name: String, text: String) {
    self.name = name
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The scenario that `text` is; `name` is the file's name without its ending.
  public static func read(name: String, text: String) throws(ScenarioFault) -> Scenario {
    var reader = ScenarioReader(name: name, text: text)
    return try reader.readAll()
  }

  private func fault(_ message: String, at line: Int? = nil) -> ScenarioFault {
    ScenarioFault(
      file: "\(name).scenario", line: line ?? min(index, lines.count - 1) + 1, message: message)
  }

  private mutating func readAll() throws(ScenarioFault) -> Scenario {
    guard let first = lines.first, first.hasPrefix("# "), first.count > 2 else {
      throw fault("the first line is the title, as in \"# A folder that may not be listed\"")
    }
    title = String(first.dropFirst(2))
    index = 1
    readLesson()
    while index < lines.count, try readSection() {}
    var steps = StepReader(name: name, lines: lines, index: index)
    let read = try steps.readAll()
    guard !lesson.isEmpty else { throw fault("a scenario begins with what it shows", at: 2) }
    guard !config.isEmpty else { throw fault("there is no `config:`", at: 1) }
    guard !read.isEmpty else {
      throw fault("there are no steps, such as a line `> GET / HTTP/1.1`")
    }
    return Scenario(
      name: name, title: title, lesson: lesson.joined(separator: "\n"), wholeReason: wholeReason,
      age: age, files: files, config: config, steps: read, lines: lines)
  }

  private static let sections = ["files:", "config:", "age:", "whole:"]

  private mutating func readLesson() {
    while index < lines.count, !Self.sections.contains(where: { lines[index].hasPrefix($0) }) {
      lesson.append(lines[index])
      index += 1
    }
    while lesson.first?.isEmpty == true { lesson.removeFirst() }
    while lesson.last?.isEmpty == true { lesson.removeLast() }
  }

  /// False where the steps begin.
  private mutating func readSection() throws(ScenarioFault) -> Bool {
    let line = lines[index]
    if line.isEmpty {
      index += 1
      return true
    }
    guard let colon = line.firstIndex(of: ":"),
      Self.sections.contains(String(line[...colon]))
    else { return false }
    let value = line[line.index(after: colon)...].drop { $0 == " " }
    switch String(line[..<colon]) {
    case "age": age = try duration(String(value))
    case "whole":
      guard !value.isEmpty else { throw fault("`whole:` wants the reason") }
      wholeReason = String(value)
    case "files":
      try noValue(value)
      for (number, entry) in indented() where !entry.allSatisfy({ $0 == " " }) {
        files.append(try file(entry, at: number))
      }
      return true
    default:
      try noValue(value)
      config = indented().map { $0.1 + "\n" }.joined()
      while config.hasSuffix("\n\n") { config.removeLast() }
      return true
    }
    index += 1
    return true
  }

  private func noValue(_ value: Substring) throws(ScenarioFault) {
    guard value.isEmpty else { throw fault("what belongs here follows below, two spaces in") }
  }

  private func duration(_ text: String) throws(ScenarioFault) -> Duration {
    do { return try ScenarioReader.duration(text) } catch {
      throw fault(error.message)
    }
  }

  static func duration(_ text: String) throws(NotationFault) -> Duration {
    let parts = text.split(separator: " ")
    if parts.count == 2, let count = Int64(parts[0]) {
      switch parts[1] {
      case "ms": return .milliseconds(count)
      case "s": return .seconds(count)
      case "min": return .seconds(count * 60)
      case "h": return .seconds(count * 3600)
      default: break
      }
    }
    throw NotationFault(
      message: "\"\(text)\" is no time; one is written 250 ms, 11 s, 2 min or 1 h")
  }

  static func size(_ text: String) throws(NotationFault) -> Int {
    let parts = text.split(separator: " ")
    if parts.count == 2, let count = Int(parts[0]), count >= 0 {
      switch parts[1] {
      case "B": return count
      case "KiB": return count << 10
      case "MiB": return count << 20
      default: break
      }
    }
    throw NotationFault(message: "\"\(text)\" is no size; one is written 10 B, 8 KiB or 16 MiB")
  }

  /// The lines of a section, without their two spaces, and their numbers.
  private mutating func indented() -> [(Int, String)] {
    var found: [(Int, String)] = []
    index += 1
    while index < lines.count, lines[index].isEmpty || lines[index].hasPrefix("  ") {
      found.append((index + 1, String(lines[index].dropFirst(2))))
      index += 1
    }
    return found
  }

  // MARK: Files

  private static let fileForms =
    "`docs/`, `a.txt: text`, `big.bin = 3 MiB`, `link -> target` or `pipe |`, with "
    + "` [modified 2025-01-01T00:00:00Z]`, ` [mode 644]` or ` [leased]` behind the name"

  private func file(_ entry: String, at line: Int) throws(ScenarioFault) -> MadeFile {
    do throws(NotationFault) {
      if let parts = Self.split(entry, at: " -> ") {
        var file = try named(parts.0, at: line)
        file.kind = .link(to: parts.1)
        return file
      }
      if let parts = Self.split(entry, at: " = ") {
        var file = try named(parts.0, at: line)
        file.kind = .size(try Self.size(parts.1))
        return file
      }
      if entry.hasSuffix(" |") {
        var file = try named(String(entry.dropLast(2)), at: line)
        file.kind = .pipe
        return file
      }
      if let parts = Self.split(entry + " ", at: ": ") {
        var file = try named(parts.0, at: line)
        file.kind = .content(try NotationReader.plain(String(parts.1.dropLast())))
        return file
      }
      let file = try named(entry, at: line)
      if file.name.hasSuffix("/") { return file }
      throw NotationFault(message: "a file is written \(Self.fileForms)")
    } catch {
      throw fault(error.message, at: line)
    }
  }

  /// Splits at the first place that is not inside brackets.
  private static func split(_ text: String, at mark: String) -> (String, String)? {
    let bytes = Array(text.utf8)
    let wanted = Array(mark.utf8)
    var depth = 0
    for index in bytes.indices where index + wanted.count <= bytes.count {
      if bytes[index] == UInt8(ascii: "[") { depth += 1 }
      if bytes[index] == UInt8(ascii: "]") { depth -= 1 }
      if depth == 0, bytes[index..<(index + wanted.count)].elementsEqual(wanted) {
        return (
          String(decoding: bytes[..<index], as: UTF8.self),
          String(decoding: bytes[(index + wanted.count)...], as: UTF8.self)
        )
      }
    }
    return nil
  }

  private func named(_ text: String, at line: Int) throws(NotationFault) -> MadeFile {
    var name = text
    var file = MadeFile(name: "", kind: .folder, line: line)
    while name.hasSuffix("]"), let open = name.lastIndex(of: "["), open > name.startIndex {
      let attribute = String(name[name.index(after: open)...].dropLast())
      name = String(name[..<open])
      while name.hasSuffix(" ") { name.removeLast() }
      let words = attribute.split(separator: " ")
      switch words.first {
      case "leased" where words.count == 1: file.isLeased = true
      case "mode" where words.count == 2:
        guard let mode = UInt32(words[1], radix: 8) else {
          throw NotationFault(message: "a mode is written in octal digits, as in [mode 644]")
        }
        file.mode = mode
      case "modified" where words.count == 2:
        guard let time = Time.parse(String(words[1])) else {
          throw NotationFault(message: "a time is written 2025-01-01T00:00:00Z")
        }
        file.modified = time
      default: throw NotationFault(message: "there is no [\(attribute)]; \(Self.fileForms)")
      }
    }
    file.name = String(decoding: try NotationReader.plain(name), as: UTF8.self)
    guard !file.name.isEmpty, !file.name.hasPrefix("/"), !file.name.contains("..") else {
      throw NotationFault(message: "a name is relative to the scenario's own folder")
    }
    return file
  }
}

/// Times as files have them.
enum Time {
  /// `2025-01-01T00:00:00Z` in seconds since 1970.
  static func parse(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    let pattern = Array("0000-00-00T00:00:00Z".utf8)
    guard bytes.count == pattern.count else { return nil }
    for (byte, expected) in zip(bytes, pattern) {
      let fits = expected == 0x30 ? (0x30...0x39).contains(byte) : byte == expected
      if !fits { return nil }
    }
    func number(_ range: Range<Int>) -> Int64 {
      bytes[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
    // Days from the civil calendar, with the year beginning in March
    let month = number(5..<7)
    let year = number(0..<4) - (month <= 2 ? 1 : 0)
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + number(8..<10) - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    return days * 86_400 + number(11..<13) * 3600 + number(14..<16) * 60 + number(17..<19)
  }
}
