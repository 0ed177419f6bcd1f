import Glibc

extension TextForm {
  // MARK: Addresses to listen on

  static func addressProblem(_ text: String) -> Problem? {
    if text.hasPrefix("unix:") { return unixProblem(String(text.dropFirst(5))) }
    if text.hasPrefix("systemd:") { return systemdProblem(String(text.dropFirst(8))) }
    if !text.isEmpty, text.utf8.allSatisfy(isDigit) {
      return port(text) == nil
        ? Problem("is no port (0 to 65535)")
        : Problem("is a port; an address is written with it", suggestion: "127.0.0.1:\(text)")
    }
    guard let colon = text.lastIndex(of: ":") else {
      if text.hasPrefix("/") || text.hasPrefix("./") {
        return Problem("is a path", suggestion: "unix:" + text)
      }
      return Problem(
        "has no port", suggestion: ipv4(text) != nil ? "\(text):8080" : nil)
    }
    // `::1:8080` is an address as it stands, and is meant as one with a port
    let (front, back) = (String(text[..<colon]), String(text[text.index(after: colon)...]))
    if ipv6(text) != nil, ipv6(front) != nil, let port = port(back), port >= 80 {
      return Problem("is an IPv6 address without brackets", suggestion: "[\(front)]:\(back)")
    }
    if let bytes = ipv6(text), bytes.count == 16 {
      return Problem("is an IPv6 address without brackets and port", suggestion: "[\(text)]:8080")
    }
    let host = String(text[..<colon])
    let portText = String(text[text.index(after: colon)...])
    guard port(portText) != nil else { return Problem("ends in no port (0 to 65535)") }
    if host.isEmpty || ipv4(host) != nil || bracketed(host) { return nil }
    if host == "*" { return Problem("has \"*\" for every address", suggestion: ":" + portText) }
    if host == "localhost" {
      return Problem(
        "is a name; addresses are written as numbers", suggestion: "127.0.0.1:" + portText)
    }
    if ipv6(host) != nil {
      return Problem("is an IPv6 address without brackets", suggestion: "[\(host)]:\(portText)")
    }
    return Problem("is no IP address with a port")
  }

  /// A name as systemd.socket(5) has it under FileDescriptorName.
  private static func systemdProblem(_ name: String) -> Problem? {
    guard (1...255).contains(name.utf8.count),
      name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3A })
    else { return Problem("has no name of a socket after \"systemd:\", such as systemd:http") }
    return nil
  }

  private static func unixProblem(_ path: String) -> Problem? {
    if path.isEmpty || path.utf8.contains(0) { return Problem("has no path after \"unix:\"") }
    // sockaddr_un has room for 108 bytes, the last of them NUL.
    if path.utf8.count > 107 { return Problem("is longer than a Unix socket's path may be (107)") }
    return nil
  }

  static func port(_ text: String) -> UInt16? {
    guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy(isDigit) else { return nil }
    return UInt16(text)
  }

  private static func bracketed(_ text: String) -> Bool {
    text.hasPrefix("[") && text.hasSuffix("]") && ipv6(String(text.dropFirst().dropLast())) != nil
  }

  // MARK: Networks

  /// The address's bytes and the prefix length; nil where the text is no network.
  static func network(_ text: String) -> (address: [UInt8], prefixLength: Int)? {
    let parts = text.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      let address = ipAddress(String(decoding: parts[0], as: UTF8.self))
    else { return nil }
    guard parts.count == 2 else { return (address, address.count * 8) }
    guard (1...3).contains(parts[1].count), parts[1].allSatisfy(isDigit),
      let length = Int(String(decoding: parts[1], as: UTF8.self)), length <= address.count * 8
    else { return nil }
    return (address, length)
  }

  static func networkProblem(_ text: String) -> Problem? {
    guard let network = network(text) else {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      if let first = parts.first, parts.count == 2, let address = ipAddress(String(first)) {
        return Problem("has a prefix length that is not in 0 to \(address.count * 8)")
      }
      return Problem("is no network, such as 10.0.0.0/8 or fd00::/8")
    }
    let masked = masked(network.address, network.prefixLength)
    guard masked == network.address else {
      return Problem(
        "has bits set beyond its prefix length of \(network.prefixLength)",
        suggestion: ipText(masked).map { "\($0)/\(network.prefixLength)" })
    }
    return nil
  }

  private static func masked(_ address: [UInt8], _ length: Int) -> [UInt8] {
    address.indices.map { index in
      let bits = min(8, max(0, length - index * 8))
      return address[index] & ~UInt8(truncatingIfNeeded: 0xFF >> bits)
    }
  }

  // MARK: Host names

  static func hostNameProblem(_ text: String) -> Problem? {
    if bracketed(text) { return nil }
    if text == "*" {
      return Problem("is not needed: a site without names answers for every name")
    }
    let name = text.hasPrefix("*.") ? String(text.dropFirst(2)) : text
    let labels = name.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    if name.utf8.contains(where: { $0 >= 0x80 }) {
      return Problem("is not in ASCII; write its \"xn--\" form")
    }
    if name.utf8.contains(0x2A) {
      return Problem("has a \"*\" that is no whole label in front, as in *.example.test")
    }
    if let slashes = text.utf8.firstRange(of: Array("://".utf8)) {
      let host = text[slashes.upperBound...].prefix { $0 != "/" && $0 != ":" }
      return Problem(
        "is a URI, not a host name", suggestion: sound(String(host)) ? String(host) : nil)
    }
    if let colon = text.lastIndex(of: ":"), sound(String(text[..<colon])) {
      return Problem(
        "has a port, which belongs under \"ports\"", suggestion: String(text[..<colon]))
    }
    if labels.last?.isEmpty == true, labels.count > 1, sound(String(text.dropLast())) {
      return Problem("is written without the dot at its end", suggestion: String(text.dropLast()))
    }
    guard name.utf8.count <= 253, labels.allSatisfy(isLabel) else {
      return Problem("is no host name (labels of letters, digits and \"-\" with dots between)")
    }
    return nil
  }

  private static func sound(_ text: String) -> Bool {
    !text.isEmpty && !text.contains(":") && !text.hasSuffix(".") && hostNameProblem(text) == nil
  }

  /// RFC 1123 section 2.1, and the underscore that names within a house often have.
  private static func isLabel(_ label: Substring.UTF8View.SubSequence) -> Bool {
    (1...63).contains(label.count) && label.first != 0x2D && label.last != 0x2D
      && label.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x2D || $0 == 0x5F }
  }

  // MARK: IP addresses

  static func ipAddress(_ text: String) -> [UInt8]? { ipv4(text) ?? ipv6(text) }

  static func ipv4(_ text: String) -> [UInt8]? { parse(text, AF_INET, 4) }

  static func ipv6(_ text: String) -> [UInt8]? { parse(text, AF_INET6, 16) }

  private static func parse(_ text: String, _ family: Int32, _ count: Int) -> [UInt8]? {
    guard !text.utf8.contains(0) else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    return inet_pton(family, text, &bytes) == 1 ? bytes : nil
  }

  private static func ipText(_ address: [UInt8]) -> String? {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = address.count == 4 ? AF_INET : AF_INET6
    guard inet_ntop(family, address, &text, socklen_t(text.count)) != nil else { return nil }
    return String(
      decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
