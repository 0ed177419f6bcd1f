internal import CJansson

/// Reads a schema into rules, and refuses what cannot be kept.
struct SchemaReader {
  private let root: JSONNode
  private let numbers: JSONNumbers
  private var rules: [SchemaRule] = []
  /// Rules by the pointers to their schemas.
  private var places: [[UInt8]: Int] = [:]
  /// What `$anchor` names.
  private var anchors: [[UInt8]: [UInt8]] = [:]
  /// References that are found, but not yet what they lead to.
  private var references: [(rule: Int, text: [UInt8])] = []
  private(set) var unknown: [(pointer: [UInt8], name: String)] = []
  /// Drafts 6 and 7: beside `$ref`, nothing counts.
  private var isOlder = false

  private static let depthMax = 200

  init(_ root: JSONNode, _ numbers: JSONNumbers) {
    self.root = root
    self.numbers = numbers
  }

  mutating func read() throws(SchemaFault) -> [SchemaRule] {
    try readDraft()
    _ = try rule(root, at: [], depth: 0)
    var next = 0
    while next < references.count {
      let (rule, text) = references[next]
      rules[rule].reference = try target(of: text, from: rules[rule].pointer)
      next += 1
    }
    try refuseCircles()
    return rules
  }

  private mutating func readDraft() throws(SchemaFault) {
    guard root.isObject, let node = root.member("$schema") else { return }
    guard let string = node.string else { throw fault([], "$schema", "takes a URI") }
    let text = String(decoding: string, as: UTF8.self)
    for draft in ["draft-06", "draft-07"] where text.contains(draft) { isOlder = true }
    let isKnown = isOlder || text.contains("2019-09") || text.contains("2020-12")
    if !isKnown, text.contains("json-schema.org") {
      throw fault([], "$schema", "names a draft that is not known; write for 2020-12")
    }
  }

  private func fault(_ pointer: [UInt8], _ name: String, _ message: String) -> SchemaFault {
    SchemaFault(pointer: pointer + [0x2F] + JSONPointer.escaped(Array(name.utf8)), message: message)
  }

  // MARK: Schemas

  /// The index of the rule for the schema at a place.
  private mutating func rule(
    _ node: JSONNode, at pointer: [UInt8], depth: Int
  ) throws(SchemaFault) -> Int {
    if let known = places[pointer] { return known }
    guard depth < SchemaReader.depthMax else {
      throw SchemaFault(pointer: pointer, message: "lies deeper than a schema may")
    }
    let index = rules.count
    places[pointer] = index
    rules.append(SchemaRule(pointer: pointer))
    if node.type == JSON_TRUE || node.type == JSON_FALSE {
      rules[index].verdict = node.type == JSON_TRUE
      return index
    }
    guard node.isObject else {
      throw SchemaFault(pointer: pointer, message: "is no schema: that is a mapping, true or false")
    }
    var names: [(String, JSONNode)] = []
    node.forEachMember { (name: [UInt8], value: JSONNode) in
      names.append((String(decoding: name, as: UTF8.self), value))
    }
    let hidesOthers = isOlder && node.member("$ref") != nil
    for (name, value) in names {
      let isSchemaBeside = name == "definitions" || name == "$defs"
      if hidesOthers, name != "$ref", !isSchemaBeside { continue }
      let place = pointer + [0x2F] + JSONPointer.escaped(Array(name.utf8))
      try read(name, value, Place(index: index, pointer: place, depth: depth + 1))
    }
    return index
  }

  /// Where a keyword stands: the rule it belongs to, and the pointer to its value.
  private struct Place {
    var index: Int
    var pointer: [UInt8]
    var depth: Int

    func fault(_ message: String) -> SchemaFault { SchemaFault(pointer: pointer, message: message) }
  }

