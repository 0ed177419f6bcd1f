internal import Facts
internal import Message

// Content and action: what is known last.
extension Facts {
  /// The request announces content (RFC 9112 section 6.3).
  @inline(__always) var hasContent: Bool {
    switch framing {
    case .none, .untilClose: false
    case .length(let length): length > 0
    case .chunked: true
    }
  }

  /// The declared length is within `limits.content`; an undeclared one is measured while it is read.
  @inline(__always) var isContentLengthWithinLimit: Bool {
    if case .length(let length) = framing { return length <= content.limit }
    return true
  }

  /// The content did not arrive whole, in time and within the limit.
  @inline(__always) var hasContentFault: Bool { content.fault.kind != .none }

  /// What the method asks for was done.
  @inline(__always) var isActionComplete: Bool { action.failure == .none }
  @inline(__always) var isHandlerAtFault: Bool { action.failure == .handler }
  @inline(__always) var isListingAtFault: Bool { action.failure == .listing }
  @inline(__always) var isContentShort: Bool { action.failure == .contentEndedEarly }

  @inline(__always) var isMethodOptions: Bool { method == .options }
  @inline(__always) var isMethodTrace: Bool { method == .trace }

  /// The answer is a folder's listing.
  @inline(__always) var isListing: Bool { resource.kind == .collection && !resource.hasIndex }

  /// The answer is a part of the representation: a range was asked for and no If-Range forbids it.
  @inline(__always) var isRangeServed: Bool { hasRange && range.ifRange != .fails }
  @inline(__always) var isRangeSingle: Bool { range.request == .one }

  /// The content comes from a file, not from the configuration.
  @inline(__always) var isFileServed: Bool { resource.kind != .content }
}
