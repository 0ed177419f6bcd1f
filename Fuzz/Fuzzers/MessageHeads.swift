import Message
import Wire

/// All that a reading of a request's head left behind.
struct RequestReading: Equatable {
  var fault: MessageFault?
  var byteCount: Int?
  var slices: [ByteSlice]
  var flags: [Bool]
  var numbers: [UInt64]
  var framing: Framing
  var fields: [Field]
  var known: FieldSet
  var repeated: FieldSet

  init(_ head: RequestHead, fault: MessageFault?, byteCount: Int?) {
    self.fault = fault
    self.byteCount = byteCount
    slices = [head.methodName, head.target, head.path, head.query, head.host]
    flags = [head.hasQuery, head.pathNeedsDecoding, head.keepsAlive]
    numbers = [
      UInt64(head.method.rawValue), UInt64(head.targetForm.rawValue), UInt64(head.port),
      UInt64(head.version.major), UInt64(head.version.minor), UInt64(head.expectation.rawValue),
    ]
    framing = head.framing
    fields = head.fields
    known = head.known
    repeated = head.repeated
  }
}

/// Limits so small that short inputs reach them.
let smallLimits: MessageLimits = {
  var limits = MessageLimits()
  limits.targetBytesMax = 24
  limits.headBytesMax = 160
  limits.fieldBytesMax = 40
  limits.fieldCountMax = 4
  limits.chunkExtensionBytesMax = 8
  limits.chunkExtensionsBytesMax = 12
  limits.trailerBytesMax = 32
  limits.contentBytesMax = 24
  return limits
}()

private func readRequest(
  _ bytes: Span<UInt8>, _ limits: MessageLimits, _ lengths: some Sequence<Int>
) -> (head: RequestHead, reading: RequestReading) {
  var reader = RequestReader(limits: limits)
  var head = RequestHead()
  for length in lengths {
    do {
      if case .complete(let count) = try reader.read(bytes.extracting(0..<length), into: &head) {
        return (head, RequestReading(head, fault: nil, byteCount: count))
      }
    } catch {
      return (head, RequestReading(head, fault: error, byteCount: nil))
    }
  }
  let fault = reader.endOfInput(byteCount: bytes.count)
  return (head, RequestReading(head, fault: fault, byteCount: nil))
}

/// Whole, byte by byte and split, a request's head is read the same; what is accepted keeps the rules that smugglers break.
func fuzzRequestReader(_ bytes: Span<UInt8>) {
  for limits in [MessageLimits(), smallLimits] {
    let whole = readRequest(bytes, limits, [bytes.count])
    let single = readRequest(bytes, limits, 0...bytes.count)
    expect(single.reading == whole.reading, "byte by byte reads as whole does")
    let split = bytes.digest % (bytes.count + 1)
    let halves = readRequest(bytes, limits, [split, bytes.count])
    expect(halves.reading == whole.reading, "split reads as whole does")
    if let fault = whole.reading.fault {
      expect(fault.kind != .none, "a fault has a kind")
      expect(fault.offset <= UInt64(bytes.count), "a fault lies in the message")
      expect(
        Int(fault.field.end) <= bytes.count && fault.field.start <= fault.field.end,
        "a fault's field lies in the message")
    }
    guard let byteCount = whole.reading.byteCount else { continue }
    let again = readRequest(bytes.extracting(0..<byteCount), limits, [byteCount])
    expect(again.reading == whole.reading, "what follows a head does not change it")
    checkLines(bytes.extracting(0..<byteCount), hasLeadingLine: true)
    checkHead(whole.head, bytes, byteCount, limits)
  }
}

