public import Message

/// What a successful answer describes: the selected representation (RFC 9110 section 3.2). The memory and the field blocks belong to
/// whoever made it and outlive the response; nothing here counts references, because every request makes one.
public struct Representation {
  /// Content-Type, ETag, Last-Modified, Accept-Ranges, Vary, as far as there are any.
  public var fields: Unmanaged<FieldBlock>
  /// The fields of those that a 304 carries too (RFC 9110 section 15.4.5).
  public var notModifiedFields: Unmanaged<FieldBlock>
  /// All but Content-Type, which the parts of a multipart content have.
  public var multipartFields: Unmanaged<FieldBlock>
  /// Content-Type's value.
  public var mediaType: UnsafeBufferPointer<UInt8>
  /// ETag's value as it is sent, quotes and weakness included; empty: none.
  public var entityTag: UnsafeBufferPointer<UInt8>
  /// Bytes in all.
  public var length: UInt64
  public var takesRanges: Bool
  public var source: Source

  public enum Source {
    case memory(UnsafeBufferPointer<UInt8>)
    case file(descriptor: Int32)
    /// Already written to the response's `body` by the action.
    case body
  }

  public init(
    fields: __shared RepresentationFields, mediaType: UnsafeBufferPointer<UInt8>,
    entityTag: UnsafeBufferPointer<UInt8>, length: UInt64, takesRanges: Bool, source: Source
  ) {
    self.fields = Unmanaged.passUnretained(fields.all)
    notModifiedFields = Unmanaged.passUnretained(fields.notModified)
    multipartFields = Unmanaged.passUnretained(fields.multipart)
    self.mediaType = mediaType
    self.entityTag = entityTag
    self.length = length
    self.takesRanges = takesRanges
    self.source = source
  }
}

/// The fields of a representation, written once and kept by whoever keeps the representation.
public final class RepresentationFields: Sendable {
  let all: FieldBlock
  let notModified: FieldBlock
  let multipart: FieldBlock

  /// Values as they are sent; an empty one leaves its field out.
  public init(
    mediaType: UnsafeBufferPointer<UInt8>, entityTag: UnsafeBufferPointer<UInt8>,
    lastModified: UnsafeBufferPointer<UInt8>, takesRanges: Bool, variesByAccept: Bool
  ) {
    func addAllButType(_ fields: inout FieldBuffer) {
      if !entityTag.isEmpty { fields.add(.etag, entityTag) }
      if !lastModified.isEmpty { fields.add(.lastModified, lastModified) }
      if takesRanges { fields.add(.acceptRanges, "bytes") }
      if variesByAccept { fields.add(.vary, "Accept") }
    }
    all = FieldBlock { fields in
      fields.add(.contentType, mediaType)
      addAllButType(&fields)
    }
    multipart = FieldBlock { addAllButType(&$0) }
    notModified = FieldBlock { fields in
      if !entityTag.isEmpty {
        fields.add(.etag, entityTag)
      } else if !lastModified.isEmpty {
        // A 304 need not repeat the date where the tag is there
        fields.add(.lastModified, lastModified)
      }
      if variesByAccept { fields.add(.vary, "Accept") }
    }
  }
}
