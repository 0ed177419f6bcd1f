internal import Decide
internal import Facts
internal import Glibc
internal import HTTPStatus
internal import Loop
internal import Message
internal import Record
internal import Respond
internal import Wire

/// Content that follows the bytes of `output`, in order: runs of memory and of files.
struct ContentTail {
  enum Segment {
    case memory(UnsafeBufferPointer<UInt8>)
    case file(FileSlice)
  }

  private var segments: [Segment] = []
  private var next = 0

  var isEmpty: Bool { next == segments.count }
  var first: Segment? { next < segments.count ? segments[next] : nil }

  mutating func add(_ memory: UnsafeBufferPointer<UInt8>) {
    if !memory.isEmpty { segments.append(.memory(memory)) }
  }

  mutating func add(_ file: FileSlice) {
    if file.length > 0 { segments.append(.file(file)) }
  }

  /// The first segment is done but for this rest, or as a whole.
  mutating func replaceFirst(with rest: Segment?) {
    if let rest {
      segments[next] = rest
    } else {
      next += 1
      if next == segments.count { removeAll() }
    }
  }

  mutating func removeAll() {
    if segments.isEmpty { return }
    segments.removeAll(keepingCapacity: true)
    next = 0
  }

  /// Bytes to come.
  var byteCount: UInt64 {
    segments[next...].reduce(0) { sum, segment in
      switch segment {
      case .memory(let memory): sum + UInt64(memory.count)
      case .file(let slice): sum + slice.length
      }
    }
  }
}

// Answers: from the response to the kernel.
extension HTTP1Exchange {
  func sendInterim(_ interim: Interim) {
    // RFC 9110 section 15.2: a 1.0 client knows no interim responses. Where the content is there already, nobody waits for a 100
    // (section 10.1.1).
    guard state.facts.version != .http10, !isAbandoned, arrivedCount <= headLength else { return }
    writeInterim(interim, worker.noFields)
  }

  func sendHints(_ hints: HintFields) {
    guard state.facts.version != .http10, !isAbandoned else { return }
    writeInterim(.hinted, hints.fields)
  }

  private func writeInterim(_ interim: Interim, _ fields: borrowing FieldBuffer) {
    let start = output.count
    HTTP1Writer.writeInterim(status: interim.cause.status, fields: fields, into: &output)
    queuedCount += UInt64(output.count - start)
    state.bytesOut += UInt64(output.count - start)
    state.interims.insert(interim)
    worker.flushInterim(self)
  }

  func send(_ state: ExchangeState, by worker: Worker) {
    let response = state.response
    let status = response.status
    let start = output.count
    let isUnread = hasUnreadContent
    let reachesNext = canReachNextMessage(state, isUnread: isUnread)
    var permission = HTTP1Writer.writeHead(
      status: status, fields: response.fields,
      content: response.hasLength ? .known(response.length) : .none,
      requestMethod: state.head.method,
      // A request whose version is not ours is answered in ours
      requestVersion: state.head.version.major == 1 ? state.head.version : .http11,
      // Who half-closes is still answered what was asked before (RFC 9112 section 9.6)
      keepsAlive: state.head.keepsAlive && reachesNext && !worker.isDraining
        && (!inputEnded || hasNextMessage),
      into: &output)
    state.headBytesOut = state.bytesOut + UInt64(output.count - start)
    appendContent(of: response, &permission)
    var length = UInt64(output.count - start)
    if !tail.isEmpty {
      length += tail.byteCount
      state.hasTail = true
    }
    state.bytesOut += length
    state.beginsAt = queuedCount
    queuedCount += length
    state.endsAt = queuedCount
    state.answeredAt = worker.loop.now()
    if status.code >= 400, state.isKeptAhead { worker.recordAhead(state, connection) }
    queueState(worker.takeState())
    if !permission.keepsAlive {
      closeAfterSending(lingering: !reachesNext || isUnread)
    } else if isUnread {
      phase = .draining
    } else {
      nextMessage()
    }
    worker.didAnswer(self)
  }

