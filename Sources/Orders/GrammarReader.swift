internal import Message

/// The grammar of rehearsals: one list of names and values, the same in a path, a query, a field, a configuration and on a command line.
///
/// Names that are no words of the grammar and are names of fields that the server knows, or begin with `x-`, are fields of the answer. All
/// others are errors, because a word that is written wrong would otherwise go by unseen.
public enum GrammarReader {
  /// Every word of the grammar, with what it takes and one sentence: for the list that `rehearse` shows and the documentation.
  public static let words: [(name: String, takes: String, meaning: String)] = [
    ("status", "503, 401.3, 200:0.9,503:0.1", "The status or cause, or several to draw from"),
    ("sequence", "503*2,200", "Answers that come one after another, from the client's first on"),
    ("key", "NAME", "Whose place in the sequence counts, instead of the client's address"),
    ("end", "stay, loop", "What comes behind the last of the sequence"),
    ("expire", "10min", "How long an unused place is remembered"),
    ("reset", "", "Begins the sequence anew"),
    ("window", "5s/30s", "In force for the first 5 s of every 30; 200 in between"),
    ("seed", "42", "Makes what is drawn repeatable"),
    ("content", "TEXT", "The content, as it is to be sent; not with `size`"),
    ("content-type", "application/json", "Its media type"),
    ("size", "10KiB", "Content of so many bytes, made up"),
    ("repeat", "3", "How often the content follows itself"),
    (
      "delay", "2s, uniform(1s,2s), normal(1s,200ms), lognormal(1s,0.5), percentiles(50:1s,99:3s)",
      "Before the head"
    ),
    ("content-delay", "2s", "Between head and content"),
    ("drip", "1KiB/s", "How fast the content comes"),
    ("chunked", "", "The content comes in chunks"),
    ("trailer", "Name:value", "A field behind the content; makes it chunked"),
    ("interims", "102*3,103", "Interim responses before the head"),
    ("interim-delay", "1s", "Before each of them"),
    ("hint", "</s.css>;rel=preload", "A Link of the 103s among them"),
    ("continue", "no", "Whether a client that expects a 100 gets it"),
    ("header", "Name:value", "A field of the answer; `retry-after=5` is short for known names"),
    ("without", "www-authenticate,date", "Fields that are left out, though they are owed"),
    ("websocket", "", "A 101 with an echo behind it, for who asks rightly; else 426 or 400"),
    ("then", "408", "An unasked 408 when the connection is idle after the answer"),
    ("then-delay", "1s", "For how long it has to be idle"),
    ("fault", "close@in-content", "Breaks the answer; `rehearse --faults` lists how"),
  ]

  /// Reads items into an order; what they say goes over what the order has already.
  public static func apply(
    _ items: [GrammarItem], to order: inout RehearsalOrder
  ) throws(GrammarProblem) {
    var place = GrammarPlace()
    try apply(items, to: &order, in: &place)
  }

  /// The same for items of a place that has said something before: another line of the same field.
  public static func apply(
    _ items: [GrammarItem], to order: inout RehearsalOrder, in place: inout GrammarPlace
  ) throws(GrammarProblem) {
    var firsts: [Bool] = []
    for item in items { firsts.append(try place.take(item)) }
    let marked = zip(items, firsts)
    // What else is said of a sequence may stand in front of it
    let isSequence = { (item: GrammarItem) in item.name.elementsEqual("sequence".utf8) }
    let inOrder = marked.filter { isSequence($0.0) } + marked.filter { !isSequence($0.0) }
    for (item, isFirst) in inOrder {
      try apply(item, to: &order, isFirst: isFirst, in: &place)
    }
    let once = max(UInt64(order.content?.count ?? 0), order.size ?? 0)
    if once * order.repeats > RehearsalOrder.contentBytesMax {
      throw GrammarProblem(
        at: items.last?.nameOffset ?? 0, "content of 16 MiB at the most, `repeat` included")
    }
  }

