import HTTPStatus
import Message

// What holds for the fields of every response, whatever its status.
extension Seen {
  /// Fields that are no lists and so stand once (RFC 9110 section 5.3).
  private static let single: Set<String> = [
    "accept-ranges", "age", "content-length", "content-location", "content-range", "content-type",
    "date", "etag", "expires", "last-modified", "location", "retry-after", "server",
    "transfer-encoding", "x-request-id",
  ]

  /// RFC 9110 sections 5.1 and 5.5.
  var syntax: [String] {
    var found: [String] = []
    for (name, value) in fields {
      let isToken = !name.isEmpty && name.utf8.allSatisfy { ByteClass.has($0, ByteClass.token) }
      if !isToken { found.append("\(name) is no field name") }
      let isText = value.utf8.allSatisfy { $0 == 0x09 || $0 >= 0x20 && $0 != 0x7F }
      if !isText { found.append("\(name) has a control character in its value") }
      if value.first == " " || value.last == " " { found.append("\(name) has blanks around it") }
    }
    for name in Self.single where fields.filter({ $0.name == name }).count > 1 {
      found.append("\(name) stands more than once")
    }
    return found
  }

  /// RFC 9110 section 8.6, RFC 9112 section 6.
  var framing: [String] {
    var found: [String] = []
    let endsWithHead = status.isInterim || status.code == 204
    if has("content-length"), has("transfer-encoding") {
      found.append("content-length and transfer-encoding stand together")
    }
    for name in ["content-length", "transfer-encoding"]
    where has(name) && (endsWithHead || isTunnel) {
      found.append("\(name) stands in a \(status)\(isTunnel ? " to CONNECT" : "")")
    }
    guard let text = value("content-length") else { return found }
    guard let length = UInt64(text), text.utf8.allSatisfy(\.isDigit) else {
      return found + ["content-length is no number"]
    }
    // The length of an answer to HEAD, and of a 304, is that of the content which is not there
    if let content, method != "HEAD", status.code != 304, UInt64(content.count) != length {
      found.append("content-length is \(length) and \(content.count) bytes follow")
    }
    return found
  }

  var values: [String] {
    fields.compactMap { name, value in
      wrong(name, value).map { "\(name) is \"\(value)\": \($0)" }
    }
  }

  /// What is wrong with a value; nil where nothing is, or nobody can tell.
  private func wrong(_ name: String, _ value: String) -> String? {
    let bytes = Array(value.utf8)
    switch name {
    case "date", "last-modified":
      // RFC 9110 section 5.6.7: what is sent has the preferred form
      return bytes.count == 29 && HTTPDate.parse(bytes.span, now: 0) != nil ? nil : "no date"
    case "etag": return EntityTag(bytes.span) == nil ? "no entity tag" : nil
    case "content-type": return MediaType(bytes.span) == nil ? "no media type" : nil
    case "location": return wrongLocation(value)
    case "allow": return wrongAllow(value)
    case "content-range": return wrongContentRange(value)
    case "retry-after":
      let isDelay = !bytes.isEmpty && bytes.allSatisfy(\.isDigit)
      return isDelay || HTTPDate.parse(bytes.span, now: 0) != nil ? nil : "no delay and no date"
    case "connection": return version == .http2 ? "HTTP/2 has no connection fields" : nil
    default: return nil
    }
  }

  /// RFC 9110 section 10.2.2. A reference that starts with two slashes names another host.
  private func wrongLocation(_ value: String) -> String? {
    if value.isEmpty { return "it names nothing" }
    if value.hasPrefix("//") { return "it names another host" }
    let isURI = value.utf8.allSatisfy {
      (0x21...0x7E).contains($0) && !"\"<>\\^`{|}".utf8.contains($0)
    }
    return isURI ? nil : "no URI reference"
  }

  /// RFC 9110 section 10.2.1; a 405 does not name the method that it refuses.
  private func wrongAllow(_ value: String) -> String? {
    let names = value.split(separator: ",").map { $0.drop { $0 == " " } }
    let areTokens = names.allSatisfy { name in
      !name.isEmpty && name.utf8.allSatisfy { ByteClass.has($0, ByteClass.token) }
    }
    if !areTokens, !value.isEmpty { return "no list of methods" }
    if Set(names).count != names.count { return "a method stands twice" }
    if status.code == 405, names.contains(Substring(method)) {
      return "it names the method that is refused"
    }
    return nil
  }

  /// RFC 9110 section 14.4: `bytes 0-9/10` with a 206, `bytes */10` with a 416.
  private func wrongContentRange(_ value: String) -> String? {
    guard value.hasPrefix("bytes ") else { return "another unit" }
    let parts = value.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return "no length" }
    if status.code == 416 {
      return parts[0] == "*" && UInt64(parts[1]) != nil ? nil : "a 416 names the length alone"
    }
    let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
    guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else {
      return "no range"
    }
    if let length = UInt64(parts[1]), last >= length { return "the range leaves the content" }
    if let length = self.value("content-length").flatMap({ UInt64($0) }),
      length != last - first + 1
    {
      return "the content has another length"
    }
    return nil
  }
}
