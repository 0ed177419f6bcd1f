import Config
import Facts
import Message
import Testing
import Wire

/// The selected representation of these tests: `"v2"`, last changed on Sun, 06 Nov 1994 08:49:37 GMT.
enum Selected {
  static let changed: Int64 = 784_111_777
  static let changedText = "Sun, 06 Nov 1994 08:49:37 GMT"
  static let earlier = "Sun, 06 Nov 1994 08:49:36 GMT"
  static let later = "Sun, 06 Nov 1994 08:49:38 GMT"
  static let tag = "\"v2\""
  static let now: Int64 = 800_000_000
}

/// The head of a request with these raw field lines.
private func withHead<Result>(
  _ fields: [String], method: String, _ body: (borrowing RequestHead, Span<UInt8>) -> Result
) throws -> Result {
  let lines = fields.map { $0 + "\r\n" }.joined()
  let bytes = Array("\(method) /a HTTP/1.1\r\nHost: h\r\n\(lines)\r\n".utf8)
  var reader = RequestReader()
  var head = RequestHead()
  let progress = try reader.read(bytes.span, into: &head)
  #expect(progress == .complete(byteCount: bytes.count))
  return body(head, bytes.span)
}

/// Judges raw conditional field lines against the selected representation.
func conditions(
  _ fields: String..., method: String = "GET", tag: String = Selected.tag,
  lastModified: Int64? = Selected.changed
) throws -> PreconditionFacts {
  let tag = Array(tag.utf8)
  return try withHead(fields, method: method) { head, bytes in
    PreconditionFacts(
      head, in: bytes, tag: tag.span,
      validators: Validators(lastModified: lastModified, isWeak: false), now: Selected.now)
  }
}

/// Judges raw Range and If-Range lines against the selected representation of 1000 bytes; nil where Range does not count.
func range(
  _ fields: String..., tag: String = Selected.tag, length: UInt64 = 1000,
  lastModified: Int64? = Selected.changed, isWeak: Bool = false, countMax: UInt64 = 10
) throws -> (facts: RangeFacts, ranges: ByteRanges)? {
  let tag = Array(tag.utf8)
  return try withHead(fields, method: "GET") { head, bytes in
    var ranges = ByteRanges()
    let facts = RangeFacts.evaluate(
      head, in: bytes, tag: tag.span, length: length,
      validators: Validators(lastModified: lastModified, isWeak: isWeak), countMax: countMax,
      now: Selected.now, into: &ranges)
    return facts.map { ($0, ranges) }
  }
}
