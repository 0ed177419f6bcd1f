import Config
import Glibc
import Loop
import Record
import Synchronization
import Testing

@testable import Serve

/// A server whose configuration is a file that tests write anew.
final class ReloadableServer: Sendable {
  let folder: TemporaryFolder
  let server: Server
  /// What the operator was told.
  let told: Told

  final class Told: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  init(
    _ config: String, listen: String = "[\"127.0.0.1:0\"]",
    prepare: (TemporaryFolder) throws -> Void = { _ in }
  ) throws {
    folder = try TemporaryFolder()
    for name in ["site", "state"] { mkdir(folder.path + "/" + name, 0o755) }
    let folder = folder
    try prepare(folder)
    let told = Told()
    self.told = told
    try Self.write(config, listen, folder)
    let source: Server.Source = { try Settings.load(path: folder.path + "/test.yaml") }
    server = try Server.start(try source(), source: source, tell: { told.add($0) })
  }

  private static func write(
    _ config: String, _ listen: String, _ folder: TemporaryFolder
  ) throws {
    var text = config.replacing("$ROOT", with: folder.path + "/site")
    text = text.replacing("$STATE", with: folder.path + "/state")
    if !text.contains("journal:") { text += "journal:\n  format: off\n" }
    if !text.contains("loops:") { text += "loops: 2\n" }
    try folder.write("test.yaml", "listen: \(listen)\nstate: \(folder.path)/state\n\(text)")
  }

  @discardableResult
  func reload(_ config: String, listen: String = "[\"127.0.0.1:0\"]") throws -> ReloadReport {
    try Self.write(config, listen, folder)
    return try server.reload().get()
  }

  func connect(_ number: Int = 0) throws -> Connection {
    try Connection(to: server.addresses[number])
  }

  func get(_ target: String) throws -> Reply {
    let connection = try connect()
    try connection.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
    return try connection.reply()
  }

  func record(_ reply: Reply) throws -> RecordedExchange {
    let id = try #require(reply["x-request-id"])
    return try JSONRecord.read(Array(try #require(server.record(of: id)).utf8))
  }

  static func content(_ text: String, path: String = "/hook", before: String = "") -> String {
    "\(before)sites:\n  - rules:\n      - path: \(path)\n        content: {text: \"\(text)\"}\n"
  }
}

@Suite("Reload")
struct ReloadTests {
  @Test("the next request is under the new configuration, and its record says so")
  func goesOver() throws {
    let test = try ReloadableServer(ReloadableServer.content("old"))
    defer { test.server.stop() }
    let connection = try test.connect()
    try connection.send("GET /hook HTTP/1.1\r\nHost: a\r\n\r\n")
    let before = try connection.reply()
    let report = try test.reload(ReloadableServer.content("new", before: "# moved\n\n"))
    try connection.send("GET /hook HTTP/1.1\r\nHost: a\r\n\r\n")
    let after = try connection.reply()
    #expect(before.text == "old" && after.text == "new")
    #expect(report.before != report.after)
    let (first, second) = (try test.record(before), try test.record(after))
    #expect(first.configuration == RequestID(report.before).description)
    #expect(second.configuration == RequestID(report.after).description)
    #expect(first.rule == "\(test.folder.path)/test.yaml:5:15")
    #expect(second.rule == "\(test.folder.path)/test.yaml:7:15")
  }

  @Test("an exchange that has begun is answered and recorded under the old one")
  func underWay() throws {
    let old = ReloadableServer.content("old", before: "limits: {content: 8 B}\n")
    let test = try ReloadableServer(old)
    defer { test.server.stop() }
    let connection = try test.connect()
    try connection.send(
      "POST /hook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n")
    let kept = try test.connect()
    try kept.send("POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")
    #expect(test.server.settle())
    let report = try test.reload(
      ReloadableServer.content("new", before: "\n\n\nlimits: {content: 1 KiB}\n"))
    try kept.send("cd")
    let done = try kept.reply()
    #expect(done.text == "old")
    #expect(try test.record(done).configuration == RequestID(report.before).description)
    // The limit and its line are the old ones
    try connection.send("5\r\nefghi\r\n0\r\n\r\n")
    let refused = try connection.reply()
    #expect(refused.status == 413)
    let record = try test.record(refused)
    #expect(record.configuration == RequestID(report.before).description)
    #expect(record.evidence?.position == "\(test.folder.path)/test.yaml:3:19")
    #expect(record.evidence?.limit == 8)
    // And the next request on the connection that stays is under the new ones
    try kept.send("POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabcdefghi")
    #expect(try kept.reply().text == "new")
    #expect(try test.get("/hook").text == "new")
  }

  @Test("a file that is not valid changes nothing and is told with its line and column")
  func invalid() throws {
    let test = try ReloadableServer(ReloadableServer.content("old"))
    defer { test.server.stop() }
    let kept = test.server.settings.fingerprint
    #expect(throws: ConfigErrors.self) {
      try test.reload("sites:\n  - rules:\n      - pth: /\n")
    }
    #expect(try test.get("/hook").text == "old")
    #expect(test.server.settings.fingerprint == kept)
    let told = try #require(test.told.all.last)
    #expect(told.contains("not reloaded, configuration \(RequestID(kept)) stays"))
    #expect(told.contains("test.yaml:5:9: error: unknown key \"pth\" in a rule"))
  }

  @Test("a folder that is not there, a journal and an address that cannot be opened change nothing")
  func cannotOpen() throws {
    let test = try ReloadableServer(ReloadableServer.content("old"))
    defer { test.server.stop() }
    try test.folder.write("site/a.txt", "a")
    for config in [
      ReloadableServer.content("new") + "journal: {format: json, to: $STATE}\n",
      "sites:\n  - rules:\n      - {path: /, files: $ROOT/none}\n",
    ] {
      #expect(throws: (any Error).self) { try test.reload(config) }
    }
    let address = test.server.addresses[0].description
    #expect(throws: ServeError.self) {
      try test.reload(
        ReloadableServer.content("new"), listen: "[\"\(address)\", \"unix:/none/x.sock\"]")
    }
    #expect(try test.get("/hook").text == "old")
    #expect(test.server.addresses.map(\.description) == [address])
  }