private func checkHead(
  _ head: RequestHead, _ bytes: Span<UInt8>, _ byteCount: Int, _ limits: MessageLimits
) {
  for slice in [head.methodName, head.target, head.path, head.query, head.host] {
    expect(slice.start <= slice.end && Int(slice.end) <= byteCount, "slices lie in the head")
  }
  expect(Int(head.byteCount) <= limits.headBytesMax, "the head is within its limit")
  expect(head.target.count <= limits.targetBytesMax, "the target is within its limit")
  expect(head.fields.count <= limits.fieldCountMax, "the fields are within their limit")
  expect(!head.repeated.contains(.host), "Host stands once")
  expect(head.version.major == 1, "the version is ours")
  expect(
    head.version.minor == 0 || head.known.contains(.host), "a request of HTTP/1.1 has a Host")
  let hasBoth = head.known.contains(.contentLength) && head.known.contains(.transferEncoding)
  expect(!hasBoth, "Content-Length and Transfer-Encoding never stand together")
  if head.known.contains(.transferEncoding) {
    expect(head.framing == .chunked && head.version.minor > 0, "a coded content is in chunks")
  }
  checkFields(head.fields, bytes, byteCount)
  if head.targetForm == .origin { checkPath(bytes.extracting(head.path.range)) }
}

/// In what was accepted no carriage return or line feed stands alone, and nothing is NUL.
private func checkLines(_ bytes: Span<UInt8>, hasLeadingLine: Bool) {
  for index in bytes.indices {
    switch bytes[index] {
    case 0: expect(false, "no NUL is accepted")
    case 0x0A: expect(index > 0 && bytes[index - 1] == 0x0D, "no line feed stands alone")
    case 0x0D:
      let isFollowed = index + 1 < bytes.count && bytes[index + 1] == 0x0A
      expect(isFollowed, "no carriage return stands alone")
    default: break
    }
  }
}

private func checkFields(_ fields: [Field], _ bytes: Span<UInt8>, _ byteCount: Int) {
  for field in fields {
    expect(Int(field.name.end) < Int(field.value.start) + 1, "a name stands before its value")
    expect(Int(field.value.end) <= byteCount, "a value lies in the head")
    for index in field.name.range {
      expect(ByteClass.has(bytes[index], ByteClass.token), "a field name is a token")
    }
    let value = bytes.extracting(field.value.range)
    expect(value.trimmed(0..<value.count).count == value.count, "a value has no blanks around")
  }
}

private func readResponse(
  _ bytes: Span<UInt8>, _ limits: MessageLimits, _ method: Method, _ lengths: some Sequence<Int>
) -> (head: ResponseHead, fault: MessageFault?, byteCount: Int?) {
  var reader = ResponseReader(limits: limits, requestMethod: method)
  var head = ResponseHead()
  for length in lengths {
    do {
      if case .complete(let count) = try reader.read(bytes.extracting(0..<length), into: &head) {
        return (head, nil, count)
      }
    } catch {
      return (head, error, nil)
    }
  }
  return (head, reader.endOfInput(byteCount: bytes.count), nil)
}

private func isSame(
  _ one: (head: ResponseHead, fault: MessageFault?, byteCount: Int?),
  _ other: (head: ResponseHead, fault: MessageFault?, byteCount: Int?)
) -> Bool {
  one.fault == other.fault && one.byteCount == other.byteCount
    && one.head.status == other.head.status && one.head.reason == other.head.reason
    && one.head.version == other.head.version && one.head.framing == other.head.framing
    && one.head.keepsAlive == other.head.keepsAlive && one.head.fields == other.head.fields
}

/// The same for a response, to methods whose answers end differently.
func fuzzResponseReader(_ bytes: Span<UInt8>) {
  for (limits, method) in [
    (MessageLimits(), Method.get), (smallLimits, .get), (MessageLimits(), .head),
    (smallLimits, .connect),
  ] {
    let whole = readResponse(bytes, limits, method, [bytes.count])
    expect(
      isSame(readResponse(bytes, limits, method, 0...bytes.count), whole),
      "byte by byte reads as whole does")
    let split = bytes.digest % (bytes.count + 1)
    expect(
      isSame(readResponse(bytes, limits, method, [split, bytes.count]), whole),
      "split reads as whole does")
    guard let byteCount = whole.byteCount else { continue }
    expect(whole.head.status <= 999, "a status has three digits")
    checkLines(bytes.extracting(0..<byteCount), hasLeadingLine: false)
    checkFields(whole.head.fields, bytes, byteCount)
    let endsWithHead = method == .head || [204, 304].contains(whole.head.status)
    if endsWithHead { expect(whole.head.framing == .none, "no content follows") }
  }
}
