internal import Config
internal import Message
internal import Rehearse

/// Reads what a request orders: in its path, its query and its fields, as far as the rule lets clients say something there.
enum RehearsalReading {
  static func plan(_ state: ExchangeState, _ rehearsal: RehearsalRoute) -> RehearsalPlan {
    var order = rehearsal.order
    // A seed of the rule is the route's
    order.seed = nil
    var kind = RehearsalPlan.Kind.order
    var part = MessagePart.target
    var start = Int(state.head.path.start)
    var field = ByteSlice.empty
    var isAsked = false
    var isQueryRead = false
    var judged = Judged(start)
    do throws(GrammarProblem) {
      if rehearsal.carriers.contains(.path), rehearsal.isSubtree {
        kind = try readPath(state, rehearsal, into: &order, &judged)
        if kind == .call { order = RehearsalOrder() }
        if kind == .unknown {
          let plan = RehearsalPlan(.unknown)
          plan.problem = unknown(rehearsal)
          return plan
        }
        isAsked = kind == .order && state.path.count > rehearsal.base.count + 1
      }
      if rehearsal.carriers.contains(.query), state.head.hasQuery, kind != .call {
        start = Int(state.head.query.start)
        let items = try GrammarItems.ofQuery(Array(state.bytes[state.head.query.range]))
        var place = GrammarPlace()
        try GrammarReader.apply(items, to: &order, in: &place)
        judged.take(place.judgedOffset, .target, from: start)
        isQueryRead = true
        if !items.isEmpty {
          isAsked = true
          if kind == .page { kind = .order }
        }
      }
      if rehearsal.carriers.contains(.field) {
        part = .fieldValue
        // RFC 9110 section 5.3: several lines say what one would
        var place = GrammarPlace()
        for line in state.head.fields where line.id == .rehearse {
          (start, field) = (Int(line.value.start), line.name)
          let items = try GrammarItems.ofField(Array(state.bytes[line.value.range]))
          place.beginLine()
          try GrammarReader.apply(items, to: &order, in: &place)
          judged.take(place.judgedOffset, .fieldValue, from: start, field)
          if !items.isEmpty { isAsked = true }
          if kind == .page { kind = .order }
        }
        // Who says what comes means no answer of the address's own
        if kind == .call, order.namesAnswer { kind = .order }
      }
    } catch {
      return .malformed(error, part, at: start, field: field)
    }
    let plan = rehearsal.plan(order, kind, isAsked: isAsked)
    plan.isQueryRead = isQueryRead
    (plan.part, plan.offset, plan.field) = (judged.part, UInt64(judged.offset), judged.field)
    return plan
  }

  /// Where in the head that stands which may make no sense for the answer: what is said last counts.
  private struct Judged {
    var part = MessagePart.target
    var offset: Int
    var field = ByteSlice.empty

    init(_ offset: Int) { self.offset = offset }

    mutating func take(
      _ offset: Int?, _ part: MessagePart, from start: Int, _ field: ByteSlice = .empty
    ) {
      guard let offset else { return }
      (self.part, self.offset, self.field) = (part, start + offset, field)
    }
  }

  /// What is told of a path that is none.
  static func unknown(_ rehearsal: RehearsalRoute) -> String {
    "what can be asked is listed at \(String(decoding: rehearsal.base, as: UTF8.self))/"
  }

  /// What the path below the rule's says.
  private static func readPath(
    _ state: ExchangeState, _ rehearsal: RehearsalRoute, into order: inout RehearsalOrder,
    _ judged: inout Judged
  ) throws(GrammarProblem) -> RehearsalPlan.Kind {
    let below = Array(state.path.dropFirst(rehearsal.base.count))
    func rest(behind prefix: String) -> [UInt8]? {
      below.starts(with: prefix.utf8) ? Array(below.dropFirst(prefix.utf8.count)) : nil
    }
    if below.count <= 1 { return rehearsal.hasOrder ? .order : .page }
    var segment = Array(below.dropFirst())
    var skipped = 1
    if let status = rest(behind: "/status/") {
      segment = status
      skipped = 8
    } else if let sequence = rest(behind: "/sequence/") {
      do throws(GrammarProblem) {
        try readSequence(sequence, at: rehearsal.base.count + 10, into: &order)
      } catch {
        throw GrammarProblem(at: place(of: error.offset, state), error.message)
      }
      return .order
    } else if segment.first.map({ $0 < 0x30 || $0 > 0x39 }) ?? true {
      return .call
    } else if isCallOfHTTPStat(segment, state, rehearsal) {
      return .call
    }
    var begin = rehearsal.base.count + skipped
    let number = Array(segment.prefix { $0 != UInt8(ascii: "/") })
    if number.count < segment.count, number.allSatisfy(isDigit), !isCode(number) {
      // A number that is no status is one mistake, whether something is behind it or not
      segment = number
    } else {
      // A slash belongs to a value that has one, as in `drip=1KiB/s`; elsewhere a path goes on
      guard GrammarItems.keepsSlashes(segment) else { return .unknown }
      if state.head.pathNeedsDecoding {
        // As it was sent: looking for a path makes one slash of two, and a value may need both
        begin = place(of: begin, state)
        segment = sent(from: begin, state)
      }
    }
    do throws(GrammarProblem) {
      var said = GrammarPlace()
      try GrammarReader.apply(GrammarItems.ofSegment(segment), to: &order, in: &said)
      if let offset = said.judgedOffset {
        judged.take(place(offset, from: begin, state), .target, from: Int(state.head.path.start))
      }
    } catch {
      throw GrammarProblem(at: place(error.offset, from: begin, state), error.message)
    }
    return .order
  }

