/// Which of several representations a client likes best (RFC 9110 sections 12.4.2 and 12.5.1).
///
/// Weights are thousandths. Elements that are not the grammar's are passed over as if they were not
/// there. Nothing is allocated, and the value is walked once for every eight candidates.
public enum Accept {
  /// The index of the best of `candidates` (media types in lower case), or nil where none is
  /// acceptable. Equals are decided by the order of the candidates. An Accept without a usable
  /// element accepts everything.
  public static func best(value: Span<UInt8>, among candidates: [StaticString]) -> Int? {
    var best: Int?
    var bestWeight = 0
    var start = 0
    while start < candidates.count {
      let end = min(start + 8, candidates.count)
      let scores = Scores(value, candidates, start..<end)
      for index in start..<end {
        let weight = scores.weight(index - start)
        if weight > bestWeight {
          best = index
          bestWeight = weight
        }
      }
      start = end
    }
    return best
  }

  /// The weight in thousandths, 0...1000, that an Accept value gives to one media type; 0 is "not
  /// acceptable".
  public static func weight(of candidate: StaticString, in value: Span<UInt8>) -> Int {
    Scores(value, [candidate], 0..<1).weight(0)
  }

  /// What a value says of up to eight candidates.
  private struct Scores {
    private var specificities = InlineArray<8, Int>(repeating: -1)
    private var weights = InlineArray<8, Int>(repeating: 0)
    private var isUsable = false

    init(_ value: Span<UInt8>, _ candidates: [StaticString], _ range: Range<Int>) {
      var index = 0
      while index < value.count {
        let end = value.endOfElement(from: index)
        let element = value.trimmed(index..<end)
        index = end + 1
        guard !element.isEmpty, let media = MediaRange(value, element) else { continue }
        isUsable = true
        for candidate in range {
          let place = candidate - range.lowerBound
          let rank = media.specificity(for: candidates[candidate], in: value)
          // RFC 9110 section 12.5.1: the most specific range that matches is the one that counts
          if rank > specificities[place] {
            specificities[place] = rank
            weights[place] = media.weight
          } else if rank >= 0, rank == specificities[place] {
            weights[place] = max(weights[place], media.weight)
          }
        }
      }
    }

    /// RFC 9110 section 12.5.1: no Accept, any type
    func weight(_ place: Int) -> Int { isUsable ? weights[place] : 1000 }
  }

  /// Reads a weight `0`, `0.5`, `1.000` as thousandths; nil where it is none (RFC 9110 section
  /// 12.4.2).
  public static func weight(_ text: Span<UInt8>) -> Int? {
    guard text.count >= 1, text.count <= 5, text[0] == 0x30 || text[0] == 0x31 else { return nil }
    if text.count > 1, text[1] != 0x2E { return nil }
    var thousandths = 0
    var scale = 100
    for index in 2..<max(2, text.count) {
      guard text[index].isDigit else { return nil }
      thousandths += Int(text[index] &- 0x30) * scale
      scale /= 10
    }
    if text[0] == 0x31 { return thousandths == 0 ? 1000 : nil }
    return thousandths
  }
}

/// One element of an Accept value.
struct MediaRange {
  let media: MediaType
  /// Thousandths.
  let weight: Int
  /// Number of parameters that are not the weight.
  let parameterCount: Int
  private let isAnyType: Bool

  init?(_ value: Span<UInt8>, _ element: Range<Int>) {
    guard let media = MediaType(value, in: element) else { return nil }
    let isAnyType = value.extracting(media.type.range).equals("*")
    // RFC 9110 section 12.5.1: `*/*`, `type/*` or `type/subtype`, never `*/subtype`
    if isAnyType, !value.extracting(media.subtype.range).equals("*") { return nil }
    var weight = 1000
    var count = 0
    var cursor = ParameterCursor(media.parameters.range)
    while let parameter = cursor.next(value) {
      if value.extracting(parameter.name).equalsIgnoringCase("q") {
        guard let text = parameter.value, let found = Accept.weight(value.extracting(text))
        else { return nil }
        weight = found
        // What follows the weight was once an extension, and says nothing about the type.
        break
      }
      guard parameter.value != nil else { return nil }
      count += 1
    }
    if cursor.isMalformed { return nil }
    self.media = media
    self.isAnyType = isAnyType
    self.weight = weight
    parameterCount = count
  }

  /// How exactly the range names the candidate; -1 where it does not.
  func specificity(for candidate: StaticString, in value: Span<UInt8>) -> Int {
    let text = UnsafeBufferPointer(
      start: candidate.utf8Start, count: candidate.utf8CodeUnitCount
    ).span
    return specificity(for: text, in: value)
  }

  /// The same for a media type that is known only while the server runs.
  func specificity(for text: Span<UInt8>, in value: Span<UInt8>) -> Int {
    if isAnyType { return 0 }
    // Most ranges are told from most candidates by their first letters.
    guard text.count > 0, value[Int(media.type.start)].lowercased == text[0],
      let offered = MediaType(text, in: 0..<text.count)
    else { return -1 }
    guard Self.same(value, media.type, text, offered.type) else { return -1 }
    if value.extracting(media.subtype.range).equals("*") { return 1 }
    guard Self.same(value, media.subtype, text, offered.subtype) else { return -1 }
    var cursor = ParameterCursor(media.parameters.range)
    for _ in 0..<parameterCount {
      guard let wanted = cursor.next(value), let wantedValue = wanted.value else { return -1 }
      var mine = ParameterCursor(offered.parameters.range)
      var isThere = false
      while let parameter = mine.next(text) {
        guard let mineValue = parameter.value else { continue }
        isThere =
          isThere
          || Self.same(value, ByteSlice(wanted.name), text, ByteSlice(parameter.name))
            && Self.same(value, ByteSlice(wantedValue), text, ByteSlice(mineValue))
      }
      if !isThere { return -1 }
    }
    return 2 + parameterCount
  }

  private static func same(
    _ one: Span<UInt8>, _ left: ByteSlice, _ other: Span<UInt8>, _ right: ByteSlice
  ) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count
    where one[Int(left.start) + index].lowercased != other[Int(right.start) + index].lowercased {
      return false
    }
    return true
  }
}

extension ByteSlice {
  init(_ range: Range<Int>) { self.init(range.lowerBound, range.upperBound) }
}
