public import Message

/// What the PROXY protocol says about a connection, before its first request (HAProxy's "The PROXY protocol", versions 1 and 2).
public struct ProxyHeader: Equatable, Sendable {
  public enum Source: Equatable, Sendable {
    /// The client that the proxy speaks for.
    case client(IPAddress, port: UInt16)
    /// The proxy speaks for somebody whom it cannot name: `UNKNOWN`, or a family without IP addresses.
    case unknown
    /// The proxy speaks for itself, as for a health check.
    case proxy
  }

  public var source: Source
  /// Bytes of the header.
  public var byteCount: Int

  /// The longest header of version 1, and the longest of version 2 that is taken.
  public static let textBytesMax = 107
  public static let binaryBytesMax = 4096

  /// Reads the header at the start of a connection; nil while it is not all there. Throws `.proxyHeaderMalformed` with the offset of the
  /// first byte that cannot be right.
  public static func read(_ bytes: Span<UInt8>) throws(MessageFault) -> ProxyHeader? {
    if bytes.isEmpty { return nil }
    return bytes[0] == 0x0D ? try readBinary(bytes) : try readText(bytes)
  }

  private static func fault(at offset: Int) -> MessageFault {
    MessageFault(.proxyHeaderMalformed, at: UInt64(offset), in: .proxyHeader)
  }

  // MARK: Version 1: a line

  private static func readText(_ bytes: Span<UInt8>) throws(MessageFault) -> ProxyHeader? {
    try expect("PROXY ", bytes, from: 0)
    var end = 6
    while end < min(bytes.count, textBytesMax), bytes[end] != 0x0D, bytes[end] != 0x0A { end += 1 }
    guard end < bytes.count else {
      if bytes.count >= textBytesMax { throw fault(at: textBytesMax) }
      // What is there already must be the beginning of one
      return nil
    }
    guard bytes[end] == 0x0D, end + 2 <= textBytesMax else { throw fault(at: end) }
    guard end + 1 < bytes.count else { return nil }
    guard bytes[end + 1] == 0x0A else { throw fault(at: end + 1) }
    let line = bytes.extracting(0..<end)
    return ProxyHeader(source: try source(line), byteCount: end + 2)
  }

  private static func source(_ line: Span<UInt8>) throws(MessageFault) -> Source {
    var index = 6
    let family = word(line, &index)
    // The specification: whatever follows UNKNOWN is ignored
    if line.extracting(family).equals("UNKNOWN") { return .unknown }
    let isIPv4 = line.extracting(family).equals("TCP4")
    guard isIPv4 || line.extracting(family).equals("TCP6") else {
      throw fault(at: family.lowerBound)
    }
    var found: [IPAddress] = []
    for _ in 0..<2 {
      let text = try nextWord(line, &index)
      guard let address = IPAddress(text: line.extracting(text)),
        line.extracting(text).hasColon != isIPv4
      else { throw fault(at: text.lowerBound) }
      found.append(address)
    }
    var ports: [UInt16] = []
    for _ in 0..<2 {
      let text = try nextWord(line, &index)
      guard let port = line.extracting(text).plainPort else { throw fault(at: text.lowerBound) }
      ports.append(port)
    }
    guard index == line.count else { throw fault(at: index) }
    return .client(found[0], port: ports[0])
  }

  private static func word(_ line: Span<UInt8>, _ index: inout Int) -> Range<Int> {
    let start = index
    while index < line.count, line[index] != 0x20 { index += 1 }
    return start..<index
  }

  private static func nextWord(
    _ line: Span<UInt8>, _ index: inout Int
  ) throws(MessageFault) -> Range<Int> {
    guard index < line.count else { throw fault(at: index) }
    index += 1
    return word(line, &index)
  }

  /// The bytes that are there must be those of the text.
  private static func expect(
    _ text: StaticString, _ bytes: Span<UInt8>, from start: Int
  ) throws(MessageFault) {
    for index in 0..<text.utf8CodeUnitCount where start + index < bytes.count {
      if bytes[start + index] != text.utf8Start[index] { throw fault(at: start + index) }
    }
  }

