internal import CJansson

/// One check of one document: finds the first keyword that it breaks.
struct SchemaCheck {
  private let schema: JSONSchema
  /// What may still be done: about one for a keyword that is looked at, and for a step of a regular expression.
  private var work: Int
  private var depth = 0
  /// The way to the value that is looked at.
  private var place: [Step] = []
  private var violation: SchemaViolation?
  /// Above 0 it does not matter what is broken: another schema may hold.
  private var silence = 0

  private enum Step {
    case name([UInt8])
    case index(Int)
  }

  private struct Excess: Error {}

  /// Most schemas and values within each other.
  private static let depthMax = 1000

  init(_ schema: JSONSchema, bytes: Int) {
    self.schema = schema
    work = 1_000_000 + 16 * bytes
  }

  mutating func outcome(of node: JSONNode) -> SchemaOutcome {
    do throws(Excess) {
      guard try !holds(node, 0) else { return .holds }
    } catch {
      return .excessive
    }
    return violation.map { .breaks($0) } ?? .excessive
  }

  private mutating func spend(_ amount: Int) throws(Excess) {
    work -= amount
    if work < 0 { throw Excess() }
  }

  /// Notes what is broken, where that is asked for; always false.
  private mutating func breaks(_ rule: SchemaRule, _ keyword: String) -> Bool {
    guard silence == 0, violation == nil else { return false }
    var instance: [UInt8] = []
    for step in place {
      instance.append(0x2F)
      switch step {
      case .name(let name): instance += JSONPointer.escaped(name)
      case .index(let index): instance += Array(String(index).utf8)
      }
    }
    // `false` is a schema without keywords
    let isWhole = keyword.isEmpty
    violation = SchemaViolation(
      instance: instance,
      schema: rule.pointer + (isWhole ? [] : [0x2F] + JSONPointer.escaped(Array(keyword.utf8))),
      keyword: isWhole ? "false" : keyword)
    return false
  }

  /// Whether a value keeps a schema.
  private mutating func holds(_ node: JSONNode, _ index: Int) throws(Excess) -> Bool {
    let rule = schema.rules[index]
    depth += 1
    defer { depth -= 1 }
    try spend(4)
    guard depth <= SchemaCheck.depthMax else { throw Excess() }
    if let verdict = rule.verdict { return verdict ? true : breaks(rule, "") }
    guard try keepsValue(node, rule), try keepsOthers(node, rule) else { return false }
    if let number = node.number(schema.numbers) { return keepsNumber(number, rule) }
    switch node.type {
    case JSON_STRING: return try keepsString(node, rule)
    case JSON_ARRAY: return try keepsArray(node, rule)
    case JSON_OBJECT: return try keepsObject(node, rule)
    default: return true
    }
  }

  /// The same without a note of what is broken.
  private mutating func quietly(_ node: JSONNode, _ index: Int) throws(Excess) -> Bool {
    silence += 1
    defer { silence -= 1 }
    return try holds(node, index)
  }

  private mutating func inner(
    _ node: JSONNode, _ step: Step, _ index: Int
  ) throws(Excess) -> Bool {
    place.append(step)
    defer { place.removeLast() }
    return try holds(node, index)
  }

  // MARK: Any value

  private mutating func keepsValue(_ node: JSONNode, _ rule: SchemaRule) throws(Excess) -> Bool {
    if let types = rule.types, !types.contains(where: { node.isOf($0, schema.numbers) }) {
      return breaks(rule, "type")
    }
    if let constant = rule.constant, !node.isEqual(to: constant, schema.numbers) {
      return breaks(rule, "const")
    }
    if let choices = rule.choices {
      try spend(choices.count)
      if !choices.contains(where: { node.isEqual(to: $0, schema.numbers) }) {
        return breaks(rule, "enum")
      }
    }
    return true
  }

