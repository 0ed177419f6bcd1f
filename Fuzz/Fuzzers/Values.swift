import Message
import Wire

/// What a decoded path must be: it starts with a slash, and nothing in it can leave the root or hide a name.
private func checkDecoded(_ path: [UInt8]) {
  expect(path.first == 0x2F, "a path starts with a slash")
  expect(!path.contains(0), "a path has no NUL")
  let segments = path.split(separator: 0x2F, omittingEmptySubsequences: false).dropFirst()
  for segment in segments.dropLast() { expect(!segment.isEmpty, "no two slashes stand together") }
  for segment in segments {
    expect(segment != [0x2E] && segment != [0x2E, 0x2E], "no dot segment is left")
  }
  expect(String(validating: path, as: UTF8.self) != nil, "a path is UTF-8")
}

/// Decodes a path that a reader has accepted.
func checkPath(_ raw: Span<UInt8>) {
  var buffer = ByteBuffer()
  guard let slice = try? TargetPath.decode(raw, into: &buffer) else {
    expect(buffer.count == 0, "a fault leaves the buffer as it was")
    return
  }
  let path = Array(buffer.bytes(of: slice))
  checkDecoded(path)
  // Every byte escaped and decoded again is the same path
  var escaped = ByteBuffer()
  for byte in path {
    if byte == 0x2F {
      escaped.append(byte)
    } else {
      escaped.append(0x25)
      escaped.append(hex: UInt64(byte), digits: 2)
    }
  }
  var second = ByteBuffer()
  if let again = try? TargetPath.decode(escaped.bytes.span, into: &second) {
    expect(Array(second.bytes(of: again)) == path, "escaping and decoding change nothing")
  }
}

/// A path, and a target in a request line.
func fuzzTarget(_ bytes: Span<UInt8>) {
  checkPath(bytes)
  var line = ByteBuffer()
  line.append("GET ")
  line.append(bytes)
  line.append(" HTTP/1.1\r\nHost: h\r\n\r\n")
  var reader = RequestReader()
  var head = RequestHead()
  guard case .complete = try? reader.read(line.bytes.span, into: &head) else { return }
  // A blank in the bytes ends the target, and the rest was read as a version and fields
  let target = bytes.array.prefix { $0 > 0x20 }
  expect(head.target == ByteSlice(4, 4 + target.count), "the target is what stood there")
  if !head.pathNeedsDecoding, head.targetForm == .origin {
    checkDecoded(Array(line.bytes(of: head.path)))
  }
}

/// Field names are found as by a plain comparison, and field values of several grammars are read without a trap.
func fuzzFields(_ bytes: Span<UInt8>) {
  let text = bytes.array.map(\.lowercased)
  let plain = FieldName.allCases.first { name in
    name != .other
      && name.spelling.withUTF8Buffer { $0.map(\.lowercased) } == text
  }
  expect(FieldName(named: bytes) == plain, "a name is found as by comparing all")
  if let media = MediaType(bytes) {
    expect(!media.type.isEmpty && !media.subtype.isEmpty, "a media type has two parts")
    if let boundary = media.parameter("charset", in: bytes) {
      expect(Int(boundary.end) <= bytes.count, "a parameter lies in the value")
    }
  }
  let isToken = bytes.array.allSatisfy { ByteClass.has($0, ByteClass.token) }
  guard isToken else { return }
  expect(
    (Method(token: bytes) == .unknown)
      == !Method.allCases.contains { method in
        method != .unknown && method.name.withUTF8Buffer { $0.elementsEqual(bytes.array) }
      },
    "a method is found as by comparing all")
}

