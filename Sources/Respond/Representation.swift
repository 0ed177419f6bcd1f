/// What a successful answer describes: the selected representation (RFC 9110 section 3.2). The memory belongs to whoever made it and
/// outlives the response.
public struct Representation {
  /// Content-Type's value.
  public var mediaType: UnsafeBufferPointer<UInt8>
  /// ETag's value as it is sent, quotes and weakness included; empty: none.
  public var entityTag: UnsafeBufferPointer<UInt8>
  /// Last-Modified's value; empty: none.
  public var lastModified: UnsafeBufferPointer<UInt8>
  /// Bytes in all.
  public var length: UInt64
  public var takesRanges: Bool
  /// Whether Accept chose among several (Vary).
  public var variesByAccept: Bool
  public var source: Source

  public enum Source {
    case memory(UnsafeBufferPointer<UInt8>)
    case file(descriptor: Int32)
    /// Already written to the response's `body` by the action.
    case body
  }

  public init(
    mediaType: UnsafeBufferPointer<UInt8>, entityTag: UnsafeBufferPointer<UInt8>,
    lastModified: UnsafeBufferPointer<UInt8>, length: UInt64, takesRanges: Bool,
    variesByAccept: Bool, source: Source
  ) {
    self.mediaType = mediaType
    self.entityTag = entityTag
    self.lastModified = lastModified
    self.length = length
    self.takesRanges = takesRanges
    self.variesByAccept = variesByAccept
    self.source = source
  }
}
