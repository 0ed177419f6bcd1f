internal import Glibc

/// Fields that many responses share, written once: the date and the server of a second, the validators of a file. Never changes.
public final class FieldBlock: @unchecked Sendable {
  // Allocated and filled by `init`, and only read afterwards.
  let lines: UnsafeBufferPointer<UInt8>
  let entries: UnsafeBufferPointer<Field>
  /// Which known fields are among them.
  public let present: FieldSet

  /// Takes a copy of what `fill` adds.
  public init(_ fill: (inout FieldBuffer) -> Void) {
    var buffer = FieldBuffer()
    fill(&buffer)
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(buffer.lines.count, 1))
    if let target = copy.baseAddress { memcpy(target, buffer.lines.base, buffer.lines.count) }
    lines = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(copy)[..<buffer.lines.count])
    let fields = UnsafeMutableBufferPointer<Field>.allocate(capacity: max(buffer.count, 1))
    _ = fields.initialize(from: buffer.entries)
    entries = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(fields)[..<buffer.count])
    present = buffer.present
  }

  deinit {
    lines.deallocate()
    entries.deallocate()
  }
}
