internal import HTTPStatus
internal import Message
internal import StatusGuide

/// The language in which an answer of ours is told.
enum PageLanguage {
  /// What Accept-Language asks for (RFC 9110 section 12.5.4); English where it asks for none of ours: an explanation in some language
  /// is better than none.
  @inline(__always)
  static func wanted(
    _ head: UnsafePointer<RequestHead>, _ context: borrowing ResponseContext
  ) -> Language {
    guard head.pointee.known.contains(.acceptLanguage) else { return .english }
    return best(head, context)
  }

  @inline(never)
  private static func best(
    _ head: UnsafePointer<RequestHead>, _ context: borrowing ResponseContext
  ) -> Language {
    var found = Language.english
    var best = LanguagePreference()
    for raw in 0..<Language.count {
      guard let language = Language(rawValue: raw) else { continue }
      let preference = preference(language.utf8, head, context)
      if preference.isBetter(than: best) { (found, best) = (language, preference) }
    }
    return found
  }

  static func preference(
    _ tag: UnsafeBufferPointer<UInt8>, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext
  ) -> LanguagePreference {
    var preference = LanguagePreference()
    for field in head.pointee.fields where field.id == .acceptLanguage {
      let value = UnsafeBufferPointer(rebasing: context.bytes[field.value.range]).span
      preference.add(value, for: tag.span)
    }
    return preference
  }

  /// The language where the catalogue has all in it that would be told, else English: a body is in one language.
  static func told(_ cause: Cause, in wanted: Language, showsDetails: Bool) -> Language {
    if wanted == .english { return .english }
    let status = Subject.status(cause.status)
    guard Guide.name(of: cause.status, in: wanted) != nil, has(.summary, status, wanted) else {
      return .english
    }
    if !showsDetails { return wanted }
    let subject = Subject.cause(cause)
    return has(.summary, subject, wanted) && has(.help, subject, wanted) ? wanted : .english
  }

  private static func has(_ section: Section, _ subject: Subject, _ language: Language) -> Bool {
    Guide.text(section, of: subject, in: language) != nil || Guide.text(section, of: subject) == nil
  }
}

extension Language {
  static let count: UInt8 = 4

  /// The tag without a `String`.
  var name: StaticString {
    switch self {
    case .english: "en"
    case .thai: "th"
    case .spanish: "es"
    case .chinese: "zh"
    }
  }

  var utf8: UnsafeBufferPointer<UInt8> {
    let name = name
    return UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
  }

  /// The catalogue's language that a tag's first subtag names; nil where it has none.
  init?(tag: [UInt8]) {
    for raw in 0..<Language.count {
      guard let language = Language(rawValue: raw) else { continue }
      let name = language.name
      guard tag.count == 2 || tag.count > 2 && tag[2] == UInt8(ascii: "-"),
        tag[0].lowercased == name.utf8Start[0], tag[1].lowercased == name.utf8Start[1]
      else { continue }
      self = language
      return
    }
    return nil
  }
}
