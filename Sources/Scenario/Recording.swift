/// Writes a scenario's file again, with the bytes that really came in place of those that were expected.
struct RecordingPages {
  private var pages: [(lines: Range<Int>, text: [String])] = []
  private var tagNames: [[UInt8]: String] = [:]

  init(lines: [String]) {}

  /// Takes the bytes of an answer, or as far as it came, for the lines of an expectation. Returns what was written, as it would be read.
  mutating func add(_ bytes: [UInt8], of notation: Notation, at lines: Range<Int>) -> Notation {
    var replacements: [([UInt8], String)] = []
    func replace(_ name: String, with text: String) {
      if let value = RecordingPages.value(of: name, in: bytes) {
        replacements.append((Array(value.utf8), text))
      }
    }
    replace("date", with: "{date}")
    replace("x-request-id", with: "{id}")
    if let value = RecordingPages.value(of: "etag", in: bytes) {
      let tag = Array(value.utf8.drop { $0 != 0x22 })
      // The tags of fixed contents do not vary
      if tag.dropFirst().first != UInt8(ascii: "c") {
        let named = notation.pieces.compactMap { piece in
          if case .tag(let name) = piece { name } else { nil }
        }.first
        if let named { tagNames[tag] = named }
        replacements.append((tag, tagNames[tag].map { "{etag:\($0)}" } ?? "{etag}"))
      }
    }
    var text = NotationWriter.lines(bytes).map { line in
      replacements.reduce(line) { line, replacement in
        line.replacing(String(decoding: replacement.0, as: UTF8.self), with: replacement.1)
      }
    }
    if notation.endsInMore { text.append("{more}") }
    pages.append((lines, text))
    return RecordingPages.read(text)
  }

  /// The value of the first line with this field's name that is there to its end.
  private static func value(of name: String, in bytes: [UInt8]) -> String? {
    for line in bytes.split(separator: 0x0A) where line.last == 0x0D {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let found = String(decoding: line[..<colon], as: UTF8.self)
      if found.lowercased() == name {
        let value = line[line.index(after: colon)...].dropLast().drop { $0 == 0x20 }
        return String(decoding: value, as: UTF8.self)
      }
    }
    return nil
  }

  private static func read(_ lines: [String]) -> Notation {
    var notation = Notation()
    var isHead = true
    for line in lines {
      guard let (pieces, isOpen) = try? NotationReader.read(line) else { continue }
      for piece in pieces.pieces { notation.add(piece) }
      if isOpen || pieces.pieces.last == .more { continue }
      notation.add(isHead ? [0x0D, 0x0A] : [0x0A])
      if line.isEmpty { isHead = false }
    }
    return notation
  }

  /// The file's lines with all that was taken in its place.
  func lines(of original: [String]) -> [String] {
    var lines = original
    for page in pages.sorted(by: { $0.lines.lowerBound > $1.lines.lowerBound }) {
      let first = original[page.lines.lowerBound]
      let mark = String(first.prefix { $0 != "<" }) + "<"
      lines.replaceSubrange(page.lines, with: page.text.map { $0.isEmpty ? mark : "\(mark) \($0)" })
    }
    return lines
  }
}
