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
    for cookie in cookies(ask) {
      let name = String(decoding: cookie.name, as: UTF8.self)
      if !showsAll, hidden.contains(name) { continue }
      let key = Array(name.utf16)
      // The first of a name counts
      if members.contains(where: { $0.name == key }) { continue }
      members.append(
        .init(name: key, value: .text(String(decoding: cookie.value, as: UTF8.self))))
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
    cookies(ask).first { $0.name.elementsEqual(name.utf8) }?.value
  }

  private static func cookies(_ ask: HTTPBinAsk) -> [URLText.Pair] {
    var found: [URLText.Pair] = []
    for field in ask.call.fields where HTTPBinAsk.isSame(field.name, "cookie") {
      for part in field.value.split(separator: 0x3B) {
        let halves = part.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
        let name = trimmed(halves[0])
        if name.isEmpty { continue }
        found.append(
          URLText.Pair(
            name: name, value: halves.count > 1 ? unquoted(trimmed(halves[1])) : []))
      }
    }
    return found
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var rest = text.drop { $0.isBlank }
    while let last = rest.last, last.isBlank { rest.removeLast() }
    return Array(rest)
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

  private static func unquoted(_ value: [UInt8]) -> [UInt8] {
    guard value.count >= 2, value.first == 0x22, value.last == 0x22 else { return value }
    let inner = Array(value[1..<(value.count - 1)])
    var text: [UInt8] = []
    var index = 0
    while index < inner.count {
      guard inner[index] == 0x5C, index + 1 < inner.count else {
        text.append(inner[index])
        index += 1
        continue
      }
      let digits = inner[(index + 1)...].prefix(3)
      if digits.count == 3, digits.allSatisfy({ $0 &- 0x30 < 8 }),
        let number = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      {
        text.append(number)
        index += 4
      } else {
        text.append(inner[index + 1])
        index += 2
      }
    }
    return text
  }
}
