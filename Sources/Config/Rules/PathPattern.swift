public import Message

/// A path as a rule names it: decoded, starting with a slash, with captures. One that ends in a slash, or in a capture of the rest,
/// stands for all below it.
///
/// A segment is literal, or it is a capture as a whole: `{name}` takes one segment that is not empty, and `{name...}`, only at the
/// end, takes everything below. There is nothing to try twice in a segment, so that a match is one pass over the path.
///
/// Two patterns are equal where they match the same paths: the names of captures do not count.
public struct PathPattern: Sendable, Hashable {
  public enum Segment: Sendable, Hashable {
    case literal([UInt8])
    case capture
  }

  /// Captures of one pattern.
  public static let capturesMax = 8

  /// As it is written.
  public let path: [UInt8]
  /// The names of the captures from left to right, that of the rest last.
  public let captures: [[UInt8]]
  /// The last capture takes everything below.
  public let hasRest: Bool
  public let isSubtree: Bool
  /// The segments of a pattern with captures. Others, of which there may be many, have theirs in the path alone.
  private let parted: [Segment]

  /// A path that `problem(in:)` finds nothing wrong with. Braces that are no capture stand for themselves.
  public init(path: [UInt8]) {
    self.path = path
    guard path.contains(where: { $0 == 0x7B || $0 == 0x7D }) else {
      (captures, parted, hasRest) = ([], [], false)
      isSubtree = path.last == 0x2F
      return
    }
    var segments: [Segment] = []
    var captures: [[UInt8]] = []
    var hasRest = false
    Self.forEachPart(path) { part, isLast in
      switch Self.capture(part[...]) {
      case .one(let name):
        segments.append(.capture)
        captures.append(name)
      case .rest(let name) where isLast:
        hasRest = true
        captures.append(name)
      default: segments.append(.literal(Array(part)))
      }
    }
    self.captures = captures
    self.hasRest = hasRest
    parted = captures.isEmpty ? [] : segments
    isSubtree = hasRest || path.last == 0x2F
  }

  /// Without the slashes, and without the capture of the rest.
  public var segments: [Segment] {
    if !captures.isEmpty { return parted }
    var segments: [Segment] = []
    forEachSegment { if let name = $0 { segments.append(.literal(Array(name))) } }
    return segments
  }

  /// The segments from left to right; nil stands for a capture.
  public func forEachSegment(_ body: (UnsafeBufferPointer<UInt8>?) -> Void) {
    if captures.isEmpty { return Self.forEachPart(path) { part, _ in body(part) } }
    for segment in parted {
      switch segment {
      case .capture: body(nil)
      case .literal(let bytes): bytes.withUnsafeBufferPointer { body($0) }
      }
    }
  }

  /// What stands between slashes, and whether it is the last; not the nothing behind a slash at the end.
  private static func forEachPart(
    _ path: [UInt8], _ body: (UnsafeBufferPointer<UInt8>, Bool) -> Void
  ) {
    path.withUnsafeBufferPointer { path in
      var end = 0
      while end < path.count {
        let start = end + 1
        end = start
        while end < path.count, path[end] != 0x2F { end += 1 }
        if start >= path.count { break }
        body(UnsafeBufferPointer(rebasing: path[start..<end]), end >= path.count)
      }
    }
  }

  public static func == (one: PathPattern, other: PathPattern) -> Bool {
    guard one.isSubtree == other.isSubtree else { return false }
    if one.captures.isEmpty, other.captures.isEmpty { return one.path == other.path }
    return one.segments == other.segments
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }

  /// The same for patterns that are equal, and seldom for others: most have no captures, and their names tell them apart.
  var digest: UInt64 {
    var hash: UInt64 = isSubtree ? 0x9AE1_6A3B_2F90_404F : 0xCBF2_9CE4_8422_2325
    forEachSegment { segment in
      if let segment { for byte in segment { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 } }
      hash = (hash ^ 0x2F) &* 0x100_0000_01B3
    }
    return hash ^ hash >> 29
  }

