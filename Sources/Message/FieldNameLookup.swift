// The names as folded words, little end first. The tables are the spellings of
// `FieldNameSpelling.swift` over again, eight bytes at a time; a test holds the two together and
// prints the words of a name that is missing.

extension FieldName {
  /// The known field name that these bytes spell, in any case, or nil (RFC 9110 section 5.1:
  /// case-insensitive).
  public init?(named name: Span<UInt8>) {
    let count = name.count
    guard count >= 2, count <= 24 else { return nil }
    let raw = name.bytes
    let found: FieldName?
    if count <= 8 {
      guard let word = Self.shortWord(raw, count) else { return nil }
      found = Self.short(count, word)
    } else {
      // Eight bytes from the front, eight from the back, and between them where both together are
      // too short.
      let first = raw.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)
      let last = raw.unsafeLoadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
      guard Self.hasNoControls(first), Self.hasNoControls(last) else { return nil }
      if count <= 16 {
        found =
          count <= 12
          ? Self.medium(count, first | Self.fold, last | Self.fold)
          : Self.longer(count, first | Self.fold, last | Self.fold)
      } else {
        let middle = raw.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self)
        guard Self.hasNoControls(middle) else { return nil }
        found = Self.longest(count, first | Self.fold, middle | Self.fold, last | Self.fold)
      }
    }
    guard let found else { return nil }
    self = found
  }

  /// Sets the bit that makes a capital letter small; digits and hyphens have it already.
  private static var fold: UInt64 { 0x2020_2020_2020_2020 }

  /// True where no byte of the word lies below 0x20: such a byte would fold into a digit or a
  /// hyphen.
  @inline(__always)
  private static func hasNoControls(_ word: UInt64) -> Bool {
    (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080 == 0
  }

  /// The two to eight bytes of a name as one folded word, filled up with zeros.
  @inline(__always)
  private static func shortWord(_ raw: RawSpan, _ count: Int) -> UInt64? {
    let word = raw.shortWord(count)
    let used = UInt64.max &>> UInt64((8 - count) &* 8)
    guard hasNoControls(word | ~used) else { return nil }
    return (word | fold) & used
  }
}

extension FieldName {
  private static func short(_ count: Int, _ word: UInt64) -> FieldName? {
    switch count {
    case 2:
      switch word {
      case 0x6574: .te
      case 0x6d69: .im
      case 0x6669: .ifDAV
      default: nil
      }
    case 3:
      switch word {
      case 0x61_6976: .via
      case 0x65_6761: .age
      case 0x76_6164: .dav
      default: nil
      }
    case 4:
      switch word {
      case 0x7473_6f68: .host
      case 0x6d6f_7266: .from
      case 0x6761_7465: .etag
      case 0x6574_6164: .date
      case 0x7972_6176: .vary
      case 0x6b6e_696c: .link
      case 0x6d69_2d61: .aIM
      default: nil
      }
    case 5:
      switch word {
      case 0x65_676e_6172: .range
      case 0x77_6f6c_6c61: .allow
      case 0x68_7470_6564: .depth
      default: nil
      }
    case 6:
      switch word {
      case 0x7463_6570_7865: .expect
      case 0x7470_6563_6361: .accept
      case 0x7265_6665_7270: .prefer
      case 0x6569_6b6f_6f63: .cookie
      case 0x6e69_6769_726f: .origin
      case 0x7265_7672_6573: .server
      case 0x616d_6761_7270: .pragma
      default: nil
      }
    case 7:
      switch word {
      case 0x72_656c_6961_7274: .trailer
      case 0x65_6461_7267_7075: .upgrade
      case 0x72_6572_6566_6572: .referer
      case 0x73_6572_6970_7865: .expires
      case 0x74_756f_656d_6974: .timeout
      default: nil
      }
    case 8:
      switch word {
      case 0x6863_7461_6d2d_6669: .ifMatch
      case 0x6567_6e61_722d_6669: .ifRange
      case 0x6e6f_6974_6163_6f6c: .location
      case 0x6573_7261_6568_6572: .rehearse
      default: nil
      }
    default: nil
    }
  }
}

extension FieldName {
  private static func medium(_ count: Int, _ first: UInt64, _ last: UInt64) -> FieldName? {
    switch count {
    case 9:
      switch (last, first) {
      case (0x6465_6472_6177_726f, 0x6564_7261_7772_6f66): .forwarded
      case (0x6574_6169_746f_6765, 0x7461_6974_6f67_656e): .negotiate
      case (0x7469_6d69_6c65_7461, 0x696d_696c_6574_6172): .rateLimit
      case (0x6574_6972_7772_6576, 0x7469_7277_7265_766f): .overwrite
      case (0x6465_7372_6165_6865, 0x6573_7261_6568_6572): .rehearsed
      default: nil
      }
    case 10:
      switch (last, first) {
      case (0x6e6f_6974_6365_6e6e, 0x6974_6365_6e6e_6f63): .connection
      case (0x6576_696c_612d_7065, 0x696c_612d_7065_656b): .keepAlive
      case (0x6574_6174_7365_6361, 0x6174_7365_6361_7274): .tracestate
      case (0x746e_6567_612d_7265, 0x6567_612d_7265_7375): .userAgent
      case (0x6174_6164_2d79_6c72, 0x6164_2d79_6c72_6165): .earlyData
      case (0x6569_6b6f_6f63_2d74, 0x6b6f_6f63_2d74_6573): .setCookie
      case (0x7365_7461_6e72_6574, 0x7461_6e72_6574_6c61): .alternates
      case (0x6573_6162_2d61_746c, 0x6162_2d61_746c_6564): .deltaBase
      case (0x6e65_6b6f_742d_6b63, 0x6b6f_742d_6b63_6f6c): .lockToken
      default: nil
      }
    case 11:
      switch (last, first) {
      case (0x746e_6572_6170_6563, 0x7261_7065_6361_7274): .traceparent
      case (0x7265_7466_612d_7972, 0x6661_2d79_7274_6572): .retryAfter
      case (0x6e6f_6974_616e_6974, 0x7461_6e69_7473_6564): .destination
      default: nil
      }
    case 12:
      switch (last, first) {
      case (0x7364_7261_7772_6f66, 0x7772_6f66_2d78_616d): .maxForwards
      case (0x6469_2d74_7365_7571, 0x7365_7571_6572_2d78): .xRequestID
      case (0x6570_7974_2d74_6e65, 0x2d74_6e65_746e_6f63): .contentType
      case (0x6863_7461_702d_7470, 0x702d_7470_6563_6361): .acceptPatch
      case (0x7375_7461_7473_2d79, 0x7473_2d79_786f_7270): .proxyStatus
      case (0x7469_6d69_6c2d_6461, 0x6c2d_6461_6f6c_7075): .uploadLimit
      default: nil
      }
    default: nil
    }
  }
}

