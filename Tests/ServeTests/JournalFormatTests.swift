import Config
import Glibc
import Loop
import Record
import Synchronization
import Testing

@testable import Serve

@Suite("The journal of a running server")
struct JournalFormatTests {
  private func lines(_ test: ReloadableServer, _ name: String) -> [String] {
    String(decoding: test.folder.read("state/" + name), as: UTF8.self)
      .split(separator: "\n").map(String.init)
  }

  private static func config(_ format: String, to name: String = "journal") -> String {
    ReloadableServer.content(
      "hello", before: "loops: 1\njournal: {format: \(format), to: $STATE/\(name)}\n")
  }

  private func ask(_ test: ReloadableServer, _ target: String) throws {
    let connection = try test.connect()
    try connection.send(
      "GET \(target) HTTP/1.1\r\nHost: a\r\nUser-Agent: Test 1\r\nReferer: http://r.test/\r\n\r\n")
    _ = try connection.reply()
  }

  @Test("combined tells the content's bytes, the agent and where it came from")
  func combined() throws {
    let test = try ReloadableServer(Self.config("combined"))
    try ask(test, "/hook")
    test.server.stop()
    let line = try #require(lines(test, "journal").first)
    #expect(line.hasPrefix("127.0.0.1 - - ["))
    #expect(line.hasSuffix("] \"GET /hook HTTP/1.1\" 200 5 \"http://r.test/\" \"Test 1\""))
  }

  @Test("w3c begins with its columns, and tells the address reached and the cause's number")
  func w3c() throws {
    let test = try ReloadableServer(Self.config("w3c"))
    try ask(test, "/none?x=1")
    let port = test.server.addresses[0].port
    test.server.stop()
    let lines = lines(test, "journal")
    #expect(lines.prefix(2) == ["#Software: Statusline", "#Version: 1.0"])
    #expect(lines[2].hasPrefix("#Date: ") && lines[3] == "#Fields: \(W3CLine.fields)")
    let words = lines[4].split(separator: " ").map(String.init)
    #expect(
      words[2...12] == [
        "127.0.0.1", "GET", "/none", "x=1", "\(port)", "-", "127.0.0.1", "Test+1",
        "http://r.test/", "404", "700",
      ], "\(words)")
  }

  @Test("a file that was moved away is left, and the next one begins with the columns again")
  func rotation() throws {
    let test = try ReloadableServer(Self.config("w3c"))
    try ask(test, "/hook")
    let path = test.folder.path + "/state/journal"
    #expect(test.server.settle())
    rename(path, path + ".1")
    test.server.reopenJournal()
    #expect(test.server.settle())
    try ask(test, "/hook")
    test.server.stop()
    for name in ["journal.1", "journal"] {
      let lines = lines(test, name)
      #expect(lines.count == 5)
      #expect(lines.contains { $0.hasPrefix("#Fields: ") })
      #expect(lines.last?.contains(" GET /hook ") == true)
    }
  }

  @Test("a reload goes on in another file and format, and notes what it did")
  func change() throws {
    let test = try ReloadableServer(Self.config("json"))
    try ask(test, "/hook")
    try test.reload(Self.config("combined", to: "second"))
    try ask(test, "/hook")
    try test.reload(Self.config("json", to: "third"))
    #expect(throws: (any Error).self) { try test.reload("sites: 1\n") }
    test.server.stop()
    #expect(lines(test, "journal").count == 1)
    #expect(lines(test, "second").count == 1)
    let third = lines(test, "third")
    #expect(third.count == 2)
    #expect(third[0].contains("\"note\":\"reloaded: configuration "))
    #expect(third[1].contains("\"note\":\"not reloaded, configuration "))
    #expect(third[1].contains("test.yaml:"))
  }

  @Test("a journal that cannot be written is told once, and counted")
  func full() throws {
    let config = ReloadableServer.content(
      "hello", before: "loops: 1\njournal: {format: json, to: /dev/full, buffer: 0 B}\n")
    let test = try ReloadableServer(config)
    for _ in 0..<3 { try ask(test, "/hook") }
    test.server.stop()
    let counts = test.server.workers[0].worker.scribe.counters.snapshot()
    #expect(counts.linesLost == 0 && counts.journalFailures >= 3)
    let told = test.told.all.filter { $0.contains("cannot write the journal /dev/full: ") }
    #expect(told.count == 1 && told[0].contains("ENOSPC"))
  }

  @Test("what keeps failing is told once a minute, with how often")
  func complaints() {
    let said = Mutex<[String]>([])
    let complaints = Complaints { text in said.withLock { $0.append(text) } }
    for second: UInt64 in [10, 11, 12, 69, 70, 71] {
      complaints.say("no", at: second * 1_000_000_000)
    }
    #expect(said.withLock { $0 } == ["no", "no (and 3 more since the last of these)"])
  }
}
