/// The words that the front matter may use. Their order is that of the cases in HTTPStatus: a word's position is the raw
/// value that the tables carry, so that new words go to the end.
enum Vocabulary {
  static let registration = [
    "none", "registered", "temporary", "deprecated", "reserved", "historic",
  ]
  static let content = ["never", "empty", "optional", "should", "required"]
  /// "none" stands for "not said".
  static let retry = ["none", "never", "after-change", "after-retry-after", "if-idempotent"]
  static let redirectMethod = ["none", "keeps", "may-become-get", "becomes-get"]
  static let generators = ["origin", "gateway", "proxy", "cache"]
  static let actor = ["client", "server", "operator", "policy", "upstream", "application"]
  static let strength = ["must", "should", "may", "must-not", "should-not"]
  static let roles = ["origin", "gateway", "proxy"]
  static let versions = ["http/1.0", "http/1.1", "http/2"]
  static let condition = [
    "always", "if-clock", "if-single-part", "if-multipart", "if-in-200", "if-range",
    "if-temporary", "if-not-target", "if-preferred-choice", "if-media-type",
    "if-content-coding", "if-byte-ranges", "if-delta", "if-closing", "if-connect",
    "if-known-demander", "if-intermediary",
  ]

  /// The fields that a duty may name, in lower case. A name that is not here is taken for a slip of the pen.
  static let fields: Set<String> = [
    "accept", "accept-encoding", "accept-patch", "accept-ranges", "age", "allow", "alternates",
    "cache-control", "connection", "content-encoding", "content-language", "content-length",
    "content-location", "content-range", "content-type", "date", "dav", "delta-base", "etag",
    "expires", "im", "keep-alive", "last-modified", "link", "location", "lock-token",
    "preference-applied", "proxy-authenticate", "proxy-authentication-info", "proxy-connection",
    "proxy-status", "ratelimit", "ratelimit-policy", "retry-after", "sec-websocket-accept",
    "sec-websocket-extensions", "sec-websocket-protocol", "server", "set-cookie", "tcn",
    "trailer", "transfer-encoding", "upgrade", "upload-limit", "upload-offset", "vary", "via",
    "www-authenticate",
  ]

  /// Parts of a name that Swift writes in capitals unless they come first.
  static let acronyms: [String: String] = [
    "asp": "ASP", "cgi": "CGI", "dav": "DAV", "dns": "DNS", "get": "GET", "http": "HTTP",
    "http10": "HTTP10", "http11": "HTTP11", "http2": "HTTP2", "id": "ID", "ip": "IP",
    "json": "JSON", "nul": "NUL", "os": "OS", "tls": "TLS", "uri": "URI", "url": "URL",
    "utf8": "UTF8", "webdav": "WebDAV", "websocket": "WebSocket",
  ]
}

/// "directory-listing-denied" as `directoryListingDenied`, "path-not-utf8" as `pathNotUTF8`.
func constantName(_ slug: String) -> String {
  let parts = slug.split(separator: "-").map(String.init)
  return parts.enumerated().map { index, part in
    if index == 0 { return part }
    return Vocabulary.acronyms[part] ?? part.prefix(1).uppercased() + part.dropFirst()
  }.joined()
}

/// A constant's name as it stands in a declaration: Swift's own words need quoting there.
func declared(_ name: String) -> String {
  ["break", "case", "continue", "default", "defer", "else", "false", "in", "self", "true"]
    .contains(name) ? "`\(name)`" : name
}

/// A phrase as a slug: "URI Too Long" as "uri-too-long", "I'm" as "im".
func slug(ofPhrase phrase: String) -> String {
  var slug = ""
  for character in phrase.lowercased() {
    if character.isASCII, character.isLetter || character.isNumber {
      slug.append(character)
    } else if character != "'", !slug.isEmpty, slug.last != "-" {
      slug.append("-")
    }
  }
  return slug.hasSuffix("-") ? String(slug.dropLast()) : slug
}
