import HTTPStatus
import Message
import Testing
import Wire

/// Marks, in the raw bytes of a test, the first byte at fault. It is taken out before the bytes are
/// read.
let faultMark: Unicode.Scalar = "▲"

/// The bytes of a text, one a scalar, with the place of the mark where there is one.
func raw(_ text: String) -> (bytes: [UInt8], mark: Int?) {
  var bytes: [UInt8] = []
  var mark: Int?
  for scalar in text.unicodeScalars {
    if scalar == faultMark {
      mark = bytes.count
    } else {
      bytes.append(UInt8(scalar.value))
    }
  }
  return (bytes, mark)
}

func text(_ bytes: [UInt8], _ slice: ByteSlice) -> String {
  String(decoding: bytes[slice.range], as: UTF8.self)
}

/// All that a reading left behind, so that two readings can be compared.
struct Reading: Equatable {
  var fault: MessageFault?
  /// Bytes of the head, nil where it is not complete.
  var byteCount: Int?
  var method = Method.unknown
  var slices: [ByteSlice] = []
  var form = TargetForm.origin
  var flags: [Bool] = []
  var port: UInt16 = 0
  var version = HTTPVersion.http11
  var framing = Framing.none
  var expectation = Message.Expectation.none
  var fields: [Field] = []
  var known = FieldSet()
  var repeated = FieldSet()

  init(_ head: RequestHead, fault: MessageFault?, byteCount: Int?) {
    self.fault = fault
    self.byteCount = byteCount
    method = head.method
    slices = [head.methodName, head.target, head.path, head.query, head.host]
    form = head.targetForm
    flags = [head.hasQuery, head.pathNeedsDecoding, head.keepsAlive]
    port = head.port
    version = head.version
    framing = head.framing
    expectation = head.expectation
    fields = head.fields
    known = head.known
    repeated = head.repeated
  }
}

/// Reads a request handed in as prefixes of these lengths, each in memory of its own.
func read(
  _ bytes: [UInt8], lengths: some Sequence<Int>, limits: MessageLimits
) -> (head: RequestHead, reading: Reading) {
  var reader = RequestReader(limits: limits)
  var head = RequestHead()
  for length in lengths {
    let prefix = Array(bytes[..<length])
    do {
      if case .complete(let count) = try reader.read(prefix.span, into: &head) {
        return (head, Reading(head, fault: nil, byteCount: count))
      }
    } catch {
      return (head, Reading(head, fault: error, byteCount: nil))
    }
  }
  return (head, Reading(head, fault: reader.endOfInput(byteCount: bytes.count), byteCount: nil))
}

/// Reads a request in one piece, byte by byte and split at each position, and expects the same from
/// all of them.
@discardableResult
func readRequest(
  _ bytes: [UInt8], limits: MessageLimits = MessageLimits(),
  sourceLocation: SourceLocation = #_sourceLocation
) -> (head: RequestHead, reading: Reading) {
  let whole = read(bytes, lengths: [bytes.count], limits: limits)
  if bytes.count > 3000 { return whole }
  let single = read(bytes, lengths: 0...bytes.count, limits: limits).reading
  #expect(single == whole.reading, "byte by byte", sourceLocation: sourceLocation)
  for split in bytes.indices {
    let halves = read(bytes, lengths: [split, bytes.count], limits: limits).reading
    #expect(halves == whole.reading, "split at \(split)", sourceLocation: sourceLocation)
  }
  return whole
}

/// Expects a request to be refused with this fault at the mark.
@discardableResult
func refused(
  _ text: String, _ kind: FaultKind, limits: MessageLimits = MessageLimits(),
  sourceLocation: SourceLocation = #_sourceLocation
) -> MessageFault? {
  let (bytes, mark) = raw(text)
  let reading = readRequest(bytes, limits: limits, sourceLocation: sourceLocation).reading
  #expect(reading.fault?.kind == kind, sourceLocation: sourceLocation)
  if let mark {
    #expect(reading.fault?.offset == UInt64(mark), sourceLocation: sourceLocation)
  }
  #expect(reading.flags.last == false || reading.fault?.kind == .messageIncomplete)
  return reading.fault
}

/// Expects a request to be read to its end, and gives its head.
@discardableResult
func accepted(
  _ text: String, limits: MessageLimits = MessageLimits(),
  sourceLocation: SourceLocation = #_sourceLocation
) -> RequestHead {
  let result = readRequest(raw(text).bytes, limits: limits, sourceLocation: sourceLocation)
  #expect(result.reading.fault == nil, sourceLocation: sourceLocation)
  #expect(result.reading.byteCount != nil, sourceLocation: sourceLocation)
  return result.head
}

