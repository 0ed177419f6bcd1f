public import Wire

/// What a rehearsed answer does on the wire, beside the head and the content that it has. Times are milliseconds.
public struct Performance: Sendable {
  /// A 1xx that goes out before the head.
  public struct Interim: Sendable, Equatable {
    /// 100, or 102...199.
    public var status: UInt16
    public var fields: [RehearsedField]
    /// Before it goes out.
    public var delay: UInt64

    public init(status: UInt16, fields: [RehearsedField] = [], delay: UInt64 = 0) {
      self.status = status
      self.fields = fields
      self.delay = delay
    }
  }

  /// How fast content goes out.
  public struct Pace: Sendable, Equatable {
    /// Bytes that go out together; at least 1.
    public var pieceBytes: UInt64
    /// Between two pieces.
    public var pause: UInt64
    /// Before the last piece, where that is not full, and in addition to `pause`.
    public var lastPause: UInt64
    /// Bytes of the first pieces, where they differ.
    public var lengths: [UInt64]

    public init(
      pieceBytes: UInt64, pause: UInt64, lastPause: UInt64 = 0, lengths: [UInt64] = []
    ) {
      self.pieceBytes = pieceBytes
      self.pause = pause
      self.lastPause = lastPause
      self.lengths = lengths
    }
  }

  public var interims: [Interim] = []
  /// Before the head, and after the interims.
  public var headDelay: UInt64 = 0
  /// Between the head and the first byte of content.
  public var contentDelay: UInt64 = 0
  /// nil: as fast as the client takes it.
  public var pace: Pace?
  /// Whether the content is sent chunked, although its length is known.
  public var isChunked = false
  /// Sent behind chunked content (RFC 9110 section 6.5).
  public var trailers: [RehearsedField] = []
  public var fault: WireFault?
  /// Milliseconds that the connection may be idle after the answer, before an unasked 408 goes out and it is closed; nil: it is
  /// closed in silence after `limits.idle-time`, as any other.
  public var idleAnswer: UInt64?
  /// A 101 after which the connection echoes what comes as WebSocket messages (RFC 6455).
  public var isWebSocketEcho = false

  public init() {}

  /// Whether content goes out in chunks, where the version of HTTP has them.
  public var wantsChunks: Bool {
    isChunked || !trailers.isEmpty || fault?.kind.isOfChunks == true
  }

  /// Nothing but a head and content, at once or after a delay.
  public var isDelayOnly: Bool {
    interims.isEmpty && contentDelay == 0 && pace == nil && !isChunked && trailers.isEmpty
      && fault == nil && idleAnswer == nil && !isWebSocketEcho
  }

  /// Nothing but a head and content, at once.
  public var isPlain: Bool {
    interims.isEmpty && headDelay == 0 && contentDelay == 0 && pace == nil && !isChunked
      && trailers.isEmpty && fault == nil && idleAnswer == nil && !isWebSocketEcho
  }
}

/// A field of an answer, as bytes that are a field's: no CR, LF or NUL.
public struct RehearsedField: Sendable, Equatable {
  public var name: [UInt8]
  public var value: [UInt8]

  public init(_ name: [UInt8], _ value: [UInt8]) {
    self.name = name
    self.value = value
  }

  public init(_ name: String, _ value: String) {
    self.init(Array(name.utf8), Array(value.utf8))
  }
}