/// Ranges lie in the representation, and putting them together loses and adds no byte.
func fuzzRanges(_ bytes: Span<UInt8>) {
  for length in [UInt64(0), 1, 10, 200, .max] {
    let plain = ByteRanges(bytes, length: length)
    let merged = ByteRanges(bytes, length: length, coalescing: true)
    expect(plain.outcome == merged.outcome, "coalescing changes no outcome")
    guard plain.outcome == .satisfiable else { continue }
    expect((1...ByteRanges.countMax).contains(plain.count), "there is room for the ranges")
    expect(plain.count <= plain.asked && merged.count <= plain.count, "no range is made up")
    for ranges in [plain, merged] {
      for index in 0..<ranges.count {
        expect(ranges[index].first <= ranges[index].last, "a range is not turned round")
        expect(ranges[index].last < length, "a range lies in the representation")
      }
    }
    for index in 0..<merged.count {
      // In the order asked for, so that each is compared with all that follow
      for other in (index + 1)..<max(merged.count, index + 1) {
        expect(
          merged[index].first > merged[other].last + 1
            || merged[other].first > merged[index].last + 1, "merged ranges are apart")
      }
    }
    guard length <= 200 else { continue }
    expect(bytesOf(plain) == bytesOf(merged), "coalescing keeps the bytes")
  }
}

private func bytesOf(_ ranges: ByteRanges) -> Set<UInt64> {
  var all: Set<UInt64> = []
  for index in 0..<ranges.count {
    for byte in ranges[index].first...ranges[index].last { all.insert(byte) }
  }
  return all
}

/// A date that is read can be written and read again.
func fuzzDates(_ bytes: Span<UInt8>) {
  for now in [Int64(0), 1_800_000_000, HTTPDate.last] {
    guard let seconds = HTTPDate.parse(bytes, now: now), seconds >= 0, seconds <= HTTPDate.last
    else { continue }
    var buffer = ByteBuffer()
    HTTPDate.append(seconds, to: &buffer)
    expect(buffer.count == 29, "a date has 29 bytes")
    expect(HTTPDate.parse(buffer.bytes.span, now: now) == seconds, "a date is read as written")
    if bytes.count == 29, bytes[23] != 0x36 || bytes[24] != 0x30, bytes[3] == 0x2C {
      expect(Array(buffer.bytes) == bytes.array, "the preferred form is written as it was read")
    }
  }
}

/// The best is as good as any other, and nothing unacceptable is chosen.
func fuzzAccept(_ bytes: Span<UInt8>) {
  let candidates: [StaticString] = [
    "application/problem+json", "text/html", "text/plain;charset=utf-8", "image/png",
  ]
  let weights = candidates.map { Accept.weight(of: $0, in: bytes) }
  for weight in weights { expect((0...1000).contains(weight), "a weight is at most one") }
  let best = Accept.best(value: bytes, among: candidates)
  if let best {
    expect(weights[best] > 0, "what is chosen is acceptable")
    expect(weights[best] == weights.max(), "what is chosen is the best")
    expect(weights.firstIndex(of: weights[best]) == best, "equals go by their order")
  } else {
    expect(weights.allSatisfy { $0 == 0 }, "nothing is refused that is acceptable")
  }
}

/// A strong match is a weak match too, and a tag equals itself unless it is weak and compared strongly.
func fuzzEntityTags(_ bytes: Span<UInt8>) {
  for text in ["\"a\"", "W/\"a\"", "\"\"", ""] {
    let tag = Array(text.utf8)
    let strong = EntityTag.list(bytes, contains: tag.span, weak: false)
    let weak = EntityTag.list(bytes, contains: tag.span, weak: true)
    if strong == .matched { expect(weak == .matched, "a strong match is a weak one") }
    expect((strong == .malformed) == (weak == .malformed), "the grammar is the same for both")
    if text.hasPrefix("W") { expect(strong != .matched, "a weak tag never matches strongly") }
  }
  if let tag = EntityTag(bytes) {
    expect(EntityTag.equal(bytes, bytes, weak: true), "a tag equals itself")
    expect(
      EntityTag.equal(bytes, bytes, weak: false) == !tag.isWeak,
      "and strongly where it is strong")
    expect(
      EntityTag.list(bytes, contains: bytes, weak: true) == .matched, "a list of one names it")
  }
}
