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
    self.items = items.sorted { one, other in
      if rank(one) != rank(other) { return rank(one) < rank(other) }
      if one.language != other.language {
        return one.language.lexicographicallyPrecedes(other.language)
      }
      if one.entry.length != other.entry.length { return one.entry.length < other.entry.length }
      return one.name.lexicographicallyPrecedes(other.name)
    }
    choices = VariantChoices(
      self.items.map { item in
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
    for index in items.indices {
      let item = items[index]
      let (type, language, isExact) = VariantSet.weights(
        head, bytes, type: item.type.bytes, language: item.language.span)
      let hasCoding = item.isNegotiated || item.entry.isAcceptable(to: coding)
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

  /// The weights, in thousandths, that a request gives to a media type and a language (empty: none).
  static func weights(
    _ head: borrowing RequestHead, _ bytes: Span<UInt8>, type: UnsafeBufferPointer<UInt8>,
    language: Span<UInt8>
  ) -> (type: Int, language: Int, isExact: Bool) {
    var typeWeight = MediaTypeWeight()
    var languageWeight = LanguageWeight()
    if !head.known.isDisjoint(with: FieldSet(.accept, .acceptLanguage)) {
      for field in head.fields {
        switch field.id {
        case .accept: typeWeight.add(bytes.extracting(field.value.range), for: type.span)
        case .acceptLanguage:
          languageWeight.add(bytes.extracting(field.value.range), for: language)
        default: break
        }
      }
    }
    return (
      typeWeight.thousandths, languageWeight.thousandths(hasLanguage: !language.isEmpty),
      languageWeight.isExact
    )
  }
}
