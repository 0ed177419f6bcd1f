internal import Message

/// Reads multipart/form-data (RFC 7578) into fields and files.
struct Multipart {
  struct File {
    var name: [UInt8]
    /// As it was declared; nil: not at all.
    var type: [UInt8]?
    var content: [UInt8]
  }

  var fields: [URLText.Pair] = []
  var files: [File] = []

  static let partsMax = 1000

  /// nil where the content is not the grammar's.
  init?(_ content: [UInt8], boundary: [UInt8]) {
    let mark = Array("--".utf8) + boundary
    guard var index = Self.first(mark, in: content, from: 0) else { return nil }
    // Only a preamble of whole lines may come before
    guard index == 0 || content[index - 1] == 0x0A else { return nil }
    index += mark.count
    let breakAndMark = Array("\r\n".utf8) + mark
    var count = 0
    while true {
      if content[index...].starts(with: [0x2D, 0x2D]) { return }
      while index < content.count, content[index].isBlank { index += 1 }
      guard content[index...].starts(with: [0x0D, 0x0A]) else { return nil }
      index += 2
      count += 1
      guard count <= Self.partsMax, let head = Self.head(content, &index),
        let end = Self.first(breakAndMark, in: content, from: max(index - 2, 0))
      else { return nil }
      take(head, end >= index ? Array(content[index..<end]) : [])
      index = end + breakAndMark.count
    }
  }

  /// The value of the parameter `boundary`; nil where the media type is not multipart/form-data or has none.
  static func boundary(of type: [UInt8]) -> [UInt8]? {
    let parts = FieldParameters(type)
    guard parts.value.elementsEqual("multipart/form-data".utf8),
      let boundary = parts["boundary"], !boundary.isEmpty, boundary.count <= 200
    else { return nil }
    return boundary
  }

  private struct Head {
    var name: [UInt8]?
    var fileName: [UInt8]?
    var type: [UInt8]?
  }

  private static func head(_ content: [UInt8], _ index: inout Int) -> Head? {
    var head = Head()
    while true {
      guard let end = first([0x0D, 0x0A], in: content, from: index) else { return nil }
      let line = content[index..<end]
      index = end + 2
      if line.isEmpty { return head }
      guard let colon = line.firstIndex(of: 0x3A) else { continue }
      let name = line[..<colon].map(\.lowercased)
      let value = Array(line[(colon + 1)...].drop { $0.isBlank })
      if name.elementsEqual("content-disposition".utf8) {
        let parts = FieldParameters(value)
        head.name = parts["name"]
        head.fileName = parts["filename"]
      } else if name.elementsEqual("content-type".utf8) {
        head.type = value
      }
    }
  }

  private mutating func take(_ head: Head, _ content: [UInt8]) {
    guard let name = head.name else { return }
    if head.fileName != nil {
      files.append(File(name: name, type: head.type, content: content))
    } else {
      fields.append(URLText.Pair(name: name, value: content))
    }
  }

  private static func first(_ mark: [UInt8], in content: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + mark.count <= content.count {
      guard
        let found = content[index...(content.count - mark.count)].firstIndex(of: mark[0])
      else { return nil }
      if content[found...].starts(with: mark) { return found }
      index = found + 1
    }
    return nil
  }
}

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
