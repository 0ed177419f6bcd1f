/// A value that the schema has accepted, and where it stands.
struct Checked: Sendable {
  enum Value: Sendable {
    /// Bytes, milliseconds or a count.
    case number(UInt64)
    case flag(Bool)
    case text(String)
    case list([Checked])
    indirect case table(Table)
    case entries([CheckedEntry])
  }

  var value: Value
  var position: Position
}

struct CheckedEntry: Sendable {
  var name: String
  var namePosition: Position
  var value: String
  var position: Position
}

/// A mapping whose keys are a section's. What is not written has its default, at `.builtIn`.
struct Table: Sendable {
  private struct Written: Sendable {
    var key: ConfigKey
    var value: Checked
  }

  let section: ConfigSection
  var position: Position
  private let trail: KeyTrail
  /// By the section's keys: shared by all tables of a section, of which there may be many with little written in each.
  private var standards: [Checked?]
  private var written: [Written] = []

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

  mutating func reserve(_ count: Int) { written.reserveCapacity(count) }

  /// Takes what is written of a key, for the first time.
  mutating func write(_ value: Checked, _ key: ConfigKey) {
    written.append(Written(key: key, value: value))
  }

  /// The same with other values.
  func mapValues(_ change: (Checked) -> Checked) -> Table {
    var table = self
    table.standards = standards.map { $0.map(change) }
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
final class KeyTrail: Sendable {
  private let above: KeyTrail?
  private let name: String
  /// The item's number; -1: it is a key.
  private let index: Int

  static let root = KeyTrail("")

  init(_ name: String) {
    above = nil
    self.name = name
    index = -1
  }

  private init(_ above: KeyTrail, _ name: String, _ index: Int) {
    self.above = above
    self.name = name
    self.index = index
  }

  func key(_ name: String) -> KeyTrail { KeyTrail(self, name, -1) }
  func item(_ index: Int) -> KeyTrail { KeyTrail(self, "", index) }

  var isItem: Bool { index >= 0 }
  var text: String {
    let before = above?.text ?? ""
    return isItem ? "\(before)[\(index)]" : joined(before, name)
  }
}
