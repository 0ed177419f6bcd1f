import Glibc
import Loop
import Testing

/// A disk without room, for real: a file system of a megabyte in memory, mounted where only the server sees it.
@Suite("RFC 4918 section 11.5: no room on the disk")
struct FullDiskTests {
  /// Whether a file system may be mounted in a name space of one's own here.
  private static let canMount: Bool = {
    let ran = try? run(["unshare", "-Urm", "mount", "-t", "tmpfs", "none", "/mnt"])
    if ran?.status == 0 { return true }
    print("SKIPPED: nothing may be mounted here, and 507.740 is not shown: \(ran?.output ?? "")")
    return false
  }()

  @Test("what does not fit is 507, nothing half is left, and what fits is taken")
  func full() throws {
    guard Self.canMount else { return }
    let folder = try TemporaryFolder()
    mkdir(folder.path + "/site", 0o755)
    try folder.write(
      "test.yaml",
      """
      listen: 127.0.0.1:0
      loops: 1
      state: ./state
      details: everyone
      recorder: {size: 0}
      journal: {format: off}
      sites:
        - rules:
            - {path: /, files: {root: ./site, write: [PUT, DELETE]}}

      """)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let script =
      "mount -t tmpfs -o size=1m none \"$1/site\" && exec \"$2\" serve --config \"$1/test.yaml\""
    let process = try spawn(
      ["unshare", "-Urm", "sh", "-c", script, "sh", folder.path, RecordKeepingTests.binary()],
      output: ends[1])
    close(ends[1])
    defer {
      close(ends[0])
      kill(process, SIGTERM)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    let port = try RecordKeepingTests.port(announcedOn: ends[0])
    let connection = try Connection(to: SocketAddress.parse("127.0.0.1:\(port)")[0])
    func ask(_ method: String, _ target: String, _ count: Int) throws -> Reply {
      try connection.send(
        "\(method) \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n")
      try connection.send([UInt8](repeating: 0x78, count: count))
      return try connection.reply(to: method)
    }
    #expect(try ask("PUT", "/a.txt", 600 << 10).status == 201)
    let refused = try ask("PUT", "/b.txt", 600 << 10)
    #expect(refused.status == 507)
    #expect(refused.text.contains("507.740 storage-full"))
    let again = try ask("PUT", "/a.txt", 900 << 10)
    #expect(again.status == 507)
    // The old content stands as it was, and the room of what did not fit is free again
    let old = try ask("GET", "/a.txt", 0)
    #expect(old.content.count == 600 << 10)
    #expect(try ask("PUT", "/c.txt", 300 << 10).status == 201)
    #expect(try ask("DELETE", "/a.txt", 0).status == 204)
    // Whoever asks again finds it gone, and nobody holds it any more
    #expect(try ask("GET", "/a.txt", 0).status == 404)
    #expect(try ask("PUT", "/b.txt", 600 << 10).status == 201)
  }
}
