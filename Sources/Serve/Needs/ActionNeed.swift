internal import Config
internal import Facts
internal import Glibc
internal import Loop
internal import Message
internal import Respond

/// Owner of the action: does what the method asks for, so far that its success is known before the head goes out.
extension Worker {
  /// True where the action is done; false where a helper thread has to be waited for.
  func meetAction(_ state: ExchangeState) -> Bool {
    if state.write != nil { return false }
    if state.isRehearsed, !state.facts.rehearsal.leadsOn {
      if let call = state.rehearsedCall { finishCall(state, call) }
      state.facts.met.insert(.action)
      return true
    }
    if state.facts.method == .trace {
      TraceEcho.write(state)
    } else if state.facts.method == .get || state.facts.method == .head {
      if state.facts.resource.kind == .collection, !state.facts.resource.hasIndex { return false }
      if let form = state.compressed {
        guard meetCompression(state, form) else { return false }
      } else {
        readFile(state)
      }
    }
    state.facts.met.insert(.action)
    return true
  }

  private func readFile(_ state: ExchangeState) {
    guard let file = state.file else { return }
    if file.descriptor < 0 {
      state.facts.action.failure = .open
      state.facts.action.systemError = file.systemError
      return
    }
    // HEAD needs no content, and answers as GET would: a file that cannot be read is found out
    if let failure = file.loadContent() {
      state.facts.action.failure = failure.failure
      state.facts.action.systemError = failure.systemError
      state.facts.action.available = failure.available
      file.validUntil = 0
    } else {
      state.representation = file.representation
    }
  }

  /// Makes a listing, or compresses a file, on a helper thread.
  func awaitAction(_ state: ExchangeState) async {
    defer { state.facts.met.insert(.action) }
    if let form = state.compressed { return await awaitCompression(state, form) }
    if let plan = state.write {
      await awaitWrite(state, plan)
      return
    }
    guard let route = state.route, case .files(let root) = route.answer else { return }
    await awaitListing(state, route, root)
  }
}

extension ExchangeState {
  /// The action needs a helper thread, and none takes it: a failure of the server's own, whatever was asked for (500.0).
  func failHandler(_ refusal: any Error) {
    facts.action.failure = .handler
    if case HelperPool.Refusal.noThread(let code) = refusal { facts.action.systemError = code }
  }
}

/// The echo of TRACE (RFC 9110 section 9.3.8): the request's head without fields that may hold secrets.
enum TraceEcho {
  static func write(_ state: ExchangeState) {
    let lineEnd =
      state.bytes.firstIndex(of: 0x0D) ?? state.bytes.startIndex
    state.response.body.append(UnsafeBufferPointer(rebasing: state.bytes[..<lineEnd]))
    state.response.body.append("\r\n")
    for field in state.head.fields {
      switch field.id {
      case .authorization, .proxyAuthorization, .cookie: continue
      default: break
      }
      state.response.body.append(UnsafeBufferPointer(rebasing: state.bytes[field.name.range]))
      state.response.body.append(": ")
      state.response.body.append(UnsafeBufferPointer(rebasing: state.bytes[field.value.range]))
      state.response.body.append("\r\n")
    }
    state.response.body.append("\r\n")
  }
}
