/// A way in which an answer is broken on purpose, for clients that are tested against it. Written `NAME@POINT`.
public struct WireFault: Sendable, Hashable {
  /// What goes wrong.
  public enum Kind: String, Sendable, CaseIterable {
    /// The connection is closed in good order (FIN), whatever is still owed.
    case close
    /// The connection is reset (RST).
    case reset
    /// Nothing more is sent, and the connection stays open until the client gives up or `limits.send-time` has passed.
    case stall
    /// Content-Length names fewer bytes than follow.
    case lengthShort = "length-short"
    /// Content-Length names more bytes than follow; then the connection is closed.
    case lengthLong = "length-long"
    /// A chunk whose size line is not the grammar's (RFC 9112 section 7.1).
    case chunkBroken = "chunk-broken"
    /// Chunked content that ends without its last chunk.
    case chunkUnfinished = "chunk-unfinished"
    /// Bytes that are no status line in its place (RFC 9112 section 4).
    case garbage
    /// A head whose fields never end.
    case headEndless = "head-endless"
    /// The head, byte by byte with a pause before each.
    case headSlow = "head-slow"
    /// Content behind a status that allows none (RFC 9110 section 6.4.1).
    case contentUnallowed = "content-unallowed"
    /// A second answer that nobody has asked for.
    case twice
  }

  /// Where it goes wrong.
  public enum Point: Sendable, Hashable {
    case beforeHead
    /// In the middle of the head.
    case inHead
    case afterHead
    /// In the middle of the content.
    case inContent
    /// Behind the last byte of the answer, where a connection that is kept would carry the next one.
    case afterContent
    /// After so many bytes of the answer, head included.
    case afterBytes(UInt64)
  }

  public var kind: Kind
  public var point: Point

  public init(_ kind: Kind, at point: Point) {
    self.kind = kind
    self.point = point
  }
}
