public import Config

/// How the request's Accept fields stand to what there is (RFC 9110 section 12). Written by the resource's owner, and only where
/// there is a choice, or the rule is strict.
public struct NegotiationFacts: Sendable {
  /// There are variants to choose from, or the rule refuses what is not acceptable.
  public var isNegotiated = false
  /// The request asks for the list of variants (RFC 2295 section 8.4).
  public var isListAsked = false
  /// The rule leaves the choice to the client.
  public var isChoiceLeft = false
  /// The rule sends nothing that is not acceptable.
  public var isStrict = false
  /// What was chosen is acceptable in type, language and coding.
  public var isAcceptable = true
  /// Whether any variant has an acceptable type, language, coding.
  public var hasAcceptableType = true
  public var hasAcceptableLanguage = true
  public var hasAcceptableCoding = true
  /// What was chosen is itself negotiated (RFC 2295 section 8.1).
  public var isVariantNegotiated = false
  /// Where the settings stand.
  public var variants: Position = .builtIn
  public var choice: Position = .builtIn
  public var strict: Position = .builtIn

  public init() {}
}
