/// Carries a value that belongs to a loop's thread through code that the compiler takes for another
/// one's, such as a task that runs on the loop. Opening it anywhere else stops the program.
///
/// It must also be let go on that thread where the value's `deinit` needs it.
public struct LoopBound<Value>: @unchecked Sendable {
  private let loop: EventLoop
  private let content: Value

  /// Wraps a value; on the loop's thread, or before the loop runs.
  public init(_ value: Value, on loop: EventLoop) {
    loop.assertOnLoop()
    self.loop = loop
    content = value
  }

  /// The value, on the loop's thread.
  public var value: Value {
    precondition(loop.isOnLoop, "this value belongs to the thread of its event loop")
    return content
  }
}