  @Test("a rule that serves another folder now serves none of the old one's files")
  func otherFolder() throws {
    let config = "loops: 1\nsites:\n  - rules:\n      - {path: /, files: $ROOT/FOLDER}\n"
    let test = try ReloadableServer(config.replacing("/FOLDER", with: ""))
    defer { test.server.stop() }
    try test.folder.write("site/a.txt", "first")
    try test.folder.write("site/b/a.txt", "second")
    #expect(try test.get("/a.txt").text == "first")
    try test.reload(config.replacing("FOLDER", with: "b"))
    #expect(try test.get("/a.txt").text == "second")
  }

  @Test("a folder that was replaced at its name is served from the reload on")
  func replacedFolder() throws {
    let config = "loops: 1\nsites:\n  - rules:\n      - {path: /, files: $ROOT/now}\n"
    let folder = "site/now"
    let test = try ReloadableServer(config, prepare: { try $0.write("\(folder)/a.txt", "old") })
    defer { test.server.stop() }
    let path = test.folder.path + "/" + folder
    #expect(try test.get("/a.txt").text == "old")
    rename(path, path + ".old")
    try test.folder.write("\(folder)/a.txt", "new")
    #expect(try test.get("/a.txt").text == "old")
    try test.reload(config)
    #expect(try test.get("/a.txt").text == "new")
  }

