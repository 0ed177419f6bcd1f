internal import Message

/// Content that is made up: bytes, lines, links, and how slowly it comes.
enum HTTPBinData {
  /// Bytes that `/bytes` and `/stream-bytes` have at the most.
  static let bytesMax = 102_400
  /// Bytes that `/drip` has at the most: 10 MiB.
  static let dripMax = 10 << 20
  /// Seconds that a duration has at the most: an hour.
  static let secondsMax = 3600.0

  /// `/bytes/N?seed=S`: with a seed the bytes that httpbin has for it.
  static func bytes(_ ask: HTTPBinAsk, _ count: Int) -> RehearsalAnswer {
    guard let content = random(ask, min(count, bytesMax)) else { return unfitSeed }
    var answer = HTTPBinAnswer.content(content, type: "application/octet-stream")
    answer.isDrawn = ask.argument("seed") == nil
    return answer
  }

  /// `/stream-bytes/N?seed=S&chunk_size=C`
  static func streamed(_ ask: HTTPBinAsk, _ count: Int) -> RehearsalAnswer {
    guard let content = random(ask, min(count, bytesMax)) else { return unfitSeed }
    guard let size = whole(ask, "chunk_size", default: 10_240) else {
      return HTTPBinAnswer.unfit("chunk_size is a number of bytes.")
    }
    var answer = HTTPBinAnswer.content(content, type: "application/octet-stream")
    answer.performance.isChunked = true
    answer.isDrawn = ask.argument("seed") == nil
    if size < content.count {
      answer.performance.pace = Performance.Pace(pieceBytes: UInt64(max(size, 1)), pause: 0)
    }
    return answer
  }

  private static var unfitSeed: RehearsalAnswer {
    HTTPBinAnswer.unfit("A seed is a whole number of at most 19 digits.")
  }

  /// Bytes by the seed that the query names, or by chance; nil where the seed is none.
  private static func random(_ ask: HTTPBinAsk, _ count: Int) -> [UInt8]? {
    guard let text = ask.argument(anyCase: "seed") else {
      return (0..<count).map { UInt8(truncatingIfNeeded: ask.draw.bits(.content, at: UInt64($0))) }
    }
    guard let seed = whole(text).flatMap({ Int64(exactly: $0) }) else { return nil }
    var twister = MersenneTwister(pythonSeed: seed)
    return (0..<count).map { _ in twister.byte() }
  }

  /// `/stream/N`: the request on each of N lines, with the line's number.
  static func lines(_ ask: HTTPBinAsk, _ count: Int) -> RehearsalAnswer {
    guard
      case .object(let members) = HTTPBinInspection.shown(
        ask, ["url", "args", "headers", "origin"])
    else { return HTTPBinAnswer.empty(500) }
    var content: [UInt8] = []
    var lengths: [UInt64] = []
    for number in 0..<min(count, 100) {
      let id = JSONTree.Member(name: Array("id".utf16), value: .number(number))
      let line = JSONTree.object(members + [id]).written(isPretty: false) + [0x0A]
      content += line
      lengths.append(UInt64(line.count))
    }
    var answer = HTTPBinAnswer.content(content, type: "application/json")
    answer.performance.isChunked = true
    // A chunk for each line: who reads chunk by chunk reads messages
    answer.performance.pace = Performance.Pace(pieceBytes: .max, pause: 0, lengths: lengths)
    return answer
  }

  /// `/delay/SECONDS`: at most 10.
  static func delayed(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    guard let seconds = seconds(ask.segments[1]) else {
      return HTTPBinAnswer.unfit(
        "A delay is a number of seconds, and not negative: /delay/1.5 fits.")
    }
    var answer = HTTPBinInspection.told(
      ask, ["url", "args", "form", "data", "origin", "headers", "files"])
    answer.performance.headDelay = UInt64(min(seconds, 10) * 1000)
    return answer
  }

