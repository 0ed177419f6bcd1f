import Config
import Glibc
import Loop
import Serve
import Synchronization
import Testing

/// What holds over many requests and connections.
@Suite("Connections")
struct ConnectionTests {
  @Test("answers to pipelined requests come in the order of the requests")
  func pipelining() throws {
    let folder = try TemporaryFolder()
    for number in 0..<10 {
      try folder.write(
        "site/\(number).txt", String(repeating: "\(number)", count: 1 + number * 20_000))
    }
    let test = try TestServer(in: folder)
    defer { test.server.stop() }
    let connection = try test.connect()
    let numbers = (0..<60).map { $0 * 7 % 12 }
    try connection.send(numbers.map { "GET /\($0).txt HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
    for number in numbers {
      let reply = try connection.reply()
      #expect(reply.status == (number < 10 ? 200 : 404))
      if number < 10 {
        #expect(reply.content.count == 1 + number * 20_000)
        #expect(reply.content.allSatisfy { $0 == UInt8(ascii: "0") + UInt8(number) })
      }
    }
  }

  @Test("content that comes together with its head is read whole", arguments: [5, 9000, 100_000])
  func contentWithHead(count: Int) throws {
    let folder = try TemporaryFolder()
    let test = try TestServer(
      "sites:\n  - rules:\n      - path: /hook\n        content:\n          text: yes\n", in: folder
    )
    defer { test.server.stop() }
    let connection = try test.connect()
    for _ in 0..<3 {
      let head = "POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n"
      try connection.send(Array(head.utf8) + [UInt8](repeating: 0x78, count: count))
      #expect(try connection.reply().status == 200)
    }
  }

  @Test("three hundred connections at once are answered, twice each")
  func manyConnections() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/hello.txt", "Hello\n")
    let test = try TestServer(in: folder)
    defer { test.server.stop() }
    let connections = try (0..<300).map { _ in try test.connect() }
    var ids: Set<String> = []
    for _ in 0..<2 {
      for connection in connections {
        try connection.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n")
      }
      for connection in connections {
        let reply = try connection.reply()
        #expect(reply.text == "Hello\n")
        if let id = reply["x-request-id"] { ids.insert(id) }
      }
    }
    #expect(ids.count == 600, "every exchange has an id of its own")
  }

  @Test("a download that runs is finished while the server drains, and nobody new is taken")
  func drain() throws {
    let folder = try TemporaryFolder()
    let size = 48 << 20
    try folder.write("site/large.bin", "")
    #expect(truncate(folder.path + "/site/large.bin", off_t(size)) == 0)
    let test = try TestServer(in: folder)
    let idle = try test.connect()
    let connection = try test.connect()
    try connection.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try connection.head().hasPrefix("HTTP/1.1 200 OK\r\n"))
    test.server.drain()
    #expect(try idle.endsNow(), "an idle connection is closed at once")
    #expect(try connection.content(size).count == size)
    #expect(try connection.endsNow())
    test.server.wait()
    #expect(throws: (any Error).self) {
      let late = try test.connect()
      try late.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
      _ = try late.reply()
    }
  }

  @Test("a Unix socket and IPv6 are listened on beside IPv4")
  func otherAddresses() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/hello.txt", "Hello\n")
    let test = try TestServer(
      in: folder, listen: ["127.0.0.1:0", "[::1]:0", "unix:\(folder.path)/socket"])
    defer { test.server.stop() }
    #expect(test.server.addresses.count == 3)
    for address in test.server.addresses {
      let connection = try Connection(to: address)
      try connection.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try connection.reply().text == "Hello\n", "\(address)")
    }
  }

  @Test("a server that has stopped leaves nothing open")
  func nothingLeft() async throws {
    // Other tests of this process open and close at the same time: a leak grows with every round, they do not
    func round() throws {
      let folder = try TemporaryFolder()
      try folder.write("site/hello.txt", "Hello\n")
      let test = try TestServer(in: folder)
      #expect(try test.get("/hello.txt").status == 200)
      #expect(try test.get("/").status == 403)
      test.server.stop()
    }
    try round()
    let before = try openDescriptors(of: "anon_inode:inotify")
    for _ in 0..<40 { try round() }
    let after = try openDescriptors(of: "anon_inode:inotify")
    #expect(after < before + 40)
  }

  @Test("a connection that came above the limit is served when others have gone")
  func freedPlace() throws {
    let test = try TestServer(
      "limits: {connections: 2}\nsites:\n  - rules: [{path: /, content: {text: Hello}}]\n",
      in: try TemporaryFolder())
    defer { test.server.stop() }
    var first: [Connection?] = [try test.connect(), try test.connect()]
    #expect(test.server.settle())
    let waiting = try test.connect()
    first.append(try test.connect())
    #expect(test.server.settle())
    try first[2]?.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try first[2]?.reply().status == 503)
    first.removeAll()
    #expect(test.server.settle { test.server.openConnections == 1 })
    try waiting.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try waiting.reply().status == 200)
  }

  /// How many descriptors of this process lead there.
  private func openDescriptors(of target: String) throws -> Int {
    guard let folder = opendir("/proc/self/fd") else { throw Trouble("no /proc/self/fd") }
    defer { closedir(folder) }
    var count = 0
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      var link = [UInt8](repeating: 0, count: 256)
      let length = link.withUnsafeMutableBytes { room in
        room.baseAddress.map { readlink("/proc/self/fd/" + name, $0, room.count) } ?? 0
      }
      if length > 0, String(decoding: link[..<length], as: UTF8.self) == target { count += 1 }
    }
    return count
  }
}