  private mutating func keepsOthers(_ node: JSONNode, _ rule: SchemaRule) throws(Excess) -> Bool {
    if let reference = rule.reference, try !holds(node, reference) { return false }
    for index in rule.allOf where try !holds(node, index) { return false }
    if let anyOf = rule.anyOf {
      var isAny = false
      for index in anyOf where !isAny { isAny = try quietly(node, index) }
      if !isAny { return breaks(rule, "anyOf") }
    }
    if let oneOf = rule.oneOf {
      var count = 0
      for index in oneOf where try quietly(node, index) { count += 1 }
      if count != 1 { return breaks(rule, "oneOf") }
    }
    if let not = rule.not, try quietly(node, not) { return breaks(rule, "not") }
    if let condition = rule.condition {
      let next = try quietly(node, condition) ? rule.consequence : rule.alternative
      if let next, try !holds(node, next) { return false }
    }
    return true
  }

  // MARK: Numbers and strings

  private mutating func keepsNumber(_ number: Decimal, _ rule: SchemaRule) -> Bool {
    if let maximum = rule.maximum, maximum < number { return breaks(rule, "maximum") }
    if let minimum = rule.minimum, number < minimum { return breaks(rule, "minimum") }
    if let bound = rule.exclusiveMaximum, !(number < bound) {
      return breaks(rule, "exclusiveMaximum")
    }
    if let bound = rule.exclusiveMinimum, !(bound < number) {
      return breaks(rule, "exclusiveMinimum")
    }
    if let divisor = rule.multipleOf, !number.isMultiple(of: divisor) {
      return breaks(rule, "multipleOf")
    }
    return true
  }

  private mutating func keepsString(_ node: JSONNode, _ rule: SchemaRule) throws(Excess) -> Bool {
    guard let text = node.string else { return true }
    if rule.maxLength != nil || rule.minLength != nil {
      try spend(text.count / 64)
      // RFC 8259 section 8.2: a string's length is that of its characters
      let length = text.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
      if let most = rule.maxLength, length > most { return breaks(rule, "maxLength") }
      if let least = rule.minLength, length < least { return breaks(rule, "minLength") }
    }
    if let pattern = rule.pattern, try !matches(text, pattern) { return breaks(rule, "pattern") }
    return true
  }

  private mutating func matches(
    _ text: UnsafeBufferPointer<UInt8>, _ pattern: SchemaPattern
  ) throws(Excess) -> Bool {
    try spend(8)
    guard let isMatch = pattern.matches(text, steps: &work) else { throw Excess() }
    return isMatch
  }

  // MARK: Arrays

  private mutating func keepsArray(_ node: JSONNode, _ rule: SchemaRule) throws(Excess) -> Bool {
    let count = json_array_size(node)
    if let most = rule.maxItems, count > most { return breaks(rule, "maxItems") }
    if let least = rule.minItems, count < least { return breaks(rule, "minItems") }
    var found = 0
    for index in 0..<count {
      guard let item = json_array_get(node, index) else { continue }
      let first = index < rule.firstItems.count ? rule.firstItems[index] : rule.items
      if let first, try !inner(item, .index(index), first) { return false }
      if let contains = rule.contains, try quietly(item, contains) { found += 1 }
    }
    if rule.contains != nil {
      if let most = rule.maxContains, found > most { return breaks(rule, "maxContains") }
      guard found >= rule.minContains ?? 1 else {
        return breaks(rule, rule.minContains == nil ? "contains" : "minContains")
      }
    }
    if rule.isUnique, try !isUnique(node, count) { return breaks(rule, "uniqueItems") }
    return true
  }

  private mutating func isUnique(_ node: JSONNode, _ count: Int) throws(Excess) -> Bool {
    var seen: [Int: [JSONNode]] = [:]
    for index in 0..<count {
      guard let item = json_array_get(node, index) else { continue }
      try spend(1 + item.measure().weight / 64)
      let hash = item.hash(schema.numbers)
      for other in seen[hash] ?? [] where item.isEqual(to: other, schema.numbers) { return false }
      seen[hash, default: []].append(item)
    }
    return true
  }

  // MARK: Objects

