public import Config
internal import Facts
public import HTTPStatus
internal import Message

/// Every cause that a configuration can produce, with the lines that allow it: a search through the graph that takes each answer that the
/// settings leave open (`Question.possibleAnswers`).
///
/// It knows settings and no files: what is on the disk, in the message and in the moment may be either way. A cause that is listed may
/// need more than one thing to come together; one that is not listed cannot come.
public struct AnswerList: Sendable {
  public struct Entry: Equatable, Sendable {
    public var cause: Cause
    /// In the order of the file; the built-in defaults come last.
    public var positions: [Position]
  }

  /// By status and number.
  public let entries: [Entry]
  /// Where rules stand that answer any status from 100 to 599 on demand (503.999), which are not among the entries.
  public let rehearsals: [Position]

  public init(_ settings: Settings) {
    var found: [Cause: Set<Position>] = [:]
    for site in settings.sites {
      for rule in site.rules {
        AnswerList.search(AnswerScope(settings: settings, site: site, rule: rule), &found)
      }
      if site.rules.isEmpty { found[.noRuleMatches, default: []].insert(site.position) }
    }
    rehearsals = settings.sites.flatMap(\.rules).compactMap { rule in
      guard case .rehearsal(let rehearsal) = rule.resource, rehearsal.causes == nil else {
        return nil
      }
      return rehearsal.position
    }
    entries = found.map { cause, positions in
      Entry(
        cause: cause,
        positions: positions.sorted { one, other in
          (one.isBuiltIn ? 1 : 0, one.line, one.column)
            < (other.isBuiltIn ? 1 : 0, other.line, other.column)
        })
    }
    .sorted { one, other in
      // What is rehearsed stands with its status
      (one.cause.status.code, one.cause.number) < (other.cause.status.code, other.cause.number)
    }
  }

  private static func search(_ scope: AnswerScope, _ found: inout [Cause: Set<Position>]) {
    var seen: Set<Question> = []
    var open: [(Question, Position)] = [(Graph.first, .builtIn)]
    while let (question, position) = open.popLast() {
      guard seen.insert(question).inserted else { continue }
      let answers = question.possibleAnswers(scope)
      let edges = Graph.edges(question)
      if answers.canBeYes {
        follow(edges.yes, answers.yesPosition ?? position, scope, &open, &found)
      }
      if answers.canBeNo {
        follow(edges.no, answers.noPosition ?? position, scope, &open, &found)
      }
    }
  }

  private static func follow(
    _ edge: Edge, _ position: Position, _ scope: AnswerScope,
    _ open: inout [(Question, Position)], _ found: inout [Cause: Set<Position>]
  ) {
    switch edge {
    case .ask(let question):
      // A default decides nothing about what follows: the rule goes on being what allows it
      open.append((question, rank(question, position, scope)))
    case .end(let ending): add(ending, position, scope, &found)
    }
  }

  /// What is told of an ending that no setting of its own allows: the rule, once there is one, else the site.
  private static func rank(
    _ question: Question, _ position: Position, _ scope: AnswerScope
  ) -> Position {
    switch question.block {
    case .connection, .message: .builtIn
    case .site: scope.site.position
    default: scope.rule.position
    }
  }

  private static func add(
    _ ending: Ending, _ position: Position, _ scope: AnswerScope,
    _ found: inout [Cause: Set<Position>]
  ) {
    let limits = scope.settings.limits
    switch ending {
    case .fault, .contentFault:
      let proxied = scope.settings.listeners.first { $0.proxyProtocol.value }
      for kind in FaultCauses.kinds(of: ending) {
        if kind == .proxyHeaderMalformed {
          guard let proxied else { continue }
          found[FaultCauses.cause(of: kind), default: []].insert(proxied.proxyProtocol.position)
          continue
        }
        if kind == .idleRehearsed {
          guard let rehearsal = scope.rehearsal, rehearsal.canAnswerIdle else { continue }
          found[FaultCauses.cause(of: kind), default: []].insert(rehearsal.position)
          continue
        }
        let place = limits.position(of: SettingKey(limitOf: kind))
        found[FaultCauses.cause(of: kind), default: []].insert(place)
      }
    case .serverFull:
      for cause in ending.causes { found[cause, default: []].insert(limits.connections.position) }
    case .contentTooLarge:
      let place = scope.files?.write?.contentBytes?.position ?? limits.contentBytes.position
      for cause in ending.causes { found[cause, default: []].insert(place) }
    case .rehearsed, .rehearsalUnanswered:
      guard let rehearsal = scope.rehearsal else { return }
      for cause in rehearsal.causes ?? [] {
        found[cause, default: []].insert(rehearsal.position)
      }
    case .rangesExcessive:
      for cause in ending.causes { found[cause, default: []].insert(limits.ranges.position) }
    default:
      for cause in ending.causes { found[cause, default: []].insert(position) }
    }
  }
}
