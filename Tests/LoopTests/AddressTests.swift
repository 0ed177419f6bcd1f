import Glibc
import Loop
import Testing

@Suite("An address")
struct AddressTests {
  @Test(
    "is read as it is written",
    arguments: [
      ("127.0.0.1:8080", ["127.0.0.1:8080"]),
      ("0.0.0.0:0", ["0.0.0.0:0"]),
      ("255.255.255.255:65535", ["255.255.255.255:65535"]),
      ("[::1]:8080", ["[::1]:8080"]),
      ("[::]:80", ["[::]:80"]),
      ("[2001:DB8:0:0:1:0:0:1]:443", ["[2001:db8::1:0:0:1]:443"]),
      ("[2001:db8:0:1:1:1:1:1]:443", ["[2001:db8:0:1:1:1:1:1]:443"]),
      ("[2001:0:0:1::]:1", ["[2001:0:0:1::]:1"]),
      ("[1:2:3:4:5:6:7:8]:1", ["[1:2:3:4:5:6:7:8]:1"]),
      ("[::ffff:192.0.2.1]:80", ["[::ffff:192.0.2.1]:80"]),
      ("[fe80::1%1]:80", ["[fe80::1%1]:80"]),
      (":8080", ["0.0.0.0:8080", "[::]:8080"]),
      ("localhost:8080", ["127.0.0.1:8080", "[::1]:8080"]),
      ("LocalHost:1", ["127.0.0.1:1", "[::1]:1"]),
      ("unix:/run/x.sock", ["unix:/run/x.sock"]),
      ("unix:relative", ["unix:relative"]),
    ])
  func parse(_ text: String, _ expected: [String]) throws {
    #expect(try SocketAddress.parse(text).map(\.description) == expected)
  }

  @Test(
    "that cannot be read says why",
    arguments: [
      ("", SocketAddress.ParseError.missingPort),
      ("127.0.0.1", .missingPort),
      ("127.0.0.1:", .missingPort),
      ("[::1]", .missingPort),
      ("8080", .missingPort),
      ("127.0.0.1:65536", .badPort("65536")),
      ("127.0.0.1:-1", .badPort("-1")),
      ("127.0.0.1:+80", .badPort("+80")),
      ("127.0.0.1: 80", .badPort(" 80")),
      ("127.0.0.1:http", .badPort("http")),
      ("127.0.0.1:000080", .badPort("000080")),
      ("::1:8080", .missingBrackets),
      ("example.com:80", .badHost("example.com")),
      ("127.0.0:80", .badHost("127.0.0")),
      ("127.0.0.256:80", .badHost("127.0.0.256")),
      ("0x7f.0.0.1:80", .badHost("0x7f.0.0.1")),
      ("[127.0.0.1]:80", .badHost("[127.0.0.1]")),
      ("[::1:80", .missingBrackets),
      ("[]:80", .badHost("[]")),
      ("[fe80::1%nothere]:80", .badHost("[fe80::1%nothere]")),
      ("unix:", .badPath),
      ("unix:/\(String(repeating: "a", count: 107))", .badPath),
    ])
  func refuse(_ text: String, _ expected: SocketAddress.ParseError) {
    #expect(throws: expected) { try SocketAddress.parse(text) }
    #expect(!expected.description.isEmpty)
  }

  @Test(
    "knows whether it is this machine",
    arguments: [
      ("127.0.0.1:1", true), ("127.255.0.9:1", true), ("[::1]:1", true),
      ("[::ffff:127.0.0.1]:1", true), ("unix:/x", true), ("128.0.0.1:1", false),
      ("0.0.0.0:1", false), ("[::]:1", false), ("[::2]:1", false), ("[1::1]:1", false),
      ("[::ffff:10.0.0.1]:1", false),
    ])
  func loopback(_ text: String, _ expected: Bool) throws {
    #expect(try SocketAddress.parse(text).map(\.isLoopback) == [expected])
  }

  @Test("gives its bytes in network order")
  func bytes() throws {
    #expect(Endpoint.ipv4(0x0102_0304, port: 9).withAddressBytes { Array($0) } == [1, 2, 3, 4])
    let six = Endpoint.ipv6(high: 0x2001_0DB8_0000_0000, low: 0x1_0002, port: 9)
    let bytes: [UInt8] = [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2]
    #expect(six.withAddressBytes { Array($0) } == bytes)
    #expect(Endpoint.unix.withAddressBytes { $0.count } == 0)
  }

  @Test("mapped from IPv4 is the IPv4 address again")
  func unmapped() {
    let mapped = Endpoint.ipv6(high: 0, low: 0xFFFF_C000_0201, port: 80)
    #expect(mapped.unmapped == .ipv4(0xC000_0201, port: 80))
    #expect(Endpoint.ipv6(high: 0, low: 1, port: 80).unmapped.family == .ipv6)
  }

  @Test("is written without its port as the C library writes it")
  func againstLibrary() throws {
    var seed: UInt64 = 88_172_645_463_325_252
    func random() -> UInt64 {
      seed ^= seed << 13
      seed ^= seed >> 7
      seed ^= seed << 17
      return seed
    }
    for _ in 0..<2_000 {
      // Many groups are zero or small, so that runs of every place and length occur.
      func word() -> UInt64 {
        (0..<4).reduce(0) { sum, _ in
          sum << 16 | [0, 0, 0, 1, 0xAB, random() & 0xFFFF][Int(random() % 6)]
        }
      }
      let endpoint = Endpoint.ipv6(high: word() | 1, low: word(), port: 0)
      #expect(write(endpoint) == library(endpoint, AF_INET6))
      let four = Endpoint.ipv4(UInt32(truncatingIfNeeded: random()), port: 0)
      #expect(write(four) == library(four, AF_INET))
    }
    let longest = Endpoint.ipv6(high: .max, low: .max, port: .max, zone: .max)
    #expect(longest.description.utf8.count <= Endpoint.textMax)
  }

  private func write(_ endpoint: Endpoint) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Endpoint.textMax) { buffer in
      let count = endpoint.writeAddress(into: buffer)
      return String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  private func library(_ endpoint: Endpoint, _ family: Int32) -> String {
    endpoint.withAddressBytes { bytes in
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
        guard let start = buffer.baseAddress else { return "" }
        inet_ntop(family, bytes.baseAddress, start, 64)
        return String(cString: start)
      }
    }
  }
}
