import Testing

@testable import Message

@Suite("RFC 7239: Forwarded")
struct RFC7239Forwarded {
  private static let trustedPeer = address("10.0.0.1")

  private static func address(_ text: String) -> IPAddress {
    IPAddress(text: Array(text.utf8).span) ?? IPAddress(v4: 0)
  }

  /// The client of a request from 10.0.0.1, where 10.0.0.0/8 is trusted, as text; nil where nobody can tell.
  private func client(_ lines: String..., peer: IPAddress = trustedPeer) -> String? {
    var chain = ForwardingChain()
    for line in lines { chain.add(forwarded: Array(line.utf8).span) }
    return told(chain, peer)
  }

  private func loose(_ lines: String..., peer: IPAddress = trustedPeer) -> String? {
    var chain = ForwardingChain()
    for line in lines { chain.add(forwardedFor: Array(line.utf8).span) }
    return told(chain, peer)
  }

  private func told(_ chain: ForwardingChain, _ peer: IPAddress) -> String? {
    let found = chain.client(of: peer) { $0.isIn([10, 0, 0, 0], prefixLength: 8) }
    guard let found else { return nil }
    let word = found.address
    let text =
      word.isIPv4
      ? [24, 16, 8, 0].map { "\(word.low >> UInt64($0) & 0xFF)" }.joined(separator: ".")
      : String(word.high, radix: 16) + "/" + String(word.low, radix: 16)
    return found.port.map { $0 == 0 ? text : "\(text):\($0)" } ?? "peer \(text)"
  }

  private func fault(_ line: String) -> Int? {
    var chain = ForwardingChain()
    return chain.add(forwarded: Array(line.utf8).span)
  }

  @Test("4: an element has pairs with semicolons between, elements have commas")
  func examples() {
    #expect(client("for=192.0.2.60;proto=http;by=203.0.113.43") == "192.0.2.60")
    #expect(client("for=192.0.2.43, for=198.51.100.17") == "198.51.100.17")
    #expect(client("for=192.0.2.43, for=10.9.9.9") == "192.0.2.43")
    #expect(client("proto=https;for=192.0.2.1;host=\"a:1\"") == "192.0.2.1")
    #expect(client("for=192.0.2.1;ext=1;ext=2") == "192.0.2.1")
    #expect(client(";for=192.0.2.1;") == "192.0.2.1")
  }

  @Test("4: parameter names are the same in any case")
  func names() {
    #expect(client("For=\"[2001:db8:cafe::17]:4711\"") == "20010db8cafe0000/17:4711".dropZero)
    #expect(client("FOR=192.0.2.1") == "192.0.2.1")
  }

  @Test("4: each parameter stands once in an element at the most")
  func twice() {
    #expect(fault("for=192.0.2.1;for=192.0.2.2") != nil)
    #expect(client("for=192.0.2.1;for=192.0.2.2") == nil)
    #expect(client("for=192.0.2.1, for=192.0.2.2") == "192.0.2.2")
  }

  @Test("7.1: several lines are one list, the last added on the right")
  func lines() {
    #expect(client("for=192.0.2.1", "for=10.0.0.2") == "192.0.2.1")
    #expect(client("for=192.0.2.1, for=192.0.2.2", "for=10.0.0.2, for=10.0.0.3") == "192.0.2.2")
    #expect(client("", " , ,for=192.0.2.1,, ") == "192.0.2.1")
  }

  @Test("6: IPv6 stands in brackets, and so in quotes")
  func ipv6() {
    #expect(client("for=\"[2001:db8::1]\"") == "20010db800000000/1".dropZero)
    #expect(client("for=\"[::ffff:192.0.2.1]\"") == "192.0.2.1")
    #expect(client("for=[2001:db8::1]") == nil)
    #expect(client("for=\"2001:db8::1\"") == nil)
    #expect(client("for=\"[192.0.2.1]\"") == nil)
  }

  @Test("6: a port may follow, hidden or not")
  func ports() {
    #expect(client("for=\"192.0.2.1:80\"") == "192.0.2.1:80")
    #expect(client("for=\"192.0.2.1:_x\"") == "192.0.2.1")
    #expect(client("for=\"192.0.2.1:\"") == nil)
    #expect(client("for=\"192.0.2.1:65536\"") == nil)
    #expect(client("for=\"192.0.2.1:123456\"") == nil)
    #expect(client("for=192.0.2.1:80") == nil)
  }

  @Test("6.2 and 6.3: unknown and obfuscated identifiers name nobody")
  func hidden() {
    #expect(fault("for=unknown, for=_hidden, for=_SEVKISEK, for=_") == 45)
    for line in ["for=unknown", "for=Unknown", "for=_a.b-c_1", "by=192.0.2.1", "for=\"_a:_b\""] {
      #expect(fault(line) == nil)
      #expect(client(line) == nil, "\(line)")
      #expect(client("for=192.0.2.1, " + line) == nil, "\(line)")
      #expect(client(line + ", for=192.0.2.1") == "192.0.2.1", "\(line)")
    }
  }

  @Test("4: what is not the grammar's is found at its byte, and nothing in the field is believed")
  func malformed() {
    let lines: [(String, Int)] = [
      ("for", 3), ("for=", 4), ("=a", 0), ("for =a", 3), ("for= a", 4), ("for=192.0.2.1 ;a=b", 14),
      ("for=\"192.0.2.1", 4), ("for=\"a\\", 4), ("for=192.0.2.1 for=192.0.2.2", 14), ("for=x", 4),
      ("for=192.0.2.01", 4), ("for=192.0.2.256", 4), ("for=1.2.3", 4), ("for=\"[::1\"", 4),
      ("for=\"[1:2:3:4:5:6:7:8:9]\"", 4), ("for=\"[:::]\"", 4), ("for=\"[12345::]\"", 4),
    ]
    for (line, offset) in lines {
      #expect(fault(line) == offset, "\(line)")
      #expect(client(line) == nil, "\(line)")
      // Not even of a line before it
      #expect(client("for=192.0.2.1", line) == nil, "\(line)")
      // A peer that is not trusted is the client, whatever it sends
      #expect(client(line, peer: Self.address("192.0.2.99")) == "peer 192.0.2.99")
    }
  }

