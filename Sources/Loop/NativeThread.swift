internal import CSystem

/// A thread of the system, outside Swift's pool. No signal is delivered in it except those of its
/// own faults.
public struct NativeThread: Sendable {
  private let number: UInt64

  /// Starts a thread. `name` is shown by the system's tools, cut to 15 bytes; `processor` ties it
  /// to one processor, where that is allowed. Either `join` or `detach` it.
  public init(
    named name: String, processor: Int? = nil, _ body: @Sendable @escaping () -> Void
  ) throws(SystemError) {
    let box = Unmanaged.passRetained(ThreadBody(body, processor))
    var number: UInt64 = 0
    let code = csystem_thread_start(
      name, 0,
      { context in
        guard let context else { return }
        let body = Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue()
        if let processor = body.processor { _ = csystem_pin_thread(Int32(processor)) }
        body.run()
      }, box.toOpaque(), &number)
    if code < 0 {
      box.release()
      throw SystemError("start the thread", name, code: -code)
    }
    self.number = number
  }

  /// Runs `body` on a thread of its own that gives way to all others, and waits for it: for work that takes a processor for long while
  /// requests have to be answered. Where no thread can be had, it is done by the caller.
  public static func inBackground<Result: Sendable>(
    named name: String, _ body: @Sendable @escaping () -> Result
  ) -> Result {
    let place = ResultPlace<Result>()
    let started = try? NativeThread(named: name) {
      // Without it the work is done just as well
      _ = csystem_thread_background()
      place.result = body()
    }
    started?.join()
    return place.result ?? body()
  }

  /// Waits until the thread has ended. Once only, and not from the thread itself.
  public func join() {
    _ = csystem_thread_join(number)
  }

  /// Lets the thread go its own way.
  public func detach() {
    _ = csystem_thread_detach(number)
  }

  /// The processors that this process may use, in ascending order; never empty.
  public static var processors: [Int] {
    var numbers = [Int32](repeating: 0, count: 1024)
    let count = csystem_allowed_processors(&numbers, Int32(numbers.count))
    return count > 0 ? numbers[..<Int(count)].map(Int.init) : [0]
  }

  /// Raises the number of descriptors that the process may have open to `wanted`, or as near as is
  /// allowed; nil asks for all. Returns the number that holds now.
  @discardableResult
  public static func raiseDescriptorLimit(to wanted: Int? = nil) throws(SystemError) -> Int {
    var limit: UInt64 = 0
    let code = csystem_raise_descriptor_limit(UInt64(max(wanted ?? 0, 0)), &limit)
    if code < 0 { throw SystemError("raise the limit of open descriptors", code: -code) }
    return Int(clamping: limit)
  }
}

/// What a thread leaves for whoever waits for its end, and nobody reads before.
private final class ResultPlace<Result: Sendable>: @unchecked Sendable {
  var result: Result?
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  let processor: Int?

  init(_ run: @Sendable @escaping () -> Void, _ processor: Int?) {
    self.run = run
    self.processor = processor
  }
}

extension EventLoop {
  /// Runs the loop on a thread of its own until `stop`; `join` the thread before the loop is let
  /// go.
  public func start(named name: String = "loop", processor: Int? = nil) throws(SystemError)
    -> NativeThread
  {
    try NativeThread(named: name, processor: processor) { self.run() }
  }
}
