internal import CSQLite
internal import Glibc

/// What SQLite had to say.
public struct DatabaseError: Error, Sendable, CustomStringConvertible {
  /// SQLite's extended result code.
  public var code: Int32
  public var description: String
}

/// One connection to an SQLite file: for state that has to outlive a kill. Not for the thread of a loop, because every call may wait
/// for the disk; not for several threads at once, which the owner sees to.
final class Database: @unchecked Sendable {
  // The owner calls one method at a time.
  private var handle: OpaquePointer?

  /// Opens the file, which is made with mode 0600 where there is none. Every commit is on the disk before the call returns
  /// (`synchronous=FULL`), and a reader of another process is not in the way (write-ahead log).
  init(path: String) throws(DatabaseError) {
    let former = umask(0o077)
    defer { umask(former) }
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &handle, flags, nil)
    guard code == SQLITE_OK else {
      let error = failure(code, path)
      sqlite3_close_v2(handle)
      handle = nil
      throw error
    }
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, 5000)
    try run("PRAGMA journal_mode=WAL")
    try run("PRAGMA synchronous=FULL")
  }

  deinit { sqlite3_close_v2(handle) }

  private func failure(_ code: Int32, _ what: String) -> DatabaseError {
    let text = handle.flatMap { sqlite3_errmsg($0) } ?? sqlite3_errstr(code)
    let reason = text.map { String(cString: $0) } ?? "error \(code)"
    return DatabaseError(code: code, description: "\(what): \(reason)")
  }

  /// Runs statements of ours that give nothing back.
  func run(_ sql: String) throws(DatabaseError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    if code != SQLITE_OK { throw failure(code, sql) }
  }

  /// Runs one statement with blobs for its question marks.
  func run(_ sql: String, _ blobs: [[UInt8]]) throws(DatabaseError) {
    try rows(sql, blobs) { _ in }
  }

  /// Runs one statement and hands each row's columns on, as bytes.
  func rows(
    _ sql: String, _ blobs: [[UInt8]] = [], columns: Int = 0, _ take: ([[UInt8]]) -> Void
  ) throws(DatabaseError) {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
    guard code == SQLITE_OK else { throw failure(code, sql) }
    defer { sqlite3_finalize(statement) }
    for (index, blob) in blobs.enumerated() {
      // -1 is SQLITE_TRANSIENT: SQLite takes a copy. An empty blob needs an address too, or it would be NULL
      let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      let bound = (blob.isEmpty ? [0] : blob).withUnsafeBytes { bytes in
        sqlite3_bind_blob(
          statement, Int32(index + 1), bytes.baseAddress, Int32(blob.count), transient)
      }
      guard bound == SQLITE_OK else { throw failure(bound, sql) }
    }
    while true {
      let step = sqlite3_step(statement)
      if step == SQLITE_DONE { return }
      guard step == SQLITE_ROW else { throw failure(step, sql) }
      take((0..<columns).map { Database.bytes(statement, Int32($0)) })
    }
  }

  private static func bytes(_ statement: OpaquePointer?, _ column: Int32) -> [UInt8] {
    let count = Int(sqlite3_column_bytes(statement, column))
    guard count > 0, let start = sqlite3_column_blob(statement, column) else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: count))
  }
}
