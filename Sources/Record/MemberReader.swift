internal import Decide

/// Takes the members of an object one by one, each of a type that is asked for; what is left is unknown.
struct MemberReader {
  private var members: [JSONMember]
  private let start: Int
  private let line: [UInt8]

  init(_ node: JSONNode, of line: [UInt8]) throws(RecordFault) {
    guard case .object(let members) = node.value else {
      throw RecordFault(at: node.start, expected: "an object")
    }
    self.members = members
    start = node.start
    self.line = line
  }

  /// What nobody asked for.
  var rest: [RecordedMember] {
    members.map { member in
      RecordedMember(
        name: member.name,
        text: String(decoding: line[member.node.start..<member.node.end], as: UTF8.self))
    }
  }

  func isThere(_ name: String) -> Bool { members.contains { $0.name == name } }

  /// Where a member's value begins; the object's own place where it is not there.
  func offset(of name: String) -> Int {
    members.first { $0.name == name }?.node.start ?? start
  }

  /// Takes a member out; nil where it is not there or null.
  private mutating func take(_ name: String) -> JSONNode? {
    guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
    let node = members.remove(at: index).node
    if case .null = node.value { return nil }
    return node
  }

  mutating func text(_ name: String) throws(RecordFault) -> String? {
    guard let node = take(name) else { return nil }
    guard case .string(let text) = node.value else {
      throw RecordFault(at: node.start, expected: "a string for \"\(name)\"")
    }
    return text
  }

  /// A text that stands for `absent` where the member is not there; null stays nil.
  mutating func text(_ name: String, _ absent: String?) throws(RecordFault) -> String? {
    isThere(name) ? try text(name) : absent
  }

  mutating func requiredText(_ name: String, _ what: String) throws(RecordFault) -> String {
    guard let text = try text(name) else {
      throw RecordFault(at: start, expected: "an object with \(what) as \"\(name)\"")
    }
    return text
  }

  mutating func bool(_ name: String) throws(RecordFault) -> Bool? {
    guard let node = take(name) else { return nil }
    guard case .bool(let value) = node.value else {
      throw RecordFault(at: node.start, expected: "true or false for \"\(name)\"")
    }
    return value
  }

  mutating func unsigned(_ name: String) throws(RecordFault) -> UInt64? {
    try number(name)
  }

  mutating func number<Number: FixedWidthInteger>(
    _ name: String
  ) throws(RecordFault) -> Number? {
    guard let node = take(name) else { return nil }
    guard case .number(let text) = node.value, let value = Number(text), value >= 0 else {
      throw RecordFault(
        at: node.start, expected: "a whole number from 0 to \(Number.max) for \"\(name)\"")
    }
    return value
  }

  mutating func array(_ name: String) throws(RecordFault) -> [JSONNode] {
    guard let node = take(name) else { return [] }
    guard case .array(let items) = node.value else {
      throw RecordFault(at: node.start, expected: "an array for \"\(name)\"")
    }
    return items
  }

  mutating func texts(_ name: String) throws(RecordFault) -> [String] {
    var texts: [String] = []
    for item in try array(name) {
      guard case .string(let text) = item.value else {
        throw RecordFault(at: item.start, expected: "a string in \"\(name)\"")
      }
      texts.append(text)
    }
    return texts
  }

  /// The member `trace`: graph/ending/bits/configuration with what is not known left empty; an attempt's has no configuration. In records
  /// of version 1 the members `graph`, `ending`, `yes` and `config`.
  mutating func trace() throws(RecordFault) -> RecordedTrace {
    let offset = offset(of: "trace")
    guard let text = try text("trace") else {
      return RecordedTrace(
        path: try path(), ending: try number("ending"), configuration: try self.text("config"))
    }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let fault = RecordFault(
      at: offset,
      expected: "graph version, ending, hexadecimal digits and a fingerprint, with "
        + "slashes between them, for \"trace\"")
    guard parts.count == 3 || parts.count == 4 else { throw fault }
    var trace = RecordedTrace()
    if !parts[1].isEmpty {
      guard let ending = UInt8(parts[1]) else { throw fault }
      trace.ending = ending
    }
    if !parts[2].isEmpty {
      guard let graph = UInt16(parts[0]), let bits = Self.bits(parts[2]) else { throw fault }
      trace.path = RecordedPath(graph: graph, yes: bits)
    }
    if parts.count == 4, !parts[3].isEmpty { trace.configuration = parts[3] }
    return trace
  }

  /// The members `graph` and `yes`.
  private mutating func path() throws(RecordFault) -> RecordedPath? {
    let offset = offset(of: "yes")
    guard let graph: UInt16 = try number("graph"), let text = try text("yes") else { return nil }
    guard let bits = Self.bits(text) else {
      throw RecordFault(at: offset, expected: "1 to 64 hexadecimal digits for \"yes\"")
    }
    return RecordedPath(graph: graph, yes: bits)
  }

  /// The last 16 digits are the first word, and so on.
  private static func bits(_ text: String) -> AnswerBits? {
    let digits = Array(text.utf8)
    guard (1...64).contains(digits.count),
      digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
    else { return nil }
    func word(_ index: Int) -> UInt64 {
      let end = digits.count - index * 16
      guard end > 0 else { return 0 }
      return UInt64(String(decoding: digits[max(end - 16, 0)..<end], as: UTF8.self), radix: 16) ?? 0
    }
    return AnswerBits(words: (word(0), word(1), word(2), word(3)))
  }

  /// `under` is the record's rule, which evidence of a setting does not say again.
  mutating func evidence(under rule: String?) throws(RecordFault) -> RecordedEvidence? {
    guard let node = take("evidence") else { return nil }
    var members = try MemberReader(node, of: line)
    let inherited = members.isThere("key") && !members.isThere("rule") ? rule : nil
    return RecordedEvidence(
      key: try members.text("key"), position: try members.text("at"),
      rule: try members.text("rule") ?? inherited, short: try members.text("short"),
      root: try members.text("root"), under: try members.text("under"),
      message: try members.text("message"),
      part: try members.text("part"),
      offset: try members.unsigned("offset"), field: try members.text("field"),
      unit: try members.text("unit"), limit: try members.unsigned("limit"),
      measured: try members.unsigned("measured"), systemError: try members.number("errno"),
      systemErrorName: try members.text("errno_name"))
  }
}
