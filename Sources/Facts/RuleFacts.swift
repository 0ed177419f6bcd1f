public import Config

/// What a site or a rule says of itself, before its resource is looked at. One at the most applies: the first in this order.
public enum RuleProvision: UInt8, Sendable, CaseIterable {
  case none
  case siteMaintenance, maintenance, blocked, gone, teapot
  case movedPermanently, found, seeOther, temporaryRedirect, permanentRedirect
}

/// What the rule says beyond its resource, and what stands in for a resource that is not there.
public struct RuleFacts: Sendable {
  public var provision: RuleProvision = .none
  /// The rule rehearses, or an order is armed that this request falls under (`RehearsalFacts`).
  public var isRehearsed = false
  /// Nothing stands at the target, and the facts of the resource are those of the rule's fallback.
  public var isFallback = false
  /// Nothing stands at the target, and what stood there was deleted for good.
  public var hasTombstone = false
  /// The maintenance is on because a file is there, and not by the setting alone.
  public var isByFile = false
  /// The rule blocks its resource for everybody, and not for some networks.
  public var isForEverybody = false
  /// The rule has links to send ahead of its answer.
  public var hasHints = false
  /// For Retry-After, in seconds; 0: none.
  public var retryAfter: UInt32 = 0
  /// Where the provision, or else the fallback, is written.
  public var position: Position = .builtIn
  public var tombstonesPosition: Position = .builtIn

  public init() {}
}
