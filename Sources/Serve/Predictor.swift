public import Config
internal import Decide
internal import Facts
internal import HTTPStatus
internal import Loop
internal import Message
internal import Record
internal import Respond
internal import Wire

/// A dry run: what the server would answer, with no server running and nothing changed.
///
/// The same owners of needs are asked as in a server, in the same order. Before a need whose owner would change something or read
/// content, the prediction stops: what is expected there, and what else may follow.
public struct Prediction: Sendable {
  /// The record that the exchange would leave, as a JSON line.
  public var line: String
  /// What else may follow, where something is decided only while it is done: `500.700 content-ended-early` and so on.
  public var alternatives: [String]
}

public enum Predictor {
  /// Predicts the answer to a request given as its bytes. `from` is the client's address, `port` the port that it reaches.
  public static func predict(
    request: [UInt8], settings: Settings, from: String = "127.0.0.1:0", port: UInt16
  ) throws -> Prediction {
    let snapshot = try Snapshot(settings)
    let loop = try EventLoop()
    let shared = ServerShared(
      helpers: HelperPool(threadsMax: 1), recorder: nil, startedAt: 0,
      tombstones: TombstoneStore.existing(for: settings))
    defer { shared.helpers.shutDown() }
    // A prediction leaves no line in the journal
    let worker = Worker(
      loop: loop, shared: shared, snapshot: snapshot, journal: Journal(shared, loop))
    let state = ExchangeState(worker.current)
    worker.begin(state)
    state.clientAddress = address(from)
    return request.withUnsafeBufferPointer { bytes in
      read(bytes, into: state, worker)
      state.facts.connection.port = port
      state.facts.content.limit = settings.limits.contentBytes.value
      state.facts.content.limitPosition = settings.limits.contentBytes.position
      let (verdict, alternatives) = decide(state, worker)
      state.verdict = verdict
      var copy = from
      let line = copy.withUTF8 { client in
        worker.scribe.line(of: state, client: client)
      }
      return Prediction(line: line, alternatives: alternatives)
    }
  }

  /// The number of an address that may have a port behind it.
  private static func address(_ text: String) -> UInt128 {
    if let number = AddressSet.number(text) { return number }
    guard let colon = text.lastIndex(of: ":") else { return 0 }
    let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
    return AddressSet.number(host) ?? 0
  }

  private static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, into state: ExchangeState, _ worker: Worker
  ) {
    var reader = RequestReader(limits: state.snapshot.messageLimits)
    state.bytes = bytes
    do throws(MessageFault) {
      if try reader.read(bytes.span, into: &state.head) == .incomplete,
        let fault = reader.endOfInput(byteCount: bytes.count)
      {
        throw fault
      }
      try state.decodePath()
    } catch {
      state.facts.fault = error
      state.facts.faultPosition = state.snapshot.settings.limits.position(
        of: SettingKey(limitOf: error.kind))
    }
    state.takeMessageFacts()
    state.bytesIn = UInt64(bytes.count)
  }

  private static func decide(
    _ state: ExchangeState, _ worker: Worker
  ) -> (Verdict, [String]) {
    var alternatives: [Cause] = []
    while true {
      switch state.walk.next(state.facts) {
      case .ending(let ending):
        let verdict = state.verdict(of: ending)
        let others = alternatives.filter { $0 != verdict.cause }
        return (verdict, others.map { "\($0.code) \($0.slug)" })
      case .need(let need):
        switch need {
        case .route: worker.meetRoute(state)
        case .resource: worker.meetResource(state)
        case .content, .action:
          // What happens there is not known: the expected way is that it goes well
          alternatives += Reachable.causes(from: state.walk.question, without: need, state.facts)
          state.facts.met.insert(need)
        }
      }
    }
  }
}

/// Which causes a walk can still end in when the answers that depend on one need may fall either way.
enum Reachable {
  static func causes(
    from start: Question, without need: Need, _ facts: borrowing Facts
  ) -> [Cause] {
    var met = facts.met
    met.insert(need)
    var seen: Set<Question> = []
    var causes: [Cause] = []
    var open = [start]
    while let question = open.popLast() {
      guard seen.insert(question).inserted else { continue }
      // What depends on another need that is not met yet is told when the walk gets there
      if let other = question.need, !met.contains(other) { continue }
      let edges = Graph.edges(question)
      let ways: [Edge] =
        question.need == need
        ? answers(question, facts).map { $0 ? edges.yes : edges.no }
        : [question.isTrue(of: facts) ? edges.yes : edges.no]
      for edge in ways {
        switch edge {
        case .ask(let next): open.append(next)
        case .end(let ending):
          for cause in ending.causes where !causes.contains(cause) { causes.append(cause) }
        }
      }
    }
    return causes.sorted()
  }

  /// The answers that are possible before the need is met: what can fail goes by the kind of resource.
  private static func answers(_ question: Question, _ facts: borrowing Facts) -> [Bool] {
    let isListing = facts.resource.kind == .collection && !facts.resource.hasIndex
    if facts.write.isAsked { return answersOfWriting(question, facts) }
    switch question {
    case .isWriteAtFault: return [false]
    case .isActionComplete where facts.resource.kind == .content: return [true]
    case .isHandlerAtFault where !isListing: return [false]
    case .isListingAtFault: return [isListing]
    default: return [true, false]
    }
  }
}