  /// What the path has as it was sent, from a byte of it, with its escapes read.
  private static func sent(from begin: Int, _ state: ExchangeState) -> [UInt8] {
    let raw = Array(state.bytes[state.head.path.range].dropFirst(begin))
    var bytes: [UInt8] = []
    var at = 0
    while at < raw.count {
      // The reader of the target has seen to it that two digits follow
      if raw[at] == UInt8(ascii: "%"), at + 2 < raw.count {
        bytes.append(ByteClass.hexValue(raw[at + 1]) << 4 | ByteClass.hexValue(raw[at + 2]))
        at += 3
      } else {
        bytes.append(raw[at])
        at += 1
      }
    }
    return bytes
  }

  /// Where the byte of `sent` stands in the path as it was sent.
  private static func place(_ index: Int, from begin: Int, _ state: ExchangeState) -> Int {
    guard state.head.pathNeedsDecoding else { return begin + index }
    let raw = state.bytes[state.head.path.range]
    var at = raw.startIndex + begin
    for _ in 0..<index where at < raw.endIndex {
      at += raw[at] == UInt8(ascii: "%") ? 3 : 1
    }
    return min(at, raw.endIndex) - raw.startIndex
  }

  /// The byte of the path as it was sent from which a byte of the path that was looked for comes.
  private static func place(of index: Int, _ state: ExchangeState) -> Int {
    guard state.head.pathNeedsDecoding else { return index }
    let raw = UnsafeBufferPointer(rebasing: state.bytes[state.head.path.range])
    let places = TargetPath.places(raw.span)
    return places[min(index, places.count - 1)]
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// Three digits, 100 to 599.
  private static func isCode(_ text: some Collection<UInt8>) -> Bool {
    text.count == 3 && text.allSatisfy(isDigit) && text.first! >= 0x31 && text.first! <= 0x35
  }

  /// `/503?sleep=2000`: a status alone, and nothing in the query that httpstat.us does not know; or `/503/anything`.
  private static func isCallOfHTTPStat(
    _ segment: [UInt8], _ state: ExchangeState, _ rehearsal: RehearsalRoute
  ) -> Bool {
    // A rule for `/status/` is not at the place of their root
    if rehearsal.base.reversed().starts(with: "/status".utf8.reversed()) { return false }
    guard isCode(segment.prefix { $0 != UInt8(ascii: "/") }) else { return false }
    if segment.count > 3 { return true }
    guard state.head.hasQuery else { return true }
    let words: Set<[UInt8]> = Set(
      [
        "sleep", "sleepafterheaders", "suppressbody", "dribblebody", "abortbeforeheaders",
        "abortafterheaders", "abortduringbody",
      ].map { Array($0.utf8) })
    return state.bytes[state.head.query.range].split(separator: UInt8(ascii: "&")).allSatisfy {
      words.contains($0.prefix { $0 != UInt8(ascii: "=") }.map(\.lowercased))
    }
  }

  /// `KEY/503,503,200`.
  private static func readSequence(
    _ path: [UInt8], at start: Int, into order: inout RehearsalOrder
  ) throws(GrammarProblem) {
    do throws(ChanceFault) {
      let call = try SequenceCall(path)
      order.sequence = call
      order.key = call.key
    } catch {
      throw GrammarProblem(
        at: start + error.offset, "\"sequence\": \(error.reason), as in \(error.fits)")
    }
  }
}
