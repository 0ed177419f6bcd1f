internal import Glibc

/// Fields that many responses share, written once: the date and the server of a second, the validators of a file. Never changes.
public final class FieldBlock: @unchecked Sendable {
  // Allocated and filled by `init`, and only read afterwards.
  private let memory: UnsafeMutableRawPointer
  let lines: UnsafeBufferPointer<UInt8>
  let entries: UnsafeBufferPointer<Field>
  /// Which known fields are among them.
  public let present: FieldSet

  /// Takes a copy of what `fill` adds.
  public convenience init(_ fill: (inout FieldBuffer) -> Void) {
    var buffer = FieldBuffer()
    self.init(with: &buffer, fill)
  }

  /// The same with a buffer of the caller's, which is emptied first: for who makes several blocks.
  public init(with buffer: inout FieldBuffer, _ fill: (inout FieldBuffer) -> Void) {
    buffer.removeAll()
    fill(&buffer)
    // The entries and the lines behind them in one piece
    let (count, length) = (buffer.count, buffer.lines.count)
    let entryBytes = count * MemoryLayout<Field>.stride
    // The system's own: Swift's asks for an alignment, which takes longer, and there may be many blocks
    guard let room = malloc(max(entryBytes + length, 1)) else {
      preconditionFailure("no memory for fields")
    }
    memory = room
    let fields = memory.bindMemory(to: Field.self, capacity: count)
    fields.initialize(from: buffer.places, count: count)
    let text = (memory + entryBytes).bindMemory(to: UInt8.self, capacity: length)
    text.initialize(from: buffer.lines.base, count: length)
    entries = UnsafeBufferPointer(start: fields, count: count)
    lines = UnsafeBufferPointer(start: text, count: length)
    present = buffer.present
  }

  deinit { free(memory) }
}
