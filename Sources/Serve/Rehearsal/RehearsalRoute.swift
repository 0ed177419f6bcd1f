internal import Config
internal import Loop
internal import Rehearse
internal import Respond
internal import Synchronization

/// A rule that rehearses, or an order that is armed, ready to answer: shared by all loops, so that places in sequences and draws are
/// counted once.
final class RehearsalRoute: Sendable {
  let order: RehearsalOrder
  let carriers: Set<RehearsalCarrier>
  /// The path of the rule, without its last slash.
  let base: [UInt8]
  /// Where a Location leads that nobody has named: to a 200 of this rule where a target can ask for one, else to the root.
  let elsewhere: [UInt8]
  let isSubtree: Bool
  let hasOrder: Bool
  let position: Position
  let seed: UInt64
  private let draws = Atomic<UInt64>(0)
  private let places = Mutex(KeyStore())
  /// Milliseconds of the loop's clock at the first question; windows count from there.
  private let startedAt = Atomic<UInt64>(.max)

  init(_ settings: RehearseSettings, _ pattern: PathPattern) {
    order = settings.order?.value ?? RehearsalOrder()
    hasOrder = settings.order != nil
    carriers = settings.carriers
    base = pattern.rehearsedBase
    elsewhere = RehearsalRoute.elsewhere(settings, pattern)
    isSubtree = pattern.isSubtree
    position = settings.position
    // Few enough digits to be typed again
    seed = order.seed ?? settings.seed ?? UInt64.random(in: 1...999_999)
  }

  /// Whether it is a test server for others, pages of other origins among them: it has no order of its own, and paths say what is asked.
  var isOpen: Bool { !hasOrder && carriers.contains(.path) }

  /// For an armed order, which has no path of its own.
  init(armed order: RehearsalOrder) {
    self.order = order
    hasOrder = true
    carriers = []
    base = []
    elsewhere = [0x2F]
    isSubtree = true
    position = .builtIn
    seed = order.seed ?? UInt64.random(in: 1...999_999)
  }

  private static func elsewhere(_ settings: RehearseSettings, _ pattern: PathPattern) -> [UInt8] {
    let base = pattern.rehearsedBase
    if settings.carriers.contains(.path), pattern.isSubtree {
      // Below a rule for `/status/` the status follows at once
      let isStatus = base.reversed().starts(with: "/status".utf8.reversed())
      return base + Array((isStatus ? "/200" : "/status/200").utf8)
    }
    if settings.carriers.contains(.query), pattern.captures.isEmpty {
      return base + Array((pattern.isSubtree ? "/?status=200" : "?status=200").utf8)
    }
    return [0x2F]
  }

  /// How many draws there were before this one; `turn` is a plan's.
  func nextDraw(of turn: [UInt8]?, now: UInt64) -> UInt64 {
    guard let turn else { return draws.wrappingAdd(1, ordering: .relaxed).oldValue }
    return places.withLock { $0.index(of: turn, now: now) }
  }

  func step(_ call: SequenceCall, now: UInt64) -> SequenceStep {
    places.withLock { $0.step(call, now: now) }
  }

  /// A plan for what the rule alone, or the client as well, has ordered.
  func plan(_ order: RehearsalOrder, _ kind: RehearsalPlan.Kind, isAsked: Bool) -> RehearsalPlan {
    RehearsalPlan(kind, order, base: base, elsewhere: elsewhere, isAsked: isAsked)
  }

  /// Milliseconds since the first question.
  func elapsed(_ now: UInt64) -> UInt64 {
    let (isFirst, began) = startedAt.compareExchange(
      expected: .max, desired: now, ordering: .relaxed)
    return isFirst ? 0 : now - min(began, now)
  }
}

extension PathPattern {
  /// The path that the rule begins with, without its last slash and without what its captures take.
  var rehearsedBase: [UInt8] {
    if captures.isEmpty { return Array(isSubtree ? path.dropLast() : path[...]) }
    var base: [UInt8] = []
    for case .literal(let part) in segments.prefix(while: { $0 != .capture }) {
      base += [0x2F] + part
    }
    return base
  }
}
