internal import Loop
internal import Message

/// A connection as an entry in its loop's slab: small, and all that an idle one costs. Buffers and everything about requests are in
/// `exchange`, which is there only while something goes on.
struct Connection {
  enum Phase: UInt8 {
    /// The entry belongs to nobody.
    case free
    case idle, active
    /// Half-closed after a refusal: what the client still sends is dropped until it closes too.
    case lingering
  }

  var descriptor: Int32 = -1
  /// Counts up with every use of the entry, so that events of an earlier use are known.
  var generation: UInt32 = 0
  /// Nanoseconds of the loop's clock at which the phase has lasted too long.
  var deadline: UInt64 = .max
  /// Connections open when this one was accepted, itself included.
  var openCount: UInt32 = 0
  var port: UInt16 = 0
  var phase: Phase = .free
  var isLoopback = false
  var isTrusted = false
  var addressCount: UInt8 = 0
  /// The client's address: the peer's, or whom the PROXY protocol named; nil where nobody can tell.
  var client: IPAddress?
  /// The peer's address as text, where the PROXY protocol has named another client.
  var proxy: StableBytes?
  /// `proxy` is there.
  var isProxied = false
  /// The loop watches the descriptor.
  var isWatched = false
  /// It is watched for room to write too.
  var awaitsRoom = false
  /// Nothing has been asked on the connection yet.
  var isFresh = false
  /// The connection is answered when it has been idle until its deadline, as a rehearsal wants it.
  var answersIdle = false
  /// The connection begins with a header of the PROXY protocol, which has not been read yet.
  var awaitsProxyHeader = false
  /// The exchange, which is owned by the entry while it is here.
  var held: Unmanaged<HTTP1Exchange>?

  var exchange: HTTP1Exchange? { held?.takeUnretainedValue() }
}

/// The connections of a loop. Entries keep their place while they are in use; the table grows and does not shrink.
struct ConnectionSlab: ~Copyable {
  private var entries: UnsafeMutablePointer<Connection>
  /// The clients' addresses as text, 64 bytes an entry.
  private var addresses: UnsafeMutablePointer<UInt8>
  private static let addressBytes = 64
  private var capacity: Int
  /// Entries that were ever used are below this.
  private(set) var used = 0
  private var freed: [Int32] = []
  private(set) var count = 0

  init() {
    capacity = 64
    entries = .allocate(capacity: capacity)
    entries.initialize(repeating: Connection(), count: capacity)
    addresses = .allocate(capacity: capacity * ConnectionSlab.addressBytes)
  }

  deinit {
    for index in 0..<used { entries[index].held?.release() }
    addresses.deallocate()
    entries.deinitialize(count: capacity)
    entries.deallocate()
  }

  subscript(index: Int) -> Connection {
    // Where it is not inlined, each use allocates
    @inline(__always) _read {
      precondition(index >= 0 && index < used)
      yield entries[index]
    }
    @inline(__always) _modify {
      precondition(index >= 0 && index < used)
      yield &entries[index]
    }
  }

  /// Where an entry lies, for whoever reads much of it; until the next connection is taken.
  @inline(__always)
  func place(_ index: Int) -> UnsafePointer<Connection> {
    precondition(index >= 0 && index < used)
    return UnsafePointer(entries + index)
  }

  /// Writes the peer's address as text, once for all records of the connection.
  mutating func setAddress(_ index: Int, _ peer: Endpoint) {
    precondition(index >= 0 && index < used)
    let text = UnsafeMutableBufferPointer(
      start: addresses + index * ConnectionSlab.addressBytes, count: ConnectionSlab.addressBytes)
    entries[index].addressCount = UInt8(clamping: peer.write(into: text))
  }

  /// Tells another address than the peer's.
  mutating func setAddress(_ index: Int, _ told: StaticString) {
    precondition(
      index >= 0 && index < used && told.utf8CodeUnitCount <= ConnectionSlab.addressBytes)
    (addresses + index * ConnectionSlab.addressBytes)
      .update(from: told.utf8Start, count: told.utf8CodeUnitCount)
    entries[index].addressCount = UInt8(told.utf8CodeUnitCount)
  }

  /// The client's address as text; valid until the next connection is taken.
  @inline(__always)
  func address(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    precondition(index >= 0 && index < used)
    return UnsafeBufferPointer(
      start: addresses + index * ConnectionSlab.addressBytes,
      count: Int(entries[index].addressCount))
  }

  /// Takes a free entry.
  mutating func take() -> Int {
    count += 1
    if let index = freed.popLast() { return Int(index) }
    if used == capacity { grow() }
    used += 1
    return used - 1
  }

  /// Gives an entry back; its generation moves on.
  mutating func free(_ index: Int) {
    let generation = entries[index].generation
    entries[index] = Connection()
    entries[index].generation = (generation &+ 1) & 0x3FFF_FFFF
    freed.append(Int32(index))
    count -= 1
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Connection>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: entries, count: capacity)
    (larger + capacity).initialize(repeating: Connection(), count: capacity)
    entries.deallocate()
    entries = larger
    let bytes = capacity * ConnectionSlab.addressBytes
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes * 2)
    moved.update(from: addresses, count: bytes)
    addresses.deallocate()
    addresses = moved
    capacity *= 2
  }

  /// What the loop hands back with an event of this entry.
  func token(_ index: Int) -> UInt64 {
    UInt64(entries[index].generation) << 32 | UInt64(index)
  }

  /// The entry that a token means, or nil where it has been given to another connection since.
  func index(of token: UInt64) -> Int? {
    let index = Int(token & 0xFFFF_FFFF)
    guard index < used, entries[index].generation == UInt32(token >> 32),
      entries[index].phase != .free
    else { return nil }
    return index
  }
}
