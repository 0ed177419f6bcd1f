internal import Facts
internal import Message
internal import Respond

/// What a negotiated name stands for: files of its folder, in the order in which equals are decided.
final class VariantSet {
  struct Item {
    var name: [UInt8]
    var language: [UInt8]
    var type: StableBytes
    /// Without a descriptor where the variant is itself negotiated.
    var entry: FileEntry
    /// A link that leads to another negotiated name.
    var isNegotiated: Bool
    /// The type is that of the item before it, so that it need not be weighed again.
    var repeatsType = false
  }

  let items: [Item]
  let choices: VariantChoices

  /// `preferred` are languages, the most wanted first.
  init(_ items: [Item], preferred: [[UInt8]], vary: [UInt8]) {
    func rank(_ item: Item) -> Int {
      if item.language.isEmpty { return preferred.count }
      let tag = item.language.map(\.lowercased)
      return preferred.firstIndex(of: tag) ?? preferred.count + 1
    }
    var sorted = items.sorted { one, other in
      if rank(one) != rank(other) { return rank(one) < rank(other) }
      if one.language != other.language {
        return one.language.lexicographicallyPrecedes(other.language)
      }
      if one.entry.length != other.entry.length { return one.entry.length < other.entry.length }
      return one.name.lexicographicallyPrecedes(other.name)
    }
    for index in sorted.indices.dropFirst() {
      sorted[index].repeatsType = sorted[index].type.bytes.elementsEqual(
        sorted[index - 1].type.bytes)
    }
    self.items = sorted
    choices = VariantChoices(
      sorted.map { item in
        VariantChoices.Item(
          name: item.name, mediaType: Array(item.type.bytes), language: item.language,
          length: item.entry.length)
      }, vary: vary)
  }

  /// What a request's Accept fields choose.
  struct Pick {
    var index = 0
    var isAcceptable = false
    var hasType = false
    var hasLanguage = false
    var hasCoding = false
  }

  /// The variant with the highest product of weights; among equals one whose language is exactly the one asked for, then the first.
  /// Where none is acceptable, the best type, and of these the best language.
  func pick(
    _ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ coding: CodingWeights
  ) -> Pick {
    var pick = Pick()
    var best = (-1, -1, -1)
    var type = 0
    for index in items.indices {
      if !items[index].repeatsType {
        type = VariantSet.weight(head, bytes, type: items[index].type.bytes)
      }
      let tag = items[index].language
      let (language, isExact) = VariantSet.weight(head, bytes, language: tag.span)
      let hasCoding = items[index].isNegotiated || items[index].entry.isAcceptable(to: coding)
      pick.hasType = pick.hasType || type > 0
      pick.hasLanguage = pick.hasLanguage || language > 0
      pick.hasCoding = pick.hasCoding || hasCoding
      let product = hasCoding ? type * language : 0
      let key = product > 0 ? (product, isExact ? 1 : 0, 0) : (0, type, language)
      if key > best {
        best = key
        pick.index = index
        pick.isAcceptable = product > 0
      }
    }
    return pick
  }

  /// The weight, in thousandths, that a request gives to a media type.
  static func weight(
    _ head: borrowing RequestHead, _ bytes: Span<UInt8>, type: UnsafeBufferPointer<UInt8>
  ) -> Int {
    var weight = MediaTypeWeight()
    guard head.known.contains(.accept) else { return weight.thousandths }
    for field in head.fields where field.id == .accept {
      weight.add(bytes.extracting(field.value.range), for: type.span)
    }
    return weight.thousandths
  }

  /// The weight that a request gives to a language (empty: none), and whether it asks for exactly this one.
  static func weight(
    _ head: borrowing RequestHead, _ bytes: Span<UInt8>, language: Span<UInt8>
  ) -> (weight: Int, isExact: Bool) {
    var weight = LanguageWeight()
    if head.known.contains(.acceptLanguage) {
      for field in head.fields where field.id == .acceptLanguage {
        weight.add(bytes.extracting(field.value.range), for: language)
      }
    }
    return (weight.thousandths(hasLanguage: !language.isEmpty), weight.isExact)
  }
}