  private func appendContent(of response: Response, _ permission: inout ContentPermission) {
    guard permission.allowsContent else { return }
    switch response.content {
    case .none: break
    case .body: permission.append(response.body.bytes, to: &output)
    case .memory(let memory):
      if memory.count <= HTTP1Exchange.copiedBytesMax {
        permission.append(memory, to: &output)
      } else if permission.take(UInt64(memory.count)) == UInt64(memory.count) {
        tail.add(memory)
      }
    case .file(let slice):
      guard permission.take(slice.length) == slice.length else { return }
      // A short piece goes out with its head in one call
      if slice.length > HTTP1Exchange.copiedBytesMax || !copy(slice) { tail.add(slice) }
    case .multipart:
      guard permission.take(response.length) == response.length else { return }
      for part in response.parts {
        tail.add(response.body.bytes(of: part.head))
        if let file = part.file { tail.add(file) } else { tail.add(part.memory) }
      }
      let closing = response.parts.last.map { Int($0.head.end) } ?? 0
      tail.add(response.body.bytes(from: closing))
    }
  }

  /// Content up to this size is copied behind its head; larger content goes out from where it lies.
  static var copiedBytesMax: Int { 16 << 10 }

  /// Reads a piece of a file behind the head; false where it is not there whole, which `flush` will find out again and tell.
  private func copy(_ slice: FileSlice) -> Bool {
    let length = Int(slice.length)
    output.reserve(length)
    guard pread(slice.descriptor, output.end, length, off_t(slice.offset)) == length else {
      return false
    }
    output.didWrite(length)
    return true
  }

  func closeAfterSending(lingering: Bool) {
    phase = .closing
    lingers = lingers || lingering
  }

  enum Flushed {
    case done, blocked
    /// The connection is of no more use; the outcome says how.
    case failed(Outcome)
  }

  /// Hands what is unsent to the kernel, as far as it takes it.
  func flush() -> Flushed {
    while outputSent < output.count {
      let rest = output.bytes(from: outputSent)
      let transfer: Transfer
      if case .memory(let memory) = tail.first {
        transfer = Socket.send(
          descriptor, UnsafeRawBufferPointer(rest), UnsafeRawBufferPointer(memory))
      } else if let start = rest.baseAddress {
        transfer = Socket.send(descriptor, from: start, count: rest.count, more: !tail.isEmpty)
      } else {
        break
      }
      switch transfer {
      case .bytes(let count): didSend(count, of: rest.count)
      case .wouldBlock: return .blocked
      case .end: return .failed(outcome(ofLoss: EPIPE))
      case .failed(let code): return .failed(outcome(ofLoss: code))
      }
    }
    while let segment = tail.first {
      switch send(segment) {
      case .done: continue
      case .blocked: return .blocked
      case .failed(let outcome): return .failed(outcome)
      }
    }
    output.removeAll()
    outputSent = 0
    takenAt = 0
    return .done
  }

  /// Accounts for bytes of `output` and, behind them, of the first segment of memory.
  private func didSend(_ count: Int, of rest: Int) {
    sentCount += UInt64(count)
    outputSent += min(count, rest)
    guard count > rest, case .memory(let memory) = tail.first else { return }
    let taken = count - rest
    tail.replaceFirst(
      with: taken == memory.count ? nil : .memory(UnsafeBufferPointer(rebasing: memory[taken...])))
  }

  private func send(_ segment: ContentTail.Segment) -> Flushed {
    switch segment {
    case .memory(let memory):
      guard let start = memory.baseAddress else { return .done }
      switch Socket.send(descriptor, from: start, count: memory.count) {
      case .bytes(let count):
        didSend(count, of: 0)
        return .done
      case .wouldBlock: return .blocked
      case .end: return .failed(outcome(ofLoss: EPIPE))
      case .failed(let code): return .failed(outcome(ofLoss: code))
      }
    case .file(var slice):
      var offset = Int64(slice.offset)
      let count = Int(min(slice.length, 1 << 30))
      switch Socket.sendFile(
        descriptor, file: slice.descriptor, offset: &offset, count: count)
      {
      case .bytes(let moved):
        sentCount += UInt64(moved)
        slice.offset += UInt64(moved)
        slice.length -= UInt64(moved)
        tail.replaceFirst(with: slice.length == 0 ? nil : .file(slice))
        return .done
      case .wouldBlock: return .blocked
      case .end: return .failed(.contentSourceFailed)
      case .failed(let code):
        // Errors of the file and not of the connection
        return .failed(code == EIO || code == EINVAL ? .contentSourceFailed : outcome(ofLoss: code))
      }
    }
  }

  /// How the client's going is told: it has reset the connection, or it had closed it before.
  private func outcome(ofLoss code: Int32) -> Outcome {
    code == ECONNRESET ? .clientReset : .clientLeftDuringContent
  }
}
