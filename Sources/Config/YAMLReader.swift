import CYAML

/// YAML bytes -> a tree of nodes, through libyaml's events. What a configuration has no use for is
/// refused: tags, several documents, keys that are no words, the same key twice. Depth and the
/// number of values (with what aliases repeat) are bounded, so that no file can make the reader
/// large.
struct YAMLReader {
  static let depthMax = 32
  static let nodesMax = 100_000

  private enum Key {
    case none
    case named(String, Position)
    case refused
  }

  /// A sequence or mapping that is not complete yet.
  private struct Frame {
    var isMapping: Bool
    var position: Position
    var anchor: String?
    var nodes: [YAMLNode] = []
    var entries: [YAMLEntry] = []
    var key = Key.none
    /// Where its keys stand, once they are many.
    var seen: [String: Position] = [:]
    var weight = 1
    var height = 1

    /// Where the mapping has this key already. A few keys are compared one by one: most mappings are small, and there may be many.
    mutating func firstPlace(of name: String) -> Position? {
      if entries.count <= 16 {
        return entries.first { $0.key == name }?.keyPosition
      }
      while seen.count < entries.count {
        let entry = entries[seen.count]
        seen[entry.key] = entry.keyPosition
      }
      return seen[name]
    }
  }

  private let diagnostics: Diagnostics
  private let source: UInt16
  private var frames: [Frame] = []
  private var root: YAMLNode?
  private var anchors: [String: YAMLNode] = [:]
  private var openAnchors: Set<String> = []
  private var nodes = 0
  private var documents = 0

  private init(source: UInt16, diagnostics: Diagnostics) {
    self.source = source
    self.diagnostics = diagnostics
  }

  /// The document's tree; nil where the YAML itself is broken or too large (which is then among the
  /// diagnostics). An empty file is an empty scalar.
  static func read(_ bytes: [UInt8], source: UInt16, diagnostics: Diagnostics) -> YAMLNode? {
    var reader = YAMLReader(source: source, diagnostics: diagnostics)
    // The mark at the start of a file is no part of the text, nor of its first column.
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    let isWhole = bytes[start...].withUnsafeBufferPointer { reader.readEvents($0) }
    guard isWhole else { return nil }
    return reader.root
      ?? YAMLNode(
        content: .scalar("", isPlain: true),
        position: Position(source: source, line: 1, column: 1))
  }

  private mutating func readEvents(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    // The parser keeps a pointer to itself, so it must not move.
    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    defer { parser.deallocate() }
    guard yaml_parser_initialize(parser) == 1 else {
      return fail(Position(source: source, line: 1, column: 1), "no memory for reading YAML")
    }
    defer { yaml_parser_delete(parser) }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    var pace = Pace(every: 512)
    while true {
      pace.step()
      var event = yaml_event_t()
      guard yaml_parser_parse(parser, &event) == 1 else {
        return failBroken(parser.pointee, bytes)
      }
      defer { yaml_event_delete(&event) }
      if event.type == YAML_STREAM_END_EVENT { return true }
      guard take(event) else { return false }
    }
  }

  /// Whether reading can go on.
  private mutating func take(_ event: yaml_event_t) -> Bool {
    let position = self.position(event.start_mark)
    switch event.type {
    case YAML_DOCUMENT_START_EVENT:
      documents += 1
      guard documents == 1 else {
        return fail(position, "a second document; a configuration is one YAML document")
      }
      return true
    case YAML_ALIAS_EVENT:
      return takeAlias(text(event.data.alias.anchor) ?? "", at: position)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      refuseTag(scalar.tag, at: position)
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let node = YAMLNode(
        content: .scalar(
          String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE),
        position: position)
      guard count(1, at: position) else { return false }
      if let anchor = text(scalar.anchor) { anchors[anchor] = node }
      return place(node)
    case YAML_SEQUENCE_START_EVENT:
      let sequence = event.data.sequence_start
      refuseTag(sequence.tag, at: position)
      return open(isMapping: false, at: position, anchor: text(sequence.anchor))
    case YAML_MAPPING_START_EVENT:
      let mapping = event.data.mapping_start
      refuseTag(mapping.tag, at: position)
      return open(isMapping: true, at: position, anchor: text(mapping.anchor))
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      return close()
    default:
      return true
    }
  }

  private mutating func takeAlias(_ name: String, at position: Position) -> Bool {
    if openAnchors.contains(name) {
      return fail(position, "the alias \(quoted("*" + name)) stands inside what it repeats")
    }
    guard let node = anchors[name] else {
      return fail(position, "the alias \(quoted("*" + name)) has no anchor before it")
    }
    guard count(node.weight, at: position) else { return false }
    guard frames.count + node.height <= Self.depthMax else { return failDepth(position) }
    return place(node)
  }

  private mutating func open(isMapping: Bool, at position: Position, anchor: String?) -> Bool {
    guard count(1, at: position) else { return false }
    guard frames.count < Self.depthMax - 1 else { return failDepth(position) }
    if let anchor { openAnchors.insert(anchor) }
    var frame = Frame(isMapping: isMapping, position: position, anchor: anchor)
    if isMapping { frame.entries.reserveCapacity(3) }
    frames.append(frame)
    return true
  }

