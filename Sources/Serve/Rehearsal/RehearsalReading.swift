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
    do throws(GrammarProblem) {
      if rehearsal.carriers.contains(.path), rehearsal.isSubtree {
        kind = try readPath(state, rehearsal, into: &order)
        if kind == .call { return RehearsalPlan(.call, base: rehearsal.base) }
        if kind == .unknown {
          let plan = RehearsalPlan(.unknown)
          plan.problem = unknown(rehearsal)
          return plan
        }
      }
      if rehearsal.carriers.contains(.query), state.head.hasQuery {
        start = Int(state.head.query.start)
        let items = try GrammarItems.ofQuery(Array(state.bytes[state.head.query.range]))
        try GrammarReader.apply(items, to: &order)
        if !items.isEmpty, kind == .page { kind = .order }
      }
      if rehearsal.carriers.contains(.field) {
        part = .fieldValue
        for line in state.head.fields where line.id == .rehearse {
          (start, field) = (Int(line.value.start), line.name)
          let items = try GrammarItems.ofField(Array(state.bytes[line.value.range]))
          try GrammarReader.apply(items, to: &order)
          if kind == .page { kind = .order }
        }
      }
    } catch {
      return .malformed(error, part, at: start, field: field)
    }
    return RehearsalPlan(kind, order, base: rehearsal.base)
  }

  /// What is told of a path that is none.
  static func unknown(_ rehearsal: RehearsalRoute) -> String {
    "what can be asked is listed at \(String(decoding: rehearsal.base, as: UTF8.self))/"
  }

  /// What the path below the rule's says.
  private static func readPath(
    _ state: ExchangeState, _ rehearsal: RehearsalRoute, into order: inout RehearsalOrder
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
    if let slash = segment.firstIndex(of: UInt8(ascii: "/")) {
      // A number that is no status is one mistake, whether something is behind it or not
      segment = Array(segment[..<slash])
      guard segment.allSatisfy(isDigit), !isCode(segment) else { return .unknown }
    }
    do throws(GrammarProblem) {
      try GrammarReader.apply(GrammarItems.ofSegment(segment), to: &order)
    } catch {
      throw GrammarProblem(
        at: place(of: rehearsal.base.count + skipped + error.offset, state), error.message)
    }
    return .order
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
