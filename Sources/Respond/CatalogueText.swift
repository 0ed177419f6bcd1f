internal import Message

// Words of the catalogue as HTML.
extension ByteBuffer {
  /// Appends words of the catalogue: what stands between backquotes becomes code.
  mutating func append(words bytes: UnsafeBufferPointer<UInt8>) {
    var isCode = false
    var start = 0
    for index in bytes.indices where bytes[index] == UInt8(ascii: "`") {
      append(UnsafeBufferPointer(rebasing: bytes[start..<index]), in: .html)
      append(isCode ? "</code>" : "<code>")
      isCode.toggle()
      start = index + 1
    }
    append(UnsafeBufferPointer(rebasing: bytes[start...]), in: .html)
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
}