  private mutating func read(
    _ name: String, _ node: JSONNode, _ place: Place
  ) throws(SchemaFault) {
    if SchemaRule.refused.contains(name) {
      throw place.fault("is not known here, and would not be kept")
    }
    if SchemaRule.silent.contains(name) {
      try readName(name, node, place)
    } else if !SchemaRule.keywords.contains(name) {
      if !name.hasPrefix("x-") { unknown.append((place.pointer, name)) }
    } else if try readNumber(name, node, place) {
    } else if try readArray(name, node, place) {
    } else if try readObject(name, node, place) {
    } else {
      try readAny(name, node, place)
    }
  }

  /// `$id` and `$anchor`: by what other schemas name this one.
  private mutating func readName(
    _ name: String, _ node: JSONNode, _ place: Place
  ) throws(SchemaFault) {
    let pointer = rules[place.index].pointer
    if name == "$id", let text = node.string, !pointer.isEmpty {
      // RFC 3986 section 4.4: a fragment alone names a place in this document
      guard text.first == 0x23 else {
        throw place.fault("makes another document of a part of this one, which is not known here")
      }
      anchors[Array(text.dropFirst())] = pointer
    }
    if name == "$anchor" {
      guard let text = node.string else { throw place.fault("takes a name") }
      anchors[Array(text)] = pointer
    }
  }

  private func count(_ node: JSONNode, _ place: Place) throws(SchemaFault) -> Int {
    guard let number = node.number(numbers), let count = number.count else {
      throw place.fault("takes a whole number of zero or more")
    }
    return count
  }

  private mutating func readNumber(
    _ name: String, _ node: JSONNode, _ place: Place
  ) throws(SchemaFault) -> Bool {
    let index = place.index
    switch name {
    case "maxLength": rules[index].maxLength = try count(node, place)
    case "minLength": rules[index].minLength = try count(node, place)
    case "maxItems": rules[index].maxItems = try count(node, place)
    case "minItems": rules[index].minItems = try count(node, place)
    case "maxContains": rules[index].maxContains = try count(node, place)
    case "minContains": rules[index].minContains = try count(node, place)
    case "maxProperties": rules[index].maxProperties = try count(node, place)
    case "minProperties": rules[index].minProperties = try count(node, place)
    case "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf":
      guard let number = node.number(numbers) else { throw place.fault("takes a number") }
      switch name {
      case "maximum": rules[index].maximum = number
      case "minimum": rules[index].minimum = number
      case "exclusiveMaximum": rules[index].exclusiveMaximum = number
      case "exclusiveMinimum": rules[index].exclusiveMinimum = number
      default:
        guard number.isDivisor else {
          throw place.fault("takes a number above zero, of up to 18 digits")
        }
        rules[index].multipleOf = number
      }
    default: return false
    }
    return true
  }

  private mutating func readArray(
    _ name: String, _ node: JSONNode, _ place: Place
  ) throws(SchemaFault) -> Bool {
    let index = place.index
    switch name {
    case "items" where node.isArray, "prefixItems":
      rules[index].firstItems = try list(node, place)
      rules[index].firstItemsName = name
    case "items":
      rules[index].items = try rule(node, at: place.pointer, depth: place.depth)
    case "additionalItems":
      let rule = try rule(node, at: place.pointer, depth: place.depth)
      // Where `items` is no list, nothing is additional
      let siblings = self.node(at: rules[index].pointer)
      if siblings?.member("items")?.isArray == true {
        rules[index].items = rule
        rules[index].itemsName = name
      }
    case "contains":
      rules[index].contains = try rule(node, at: place.pointer, depth: place.depth)
    case "uniqueItems":
      guard node.type == JSON_TRUE || node.type == JSON_FALSE else {
        throw place.fault("takes true or false")
      }
      rules[index].isUnique = node.type == JSON_TRUE
    default: return false
    }
    return true
  }

