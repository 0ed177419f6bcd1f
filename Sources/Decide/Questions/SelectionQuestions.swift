internal import Facts

// Selection: which representation, and whether the client or the server says so (RFC 9110 section 12).
extension Facts {
  /// There are variants to choose from, or the rule is strict and the request says what it accepts. The gate of the block.
  @inline(__always) var isNegotiated: Bool { negotiation.isNegotiated }

  /// The request asks for the list of variants instead of one of them.
  @inline(__always) var isVariantListAsked: Bool { negotiation.isListAsked }

  /// The rule leaves the choice to the client.
  @inline(__always) var isChoiceLeftToClient: Bool { negotiation.isChoiceLeft }

  /// What was chosen is acceptable in every respect.
  @inline(__always) var isRepresentationAcceptable: Bool { negotiation.isAcceptable }

  /// The rule sends nothing that is not acceptable.
  @inline(__always) var isAcceptanceRequired: Bool { negotiation.isStrict }

  /// There is a representation of an acceptable type, language, coding.
  @inline(__always) var isMediaTypeAcceptable: Bool { negotiation.hasAcceptableType }
  @inline(__always) var isLanguageAcceptable: Bool { negotiation.hasAcceptableLanguage }
  @inline(__always) var isCodingAcceptable: Bool { negotiation.hasAcceptableCoding }

  /// What was chosen leads to another negotiated name.
  @inline(__always) var isVariantNegotiated: Bool { negotiation.isVariantNegotiated }
}
