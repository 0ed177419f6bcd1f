internal import Config
internal import Decide
internal import Glibc
internal import HTTPStatus
internal import Loop
internal import Serve
internal import Synchronization

/// Plays scenarios: each in a private server with a clock of its own, and with a client that sends raw bytes.
///
/// It blocks the calling thread until the play is over. Nothing in it sleeps: time is the injected clock's, and the server's loops are
/// waited for by their turns.
public final class Player {
  /// Looks at every answer, and returns what is wrong with it.
  public typealias Inspection = (Answer) -> [String]

  let scenario: Scenario
  private let segmentation: Segmentation
  let isRecording: Bool
  let inspect: Inspection?

  let workspace: Workspace
  private let clock: ManualClock
  let server: Server
  private let startSeconds: Int64
  private var waiter: NativeThread?
  private let hasEnded = EndFlag()

  var play: Play
  var known = Known()
  var clients: [String: ClientSide] = [:]
  /// Ids of the records that a step has looked at.
  var usedRecords: Set<String> = []
  private var isHolding = false
  var recording: RecordingPages

  /// Plays a scenario. With `isRecording` the file's expected bytes are made anew from those that came; see `Play.recorded`.
  public static func play(
    _ scenario: Scenario, _ segmentation: Segmentation = .whole, isRecording: Bool = false,
    inspect: Inspection? = nil
  ) -> Play {
    do {
      let player = try Player(scenario, segmentation, isRecording, inspect)
      return player.run()
    } catch {
      var play = Play(scenario: scenario)
      play.failures = [
        ScenarioFault(file: scenario.name + ".scenario", line: 1, message: "\(error)")
      ]
      return play
    }
  }

  private init(
    _ scenario: Scenario, _ segmentation: Segmentation, _ isRecording: Bool,
    _ inspect: Inspection?
  ) throws {
    self.scenario = scenario
    self.segmentation = segmentation
    self.isRecording = isRecording
    self.inspect = inspect
    play = Play(scenario: scenario)
    recording = RecordingPages(lines: scenario.lines)
    workspace = try Workspace()
    for file in scenario.files { try workspace.make(file) }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    startSeconds = Int64(now.tv_sec) + scenario.age.components.seconds
    clock = ManualClock(wall: WallTime(seconds: startSeconds))
    let settings = try Player.settings(scenario, workspace)
    let answers = AnswerList(settings)
    play.possibleCauses = Set(answers.entries.map(\.cause.code.description))
    play.answersAnything = !answers.rehearsals.isEmpty
    server = try Server.start(settings, clock: clock)
    guard let port = server.addresses.first?.port else { throw PlayFault("no address") }
    known.port = port
    known.times = startSeconds...startSeconds
  }

  /// The scenario's configuration, completed with what every play has: one loop, a journal that keeps every record at once.
  private static func settings(
    _ scenario: Scenario, _ workspace: Workspace
  ) throws -> Settings {
    var text = scenario.config
    let keys = text.split(separator: "\n").compactMap { line in
      line.first?.isLetter == true ? line.split(separator: ":").first : nil
    }
    func complete(_ key: Substring, _ section: String) {
      if !keys.contains(key) { text += section }
    }
    complete("loops", "loops: 1\n")
    complete("recorder", "recorder:\n  size: 64 KiB\n")
    complete(
      "journal", "journal:\n  format: json\n  to: \(workspace.state)/journal\n  buffer: 0 B\n")
    var listen = keys.contains("listen") ? [] : ["127.0.0.1:0"]
    if text.contains("$PORT") {
      let port = try workspace.reservePort()
      listen = listen.isEmpty ? [] : ["127.0.0.1:\(port)"]
      text = text.replacing("$PORT", with: "\(port)")
    }
    text = text.replacing("$ROOT", with: workspace.root)
    text = text.replacing("$STATE", with: workspace.state)
    return try Settings.parse(
      bytes: Array(text.utf8), name: "statusline.yaml", folder: workspace.root,
      overrides: Overrides(listen: listen, state: workspace.state))
  }

  // MARK: The course of a play

  private func run() -> Play {
    perform(scenario.steps)
    if play.failures.isEmpty { checkNothingIsLeft() }
    for client in clients.values { client.client.close() }
    if waiter == nil { stop() } else { settle() }
    // Whatever still waits for time gets it
    clock.advance(by: .seconds(30 * 86_400))
    server.wake()
    waiter?.join()
    play.records = records()
    if isRecording { play.recorded = recording.lines(of: scenario.lines) }
    return play
  }

  private func perform(_ steps: [Step]) {
    var index = 0
    while index < steps.count, play.failures.isEmpty {
      let step = steps[index]
      index += 1
      // Messages that follow each other on a connection go out together
      if case .send(let name, let first) = step.action {
        var messages = [first]
        while index < steps.count, case .send(name, let next) = steps[index].action {
          messages.append(next)
          index += 1
        }
        attempt(step) { try send(name, messages) }
      } else {
        attempt(step) { try perform(step) }
      }
    }
  }

  private func attempt(_ step: Step, _ body: () throws -> Void) {
    do { try body() } catch { fail(step.line, "\(error)") }
  }

  func fail(_ line: Int, _ message: String) {
    play.failures.append(
      ScenarioFault(file: scenario.name + ".scenario", line: line, message: message))
  }

