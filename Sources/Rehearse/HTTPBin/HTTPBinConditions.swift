internal import Decide
internal import Facts
internal import Message
internal import Wire

/// The URLs whose answers depend on conditional fields and ranges. Those are judged as everywhere in the server: by `Facts`, in the order
/// of the graph.
enum HTTPBinConditions {
  /// Bytes that `/range/N` has at the most.
  static let rangeMax = 102_400
  /// Ranges that one request may ask for.
  private static let rangesMax: UInt64 = 32
  /// Of `/cache`: Tue, 15 Nov 1994 12:45:26 GMT. Long ago, so that a client that has it always has the newest.
  static let modified: Int64 = 784_903_526

  /// `/cache`: an answer that can be kept, and 304 to whoever has it.
  static func cache(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    // The content shows the request's fields: the tag stands for what it means, and not for its bytes
    let key = Draw.key(ask.call.base + ask.call.path + [0x3F] + (ask.call.query ?? []))
    let tag = Array("W/\"\(key)\"".utf8)
    let validators = Validators(lastModified: modified, isWeak: true)
    var date = ByteBuffer()
    HTTPDate.append(modified, to: &date)
    let fields = [
      RehearsedField(Array("Last-Modified".utf8), Array(date.bytes)),
      RehearsedField(Array("ETag".utf8), tag),
    ]
    return conditional(ask, tag, validators, fields)
  }

  /// `/etag/TAG`: an answer with this entity tag.
  static func tagged(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    let named = ask.segments[1]
    let tag = EntityTag(named.span) != nil ? named : [0x22] + named + [0x22]
    guard EntityTag(tag.span) != nil else {
      return HTTPBinAnswer.unfit(
        "An entity tag has no blanks, controls or quotes in it (RFC 9110 section 8.8.3).")
    }
    let validators = Validators(lastModified: nil, isWeak: tag[0] == 0x57)
    return conditional(ask, tag, validators, [RehearsedField(Array("ETag".utf8), tag)])
  }

  /// `/cache/N`: an answer that is fresh for so many seconds.
  static func kept(_ ask: HTTPBinAsk, _ seconds: Int) -> RehearsalAnswer {
    var answer = HTTPBinInspection.get(ask)
    answer.fields.append(RehearsedField("Cache-Control", "public, max-age=\(seconds)"))
    return answer
  }

  private static func conditional(
    _ ask: HTTPBinAsk, _ tag: [UInt8], _ validators: Validators, _ fields: [RehearsedField]
  ) -> RehearsalAnswer {
    var answer: RehearsalAnswer
    switch judge(ask, tag, validators, length: nil) {
    case .notModified: answer = HTTPBinAnswer.empty(304)
    case .failed: answer = HTTPBinAnswer.empty(412)
    case .unsatisfiable, .whole, .ranges: answer = HTTPBinInspection.get(ask)
    }
    answer.fields += fields
    return answer
  }

  /// `/range/N`: the alphabet, again and again, and any parts of it.
  static func range(_ ask: HTTPBinAsk, _ length: Int) -> RehearsalAnswer {
    let tag = Array("\"range\(length)\"".utf8)
    let fields = [
      RehearsedField(Array("ETag".utf8), tag), RehearsedField("Accept-Ranges", "bytes"),
    ]
    guard (1...rangeMax).contains(length) else {
      var answer = HTTPBinAnswer.text(404, "/range/ has from 1 to \(rangeMax) bytes.\n")
      answer.fields.append(RehearsedField("Accept-Ranges", "bytes"))
      return answer
    }
    guard let speed = HTTPBinData.Speed(ask) else {
      return HTTPBinAnswer.unfit("chunk_size and duration are numbers, and not negative.")
    }
    let validators = Validators(lastModified: nil, isWeak: false)
    var answer: RehearsalAnswer
    switch judge(ask, tag, validators, length: UInt64(length)) {
    case .notModified: answer = HTTPBinAnswer.empty(304)
    case .failed: answer = HTTPBinAnswer.empty(412)
    case .unsatisfiable:
      answer = HTTPBinAnswer.empty(416)
      answer.fields.append(RehearsedField("Content-Range", "bytes */\(length)"))
    case .whole:
      answer = HTTPBinAnswer.content(
        alphabet(0..<UInt64(length)), type: "application/octet-stream")
      speed.slowDown(&answer, of: length, ask)
    case .ranges(let ranges):
      answer = partial(ask, ranges, length)
      speed.slowDown(&answer, of: length, ask)
    }
    answer.fields += fields
    return answer
  }

