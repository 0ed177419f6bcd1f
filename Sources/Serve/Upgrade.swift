internal import Glibc
internal import Loop
internal import Record
internal import Synchronization

/// A program and its words: what goes on with the service where this process ends.
public struct Successor: Sendable {
  /// The path of the program. That of this process, read before anybody could replace the file, is `running`.
  public var program: String
  /// Its arguments, without the program's own name.
  public var arguments: [String]

  public init(program: String, arguments: [String]) {
    self.program = program
    self.arguments = arguments
  }

  /// The file of the running program; nil where the system does not tell.
  public static let running: String? = {
    var room = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink("/proc/self/exe", &room, room.count - 1)
    guard count > 0 else { return nil }
    return String(decoding: room[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }()
}

extension Server {
  /// Starts another program that takes over the listening sockets, and drains once that one answers. No connection is refused: the sockets
  /// and whoever waits at them are the same. Where the new program does not come to answer, this server goes on as before, and
  /// the error says why. From any thread but a loop's; it waits for the program.
  public func upgrade(to successor: Successor) throws {
    guard isUpgrading.exchange(true, ordering: .acquiringAndReleasing) == false else {
      throw ServeError("an upgrade is under way already")
    }
    defer { isUpgrading.store(false, ordering: .releasing) }
    try reloading.withLock { _ in
      let groups = try running.withLock { running throws(ServeError) in
        if running.isDraining { throw ServeError("the server is stopping") }
        return running.groups
      }
      let process: pid_t
      do {
        process = try handOver(groups, to: successor)
      } catch {
        shared.recorder?.resume()
        announce("not upgraded, this server goes on: \(error)\n")
        throw error
      }
      for group in groups { for listener in group.listeners { listener.disown() } }
      control?.handedOver()
      Supervisor.handedOver(to: process)
      forwardRecords()
      // Whoever connects after the answer to this order is the new program's alone
      _ = Query.ask(loops, workers) { worker, _ in
        worker.sparesFresh = true
        worker.unlistenAll()
      }
      announce("upgraded: process \(process) has taken over\n")
      drain()
      onHandOver.withLock { $0 }?()
    }
  }

  /// Returns the process that answers now.
  private func handOver(_ groups: [ListenerGroup], to successor: Successor) throws -> pid_t {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
      throw SystemError("make a pair of sockets", code: errno)
    }
    defer { close(ends[0]) }
    let process: pid_t
    do {
      defer { close(ends[1]) }
      let listeners = groups.flatMap { group in group.listeners.map { ($0.descriptor, group.name) }
      }
      process = try ChildProcess.start(
        successor, line: ends[1], recorder: shared.recorder?.descriptor ?? -1, listeners)
    }
    do {
      try expect("ready", ends[0])
      // From here on the other one keeps the recorder's file
      shared.recorder?.pause()
      guard Handover.write(ends[0], "go") else { throw ServeError("the new program has ended") }
      try expect("serving", ends[0])
    } catch {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
      throw error
    }
    return process
  }

  private func expect(_ word: String, _ line: Int32) throws(ServeError) {
    let said = Handover.read(line, milliseconds: 60_000)
    if said == word { return }
    if let said, said.hasPrefix("failed ") { throw ServeError(String(said.dropFirst(7))) }
    throw ServeError("the new program has ended, or said nothing for a minute")
  }

  /// What is refused while this server drains is kept by the one that has the recorder's file now.
  private func forwardRecords() {
    guard let recorder = shared.recorder, let folder = stateFolder else { return }
    let helpers = shared.helpers
    recorder.forward { id, line in
      let text = String(decoding: line, as: UTF8.self)
      _ = helpers.submit { _ = ControlClient.ask("keep \(id) \(text.dropLast())", folder: folder) }
    }
  }
}

/// Starts a program that inherits sockets, and nothing else that is open here.
private enum ChildProcess {
  /// Where the descriptors are in the new process.
  private static let first: Int32 = 3

  static func start(
    _ successor: Successor, line: Int32, recorder: Int32, _ listeners: [(Int32, String)]
  ) throws -> pid_t {
    var sources = [line]
    if recorder >= 0 { sources.append(recorder) }
    sources += listeners.map(\.0)
    // Copies above all the places they go to, so that none overwrites another
    let above = first + Int32(sources.count)
    var copies: [Int32] = []
    defer { for copy in copies { close(copy) } }
    for source in sources {
      let copy = fcntl(source, F_DUPFD_CLOEXEC, above)
      guard copy >= 0 else { throw SystemError("copy a descriptor", code: errno) }
      copies.append(copy)
    }
    let start = first + (recorder >= 0 ? 2 : 1)
    let text = Inheritance.text(
      line: first, recorder: recorder >= 0 ? first + 1 : -1,
      listeners: listeners.enumerated().map { (start + Int32($0.offset), $0.element.1) })
    return try spawn(successor, copies, variable: "\(Inheritance.variable)=\(text)")
  }

  private static func spawn(
    _ successor: Successor, _ descriptors: [Int32], variable: String
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (index, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, first + Int32(index))
    }
    // No signal is blocked there, and a closed pipe ends a program as it usually does
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var usual = sigset_t()
    sigemptyset(&usual)
    sigaddset(&usual, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &usual)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var words: [UnsafeMutablePointer<CChar>?] = ([successor.program] + successor.arguments).map {
      strdup($0)
    }
    words.append(nil)
    var environment = inherited().map { strdup($0) } + [strdup(variable)]
    environment.append(nil)
    defer { for text in words + environment { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(
      &process, successor.program, &actions, &attributes, words, environment)
    guard code == 0 else { throw SystemError("start", successor.program, code: code) }
    return process
  }

  /// The environment, without what speaks of this process alone.
  private static func inherited() -> [String] {
    var found: [String] = []
    var place = environ
    while let text = place.pointee {
      let entry = String(cString: text)
      if !["LISTEN_PID=", "LISTEN_FDS=", "LISTEN_FDNAMES=", Inheritance.variable + "="]
        .contains(where: { entry.hasPrefix($0) })
      {
        found.append(entry)
      }
      place += 1
    }
    return found
  }
}