  private func perform(_ step: Step) throws {
    switch step.action {
    case .note(let text): play.events.append(.note(text))
    case .send: break
    case .expect(let name, let notation, let lines):
      try expect(try client(name), notation, lines, step.line)
    case .expectEnd(let name, let end): try expect(try client(name), end, step.line)
    case .expectRecord(let choice, let members): try expectRecord(choice, members, step.line)
    case .expectCounter(let name, let value): expectCounter(name, value, step.line)
    case .clock(let duration, let times):
      settle()
      let often = times == 1 ? "" : ", \(times) times"
      play.events.append(.happened("the clock goes on by \(duration)\(often)"))
      for _ in 0..<times {
        clock.advance(by: duration)
        known.times = startSeconds...clock.wall().seconds
        if !isHolding { server.wake() }
        // What waits for the next of many moments has to have come there: each `await` of its task takes a turn
        settle(turns: times == 1 ? 6 : 64)
      }
    case .flush: settle()
    case .open(let name, let receiveBytes):
      _ = try open(name, receiveBytes: receiveBytes)
      settle()
    case .halfClose(let name): try act(name, "says that it sends no more") { $0.halfClose() }
    case .close(let name): try act(name, "closes") { $0.close() }
    case .reset(let name): try act(name, "resets the connection") { $0.reset() }
    case .change(let change):
      settle()
      try workspace.change(change)
      play.events.append(.happened(Player.text(of: change)))
      settle()
    case .atOnce(let steps):
      settle()
      server.hold {
        isHolding = true
        perform(steps)
        isHolding = false
      }
      settle()
    case .stop:
      play.events.append(.happened("the server is told to stop"))
      stop()
    }
  }

  private static func text(of change: FileChange) -> String {
    switch change {
    case .write(let name, let bytes): "\(name) is written: \(bytes.count) bytes"
    case .truncate(let name, let size): "\(name) is cut to \(size) bytes"
    case .remove(let name): "\(name) is removed"
    case .rename(let name, let other): "\(name) is renamed to \(other)"
    }
  }

  private func stop() {
    settle()
    server.drain()
    let (server, flag) = (server, hasEnded)
    // Who waits for the loops says when they have ended
    waiter = try? NativeThread(named: "waiter") {
      server.wait()
      flag.set()
    }
    settle()
  }

  /// What was sent has arrived, and the server has looked at it and done all that it can do at once.
  func settle(turns: Int = 6) {
    if isHolding { return }
    for client in clients.values { client.client.waitUntilDelivered() }
    if waiter == nil {
      _ = server.settle(turns: turns)
    } else {
      while !hasEnded.isSet, !server.settle(milliseconds: 5) {}
    }
  }

  // MARK: Sending

  private func open(_ name: String, receiveBytes: Int? = nil) throws -> ClientSide {
    let client = try Client(name, to: server.addresses[0], receiveBytes: receiveBytes)
    let side = ClientSide(client)
    clients[name] = side
    play.events.append(.opened(name))
    return side
  }

  func client(_ name: String) throws -> ClientSide {
    if let side = clients[name] { return side }
    return try open(name)
  }

  private func act(_ name: String, _ what: String, _ body: (Client) -> Void) throws {
    let side = try client(name)
    settle()
    play.events.append(.did(name, what))
    body(side.client)
    settle()
  }

  private func send(_ name: String, _ messages: [Notation]) throws {
    let side = try client(name)
    var all: [UInt8] = []
    for message in messages {
      let bytes = try bytes(of: message)
      play.events.append(.sent(name, bytes, offset: side.sentCount + all.count))
      side.note(request: bytes)
      all += bytes
    }
    side.sentCount += all.count
    if segmentation == .whole || isHolding {
      try side.client.send(all[...])
      return
    }
    for index in all.indices {
      try side.client.send(all[index...index])
      settleQuickly()
    }
  }

  private func settleQuickly() {
    if waiter == nil { _ = server.settle(turns: 4) } else { settle() }
  }

  private func bytes(of notation: Notation) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in notation.pieces {
      switch piece {
      case .bytes(let some): bytes += some
      case .port: bytes += Array("\(known.port)".utf8)
      case .tag(let name):
        guard let name, let tag = known.tags[name] else {
          throw PlayFault("no answer has had the tag {etag:\(name ?? "")} yet")
        }
        bytes += tag
      case .id, .date, .number, .more: throw PlayFault("what is sent cannot vary")
      }
    }
    return bytes
  }
}

/// Whether a server's loops have ended.
private final class EndFlag: Sendable {
  private let flag = Atomic<Bool>(false)
  func set() { flag.store(true, ordering: .releasing) }
  var isSet: Bool { flag.load(ordering: .acquiring) }
}

/// A client's connection with what the play knows of it.
final class ClientSide {
  let client: Client
  var sentCount = 0
  /// Up to where what was received has been looked at.
  var position = 0
  /// The rest of the last answer is nobody's concern.
  var isCutOff = false
  /// The id of the last answer.
  var lastID: String?
  private var requests: [(method: String, isHTTP10: Bool)] = []

  init(_ client: Client) { self.client = client }

  /// What begins with a request line, as far as anybody can tell.
  func note(request bytes: [UInt8]) {
    let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
    let words = String(decoding: line, as: UTF8.self).split(separator: " ")
    guard let method = words.first, method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
      return
    }
    requests.append((String(method), words.last == "HTTP/1.0"))
  }

  /// The request that the next answer is for.
  var nextRequest: (method: String, isHTTP10: Bool) { requests.first ?? ("", false) }

  func answered() { if !requests.isEmpty { requests.removeFirst() } }
}
