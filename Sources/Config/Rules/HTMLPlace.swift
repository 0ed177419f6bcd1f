internal import Message

/// In what kind of text of an HTML document the next byte stands (HTML, section 13.2.5, as far as it tells text from markup). It takes
/// a document byte by byte.
struct HTMLPlace {
  enum Place: Equatable {
    /// Between elements.
    case text
    /// The text of an element that has none in it: title, textarea.
    case plainText
    case tag
    case unquoted
    /// An attribute's value, with its quote.
    case quoted(UInt8, isAddress: Bool, isCode: Bool)
    case comment
    case declaration
    /// The text of script, style and their like.
    case raw
  }

  private(set) var place = Place.text
  private var start = 0
  /// Of the tag under way, in lower case, with the slash of a closing one.
  private var tag: [UInt8] = []
  private var isNameOpen = false
  private var attribute: [UInt8] = []
  private var isValueNext = false
  /// The element whose text this is, in `raw` and `plainText`.
  private var element: [UInt8] = []
  private var elementStart = 0

  /// What stands here is not looked into.
  var isLeftAlone: Bool {
    switch place {
    case .comment, .declaration, .raw: true
    case .text, .plainText, .tag, .unquoted, .quoted: false
    }
  }

  /// What is not closed; nil where all is.
  var open: (offset: Int, text: String)? {
    switch place {
    case .text: nil
    case .comment: (start, "the comment has no end")
    case .declaration, .tag, .unquoted: (start, "the tag has no end")
    case .quoted: (start, "an attribute of the tag has no closing quote")
    case .raw, .plainText:
      (elementStart, "the element <\(String(decoding: element, as: UTF8.self))> has no end")
    }
  }

  /// A value was put in here.
  mutating func takeValue() {
    isValueNext = false
  }

  mutating func take(_ bytes: [UInt8], _ index: Int) {
    let byte = bytes[index]
    switch place {
    case .text: takeText(bytes, index)
    case .plainText, .raw:
      if byte == UInt8(ascii: "<"), Self.follows(bytes, index + 1, [0x2F] + element) {
        let after = index + 2 + element.count
        guard after >= bytes.count || !Self.isLetter(bytes[after]) else { return }
        begin(index)
      }
    case .comment:
      if byte == UInt8(ascii: ">"), index >= start + 6, bytes[index - 1] == 0x2D,
        bytes[index - 2] == 0x2D
      {
        place = .text
      }
    case .declaration: if byte == UInt8(ascii: ">") { place = .text }
    case .tag: takeTag(byte)
    case .unquoted:
      if byte == UInt8(ascii: ">") {
        end()
      } else if Self.isSpace(byte) {
        place = .tag
        attribute = []
      }
    case .quoted(let quote, _, _):
      if byte == quote {
        place = .tag
        attribute = []
      }
    }
  }

  private mutating func takeText(_ bytes: [UInt8], _ index: Int) {
    guard bytes[index] == UInt8(ascii: "<"), index + 1 < bytes.count else { return }
    let next = bytes[index + 1]
    if Self.follows(bytes, index + 1, Array("!--".utf8)) {
      place = .comment
      start = index
    } else if next == UInt8(ascii: "!") || next == UInt8(ascii: "?") {
      place = .declaration
      start = index
    } else if Self.isLetter(next)
      || next == UInt8(ascii: "/") && index + 2 < bytes.count && Self.isLetter(bytes[index + 2])
    {
      begin(index)
    }
  }

  private mutating func begin(_ index: Int) {
    place = .tag
    start = index
    tag = []
    isNameOpen = true
    attribute = []
    isValueNext = false
  }

  private mutating func takeTag(_ byte: UInt8) {
    if byte == UInt8(ascii: ">") { return end() }
    if isNameOpen {
      if Self.isSpace(byte) || byte == UInt8(ascii: "/") && !tag.isEmpty {
        isNameOpen = false
      } else if tag.count < 32 {
        tag.append(byte.lowercased)
      }
      return
    }
    if Self.isSpace(byte) {
      // `a = "b"` is one attribute, `a b` are two
      if !isValueNext, !attribute.isEmpty, attribute.last != 0x20 { attribute.append(0x20) }
    } else if byte == UInt8(ascii: "=") {
      if attribute.last == 0x20 { attribute.removeLast() }
      isValueNext = true
    } else if isValueNext {
      isValueNext = false
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        place = .quoted(byte, isAddress: isAddress, isCode: isCode)
      } else {
        place = .unquoted
      }
    } else if byte == UInt8(ascii: "/") {
      attribute = []
    } else {
      if attribute.last == 0x20 { attribute = [] }
      if attribute.count < 32 { attribute.append(byte.lowercased) }
    }
  }

  private mutating func end() {
    isNameOpen = false
    attribute = []
    isValueNext = false
    place = .text
    guard tag.first != UInt8(ascii: "/") else { return }
    switch String(decoding: tag, as: UTF8.self) {
    case "title", "textarea": place = .plainText
    case "script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext": place = .raw
    default: return
    }
    element = tag
    elementStart = start
  }

  private var isAddress: Bool {
    ["href", "src", "action", "formaction", "cite", "poster", "data", "ping", "srcset", "manifest"]
      .contains(String(decoding: attribute, as: UTF8.self))
  }

  /// Scripts, styles and whole documents in attributes: escaping for HTML does not make a value harmless there.
  private var isCode: Bool {
    attribute.starts(with: "on".utf8) || attribute == Array("style".utf8)
      || attribute == Array("srcdoc".utf8)
  }

  private static func follows(_ bytes: [UInt8], _ index: Int, _ text: [UInt8]) -> Bool {
    guard index + text.count <= bytes.count else { return false }
    for offset in text.indices where bytes[index + offset].lowercased != text[offset] {
      return false
    }
    return true
  }

  private static func isLetter(_ byte: UInt8) -> Bool { byte.lowercased &- 0x61 < 26 }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0C || byte == 0x0D
  }
}
