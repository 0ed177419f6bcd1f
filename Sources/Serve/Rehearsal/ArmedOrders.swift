internal import Config
internal import Facts
internal import Loop
internal import Message
internal import Rehearse
internal import Respond
internal import Synchronization

/// One order that is armed: shared by all loops.
final class ArmedOrder: Sendable {
  let id: UInt32
  let arming: ArmingOrder
  /// As it was ordered.
  let text: String
  /// Nanoseconds of the loops' clock.
  let deadline: UInt64
  let rehearsal: RehearsalRoute
  /// A random number below this is a hit.
  private let threshold: UInt64
  /// Answers that it made or touched.
  private let hitCount = Atomic<UInt64>(0)
  private let seenCount = Atomic<UInt64>(0)

  init(_ id: UInt32, _ arming: ArmingOrder, text: String, now: UInt64) {
    self.id = id
    self.arming = arming
    self.text = text
    deadline = now + arming.duration * 1_000_000
    rehearsal = RehearsalRoute(armed: arming.order)
    threshold = arming.share >= 1 ? .max : UInt64(arming.share * 0x1p64)
  }

  var hits: UInt64 { hitCount.load(ordering: .relaxed) }
  var seen: UInt64 { seenCount.load(ordering: .relaxed) }

  func countHit() { hitCount.wrappingAdd(1, ordering: .relaxed) }

  /// Whether a request of this site and path is one that the order takes. That it is so decides nothing yet: who the client is comes first.
  func takes(_ site: [UInt8], _ path: UnsafeBufferPointer<UInt8>, now: UInt64) -> Bool {
    guard now < deadline, arming.site.isEmpty || arming.site == site, arming.match.matches(path)
    else { return false }
    if let window = arming.order.window, !window.isBad(at: rehearsal.elapsed(now / 1_000_000)) {
      return false
    }
    let index = seenCount.wrappingAdd(1, ordering: .relaxed).oldValue
    // Others are drawn by the same seed: this purpose is its own
    if threshold != .max,
      Draw(seed: rehearsal.seed, index: index).bits(.identity) >= threshold
    {
      return false
    }
    return true
  }
}

/// What is armed, as one loop sees it.
final class ArmedSet {
  let entries: [(order: ArmedOrder, plan: RehearsalPlan)]

  init(_ orders: [ArmedOrder]) {
    entries = orders.map { ($0, RehearsalPlan(.order, $0.arming.order)) }
  }
}

extension Worker {
  /// Looks whether an armed order takes this request. Only where any is armed.
  @inline(never)
  func arm(_ state: ExchangeState, _ set: ArmedSet, site: [UInt8]) {
    for (order, plan) in set.entries
    where (order.arming.leadsOn || !plan.hasSwitchMisfit(state.facts.version))
      && order.takes(site, state.path, now: loop.coarseNow)
    {
      state.facts.rule.isRehearsed = true
      state.facts.rehearsal.armed = order.id
      state.facts.rehearsal.leadsOn = order.arming.leadsOn
      // Nothing in an order needs the request's content, and who waits for a 100 is told before it
      state.facts.rehearsal.isContentWithheld = !order.arming.leadsOn
      take(plan, order.rehearsal, state)
      state.beginRehearsal()._withUnsafeGuaranteedRef { answer in
        answer.order = order.id
        if order.arming.leadsOn { answer.take(nil, 0, nil) }
      }
      return
    }
  }
}

/// The orders of a server: armed and disarmed by the control socket, gone with the process.
final class Armory: Sendable {
  private struct Held {
    var orders: [ArmedOrder] = []
    var nextID: UInt32 = 1
  }

  /// As many as can be armed at once.
  static let countMax = 16
  private let held = Mutex(Held())

  var orders: [ArmedOrder] { held.withLock { $0.orders } }

  /// Nil where as many are armed as can be.
  func add(_ arming: ArmingOrder, text: String, now: UInt64) -> ArmedOrder? {
    held.withLock { held in
      guard held.orders.count < Armory.countMax else { return nil }
      let order = ArmedOrder(held.nextID, arming, text: text, now: now)
      held.nextID += 1
      held.orders.append(order)
      return order
    }
  }

