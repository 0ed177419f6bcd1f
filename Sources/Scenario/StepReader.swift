/// Reads the steps of a scenario's file, one after another.
struct StepReader {
  let name: String
  let lines: [String]
  var index: Int

  private func fault(_ message: String, at line: Int? = nil) -> ScenarioFault {
    ScenarioFault(
      file: "\(name).scenario", line: (line ?? min(index, lines.count - 1)) + 1, message: message)
  }

  mutating func readAll() throws(ScenarioFault) -> [Step] {
    try read(untilEnd: false)
  }

  private mutating func read(untilEnd isInner: Bool) throws(ScenarioFault) -> [Step] {
    var steps: [Step] = []
    let start = index
    while index < lines.count {
      let line = lines[index]
      if line.isEmpty {
        index += 1
      } else if isInner, line == "end" {
        index += 1
        return steps
      } else if let mark = Self.mark(line) {
        steps.append(try message(mark))
      } else {
        steps.append(try word(line))
      }
    }
    if isInner { throw fault("`at once` wants an `end`", at: start - 1) }
    return steps
  }

  // MARK: Messages

  private struct Mark {
    var connection: String
    var isSent: Bool
    var text: String
  }

  /// `> text`, `b< text`, `>`; nil for any other line.
  private static func mark(_ line: String) -> Mark? {
    guard let index = line.firstIndex(where: { $0 == ">" || $0 == "<" }),
      line[..<index].utf8.allSatisfy({ (0x61...0x7A).contains($0) })
    else { return nil }
    let rest = line[line.index(after: index)...]
    guard rest.isEmpty || rest.hasPrefix(" ") else { return nil }
    return Mark(
      connection: String(line[..<index]), isSent: line[index] == ">",
      text: String(rest.dropFirst()))
  }

  private mutating func message(_ first: Mark) throws(ScenarioFault) -> Step {
    let start = index
    var notation = Notation()
    var isHead = true
    while index < lines.count, let mark = Self.mark(lines[index]),
      mark.connection == first.connection, mark.isSent == first.isSent
    {
      if notation.endsInMore { throw fault("nothing can follow {more}") }
      let pieces: (notation: Notation, isOpen: Bool)
      do throws(NotationFault) { pieces = try NotationReader.read(mark.text) } catch {
        throw fault(error.message)
      }
      for piece in pieces.notation.pieces {
        if mark.isSent, piece == .date || piece == .number || piece == .more || piece == .tag(nil) {
          throw fault("what is sent cannot vary; {etag:1} gives back what was remembered")
        }
        notation.add(piece)
      }
      if !pieces.isOpen, pieces.notation.pieces.last != .more {
        notation.add(isHead ? [0x0D, 0x0A] : [0x0A])
        if mark.text.isEmpty { isHead = false }
      }
      index += 1
    }
    let action: Action =
      first.isSent
      ? .send(first.connection, notation)
      : .expect(first.connection, notation, lines: start..<index)
    return Step(line: start + 1, action: action)
  }

  // MARK: Words

  private static let words =
    "`> ` and `< ` for bytes, `clock +11 s`, `clock +20 ms 190 times`, `flush`, `open b`, "
    + "`half-close`, `close`, `reset`, "
    + "`write a.txt: text`, `truncate a.txt to 10 B`, `remove a.txt`, `rename a to b`, `at once`, "
    + "`stop`, `expect close`, `expect reset`, `expect open`, `expect record`, "
    + "`expect newest record`, `expect counter NAME VALUE` and `# ` for a remark"

  private mutating func word(_ line: String) throws(ScenarioFault) -> Step {
    let start = index
    let words = line.split(separator: " ").map(String.init)
    index += 1
    do throws(NotationFault) {
      return Step(line: start + 1, action: try action(line, words))
    } catch let error {
      throw fault(error.message, at: start)
    }
  }

