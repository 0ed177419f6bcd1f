import Config
import Glibc
import Loop
import Record
import Serve
import Testing

/// Who the client is: names, places, proxies.
@Suite("Clients")
struct ClientTests {
  private static let records: [String: [NameServer.Record]] = [
    "7.2.0.192.in-addr.arpa": [.pointer("host.bad.example")],
    "host.bad.example": [.address([192, 0, 2, 8]), .address([192, 0, 2, 7])],
    "8.2.0.192.in-addr.arpa": [.pointer("fine.example")],
    "fine.example": [.address([192, 0, 2, 8])],
    // A name that its address only claims
    "9.2.0.192.in-addr.arpa": [.pointer("other.bad.example")],
    "other.bad.example": [.address([192, 0, 2, 1])],
    // The second of two names leads back
    "10.2.0.192.in-addr.arpa": [.pointer("x.example"), .pointer("deep.host.bad.example")],
    "deep.host.bad.example": [.address([192, 0, 2, 10])],
    "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa": [
      .pointer("six.bad.example")
    ],
    "six.bad.example": [
      .address([0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7])
    ],
  ]

  private func named(
    _ folder: TemporaryFolder, _ names: NameServer, _ more: String = ""
  ) throws -> TestServer {
    try TestServer(
      """
      trusted: [127.0.0.0/8]
      resolver: "127.0.0.1:\(names.port)"
      loops: 1
      sites:
        - deny-hosts: ["*.bad.example"]
          rules: [{path: /, content: {text: Hello}}]
      \(more)
      """, in: folder)
  }

  @Test("what is blocked for some networks is blocked for who may be in them")
  func blockedUnknown() throws {
    let test = try TestServer(
      """
      trusted: [127.0.0.0/8]
      sites:
        - rules:
            - path: /
              content: {text: Hello}
              blocked: {by: https://a.example/, from: [192.0.2.0/24]}
      """, in: try TemporaryFolder())
    defer { test.server.stop() }
    for (told, status) in [
      ("192.0.2.7", 451), ("198.51.100.7", 200), ("garbage", 451), ("unknown", 451),
    ] {
      #expect(try test.get("/", "X-Forwarded-For: \(told)").status == status, "\(told)")
    }
    let line = try #require(test.server.kept(1).first)
    let told = try Explanation(JSONRecord.read(Array(line.utf8))).text
    #expect(told.contains("nobody can tell the client's address"))
    #expect(told.contains("the field that `forwarding` names"))
  }

  @Test("a host name counts where it leads back to the address, and is asked for once")
  func names() throws {
    let names = try NameServer(Self.records)
    defer { names.stop() }
    let test = try named(try TemporaryFolder(), names)
    defer { test.server.stop() }
    func status(_ client: String) throws -> Int {
      try test.get("/", "X-Forwarded-For: \(client)").status
    }
    #expect(try status("192.0.2.7") == 403)
    let asked = names.questions
    #expect(asked == 2)
    #expect(try status("192.0.2.7") == 403)
    #expect(names.questions == asked, "the answer is kept")
    #expect(try status("192.0.2.8") == 200)
    #expect(try status("192.0.2.9") == 200)
    #expect(try status("192.0.2.10") == 403)
    #expect(try status("2001:db8::7") == 403)
    #expect(try status("192.0.2.99") == 200, "an address without a name has no denied one")
    let record = try #require(test.server.kept(1).first)
    #expect(record.contains("\"cause\":\"403.8\"") && record.contains("\"key\":\"deny-hosts\""))
  }

  @Test("requests that wait for one name wait for one answer, and others are answered meanwhile")
  func waiting() throws {
    let names = try NameServer([:], isSilent: true)
    defer { names.stop() }
    let test = try named(try TemporaryFolder(), names, "limits: {name-time: 200 ms}")
    defer { test.server.stop() }
    let waiting = try (0..<5).map { _ in try test.connect() }
    for connection in waiting {
      try connection.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n")
    }
    let other = try test.connect()
    try other.send("??? \r\n\r\n")
    #expect(try other.reply().status == 400)
    for connection in waiting {
      let reply = try connection.reply()
      #expect(reply.status == 503 && reply["retry-after"] == "5")
    }
    #expect(names.questions <= 2, "one question, perhaps repeated")
    let record = try #require(test.server.kept(1).first)
    #expect(record.contains("\"cause\":\"503.720\"") && record.contains("\"key\":\"unresolved\""))
  }

  @Test("a client that leaves while its name is looked for, and a server that stops, leave nothing")
  func leaving() throws {
    let names = try NameServer([:], isSilent: true)
    defer { names.stop() }
    let test = try named(
      try TemporaryFolder(), names, "limits: {name-time: 60 s, drain-time: 0 s}")
    var connection: Connection? = try test.connect()
    try connection?.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n")
    while names.questions == 0 { _ = poll(nil, 0, 1) }
    connection = nil
    let second = try test.connect()
    try second.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.8\r\n\r\n")
    while names.questions < 2 { _ = poll(nil, 0, 1) }
    test.server.stop()
    #expect(try second.endsNow())
  }

