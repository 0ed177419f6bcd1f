internal import Decide
internal import Facts
internal import Loop
internal import Message
internal import Record
internal import Respond

/// What is known of one exchange, from its first byte to its record. Reused: a loop keeps a few, and an idle connection has none.
final class ExchangeState {
  // MARK: The request
  /// The large values of the hot path lie in memory of their own: they are passed on by address, never copied.
  private let heads: UnsafeMutablePointer<RequestHead>
  private let factsStore: UnsafeMutablePointer<Facts>
  private let verdicts: UnsafeMutablePointer<Verdict?>

  var head: RequestHead {
    @inline(__always) _read { yield heads.pointee }
    @inline(__always) _modify { yield &heads.pointee }
  }
  /// The bytes that the head's slices point into. Whoever moves them sets this anew.
  @exclusivity(unchecked) var bytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  /// The target's path, decoded; it is `bytes[head.path]` where nothing had to be.
  @exclusivity(unchecked) private var decodedPath = ByteBuffer(capacity: 256)
  @exclusivity(unchecked) private(set) var hasDecodedPath = false

  // MARK: The decision
  var facts: Facts {
    @inline(__always) _read { yield factsStore.pointee }
    @inline(__always) _modify { yield &factsStore.pointee }
  }
  @exclusivity(unchecked) var walk = Walk()
  /// The configuration under which the exchange began, and is decided, answered and recorded.
  @exclusivity(unchecked) private var held: HeldSnapshot
  var snapshot: Snapshot { @inline(__always) _read { yield held.value } }
  var verdict: Verdict? {
    // Not by `_read`: where that is not inlined, each use allocates
    @inline(__always) get { verdicts.pointee }
    @inline(__always) set { verdicts.pointee = newValue }
  }

  // MARK: What answers
  @exclusivity(unchecked) var route: RuleRoute?
  @exclusivity(unchecked) var file: FileEntry?
  @exclusivity(unchecked) var representation: Representation?
  @exclusivity(unchecked) var ranges: RangeSet?
  @exclusivity(unchecked) var nearMisses = NearMisses()
  let response = Response()
  @exclusivity(unchecked) var interims = InterimSet()

  // MARK: For the record
  @exclusivity(unchecked) var id = RequestID(0)
  @exclusivity(unchecked) private var idText = ByteBuffer(capacity: 64)
  @exclusivity(unchecked) var arrival = WallTime(seconds: 0)
  /// Nanoseconds of the loop's clock: when the first byte came, and when the first byte of the answer went.
  @exclusivity(unchecked) var startedAt: UInt64 = 0
  @exclusivity(unchecked) var answeredAt: UInt64 = 0
  @exclusivity(unchecked) var bytesIn: UInt64 = 0
  @exclusivity(unchecked) var bytesOut: UInt64 = 0
  /// What of `bytesOut` is no content: the head, and interims before it.
  @exclusivity(unchecked) var headBytesOut: UInt64 = 0
  /// Where the answer ends in the connection's count of bytes sent.
  @exclusivity(unchecked) var endsAt: UInt64 = 0
  /// Where the answer begins there.
  var beginsAt: UInt64 = 0
  @exclusivity(unchecked) var showsDetails = false
  /// The line that the flight recorder has already; empty for what is no refusal.
  @exclusivity(unchecked) var recordedAhead = ByteBuffer(capacity: 64)

  /// Of the snapshot.
  @inline(__always) var mark: UnsafeMutableRawPointer { held.mark }

  /// What begins next is under this configuration.
  @inline(never)
  func goOver(to snapshot: HeldSnapshot) { held = snapshot }

  init(_ snapshot: HeldSnapshot) {
    held = snapshot
    heads = .allocate(capacity: 1)
    heads.initialize(to: RequestHead())
    factsStore = .allocate(capacity: 1)
    factsStore.initialize(to: Facts())
    verdicts = .allocate(capacity: 1)
    verdicts.initialize(to: nil)
  }

  deinit {
    heads.deinitialize(count: 1)
    heads.deallocate()
    factsStore.deallocate()
    verdicts.deallocate()
  }

  /// Makes the state ready for a new exchange.
  func begin(id: RequestID, at now: UInt64, wall: WallTime) {
    head.reset()
    bytes = UnsafeBufferPointer(start: nil, count: 0)
    hasDecodedPath = false
    facts = Facts()
    walk = Walk()
    verdict = nil
    nearMisses = NearMisses()
    response.reset()
    interims = InterimSet()
    self.id = id
    idText.removeAll()
    id.append(to: &idText)
    arrival = wall
    startedAt = now
    answeredAt = 0
    bytesIn = 0
    bytesOut = 0
    headBytesOut = 0
    endsAt = 0
    beginsAt = 0
    showsDetails = false
    recordedAhead.removeAll()
  }

  /// Goes on under an id that came with the request.
  func adopt(_ id: RequestID) {
    self.id = id
    idText.removeAll()
    id.append(to: &idText)
  }

  /// Lets go of what outlives no exchange.
  func end() {
    route = nil
    file = nil
    representation = nil
    ranges = nil
    bytes = UnsafeBufferPointer(start: nil, count: 0)
  }

  /// The verdict of the walk, with the place in the head that decided.
  func verdict(of ending: Ending) -> Verdict {
    var verdict = walk.verdict(ending, facts)
    verdict.evidence.locate(ending, in: head)
    return verdict
  }

  var idBytes: UnsafeBufferPointer<UInt8> { idText.bytes }

  /// The path to look for.
  var path: UnsafeBufferPointer<UInt8> {
    hasDecodedPath ? decodedPath.bytes : UnsafeBufferPointer(rebasing: bytes[head.path.range])
  }

  /// Decodes the path where it has to be. The reader checked it already, so that a fault here is the same fault.
  func decodePath() throws(MessageFault) {
    guard head.pathNeedsDecoding else { return }
    decodedPath.removeAll()
    let raw = UnsafeBufferPointer(rebasing: bytes[head.path.range])
    _ = try TargetPath.decode(raw.span, at: UInt64(head.path.start), into: &decodedPath)
    hasDecodedPath = true
  }

  /// Moves what the reader found into the facts.
  func takeMessageFacts() {
    facts.method = head.method
    facts.targetForm = head.targetForm
    facts.expectation = head.expectation
    facts.version = head.version
    facts.framing = head.framing
    facts.fields = head.known
  }
}
