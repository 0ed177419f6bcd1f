internal import Config
public import Message

/// What a representation can be recognised by (RFC 9110 section 8.8).
public struct Validators: Sendable {
  /// Seconds since 1970; nil where the resource has no date.
  public var lastModified: Int64?
  /// Whether the tag is weak; a weak tag's date is weak too.
  public var isWeak: Bool

  /// Of what has none.
  public static let none = Validators(lastModified: nil, isWeak: false)

  public init(lastModified: Int64?, isWeak: Bool) {
    self.lastModified = lastModified
    self.isWeak = isWeak
  }
}

extension PreconditionFacts {
  /// Judges each conditional field of a request alone against the selected representation (RFC 9110 section 13.1). Which of them
  /// counts, and in which order, is the graph's to say.
  ///
  /// `bytes` are the bytes that the head's slices point into; `tag` is the representation's entity tag as it is sent, empty where it
  /// has none; `now` is the time in seconds since 1970. The request's method must be one that selects a representation.
  public init(
    _ head: borrowing RequestHead, in bytes: Span<UInt8>, tag: Span<UInt8>,
    validators: Validators, now: Int64
  ) {
    self.init()
    if head.known.contains(.ifMatch) {
      // A list that cannot be read names nobody: the change that it guards is not made.
      ifMatch = Self.names(tag, .ifMatch, head, bytes, weak: false) ? .holds : .fails
    }
    if head.known.contains(.ifNoneMatch) {
      let isNamed = Self.names(tag, .ifNoneMatch, head, bytes, weak: true)
      // One that cannot be read may have named it: what stands there is not overwritten. Who only reads gets it anew
      let isUnread =
        MethodSet.writing.contains(head.method) && Self.isMalformed(.ifNoneMatch, head, bytes)
      ifNoneMatch = isNamed || isUnread ? .fails : .holds
    }
    guard let modified = validators.lastModified else { return }
    if let date = Self.date(.ifUnmodifiedSince, head, bytes, now) {
      ifUnmodifiedSince = modified <= date ? .holds : .fails
    }
    // RFC 9110 section 13.1.3: only for GET and HEAD
    if head.method == .get || head.method == .head,
      let date = Self.date(.ifModifiedSince, head, bytes, now)
    {
      ifModifiedSince = modified > date ? .holds : .fails
    }
  }

  /// Whether a field's list of entity tags names the representation. The field's lines are one list (RFC 9110 section 5.3).
  private static func names(
    _ tag: Span<UInt8>, _ name: FieldName, _ head: borrowing RequestHead, _ bytes: Span<UInt8>,
    weak: Bool
  ) -> Bool {
    for field in head.fields where field.id == name {
      let value = bytes.extracting(field.value.range)
      switch EntityTag.list(value, contains: tag, weak: weak) {
      case .any, .matched: return true
      case .unmatched, .malformed: continue
      }
    }
    return false
  }

  private static func isMalformed(
    _ name: FieldName, _ head: borrowing RequestHead, _ bytes: Span<UInt8>
  ) -> Bool {
    for field in head.fields where field.id == name {
      let value = bytes.extracting(field.value.range)
      if EntityTag.list(value, contains: Span(), weak: true) == .malformed { return true }
    }
    return false
  }

  /// The date of a field that stands once and is a date; anything else is ignored (RFC 9110 sections 13.1.3 and 13.1.4).
  private static func date(
    _ name: FieldName, _ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ now: Int64
  ) -> Int64? {
    guard !head.repeated.contains(name), let value = head.value(of: name) else { return nil }
    return HTTPDate.parse(bytes.extracting(value.range), now: now)
  }
}

extension RangeFacts {
  /// Judges Range and If-Range of a GET (RFC 9110 sections 13.1.5 and 14.2), and reads the ranges into `ranges`, for the action. Nil
  /// where they are to be ignored.
  ///
  /// `countMax` is the number of ranges that one request may ask for.
  public static func evaluate(
    _ head: borrowing RequestHead, in bytes: Span<UInt8>, tag: Span<UInt8>, length: UInt64,
    validators: Validators, countMax: UInt64, now: Int64, into ranges: inout ByteRanges
  ) -> RangeFacts? {
    // A field that should stand once and stands twice is not the grammar's
    guard !head.repeated.contains(.range), let value = head.value(of: .range) else { return nil }
    ranges.take(bytes.extracting(value.range), length: length, coalescing: true)
    var facts = RangeFacts()
    facts.count = UInt64(ranges.asked)
    facts.limit = countMax
    switch ranges.outcome {
    case .notBytes, .malformed: return nil
    case .unsatisfiable: facts.request = .unsatisfiable
    case .excessive: facts.request = .excessive
    case .satisfiable: facts.request = ranges.count == 1 ? .one : .several
    }
    if facts.count > countMax { facts.request = .excessive }
    if head.known.contains(.ifRange) {
      facts.ifRange = ifRange(head, bytes, tag, validators, now) ? .holds : .fails
    }
    return facts
  }

  /// RFC 9110 section 13.1.5: a strong tag that is the same, or the exact date where the date is a strong validator.
  private static func ifRange(
    _ head: borrowing RequestHead, _ bytes: Span<UInt8>, _ tag: Span<UInt8>,
    _ validators: Validators, _ now: Int64
  ) -> Bool {
    guard !head.repeated.contains(.ifRange), let slice = head.value(of: .ifRange) else {
      return false
    }
    let value = bytes.extracting(slice.range)
    if value.count >= 2, value[0] == 0x22 || (value[0] == 0x57 && value[1] == 0x2F) {
      return EntityTag.equal(value, tag, weak: false)
    }
    guard !validators.isWeak, let modified = validators.lastModified else { return false }
    return HTTPDate.parse(value, now: now) == modified
  }
}
