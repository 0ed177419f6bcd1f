internal import HTTPStatus
internal import Record
internal import StatusGuide

/// What an answer, a journal line or another text on standard input asks to have explained.
enum ExplainInput {
  /// The cause where the text tells one, else the status, else a sign of another server, else its first line.
  static func query(in text: String) -> String? {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    // A problem's member, or a line of our journal
    if let cause = member("cause", in: text), Cause(cause) != nil { return cause }
    if let error = proxyStatus(lines) { return error }
    // The last head: interim responses and redirects go before it
    if let status = lines.compactMap(statusLine).last { return status }
    if let status = member("status", in: text), Status(Int(status) ?? -1)?.phrase != nil {
      return status
    }
    for line in lines {
      if let found = ForeignLine.query(in: line) { return found }
    }
    guard let first = lines.first, !first.isEmpty else { return nil }
    return String(first.prefix(400))
  }

  /// The status of `HTTP/1.1 404 Not Found`, also as `curl -v` and `try` show it, with `< ` before it.
  private static func statusLine(_ line: String) -> String? {
    let words = line.split(separator: " ")
    let first = words.first == "<" ? 1 : 0
    guard words.count > first + 1, words[first].hasPrefix("HTTP/"),
      words[first + 1].utf8.count == 3, Int(words[first + 1]) != nil
    else { return nil }
    return String(words[first + 1])
  }

  /// The value of a member of a JSON object, wherever it stands in the text.
  private static func member(_ name: String, in text: String) -> String? {
    let bytes = Array(text.utf8)
    let key = Array("\"\(name)\"".utf8)
    guard bytes.count > key.count else { return nil }
    for start in 0...(bytes.count - key.count)
    where bytes[start] == key[0] && bytes[start..<(start + key.count)].elementsEqual(key) {
      let rest = bytes[(start + key.count)...].drop { $0 == 0x20 || $0 == 0x3A || $0 == 0x09 }
      let value = rest.drop { $0 == 0x22 }.prefix {
        $0 != 0x22 && $0 != 0x2C && $0 != 0x7D && $0 != 0x0A && $0 != 0x20
      }
      if !value.isEmpty { return String(decoding: value, as: UTF8.self) }
    }
    return nil
  }

  /// The error parameter of a Proxy-Status field (RFC 9209 section 2.1.2).
  private static func proxyStatus(_ lines: [String]) -> String? {
    for line in lines where line.lowercased().contains("proxy-status:") {
      for part in line.split(separator: ";") {
        let words = part.split(separator: "=").map { $0.filter { !$0.isWhitespace } }
        if words.count == 2, words[0] == "error" {
          return words[1].filter { $0 != "\"" }
        }
      }
    }
    return nil
  }
}

/// A line of somebody's log: which of its words tells most.
private enum ForeignLine {
  static func query(in line: String) -> String? {
    let words = line.split(separator: " ").map(String.init)
    if let found = flag(words) ?? code(ofW3C: line) { return found }
    if let found = combinedStatus(line) ?? ourCause(words) { return found }
    return sign(in: line) ?? placeholder(in: line)
  }

  /// What HAProxy writes in the place of a request or of a server that it does not have.
  private static func placeholder(in line: String) -> String? {
    Sign.all.map { $0.sign.description }.first { $0.hasPrefix("<") && line.contains($0) }
  }

  /// Envoy's flag behind the status (`503 UF 0`, `503 UF,URX 0`), or HAProxy's state before its counts of connections
  /// (`503 217 - - SC-- 1/1/0/0/3`).
  private static func flag(_ words: [String]) -> String? {
    for (before, word) in zip(words, words.dropFirst()) {
      if isStatus(before), let flag = word.split(separator: ",").first.map(String.init),
        flag != "-",
        Sign.all.contains(where: { $0.vendor.description == "envoy" && $0.sign.description == flag }
        )
      {
        return flag
      }
      // word is the counts here, before the state
      if [2, 4].contains(before.utf8.count), word.utf8.filter({ $0 == 0x2F }).count == 4,
        Guide.named(before).contains(where: isState)
      {
        return before
      }
    }
    return nil
  }

  private static func isState(_ subject: Subject) -> Bool {
    if case .sign(let sign) = subject { sign.vendor.description == "haproxy" } else { false }
  }

  private static func isStatus(_ word: String) -> Bool {
    word.utf8.count == 3 && Int(word).flatMap { Status($0) }?.canBeSent == true
  }

  /// The cause of a line in IIS's W3C form, be it ours or another server's, or its status.
  private static func code(ofW3C line: String) -> String? {
    guard let line = OtherLine(line), line.format == .w3c else { return nil }
    return line.cause?.code.description ?? line.status?.code.description
  }

  /// The status of a line in the common or combined log format: `"GET / HTTP/1.1" 404 153`.
  private static func combinedStatus(_ line: String) -> String? {
    let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
    for part in parts.dropFirst(2) where part.hasPrefix(" ") {
      if let code = part.split(separator: " ").first.map(String.init), isStatus(code) {
        return code
      }
    }
    return nil
  }

  /// A line of our journal's form for eyes: `10:31:05 403.14 directory-listing-denied GET /pics/`.
  private static func ourCause(_ words: [String]) -> String? {
    for (code, slug) in zip(words, words.dropFirst()) {
      if let cause = Cause(code), cause.slug.description == slug { return code }
    }
    return nil
  }

  /// A word that is a sign of another server (`[proxy:error] AH01114: HTTP: failed to make connection`), else the longest message
  /// that the line holds (`upstream timed out (110: Connection timed out) while reading`).
  private static func sign(in line: String) -> String? {
    for word in line.split(whereSeparator: { $0.isWhitespace || $0 == ":" || $0 == "," }) {
      let text = word.filter { $0 != "[" && $0 != "]" && $0 != "(" && $0 != ")" }
      guard text.utf8.count > 3, text.contains(where: { $0.isNumber }) || text.hasPrefix("E") else {
        continue
      }
      if Sign.all.contains(where: { $0.sign.description == text }) { return text }
    }
    let lower = line.lowercased()
    return Sign.all.map { $0.sign.description }
      .filter { $0.utf8.count > 11 && $0.contains(" ") && lower.contains($0.lowercased()) }
      .max { $0.utf8.count < $1.utf8.count }
  }
}
