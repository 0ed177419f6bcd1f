internal import Message

/// The JSON Schema that editors use to complete and check a configuration while it is written.
public enum Schema {
  /// JSON Schema, draft 2020-12; ends in a line feed. It accepts everything that the server does,
  /// and refuses what can be refused without looking at other values or at the disk.
  public static func json() -> String {
    let root = ConfigSchema.root
    var members: [(String, JSONOutput)] = [
      ("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
      ("title", .text("Statusline configuration")),
    ]
    members += object(root)
    // The whole file is a mapping; only sections of it may be left empty.
    members = members.map { $0.0 == "type" ? ("type", .text("object")) : $0 }
    var definitions = ConfigSchema.sections.dropFirst().map { ($0.section.name, $0.section) }
    definitions.sort { $0.0 < $1.0 }
    // A section that stands in two places is defined once
    definitions = definitions.enumerated().filter { index, definition in
      index == 0 || definitions[index - 1].0 != definition.0
    }.map(\.element)
    members.append(
      (
        "$defs",
        .object(
          definitions.map { ($0.0, .object(object($0.1))) } + [
            ("size", pattern(.size)), ("time", pattern(.time)),
          ])
      ))
    return JSONOutput.object(members).text(.scalarsInLine) + "\n"
  }

  private static func object(_ section: ConfigSection) -> [(String, JSONOutput)] {
    var members: [(String, JSONOutput)] = [
      ("description", .text(section.documentation)),
      ("type", .array([.text("object"), .text("null")])),
      ("additionalProperties", .bool(false)),
    ]
    let required = section.keys.filter(\.isRequired).map(\.name)
    if !required.isEmpty { members.append(("required", .array(required.map { .text($0) }))) }
    if !section.choice.isEmpty {
      let choices = section.choice.map { JSONOutput.object([("required", .array([.text($0)]))]) }
      let others = section.standIns.map { name in
        JSONOutput.object([
          ("required", .array([.text(name)])),
          ("not", .object([("anyOf", .array(choices))])),
        ])
      }
      // Two stand-ins beside each other are one alternative
      let alternatives =
        others.count > 1 ? [JSONOutput.object([("anyOf", .array(others))])] : others
      members.append(("oneOf", .array(choices + alternatives)))
    }
    members.append(("properties", .object(section.keys.map { ($0.name, property($0)) })))
    return members
  }

  private static func property(_ key: ConfigKey) -> JSONOutput {
    var members: [(String, JSONOutput)] = [("description", .text(key.documentation))]
    members += type(key.type)
    if let standard = key.standard, let value = value(standard, key.type) {
      members.append(("default", value))
    } else if case .optional(let example) = key.presence, let value = value(example, key.type) {
      members.append(("examples", .array([value])))
    }
    return .object(members)
  }

  private static func type(_ type: ConfigType) -> [(String, JSONOutput)] {
    switch type {
    case .size(let range): return quantity("size", range)
    case .time(let range): return quantity("time", range)
    case .count(let range):
      return [
        ("type", .text("integer")), ("minimum", .number(range.lowerBound)),
        ("maximum", .number(range.upperBound)),
      ]
    case .boolean:
      let words = (ConfigType.affirmatives + ConfigType.negatives).map { JSONOutput.text($0) }
      return [("enum", .array([.bool(true), .bool(false)] + words))]
    case .words(let words):
      // What is a number in JSON is a text in YAML too
      let numbers = words.compactMap { UInt64($0) }.map { JSONOutput.number($0) }
      return [("enum", .array(words.map { .text($0) } + numbers))]
    case .text(let form):
      return text(form)
    case .list(let item, let single, let atLeast):
      var list: [(String, JSONOutput)] = [
        ("type", atLeast > 0 ? .text("array") : .array([.text("array"), .text("null")])),
        ("items", .object(self.type(item))),
      ]
      if atLeast > 0 { list.append(("minItems", .number(UInt64(atLeast)))) }
      guard single else { return list }
      return [("anyOf", .array([.object(self.type(item)), .object(list)]))]
    case .table(let section, let short):
      let reference = ("$ref", JSONOutput.text("#/$defs/\(section.name)"))
      guard let short, let key = section.key(short) else { return [reference] }
      return [("anyOf", .array([.object(self.type(key.type)), .object([reference])]))]
    case .entries(let name, let value):
      return [
        ("type", .array([.text("object"), .text("null")])),
        ("propertyNames", .object(text(name))), ("additionalProperties", .object(text(value))),
      ]
    }
  }

  private static func text(_ form: TextForm) -> [(String, JSONOutput)] {
    var members: [(String, JSONOutput)] = [("type", .text("string"))]
    if let pattern = form.pattern { members.append(("pattern", .text(pattern))) }
    return members
  }

  private static func quantity(
    _ name: String, _ range: ClosedRange<UInt64>
  ) -> [(String, JSONOutput)] {
    let reference = JSONOutput.object([("$ref", .text("#/$defs/\(name)"))])
    guard range.lowerBound == 0 else { return [("$ref", .text("#/$defs/\(name)"))] }
    return [("anyOf", .array([reference, .object([("const", .number(0))])]))]
  }

  private static func pattern(_ quantity: Quantity) -> JSONOutput {
    .object([("type", .text("string")), ("pattern", .text(quantity.pattern))])
  }

  /// YAML of the schema's own as JSON.
  private static func value(_ yaml: String, _ type: ConfigType) -> JSONOutput? {
    let diagnostics = Diagnostics(sources: ["schema"], bytes: [])
    return YAMLReader.read(Array(yaml.utf8), source: 0, diagnostics: diagnostics)
      .map { value($0, type) }
  }

  private static func value(_ node: YAMLNode, _ type: ConfigType) -> JSONOutput {
    switch (node.content, type) {
    case (.scalar(let text, _), .count):
      return UInt64(text).map { .number($0) } ?? .text(text)
    case (.scalar(let text, _), _): return .text(text)
    case (.sequence(let items), .list(let item, _, _)):
      return .array(items.map { value($0, item) })
    case (.sequence(let items), _): return .array(items.map { value($0, type) })
    case (.mapping(let entries), _):
      return .object(entries.map { ($0.key, value($0.value, .text(.any))) })
    }
  }
}
