internal import CJansson

typealias JSONNode = UnsafeMutablePointer<json_t>

/// Why a text is not taken as JSON.
public enum JSONProblem: Equatable, Sendable {
  /// It is not in the grammar (RFC 8259 section 2), or no UTF-8.
  case syntax
  /// A name stands twice in an object: what the second means is not agreed on (RFC 8259 section 4).
  case nameTwice
  /// It is JSON, and nested deeper than `JSONProblem.depthMax`.
  case tooDeep

  /// Deepest nesting of a text that is read, in levels: jansson's.
  public static let depthMax = Int(JSON_PARSER_MAX_DEPTH)
}

extension JSONProblem {
  /// What keeps a text from being taken as JSON, with the byte at which reading stopped; nil where nothing does.
  public static func first(in text: [UInt8]) -> (offset: Int, problem: JSONProblem)? {
    struct Found: Error {
      var offset: Int
      var problem: JSONProblem
    }
    do throws(Found) {
      _ = try JSONValue(text, JSONNumbers()) { Found(offset: $0, problem: $1) }
      return nil
    } catch {
      return (error.offset, error.problem)
    }
  }
}

/// A JSON value in jansson's memory, held for as long as this is. Belongs to one thread.
final class JSONValue {
  let node: JSONNode

  /// Takes over a reference.
  init(owning node: JSONNode) { self.node = node }

  /// Reads a text (RFC 8259); `fault` makes the error from the byte at which reading stopped, and why.
  init<Fault: Error>(
    _ text: [UInt8], _ numbers: JSONNumbers, orElse fault: (Int, JSONProblem) -> Fault
  ) throws(Fault) {
    let (protected, shifts) = numbers.protect(text)
    var error = json_error_t()
    let flags = Int(JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL)
    let loaded = protected.withUnsafeBytes { bytes in
      json_loadb(bytes.baseAddress, bytes.count, flags, &error)
    }
    guard let loaded else {
      // jansson has read the byte that is wrong, unless there was none
      let code = json_error_code(&error)
      let isEnd = code == json_error_premature_end_of_input
      let place = JSONNumbers.original(Int(max(error.position, 0)), shifts) - (isEnd ? 0 : 1)
      let problem: JSONProblem =
        switch code {
        case json_error_duplicate_key: .nameTwice
        case json_error_stack_overflow: .tooDeep
        default: .syntax
        }
      throw fault(min(max(place, 0), text.count), problem)
    }
    node = loaded
  }

  deinit { json_decref(node) }

  /// The value as a text; nil where it has more than `bytesMax` bytes.
  func text(_ layout: JSONLayout, _ numbers: JSONNumbers, bytesMax: Int) -> [UInt8]? {
    let sink = TextSink(bytesMax: bytesMax)
    let flags =
      Int(JSON_ENCODE_ANY) | (layout.indentation > 0 ? layout.indentation : Int(JSON_COMPACT))
    let code = withExtendedLifetime(sink) {
      json_dump_callback(
        node,
        { bytes, count, context in
          guard let bytes, let context else { return -1 }
          let sink = Unmanaged<TextSink>.fromOpaque(context).takeUnretainedValue()
          return sink.take(UnsafeRawBufferPointer(start: bytes, count: count))
        }, Unmanaged.passUnretained(sink).toOpaque(), flags)
    }
    guard code == 0 else { return nil }
    var text = numbers.restore(sink.bytes)
    if layout.endsInLineFeed { text.append(0x0A) }
    return text.count <= bytesMax ? text : nil
  }
}

private final class TextSink {
  var bytes: [UInt8] = []
  private let bytesMax: Int

  /// Marks make a text longer before they are taken out.
  init(bytesMax: Int) { self.bytesMax = bytesMax.multipliedReportingOverflow(by: 16).partialValue }

  func take(_ run: UnsafeRawBufferPointer) -> Int32 {
    guard bytes.count + run.count <= bytesMax else { return -1 }
    bytes += run
    return 0
  }
}

extension JSONNode {
  var type: json_type { pointee.type }
  var isObject: Bool { type == JSON_OBJECT }
  var isArray: Bool { type == JSON_ARRAY }
  var isNull: Bool { type == JSON_NULL }

