/// What the Accept lines of one request say of one media type (RFC 9110 section 12.5.1). Lines are added one by one, as they come.
///
/// For types that are known only while the server runs; `Accept.best` is for a fixed few.
public struct MediaTypeWeight: Equatable, Sendable {
  private var specificity = -1
  private var weight = 0
  private var isUsable = false

  public init() {}

  /// Adds the value of one Accept line. `candidate` is a media type, with its parameters.
  public mutating func add(_ value: Span<UInt8>, for candidate: Span<UInt8>) {
    var index = 0
    while index < value.count {
      let end = value.endOfElement(from: index)
      let element = value.trimmed(index..<end)
      index = end + 1
      guard !element.isEmpty, let range = MediaRange(value, element) else { continue }
      isUsable = true
      let rank = range.specificity(for: candidate, in: value)
      if rank > specificity {
        specificity = rank
        weight = range.weight
      } else if rank >= 0, rank == specificity {
        weight = max(weight, range.weight)
      }
    }
  }

  /// 0...1000; 0 is "not acceptable". Without a usable element every type is acceptable.
  public var thousandths: Int { isUsable ? weight : 1000 }
}

/// What the Accept-Language lines of one request say of one language tag (RFC 9110 section 12.5.4, RFC 4647).
public struct LanguageWeight: Equatable, Sendable {
  private var specificity = -1
  private var weight = 0
  private var isUsable = false
  /// The range that decided is the tag itself.
  public private(set) var isExact = false

  public init() {}

  /// Adds the value of one Accept-Language line. `tag` is the variant's language; empty: it has none.
  ///
  /// The most exact range that matches counts: first those that the tag begins with (RFC 4647 section 3.3.1, the longer the more exact),
  /// then those that begin with the tag (its section 3.4: who wants `en-GB` takes `en`), then `*`.
  public mutating func add(_ value: Span<UInt8>, for tag: Span<UInt8>) {
    var index = 0
    while index < value.count {
      let end = value.endOfToken(from: index)
      let element = value.trimmed(index..<end)
      index = end + 1
      guard let (name, weight) = WeightedToken.read(value, element),
        LanguageTag.isRange(value.extracting(name))
      else { continue }
      isUsable = true
      let rank = Self.rank(value.extracting(name), tag)
      if rank > specificity {
        specificity = rank
        self.weight = weight
        isExact = name.count == tag.count && rank > 1024
      } else if rank >= 0, rank == specificity {
        self.weight = max(self.weight, weight)
      }
    }
  }

  /// -1: the range says nothing of the tag.
  private static func rank(_ range: Span<UInt8>, _ tag: Span<UInt8>) -> Int {
    if tag.isEmpty { return -1 }
    if range.equals("*") { return 0 }
    if LanguageTag.begins(tag, with: range) { return 1024 + range.count }
    if LanguageTag.begins(range, with: tag) { return tag.count }
    return -1
  }

  /// 0...1000; 0 is "not acceptable". Without a usable element every language is acceptable. A variant without a language is always
  /// acceptable, and the last choice.
  public func thousandths(hasLanguage: Bool) -> Int {
    if !isUsable { return 1000 }
    return hasLanguage ? weight : 1
  }
}

/// Language tags as they stand in file names and fields (RFC 5646, RFC 4647).
public enum LanguageTag {
  /// A basic language range (RFC 4647 section 2.1): subtags of 1 to 8 letters or digits, the first of letters alone; or `*`.
  public static func isRange(_ text: Span<UInt8>) -> Bool {
    if text.equals("*") { return true }
    return hasSubtags(text, primary: 1...8)
  }

  /// A tag that a file name may carry: `en`, `en-GB`, `zh-Hant`. The primary subtag has two or three letters, so that ordinary
  /// words between dots are none.
  public static func isName(_ text: Span<UInt8>) -> Bool { hasSubtags(text, primary: 2...3) }

  private static func hasSubtags(_ text: Span<UInt8>, primary: ClosedRange<Int>) -> Bool {
    var start = 0
    var isFirst = true
    while true {
      var index = start
      while index < text.count, text[index] != 0x2D {
        let isLetter = text[index].lowercased &- 0x61 < 26
        guard isLetter || !isFirst && text[index].isDigit else { return false }
        index += 1
      }
      guard (isFirst ? primary : 1...8).contains(index - start) else { return false }
      if index == text.count { return true }
      isFirst = false
      start = index + 1
    }
  }

  /// Whether a tag's first subtags are these, whatever the case of their letters.
  static func begins(_ tag: Span<UInt8>, with range: Span<UInt8>) -> Bool {
    guard tag.count >= range.count, tag.count == range.count || tag[range.count] == 0x2D else {
      return false
    }
    for index in 0..<range.count where tag[index].lowercased != range[index].lowercased {
      return false
    }
    return true
  }
}

/// What a Negotiate field asks for (RFC 2295 section 8.4).
public enum NegotiateField {
  /// Whether one of its directives is `vlist`: the list of variants, whatever the server would choose.
  public static func asksForList(_ value: Span<UInt8>) -> Bool {
    var index = 0
    while index < value.count {
      let end = value.endOfElement(from: index)
      if value.extracting(value.trimmed(index..<end)).equalsIgnoringCase("vlist") { return true }
      index = end + 1
    }
    return false
  }
}
