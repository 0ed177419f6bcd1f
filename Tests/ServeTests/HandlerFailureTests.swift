import Glibc
import Loop
import Testing

/// A server that may have no more memory gets no helper thread: what needs one is 500.0, everything else is answered, and when there is
/// room again, all is as before.
@Suite("500.0: no helper thread")
struct HandlerFailureTests {
  private static let config = """
    listen: 127.0.0.1:0
    loops: 1
    state: ./state
    journal: {format: off}
    sites:
      - rules:
          - path: /
            files: {root: ./site, browse: on, write: [PUT]}

    """

  @Test("RLIMIT_AS: the request is answered and told, and the process goes on")
  func noRoom() throws {
    let folder = try TemporaryFolder()
    try folder.write("site/here/a.txt", "a")
    try folder.write("test.yaml", Self.config)
    let binary = try RecordKeepingTests.binary()
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let process = try spawn(
      [binary, "serve", "--config", folder.path + "/test.yaml"], output: ends[1])
    close(ends[1])
    defer {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
      close(ends[0])
    }
    let port = try RecordKeepingTests.port(announcedOn: ends[0])
    let connection = try Connection(to: SocketAddress.parse("127.0.0.1:\(port)")[0])
    func get(_ path: String) throws -> Reply {
      try connection.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
      return try connection.reply()
    }
    #expect(try get("/here/a.txt").status == 200)

    // Room for what a loop needs now and then, and for no stack of a thread
    try Self.limit(process, to: Self.size(of: process) + (2 << 20))
    let refused = try get("/here/")
    #expect(refused.status == 500)
    #expect(try get("/here/a.txt").text == "a")
    try connection.send("PUT /new.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nnew")
    let unwritten = try connection.reply(to: "PUT")
    #expect(unwritten.status == 500)
    #expect(folder.read("site/new.txt").isEmpty)
    for reply in [refused, unwritten] {
      let id = try #require(reply["x-request-id"])
      let why = try run([binary, "why", id, "--state", folder.path + "/state"]).output
      #expect(why.contains("500.0 handler-failed"), "\(why)")
      #expect(why.contains("No helper thread took the work"), "\(why)")
      #expect(why.contains("EAGAIN"), "\(why)")
    }

    try Self.limit(process, to: nil)
    let listed = try get("/here/")
    #expect(listed.status == 200 && listed.text.contains("a.txt"))
    try connection.send("PUT /new.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nnew")
    #expect(try connection.reply(to: "PUT").status == 201)
    #expect(folder.read("site/new.txt") == Array("new".utf8))
  }

  /// Bytes of memory that a process has mapped.
  private static func size(of process: pid_t) throws -> Int {
    let status = try run(["cat", "/proc/\(process)/status"]).output
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmSize:") })
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
    return try #require(Int(words[1])) << 10
  }

  /// The most that it may map from now on; nil: any.
  private static func limit(_ process: pid_t, to bytes: Int?) throws {
    let most = bytes.map { "\($0)" } ?? "unlimited"
    let ran = try run(["prlimit", "--pid", "\(process)", "--as=\(most):unlimited"])
    try #require(ran.status == 0, "\(ran.output)")
  }
}