  // MARK: Matching

  /// What the captures of a pattern took, as slices of the path.
  public struct Captured: Sendable {
    private var slices = InlineArray<8, ByteSlice>(repeating: .empty)
    public private(set) var count = 0

    public subscript(index: Int) -> ByteSlice { slices[index] }

    mutating func add(_ slice: ByteSlice) {
      guard count < PathPattern.capturesMax else { return }
      slices[count] = slice
      count += 1
    }
  }

  /// What the captures take of a decoded path; nil where the pattern does not match. One pass.
  public func match(_ path: Span<UInt8>) -> Captured? {
    guard path.count > 0, path[0] == 0x2F else { return nil }
    if captures.isEmpty {
      // Its own bytes, and a subtree's are a beginning of the path's
      let count = self.path.count
      guard isSubtree ? path.count >= count : path.count == count else { return nil }
      for index in 0..<count where self.path[index] != path[index] { return nil }
      return Captured()
    }
    var captured = Captured()
    var start = 1
    for segment in parted {
      var end = start
      while end < path.count, path[end] != 0x2F { end += 1 }
      // The slash before the segment has to be there, which it is not where the path has ended
      guard start <= path.count, end > start else { return nil }
      switch segment {
      case .capture: captured.add(ByteSlice(start, end))
      case .literal(let bytes):
        guard bytes.count == end - start else { return nil }
        for index in bytes.indices where bytes[index] != path[start + index] { return nil }
      }
      start = end + 1
    }
    if isSubtree {
      guard start <= path.count else { return nil }
      if hasRest { captured.add(ByteSlice(start, path.count)) }
    } else if start != path.count + 1 {
      return nil
    }
    return captured
  }

  // MARK: Reading

  private enum Part {
    case literal
    case one([UInt8])
    case rest([UInt8])
    case malformed
  }

  private static func capture<Bytes: BidirectionalCollection<UInt8>>(_ part: Bytes) -> Part
  where Bytes.SubSequence == Bytes {
    guard part.contains(where: { $0 == 0x7B || $0 == 0x7D }) else { return .literal }
    guard part.first == 0x7B, part.last == 0x7D else { return .malformed }
    var name = part.dropFirst().dropLast()
    let isRest = name.suffix(3).elementsEqual([0x2E, 0x2E, 0x2E])
    if isRest { name = name.dropLast(3) }
    guard isName(name) else { return .malformed }
    return isRest ? .rest(Array(name)) : .one(Array(name))
  }

  /// A letter or an underscore, then also digits; 32 bytes at the most.
  static func isName(_ name: some Collection<UInt8>) -> Bool {
    guard let first = name.first, name.count <= 32, isLetter(first) || first == 0x5F else {
      return false
    }
    return name.allSatisfy { isLetter($0) || isDigit($0) || $0 == 0x5F }
  }

  /// What is wrong with the braces of a rule's path; nil: nothing.
  static func problem(in text: String) -> TextForm.Problem? {
    guard text.utf8.contains(where: { $0 == 0x7B || $0 == 0x7D }) else { return nil }
    let bytes = Array(text.utf8)
    var names: Set<[UInt8]> = []
    let parts = bytes.dropFirst().split(separator: 0x2F, omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      let name: [UInt8]
      switch capture(part) {
      case .literal: continue
      case .malformed:
        return TextForm.Problem(
          "has braces in \(quoted(String(decoding: part, as: UTF8.self))) that are no capture; "
            + "a capture is a whole segment: {name}, or {name...} at the end")
      case .one(let found): name = found
      case .rest(let found):
        guard index == parts.count - 1 else {
          return TextForm.Problem(
            "has a capture of the rest before its end; only the last segment can be {name...}")
        }
        name = found
      }
      guard names.insert(name).inserted else {
        return TextForm.Problem(
          "has two captures named \(quoted(String(decoding: name, as: UTF8.self)))")
      }
    }
    if names.count > capturesMax {
      return TextForm.Problem("has more than \(capturesMax) captures")
    }
    return nil
  }
}
