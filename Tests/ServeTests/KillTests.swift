import Glibc
import Loop
import Testing

/// A server is killed again and again while it writes: nothing that it acknowledged may be lost, and nothing may be there by half.
@Suite("Killed while writing")
struct KillTests {
  private static let rounds = 200
  private static let names = ["a.txt", "b.txt", "c.txt"]

  /// A version's content: long enough for several pieces, and different from every other's at each line.
  private static func content(_ version: Int) -> [UInt8] {
    let line = "version \(version)\n"
    return Array(String(repeating: line, count: 1500 + version % 5 * 1500).utf8) + "end\n".utf8
  }

  /// The version that a file has as a whole; nil where it is none.
  private static func version(of content: [UInt8]) -> Int? {
    guard let end = content.firstIndex(of: 0x0A),
      let version = Int(String(decoding: content[8..<max(end, 8)], as: UTF8.self)),
      content == Self.content(version)
    else { return nil }
    return version
  }

  private static func put(_ name: String, _ version: Int, on connection: Connection, part: Int = 1)
    throws
  {
    let content = Self.content(version)
    try connection.send(
      "PUT /\(name) HTTP/1.1\r\nHost: a\r\nContent-Length: \(content.count)\r\n\r\n")
    try connection.send(Array(content[..<(content.count / part)]))
  }

  @Test("200 times: what was acknowledged is there, whole, and nothing else is")
  func killed() throws {
    let folder = try TemporaryFolder()
    mkdir(folder.path + "/site", 0o755)
    try folder.write(
      "test.yaml",
      """
      listen: 127.0.0.1:0
      loops: 1
      state: ./state
      recorder: {size: 0}
      journal: {format: off}
      sites:
        - rules:
            - path: /
              files: {root: ./site, write: [PUT]}

      """)
    let binary = try RecordKeepingTests.binary()
    // By name: the last version that was acknowledged, and the last one that was sent
    var acknowledged: [String: Int] = [:]
    var sent: [String: Int] = [:]
    var version = 0
    var answers = 0
    for round in 0..<Self.rounds {
      var ends: [Int32] = [0, 0]
      try #require(pipe(&ends) == 0)
      let process = try spawn(
        [binary, "serve", "--config", folder.path + "/test.yaml"], output: ends[1])
      close(ends[1])
      defer { close(ends[0]) }
      let port = try RecordKeepingTests.port(announcedOn: ends[0])
      // What the last one left behind is swept before the first request is answered
      #expect(Self.files(in: folder.path + "/site/.statusline").isEmpty)
      let connection = try Connection(to: SocketAddress.parse("127.0.0.1:\(port)")[0])
      for _ in 0..<(round % 3) {
        version += 1
        answers += 1
        let name = Self.names[answers % Self.names.count]
        try Self.put(name, version, on: connection)
        let reply = try connection.reply(to: "PUT")
        #expect(reply.status == 201 || reply.status == 204)
        acknowledged[name] = version
        sent[name] = version
      }
      version += 1
      let name = Self.names[version % Self.names.count]
      try Self.put(name, version, on: connection, part: round % 2 + 1)
      sent[name] = version
      kill(process, SIGKILL)
      waitpid(process, nil, 0)

      #expect(Self.files(in: folder.path + "/site").allSatisfy(Self.names.contains))
      for name in Self.names {
        guard let least = acknowledged[name] else { continue }
        let found = Self.version(of: folder.read("site/" + name))
        try #require(found != nil, "\(name) is no whole version after round \(round)")
        if let found { #expect(found >= least && found <= sent[name] ?? least) }
      }
    }
    #expect(acknowledged.count == Self.names.count)
  }

  /// Names in a folder that are not hidden; in a hidden folder all of them.
  private static func files(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." || name == ".statusline" { continue }
      names.append(name)
    }
    return names
  }
}
