import Glibc
import Loop
import Message
import Serve
import Synchronization
import Testing

/// Files, folders and what becomes of them while they are served.
@Suite("Files")
struct FilesTests {
  @Test("a change is seen by the next request; a young file's tag is weak and an old one's strong")
  func changes() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a.txt", "one")
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let clock = ManualClock(wall: WallTime(seconds: Int64(now.tv_sec)))
    let test = try TestServer(in: folder, clock: clock)
    defer { test.server.stop() }
    var tags: Set<String> = []
    for text in ["one", "two", "six", "four"] {
      try folder.write("site/a.txt", text)
      let reply = try test.get("/a.txt")
      #expect(reply.text == text)
      let tag = try #require(reply["etag"])
      #expect(tag.hasPrefix("W/\""), "younger than two seconds, \(tag)")
      tags.insert(tag)
    }
    #expect(tags.count == 4, "every content has a tag of its own")
    clock.advance(by: .seconds(10))
    test.server.wake()
    let strong = try #require(try test.get("/a.txt")["etag"])
    #expect(strong.hasPrefix("\""))
    #expect(try test.get("/a.txt", "If-None-Match: \(strong)").status == 304)
    #expect(try test.get("/a.txt", "Range: bytes=0-0", "If-Range: \(strong)").status == 206)
  }

  @Test("a link that is changed all the time never leads out of the root")
  func linkRace() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/inside.txt", "inside")
    try folder.write("secret.txt", "outside")
    symlink("inside.txt", folder.path + "/site/link")
    let test = try TestServer(in: folder)
    defer { test.server.stop() }
    let isOver = Flag()
    let root = folder.path + "/site"
    let swapper = try NativeThread(named: "swapper") {
      var round = 0
      while !isOver.isSet {
        round += 1
        symlink(round % 2 == 0 ? "inside.txt" : "../secret.txt", root + "/next")
        rename(root + "/next", root + "/link")
      }
    }
    defer {
      isOver.set()
      swapper.join()
    }
    let connection = try test.connect()
    var statuses: Set<Int> = []
    for _ in 0..<3000 {
      try connection.send("GET /link HTTP/1.1\r\nHost: a\r\n\r\n")
      let reply = try connection.reply()
      statuses.insert(reply.status)
      #expect(!reply.text.contains("outside"))
      if reply.status == 200 { #expect(reply.text == "inside") }
    }
    #expect(statuses.isSubset(of: [200, 403, 404]), "\(statuses)")
  }

  @Test("the redirect to a folder names this server, encoded anew, and keeps the query")
  func redirects() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/evil.test/a", "")
    try folder.write("site/gr\u{FC}n und mehr/a", "")
    let test = try TestServer(in: folder)
    defer { test.server.stop() }
    let cases = [
      ("/evil.test", "/evil.test/"), ("//evil.test", "/evil.test/"),
      ("///evil.test?x=1%2F2&y", "/evil.test/?x=1%2F2&y"),
      ("/gr%c3%bcn%20und%20mehr?", "/gr%C3%BCn%20und%20mehr/?"),
      ("/./x/../evil.test", "/evil.test/"),
    ]
    for (target, location) in cases {
      let reply = try test.get(target)
      #expect(reply.status == 301)
      #expect(reply["location"] == location)
    }
  }

  static let kinds = [
    "/file.txt", "/empty.txt", "/folder/", "/indexed/", "/fixed", "/folder", "/nothing", "/.hidden",
  ]

  @Test("HEAD has the fields of GET", arguments: kinds)
  func headIsGet(target: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("site/file.txt", "Hello\n")
    try folder.write("site/empty.txt", "")
    try folder.write("site/folder/a.txt", "")
    try folder.write("site/indexed/index.html", "<p>")
    try folder.write("site/.hidden", "")
    let test = try TestServer(
      """
      sites:
        - rules:
            - path: /
              files:
                root: $ROOT
                browse: on
            - path: /fixed
              content:
                text: "fixed"

      """, in: folder)
    defer { test.server.stop() }
    let connection = try test.connect()
    for accept in ["text/html", "application/json"] {
      var replies: [Reply] = []
      for method in ["GET", "HEAD"] {
        try connection.send(
          "\(method) \(target) HTTP/1.1\r\nHost: a\r\nAccept: \(accept)\r\n\r\n")
        var reply = try connection.reply(to: method)
        for varying in ["date", "x-request-id"] { reply.fields[varying] = nil }
        replies.append(reply)
      }
      #expect(replies[0].status == replies[1].status)
      #expect(replies[0].fields == replies[1].fields)
      #expect(replies[1].content.isEmpty)
    }
  }

  @Test("names that mean harm are shown escaped, and their links lead to them")
  func hostileNames() throws {
    let folder = try TemporaryFolder()
    let names = [
      "<script>alert(1)<", "a\"b'c&d", "two words", "100%", "%41", "a?b#c", "gr\u{FC}n", "..a",
      "a:b",
      "javascript:alert(1)", "C\\D", "new\nline", "-", "a;b=c", "\u{202E}txt.exe",
    ]
    for name in names where !name.contains("/") && !name.hasPrefix(".") {
      try folder.write("site/" + name, "content of " + name)
    }
    try folder.write(Array("site/\u{FF}".utf8.prefix(5)) + [0xFF, 0x61], Array("no text".utf8))
    let test = try TestServer(
      """
      sites:
        - rules:
            - path: /
              files:
                root: $ROOT
                browse: on

      """, in: folder)
    defer { test.server.stop() }
    let page = try test.get("/", "Accept: text/html").text
    #expect(!page.contains("<script"))
    #expect(!page.contains("\"javascript:"))
    #expect(!page.contains("a\"b"))
    let list = try test.get("/", "Accept: application/json").text
    #expect(list.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0A }, "no control character stands plain")
    let hrefs = list.split(separator: "\"href\": \"").dropFirst().map { $0.prefix { $0 != "\"" } }
    // A backslash, a line feed, a percent sign before two digits and bytes that are no text are refused in a path, wherever they come
    // from: such names are not listed
    #expect(hrefs.count == names.count - 4)
    for href in hrefs {
      let reply = try test.get("/" + href)
      #expect(reply.status == 200, "\(href)")
      #expect(reply.text.hasPrefix("content of "), "\(href)")
    }
  }

  @Test(
    "hidden names are neither served nor listed unless the rule says so", arguments: [false, true])
  func hidden(isServed: Bool) throws {
    let folder = try TemporaryFolder()
    try folder.write("site/.secret", "secret")
    try folder.write("site/.git/config", "config")
    try folder.write("site/plain.txt", "plain")
    let test = try TestServer(
      """
      sites:
        - rules:
            - path: /
              files:
                root: $ROOT
                browse: on
                hidden: \(isServed ? "serve" : "hide")

      """, in: folder)
    defer { test.server.stop() }
    for target in ["/.secret", "/.git/config", "/%2esecret", "/x/../.secret", "//.git//config"] {
      #expect(try test.get(target).status == (isServed ? 200 : 404), "\(target)")
    }
    let list = try test.get("/", "Accept: application/json").text
    #expect(list.contains(".secret") == isServed)
    #expect(list.contains("plain.txt"))
  }
}

final class Flag: Sendable {
  private let value = Atomic<Bool>(false)
  func set() { value.store(true, ordering: .releasing) }
  var isSet: Bool { value.load(ordering: .acquiring) }
}
