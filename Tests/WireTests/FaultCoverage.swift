import Message
import Testing
import Wire

/// Every fault that a reader can find is found in some message: one sample for each.
@Suite("Faults")
struct FaultCoverage {
  /// Faults that come from a clock, or from the path, which is decoded elsewhere.
  static let others: Set<FaultKind> = [
    .none, .idleRehearsed, .headTimeout, .contentTimeout, .contentTooSlow, .pathNotUTF8,
    .pathContainsNUL,
    .pathDoubleEncoded, .pathSeparatorEncoded, .pathLeavesRoot,
  ]

  static let requests: [String] = [
    "GET  / HTTP/1.1\r\n", "(", String(repeating: "A", count: 65), "GET /\u{80}", "GET /%x",
    "GET * HTTP/1.1\r\n",
    "GET / x", "GET / HTTP/2.0\r\n", "GET /" + String(repeating: "a", count: 9000),
    "GE\rT", "\n", "GET / HTTP/1.1\r\n A", "GET / HTTP/1.1\r\n(", "GET / HTTP/1.1\r\nA :",
    "GET / HTTP/1.1\r\nA: \0", "GET / HTTP/1.1\r\nA: b\r\n c",
    "GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 17000),
    "GET / HTTP/1.1\r\n"
      + String(repeating: "A: \(String(repeating: "b", count: 990))\r\n", count: 40),
    "GET / HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 101),
    "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n",
    "GET / HTTP/1.1\r\nHost: h h\r\n", "GET / HTTP/1.1\r\nContent-Length: x\r\n",
    "GET / HTTP/1.1\r\nContent-Length: 1, 1\r\n",
    "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
    "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: ,\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "GET", "\u{16}\u{3}",
    "GET ftp://h/ HTTP/1.1\r\n",
  ]

  static let contents: [String] = [
    "x", "1;=\r\n", "1;" + String(repeating: "a", count: 17_000), "1\r\nab", "0\r\n: \r\n",
    "0\r\n" + String(repeating: "A: \(String(repeating: "b", count: 990))\r\n", count: 9),
    "ffffffffff\r\n",
    "0\r\n" + String(repeating: "A: \(String(repeating: "b", count: 200))\r\n", count: 60),
  ]

  static let responses = ["SMTP", "HTTP/1.1 x"]

  @Test("every kind of fault has a message that shows it")
  func everyKind() {
    var found = Self.others
    for sample in Self.requests {
      let reading = readRequest(raw(sample).bytes).reading
      #expect(reading.fault != nil, "\(sample.prefix(60))")
      if let fault = reading.fault { found.insert(fault.kind) }
    }
    for sample in Self.contents {
      if let fault = readContent(raw(sample).bytes).fault { found.insert(fault.kind) }
    }
    for sample in Self.responses {
      if let fault = readResponse(raw(sample).bytes).fault { found.insert(fault.kind) }
    }
    do throws(MessageFault) {
      _ = try ProxyHeader.read(Array("GET".utf8).span)
    } catch {
      found.insert(error.kind)
    }
    if let fault = readContent([1], framing: .length(1 << 40)).fault { found.insert(fault.kind) }
    let missing = FaultKind.allCases.filter { !found.contains($0) }
    #expect(missing.isEmpty)
  }
}
