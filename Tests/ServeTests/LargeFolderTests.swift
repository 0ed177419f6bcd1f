import Config
import Glibc
import Testing

@testable import Serve

/// Folders with more names than a loop reads while requests wait for it.
@Suite("Variants in large folders")
struct LargeFolderTests {
  private static let config = """
    sites:
      - rules:
          - path: /
            files: {root: $ROOT, variants: on, fallback: /index.html}

    """
  private static let count = FolderNames.inPlaceMax * 4

  private static func filled() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for number in 0..<count { try folder.write("site/many/other\(number).txt", "") }
    try folder.write("site/many/page.en.html", "English")
    try folder.write("site/index.html", "fallback")
    return folder
  }

  @Test("a folder's names are read where they are few, and only from the first to the last allowed")
  func names() throws {
    let folder = try Self.filled()
    let descriptor = open(folder.path + "/site/many", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { close(descriptor) }
    #expect(FolderNames(reading: descriptor, entriesMax: FolderNames.inPlaceMax) == nil)
    let all = try #require(FolderNames(reading: descriptor))
    #expect(all.count == Self.count + 1)
    #expect((1..<all.count).allSatisfy { all[$0 - 1].lexicographicallyPrecedes(all[$0]) })
    #expect(all[all.first(notBefore: Array("page.".utf8))].elementsEqual("page.en.html".utf8))
  }

  @Test("variants come and go there as anywhere, and nothing stands in for them meanwhile")
  func variants() throws {
    let test = try TestServer(Self.config, in: try Self.filled())
    defer { test.server.stop() }
    let navigation = "Sec-Fetch-Mode: navigate"
    let first = try test.get("/many/page", navigation)
    #expect(first.text == "English" && first["content-location"] == "page.en.html")
    try test.folder.write("site/many/page.th.html", "Thai")
    #expect(try test.get("/many/page", "Accept-Language: th", navigation).text == "Thai")
    unlink(test.folder.path + "/site/many/page.th.html")
    #expect(try test.get("/many/page", "Accept-Language: th", navigation).text == "English")
    #expect(try test.get("/many/none", navigation).text == "fallback")
    for path in ["none", "PAGE", "page/"] {
      #expect(try test.get("/many/\(path)", "Sec-Fetch-Mode: cors").status == 404, "\(path)")
    }
  }

  @Test("whoever asks while a folder is read, and changed, gets its right variant too")
  func together() throws {
    let test = try TestServer(Self.config, in: try Self.filled())
    defer { test.server.stop() }
    for round in 0..<4 {
      let connections = try (0..<24).map { _ in try test.connect() }
      // Only what was there before is asked for; each round has a new name
      try test.folder.write("site/many/round\(round).de.html", "\(round)")
      for connection in connections {
        try connection.send("GET /many/round\(round) HTTP/1.1\r\nHost: a\r\n\r\n")
      }
      try test.folder.write("site/many/later\(round).txt", "")
      for connection in connections {
        let reply = try connection.reply()
        #expect(reply.status == 200 && reply.text == "\(round)")
      }
    }
  }

  @Test("a client that leaves while its folder is read leaves nothing behind")
  func abandoned() throws {
    let test = try TestServer(Self.config, in: try Self.filled())
    defer { test.server.stop() }
    for _ in 0..<8 {
      try test.connect().send("GET /many/page HTTP/1.1\r\nHost: a\r\n\r\n")
    }
    #expect(try test.get("/many/page").text == "English")
  }

  @Test("predict reads them as well")
  func predicted() throws {
    let folder = try Self.filled()
    let text = Self.config.replacing("$ROOT", with: folder.path + "/site")
    let settings = try Settings.parse(
      bytes: Array((text + "journal: {format: off}\n").utf8), name: "test.yaml",
      folder: folder.path)
    for (path, cause) in [("/many/page", "200.701"), ("/many/pagx", "404.0")] {
      let request = Array(
        "GET \(path) HTTP/1.1\r\nHost: a\r\nSec-Fetch-Mode: cors\r\n\r\n".utf8)
      let found = try Predictor.predict(request: request, settings: settings, port: 80)
      #expect(found.line.contains("\"cause\":\"\(cause)\""), "\(found.line)")
    }
  }
}
