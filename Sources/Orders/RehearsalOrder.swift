public import Wire

/// What was ordered: the meaning of a sentence of the grammar (`GrammarReader`), whichever way it came. Nothing is drawn yet.
public struct RehearsalOrder: Sendable, Equatable {
  /// What may be answered; nil: 200, or what the resource answers where one follows.
  public var weights: Weights?
  /// Answers that come one after another. Its key counts where `key` says so too.
  public var sequence: SequenceCall?
  /// Whose place in the sequence, and among draws, counts; nil: the client's address.
  public var key: [UInt8]?
  public var window: Window?
  public var seed: UInt64?
  /// In their order.
  public var fields: [RehearsedField] = []
  /// In lower case.
  public var without: [[UInt8]] = []
  public var content: [UInt8]?
  /// Bytes of content that is made up; nil: none is.
  public var size: UInt64?
  /// How often the content stands in the answer; at least 1.
  public var repeats: UInt64 = 1
  public var delay: Latency?
  public var contentDelay: UInt64 = 0
  public var pace: Performance.Pace?
  public var isChunked = false
  public var trailers: [RehearsedField] = []
  /// Statuses of interim responses, in their order.
  public var interims: [UInt16] = []
  /// Before each of them, in milliseconds.
  public var interimDelay: UInt64 = 0
  /// Link fields of the 103s among them.
  public var hints: [[UInt8]] = []
  public var fault: WireFault?
  /// Milliseconds of idleness after the answer, before an unasked 408; nil: none comes.
  public var idleAnswer: UInt64?
  /// A 101 goes only to who asks for WebSocket as RFC 6455 has it.
  public var isSwitchDemanded = false
  /// Whether content that waits for a 100 gets it.
  public var isContinued = true

  public init() {}

  /// The same answer for everybody at any time: what it takes can be made ready once.
  public var isFixed: Bool {
    (weights?.possible.count ?? 1) == 1 && sequence == nil && window == nil
      && delay?.isFixed ?? true
  }

  /// It says what is answered, and not only how.
  public var namesAnswer: Bool {
    weights != nil || sequence != nil || content != nil || size != nil
  }

  /// What may be answered, at least one; without an order for it that is 200.
  public var choices: [StatusChoice] {
    let ordered = sequence?.sequence.steps ?? weights?.possible ?? []
    return ordered.isEmpty ? [StatusChoice(status: 200)] : ordered
  }

  /// The connection ends, or goes silent, before a head.
  public var isCutBeforeHead: Bool {
    guard let fault else { return false }
    return fault.point == .beforeHead && [.close, .reset, .stall].contains(fault.kind)
  }

  /// Content in all, in bytes.
  public static let contentBytesMax: UInt64 = 16 << 20
  /// The longest time that can be ordered, in milliseconds.
  public static let timeMax: UInt64 = 86_400_000
}

/// What is wrong with a sentence of the grammar, and where.
public struct GrammarProblem: Error, Equatable, Sendable {
  /// Bytes from the start of the text that was read.
  public var offset: Int
  /// What is wrong and what would fit; ASCII, for people.
  public var message: String

  public init(at offset: Int, _ message: String) {
    self.offset = offset
    self.message = message
  }
}

extension Latency {
  /// Takes the same time always.
  public var isFixed: Bool { milliseconds(0) == milliseconds(.max) && longest != nil }
}
