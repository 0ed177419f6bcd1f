public import Config
internal import Glibc
public import Message

/// Writes a loop's journal lines to a file descriptor, many at a time and only whole ones.
///
/// Belongs to its loop. It never waits for a reader: a pipe, a socket or a terminal is written without blocking, and a file's lines
/// go out in one appending write, so that the loops' lines do not mix. Lines that cannot be written are held back up to
/// `heldBytesMax`, then left out and counted, and a note in the journal says how many as soon as it can be written again.
public final class JournalSink {
  /// Lines that were left out since the sink was made.
  @exclusivity(unchecked) public private(set) var lostLines: UInt64 = 0
  /// The error number of the last write that failed for another reason than a reader who is behind; 0: none since the last success.
  @exclusivity(unchecked) public private(set) var systemError: Int32 = 0

  /// Writes that failed for another reason than a reader who is behind, since the sink was made, and the last one's error number.
  @exclusivity(unchecked) public private(set) var failures: UInt64 = 0
  @exclusivity(unchecked) public private(set) var failure: Int32 = 0
  private let format: JournalFormat
  private let bufferBytes: Int
  private let heldBytesMax: Int
  @exclusivity(unchecked) private var target: JournalTarget
  /// What waits to be written. Only lines go in, between `beginLine` and `endLine`.
  public var buffer: ByteBuffer {
    @inline(__always) _read { yield place.pointee }
    @inline(__always) _modify { yield &place.pointee }
  }
  /// In memory of its own, so that a loop that writes into it is not checked at every line.
  private let place: UnsafeMutablePointer<ByteBuffer>
  /// Lines that were left out and that no note has told of yet.
  @exclusivity(unchecked) private var untold: UInt64 = 0
  /// The first line of the buffer has gone out in part.
  @exclusivity(unchecked) private var isWithinLine = false

  /// A sink for a descriptor that somebody else owns, such as standard error.
  public init(descriptor: Int32, format: JournalFormat, bufferBytes: Int) {
    self.format = format
    self.bufferBytes = bufferBytes
    heldBytesMax = max(bufferBytes * 4, 1 << 20)
    target = JournalTarget(descriptor: descriptor)
    place = .allocate(capacity: 1)
    place.initialize(to: ByteBuffer(capacity: min(bufferBytes, 1 << 20) + 16_384))
    writeHeader()
  }

  /// A sink for a file, which is made with mode 0640 where it is not there. The error is the system's error number.
  public init(
    path: String, format: JournalFormat, bufferBytes: Int
  ) throws(JournalFault) {
    self.format = format
    self.bufferBytes = bufferBytes
    heldBytesMax = max(bufferBytes * 4, 1 << 20)
    target = try JournalTarget(path: path)
    place = .allocate(capacity: 1)
    place.initialize(to: ByteBuffer(capacity: min(bufferBytes, 1 << 20) + 16_384))
    writeHeader()
  }

  /// Writes what is left, as far as it goes at once.
  deinit {
    flush()
    place.deinitialize(count: 1)
    place.deallocate()
  }

  /// Bytes that wait for a flush.
  public var pendingBytes: Int { buffer.count }

  /// Takes a whole line with its line feed; flushes when the buffer is full.
  public func append(_ line: UnsafeBufferPointer<UInt8>) {
    if buffer.count + line.count > heldBytesMax {
      flush()
      if buffer.count + line.count > heldBytesMax {
        lose(1)
        return
      }
    }
    buffer.append(line)
    if buffer.count >= bufferBytes { flush() }
  }

  /// Makes ready for a line that is written straight into `buffer`, where it need not be copied again. Returns where it begins.
  @inline(__always)
  public func beginLine() -> Int {
    if buffer.count + 4096 > heldBytesMax { flush() }
    return buffer.count
  }

  /// One whole line stands in `buffer` from `start` on; flushes when the buffer is full.
  @inline(__always)
  public func endLine(from start: Int) {
    if buffer.count < bufferBytes { return }
    if buffer.count > heldBytesMax {
      buffer.truncate(to: start)
      lose(1)
    } else {
      flush()
    }
  }

  /// Writes what waits. Called by the loop's timer too, every `flushTime`.
  public func flush() {
    var written = 0
    while written < buffer.count {
      let rest = UnsafeBufferPointer(rebasing: buffer.bytes[written...])
      let portion = target.isAtomic ? rest.count : Self.portion(rest)
      let count = target.write(UnsafeBufferPointer(rebasing: rest[..<portion]))
      if count < 0 {
        if -count == EAGAIN { break }
        systemError = Int32(truncatingIfNeeded: -count)
        failure = systemError
        failures += 1
        if systemError == EPIPE || systemError == EBADF { drop(from: written) }
        break
      }
      systemError = 0
      written += count
      isWithinLine = count > 0 ? rest[count - 1] != 0x0A : isWithinLine
      if count < portion { break }
    }
    buffer.removeFirst(written)
    if untold > 0, buffer.count == 0, !isWithinLine { tell() }
  }

  /// Goes on in the file at `path`, after a rotation. What waits is written to the old one first. Where the new one cannot be opened,
  /// the old one is kept.
  public func reopen(path: String) throws(JournalFault) {
    let next = try JournalTarget(path: path)
    flush()
    target = next
    // The rest of a line that went out in part makes no sense in another file.
    if isWithinLine, let end = buffer.bytes.firstIndex(of: 0x0A) {
      buffer.removeFirst(end + 1)
      isWithinLine = false
      lose(1)
    }
    writeHeader()
    flush()
  }

  /// Appends a sentence of the server's own in the form that the format has for such; `combined` has none, and is left alone.
  public func note(_ text: String) {
    var note = ByteBuffer(capacity: 256)
    JournalNote.write(text, format, into: &note)
    append(note.bytes)
  }

  /// Whoever reads the W3C's format has to be told its fields before the first line, in each file.
  private func writeHeader() {
    guard format == .w3c else { return }
    let rest = Array(buffer.bytes)
    buffer.removeAll()
    W3CLine.writeHeader(into: &buffer)
    buffer.append(rest)
  }

  private func lose(_ count: UInt64) {
    lostLines += count
    untold += count
  }

  /// Gives up all lines from `written` on: nobody will ever read them.
  private func drop(from written: Int) {
    var lines: UInt64 = 0
    for byte in buffer.bytes(from: written) where byte == 0x0A { lines += 1 }
    lose(lines)
    buffer.truncate(to: written)
    isWithinLine = false
  }

  /// Puts the note about lost lines into the journal.
  private func tell() {
    let count = untold
    // The form of the note is the format's
    let before = buffer.count
    JournalNote.writeLost(count, format, into: &buffer)
    if buffer.count == before {
      untold = 0
      return
    }
    untold = 0
    let length = buffer.count
    let result = target.write(buffer.bytes)
    if result > 0 { buffer.removeFirst(result) }
    if result > 0, result < length { isWithinLine = true }
    // A note that did not go out is dropped and told anew with the next one.
    if result <= 0 {
      buffer.removeAll()
      untold = count
    }
  }

  /// As many whole lines as a pipe takes at once, and a longer line alone.
  private static func portion(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    let most = 4096
    if bytes.count <= most { return bytes.count }
    var end = most
    while end > 0, bytes[end - 1] != 0x0A { end -= 1 }
    if end > 0 { return end }
    return (bytes.firstIndex(of: 0x0A) ?? bytes.count - 1) + 1
  }
}

/// A journal file that could not be opened.
public struct JournalFault: Error, Equatable, Sendable {
  public var path: String
  public var systemError: Int32
}
