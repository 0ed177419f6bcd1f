public import Decide
public import HTTPStatus
internal import Synchronization

/// What one loop counts. Only the loop counts; anybody may take a snapshot at any time.
///
/// Counting is a plain load and store of a word (relaxed, never a locked instruction), so that a second thread that counted into
/// the same counters would lose some. One a loop.
public final class Counters: Sendable {
  /// Durations are counted up to 2^k microseconds, k = 0...26, and above.
  static let durationBuckets = 28
  private static let interims = 8

  private enum Place {
    static let connectionsOpened = 0
    static let connectionsClosed = 1
    static let exchanges = 2
    static let rehearsed = 3
    static let bytesIn = 4
    static let bytesOut = 5
    static let durationSum = 6
    static let linesLost = 7
    static let connectionsRefused = 8
    static let acceptsFailed = 9
    static let idleClosed = 10
    static let journalFailures = 11
    static let interims = 12
    static let outcomes = interims + Counters.interims
    static let durations = outcomes + Outcome.allCases.count
    static let causes = durations + Counters.durationBuckets
    static let rehearsedCauses = causes + Cause.count
    static let end = rehearsedCauses + Cause.count
  }

  // Allocated once and never moved; every word is atomic.
  private nonisolated(unsafe) let cells: UnsafeMutablePointer<Atomic<UInt64>>

  public init() {
    cells = .allocate(capacity: Place.end)
    for place in 0..<Place.end { (cells + place).initialize(to: Atomic(0)) }
  }

  deinit {
    cells.deinitialize(count: Place.end)
    cells.deallocate()
  }

  @inline(__always)
  private func add(_ amount: UInt64, _ place: Int) {
    let value = cells[place].load(ordering: .relaxed)
    cells[place].store(value &+ amount, ordering: .relaxed)
  }

  public func connectionOpened() { add(1, Place.connectionsOpened) }
  public func connectionClosed() { add(1, Place.connectionsClosed) }
  /// A connection that came when the server was far above `limits.connections`, and was closed without an answer.
  public func connectionRefused() { add(1, Place.connectionsRefused) }
  /// A connection that could not be taken for want of descriptors or memory.
  public func acceptFailed() { add(1, Place.acceptsFailed) }
  /// A connection that was closed in silence because nothing was asked on it for `limits.idle-time`.
  public func idleClosed() { add(1, Place.idleClosed) }
  /// Journal lines that could not be written.
  public func linesLost(_ count: UInt64) { add(count, Place.linesLost) }

  /// Writes to the journal, and openings of it, that failed.
  public func journalFailed(_ count: UInt64) { add(count, Place.journalFailures) }

  /// Counts an exchange that is over. A rehearsed one counts apart by cause, and not in the durations.
  public func count(_ record: borrowing ExchangeRecord) {
    add(1, Place.exchanges)
    add(record.bytesIn, Place.bytesIn)
    add(record.bytesOut, Place.bytesOut)
    add(1, Place.outcomes + Int(record.outcome.rawValue))
    if record.interims.rawValue != 0 {
      for bit in 0..<Self.interims where record.interims.rawValue & 1 << UInt8(bit) != 0 {
        add(1, Place.interims + bit)
      }
    }
    guard let verdict = record.verdict, record.status != 0 else { return }
    let cause = Int(verdict.cause.rawIndex)
    if record.isRehearsed {
      add(1, Place.rehearsed)
      add(1, Place.rehearsedCauses + cause)
      return
    }
    add(1, Place.causes + cause)
    add(1, Place.durations + Self.bucket(record.totalMicroseconds))
    add(record.totalMicroseconds, Place.durationSum)
  }

  /// The first k with 2^k at least as large; above 2^26 the last bucket.
  @inline(__always)
  static func bucket(_ microseconds: UInt64) -> Int {
    guard microseconds > 1 else { return 0 }
    return min(64 - (microseconds - 1).leadingZeroBitCount, durationBuckets - 1)
  }

