internal import CJansson

/// JSON Patch (RFC 6902): a list of operations that are done in turn, to a document that nobody else has.
struct JSONPatch {
  private(set) var document: JSONValue
  private let numbers: JSONNumbers
  /// Bytes of text that may still be copied, and work that may still be done.
  private var copiedBytes: Int
  private let copiedBytesMax: Int
  private var work = Patch.workMax

  init(_ document: JSONValue, _ numbers: JSONNumbers, copiedBytesMax: Int) {
    self.document = document
    self.numbers = numbers
    copiedBytes = copiedBytesMax
    self.copiedBytesMax = copiedBytesMax
  }

  private mutating func spend(_ amount: Int) throws(PatchFault) {
    work -= amount
    if work < 0 { throw .tooLarge(.work) }
  }

  mutating func apply(_ patch: JSONValue) throws(PatchFault) {
    // RFC 6902 section 3: an array of objects
    guard patch.node.isArray else { throw .notPatch(pointer: []) }
    let count = json_array_size(patch.node)
    // Looked at as a whole first: what is no patch document is refused as such, whatever its first operations would come to
    var operations: [Operation] = []
    for index in 0..<count {
      guard let node = json_array_get(patch.node, index) else { continue }
      operations.append(try Operation(node, at: index))
    }
    for operation in operations { try apply(operation) }
  }

  private mutating func apply(_ operation: Operation) throws(PatchFault) {
    switch operation.kind {
    case .add: try add(json_incref(operation.value), at: operation.path)
    case .remove: try remove(at: operation.path)
    case .replace:
      _ = try value(at: operation.path)
      if operation.path.tokens.isEmpty {
        try add(json_incref(operation.value), at: operation.path)
      } else {
        try replace(json_incref(operation.value), at: operation.path)
      }
    case .move: try move(operation)
    case .copy:
      let source = try value(at: operation.from)
      let size = source.measure()
      try spend(size.weight)
      // A copy of a copy doubles a document, and sixty of them would fill any memory
      copiedBytes -= size.text
      guard copiedBytes >= 0 else { throw .tooLarge(.copies(copiedBytesMax - copiedBytes)) }
      try add(json_deep_copy(source), at: operation.path)
    case .test:
      let found = try value(at: operation.path)
      guard let wanted = operation.value else { return }
      guard found.isEqual(to: wanted, numbers) else {
        throw .testFailed(pointer: operation.path.text)
      }
    }
  }

  /// RFC 6902 section 4.4: nothing can be moved into itself.
  private mutating func move(_ operation: Operation) throws(PatchFault) {
    let source = try value(at: operation.from)
    if operation.from.tokens == operation.path.tokens { return }
    guard !operation.path.tokens.starts(with: operation.from.tokens) else {
      throw .inapplicable(pointer: operation.path.text)
    }
    let moved = JSONValue(owning: json_incref(source))
    try remove(at: operation.from)
    try add(json_incref(moved.node), at: operation.path)
  }

  // MARK: Places

  private func value(at pointer: JSONPointer) throws(PatchFault) -> JSONNode {
    var node = document.node
    for token in pointer.tokens {
      guard let next = child(of: node, token) else { throw .inapplicable(pointer: pointer.text) }
      node = next
    }
    return node
  }

  private func child(of node: JSONNode, _ token: [UInt8]) -> JSONNode? {
    if node.isObject { return node.member(token) }
    guard node.isArray, let index = JSONPointer.index(token) else { return nil }
    return json_array_get(node, index)
  }

  private func parent(of pointer: JSONPointer) throws(PatchFault) -> (JSONNode, [UInt8]) {
    guard let last = pointer.tokens.last else { throw .inapplicable(pointer: []) }
    var node = document.node
    for token in pointer.tokens.dropLast() {
      guard let next = child(of: node, token) else { throw .inapplicable(pointer: pointer.text) }
      node = next
    }
    return (node, last)
  }

  /// Takes over the reference to `value`.
  private mutating func add(_ value: JSONNode?, at pointer: JSONPointer) throws(PatchFault) {
    guard let value else { throw .tooLarge(.memory) }
    let held = JSONValue(owning: value)
    let size = value.measure()
    try spend(size.weight)
    guard pointer.tokens.count + size.depth <= Patch.depthMax else {
      throw .tooLarge(.depth)
    }
    if pointer.tokens.isEmpty {
      document = held
      return
    }
    let (parent, token) = try parent(of: pointer)
    if parent.isObject {
      parent.set(token, owning: json_incref(value))
    } else if parent.isArray {
      let count = json_array_size(parent)
      let index = token == [0x2D] ? count : JSONPointer.index(token)
      guard let index, index <= count else { throw .inapplicable(pointer: pointer.text) }
      // Those behind it move on
      try spend((count - index) * 8)
      _ = json_array_insert_new(parent, index, json_incref(value))
    } else {
      throw .inapplicable(pointer: pointer.text)
    }
  }

