internal import Decide
internal import Facts
internal import Loop
internal import Message
internal import Record
internal import Respond

/// What is known of one exchange, from its first byte to its record. Reused: a loop keeps a few, and an idle connection has none.
final class ExchangeState {
  // MARK: The request
  var head = RequestHead()
  /// The bytes that the head's slices point into. Whoever moves them sets this anew.
  var bytes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  /// The target's path, decoded; it is `bytes[head.path]` where nothing had to be.
  private var decodedPath = ByteBuffer(capacity: 256)
  private(set) var hasDecodedPath = false

  // MARK: The decision
  var facts = Facts()
  var walk = Walk()
  var verdict: Verdict?

  // MARK: What answers
  var route: RuleRoute?
  var file: FileEntry?
  var representation: Representation?
  var ranges: ByteRanges?
  var nearMisses = NearMisses()
  let response = Response()
  var interims = InterimSet()

  // MARK: For the record
  var id = RequestID(0)
  private var idText = ByteBuffer(capacity: 64)
  var arrival = WallTime(seconds: 0)
  /// Nanoseconds of the loop's clock: when the first byte came, and when the first byte of the answer went.
  var startedAt: UInt64 = 0
  var answeredAt: UInt64 = 0
  var bytesIn: UInt64 = 0
  var bytesOut: UInt64 = 0
  /// Where the answer ends in the connection's count of bytes sent.
  var endsAt: UInt64 = 0
  var showsDetails = false

  /// Makes the state ready for a new exchange.
  func begin(id: RequestID, at now: UInt64, wall: WallTime) {
    head.reset()
    bytes = UnsafeBufferPointer(start: nil, count: 0)
    hasDecodedPath = false
    facts = Facts()
    walk = Walk()
    verdict = nil
    route = nil
    file = nil
    representation = nil
    ranges = nil
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
    endsAt = 0
    showsDetails = false
  }

  /// Lets go of what outlives no exchange.
  func end() {
    route = nil
    file = nil
    representation = nil
    bytes = UnsafeBufferPointer(start: nil, count: 0)
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
