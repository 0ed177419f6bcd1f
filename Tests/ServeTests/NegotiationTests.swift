import Glibc
import Loop
import Message
import Serve
import Testing

/// Variants, precompressed files and compression, over a real connection.
@Suite("Negotiation of files")
struct NegotiationTests {
  private static let config = """
    sites:
      - rules:
          - path: /
            files:
              root: $ROOT
              variants: on
              precompressed: [br, gzip]
              compress: [zstd, gzip]

    """

  /// Long, and not so regular that nothing is left of it.
  private static func text(_ lines: Int) -> String {
    (0..<lines).map { "line \($0) of \(lines), \($0 &* 7919 % 1009)\n" }.joined()
  }

  private static func served(
    _ config: String = config, _ fill: (TemporaryFolder) throws -> Void
  ) throws -> TestServer {
    let folder = try TemporaryFolder()
    mkdir(folder.path + "/site", 0o755)
    try fill(folder)
    // A minute later, so that tags are strong
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let clock = ManualClock(wall: WallTime(seconds: Int64(now.tv_sec) + 60))
    return try TestServer(config, in: folder, clock: clock)
  }

  /// What a program makes of these bytes.
  private static func decoded(_ reply: Reply, by program: String) throws -> String {
    let folder = try TemporaryFolder()
    try folder.write(Array("coded".utf8), reply.content)
    return try run([program, "-dc", folder.path + "/coded"]).output
  }

  @Test("8.4: what was compressed is the file once it is decoded, small, large and asked again")
  func compressed() throws {
    let test = try Self.served { folder in
      try folder.write("site/small.txt", Self.text(60))
      try folder.write("site/large.txt", Self.text(8000))
    }
    defer { test.server.stop() }
    for (name, lines) in [("small", 60), ("large", 8000)] {
      let first = try test.get("/\(name).txt", "Accept-Encoding: gzip")
      #expect(first.status == 200)
      #expect(first["content-encoding"] == "gzip")
      #expect(first["content-length"] == "\(first.content.count)")
      #expect(first["vary"] == "Accept-Encoding")
      #expect(first["accept-ranges"] == nil)
      #expect(try Self.decoded(first, by: "gzip") == Self.text(lines))
      let again = try test.get("/\(name).txt", "Accept-Encoding: gzip")
      #expect(again.content == first.content && again["etag"] == first["etag"])
      let plain = try test.get("/\(name).txt")
      #expect(plain.text == Self.text(lines))
      #expect(plain["vary"] == "Accept-Encoding" && plain["content-encoding"] == nil)
      #expect(plain["accept-ranges"] == "bytes")
    }
  }

  @Test("many who want the same at once get the same, and it is made on another thread")
  func together() throws {
    let test = try Self.served { try $0.write("site/large.txt", Self.text(10_000)) }
    defer { test.server.stop() }
    var connections = try (0..<16).map { _ in try test.connect() }
    for connection in connections {
      try connection.send("GET /large.txt HTTP/1.1\r\nHost: a\r\nAccept-Encoding: zstd\r\n\r\n")
    }
    // One leaves before it is done
    connections.removeFirst()
    var contents: Set<[UInt8]> = []
    for connection in connections {
      let reply = try connection.reply()
      #expect(reply["content-encoding"] == "zstd")
      contents.insert(reply.content)
    }
    #expect(contents.count == 1)
    #expect((contents.first?.count ?? 0) < Self.text(10_000).utf8.count / 3)
  }

  @Test("looked up anew after a second, an unchanged file keeps what was compressed of it")
  func keptCompressed() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a.txt", Self.text(100))
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let clock = ManualClock(wall: WallTime(seconds: Int64(now.tv_sec) + 60))
    let test = try TestServer(Self.config, in: folder, clock: clock)
    defer { test.server.stop() }
    // One connection, and so one loop: each keeps its own
    let connection = try test.connect()
    func ask(_ method: String) throws -> Reply {
      try connection.send(
        "\(method) /a.txt HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
      return try connection.reply(to: method)
    }
    // A HEAD tells the length only where the content is there already
    #expect(try ask("HEAD")["content-length"] == nil)
    let length = "\(try ask("GET").content.count)"
    #expect(try ask("HEAD")["content-length"] == length)
    clock.advance(by: .seconds(5))
    test.server.wake()
    #expect(try ask("HEAD")["content-length"] == length)
    try folder.write("site/a.txt", Self.text(101))
    #expect(try ask("HEAD")["content-length"] == nil)
  }