  private mutating func close() -> Bool {
    if frames.isEmpty { return true }
    let frame = frames.removeLast()
    let node = YAMLNode(
      content: frame.isMapping ? .mapping(frame.entries) : .sequence(frame.nodes),
      position: frame.position, weight: frame.weight, height: frame.height)
    if let anchor = frame.anchor {
      openAnchors.remove(anchor)
      anchors[anchor] = node
    }
    return place(node)
  }

  /// Puts a complete node where it belongs: as the root, an item, a key or a key's value.
  private mutating func place(_ node: YAMLNode) -> Bool {
    guard let last = frames.indices.last else {
      root = node
      return true
    }
    frames[last].weight += node.weight
    frames[last].height = max(frames[last].height, node.height + 1)
    guard frames[last].isMapping else {
      frames[last].nodes.append(node)
      return true
    }
    switch frames[last].key {
    case .none:
      frames[last].key = key(node, in: last)
    case .named(let name, let position):
      frames[last].entries.append(YAMLEntry(key: name, keyPosition: position, value: node))
      frames[last].key = .none
    case .refused:
      frames[last].key = .none
    }
    return true
  }

  private mutating func key(_ node: YAMLNode, in frame: Int) -> Key {
    guard case .scalar(let name, _) = node.content else {
      diagnostics.error(at: node.position, keys: "", "a key is a word, not \(node.noun)")
      return .refused
    }
    if let first = frames[frame].firstPlace(of: name) {
      diagnostics.error(
        at: node.position, keys: "",
        "the key \(quoted(name)) is already written at \(diagnostics.text(of: first))")
      return .refused
    }
    return .named(name, node.position)
  }

  private mutating func count(_ more: Int, at position: Position) -> Bool {
    nodes += more
    guard nodes <= Self.nodesMax else {
      return fail(
        position,
        "more than \(Self.nodesMax) values, counting what aliases repeat")
    }
    return true
  }

  private func refuseTag(_ tag: UnsafeMutablePointer<yaml_char_t>?, at position: Position) {
    guard let tag = text(tag) else { return }
    diagnostics.error(
      at: position, keys: "",
      "the tag \(quoted(tag)) has no meaning here; a value's type goes by its key")
  }

  private func failDepth(_ position: Position) -> Bool {
    fail(position, "nested more than \(Self.depthMax) levels deep")
  }

  private func fail(_ position: Position, _ message: String) -> Bool {
    diagnostics.error(at: position, keys: "", message)
    return false
  }

  private func position(_ mark: yaml_mark_t) -> Position {
    Position(
      source: source, line: UInt32(clamping: mark.line + 1),
      column: UInt32(clamping: mark.column + 1))
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  // MARK: Broken YAML

  private func failBroken(_ parser: yaml_parser_t, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let problem = parser.problem.map { String(cString: $0) } ?? "no memory"
    guard parser.error != YAML_READER_ERROR else {
      return failUnreadable(problem, offset: parser.problem_offset, bytes)
    }
    var message = "broken YAML: \(problem)"
    if let context = parser.context {
      message += " \(String(cString: context))"
      // A context is told with its own place where that is another line.
      if parser.context_mark.line != parser.problem_mark.line {
        message += " that starts in line \(parser.context_mark.line + 1)"
      }
    }
    return fail(position(parser.problem_mark), message + hint(parser.problem_mark, bytes))
  }

  /// libyaml gives the place of bytes that are no text as an offset.
  private func failUnreadable(
    _ problem: String, offset: Int, _ bytes: UnsafeBufferPointer<UInt8>
  ) -> Bool {
    var line: UInt32 = 1
    var column: UInt32 = 1
    for byte in bytes.prefix(max(0, offset)) {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    let place = Position(source: source, line: line, column: column)
    let byte = offset < bytes.count ? bytes[max(0, offset)] : 0
    return fail(
      place, "not a text in UTF-8: \(problem) (byte 0x\(String(byte, radix: 16, uppercase: true)))")
  }

  /// What most often causes the problem at this place.
  private func hint(_ mark: yaml_mark_t, _ bytes: UnsafeBufferPointer<UInt8>) -> String {
    let lines = bytes.split(
      separator: 0x0A, maxSplits: Int(clamping: mark.line) + 1, omittingEmptySubsequences: false)
    guard mark.line < lines.count else { return "" }
    let line = lines[Int(mark.line)]
    let indentation = line.prefix { $0 == 0x20 || $0 == 0x09 }
    if indentation.contains(0x09) { return "; YAML is indented with spaces, not with tabs" }
    guard mark.column < line.count else { return "" }
    switch line[line.startIndex + Int(mark.column)] {
    case 0x40, 0x60, 0x25: return "; put the value in quotation marks"
    case 0x2A: return "; a value that starts with \"*\" needs quotation marks"
    default: return ""
    }
  }
}
