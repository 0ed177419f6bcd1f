internal import Config
internal import Decide
internal import Facts
internal import Loop
internal import Message
internal import Record
internal import Rehearse
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
  /// Where the head lies, for whoever reads it: handed on by value it would be copied.
  @inline(__always) var headPlace: UnsafePointer<RequestHead> { UnsafePointer(heads) }
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
  private let freshWalk = Walk()
  /// Facts of which nothing is known yet.
  private let untouched = ExchangeState.untouchedFacts
  /// The configuration under which the exchange began, and is decided, answered and recorded.
  @exclusivity(unchecked) private var held: HeldSnapshot
  var snapshot: Snapshot { @inline(__always) _read { yield held.value } }
  var verdict: Verdict? {
    // Not by `_read`: where that is not inlined, each use allocates
    @inline(__always) get { verdicts.pointee }
    @inline(__always) set { verdicts.pointee = newValue }
  }

  // MARK: The client
  /// Who asks, where that was looked for (`Worker.identifyClient`); nil where nobody can tell.
  @exclusivity(unchecked) var client: IPAddress?
  /// The client's address as a trusted proxy's field told it; empty where none did.
  @exclusivity(unchecked) var clientText = ByteBuffer(capacity: 64)
  /// The request's place where the site counts them.
  @exclusivity(unchecked) var ticket: SiteTicket?

  // MARK: What answers
  /// What the folders on the way say for themselves; nil where no rule lets them.
  @exclusivity(unchecked) var governor: FolderGovernor?
  /// The route of this exchange, kept alive by `keptRoute`; nil until it is found, and where there is none.
  @exclusivity(unchecked) private(set) var routeReference: Unmanaged<RuleRoute>?
  /// The last route that was set. It stays from exchange to exchange: most that follow have the same, and need no counting then.
  @exclusivity(unchecked) private var keptRoute: RuleRoute?
  var route: RuleRoute? { routeReference?.takeUnretainedValue() }
  @exclusivity(unchecked) var file: FileEntry?
  @exclusivity(unchecked) var representation: Representation?
  /// The ranges asked for; nil: none that count. The object stays from exchange to exchange.
  var ranges: RangeSet? { hasRanges ? keptRanges : nil }
  @exclusivity(unchecked) private var hasRanges = false
  @exclusivity(unchecked) private var keptRanges: RangeSet?
  @exclusivity(unchecked) var choices: VariantChoices?
  /// Those of the answer, which keep as long as the exchange; most exchanges have none.
  var choicesReference: Unmanaged<VariantChoices>? {
    @inline(__always) get { choices == nil ? nil : choices.map(Unmanaged.passUnretained) }
  }
  var changeReference: Unmanaged<ChangeAnswer>? {
    @inline(__always) get {
      write == nil ? nil : write.map { Unmanaged.passUnretained($0.answer) }
    }
  }
  /// What is compressed for this answer, and its bytes, kept until they are out.
  @exclusivity(unchecked) var compressed: CompressedForm?
  @exclusivity(unchecked) var compressedContent: StableBytes?
  /// For requests that write.
  @exclusivity(unchecked) var write: WritePlan?
  /// What the answer does on the wire, where a rehearsal says so; nil for everything else.
  @exclusivity(unchecked) var performance: Performance? {
    didSet { isPerformed = performance != nil }
  }
  @exclusivity(unchecked) private(set) var isPerformed = false
  /// How what the connection had become after a 101 went, where it came to its own end.
  @exclusivity(unchecked) var tunnelOutcome = Outcome.completed
  /// What waits for its content to be answered.
  @exclusivity(unchecked) var rehearsedCall: RehearsedCall?
  /// What a rehearsal answers. The object stays from exchange to exchange.
  @exclusivity(unchecked) private var keptRehearsal: Unmanaged<RehearsedAnswer>?
  @exclusivity(unchecked) private(set) var isRehearsed = false
  var rehearsedReference: Unmanaged<RehearsedAnswer>? {
    @inline(__always) get {
      isRehearsed ? keptRehearsal : nil
    }
  }
  @exclusivity(unchecked) var nearMisses = NearMisses()
  let response = Response()
  @exclusivity(unchecked) var interims = InterimSet()

  /// The client's address as a number (`AddressSet.number`); 0 where it has none.
  @exclusivity(unchecked) var clientAddress: UInt128 = 0

  // MARK: For the record
  @exclusivity(unchecked) var id = RequestID(0)
  /// `X-Request-Id: 2369cef6ed8d865b` with its CRLF: only the digits change.
  private let idLine: UnsafeMutablePointer<UInt8>
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
  @exclusivity(unchecked) var beginsAt: UInt64 = 0
  /// Some of the answer goes out behind the connection's buffer, from where it lies.
  @exclusivity(unchecked) var hasTail = false
  @exclusivity(unchecked) var showsDetails = false
  /// What is rehearsed is seen as clients elsewhere would see it, unless everyone sees details.
  var showsDetailsToAll: Bool { snapshot.settings.details.value == .everyone }
  /// The line that the flight recorder has already; empty for what is no refusal.
  @exclusivity(unchecked) var recordedAhead = ByteBuffer(capacity: 64)

  /// Of the snapshot.
  @inline(__always) var mark: UnsafeMutableRawPointer { held.mark }

  /// What begins next is under this configuration.
  @inline(never)
  func goOver(to snapshot: HeldSnapshot) {
    held = snapshot
    keptRoute = nil
  }

  init(_ snapshot: HeldSnapshot) {
    held = snapshot
    heads = .allocate(capacity: 1)
    heads.initialize(to: RequestHead())
    factsStore = .allocate(capacity: 1)
    factsStore.initialize(to: Facts())
    verdicts = .allocate(capacity: 1)
    verdicts.initialize(to: nil)
    let field = ExchangeState.idField
    idLine = .allocate(capacity: field.utf8CodeUnitCount)
    idLine.initialize(from: field.utf8Start, count: field.utf8CodeUnitCount)
  }

  deinit {
    heads.deinitialize(count: 1)
    heads.deallocate()
    factsStore.deallocate()
    verdicts.deallocate()
    idLine.deallocate()
    keptRehearsal?.release()
  }

  /// Makes the state ready for a new exchange.
  func begin(id: RequestID, at now: UInt64, wall: WallTime) {
    head.reset()
    bytes = UnsafeBufferPointer(start: nil, count: 0)
    hasDecodedPath = false
    UnsafeMutableRawPointer(factsStore).copyMemory(
      from: untouched, byteCount: MemoryLayout<Facts>.size)
    walk = freshWalk
    verdict = nil
    if !nearMisses.isEmpty { nearMisses = NearMisses() }
    response.reset()
    interims = InterimSet()
    self.id = id
    id.write(to: idLine + ExchangeState.idStart)
    arrival = wall
    startedAt = now
    answeredAt = 0
    bytesIn = 0
    bytesOut = 0
    headBytesOut = 0
    endsAt = 0
    beginsAt = 0
    hasTail = false
    showsDetails = false
    clientAddress = 0
    recordedAhead.removeAll()
  }

  /// Facts of which nothing is known yet. They own no memory, so that a copy of their bytes is as good as new ones, and cheaper.
  private nonisolated(unsafe) static let untouchedFacts: UnsafeRawPointer = {
    let facts = UnsafeMutablePointer<Facts>.allocate(capacity: 1)
    facts.initialize(to: Facts())
    return UnsafeRawPointer(facts)
  }()

  /// Takes the route that was found. Whoever has it keeps it during the call.
  func take(_ route: Unmanaged<RuleRoute>) {
    routeReference = route
    route._withUnsafeGuaranteedRef { if keptRoute !== $0 { keptRoute = $0 } }
  }

  /// Reads ranges into the object that is kept for them. They are the exchange's where `read` says what there is to know of them.
  func takeRanges(_ read: (inout ByteRanges) -> RangeFacts?) -> RangeFacts? {
    let kept = keptRanges ?? RangeSet()
    keptRanges = kept
    let facts = read(&kept.ranges)
    hasRanges = facts != nil
    return facts
  }

  /// What a rule rehearses is not for the flight recorder: it would push out what is real.
  var isKeptAhead: Bool {
    @inline(__always) get { !isRehearsed || facts.rehearsal.armed != 0 }
  }

  /// The object that a rehearsal writes its answer into.
  func beginRehearsal() -> Unmanaged<RehearsedAnswer> {
    isRehearsed = true
    if let keptRehearsal { return keptRehearsal }
    let made = Unmanaged.passRetained(RehearsedAnswer())
    keptRehearsal = made
    return made
  }

  /// The walk has answered the question with yes.
  func hasPassed(_ question: Question) -> Bool { walk.yes.contains(number: question.rawValue) }

  /// What was found of a rehearsal has no part in the answer.
  func releaseRehearsal() {
    facts.rehearsal.leadsOn = false
    if isPerformed { performance = nil }
    endRehearsal()
  }

  private func endRehearsal() {
    isRehearsed = false
    if rehearsedCall != nil { rehearsedCall = nil }
    keptRehearsal?._withUnsafeGuaranteedRef { $0.reset() }
  }

  /// Goes on under an id that came with the request.
  func adopt(_ id: RequestID) {
    self.id = id
    id.write(to: idLine + ExchangeState.idStart)
  }

  /// Lets go of what outlives no exchange.
  func end() {
    routeReference = nil
    if file != nil { file = nil }
    representation = nil
    hasRanges = false
    if choices != nil { choices = nil }
    if compressed != nil { compressed = nil }
    if compressedContent != nil { compressedContent = nil }
    if write != nil { write = nil }
    if isPerformed {
      performance = nil
      tunnelOutcome = .completed
    }
    if isRehearsed { endRehearsal() }
    if ticket != nil { ticket = nil }
    if governor != nil { governor = nil }
    if clientText.count != 0 { clientText.removeAll() }
    bytes = UnsafeBufferPointer(start: nil, count: 0)
  }

  /// The verdict of the walk, with the place in the head that decided.
  @inline(__always)
  func verdict(of ending: Ending) -> Verdict {
    var verdict = walk.verdict(ending, facts)
    if ending.hasPlaceInHead { locate(ending, &verdict.evidence) }
    return verdict
  }

  @inline(never)
  private func locate(_ ending: Ending, _ evidence: inout Evidence) {
    evidence.locate(ending, in: head, bytes.span)
  }

  private static var idField: StaticString { "X-Request-Id: 0000000000000000\r\n" }
  private static var idStart: Int { 14 }

  var idBytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: idLine + ExchangeState.idStart, count: 16)
  }

  /// The whole field with its CRLF.
  @inline(__always) var idFieldBytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: idLine, count: ExchangeState.idField.utf8CodeUnitCount)
  }

  /// The path to look for.
  @inline(__always) var path: UnsafeBufferPointer<UInt8> {
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
    facts.isTargetSecure = head.isTargetSecure
    facts.expectation = head.expectation
    facts.version = head.version
    facts.framing = head.framing
    facts.fields = head.known
  }
}