  private static func apply(
    _ item: GrammarItem, to order: inout RehearsalOrder, isFirst: Bool,
    in place: inout GrammarPlace
  ) throws(GrammarProblem) {
    let value = GrammarValue(item)
    do throws(ChanceFault) {
      if try applyChance(value.name, item.value, to: &order) { return }
    } catch {
      throw value.problem(error)
    }
    switch value.name {
    case "content", "body":
      order.content = item.value
      order.size = nil
    case "size":
      order.size = try value.size()
      order.content = nil
    case "repeat": order.repeats = try value.number(1...1_000_000)
    case "content-delay": order.contentDelay = try value.time()
    case "drip": order.pace = try value.pace()
    case "chunked": order.isChunked = try value.flag()
    case "trailer":
      if isFirst { order.trailers = [] }
      order.trailers.append(try value.field())
    case "interims", "interim": order.interims = try value.interims()
    case "interim-delay": order.interimDelay = try value.time()
    case "hint":
      if isFirst { order.hints = [] }
      order.hints.append(try value.field(named: Array("Link".utf8), value: item.value).value)
    case "continue": order.isContinued = try value.flag()
    case "websocket": order.isSwitchDemanded = try value.flag()
    case "then":
      guard value.text == "408" else { throw value.wrong("408") }
      if order.idleAnswer == nil { order.idleAnswer = 1000 }
    case "then-delay": order.idleAnswer = try value.time()
    case "without": place.leaveOut(try value.names(), of: &order)
    case "fault": order.fault = try value.fault()
    case "key":
      guard (1...SequenceCall.keyBytesMax).contains(item.value.count) else {
        throw value.wrong("a name of at most \(SequenceCall.keyBytesMax) bytes")
      }
      order.key = item.value
    case "header": place.add(try value.field(), to: &order)
    default: place.add(try field(value), to: &order)
    }
  }

  /// The words that chance has a part in; false where it is none of them.
  private static func applyChance(
    _ name: String, _ value: [UInt8], to order: inout RehearsalOrder
  ) throws(ChanceFault) -> Bool {
    switch name {
    case "status", "code", "weights":
      order.weights = try Weights(value)
      order.sequence = nil
    case "sequence":
      do throws(ChanceFault) {
        order.sequence = try SequenceCall(Array("-/".utf8) + value)
      } catch {
        throw ChanceFault(at: max(error.offset - 2, 0), error.reason, fits: "503*2,200")
      }
      order.weights = nil
    case "window": order.window = try Window(value)
    case "seed": order.seed = try Seed.read(value)
    case "delay", "sleep": order.delay = try Latency(value)
    case "end", "expire", "reset":
      guard var sequence = order.sequence else {
        throw ChanceFault(
          at: 0, "it is said of a sequence, and there is none", fits: "sequence=503,200")
      }
      _ = try sequence.take(name, value)
      order.sequence = sequence
    default: return false
    }
    return true
  }

  /// A field by its own name.
  private static func field(_ value: GrammarValue) throws(GrammarProblem) -> RehearsedField {
    let name = value.item.name
    let isOwn = name.starts(with: "x-".utf8) && GrammarText.isToken(name)
    guard isOwn || FieldName(named: name.span) != nil else {
      let near = GrammarText.nearest(name, among: words.map(\.name))
      let advice =
        near.map { "did you mean \"\($0)\"?" }
        ?? "a field of any other name is header=\(GrammarText.shown(name)):..."
      throw GrammarProblem(
        at: value.item.nameOffset,
        "\"\(GrammarText.shown(name))\" is neither a word of the grammar nor a known field; \(advice)"
      )
    }
    return try value.field(named: name, value: value.item.value)
  }

  // MARK: Whole texts

  /// The order of a text in the form of a field: `503; delay=2s; content="hello; world"`.
  public static func order(ofField text: [UInt8]) throws(GrammarProblem) -> RehearsalOrder {
    var order = RehearsalOrder()
    try apply(GrammarItems.ofField(text), to: &order)
    return order
  }

  /// What is wrong with such a text; nil where nothing is.
  public static func problem(in text: String) -> GrammarProblem? {
    do throws(GrammarProblem) {
      _ = try order(ofField: Array(text.utf8))
      return nil
    } catch {
      return error
    }
  }
}

/// Reads any bytes in each of the three ways. Must return, whatever they are; what it accepts keeps the grammar's bounds. For fuzzing.
public func fuzzGrammar(_ bytes: [UInt8]) {
  for way in 0..<3 {
    do throws(GrammarProblem) {
      var order = RehearsalOrder()
      let items: [GrammarItem]
      switch way {
      case 0: items = try GrammarItems.ofQuery(bytes)
      case 1: items = try GrammarItems.ofSegment(bytes)
      default: items = try GrammarItems.ofField(bytes)
      }
      var place = GrammarPlace()
      try GrammarReader.apply(items, to: &order, in: &place)
      checkFuzzed(order)
      // What another place says of it is as good
      try GrammarReader.apply(items, to: &order)
      checkFuzzed(order)
      if way == 1 { _ = GrammarItems.keepsSlashes(bytes) }
    } catch {
      precondition(error.offset >= 0 && error.offset <= bytes.count)
      precondition(error.message.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    }
  }
}

private func checkFuzzed(_ order: RehearsalOrder) {
  for choice in order.choices + (order.weights?.possible ?? []) {
    precondition((100...599).contains(choice.status))
  }
  precondition(order.contentDelay <= RehearsalOrder.timeMax)
  for field in order.fields + order.trailers {
    precondition(GrammarText.isToken(field.name))
    precondition(!field.value.contains { $0 == 0 || $0 == 0x0A || $0 == 0x0D })
  }
}
