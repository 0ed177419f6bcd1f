internal import Glibc
internal import Loop
internal import Synchronization

/// What DELETE removed for good, so that it is answered with 410 and not with 404, also after a restart.
///
/// A file of SQLite keeps the tombstones; memory has all of them, and a look-up asks memory alone. `bury` and `raise` wait for the
/// disk: they are for helper threads, and a DELETE is acknowledged once `bury` has returned. Two servers with one file see each
/// other's tombstones when they start.
public final class TombstoneStore: Sendable {
  private struct Grave: Sendable, Equatable {
    var site: [UInt8]
    var path: [UInt8]
  }

  private let database: Database
  /// One writer at a time; held while the disk is waited for, and never for a look-up.
  private let writing = Mutex<Void>(())
  /// By the hash of site and path. Held for as long as one look-up takes.
  private let graves = Mutex<[UInt64: [Grave]]>([:])

  /// The file's name in a server's state folder.
  public static let fileName = "tombstones.sqlite"

  /// Opens the file, or makes it, and reads all of it.
  public init(path: String) throws {
    database = try Database(path: path)
    try database.run(
      """
      CREATE TABLE IF NOT EXISTS tombstones (
        site BLOB NOT NULL, path BLOB NOT NULL, buried INTEGER NOT NULL DEFAULT (unixepoch()),
        PRIMARY KEY (site, path)
      ) WITHOUT ROWID
      """)
    var found: [UInt64: [Grave]] = [:]
    try database.rows("SELECT site, path FROM tombstones", columns: 2) { row in
      let grave = Grave(site: row[0], path: row[1])
      let key = row[1].withUnsafeBufferPointer { TombstoneStore.key(row[0], $0) }
      found[key, default: []].append(grave)
    }
    let all = found
    graves.withLock { $0 = all }
  }

  private static func key(_ site: [UInt8], _ path: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let seed = site.withUnsafeBufferPointer { ContentHash.of($0) }
    return ContentHash.of(path, seed: seed)
  }

  /// Whether something at this path (decoded, from its first slash) was deleted. Waits for no disk.
  public func isGone(site: [UInt8], path: UnsafeBufferPointer<UInt8>) -> Bool {
    let key = TombstoneStore.key(site, path)
    return graves.withLock { graves in
      guard let found = graves[key] else { return false }
      return found.contains { grave in
        guard grave.site == site, grave.path.count == path.count else { return false }
        guard let start = path.baseAddress else { return true }
        return memcmp(grave.path, start, path.count) == 0
      }
    }
  }

  /// Remembers that something was deleted. When this returns, the tombstone is on the disk. Blocks: for helper threads.
  public func bury(site: [UInt8], path: [UInt8]) throws {
    try writing.withLock { _ in
      try database.run("INSERT OR IGNORE INTO tombstones (site, path) VALUES (?, ?)", [site, path])
      let key = path.withUnsafeBufferPointer { TombstoneStore.key(site, $0) }
      let grave = Grave(site: site, path: path)
      graves.withLock { graves in
        if graves[key]?.contains(grave) != true { graves[key, default: []].append(grave) }
      }
    }
  }

  /// Forgets a tombstone, because something stands there again. Blocks: for helper threads. Nothing happens where there was none.
  public func raise(site: [UInt8], path: [UInt8]) throws {
    guard path.withUnsafeBufferPointer({ isGone(site: site, path: $0) }) else { return }
    try writing.withLock { _ in
      try database.run("DELETE FROM tombstones WHERE site = ? AND path = ?", [site, path])
      let key = path.withUnsafeBufferPointer { TombstoneStore.key(site, $0) }
      let grave = Grave(site: site, path: path)
      graves.withLock { graves in
        graves[key]?.removeAll { $0 == grave }
        if graves[key]?.isEmpty == true { graves[key] = nil }
      }
    }
  }
}
