/// A value that the schema has accepted, and where it stands.
struct Checked {
  enum Value {
    /// Bytes, milliseconds or a count.
    case number(UInt64)
    case flag(Bool)
    case text(String)
    case list([Checked])
    case table(Table)
    /// Items that are checked when they are read, one by one, and the way to them.
    case nodes([YAMLNode], KeyTrail)
    case entries([CheckedEntry])
  }

  var value: Value
  var position: Position
}

struct CheckedEntry {
  var name: String
  var namePosition: Position
  var value: String
  var position: Position
}

/// A mapping whose keys are a section's. What is not written has its default, at `.builtIn`.
/// An object: it is handed on many times, and there may be many.
final class Table {
  private struct Written {
    var key: ConfigKey
    var value: Checked
  }

  let section: ConfigSection
  let position: Position
  private let trail: KeyTrail
  /// By the section's keys: shared by all tables of a section, of which there may be many with little written in each.
  private let standards: [Checked?]
  @exclusivity(unchecked) private var written: [Written] = []

  init(section: ConfigSection, position: Position, trail: KeyTrail, standards: [Checked?] = []) {
    self.section = section
    self.position = position
    self.trail = trail
    self.standards = standards
  }

  /// The value of a key, written or not.
  private func value(_ key: ConfigKey) -> Checked? {
    for entry in written where entry.key === key { return entry.value }
    guard let place = section.place(of: key), place < standards.count else { return nil }
    return standards[place]
  }

  func reserve(_ count: Int) { written.reserveCapacity(count) }

  /// Takes what is written of a key, for the first time.
  func write(_ value: Checked, _ key: ConfigKey) {
    written.append(Written(key: key, value: value))
  }

  /// The same with other values, at another position.
  func mapValues(at position: Position, _ change: (Checked) -> Checked) -> Table {
    let table = Table(
      section: section, position: position, trail: trail,
      standards: standards.map { $0.map(change) })
    table.written = written.map { Written(key: $0.key, value: change($0.value)) }
    return table
  }

  /// The path of keys that leads here, and to one of its keys.
  var keys: String { trail.text }
  func keys(_ key: ConfigKey) -> String { joined(keys, key.name) }

  /// Whether nothing is written but some of these keys.
  func holdsOnly(_ keys: [ConfigKey]) -> Bool {
    written.allSatisfy { entry in keys.contains { $0 === entry.key } }
  }

  func has(_ key: ConfigKey) -> Bool { value(key) != nil }

  /// Whether the key is written in a source, rather than a default.
  func isWritten(_ key: ConfigKey) -> Bool {
    value(key).map { !$0.position.isBuiltIn } ?? false
  }

  func number(_ key: ConfigKey) -> Sourced<UInt64> {
    guard let checked = value(key), case .number(let number) = checked.value else {
      return Sourced(0, at: position)
    }
    return Sourced(number, at: checked.position)
  }

  /// Nil where nobody wrote it.
  func number(ifWritten key: ConfigKey) -> UInt64? {
    isWritten(key) ? number(key).value : nil
  }

  func flag(_ key: ConfigKey) -> Sourced<Bool> {
    guard let checked = value(key), case .flag(let flag) = checked.value else {
      return Sourced(false, at: position)
    }
    return Sourced(flag, at: checked.position)
  }

  func text(_ key: ConfigKey) -> Sourced<String>? {
    guard let checked = value(key), case .text(let text) = checked.value else { return nil }
    return Sourced(text, at: checked.position)
  }

  func word<Word: RawRepresentable<String> & Sendable>(
    _ key: ConfigKey, as type: Word.Type = Word.self
  ) -> Sourced<Word>? {
    guard let text = text(key), let word = Word(rawValue: text.value) else { return nil }
    return Sourced(word, at: text.position)
  }

  func list(_ key: ConfigKey) -> [Checked] {
    guard let checked = value(key), case .list(let items) = checked.value else { return [] }
    return items
  }

  /// Takes the items of a list whose items are checked one by one, and the way to the list. Once: the table has none afterwards.
  func takeNodes(_ key: ConfigKey) -> (items: [YAMLNode], trail: KeyTrail) {
    guard let place = written.firstIndex(where: { $0.key === key }),
      case .nodes(let items, let trail) = written[place].value.value
    else { return ([], .root) }
    written[place].value.value = .list([])
    return (items, trail)
  }

  func texts(_ key: ConfigKey) -> [Sourced<String>] {
    list(key).compactMap { item in
      guard case .text(let text) = item.value else { return nil }
      return Sourced(text, at: item.position)
    }
  }

  func table(_ key: ConfigKey) -> Table? {
    guard let checked = value(key), case .table(let table) = checked.value else { return nil }
    return table
  }

  func entries(_ key: ConfigKey) -> [CheckedEntry] {
    guard let checked = value(key), case .entries(let entries) = checked.value else {
      return []
    }
    return entries
  }

  func position(of key: ConfigKey) -> Position { value(key)?.position ?? position }
}

/// `sites[0]` and `rules` are `sites[0].rules`.
func joined(_ keys: String, _ name: String) -> String {
  keys.isEmpty ? name : "\(keys).\(name)"
}

/// The way to a value: keys and numbers of items. It becomes a text only where something is to be said of the value, because there
/// may be many values of which nothing is.
struct KeyTrail: Sendable {
  /// A way that others go on from.
  final class Step: Sendable {
    fileprivate let trail: KeyTrail
    init(_ trail: KeyTrail) { self.trail = trail }
  }

  private let above: Step?
  private let name: String
  /// The item's number; -1: it is a key.
  private let index: Int

  static let root = KeyTrail("")

  init(_ name: String) {
    above = nil
    self.name = name
    index = -1
  }

  /// The way to a key of what a step leads to. Who goes on to several makes the step once.
  init(_ above: Step, key name: String) {
    self.above = above
    self.name = name
    index = -1
  }

  /// The way to an item of what a step leads to.
  init(_ above: Step, item index: Int) {
    self.above = above
    name = ""
    self.index = index
  }

  var isItem: Bool { index >= 0 }
  var text: String {
    let before = above?.trail.text ?? ""
    return isItem ? "\(before)[\(index)]" : joined(before, name)
  }
}
