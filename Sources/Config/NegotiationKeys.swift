public import Message

/// Which of several representations is sent: variants, precompressed files, compression.
enum NegotiationKeys {
  /// They are keys of `files`.
  static let all = [precompressed, compress, variants, languages, choice, strict]

  static let precompressed = ConfigKey(
    "precompressed", .list(.words(names), single: true), .standard("[]"),
    "Codings of files that lie beside a file and are sent in its place to clients that accept "
      + "them, such as page.html.br; the first are preferred. One that is older than its file is "
      + "not sent.")
  static let compress = ConfigKey(
    "compress", .table(CompressKeys.section, short: CompressKeys.codings.name), .section,
    "Compresses files while they are sent, once for as long as they do not change; a list alone "
      + "is its codings.")
  static let variants = ConfigKey(
    "variants", .boolean, .standard("off"),
    "Whether page.en.html and page.th.html answer for /page.html and /page, and logo.avif and "
      + "logo.png for /logo, where nothing has that name itself.")
  static let languages = ConfigKey(
    "languages", .list(.text(.languageTag), single: true), .standard("[]"),
    "Languages of variants in the order in which the server prefers them where the client has no "
      + "preference; others follow by name.")
  static let choice = ConfigKey(
    "choice", .words(ChoicePolicy.allCases.map(\.rawValue)),
    .standard(ChoicePolicy.server.rawValue),
    "Who chooses among variants: the server, by the Accept fields, or the client, from a list "
      + "(300).")
  static let strict = ConfigKey(
    "strict", .boolean, .standard("off"),
    "Whether 406 is sent where nothing fits the Accept fields; if not, the best there is.")

  /// As they are written, in the order in which they are preferred where nobody says otherwise.
  static let names = [ContentCoding.brotli, .zstd, .gzip].map { "\($0.name)" }

  static func coding(_ name: String) -> ContentCoding? { ContentCoding(Array(name.utf8).span) }
}

enum CompressKeys {
  static let section = ConfigSection(
    "compress", noun: "compression", "Compression of what lies there as it is.",
    keys: [codings, types, minimum, maximum, gzipLevel, brotliLevel, zstdLevel])

  static let codings = ConfigKey(
    "codings", .list(.words(NegotiationKeys.names), single: true), .standard("[]"),
    "Codings to compress with, such as [br, zstd, gzip]; the first are preferred. Without any, "
      + "nothing is compressed.")
  static let types = ConfigKey(
    "types", .list(.text(.mediaRange), single: true),
    .standard("[\"text/*\", application/json, application/xml, application/wasm]"),
    "Media types that are compressed; parameters do not count, * stands for any subtype, and what "
      + "ends in +json or +xml goes with application/json or application/xml.")
  static let minimum = ConfigKey(
    "minimum", .size(0...(1 << 30)), .standard("1 KiB"), "Smaller files are sent as they are.")
  static let maximum = ConfigKey(
    "maximum", .size(1...(32 << 20)), .standard("4 MiB"),
    "Larger files are sent as they are: a compressed file is kept in memory whole.")
  static let gzipLevel = ConfigKey(
    "gzip-level", .count(1...9), .standard("6"), "From 1, the fastest, to 9, the smallest.")
  static let brotliLevel = ConfigKey(
    "br-level", .count(0...11), .standard("5"), "From 0, the fastest, to 11, the smallest.")
  static let zstdLevel = ConfigKey(
    "zstd-level", .count(1...19), .standard("6"), "From 1, the fastest, to 19, the smallest.")
}

/// Who chooses among variants.
public enum ChoicePolicy: String, Sendable, CaseIterable {
  /// By the Accept fields.
  case server
  /// From a list: 300.
  case client
}

/// What `files` says about representations.
public struct NegotiationSettings: Sendable {
  /// Preferred first.
  public var precompressed: Sourced<[ContentCoding]> = Sourced([])
  public var compress = CompressSettings()
  public var variants: Sourced<Bool> = Sourced(false)
  /// Lower-case tags, preferred first.
  public var languages: Sourced<[[UInt8]]> = Sourced([])
  public var choice: Sourced<ChoicePolicy> = Sourced(.server)
  public var strict: Sourced<Bool> = Sourced(false)

  public init() {}
}

public struct CompressSettings: Sendable {
  /// Preferred first; empty: nothing is compressed.
  public var codings: Sourced<[ContentCoding]> = Sourced([])
  /// `type/subtype` or `type/*`, in lower case.
  public var types: Sourced<[[UInt8]]> = Sourced([])
  /// Sizes of files in bytes.
  public var minimum: Sourced<UInt64> = Sourced(1 << 10)
  public var maximum: Sourced<UInt64> = Sourced(4 << 20)
  public var gzipLevel: Sourced<UInt64> = Sourced(6)
  public var brotliLevel: Sourced<UInt64> = Sourced(5)
  public var zstdLevel: Sourced<UInt64> = Sourced(6)

  public init() {}

  /// The level for a coding; 0 for identity.
  public func level(_ coding: ContentCoding) -> Int32 {
    switch coding {
    case .identity: 0
    case .gzip: Int32(truncatingIfNeeded: gzipLevel.value)
    case .brotli: Int32(truncatingIfNeeded: brotliLevel.value)
    case .zstd: Int32(truncatingIfNeeded: zstdLevel.value)
    }
  }

