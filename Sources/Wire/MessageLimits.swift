/// How much of a message is read before it is refused. Sizes are bytes.
public struct MessageLimits: Sendable, Equatable {
  /// The request target.
  public var targetBytesMax = 8192
  /// The whole head, from the first byte of its first line to the empty line.
  public var headBytesMax = 32768
  /// One field line without its line ending.
  public var fieldBytesMax = 16384
  /// Field lines in a head; as many again may stand in the trailers.
  public var fieldCountMax = 100
  /// Extensions in one chunk line, and in all chunk lines of one message. The server's limit is one for both: a line has at the most what
  /// all of them have.
  public var chunkExtensionBytesMax = 16384
  public var chunkExtensionsBytesMax = 16384
  /// The trailer section.
  public var trailerBytesMax = 8192
  /// The content, once its chunks are put together.
  public var contentBytesMax: UInt64 = 1 << 20

  public init() {}

  /// The same with sizes that a slice of the head can count: 32 bits.
  var countable: MessageLimits {
    var limits = self
    limits.targetBytesMax = min(targetBytesMax, Int(Int32.max))
    limits.headBytesMax = min(headBytesMax, Int(Int32.max))
    limits.fieldBytesMax = min(fieldBytesMax, Int(Int32.max))
    limits.trailerBytesMax = min(trailerBytesMax, Int(Int32.max))
    return limits
  }
}

/// How far the reading of a head has come.
public enum ReadProgress: Equatable, Sendable {
  /// More bytes are needed; hand in the same ones again with the new ones behind them.
  case incomplete
  /// The head is there; the content, or the next message, begins behind this many bytes.
  case complete(byteCount: Int)
}
