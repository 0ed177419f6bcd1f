/// Statuses one after another, for each key alone: `/sequence/KEY/503*2,200`, so that tests that run beside each other do not
/// disturb each other.
public struct StatusSequence: Sendable, Equatable {
  public static let countMax = 100

  public let steps: [StatusChoice]
  /// Tells this sequence from another one under the same key.
  let fingerprint: UInt64

  static let fits = "503,503,200"

  public init(_ text: [UInt8]) throws(ChanceFault) {
    var reader = ChanceReader(text, fits: Self.fits)
    var steps: [StatusChoice] = []
    repeat {
      reader.skipBlanks()
      guard steps.count < Self.countMax else {
        throw reader.fault("more than \(Self.countMax) steps")
      }
      let choice = try reader.choice()
      var times = 1
      if reader.skip(0x2A) {
        let start = reader.index
        let millionths = try reader.millionths("how often")
        guard millionths >= 1_000_000, millionths % 1_000_000 == 0,
          millionths / 1_000_000 <= UInt64(Self.countMax - steps.count)
        else { throw reader.fault("a whole number that keeps to 100 steps fits", at: start) }
        times = Int(millionths / 1_000_000)
      }
      steps += Array(repeating: choice, count: times)
      reader.skipBlanks()
    } while reader.skip(0x2C)
    try reader.end("a comma or the end is missing")
    self.steps = steps
    fingerprint = Draw.key(text)
  }
}

/// What is asked of a sequence: which, whose, and how it goes on.
public struct SequenceCall: Sendable, Equatable {
  public static let keyBytesMax = 64
  /// An hour, in milliseconds.
  public static let expiryDefault: UInt64 = 3_600_000

  public var key: [UInt8]
  public var sequence: StatusSequence
  /// Begins again behind the last step; else the last step stays.
  public var loops = false
  /// Begins again now, with this answer.
  public var isReset = false
  /// Milliseconds without a question after which the key is forgotten.
  public var expiry = Self.expiryDefault

  /// Reads what follows `/sequence/`: `KEY/503,503,200`. Offsets of faults count from the key.
  public init(_ path: [UInt8]) throws(ChanceFault) {
    let fits = "KEY/503,503,200"
    guard let slash = path.firstIndex(of: 0x2F) else {
      throw ChanceFault(at: path.count, "a slash and the steps are missing", fits: fits)
    }
    guard slash > 0 else { throw ChanceFault(at: 0, "a key is missing", fits: fits) }
    guard slash <= Self.keyBytesMax else {
      throw ChanceFault(
        at: Self.keyBytesMax, "a key has at most \(Self.keyBytesMax) bytes", fits: fits)
    }
    key = Array(path[..<slash])
    do {
      sequence = try StatusSequence(Array(path[(slash + 1)...]))
    } catch {
      throw ChanceFault(at: error.offset + slash + 1, error.reason, fits: fits)
    }
  }

  /// Takes an option of the query: `end=loop`, `end=stay`, `reset`, `expire=10min`. False where it is none of a sequence's.
  public mutating func take(_ name: String, _ value: [UInt8]) throws(ChanceFault) -> Bool {
    switch name {
    case "end":
      switch String(decoding: value, as: UTF8.self) {
      case "loop": loops = true
      case "stay": loops = false
      default: throw ChanceFault(at: 0, "a sequence ends in loop or stay", fits: "loop")
      }
    case "reset": isReset = true
    case "expire":
      var reader = ChanceReader(value, fits: "10min")
      expiry = try reader.time("an expiry")
      try reader.end("nothing can follow")
      guard expiry > 0 else { throw ChanceFault(at: 0, "an expiry is not 0", fits: "10min") }
    default: return false
    }
    return true
  }
}

/// What a sequence says next.
public struct SequenceStep: Sendable, Equatable {
  public var choice: StatusChoice
  /// From 1.
  public var position: Int
  public var count: Int

  /// `2/3`, for a field of the answer.
  public var text: String { "\(position)/\(count)" }
}
