internal import Synchronization

/// What the value of a key may be.
indirect enum ConfigType: Sendable {
  /// In bytes.
  case size(ClosedRange<UInt64>)
  /// In milliseconds.
  case time(ClosedRange<UInt64>)
  case count(ClosedRange<UInt64>)
  /// `on`, `true`, `yes` or `off`, `false`, `no`.
  case boolean
  case words([String])
  case text(TextForm)
  /// `single`: one value that is no list stands for a list of one.
  case list(ConfigType, single: Bool = false, atLeast: Int = 0)
  /// A mapping with the keys of a section; `short`: a value that is no mapping stands for that
  /// key's.
  case table(ConfigSection, short: String? = nil)
  /// A mapping whose keys are the user's.
  case entries(name: TextForm, value: TextForm)

  var isTable: Bool {
    if case .table = self { true } else { false }
  }

  static let affirmatives = ["on", "true", "yes"]
  static let negatives = ["off", "false", "no"]

  /// For "takes ...".
  var noun: String {
    switch self {
    case .size: "a size"
    case .time: "a time"
    case .count: "a whole number"
    case .boolean: "on or off"
    case .words(let words): alternatives(words)
    case .text(let form): form.noun
    case .list(let item, single: true, _): "\(item.noun), or a list of them"
    case .list(let item, _, _): "a list, each item \(item.noun)"
    case .table(let section, let short):
      if let short, let key = section.key(short) {
        "\(key.type.noun), or a mapping of \(key.name) and more"
      } else {
        "a mapping"
      }
    case .entries(let name, let value): "a mapping of \(name.noun) to \(value.noun)"
    }
  }
}

/// A key of the configuration: the one place where its name, type, default and meaning are written. One object each: tables are
/// asked by it.
final class ConfigKey: Sendable {
  enum Presence: Sendable {
    /// The default, as YAML.
    case standard(String)
    /// There is none; an example, as YAML.
    case optional(String)
    case required(String)
    /// A mapping whose keys have defaults of their own.
    case section
  }

  let name: String
  let type: ConfigType
  let presence: Presence
  /// One sentence or two, plain text.
  let documentation: String
  /// Different for every key, and small.
  let number: Int

  private static let numbers = Atomic<Int>(0)

  init(_ name: String, _ type: ConfigType, _ presence: Presence, _ documentation: String) {
    self.name = name
    self.type = type
    self.presence = presence
    self.documentation = documentation
    number = Self.numbers.wrappingAdd(1, ordering: .relaxed).oldValue
  }

  /// YAML that the key takes; nil for a section.
  var example: String? {
    switch presence {
    case .standard(let text), .optional(let text), .required(let text): text
    case .section: nil
    }
  }

  var standard: String? {
    guard case .standard(let text) = presence else { return nil }
    return text
  }

  var isRequired: Bool {
    guard case .required = presence else { return false }
    return true
  }
}

/// The keys of one mapping.
final class ConfigSection: Sendable {
  /// Its name in the JSON Schema.
  let name: String
  /// With an article: `a files resource`.
  let noun: String
  let documentation: String
  let keys: [ConfigKey]
  /// Those that have to be written.
  let required: [ConfigKey]
  /// The place of each key by its number; -1: it is another section's.
  private let places: [Int16]
  /// Keys of which exactly one has to be there; empty: no such choice.
  let choice: [String]
  /// Keys that can stand without any of the choice, and beside it.
  let standIns: [String]
  /// There may be very many: each is checked when it is read, so that no more than one is held in between.
  let isReadOneByOne: Bool

  init(
    _ name: String, noun: String, _ documentation: String, keys: [ConfigKey], choice: [String] = [],
    standIns: [String] = [], isReadOneByOne: Bool = false
  ) {
    self.isReadOneByOne = isReadOneByOne
    self.name = name
    self.noun = noun
    self.documentation = documentation
    self.keys = keys
    required = keys.filter(\.isRequired)
    var places = [Int16](repeating: -1, count: (keys.map(\.number).max() ?? -1) + 1)
    for (place, key) in keys.enumerated() { places[key.number] = Int16(place) }
    self.places = places
    self.choice = choice
    self.standIns = standIns
  }

  func key(_ name: String) -> ConfigKey? { keys.first { $0.name == name } }

  /// The place of a key among the section's; nil where it has no such key.
  func place(of key: ConfigKey) -> Int? {
    guard key.number < places.count, places[key.number] >= 0 else { return nil }
    return Int(places[key.number])
  }
}
