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
    let path = Array(state.path)
    let below = FileStore.relative(path[(route.path.count - 1)...])
    let form = listingForm(state)
    let showsHidden = root.settings.hidden.value == .serve
    do {
      let text = try await helpers.run {
        try Listing(root, path: below, showsHidden: showsHidden).text(form, of: path)
      }
      state.response.body.append(text)
      state.representation = Representation(
        fields: form == .html ? Worker.htmlFields : Worker.jsonFields, mediaType: Worker.none,
        entityTag: Worker.none, length: UInt64(text.count), takesRanges: false, source: .body)
    } catch let error as ListingError {
      state.facts.action.failure = .listing
      state.facts.action.systemError = error.systemError
    } catch {
      state.facts.action.failure = .handler
    }
  }

  private static var none: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: nil, count: 0)
  }

  private static let htmlFields = listingFields("text/html; charset=utf-8")
  private static let jsonFields = listingFields("application/json")

  private static func listingFields(_ type: StaticString) -> RepresentationFields {
    RepresentationFields(
      mediaType: UnsafeBufferPointer(start: type.utf8Start, count: type.utf8CodeUnitCount),
      entityTag: none, lastModified: none, takesRanges: false, variesByAccept: true)
  }

  private func listingForm(_ state: ExchangeState) -> Listing.Form {
    guard let accept = state.head.value(of: .accept) else { return .html }
    let value = UnsafeBufferPointer(rebasing: state.bytes[accept.range]).span
    return Accept.best(value: value, among: ["text/html", "application/json"]) == 1 ? .json : .html
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
