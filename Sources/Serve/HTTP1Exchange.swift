internal import Decide
internal import Facts
internal import HTTPStatus
internal import Loop
internal import Message
internal import Wire

/// What a connection needs while something goes on in it: buffers, readers, the exchanges under way. Taken from the loop's pool at a
/// request's first byte and given back when the last answer is out, so that an idle connection costs its slab entry and no more.
///
/// Requests of one connection are answered one after another (RFC 9112 section 9.3.2). Answers to pipelined ones gather in `output`
/// and go out in one call. Nothing is received while an answer waits to go out, so that a client that does not read cannot make the
/// server remember more and more.
final class HTTP1Exchange: Exchange {
  enum Phase {
    /// Reading a request's head, or waiting for its first byte.
    case head
    /// The driver has the exchange, in place or as a task.
    case driving
    /// Answered; content that nobody asked for is dropped, so that the connection stays in step.
    case draining
    /// Nothing more is read: what is unsent goes out, then the connection closes.
    case closing
  }

  /// Outlives the exchange: it is the worker that keeps it.
  unowned(unsafe) let worker: Worker
  /// Index of the connection in the worker's slab.
  @exclusivity(unchecked) private(set) var connection = 0
  @exclusivity(unchecked) private(set) var descriptor: Int32 = -1

  // MARK: Reading
  @exclusivity(unchecked) var input = ByteBuffer(capacity: 8192)
  /// Where the current message begins in `input`, and how long its head is once it is read.
  @exclusivity(unchecked) var messageStart = 0
  @exclusivity(unchecked) var headLength = 0
  @exclusivity(unchecked) var framing: Framing = .none
  /// Reads by the limits of the configuration that is `readerUnder`.
  @exclusivity(unchecked) var reader: RequestReader
  @exclusivity(unchecked) var readerUnder: HeldSnapshot
  @exclusivity(unchecked) var contentReader: ContentReader?
  @exclusivity(unchecked) var phase: Phase = .head
  /// The state is that of the message that `input` has at `messageStart`; false until its first byte is here.
  @exclusivity(unchecked) var hasBegun = false
  /// True while `bringOut` is at work: an answer given meanwhile needs nobody to send it.
  @exclusivity(unchecked) var isProcessing = false
  /// More has come than is kept while the driver has the exchange: nothing is received until it wants more.
  @exclusivity(unchecked) var isReceivingHeld = false
  /// The client has said that it sends no more.
  @exclusivity(unchecked) var inputEnded = false
  /// The client is gone: nothing can be sent.
  @exclusivity(unchecked) var isAbandoned = false
  /// The connection is closed, and what was under way is recorded.
  @exclusivity(unchecked) var isOver = false
  /// Something came, or ended, since the content was last looked at.
  @exclusivity(unchecked) var hasContentArrived = false
  @exclusivity(unchecked) var contentWaiter: UnsafeContinuation<Void, Never>?
  /// A limit of time that ran out while content was waited for.
  @exclusivity(unchecked) var contentTimeFault: MessageFault?
  @exclusivity(unchecked) var contentStartedAt: UInt64 = 0
  @exclusivity(unchecked) var contentLookAt: UInt64 = 0
  /// Where content goes straight from the kernel, while somebody waits for it.
  @exclusivity(unchecked) var directUpload: Upload?
  /// Nothing is received until the content is wanted again.
  @exclusivity(unchecked) var isContentHeld = false

  // MARK: Writing
  @exclusivity(unchecked) var output = ByteBuffer(capacity: 8192)
  /// Bytes of `output` that the kernel has.
  @exclusivity(unchecked) var outputSent = 0
  @exclusivity(unchecked) var tail = ContentTail()
  /// Bytes sent since the object was taken, and bytes queued to be: they tell which answers are out.
  @exclusivity(unchecked) var sentCount: UInt64 = 0
  @exclusivity(unchecked) var queuedCount: UInt64 = 0
  /// Bytes that the client had taken when it was last seen to have taken some, and when that was, in nanoseconds of the loop's clock.
  /// The time is 0 while nothing waits for the client.
  @exclusivity(unchecked) var takenCount: Int64 = 0
  @exclusivity(unchecked) var takenAt: UInt64 = 0
  /// Answered exchanges whose last byte is not out yet, the oldest first.
  @exclusivity(unchecked) var unsent = OwnedQueue<ExchangeState>()
  /// The close is one after a refusal: half-close and let the client finish (RFC 9112 section 9.6).
  @exclusivity(unchecked) var lingers = false

