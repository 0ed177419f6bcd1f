internal import Message

/// A field's value that has parameters: `form-data; name="a"`. Names and the value in front are in lower case.
struct FieldParameters {
  let value: [UInt8]
  private var parameters: [(name: [UInt8], value: [UInt8])] = []

  init(_ text: [UInt8], separator: UInt8 = 0x3B, hasValue: Bool = true) {
    let span = text.span
    var index = 0
    var isFirst = hasValue
    var first: [UInt8] = []
    var found: [(name: [UInt8], value: [UInt8])] = []
    while index < text.count {
      let end = span.endOfElement(from: index, separator: separator)
      let range = span.trimmed(index..<end)
      index = end + 1
      if isFirst {
        first = text[range].map(\.lowercased)
        isFirst = false
        continue
      }
      guard let equals = text[range].firstIndex(of: 0x3D) else { continue }
      let name = span.trimmed(range.lowerBound..<equals)
      let value = span.trimmed((equals + 1)..<range.upperBound)
      found.append((text[name].map(\.lowercased), Self.unquoted(text[value])))
    }
    value = first
    parameters = found
  }

  /// The parameter's value, without quotes; the first where there are several.
  subscript(name: String) -> [UInt8]? {
    parameters.first { $0.name.elementsEqual(name.utf8) }?.value
  }

  /// RFC 9110 section 5.6.4.
  private static func unquoted(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard text.count >= 2, text.first == 0x22, text.last == 0x22 else { return Array(text) }
    var bytes: [UInt8] = []
    var isEscaped = false
    for byte in text.dropFirst().dropLast() {
      if !isEscaped, byte == 0x5C {
        isEscaped = true
        continue
      }
      bytes.append(byte)
      isEscaped = false
    }
    return bytes
  }
}

/// The parameters of a Content-Disposition in multipart/form-data, as those who send forms write them: a quote in a value is `%22` (HTML
/// standard, section 4.10.21.8) or `\"` (RFC 9110 section 5.6.4), and `name*=UTF-8''%C3%A9` (RFC 8187) names what `name` does.
struct FormParameters {
  private struct Value {
    var name: [UInt8]
    var value: [UInt8]
    /// Of a value that has escapes; nil: it has none.
    var charset: Charset?
  }

  private enum Charset { case utf8, latin1 }

  private var values: [Value] = []

  init(_ text: [UInt8]) {
    var index = text.firstIndex(of: 0x3B).map { $0 + 1 } ?? text.count
    while index < text.count {
      if text[index].isBlank {
        index += 1
        continue
      }
      let begin = index
      while index < text.count, ByteClass.has(text[index], ByteClass.token) { index += 1 }
      if index > begin, index < text.count, text[index] == 0x3D {
        guard let end = Self.endOfValue(text, index + 1) else { return }
        if end > index + 1 {
          take(text[begin..<index].map(\.lowercased), Array(text[(index + 1)..<end]))
        }
        index = end
      }
      // What is none of the grammar's is passed over
      index = text[index...].firstIndex(of: 0x3B).map { $0 + 1 } ?? text.count
    }
  }

  /// The parameter's value; the last where there are several.
  subscript(name: String) -> [UInt8]? {
    values.last { $0.name.elementsEqual(name.utf8) }?.value
  }

  /// Behind a token or a quoted string; the start where neither is there, and nil where the last quote is missing.
  private static func endOfValue(_ text: [UInt8], _ start: Int) -> Int? {
    var index = start
    guard index < text.count, text[index] == 0x22 else {
      while index < text.count, ByteClass.has(text[index], ByteClass.token) { index += 1 }
      return index
    }
    index += 1
    while index < text.count, text[index] != 0x22 {
      index += text[index] == 0x5C ? 2 : 1
    }
    return index < text.count ? index + 1 : nil
  }

  private mutating func take(_ name: [UInt8], _ value: [UInt8]) {
    var name = name
    let isExtended = name.last == 0x2A
    if isExtended { name.removeLast() }
    // RFC 2231 section 3: `name*0=a; name*1=b` is one value
    let digits = name.reversed().prefix { $0 &- 0x30 < 10 }.count
    let star = name.count - digits - 1
    let isContinued = digits > 0 && star >= 0 && name[star] == 0x2A
    if isContinued { name.removeSubrange(star...) }
    let place = isContinued ? values.lastIndex { $0.name == name } : nil
    var part = Value(name: name, value: value, charset: place.flatMap { values[$0].charset })
    if isExtended { Self.decode(&part) } else { part.value = Self.unquoted(value) }
    if let place {
      values[place].value += part.value
    } else {
      values.append(part)
    }
  }

  private static func unquoted(_ value: [UInt8]) -> [UInt8] {
    var text = value[...]
    let isQuoted = text.count >= 2 && text.first == 0x22 && text.last == 0x22
    if isQuoted { text = text.dropFirst().dropLast() }
    var bytes: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex {
      let next = index + 1
      if isQuoted, text[index] == 0x5C, next < text.endIndex {
        bytes.append(text[next])
        index += 2
      } else if text[index...].starts(with: "%22".utf8) {
        bytes.append(0x22)
        index += 3
      } else {
        bytes.append(text[index])
        index += 1
      }
    }
    return bytes
  }

  /// RFC 8187 section 3.2: `UTF-8'en'%C3%A9`; what goes on with it (RFC 2231 section 4.1) names no charset. What is neither stays as it is.
  private static func decode(_ part: inout Value) {
    let parts = part.value.split(separator: 0x27, maxSplits: 2, omittingEmptySubsequences: false)
    var text = part.value[...]
    if parts.count == 3 {
      text = parts[2]
      switch String(decoding: parts[0].map(\.lowercased), as: UTF8.self) {
      case "utf-8", "us-ascii", "ascii": part.charset = .utf8
      case "iso-8859-1": part.charset = .latin1
      default: return
      }
    }
    switch part.charset {
    case .utf8: part.value = URLText.unescaped(text)
    case .latin1:
      let units = URLText.unescaped(text).map(UInt16.init)
      part.value = Array(String(decoding: units, as: UTF16.self).utf8)
    case nil: return
    }
  }
}