  /// Whether files of a media type are compressed; its parameters do not count.
  public func takes(type: UnsafeBufferPointer<UInt8>) -> Bool {
    let essence = type.prefix { $0 != 0x3B && !$0.isBlank }.map(\.lowercased)
    // RFC 6839: the suffix says of what kind the syntax is
    for (suffix, base) in [("+json", "application/json"), ("+xml", "application/xml")]
    where essence.count > suffix.utf8.count
      && essence.suffix(suffix.utf8.count) == Array(suffix.utf8)[...]
    {
      if types.value.contains(Array(base.utf8)) { return true }
    }
    return types.value.contains { pattern in
      if pattern.last == 0x2A { return essence.starts(with: pattern.dropLast()) }
      return pattern == essence
    }
  }
}

extension Reading {
  /// The files settings with what they say about negotiation.
  func negotiated(_ settings: FilesSettings, _ table: Table) -> FilesSettings {
    var settings = settings
    var negotiation = NegotiationSettings()
    negotiation.precompressed = codings(table, NegotiationKeys.precompressed)
    if let inner = table.table(NegotiationKeys.compress) {
      negotiation.compress = compress(inner)
    }
    negotiation.variants = table.flag(NegotiationKeys.variants)
    negotiation.strict = table.flag(NegotiationKeys.strict)
    negotiation.languages = Sourced(
      table.texts(NegotiationKeys.languages).map { Array($0.value.lowercased().utf8) },
      at: table.position(of: NegotiationKeys.languages))
    if let choice: Sourced<ChoicePolicy> = table.word(NegotiationKeys.choice) {
      negotiation.choice = choice
    }
    if !negotiation.variants.value {
      var idle: [ConfigKey] = []
      if negotiation.choice.value == .client { idle.append(NegotiationKeys.choice) }
      if !negotiation.languages.value.isEmpty { idle.append(NegotiationKeys.languages) }
      for key in idle {
        diagnostics.warning(
          at: table.position(of: key), keys: table.keys(key),
          "this says how to choose among variants, and the rule has none; "
            + "\"variants: on\" lets it have them")
      }
    }
    settings.negotiation = negotiation
    return settings
  }

  /// What a content says of compression; nil where that is nothing. A content that it never applies to is told.
  func compress(_ table: Table, of content: ContentSettings) -> CompressSettings? {
    guard table.isWritten(ContentKeys.compress), let inner = table.table(ContentKeys.compress)
    else { return nil }
    let compress = compress(inner)
    guard let first = compress.codings.value.first else { return nil }
    let position = table.position(of: ContentKeys.compress)
    let count = UInt64(content.content.value.count)
    let isTaken = content.type.value.withUnsafeBufferPointer { compress.takes(type: $0) }
    var reason: String?
    let (least, most) = (compress.minimum.value, compress.maximum.value)
    if !isTaken {
      let type = String(decoding: content.type.value, as: UTF8.self)
      reason = "\(quoted(type)) is none of its \"types\""
    } else if count < least {
      reason = "it has \(count) B, less than \"minimum\" (\(Quantity.size.write(least)))"
    } else if count > most {
      reason = "it has \(count) B, more than \"maximum\" (\(Quantity.size.write(most)))"
    }
    guard let reason else { return compress }
    diagnostics.warning(
      at: position, keys: table.keys(ContentKeys.compress),
      "this content is never sent as \(first.name): \(reason)")
    return nil
  }

  private func compress(_ table: Table) -> CompressSettings {
    var compress = CompressSettings()
    compress.codings = codings(table, CompressKeys.codings)
    compress.types = Sourced(
      table.texts(CompressKeys.types).map { Array($0.value.lowercased().utf8) },
      at: table.position(of: CompressKeys.types))
    compress.minimum = table.number(CompressKeys.minimum)
    compress.maximum = table.number(CompressKeys.maximum)
    compress.gzipLevel = table.number(CompressKeys.gzipLevel)
    compress.brotliLevel = table.number(CompressKeys.brotliLevel)
    compress.zstdLevel = table.number(CompressKeys.zstdLevel)
    if compress.codings.value.isEmpty, !table.isWritten(CompressKeys.codings) {
      let idle = CompressKeys.section.keys.first { table.isWritten($0) }
      if let idle {
        diagnostics.warning(
          at: table.position(of: idle), keys: table.keys(idle),
          "nothing is compressed here while \"codings\" names none, such as [br, zstd, gzip]")
      }
    }
    if compress.minimum.value > compress.maximum.value {
      let blamed = compress.minimum.position.isBuiltIn ? compress.maximum : compress.minimum
      diagnostics.error(
        at: blamed.position, keys: table.keys(CompressKeys.minimum),
        "compress.minimum (\(Quantity.size.write(compress.minimum.value))) is more than "
          + "compress.maximum (\(Quantity.size.write(compress.maximum.value))), "
          + "so that nothing would be compressed")
    }
    return compress
  }

  /// A list of codings; one that stands twice is an error.
  private func codings(_ table: Table, _ key: ConfigKey) -> Sourced<[ContentCoding]> {
    var codings: [ContentCoding] = []
    for text in table.texts(key) {
      guard let coding = NegotiationKeys.coding(text.value) else { continue }
      if codings.contains(coding) {
        diagnostics.error(
          at: text.position, keys: table.keys(key), "\(quoted(text.value)) stands here twice")
      }
      codings.append(coding)
    }
    return Sourced(codings, at: table.position(of: key))
  }
}
