internal import Config
internal import Facts
internal import Message
internal import Respond
internal import Synchronization

/// Content that the configuration itself holds. Its entity tag is strong: it is made from the bytes.
///
/// What an answer points at is made at the first request for it: there may be many contents, and few that are asked for. Where two
/// loops make it at once, both take what was ready first. What takes long (compressing, copying much) is done when the configuration
/// is taken over.
final class FixedContent: Sendable {
  /// Bytes of a content that is copied on a loop.
  static let copiedMax = 65_536

  private let settings: ContentSettings
  /// There are codings to choose from.
  let isCoded: Bool
  private let made = Atomic<Unmanaged<Forms>?>(nil)

  init(_ settings: ContentSettings) {
    self.settings = settings
    isCoded = settings.compress != nil
    if isCoded || settings.content.value.count > Self.copiedMax { _ = makeForms() }
  }

  deinit { made.load(ordering: .acquiring)?.release() }

  var position: Position { settings.content.position }

  /// The content as it is.
  var representation: Representation {
    forms._withUnsafeGuaranteedRef { $0.plain.representation }
  }

  /// The content in the coding that a client wants most; among equals the rule's first goes, and the content as it is goes last.
  func representation(for weights: CodingWeights) -> Representation {
    forms._withUnsafeGuaranteedRef { $0.best(for: weights).representation }
  }

  private var forms: Unmanaged<Forms> {
    @inline(__always) get { made.load(ordering: .acquiring) ?? makeForms() }
  }

  @inline(never)
  private func makeForms() -> Unmanaged<Forms> {
    let forms = Unmanaged.passRetained(Forms(settings))
    let (isFirst, other) = made.compareExchange(
      expected: nil, desired: forms, ordering: .acquiringAndReleasing)
    guard !isFirst, let other else { return forms }
    forms.release()
    return other
  }

  private final class Forms: Sendable {
    let plain: Form
    let coded: [Form]

    init(_ settings: ContentSettings) {
      let content = StableBytes(settings.content.value)
      let type = StableBytes(settings.type.value)
      var made: [(coding: ContentCoding, content: StableBytes)] = []
      if let compress = settings.compress {
        for coding in compress.codings.value {
          let smaller = Compressor.compress(
            content.bytes, coding, level: compress.level(coding))
          // What does not get smaller goes as it is
          if let smaller, smaller.bytes.count < content.bytes.count {
            made.append((coding, smaller))
          }
        }
      }
      let isCoded = !made.isEmpty
      plain = Form(.identity, content, type, varies: isCoded)
      coded = made.map { Form($0.coding, $0.content, type, varies: isCoded) }
    }

    func best(for weights: CodingWeights) -> Form {
      var best = plain
      var bestWeight = max(weights.thousandths(.identity), 1)
      var isCoded = false
      for form in coded {
        let weight = weights.thousandths(form.coding)
        if weight > bestWeight || !isCoded && weight == bestWeight {
          (best, bestWeight, isCoded) = (form, weight, true)
        }
      }
      return best
    }
  }

  /// The content in one coding. Its bytes are there, so that its tag is as strong as that of the content as it is, and it has ranges.
  private final class Form: Sendable {
    let coding: ContentCoding
    private let content: StableBytes
    private let mediaType: StableBytes
    private let entityTag: StableBytes
    private let fields: RepresentationFields

    init(_ coding: ContentCoding, _ content: StableBytes, _ type: StableBytes, varies: Bool) {
      self.coding = coding
      self.content = content
      mediaType = type
      var tag = ByteBuffer(capacity: 64)
      tag.append("\"c")
      tag.append(hex: ContentHash.of(content.bytes), digits: 16)
      tag.append("\"")
      entityTag = StableBytes(tag.bytes)
      var selection = SelectionFields(vary: varies ? Array("Accept-Encoding".utf8) : [])
      if coding != .identity { selection.coding = Array("\(coding.name)".utf8) }
      fields = RepresentationFields(
        mediaType: type.bytes, entityTag: entityTag.bytes,
        lastModified: UnsafeBufferPointer(start: nil, count: 0), takesRanges: true,
        selection: selection)
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
