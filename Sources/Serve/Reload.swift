internal import Config
internal import Glibc
internal import Loop
internal import Record
internal import Synchronization

/// How a reload went.
public struct ReloadReport: Sendable {
  /// Fingerprints of the configuration before and after.
  public let before: UInt64
  public let after: UInt64
  /// Sentences for the operator: what is different, what has to wait for the next start, what is doubtful.
  public let notes: [String]

  /// The fingerprints and notes, a line each; ends in a line feed.
  public var text: String {
    let names = (ReloadReport.name(before), ReloadReport.name(after))
    let first =
      before == after
      ? "reloaded: configuration \(names.1), the file says what it said before"
      : "reloaded: configuration \(names.1), before it \(names.0)"
    return ([first] + notes).joined(separator: "\n") + "\n"
  }

  static func name(_ fingerprint: UInt64) -> String { RequestID(fingerprint).description }
}

extension Server {
  /// Reads the configuration again from where the server got it and goes over to it. Where that fails, nothing is changed.
  ///
  /// What came of it is told to the operator and in the journal either way. From any thread but a loop's; it waits for the loops.
  public func reload() -> Result<ReloadReport, any Error> {
    Supervisor.reloading()
    defer { Supervisor.ready() }
    // Reading many rules takes a processor for a while, which the loops want too
    let result = NativeThread.inBackground(named: "reload") {
      Result { () throws -> ReloadReport in
        guard let source = self.source else {
          throw ServeError("this server has no configuration to read again")
        }
        return try self.reload(try source())
      }
    }
    defer { if !hasControl { retireUnused() } }
    switch result {
    case .success(let report): announce(report.text)
    case .failure(let error):
      let kept = ReloadReport.name(settings.fingerprint)
      announce("not reloaded, configuration \(kept) stays: \(error)\n")
    }
    return result
  }

  /// The answer to an order of the control socket; nil for what is none.
  func answer(to words: [String]) -> String? {
    switch words.first {
    case "reload":
      switch reload() {
      case .success(let report): return "done\n\(report.text)"
      case .failure(let error): return "refused\n\(error)\n"
      }
    case "upgrade":
      do {
        guard let successor else { throw ServeError("this server has no program to go on with") }
        try upgrade(to: successor)
        return "done\n"
      } catch {
        return "refused\n\(error)\n"
      }
    case "keep" where words.count == 3:
      // The record of an exchange that the server before this one has ended while it drained
      guard let id = RequestID(words[1]) else { return nil }
      let line = Array((words[2] + "\n").utf8)
      line.withUnsafeBufferPointer { _ = shared.recorder?.append(id: id, $0) }
      return ""
    case "stats":
      sweepArmed()
      return Query.stats(shared, workers) + armedText
    default: return answer(toArming: words)
    }
  }

  /// Tells the operator, and whoever reads the journal.
  func announce(_ text: String) {
    let line = text.split(separator: "\n").joined(separator: "; ")
    tell("statusline: \(text.dropLast())")
    note(line)
  }

  /// Writes a sentence into the journal.
  func note(_ text: String) {
    let worker = workers[0]
    loops[0].post { worker.worker.scribe.journal.note(text) }
  }

  /// Goes over to other settings. Parsing and opening is done here, on the caller's thread; each loop only takes the result, between two
  /// requests. An exchange that has begun ends under the settings that it began with.
  func reload(_ settings: Settings) throws -> ReloadReport {
    try reloading.withLock { _ -> ReloadReport in
      retireUnused()
      let old = running.withLock { $0 }
      let snapshot = try Snapshot(settings, after: old.snapshot)
      snapshot.router.prepareWriting()
      let plan = JournalPlan(settings.journal)
      var sinks: [OpenSink?]?
      if plan != old.plan { sinks = try loops.map { _ in try plan.open() } }
      let groups = try ListenerGroup.open(settings, loops: loops.count, keeping: old.groups)
      let opened = groups.filter { group in !old.groups.contains { $0 === group } }
      let closed = old.groups.filter { group in !groups.contains { $0 === group } }

      if shared.tombstones == nil {
        shared.take(try TombstoneStore.open(for: settings, stateFolder))
      }

      let changes = Turn(
        snapshot: snapshot, plan: plan, sinks: sinks, opened: opened, closed: closed)
      let isOpen = running.withLock { running in
        guard !running.isDraining else { return false }
        running.snapshot = snapshot
        running.plan = plan
        running.groups = groups
        return true
      }
      guard isOpen else { throw ServeError("the server is stopping") }
      let failures = Query.ask(loops, workers) { worker, number in
        changes.take(worker, number)
      }
      retired.withLock { $0.append(old.snapshot) }
      var notes = Changes.notes(running: lasting, settings)
      notes += opened.map { "listening on \($0.address) now" }
      notes += closed.map { "no longer listening on \($0.address)" }
      // Loops mostly say the same
      for note in failures.joined() where !notes.contains(note) { notes.append(note) }
      if failures.count < loops.count {
        notes.append("\(loops.count - failures.count) loops are busy and will go over later")
      }
      notes += settings.warnings.map(\.summary)
      return ReloadReport(
        before: old.snapshot.settings.fingerprint, after: settings.fingerprint, notes: notes)
    }
  }