  /// Takes over the reference to `value`; something is there already.
  private mutating func replace(_ value: JSONNode?, at pointer: JSONPointer) throws(PatchFault) {
    guard let value else { throw .tooLarge(.memory) }
    let held = JSONValue(owning: value)
    let size = held.node.measure()
    try spend(size.weight)
    guard pointer.tokens.count + size.depth <= Patch.depthMax else {
      throw .tooLarge(.depth)
    }
    let (parent, token) = try parent(of: pointer)
    if parent.isObject {
      parent.set(token, owning: json_incref(value))
    } else if let index = JSONPointer.index(token) {
      _ = json_array_set_new(parent, index, json_incref(value))
    }
  }

  private mutating func remove(at pointer: JSONPointer) throws(PatchFault) {
    _ = try value(at: pointer)
    // A document without a value is none
    let (parent, token) = try parent(of: pointer)
    if parent.isObject {
      parent.removeMember(token)
    } else if let index = JSONPointer.index(token) {
      try spend((json_array_size(parent) - index) * 8)
      _ = json_array_remove(parent, index)
    }
  }
}

/// One operation of a JSON Patch (RFC 6902 section 4).
private struct Operation {
  enum Kind: String {
    case add, remove, replace, move, copy, test
  }

  var kind: Kind
  var path: JSONPointer
  var from = JSONPointer()
  /// Belongs to the patch.
  var value: JSONNode?

  init(_ node: JSONNode, at index: Int) throws(PatchFault) {
    func fault(_ member: String) -> PatchFault {
      .notPatch(pointer: Array("/\(index)\(member)".utf8))
    }
    guard node.isObject else { throw fault("") }
    guard let name = node.member("op")?.string,
      let kind = Kind(rawValue: String(decoding: name, as: UTF8.self))
    else { throw fault("/op") }
    self.kind = kind
    guard let text = node.member("path")?.string, let path = JSONPointer(text) else {
      throw fault("/path")
    }
    self.path = path
    switch kind {
    case .move, .copy:
      guard let text = node.member("from")?.string, let from = JSONPointer(text) else {
        throw fault("/from")
      }
      self.from = from
    case .add, .replace, .test:
      guard let value = node.member("value") else { throw fault("/value") }
      self.value = value
    case .remove: break
    }
  }
}

/// A JSON Pointer (RFC 6901).
struct JSONPointer {
  private(set) var tokens: [[UInt8]] = []
  /// As it was written.
  private(set) var text: [UInt8] = []

  init() {}

  /// nil where it is none: it is empty or starts with a slash, and `~` stands before 0 or 1 only.
  init?(_ text: UnsafeBufferPointer<UInt8>) {
    self.text = Array(text)
    guard let first = text.first else { return }
    guard first == 0x2F else { return nil }
    for part in text.dropFirst().split(separator: 0x2F, omittingEmptySubsequences: false) {
      var token: [UInt8] = []
      var index = part.startIndex
      while index < part.endIndex {
        if part[index] == 0x7E {
          index += 1
          guard index < part.endIndex, part[index] == 0x30 || part[index] == 0x31 else {
            return nil
          }
          token.append(part[index] == 0x30 ? 0x7E : 0x2F)
        } else {
          token.append(part[index])
        }
        index += 1
      }
      tokens.append(token)
    }
  }

  /// A name as a token (RFC 6901 section 3).
  static func escaped(_ name: [UInt8]) -> [UInt8] {
    var token: [UInt8] = []
    for byte in name {
      switch byte {
      case 0x7E: token += [0x7E, 0x30]
      case 0x2F: token += [0x7E, 0x31]
      default: token.append(byte)
      }
    }
    return token
  }

  /// RFC 6901 section 4: digits without a leading zero.
  static func index(_ token: [UInt8]) -> Int? {
    guard let first = token.first, token.allSatisfy(\.isDigit), token.count <= 15,
      first != 0x30 || token.count == 1
    else { return nil }
    return token.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
