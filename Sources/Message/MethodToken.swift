extension Method {
  /// The method that this token names; `unknown` for every other one (RFC 9110 section 9.1:
  /// case-sensitive).
  public init(token: Span<UInt8>) {
    let count = token.count
    guard count >= 3, count <= 9 else {
      self = .unknown
      return
    }
    if count == 9 {
      self = token.equals("PROPPATCH") ? .proppatch : .unknown
      return
    }
    // The token as one word, little end first, filled up with zeros.
    switch token.bytes.shortWord(count) {
    case 0x54_4547: self = .get
    case 0x4441_4548: self = .head
    case 0x5453_4f50: self = .post
    case 0x54_5550: self = .put
    case 0x4554_454c_4544: self = .delete
    case 0x54_4345_4e4e_4f43: self = .connect
    case 0x53_4e4f_4954_504f: self = .options
    case 0x45_4341_5254: self = .trace
    case 0x48_4354_4150: self = .patch
    case 0x444e_4946_504f_5250: self = .propfind
    case 0x4c_4f43_4b4d: self = .mkcol
    case 0x5950_4f43: self = .copy
    case 0x4556_4f4d: self = .move
    case 0x4b43_4f4c: self = .lock
    case 0x4b43_4f4c_4e55: self = .unlock
    case 0x5452_4f50_4552: self = .report
    case 0x4843_5241_4553: self = .search
    case 0x4c_4341: self = .acl
    case 0x444e_4942: self = .bind
    case 0x444e_4942_4e55: self = .unbind
    case 0x444e_4942_4552: self = .rebind
    case 0x5745_5242: self = .brew
    default: self = .unknown
    }
    // Short tokens were filled with zeros: a token that has zeros itself is none
    if name.utf8CodeUnitCount != count { self = .unknown }
  }
}

extension MethodSet {
  /// Writes the set as a list, as Allow wants it: `GET, HEAD, OPTIONS` (RFC 9110 section 10.2.1).
  public func append(to buffer: inout ByteBuffer) {
    var rest = rawValue & ~1
    var isFirst = true
    while rest != 0 {
      let number = rest.trailingZeroBitCount
      rest &= rest &- 1
      guard let method = Method(rawValue: UInt8(truncatingIfNeeded: number)) else { return }
      if !isFirst { buffer.append(", ") }
      buffer.append(method.name)
      isFirst = false
    }
  }

  /// Writes the set as a list into an open field.
  public func append(to fields: inout FieldBuffer) {
    fields.appendValue { append(to: &$0) }
  }
}
