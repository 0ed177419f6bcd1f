import Orders
import Rehearse

/// Any text is weights, a sequence, a window, latencies or a fault with its place; what is drawn is one of what was named.
func fuzzChance(_ input: Span<UInt8>) {
  let text = input.array
  let draw = Draw(seed: UInt64(input.digest), index: UInt64(text.count))
  tried(text) { () throws(ChanceFault) in
    let weights = try Weights(text)
    for bits in [0, 1, .max, draw.bits(.status), draw.bits(.status) >> 32] {
      expect(
        weights.possible.contains(weights.choice(bits)), "only what has a weight is drawn")
    }
  }
  tried(text) { () throws(ChanceFault) in
    let latency = try Latency(text)
    for bits in [0, 1, .max, draw.bits(.latency)] {
      let time = latency.milliseconds(bits)
      expect(time <= 86_400_000, "no time is longer than a day")
      if let longest = latency.longest {
        expect(time <= longest, "none is longer than the longest")
      }
    }
    expect(
      latency.milliseconds(draw.bits(.latency)) == latency.milliseconds(draw.bits(.latency)),
      "the same bits mean the same time")
  }
  tried(text) { () throws(ChanceFault) in
    let window = try Window(text)
    let now = draw.bits(.fault) >> 8
    let rest = window.remaining(at: now)
    expect(rest <= window.length, "a window is not longer than it is")
    expect(!window.isBad(at: now + rest), "behind its end it is not bad")
    expect(window.isBad(at: now) == window.isBad(at: now + window.period), "it comes again")
  }
  tried(text) { () throws(ChanceFault) in _ = try Seed.read(text) }
  tried(text) { () throws(ChanceFault) in
    var call = try SequenceCall(text)
    call.loops = draw.bits(.fault) & 1 == 1
    call.expiry = 1000
    var store = KeyStore(capacity: 2)
    let count = call.sequence.steps.count
    for turn in 0..<(count + 3) {
      let step = store.step(call, now: UInt64(turn))
      let index = call.loops ? turn % count : min(turn, count - 1)
      expect(step.choice == call.sequence.steps[index], "a sequence goes step by step")
      expect(store.count <= 2, "a store keeps to its capacity")
    }
  }
}

private func tried(_ text: [UInt8], _ read: () throws(ChanceFault) -> Void) {
  do throws(ChanceFault) {
    try read()
  } catch {
    expect(error.offset >= 0 && error.offset <= text.count, "a fault lies in the text")
    expect(!error.reason.isEmpty && !error.fits.isEmpty, "a fault says what is wrong and what fits")
  }
}

/// Any call gets an answer or none; an answer's fields are fields, and its status is one. The input: method, path, query, name and value
/// of a field, and content, parted by line feeds.
func fuzzHTTPBin(_ input: Span<UInt8>) {
  let parts = input.array.split(separator: 0x0A, maxSplits: 5, omittingEmptySubsequences: false)
  func part(_ index: Int) -> [UInt8] { index < parts.count ? Array(parts[index]) : [] }
  // What the readers let through: paths are UTF-8 without NUL, fields without controls
  guard String(validating: part(1), as: UTF8.self) != nil else { return }
  let call = RehearsalCall(
    method: part(0).isEmpty ? Array("GET".utf8) : part(0).filter { $0 > 0x20 && $0 < 0x7F },
    path: [0x2F] + part(1).filter { $0 != 0 },
    query: part(2).isEmpty ? nil : part(2).filter { $0 > 0x20 && $0 < 0x7F },
    fields: part(3).isEmpty
      ? []
      : [
        RehearsedField(
          part(3).filter { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A },
          part(4).filter { $0 >= 0x20 && $0 != 0x7F })
      ],
    content: part(5), authority: Array("bin.test".utf8))
  let draw = Draw(seed: UInt64(input.digest), index: 0)
  for answer in [
    HTTPBin.answer(to: call, draw: draw, now: 1_800_000_000), HTTPStat.answer(to: call, draw: draw),
  ] {
    guard let answer else { continue }
    expect((200...599).contains(answer.status), "a status is a final one")
    for field in answer.fields {
      expect(
        !field.name.isEmpty && field.name.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A },
        "a name is a field's")
      expect(
        field.value.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }, "a value is a field's")
    }
    let types = answer.fields.filter {
      $0.name.map { $0 | 0x20 }.elementsEqual("content-type".utf8)
    }
    expect(types.count <= 1, "Content-Type stands once")
    if let pace = answer.performance.pace { expect(pace.pieceBytes > 0, "a piece is not empty") }
    expect(answer.performance.headDelay <= 3_600_000, "no delay is longer than an hour")
    let isBare = answer.status == 204 || answer.status == 304
    expect(!isBare || answer.content?.isEmpty != false, "no content where none may be")
  }
}
