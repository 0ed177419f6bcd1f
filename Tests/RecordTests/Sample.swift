import Config
import Decide
import Facts
import Glibc
import HTTPStatus
import Loop
import Message

@testable import Record

/// An exchange with everything that a test does not care about filled in.
struct Sample {
  var method = Array("GET".utf8)
  var target = Array("/pics/".utf8)
  var host = Array("example.org".utf8)
  var field: [UInt8] = []
  var client = Array("127.0.0.1:51234".utf8)
  var verdict: Verdict?
  var attempts: [Attempt] = []
  var change: (inout ExchangeRecord) -> Void = { _ in }

  static let rule = Position(source: 2, line: 9, column: 7)
  static let setting = Position(source: 2, line: 4, column: 12)
  static let context = JournalContext(
    sources: ["built-in default", "command line", "site.yaml"],
    siteLabels: [Array("example.org".utf8)], fingerprint: 0x00C0_FFEE)

  /// Facts of a routed request whose settings are all written at `setting`.
  static var facts: Facts {
    var facts = Facts()
    facts.route.site = 0
    facts.route.rule = 0
    facts.route.rulePosition = rule
    facts.route.sitePosition = setting
    facts.route.tracePosition = setting
    facts.connection.limitPosition = setting
    facts.content.limitPosition = setting
    facts.range.limitPosition = setting
    facts.client.key = .deny
    facts.client.position = setting
    facts.folder.key = .filesScripts
    facts.folder.position = setting
    facts.resource.positions.root = setting
    facts.resource.positions.index = setting
    facts.resource.positions.browse = setting
    facts.resource.positions.hidden = setting
    facts.resource.positions.links = setting
    facts.resource.positions.mappedTypes = setting
    facts.resource.positions.read = setting
    facts.resource.positions.methods = setting
    facts.negotiation.variants = setting
    facts.negotiation.choice = setting
    facts.negotiation.strict = setting
    facts.rule.position = setting
    facts.rule.tombstonesPosition = setting
    facts.write.positions.methods = setting
    facts.write.positions.createOnly = setting
    facts.write.positions.requireMatch = setting
    facts.write.positions.length = setting
    facts.write.positions.types = setting
    facts.write.positions.schema = setting
    return facts
  }

  /// The verdict of an ending, with the evidence that `Decide` gives for these facts.
  static func verdict(
    _ ending: Ending, _ facts: borrowing Facts = Sample.facts, yes: AnswerBits = AnswerBits()
  ) -> Verdict {
    Verdict(
      cause: ending.cause(facts), ending: ending, actor: .client,
      evidence: ending.evidence(facts), graphVersion: Graph.version, yes: yes)
  }

  /// Hands the record to `body`; its bytes live as long as that.
  func withRecord<Result>(_ body: (ExchangeRecord) throws -> Result) rethrows -> Result {
    var head = method + [0x20] + target + Array(" HTTP/1.1\r\n".utf8)
    var record = ExchangeRecord()
    record.methodName = ByteSlice(0, method.count)
    record.target = ByteSlice(method.count + 1, method.count + 1 + target.count)
    record.host = ByteSlice(head.count, head.count + host.count)
    head += host
    let fieldSlice = ByteSlice(head.count, head.count + field.count)
    head += field
    record.seconds = 1_795_259_465
    record.nanoseconds = 123_456_789
    record.id = RequestID(0x3F2A_90C4_1D7E_5B68)
    record.site = 0
    record.rule = Self.rule
    record.verdict = verdict
    if !field.isEmpty { record.verdict?.evidence.field = fieldSlice }
    record.status = verdict?.status.code ?? 0
    record.bytesIn = 312
    record.bytesOut = 14_233
    record.firstByteMicroseconds = 61
    record.totalMicroseconds = 83
    return try head.withUnsafeBufferPointer { head in
      try client.withUnsafeBufferPointer { client in
        try attempts.withUnsafeBufferPointer { attempts in
          record.head = head
          record.client = client
          record.attempts = attempts
          change(&record)
          return try body(record)
        }
      }
    }
  }

  /// The line of JSON, with its line feed.
  var json: [UInt8] {
    var cache = LineCache()
    var line = ByteBuffer()
    withRecord { JSONLine.write($0, Self.context, &cache, into: &line) }
    return Array(line.bytes)
  }

  func console(colours: Bool = false) -> String {
    var stamp = TimeStamp()
    var line = ByteBuffer()
    withRecord {
      ConsoleLine.write($0, Self.context, &stamp, colours: colours, into: &line)
    }
    return line.text
  }

  var exchange: RecordedExchange {
    get throws { try JSONRecord.read(json) }
  }
}

/// A folder that goes when the test does.
final class ScratchFolder {
  private let folder = try? TemporaryFolder(for: "record")
  var path: String { folder?.path ?? "/nonexistent" }

  var names: [String] { (folder?.names ?? []).map { String(decoding: $0, as: UTF8.self) } }

  func write(_ bytes: [UInt8], to name: String) { try? folder?.write(Array(name.utf8), bytes) }

  func read(_ name: String) -> [UInt8] {
    let descriptor = open("\(path)/\(name)", O_RDONLY)
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count <= 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}