  /// What was counted until now. Counts that belong together may differ by the exchange that is being counted.
  public func snapshot() -> CountersSnapshot {
    func value(_ place: Int) -> UInt64 { cells[place].load(ordering: .relaxed) }
    func values(_ place: Int, _ count: Int) -> [UInt64] { (place..<place + count).map(value) }
    var snapshot = CountersSnapshot()
    // Read before the opened ones, so that never more are closed than opened.
    snapshot.connectionsClosed = value(Place.connectionsClosed)
    snapshot.connectionsOpened = value(Place.connectionsOpened)
    snapshot.exchanges = value(Place.exchanges)
    snapshot.rehearsed = value(Place.rehearsed)
    snapshot.bytesIn = value(Place.bytesIn)
    snapshot.bytesOut = value(Place.bytesOut)
    snapshot.durationMicroseconds = value(Place.durationSum)
    snapshot.linesLost = value(Place.linesLost)
    snapshot.journalFailures = value(Place.journalFailures)
    snapshot.connectionsRefused = value(Place.connectionsRefused)
    snapshot.acceptsFailed = value(Place.acceptsFailed)
    snapshot.idleClosed = value(Place.idleClosed)
    snapshot.interims = values(Place.interims, Self.interims)
    snapshot.outcomes = values(Place.outcomes, Outcome.allCases.count)
    snapshot.durations = values(Place.durations, Self.durationBuckets)
    snapshot.causes = values(Place.causes, Cause.count)
    snapshot.rehearsedCauses = values(Place.rehearsedCauses, Cause.count)
    return snapshot
  }
}

/// What loops had counted at a moment. Snapshots of several loops are added.
public struct CountersSnapshot: Sendable, Equatable {
  public internal(set) var connectionsOpened: UInt64 = 0
  public internal(set) var connectionsClosed: UInt64 = 0
  /// Exchanges that are over, the rehearsed ones among them.
  public internal(set) var exchanges: UInt64 = 0
  public internal(set) var rehearsed: UInt64 = 0
  public internal(set) var bytesIn: UInt64 = 0
  public internal(set) var bytesOut: UInt64 = 0
  public internal(set) var durationMicroseconds: UInt64 = 0
  public internal(set) var linesLost: UInt64 = 0
  /// Writes to the journal that failed, and openings of it.
  public internal(set) var journalFailures: UInt64 = 0
  public internal(set) var connectionsRefused: UInt64 = 0
  public internal(set) var acceptsFailed: UInt64 = 0
  public internal(set) var idleClosed: UInt64 = 0
  var interims: [UInt64] = []
  var outcomes: [UInt64] = []
  var durations: [UInt64] = []
  var causes: [UInt64] = []
  var rehearsedCauses: [UInt64] = []

  public init() {}

  public var connectionsOpen: UInt64 {
    connectionsOpened - min(connectionsClosed, connectionsOpened)
  }

  /// How many answers left with a cause; rehearsed ones are not among them.
  public func answers(_ cause: Cause) -> UInt64 {
    let index = Int(cause.rawIndex)
    return index < causes.count ? causes[index] : 0
  }

  /// How many exchanges had an outcome.
  public func exchanges(_ outcome: Outcome) -> UInt64 {
    let index = Int(outcome.rawValue)
    return index < outcomes.count ? outcomes[index] : 0
  }

  public mutating func add(_ other: CountersSnapshot) {
    connectionsOpened += other.connectionsOpened
    connectionsClosed += other.connectionsClosed
    exchanges += other.exchanges
    rehearsed += other.rehearsed
    bytesIn += other.bytesIn
    bytesOut += other.bytesOut
    durationMicroseconds += other.durationMicroseconds
    linesLost += other.linesLost
    journalFailures += other.journalFailures
    connectionsRefused += other.connectionsRefused
    acceptsFailed += other.acceptsFailed
    idleClosed += other.idleClosed
    interims = Self.sum(interims, other.interims)
    outcomes = Self.sum(outcomes, other.outcomes)
    durations = Self.sum(durations, other.durations)
    causes = Self.sum(causes, other.causes)
    rehearsedCauses = Self.sum(rehearsedCauses, other.rehearsedCauses)
  }

  public static func sum(of snapshots: [CountersSnapshot]) -> CountersSnapshot {
    snapshots.reduce(into: CountersSnapshot()) { $0.add($1) }
  }

  private static func sum(_ one: [UInt64], _ other: [UInt64]) -> [UInt64] {
    (0..<max(one.count, other.count)).map { index in
      (index < one.count ? one[index] : 0) + (index < other.count ? other[index] : 0)
    }
  }
}

/// What a report says of the server itself.
public struct ServerReport: Sendable {
  public var version: String
  /// Seconds since 1970 (UTC) at which the process started, and now.
  public var startSeconds: Int64
  public var nowSeconds: Int64

  public init(version: String, startSeconds: Int64, nowSeconds: Int64) {
    self.version = version
    self.startSeconds = startSeconds
    self.nowSeconds = nowSeconds
  }
}
