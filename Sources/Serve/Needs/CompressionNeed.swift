internal import Facts
internal import Loop
internal import Message
internal import Respond

/// A part of the action's owner: makes the compressed content of a file, once for as long as the file does not change.
extension Worker {
  /// Files up to this size may be compressed in place, on the loop's thread; a larger one on a helper thread.
  private static let inPlaceBytesMax: UInt64 = 16 << 10

  /// Whether compressing is quick enough for the loop's thread: a small file, and a level that does not search for long.
  private static func isQuick(_ form: CompressedForm, length: UInt64) -> Bool {
    guard length <= inPlaceBytesMax else { return false }
    return switch form.coding {
    case .identity, .gzip: true
    case .brotli: form.level <= 5
    case .zstd: form.level <= 9
    }
  }

  /// True where the content is there, or no content is asked for; false where a helper thread has to be waited for.
  func meetCompression(_ state: ExchangeState, _ form: CompressedForm) -> Bool {
    if state.facts.method == .head { return true }
    if take(form, state) { return true }
    guard let file = state.file, !form.isPending, Worker.isQuick(form, length: file.length)
    else {
      return false
    }
    finish(
      form,
      Compressor.compress(
        descriptor: file.descriptor, length: file.length, form.coding, level: form.level))
    conclude(form, state)
    return true
  }

  /// Compresses on a helper thread; who wants the same meanwhile waits for the same.
  func awaitCompression(_ state: ExchangeState, _ form: CompressedForm) async {
    if form.isPending {
      await withUnsafeContinuation { waiter in
        // On the way here other work may have had its turn
        if form.isPending { form.waiters.append(waiter) } else { waiter.resume() }
      }
    } else if form.content == nil, let file = state.file {
      form.isPending = true
      // The exchange keeps the file, and so the descriptor, until the thread is done
      let (descriptor, length) = (file.descriptor, file.length)
      let (coding, level) = (form.coding, form.level)
      let result = try? await helpers.run {
        Compressor.compress(descriptor: descriptor, length: length, coding, level: level)
      }
      form.isPending = false
      finish(form, result)
      let waiters = form.waiters
      form.waiters = []
      for waiter in waiters { waiter.resume() }
      withExtendedLifetime(file) {}
    }
    conclude(form, state)
  }

  private func finish(_ form: CompressedForm, _ result: Compressor.Result?) {
    form.failure = nil
    switch result {
    case .made(let made): files.keep(made, in: form)
    case .failed(.handler, _, _), nil: break
    case .failed(let failure, let systemError, let available):
      form.failure = (failure, systemError, available)
    }
  }

  /// Hands on what was made. Where the file could not be read, that is told; where it could not be compressed, it goes out as it is.
  private func conclude(_ form: CompressedForm, _ state: ExchangeState) {
    if take(form, state) { return }
    if let failure = form.failure {
      state.facts.action.failure = failure.failure
      state.facts.action.systemError = failure.systemError
      state.facts.action.available = failure.available
      state.file?.validUntil = 0
    } else {
      state.compressed = nil
      state.representation = state.file?.representation
    }
  }

  private func take(_ form: CompressedForm, _ state: ExchangeState) -> Bool {
    guard let content = form.content else { return false }
    state.compressedContent = content
    state.representation = form.representation
    return true
  }
}
