internal import Decide
internal import Facts
internal import Loop
internal import Message
internal import Wire

// The content of requests: read for a need, or dropped after an answer that did not want it.
extension HTTP1Exchange {
  private var headEnd: Int { messageStart + headLength }

  func readContent(into sink: any ContentSink) -> ContentProgress {
    hasContentArrived = false
    if let fault = contentTimeFault { return .fault(fault) }
    if contentReader == nil {
      var limits = state.snapshot.messageLimits
      // What is dropped after an answer is no rule's
      if phase == .driving { limits.contentBytesMax = state.facts.content.limit }
      contentReader = ContentReader(
        framing: framing, limits: limits, offset: UInt64(headLength))
      contentStartedAt = worker.loop.coarseNow
      lookAtContentNext(after: contentStartedAt)
    }
    // What is used up is dropped at the end and not step by step: a step may be a chunk of one byte
    var used = 0
    defer { dropContent(used) }
    while true {
      let arrived = input.bytes(from: headEnd + used)
      do throws(MessageFault) {
        guard let step = try contentReader?.read(arrived.span) else { return .complete }
        if !step.data.isEmpty {
          sink.take(UnsafeBufferPointer(rebasing: arrived[step.data.range]).span)
        }
        used += step.consumed
        if step.isComplete { return .complete }
        if step.consumed == 0 || input.count == headEnd + used { break }
      } catch {
        return .fault(error)
      }
    }
    if inputEnded, let fault = contentReader?.endOfInput() { return .fault(fault) }
    return .waiting
  }

  private func dropContent(_ count: Int) {
    state.bytesIn += UInt64(count)
    input.remove(at: headEnd, count: count)
    if phase == .driving { refreshBytes() }
  }

  /// Sets when the content's time and rate are looked at: every second, however often some of it comes.
  func lookAtContentNext(after now: UInt64) {
    contentLookAt = min(now + 1_000_000_000, contentStartedAt + state.snapshot.contentTime)
  }

  func receiveContent(into upload: Upload?) {
    directUpload = nil
    isContentHeld = false
    guard let upload, case .length = framing, !hasContentArrived, input.count == headEnd,
      (contentReader?.remainingBytes ?? 0) > 0
    else { return }
    directUpload = upload
  }

  func holdContent() { isContentHeld = true }

  /// Room for content that is received straight into the upload; 0: it has none, or all has come.
  func directRoom(_ upload: Upload) -> Int {
    upload.makeRoom(for: contentReader?.remainingBytes ?? 0)
  }

  /// So much has been received straight into the upload.
  func didReceiveContent(_ count: Int) {
    contentReader?.didTake(count)
    state.bytesIn += UInt64(count)
  }

  func contentReady() async {
    await withUnsafeContinuation { waiter in
      // On the way here other work may have had its turn
      if hasContentArrived {
        waiter.resume()
        return
      }
      contentWaiter = waiter
      // Who waits has a limit of time
      if isReceivingHeld { worker.resumeReceiving(self) } else { worker.rest(self) }
    }
  }

  var isWaitingForContent: Bool { contentWaiter != nil }

  /// Wakes whoever waits for content.
  func contentArrived() {
    hasContentArrived = true
    if player != nil || sendsAt != 0, inputEnded || isAbandoned || isTunnel { wake() }
    guard let waiter = contentWaiter else { return }
    refreshBytes()
    contentWaiter = nil
    waiter.resume()
  }

  /// The content did not arrive in time, or too slowly.
  func contentTimedOut(_ kind: FaultKind, limit: UInt64, measured: UInt64) {
    contentTimeFault = MessageFault(
      kind, at: state.bytesIn, in: .content, limit: limit, measured: measured)
    contentArrived()
  }

  var contentBytesRead: UInt64 { contentReader?.byteCount ?? 0 }

  /// The head announces content, and nobody has read it.
  var hasUnreadContent: Bool {
    guard state.facts.fault.kind == .none, !state.facts.met.contains(.content) else { return false }
    switch framing {
    case .none, .untilClose: return false
    case .length(let length): return length > 0
    case .chunked: return true
    }
  }

  /// Something of the next message has arrived behind this one's head and what was read of its content.
  var hasNextMessage: Bool { input.count > headEnd }

  /// Whether the connection can be brought to the next message: the framing is intact, and what nobody read is short enough to be
  /// dropped.
  func canReachNextMessage(_ state: ExchangeState, isUnread: Bool) -> Bool {
    if state.facts.fault.kind != .none || state.facts.content.fault.kind != .none { return false }
    if state.facts.connection.openCount > state.facts.connection.limit { return false }
    guard isUnread else { return true }
    // Who expects 100 may or may not send the content now: nobody can tell where the next message begins
    if state.facts.expectation != .none { return false }
    if case .length(let length) = framing { return length <= HTTP1Exchange.drainBytesMax }
    return true
  }

  /// Content that nobody wants is read up to this size to keep a connection.
  static var drainBytesMax: UInt64 { 64 << 10 }

  /// Drops content that nobody wanted. True when the next message begins.
  func drain() -> Bool {
    switch readContent(into: DroppingSink.make()) {
    case .waiting:
      if inputEnded || contentBytesRead > HTTP1Exchange.drainBytesMax {
        closeAfterSending(lingering: true)
      }
      return false
    case .complete:
      nextMessage()
      return true
    case .fault:
      closeAfterSending(lingering: true)
      return false
    }
  }
}
