import Facts
import Message

extension PathTable {
  private static let told = Way.provided + " !isBlocked !isGone"
  private static let redirected = told + " !isTeapot isMethodRedirected"

  /// What sites and rules say beyond their resources.
  static let rules: [PathCase] = [
    PathCase(
      "a site that is closed answers before its rules", "503.710",
      Way.atSite + " isSiteInMaintenance"
    ) {
      $0.rule.provision = .siteMaintenance
      $0.route.rule = -1
    },
    PathCase(
      "a rule that is closed", "503.710",
      Way.site + " hasRule hasProvision !isRehearsed isRuleInMaintenance"
    ) { $0.rule.provision = .maintenance },
    PathCase("a resource that the law forbids", "451.700", Way.provided + " isBlocked") {
      $0.rule.provision = .blocked
    },
    PathCase("a rule that says that all is gone", "410.700", Way.provided + " !isBlocked isGone") {
      $0.rule.provision = .gone
    },
    PathCase("coffee of a teapot", "418.700", told + " isTeapot isMethodBrew") {
      $0.rule.provision = .teapot
      $0.method = .brew
    },
    PathCase("anything else of a teapot", "405.0", told + " isTeapot !isMethodBrew") {
      $0.rule.provision = .teapot
    },
    PathCase(
      "a method that the redirect is not for", "405.0", told + " !isTeapot !isMethodRedirected"
    ) {
      $0.rule.provision = .found
      $0.method = .delete
    },
    PathCase("303", "303.700", redirected + " isSeeOther") { $0.rule.provision = .seeOther },
    PathCase(
      "308", "308.701", redirected + " !isSeeOther isRedirectMethodKept isRedirectPermanent"
    ) { $0.rule.provision = .permanentRedirect },
    PathCase(
      "307", "307.700", redirected + " !isSeeOther isRedirectMethodKept !isRedirectPermanent"
    ) { $0.rule.provision = .temporaryRedirect },
    PathCase(
      "301", "301.701", redirected + " !isSeeOther !isRedirectMethodKept isMovedPermanently"
    ) { $0.rule.provision = .movedPermanently },
    PathCase(
      "302", "302.700", redirected + " !isSeeOther !isRedirectMethodKept !isMovedPermanently"
    ) { $0.rule.provision = .found },
    PathCase("what a DELETE removed", "410.701", Way.inRoot + " !hasResource hasTombstone") {
      $0.resource.kind = .none
      $0.rule.hasTombstone = true
    },
    PathCase(
      "a page that is not there, answered by the fallback", "200.701",
      Way.inRoot + " !hasResource !hasTombstone hasFallback isReadingAllowed isReadable"
        + " !isCollection isRegularFile !isTypeMapRequired isMethodAllowed" + Way.plain
        + " !hasRange" + Way.servedWhole
    ) { $0.rule.isFallback = true },
  ]
}
