/// A part of a message, as offsets into the bytes that the message was read from.
///
/// Slices are how the hot path talks about names and values without making a `String` of them. They
/// mean nothing without the buffer that they were cut from; whoever keeps one longer than the
/// buffer copies the bytes.
public struct ByteSlice: Equatable, Hashable, Sendable {
  /// Offset of the first byte, counted from the first byte of the message.
  public var start: UInt32
  /// Offset behind the last byte.
  public var end: UInt32

  @inlinable
  public init(start: UInt32, end: UInt32) {
    self.start = start
    self.end = end
  }

  @inlinable
  public init(_ start: Int, _ end: Int) {
    self.start = UInt32(truncatingIfNeeded: start)
    self.end = UInt32(truncatingIfNeeded: end)
  }

  /// The slice that holds nothing.
  public static let empty = ByteSlice(start: 0, end: 0)

  /// Number of bytes.
  @inlinable public var count: Int { Int(end) - Int(start) }
  @inlinable public var isEmpty: Bool { start >= end }
  /// The slice of a buffer in front of which `distance` bytes were put.
  @inlinable public func moved(by distance: UInt32) -> ByteSlice {
    ByteSlice(start: start &+ distance, end: end &+ distance)
  }

  /// The slice as a range of indices.
  @inlinable public var range: Range<Int> { Int(start)..<Int(end) }
}
