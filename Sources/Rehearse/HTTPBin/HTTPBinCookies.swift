internal import Message

/// Cookies (RFC 6265): what the client has, and setting and deleting them.
enum HTTPBinCookies {
  /// Cookies of a measuring service that httpbin hides.
  private static let hidden: Set<String> = [
    "_gauges_unique", "_gauges_unique_year", "_gauges_unique_month", "_gauges_unique_day",
    "_gauges_unique_hour", "__utmz", "__utma", "__utmb",
  ]

  static func list(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    let showsAll = ask.arguments.contains { $0.name.elementsEqual("show_env".utf8) }
    var members: [JSONTree.Member] = []
    for cookie in CookieReader.cookies(ask) {
      let name = String(decoding: cookie.name, as: UTF16.self)
      if !showsAll, hidden.contains(name) { continue }
      // The first of a name counts
      if members.contains(where: { $0.name == cookie.name }) { continue }
      members.append(.init(name: cookie.name, value: .text(cookie.value)))
    }
    return HTTPBinAnswer.json(.object(("cookies", .object(members))))
  }

  /// `/cookies/set/NAME/VALUE`
  static func setOne(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    setting(ask, [URLText.Pair(name: ask.segments[2], value: ask.segments[3])])
  }

  /// `/cookies/set?NAME=VALUE`
  static func set(_ ask: HTTPBinAsk) -> RehearsalAnswer { setting(ask, ask.arguments) }

  private static func setting(_ ask: HTTPBinAsk, _ pairs: [URLText.Pair]) -> RehearsalAnswer {
    change(ask, pairs) { pair in
      field(pair.name, pair.value, isSecure: ask.call.scheme == "https")
    }
  }

  /// `/cookies/delete?NAME`
  static func delete(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    change(ask, ask.arguments) { pair in
      let end = "=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/"
      return RehearsedField(Array("Set-Cookie".utf8), pair.name + Array(end.utf8))
    }
  }

  private static func change(
    _ ask: HTTPBinAsk, _ pairs: [URLText.Pair], _ field: (URLText.Pair) -> RehearsedField
  ) -> RehearsalAnswer {
    var answer = HTTPBinAnswer.redirect(ask.path("/cookies"))
    var seen: [[UInt8]] = []
    for pair in pairs where !seen.contains(pair.name) {
      guard !pair.name.isEmpty, pair.name.allSatisfy({ ByteClass.has($0, ByteClass.token) }) else {
        return HTTPBinAnswer.unfit("A cookie's name is a token (RFC 6265 section 4.1.1).")
      }
      seen.append(pair.name)
      answer.fields.append(field(pair))
    }
    return answer
  }

  static func field(_ name: [UInt8], _ value: [UInt8], isSecure: Bool = false) -> RehearsedField {
    let end = isSecure ? "; Secure; Path=/" : "; Path=/"
    return RehearsedField(
      Array("Set-Cookie".utf8), name + [0x3D] + quoted(value) + Array(end.utf8))
  }

  /// The value of the first cookie with this name.
  static func value(_ name: String, _ ask: HTTPBinAsk) -> [UInt8]? {
    CookieReader.cookies(ask).first { $0.name.elementsEqual(name.utf16) }
      .map { Array(String(decoding: $0.value, as: UTF16.self).utf8) }
  }

  /// Bytes that a value has without quotes.
  private static func isPlain(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && ![0x22, 0x2C, 0x3B, 0x5C].contains(byte)
  }

  /// In quotes where it needs them, with three octal digits for what may not stand there at all.
  private static func quoted(_ value: [UInt8]) -> [UInt8] {
    if value.allSatisfy(isPlain) { return value }
    var text: [UInt8] = [0x22]
    for byte in value {
      if byte == 0x22 || byte == 0x5C {
        text += [0x5C, byte]
      } else if byte < 0x20 || byte >= 0x7F || byte == 0x2C || byte == 0x3B {
        text += [0x5C, 0x30 + (byte >> 6), 0x30 + (byte >> 3 & 7), 0x30 + (byte & 7)]
      } else {
        text.append(byte)
      }
    }
    return text + [0x22]
  }
}

/// Reads Cookie fields as httpbin does: `name=value` or `name="a; \"b\""`, parted by semicolons; what is none of it is passed over up to
/// the next semicolon (RFC 6265 section 4.2.1: no blanks, quotes or semicolons in a plain value). Bytes that are not ASCII are ISO-8859-1,
/// but for those that a quoted value has as octal escapes, which are UTF-8.
struct CookieReader {
  struct Cookie {
    var name: [UInt16]
    var value: [UInt16]
  }

  static func cookies(_ ask: HTTPBinAsk) -> [Cookie] {
    // Two lines are one with a comma: CGI knows no other way, and a client sends one (RFC 6265 section 5.4)
    var reader = CookieReader(ask.field("cookie") ?? [])
    var found: [Cookie] = []
    while reader.index < reader.text.count {
      let start = reader.index
      if let cookie = reader.next() {
        found.append(cookie)
      } else {
        reader.index = reader.text[start...].firstIndex(of: 0x3B).map { $0 + 1 } ?? .max
      }
    }
    return found
  }

  private let text: [UInt8]
  private var index = 0

  private init(_ text: [UInt8]) { self.text = text }

  private mutating func skipBlanks() { take(while: \.isBlank) }

  @discardableResult
  private mutating func take(while isWanted: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = index
    while index < text.count, isWanted(text[index]) { index += 1 }
    return text[start..<index]
  }

  /// The cookie that begins here, with the semicolon behind it.
  private mutating func next() -> Cookie? {
    skipBlanks()
    let name = take { !$0.isBlank && ![0x22, 0x3B, 0x3D].contains($0) }
    guard !name.isEmpty else { return nil }
    var cookie = Cookie(name: name.map(UInt16.init), value: [])
    skipBlanks()
    if index < text.count, text[index] == 0x3D {
      index += 1
      skipBlanks()
      if index < text.count, text[index] == 0x22 {
        guard let value = quoted() else { return nil }
        cookie.value = value
      } else {
        cookie.value = take { !$0.isBlank && ![0x22, 0x3B].contains($0) }.map(UInt16.init)
      }
      skipBlanks()
    }
    guard index < text.count else { return cookie }
    guard text[index] == 0x3B else { return nil }
    index += 1
    return cookie
  }

  /// Behind its first quote; nil where the last one is missing.
  private mutating func quoted() -> [UInt16]? {
    index += 1
    var value: [UInt8] = []
    while index < text.count {
      let byte = text[index]
      index += 1
      if byte == 0x22 { return Array(String(decoding: value, as: UTF8.self).utf16) }
      guard byte == 0x5C else {
        value += Self.latin1(byte)
        continue
      }
      guard index < text.count else { return nil }
      let digits = text[index...].prefix(3)
      if digits.count == 3, digits.allSatisfy({ $0 &- 0x30 < 8 }),
        let number = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        value.append(number)
        index += 3
      } else {
        value += Self.latin1(text[index])
        index += 1
      }
    }
    return nil
  }

  /// A byte of ISO-8859-1 in UTF-8.
  private static func latin1(_ byte: UInt8) -> [UInt8] {
    byte < 0x80 ? [byte] : [0xC0 | byte >> 6, 0x80 | byte & 0x3F]
  }
}