  @Test("a place in the site is given back however the exchange ends")
  func places() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/large.bin", "")
    #expect(truncate(folder.path + "/site/large.bin", 64 << 20) == 0)
    let test = try TestServer(
      """
      loops: 2
      sites:
        - limits: {concurrent: 2, concurrent-per-address: 2}
          rules:
            - {path: /, files: $ROOT}
            - {path: /hook, content: {text: Done}}
      """, in: folder)
    defer { test.server.stop() }
    let post = "POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nHe"
    let large = "GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n"
    /// Asks until the server has seen what was done, on whichever loop.
    func waits(for wanted: Int) throws -> Reply? {
      for _ in 0..<3000 {
        let reply = try test.get("/hook")
        if reply.status == wanted { return reply }
        _ = poll(nil, 0, 1)
      }
      return nil
    }
    for _ in 0..<3 {
      do {
        // A place is free again a moment after the client has its answer
        #expect(try waits(for: 200) != nil)
        let resets = try test.connect()
        try resets.send(large)
        var head = try resets.head()
        for _ in 0..<3000 where !head.hasPrefix("HTTP/1.1 200") {
          _ = try resets.content(try length(head))
          try resets.send(large)
          head = try resets.head()
        }
        #expect(head.hasPrefix("HTTP/1.1 200"))
        let leaves = try test.connect()
        try leaves.send(post)
        // The download and the content that does not come have the two places
        let full = try #require(try waits(for: 403))
        #expect(full["retry-after"] == "5" && full.text.contains("403.9"))
        Socket.setLingerReset(resets.descriptor)
      }
      // Both connections are gone: all places are free again
      #expect(try waits(for: 200) != nil)
      // A place is free a moment after the client has its answer
      var first = 0
      for _ in 0..<3000 where first != 200 {
        let pipelined = try test.connect()
        try pipelined.send(String(repeating: "GET /hook HTTP/1.1\r\nHost: a\r\n\r\n", count: 3))
        first = try pipelined.reply().status
      }
      #expect(first == 200)
    }
  }

  /// The Content-Length of a head.
  private func length(_ head: String) throws -> Int {
    let line = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
    return try #require(line.flatMap { Int($0.dropFirst(16)) })
  }

  @Test("who is told details behind a trusted proxy is the client's matter, not the proxy's")
  func details() throws {
    let test = try TestServer(
      "trusted: [127.0.0.0/8, 10.0.0.0/8]\nsites: [{rules: [{path: /x, content: {text: a}}]}]\n",
      in: try TemporaryFolder())
    defer { test.server.stop() }
    #expect(try test.get("/").text.contains("404.700"))
    #expect(try test.get("/", "X-Forwarded-For: 10.0.0.7").text.contains("404.700"))
    #expect(try !test.get("/", "X-Forwarded-For: 192.0.2.7").text.contains("404.700"))
    #expect(try !test.get("/", "X-Forwarded-For: 192.0.2.7, unknown").text.contains("404.700"))
    let record = try #require(test.server.kept(2).last)
    #expect(record.contains("\"client\":\"192.0.2.7\",\"peer\":\"127.0.0.1:"))
  }

  @Test("`forwarding` says which field is believed")
  func forwarding() throws {
    for (policy, status) in [
      ("forwarded", 403), ("x-forwarded-for", 200), ("none", 200), ("either", 403),
    ] {
      let test = try TestServer(
        """
        trusted: [127.0.0.0/8]
        forwarding: \(policy)
        sites:
          - {deny: 192.0.2.7, rules: [{path: /, content: {text: a}}]}
        """, in: try TemporaryFolder())
      defer { test.server.stop() }
      let both = ["Forwarded: for=192.0.2.7", "X-Forwarded-For: 192.0.2.8"]
      #expect(try test.get("/", both[0], both[1]).status == status, "\(policy)")
    }
  }

  @Test("the PROXY protocol: in pieces, before an idle connection, and not vouching for fields")
  func proxyProtocol() throws {
    let folder = try TemporaryFolder()
    let test = try TestServer(
      """
      listen: {address: "127.0.0.1:0", proxy-protocol: on}
      trusted: [127.0.0.0/8]
      sites:
        - {deny: 192.0.2.7, rules: [{path: /, content: {text: a}}]}
      """, in: folder, listen: [])
    defer { test.server.stop() }
    let connection = try test.connect()
    try connection.send("PROXY TCP4 192.0.2.8 127.0.0.1 1 2\r\n")
    for _ in 0..<2 {
      try connection.send("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n")
      #expect(try connection.reply().status == 200, "192.0.2.8 is nobody's proxy")
    }
    let unknown = try test.connect()
    try unknown.send("PROXY UNKNOWN\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try unknown.reply().status == 403)
    let half = try test.connect()
    try half.send("PROXY TCP4 19")
    Socket.shutdownWrite(half.descriptor)
    #expect(try half.reply().status == 400)
    let record = try #require(test.server.kept(1).first)
    #expect(record.contains("\"cause\":\"400.732\"") && record.contains("proxy-header"))
  }

  @Test("a prediction takes the client's address for what it says")
  func prediction() throws {
    let names = try NameServer(Self.records)
    defer { names.stop() }
    let yaml = """
      trusted: [10.0.0.0/8]
      resolver: "127.0.0.1:\(names.port)"
      sites:
        - deny: 192.0.2.1
          deny-hosts: host.bad.example
          rules: [{path: /, content: {text: a}}]
      """
    let settings = try Settings.parse(bytes: Array(yaml.utf8), name: "a.yaml", folder: "/")
    func cause(_ from: String, _ fields: String = "") throws -> String? {
      let request = Array("GET / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8)
      let found = try Predictor.predict(request: request, settings: settings, from: from, port: 80)
      return try JSONRecord.read(Array(found.line.utf8)).cause
    }
    #expect(try cause("192.0.2.1") == "403.6")
    #expect(try cause("192.0.2.1:4711") == "403.6")
    #expect(try cause("192.0.2.7") == "403.8")
    #expect(try cause("192.0.2.8", "X-Forwarded-For: 192.0.2.1\r\n") == "200.700")
    #expect(try cause("10.0.0.8", "X-Forwarded-For: 192.0.2.1\r\n") == "403.6")
    #expect(try cause("[2001:db8::99]:1") == "200.700")
    #expect(throws: (any Error).self) { try cause("nobody") }
  }
}
