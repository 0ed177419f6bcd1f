import Glibc
import Message

/// What a text has to look like.
enum TextForm: Sendable, CaseIterable {
  case any, address, network, hostName, path, destination, fieldName, fieldValue, mediaType
  case indexName, fileExtension, urlPath
  case uri, link, tryPath, fallback, statusSelector
  case languageTag, mediaRange
  case rehearsal

  struct Problem: Equatable {
    var message: String
    var suggestion: String?

    init(_ message: String, suggestion: String? = nil) {
      self.message = message
      self.suggestion = suggestion
    }
  }

  var noun: String {
    switch self {
    case .any: "a text"
    case .address: "an address to listen on"
    case .network: "a network"
    case .hostName: "a host name"
    case .path: "a path"
    case .destination: "stdout, stderr or a path"
    case .fieldName: "a field name"
    case .fieldValue: "a field value"
    case .mediaType: "a media type"
    case .indexName: "a file name"
    case .fileExtension: "a file extension"
    case .urlPath: "a path that starts with a slash"
    case .uri: "a URI"
    case .link: "a link"
    case .tryPath: "a path with {path} in it"
    case .fallback: "a path that starts with a slash"
    case .statusSelector: "a status, a cause or a class"
    case .languageTag: "a language tag"
    case .mediaRange: "a media type, or type/*"
    case .rehearsal: "an order such as \"503; delay=2s\""
    }
  }

  /// Never wrong for a right text; it lets some wrong ones pass that only `problem(in:)` sees.
  var pattern: String? {
    switch self {
    case .any: nil
    case .address: "^(unix:.+|systemd:[!-9;-~]+|([0-9.]+|\\[[0-9A-Fa-f:.]+\\])?:[0-9]{1,5})$"
    case .network: "^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$"
    case .hostName: "^(\\*\\.)?([0-9A-Za-z_-]+(\\.[0-9A-Za-z_-]+)*|\\[[0-9A-Fa-f:.]+\\])$"
    case .path, .destination: "^[^\\u0000]+$"
    case .fieldName: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
    case .fieldValue: "^([!-~]([\\t -~]*[!-~])?)?$"
    case .mediaType:
      "^[!#$&^_.+0-9A-Za-z-]+/[!#$&^_.+0-9A-Za-z-]+([ \\t]*;[\\t -~]+)?$"
    case .indexName: "^[^/\\u0000]+$"
    case .fileExtension: "^[0-9A-Za-z_+-]{1,16}$"
    case .urlPath: "^/[^?#]*$"
    case .uri: "^[A-Za-z][A-Za-z0-9+.-]*:[!-~]*$"
    case .link: "^<[^>]+>[ \\t]*;[\\t -~]+$"
    case .tryPath: "^[^{]*\\{path\\}[^{]*$"
    case .fallback: "^/.*[^/]$"
    case .statusSelector: "^([45]xx|[45][0-9]{2}(\\.[0-9]{1,3})?)$"
    case .languageTag: "^[A-Za-z]{2,3}(-[0-9A-Za-z]{1,8})*$"
    case .rehearsal: nil
    case .mediaRange: "^[!#$&^_.+0-9A-Za-z-]+/([!#$&^_.+0-9A-Za-z-]+|\\*)$"
    }
  }

  /// What is wrong with the text as this; nil: nothing. The message goes on after the quoted text.
  func problem(in text: String) -> Problem? {
    switch self {
    case .any: nil
    case .address: Self.addressProblem(text)
    case .network: Self.networkProblem(text)
    case .hostName: Self.hostNameProblem(text)
    case .path, .destination: Self.pathProblem(text)
    case .fieldName: Self.fieldNameProblem(text)
    case .fieldValue: Self.fieldValueProblem(text)
    case .mediaType: Self.mediaTypeProblem(text)
    case .indexName: Self.indexNameProblem(text)
    case .fileExtension: Self.fileExtensionProblem(text)
    case .urlPath:
      Self.isPlainPath(text) ? nil : Self.urlPathProblem(text) ?? PathPattern.problem(in: text)
    case .uri: Self.uriProblem(text)
    case .link: Self.linkProblem(text)
    case .tryPath: Self.tryProblem(text)
    case .fallback: Self.fallbackProblem(text)
    case .statusSelector: Self.statusSelectorProblem(text)
    case .languageTag: Self.languageTagProblem(text)
    case .mediaRange: Self.mediaRangeProblem(text)
    case .rehearsal: Self.rehearsalProblem(text)
    }
  }

