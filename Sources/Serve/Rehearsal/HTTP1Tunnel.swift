internal import Decide
internal import Loop
internal import Message
internal import Wire

/// What a tunnel's owner is woken for.
enum TunnelEvent: Equatable {
  /// Bytes are there to be read.
  case arrived
  /// The client sends no more.
  case ended
  /// The client is gone.
  case gone
  /// The time that was given is over.
  case late
  /// The server is about to stop. Told once.
  case stopping
}

// What a connection of HTTP/1 becomes after a 101: bytes both ways, which are nobody's but the tunnel's.
extension HTTP1Exchange {
  func openTunnel(_ state: ExchangeState, by worker: Worker) async -> Bool {
    if isAbandoned || isOver { return false }
    refreshBytes()
    var head = ByteBuffer(capacity: 512)
    open = writeHead(state, .none, by: worker, into: &head)
    isTunnel = true
    state.beginsAt = queuedCount
    state.answeredAt = worker.loop.now()
    state.headBytesOut = state.bytesOut + UInt64(head.count)
    state.hasTail = true
    return await sendTunnel(head.bytes)
  }

  func sendTunnel(_ bytes: UnsafeBufferPointer<UInt8>) async -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      if isAbandoned || isOver { return false }
      let start = output.count
      output.append(UnsafeBufferPointer(rebasing: rest.prefix(HTTP1Exchange.pieceBytesMax)))
      rest = rest.dropFirst(HTTP1Exchange.pieceBytesMax)
      countOutput(from: start)
      guard await bringOut() else { return false }
    }
    return true
  }

  func readTunnel() -> [UInt8] {
    let start = messageStart + headLength
    let bytes = Array(input.bytes(from: start))
    input.truncate(to: start)
    state.bytesIn += UInt64(bytes.count)
    if isReceivingHeld { worker.resumeReceiving(self) }
    return bytes
  }

  func tunnelReady(until deadline: UInt64) async -> TunnelEvent {
    while true {
      if isAbandoned || isOver { return .gone }
      if input.count > messageStart + headLength { return .arrived }
      if inputEnded { return .ended }
      if worker.isDraining, !knowsOfStop {
        knowsOfStop = true
        return .stopping
      }
      if worker.loop.now() >= deadline { return .late }
      await wakeUp(at: deadline)
    }
  }

  /// Something is there that the tunnel's owner does not know of yet.
  var hasTunnelNews: Bool {
    input.count > messageStart + headLength || worker.isDraining && !knowsOfStop
  }

  func closeTunnel(_ outcome: Outcome) {
    guard var answer = open else {
      abort(.clientLeftDuringContent)
      return
    }
    state.tunnelOutcome = outcome
    // The client's last bytes must not make a reset of the end
    answer.isUnread = true
    closeAnswer(answer, keepsAlive: false)
  }
}