extension FieldName {
  private static func longer(_ count: Int, _ first: UInt64, _ last: UInt64) -> FieldName? {
    switch count {
    case 13:
      switch (last, first) {
      case (0x6863_7461_6d2d_656e, 0x2d65_6e6f_6e2d_6669): .ifNoneMatch
      case (0x6e6f_6974_617a_6972, 0x7a69_726f_6874_7561): .authorization
      case (0x6567_6e61_722d_746e, 0x2d74_6e65_746e_6f63): .contentRange
      case (0x6465_6966_6964_6f6d, 0x646f_6d2d_7473_616c): .lastModified
      case (0x7365_676e_6172_2d74, 0x722d_7470_6563_6361): .acceptRanges
      case (0x6c6f_7274_6e6f_632d, 0x6f63_2d65_6863_6163): .cacheControl
      case (0x7465_7366_666f_2d64, 0x6f2d_6461_6f6c_7075): .uploadOffset
      default: nil
      }
    case 14:
      switch (last, first) {
      case (0x6874_676e_656c_2d74, 0x2d74_6e65_746e_6f63): .contentLength
      case (0x7465_7372_6168_632d, 0x632d_7470_6563_6361): .acceptCharset
      default: nil
      }
    case 15:
      switch (last, first) {
      case (0x726f_662d_6465_6472, 0x7261_7772_6f66_2d78): .xForwardedFor
      case (0x676e_6964_6f63_6e65, 0x652d_7470_6563_6361): .acceptEncoding
      case (0x6567_6175_676e_616c, 0x6c2d_7470_6563_6361): .acceptLanguage
      default: nil
      }
    case 16:
      switch (last, first) {
      case (0x676e_6964_6f63_6e65, 0x2d74_6e65_746e_6f63): .contentEncoding
      case (0x6567_6175_676e_616c, 0x2d74_6e65_746e_6f63): .contentLanguage
      case (0x6e6f_6974_6163_6f6c, 0x2d74_6e65_746e_6f63): .contentLocation
      case (0x6574_6163_6974_6e65, 0x6874_7561_2d77_7777): .wwwAuthenticate
      case (0x7963_696c_6f70_2d74, 0x696d_696c_6574_6172): .rateLimitPolicy
      default: nil
      }
    default: nil
    }
  }
}

extension FieldName {
  private static func longest(
    _ count: Int, _ first: UInt64, _ middle: UInt64, _ last: UInt64
  ) -> FieldName? {
    switch count {
    case 17:
      switch (last, first, middle) {
      case (
        0x676e_6964_6f63_6e65, 0x7265_6673_6e61_7274,
        0x6e69_646f_636e_652d
      ): .transferEncoding
      case (
        0x6563_6e69_732d_6465, 0x6669_646f_6d2d_6669,
        0x636e_6973_2d64_6569
      ): .ifModifiedSince
      default: nil
      }
    case 18:
      switch (last, first, middle) {
      case (
        0x6574_6163_6974_6e65, 0x7561_2d79_786f_7270,
        0x6163_6974_6e65_6874
      ): .proxyAuthenticate
      case (
        0x6465_696c_7070_612d, 0x6e65_7265_6665_7270,
        0x696c_7070_612d_6563
      ): .preferenceApplied
      default: nil
      }
    case 19:
      switch (last, first, middle) {
      case (
        0x6563_6e69_732d_6465, 0x646f_6d6e_752d_6669,
        0x6973_2d64_6569_6669
      ): .ifUnmodifiedSince
      case (
        0x6e6f_6974_617a_6972, 0x7561_2d79_786f_7270,
        0x7461_7a69_726f_6874
      ): .proxyAuthorization
      case (
        0x6e6f_6974_6973_6f70, 0x2d74_6e65_746e_6f63,
        0x7469_736f_7073_6964
      ): .contentDisposition
      default: nil
      }
    case 22:
      switch (last, first, middle) {
      case (
        0x736e_6f69_7470_6f2d, 0x6e65_746e_6f63_2d78,
        0x6f2d_6570_7974_2d74
      ): .xContentTypeOptions
      default: nil
      }
    case 23:
      switch (last, first, middle) {
      case (
        0x7963_696c_6f70_2d79, 0x2d74_6e65_746e_6f63,
        0x7974_6972_7563_6573
      ): .contentSecurityPolicy
      default: nil
      }
    default: nil
    }
  }
}