  private static func alphabet(_ range: Range<UInt64>) -> [UInt8] {
    range.map { 0x61 + UInt8($0 % 26) }
  }

  /// RFC 9110 section 15.3.7: one range as the content itself, several as parts of it.
  private static func partial(
    _ ask: HTTPBinAsk, _ ranges: ByteRanges, _ length: Int
  ) -> RehearsalAnswer {
    if ranges.count == 1 {
      let range = ranges[0]
      var answer = HTTPBinAnswer.content(
        alphabet(range.first..<(range.last + 1)), type: "application/octet-stream", status: 206)
      answer.fields.append(
        RehearsedField("Content-Range", "bytes \(range.first)-\(range.last)/\(length)"))
      return answer
    }
    // The content has no hyphen, so that no part can hold the boundary
    let boundary = "part-\(ask.draw.bits(.identity))"
    var content: [UInt8] = []
    for index in 0..<ranges.count {
      let range = ranges[index]
      content += "\(index == 0 ? "" : "\r\n")--\(boundary)\r\n".utf8
      content += "Content-Type: application/octet-stream\r\n".utf8
      content += "Content-Range: bytes \(range.first)-\(range.last)/\(length)\r\n\r\n".utf8
      content += alphabet(range.first..<(range.last + 1))
    }
    content += "\r\n--\(boundary)--\r\n".utf8
    var answer = HTTPBinAnswer.content(
      content, type: "multipart/byteranges; boundary=\(boundary)", status: 206)
    // RFC 9110 section 15.3.7.2: only the parts have a Content-Range
    answer.without = [Array("content-range".utf8)]
    return answer
  }

  private enum Judgement {
    case notModified, failed, unsatisfiable
    case whole
    case ranges(ByteRanges)
  }

  /// What the request's conditions come to: its conditional fields are read as those of any request, and the graph is walked from its
  /// first question about them. `length`: of the representation; nil where it has no ranges.
  private static func judge(
    _ ask: HTTPBinAsk, _ tag: [UInt8], _ validators: Validators, length: UInt64?
  ) -> Judgement {
    let text = conditionalHead(ask.call)
    var head = RequestHead()
    // The head was within the server's own limits before
    var limits = MessageLimits()
    limits.headBytesMax = text.count
    limits.fieldBytesMax = text.count
    limits.fieldCountMax = ask.call.fields.count + 1
    var reader = RequestReader(limits: limits)
    guard (try? reader.read(text.span, into: &head)) != nil else { return .whole }
    var facts = Facts()
    facts.met.insert(.route)
    facts.met.insert(.resource)
    facts.method = head.method
    facts.preconditions = PreconditionFacts(
      head, in: text.span, tag: tag.span, validators: validators, now: ask.now)
    var found: ByteRanges?
    var ranges = ByteRanges()
    // RFC 9110 section 14.2: only GET has ranges
    if let length, head.method == .get,
      let range = RangeFacts.evaluate(
        head, in: text.span, tag: tag.span, length: length, validators: validators,
        countMax: rangesMax, now: ask.now, into: &ranges)
    {
      facts.range = range
      found = ranges
    }
    var walk = Walk(from: .hasPreconditions)
    // It ends at the first question about the content at the latest
    guard case .ending(let ending) = walk.next(facts) else {
      if let found, facts.range.ifRange != .fails { return .ranges(found) }
      return .whole
    }
    switch ending {
    case .ifMatchFailed, .ifUnmodifiedSinceFailed, .ifNoneMatchFailed: return .failed
    case .entityTagMatched, .notModifiedSince: return .notModified
    case .rangesExcessive, .rangeUnsatisfiable: return .unsatisfiable
    default: return .whole
    }
  }

  private static let conditionNames = [
    "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range", "range",
  ]

  /// The request as a head with nothing but its conditional fields.
  private static func conditionalHead(_ call: RehearsalCall) -> [UInt8] {
    var text = call.method + Array(" / HTTP/1.1\r\nHost: h\r\n".utf8)
    for field in call.fields
    where conditionNames.contains(where: { HTTPBinAsk.isSame(field.name, $0) }) {
      text += field.name + [0x3A, 0x20] + field.value + [0x0D, 0x0A]
    }
    return text + [0x0D, 0x0A]
  }
}
