public import Config
public import Decide
public import Facts
public import Message

/// What is known of an exchange when it is over: the input of every journal format. It owns nothing: its pointers must stay valid
/// until the writer returns. For reading a record back there is `RecordedExchange`.
public struct ExchangeRecord {
  // MARK: When, who, what
  /// When the request's first byte arrived: seconds since 1970 (UTC) and nanoseconds.
  public var seconds: Int64 = 0
  public var nanoseconds: UInt32 = 0
  public var id = RequestID(0)
  /// The client's address as text, `127.0.0.1:51234`; made once a connection.
  public var client = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  /// The address of the peer as text, where that is not the client; empty where it is.
  public var peer = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  /// What is wrong with a folder's own file, in words; empty where nothing is.
  public var message = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  /// Index of the site among the settings' sites; -1: none was found.
  public var site: Int32 = -1
  /// The rule that governed; built-in: none did.
  public var rule: Position = .builtIn
  /// Index of that rule in its site; -1: not known, and `rule` is written out.
  public var ruleIndex: Int32 = -1
  /// The bytes of the request's head as received, as far as they came; the slices below are slices of it.
  public var head = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  public var methodName: ByteSlice = .empty
  public var target: ByteSlice = .empty
  /// The host name that was asked for, without its port, and the port that the client reached (0 on a Unix socket).
  public var host: ByteSlice = .empty
  public var port: UInt16 = 0
  public var version: HTTPVersion = .http11
  /// Values of fields that only the formats `combined` and `w3c` show; empty where the request has none.
  public var userAgent: ByteSlice = .empty
  public var referer: ByteSlice = .empty
  /// The address that the client reached, as text without its port; only for `w3c`.
  public var local = UnsafeBufferPointer<UInt8>(start: nil, count: 0)

  // MARK: What was decided, what became of it
  /// Nil where nothing was decided: the client left, or the connection idled, before there was a request.
  public var verdict: Verdict?
  /// Status that was sent; 0: none.
  public var status: UInt16 = 0
  /// Status that the upstream or the application gave; 0: none.
  public var originStatus: UInt16 = 0
  public var outcome: Outcome = .completed
  public var interims = InterimSet()
  public var attempts = UnsafeBufferPointer<Attempt>(start: nil, count: 0)
  public var nearMisses = NearMisses()

  // MARK: How much, how long
  public var bytesIn: UInt64 = 0
  public var bytesOut: UInt64 = 0
  /// What of `bytesOut` was no content: the head, and interims before it.
  public var headBytesOut: UInt64 = 0
  /// From the request's first byte to the answer's; 0 where no answer began.
  public var firstByteMicroseconds: UInt64 = 0
  public var totalMicroseconds: UInt64 = 0
  /// The status was produced on demand.
  public var isRehearsed = false
  /// Number of the armed order that made a real answer late or broke it; 0: none did.
  public var order: UInt32 = 0
  /// For how long that order held the answer back before its head.
  public var heldMilliseconds: UInt64 = 0
  /// The parameter `key` of the target is the rehearsal's own word, and no secret.
  public var keepsKey = false
  /// Whether the path of decisions is kept.
  public var hasTrace = true

  public init() {}

  /// The bytes of a slice of the head; empty where the slice is not inside it.
  @inline(__always)
  func bytes(_ slice: ByteSlice) -> UnsafeBufferPointer<UInt8> {
    guard slice.start < slice.end, Int(slice.end) <= head.count, let start = head.baseAddress else {
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    return UnsafeBufferPointer(start: start + Int(slice.start), count: slice.count)
  }

  /// The head's first line, up to 80 bytes: what is shown of a request line that cannot be read.
  var firstLine: UnsafeBufferPointer<UInt8> {
    guard let start = head.baseAddress else { return head }
    var length = 0
    let most = min(head.count, 80)
    while length < most, head[length] != 0x0A, head[length] != 0x0D { length += 1 }
    return UnsafeBufferPointer(start: start, count: length)
  }
}

/// Which interims were sent, one bit each by `Interim.rawValue`.
public struct InterimSet: OptionSet, Sendable, Hashable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  @inlinable public mutating func insert(_ interim: Interim) { rawValue |= 1 << interim.rawValue }
  @inlinable public func contains(_ interim: Interim) -> Bool {
    rawValue & (1 << interim.rawValue) != 0
  }
}
