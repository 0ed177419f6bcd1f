public import HTTPStatus
public import Message

/// Writes the heads of HTTP/1.1 responses. It is the only place that writes a status line, and the
/// only one that decides by which frame content may follow it.
public enum HTTP1Writer {
  /// Writes the head of a final response.
  ///
  /// `fields` are the response's own; Content-Length, Transfer-Encoding and Connection are written
  /// here, as the status, the request's method and its version allow (RFC 9110 section 8.6, RFC
  /// 9112 sections 6 and 9). `keepsAlive` is what the server wants; what the head says is in the
  /// permission that comes back. The status is one that can be sent, 200...599, or 101, after which
  /// the connection is no longer HTTP's.
  public static func writeHead(
    status: Status, fields: borrowing FieldBuffer, content: ContentLength, requestMethod: Method,
    requestVersion: HTTPVersion, keepsAlive: Bool, into buffer: inout ByteBuffer
  ) -> ContentPermission {
    if case .known(let length) = content, keepsAlive, requestVersion == .http11,
      isOrdinary(status.code, requestMethod), !fields.present.contains(.upgrade)
    {
      return writeOrdinary(status, fields, length, into: &buffer)
    }
    let isHTTP10 = requestVersion.major == 1 && requestVersion.minor == 0
    let frame = Frame(status.code, content, requestMethod, isHTTP10: isHTTP10)
    let goesOn = keepsAlive && frame != .untilClose
    buffer.reserve(fields.lines.count + 160)
    StatusLines.shared.append(status.code, to: &buffer)
    buffer.append(fields.lines.bytes)
    switch frame {
    case .omitted, .untilClose: break
    case .length(let length):
      buffer.append("Content-Length: ")
      buffer.append(decimal: length)
      buffer.append("\r\n")
    case .chunked: buffer.append("Transfer-Encoding: chunked\r\n")
    }
    appendConnection(
      upgrades: fields.present.contains(.upgrade),
      option: goesOn ? (isHTTP10 ? "keep-alive" : "") : "close", isFinal: status.code != 101,
      to: &buffer)
    buffer.append("\r\n")
    return frame.permission(status.code, content, requestMethod, keepsAlive: goesOn)
  }

  /// Which content the head of such a response would allow: what `writeHead` would hand out.
  public static func shape(
    status: Status, content: ContentLength, requestMethod: Method, requestVersion: HTTPVersion
  ) -> ContentPermission.Shape {
    let isHTTP10 = requestVersion.major == 1 && requestVersion.minor == 0
    return Frame(status.code, content, requestMethod, isHTTP10: isHTTP10)
      .permission(status.code, content, requestMethod, keepsAlive: true).shape
  }

  /// Whether a head has nothing but its length to say of what follows: a final status whose content is not restricted.
  @inline(__always)
  private static func isOrdinary(_ code: UInt16, _ method: Method) -> Bool {
    code >= 200 && code != 204 && code != 205 && code != 304 && method != .head
      && method != .connect
  }

  /// The head of nearly all answers to HTTP/1.1: the length is known, and the connection goes on.
  private static func writeOrdinary(
    _ status: Status, _ fields: borrowing FieldBuffer, _ length: UInt64,
    into buffer: inout ByteBuffer
  ) -> ContentPermission {
    buffer.reserve(fields.lines.count + 160)
    StatusLines.shared.append(status.code, to: &buffer)
    buffer.append(fields.lines.bytes)
    buffer.append("Content-Length: ")
    buffer.append(decimal: length)
    buffer.append("\r\n\r\n")
    return ContentPermission(.exact, keepsAlive: true, remaining: length)
  }

  /// Writes an interim response, 100...199 but 101, whole: it has no content and is followed by
  /// another head (RFC 9110 section 15.2). Not for HTTP/1.0 clients, which know none.
  public static func writeInterim(
    status: Status, fields: borrowing FieldBuffer, into buffer: inout ByteBuffer
  ) {
    precondition(status.code / 100 == 1 && status.code != 101, "an interim response is a 1xx")
    StatusLines.shared.append(status.code, to: &buffer)
    buffer.append(fields.lines.bytes)
    buffer.append("\r\n")
  }

  /// Writes Connection where there is something to say.
  private static func appendConnection(
    upgrades: Bool, option: StaticString, isFinal: Bool, to buffer: inout ByteBuffer
  ) {
    // RFC 9112 sections 9.3 and 9.6: the end of the connection is announced, and to a 1.0 client
    // also that it goes on; after a 101 it is no longer HTTP's.
    let hasOption = isFinal && option.utf8CodeUnitCount > 0
    // RFC 9110 section 7.8: whoever sends Upgrade names it in Connection
    guard hasOption || upgrades || !isFinal else { return }
    buffer.append("Connection: ")
    if upgrades || !isFinal { buffer.append(hasOption ? "upgrade, " : "upgrade") }
    if hasOption { buffer.append(option) }
    buffer.append("\r\n")
  }

  /// Which framing field a head carries.
  private enum Frame: Equatable {
    /// Neither field is allowed, or none is needed.
    case omitted
    case length(UInt64)
    case chunked
    case untilClose

    init(_ code: UInt16, _ content: ContentLength, _ method: Method, isHTTP10: Bool) {
      // RFC 9110 section 8.6: never in 1xx and 204, nor in a 2xx to CONNECT; RFC 9112 section 6.1
      // says the same of Transfer-Encoding
      if code / 100 == 1 || code == 204 || method == .connect && code / 100 == 2 {
        self = .omitted
        return
      }
      // RFC 9110 section 15.4.5: no content; its length would be that of the 200, and may be left
      // out
      if code == 304 {
        self = .omitted
        return
      }
      // RFC 9110 section 15.3.6: a 205 has no content and says so
      if code == 205 {
        self = .length(0)
        return
      }
      switch content {
      case .none: self = .length(0)
      case .known(let length): self = .length(length)
      // RFC 9112 section 6.1: no chunks to a client of 1.0
      case .chunked: self = isHTTP10 ? .untilClose : .chunked
      case .untilClose: self = .untilClose
      }
      // RFC 9110 section 9.3.2: a HEAD whose length is not known leaves it out, and nothing waits
      // for a close
      if method == .head {
        if content == .none || self == .untilClose { self = .omitted }
      }
    }

    func permission(
      _ code: UInt16, _ content: ContentLength, _ method: Method, keepsAlive: Bool
    ) -> ContentPermission {
      if method == .head || code == 205 { return ContentPermission(.none, keepsAlive: keepsAlive) }
      return switch self {
      case .omitted: ContentPermission(.none, keepsAlive: keepsAlive)
      case .length(let length):
        ContentPermission(.exact, keepsAlive: keepsAlive, remaining: length)
      case .chunked: ContentPermission(.chunked, keepsAlive: keepsAlive)
      case .untilClose: ContentPermission(.untilClose, keepsAlive: false)
      }
    }
  }
}
