internal import Glibc

/// Bytes that stay where they are for as long as the object lives, so that a response can point at them.
final class StableBytes: @unchecked Sendable {
  // Written once, before anybody else can see the object.
  let bytes: UnsafeBufferPointer<UInt8>
  private let memory: UnsafeMutableRawPointer

  convenience init(_ source: UnsafeBufferPointer<UInt8>) {
    self.init(count: source.count) { target in
      if let start = source.baseAddress, let end = target.baseAddress {
        memcpy(end, start, source.count)
      }
    }
  }

  convenience init(_ source: [UInt8]) {
    self.init(count: source.count) { _ = $0.initialize(from: source) }
  }

  convenience init(_ text: StaticString) {
    self.init(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Memory of a size that `fill` fills.
  init(count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    // The system's own: Swift's asks for an alignment, which takes longer, and there may be many contents
    guard let room = malloc(max(count, 1)) else { preconditionFailure("no memory for a content") }
    memory = room
    let target = UnsafeMutableBufferPointer(
      start: room.assumingMemoryBound(to: UInt8.self), count: count)
    fill(target)
    bytes = UnsafeBufferPointer(target)
  }

  deinit { free(memory) }
}