  /// Milliseconds of idleness after which the connection is to be answered; 0: never.
  @exclusivity(unchecked) var idleAnswer: UInt64 = 0

  // MARK: Answering bit by bit
  /// The answer whose content is being written; nil before its head and after its end.
  @exclusivity(unchecked) var open: OpenAnswer?
  /// The task that answers, while it waits for time, for room or for the client.
  @exclusivity(unchecked) var player: UnsafeContinuation<Void, Never>?
  /// It waits until all that is written is out.
  @exclusivity(unchecked) var waitsForRoom = false
  @exclusivity(unchecked) var timer: TimerID?
  /// When the answer that is ready is to be sent; 0: nothing waits for its time but a task.
  @exclusivity(unchecked) var sendsAt: UInt64 = 0
  /// What arrives is no longer HTTP's: whoever has the connection now is told of it.
  @exclusivity(unchecked) var isTunnel = false
  @exclusivity(unchecked) var knowsOfStop = false

  /// The state of the current message, which the exchange owns.
  @exclusivity(unchecked) private(set) var current: Unmanaged<ExchangeState>

  var state: ExchangeState { current.takeUnretainedValue() }

  init(worker: Worker) {
    self.worker = worker
    reader = RequestReader(limits: worker.snapshot.messageLimits)
    readerUnder = worker.current
    current = .passRetained(ExchangeState(worker.current))
  }

  deinit { current.release() }

  /// The current message is answered: its state waits until the answer is out, and another one takes its place.
  @inline(__always)
  func queueState(_ next: Unmanaged<ExchangeState>) {
    unsent.append(current)
    current = next
  }

  func begin(connection: Int, descriptor: Int32) {
    self.connection = connection
    self.descriptor = descriptor
    input.removeAll()
    messageStart = 0
    isReceivingHeld = false
    inputEnded = false
    isAbandoned = false
    isOver = false
    contentTimeFault = nil
    directUpload = nil
    isContentHeld = false
    output.removeAll()
    outputSent = 0
    tail.removeAll()
    sentCount = 0
    queuedCount = 0
    takenAt = 0
    lingers = false
    idleAnswer = 0
    sendsAt = 0
    isTunnel = false
    knowsOfStop = false
    phase = .head
    hasBegun = false
  }

  /// True while nothing of a message has arrived and nothing is left to send.
  var isIdle: Bool {
    phase == .head && input.count == messageStart && unsent.isEmpty && !hasOutput
  }

  var hasOutput: Bool { outputSent < output.count || !tail.isEmpty }

  /// Bytes of the current message that have arrived.
  var arrivedCount: Int { input.count - messageStart }

  /// What may arrive beyond what the driver has read: the largest head that can be set, and some content.
  static var heldBytesMax: Int { 256 << 10 }

  /// Answers that gather before they go out, in bytes.
  static var outputBytesMax: Int { 64 << 10 }

  func refreshBytes() { state.bytes = input.bytes(from: messageStart) }

  /// The message is over: what follows in the input is the next one. `headLength` bytes of it are still there, its content is not.
  func nextMessage() {
    messageStart = min(messageStart + headLength, input.count)
    phase = .head
    hasBegun = false
  }

  /// Gives the input's front back once nobody points into it.
  func compactInput() {
    guard unsent.isEmpty, phase == .head, messageStart > 0 else { return }
    input.removeFirst(messageStart)
    messageStart = 0
  }

  /// The place in the site of answers that still wait to go out.
  var waitingTicket: SiteTicket? {
    unsent.isEmpty ? nil : unsent[unsent.count - 1]._withUnsafeGuaranteedRef { $0.ticket }
  }

  func abort(_ outcome: Outcome) {
    // Closed already, while a task still had the exchange
    if isOver { return }
    worker.close(self, outcome)
  }
}