  @Test("listeners come and go; the connections and the queue of those that stay are not touched")
  func listeners() throws {
    let content = ReloadableServer.content("here", before: "loops: 2\n")
    let socket = "unix:./other.sock"
    let test = try ReloadableServer(content, listen: "[\"127.0.0.1:0\", \"\(socket)\"]")
    defer { test.server.stop() }
    let (port, other) = (test.server.addresses[0], test.server.addresses[1])
    let kept = try Connection(to: port)
    let onOther = try Connection(to: other)
    try onOther.send("GET /hook HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try onOther.reply().status == 200)
    let report = try test.reload(
      content, listen: "[\"127.0.0.1:0\", \"unix:./third.sock\"]")
    #expect(report.notes.contains("listening on \(test.server.addresses[1]) now"))
    #expect(report.notes.contains("no longer listening on \(other)"))
    #expect(test.server.addresses[0] == port)
    // Who was connected stays, also where nobody listens any more
    for connection in [kept, onOther, try Connection(to: test.server.addresses[1])] {
      try connection.send("GET /hook HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try connection.reply().text == "here")
    }
    #expect(test.server.settle())
    #expect(throws: (any Error).self) { try Connection(to: other) }
  }

  @Test("what cannot change while the server runs is said")
  func fixed() throws {
    let test = try ReloadableServer(ReloadableServer.content("a", before: "loops: 1\n"))
    defer { test.server.stop() }
    let report = try test.reload(
      ReloadableServer.content("a", before: "recorder: {size: 1 MiB}\nloops: 2\n"))
    let file = "\(test.folder.path)/test.yaml"
    #expect(report.notes.contains("\(file):4:8: `loops` takes effect at the next start"))
    #expect(report.notes.contains("\(file):3:18: `recorder.size` takes effect at the next start"))
    // As it says is compared with what runs, and not with what the file said before
    for _ in 0..<2 {
      let again = try test.reload(
        ReloadableServer.content("a", before: "recorder: {size: 1 MiB}\nloops: 2\n"))
      #expect(again.notes.contains("\(file):4:8: `loops` takes effect at the next start"))
    }
    let back = try test.reload(ReloadableServer.content("a", before: "loops: 1\n"))
    #expect(!back.notes.contains { $0.contains("next start") }, "\(back.notes)")
  }

  @Test("name servers wait for the next start only where names were asked for already")
  func nameServers() throws {
    let old = ReloadableServer.content(
      "a", before: "resolver: [\"127.0.0.1:9\"]\nlimits: {name-time: 50 ms}\nloops: 1\n")
    let test = try ReloadableServer(old)
    defer { test.server.stop() }
    let new = old.replacing("127.0.0.1:9", with: "127.0.0.1:19")
    let unused = try test.reload(new)
    #expect(!unused.notes.contains { $0.contains("next start") }, "\(unused.notes)")
    // Now the loop asks, by what it has been set to last
    let closed = new.replacing("- rules", with: "- deny-hosts: [none.example]\n    rules")
    try test.reload(closed)
    _ = try test.get("/hook")
    let file = "\(test.folder.path)/test.yaml"
    let used = try test.reload(closed.replacing("127.0.0.1:19", with: "127.0.0.1:9"))
    #expect(used.notes.contains("\(file):3:12: `resolver` takes effect at the next start"))
    let back = try test.reload(closed)
    #expect(!back.notes.contains { $0.contains("next start") }, "\(back.notes)")
  }

  @Test("a configuration is let go of when its last exchange has ended")
  func letGo() throws {
    let test = try ReloadableServer(ReloadableServer.content("old"))
    defer { test.server.stop() }
    let connection = try test.connect()
    try connection.send("POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n")
    #expect(test.server.settle())
    weak let old = test.server.running.withLock { $0.snapshot }
    for text in ["b", "c", "d"] { try test.reload(ReloadableServer.content(text)) }
    #expect(old != nil)
    try connection.send("x")
    #expect(try connection.reply().text == "old")
    try connection.send("GET /hook HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try connection.reply().text == "d")
    #expect(test.server.settle())
    test.server.retireUnused()
    #expect(old == nil)
  }

  @Test("the control socket reloads and tells how it went")
  func control() throws {
    let test = try ReloadableServer(ReloadableServer.content("a"))
    defer { test.server.stop() }
    let folder = try #require(test.server.stateFolder)
    let done = try #require(ControlClient.ask("reload", folder: folder))
    #expect(done.hasPrefix("done\nreloaded: configuration "))
    #expect(done.contains("the file says what it said before\n1 site, 1 rule\n"))
    try test.folder.write("test.yaml", "sites: []\n")
    let refused = try #require(ControlClient.ask("reload", folder: folder))
    #expect(refused.hasPrefix("refused\n"))
    #expect(refused.contains("test.yaml:1:8: error: "))
  }

  @Test("requests on kept and on new connections meet no error while the configuration changes")
  func underLoad() throws {
    let test = try ReloadableServer(ReloadableServer.content("0"))
    defer { test.server.stop() }
    let failures = Mutex<[String]>([])
    let answers = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)
    let clients = try (0..<4).map { number in
      try NativeThread(named: "client") {
        do {
          var connection = try test.connect()
          while !isOver.load(ordering: .relaxed) {
            if number % 2 == 0 { connection = try test.connect() }
            try connection.send("GET /hook HTTP/1.1\r\nHost: a\r\n\r\n")
            let reply = try connection.reply()
            guard reply.status == 200, Int(reply.text) != nil else { throw Trouble(reply.head) }
            answers.add(1, ordering: .relaxed)
          }
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
    }
    for number in 1...60 { try test.reload(ReloadableServer.content("\(number)")) }
    isOver.store(true, ordering: .relaxed)
    for client in clients { client.join() }
    #expect(failures.withLock { $0 }.isEmpty)
    #expect(answers.load(ordering: .relaxed) > 0)
    #expect(try test.get("/hook").text == "60")
  }
}
