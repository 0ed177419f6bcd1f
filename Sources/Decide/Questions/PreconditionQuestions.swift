internal import Facts
internal import Message

// Preconditions (RFC 9110 section 13) and ranges (section 14).
extension Facts {
  /// A conditional field is there and counts for this method.
  var hasPreconditions: Bool {
    preconditions.ifMatch != .absent || preconditions.ifUnmodifiedSince != .absent
      || preconditions.ifNoneMatch != .absent || preconditions.ifModifiedSince != .absent
  }

  var hasIfMatch: Bool { preconditions.ifMatch != .absent }
  var isIfMatchTrue: Bool { preconditions.ifMatch == .holds }
  var hasIfUnmodifiedSince: Bool { preconditions.ifUnmodifiedSince != .absent }
  var isIfUnmodifiedSinceTrue: Bool { preconditions.ifUnmodifiedSince == .holds }
  var hasIfNoneMatch: Bool { preconditions.ifNoneMatch != .absent }
  var isIfNoneMatchTrue: Bool { preconditions.ifNoneMatch == .holds }
  var isMethodGetOrHead: Bool { method == .get || method == .head }
  var hasIfModifiedSince: Bool { preconditions.ifModifiedSince != .absent }
  var isIfModifiedSinceTrue: Bool { preconditions.ifModifiedSince == .holds }

  /// A Range field counts: a GET, of a resource that has ranges, in bytes, by the grammar.
  var hasRange: Bool { range.request != .none }
  var hasIfRange: Bool { range.ifRange != .absent }
  var isIfRangeTrue: Bool { range.ifRange == .holds }

  /// More ranges than `limits.ranges` allows, or many that overlap (RFC 9110 section 14.2).
  var isRangeExcessive: Bool { range.request == .excessive }

  /// At least one range lies within the representation.
  var isRangeSatisfiable: Bool { range.request != .unsatisfiable }
}
