import Config
import Glibc
import Loop
import Serve
import Testing

/// What a folder's own file does while the server runs.
@Suite("Folders' own files")
struct FolderFileTests {
  private func server(_ folder: TemporaryFolder, _ more: String = "") throws -> TestServer {
    try TestServer(
      """
      sites:
        - rules:
            - path: /
              files: {root: $ROOT, folder-file: .folder.yaml\(more)}
              headers: {X-Rule: a}
              cache-control: max-age=1
      """, in: folder)
  }

  /// Asks until the answer is the wanted one: changes are told by the kernel, in their own time.
  private func waits(
    _ test: TestServer, _ target: String, for isWanted: (Reply) -> Bool
  ) throws -> Bool {
    for _ in 0..<3000 {
      if isWanted(try test.get(target)) { return true }
      _ = poll(nil, 0, 1)
    }
    return false
  }

  @Test("key by key the nearest folder's word holds, for it and all below")
  func nearest() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a/.folder.yaml", "browse: on\nheaders: {X-Folder: b}\n")
    try folder.write("site/a/b/.folder.yaml", "types: {zzz: text/x-z}\ncache-control: no-store\n")
    try folder.write("site/a/b/c/file.zzz", "z")
    try folder.write("site/a/file.zzz", "z")
    try folder.write("site/file.zzz", "z")
    let test = try server(folder)
    defer { test.server.stop() }
    for _ in 0..<2 {
      let top = try test.get("/file.zzz")
      #expect(top["x-rule"] == "a" && top["cache-control"] == "max-age=1")
      #expect(top["content-type"] == "application/octet-stream")
      let middle = try test.get("/a/file.zzz")
      #expect(middle["x-rule"] == nil && middle["x-folder"] == "b")
      #expect(middle["cache-control"] == "max-age=1")
      let deep = try test.get("/a/b/c/file.zzz")
      #expect(deep["content-type"] == "text/x-z" && deep["x-folder"] == "b")
      #expect(deep["cache-control"] == "no-store")
      #expect(try test.get("/").status == 403)
      #expect(try test.get("/a/b/c/").status == 200)
      #expect(try test.get("/a/b/c").status == 301)
      #expect(try !test.get("/a/").text.contains(".folder.yaml"))
    }
  }

  @Test("a link that leads to nothing is no folder without a file: what it should say is unknown")
  func dangling() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a/file.txt", "x")
    try #require(symlink("nowhere.yaml", folder.path + "/site/a/.folder.yaml") == 0)
    let test = try server(folder)
    defer { test.server.stop() }
    let reply = try test.get("/a/file.txt")
    #expect(reply.status == 500 && reply.text.contains("500.19"))
  }

  @Test("a file that appears, changes and goes is followed")
  func changes() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a/file.txt", "x")
    let test = try server(folder)
    defer { test.server.stop() }
    #expect(try test.get("/a/file.txt").status == 200)
    try folder.write("site/a/.folder.yaml", "allow: 192.0.2.0/24\n")
    #expect(try waits(test, "/a/file.txt") { $0.status == 403 })
    try folder.write("site/a/.folder.yaml", "allow: 127.0.0.0/8\n")
    #expect(try waits(test, "/a/file.txt") { $0.status == 200 })
    try folder.write("site/a/.folder.yaml", "alow: 127.0.0.0/8\n")
    #expect(try waits(test, "/a/file.txt") { $0.status == 500 })
    let reply = try test.get("/a/file.txt")
    #expect(reply.text.contains("500.19") && reply.text.contains("a/.folder.yaml:1:1"))
    let record = try #require(test.server.kept(1).first)
    #expect(record.contains("did you mean \\\"allow\\\"?"))
    unlink(folder.path + "/site/a/.folder.yaml")
    #expect(try waits(test, "/a/file.txt") { $0.status == 200 })
  }

  @Test("what cannot be read, or is no file, governs as a mistake does")
  func unusable() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a/file.txt", "x")
    try folder.write("outside.yaml", "browse: on\n")
    mkdir(folder.path + "/site/b", 0o755)
    mkdir(folder.path + "/site/b/.folder.yaml", 0o755)
    symlink(folder.path + "/outside.yaml", folder.path + "/site/a/.folder.yaml")
    let test = try server(folder)
    defer { test.server.stop() }
    #expect(try test.get("/a/file.txt").text.contains("500.19"))
    #expect(try test.get("/b/file.txt").text.contains("500.19"))
    // Where no folder is, no folder's file is either
    #expect(try test.get("/c/d/e/f/file.txt").status == 404)
  }

  @Test("the file itself is not served, by no spelling of its path")
  func itself() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/a/.folder.yaml", "browse: on\n")
    let test = try server(folder, ", hidden: serve")
    defer { test.server.stop() }
    for target in [
      "/a/.folder.yaml", "/a//.folder.yaml", "/a/%2efolder.yaml", "/a/x/../.folder.yaml",
    ] {
      let reply = try test.get(target)
      #expect(reply.status == 404 || reply.status == 400, "\(target)")
      #expect(!reply.text.contains("browse"))
    }
    #expect(try test.get("/a/.folder.yaml").text.contains("404.9"))
  }
}
