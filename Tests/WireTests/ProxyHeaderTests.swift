import Message
import Testing

@testable import Wire

/// "The PROXY protocol, versions 1 and 2", which HAProxy publishes.
@Suite("The PROXY protocol")
struct ProxyHeaderTests {
  private static let client = IPAddress(v4: 0xC000_0207)
  private static let signature: [UInt8] = Array("\r\n\r\n\0\r\nQUIT\n".utf8)
  private static let addresses: [UInt8] = [192, 0, 2, 7, 203, 0, 113, 1, 0x12, 0x67, 0, 80]

  /// Whole, and byte by byte: nil until it is all there, and the same then.
  private func read(_ bytes: [UInt8]) throws(MessageFault) -> ProxyHeader? {
    var early: MessageFault?
    for end in 0..<bytes.count where early == nil {
      do throws(MessageFault) {
        if let header = try ProxyHeader.read(Array(bytes[..<end]).span) {
          #expect(header.byteCount <= end)
        }
      } catch {
        early = error
      }
    }
    do throws(MessageFault) {
      let header = try ProxyHeader.read(bytes.span)
      #expect(early == nil)
      return header
    } catch {
      if let early { #expect(early == error) }
      throw error
    }
  }

  private func read(_ text: String) throws(MessageFault) -> ProxyHeader? {
    try read(Array(text.utf8))
  }

  private func binary(
    _ command: UInt8, _ family: UInt8, _ rest: [UInt8], length: Int? = nil
  ) -> [UInt8] {
    let length = length ?? rest.count
    return Self.signature + [command, family, UInt8(length >> 8), UInt8(length & 255)] + rest
  }

  private func refused(_ bytes: [UInt8], at offset: UInt64) {
    do throws(MessageFault) {
      let found = try read(bytes)
      Issue.record("taken: \(String(describing: found))")
    } catch {
      #expect(error.kind == .proxyHeaderMalformed && error.part == .proxyHeader)
      #expect(error.offset == offset)
    }
  }

  @Test("2.1: a line names family, addresses and ports")
  func text() throws {
    let line = "PROXY TCP4 192.0.2.7 203.0.113.1 4711 80\r\n"
    let header = try #require(try read(line))
    #expect(header == ProxyHeader(source: .client(Self.client, port: 4711), byteCount: 42))
    #expect(try ProxyHeader.read(Array((line + "GET /").utf8).span) == header)
    let six = try #require(try read("PROXY TCP6 2001:db8::7 ::1 0 65535\r\n"))
    #expect(six.source == .client(IPAddress(v6High: 0x2001_0db8 << 32, low: 7), port: 0))
  }

  @Test("2.1: UNKNOWN names nobody, and what follows it is ignored")
  func unknown() throws {
    #expect(try read("PROXY UNKNOWN\r\n")?.source == .unknown)
    #expect(try read("PROXY UNKNOWN ffff::1 x y\r\n")?.source == .unknown)
    let longest = "PROXY UNKNOWN " + String(repeating: "f", count: 91) + "\r\n"
    #expect(longest.utf8.count == 107)
    #expect(try read(longest)?.byteCount == 107)
  }

  @Test(
    "2.1: a line that is not exactly that is refused at its byte",
    arguments: [
      ("GET / HTTP/1.1\r\n", 0), ("PROXy TCP4", 4), ("PROXY  TCP4 1.1.1.1 1.1.1.1 1 1\r\n", 6),
      ("PROXY TCP5 1.1.1.1 1.1.1.1 1 1\r\n", 6), ("PROXY TCP4 1.1.1.1 1.1.1.1 1 1\n", 30),
      ("PROXY TCP4 1.1.1.1 1.1.1.1 1 1\rx", 31), ("PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n", 28),
      ("PROXY TCP4 1.1.1.1 1.1.1.1 1 1 \r\n", 30), ("PROXY TCP4 ::1 ::1 1 1\r\n", 11),
      ("PROXY TCP6 1.1.1.1 1.1.1.1 1 1\r\n", 11), ("PROXY TCP4 1.1.1.1 01.1.1.1 1 1\r\n", 19),
      ("PROXY TCP4 1.1.1.1 1.1.1.1 01 1\r\n", 27), ("PROXY TCP4 1.1.1.1 1.1.1.1 1 65536\r\n", 29),
    ])
  func malformedText(_ text: String, _ offset: UInt64) {
    refused(Array(text.utf8), at: offset)
  }

  @Test("2.1: a line ends within 107 bytes")
  func long() {
    let line = "PROXY UNKNOWN " + String(repeating: "f", count: 92)
    refused(Array((line + "\r\n").utf8), at: 106)
    refused(Array((line + "ffff").utf8), at: 107)
  }

  @Test("2.2: bytes name the same, with more behind them")
  func bytes() throws {
    let plain = try #require(try read(binary(0x21, 0x11, Self.addresses)))
    #expect(plain == ProxyHeader(source: .client(Self.client, port: 0x1267), byteCount: 28))
    let more = Self.addresses + [0x04, 0, 2, 0, 0, 0x20, 0, 0]
    #expect(try read(binary(0x21, 0x11, more))?.byteCount == 36)
    let six: [UInt8] =
      [0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 11) + [7]
      + [UInt8](repeating: 0, count: 16) + [1, 0, 2, 0]
    let found = try #require(try read(binary(0x21, 0x21, six)))
    #expect(found.source == .client(IPAddress(v6High: 0x2001_0db8 << 32, low: 7), port: 256))
  }

  @Test("2.2: LOCAL is the proxy's own, other families and datagrams are nobody's")
  func others() throws {
    #expect(try read(binary(0x20, 0x00, []))?.source == .proxy)
    #expect(try read(binary(0x20, 0x11, Self.addresses))?.source == .proxy)
    #expect(try read(binary(0x20, 0x11, [1, 2, 3]))?.source == .proxy)
    #expect(try read(binary(0x21, 0x00, []))?.source == .unknown)
    #expect(try read(binary(0x21, 0x31, [UInt8](repeating: 0, count: 216)))?.source == .unknown)
    #expect(try read(binary(0x21, 0x12, Self.addresses))?.source == .unknown)
  }

  @Test("2.2: a signature, version, family or length that cannot be is refused at its byte")
  func malformedBytes() {
    refused(Array("\r\n\r\n\0\r\nQUIX\n".utf8), at: 10)
    refused(binary(0x11, 0x11, Self.addresses), at: 12)
    refused(binary(0x22, 0x11, Self.addresses), at: 12)
    refused(binary(0x21, 0x41, Self.addresses), at: 13)
    refused(binary(0x21, 0x13, Self.addresses), at: 13)
    refused(binary(0x21, 0x11, Array(Self.addresses.dropLast())), at: 14)
    refused(binary(0x21, 0x21, Self.addresses), at: 14)
    refused(binary(0x21, 0x11, [], length: 4081), at: 14)
  }

  @Test("2.2.7: what is behind the addresses has a type and a length that fits")
  func extensions() {
    refused(binary(0x21, 0x11, Self.addresses + [4, 0]), at: 28)
    refused(binary(0x21, 0x11, Self.addresses + [4, 0, 2, 0]), at: 29)
  }

  @Test("2.2.7.3: a checksum holds or the header is refused")
  func checksum() throws {
    // CRC-32C of "123456789", as RFC 3720 and every table of such sums has it
    #expect(ProxyHeader.checksum(Array("123456789".utf8).span, without: 0..<0) == 0xE306_9283)
    var header = binary(0x21, 0x11, Self.addresses + [3, 0, 4, 0, 0, 0, 0])
    let sum = ProxyHeader.checksum(header.span, without: 31..<35)
    for (index, shift) in [24, 16, 8, 0].enumerated() {
      header[31 + index] = UInt8(truncatingIfNeeded: sum >> UInt32(shift))
    }
    #expect(try read(header)?.source == .client(Self.client, port: 0x1267))
    header[16] = 193
    refused(header, at: 31)
    refused(binary(0x21, 0x11, Self.addresses + [3, 0, 2, 0, 0]), at: 29)
  }
}
