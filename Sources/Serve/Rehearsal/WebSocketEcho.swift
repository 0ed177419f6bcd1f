internal import Decide
internal import Loop
internal import Message
internal import Wire

// A WebSocket that gives every message back (RFC 6455): for clients that are tested against it.
extension Worker {
  /// The longest message that is taken: 1 MiB.
  static var echoedBytesMax: UInt64 { 1 << 20 }

  /// Switches the exchange over, and echoes until one side closes. The response is a 101 with the handshake's fields.
  func echo<E: Exchange>(_ exchange: E, _ state: ExchangeState) async {
    guard await exchange.openTunnel(state, by: self) else {
      exchange.abort(.clientLeftBeforeHead)
      return
    }
    await echoMessages(exchange)
  }

  /// What follows the 101.
  func echoMessages<E: Exchange>(_ exchange: E) async {
    var reader = WebSocketReader(messageBytesMax: Worker.echoedBytesMax)
    var frames = ByteBuffer(capacity: 256)
    let idleTime = snapshot.idleTime
    while true {
      switch await exchange.tunnelReady(until: loop.now() + idleTime) {
      case .arrived:
        switch await answerFrames(exchange, &reader, &frames) {
        case .open: continue
        case .closed: exchange.closeTunnel(.completed)
        case .broken: exchange.closeTunnel(.tunnelRulesBroken)
        case .gone: exchange.abort(.clientLeftDuringContent)
        }
        return
      case .ended, .gone:
        // RFC 6455 section 7.1.5: a connection that ends without a close frame is not closed, but lost
        exchange.abort(.clientLeftDuringContent)
        return
      case .late:
        await closeFirst(exchange, &reader, 1001, "nothing came for the idle time")
        return
      case .stopping:
        await closeFirst(exchange, &reader, 1001, "the server stops")
        return
      }
    }
  }

  private enum EchoState {
    case open, closed, gone
    /// Closed, because the client broke the rules.
    case broken
  }

  /// Answers what has come: messages with themselves, a ping with a pong, a close and a fault with a close.
  private func answerFrames<E: Exchange>(
    _ exchange: E, _ reader: inout WebSocketReader, _ frames: inout ByteBuffer
  ) async -> EchoState {
    let bytes = exchange.readTunnel()
    var index = 0
    var state = EchoState.open
    while index < bytes.count, state == .open {
      do throws(WebSocketFault) {
        switch try reader.read(bytes.span, from: &index) {
        case .text(let message): WebSocketWriter.append(.text, message, to: &frames)
        case .binary(let message): WebSocketWriter.append(.binary, message, to: &frames)
        case .ping(let payload): WebSocketWriter.append(.pong, payload, to: &frames)
        case .pong, nil: break
        case .close(let code, let reason):
          // RFC 6455 section 5.5.1: as a rule the code that came goes back
          WebSocketWriter.appendClose(code, reason, to: &frames)
          state = .closed
        }
      } catch {
        WebSocketWriter.appendClose(error.closeCode, Array(error.rawValue.utf8), to: &frames)
        state = .broken
      }
      if frames.count >= 32 << 10 || state != .open {
        guard await exchange.sendTunnel(frames.bytes) else { return .gone }
        frames.removeAll()
      }
    }
    guard await exchange.sendTunnel(frames.bytes) else { return .gone }
    frames.removeAll()
    return state
  }

  /// Says that the connection is to end, and waits for the client's word on it, as long as a refused client has for its own.
  private func closeFirst<E: Exchange>(
    _ exchange: E, _ reader: inout WebSocketReader, _ code: UInt16, _ reason: String
  ) async {
    var frame = ByteBuffer(capacity: 128)
    WebSocketWriter.appendClose(code, Array(reason.utf8), to: &frame)
    guard await exchange.sendTunnel(frame.bytes) else {
      exchange.abort(.clientLeftDuringContent)
      return
    }
    let end = loop.now() + snapshot.lingerTime
    var isClosed = false
    while !isClosed, await exchange.tunnelReady(until: end) == .arrived {
      let bytes = exchange.readTunnel()
      var index = 0
      // Messages that were under way get no answer any more
      while index < bytes.count, !isClosed {
        do throws(WebSocketFault) {
          if case .close = try reader.read(bytes.span, from: &index) { isClosed = true }
        } catch {
          isClosed = true
        }
      }
    }
    exchange.closeTunnel(.completed)
  }
}