  private mutating func keepsObject(_ node: JSONNode, _ rule: SchemaRule) throws(Excess) -> Bool {
    let count = json_object_size(node)
    if let most = rule.maxProperties, count > most { return breaks(rule, "maxProperties") }
    if let least = rule.minProperties, count < least { return breaks(rule, "minProperties") }
    try spend(rule.required.count + rule.dependentRequired.count + rule.dependentSchemas.count)
    for name in rule.required where node.member(name) == nil { return breaks(rule, "required") }
    for (keyword, name, needs) in rule.dependentRequired where node.member(name) != nil {
      try spend(needs.count)
      if needs.contains(where: { node.member($0) == nil }) { return breaks(rule, keyword) }
    }
    for (name, index) in rule.dependentSchemas where node.member(name) != nil {
      if try !holds(node, index) { return false }
    }
    guard
      !rule.properties.isEmpty || !rule.patternProperties.isEmpty
        || rule.additionalProperties != nil || rule.propertyNames != nil
    else { return true }
    var members: [([UInt8], JSONNode)] = []
    node.forEachMember { (name: [UInt8], value: JSONNode) in members.append((name, value)) }
    for (name, value) in members where try !keepsMember(name, value, rule) { return false }
    return true
  }

  private mutating func keepsMember(
    _ name: [UInt8], _ value: JSONNode, _ rule: SchemaRule
  ) throws(Excess) -> Bool {
    if let names = rule.propertyNames {
      // The name is checked as the value that it would be
      guard let node = JSONNode.string(name) else { throw Excess() }
      let held = JSONValue(owning: node)
      place.append(.name(name))
      defer { place.removeLast() }
      if try !holds(held.node, names) { return false }
    }
    var isNamed = false
    if let index = rule.properties[name] {
      isNamed = true
      if try !inner(value, .name(name), index) { return false }
    }
    for (pattern, index) in rule.patternProperties {
      let isMatch = try name.withUnsafeBufferPointer { name throws(Excess) in
        try matches(name, pattern)
      }
      guard isMatch else { continue }
      isNamed = true
      if try !inner(value, .name(name), index) { return false }
    }
    if !isNamed, let others = rule.additionalProperties {
      // What is not foreseen is told by the keyword that does not foresee it
      if schema.rules[others].verdict == false {
        place.append(.name(name))
        defer { place.removeLast() }
        return breaks(rule, "additionalProperties")
      }
      if try !inner(value, .name(name), others) { return false }
    }
    return true
  }
}

extension JSONNode {
  /// A text as a value, which is the caller's.
  fileprivate static func string(_ text: [UInt8]) -> JSONNode? {
    text.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return json_stringn_nocheck("", 0) }
      return json_stringn_nocheck(start.assumingMemoryBound(to: CChar.self), bytes.count)
    }
  }

  func isOf(_ type: SchemaType, _ numbers: JSONNumbers) -> Bool {
    let number = number(numbers)
    return switch type {
    case .null: isNull
    case .boolean: self.type == JSON_TRUE || self.type == JSON_FALSE
    case .object: isObject
    case .array: isArray
    case .number: number != nil
    case .string: self.type == JSON_STRING && number == nil
    case .integer: number?.isWhole == true
    }
  }

  /// Equal values have equal hashes.
  func hash(_ numbers: JSONNumbers) -> Int {
    var hasher = Hasher()
    if let number = number(numbers) {
      hasher.combine(number)
      return hasher.finalize()
    }
    hasher.combine(type.rawValue)
    switch type {
    case JSON_STRING: string.map { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    case JSON_ARRAY:
      for index in 0..<json_array_size(self) {
        if let item = json_array_get(self, index) { hasher.combine(item.hash(numbers)) }
      }
    case JSON_OBJECT:
      // Whatever their order
      var sum = 0
      forEachMember { (name: [UInt8], value: JSONNode) in
        var member = Hasher()
        member.combine(name)
        member.combine(value.hash(numbers))
        sum &+= member.finalize()
      }
      hasher.combine(sum)
    default: break
    }
    return hasher.finalize()
  }
}
