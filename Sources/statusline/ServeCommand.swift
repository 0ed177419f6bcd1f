internal import CSystem
internal import Config
internal import Glibc
internal import Loop
internal import Serve

enum ServeCommand: Command {
  static let name = "serve"
  static let form = "[ROOT]"
  static let summary = "Serves a folder, or what a configuration file says."
  static let words = 0...1
  static let options: [Option] = [
    .value("--config", "FILE", "what to serve, as YAML (`check --defaults` shows all keys)"),
    .flag("--browse", "list folders that have no index file"),
    .list(
      "--listen", "ADDRESS",
      "127.0.0.1:8080, [::1]:8080, :8080 or unix:/path; more than once for several"),
    .value("--state", "FOLDER", "where the control socket and the flight recorder are kept"),
  ]
  static let notes = """
    Without ROOT and --config it serves the current folder on 127.0.0.1:8080. Hidden files are not served, folders are not
    listed, and links that lead out of the folder are not followed, unless asked for. SIGTERM and Ctrl-C let what is under
    way finish; a second one does not. SIGHUP reads the configuration again (`statusline reload` tells how it went), SIGUSR1 opens the
    journal's file again, SIGUSR2 lets the program that stands at this one's path now go on with the same sockets
    (`statusline upgrade`). Sockets that systemd passes are `systemd:NAME` under `listen`, or all of them where it says nothing.
    """

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    try Signals.prepare()
    let inherited = Inheritance.take()
    let given = arguments
    let server: Server
    do {
      let settings = try load(given)
      for warning in settings.warnings { Terminal.note("\(warning)") }
      server = try Server.start(
        settings, source: { try load(given) }, inheriting: inherited, successor: successor,
        tell: { Terminal.note($0) })
    } catch {
      inherited?.failed("\(error)")
      throw error
    }
    for note in server.notes { Terminal.note("note: \(note)") }
    for address in server.addresses { Terminal.note("listening on \(address.url)") }
    inherited?.serving()
    Supervisor.ready()
    let signals = try EventLoop()
    server.whenHandedOver { signals.stop() }
    nonisolated(unsafe) var stops = 0
    try Signals.deliver(to: signals) { signal in
      switch signal {
      // This loop is the signals' own, so that a reload may take its time here
      case .hangUp: _ = server.reload()
      case .user1: server.reopenJournal()
      case .user2: if let successor { try? server.upgrade(to: successor) }
      case .terminate, .interrupt:
        stops += 1
        if stops > 1 { _exit(ExitCode.failed.rawValue) }
        Supervisor.stopping()
        server.drain()
        signals.stop()
      }
    }
    // Reading the configuration and opening everything has run code that answering does not need. What goes wrong here costs memory alone
    _ = csystem_release_program()
    // So has whoever waited for the start, by then
    signals.schedule(after: .seconds(2)) { _ = csystem_release_program() }
    signals.run()
    // A second signal while draining ends it at once
    let watcher = try NativeThread(named: "signals") { signals.run() }
    server.wait()
    signals.stop()
    watcher.join()
    return .done
  }

  /// What goes on where this process is replaced: the file that stands at the program's path then, with the same words.
  private static let successor = Successor.running.map { program in
    Successor(program: program, arguments: Array(CommandLine.arguments.dropFirst()))
  }

  static func load(_ arguments: Arguments) throws -> Settings {
    let overrides = Overrides(
      listen: arguments.list("--listen"), browse: arguments.has("--browse"),
      state: arguments.value("--state"))
    if let file = arguments.value("--config") {
      if !arguments.words.isEmpty {
        throw UsageError(description: "ROOT and --config FILE say two things; give one of them")
      }
      return try Settings.load(path: file, overrides: overrides)
    }
    return try Settings.serving(
      root: arguments.words.first ?? ".", browse: overrides.browse, listen: overrides.listen,
      state: overrides.state)
  }
}

extension SocketAddress {
  /// As it is typed into a browser, where it can be.
  var url: String {
    endpoint.family == .unix ? description : "http://\(description)/"
  }
}
