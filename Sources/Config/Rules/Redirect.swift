public import Message

/// The statuses that a redirect can have.
public enum RedirectStatus: String, Sendable, CaseIterable {
  case movedPermanently = "301"
  case found = "302"
  case seeOther = "303"
  case temporary = "307"
  case permanent = "308"

  /// Clients may turn another method into GET (RFC 9110 sections 15.4.2 and 15.4.3).
  public var mayChangeMethod: Bool { self == .movedPermanently || self == .found }
}

/// A redirect as the resource of a rule.
public struct RedirectSettings: Sendable {
  public var to: Sourced<RedirectTemplate>
  public var status: Sourced<RedirectStatus>
  /// Whether the query of the request goes along.
  public var keepsQuery: Sourced<Bool>

  public init(
    to: Sourced<RedirectTemplate>, status: Sourced<RedirectStatus>, keepsQuery: Sourced<Bool>
  ) {
    self.to = to
    self.status = status
    self.keepsQuery = keepsQuery
  }
}

/// Where a redirect leads: an absolute path or an http or https URI, with captures in path, query and fragment.
///
/// What a capture took is escaped for the place where it stands, so that it can add no query, no field line and no other host.
public struct RedirectTemplate: Sendable, Equatable {
  enum Place: Sendable, Equatable {
    /// Slashes stay, for the capture of the rest; a single segment has none.
    case path
    /// Query and fragment: only what is unreserved stays.
    case component
  }

  enum Part: Sendable, Equatable {
    case literal([UInt8])
    /// Index among the captures of the pattern.
    case capture(Int, Place)
  }

  /// Up to the fragment.
  let parts: [Part]
  /// From the `#` on; empty: none.
  let fragment: [Part]
  let hasQuery: Bool
  /// It names a path of this server, and must not come to name a host.
  let isPath: Bool
  public let text: String

  // MARK: Reading

