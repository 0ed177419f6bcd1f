internal import Decide
internal import Loop
internal import Message
internal import Rehearse
internal import Wire

// Answers that are broken on purpose, on a connection of HTTP/1.
extension HTTP1Exchange {
  func sendBroken(
    _ state: ExchangeState, _ fault: WireFault, _ length: ContentLength,
    _ answer: consuming WireAnswer, by worker: Worker
  ) async -> Bool {
    if isAbandoned || isOver {
      abort(.clientLeftBeforeHead)
      return true
    }
    refreshBytes()
    var head = ByteBuffer(capacity: 1024)
    let opened = writeHead(state, length, by: worker, into: &head)
    answer.head = Array(head.bytes)
    answer.frame = WireAnswer.Frame(opened.permission.shape)
    // Content that the status has none of is sent by one fault only
    let isUnallowed = fault.kind == .contentUnallowed
    if answer.frame == .none, !isUnallowed { answer.content = [] }
    let headBytes = answer.head.count
    let plan: WireFaultPlan
    do throws(WireFault.Misfit) {
      plan = try WireFaultPlan(fault, of: answer)
    } catch {
      return false
    }
    open = opened
    state.beginsAt = queuedCount
    state.answeredAt = worker.loop.now()
    state.headBytesOut = state.bytesOut + UInt64(min(headBytes, plan.bytesMax))
    state.hasTail = true
    await play(plan.steps, opened, by: worker)
    return true
  }

  /// Takes the steps one after another; the last one ends the exchange.
  private func play(
    _ steps: [WireFaultPlan.Step], _ answer: OpenAnswer, by worker: Worker
  ) async {
    for step in steps {
      switch step {
      case .send(let bytes):
        guard await sendRaw(bytes) else {
          abort(.clientLeftDuringContent)
          return
        }
      case .pause(let time):
        guard await worker.wait(time, self) else {
          abort(.clientLeftDuringContent)
          return
        }
      case .repeat(let bytes, let pause):
        await sendAgain(bytes, every: pause, by: worker)
        abort(.faultRehearsed)
        return
      case .close:
        // What came and was not read would make a reset of it
        var closing = answer
        closing.isUnread = true
        closeAnswer(closing, keepsAlive: false)
        return
      case .reset:
        await waitUntilSent(by: worker)
        _ = Socket.setLingerReset(descriptor)
        abort(.faultRehearsed)
        return
      case .stall:
        _ = await pause(until: worker.loop.now() + state.snapshot.sendTime)
        abort(.faultRehearsed)
        return
      // What the client asked for goes on behind a 101, and it is not HTTP
      case .goOn where state.performance?.isWebSocketEcho == true && !isAbandoned && !isOver:
        isTunnel = true
      case .goOn: closeAnswer(answer)
      }
    }
  }

  /// Sends bytes as they are. False where the client has gone.
  private func sendRaw(_ bytes: [UInt8]) async -> Bool {
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    defer { copy.deallocate() }
    _ = copy.initialize(from: bytes)
    return await sendTunnel(UnsafeBufferPointer(copy))
  }

  /// Sends the bytes again and again, until the client leaves or the time for sending is over.
  private func sendAgain(_ bytes: [UInt8], every pause: UInt64, by worker: Worker) async {
    let end = worker.loop.now() + state.snapshot.sendTime
    while worker.loop.now() < end {
      guard await sendRaw(bytes), await worker.wait(pause, self) else { return }
    }
  }

  /// Waits until the kernel has nothing left that has not gone out: a reset would drop it. At most a second.
  private func waitUntilSent(by worker: Worker) async {
    for _ in 0..<1000 {
      if isAbandoned || isOver || Socket.unsentByteCount(descriptor) == 0 { return }
      guard await worker.wait(1, self) else { return }
    }
  }
}

extension WireAnswer.Frame {
  init(_ shape: ContentPermission.Shape) {
    self =
      switch shape {
      case .none: .none
      case .exact: .length
      case .chunked: .chunked
      case .untilClose: .untilClose
      }
  }
}

extension WireFaultPlan {
  /// Bytes that go out at most, where nothing is repeated.
  var bytesMax: Int {
    steps.reduce(0) { sum, step in
      if case .send(let bytes) = step { sum + bytes.count } else { sum }
    }
  }
}