  /// The bytes of a string.
  var string: UnsafeBufferPointer<UInt8>? {
    guard type == JSON_STRING, let start = json_string_value(self) else { return nil }
    return UnsafeBufferPointer(
      start: UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self),
      count: json_string_length(self))
  }

  /// A member of an object.
  func member(_ name: [UInt8]) -> JSONNode? {
    name.withUnsafeBytes { bytes in
      json_object_getn(self, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
  }

  func member(_ name: StaticString) -> JSONNode? {
    json_object_getn(
      self, UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self),
      name.utf8CodeUnitCount)
  }

  /// Sets a member; the reference to `value` is taken over.
  func set(_ name: [UInt8], owning value: JSONNode) {
    _ = name.withUnsafeBytes { bytes in
      json_object_setn_new_nocheck(
        self, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, value)
    }
  }

  func removeMember(_ name: [UInt8]) {
    _ = name.withUnsafeBytes { bytes in
      json_object_deln(self, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
  }

  /// Calls `body` with each member of an object; it must not change the object.
  func forEachMember<Fault: Error>(
    _ body: ([UInt8], JSONNode) throws(Fault) -> Void
  ) throws(Fault) {
    var iterator = json_object_iter(self)
    while let here = iterator {
      if let name = json_object_iter_key(here), let value = json_object_iter_value(here) {
        let bytes = UnsafeRawBufferPointer(start: name, count: json_object_iter_key_len(here))
        try body(Array(bytes), value)
      }
      iterator = json_object_iter_next(self, here)
    }
  }

  /// Depth of a value (1 and more), and about how many bytes it takes in memory and as text.
  func measure() -> (depth: Int, weight: Int, text: Int) {
    switch type {
    case JSON_OBJECT:
      var (depth, weight, text) = (0, 64, 2)
      forEachMember { (name: [UInt8], value: JSONNode) in
        let inner = value.measure()
        depth = Swift.max(depth, inner.depth)
        weight += inner.weight + name.count
        text += inner.text + name.count + 4
      }
      return (depth + 1, weight, text)
    case JSON_ARRAY:
      var (depth, weight, text) = (0, 64, 2)
      for index in 0..<json_array_size(self) {
        guard let inner = json_array_get(self, index)?.measure() else { continue }
        depth = Swift.max(depth, inner.depth)
        weight += inner.weight
        text += inner.text + 1
      }
      return (depth + 1, weight, text)
    default:
      let count = string?.count ?? 0
      return (1, 64 + count, 2 + count)
    }
  }

  /// RFC 6902 section 4.6: numbers are equal by value, objects whatever the order of their members.
  func isEqual(to other: JSONNode, _ numbers: JSONNumbers) -> Bool {
    if let one = number(numbers), let two = other.number(numbers) { return one == two }
    guard type == other.type else { return false }
    switch type {
    case JSON_OBJECT:
      guard json_object_size(self) == json_object_size(other) else { return false }
      var isSame = true
      forEachMember { (name: [UInt8], value: JSONNode) in
        guard isSame, let twin = other.member(name), value.isEqual(to: twin, numbers) else {
          isSame = false
          return
        }
      }
      return isSame
    case JSON_ARRAY:
      let count = json_array_size(self)
      guard count == json_array_size(other) else { return false }
      return (0..<count).allSatisfy { index in
        guard let one = json_array_get(self, index), let two = json_array_get(other, index) else {
          return false
        }
        return one.isEqual(to: two, numbers)
      }
    case JSON_STRING:
      guard let one = string, let two = other.string else { return false }
      return one.elementsEqual(two)
    default: return true
    }
  }

  /// A number by its value, whether jansson has it as one or it is a marked string.
  func number(_ numbers: JSONNumbers) -> Decimal? {
    if type == JSON_INTEGER {
      return Decimal(Array(String(json_integer_value(self)).utf8)[...])
    }
    guard let string, string.starts(with: numbers.mark) else { return nil }
    return Decimal(Array(string.dropFirst(numbers.mark.count))[...])
  }
}
