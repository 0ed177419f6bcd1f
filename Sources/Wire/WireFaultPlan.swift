/// An answer as it would go out rightly: what a fault makes its steps of. Times are milliseconds.
public struct WireAnswer: Equatable, Sendable {
  /// Which content the head allows.
  public enum Frame: Equatable, Sendable {
    /// None may follow: the status or the method has none.
    case none
    case length
    case chunked
    case untilClose
  }

  /// Status line, fields and empty line, as `HTTP1Writer` wrote them.
  public var head: [UInt8]
  public var frame: Frame
  /// Without its framing. With the frame `none`: what would be the content if there might be one.
  public var content: [UInt8]
  /// The lines of trailer fields; empty where there are none.
  public var trailers: [UInt8] = []
  public var contentDelay: UInt64 = 0
  /// Content bytes that go out together; nil: all.
  public var pieceBytes: UInt64?
  /// Between two pieces.
  public var piecePause: UInt64 = 0

  public init(head: [UInt8], frame: Frame, content: [UInt8]) {
    self.head = head
    self.frame = frame
    self.content = content
  }
}

/// What goes out, step by step, where an answer is broken on purpose. Made of the finished bytes of a right answer: no status line is
/// written here.
public struct WireFaultPlan: Equatable, Sendable {
  public enum Step: Equatable, Sendable {
    case send([UInt8])
    /// Milliseconds.
    case pause(UInt64)
    /// These bytes again and again, with a pause behind each, until the client or the time for sending gives up.
    case `repeat`([UInt8], pause: UInt64)
    /// The end: FIN.
    case close
    /// The end: RST.
    case reset
    /// The end: nothing more, until the client or the time for sending gives up.
    case stall
    /// The end: the connection goes on as if all had been well.
    case goOn
  }

  public private(set) var steps: [Step] = []

  /// What stands where a line that HTTP would read is expected: no colon, and nothing that begins a status line.
  public static let garbage = Array("%!? this is no line of HTTP ?!%\r\n".utf8)
  /// Between the bytes of a slow head.
  public static let slowHeadPause: UInt64 = 20
  /// Behind each field of an endless head, which has 64 bytes.
  public static let endlessHeadPause: UInt64 = 5
  private static let endlessField =
    Array("X-Endless: ".utf8) + Array(repeating: UInt8(ascii: "e"), count: 51) + [0x0D, 0x0A]
  /// Content behind a status that has none, where the answer brings none of its own.
  private static let unallowed = Array("content that nobody may send\n".utf8)

  /// The steps that a fault makes of an answer. Throws where it makes no sense for it, and says for what it would.
  public init(_ fault: WireFault, of answer: WireAnswer) throws(WireFault.Misfit) {
    if let misfit = fault.misfit(frame: answer.frame, contentBytes: UInt64(answer.content.count)) {
      throw misfit
    }
    let right = WireFaultPlan.steps(of: answer)
    switch fault.kind {
    case .close: steps = WireFaultPlan.cut(right, answer, at: fault.point) + [.close]
    case .reset: steps = WireFaultPlan.cut(right, answer, at: fault.point) + [.reset]
    case .stall: steps = WireFaultPlan.cut(right, answer, at: fault.point) + [.stall]
    case .lengthShort:
      let head = WireFaultPlan.head(answer.head, withLength: UInt64(answer.content.count) / 2)
      steps = [.send(head)] + right.dropFirst() + [.goOn]
    case .lengthLong:
      let length = max(UInt64(answer.content.count) * 2, 1)
      steps =
        [.send(WireFaultPlan.head(answer.head, withLength: length))] + right.dropFirst() + [.close]
    case .chunkBroken: steps = WireFaultPlan.brokenChunk(answer)
    case .chunkUnfinished: steps = right.dropLast() + [.close]
    case .garbage: steps = WireFaultPlan.garbage(right, answer, at: fault.point)
    case .headEndless:
      let fields = answer.head.dropLast(2)
      steps = [
        .send(Array(fields)),
        .repeat(WireFaultPlan.endlessField, pause: WireFaultPlan.endlessHeadPause),
      ]
    case .headSlow:
      for (index, byte) in answer.head.enumerated() {
        if index > 0 { steps.append(.pause(WireFaultPlan.slowHeadPause)) }
        steps.append(.send([byte]))
      }
      steps += right.dropFirst() + [.goOn]
    case .contentUnallowed:
      let content = answer.content.isEmpty ? WireFaultPlan.unallowed : answer.content
      steps = [.send(answer.head + content), .goOn]
    case .twice: steps = right + right + [.goOn]
    }
    join()
  }

  /// The right answer: its head, then its content in pieces. The last chunk is a step of its own.
  static func steps(of answer: WireAnswer) -> [Step] {
    var steps: [Step] = [.send(answer.head)]
    guard answer.frame != .none else { return steps }
    if !answer.content.isEmpty, answer.contentDelay > 0 {
      steps.append(.pause(answer.contentDelay))
    }
    let pieceBytes = Int(clamping: max(answer.pieceBytes ?? .max, 1))
    var rest = answer.content[...]
    while !rest.isEmpty {
      let piece = Array(rest.prefix(pieceBytes))
      rest = rest.dropFirst(pieceBytes)
      steps.append(.send(answer.frame == .chunked ? chunk(piece) : piece))
      if !rest.isEmpty { steps.append(.pause(answer.piecePause)) }
    }
    if answer.frame == .chunked {
      steps.append(.send(Array("0\r\n".utf8) + answer.trailers + [0x0D, 0x0A]))
    }
    return steps
  }

