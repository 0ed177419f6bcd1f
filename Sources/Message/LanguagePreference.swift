/// How much the Accept-Language lines of one request want one language of a few, for a choice that always ends in one (RFC 4647 section
/// 3.4, "lookup"): an error has to be told in some language.
///
/// `LanguageWeight` is for representations, where nothing may be acceptable. Here a range gets shorter until it fits, so that `es-MX`
/// asks for `es` with its own weight, and of equals the one that was named first goes first (RFC 4647 section 2.3).
public struct LanguagePreference: Sendable {
  /// Thousandths of the best range that names the language; -1: none does.
  private var named = -1
  private var namedPlace = Int.max
  /// The same for `*`.
  private var any = -1
  private var anyPlace = Int.max
  private var isRefused = false
  private var count = 0

  public init() {}

  /// Adds the value of one Accept-Language line. `tag` is the language, and not empty.
  public mutating func add(_ value: Span<UInt8>, for tag: Span<UInt8>) {
    var index = 0
    while index < value.count {
      let end = value.endOfToken(from: index)
      let element = value.trimmed(index..<end)
      index = end + 1
      count += 1
      guard !element.isEmpty else { continue }
      // Most ranges are told from most languages by their first letters
      let first = value[element.lowerBound]
      guard first.lowercased == tag[0].lowercased || first == UInt8(ascii: "*"),
        let (name, weight) = WeightedToken.read(value, element),
        LanguageTag.isRange(value.extracting(name))
      else { continue }
      let range = value.extracting(name)
      if range.equals("*") {
        if weight > any { (any, anyPlace) = (weight, count) }
      } else if LanguageTag.begins(range, with: tag) || LanguageTag.begins(tag, with: range) {
        // RFC 9110 section 12.4.2: a weight of 0 is "not acceptable"
        if weight == 0, range.count <= tag.count { isRefused = true }
        if weight > named { (named, namedPlace) = (weight, count) }
      }
    }
  }

  /// 0...1000; 0: not wanted.
  public var thousandths: Int {
    if isRefused { return 0 }
    return named >= 0 ? named : max(any, 0)
  }

  private var place: Int { named >= 0 ? namedPlace : anyPlace }

  /// Whether this language is wanted, and more than the other.
  public func isBetter(than other: LanguagePreference) -> Bool {
    let (mine, others) = (thousandths, other.thousandths)
    return mine > others || mine == others && mine > 0 && place < other.place
  }
}
