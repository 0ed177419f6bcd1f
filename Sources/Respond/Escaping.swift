internal import Message

extension ByteBuffer {
  /// Appends text of ours, in UTF-8, as the inside of a JSON string.
  mutating func append(json bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      if byte >= 0x80 { append(byte) } else { append(jsonASCII: byte) }
    }
  }

  mutating func append(json text: String) {
    var copy = text
    copy.withUTF8 { append(json: $0) }
  }

  /// Appends bytes of the wire as the inside of a JSON string. Those above 127 come as escapes of their numbers, because nobody
  /// knows what they were meant to be.
  mutating func append(wireJSON bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes { append(jsonASCII: byte) }
  }

  private mutating func append(jsonASCII byte: UInt8) {
    switch byte {
    case 0x22, 0x5C:
      append(0x5C)
      append(byte)
    case 0x20...0x7E: append(byte)
    default:
      append("\\u00")
      append(hex: UInt64(byte), digits: 2)
    }
  }

  /// Appends text of ours, in UTF-8, as HTML text or as an attribute's value.
  mutating func append(html bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      if byte >= 0x80 { append(byte) } else { append(htmlASCII: byte) }
    }
  }

  mutating func append(html text: String) {
    var copy = text
    copy.withUTF8 { append(html: $0) }
  }

  /// Appends bytes of the wire as HTML text; those above 127 are not shown, because nobody knows what they were meant to be.
  mutating func append(wireHTML bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes { append(htmlASCII: byte) }
  }

  fileprivate mutating func append(htmlASCII byte: UInt8) {
    switch byte {
    case UInt8(ascii: "&"): append("&amp;")
    case UInt8(ascii: "<"): append("&lt;")
    case UInt8(ascii: ">"): append("&gt;")
    case UInt8(ascii: "\""): append("&quot;")
    case UInt8(ascii: "'"): append("&#39;")
    // Paragraphs of help are parted by line feeds
    case 0x0A, 0x20...0x7E: append(byte)
    default: append("&#xFFFD;")
    }
  }
}

extension ByteBuffer {
  /// Appends words of the catalogue as HTML text: what stands between backquotes becomes code.
  mutating func append(words bytes: UnsafeBufferPointer<UInt8>) {
    var isCode = false
    for byte in bytes {
      if byte == UInt8(ascii: "`") {
        append(isCode ? "</code>" : "<code>")
        isCode.toggle()
      } else if byte >= 0x80 {
        append(byte)
      } else {
        append(htmlASCII: byte)
      }
    }
    if isCode { append("</code>") }
  }

  /// Appends paragraphs of the catalogue, which line feeds part, each as `<p>`.
  mutating func append(paragraphs bytes: UnsafeBufferPointer<UInt8>) {
    for paragraph in bytes.split(separator: 0x0A) {
      append("<p>")
      append(words: UnsafeBufferPointer(rebasing: paragraph))
      append("</p>\n")
    }
  }

  /// Appends text as one part of a URI: everything but RFC 3986's unreserved characters as percent escapes.
  mutating func append(uri bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"):
        append(byte)
      default:
        append(UInt8(ascii: "%"))
        append(byte.hexDigits.0)
        append(byte.hexDigits.1)
      }
    }
  }
}