  // RFC 9112 section 7.1
  private static func chunk(_ data: [UInt8]) -> [UInt8] {
    Array((String(data.count, radix: 16) + "\r\n").utf8) + data + [0x0D, 0x0A]
  }

  /// The steps up to a point.
  private static func cut(
    _ steps: [Step], _ answer: WireAnswer, at point: WireFault.Point
  ) -> [Step] {
    let total = steps.reduce(0) { $0 + $1.byteCount }
    let head = answer.head.count
    let end: Int =
      switch point {
      case .beforeHead: 0
      case .inHead: head / 2
      case .afterHead: head
      case .inContent: head + (total - head) / 2
      case .afterContent: total
      // Behind the end of a shorter answer nothing is left to go wrong but its connection
      case .afterBytes(let count): Int(clamping: min(count, UInt64(total)))
      }
    var left = end
    var kept: [Step] = []
    for step in steps where left > 0 {
      guard case .send(let bytes) = step else {
        kept.append(step)
        continue
      }
      kept.append(.send(Array(bytes.prefix(left))))
      left -= min(bytes.count, left)
    }
    return kept
  }

  private static func brokenChunk(_ answer: WireAnswer) -> [Step] {
    let half = answer.content.count / 2
    var begin = answer
    begin.content = Array(answer.content.prefix(half))
    let rest = Array("zz\r\n".utf8) + answer.content.dropFirst(half) + Array("\r\n0\r\n\r\n".utf8)
    return steps(of: begin).dropLast() + [.send(rest), .close]
  }

  private static func garbage(
    _ right: [Step], _ answer: WireAnswer, at point: WireFault.Point
  ) -> [Step] {
    let lines = answer.head.lineStarts
    switch point {
    case .beforeHead:
      // In the place of the status line
      return [.send(garbage + answer.head[lines[1]...])] + right.dropFirst() + [.close]
    case .inHead:
      let place = lines[max(lines.count / 2, 1)]
      let head = answer.head[..<place] + garbage + answer.head[place...]
      return [.send(Array(head))] + right.dropFirst() + [.close]
    default: return right + [.send(garbage), .close]
    }
  }

  /// The head with another number in its Content-Length.
  private static func head(_ head: [UInt8], withLength length: UInt64) -> [UInt8] {
    guard let number = head.contentLength else { return head }
    return Array(
      head[..<number.lowerBound] + Array(String(length).utf8) + head[number.upperBound...])
  }

  /// Joins what goes out together.
  private mutating func join() {
    var joined: [Step] = []
    for step in steps {
      if case .send(let bytes) = step {
        if bytes.isEmpty { continue }
        if case .send(let before) = joined.last {
          joined[joined.count - 1] = .send(before + bytes)
          continue
        }
      }
      joined.append(step)
    }
    steps = joined
  }
}

extension WireFaultPlan.Step {
  /// Bytes that are sent once.
  var byteCount: Int { if case .send(let bytes) = self { bytes.count } else { 0 } }
}

extension WireFault {
  /// Why the fault makes no sense for an answer, and for which it would; nil where it does. For HTTP/1.1: who asks before an answer is
  /// made takes `chunked` for the chunk faults, which an answer of unknown length to HTTP/1.0 cannot have.
  public func misfit(frame: WireAnswer.Frame, contentBytes: UInt64) -> Misfit? {
    guard kind.happens(at: point) else {
      let fitting = kind.points.map(\.notation).joined(separator: ", ")
      return Misfit("\(notation) makes no sense; \(kind.rawValue) takes \(fitting)")
    }
    let hasContent = frame != .none && contentBytes > 0
    switch kind {
    case .close, .reset, .stall:
      // Where there is no content, its middle is where it would begin
      return nil
    case .lengthShort where frame != .length || !hasContent:
      return Misfit(
        "\(notation) needs content of a known length: a status that may have content, a method other than HEAD, and no chunks"
      )
    case .lengthLong where frame != .length:
      return Misfit(
        "\(notation) needs a Content-Length with content behind it: a status that may have content, a method other than HEAD, and no chunks"
      )
    case .chunkBroken, .chunkUnfinished:
      if frame == .chunked { return nil }
      return Misfit(
        "\(notation) needs content in chunks: a status that may have content, a method other than HEAD, and HTTP/1.1"
      )
    case .contentUnallowed where frame != .none:
      return Misfit(
        "\(notation) needs an answer without content: 204, 205, 304, or one to HEAD; this one may have content"
      )
    default: return nil
    }
  }
}

extension [UInt8] {
  /// Where the lines of a head begin, the empty one included.
  fileprivate var lineStarts: [Int] {
    var starts = [0]
    for index in indices.dropLast() where self[index] == 0x0A { starts.append(index + 1) }
    return starts
  }

  /// Where the number of Content-Length stands in a head.
  fileprivate var contentLength: Range<Int>? {
    let name = Array("content-length: ".utf8)
    for start in lineStarts where start + name.count < count {
      let found = self[start..<start + name.count].map {
        (0x41...0x5A).contains($0) ? $0 | 0x20 : $0
      }
      guard found == name else { continue }
      let begin = start + name.count
      return begin..<(self[begin...].firstIndex { !(0x30...0x39).contains($0) } ?? count)
    }
    return nil
  }
}
