/// Holds a tree of nodes against the schema: what fits becomes checked values with all defaults
/// filled in, what does not becomes errors. Knows types; what values mean together is the
/// builder's.
final class Checker {
  let diagnostics: Diagnostics
  /// Defaults that were read already, by section and key.
  @exclusivity(unchecked) private var standards: [ObjectIdentifier: Checked?] = [:]
  @exclusivity(unchecked) private var sectionStandards: [ObjectIdentifier: [Checked?]] = [:]

  init(diagnostics: Diagnostics) { self.diagnostics = diagnostics }

  /// The value, or nil where it does not fit (which is then among the diagnostics).
  /// - Parameter name: of the key or the kind of item, for messages.
  func check(
    _ node: YAMLNode, _ type: ConfigType, name: String, trail: KeyTrail, example: String?
  ) -> Checked? {
    let place = Place(name: name, trail: trail, type: type, example: example)
    switch type {
    case .size(let range):
      return quantity(node, .size, range, place)
    case .time(let range):
      return quantity(node, .time, range, place)
    case .count(let range):
      return count(node, range, place)
    case .boolean:
      return boolean(node, place)
    case .words(let words):
      return word(node, words, place)
    case .text(let form):
      return text(node, form, place)
    case .list(let item, let single, let atLeast):
      return list(node, item, single: single, atLeast: atLeast, place)
    case .table(let section, let short):
      return table(node, section, short: short, place)
    case .entries(let nameForm, let valueForm):
      return entries(node, nameForm, valueForm, place)
    }
  }

  private struct Place {
    var name: String
    var trail: KeyTrail
    var keys: String { trail.text }
    var type: ConfigType
    var example: String?
  }

  private func refuseType(_ node: YAMLNode, _ place: Place) {
    // An empty list shows nothing of what fits
    var example = place.example.map { $0 == "[]" ? "" : ", such as \($0)" } ?? ""
    if case .list(.table(let section, nil), _, _) = place.type, place.example == "[]" {
      let required = section.keys.filter(\.isRequired).map(\.name)
      example = " with \(required.joined(separator: " and "))"
    }
    let found = node.isNull ? "and here is nothing" : "not \(node.noun)"
    diagnostics.error(
      at: node.position, keys: place.keys,
      "\(quoted(place.name)) takes \(place.type.noun)\(example), \(found)",
      suggestion: fitting(node, place.type))
  }

