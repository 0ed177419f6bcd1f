/// A media type with its parameters, as slices of the value that it was read from (RFC 9110 section
/// 8.3.1).
public struct MediaType: Equatable, Sendable {
  public var type: ByteSlice
  public var subtype: ByteSlice
  /// From behind the first semicolon to the end; empty where there are no parameters.
  public var parameters: ByteSlice

  /// Reads a Content-Type value; nil where it is not one media type with well-formed parameters.
  public init?(_ value: Span<UInt8>) {
    self.init(value, in: 0..<value.count)
    var cursor = ParameterCursor(parameters.range)
    while let parameter = cursor.next(value) {
      if parameter.value == nil { return nil }
    }
    if cursor.isMalformed { return nil }
  }

  /// Reads the type and subtype in a part of a value; the parameters are cut, not looked at.
  init?(_ value: Span<UInt8>, in range: Range<Int>) {
    let whole = value.trimmed(range)
    var index = whole.lowerBound
    while index < whole.upperBound, ByteClass.has(value[index], ByteClass.token) { index += 1 }
    type = ByteSlice(whole.lowerBound, index)
    guard !type.isEmpty, index < whole.upperBound, value[index] == 0x2F else { return nil }
    index += 1
    let start = index
    while index < whole.upperBound, ByteClass.has(value[index], ByteClass.token) { index += 1 }
    subtype = ByteSlice(start, index)
    guard !subtype.isEmpty else { return nil }
    while index < whole.upperBound, value[index].isBlank { index += 1 }
    if index == whole.upperBound {
      parameters = ByteSlice(index, index)
      return
    }
    guard value[index] == 0x3B else { return nil }
    parameters = ByteSlice(index + 1, whole.upperBound)
  }

  /// True where type and subtype are these, such as `application/json`, in lower case; parameters
  /// do not matter.
  public func matches(_ essence: StaticString, in value: Span<UInt8>) -> Bool {
    value.extracting(Int(type.start)..<Int(subtype.end)).equalsIgnoringCase(essence)
  }

  /// The value of the first parameter of that name (in lower case), without quotes where it has
  /// them.
  public func parameter(_ name: StaticString, in value: Span<UInt8>) -> ByteSlice? {
    var cursor = ParameterCursor(parameters.range)
    while let parameter = cursor.next(value) {
      guard let found = parameter.value,
        value.extracting(parameter.name).equalsIgnoringCase(name)
      else { continue }
      return ByteSlice(found.lowerBound, found.upperBound)
    }
    return nil
  }
}

/// Walks over `; name=value` parameters (RFC 9110 section 5.6.6), starting behind the first
/// semicolon.
struct ParameterCursor {
  private var index: Int
  private let end: Int
  private(set) var isMalformed = false

  init(_ range: Range<Int>) {
    index = range.lowerBound
    end = range.upperBound
  }

  /// The next parameter; a value of nil means that there is no equals sign. Quotes are left out of
  /// the value, escapes inside them are not undone. Nil at the end and at a malformed one.
  mutating func next(_ text: Span<UInt8>) -> (name: Range<Int>, value: Range<Int>?)? {
    while index < end, text[index].isBlank || text[index] == 0x3B { index += 1 }
    guard index < end else { return nil }
    let start = index
    while index < end, ByteClass.has(text[index], ByteClass.token) { index += 1 }
    let name = start..<index
    guard !name.isEmpty else { return fail() }
    guard index < end, text[index] == 0x3D else {
      return endsHere(text) ? (name, nil) : fail()
    }
    index += 1
    if index < end, text[index] == 0x22 {
      index += 1
      let open = index
      while index < end, text[index] != 0x22 { index += text[index] == 0x5C ? 2 : 1 }
      guard index < end else { return fail() }
      let value = open..<index
      index += 1
      return endsHere(text) ? (name, value) : fail()
    }
    let open = index
    while index < end, ByteClass.has(text[index], ByteClass.token) { index += 1 }
    guard index > open else { return fail() }
    let value = open..<index
    return endsHere(text) ? (name, value) : fail()
  }

  private mutating func endsHere(_ text: Span<UInt8>) -> Bool {
    while index < end, text[index].isBlank { index += 1 }
    return index >= end || text[index] == 0x3B
  }

  private mutating func fail() -> (name: Range<Int>, value: Range<Int>?)? {
    isMalformed = true
    index = end
    return nil
  }
}