  // MARK: Files and paths

  private static func pathProblem(_ text: String) -> Problem? {
    if text.isEmpty { return Problem("is no path") }
    if text.utf8.contains(0) { return Problem("has a NUL in it, which no path can") }
    if text.hasPrefix("~/") { return Problem("is not expanded; write the folder in full") }
    return nil
  }

  private static func indexNameProblem(_ text: String) -> Problem? {
    if let slash = text.lastIndex(of: "/") {
      let name = String(text[text.index(after: slash)...])
      return Problem(
        "is a path, not the name of a file in the folder itself",
        suggestion: name.isEmpty ? nil : name)
    }
    if ["", ".", ".."].contains(text) || text.utf8.contains(0) {
      return Problem("is no file name")
    }
    return nil
  }

  private static func fileExtensionProblem(_ text: String) -> Problem? {
    if text.hasPrefix("."), fileExtensionProblem(String(text.dropFirst())) == nil {
      return Problem("is written without its dot", suggestion: String(text.dropFirst()))
    }
    guard (1...16).contains(text.utf8.count),
      text.utf8.allSatisfy({ isLetter($0) || isDigit($0) || [0x5F, 0x2B, 0x2D].contains($0) })
    else {
      return Problem("is no file extension (1 to 16 letters, digits, \"-\", \"_\" or \"+\")")
    }
    return nil
  }

  /// Whether every byte of a text is as it has to be, looked at where the text lies.
  static func all(_ text: String, _ isSound: (UInt8) -> Bool) -> Bool {
    text.utf8.withContiguousStorageIfAvailable { bytes in
      for byte in bytes where !isSound(byte) { return false }
      return true
    } ?? text.utf8.allSatisfy(isSound)
  }

  /// A rule's path with nothing in it that has to be looked at twice. Most are, and there may be many.
  private static func isPlainPath(_ text: String) -> Bool {
    text.utf8.first == 0x2F
      && all(text) {
        $0 >= 0x20 && $0 != 0x7F && $0 != 0x3F && $0 != 0x23 && $0 != 0x7B && $0 != 0x7D
      }
  }

