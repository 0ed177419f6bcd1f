import Config
import Glibc
import Loop
import Serve
import Testing

/// What the bytes of a scenario cannot show: several clients, the disk, and what others see meanwhile.
@Suite("RFC 9110 sections 9.3.4, 9.3.5 and 13: files that are written")
struct WritingTests {
  private static let all = "write: [PUT, DELETE, PATCH, POST]"

  private static func config(_ write: String, _ more: String = "") -> String {
    """
    \(more)
    sites:
      - rules:
          - path: /
            files:
              root: $ROOT
              \(write)

    """
  }

  private func request(
    _ method: String, _ target: String, _ content: String?, _ fields: String...
  ) -> String {
    var text = "\(method) \(target) HTTP/1.1\r\nHost: a\r\n"
    for field in fields { text += field + "\r\n" }
    if let content { text += "Content-Length: \(content.utf8.count)\r\n" }
    return text + "\r\n" + (content ?? "")
  }

  private func ask(
    _ test: TestServer, _ method: String, _ target: String, _ content: String?, _ fields: String...
  ) throws -> Reply {
    let connection = try test.connect()
    var text = "\(method) \(target) HTTP/1.1\r\nHost: a\r\n"
    for field in fields { text += field + "\r\n" }
    if let content { text += "Content-Length: \(content.utf8.count)\r\n" }
    try connection.send(text + "\r\n" + (content ?? ""))
    return try connection.reply(to: method)
  }

