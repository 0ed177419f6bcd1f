import Message
import TestSupport
import Wire

/// Frames are read the same however they are cut; messages keep to the limit, text is UTF-8, codes may be sent; what is read can be
/// written, and closes with a code that may be sent too.
func fuzzWebSocket(_ bytes: Span<UInt8>) {
  guard bytes.count > 0 else { return }
  let limit = UInt64(bytes[0]) * 8
  let frames = Array(bytes.array.dropFirst())
  let whole = FrameReading(frames, step: max(frames.count, 1), limit: limit)
  expect(FrameReading(frames, step: 1, limit: limit) == whole, "byte by byte is the same")
  expect(
    FrameReading(frames, step: 1 + bytes.digest % 16, limit: limit) == whole, "split is the same")
  var written = ByteBuffer()
  for event in whole.events {
    written.removeAll()
    switch event {
    case .text(let text):
      expect(UInt64(text.count) <= limit, "a message keeps to the limit")
      expect(String(validating: text, as: UTF8.self) != nil, "text is UTF-8")
      WebSocketWriter.append(.text, text, to: &written)
    case .binary(let message):
      expect(UInt64(message.count) <= limit, "a message keeps to the limit")
      WebSocketWriter.append(.binary, message, to: &written)
    case .ping(let payload), .pong(let payload):
      expect(payload.count <= 125, "a control frame is short")
      WebSocketWriter.append(.pong, payload, to: &written)
    case .close(let code, let reason):
      expect(code.map(WebSocketReader.canBeSent) ?? reason.isEmpty, "the code may be sent")
      expect(String(validating: reason, as: UTF8.self) != nil, "the reason is UTF-8")
      WebSocketWriter.appendClose(code, reason, to: &written)
    }
    expect(written.bytes[0] & 0x70 == 0 && written.bytes[1] & 0x80 == 0, "no mask, no extension")
  }
  if let fault = whole.fault {
    expect(WebSocketReader.canBeSent(fault.closeCode), "a fault has a code that may be sent")
  }
}

/// A fault that is read is written the same, and makes of any answer steps that begin as the right one does, or an error.
func fuzzWireFault(_ bytes: Span<UInt8>) {
  let all = bytes.array
  let line = all.prefix { $0 != 0x0A }
  var source = ByteSource(bytes)
  do throws(WireFault.Misfit) {
    let fault = try WireFault.read(String(decoding: line, as: UTF8.self))
    expect(fault.kind.happens(at: fault.point), "what is read can happen")
    expect((try? WireFault.read(fault.notation)) == fault, "what is written reads the same")
    for _ in line { _ = source.byte() }
    let frames: [WireAnswer.Frame] = [.none, .length, .chunked, .untilClose]
    let frame = frames[Int(source.byte()) % 4]
    let content = Array(all.dropFirst(line.count))
    var head = "HTTP/1.1 200 OK\r\nDate: now\r\n"
    if frame == .length { head += "Content-Length: \(content.count)\r\n" }
    if frame == .chunked { head += "Transfer-Encoding: chunked\r\n" }
    var answer = WireAnswer(head: Array((head + "\r\n").utf8), frame: frame, content: content)
    answer.pieceBytes = source.flag() ? UInt64(source.byte()) : nil
    answer.piecePause = UInt64(source.byte())
    expectPlan(try WireFaultPlan(fault, of: answer), fault, answer)
  } catch {
    for scalar in error.description.unicodeScalars {
      expect(scalar.value >= 0x20 && scalar.value < 0x7F, "an error is plain text")
    }
  }
}

private func expectPlan(_ plan: WireFaultPlan, _ fault: WireFault, _ answer: WireAnswer) {
  var sent: [UInt8] = []
  for step in plan.steps {
    if case .send(let bytes) = step { sent += bytes }
  }
  switch plan.steps.last {
  case .close, .reset, .stall, .goOn, .repeat: break
  default: expect(false, "a plan ends the answer")
  }
  switch fault.kind {
  case .close, .reset, .stall:
    expect(answer.head.starts(with: sent.prefix(answer.head.count)), "a cut is a beginning")
    if case .afterBytes(let count) = fault.point {
      expect(UInt64(sent.count) <= count, "no more bytes than the point says")
    }
  case .headSlow: expect(sent.starts(with: answer.head), "a slow head is the right one")
  default: expect(!plan.steps.isEmpty, "a fault does something")
  }
}