  /// Lets go of configurations that no exchange is under any more, here and not on a loop's thread, where letting go of many rules would
  /// hold up requests.
  func retireUnused() {
    let unused = retired.withLock { retired in
      var kept: [Snapshot] = []
      var unused: [Snapshot] = []
      while var snapshot = retired.popLast() {
        if isKnownUniquelyReferenced(&snapshot) {
          unused.append(snapshot)
        } else {
          kept.append(snapshot)
        }
      }
      retired = kept
      return Unused(snapshots: unused)
    }
    if unused.snapshots.isEmpty { return }
    NativeThread.inBackground(named: "reload") { unused.snapshots.removeAll() }
  }

  /// Opens the journal's files again, after a rotation. Returns at once.
  public func reopenJournal() {
    for (loop, box) in zip(loops, workers) { loop.post { box.worker.scribe.journal.reopen() } }
  }
}

/// Configurations that one thread lets go of.
private final class Unused: @unchecked Sendable {
  var snapshots: [Snapshot]
  init(snapshots: [Snapshot]) { self.snapshots = snapshots }
}

/// What each loop takes over at a reload.
private struct Turn: Sendable {
  let snapshot: Snapshot
  let plan: JournalPlan
  /// nil where the journal goes on as it is.
  let sinks: [OpenSink?]?
  let opened: [ListenerGroup]
  let closed: [ListenerGroup]

  /// On the loop's thread. Returns what went wrong, or has to wait.
  func take(_ worker: Worker, _ number: Int) -> [String] {
    var failures: [String] = []
    worker.adopt(snapshot)
    if let sinks { worker.scribe.journal.adopt(plan, sinks[number]) }
    for group in closed {
      for listener in group.listeners(ofLoop: number) { worker.unlisten(listener) }
    }
    for group in opened {
      do {
        for listener in group.listeners(ofLoop: number) {
          try worker.listen(listener, takesProxyHeader: group.takesProxyHeader)
        }
      } catch {
        failures.append("not listening on \(group.address): \(error)")
      }
    }
    if let resolver = worker.madeResolver {
      failures += Changes.notes(running: resolver, snapshot.settings)
    }
    return failures
  }
}

/// What a server has from its start to its end, whatever is reloaded.
struct Lasting: Sendable {
  let loops: Int
  let state: String
  /// Bytes of the flight recorder; 0 where none is kept.
  let recorder: UInt64

  static func loops(_ settings: Settings) -> Int {
    settings.loops.value > 0 ? settings.loops.value : NativeThread.processors.count
  }

  static func recorder(_ settings: Settings) -> UInt64 {
    let bytes = settings.recorder.bytes.value
    return bytes == 0 ? 0 : FlightFile.size(for: bytes)
  }

  /// `inherited` is the recorder of the server before, which has the size that it has.
  init(_ settings: Settings, inherited: FlightRecorder?) {
    loops = Lasting.loops(settings)
    state = settings.state.value
    recorder = inherited?.size ?? Lasting.recorder(settings)
  }
}

/// What other settings bring, in sentences.
private enum Changes {
  /// `lasting` is what the process runs with, whatever the file has said between then and now.
  static func notes(running lasting: Lasting, _ new: Settings) -> [String] {
    var notes = [counts(new)]
    if Lasting.loops(new) != lasting.loops { notes.append(later("loops", new.loops.position, new)) }
    if new.state.value != lasting.state { notes.append(later("state", new.state.position, new)) }
    if Lasting.recorder(new) != lasting.recorder {
      notes.append(later("recorder.size", new.recorder.bytes.position, new))
    }
    return notes
  }

  /// The names of clients are looked up by what was set when the first one was.
  static func notes(running resolver: NameResolver, _ new: Settings) -> [String] {
    var notes: [String] = []
    let servers = new.clients.resolver
    if resolver.servers != servers.map(\.value) {
      notes.append(later("resolver", servers.first?.position ?? .builtIn, new))
    }
    let time = new.limits.nameTime
    if resolver.timeout != time.value * 1_000_000 {
      notes.append(later("limits.name-time", time.position, new))
    }
    return notes
  }

  private static func later(_ key: String, _ position: Position, _ settings: Settings) -> String {
    "\(settings.text(of: position)): `\(key)` takes effect at the next start"
  }

  private static func counts(_ settings: Settings) -> String {
    let rules = settings.sites.reduce(0) { $0 + $1.rules.count }
    let sites = settings.sites.count
    return "\(sites) \(sites == 1 ? "site" : "sites"), \(rules) \(rules == 1 ? "rule" : "rules")"
  }
}
