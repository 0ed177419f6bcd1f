import Message

/// A host with its port, as Host and the targets of CONNECT and proxy requests carry it (RFC 3986
/// section 3.2).
struct Authority: Equatable, Sendable {
  /// The host; an IP literal with its brackets.
  var host: ByteSlice
  /// The digits behind the colon; `hasPort` tells none from an absent colon.
  var portDigits: ByteSlice
  var hasPort: Bool
  /// 0 where no digits are given.
  var port: UInt16

  /// Reads uri-host [ ":" port ] from all of a part of the bytes; user information is not allowed
  /// in it (RFC 9110 section 4.2.4). The error is the offset of the first byte that does not fit.
  init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(Misfit) {
    var at = range.lowerBound
    let end = range.upperBound
    // What nearly every request has: a plain name or address
    precondition(at >= 0 && end <= bytes.count)
    while at < end, ByteClass.has(bytes[unchecked: at], ByteClass.host) { at &+= 1 }
    if at == end {
      host = ByteSlice(range.lowerBound, at)
      portDigits = .empty
      hasPort = false
      port = 0
      return
    }
    if at == range.lowerBound, bytes[at] == 0x5B {
      var close = at
      while close < end, bytes[close] != 0x5D { close &+= 1 }
      guard close < end, Self.isAddress(bytes, (at &+ 1)..<close) else {
        throw Misfit(offset: at)
      }
      at = close &+ 1
    } else {
      while at < end {
        if ByteClass.has(bytes[at], ByteClass.host) {
          at &+= 1
        } else if bytes[at] == 0x25, at &+ 2 < end,
          ByteClass.has(bytes[at &+ 1], ByteClass.hexDigit),
          ByteClass.has(bytes[at &+ 2], ByteClass.hexDigit)
        {
          at &+= 3
        } else {
          break
        }
      }
    }
    host = ByteSlice(range.lowerBound, at)
    hasPort = at < end
    var value = 0
    if hasPort {
      guard bytes[at] == 0x3A else { throw Misfit(offset: at) }
      let colon = at
      at &+= 1
      while at < end {
        guard bytes[at].isDigit else { throw Misfit(offset: at) }
        value = value &* 10 &+ Int(bytes[at] &- 0x30)
        guard value <= 65535 else { throw Misfit(offset: colon &+ 1) }
        at &+= 1
      }
      portDigits = ByteSlice(colon &+ 1, end)
      // A port of nobody.
      if host.isEmpty { throw Misfit(offset: colon) }
    } else {
      portDigits = .empty
    }
    port = UInt16(value)
  }

  struct Misfit: Error {
    var offset: Int
  }

  /// The inside of an IP literal: IPv6address or IPvFuture.
  private static func isAddress(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard let first = range.first else { return false }
    if bytes[first] | 0x20 == 0x76 { return isFutureAddress(bytes, range) }
    var groups = 0
    var isCompressed = false
    var at = range.lowerBound
    let end = range.upperBound
    if at &+ 1 < end, bytes[at] == 0x3A, bytes[at &+ 1] == 0x3A {
      isCompressed = true
      at &+= 2
    }
    while at < end {
      let start = at
      while at < end, at &- start < 5, ByteClass.has(bytes[at], ByteClass.hexDigit) { at &+= 1 }
      if at < end, bytes[at] == 0x2E {
        guard isDottedQuad(bytes, start..<end) else { return false }
        groups &+= 2
        at = end
        break
      }
      guard at > start, at &- start <= 4 else { return false }
      groups &+= 1
      if at == end { break }
      guard bytes[at] == 0x3A, at &+ 1 < end else { return false }
      at &+= 1
      if bytes[at] == 0x3A {
        guard !isCompressed else { return false }
        isCompressed = true
        at &+= 1
      }
    }
    return isCompressed ? groups <= 7 : groups == 8
  }

  /// "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
  private static func isFutureAddress(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var at = range.lowerBound &+ 1
    let end = range.upperBound
    let digits = at
    while at < end, ByteClass.has(bytes[at], ByteClass.hexDigit) { at &+= 1 }
    guard at > digits, at < end, bytes[at] == 0x2E else { return false }
    at &+= 1
    let text = at
    while at < end, ByteClass.has(bytes[at], ByteClass.host) || bytes[at] == 0x3A { at &+= 1 }
    return at > text && at == end
  }

  /// Four numbers up to 255 without leading zeros.
  private static func isDottedQuad(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    var at = range.lowerBound
    let end = range.upperBound
    for part in 0..<4 {
      let start = at
      var value = 0
      while at < end, at &- start < 3, bytes[at].isDigit {
        value = value &* 10 &+ Int(bytes[at] &- 0x30)
        at &+= 1
      }
      guard at > start, value <= 255, at &- start == 1 || bytes[start] != 0x30 else {
        return false
      }
      if part < 3 {
        guard at < end, bytes[at] == 0x2E else { return false }
        at &+= 1
      }
    }
    return at == end
  }
}
