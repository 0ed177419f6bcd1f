/// What one place has said so far: a path, a query, or all lines of a field. Within it a word stands once; what it says goes over what a
/// lesser place has said.
public struct GrammarPlace {
  private var words: [[UInt8]] = []
  /// Names of fields, in lower case, that are said here.
  private var fields: [[UInt8]] = []
  /// Names of fields that are left out here.
  private var without: [[UInt8]] = []
  /// Where the value of `fault` stands, or that of a status where there is none: what may turn out to make no sense for the answer.
  public var judgedOffset: Int? { faultOffset ?? statusOffset }
  private var faultOffset: Int?
  private var statusOffset: Int?

  public init() {}

  /// Another line of the place follows, whose bytes count from its own start.
  public mutating func beginLine() { (faultOffset, statusOffset) = (nil, nil) }

  private static let repeatable = ["header", "trailer", "hint", "without"]
  private static let otherNames = [
    "code": "status", "weights": "status", "body": "content", "sleep": "delay",
    "interim": "interims",
  ]
  /// Two ways to say one thing, of which only one can hold.
  private static let rivals = [
    ("content", "size", "the content is a text of one's own, or so many bytes that are made up"),
    ("status", "sequence", "one status is drawn, or several come one after another"),
  ]

  /// Notes an item. True where its word is the first of its kind here.
  mutating func take(_ item: GrammarItem) throws(GrammarProblem) -> Bool {
    let written = String(decoding: item.name, as: UTF8.self)
    let name = Self.otherNames[written] ?? written
    // What is no word is a field, and those may stand as often as they like
    guard GrammarReader.words.contains(where: { $0.name == name }) else { return true }
    let isFirst = !words.contains { $0.elementsEqual(name.utf8) }
    if !isFirst, !Self.repeatable.contains(name) {
      let other = written == name ? "" : ", as \"\(name)\""
      let shown = GrammarText.shown(item.name)
      throw GrammarProblem(
        at: item.nameOffset, "\"\(shown)\" stands here for a second time\(other)")
    }
    for (one, other, reason) in Self.rivals where name == one || name == other {
      let rival = name == one ? other : one
      guard words.contains(where: { $0.elementsEqual(rival.utf8) }) else { continue }
      throw GrammarProblem(
        at: item.nameOffset, "\"\(written)\" cannot stand beside \"\(rival)\": \(reason)")
    }
    words.append(Array(name.utf8))
    switch name {
    case "fault": faultOffset = item.valueOffset
    case "status", "sequence": statusOffset = item.valueOffset
    default: break
    }
    return isFirst
  }

  /// Adds a field of the answer: in the place of those of its name that a lesser place has said, or left out.
  mutating func add(_ field: RehearsedField, to order: inout RehearsalOrder) {
    let name = field.name.map(lowercase)
    if !fields.contains(name) {
      order.fields.removeAll { $0.name.map(lowercase) == name }
      if !without.contains(name) { order.without.removeAll { $0 == name } }
      fields.append(name)
    }
    order.fields.append(field)
  }

  /// Leaves fields out.
  mutating func leaveOut(_ names: [[UInt8]], of order: inout RehearsalOrder) {
    if without.isEmpty { order.without = [] }
    without += names
    order.without += names
  }
}
