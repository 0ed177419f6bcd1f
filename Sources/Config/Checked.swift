/// A value that the schema has accepted, and where it stands.
struct Checked: Sendable {
  indirect enum Value: Sendable {
    /// Bytes, milliseconds or a count.
    case number(UInt64)
    case flag(Bool)
    case text(String)
    case list([Checked])
    case table(Table)
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
  var section: ConfigSection
  var position: Position
  /// The path of keys that leads here.
  var keys: String
  var values: [String: Checked] = [:]

  func keys(_ key: ConfigKey) -> String { joined(keys, key.name) }

  func has(_ key: ConfigKey) -> Bool { values[key.name] != nil }

  /// Whether the key is written in a source, rather than a default.
  func isWritten(_ key: ConfigKey) -> Bool {
    values[key.name].map { !$0.position.isBuiltIn } ?? false
  }

  func number(_ key: ConfigKey) -> Sourced<UInt64> {
    guard let checked = values[key.name], case .number(let number) = checked.value else {
      return Sourced(0, at: position)
    }
    return Sourced(number, at: checked.position)
  }

  func flag(_ key: ConfigKey) -> Sourced<Bool> {
    guard let checked = values[key.name], case .flag(let flag) = checked.value else {
      return Sourced(false, at: position)
    }
    return Sourced(flag, at: checked.position)
  }

  func text(_ key: ConfigKey) -> Sourced<String>? {
    guard let checked = values[key.name], case .text(let text) = checked.value else { return nil }
    return Sourced(text, at: checked.position)
  }

  func word<Word: RawRepresentable<String> & Sendable>(
    _ key: ConfigKey, as type: Word.Type = Word.self
  ) -> Sourced<Word>? {
    guard let text = text(key), let word = Word(rawValue: text.value) else { return nil }
    return Sourced(word, at: text.position)
  }

  func list(_ key: ConfigKey) -> [Checked] {
    guard let checked = values[key.name], case .list(let items) = checked.value else { return [] }
    return items
  }

  func texts(_ key: ConfigKey) -> [Sourced<String>] {
    list(key).compactMap { item in
      guard case .text(let text) = item.value else { return nil }
      return Sourced(text, at: item.position)
    }
  }

  func table(_ key: ConfigKey) -> Table? {
    guard let checked = values[key.name], case .table(let table) = checked.value else { return nil }
    return table
  }

  func entries(_ key: ConfigKey) -> [CheckedEntry] {
    guard let checked = values[key.name], case .entries(let entries) = checked.value else {
      return []
    }
    return entries
  }

  func position(of key: ConfigKey) -> Position { values[key.name]?.position ?? position }
}

/// `sites[0]` and `rules` are `sites[0].rules`.
func joined(_ keys: String, _ name: String) -> String {
  keys.isEmpty ? name : "\(keys).\(name)"
}