  @Test("8.1: what an untrusted hop has said is not looked at")
  func untrusted() {
    #expect(client("for=10.0.0.2", peer: Self.address("192.0.2.99")) == "peer 192.0.2.99")
    #expect(client("for=_x, for=192.0.2.7, for=10.0.0.2") == "192.0.2.7")
    #expect(client("for=10.0.0.9") == "10.0.0.9")
    #expect(client("") == "peer 10.0.0.1")
  }

  @Test("a chain of trusted hops longer than is kept names nobody")
  func long() {
    let hops = Array(repeating: "for=10.0.0.2", count: 31).joined(separator: ",")
    #expect(client("for=192.0.2.1," + hops) == "192.0.2.1")
    #expect(client("for=192.0.2.1,for=10.0.0.2," + hops) == nil)
    #expect(client("for=192.0.2.1,for=10.0.0.2," + hops + ",for=192.0.2.5") == "192.0.2.5")
  }

  @Test("X-Forwarded-For: addresses, with ports and brackets or without")
  func forwardedFor() {
    #expect(loose("192.0.2.1") == "192.0.2.1")
    #expect(loose("192.0.2.1, 10.0.0.2,10.0.0.3") == "192.0.2.1")
    #expect(loose("192.0.2.1:4711") == "192.0.2.1:4711")
    #expect(loose("2001:db8::1") == "20010db800000000/1".dropZero)
    #expect(loose("[2001:db8::1]") == "20010db800000000/1".dropZero)
    #expect(loose("[2001:db8::1]:80") == "20010db800000000/1:80".dropZero)
    #expect(loose("192.0.2.1", "10.0.0.2") == "192.0.2.1")
    #expect(loose(" , 192.0.2.1 ,") == "192.0.2.1")
    #expect(loose("") == "peer 10.0.0.1")
  }

  @Test("X-Forwarded-For: what is no address ends the walk there, and not before")
  func forwardedForMalformed() {
    for text in ["unknown", "x", "192.0.2", "192.0.2.1:x", "[2001:db8::1", "a.example", "_x", "\""]
    {
      #expect(loose(text) == nil, "\(text)")
      #expect(loose("192.0.2.1, \(text), 10.0.0.2") == nil, "\(text)")
      #expect(loose("\(text), 192.0.2.1") == "192.0.2.1", "\(text)")
    }
  }

  @Test("addresses in text: RFC 4291 section 2.2, and nothing else")
  func addresses() {
    let right: [(String, UInt64, UInt64)] = [
      ("::", 0, 0), ("::1", 0, 1), ("1::", 1 << 48, 0),
      ("1:2:3:4:5:6:7:8", 0x1_0002_0003_0004, 0x5_0006_0007_0008),
      ("1:2:3:4:5:6:7::", 0x1_0002_0003_0004, 0x5_0006_0007_0000),
      ("64:ff9b::192.0.2.1", 0x64_ff9b_0000_0000, 0xc000_0201),
      ("FE80::ABcd", 0xfe80_0000_0000_0000, 0xabcd),
    ]
    for (text, high, low) in right {
      let found = IPAddress(text: Array(text.utf8).span)
      #expect(found == IPAddress(v6High: high, low: low), "\(text)")
    }
    for text in [
      "", ":", ":1", "1:", "1:2", "1:::2", "::1::", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "g::",
      "::1%eth0", "::192.0.2", "1:2:3:4:5:6:7:192.0.2.1", "0192.0.2.1", "1.2.3.4.5", "1.2.3.4 ",
      "00::00000",
    ] { #expect(IPAddress(text: Array(text.utf8).span) == nil, "\(text)") }
    #expect(Self.address("::ffff:192.0.2.1") == Self.address("192.0.2.1"))
  }

  @Test("networks hold what has their first bits, of the same family")
  func networks() {
    let address = Self.address("192.0.2.77")
    #expect(address.isIn([192, 0, 2, 0], prefixLength: 24))
    #expect(address.isIn([192, 0, 2, 64], prefixLength: 27))
    #expect(!address.isIn([192, 0, 2, 64], prefixLength: 29))
    #expect(address.isIn([0, 0, 0, 0], prefixLength: 0))
    #expect(!address.isIn([UInt8](repeating: 0, count: 16), prefixLength: 0))
    var mapped = [UInt8](repeating: 0, count: 10) + [255, 255, 192, 0, 2, 0]
    #expect(address.isIn(mapped, prefixLength: 120))
    mapped[14] = 3
    #expect(!address.isIn(mapped, prefixLength: 120))
    let six = Self.address("2001:db8::1")
    #expect(six.isIn([0x20, 1, 0xd, 0xb8] + [UInt8](repeating: 0, count: 12), prefixLength: 32))
    #expect(!six.isIn([0x20, 1, 0xd, 0xb9] + [UInt8](repeating: 0, count: 12), prefixLength: 32))
    #expect(six.subscriber == Self.address("2001:db8::ffff").subscriber)
    #expect(six.subscriber != Self.address("2001:db8:0:1::1").subscriber)
  }
}

extension String {
  /// Numbers are written without zeros in front.
  fileprivate var dropZero: String { String(drop { $0 == "0" }) }
}
