internal import Message

/// Writes a request target for the record: escaped, and without the values of parameters whose names say that they are secrets.
///
/// Parameters are looked for in the query and in the path (`;jsessionid=...`), also where their separators are themselves escaped,
/// as in a URI that is handed on inside another one. A value runs to the next unescaped separator, so that in doubt too much is
/// left out. User information before an `@` in the authority goes too.
struct TargetRedaction {
  /// Bytes of a target that are kept.
  static let bytesMax = 2048
  static let mark: StaticString = "[redacted]"
  /// A name that is longer than this once decoded is not looked through: its value is left out.
  static let nameBytesMax = 64

  private let bytes: UnsafeBufferPointer<UInt8>
  private let style: EscapeStyle
  /// `key` alone is no secret here.
  private let keepsKey: Bool
  private var index = 0
  private var isInQuery = false

  /// Writes `bytes`, cut off at `bytesMax`, into `line`, which has room for `EscapeStyle.growth` bytes for each and the mark.
  @inline(__always)
  static func write(
    _ bytes: UnsafeBufferPointer<UInt8>, _ style: EscapeStyle, keepingKey: Bool = false,
    to line: inout LineWriter
  ) {
    let kept = UnsafeBufferPointer(rebasing: bytes.prefix(bytesMax))
    var redaction = TargetRedaction(bytes: kept, style: style, keepsKey: keepingKey)
    redaction.run(&line)
  }

  private init(bytes: UnsafeBufferPointer<UInt8>, style: EscapeStyle, keepsKey: Bool) {
    self.bytes = bytes
    self.style = style
    self.keepsKey = keepsKey
  }

  private mutating func run(_ line: inout LineWriter) {
    if let first = bytes.first, first != 0x2F { writeAuthority(&line) }
    while true {
      index = line.plainRun(bytes, from: index, style)
      guard index < bytes.count else { return }
      let byte = bytes[index]
      index += 1
      line.escaped(byte, style)
      if EscapeStyle.classes(of: byte) & EscapeStyle.separator != 0 {
        checkParameter(byte, &line)
      }
    }
  }

  /// Writes what stands before the path of a target that does not begin with one, without user information.
  private mutating func writeAuthority(_ line: inout LineWriter) {
    var start = 0
    var end = 0
    var at = -1
    while end < bytes.count, bytes[end] != 0x3F {
      if bytes[end] == 0x2F {
        guard start == 0, end > 0, bytes[end - 1] == 0x3A, end + 1 < bytes.count,
          bytes[end + 1] == 0x2F
        else { break }
        end += 1
        start = end + 1
      } else if bytes[end] == 0x40 {
        at = end
      }
      end += 1
    }
    guard at >= start else { return }
    for place in 0..<start { line.escaped(bytes[place], style) }
    line.text(Self.mark)
    index = at
  }

  /// Looks at the parameter that may begin at `index`, after `separator` or an escape of one; leaves its value out if it has to.
  private mutating func checkParameter(_ separator: UInt8, _ line: inout LineWriter) {
    var start = index
    if separator == 0x25 {
      guard let escaped = escapedByte(at: index),
        escaped == 0x26 || escaped == 0x3B || escaped == 0x3F
      else { return }
      start += 2
    } else if separator == 0x3F {
      isInQuery = true
    }
    var name = ParameterName()
    guard readName(from: start, into: &name), name.isSensitive, !(keepsKey && name.isKey) else {
      return
    }
    while index < name.valueStart {
      line.escaped(bytes[index], style)
      index += 1
    }
    let end = valueEnd(from: index)
    if end > index { line.text(Self.mark) }
    index = end
  }

  private func escapedByte(at place: Int) -> UInt8? {
    guard place + 1 < bytes.count, ByteClass.has(bytes[place], ByteClass.hexDigit),
      ByteClass.has(bytes[place + 1], ByteClass.hexDigit)
    else { return nil }
    return ByteClass.hexValue(bytes[place]) << 4 | ByteClass.hexValue(bytes[place + 1])
  }

