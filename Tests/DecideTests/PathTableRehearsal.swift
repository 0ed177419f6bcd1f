import Facts
import HTTPStatus
import Message

extension PathTable {
  private static let asked = Way.site + " hasRule hasProvision isRehearsed"
  private static let formed = asked + " isRehearsalKnown isRehearsalWellFormed"
  private static let answering = formed + " !isRehearsalFollowed"

  private static let switching =
    answering + " !hasRehearsalContent isRehearsalAnswered isSwitchRehearsed"

  private static func ordered(_ facts: inout Facts, _ status: Int = 503) {
    facts.rule.isRehearsed = true
    facts.rehearsal.isKnown = true
    facts.rehearsal.isWellFormed = true
    facts.rehearsal.cause = Cause(rehearsing: status) ?? .contentServed
  }

  /// What is rehearsed in the place of a resource, or before one.
  static let rehearsal: [PathCase] = [
    PathCase(
      "a status that was ordered", "503.999",
      answering + " !hasRehearsalContent isRehearsalAnswered !isSwitchRehearsed"
    ) { ordered(&$0) },
    PathCase(
      "a switch that is asked for rightly", "101.999",
      switching + " isSwitchOffered"
        + " isSwitchVersionKnown isHandshakeSound"
    ) {
      ordered(&$0, 101)
      $0.rehearsal.handshake = .sound
    },
    PathCase("a switch that is not asked for", "426.780", switching + " !isSwitchOffered") {
      ordered(&$0, 101)
      $0.rehearsal.handshake = .notOffered
    },
    PathCase(
      "a switch to another version", "426.781",
      switching + " isSwitchOffered !isSwitchVersionKnown"
    ) {
      ordered(&$0, 101)
      $0.rehearsal.handshake = .versionUnknown
    },
    PathCase(
      "a handshake that is not whole", "400.11",
      switching + " isSwitchOffered isSwitchVersionKnown !isHandshakeSound"
    ) {
      ordered(&$0, 101)
      $0.rehearsal.handshake = .malformed
    },
    PathCase(
      "a rule that rehearses and has nothing at the path", "404.790", asked + " !isRehearsalKnown"
    ) { $0.rule.isRehearsed = true },
    PathCase(
      "what is not in the grammar", "400.790", asked + " isRehearsalKnown !isRehearsalWellFormed"
    ) {
      $0.rule.isRehearsed = true
      $0.rehearsal.isKnown = true
    },
    PathCase(
      "a status that was ordered, for a request with content", "401.999",
      answering + " hasRehearsalContent isRehearsalContentWithinLimit !hasRehearsalContentFault"
        + " isRehearsalAnswered !isSwitchRehearsed"
    ) {
      ordered(&$0, 401)
      $0.framing = .length(5)
    },
    PathCase(
      "content that is withheld, because no 100 is to come", "503.999",
      formed + " !isRehearsalFollowed !hasRehearsalContent !isRehearsalAnswered"
    ) {
      ordered(&$0)
      $0.framing = .length(5)
      $0.rehearsal.isContentWithheld = true
      $0.rehearsal.isUnanswered = true
    },
    PathCase(
      "content beyond the limit", "413.1",
      answering + " hasRehearsalContent !isRehearsalContentWithinLimit"
    ) {
      ordered(&$0)
      $0.framing = .length(5)
      $0.content.limit = 4
    },
    PathCase(
      "content that ends early", "400.732",
      answering + " hasRehearsalContent isRehearsalContentWithinLimit hasRehearsalContentFault"
    ) {
      ordered(&$0)
      $0.framing = .length(5)
      $0.content.fault.kind = .messageIncomplete
    },
    PathCase(
      "an order that only comes before a file", "200.701",
      formed + " isRehearsalFollowed !hasOwnProvision !isFolderGuarded !isPathHidden !isOutsideRoot"
        + " !isWrite hasResource !isContentFixed isReadingAllowed isReadable"
        + " !isCollection isRegularFile !isTypeMapRequired isMethodAllowed" + Way.plain
        + " !hasRange" + Way.servedWhole
    ) {
      ordered(&$0)
      $0.rehearsal.leadsOn = true
    },
    PathCase(
      "an order that only comes before a rule's own word", "410.700",
      formed + " isRehearsalFollowed hasOwnProvision !isRuleInMaintenance !isBlocked isGone"
    ) {
      ordered(&$0)
      $0.rehearsal.leadsOn = true
      $0.rule.provision = .gone
    },
  ]
}
