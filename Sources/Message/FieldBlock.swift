internal import Glibc

/// Fields that many responses share, written once: the date and the server of a second, the validators of a file. Never changes.
public final class FieldBlock: @unchecked Sendable {
  // Allocated and filled by `init`, and only read afterwards.
  let lines: UnsafeBufferPointer<UInt8>
  let entries: [Field]
  let present: FieldSet

  /// Takes a copy of what `fill` adds.
  public init(_ fill: (inout FieldBuffer) -> Void) {
    var buffer = FieldBuffer()
    fill(&buffer)
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(buffer.lines.count, 1))
    if let target = copy.baseAddress { memcpy(target, buffer.lines.base, buffer.lines.count) }
    lines = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(copy)[..<buffer.lines.count])
    entries = buffer.entries
    present = buffer.present
  }

  deinit { lines.deallocate() }
}
