import Glibc
import Record
import Serve
import Testing

/// What stands in for a name that is not there, and the forms of one that is, are for readers alone: a change is about the file of
/// the very name.
@Suite("RFC 9110 section 9.3.4: what is changed is what the target names")
struct ChangedNameTests {
  private func ask(
    _ test: TestServer, _ method: String, _ target: String, _ content: String = "",
    _ field: String = ""
  ) throws -> Reply {
    let connection = try test.connect()
    let length = method == "DELETE" ? "" : "Content-Length: \(content.utf8.count)\r\n"
    let head = "\(method) \(target) HTTP/1.1\r\nHost: a\r\n\(field)\(length)\r\n"
    try connection.send(head + content)
    return try connection.reply(to: method)
  }

  private func serve(_ files: String, _ folder: TemporaryFolder) throws -> TestServer {
    try TestServer(
      """
      sites:
        - rules:
            - path: /
              files: {root: $ROOT, write: [PUT, DELETE, PATCH, POST], \(files)}

      """, in: folder)
  }

  @Test("a file that has coded forms is replaced, and its old forms are not served any more")
  func codedForms() throws {
    for files in ["compress: [gzip]", "precompressed: [gzip]"] {
      let folder = try TemporaryFolder()
      try folder.write("site/a.html", String(repeating: "old ", count: 1000))
      try folder.write("site/a.html.gz", "no gzip")
      let test = try serve(files, folder)
      defer { test.server.stop() }
      #expect(try ask(test, "PUT", "/a.html", "new").status == 204)
      #expect(folder.read("site/a.html") == Array("new".utf8))
      #expect(try test.get("/a.html").text == "new")
      #expect(try ask(test, "DELETE", "/a.html").status == 204)
      #expect(try test.get("/a.html").status == 404)
    }
  }

  @Test("a name that variants answer for is made by PUT, and is not there for DELETE and POST")
  func variants() throws {
    let folder = try TemporaryFolder()
    for name in ["a.en.html", "a.th.html"] { try folder.write("site/" + name, name) }
    let test = try serve("variants: on", folder)
    defer { test.server.stop() }
    #expect(try ask(test, "DELETE", "/a").status == 404)
    #expect(try ask(test, "POST", "/a", "x").status == 404)
    #expect(try ask(test, "PUT", "/a.html", "new").status == 201)
    #expect(folder.read("site/a.html") == Array("new".utf8))
    #expect(folder.read("site/a.en.html") == Array("a.en.html".utf8))
  }

  @Test("paths to try do not stand in for what is changed")
  func paths() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a.json", "{}")
    let test = try serve("try: \"{path}.json\"", folder)
    defer { test.server.stop() }
    #expect(try test.get("/a").status == 200)
    #expect(try ask(test, "DELETE", "/a").status == 404)
    let type = "Content-Type: application/merge-patch+json\r\n"
    #expect(try ask(test, "PATCH", "/a", "{\"b\":1}", type).status == 404)
    #expect(try ask(test, "PUT", "/a", "new", "If-None-Match: *\r\n").status == 201)
    #expect(folder.read("site/a.json") == Array("{}".utf8))
    #expect(folder.read("site/a") == Array("new".utf8))
  }

  @Test("a link's place is taken without its mode, also where it leads to nothing")
  func links() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a.txt", "a")
    symlink("a.txt", folder.path + "/site/link.txt")
    symlink("nowhere", folder.path + "/site/broken.txt")
    let test = try serve("links: within", folder)
    defer { test.server.stop() }
    #expect(try ask(test, "PUT", "/link.txt", "new").status == 204)
    #expect(try ask(test, "PUT", "/broken.txt", "new").status == 201)
    #expect(try ask(test, "PUT", "/fresh.txt", "new").status == 201)
    let modes = ["fresh.txt", "link.txt", "broken.txt"].map { name in
      var status = stat()
      return lstat(folder.path + "/site/" + name, &status) == 0 ? status.st_mode : 0
    }
    #expect(modes[0] & S_IFMT == S_IFREG && modes[0] & 0o022 == 0)
    #expect(modes == Array(repeating: modes[0], count: 3))
    #expect(folder.read("site/a.txt") == Array("a".utf8))
  }

  /// A request whose content is held back while `change` happens at its target.
  private func ask(
    _ test: TestServer, _ head: String, _ content: String, meanwhile change: () throws -> Void
  ) throws -> Reply {
    let connection = try test.connect()
    try connection.send("\(head) HTTP/1.1\r\nHost: a\r\n")
    if head.hasPrefix("PATCH") {
      try connection.send("Content-Type: application/merge-patch+json\r\n")
    }
    try connection.send("Content-Length: \(content.utf8.count)\r\n\r\n\(content.prefix(1))")
    #expect(test.server.settle())
    try change()
    try connection.send(String(content.dropFirst()))
    return try connection.reply()
  }

  @Test("a name that became a folder's meanwhile is a conflict, and no rule is blamed for it")
  func becameFolder() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/b.json", "{}")
    let test = try serve("index: []", folder)
    defer { test.server.stop() }
    for (head, path) in [("PUT /a", "site/a"), ("PATCH /b.json", "site/b.json")] {
      let reply = try ask(test, head, #"{"a":1}"#) {
        unlink(folder.path + "/" + path)
        mkdir(folder.path + "/" + path, 0o755)
      }
      #expect(reply.status == 409)
      let id = try #require(reply["x-request-id"])
      let line = try #require(test.server.record(of: id))
      let record = try JSONRecord.read(Array(line.utf8))
      #expect(record.cause == "409.741" && record.evidence?.key == "files.root")
      #expect(record.evidence?.systemErrorName == "EISDIR")
      let story = Explanation(record).text
      #expect(!story.contains("only new"), "\(story)")
      #expect(story.contains("delete first the folder"), "\(story)")
    }
  }
}
