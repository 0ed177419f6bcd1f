import Decide
import Glibc
import Message
import Synchronization
import Testing

@testable import Record

/// A line of the given length that begins with a number.
private func line(_ number: Int, length: Int = 600) -> [UInt8] {
  let text = "{\"n\":\(number)}"
  return Array(text.utf8) + [UInt8](repeating: 0x20, count: length - text.utf8.count - 1) + [10]
}

private func append(_ recorder: FlightRecorder, _ numbers: Range<Int>) {
  for number in numbers {
    line(number).withUnsafeBufferPointer {
      _ = recorder.append(id: RequestID(UInt64(number)), $0)
    }
  }
}

@Suite("The flight recorder")
struct FlightRecorderTests {
  private let folder = ScratchFolder()
  private var path: String { "\(folder.path)/flight" }

  private func open(
    _ bytes: UInt64 = 65_536
  ) throws -> (recorder: FlightRecorder, notes: [String]) {
    try FlightFile.open(path, bytes: bytes, now: 1_795_000_000)
  }

  @Test("keeps lines, finds them and gives the newest first")
  func keeps() throws {
    let (recorder, notes) = try open()
    #expect(notes.isEmpty)
    append(recorder, 0..<10)
    #expect(recorder.find(RequestID(3)) == line(3))
    #expect(recorder.find(RequestID(99)) == nil)
    #expect(recorder.recent(3).map(\.id.value) == [9, 8, 7])
    #expect(recorder.recent(-1).isEmpty)
    var status = stat()
    #expect(stat(path, &status) == 0)
    #expect(status.st_mode & 0o7777 == 0o600)
    #expect(status.st_size == 65_536)
  }

  @Test("goes round and keeps the newest")
  func wrapsAround() throws {
    let (recorder, _) = try open()
    append(recorder, 0..<1000)
    let entries = try FlightFile.read(path)
    #expect(entries.count >= 95 && entries.count <= 104)
    #expect(entries.map(\.id.value) == (1000 - entries.count..<1000).map { UInt64($0) })
    #expect(entries.allSatisfy { $0.line == line(Int($0.id.value)) })
  }

