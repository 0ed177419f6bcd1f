/// What can be wrong with a message as bytes. Found by `Wire`, given its cause in `Decide`
/// (`FaultCauses`), where a table maps each case to one cause.
public enum FaultKind: UInt8, Sendable, CaseIterable {
  case none = 0
  // Request line (RFC 9112 section 3)
  case requestLineMalformed, methodMalformed, targetMalformed, targetEscapeMalformed
  case targetFormWrong, versionMalformed, versionUnsupported, targetTooLong
  // Target path, once decoded
  case pathNotUTF8, pathContainsNUL, pathDoubleEncoded, pathSeparatorEncoded, pathLeavesRoot
  // Lines (RFC 9112 section 2.2)
  case bareCarriageReturn, bareLineFeed, leadingWhitespace
  // Field lines (RFC 9112 section 5)
  case fieldNameMalformed, spaceBeforeColon, fieldValueMalformed, foldedField
  case fieldTooLarge, headTooLarge, tooManyFields
  // Host (RFC 9112 section 3.2)
  case hostMissing, hostRepeated, hostMalformed
  // Framing (RFC 9112 section 6)
  case contentLengthMalformed, contentLengthRepeated, contentLengthWithTransferEncoding
  case transferEncodingInHTTP10, transferEncodingMalformed, finalCodingNotChunked
  case transferCodingUnknown
  // Chunked (RFC 9112 section 7.1)
  case chunkSizeMalformed, chunkExtensionMalformed, chunkExtensionsTooLarge, chunkDataUnterminated
  case trailerMalformed, trailersTooLarge
  // The connection
  case messageIncomplete, tlsOnPlainPort
  // Time and size, found while the message is read
  case headTimeout, contentTimeout, contentTooSlow, contentLengthAboveLimit
  case chunkedContentAboveLimit
  // Responses only (RFC 9112 section 4)
  case statusLineMalformed, statusMalformed
  // Before the first request: the PROXY protocol
  case proxyHeaderMalformed
  // No request at all: a connection that a rehearsal answers because nothing is asked on it
  case idleRehearsed
  // Request line again (RFC 9112 section 3): a method longer than any that there is
  case methodTooLong
  // Request line again (RFC 9112 section 3.2.2): a URI of another scheme
  case targetSchemeForeign
}

/// Which part of the message a fault or a piece of evidence lies in.
public enum MessagePart: UInt8, Sendable {
  case whole = 0
  case method, target, version, fieldName, fieldValue, lineEnding, chunk, trailer, statusLine
  case content
  case proxyHeader
}

/// A fault of a message, with the exact place where it lies.
public struct MessageFault: Error, Equatable, Sendable {
  public var kind: FaultKind
  /// Offset of the first byte at fault, counted from the first byte of the message (content and its
  /// framing included).
  public var offset: UInt64
  public var part: MessagePart
  /// The name of the field at fault, where there is one, as a slice of the head.
  public var field: ByteSlice
  /// For limits: the limit in force and the value that was measured or declared, in bytes, fields
  /// or milliseconds; else 0.
  public var limit: UInt64
  public var measured: UInt64

  @inlinable
  public init(
    _ kind: FaultKind, at offset: UInt64, in part: MessagePart, field: ByteSlice = .empty,
    limit: UInt64 = 0, measured: UInt64 = 0
  ) {
    self.kind = kind
    self.offset = offset
    self.part = part
    self.field = field
    self.limit = limit
    self.measured = measured
  }
}
