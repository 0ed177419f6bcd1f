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
  /// Vary without Accept, for refusals, which name that themselves.
  public var refusalFields: Unmanaged<FieldBlock>
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
    /// Made only when it is sent, and this answer sends none: not even the length is known.
    case unmade
  }

  public init(
    fields: __shared RepresentationFields, mediaType: UnsafeBufferPointer<UInt8>,
    entityTag: UnsafeBufferPointer<UInt8>, length: UInt64, takesRanges: Bool, source: Source
  ) {
    self.fields = Unmanaged.passUnretained(fields.all)
    notModifiedFields = Unmanaged.passUnretained(fields.notModified)
    multipartFields = Unmanaged.passUnretained(fields.multipart)
    refusalFields = Unmanaged.passUnretained(fields.refusal)
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
  let refusal: FieldBlock

  /// Values as they are sent; an empty one leaves its field out.
  public convenience init(
    mediaType: UnsafeBufferPointer<UInt8>, entityTag: UnsafeBufferPointer<UInt8>,
    lastModified: UnsafeBufferPointer<UInt8>, takesRanges: Bool, variesByAccept: Bool
  ) {
    self.init(
      mediaType: mediaType, entityTag: entityTag, lastModified: lastModified,
      takesRanges: takesRanges,
      selection: SelectionFields(vary: variesByAccept ? Array("Accept".utf8) : []))
  }

  /// The same for a representation that was selected among several.
  public init(
    mediaType: UnsafeBufferPointer<UInt8>, entityTag: UnsafeBufferPointer<UInt8>,
    lastModified: UnsafeBufferPointer<UInt8>, takesRanges: Bool, selection: SelectionFields
  ) {
    func addSelection(_ fields: inout FieldBuffer) {
      if !selection.coding.isEmpty { fields.add(.contentEncoding, selection.coding) }
      if !selection.language.isEmpty { fields.add(.contentLanguage, selection.language) }
    }
    func addPlace(_ fields: inout FieldBuffer) {
      if !selection.location.isEmpty { fields.add(.contentLocation, selection.location) }
      if !selection.vary.isEmpty { fields.add(.vary, selection.vary) }
    }
    func addAllButType(_ fields: inout FieldBuffer) {
      if !entityTag.isEmpty { fields.add(.etag, entityTag) }
      if !lastModified.isEmpty { fields.add(.lastModified, lastModified) }
      if takesRanges { fields.add(.acceptRanges, "bytes") }
      addPlace(&fields)
    }
    // One after the other in the same buffer
    var buffer = FieldBuffer()
    all = FieldBlock(with: &buffer) { fields in
      fields.add(.contentType, mediaType)
      addSelection(&fields)
      addAllButType(&fields)
    }
    multipart = FieldBlock(with: &buffer) { fields in
      addSelection(&fields)
      addAllButType(&fields)
    }
    // A refusal says itself that it depends on Accept
    let others = SelectionFields.withoutAccept(selection.vary)
    refusal = FieldBlock(with: &buffer) { fields in
      if !others.isEmpty { fields.add(.vary, others) }
    }
    notModified = FieldBlock(with: &buffer) { fields in
      if !entityTag.isEmpty {
        fields.add(.etag, entityTag)
      } else if !lastModified.isEmpty {
        // A 304 need not repeat the date where the tag is there
        fields.add(.lastModified, lastModified)
      }
      // RFC 9110 section 15.4.5: what a 200 would say of these is said again
      addPlace(&fields)
    }
  }
}

/// What the fields of a representation say when it was selected among several; an empty value leaves its field out.
public struct SelectionFields: Sendable {
  public var coding: [UInt8] = []
  public var language: [UInt8] = []
  /// Content-Location: a reference to the variant itself.
  public var location: [UInt8] = []
  public var vary: [UInt8] = []

  public init(vary: [UInt8] = []) { self.vary = vary }

  /// A value of Vary without the name that every error body depends on.
  static func withoutAccept(_ vary: [UInt8]) -> [UInt8] {
    let names = vary.split(separator: UInt8(ascii: ",")).map { $0.drop { $0 == 0x20 } }
    let others = names.filter { !$0.elementsEqual("Accept".utf8) }
    return Array(others.joined(separator: Array(", ".utf8)))
  }
}
