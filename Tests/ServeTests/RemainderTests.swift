import Config
import Glibc
import Loop
import Synchronization
import Testing

@testable import Serve

/// Clients that read slowly, that ask without waiting, and what is told of a disk that fails beside a change.
@Suite("Slow readers, pipelines, tombstones that stay")
struct RemainderTests {
  private static func clock() -> ManualClock {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return ManualClock(wall: WallTime(seconds: Int64(now.tv_sec)))
  }

  private static func large(_ folder: TemporaryFolder) throws {
    try folder.write("site/large.bin", "")
    #expect(truncate(folder.path + "/site/large.bin", 256 << 20) == 0)
  }

  private func pass(_ seconds: Int, _ clock: ManualClock, _ test: TestServer) {
    _ = test.server.settle()
    clock.advance(by: .seconds(seconds))
    test.server.wake()
    _ = test.server.settle()
  }

  @Test("limits.send-time: who takes a little is not cut off, who takes nothing is")
  func slowReader() throws {
    let clock = Self.clock()
    let folder = try TemporaryFolder()
    try Self.large(folder)
    let test = try TestServer(
      "loops: 1\nlimits: {send-time: 10 s}\nsites:\n  - rules: [{path: /, files: $ROOT}]\n",
      in: folder, clock: clock)
    defer { test.server.stop() }
    let reader = try test.connect()
    // What is in the client's own buffer has been taken: it must not hide what is read
    var size: Int32 = 64 << 10
    setsockopt(reader.descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    try reader.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try reader.head()
    _ = test.server.settle()
    // So little that the kernel's buffer does not make room for more, which would begin the time anew
    for _ in 0..<6 {
      _ = try reader.content(128 << 10)
      pass(8, clock, test)
    }
    #expect(test.server.kept(1).isEmpty, "it was cut off")
    // What was under way to the client's system when the time began counts once more
    for _ in 0..<6 where test.server.kept(1).isEmpty { pass(8, clock, test) }
    let line = try #require(test.server.kept(1).first)
    #expect(line.contains("client-read-too-slowly"), "\(line)")
  }

  @Test("limits.concurrent-per-address: requests that wait for each other have one place together")
  func pipelined() throws {
    let folder = try TemporaryFolder()
    try Self.large(folder)
    let test = try TestServer(
      """
      loops: 1
      sites:
        - limits: {concurrent-per-address: 2}
          rules: [{path: /, files: $ROOT}, {path: /hook, content: {text: Done}}]
      """, in: folder)
    defer { test.server.stop() }
    let hook = "GET /hook HTTP/1.1\r\nHost: a\r\n\r\n"
    let pipelining = try test.connect()
    try pipelining.send(String(repeating: hook, count: 20))
    for _ in 0..<20 { #expect(try pipelining.reply().status == 200) }
    // A download and what is asked for behind it have one place, other connections the other
    try pipelining.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n" + hook + hook)
    _ = try pipelining.head()
    _ = test.server.settle()
    #expect(try test.get("/hook").status == 200)
    _ = test.server.settle()
    let second = try test.connect()
    try second.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n")
    _ = try second.head()
    #expect(try test.get("/hook").status == 403)
  }

  @Test("RFC 9110 section 12.5.5: a refusal names what selected a representation, once")
  func vary() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/page.en.html", String(repeating: "Hello ", count: 300))
    try folder.write("site/page.en.html.gz", "0123456789")
    mkdir(folder.path + "/inbox", 0o755)
    let test = try TestServer(
      """
      sites:
        - rules:
            - path: /
              files: {root: $ROOT, variants: on, strict: on, precompressed: gzip}
            - path: /form/
              files: {root: $ROOT, variants: on, write: {form: ./inbox}}
      """, in: folder)
    defer { test.server.stop() }
    func vary(_ fields: String...) throws -> (Int, [String]) {
      let connection = try test.connect()
      let lines = fields.map { $0 + "\r\n" }.joined()
      try connection.send("GET /page.html HTTP/1.1\r\nHost: a\r\n\(lines)\r\n")
      let reply = try connection.reply()
      let values = reply.head.split(separator: "\r\n").filter { $0.hasPrefix("Vary: ") }
      let names = values.flatMap { $0.dropFirst(6).split(separator: ",") }
      return (reply.status, names.map { $0.filter { $0 != " " } }.sorted())
    }
    let all = ["Accept", "Accept-Encoding", "Accept-Language", "Negotiate"]
    #expect(try vary("Accept: application/pdf") == (406, all))
    #expect(try vary("If-Match: \"other\"") == (412, all))
    #expect(try vary("Range: bytes=99999-") == (416, all))
    // What is sent by a form is taken whichever variant of the page holds the form
    let connection = try test.connect()
    try connection.send("POST /form/page HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
    #expect(try connection.reply(to: "POST").status == 205)
  }

  @Test("listings are compressed where the rule compresses, and say so")
  func listing() throws {
    let folder = try TemporaryFolder()
    for number in 0..<100 { try folder.write("site/file-\(number).txt", "") }
    let test = try TestServer(
      """
      sites:
        - rules:
            - path: /
              files: {root: $ROOT, browse: on, compress: [gzip, br]}
      """, in: folder)
    defer { test.server.stop() }
    let plain = try test.get("/")
    #expect(plain["content-encoding"] == nil && plain["vary"] == "Accept, Accept-Encoding")
    let coded = try test.get("/", "Accept-Encoding: br;q=0.5, gzip")
    #expect(coded["content-encoding"] == "gzip" && coded["vary"] == "Accept, Accept-Encoding")
    #expect(coded.content.starts(with: [0x1F, 0x8B]) && coded.content.count < plain.content.count)
    #expect(try test.get("/", "Accept-Encoding: br")["content-encoding"] == "br")
  }

  @Test("a tombstone that cannot be taken away is told; the file is there all the same")
  func stays() throws {
    let folder = try TemporaryFolder()
    for name in ["site", "state"] { mkdir(folder.path + "/" + name, 0o755) }
    try folder.write("site/a.txt", "old")
    let text = """
      journal: {format: off}
      sites:
        - rules:
            - {path: /, tombstones: on, files: {root: \(folder.path)/site, write: [PUT, DELETE]}}

      """
    let settings = try Settings.parse(
      bytes: Array(text.utf8), name: "test.yaml", folder: folder.path,
      overrides: Overrides(listen: ["127.0.0.1:0"], state: folder.path + "/state"))
    let told = ToldSentences()
    try changeBesideABrokenStore(settings, folder) { told.add($0) }
    #expect(told.all.contains { $0.contains("the tombstone of /a.txt stays") }, "\(told.all)")
  }

  /// Deletes a file and puts it back, while the tombstones can no longer be written.
  private func changeBesideABrokenStore(
    _ settings: Settings, _ folder: TemporaryFolder, tell: @Sendable @escaping (String) -> Void
  ) throws {
    let server = try Server.start(settings, tell: tell)
    defer { server.stop() }
    func ask(_ request: String) throws -> Int {
      let connection = try Connection(to: server.addresses[0])
      try connection.send("\(request)\r\n\r\n")
      return try connection.reply(to: "PUT").status
    }
    #expect(try ask("DELETE /a.txt HTTP/1.1\r\nHost: a") == 204)
    // Its file is no database any more
    let state = folder.path + "/state/" + StateFolder.folderName(server.addresses[0])
    let store = try Database(path: state + "/" + TombstoneStore.fileName)
    try store.run("DROP TABLE tombstones")
    #expect(try ask("PUT /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 0") == 201)
    #expect(try ask("PUT /a.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 0") == 204)
  }
}

private final class ToldSentences: Sendable {
  private let sentences = Mutex<[String]>([])
  var all: [String] { sentences.withLock { $0 } }
  func add(_ text: String) { sentences.withLock { $0.append(text) } }
}