  /// `/drip?duration=2&numbytes=10&code=200&delay=0`
  static func drip(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    guard let duration = seconds(ask.argument("duration") ?? [0x32]),
      let delay = seconds(ask.argument("delay") ?? [0x30], isSigned: true),
      let asked = whole(ask.argument("numbytes") ?? Array("10".utf8)),
      let code = whole(ask.argument("code") ?? Array("200".utf8))
    else { return HTTPBinAnswer.unfit("duration, delay, numbytes and code are numbers.") }
    guard asked > 0 else { return HTTPBinAnswer.unfit("numbytes is at least 1.") }
    guard (200...599).contains(code) else {
      return HTTPBinAnswer.unfit("A code is from 200 to 599.")
    }
    let count = min(asked, dripMax)
    var answer = HTTPBinAnswer.content(
      [UInt8](repeating: 0x2A, count: count), type: "application/octet-stream",
      status: UInt16(code))
    answer.performance.headDelay = UInt64(delay * 1000)
    answer.performance.pace = pace(bytes: count, duration: duration)
    return answer
  }

  /// `chunk_size` and `duration` of `/range/N`.
  struct Speed {
    /// Bytes that come together.
    private let size: Int
    /// Seconds for all of the N bytes.
    private let duration: Double

    /// nil where they are no numbers.
    init?(_ ask: HTTPBinAsk) {
      guard let size = whole(ask, "chunk_size", default: 10_240),
        let duration = seconds(ask.argument("duration") ?? [0x30])
      else { return nil }
      self.size = max(size, 1)
      self.duration = duration
    }

    /// As httpbin does it: a full piece comes before its time, one that is not full behind it. Where that is the first, the head waits too.
    func slowDown(_ answer: inout RehearsalAnswer, of length: Int, _ ask: HTTPBinAsk) {
      guard duration > 0, ask.call.method != Array("HEAD".utf8), let content = answer.content
      else { return }
      let perByte = duration * 1000 / Double(length)
      if content.count < size {
        answer.performance.headDelay = UInt64((perByte * Double(content.count)).rounded())
        return
      }
      let pause = perByte * Double(size)
      guard pause >= 1 else {
        answer.performance.pace = HTTPBinData.pace(
          bytes: content.count, duration: perByte * Double(content.count) / 1000)
        return
      }
      answer.performance.pace = Performance.Pace(
        pieceBytes: UInt64(size), pause: UInt64(pause.rounded()),
        lastPause: UInt64((perByte * Double(content.count % size)).rounded()))
    }
  }

  /// Byte by byte where there is a millisecond for each, else as many as come in a millisecond.
  static func pace(bytes: Int, duration: Double) -> Performance.Pace? {
    let pause = duration * 1000 / Double(bytes)
    guard pause > 0 else { return nil }
    if pause >= 1 { return Performance.Pace(pieceBytes: 1, pause: UInt64(pause.rounded())) }
    return Performance.Pace(pieceBytes: UInt64((1 / pause).rounded(.up)), pause: 1)
  }

  /// A whole number of the query, its name in letters of either case; nil where it is none.
  static func whole(_ ask: HTTPBinAsk, _ name: String, default value: Int) -> Int? {
    guard let text = ask.argument(anyCase: name) else { return value }
    return whole(text)
  }

  /// As Python reads it: with a sign, and with blanks around it.
  static func whole(_ text: [UInt8]) -> Int? {
    Int(String(decoding: text[text.span.trimmed(0..<text.count)], as: UTF8.self))
  }

  /// Seconds, 0 up to an hour, with a sign and an exponent as Python has them; nil where it is no such number. What is less than nothing is
  /// nothing where it may be signed.
  static func seconds(_ text: [UInt8], isSigned: Bool = false) -> Double? {
    let text = text[text.span.trimmed(0..<text.count)]
    guard !text.isEmpty, text.count <= 24,
      text.allSatisfy({ $0 &- 0x30 < 10 || "+-.eE".utf8.contains($0) }),
      let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite,
      value >= 0 || isSigned
    else { return nil }
    return max(0, min(value, secondsMax))
  }

