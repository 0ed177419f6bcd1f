import Message

// The four forms of a request target (RFC 9112 section 3.2).

extension RequestReader {
  /// Sorts the target, once the request line is there, into form, authority, path and query.
  @inline(__always)
  mutating func settleTarget(
    _ bytes: Span<UInt8>, _ head: inout RequestHead
  ) throws(MessageFault) {
    let start = Int(head.target.start)
    let end = Int(head.target.end)
    guard bytes[start] == 0x2F, head.method != .connect else {
      return try settleOtherForm(bytes, &head)
    }
    head.targetForm = .origin
    setPath(bytes, start, end, &head)
  }

  @inline(__always)
  private func setPath(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ head: inout RequestHead
  ) {
    head.hasQuery = queryStart != 0
    let pathEnd = head.hasQuery ? queryStart : end
    head.path = ByteSlice(start, pathEnd)
    if head.hasQuery { head.query = ByteSlice(queryStart &+ 1, end) }
    head.pathNeedsDecoding =
      hasEscape || hasDotOrSlash && Self.hasDotSegment(bytes, start..<pathEnd)
  }

  /// True where a path has a segment `.` or `..`, or an empty one that is not the last.
  private static func hasDotSegment(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var dots = 0
    var length = 0
    for index in range.dropFirst() {
      if bytes[index] == 0x2F {
        if length == dots, length <= 2 { return true }
        dots = 0
        length = 0
      } else {
        length &+= 1
        if bytes[index] == 0x2E { dots &+= 1 }
      }
    }
    return length > 0 && length == dots && length <= 2
  }

  @inline(never)
  private mutating func settleOtherForm(
    _ bytes: Span<UInt8>, _ head: inout RequestHead
  ) throws(MessageFault) {
    let start = Int(head.target.start)
    let end = Int(head.target.end)
    let wrongForm = MessageFault(.targetFormWrong, at: UInt64(start), in: .target)
    // RFC 9112 section 3.2.3: CONNECT has the authority form, and nobody else has
    if head.method == .connect { return try settleAuthorityForm(bytes, &head) }
    if bytes[start] == 0x2A, end == start &+ 1 {
      // RFC 9112 section 3.2.4
      guard head.method == .options else { throw wrongForm }
      head.targetForm = .asterisk
      return
    }
    // RFC 9112 section 3.2.2
    let text = bytes.extracting(start..<end)
    let schemeEnd: Int
    if text.count >= 5, text.extracting(0..<5).equalsIgnoringCase("http:") {
      schemeEnd = start &+ 5
    } else if text.count >= 6, text.extracting(0..<6).equalsIgnoringCase("https:") {
      schemeEnd = start &+ 6
      head.isTargetSecure = true
    } else if Self.hasScheme(text) {
      // RFC 9110 section 15.5.20: no origin of another scheme is served here
      throw MessageFault(.targetSchemeForeign, at: UInt64(start), in: .target)
    } else {
      throw wrongForm
    }
    head.targetForm = .absolute
    for index in schemeEnd..<(schemeEnd &+ 2) where index >= end || bytes[index] != 0x2F {
      throw MessageFault(.targetMalformed, at: UInt64(index), in: .target)
    }
    var authorityEnd = schemeEnd &+ 2
    while authorityEnd < end, bytes[authorityEnd] != 0x2F, bytes[authorityEnd] != 0x3F {
      authorityEnd &+= 1
    }
    let authority = try authority(bytes, (schemeEnd &+ 2)..<authorityEnd)
    // RFC 9110 section 4.2.1: an http URI without a host is invalid
    if authority.host.isEmpty {
      throw MessageFault(.targetMalformed, at: UInt64(schemeEnd &+ 2), in: .target)
    }
    head.host = authority.host
    head.port = authority.port
    hasDotOrSlash = true
    hasEscape = Self.hasEscape(bytes, authorityEnd..<(queryStart == 0 ? end : queryStart))
    setPath(bytes, authorityEnd, end, &head)
    // An empty path is `/` (RFC 9110 section 4.2.3); OPTIONS without one means the server (RFC 9112
    // section 3.2.4).
    if head.path.isEmpty { head.pathNeedsDecoding = true }
  }

  /// Whether a text begins with a scheme and an authority (RFC 3986 sections 3.1 and 3.2). Without the slashes `example.com:80` would.
  private static func hasScheme(_ text: Span<UInt8>) -> Bool {
    var index = 0
    while index < text.count, text[index] != 0x3A {
      let byte = text[index]
      let isLetter = byte.lowercased &- 0x61 < 26
      guard isLetter || index > 0 && (byte.isDigit || byte == 0x2B || byte == 0x2D || byte == 0x2E)
      else { return false }
      index += 1
    }
    return index > 0 && index &+ 2 < text.count && text[index &+ 1] == 0x2F
      && text[index &+ 2] == 0x2F
  }

  private static func hasEscape(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    for index in range where bytes[index] == 0x25 { return true }
    return false
  }

  private func authority(
    _ bytes: Span<UInt8>, _ range: Range<Int>
  ) throws(MessageFault) -> Authority {
    do {
      return try Authority(bytes, range)
    } catch {
      throw MessageFault(.targetMalformed, at: UInt64(error.offset), in: .target)
    }
  }

  private mutating func settleAuthorityForm(
    _ bytes: Span<UInt8>, _ head: inout RequestHead
  ) throws(MessageFault) {
    let range = head.target.range
    let wrongForm = MessageFault(.targetFormWrong, at: UInt64(range.lowerBound), in: .target)
    for index in range where bytes[index] == 0x2F || bytes[index] == 0x3F { throw wrongForm }
    let authority = try authority(bytes, range)
    guard !authority.host.isEmpty, authority.hasPort else { throw wrongForm }
    // RFC 9112 section 3.2.3: the port is not optional
    guard authority.port > 0 else {
      throw MessageFault(
        .targetMalformed, at: UInt64(min(Int(authority.portDigits.start), range.upperBound - 1)),
        in: .target)
    }
    head.targetForm = .authority
    head.host = authority.host
    head.port = authority.port
  }
}