  private static func urlPathProblem(_ text: String) -> Problem? {
    guard text.hasPrefix("/") else {
      if let slashes = text.utf8.firstRange(of: Array("://".utf8)) {
        let rest = text[slashes.upperBound...]
        let path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
        return Problem(
          "is a whole URI; a rule's path starts with a slash",
          suggestion: urlPathProblem(path) == nil ? path : nil)
      }
      return Problem("does not start with a slash", suggestion: "/" + text)
    }
    if let end = text.utf8.firstIndex(where: { $0 == 0x3F || $0 == 0x23 }) {
      return Problem(
        "has a query or fragment, which a rule's path cannot", suggestion: String(text[..<end]))
    }
    if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      return Problem("has a control character in it")
    }
    return nil
  }

  // MARK: Negotiation

  private static func languageTagProblem(_ text: String) -> Problem? {
    if LanguageTag.isName(Array(text.utf8).span) { return nil }
    let hyphened = text.replacing("_", with: "-")
    return Problem(
      "is no language tag, such as en, th or en-GB",
      suggestion: LanguageTag.isName(Array(hyphened.utf8).span) ? hyphened : nil)
  }

  private static func mediaRangeProblem(_ text: String) -> Problem? {
    if text.hasSuffix("/*") { return mediaTypeProblem(text.dropLast() + "x") }
    if text.utf8.contains(0x3B) {
      return Problem("has parameters, which do not count here")
    }
    return mediaTypeProblem(text)
  }

  // MARK: Fields

  private static func fieldNameProblem(_ text: String) -> Problem? {
    // RFC 9110 section 5.1: field-name = token
    guard !text.isEmpty, text.utf8.allSatisfy(isToken) else {
      let trimmed = text.hasSuffix(":") ? String(text.dropLast()) : ""
      return Problem(
        "is no field name (letters, digits and \"-\")",
        suggestion: trimmed.utf8.allSatisfy(isToken) && !trimmed.isEmpty ? trimmed : nil)
    }
    return nil
  }

  static func fieldValueProblem(_ text: String) -> Problem? {
    // RFC 9110 section 5.5: visible characters, with spaces and tabs between them
    if let byte = text.utf8.first(where: { $0 != 0x09 && !(0x20...0x7E).contains($0) }) {
      return Problem(
        byte == 0x0A || byte == 0x0D
          ? "has a line break in it, which a field value cannot"
          : "has a character in it that a field value cannot: only ASCII, no controls")
    }
    let blanks: [UInt8] = [0x20, 0x09]
    if let first = text.utf8.first, let last = text.utf8.last,
      blanks.contains(first) || blanks.contains(last)
    {
      let trimmed = trimmed(text)
      return Problem("begins or ends with a blank", suggestion: trimmed)
    }
    return nil
  }

  /// Two names and a slash, without parameters.
  private static func isPlainMediaType(_ text: String) -> Bool {
    var slashes = 0
    var last: UInt8 = 0x2F
    let isSound = all(text) { byte in
      if byte == 0x2F {
        slashes += 1
        // Not at the front, and no two in a row
        if last == 0x2F { return false }
      } else if !isLetter(byte), !isDigit(byte), byte != 0x2B, byte != 0x2D, byte != 0x2E {
        return false
      }
      last = byte
      return true
    }
    return isSound && slashes == 1 && last != 0x2F
  }

  private static func mediaTypeProblem(_ text: String) -> Problem? {
    if isPlainMediaType(text) { return nil }
    let parts = text.utf8.split(separator: 0x3B, maxSplits: 1, omittingEmptySubsequences: false)
    let essence = Array(trimmed(String(decoding: parts[0], as: UTF8.self)).utf8)
    let names = essence.split(separator: 0x2F, omittingEmptySubsequences: false)
    guard names.count == 2, text.utf8.first != 0x20, text.utf8.first != 0x09,
      names.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isRestrictedName) })
    else {
      let known = Array(text.utf8)
      return Problem(
        "is no media type, such as text/plain or image/png",
        suggestion: MediaTypes.builtIn(extension: known.span).map { "\($0)" })
    }
    guard parts.count == 1 || parameters(Array(parts[1])) else {
      return Problem("has parameters that are none, such as charset=utf-8")
    }
    return nil
  }

  /// RFC 9110 section 5.6.6, without the empty parameters that it lets through.
  private static func parameters(_ bytes: [UInt8]) -> Bool {
    var index = 0
    func skipBlanks() {
      while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    }
    func token() -> Bool {
      let start = index
      while index < bytes.count, isToken(bytes[index]) { index += 1 }
      return index > start
    }
    func value() -> Bool {
      guard index < bytes.count, bytes[index] == 0x22 else { return token() }
      index += 1
      while index < bytes.count, bytes[index] != 0x22 {
        if bytes[index] == 0x5C { index += 1 }
        guard index < bytes.count, bytes[index] == 0x09 || (0x20...0x7E).contains(bytes[index])
        else { return false }
        index += 1
      }
      index += 1
      return index <= bytes.count
    }
    while true {
      skipBlanks()
      guard token(), index < bytes.count, bytes[index] == 0x3D else { return false }
      index += 1
      guard value() else { return false }
      skipBlanks()
      if index >= bytes.count { return bytes.last != 0x20 && bytes.last != 0x09 }
      guard bytes[index] == 0x3B else { return false }
      index += 1
    }
  }
}

// MARK: Bytes

func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

/// RFC 9110 section 5.6.2.
func isToken(_ byte: UInt8) -> Bool {
  isLetter(byte) || isDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
}

/// RFC 6838 section 4.2.
private func isRestrictedName(_ byte: UInt8) -> Bool {
  isLetter(byte) || isDigit(byte) || "!#$&-^_.+".utf8.contains(byte)
}

private func trimmed(_ text: String) -> String {
  let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
  guard let first = text.firstIndex(where: { !isBlank($0) }),
    let last = text.lastIndex(where: { !isBlank($0) })
  else { return "" }
  return String(text[first...last])
}
