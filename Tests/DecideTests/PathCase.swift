import Facts
import Testing

@testable import Decide

/// Facts, and what they must lead to: the cause, and every question with its answer on the way.
struct PathCase: Sendable, CustomTestStringConvertible {
  let sentence: String
  let cause: String
  let path: String
  let change: @Sendable (inout Facts) -> Void

  init(
    _ sentence: String, _ cause: String, _ path: String,
    _ change: @escaping @Sendable (inout Facts) -> Void
  ) {
    self.sentence = sentence
    self.cause = cause
    self.path = path
    self.change = change
  }

  var testDescription: String { sentence }

  var facts: Facts {
    var facts = Facts.plain
    change(&facts)
    return facts
  }

  var verdict: Verdict? { DecideTests.verdict(of: facts) }
}

/// Ways that many paths have in common; each goes on where the one above it ends.
enum Way {
  static let head = "!isServerFull !hasFault isMethodKnown"
  static let message = head + " !hasExpectation"
  static let atSite =
    message + " hasSite !isTargetUnsecured !isClientGuarded !isTargetServer !isTargetAuthority"
  static let site = atSite + " !isSiteInMaintenance"
  static let server = message + " hasSite !isTargetUnsecured !isClientGuarded isTargetServer"
  static let provided = site + " hasRule hasProvision !isRehearsed !isRuleInMaintenance"
  static let rule = site + " hasRule !hasProvision !isFolderGuarded"
  /// Into the block about clients, and out of it.
  static let guarded = message + " hasSite !isTargetUnsecured isClientGuarded"
  static let answered =
    guarded + " !isSiteClosed !isAddressUnknown !isAddressDenied isAddressAllowed"
  static let inGovernedFolder = site + " hasRule !hasProvision isFolderGuarded"
  static let inRoot = rule + " !isPathHidden !isOutsideRoot !isWrite"
  static let found = inRoot + " hasResource !isContentFixed"
  static let readable = found + " isReadingAllowed isReadable"
  static let folder = readable + " isCollection"
  static let file = readable + " !isCollection isRegularFile !isTypeMapRequired"
  static let taken = file + " isMethodAllowed"
  /// There is one representation, or nobody asked which.
  static let selected = taken + " !isNegotiated"
  static let plain = " !isNegotiated !hasPreconditions"
  static let negotiated = taken + " isNegotiated"
  static let chosen = negotiated + " !isVariantListAsked !isChoiceLeftToClient"
  static let refused = chosen + " !isRepresentationAcceptable isAcceptanceRequired"
  static let conditional = selected + " hasPreconditions"
  static let unconditional = selected + " !hasPreconditions"
  static let whole = unconditional + " !hasRange"
  static let ranged = unconditional + " hasRange"
  static let failed = whole + " !hasContent !isActionComplete !isWriteAtFault"
  /// Behind the last question that is not about the action.
  static let done = " isActionComplete isRetrieval !isListing"
  static let doneWhole = done + " !isRangeServed isFileServed"
  static let served = " !hasContent" + done
  static let servedWhole = served + " !isRangeServed isFileServed"
  static let servedRange = served + " isRangeServed isRangeSingle"
}
