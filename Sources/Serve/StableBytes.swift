internal import Glibc

/// Bytes that stay where they are for as long as the object lives, so that a response can point at them.
final class StableBytes: @unchecked Sendable {
  // Written once, before anybody else can see the object.
  let bytes: UnsafeBufferPointer<UInt8>

  convenience init(_ source: UnsafeBufferPointer<UInt8>) {
    self.init(count: source.count) { target in
      if let start = source.baseAddress, let end = target.baseAddress {
        memcpy(end, start, source.count)
      }
    }
  }

  convenience init(_ source: [UInt8]) {
    self.init(count: source.count) { target in
      for (index, byte) in source.enumerated() { target[index] = byte }
    }
  }

  convenience init(_ text: StaticString) {
    self.init(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Memory of a size that `fill` fills.
  init(count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(count, 1))
    fill(UnsafeMutableBufferPointer(rebasing: memory[..<count]))
    bytes = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(memory)[..<count])
  }

  deinit { bytes.deallocate() }
}