  /// The mapping that somebody meant who wrote one of its values alone: `{format: json}` for `json`.
  private func fitting(_ node: YAMLNode, _ type: ConfigType) -> String? {
    guard case .table(let section, _) = type, case .scalar(let text, _) = node.content,
      !node.isNull, text.utf8.count <= 60, !text.contains("\""),
      text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x5C })
    else { return nil }
    let key =
      section.keys.first { key in
        if case .words(let words) = key.type { words.contains(text) } else { false }
      }
      ?? section.keys.first { key in
        guard key.isRequired || section.choice.contains(key.name) else { return false }
        if case .text(let form) = key.type { return form.problem(in: text) == nil }
        return false
      }
    guard let key else { return nil }
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x2D...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
      default: false
      }
    }
    return "{\(key.name): \(isPlain ? text : "\"\(text)\"")}"
  }

  // MARK: Scalars

  private func quantity(
    _ node: YAMLNode, _ quantity: Quantity, _ range: ClosedRange<UInt64>, _ place: Place
  ) -> Checked? {
    guard case .scalar(let text, _) = node.content, !node.isNull else {
      refuseType(node, place)
      return nil
    }
    func refuse(_ message: String, suggestion: String? = nil) {
      diagnostics.error(
        at: node.position, keys: place.keys, "\(quoted(place.name)) \(message)",
        suggestion: suggestion)
    }
    switch quantity.read(text) {
    case .value(let value):
      guard range.contains(value) else {
        refuse(
          "is from \(quantity.write(range.lowerBound)) to \(quantity.write(range.upperBound)), "
            + "not \(quoted(text))")
        return nil
      }
      return Checked(value: .number(value), position: node.position)
    case .bare(let first, let second):
      refuse(
        "takes \(place.type.noun) with its unit; \(quoted(text)) may mean \(quoted(first)) "
          + "or \(quoted(second))")
    case .unknownUnit(let unit, let suggestion):
      refuse(
        "is measured in \(alternatives(quantity.units.map(\.name))), not in \(quoted(unit))",
        suggestion: suggestion)
    case .tooLarge:
      refuse("is at most \(quantity.write(range.upperBound)), not \(quoted(text))")
    case .malformed:
      refuseType(node, place)
    }
    return nil
  }

  private func count(_ node: YAMLNode, _ range: ClosedRange<UInt64>, _ place: Place) -> Checked? {
    guard case .scalar(let text, let isPlain) = node.content, !text.isEmpty,
      text.utf8.allSatisfy(isDigit)
    else {
      refuseType(node, place)
      return nil
    }
    guard isPlain else {
      diagnostics.error(
        at: node.position, keys: place.keys,
        "\(quoted(place.name)) takes a whole number, not a quoted text; leave out the quotation "
          + "marks")
      return nil
    }
    guard let value = UInt64(text), range.contains(value) else {
      diagnostics.error(
        at: node.position, keys: place.keys,
        "\(quoted(place.name)) is from \(range.lowerBound) to \(range.upperBound), "
          + "not \(quoted(text))")
      return nil
    }
    return Checked(value: .number(value), position: node.position)
  }

  private func boolean(_ node: YAMLNode, _ place: Place) -> Checked? {
    guard case .scalar(let text, let isPlain) = node.content, !node.isNull else {
      refuseType(node, place)
      return nil
    }
    let lower = text.lowercased()
    if isPlain || lower == "on" || lower == "off" {
      if ConfigType.affirmatives.contains(lower) {
        return Checked(value: .flag(true), position: node.position)
      }
      if ConfigType.negatives.contains(lower) {
        return Checked(value: .flag(false), position: node.position)
      }
    }
    diagnostics.error(
      at: node.position, keys: place.keys, "\(quoted(place.name)) is on or off, not \(node.noun)",
      suggestion: nearestSwitch(lower))
    return nil
  }

  private func nearestSwitch(_ text: String) -> String? {
    if text == "1" { return "on" }
    if text == "0" { return "off" }
    let known = ConfigType.affirmatives + ConfigType.negatives
    guard let nearest = Nearest.word(to: text, among: known) else { return nil }
    return ConfigType.affirmatives.contains(nearest) ? "on" : "off"
  }

  private func word(_ node: YAMLNode, _ words: [String], _ place: Place) -> Checked? {
    guard case .scalar(let text, _) = node.content, !node.isNull else {
      refuseType(node, place)
      return nil
    }
    guard words.contains(text) else {
      diagnostics.error(
        at: node.position, keys: place.keys,
        "\(quoted(place.name)) takes \(alternatives(words)), not \(quoted(text))",
        suggestion: Nearest.word(to: text, among: words))
      return nil
    }
    return Checked(value: .text(text), position: node.position)
  }

  private func text(_ node: YAMLNode, _ form: TextForm, _ place: Place) -> Checked? {
    guard case .scalar(let text, let isPlain) = node.content, !isPlain || !node.isNull else {
      refuseType(node, place)
      return nil
    }
    if let problem = form.problem(in: text) {
      diagnostics.error(
        at: node.position, keys: place.keys,
        "\(quoted(place.name)): \(quoted(text)) \(problem.message)",
        suggestion: problem.suggestion)
      return nil
    }
    return Checked(value: .text(text), position: node.position)
  }

  // MARK: Collections

  private func list(
    _ node: YAMLNode, _ item: ConfigType, single: Bool, atLeast: Int, _ place: Place
  ) -> Checked? {
    let nodes: [YAMLNode]
    switch node.content {
    case .sequence(let items): nodes = items
    case .scalar where node.isNull: nodes = []
    case .scalar where single: nodes = [node]
    case .mapping where single && item.isTable: nodes = [node]
    case .scalar, .mapping:
      refuseType(node, place)
      return nil
    }
    guard nodes.count >= atLeast else {
      diagnostics.error(
        at: node.position, keys: place.keys,
        "\(quoted(place.name)) is empty; at least one \(singular(place.name)) is needed")
      return nil
    }
    if case .table(let section, _) = item, section.isReadOneByOne {
      return Checked(value: .nodes(nodes, place.trail), position: node.position)
    }
    var items: [Checked] = []
    items.reserveCapacity(nodes.count)
    let step = KeyTrail.Step(place.trail)
    for (index, node) in nodes.enumerated() {
      let checked = check(
        node, item, name: place.name, trail: KeyTrail(step, item: index), example: nil)
      if let checked { items.append(checked) }
    }
    return Checked(value: .list(items), position: node.position)
  }

  private func singular(_ name: String) -> String {
    name == "listen" ? "address" : name.hasSuffix("s") ? String(name.dropLast()) : "value"
  }

  private func entries(
    _ node: YAMLNode, _ nameForm: TextForm, _ valueForm: TextForm, _ place: Place
  ) -> Checked? {
    var written: [YAMLEntry] = []
    if case .mapping(let entries) = node.content {
      written = entries
    } else if !node.isNull {
      refuseType(node, place)
      return nil
    }
    var checked: [CheckedEntry] = []
    var seen: [String: Position] = [:]
    let step = KeyTrail.Step(place.trail)
    for entry in written {
      let trail = KeyTrail(step, key: entry.key)
      let namePlace = Place(name: place.name, trail: trail, type: .text(nameForm), example: nil)
      let nameNode = YAMLNode(
        content: .scalar(entry.key, isPlain: false), position: entry.keyPosition)
      let valuePlace = Place(name: entry.key, trail: trail, type: .text(valueForm), example: nil)
      let name = text(nameNode, nameForm, namePlace)
      let value = text(entry.value, valueForm, valuePlace)
      // Field names and extensions are the same in any case.
      if let first = seen.updateValue(entry.keyPosition, forKey: entry.key.lowercased()) {
        diagnostics.error(
          at: entry.keyPosition, keys: trail.text,
          "\(quoted(entry.key)) is already written at \(diagnostics.text(of: first))")
        continue
      }
      guard name != nil, let value, case .text(let text) = value.value else { continue }
      checked.append(
        CheckedEntry(
          name: entry.key, namePosition: entry.keyPosition, value: text, position: value.position))
    }
    return Checked(value: .entries(checked), position: node.position)
  }

  // MARK: Tables

  private func table(
    _ node: YAMLNode, _ section: ConfigSection, short: String?, _ place: Place
  ) -> Checked? {
    var written: [YAMLEntry] = []
    switch node.content {
    case .mapping(let entries): written = entries
    case .scalar where node.isNull && short == nil: written = []
    case .scalar:
      guard let short, !node.isNull else {
        refuseType(node, place)
        return nil
      }
      written = [YAMLEntry(key: short, keyPosition: node.position, value: node)]
    case .sequence:
      guard let short, let key = section.key(short), case .list = key.type else {
        refuseType(node, place)
        return nil
      }
      written = [YAMLEntry(key: short, keyPosition: node.position, value: node)]
    }
    let table = Table(
      section: section, position: node.position, trail: place.trail,
      standards: standards(of: section))
    table.reserve(written.count)
    // Of what is written in its short form, the key was not written: an item of a list goes by the list's name
    let isShortItem = short != nil && isScalar(node) && place.trail.isItem
    let step = KeyTrail.Step(place.trail)
    for entry in written {
      guard let key = section.key(entry.key) else {
        refuseKey(entry, of: section, place)
        continue
      }
      let checked = check(
        entry.value, key.type, name: isShortItem ? place.name : key.name,
        trail: isShortItem ? place.trail : KeyTrail(step, key: key.name), example: key.example)
      // A value that does not fit has been told; the default stands in for what comes after.
      if let checked { table.write(checked, key) }
    }
    fill(table, written: written, place)
    return Checked(value: .table(table), position: node.position)
  }

  private func isScalar(_ node: YAMLNode) -> Bool {
    if case .scalar = node.content { true } else { false }
  }

  /// The defaults of a section's keys, which a table begins with.
  private func standards(of section: ConfigSection) -> [Checked?] {
    if let known = sectionStandards[ObjectIdentifier(section)] { return known }
    let values = section.keys.map { standard($0, of: section) }
    sectionStandards[ObjectIdentifier(section)] = values
    return values
  }

  /// Errors for what has to be written and is not.
  private func fill(_ table: Table, written: [YAMLEntry], _ place: Place) {
    let section = table.section
    for key in section.required where !written.contains(where: { $0.key == key.name }) {
      diagnostics.error(
        at: table.position, keys: place.keys,
        "\(section.noun) needs the key \(quoted(key.name)): \(key.type.noun)")
    }
    guard !section.choice.isEmpty else { return }
    let chosen = written.filter { section.choice.contains($0.key) }
    if chosen.isEmpty {
      if written.contains(where: { section.standIns.contains($0.key) }) { return }
      let words = alternatives(section.choice.map { quoted($0) })
      diagnostics.error(
        at: table.position, keys: place.keys, "\(section.noun) needs one of the keys \(words)")
    } else if chosen.count > 1 {
      diagnostics.error(
        at: chosen[1].keyPosition, keys: joined(place.keys, chosen[1].key),
        "\(section.noun) takes either \(alternatives(section.choice.map { quoted($0) })), "
          + "not both; \(quoted(chosen[0].key)) is at "
          + diagnostics.text(of: chosen[0].keyPosition))
    }
  }

  private func refuseKey(_ entry: YAMLEntry, of section: ConfigSection, _ place: Place) {
    guard !diagnostics.isFull else {
      return diagnostics.error(at: entry.keyPosition, keys: place.keys, "")
    }
    var message = "unknown key \(quoted(entry.key)) in \(section.noun)"
    let nearest = Nearest.word(to: entry.key, among: section.keys.map(\.name))
    if nearest == nil {
      if let home = ConfigSchema.sections.first(where: { $0.section.key(entry.key) != nil }) {
        message += "; it belongs in \(home.section.noun): \(joined(home.path, entry.key))"
      } else {
        message += ", which takes \(alternatives(section.keys.map(\.name), "and"))"
      }
    }
    diagnostics.error(
      at: entry.keyPosition, keys: joined(place.keys, entry.key), message, suggestion: nearest)
  }

  /// The default of a key, read from its YAML once.
  private func standard(_ key: ConfigKey, of section: ConfigSection) -> Checked? {
    // A choice that is not made has no defaults.
    if section.choice.contains(key.name) || section.standIns.contains(key.name) { return nil }
    if let known = standards[ObjectIdentifier(key)] { return known }
    let checked: Checked?
    switch (key.presence, key.type) {
    case (.section, .table(let section, _)):
      let table = Table(
        section: section, position: .builtIn, trail: KeyTrail(key.name),
        standards: standards(of: section))
      checked = Checked(value: .table(table), position: .builtIn)
    case (.standard(let yaml), _):
      checked = read(yaml, key)
    default:
      checked = nil
    }
    standards[ObjectIdentifier(key)] = .some(checked)
    return checked
  }

  private func read(_ yaml: String, _ key: ConfigKey) -> Checked? {
    let node = YAMLReader.read(Array(yaml.utf8), source: 0, diagnostics: diagnostics)
    guard let node else { return nil }
    let checked = check(
      node, key.type, name: key.name, trail: KeyTrail(key.name), example: key.example)
    return checked.map(Self.builtIn)
  }

  /// The same value at `.builtIn`: the line and column of a default's YAML say nothing.
  private static func builtIn(_ checked: Checked) -> Checked {
    var value = checked.value
    if case .list(let items) = value { value = .list(items.map(builtIn)) }
    if case .table(let written) = value {
      value = .table(written.mapValues(at: .builtIn, builtIn))
    }
    return Checked(value: value, position: .builtIn)
  }
}
