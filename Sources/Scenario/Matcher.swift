internal import Message

/// What a placeholder with a name stood for, and what the whole scenario knows.
struct Known {
  var tags: [String: [UInt8]] = [:]
  var port: UInt16 = 0
  /// Seconds since 1970 that the server's clock has shown: from the start until now.
  var times: ClosedRange<Int64> = 0...0
}

/// How far received bytes agree with a notation.
enum MatchResult {
  /// Up to this offset.
  case matched(end: Int, ids: [UInt8]?)
  /// As far as they go; more are needed.
  case needsMore
  /// Here is the first byte that does not fit, and what would.
  case mismatch(at: Int, expected: String)
}

/// Compares received bytes with what was expected.
struct Matcher {
  private let bytes: [UInt8]
  private var index: Int
  private var id: [UInt8]?

  private enum Stop: Error {
    case needsMore
    case mismatch(Int, String)
  }

  private init(_ bytes: [UInt8], _ start: Int) {
    self.bytes = bytes
    index = start
  }

  /// Matches from `start` on; named tags are remembered in `known` where all matched.
  static func match(
    _ notation: Notation, _ bytes: [UInt8], from start: Int, _ known: inout Known
  ) -> MatchResult {
    var matcher = Matcher(bytes, start)
    var learned = known
    do throws(Stop) {
      for piece in notation.pieces { try matcher.take(piece, &learned) }
    } catch {
      switch error {
      case .needsMore: return .needsMore
      case .mismatch(let offset, let expected): return .mismatch(at: offset, expected: expected)
      }
    }
    known = learned
    return .matched(end: matcher.index, ids: matcher.id)
  }

  private mutating func take(_ piece: Notation.Piece, _ known: inout Known) throws(Stop) {
    switch piece {
    case .bytes(let expected): try take(expected)
    case .port: try take(Array("\(known.port)".utf8))
    case .more: break
    case .number:
      let start = index
      while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
      if index == bytes.count { throw .needsMore }
      if index == start { throw .mismatch(start, "a number") }
    case .date:
      guard bytes.count >= index + HTTPDate.formLength else { throw .needsMore }
      let text = Array(bytes[index..<(index + HTTPDate.formLength)])
      guard let time = HTTPDate.parse(text.span, now: known.times.upperBound),
        known.times.contains(time)
      else { throw .mismatch(index, "a date that the server's clock has shown") }
      index += HTTPDate.formLength
    case .id:
      guard bytes.count >= index + 16 else { throw .needsMore }
      let text = Array(bytes[index..<(index + 16)])
      guard text.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
        throw .mismatch(index, "a request id")
      }
      guard id == nil || id == text else {
        throw .mismatch(index, "the request id that this answer has had before")
      }
      id = text
      index += 16
    case .tag(let name): try takeTag(name, &known)
    }
  }

  private mutating func take(_ expected: [UInt8]) throws(Stop) {
    for byte in expected {
      if index == bytes.count { throw .needsMore }
      if bytes[index] != byte {
        throw .mismatch(index, "\"\(NotationWriter.text([byte]))\"")
      }
      index += 1
    }
  }

  private mutating func takeTag(_ name: String?, _ known: inout Known) throws(Stop) {
    let start = index
    if index == bytes.count { throw .needsMore }
    guard bytes[index] == 0x22 else { throw .mismatch(index, "an entity tag") }
    guard let end = bytes[(index + 1)...].firstIndex(of: 0x22) else { throw .needsMore }
    index = end + 1
    guard let name else { return }
    let tag = Array(bytes[start..<index])
    if let earlier = known.tags[name], earlier != tag {
      throw .mismatch(start, "the tag \(String(decoding: earlier, as: UTF8.self))")
    }
    known.tags[name] = tag
  }
}

extension HTTPDate {
  /// Bytes of a date as it is sent.
  static var formLength: Int { 29 }
}
