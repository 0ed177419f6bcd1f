internal import Config
internal import Message
internal import Respond
internal import Synchronization

/// Content that the configuration itself holds. Its entity tag is strong: it is made from the bytes.
///
/// What an answer points at is made at the first request for it: there may be many contents, and few that are asked for. Where two
/// loops make it at once, both take what was ready first.
final class FixedContent: Sendable {
  /// Bytes of a content that is copied on a loop; a larger one is when the configuration is taken over.
  static let copiedMax = 65_536

  private let settings: ContentSettings
  private let made = Atomic<Unmanaged<Parts>?>(nil)

  init(_ settings: ContentSettings) {
    self.settings = settings
    if settings.content.value.count > Self.copiedMax { _ = makeParts() }
  }

  deinit { made.load(ordering: .acquiring)?.release() }

  var position: Position { settings.content.position }

  var representation: Representation {
    (made.load(ordering: .acquiring) ?? makeParts())._withUnsafeGuaranteedRef { $0.representation }
  }

  @inline(never)
  private func makeParts() -> Unmanaged<Parts> {
    let parts = Unmanaged.passRetained(Parts(settings))
    let (isFirst, other) = made.compareExchange(
      expected: nil, desired: parts, ordering: .acquiringAndReleasing)
    guard !isFirst, let other else { return parts }
    parts.release()
    return other
  }

  private final class Parts: Sendable {
    private let content: StableBytes
    private let mediaType: StableBytes
    private let entityTag: StableBytes
    private let fields: RepresentationFields

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
    }

    var representation: Representation {
      Representation(
        fields: fields, mediaType: mediaType.bytes, entityTag: entityTag.bytes,
        length: UInt64(content.bytes.count), takesRanges: true, source: .memory(content.bytes))
    }
  }
}

/// A 64-bit digest for entity tags and look-ups: quick, and not for secrets.
enum ContentHash {
  @inline(__always)
  static func of(_ bytes: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0) -> UInt64 {
    guard let start = bytes.baseAddress else { return mix(seed) }
    let raw = UnsafeRawPointer(start)
    var hash = seed ^ UInt64(bytes.count) &* 0x9E37_79B9_7F4A_7C15
    var at = 0
    while at + 8 <= bytes.count {
      hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      at += 8
    }
    return mix(hash ^ rest(raw, bytes.count))
  }

  /// The bytes behind the last whole word as one number, the first of them highest.
  @inline(__always)
  private static func rest(_ raw: UnsafeRawPointer, _ count: Int) -> UInt64 {
    let left = count & 7
    if count >= 8 {
      let last = raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self).bigEndian
      return last & (1 &<< UInt64(left * 8) &- 1)
    }
    if left >= 4 {
      // Two that overlap
      let high = raw.loadUnaligned(as: UInt32.self).bigEndian
      let low = raw.loadUnaligned(fromByteOffset: left - 4, as: UInt32.self).bigEndian
      return UInt64(high) &<< UInt64((left - 4) * 8) | UInt64(low)
    }
    var rest: UInt64 = 0
    for index in 0..<left {
      rest = rest << 8 | UInt64(raw.load(fromByteOffset: index, as: UInt8.self))
    }
    return rest
  }

  @inline(__always)
  private static func mix(_ word: UInt64) -> UInt64 {
    let product = word.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    return product.high ^ product.low ^ 0xE703_7ED1_A0B4_28DB
  }
}