  private mutating func readObject(
    _ name: String, _ node: JSONNode, _ place: Place
  ) throws(SchemaFault) -> Bool {
    let index = place.index
    switch name {
    case "properties":
      for (name, rule) in try mapping(node, place) { rules[index].properties[name] = rule }
    case "patternProperties":
      for (name, rule) in try mapping(node, place) {
        let inner = place.pointer + [0x2F] + JSONPointer.escaped(name)
        let pattern = try name.withUnsafeBufferPointer { name throws(SchemaFault) in
          try self.pattern(name, inner)
        }
        rules[index].patternProperties.append((pattern, rule))
      }
    case "additionalProperties":
      rules[index].additionalProperties = try rule(node, at: place.pointer, depth: place.depth)
    case "propertyNames":
      rules[index].propertyNames = try rule(node, at: place.pointer, depth: place.depth)
    case "required": rules[index].required = try names(node, place)
    case "dependentRequired", "dependencies", "dependentSchemas":
      try readDependencies(name, node, place)
    case "$defs", "definitions": _ = try mapping(node, place)
    default: return false
    }
    return true
  }

  /// `dependencies` is both of the others: lists of names, and schemas.
  private mutating func readDependencies(
    _ keyword: String, _ node: JSONNode, _ place: Place
  ) throws(SchemaFault) {
    for (name, value) in try members(node, place) {
      let inner = Place(
        index: place.index, pointer: place.pointer + [0x2F] + JSONPointer.escaped(name),
        depth: place.depth + 1)
      if keyword == "dependentRequired" || keyword == "dependencies" && value.isArray {
        let needs = try names(value, inner)
        rules[place.index].dependentRequired.append((keyword, name, needs))
      } else {
        let rule = try rule(value, at: inner.pointer, depth: inner.depth)
        rules[place.index].dependentSchemas.append((name, rule))
      }
    }
  }

  private mutating func readAny(
    _ name: String, _ node: JSONNode, _ place: Place
  ) throws(SchemaFault) {
    let index = place.index
    switch name {
    case "$ref":
      guard let text = node.string else {
        throw place.fault("takes a reference, such as #/$defs/a")
      }
      references.append((index, Array(text)))
    case "type": rules[index].types = try types(node, place)
    case "const": rules[index].constant = node
    case "enum":
      guard node.isArray, json_array_size(node) > 0 else {
        throw place.fault("takes a list of values")
      }
      rules[index].choices = (0..<json_array_size(node)).compactMap { json_array_get(node, $0) }
    case "pattern":
      guard let text = node.string else { throw place.fault("takes a regular expression") }
      rules[index].pattern = try pattern(text, place.pointer)
    case "allOf": rules[index].allOf = try list(node, place)
    case "anyOf": rules[index].anyOf = try list(node, place)
    case "oneOf": rules[index].oneOf = try list(node, place)
    case "not": rules[index].not = try rule(node, at: place.pointer, depth: place.depth)
    case "if": rules[index].condition = try rule(node, at: place.pointer, depth: place.depth)
    case "then": rules[index].consequence = try rule(node, at: place.pointer, depth: place.depth)
    case "else": rules[index].alternative = try rule(node, at: place.pointer, depth: place.depth)
    default: break
    }
  }

  // MARK: Values

  private func pattern(
    _ text: UnsafeBufferPointer<UInt8>, _ pointer: [UInt8]
  ) throws(SchemaFault) -> SchemaPattern {
    do throws(SchemaPattern.Fault) {
      return try SchemaPattern(text)
    } catch {
      throw SchemaFault(
        pointer: pointer,
        message: "is no regular expression, from byte \(error.offset) on: \(error.message)")
    }
  }

  private func types(_ node: JSONNode, _ place: Place) throws(SchemaFault) -> [SchemaType] {
    let nodes =
      node.isArray ? (0..<json_array_size(node)).compactMap { json_array_get(node, $0) } : [node]
    var types: [SchemaType] = []
    for node in nodes {
      let name = node.string.map { String(decoding: $0, as: UTF8.self) }
      guard let type = name.flatMap(SchemaType.init(rawValue:)) else {
        let all = SchemaType.allCases.map(\.rawValue).joined(separator: ", ")
        throw place.fault("takes one of \(all), or a list of them")
      }
      types.append(type)
    }
    return types
  }

