public import HTTPStatus
internal import Message

/// What a rehearsed answer carries by itself, because its status owes it: a value for every field that `HTTPStatus.Duty` asks for and that
/// nobody else writes.
public enum DutyTable {
  /// The fields of a status, in the order of its duties.
  /// - Parameters:
  ///   - elsewhere: a path of this server for Location.
  ///   - contentLength: bytes of the content, for Content-Range.
  ///   - isLeast: only what the status must have.
  public static func fields(
    of status: Status, elsewhere: [UInt8], contentLength: UInt64, isLeast: Bool = false
  ) -> [RehearsedField] {
    var found: [RehearsedField] = []
    func add(_ name: String, _ value: [UInt8]) {
      let isThere = found.contains { $0.name.map(\.lowercased).elementsEqual(name.utf8) }
      if !isThere { found.append(RehearsedField(spelled(Array(name.utf8)), value)) }
    }
    for duty in Duty(status, version: .http11, role: .origin).fields
    where holds(duty) && (!isLeast || duty.strength == .must) {
      let name = duty.field.description
      if name == "location" {
        add(name, elsewhere)
      } else if name == "content-range" {
        add(name, contentRange(status, contentLength))
      } else if let value = values[name] {
        add(name, Array(value.utf8))
      }
    }
    if isLeast { return found }
    // A 304 and a 206 repeat what the 200 would have had; this one has a tag
    if status == .notModified || status == .partialContent {
      add("etag", Array("\"rehearsed\"".utf8))
    }
    return found
  }

  /// Which duties a rehearsal takes for its own: those that always hold, and the conditions that it can bring about.
  private static func holds(_ duty: FieldDuty) -> Bool {
    switch duty.strength {
    case .must, .should: break
    // 503 and 429 may say when to come again, and are of little use to a client otherwise
    case .may: return duty.field == "retry-after"
    case .mustNot, .shouldNot: return false
    }
    switch duty.condition {
    case .always, .singlePart, .notTarget, .byteRanges, .temporary, .knownDemander: return true
    default: return false
    }
  }

  private static func contentRange(_ status: Status, _ length: UInt64) -> [UInt8] {
    if status == .rangeNotSatisfiable || length == 0 { return Array("bytes */\(length)".utf8) }
    // A part of something that is ten times as long
    return Array("bytes 0-\(length - 1)/\(length * 10)".utf8)
  }

  private static let values: [String: String] = [
    "www-authenticate": "Basic realm=\"rehearsal\"",
    "proxy-authenticate": "Basic realm=\"rehearsal\"",
    "allow": "OPTIONS",
    "upgrade": "websocket",
    "retry-after": "5",
    "link": "<https://authority.example/>; rel=\"blocked-by\"",
    "im": "identity",
    "etag": "\"rehearsed\"",
    "accept-encoding": "identity",
  ]

  /// A name as it is usually written.
  public static func spelled(_ name: [UInt8]) -> [UInt8] {
    guard let known = FieldName(named: name.span), known != .other else { return name }
    let text = known.spelling
    return Array(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// Content for a status that has to have some, or is of little use without: text, or what its definition asks for.
  public static func content(of status: Status) -> (type: String, bytes: [UInt8])? {
    switch status.code {
    case 206: return ("application/octet-stream", Array("0123456789".utf8))
    case 207:
      return (
        "application/xml; charset=utf-8",
        Array(
          ("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\">\n"
            + "  <D:response><D:href>/</D:href><D:status>HTTP/1.1 200 OK</D:status></D:response>\n"
            + "</D:multistatus>\n").utf8)
      )
    default: break
    }
    switch status.contentRule {
    case .never, .empty: return nil
    default: break
    }
    let phrase = status.phrase.map { " \($0)" } ?? ""
    return ("text/plain; charset=utf-8", Array("\(status.code)\(phrase)\n".utf8))
  }
}