  /// `/base64/TEXT`: what the text decodes to.
  static func base64(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    guard let content = Base64.decoded(ask.segments[1]),
      String(validating: content, as: UTF8.self) != nil
    else { return HTTPBinAnswer.html("Not the Base64 of a text. This is: UmVoZWFyc2FsIQ==") }
    return HTTPBinAnswer.content(content, type: "text/html; charset=utf-8")
  }

  /// `/uuid`: a random one (RFC 9562 section 5.4).
  static func uuid(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    let high = ask.draw.bits(.identity, at: 0) & ~0xF000 | 0x4000
    let low = ask.draw.bits(.identity, at: 1) & ~(3 << 62) | 2 << 62
    var text = ByteBuffer()
    text.append(hex: high, digits: 16)
    text.append(hex: low, digits: 16)
    var shown: [UInt8] = []
    for (index, digit) in text.bytes.enumerated() {
      if [8, 12, 16, 20].contains(index) { shown.append(0x2D) }
      shown.append(digit)
    }
    var answer = HTTPBinAnswer.json(.object(("uuid", .text(shown.map(UInt16.init)))))
    answer.isDrawn = true
    return answer
  }

  /// `/links/N/PLACE`: N links, of which the one that is open is none.
  static func links(_ ask: HTTPBinAsk, _ count: Int, _ place: Int) -> RehearsalAnswer {
    let count = min(max(1, count), 200)
    var page = "<html><head><title>Links</title></head><body>"
    for index in 0..<count {
      if index == place {
        page += "\(index) "
      } else {
        let path = HTMLText.escaped(URLText.location(ask.path("/links/\(count)/\(index)")))
        page += "<a href='\(String(decoding: path, as: UTF8.self))'>\(index)</a> "
      }
    }
    return HTTPBinAnswer.html(page + "</body></html>")
  }
}

/// MT19937 (Matsumoto, Nishimura 1998), seeded as Python's `random.seed` does, so that `/bytes` has the bytes that httpbin has.
struct MersenneTwister {
  private var state: [UInt32]
  private var index = 624

  init(pythonSeed seed: Int64) {
    let size = seed.magnitude
    let low = UInt32(truncatingIfNeeded: size)
    let high = UInt32(truncatingIfNeeded: size >> 32)
    let key = high == 0 ? [low] : [low, high]
    state = Self.filled(19_650_218)
    var place = 1
    for step in 0..<624 {
      let mixed = (state[place - 1] ^ state[place - 1] >> 30) &* 1_664_525
      let part = step % key.count
      state[place] = (state[place] ^ mixed) &+ key[part] &+ UInt32(part)
      place += 1
      if place == 624 {
        state[0] = state[623]
        place = 1
      }
    }
    for _ in 0..<623 {
      let mixed = (state[place - 1] ^ state[place - 1] >> 30) &* 1_566_083_941
      state[place] = (state[place] ^ mixed) &- UInt32(place)
      place += 1
      if place == 624 {
        state[0] = state[623]
        place = 1
      }
    }
    state[0] = 0x8000_0000
  }

  private static func filled(_ seed: UInt32) -> [UInt32] {
    var state = [seed]
    for place in 1..<624 {
      let last = state[place - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(place))
    }
    return state
  }

  private mutating func next() -> UInt32 {
    if index == 624 {
      for place in 0..<624 {
        let mixed = state[place] & 0x8000_0000 | state[(place + 1) % 624] & 0x7FFF_FFFF
        state[place] =
          state[(place + 397) % 624] ^ mixed >> 1 ^ (mixed & 1 == 0 ? 0 : 0x9908_B0DF)
      }
      index = 0
    }
    var value = state[index]
    index += 1
    value ^= value >> 11
    value ^= value << 7 & 0x9D2C_5680
    value ^= value << 15 & 0xEFC6_0000
    return value ^ value >> 18
  }

  /// Python's `randint(0, 255)`: nine bits, drawn again where they are too many.
  mutating func byte() -> UInt8 {
    while true {
      let bits = next() >> 23
      if bits < 256 { return UInt8(bits) }
    }
  }
}