  @Test("8.8.3: each form has a tag of its own, and a condition is about the one selected")
  func tags() throws {
    let test = try Self.served { folder in
      try folder.write("site/a.txt", Self.text(100))
      try folder.write("site/b.txt", Self.text(100))
      try folder.write("site/b.txt.br", "coded")
    }
    defer { test.server.stop() }
    let plain = try #require(try test.get("/a.txt")["etag"])
    let gzip = try #require(try test.get("/a.txt", "Accept-Encoding: gzip")["etag"])
    let zstd = try #require(try test.get("/a.txt", "Accept-Encoding: zstd")["etag"])
    #expect(Set([plain, gzip, zstd]).count == 3)
    // RFC 9110 section 8.8.1: bytes that may differ elsewhere have a weak validator
    #expect(plain.hasPrefix("\"") && gzip.hasPrefix("W/\"") && gzip.hasSuffix("-gzip\""))
    func status(_ path: String, _ fields: String...) throws -> Int {
      let connection = try test.connect()
      try connection.send(
        "GET \(path) HTTP/1.1\r\nHost: a\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n")
      return try connection.reply().status
    }
    #expect(try status("/a.txt", "Accept-Encoding: gzip", "If-None-Match: \(gzip)") == 304)
    #expect(try status("/a.txt", "Accept-Encoding: zstd", "If-None-Match: \(gzip)") == 200)
    #expect(try status("/a.txt", "If-None-Match: \(gzip)") == 200)
    #expect(try status("/a.txt", "If-None-Match: \(gzip), \(plain)") == 304)
    // RFC 9110 section 13.1.1: If-Match compares strongly
    #expect(try status("/a.txt", "Accept-Encoding: gzip", "If-Match: \(gzip)") == 412)
    let unchanged = try test.get("/a.txt", "Accept-Encoding: gzip", "If-None-Match: \(gzip)")
    #expect(unchanged["vary"] == "Accept-Encoding" && unchanged["etag"] == gzip)
    let coded = try test.get("/b.txt", "Accept-Encoding: br")
    #expect(coded.text == "coded" && coded["etag"]?.hasPrefix("\"") == true)
    let other = try #require(try test.get("/b.txt")["etag"])
    #expect(coded["etag"] != other)
  }

