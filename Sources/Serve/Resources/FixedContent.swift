internal import Config
internal import Message
internal import Respond

/// Content that the configuration itself holds. Its entity tag is strong: it is made from the bytes.
final class FixedContent: Sendable {
  private let content: StableBytes
  private let mediaType: StableBytes
  private let entityTag: StableBytes
  private let fields: RepresentationFields
  let position: Position

  init(_ settings: ContentSettings) {
    content = StableBytes(settings.content.value)
    mediaType = StableBytes(settings.type.value)
    var tag = ByteBuffer(capacity: 64)
    tag.append("\"c")
    tag.append(hex: ContentHash.of(content.bytes), digits: 16)
    tag.append("\"")
    entityTag = StableBytes(tag.bytes)
    fields = RepresentationFields(
      mediaType: mediaType.bytes, entityTag: entityTag.bytes,
      lastModified: UnsafeBufferPointer(start: nil, count: 0), takesRanges: true,
      variesByAccept: false)
    position = settings.content.position
  }

  var representation: Representation {
    Representation(
      fields: fields, mediaType: mediaType.bytes, entityTag: entityTag.bytes,
      length: UInt64(content.bytes.count), takesRanges: true, source: .memory(content.bytes))
  }
}

/// A 64-bit digest for entity tags and look-ups: quick, and not for secrets.
enum ContentHash {
  static func of(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0) -> UInt64 {
    guard let start = bytes.baseAddress else { return mix(seed) }
    let raw = UnsafeRawPointer(start)
    var hash = seed ^ UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
    var at = 0
    while at + 8 <= bytes.count {
      hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      at += 8
    }
    var rest: UInt64 = 0
    while at < bytes.count {
      rest = rest << 8 | UInt64(bytes[at])
      at += 1
    }
    return mix(hash ^ rest)
  }

  private static func mix(_ word: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low ^ 0xE703_7ED1_A0B4_28DB
  }
}
