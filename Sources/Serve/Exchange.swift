internal import Decide
internal import HTTPStatus
internal import Message
internal import Respond
internal import Wire

/// How far the reading of a request's content has come.
enum ContentProgress: Equatable {
  case complete
  /// Nothing more is there now; `contentReady` tells when.
  case waiting
  case fault(MessageFault)
}

/// What takes a request's content as it comes.
protocol ContentSink: AnyObject {
  func take(_ bytes: Span<UInt8>)
}

/// For content that no action asks for: read to its end, so that the connection stays in step, and dropped.
final class DroppingSink: ContentSink {
  static func make() -> DroppingSink { DroppingSink() }
  func take(_ bytes: Span<UInt8>) {}
}

/// One request and its answers, whatever version of HTTP carries them. The driver and the owners of needs know nothing else of a
/// connection; HTTP/1.1 is the first implementation, an HTTP/2 stream will be the second.
///
/// Everything here belongs to the thread of the exchange's loop.
protocol Exchange: AnyObject, SendableMetatype {
  /// The facts, the walk and the response: the part that no version of HTTP changes.
  var state: ExchangeState { get }

  /// The place in its site of an earlier request of the same connection, whose answer is not out yet; nil where there is none.
  var waitingTicket: SiteTicket? { get }

  /// Hands what has arrived of the request's content to the sink.
  func readContent(into sink: any ContentSink) -> ContentProgress

  /// Comes back when `readContent` is worth another try: bytes, the end, or a limit of time.
  func contentReady() async

  /// Has content that arrives go straight into an upload, as far as it has room; nil: no more.
  func receiveContent(into upload: Upload?)

  /// Lets nothing be received until the next `contentReady`.
  func holdContent()

  /// Sends a 1xx. Only while the head has not gone out; where the version or the client cannot take one, nothing is sent.
  func sendInterim(_ interim: Interim)

  /// Sends a 103 with these fields (RFC 8297), under the same conditions.
  func sendHints(_ hints: HintFields)

  /// Sends the response of the state: head, content and trailers, as far as the client takes them now; the rest follows by itself. The
  /// exchange is recorded when its last byte was handed over or can no longer be.
  ///
  /// The state and the worker are the exchange's own, handed on so that nobody has to look them up.
  func send(_ state: ExchangeState, by worker: Worker)

  /// The same at a time of the loop's clock, in nanoseconds, unless the client has gone before or sends no more: then the exchange is
  /// broken off. Nothing but a timer waits meanwhile.
  func send(_ state: ExchangeState, at deadline: UInt64, by worker: Worker)

  /// Sends a 1xx, 100 or 102...199, with fields of its own, and comes back when it is with the kernel. To a client of HTTP/1.0 nothing
  /// is sent. False where nobody is there any more.
  func sendInterim(_ status: Status, _ fields: borrowing FieldBuffer) async -> Bool

  /// Sends the head of the state's response, with content to follow by `sendContent` and ended by `endAnswer`. True where content may
  /// follow: not to HEAD, not behind a status that has none, and not where the client has gone.
  ///
  /// `chunked` says that the length is not told: HTTP/1.1 sends chunks, an HTTP/2 stream leaves Content-Length out.
  func beginAnswer(_ state: ExchangeState, _ length: ContentLength, by worker: Worker) -> Bool

  /// Sends a piece of content, and comes back when there is room for the next one, so that no more than a piece waits in memory. What goes
  /// beyond the length that was told is cut off. False where nobody is there any more: then end with `abort`.
  func sendContent(_ bytes: UnsafeBufferPointer<UInt8>) async -> Bool

  /// Ends the answer that `beginAnswer` began; trailers go out where the framing has a place for them (RFC 9110 section 6.5). Where bytes
  /// of a length that was told are missing, the exchange is broken off as one whose source has failed.
  func endAnswer(_ trailers: borrowing FieldBuffer)

  /// Sends the response of the state broken on purpose, and ends the exchange: `length` is as for `beginAnswer`, `answer` has content,
  /// pace and trailers. False, with nothing sent, where the fault makes no sense for this answer.
  ///
  /// A fault is said in words that every version of HTTP can act upon. Where HTTP/1.1 changes bytes, an HTTP/2 stream does so:
  /// `close` is GOAWAY and the end of the connection, `reset` is RST_STREAM, `stall` is no more frames; the length faults are a
  /// Content-Length beside other DATA; `chunk-broken` is a DATA frame whose padding is longer than itself, `chunk-unfinished` no
  /// END_STREAM; `garbage` is a block of fields that HPACK cannot read; `head-endless` and `head-slow` are CONTINUATION frames;
  /// `content-unallowed` is DATA behind a 204; `twice` is a second HEADERS with a `:status`. Points count in the bytes of the frames.
  func sendBroken(
    _ state: ExchangeState, _ fault: WireFault, _ length: ContentLength,
    _ answer: consuming WireAnswer, by worker: Worker
  ) async -> Bool

  /// The connection has been switched to another protocol, and what comes is that protocol's.
  var isTunnel: Bool { get }

  /// Comes back at a time of the loop's clock, in nanoseconds; false, and at once, where the client has gone or sends no more. To be
  /// called by one task at a time, the one that answers.
  func pause(until deadline: UInt64) async -> Bool

  /// Has the connection answered with an unasked 408, and closed, when it has been idle for so many milliseconds after this answer. An
  /// HTTP/2 stream can do so only by GOAWAY.
  func answerIdle(after milliseconds: UInt64)

  /// Switches to another protocol: sends the head of the state's response, a 101, after which bytes go both ways as they are. An HTTP/2
  /// stream does so with the 200 to an extended CONNECT (RFC 8441) and DATA. False where nobody is there any more.
  func openTunnel(_ state: ExchangeState, by worker: Worker) async -> Bool

  /// Sends bytes through the tunnel, and comes back when there is room for more. False where nobody is there any more.
  func sendTunnel(_ bytes: UnsafeBufferPointer<UInt8>) async -> Bool

  /// What has come through the tunnel; it is the caller's.
  func readTunnel() -> [UInt8]

  /// Comes back when there is something to read, or to know, about the tunnel; at the latest at a time of the loop's clock, in
  /// nanoseconds.
  func tunnelReady(until deadline: UInt64) async -> TunnelEvent

  /// Ends the tunnel in good order. The exchange is recorded when its last byte is out, with the outcome.
  func closeTunnel(_ outcome: Outcome)

  /// Breaks the exchange off: nothing more is sent, and the outcome says why.
  func abort(_ outcome: Outcome)

  /// True when nobody is there any more to be answered.
  var isAbandoned: Bool { get }
}
