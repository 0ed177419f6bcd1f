/// The form of a request target (RFC 9112 section 3.2).
public enum TargetForm: UInt8, Sendable {
  case origin, absolute, authority, asterisk
}

/// A protocol version as it stands in a message: major and minor.
public struct HTTPVersion: Equatable, Hashable, Sendable {
  public var major: UInt8
  public var minor: UInt8
  @inlinable public init(_ major: UInt8, _ minor: UInt8) {
    self.major = major
    self.minor = minor
  }
  public static let http10 = HTTPVersion(1, 0)
  public static let http11 = HTTPVersion(1, 1)
  /// Of a request whose line was not read so far.
  public static let unread = HTTPVersion(0, 0)
}

/// How the end of a message's content is found (RFC 9112 section 6.3).
public enum Framing: Equatable, Sendable {
  /// No content follows.
  case none
  /// Content-Length, in bytes; a number that does not fit is `UInt64.max`.
  case length(UInt64)
  case chunked
  /// Responses only: until the connection closes.
  case untilClose
}

/// What the client expects before it sends content (RFC 9110 section 10.1.1).
public enum Expectation: UInt8, Sendable {
  case none, continue100, unknown
}

/// The head of a request, as slices of the bytes that it was read from: nothing here owns memory
/// but the field list, which is reused from request to request.
///
/// The same type serves every version of HTTP: an HTTP/2 stream fills it from its pseudo-fields.
public struct RequestHead: Sendable {
  public var method: Method = .unknown
  public var methodName: ByteSlice = .empty
  /// The whole request target as received.
  public var target: ByteSlice = .empty
  public var targetForm: TargetForm = .origin
  /// The target names the scheme `https` (RFC 9110 section 4.2.2).
  public var isTargetSecure = false
  /// The target's path as received, still percent-encoded, from its first slash; empty for
  /// authority and asterisk form.
  public var path: ByteSlice = .empty
  /// The query without its question mark; `hasQuery` tells an empty one from none.
  public var query: ByteSlice = .empty
  public var hasQuery = false
  /// True where `path` is not yet the path to look for: it has escapes, dot segments or doubled
  /// slashes.
  public var pathNeedsDecoding = false
  /// The authority that governs (RFC 9112 section 3.2.2: the target's in absolute form, else
  /// Host's), without its port.
  public var host: ByteSlice = .empty
  /// The authority's port, 0 where it names none.
  public var port: UInt16 = 0
  public var version: HTTPVersion = .unread
  public var framing: Framing = .none
  public var expectation: Expectation = .none
  /// Whether the connection can carry another request after this one (RFC 9112 section 9.3).
  public var keepsAlive = true
  /// Number of bytes from the first of the request line to the empty line's last.
  public var byteCount: UInt32 = 0

  public var fields: [Field] = []
  /// Which known fields are there, and which of them more than once.
  public var known = FieldSet()
  public var repeated = FieldSet()

  public init() { fields.reserveCapacity(32) }

  /// Makes the head ready for the next request; keeps the field list's memory.
  @inlinable public mutating func reset() {
    method = .unknown
    methodName = .empty
    target = .empty
    targetForm = .origin
    isTargetSecure = false
    path = .empty
    query = .empty
    hasQuery = false
    pathNeedsDecoding = false
    host = .empty
    port = 0
    version = .unread
    framing = .none
    expectation = .none
    keepsAlive = true
    byteCount = 0
    // Taking all at once is a call that handles every case: a few go one by one
    if fields.count <= 4 {
      while !fields.isEmpty { fields.removeLast() }
    } else {
      fields.removeAll(keepingCapacity: true)
    }
    known = FieldSet()
    repeated = FieldSet()
  }

  /// The first value of a known field, or nil.
  @inlinable public func value(of name: FieldName) -> ByteSlice? {
    guard known.contains(name) else { return nil }
    for field in fields where field.id == name { return field.value }
    return nil
  }
}

/// The head of a response as it was received, as slices.
public struct ResponseHead: Sendable {
  /// 0...999 as received.
  public var status: UInt16 = 0
  public var reason: ByteSlice = .empty
  public var version: HTTPVersion = .http11
  public var framing: Framing = .none
  public var keepsAlive = true
  public var byteCount: UInt32 = 0
  public var fields: [Field] = []
  public var known = FieldSet()
  public var repeated = FieldSet()
  public init() {}
}