  private mutating func action(
    _ line: String, _ words: [String]
  ) throws(NotationFault) -> Action {
    if line.hasPrefix("# ") { return .note(String(line.dropFirst(2))) }
    let rest = words.dropFirst().joined(separator: " ")
    switch words.first {
    case "clock":
      return try clock(words)
    case "flush" where words.count == 1: return .flush
    case "stop" where words.count == 1: return .stop
    case "at" where words == ["at", "once"]:
      do throws(ScenarioFault) { return .atOnce(try read(untilEnd: true)) } catch {
        throw NotationFault(message: error.message)
      }
    case "open" where words.count <= 2: return .open(rest, receiveBytes: nil)
    case "open" where words.count == 5 && words[2] == "receiving":
      return .open(words[1], receiveBytes: try ScenarioReader.size("\(words[3]) \(words[4])"))
    case "half-close" where words.count <= 2: return .halfClose(rest)
    case "close" where words.count <= 2: return .close(rest)
    case "reset" where words.count <= 2: return .reset(rest)
    case "write", "truncate", "remove", "rename": return .change(try change(words[0], rest))
    case "expect": return try expectation(Array(words.dropFirst()))
    default: throw NotationFault(message: "no such step; there are \(Self.words)")
    }
  }

  /// `clock +11 s`, `clock +20 ms 190 times`
  private func clock(_ words: [String]) throws(NotationFault) -> Action {
    var words = words[1...]
    guard words.first?.hasPrefix("+") == true else {
      throw NotationFault(message: "the clock is set forward, as in `clock +11 s`")
    }
    var times = 1
    if words.last == "times" {
      guard words.count == 4, let count = Int(words[3]), (1...Self.timesMax).contains(count) else {
        throw NotationFault(
          message: "how often is written `clock +20 ms 190 times`, from 1 to \(Self.timesMax)")
      }
      times = count
      words = words.dropLast(2)
    }
    return .clock(
      try ScenarioReader.duration(String(words.joined(separator: " ").dropFirst())), times: times)
  }

  private static let timesMax = 10_000

  private func change(_ word: String, _ rest: String) throws(NotationFault) -> FileChange {
    switch word {
    case "write":
      guard let colon = rest.firstIndex(of: ":") else { break }
      let text = rest[rest.index(after: colon)...].drop { $0 == " " }
      return .write(String(rest[..<colon]), try NotationReader.plain(String(text)))
    case "remove" where !rest.isEmpty: return .remove(rest)
    default:
      let parts = rest.split(separator: " ", maxSplits: 2).map(String.init)
      guard parts.count == 3, parts[1] == "to" else { break }
      if word == "truncate" { return .truncate(parts[0], try ScenarioReader.size(parts[2])) }
      if word == "rename" { return .rename(parts[0], to: parts[2]) }
    }
    throw NotationFault(message: "a change is one of \(Self.words)")
  }

  private mutating func expectation(_ words: [String]) throws(NotationFault) -> Action {
    if let word = words.first, words.count <= 2, let end = ConnectionEnd(rawValue: word) {
      return .expectEnd(words.count == 2 ? words[1] : "", end)
    }
    if words.first == "counter", words.count == 3 { return .expectCounter(words[1], words[2]) }
    if words == ["newest", "record"] { return .expectRecord(.newest, try members()) }
    if words.first == "record", words.count <= 2 {
      return .expectRecord(.answer(words.count == 2 ? words[1] : ""), try members())
    }
    throw NotationFault(message: "what is expected is one of \(Self.words)")
  }

  /// The members of a record below, two spaces in.
  private mutating func members() throws(NotationFault) -> [ExpectedMember] {
    var members: [ExpectedMember] = []
    while index < lines.count, lines[index].hasPrefix("  ") {
      let line = lines[index].dropFirst(2)
      guard let colon = line.firstIndex(of: ":") else {
        throw NotationFault(message: "a member of a record is written `cause: 403.14`")
      }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      members.append(
        ExpectedMember(name: String(line[..<colon]), value: String(value), line: index + 1))
      index += 1
    }
    if members.isEmpty {
      throw NotationFault(
        message: "the members of the record follow below, as in `  cause: 403.14`")
    }
    return members
  }
}
