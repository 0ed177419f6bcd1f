import HTTPStatus

// The texts of redirects, blocks, hints, error pages and lists of paths to try.
extension TextForm {
  static func uriProblem(_ text: String) -> Problem? {
    // RFC 3986 section 3.1
    let scheme = text.prefix { $0 != ":" }
    guard scheme.utf8.count < text.utf8.count, let first = scheme.utf8.first, isLetter(first),
      scheme.utf8.allSatisfy({ isLetter($0) || isDigit($0) || "+-.".utf8.contains($0) })
    else { return Problem("is no URI, such as https://authority.example/") }
    let bad = text.utf8.contains { byte in
      byte <= 0x20 || byte >= 0x7F || "\"<>\\^`{|}".utf8.contains(byte)
    }
    return bad ? Problem("has a character in it that no URI has") : nil
  }

  /// RFC 8288 section 3: `<target>; rel=...`.
  static func linkProblem(_ text: String) -> Problem? {
    if let problem = fieldValueProblem(text) { return problem }
    guard text.hasPrefix("<"), let end = text.firstIndex(of: ">") else {
      return Problem("is no link, such as </style.css>; rel=preload; as=style")
    }
    let target = text[text.index(after: text.startIndex)..<end]
    let isURI = target.utf8.allSatisfy { $0 > 0x20 && !"\"<\\^`{|}".utf8.contains($0) }
    if target.isEmpty || !isURI {
      return Problem("has no URI between \"<\" and \">\"")
    }
    let parameters = text[text.index(after: end)...].lowercased().filter { $0 != " " }
    guard parameters.hasPrefix(";"), parameters.contains(";rel=") else {
      return Problem("says no rel, such as ; rel=preload")
    }
    return nil
  }

  static func tryProblem(_ text: String) -> Problem? {
    let parts = text.split(
      separator: TryTemplate.placeholder, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      return Problem(
        "does not name {path} once, such as {path}.html",
        suggestion: text.hasPrefix(".") ? TryTemplate.placeholder + text : nil)
    }
    if !parts[0].isEmpty, !parts[0].hasPrefix("/") || parts[0].hasSuffix("/") {
      return Problem("has something before {path} that is no folder, such as /pages{path}")
    }
    if parts[0].isEmpty, parts[1].isEmpty {
      return Problem("is what is looked at first in any case")
    }
    return belowRootProblem(text)
  }

  static func fallbackProblem(_ text: String) -> Problem? {
    guard text.hasPrefix("/") else {
      let suggestion = "/" + (text.hasPrefix("./") ? String(text.dropFirst(2)) : text)
      return Problem(
        "is counted from the root of the files, and starts with a slash",
        suggestion: fallbackProblem(suggestion) == nil ? suggestion : nil)
    }
    if text.hasSuffix("/") { return Problem("is a folder; a fallback is a file") }
    return belowRootProblem(text)
  }

  private static func belowRootProblem(_ text: String) -> Problem? {
    let names = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    if names.contains(where: { $0 == "." || $0 == ".." || $0.isEmpty && text.contains("//") }) {
      return Problem("has \".\", \"..\" or two slashes in a row in it")
    }
    if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      return Problem("has a control character in it")
    }
    return nil
  }

  static func statusSelectorProblem(_ text: String) -> Problem? {
    if ErrorPages.Selector(text) != nil { return nil }
    if text.contains("."), let dot = text.firstIndex(of: "."), UInt16(text[..<dot]) != nil {
      return Problem("is no cause of the catalogue; `statusline explain` lists those of a status")
    }
    return Problem("is no status from 400 to 599, no cause such as 403.14, and neither 4xx nor 5xx")
  }
}
