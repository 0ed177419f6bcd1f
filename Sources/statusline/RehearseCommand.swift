internal import Config
internal import Glibc
internal import Loop
internal import Rehearse
internal import Serve
internal import Wire

enum RehearseCommand: Command {
  static let name = "rehearse"
  static let summary = "Serves any status on demand, on this machine only."
  static let words = 0...0
  static let options: [Option] = [
    .value(
      "--listen", "ADDRESS",
      "a loopback address and port; 127.0.0.1:8090 without it, or any port where that is taken"),
    .value("--seed", "N", "makes what is drawn repeatable"),
    .value("--state", "FOLDER", "where the control socket and the flight recorder are kept"),
    .flag("--faults", "list how answers can be broken"),
    .flag("--print", "print the configuration that it serves, and end"),
  ]
  static let notes = """
    Nothing has to be configured. `curl -i http://127.0.0.1:8090/status/503` shows a 503 with all that it owes; the list of what can
    be asked is at `/`. To rehearse in a site of one's own, a rule has the key `rehearse`, and `statusline arm` does it for a while on
    a server that runs.
    """

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    if arguments.has("--faults") {
      Terminal.print(faults)
      return .done
    }
    let seed = try seed(arguments)
    if arguments.has("--print") {
      Terminal.print(
        "# /FOLDER stands for a temporary folder that `statusline rehearse` makes, fills and removes.\n"
          + BuiltInRehearsal.text(folder: "/FOLDER", seed: seed))
      return .done
    }
    try Signals.prepare()
    // For what is offered for real
    let folder = try TemporaryFolder(for: "rehearse")
    defer { folder.remove() }
    for name in BuiltInRehearsal.folders { try folder.makeFolder(name) }
    for file in BuiltInRehearsal.files { try folder.write(file.name, file.content) }
    let server = try start(arguments, folder: folder.path, seed: seed)
    for note in server.notes { Terminal.note("note: \(note)") }
    for address in server.addresses { Terminal.note(welcome(address.url)) }
    let signals = try EventLoop()
    nonisolated(unsafe) var stops = 0
    try Signals.deliver(to: signals) { signal in
      switch signal {
      case .hangUp, .user1, .user2: break
      case .terminate, .interrupt:
        stops += 1
        if stops > 1 {
          folder.remove()
          _exit(ExitCode.failed.rawValue)
        }
        server.drain()
        signals.stop()
      }
    }
    signals.run()
    let watcher = try NativeThread(named: "signals") { signals.run() }
    server.wait()
    signals.stop()
    watcher.join()
    return .done
  }

  private static func seed(_ arguments: Arguments) throws -> UInt64? {
    guard let text = arguments.value("--seed") else { return nil }
    guard let seed = UInt64(text), seed <= UInt64(Int64.max) else {
      throw UsageError(description: "`\(text)` is no seed: a whole number such as 42")
    }
    return seed
  }

  /// On the usual port, or on any where that is taken and nobody asked for it.
  private static func start(
    _ arguments: Arguments, folder: String, seed: UInt64?
  ) throws -> Server {
    if let address = arguments.value("--listen") {
      try checkLoopback(address)
      return try start(on: address, arguments, folder, seed)
    }
    do {
      return try start(on: "127.0.0.1:8090", arguments, folder, seed)
    } catch let error as ServeError where error.description.contains("EADDRINUSE") {
      return try start(on: "127.0.0.1:0", arguments, folder, seed)
    }
  }

  private static func start(
    on address: String, _ arguments: Arguments, _ folder: String, _ seed: UInt64?
  ) throws -> Server {
    let settings: Settings
    do {
      settings = try Settings.parse(
        bytes: Array(BuiltInRehearsal.text(folder: folder, seed: seed).utf8),
        name: BuiltInRehearsal.name, folder: folder,
        overrides: Overrides(listen: [address], state: arguments.value("--state")))
    } catch {
      // What the text itself is warned of is nothing that anybody could change: the warnings go, with the lines that they show
      var isKept = true
      let lines = "\(error)".split(separator: "\n").filter { line in
        if !line.hasPrefix("  ") {
          isKept = !line.hasPrefix(BuiltInRehearsal.name) || !line.contains(": warning: ")
        }
        return isKept
      }
      throw UsageError(description: lines.joined(separator: "\n"))
    }
    return try Server.start(settings, tell: { Terminal.note($0) })
  }

  private static func checkLoopback(_ text: String) throws {
    let addresses = try SocketAddress.parse(text)
    let isOpen = addresses.contains { !$0.endpoint.isLoopback && $0.endpoint.family != .unix }
    if isOpen || text.hasPrefix(":") {
      throw UsageError(
        description:
          "`\(text)` can be reached from elsewhere, and a rehearsal says whatever it is told to; "
          + "listen on 127.0.0.1 or [::1], or write a rule with `rehearse` into a configuration")
    }
  }

  private static func welcome(_ url: String) -> String {
    let examples =
      RehearsalPage.examples + [("/real", "what is there for real, with the request for each code")]
    let width = examples.map(\.target.count).max() ?? 0
    let lines = examples.map { "  \(Help.pad($0.target, width))  \($0.meaning)" }
    return "rehearsing on \(url)\n" + lines.joined(separator: "\n")
      + "\nThe whole list is at / ; `statusline rehearse --faults` tells how answers can be broken."
  }

  static var faults: String {
    let width = WireFault.list.map { $0.kind.rawValue.count }.max() ?? 0
    var text = "fault=NAME or fault=NAME@POINT; without a point the first is meant:\n\n"
    for entry in WireFault.list {
      text += "  \(Help.pad(entry.kind.rawValue, width))  \(entry.says)\n"
      text += "  \(Help.pad("", width))  @ \(entry.points.joined(separator: ", "))\n"
    }
    return text
  }
}
