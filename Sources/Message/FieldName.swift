/// A field name that the server knows, as a number (RFC 9110 section 5.1). `other` is every name
/// outside the table.
public enum FieldName: UInt8, Sendable, CaseIterable {
  case other = 0
  // Routing, framing, connection
  case host, connection, contentLength, transferEncoding, trailer, te, upgrade, keepAlive
  case expect, maxForwards, via, forwarded, xForwardedFor, xRequestID, traceparent, tracestate
  // Preconditions and ranges
  case ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince, ifRange, range
  // Negotiation
  case accept, acceptCharset, acceptEncoding, acceptLanguage, negotiate, prefer
  // Credentials
  case authorization, proxyAuthorization, cookie
  // Context of a request
  case origin, referer, userAgent, earlyData, from
  // Representation and content
  case contentType, contentEncoding, contentLanguage, contentLocation, contentRange
  case contentDisposition, etag, lastModified
  // Responses
  case date, server, allow, acceptRanges, acceptPatch, age, cacheControl, expires, location
  case retryAfter, vary, wwwAuthenticate, proxyAuthenticate, setCookie, link, proxyStatus
  case alternates, im, deltaBase, aIM, pragma, preferenceApplied, rateLimit, rateLimitPolicy
  // WebDAV
  case dav, depth, destination, ifDAV, lockToken, overwrite, timeout
  // Resumable uploads
  case uploadOffset, uploadLimit
  // Safety
  case contentSecurityPolicy, xContentTypeOptions
  // Rehearsals
  case rehearse, rehearsed
}

/// Several known field names, as a bit set by number.
public struct FieldSet: OptionSet, Sendable, Hashable {
  public var rawValue: UInt128
  @inlinable @inline(__always) public init(rawValue: UInt128) { self.rawValue = rawValue }
  /// No name at all. Without it an empty list of names would be gone through.
  @inlinable @inline(__always) public init() { rawValue = 0 }
  @inlinable @inline(__always) public init(_ name: FieldName) {
    // A number of a name is below 128: the shift needs no check
    self.init(rawValue: 1 &<< UInt128(truncatingIfNeeded: name.rawValue))
  }
  @inlinable public init(_ names: FieldName...) {
    var bits: UInt128 = 0
    for name in names { bits |= 1 << UInt128(name.rawValue) }
    self.init(rawValue: bits)
  }
  @inlinable @inline(__always) public func contains(_ name: FieldName) -> Bool {
    rawValue & FieldSet(name).rawValue != 0
  }
  @inlinable @inline(__always) public mutating func insert(_ name: FieldName) {
    rawValue |= FieldSet(name).rawValue
  }
}

/// One field line of a message, as slices of the message's bytes. The value has no white space
/// around it.
public struct Field: Equatable, Sendable {
  public var id: FieldName
  public var name: ByteSlice
  public var value: ByteSlice
  @inlinable
  public init(id: FieldName, name: ByteSlice, value: ByteSlice) {
    self.id = id
    self.name = name
    self.value = value
  }
}
