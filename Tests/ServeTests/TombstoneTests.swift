import Config
import Glibc
import Loop
import Testing

@testable import Serve

/// What was deleted is remembered, also by the next server.
@Suite("Tombstones")
struct TombstoneTests {
  private static let site = Array("default".utf8)

  private func isGone(_ store: TombstoneStore, _ path: String, site: [UInt8] = site) -> Bool {
    Array(path.utf8).withUnsafeBufferPointer { store.isGone(site: site, path: $0) }
  }

  @Test("what was buried is gone until it is raised, in its site alone, and after a restart too")
  func store() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/" + TombstoneStore.fileName
    let odd: [UInt8] = [0x2F, 0xFF, 0x00, 0x27]
    do {
      let store = try TombstoneStore(path: path)
      #expect(!isGone(store, "/a"))
      for _ in 0..<2 { try store.bury(site: Self.site, path: Array("/a".utf8)) }
      try store.bury(site: Self.site, path: Array("/b".utf8))
      try store.bury(site: [], path: odd)
      try store.raise(site: Self.site, path: Array("/b".utf8))
      try store.raise(site: Self.site, path: Array("/never".utf8))
      #expect(isGone(store, "/a") && !isGone(store, "/b") && !isGone(store, "/"))
      #expect(!isGone(store, "/a", site: Array("other".utf8)))
    }
    let again = try TombstoneStore(path: path)
    #expect(isGone(again, "/a") && !isGone(again, "/b"))
    #expect(odd.withUnsafeBufferPointer { again.isGone(site: [], path: $0) })
  }

  @Test("several threads bury and look at once, and nothing is lost")
  func threads() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/" + TombstoneStore.fileName
    let store = try TombstoneStore(path: path)
    let threads = try (0..<4).map { number in
      try NativeThread(named: "burier") {
        for count in 0..<10 {
          try? store.bury(site: Self.site, path: Array("/\(number)/\(count)".utf8))
        }
      }
    }
    for thread in threads { thread.join() }
    let again = try TombstoneStore(path: path)
    for number in 0..<4 {
      for count in 0..<10 { #expect(isGone(again, "/\(number)/\(count)")) }
    }
  }

  @Test("a file that is no database is told, and not replaced")
  func broken() throws {
    let folder = try TemporaryFolder()
    try folder.write("tombstones.sqlite", String(repeating: "no database at all ", count: 100))
    #expect(throws: DatabaseError.self) {
      _ = try TombstoneStore(path: folder.path + "/tombstones.sqlite")
    }
  }

  @Test("410 for what is buried, 404 for what never was, 200 for what is there again")
  func answers() throws {
    let folder = try TemporaryFolder()
    let config = """
      sites:
        - rules:
            - path: /
              files: {root: $ROOT, fallback: /index.html}
              tombstones: on

      """
    try folder.write("site/back.txt", "back")
    for round in 0..<2 {
      // Whatever port it gets, the second server is told to use the first one's folder
      let test = try TestServer(config, in: folder, listen: ["unix:\(folder.path)/socket"])
      defer { test.server.stop() }
      let store = try #require(test.server.tombstones)
      if round == 0 {
        for path in ["/old.txt", "/back.txt", "/page"] {
          try store.bury(site: Self.site, path: Array(path.utf8))
        }
      }
      #expect(try test.get("/old.txt").status == 410)
      #expect(try test.get("/page").status == 410, "before the fallback")
      #expect(try test.get("/never.txt").status == 404)
      #expect(try test.get("/back.txt").status == 200)
      #expect(try test.get("/old.txt", "Accept: application/json").text.contains("410.701"))
    }
  }

  @Test("predict knows them, and says the line")
  func predicted() throws {
    let folder = try TemporaryFolder()
    let socket = "unix:\(folder.path)/socket"
    let text = "sites:\n  - rules:\n      - {path: /, files: \(folder.path), tombstones: on}\n"
    let settings = try Settings.parse(
      bytes: Array(text.utf8), name: "test.yaml", folder: folder.path,
      overrides: Overrides(listen: [socket], state: folder.path + "/state"))
    let request = Array("GET /old.txt HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    let before = try Predictor.predict(request: request, settings: settings, port: 80)
    #expect(before.line.contains("404.0"))
    let server = try Server.start(settings)
    try #require(server.tombstones).bury(site: Self.site, path: Array("/old.txt".utf8))
    server.stop()
    let after = try Predictor.predict(request: request, settings: settings, port: 80)
    #expect(after.line.contains("410.701") && after.line.contains("test.yaml:3:"))
  }
}
