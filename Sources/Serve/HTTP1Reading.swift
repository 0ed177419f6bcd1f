internal import Decide
internal import Facts
internal import Loop
internal import Message
internal import Respond
internal import Wire

// Heads of requests: from the bytes that have arrived to exchanges that are driven.
//
// The worker, the exchange and its state are handed on as parameters all the way: each look-up of one in another object would count
// references, and on the path of every request that is what costs most after the kernel.
extension Worker {
  /// Reads and drives requests for as long as whole ones are there, and no more than the answers' buffer should hold.
  func process(_ exchange: HTTP1Exchange) {
    while true {
      switch exchange.phase {
      case .head:
        guard exchange.arrivedCount > 0, exchange.tail.isEmpty,
          exchange.output.count < HTTP1Exchange.outputBytesMax
        else { return }
        let isRead = exchange.current._withUnsafeGuaranteedRef { state in
          if !exchange.hasBegun { beginMessage(exchange, state) }
          guard readHead(exchange, state) else { return false }
          drive(exchange, state)
          return true
        }
        guard isRead else { return }
      case .draining:
        guard exchange.drain() else { return }
      case .driving, .closing: return
      }
    }
  }

  /// Makes ready for the next message, once its first byte is here.
  private func beginMessage(_ exchange: HTTP1Exchange, _ state: ExchangeState) {
    exchange.hasBegun = true
    if exchange.readerUnder.mark == current.mark {
      exchange.reader.reset()
    } else {
      exchange.reader = RequestReader(limits: snapshot.messageLimits)
      exchange.readerUnder = current
    }
    if exchange.contentReader != nil { exchange.contentReader = nil }
    exchange.contentTimeFault = nil
    if exchange.idleAnswer != 0 { exchange.idleAnswer = 0 }
    exchange.headLength = 0
    exchange.framing = .none
    exchange.phase = .head
    begin(state)
  }

  /// True when a head, or a fault of one, is there to be driven.
  private func readHead(_ exchange: HTTP1Exchange, _ state: ExchangeState) -> Bool {
    if connections[exchange.connection].awaitsProxyHeader {
      do throws(MessageFault) {
        guard try takeProxyHeader(exchange, state) else { return false }
      } catch {
        state.head.keepsAlive = false
        state.facts.fault = error
        startDriving(exchange, state)
        return true
      }
      // A connection whose request has not begun is idle
      guard exchange.arrivedCount > 0 else {
        exchange.hasBegun = false
        return false
      }
    }
    let bytes = exchange.input.bytes(from: exchange.messageStart)
    do throws(MessageFault) {
      switch try exchange.reader.read(bytes.span, into: &state.head) {
      case .incomplete:
        guard exchange.inputEnded,
          let fault = exchange.reader.endOfInput(byteCount: bytes.count)
        else { return false }
        state.facts.fault = fault
      case .complete: break
      }
    } catch {
      state.facts.fault = error
    }
    startDriving(exchange, state)
    return true
  }

  /// The head did not arrive in time; times in milliseconds.
  func headTimedOut(_ exchange: HTTP1Exchange, after measured: UInt64, limit: UInt64) {
    let state = exchange.state
    state.facts.fault = MessageFault(
      .headTimeout, at: UInt64(exchange.arrivedCount), in: .whole, limit: limit,
      measured: measured)
    refuseUnread(exchange, state)
  }

  /// Nothing was asked for as long as a rehearsal leaves a connection alone.
  func idleTimedOut(_ exchange: HTTP1Exchange) {
    let state = exchange.state
    beginMessage(exchange, state)
    state.facts.fault = MessageFault(.idleRehearsed, at: 0, in: .whole)
    // Marked as what was ordered
    state.beginRehearsal()._withUnsafeGuaranteedRef { $0.take(nil, 408, nil) }
    refuseUnread(exchange, state)
  }

  /// The server is full: what arrived is answered without being read. `systemError` is what the system said, where it is the system that
  /// takes no more.
  func refuse(_ exchange: HTTP1Exchange, systemError: Int32 = 0) {
    let state = exchange.state
    if !exchange.hasBegun { beginMessage(exchange, state) }
    if systemError != 0 {
      state.facts.connection.systemError = systemError
      connections[exchange.connection].openCount = .max
    }
    // RFC 9110 section 9.3.2: no content answers HEAD
    let bytes = exchange.input.bytes(from: exchange.messageStart)
    if bytes.starts(with: "HEAD ".utf8) { state.head.method = .head }
    refuseUnread(exchange, state)
  }

  /// Answers a message that is not read to the end of its head. Whoever calls brings the answer out: were it brought out here too, the
  /// connection would be finished twice, and its buffers given to two others.
  private func refuseUnread(_ exchange: HTTP1Exchange, _ state: ExchangeState) {
    exchange.isProcessing = true
    startDriving(exchange, state)
    drive(exchange, state)
    exchange.isProcessing = false
  }

  private func startDriving(_ exchange: HTTP1Exchange, _ state: ExchangeState) {
    exchange.phase = .driving
    exchange.headLength = Int(state.head.byteCount)
    exchange.framing = state.head.framing
    state.bytes = exchange.input.bytes(from: exchange.messageStart)
    if state.facts.fault.kind == .none {
      do throws(MessageFault) { try state.decodePath() } catch { state.facts.fault = error }
    }
    state.takeMessageFacts()
    let isSound = state.facts.fault.kind == .none
    state.bytesIn = UInt64(isSound ? exchange.headLength : exchange.arrivedCount)
    fillConnectionFacts(state, exchange.connection)
  }
}
