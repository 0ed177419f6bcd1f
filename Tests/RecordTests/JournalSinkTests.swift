import Config
import Glibc
import Message
import Testing

@testable import Record

@Suite("The journal's sink")
struct JournalSinkTests {
  private let folder = ScratchFolder()

  private func append(_ sink: JournalSink, _ text: String) {
    Array(text.utf8).withUnsafeBufferPointer { sink.append($0) }
  }

  private func drain(_ descriptor: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count <= 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  @Test("holds lines back until the buffer is full or it is told")
  func buffering() throws {
    let path = "\(folder.path)/journal"
    let sink = try JournalSink(path: path, format: .json, bufferBytes: 100)
    append(sink, "one\n")
    #expect(folder.read("journal").isEmpty && sink.pendingBytes == 4)
    sink.flush()
    #expect(folder.read("journal") == Array("one\n".utf8))
    append(sink, String(repeating: "x", count: 99) + "\n")
    #expect(folder.read("journal").count == 104 && sink.pendingBytes == 0)
  }

  @Test("writes what is left when it goes")
  func leaving() throws {
    var sink: JournalSink? = try JournalSink(
      path: "\(folder.path)/journal", format: .json, bufferBytes: 100)
    append(try #require(sink), "last\n")
    sink = nil
    #expect(folder.read("journal") == Array("last\n".utf8))
  }

  @Test("goes on in a new file after a rotation, and keeps the old one where there is none")
  func rotation() throws {
    let sink = try JournalSink(path: "\(folder.path)/a", format: .json, bufferBytes: 100)
    append(sink, "before\n")
    rename("\(folder.path)/a", "\(folder.path)/a.1")
    try sink.reopen(path: "\(folder.path)/a")
    append(sink, "after\n")
    #expect(throws: JournalFault.self) { try sink.reopen(path: "/nonexistent/a") }
    sink.flush()
    #expect(folder.read("a.1") == Array("before\n".utf8))
    #expect(folder.read("a") == Array("after\n".utf8))
  }

  @Test("does not wait for a pipe that nobody reads, counts what is lost, and says so")
  func fullPipe() {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    let sink = JournalSink(descriptor: ends[1], format: .json, bufferBytes: 8192)
    let text = "{\"x\":\"" + String(repeating: "y", count: 992) + "\"}\n"
    for _ in 0..<3000 { append(sink, text) }
    #expect(sink.lostLines > 0)
    let lost = sink.lostLines
    var bytes: [UInt8] = []
    for _ in 0..<100 {
      bytes += drain(ends[0])
      sink.flush()
    }
    bytes += drain(ends[0])
    let lines = bytes.split(separator: 0x0A)
    let whole = lines.filter { $0.count == text.utf8.count - 1 }
    #expect(UInt64(whole.count) + lost == 3000)
    let notes = lines.filter { $0.count != text.utf8.count - 1 }
    #expect(notes.count == 1)
    let note = String(decoding: notes.first ?? [], as: UTF8.self)
    #expect(note.hasSuffix("\"note\":\"journal lines lost\",\"lost\":\(lost)}"))
    #expect((try? JSONReader.read(Array(note.utf8))) != nil)
    close(ends[0])
    close(ends[1])
  }

  @Test("continues a line that went out in part")
  func partialWrites() {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    let sink = JournalSink(descriptor: ends[1], format: .console, bufferBytes: 1)
    let long = String(repeating: "z", count: 100_000) + "\n"
    append(sink, long)
    append(sink, "short\n")
    var bytes: [UInt8] = []
    for _ in 0..<60 {
      bytes += drain(ends[0])
      sink.flush()
    }
    bytes += drain(ends[0])
    #expect(bytes == Array((long + "short\n").utf8))
    #expect(sink.lostLines == 0)
    close(ends[0])
    close(ends[1])
  }

  @Test("counts the lines as lost where the reader is gone or the disk is full")
  func gone() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    let sink = JournalSink(descriptor: ends[1], format: .json, bufferBytes: 1000)
    close(ends[0])
    append(sink, "one\ntwo\n")
    sink.flush()
    #expect(sink.lostLines == 2 && sink.systemError == EPIPE && sink.pendingBytes == 0)
    close(ends[1])

    let full = try JournalSink(path: "/dev/full", format: .json, bufferBytes: 1000)
    append(full, "one\n")
    full.flush()
    #expect(full.systemError == ENOSPC && full.pendingBytes == 4 && full.lostLines == 0)
  }

  @Test("writes to a socket")
  func socket() {
    var ends: [Int32] = [0, 0]
    socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
    let sink = JournalSink(descriptor: ends[0], format: .json, bufferBytes: 10)
    append(sink, "one two three\n")
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    #expect(drain(ends[1]) == Array("one two three\n".utf8))
    close(ends[0])
    close(ends[1])
  }
}
