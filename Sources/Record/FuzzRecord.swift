internal import Decide
internal import HTTPStatus
internal import Message

/// A fuzzer's entry: any bytes as a journal line, and any bytes as a request that is recorded. Traps where a promise is broken.
public func fuzzRecordLine(_ bytes: Span<UInt8>) {
  var input: [UInt8] = []
  for index in 0..<min(bytes.count, 65_536) { input.append(bytes[index]) }
  if let exchange = try? JSONRecord.read(input) {
    let explanation = Explanation(exchange)
    precondition(isHarmless(explanation.text))
    precondition((try? JSONReader.read(Array(explanation.json.utf8))) != nil)
  }
  let text = String(decoding: input, as: UTF8.self)
  _ = JSONRecord.readConsole(text)
  if let line = OtherLine(text) {
    precondition(line.status != nil || line.id != nil)
    precondition(line.cause == nil || line.format == .w3c)
  }
  recordAndReadBack(input)
  input.withUnsafeBytes { raw in
    for entry in FlightLayout.entries(raw) { precondition(entry.line.count <= raw.count) }
  }
}

/// Splits the bytes into a method, a target and a field's name, writes the record, and demands that it can be read again.
private func recordAndReadBack(_ input: [UInt8]) {
  let context = JournalContext(
    sources: ["built-in default", "command line", "site.yaml"], siteLabels: [input], fingerprint: 1)
  var record = ExchangeRecord()
  record.site = 0
  let third = input.count / 3
  record.methodName = ByteSlice(0, third)
  record.target = ByteSlice(third, third * 2)
  record.host = ByteSlice(0, input.count)
  var evidence = Evidence()
  evidence.field = ByteSlice(third * 2, input.count)
  record.verdict = Verdict(
    cause: .bareLineFeed, ending: .fault, actor: .client, evidence: evidence,
    graphVersion: Graph.version, yes: AnswerBits(low: 1 << 10, high: 0))
  record.status = 400
  var stamp = TimeStamp()
  var cache = LineCache()
  var line = ByteBuffer()
  var console = ByteBuffer()
  var w3c = ByteBuffer()
  input.withUnsafeBufferPointer { head in
    record.head = head
    record.client = head
    JSONLine.write(record, context, &cache, into: &line)
    ConsoleLine.write(record, context, &stamp, colours: false, into: &console)
    W3CLine.write(record, &stamp, into: &w3c)
  }
  precondition(line.bytes.dropLast().allSatisfy { $0 >= 0x20 && $0 < 0x7F })
  precondition(console.bytes.dropLast().allSatisfy { $0 >= 0x20 && $0 < 0x7F })
  guard let exchange = try? JSONRecord.read(Array(line.bytes)) else {
    preconditionFailure("a line that was written cannot be read")
  }
  let method = input.prefix(third).prefix(JSONLine.methodBytesMax)
  let readBack = (exchange.method ?? "").unicodeScalars.map(\.value)
  precondition(readBack == method.map(UInt32.init))
  precondition(JSONRecord.readConsole(console.text)?.id == record.id)
  let other = OtherLine(w3c.text)
  precondition(other?.format == .w3c && other?.id == record.id && other?.cause == .bareLineFeed)
}

/// Nothing in the text can move a terminal's cursor.
private func isHarmless(_ text: String) -> Bool {
  text.unicodeScalars.allSatisfy { scalar in
    scalar == "\n" || scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
  }
}
