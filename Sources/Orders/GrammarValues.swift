internal import Wire

/// Reads the value of one item. Every error says which byte, and what would fit.
struct GrammarValue {
  let item: GrammarItem
  private let bytes: [UInt8]
  private let start: Int

  init(_ item: GrammarItem) {
    self.item = item
    bytes = item.value
    start = 0
  }

  /// A part of the value, `from` bytes behind its start.
  private init(_ item: GrammarItem, _ part: ArraySlice<UInt8>) {
    self.item = item
    var part = part
    while part.first == 0x20 { part.removeFirst() }
    start = part.startIndex
    while part.last == 0x20 { part.removeLast() }
    bytes = Array(part)
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var name: String { String(decoding: item.name, as: UTF8.self) }

  func problem(_ message: String) -> GrammarProblem {
    GrammarProblem(at: item.offset(of: start), message)
  }

  /// `"delay" takes a time such as 2s, not "soon"`.
  func wrong(_ fitting: String) -> GrammarProblem {
    let found = bytes.isEmpty ? "and here is nothing" : "not \(GrammarText.quoted(bytes))"
    return problem("\"\(GrammarText.shown(item.name))\" takes \(fitting), \(found)")
  }

  private func parts(_ separator: UInt8) -> [GrammarValue] {
    let pieces = item.value[start..<(start + bytes.count)].split(
      separator: separator, omittingEmptySubsequences: false)
    return pieces.map { GrammarValue(item, $0) }
  }

  // MARK: Numbers

  func number(_ range: ClosedRange<UInt64>) throws(GrammarProblem) -> UInt64 {
    guard !bytes.isEmpty, bytes.count <= 20, bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
      let number = UInt64(text), range.contains(number)
    else { throw wrong("a whole number from \(range.lowerBound) to \(range.upperBound)") }
    return number
  }

  private static let timeUnits: [(name: String, milliseconds: Double)] = [
    ("ms", 1), ("s", 1000), ("min", 60_000), ("m", 60_000), ("h", 3_600_000),
  ]
  private static let sizeUnits: [(name: String, bytes: Double)] = [
    ("KiB", 1024), ("MiB", 1_048_576), ("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("B", 1),
    ("", 1),
  ]

  private func split() -> (number: Double, unit: String)? {
    let digits = bytes.prefix { $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2E }
    guard !digits.isEmpty, digits.count <= 12,
      let number = Double(String(decoding: digits, as: UTF8.self))
    else { return nil }
    let unit = trimmed(bytes[digits.endIndex...])
    return (number, String(decoding: unit, as: UTF8.self))
  }

  /// Milliseconds: `2s`, `250ms`, `1.5 min`; 0 needs no unit.
  func time(upTo limit: UInt64 = RehearsalOrder.timeMax) throws(GrammarProblem) -> UInt64 {
    guard let (number, unit) = split() else { throw wrong("a time such as 2s or 250ms") }
    if unit.isEmpty, number == 0 { return 0 }
    guard let factor = Self.timeUnits.first(where: { $0.name == unit })?.milliseconds else {
      if unit.isEmpty {
        let number = GrammarText.shown(trimmed(bytes[...]))
        throw wrong("a time with its unit, such as \(number)ms or \(number)s")
      }
      throw wrong("a time in ms, s, min or h")
    }
    guard number * factor <= Double(limit) else {
      throw wrong("24 h at the most")
    }
    return UInt64(number * factor)
  }

  /// Bytes: `1KiB`, `10 MB`, `512`.
  func size() throws(GrammarProblem) -> UInt64 {
    guard let (number, unit) = split(),
      let factor = Self.sizeUnits.first(where: { $0.name == unit })?.bytes
    else { throw wrong("a size such as 512, 1KiB or 2MiB") }
    guard number * factor <= Double(RehearsalOrder.contentBytesMax) else {
      throw wrong("16 MiB at the most")
    }
    return UInt64(number * factor)
  }

  /// `1KiB/s`, `10B/100ms`.
  func pace() throws(GrammarProblem) -> Performance.Pace {
    let sides = parts(UInt8(ascii: "/"))
    guard sides.count == 2 else { throw wrong("a rate such as 1KiB/s or 10B/100ms") }
    let bytes = try sides[0].size()
    // "1KiB/s" is a second
    let isUnit = sides[1].bytes.first.map { $0 < 0x30 || $0 > 0x39 } ?? true
    let unit = Self.timeUnits.first { $0.name == sides[1].text }?.milliseconds
    let time = isUnit ? unit.map { UInt64($0) } ?? 0 : try sides[1].time()
    guard bytes > 0, time > 0 else { throw wrong("a rate such as 1KiB/s or 10B/100ms") }
    // Pieces that flow, where the rate allows it
    var (piece, pause) = (bytes, time)
    while pause >= 200, piece.isMultiple(of: 2), pause.isMultiple(of: 2) {
      (piece, pause) = (piece / 2, pause / 2)
    }
    return Performance.Pace(pieceBytes: piece, pause: pause)
  }

  // MARK: Chance

  /// What `Chance` has found wrong, told as the grammar's.
  func problem(_ fault: ChanceFault) -> GrammarProblem {
    GrammarProblem(
      at: item.offset(of: start + fault.offset),
      "\"\(GrammarText.shown(item.name))\": \(GrammarText.plain(fault.reason)), as in \(fault.fits)"
    )
  }

  // MARK: Statuses

  /// `100`, `102*3,103`.
  func interims() throws(GrammarProblem) -> [UInt16] {
    var statuses: [UInt16] = []
    for part in parts(UInt8(ascii: ",")) {
      let (value, count) = try part.times()
      guard value.bytes.count == 3, let status = UInt16(value.text),
        (100...199).contains(status), status != 101
      else { throw value.wrong("an interim status: 100, or 102 to 199") }
      for _ in 0..<count { statuses.append(status) }
      if statuses.count > 64 { throw part.problem("more than 64 interim responses") }
    }
    return statuses
  }

  /// What stands in front of `*3`, and how often it is meant.
  private func times() throws(GrammarProblem) -> (GrammarValue, Int) {
    let sides = parts(UInt8(ascii: "*"))
    guard sides.count == 2 else { return (self, 1) }
    return (sides[0], Int(try sides[1].number(1...256)))
  }

  // MARK: Faults, fields

  func fault() throws(GrammarProblem) -> WireFault {
    do throws(WireFault.Misfit) {
      return try WireFault.read(text)
    } catch {
      throw problem(GrammarText.plain(error.description))
    }
  }

  /// `yes` and `no`; a name alone is yes.
  func flag() throws(GrammarProblem) -> Bool {
    switch text {
    case "", "yes", "true", "on", "1": return true
    case "no", "false", "off", "0": return false
    default: throw wrong("yes or no")
    }
  }

  /// Names of fields, in lower case.
  func names() throws(GrammarProblem) -> [[UInt8]] {
    var found: [[UInt8]] = []
    for part in parts(UInt8(ascii: ",")) {
      guard GrammarText.isToken(part.bytes) else { throw part.wrong("names of fields") }
      let name = part.bytes.map(lowercase)
      // The id may be left out on purpose, as Date may; the mark and the frame may not
      if GrammarText.isServers(name), !name.elementsEqual("x-request-id".utf8) {
        throw part.problem("\"\(GrammarText.shown(name))\" is written by the server itself")
      }
      found.append(name)
    }
    return found
  }

  /// `Name: value`.
  func field() throws(GrammarProblem) -> RehearsedField {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), GrammarText.isToken(bytes[..<colon])
    else { throw wrong("a field such as X-Colour:red") }
    let value = bytes[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
    return try field(
      named: Array(bytes[..<colon]), value: trimmed(value), from: start + value.startIndex)
  }

  func field(
    named name: [UInt8], value: [UInt8], from begin: Int = 0
  ) throws(GrammarProblem) -> RehearsedField {
    let lower = name.map(lowercase)
    if GrammarText.isServers(lower) {
      throw problem(
        "\"\(GrammarText.shown(lower))\" is written by the server itself")
    }
    if let bad = value.firstIndex(where: { $0 == 0 || $0 == 0x0A || $0 == 0x0D }) {
      throw GrammarProblem(
        at: item.offset(of: begin + bad),
        "a field's value has no line feed, carriage return or NUL in it")
    }
    return RehearsedField(name, value)
  }
}

/// Words and names of the grammar.
public enum GrammarText {
  /// Fields that frame the message or mark it: nobody else writes them.
  private static let framing = [
    "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection",
    "trailer",
    "te", "x-request-id", "rehearse", "rehearsed",
  ]

  /// Whether the server alone writes a field; the name is in lower case.
  public static func isServers(_ name: [UInt8]) -> Bool {
    framing.contains { name.elementsEqual($0.utf8) }
  }

  static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty
      && bytes.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  /// Bytes from outside, printable and not too long.
  static func shown(_ bytes: some Collection<UInt8>) -> String {
    let text = String(
      decoding: bytes.prefix(40).map { $0 > 0x1F && $0 < 0x7F && $0 != 0x22 ? $0 : 0x3F },
      as: UTF8.self)
    return bytes.count > 40 ? text + "..." : text
  }

  /// A sentence of ours that may quote what came.
  static func plain(_ text: String) -> String {
    String(decoding: text.utf8.map { $0 > 0x1F && $0 < 0x7F ? $0 : 0x3F }, as: UTF8.self)
  }

  static func quoted(_ bytes: some Collection<UInt8>) -> String { "\"\(shown(bytes))\"" }

  /// The word with at most a third of its letters wrong; nil where none is that near.
  static func nearest(_ word: [UInt8], among candidates: [String]) -> String? {
    guard word.count <= 32 else { return nil }
    let found = candidates.map { ($0, distance(word, Array($0.utf8))) }.min { $0.1 < $1.1 }
    guard let (name, edits) = found, edits <= max(1, name.utf8.count / 3) else { return nil }
    return name
  }

  /// Edits that turn one into the other; a swap of neighbours is one.
  private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: other.count + 1)
    var last = Array(0...other.count)
    for i in one.indices {
      var row = [i + 1]
      for j in other.indices {
        let change = last[j] + (one[i] == other[j] ? 0 : 1)
        row.append(min(change, last[j + 1] + 1, row[j] + 1))
        if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] {
          row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
        }
      }
      beforeLast = last
      last = row
    }
    return last[other.count]
  }
}
