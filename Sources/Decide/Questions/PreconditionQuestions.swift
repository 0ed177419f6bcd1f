internal import Facts
internal import Message

// Preconditions (RFC 9110 section 13) and ranges (section 14).
extension Facts {
  /// A conditional field is there and counts for this method.
  @inline(__always) var hasPreconditions: Bool {
    preconditions.ifMatch != .absent || preconditions.ifUnmodifiedSince != .absent
      || preconditions.ifNoneMatch != .absent || preconditions.ifModifiedSince != .absent
  }

  @inline(__always) var hasIfMatch: Bool { preconditions.ifMatch != .absent }
  @inline(__always) var isIfMatchTrue: Bool { preconditions.ifMatch == .holds }
  @inline(__always) var hasIfUnmodifiedSince: Bool { preconditions.ifUnmodifiedSince != .absent }
  @inline(__always) var isIfUnmodifiedSinceTrue: Bool { preconditions.ifUnmodifiedSince == .holds }
  @inline(__always) var hasIfNoneMatch: Bool { preconditions.ifNoneMatch != .absent }
  @inline(__always) var isIfNoneMatchTrue: Bool { preconditions.ifNoneMatch == .holds }
  @inline(__always) var isMethodGetOrHead: Bool { method == .get || method == .head }
  @inline(__always) var hasIfModifiedSince: Bool { preconditions.ifModifiedSince != .absent }
  @inline(__always) var isIfModifiedSinceTrue: Bool { preconditions.ifModifiedSince == .holds }

  /// A Range field counts: a GET, of a resource that has ranges, in bytes, by the grammar.
  @inline(__always) var hasRange: Bool { range.request != .none }
  @inline(__always) var hasIfRange: Bool { range.ifRange != .absent }
  @inline(__always) var isIfRangeTrue: Bool { range.ifRange == .holds }

  /// More ranges than `limits.ranges` allows, or many that overlap (RFC 9110 section 14.2).
  @inline(__always) var isRangeExcessive: Bool { range.request == .excessive }

  /// At least one range lies within the representation.
  @inline(__always) var isRangeSatisfiable: Bool { range.request != .unsatisfiable }
}
