extension WordForms {
  /// Words that say nothing about what is looked for, in English and Spanish, folded.
  public static let fillers: Set<String> = [
    "a", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "do",
    "does", "did",
    "for", "from", "get", "got", "had", "has", "have", "help", "how", "i", "im", "in", "into", "is",
    "it", "its",
    "just", "me", "my", "of", "on", "or", "our", "please", "so", "some", "that", "the", "their",
    "there", "they",
    "this", "to", "too", "was", "we", "were", "what", "when", "which", "who", "why", "will", "with",
    "you", "your",
    "al", "de", "del", "el", "en", "es", "esta", "la", "las", "lo", "los", "me", "mi", "muy", "o",
    "para", "por",
    "que", "se", "su", "un", "una", "y",
    // What every question about a status may have
    "http", "error", "err", "errors", "errores", "status", "code", "exception",
  ]

  /// Those of them that say that something went wrong.
  public static let complaints: Set<String> = ["error", "err", "errors", "errores", "exception"]

  /// The word without the endings that English and Spanish put on it: "moved", "moves" and "moving" are one, "bloqueada" and
  /// "bloqueados" too. Words with digits, short words and those of other scripts stay as they are. It is not grammar: it has to do
  /// the same to the catalogue's words and to those that are typed.
  public static func stem(_ word: String) -> String {
    var bytes = Array(word.utf8)
    guard bytes.count > 3, bytes.allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) else { return word }
    func ends(_ ending: StaticString, leaving least: Int) -> Bool {
      bytes.count >= ending.utf8CodeUnitCount + least
        && bytes.suffix(ending.utf8CodeUnitCount).elementsEqual(
          UnsafeBufferPointer(start: ending.utf8Start, count: ending.utf8CodeUnitCount))
    }
    if ends("ies", leaving: 2) {
      bytes.removeLast(3)
      bytes.append(0x79)
    } else if ends("s", leaving: 3), !ends("ss", leaving: 1), !ends("us", leaving: 1),
      !ends("is", leaving: 1)
    {
      bytes.removeLast()
    }
    if ends("ing", leaving: 3), hasVowel(bytes.dropLast(3)) {
      bytes.removeLast(3)
      undouble(&bytes)
    } else if ends("ed", leaving: 3), hasVowel(bytes.dropLast(2)) {
      bytes.removeLast(2)
      undouble(&bytes)
    } else if ends("ly", leaving: 4) {
      bytes.removeLast(2)
    }
    if bytes.count > 3, let last = bytes.last,
      last == 0x65 || bytes.count > 4 && (last == 0x61 || last == 0x6F)
    {
      bytes.removeLast()
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hasVowel(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.contains { [0x61, 0x65, 0x69, 0x6F, 0x75, 0x79].contains($0) }
  }

  /// "banned" -> "bann" -> "ban"; "call", "pass" and "buzz" keep both.
  private static func undouble(_ bytes: inout [UInt8]) {
    guard bytes.count > 3, let last = bytes.last, bytes[bytes.count - 2] == last,
      last != 0x6C, last != 0x73, last != 0x7A
    else { return }
    bytes.removeLast()
  }

  /// The text with a blank where a name made of several words has its joints: "SocketTimeoutException" is three words,
  /// "SSLHandshake" two.
  public static func parted(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    func isUpper(_ index: Int) -> Bool {
      scalars.indices.contains(index) && scalars[index].value >= 0x41
        && scalars[index].value <= 0x5A
    }
    func isLower(_ index: Int) -> Bool {
      scalars.indices.contains(index) && scalars[index].value >= 0x61
        && scalars[index].value <= 0x7A
    }
    var parted = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      let followsLower = isLower(index - 1) && isLower(index - 2)
      let endsCapitals =
        isUpper(index - 2) && isUpper(index - 1) && isLower(index + 1) && isLower(index + 2)
      if isUpper(index), followsLower || endsCapitals { parted.append(" ") }
      parted.append(scalar)
    }
    return String(parted)
  }

  /// The words by which a text is found: those of the text as it is written, and those that its joined names are made of, without fillers
  /// and each once, by their stems.
  public static func terms(of text: String) -> [String] {
    var terms: [String] = []
    let apart = parted(text)
    for word in words(of: text) + (apart == text ? [] : words(of: apart))
    where !fillers.contains(word) {
      let term = stem(word)
      if !terms.contains(term) { terms.append(term) }
    }
    return terms
  }
}