  /// Takes out what fits; nil of `id`: all.
  func remove(_ id: UInt32?) -> [ArmedOrder] {
    remove { id == nil || $0.id == id }
  }

  /// Takes out what has had its time.
  func removeExpired(_ now: UInt64) -> [ArmedOrder] { remove { $0.deadline <= now } }

  private func remove(_ isOver: (ArmedOrder) -> Bool) -> [ArmedOrder] {
    held.withLock { held in
      let gone = held.orders.filter(isOver)
      if !gone.isEmpty { held.orders.removeAll(where: isOver) }
      return gone
    }
  }
}

extension Server {
  /// The answer to `arm`, `disarm` and `armed`; nil for what is none of them.
  func answer(toArming words: [String]) -> String? {
    let rest = words.dropFirst().joined(separator: " ")
    switch words.first {
    case "arm": return arm(rest)
    case "disarm":
      guard rest == "all" || UInt32(rest) != nil else {
        return "refused\n`\(rest)` is no order: its number, or all\n"
      }
      return disarm(UInt32(rest))
    default: return nil
    }
  }

  private func arm(_ text: String) -> String {
    do throws(GrammarProblem) {
      var arming = try ArmingOrder(Array(text.utf8))
      let labels = settings.sites.map(\.label)
      if arming.site.isEmpty, labels.count == 1 { arming.site = labels[0] }
      guard labels.contains(arming.site) else {
        let names = labels.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
        let asked = String(decoding: arming.site, as: UTF8.self)
        return arming.site.isEmpty
          ? "refused\nthere are several sites, and none is named: \(names)\n"
          : "refused\nthere is no site `\(asked)`; there are \(names)\n"
      }
      let plan = RehearsalPlan(.order, arming.order)
      if !arming.leadsOn, let misfit = plan.misfit(.get, .http11),
        plan.misfit(.head, .http11) != nil
      {
        return "refused\n\(misfit)\n"
      }
      guard let order = armory.add(arming, text: text, now: loops[0].now()) else {
        return "refused\n\(Armory.countMax) orders are armed already; disarm one first\n"
      }
      spread()
      // Who is told that it is done finds it done
      _ = settle(turns: 1, milliseconds: 2000)
      announce("armed order \(order.id): \(order.text)\n")
      return "done\narmed order \(order.id): \(order.text)\n"
    } catch {
      return "refused\nat byte \(error.offset) of the order: \(error.message)\n"
    }
  }

  private func disarm(_ id: UInt32?) -> String {
    let gone = armory.remove(id)
    if gone.isEmpty {
      return id.map { "refused\nno order \($0) is armed\n" } ?? "done\nnothing was armed\n"
    }
    spread()
    _ = settle(turns: 1, milliseconds: 2000)
    let lines = gone.map { "disarmed order \($0.id) after \($0.hits) hits: \($0.text)\n" }
    for line in lines { announce(line) }
    return "done\n" + lines.joined()
  }

  /// Ends what has had its time; asked several times a second.
  func sweepArmed() {
    guard !armory.orders.isEmpty else { return }
    let gone = armory.removeExpired(loops[0].now())
    if gone.isEmpty { return }
    spread()
    for order in gone {
      announce("order \(order.id) has expired after \(order.hits) hits: \(order.text)\n")
    }
  }

  /// Tells the loops what is armed now.
  private func spread() {
    let orders = armory.orders
    for (loop, box) in zip(loops, workers) {
      loop.post { box.worker.armed = orders.isEmpty ? nil : ArmedSet(orders) }
    }
  }

  /// What is armed, a line each, for `stats`; empty where nothing is.
  var armedText: String {
    let now = loops[0].now()
    let lines = armory.orders.map { order in
      let rest = (order.deadline - min(now, order.deadline)) / 1_000_000_000
      return
        "  \(order.id)  \(order.hits) of \(order.seen) requests, \(rest) s left: \(order.text)\n"
    }
    return lines.isEmpty ? "" : "\nArmed\n" + lines.joined()
  }
}