  // MARK: Version 2: binary

  private static func readBinary(_ bytes: Span<UInt8>) throws(MessageFault) -> ProxyHeader? {
    let signature: StaticString = "\r\n\r\n\0\r\nQUIT\n"
    try expect(signature, bytes, from: 0)
    guard bytes.count > 12 else { return nil }
    let command = bytes[12]
    guard command == 0x20 || command == 0x21 else { throw fault(at: 12) }
    guard bytes.count > 13 else { return nil }
    let family = bytes[13]
    // AF_UNSPEC, AF_INET, AF_INET6, AF_UNIX; UNSPEC, STREAM, DGRAM
    guard family >> 4 <= 3, family & 15 <= 2 else { throw fault(at: 13) }
    guard bytes.count > 15 else { return nil }
    let length = Int(bytes[14]) << 8 | Int(bytes[15])
    guard 16 + length <= binaryBytesMax else { throw fault(at: 14) }
    let addresses = [0, 12, 36, 216][Int(family >> 4)]
    if command == 0x21, length < addresses { throw fault(at: 14) }
    guard bytes.count >= 16 + length else { return nil }
    let header = bytes.extracting(0..<(16 + length))
    // The specification: with LOCAL the addresses are of no account, and their room may be missing
    if command == 0x21 || length >= addresses { try checkExtensions(header, from: 16 + addresses) }
    if command == 0x20 { return ProxyHeader(source: .proxy, byteCount: header.count) }
    guard family & 15 == 1, family >> 4 == 1 || family >> 4 == 2 else {
      return ProxyHeader(source: .unknown, byteCount: header.count)
    }
    let isIPv4 = family >> 4 == 1
    guard let address = IPAddress(bytes: header.extracting(16..<(isIPv4 ? 20 : 32))) else {
      return ProxyHeader(source: .unknown, byteCount: header.count)
    }
    let place = isIPv4 ? 24 : 48
    let port = UInt16(header[place]) << 8 | UInt16(header[place + 1])
    return ProxyHeader(source: .client(address, port: port), byteCount: header.count)
  }

  /// Type, length, value, one behind the other to the end; a checksum among them has to hold.
  private static func checkExtensions(
    _ header: Span<UInt8>, from start: Int
  ) throws(MessageFault) {
    var index = start
    while index < header.count {
      guard index + 3 <= header.count else { throw fault(at: index) }
      let length = Int(header[index + 1]) << 8 | Int(header[index + 2])
      guard index + 3 + length <= header.count else { throw fault(at: index + 1) }
      if header[index] == 0x03 {
        guard length == 4 else { throw fault(at: index + 1) }
        let value = (index + 3)..<(index + 7)
        var told: UInt32 = 0
        for place in value { told = told << 8 | UInt32(header[place]) }
        guard told == checksum(header, without: value) else { throw fault(at: value.lowerBound) }
      }
      index += 3 + length
    }
  }

  /// CRC-32C (RFC 9260 appendix A) of the header, with zeros where the checksum itself stands.
  static func checksum(_ header: Span<UInt8>, without value: Range<Int>) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for index in header.indices {
      sum ^= value.contains(index) ? 0 : UInt32(header[index])
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0x82F6_3B78 : 0) }
    }
    return ~sum
  }
}

extension Span where Element == UInt8 {
  fileprivate var hasColon: Bool {
    for index in indices where self[index] == 0x3A { return true }
    return false
  }

  /// 0 to 65535, without zeros in front.
  fileprivate var plainPort: UInt16? {
    guard (1...5).contains(count), count == 1 || self[0] != 0x30 else { return nil }
    var number: UInt32 = 0
    for index in indices {
      guard self[index].isDigit else { return nil }
      number = number * 10 + UInt32(self[index] - 0x30)
    }
    return UInt16(exactly: number)
  }
}
