internal import Facts
internal import Message

// What a site or a rule says of itself, before its resource is looked at.
extension Facts {
  /// The site's maintenance is on, or its file is there.
  @inline(__always) var isSiteInMaintenance: Bool { rule.provision == .siteMaintenance }

  /// The rule says more than which resource answers: maintenance, a block, a redirect, that something is gone; or an answer
  /// is rehearsed.
  @inline(__always) var hasProvision: Bool { rule.provision != .none || rule.isRehearsed }

  /// The rule's maintenance is on, or its file is there.
  @inline(__always) var isRuleInMaintenance: Bool { rule.provision == .maintenance }

  /// The rule blocks the resource by law, for this client's address (RFC 7725).
  @inline(__always) var isBlocked: Bool { rule.provision == .blocked }

  /// The rule says that what was here is gone for good.
  @inline(__always) var isGone: Bool { rule.provision == .gone }

  /// The rule is a teapot (RFC 2324).
  @inline(__always) var isTeapot: Bool { rule.provision == .teapot }

  /// Coffee is asked for (RFC 2324 section 2.1.1).
  @inline(__always) var isMethodBrew: Bool { method == .brew }

  /// The answer stands elsewhere, and is to be fetched with GET: 303 (RFC 9110 section 15.4.4).
  @inline(__always) var isSeeOther: Bool { rule.provision == .seeOther }

  /// The redirect keeps the method: 307 or 308.
  @inline(__always) var isRedirectMethodKept: Bool {
    rule.provision == .temporaryRedirect || rule.provision == .permanentRedirect
  }

  /// The redirect that keeps the method is for good: 308.
  @inline(__always) var isRedirectPermanent: Bool { rule.provision == .permanentRedirect }

  /// The redirect that may change the method is for good: 301.
  @inline(__always) var isMovedPermanently: Bool { rule.provision == .movedPermanently }

  /// What stood at the target was deleted, and the rule remembers it.
  @inline(__always) var hasTombstone: Bool { rule.hasTombstone }

  /// A page is asked for, and the rule's fallback answers for every page that is not there.
  @inline(__always) var hasFallback: Bool { rule.isFallback }
}