  /// The end of a value: in the query at the next `&`, in the path at the end of its segment or parameter.
  private func valueEnd(from start: Int) -> Int {
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      if byte == 0x26 { return end }
      if !isInQuery, byte == 0x2F || byte == 0x3B || byte == 0x3F { return end }
      end += 1
    }
    return end
  }

  /// Reads the name that begins at `start` and ends at an equals sign; false where there is none.
  private func readName(from start: Int, into name: inout ParameterName) -> Bool {
    var place = start
    while place < bytes.count {
      var byte = bytes[place]
      var length = 1
      if byte == 0x25, let escaped = escapedByte(at: place + 1) {
        byte = escaped
        length = 3
      }
      place += length
      switch byte {
      case 0x3D:
        name.valueStart = place
        return true
      case 0x26, 0x3B, 0x3F: return false
      case 0x2F where !isInQuery: return false
      default: name.append(byte)
      }
    }
    return false
  }
}

/// A parameter's name in small letters, without the marks that people put between words.
struct ParameterName {
  private var letters = InlineArray<64, UInt8>(repeating: 0)
  private var count = 0
  private var isTooLong = false
  /// Where the value begins in the target.
  var valueStart = 0

  init() {}

  mutating func append(_ byte: UInt8) {
    switch byte {
    // - _ . + [ ] and space
    case 0x2D, 0x5F, 0x2E, 0x2B, 0x5B, 0x5D, 0x20: return
    default: break
    }
    guard count < TargetRedaction.nameBytesMax else {
      isTooLong = true
      return
    }
    letters[count] = byte.lowercased
    count += 1
  }

  /// Whether the name says that its value is a secret.
  var isSensitive: Bool {
    if isTooLong { return true }
    if count < 3 { return false }
    if isWholeWord { return true }
    for place in 0..<count where hasWord(at: place) { return true }
    return false
  }

  /// `key` and nothing else.
  var isKey: Bool { count == 3 && !isTooLong && has("key", at: 0) }

  /// The short names that are secrets only when they stand alone.
  private var isWholeWord: Bool {
    switch count {
    case 3:
      has("sig", at: 0) || has("sid", at: 0) || has("otp", at: 0) || has("pin", at: 0)
        || has("pwd", at: 0) || has("jwt", at: 0) || has("cvv", at: 0) || has("cvc", at: 0)
        || has("mac", at: 0)
    case 4:
      has("code", at: 0) || has("auth", at: 0) || has("pass", at: 0) || has("hmac", at: 0)
        || has("totp", at: 0)
    default: false
    }
  }

  private func hasWord(at place: Int) -> Bool {
    switch letters[place] {
    case 0x61:  // a
      has("apikey", at: place) || has("accesskey", at: place) || has("authcode", at: place)
        || has("authkey", at: place) || has("authorization", at: place)
        || has("assertion", at: place)
    case 0x62: has("bearer", at: place)
    case 0x63: has("credential", at: place) || has("csrf", at: place) || has("cookie", at: place)
    case 0x6B: place + 3 == count && has("key", at: place)
    case 0x6F: has("oauth", at: place)
    case 0x70:  // p
      has("passw", at: place) || has("passphrase", at: place) || has("passcode", at: place)
        || has("privatekey", at: place)
    case 0x73:  // s
      has("secret", at: place) || has("session", at: place) || has("sessid", at: place)
        || has("signature", at: place) || has("saml", at: place)
    case 0x74: has("token", at: place) || has("ticket", at: place)
    case 0x76: has("verifier", at: place)
    case 0x78: has("xsrf", at: place)
    default: false
    }
  }

  @inline(__always)
  private func has(_ word: StaticString, at place: Int) -> Bool {
    guard place + word.utf8CodeUnitCount <= count else { return false }
    for index in 0..<word.utf8CodeUnitCount
    where letters[place + index] != word.utf8Start[index] {
      return false
    }
    return true
  }
}