  @Test("goes on where another process ended, and tells it apart from one that runs")
  func reopens() throws {
    var first: FlightRecorder? = try open().recorder
    append(try #require(first), 0..<150)
    #expect(throws: FlightFault(action: "opening \(path)", systemError: 0)) { try open() }
    first = nil
    let (second, notes) = try open()
    #expect(notes.isEmpty)
    append(second, 150..<160)
    #expect(second.recent(12).map(\.id.value) == (148..<160).reversed().map { UInt64($0) })
  }

  @Test("keeps its records when its size changes")
  func resizes() throws {
    var recorder: FlightRecorder? = try open().recorder
    append(try #require(recorder), 0..<50)
    recorder = nil
    let (larger, notes) = try open(200_000)
    #expect(notes.count == 1 && larger.size == 200_704)
    #expect(larger.recent(100).map(\.id.value) == (0..<50).reversed().map { UInt64($0) })
    #expect(larger.find(RequestID(17)) == line(17))
  }

  @Test("passes over an entry that is torn, wherever it is torn")
  func torn() throws {
    var recorder: FlightRecorder? = try open().recorder
    append(try #require(recorder), 0..<20)
    recorder = nil
    let entryBytes = FlightLayout.entryBytes(600)
    let sound = folder.read("flight")
    for place in [0, 4, 8, 16, 24, 32, 100, 631] {
      var bytes = sound
      bytes[FlightLayout.headerBytes + 5 * entryBytes + place] ^= 0x55
      folder.write(bytes, to: "flight")
      let found = try FlightFile.read(path).map(\.id.value)
      #expect(found == (0..<20).filter { $0 != 5 }.map { UInt64($0) })
    }
  }

  @Test("never trips over garbage behind a sound header")
  func garbage() throws {
    var recorder: FlightRecorder? = try open().recorder
    append(try #require(recorder), 0..<5)
    recorder = nil
    var bytes = folder.read("flight")
    var generator = SystemRandomNumberGenerator()
    for index in stride(from: FlightLayout.headerBytes, to: bytes.count, by: 8) {
      let mark = FlightLayout.entryMark
      if Bool.random(using: &generator) {
        withUnsafeBytes(of: mark) { for (k, byte) in $0.enumerated() { bytes[index + k] = byte } }
        bytes[index + 4] = .random(in: 0...255, using: &generator)
        bytes[index + 5] = .random(in: 0...255, using: &generator)
      }
    }
    folder.write(bytes, to: "flight")
    #expect(try FlightFile.read(path).isEmpty)
    let (again, notes) = try open()
    #expect(notes.isEmpty)
    append(again, 0..<3)
    #expect(again.recent(9).count == 3)
  }

  @Test(
    "renames a file that is not its own and begins anew",
    arguments: [
      [UInt8](), Array("not ours".utf8), [UInt8](repeating: 0, count: 65_536),
      [UInt8](repeating: 0x53, count: 100_000),
    ])
  func foreign(bytes: [UInt8]) throws {
    folder.write(bytes, to: "flight")
    #expect(throws: FlightFault.self) { try FlightFile.read(path) }
    let (recorder, notes) = try open()
    #expect(notes.count == 1 && notes[0].contains("flight.damaged-1795000000"))
    #expect(folder.read("flight.damaged-1795000000") == bytes)
    append(recorder, 0..<1)
    #expect(recorder.recent(5).count == 1)
  }

  @Test("renames a file that was cut off, and a link, and reads neither")
  func cutOff() throws {
    var recorder: FlightRecorder? = try open().recorder
    append(try #require(recorder), 0..<5)
    recorder = nil
    truncate(path, 10_000)
    #expect(try open().notes.count == 1)
    unlink(path)
    folder.write([1], to: "elsewhere")
    symlink("\(folder.path)/elsewhere", path)
    let (_, notes) = try open()
    #expect(notes.count == 1 && notes[0].contains("a symbolic link"))
    #expect(folder.read("elsewhere") == [1])
  }

  @Test("is an error where it cannot be made")
  func impossible() {
    #expect(throws: FlightFault.self) {
      try FlightFile.open("/nonexistent/flight", bytes: 65_536, now: 0)
    }
  }

  @Test("leaves out a line that is too long")
  func tooLong() throws {
    let (recorder, _) = try open()
    let isKept = line(1, length: 20_000).withUnsafeBufferPointer {
      recorder.append(id: RequestID(1), $0)
    }
    #expect(!isKept && recorder.recent(1).isEmpty)
  }

  @Test("takes lines of several loops at once")
  func concurrent() async throws {
    let (recorder, _) = try open(1 << 20)
    await withTaskGroup(of: Void.self) { group in
      for loop in 0..<4 {
        group.addTask { append(recorder, loop * 1000..<loop * 1000 + 1000) }
      }
      group.addTask { for _ in 0..<20 { _ = recorder.recent(5) } }
    }
    let entries = try FlightFile.read(path)
    #expect(entries.count > 1500)
    #expect(entries.allSatisfy { $0.line == line(Int($0.id.value)) })
    #expect(Set(entries.map(\.position)).count == entries.count)
  }

  @Test("wants what was refused, what failed and what was slow")
  func keepsWhat() {
    var record = ExchangeRecord()
    record.status = 200
    record.totalMicroseconds = 10
    #expect(!FlightRecorder.keeps(record, slowMicroseconds: 100))
    #expect(FlightRecorder.keeps(record, slowMicroseconds: 10))
    record.status = 404
    #expect(FlightRecorder.keeps(record, slowMicroseconds: 100))
    record.status = 0
    record.outcome = .idleClosed
    #expect(!FlightRecorder.keeps(record, slowMicroseconds: 100))
    record.outcome = .clientReset
    #expect(FlightRecorder.keeps(record, slowMicroseconds: 100))
  }
}

@Suite("The ring of recent lines")
struct RecentRingTests {
  @Test("holds the newest lines and finds them by id", arguments: [40, 100, 333, 1000])
  func ring(length: Int) {
    var ring = RecentRing(capacity: 16 * 1024)
    var found = ByteBuffer()
    for number in 0..<500 {
      let line = [UInt8](repeating: UInt8(number % 251), count: length + number % 7)
      line.withUnsafeBufferPointer { ring.append(id: RequestID(UInt64(number)), $0) }
      found.removeAll()
      let isThere = ring.find(RequestID(UInt64(number)), into: &found)
      #expect(isThere && Array(found.bytes) == line)
    }
    // 16 segments of 1024 bytes, of which one may have just begun
    let longest = 16 + (length + 6 + 7) & ~7
    #expect(ring.count >= 15 * (1024 / longest) && ring.count <= 16 * (1024 / (length + 16)))
    let oldest = ring.find(RequestID(0), into: &found)
    let oldestHeld = ring.find(RequestID(UInt64(500 - ring.count)), into: &found)
    #expect(!oldest && oldestHeld)
  }

  @Test("leaves out what is too long")
  func tooLong() {
    var ring = RecentRing(capacity: 4096)
    var found = ByteBuffer()
    [UInt8](repeating: 1, count: 4000).withUnsafeBufferPointer {
      ring.append(id: RequestID(1), $0)
    }
    let isThere = ring.find(RequestID(1), into: &found)
    #expect(!isThere && ring.count == 0)
  }
}