  /// Reads a template; `captures` are the names that the rule's path has.
  init(
    _ text: String, captures: [[UInt8]]
  ) throws(TextForm.ProblemError) {
    self.text = text
    let bytes = Array(text.utf8)
    if let problem = Self.startProblem(text) { throw TextForm.ProblemError(problem) }
    isPath = bytes.first == 0x2F
    var parts: [Part] = []
    var fragment: [Part] = []
    var literal: [UInt8] = []
    var isInFragment = false
    var hasQuery = false
    func flush() {
      if literal.isEmpty { return }
      if isInFragment {
        fragment.append(.literal(literal))
      } else {
        parts.append(.literal(literal))
      }
      literal = []
    }
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0x7B:
        let capture = try Self.capture(bytes, index, captures)
        flush()
        let place: Place = hasQuery || isInFragment ? .component : .path
        let part = Part.capture(capture.number, place)
        if isInFragment { fragment.append(part) } else { parts.append(part) }
        index = capture.end
        continue
      case 0x23 where !isInFragment:
        flush()
        isInFragment = true
      case 0x3F where !isInFragment: hasQuery = true
      default: try Self.check(bytes, index)
      }
      literal.append(byte)
      index += 1
    }
    flush()
    self.parts = parts
    self.fragment = fragment
    self.hasQuery = hasQuery
  }

  private static func fail(_ message: String, suggestion: String? = nil) -> TextForm.ProblemError {
    TextForm.ProblemError(TextForm.Problem(message, suggestion: suggestion))
  }

  /// RFC 3986 section 2: what may stand in a URI.
  private static func check(_ bytes: [UInt8], _ index: Int) throws(TextForm.ProblemError) {
    let byte = bytes[index]
    if byte == 0x25 {
      guard index + 2 < bytes.count, isHexDigit(bytes[index + 1]), isHexDigit(bytes[index + 2])
      else { throw fail("has a \"%\" without two hexadecimal digits behind it") }
      return
    }
    guard isURIByte(byte) else {
      let whole = String(decoding: bytes, as: UTF8.self)
      throw fail(
        "has a character in it that no URI has", suggestion: byte == 0x7D ? nil : escaped(whole))
    }
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      if isURIByte(byte) || byte == 0x25 || byte == 0x7B || byte == 0x7D {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        for digit in [UInt8(ascii: "%"), byte.hexDigits.0, byte.hexDigits.1] {
          result.unicodeScalars.append(Unicode.Scalar(digit))
        }
      }
    }
    return result
  }

  /// The capture whose brace opens at `index`.
  private static func capture(
    _ bytes: [UInt8], _ index: Int, _ captures: [[UInt8]]
  ) throws(TextForm.ProblemError) -> (number: Int, end: Int) {
    guard let close = bytes[index...].firstIndex(of: 0x7D) else {
      throw fail("has a \"{\" that is not closed")
    }
    var name = bytes[(index + 1)..<close]
    if name.suffix(3).elementsEqual([0x2E, 0x2E, 0x2E]) { name = name.dropLast(3) }
    let text = String(decoding: name, as: UTF8.self)
    guard let number = captures.firstIndex(of: Array(name)) else {
      let known = captures.map { String(decoding: $0, as: UTF8.self) }
      let has =
        known.isEmpty
        ? "none" : known.map { "{\($0)}" }.joined(separator: ", ")
      throw fail(
        "has a capture \(quoted("{\(text)}")) that the rule's path does not have; it has \(has)",
        suggestion: Nearest.word(to: text, among: known).map { "{\($0)}" })
    }
    return (number, close + 1)
  }

  /// The part that decides which server is meant has to be written out.
  private static func startProblem(_ text: String) -> TextForm.Problem? {
    if text.hasPrefix("//") {
      return TextForm.Problem(
        "names a host without a scheme", suggestion: "https:" + text)
    }
    if text.hasPrefix("/") { return nil }
    let lower = text.lowercased()
    for scheme in ["https://", "http://"] where lower.hasPrefix(scheme) {
      let host = text.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
      if host.isEmpty { return TextForm.Problem("has no host") }
      if host.contains("{") {
        return TextForm.Problem(
          "has a capture in its host: whoever asks would choose where to go")
      }
      if host.contains("@") { return TextForm.Problem("has a user's name before its host") }
      return nil
    }
    if text.hasPrefix("{") {
      return TextForm.Problem("begins with a capture", suggestion: "/" + text)
    }
    return TextForm.Problem(
      "is neither a path that starts with a slash nor an http or https URI",
      suggestion: text.contains(":") ? nil : "/" + text)
  }

  // MARK: Writing

  /// Appends the location: an absolute path or an absolute URI (RFC 9110 section 10.2.2), in visible ASCII.
  ///
  /// `path` is the decoded path that `captured` are slices of; `query` is the request's own as it came, empty where it has none or is
  /// to be dropped.
  public func append(
    _ captured: PathPattern.Captured, of path: Span<UInt8>, query: Span<UInt8>,
    to buffer: inout ByteBuffer
  ) {
    let start = buffer.count
    write(parts, captured, path, start, &buffer)
    if query.count > 0 {
      buffer.append(hasQuery ? 0x26 : 0x3F)
      for index in query.indices { buffer.append(unit: UInt16(query[index]), in: .query) }
    }
    write(fragment, captured, path, start, &buffer)
  }

  private func write(
    _ parts: [Part], _ captured: PathPattern.Captured, _ path: Span<UInt8>, _ start: Int,
    _ buffer: inout ByteBuffer
  ) {
    for part in parts {
      switch part {
      case .literal(let bytes):
        for byte in bytes where !isSecondSlash(byte, start, buffer) { buffer.append(byte) }
      case .capture(let number, let place):
        guard number < captured.count else { continue }
        for index in captured[number].range {
          let byte = path[index]
          if isSecondSlash(byte, start, buffer) { continue }
          switch place {
          case .path: buffer.append(unit: UInt16(byte), in: .path)
          case .component: buffer.append(unit: UInt16(byte), in: .uri)
          }
        }
      }
    }
  }

  /// Two slashes at the front would name another host (RFC 3986 section 4.2): an empty capture must not bring them together.
  private func isSecondSlash(_ byte: UInt8, _ start: Int, _ buffer: borrowing ByteBuffer) -> Bool {
    isPath && byte == 0x2F && buffer.count == start + 1
  }

}

// MARK: Characters of RFC 3986

private func isURIByte(_ byte: UInt8) -> Bool {
  byte.isPathCharacter || byte == 0x3F || byte == 0x23 || byte == 0x5B || byte == 0x5D
}

private func isHexDigit(_ byte: UInt8) -> Bool {
  isDigit(byte) || (0x41...0x46).contains(byte & ~0x20)
}

extension TextForm {
  /// What is wrong with a text, thrown where it is read.
  struct ProblemError: Error {
    var problem: Problem
    init(_ problem: Problem) { self.problem = problem }
  }
}