  @Test("14.2: a range is one of what was selected, and never of two forms mixed")
  func ranges() throws {
    let test = try Self.served { folder in
      try folder.write("site/a.txt", Self.text(100))
      try folder.write("site/b.txt", Self.text(100))
      try folder.write("site/b.txt.gz", "0123456789")
    }
    defer { test.server.stop() }
    // What the server compresses has no ranges: the field is ignored, as section 14.2 lets it be
    let made = try test.get("/a.txt", "Accept-Encoding: gzip", "Range: bytes=0-3")
    #expect(made.status == 200 && made["content-range"] == nil)
    let plain = try test.get("/a.txt", "Range: bytes=0-3")
    #expect(plain.status == 206 && plain.text == "line")
    #expect(plain["content-encoding"] == nil)
    let coded = try test.get("/b.txt", "Accept-Encoding: gzip", "Range: bytes=2-4")
    #expect(coded.status == 206 && coded.text == "234")
    #expect(coded["content-encoding"] == "gzip" && coded["content-range"] == "bytes 2-4/10")
    // The tag of the one form is no If-Range for the other
    let tag = try #require(try test.get("/b.txt")["etag"])
    let mixed = try test.get(
      "/b.txt", "Accept-Encoding: gzip", "Range: bytes=2-4", "If-Range: \(tag)")
    #expect(mixed.status == 200 && mixed.text == "0123456789")
    #expect(
      try test.get("/b.txt", "Accept-Encoding: gzip", "Range: bytes=10-").fields["content-range"]
        == "bytes */10")
  }

  @Test("12.5.3: the coding that the client wants most, and the server's order among equals")
  func preferences() throws {
    let test = try Self.served { folder in
      try folder.write("site/a.txt", Self.text(100))
      try folder.write("site/a.txt.gz", "gz")
      try folder.write("site/a.txt.br", "br")
    }
    defer { test.server.stop() }
    let cases: [(String, String?)] = [
      ("gzip, br", "br"), ("gzip, br;q=0.5", "gzip"), ("zstd, gzip;q=0.9", "zstd"),
      ("zstd, gzip", "gzip"), ("*", "br"), ("br;q=0, *", "gzip"), ("", nil), ("deflate", nil),
      ("gzip;q=0", nil), ("gzip;q=0.1, identity;q=0.2", nil), ("gzip, identity", "gzip"),
      ("identity;q=0", nil), ("*;q=0", nil), ("x-gzip", "gzip"),
    ]
    for (value, coding) in cases {
      let reply = try test.get("/a.txt", "Accept-Encoding: \(value)")
      #expect(reply.status == 200)
      #expect(reply["content-encoding"] == coding, "\(value)")
    }
  }

  @Test("a change is seen in every form, and a coded file that is older is not sent")
  func changes() throws {
    let test = try Self.served { folder in
      try folder.write("site/a.txt", Self.text(100))
      try folder.write("site/a.txt.br", "first")
    }
    defer { test.server.stop() }
    #expect(try test.get("/a.txt", "Accept-Encoding: br").text == "first")
    try test.folder.write("site/a.txt.br", "second")
    #expect(try test.get("/a.txt", "Accept-Encoding: br").text == "second")
    let before = try test.get("/a.txt", "Accept-Encoding: gzip")
    try test.folder.write("site/a.txt", Self.text(101))
    let after = try test.get("/a.txt", "Accept-Encoding: gzip")
    #expect(try Self.decoded(after, by: "gzip") == Self.text(101))
    #expect(before["etag"] != after["etag"])
    var old = [
      timeval(tv_sec: 1_000_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000_000, tv_usec: 0),
    ]
    utimes(test.folder.path + "/site/a.txt.br", &old)
    #expect(try test.get("/a.txt", "Accept-Encoding: br")["content-encoding"] == nil)
    unlink(test.folder.path + "/site/a.txt.br")
    #expect(try test.get("/a.txt", "Accept-Encoding: br, gzip")["content-encoding"] == "gzip")
  }

  @Test("HEAD has the fields of GET but for a length that only the compressing would tell")
  func head() throws {
    let test = try Self.served { try $0.write("site/a.txt", Self.text(100)) }
    defer { test.server.stop() }
    let connection = try test.connect()
    func ask(_ method: String) throws -> Reply {
      try connection.send(
        "\(method) /a.txt HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n")
      var reply = try connection.reply(to: method)
      for varying in ["date", "x-request-id"] { reply.fields[varying] = nil }
      return reply
    }
    let first = try ask("HEAD")
    #expect(first["content-length"] == nil && first["content-encoding"] == "gzip")
    var get = try ask("GET")
    #expect(try ask("HEAD").fields == get.fields, "made once, its length is known")
    get.fields["content-length"] = nil
    #expect(first.fields == get.fields)
  }

  @Test("only types that compress, and only sizes that are worth it, are compressed")
  func limits() throws {
    let test = try Self.served { folder in
      try folder.write("site/small.txt", "small")
      try folder.write("site/picture.png", Self.text(100))
      try folder.write("site/drawing.svg", Self.text(100))
      try folder.write("site/data.json", Self.text(100))
      try folder.write("site/unknown", Self.text(100))
    }
    defer { test.server.stop() }
    let cases = [
      ("small.txt", false), ("picture.png", false), ("drawing.svg", true), ("data.json", true),
      ("unknown", false),
    ]
    for (name, isCompressed) in cases {
      let reply = try test.get("/\(name)", "Accept-Encoding: gzip")
      #expect((reply["content-encoding"] == "gzip") == isCompressed, "\(name)")
      #expect((reply["vary"] != nil) == isCompressed, "\(name)")
    }
  }

  @Test("variants come and go with their files, and a file of that very name goes first")
  func variants() throws {
    let test = try Self.served { try $0.write("site/page.en.html", "English") }
    defer { test.server.stop() }
    #expect(try test.get("/page").text == "English")
    try test.folder.write("site/page.th.html", "Thai")
    #expect(try test.get("/page", "Accept-Language: th").text == "Thai")
    #expect(try test.get("/page.html", "Accept-Language: th").text == "Thai")
    #expect(try test.get("/page.th", "Accept-Language: th").text == "Thai")
    unlink(test.folder.path + "/site/page.th.html")
    #expect(try test.get("/page", "Accept-Language: th").text == "English")
    try test.folder.write("site/page", "itself")
    let exact = try test.get("/page")
    #expect(exact.text == "itself" && exact["content-location"] == nil)
    #expect(try test.get("/pag").status == 404)
    #expect(try test.get("/page.de.html").status == 404)
  }

  @Test("a folder's index has its coded forms and its variants; the folder itself stays one")
  func index() throws {
    let test = try Self.served { folder in
      try folder.write("site/index.html", Self.text(100))
      try folder.write("site/index.html.br", "coded index")
      try folder.write("site/docs/index.en.html", "English")
      try folder.write("site/docs/index.th.html", "Thai")
      try folder.write("site/empty/a.txt", "a")
    }
    defer { test.server.stop() }
    #expect(try test.get("/", "Accept-Encoding: br").text == "coded index")
    #expect(try test.get("/", "Accept-Encoding: gzip")["content-encoding"] == "gzip")
    #expect(try test.get("/").text == Self.text(100))
    #expect(try test.get("/docs/", "Accept-Language: th").text == "Thai")
    #expect(try test.get("/docs")["location"] == "/docs/")
    #expect(try test.get("/empty/").status == 403)
    try test.folder.write("site/docs/index.html", "itself")
    #expect(try test.get("/docs/", "Accept-Language: th").text == "itself")
  }

  @Test("other methods than GET and HEAD do not choose, and a file that is not there stays so")
  func methods() throws {
    let test = try Self.served(
      Self.config.replacing("variants: on", with: "variants: on\n          strict: on")
    ) { folder in
      try folder.write("site/page.en.html", "English")
      try folder.write("site/.secret.html", "hidden")
    }
    defer { test.server.stop() }
    let connection = try test.connect()
    func ask(_ method: String, _ target: String, _ field: String) throws -> Reply {
      try connection.send("\(method) \(target) HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n")
      return try connection.reply(to: method)
    }
    #expect(try ask("OPTIONS", "/page", "Accept-Language: de")["allow"] == "GET, HEAD, OPTIONS")
    #expect(try ask("DELETE", "/page", "Accept-Language: de").status == 405)
    #expect(try ask("GET", "/page", "Accept-Language: de").status == 406)
    #expect(try ask("HEAD", "/page", "Accept-Language: de").status == 406)
    #expect(try ask("GET", "/page", "Accept: text/html").status == 200)
    #expect(try ask("GET", "/page.en.html", "Accept: image/png").status == 406)
    #expect(try ask("GET", "/none", "Accept: image/png").status == 404)
    #expect(try ask("GET", "/.secret", "Accept: */*").status == 404)
    #expect(try ask("GET", "/page/", "Accept: */*").status == 404)
  }

  @Test("a coding is chosen for the variant that was chosen, and Vary names all")
  func codedVariant() throws {
    let test = try Self.served { folder in
      try folder.write("site/page.en.html", "English")
      try folder.write("site/page.en.html.gz", "coded English")
    }
    defer { test.server.stop() }
    let reply = try test.get("/page", "Accept-Encoding: gzip")
    #expect(reply.text == "coded English" && reply["content-encoding"] == "gzip")
    #expect(reply["content-language"] == "en" && reply["content-location"] == "page.en.html")
    #expect(reply["vary"] == "Negotiate, Accept, Accept-Language, Accept-Encoding")
    let tag = try #require(reply["etag"])
    let unchanged = try test.get("/page", "Accept-Encoding: gzip", "If-None-Match: \(tag)")
    #expect(unchanged.status == 304 && unchanged["content-location"] == "page.en.html")
    // What is compressed already is no variant of what is not there
    #expect(try test.get("/page.en.html.gz").text == "coded English")
    #expect(try test.get("/page.en.html.g").status == 404)
  }

  @Test("names that mean harm are escaped in lists, and the same request chooses the same")
  func hostileNames() throws {
    let test = try Self.served(
      Self.config.replacing("variants: on", with: "variants: on\n          choice: client")
    ) { folder in
      for name in [
        "<b>.en.html", "<b>.th.html", "a\"}.png", "a\"}.avif", "x:y.en.txt", "x:y.th.txt",
      ] { try folder.write("site/" + name, name) }
    }
    defer { test.server.stop() }
    let list = try test.get("/%3Cb%3E")
    #expect(list.status == 300 && !list.text.contains("<b>."))
    #expect(list.text.contains("href=\"%3Cb%3E.en.html\""))
    let alternates = try #require(try test.get("/a%22%7D")["alternates"])
    #expect(alternates.contains("{\"a%22%7D.avif\" 1.0 {type image/avif} {length 8}}"))
    #expect(try test.get("/x:y", "Accept: application/json").text.contains("\"./x:y.en.txt\""))
    // The end of the page has the request's id
    let lists = try (0..<4).map { _ in
      try test.get("/%3Cb%3E").text.split(separator: "<footer>")
    }
    #expect(Set(lists.map { $0[0] }).count == 1 && lists.allSatisfy { $0.count == 2 })
  }

  @Test("curl --compressed gets the file, in each coding")
  func curl() throws {
    let test = try Self.served { try $0.write("site/a.txt", Self.text(500)) }
    defer { test.server.stop() }
    let url = "http://127.0.0.1:\(test.port)/a.txt"
    let ran = try run(["curl", "-sS", "--compressed", "-w", "%{size_download}", url])
    #expect(ran.status == 0 && ran.output.hasPrefix(Self.text(500)))
    let size = Int(ran.output.dropFirst(Self.text(500).count)) ?? .max
    #expect(size < Self.text(500).utf8.count / 2)
  }

  @Test("a content of the configuration is compressed beforehand, each form with tag and ranges")
  func content() throws {
    let folder = try TemporaryFolder()
    try folder.write("text", Self.text(400))
    let config = """
      sites:
        - rules:
            - path: /text
              content: {file: \(folder.path)/text, type: text/plain, compress: [br, zstd, gzip]}
            - path: /plain
              content: {file: \(folder.path)/text, type: text/plain}

      """
    let test = try TestServer(config, in: folder)
    defer { test.server.stop() }
    let plain = try test.get("/text")
    #expect(plain.text == Self.text(400) && plain["content-encoding"] == nil)
    #expect(plain["vary"] == "Accept-Encoding")
    let other = try test.get("/plain", "Accept-Encoding: gzip")
    #expect(other.text == Self.text(400) && other["vary"] == nil)
    #expect(other["etag"] == plain["etag"])
    var tags: Set = [plain["etag"]]
    for (field, coding, program) in [
      ("br, gzip, zstd", "br", nil), ("zstd, br;q=0.9", "zstd", "zstd"),
      ("gzip;q=0.2, identity;q=0.1", "gzip", "gzip"), ("*;q=0.5", "br", nil),
      ("identity;q=0, gzip", "gzip", "gzip"),
    ] as [(String, String, String?)] {
      let reply = try test.get("/text", "Accept-Encoding: \(field)")
      #expect(reply.status == 200 && reply["content-encoding"] == coding, "\(field)")
      #expect(reply["vary"] == "Accept-Encoding" && reply["accept-ranges"] == "bytes")
      #expect(reply.content.count < 4000)
      if let program { #expect(try Self.decoded(reply, by: program) == Self.text(400)) }
      let tag = try #require(reply["etag"])
      #expect(tag.hasPrefix("\""))
      tags.insert(tag)
      let known = try test.get("/text", "Accept-Encoding: \(field)", "If-None-Match: \(tag)")
      #expect(known.status == 304 && known["vary"] == "Accept-Encoding")
      let part = try test.get("/text", "Accept-Encoding: \(field)", "Range: bytes=3-9")
      #expect(part.status == 206 && part.content == Array(reply.content[3...9]))
      #expect(part["content-encoding"] == coding)
    }
    #expect(tags.count == 4)
    for field in ["identity, gzip;q=0.5", "gzip;q=0", "deflate", ""] {
      let reply = try test.get("/text", "Accept-Encoding: \(field)")
      #expect(reply.text == Self.text(400) && reply["content-encoding"] == nil, "\(field)")
    }
  }
}
