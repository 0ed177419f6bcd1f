internal import Config
internal import Facts
internal import Loop
internal import Message
internal import Respond

/// A part of the resource's owner: which of several representations the request selects (RFC 9110 section 12).
extension Worker {
  /// Chooses among variants and codings, and judges the request against what was chosen.
  func choose(
    _ state: ExchangeState, _ settings: NegotiationSettings, _ entry: FileEntry
  ) {
    let method = state.head.method
    let isSelecting = method == .get || method == .head
    let coding = isSelecting ? codings(of: state) : CodingWeights()
    var chosen = entry
    if let variants = entry.variants {
      if state.facts.resource.kind == .none { state.facts.resource.kind = .file }
      state.facts.resource.systemError = 0
      guard isSelecting else { return }
      chosen = choose(state, settings, variants, coding)
      guard chosen.representation != nil else { return }
    } else if settings.strict.value, isSelecting, entry.descriptor >= 0 {
      judgeAcceptance(state, settings, entry, coding)
    }
    represent(state, chosen, isSelecting ? chosen.forms?.best(for: coding) : nil)
  }

  /// How much the request wants which coding.
  func codings(of state: ExchangeState) -> CodingWeights {
    var coding = CodingWeights()
    if state.head.known.contains(.acceptEncoding) {
      for field in state.head.fields where field.id == .acceptEncoding {
        coding.add(state.bytes.span.extracting(field.value.range))
      }
    }
    return coding
  }

  private func choose(
    _ state: ExchangeState, _ settings: NegotiationSettings, _ variants: VariantSet,
    _ coding: CodingWeights
  ) -> FileEntry {
    let pick = variants.pick(state.head, state.bytes.span, coding)
    let item = variants.items[pick.index]
    state.choices = variants.choices
    state.facts.negotiation.isNegotiated = true
    state.facts.negotiation.isChoiceLeft = settings.choice.value == .client
    state.facts.negotiation.isVariantNegotiated = item.isNegotiated
    take(pick, settings, state)
    if state.head.known.contains(.negotiate) {
      for field in state.head.fields where field.id == .negotiate {
        if NegotiateField.asksForList(state.bytes.span.extracting(field.value.range)) {
          state.facts.negotiation.isListAsked = true
        }
      }
    }
    return item.entry
  }

  private func take(
    _ pick: VariantSet.Pick, _ settings: NegotiationSettings, _ state: ExchangeState
  ) {
    state.facts.negotiation.isStrict = settings.strict.value
    state.facts.negotiation.isAcceptable = pick.isAcceptable
    state.facts.negotiation.hasAcceptableType = pick.hasType
    state.facts.negotiation.hasAcceptableLanguage = pick.hasLanguage
    state.facts.negotiation.hasAcceptableCoding = pick.hasCoding
    state.facts.negotiation.variants = settings.variants.position
    state.facts.negotiation.choice = settings.choice.position
    state.facts.negotiation.strict = settings.strict.position
  }

  private static let acceptFields = FieldSet(.accept, .acceptLanguage, .acceptEncoding)

  /// For a rule that is strict: a file without variants is the only one of its kind.
  private func judgeAcceptance(
    _ state: ExchangeState, _ settings: NegotiationSettings, _ entry: FileEntry,
    _ coding: CodingWeights
  ) {
    guard !state.head.known.isDisjoint(with: Worker.acceptFields), let type = entry.mediaType else {
      return
    }
    let weight = VariantSet.weight(state.head, state.bytes.span, type: type.bytes)
    var pick = VariantSet.Pick()
    pick.hasType = weight > 0
    pick.hasLanguage = true
    pick.hasCoding = entry.isAcceptable(to: coding)
    pick.isAcceptable = pick.hasType && pick.hasCoding
    state.facts.negotiation.isNegotiated = true
    take(pick, settings, state)
    guard !pick.isAcceptable else { return }
    let name = state.path.suffix(while: { $0 != UInt8(ascii: "/") })
    state.choices = VariantChoices(
      [
        VariantChoices.Item(
          name: Array(name), mediaType: Array(type.bytes), language: [], length: entry.length)
      ], vary: entry.selection.vary)
  }

  /// Makes a file, or a coded form of it, the representation that the request is judged against.
  private func represent(_ state: ExchangeState, _ entry: FileEntry, _ form: CodedForm?) {
    var validators = entry.validators
    switch form {
    case nil:
      state.file = entry
      state.representation = entry.representation
    case .file(_, let file):
      state.file = file
      state.representation = file.representation
      validators = file.validators
    case .made(let made):
      state.file = entry
      state.compressed = made
      state.compressedContent = made.content
      state.representation = made.representation
      validators.isWeak = true
    }
    guard let representation = state.representation else { return }
    state.facts.resource.takesRanges = representation.takesRanges
    state.facts.resource.length = representation.length
    judge(state, validators)
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The elements at the end for which the condition holds.
  fileprivate func suffix(while holds: (UInt8) -> Bool) -> Slice<Self> {
    var start = endIndex
    while start > startIndex, holds(self[start - 1]) { start -= 1 }
    return self[start...]
  }
}
