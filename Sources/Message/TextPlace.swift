/// Where text is put, and so what of it is written otherwise: the one place that knows how JSON, HTML and URIs are escaped. Not for journal
/// lines, which count the room that they have left (`LineWriter`).
public enum TextPlace: Sendable {
  /// Plain text: controls but line feeds become blanks.
  case text
  /// The same for a name, in which a line feed is a control like the others.
  case textName
  /// The inside of a JSON string (RFC 8259 section 7); controls by their numbers.
  case json
  /// The same for people to read: with the letters that JSON has for some controls, such as `\n`.
  case readableJSON
  /// Between elements of HTML, or an attribute's value in quotes. Line feeds stay, for they part paragraphs.
  case html
  /// The same for a name, in which a line feed is a control like the others.
  case htmlName
  /// One part of a URI: all but the unreserved characters (RFC 3986 section 2.3).
  case uri
  /// A path, with its slashes (RFC 3986 section 3.3).
  case path
  /// A query that is encoded already, with its escapes (section 3.4).
  case query

  /// Whether bytes above ASCII stand for themselves, as UTF-8.
  @inline(__always) var takesUTF8: Bool { self != .uri && self != .path && self != .query }
}

extension ByteBuffer {
  /// Appends text of ours, in UTF-8.
  public mutating func append(_ text: UnsafeBufferPointer<UInt8>, in place: TextPlace) {
    let takesUTF8 = place.takesUTF8
    for byte in text {
      if byte >= 0x80, takesUTF8 { append(byte) } else { append(unit: UInt16(byte), in: place) }
    }
  }

  public mutating func append(_ text: [UInt8], in place: TextPlace) {
    text.withUnsafeBufferPointer { append($0, in: place) }
  }

  public mutating func append(_ text: String, in place: TextPlace) {
    var copy = text
    copy.withUTF8 { append($0, in: place) }
  }

  /// Appends bytes of the wire, in text, JSON or HTML. Those above 127 come as the numbers that they are, or not at all, because nobody
  /// knows what they were meant to be.
  public mutating func append(wire bytes: UnsafeBufferPointer<UInt8>, in place: TextPlace) {
    for byte in bytes { append(unit: UInt16(byte), in: place) }
  }

  /// Appends a unit of UTF-16, in JSON: one above ASCII by its number. In URIs it is a byte.
  public mutating func append(unit: UInt16, in place: TextPlace) {
    let byte = UInt8(truncatingIfNeeded: unit)
    switch place {
    case .text, .textName: append(text: unit, isName: place == .textName)
    case .json, .readableJSON: append(json: unit, isReadable: place == .readableJSON)
    case .html, .htmlName: append(html: unit, isName: place == .htmlName)
    case .uri: append(percentEncoding: byte, unless: byte.isUnreserved)
    case .path: append(percentEncoding: byte, unless: byte.isPathCharacter)
    case .query:
      append(percentEncoding: byte, unless: byte.isPathCharacter || byte == 0x3F || byte == 0x25)
    }
  }

  @inline(__always)
  private mutating func append(text unit: UInt16, isName: Bool) {
    switch unit {
    case 0x0A where !isName: append(0x0A)
    case 0x20...0x7E: append(UInt8(truncatingIfNeeded: unit))
    case 0x80...: append(UInt8(ascii: "?"))
    default: append(0x20)
    }
  }

  @inline(__always)
  private mutating func append(json unit: UInt16, isReadable: Bool) {
    let byte = UInt8(truncatingIfNeeded: unit)
    switch unit {
    case 0x22, 0x5C:
      append(0x5C)
      append(byte)
    case 0x20...0x7E: append(byte)
    case 0x08 where isReadable: append("\\b")
    case 0x09 where isReadable: append("\\t")
    case 0x0A where isReadable: append("\\n")
    case 0x0C where isReadable: append("\\f")
    case 0x0D where isReadable: append("\\r")
    default:
      append("\\u")
      append(hex: UInt64(unit), digits: 4)
    }
  }

  @inline(__always)
  private mutating func append(html unit: UInt16, isName: Bool) {
    switch unit {
    case 0x26: append("&amp;")
    case 0x3C: append("&lt;")
    case 0x3E: append("&gt;")
    case 0x22: append("&quot;")
    case 0x27: append("&#39;")
    case 0x20...0x7E: append(UInt8(truncatingIfNeeded: unit))
    case 0x0A where !isName: append(0x0A)
    default: append("&#xFFFD;")
    }
  }

  @inline(__always)
  private mutating func append(percentEncoding byte: UInt8, unless isPlain: Bool) {
    if isPlain { return append(byte) }
    append(UInt8(ascii: "%"))
    append(byte.hexDigits.0)
    append(byte.hexDigits.1)
  }
}

/// Texts as JSON strings, for output that nobody waits for.
public enum JSONString {
  /// The text in quotation marks (RFC 8259 section 7). `hidingLatin1` writes what lies between ASCII and U+0100 by its number too: bytes of
  /// the wire whose meaning nobody knows.
  public static func quoted(_ text: String, hidingLatin1: Bool = false) -> String {
    var bytes = ByteBuffer(capacity: text.utf8.count + 16)
    bytes.append(0x22)
    for scalar in text.unicodeScalars {
      if scalar.value < (hidingLatin1 ? 0x100 : 0x80) {
        bytes.append(unit: UInt16(scalar.value), in: .readableJSON)
      } else {
        for byte in scalar.utf8 { bytes.append(byte) }
      }
    }
    bytes.append(0x22)
    return String(decoding: bytes.bytes, as: UTF8.self)
  }
}

/// Texts for HTML, for output that nobody waits for.
public enum HTMLText {
  /// The text as it stands between elements or in an attribute's value.
  public static func escaped(_ text: [UInt8]) -> [UInt8] {
    var bytes = ByteBuffer(capacity: text.count + 64)
    bytes.append(text, in: .html)
    return Array(bytes.bytes)
  }

  public static func escaped(_ text: String) -> String {
    String(decoding: escaped(Array(text.utf8)), as: UTF8.self)
  }
}

extension UInt8 {
  /// RFC 3986 section 2.3: what is never encoded.
  public var isUnreserved: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  /// RFC 3986 section 3.3: what may stand in a path as it is; the slash too.
  public var isPathCharacter: Bool {
    if isUnreserved { return true }
    return switch self {
    case UInt8(ascii: "/"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "&"),
      UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"),
      UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="),
      UInt8(ascii: ":"), UInt8(ascii: "@"):
      true
    default: false
    }
  }

  /// Two upper-case hexadecimal digits.
  public var hexDigits: (UInt8, UInt8) {
    func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x37 + nibble }
    return (digit(self >> 4), digit(self & 15))
  }
}