/// What the reading of a content came to.
struct ContentReading: Equatable {
  var fault: MessageFault?
  var data: [UInt8] = []
  var consumed = 0
  var isComplete = false
  var trailers: [[String]] = []
}

/// Hands in the bytes in pieces that end at these positions; what a step leaves over comes again in
/// front.
func read(
  content bytes: [UInt8], ends: some Sequence<Int>, framing: Framing, limits: MessageLimits,
  offset: UInt64
) -> ContentReading {
  var reader = ContentReader(framing: framing, limits: limits, offset: offset)
  var result = ContentReading()
  for end in ends {
    while result.consumed < end, !result.isComplete {
      let piece = Array(bytes[result.consumed..<end])
      do {
        let step = try reader.read(piece.span)
        result.data += piece[step.data.range]
        result.consumed += step.consumed
        result.isComplete = step.isComplete
      } catch {
        result.fault = error
        return result
      }
    }
  }
  if !result.isComplete { result.fault = reader.endOfInput() }
  result.trailers = reader.trailers.map {
    [text(reader.trailerBytes, $0.name), text(reader.trailerBytes, $0.value)]
  }
  return result
}

/// Reads a content in one piece, byte by byte and split at each position, and expects the same from
/// all of them.
@discardableResult
func readContent(
  _ bytes: [UInt8], framing: Framing = .chunked, limits: MessageLimits = MessageLimits(),
  offset: UInt64 = 100, sourceLocation: SourceLocation = #_sourceLocation
) -> ContentReading {
  func read(_ ends: some Sequence<Int>) -> ContentReading {
    WireTests.read(
      content: bytes, ends: ends, framing: framing, limits: limits, offset: offset)
  }
  let whole = read([bytes.count])
  if bytes.count > 3000 { return whole }
  // What had come out before a fault depends on the pieces; the fault does not.
  func expectSame(_ other: ContentReading, _ how: String) {
    #expect(other.fault == whole.fault, "\(how)", sourceLocation: sourceLocation)
    if whole.fault == nil {
      #expect(other == whole, "\(how)", sourceLocation: sourceLocation)
    }
  }
  expectSame(read(0...bytes.count), "byte by byte")
  for split in bytes.indices { expectSame(read([split, bytes.count]), "split at \(split)") }
  return whole
}

@discardableResult
func refusedContent(
  _ text: String, _ kind: FaultKind, limits: MessageLimits = MessageLimits(),
  sourceLocation: SourceLocation = #_sourceLocation
) -> MessageFault? {
  let (bytes, mark) = raw(text)
  let result = readContent(bytes, limits: limits, sourceLocation: sourceLocation)
  #expect(result.fault?.kind == kind, sourceLocation: sourceLocation)
  if let mark {
    #expect(result.fault?.offset == UInt64(100 + mark), sourceLocation: sourceLocation)
  }
  return result.fault
}

/// Reads a response in one piece, byte by byte and split at each position, and expects the same
/// from all of them.
func readResponse(
  _ bytes: [UInt8], to method: Method = .get, limits: MessageLimits = MessageLimits(),
  sourceLocation: SourceLocation = #_sourceLocation
) -> (head: ResponseHead, fault: MessageFault?) {
  func read(_ lengths: some Sequence<Int>) -> (head: ResponseHead, fault: MessageFault?) {
    var reader = ResponseReader(limits: limits, requestMethod: method)
    var head = ResponseHead()
    for length in lengths {
      let prefix = Array(bytes[..<length])
      do {
        if case .complete = try reader.read(prefix.span, into: &head) { return (head, nil) }
      } catch {
        return (head, error)
      }
    }
    return (head, reader.endOfInput(byteCount: bytes.count))
  }
  let whole = read([bytes.count])
  func expectSame(_ other: (head: ResponseHead, fault: MessageFault?), _ how: String) {
    let same =
      other.fault == whole.fault && other.head.status == whole.head.status
      && other.head.framing == whole.head.framing && other.head.fields == whole.head.fields
      && other.head.keepsAlive == whole.head.keepsAlive && other.head.reason == whole.head.reason
      && other.head.byteCount == whole.head.byteCount
    #expect(same, "\(how)", sourceLocation: sourceLocation)
  }
  expectSame(read(0...bytes.count), "byte by byte")
  for split in bytes.indices { expectSame(read([split, bytes.count]), "split at \(split)") }
  return whole
}

@discardableResult
func refusedResponse(
  _ text: String, _ kind: FaultKind, sourceLocation: SourceLocation = #_sourceLocation
) -> MessageFault? {
  let (bytes, mark) = raw(text)
  let fault = readResponse(bytes, sourceLocation: sourceLocation).fault
  #expect(fault?.kind == kind, sourceLocation: sourceLocation)
  if let mark { #expect(fault?.offset == UInt64(mark), sourceLocation: sourceLocation) }
  return fault
}
