internal import CSystem

/// What a descriptor is watched for, and what it turned out to be ready for: the bits of epoll.
public struct Interest: OptionSet, Sendable, Hashable {
  public let rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// There is something to read, or a connection to accept, or the end of the stream.
  public static let readable = Interest(rawValue: CSYSTEM_READABLE)
  /// There is room to write.
  public static let writable = Interest(rawValue: CSYSTEM_WRITABLE)
  /// The peer will send no more.
  public static let peerClosed = Interest(rawValue: CSYSTEM_PEER_CLOSED)
  /// The descriptor has an error pending (`Socket.pendingError`). Always watched for.
  public static let failed = Interest(rawValue: CSYSTEM_FAILED)
  /// Both directions are closed. Always watched for.
  public static let hungUp = Interest(rawValue: CSYSTEM_HUNG_UP)
  /// Tell of changes only. Whoever is told reads or writes until the kernel says `wouldBlock`.
  public static let edge = Interest(rawValue: CSYSTEM_EDGE)
  /// Of several loops that watch one listener, wake one. Cannot be modified afterwards.
  public static let exclusive = Interest(rawValue: CSYSTEM_EXCLUSIVE)
  /// Tell once, then not again until the interest is set anew.
  public static let once = Interest(rawValue: CSYSTEM_ONE_SHOT)

  /// For a connection's whole life, with no further system call: both directions and the peer's
  /// end, changes only.
  public static let connection: Interest = [.readable, .writable, .peerClosed, .edge]
  /// For a connection that has room to write, as nearly all have always: one that has been told that
  /// it has none goes over to `connection`. Watched for writing too, its first event would be that it can be.
  public static let arrival: Interest = [.readable, .peerClosed, .edge]
}

/// Names one closure that watches a descriptor.
public struct WatchID: Sendable, Hashable {
  let index: UInt32
  let generation: UInt32
}

/// The few descriptors of a loop that have a closure of their own.
struct WatchTable {
  /// Set in the tokens of this table, and in that of the wake-up counter, which is all ones.
  static let reserved: UInt64 = 1 << 63

  private struct Row {
    var generation: UInt32
    var descriptor: Int32
    var body: ((UInt32) -> Void)?
  }

  private var rows: [Row] = []

  mutating func insert(
    _ descriptor: Int32, _ body: @escaping (UInt32) -> Void
  ) -> (WatchID, token: UInt64) {
    let index = rows.firstIndex { $0.body == nil } ?? rows.count
    if index == rows.count { rows.append(Row(generation: 0, descriptor: -1, body: nil)) }
    rows[index].descriptor = descriptor
    rows[index].body = body
    let watch = WatchID(index: UInt32(index), generation: rows[index].generation)
    let generation = UInt64(watch.generation & 0x3FFF_FFFF) << 32
    return (watch, WatchTable.reserved | generation | UInt64(watch.index))
  }

  /// The descriptor that was watched, if it still was.
  mutating func remove(_ watch: WatchID) -> Int32? {
    let index = Int(watch.index)
    guard index < rows.count, rows[index].generation == watch.generation, rows[index].body != nil
    else { return nil }
    rows[index].generation &+= 1
    rows[index].body = nil
    return rows[index].descriptor
  }

  func handler(of token: UInt64) -> ((UInt32) -> Void)? {
    let index = Int(token & 0xFFFF_FFFF)
    guard index < rows.count else { return nil }
    let generation = UInt64(rows[index].generation & 0x3FFF_FFFF)
    return generation == (token & ~WatchTable.reserved) >> 32 ? rows[index].body : nil
  }
}
