internal import Decide
internal import Message
internal import Respond

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

  /// Breaks the exchange off: nothing more is sent, and the outcome says why.
  func abort(_ outcome: Outcome)

  /// True when nobody is there any more to be answered.
  var isAbandoned: Bool { get }
}
