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
    let client = try address(from)
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
    state.clientAddress = client?.number ?? 0
    return request.withUnsafeBufferPointer { bytes in
      read(bytes, into: state, worker)
      state.facts.connection.port = port
      worker.identifyClient(
        state, peer: client, isTrusted: client.map { snapshot.isTrusted($0) } ?? false)
      state.facts.content.limit = settings.limits.contentBytes.value
      state.facts.content.limitPosition = settings.limits.contentBytes.position
      let (verdict, alternatives) = decide(state, worker)
      state.verdict = verdict
      var copy = from
      let line = copy.withUTF8 { client in
        state.clientText.count == 0
          ? worker.scribe.line(
            of: state, client: client, peer: UnsafeBufferPointer(start: nil, count: 0))
          : worker.scribe.line(of: state, client: state.clientText.bytes, peer: client)
      }
      return Prediction(line: line, alternatives: alternatives)
    }
  }

  /// The address of `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::7` or `[2001:db8::7]:4711`; nil for a Unix socket.
  private static func address(_ from: String) throws -> IPAddress? {
    if from.hasPrefix("unix:") { return nil }
    if let address = IPAddress(text: Array(from.utf8).span) { return address }
    let text = from.hasSuffix("]") ? from + ":0" : from
    guard let endpoint = try? SocketAddress.parse(text).first?.endpoint, !from.hasPrefix(":"),
      let address = IPAddress(endpoint)
    else {
      throw ServeError(
        "the client's address is an IP address, with its port or without, not \(from)")
    }
    return address
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
        worker.findNearMisses(state, ending)
        let others = alternatives.filter { $0 != verdict.cause }
        return (verdict, others.map { "\($0.code) \($0.slug)" })
      case .need(let need):
        switch need {
        case .route: worker.meetRoute(state)
        case .resource: worker.meetResourceInPlace(state)
        case .clientName: findName(state, worker)
        case .content, .action:
          // What happens there is not known: the expected way is that it goes well
          alternatives += Reachable.causes(from: state.walk.question, without: need, state.facts)
          state.facts.met.insert(need)
        }
      }
    }
  }
}

extension Predictor {
  /// Asks the name servers as a server would, with this thread for the loop's.
  private static func findName(_ state: ExchangeState, _ worker: Worker) {
    guard !worker.meetClientName(state), let client = state.client, let names = worker.resolver
    else { return }
    var answer = NameResolver.Answer?.none
    names.find(Endpoint(client, port: 0)) { found in
      answer = found
      worker.loop.stop()
    }
    // Found before a turn was taken: the loop's stop would be the next run's
    worker.loop.run()
    worker.judgeName(state, answer ?? .failed)
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
        case .end(.rehearsed), .end(.rehearsalUnanswered):
          let cause = facts.rehearsal.cause
          if !causes.contains(cause) { causes.append(cause) }
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
