import Facts

extension PathTable {
  /// Which representation: the answers of the block of selection.
  static let selection: [PathCase] = [
    PathCase(
      "the request asks for the list, though one variant would do", "300.731",
      Way.negotiated + " isVariantListAsked"
    ) {
      $0.negotiation.isNegotiated = true
      $0.negotiation.isListAsked = true
      $0.negotiation.isChoiceLeft = true
    },
    PathCase(
      "the rule leaves the choice, whatever is acceptable", "300.730",
      Way.negotiated + " !isVariantListAsked isChoiceLeftToClient"
    ) {
      $0.negotiation.isNegotiated = true
      $0.negotiation.isChoiceLeft = true
      $0.negotiation.isAcceptable = false
      $0.negotiation.isStrict = true
    },
    PathCase(
      "the best variant", "200.701",
      Way.chosen + " isRepresentationAcceptable !isVariantNegotiated !hasPreconditions !hasRange"
        + Way.servedWhole
    ) {
      $0.negotiation.isNegotiated = true
      $0.negotiation.isStrict = true
    },
    PathCase(
      "nothing is acceptable, and the rule sends the best all the same", "200.701",
      Way.chosen + " !isRepresentationAcceptable !isAcceptanceRequired !isVariantNegotiated"
        + " !hasPreconditions !hasRange" + Way.servedWhole
    ) {
      $0.negotiation.isNegotiated = true
      $0.negotiation.isAcceptable = false
      $0.negotiation.hasAcceptableType = false
    },
    PathCase("no type fits", "406.0", Way.refused + " !isMediaTypeAcceptable") {
      $0.negotiation.isNegotiated = true
      $0.negotiation.isStrict = true
      $0.negotiation.isAcceptable = false
      $0.negotiation.hasAcceptableType = false
      $0.negotiation.hasAcceptableLanguage = false
    },
    PathCase(
      "no language fits", "406.730", Way.refused + " isMediaTypeAcceptable !isLanguageAcceptable"
    ) {
      $0.negotiation.isNegotiated = true
      $0.negotiation.isStrict = true
      $0.negotiation.isAcceptable = false
      $0.negotiation.hasAcceptableLanguage = false
    },
    PathCase(
      "no coding fits", "406.731",
      Way.refused + " isMediaTypeAcceptable isLanguageAcceptable !isCodingAcceptable"
    ) {
      $0.negotiation.isNegotiated = true
      $0.negotiation.isStrict = true
      $0.negotiation.isAcceptable = false
      $0.negotiation.hasAcceptableCoding = false
    },
    PathCase(
      "each fits, and not together", "406.732",
      Way.refused + " isMediaTypeAcceptable isLanguageAcceptable isCodingAcceptable"
    ) {
      $0.negotiation.isNegotiated = true
      $0.negotiation.isStrict = true
      $0.negotiation.isAcceptable = false
    },
    PathCase(
      "the best variant begins the choice again", "506.730",
      Way.chosen + " isRepresentationAcceptable isVariantNegotiated"
    ) {
      $0.negotiation.isNegotiated = true
      $0.negotiation.isVariantNegotiated = true
    },
  ]
}