  @Test("section 13.2.2: of many writers with the same If-Match one wins, and the others get 412")
  func oneWins() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a.txt", "old")
    let test = try TestServer(Self.config(Self.all, "loops: 2"), in: folder)
    defer { test.server.stop() }
    // Made by the server itself, its tag is strong at once
    let tag = try #require(try ask(test, "PUT", "/a.txt", "first")["etag"])
    #expect(tag.hasPrefix("\""))
    let writers = try (0..<12).map { _ in try test.connect() }
    for (number, writer) in writers.enumerated() {
      try writer.send(request("PUT", "/a.txt", "writer \(number)", "If-Match: \(tag)"))
    }
    let replies = try writers.map { try $0.reply(to: "PUT") }
    let winners = replies.indices.filter { replies[$0].status == 204 }
    #expect(winners.count == 1)
    #expect(replies.filter { $0.status == 412 }.count == 11)
    #expect(String(decoding: folder.read("site/a.txt"), as: UTF8.self) == "writer \(winners[0])")
  }

  @Test("section 13.1.2: of many who make a file with If-None-Match: * one does")
  func oneMakes() throws {
    let folder = try TemporaryFolder()
    let test = try TestServer(Self.config(Self.all, "loops: 2"), in: folder)
    defer { test.server.stop() }
    let writers = try (0..<12).map { _ in try test.connect() }
    for writer in writers {
      try writer.send(request("PUT", "/new.txt", "x", "If-None-Match: *"))
    }
    let statuses = try writers.map { try $0.reply(to: "PUT").status }
    #expect(statuses.filter { $0 == 201 }.count == 1)
    #expect(statuses.filter { $0 == 412 }.count == 11)
  }

  @Test("section 9.3.4: every loop serves what was written, as soon as it is acknowledged")
  func freshEverywhere() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a.txt", "version 0")
    let test = try TestServer(Self.config(Self.all, "loops: 2"), in: folder)
    defer { test.server.stop() }
    let readers = try (0..<8).map { _ in try test.connect() }
    for version in 1...20 {
      let written = try ask(test, "PUT", "/a.txt", "version \(version)")
      for reader in readers {
        try reader.send(request("GET", "/a.txt", nil))
        let read = try reader.reply()
        #expect(read.text == "version \(version)")
        #expect(read["etag"] == written["etag"])
      }
    }
  }

  @Test("who reads a file while it is replaced reads the old one to its end")
  func readersKeepTheOld() throws {
    let folder = try TemporaryFolder()
    let old = [UInt8](repeating: 0x6F, count: 8 << 20)
    try folder.write(Array("site/a.bin".utf8), old)
    let test = try TestServer(Self.config(Self.all), in: folder)
    defer { test.server.stop() }
    let reader = try test.connect()
    try reader.send(request("GET", "/a.bin", nil))
    let head = try reader.head()
    #expect(head.contains("Content-Length: \(8 << 20)\r\n"))
    #expect(try ask(test, "PUT", "/a.bin", "new").status == 204)
    #expect(try reader.content(8 << 20) == old)
    #expect(try test.get("/a.bin").text == "new")
    #expect(try ask(test, "DELETE", "/a.bin", nil).status == 204)
    #expect(try test.get("/a.bin").status == 404)
  }

  @Test("content of any size and framing arrives byte by byte as it was sent")
  func sizes() throws {
    let folder = try TemporaryFolder()
    let test = try TestServer(
      Self.config(Self.all, "limits: {content: 64 MiB, content-rate: 0}"), in: folder)
    defer { test.server.stop() }
    let connection = try test.connect()
    for size in [0, 1, 8191, 65_536, 65_537, 1 << 20, (1 << 20) + 1, 5_000_000] {
      let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 11) }
      try connection.send("PUT /f HTTP/1.1\r\nHost: a\r\nContent-Length: \(size)\r\n\r\n")
      try connection.send(content)
      let status = try connection.reply(to: "PUT").status
      #expect(status == (size == 0 ? 201 : 204))
      #expect(folder.read("site/f") == content, "\(size) bytes")
      // In chunks, with a request behind it that came in the same bytes
      try connection.send("PUT /g HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
      for start in stride(from: 0, to: size, by: 100_000) {
        let piece = content[start..<min(start + 100_000, size)]
        try connection.send("\(String(piece.count, radix: 16))\r\n")
        try connection.send(Array(piece))
        try connection.send("\r\n")
      }
      try connection.send("0\r\n\r\n" + request("DELETE", "/g", nil))
      _ = try connection.reply(to: "PUT")
      #expect(try connection.reply(to: "DELETE").status == 204)
    }
  }

  @Test("nothing is written outside the root, nor under hidden names")
  func confined() throws {
    let folder = try TemporaryFolder()
    try folder.write("outside/a.txt", "untouched")
    try folder.write("site/a.txt", "in")
    symlink("../outside", folder.path + "/site/out")
    symlink("../outside/a.txt", folder.path + "/site/link.txt")
    let test = try TestServer(Self.config(Self.all), in: folder)
    defer { test.server.stop() }
    for target in ["/out/a.txt", "/out/b.txt", "/link.txt"] {
      #expect(try ask(test, "PUT", target, "x").status == 403, "\(target)")
      #expect(try ask(test, "DELETE", target, nil).status == 403, "\(target)")
    }
    #expect(try ask(test, "PUT", "/../outside/a.txt", "x").status == 400)
    #expect(try ask(test, "PUT", "/.hidden", "x").status == 404)
    #expect(try ask(test, "PUT", "/.statusline/x", "x").status == 404)
    #expect(String(decoding: folder.read("outside/a.txt"), as: UTF8.self) == "untouched")
    #expect(folder.read("outside/b.txt").isEmpty)
  }

  @Test("unfinished files are never served, and go when a server starts")
  func staging() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/.statusline/.write-0123456789abcdef", "half")
    let test = try TestServer(
      Self.config("hidden: serve\n          " + Self.all), in: folder)
    defer { test.server.stop() }
    #expect(folder.read("site/.statusline/.write-0123456789abcdef").isEmpty)
    let writer = try test.connect()
    try writer.send(
      "PUT /b.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
    #expect(try test.get("/.statusline/").status == 404)
    #expect(try test.get("/b.txt").status == 404)
    try writer.send("0\r\n\r\n")
    #expect(try writer.reply(to: "PUT").status == 201)
    #expect(try test.get("/b.txt").text == "half")
  }

  @Test("who replaces a file keeps its permissions, and `durable` writes the same")
  func permissions() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a.txt", "old")
    chmod(folder.path + "/site/a.txt", 0o640)
    let test = try TestServer(
      Self.config("write: {methods: [PUT, DELETE], durable: on}"), in: folder)
    defer { test.server.stop() }
    #expect(try ask(test, "PUT", "/a.txt", "new").status == 204)
    var status = stat()
    #expect(stat(folder.path + "/site/a.txt", &status) == 0)
    #expect(status.st_mode & 0o777 == 0o640)
    #expect(try ask(test, "DELETE", "/a.txt", nil).status == 204)
  }

  @Test("RFC 5789 section 2: patches that come at once are all done, one after another")
  func patches() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a.json", "{}")
    let test = try TestServer(Self.config(Self.all, "loops: 2"), in: folder)
    defer { test.server.stop() }
    let writers = try (0..<8).map { _ in try test.connect() }
    for (number, writer) in writers.enumerated() {
      try writer.send(
        request(
          "PATCH", "/a.json", "{\"k\(number)\":\(number)}",
          "Content-Type: application/merge-patch+json"))
    }
    for writer in writers { #expect(try writer.reply(to: "PATCH").status == 204) }
    let text = try test.get("/a.json").text
    for number in 0..<8 { #expect(text.contains("\"k\(number)\":\(number)"), "\(text)") }
  }

  @Test("RFC 6585 section 3: a date that is none is no condition, and names that are too long fail")
  func requiredMatch() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a.txt", "old")
    let test = try TestServer(
      Self.config("write: {methods: [PUT], require-match: on}"), in: folder)
    defer { test.server.stop() }
    #expect(try ask(test, "PUT", "/a.txt", "x", "If-Unmodified-Since: yesterday").status == 428)
    #expect(
      try ask(test, "PUT", "/a.txt", "x", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT")
        .status == 412)
    #expect(try ask(test, "PUT", "/a.txt", "x", "If-Match: *").status == 204)
    #expect(try ask(test, "PUT", "/" + String(repeating: "n", count: 300), "x").status == 403)
  }

  @Test("section 15.5.4: a disk that refuses is 403.3 with the system's reason")
  func refused() throws {
    let folder = try TemporaryFolder()
    // Nobody, not even root, makes a file there
    let test = try TestServer(
      Self.config(Self.all).replacing("$ROOT", with: "/sys/kernel"), in: folder)
    defer { test.server.stop() }
    let reply = try ask(test, "PUT", "/new.txt", "x")
    #expect(reply.status == 403)
    #expect(reply.text.contains("403.3 write-access-forbidden"))
  }

  @Test("a dry run tells what would happen, what may come instead, and changes nothing")
  func predicted() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a.txt", "old")
    let text = Self.config(Self.all).replacing("$ROOT", with: folder.path + "/site")
    let settings = try Settings.parse(
      bytes: Array(text.utf8), name: "test.yaml", folder: folder.path,
      overrides: Overrides(state: folder.path + "/state"))
    let prediction = try Predictor.predict(
      request: Array(request("PUT", "/a.txt", nil, "Content-Length: 3").utf8),
      settings: settings, port: 80)
    #expect(prediction.line.contains("\"cause\":\"204.740\""))
    #expect(prediction.alternatives.contains("507.740 storage-full"))
    #expect(!prediction.alternatives.contains("422.740 patch-not-applicable"))
    #expect(folder.read("site/a.txt") == Array("old".utf8))
    #expect(access(folder.path + "/site/.statusline", F_OK) != 0)
  }
}
