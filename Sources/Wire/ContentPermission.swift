public import Message

/// How long the content of a response is, as far as whoever makes it knows.
public enum ContentLength: Equatable, Sendable {
  /// There is none: written as `Content-Length: 0` where the status may carry content.
  case none
  /// In bytes.
  case known(UInt64)
  /// Not known; sent in chunks, or until the connection closes where the client speaks 1.0.
  case chunked
  case untilClose
}

/// What may follow a response head. Only `HTTP1Writer.writeHead` hands one out, so that content
/// that the status, the method or the length does not allow cannot be written.
///
/// A known length is counted down: more than was declared is cut off, and less is found out by
/// `finish`.
public struct ContentPermission: Equatable, Sendable {
  public enum Shape: UInt8, Equatable, Sendable {
    /// No content may follow.
    case none
    /// Exactly `remaining` bytes are to follow.
    case exact
    case chunked
    case untilClose
  }

  public let shape: Shape
  /// Whether the connection can carry another exchange after this one, as the head has said.
  public let keepsAlive: Bool
  /// Bytes that may still be sent; without meaning for other shapes than `exact`.
  public private(set) var remaining: UInt64

  init(_ shape: Shape, keepsAlive: Bool, remaining: UInt64 = 0) {
    self.shape = shape
    self.keepsAlive = keepsAlive
    self.remaining = remaining
  }

  /// True where content may follow, if only of zero bytes.
  public var allowsContent: Bool { shape != .none }

  /// Takes account of content that goes out some other way (`sendfile`, `writev`). Returns how many
  /// of `count` bytes may be sent so; none in chunks, where `append` has to put the frame around
  /// them.
  public mutating func take(_ count: UInt64) -> UInt64 {
    switch shape {
    case .none, .chunked: return 0
    case .untilClose: return count
    case .exact:
      let taken = min(count, remaining)
      remaining -= taken
      return taken
    }
  }

  /// Appends content, framed as the head has announced it. Returns how many bytes of it were taken.
  @discardableResult
  public mutating func append(
    _ content: UnsafeBufferPointer<UInt8>, to buffer: inout ByteBuffer
  ) -> Int {
    if shape == .chunked {
      ChunkedWriter.append(content, to: &buffer)
      return content.count
    }
    let taken = Int(take(UInt64(content.count)))
    if taken > 0 { buffer.append(UnsafeBufferPointer(rebasing: content[0..<taken])) }
    return taken
  }

  /// Ends the content. Returns false where bytes of a declared length are missing: the connection
  /// must then be closed, for the client waits for them (RFC 9112 section 8).
  public func finish(into buffer: inout ByteBuffer) -> Bool {
    if shape == .chunked { ChunkedWriter.appendEnd(to: &buffer) }
    return shape != .exact || remaining == 0
  }

  /// Ends content in chunks with trailer fields; other shapes cannot carry any, and leave them out.
  public func finish(trailers: borrowing FieldBuffer, into buffer: inout ByteBuffer) -> Bool {
    if shape == .chunked {
      ChunkedWriter.appendEnd(trailers: trailers, to: &buffer)
      return true
    }
    return finish(into: &buffer)
  }
}

/// Writes the frame of chunked content (RFC 9112 section 7.1).
public enum ChunkedWriter {
  /// A chunk with its frame; nothing at all for no bytes, since an empty chunk would be the last.
  public static func append(
    _ content: UnsafeBufferPointer<UInt8>, to buffer: inout ByteBuffer
  ) {
    guard !content.isEmpty else { return }
    appendHead(byteCount: UInt64(content.count), to: &buffer)
    buffer.append(content)
    buffer.append("\r\n")
  }

  /// The line before the data of a chunk of more than zero bytes; behind them goes a CRLF.
  public static func appendHead(byteCount: UInt64, to buffer: inout ByteBuffer) {
    precondition(byteCount > 0)
    buffer.append(hex: byteCount)
    buffer.append("\r\n")
  }

  /// The last chunk, without trailers.
  public static func appendEnd(to buffer: inout ByteBuffer) {
    buffer.append("0\r\n\r\n")
  }

  /// The last chunk with trailers.
  public static func appendEnd(trailers: borrowing FieldBuffer, to buffer: inout ByteBuffer) {
    buffer.append("0\r\n")
    buffer.append(trailers.lines.bytes)
    buffer.append("\r\n")
  }
}