  private func names(_ node: JSONNode, _ place: Place) throws(SchemaFault) -> [[UInt8]] {
    guard node.isArray else { throw place.fault("takes a list of names") }
    var names: [[UInt8]] = []
    for index in 0..<json_array_size(node) {
      guard let name = json_array_get(node, index)?.string else {
        throw place.fault("takes a list of names")
      }
      names.append(Array(name))
    }
    return names
  }

  private func members(
    _ node: JSONNode, _ place: Place
  ) throws(SchemaFault) -> [([UInt8], JSONNode)] {
    guard node.isObject else { throw place.fault("takes a mapping") }
    var members: [([UInt8], JSONNode)] = []
    node.forEachMember { (name: [UInt8], value: JSONNode) in members.append((name, value)) }
    return members
  }

  private mutating func mapping(
    _ node: JSONNode, _ place: Place
  ) throws(SchemaFault) -> [([UInt8], Int)] {
    var found: [([UInt8], Int)] = []
    for (name, value) in try members(node, place) {
      let pointer = place.pointer + [0x2F] + JSONPointer.escaped(name)
      found.append((name, try rule(value, at: pointer, depth: place.depth)))
    }
    return found
  }

  private mutating func list(_ node: JSONNode, _ place: Place) throws(SchemaFault) -> [Int] {
    guard node.isArray, json_array_size(node) > 0 else {
      throw place.fault("takes a list of schemas")
    }
    var found: [Int] = []
    for index in 0..<json_array_size(node) {
      guard let value = json_array_get(node, index) else { continue }
      found.append(try rule(value, at: place.pointer + Array("/\(index)".utf8), depth: place.depth))
    }
    return found
  }

  // MARK: References

  private mutating func target(
    of text: [UInt8], from pointer: [UInt8]
  ) throws(SchemaFault) -> Int {
    guard text.first == 0x23 else {
      throw fault(
        pointer, "$ref", "leads to another document, and nothing is fetched; put it under $defs")
    }
    guard let fragment = SchemaReader.decoded(text.dropFirst()) else {
      throw fault(pointer, "$ref", "is no reference")
    }
    let place = fragment.first == 0x2F || fragment.isEmpty ? fragment : anchors[fragment]
    guard let place, let node = node(at: place) else {
      throw fault(pointer, "$ref", "leads to nothing in this document")
    }
    return try rule(node, at: place, depth: 0)
  }

  /// RFC 3986 section 2.1; nil where an escape is cut off.
  private static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var decoded: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        decoded.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
      decoded.append(value)
      rest = rest.dropFirst(2)
    }
    return decoded
  }

  private func node(at pointer: [UInt8]) -> JSONNode? {
    let parsed = pointer.withUnsafeBufferPointer { JSONPointer($0) }
    var node: JSONNode? = root
    for token in parsed?.tokens ?? [] {
      guard let parent = node else { return nil }
      if parent.isObject {
        node = parent.member(token)
      } else if parent.isArray, let index = JSONPointer.index(token) {
        node = json_array_get(parent, index)
      } else {
        return nil
      }
    }
    return parsed == nil ? nil : node
  }

  /// A value that is checked by a schema, by what that refers to, and by the first again, would be checked for ever.
  private func refuseCircles() throws(SchemaFault) {
    // Length of the longest chain that begins at a rule; 0: not known yet, -1: on the way
    var lengths = [Int](repeating: 0, count: rules.count)
    for start in rules.indices where lengths[start] == 0 {
      var stack = [start]
      while let index = stack.last {
        lengths[index] = -1
        let next = rules[index].same
        if let open = next.first(where: { lengths[$0] == 0 }) {
          stack.append(open)
          continue
        }
        if next.contains(where: { lengths[$0] < 0 }) {
          throw SchemaFault(
            pointer: rules[index].pointer, message: "comes to itself again, without an end")
        }
        lengths[index] = 1 + (next.map { lengths[$0] }.max() ?? 0)
        guard lengths[index] <= JSONSchema.chainMax else {
          throw SchemaFault(
            pointer: rules[index].pointer,
            message: "leads through more than \(JSONSchema.chainMax) schemas for one value")
        }
        stack.removeLast()
      }
    }
  }
}
