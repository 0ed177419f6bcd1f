internal import CSystem
internal import Glibc

/// What a server is told by signals.
public enum Signal: Sendable, Hashable, CaseIterable {
  case terminate, interrupt, hangUp, user1, user2

  public var number: Int32 {
    switch self {
    case .terminate: SIGTERM
    case .interrupt: SIGINT
    case .hangUp: SIGHUP
    case .user1: SIGUSR1
    case .user2: SIGUSR2
    }
  }

  init?(number: Int32) {
    guard let signal = Signal.allCases.first(where: { $0.number == number }) else { return nil }
    self = signal
  }
}

/// Signals as events of a loop. A signal interrupts nothing and no code runs in its handler.
public enum Signals {
  /// Makes the signals wait until a loop takes them, and a write to a closed pipe, or beyond the size
  /// that files may have (setrlimit(2)), an error and no signal. Call it in the first thread before
  /// there are others: they inherit it. Programs that are started inherit it as well;
  /// `resetForChild` undoes it there.
  public static func prepare(_ signals: [Signal] = Signal.allCases) throws(SystemError) {
    let numbers = signals.map(\.number)
    let blocked = csystem_signals_block(numbers, Int32(numbers.count))
    if blocked < 0 { throw SystemError("block signals", code: -blocked) }
    for (number, name) in [(SIGPIPE, "SIGPIPE"), (SIGXFSZ, "SIGXFSZ")] {
      let ignored = csystem_signal_ignore(number)
      if ignored < 0 { throw SystemError("ignore \(name)", code: -ignored) }
    }
  }

  /// Calls `body` on the loop with each signal that arrives. They must have been prepared. Signals
  /// of one kind that arrive together are one. One loop of the process at most should take them.
  public static func deliver(
    _ signals: [Signal] = Signal.allCases, to loop: EventLoop,
    _ body: @escaping (Signal) -> Void
  ) throws(SystemError) {
    let numbers = signals.map(\.number)
    let descriptor = csystem_signalfd(numbers, Int32(numbers.count))
    if descriptor < 0 { throw SystemError("take signals", code: -descriptor) }
    do throws(SystemError) {
      _ = try loop.watch(descriptor) { _ in
        while true {
          let number = csystem_signalfd_take(descriptor)
          if number < 0 { return }
          if let signal = Signal(number: number) { body(signal) }
        }
      }
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Gives a program that is being started the usual behaviour back: call it in the child.
  public static func resetForChild() {
    let numbers = Signal.allCases.map(\.number)
    _ = csystem_signals_unblock(numbers, Int32(numbers.count))
    for number in [SIGPIPE, SIGXFSZ] { _ = csystem_signal_default(number) }
  }
}
