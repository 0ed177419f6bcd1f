internal import Message

/// Reads multipart/form-data (RFC 7578) into fields and files, in the forms that clients send: lines may end in CRLF, LF or CR.
struct Multipart {
  enum Problem: Error {
    case malformed
    /// More than `partsMax`.
    case manyParts
  }

  struct Field {
    /// nil: the part names none.
    var name: [UInt8]?
    var value: [UInt8]
    /// The value is in ISO-8859-1 and not in UTF-8 (RFC 7578 section 4.5).
    var isLatin1 = false
  }

  struct File {
    var name: [UInt8]?
    /// As it was declared; nil: not at all.
    var type: [UInt8]?
    var content: [UInt8]
  }

  private(set) var fields: [Field] = []
  private(set) var files: [File] = []

  static let partsMax = 1000

  init(_ content: [UInt8], boundary: [UInt8]) throws(Problem) {
    let mark = Array("--".utf8) + boundary
    guard var line = Self.delimiter(mark, in: content, from: 0, needsBreak: false) else {
      throw .malformed
    }
    var count = 0
    while !line.isLast {
      guard let head = Self.head(content, from: line.end) else { throw .malformed }
      count += 1
      guard count <= Self.partsMax else { throw .manyParts }
      guard let next = Self.delimiter(mark, in: content, from: head.end, needsBreak: true) else {
        throw .malformed
      }
      // The line break behind the head may be that in front of the boundary
      let start = head.end + Self.lineBreak(content, head.end)
      take(head, start < next.start ? Array(content[start..<next.start]) : [])
      line = next
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

  // MARK: Lines

  /// A boundary's line, with the line break in front of it.
  private struct Delimiter {
    var start: Int
    var end: Int
    var isLast: Bool
  }

  /// The next line with the boundary (RFC 2046 section 5.1.1). The first one may stand behind anything.
  private static func delimiter(
    _ mark: [UInt8], in content: [UInt8], from begin: Int, needsBreak: Bool
  ) -> Delimiter? {
    var from = begin
    while let found = first(mark, in: content, from: from) {
      from = found + 1
      let broken = breakBefore(found, content, from: begin)
      if needsBreak, broken == 0 { continue }
      var end = found + mark.count
      let isLast = content[end...].starts(with: [0x2D, 0x2D])
      if isLast { end += 2 }
      while end < content.count, isSpace(content[end]) { end += 1 }
      let ending = lineBreak(content, end)
      if !isLast, ending == 0 { continue }
      return Delimiter(start: found - broken, end: end + ending, isLast: isLast)
    }
    return nil
  }

  /// Blanks as Python has them: white space that breaks no line.
  private static func isSpace(_ byte: UInt8) -> Bool { [0x09, 0x0B, 0x0C, 0x20].contains(byte) }

  /// Bytes of the line break that begins here; 0: none does.
  private static func lineBreak(_ content: [UInt8], _ index: Int) -> Int {
    guard index < content.count else { return 0 }
    if content[index] == 0x0A { return 1 }
    guard content[index] == 0x0D else { return 0 }
    return index + 1 < content.count && content[index + 1] == 0x0A ? 2 : 1
  }

  /// Bytes of the line break that ends here; 0: none does.
  private static func breakBefore(_ index: Int, _ content: [UInt8], from begin: Int) -> Int {
    guard index > begin else { return 0 }
    if content[index - 1] == 0x0D { return 1 }
    guard content[index - 1] == 0x0A else { return 0 }
    return index - 1 > begin && content[index - 2] == 0x0D ? 2 : 1
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

  // MARK: Parts

  fileprivate struct Head {
    var name: [UInt8]?
    var isFile = false
    var type: [UInt8]?
    /// Behind the last line, before the empty one.
    var end = 0
  }

  /// A part's head: lines up to an empty one, of which those that begin with a blank go on with the one before.
  private static func head(_ content: [UInt8], from start: Int) -> Head? {
    var head = Head()
    if lineBreak(content, start) > 0 {
      head.end = start
      return head
    }
    var line: [UInt8] = []
    var index = start
    while index < content.count {
      let ending = lineBreak(content, index)
      guard ending > 0 else {
        line.append(content[index])
        index += 1
        continue
      }
      index += ending
      let empty = lineBreak(content, index)
      if empty == 0, index < content.count, content[index].isBlank {
        line.append(0x20)
        continue
      }
      head.take(line)
      line = []
      if empty > 0 {
        head.end = index
        return head
      }
    }
    return nil
  }

  private mutating func take(_ head: Head, _ content: [UInt8]) {
    if head.isFile {
      files.append(File(name: head.name, type: head.type, content: content))
    } else {
      let charset = head.type.flatMap { FieldParameters($0)["charset"] }?.map(\.lowercased)
      fields.append(
        Field(
          name: head.name, value: content,
          isLatin1: charset?.elementsEqual("iso-8859-1".utf8) == true))
    }
  }
}

extension Multipart.Head {
  fileprivate mutating func take(_ line: [UInt8]) {
    guard let colon = line.firstIndex(of: 0x3A) else { return }
    let name = line[line.span.trimmed(0..<colon)].map(\.lowercased)
    let value = Array(line[line.span.trimmed((colon + 1)..<line.count)])
    if name.elementsEqual("content-disposition".utf8) {
      let parts = FormParameters(value)
      self.name = parts["name"]
      isFile = parts["filename"] != nil
    } else if name.elementsEqual("content-type".utf8) {
      type = value
    }
  }
}
