internal import Config
internal import Decide
internal import HTTPStatus
public import Message
internal import StatusGuide

/// The content of an answer that has none of its own: a refusal, a redirect. As a problem document (RFC 9457), as HTML or as text, by
/// Accept. Everything from the wire or the configuration is escaped.
enum ErrorBody {
  private enum Form {
    case problem, html, text
  }

  static func write(
    _ verdict: borrowing Verdict, _ head: borrowing RequestHead,
    _ context: borrowing ResponseContext, _ response: Response
  ) {
    response.body.removeAll()
    switch form(head, context) {
    case .problem:
      response.fields.add(.contentType, "application/problem+json")
      writeProblem(verdict, head, context, &response.body)
    case .html:
      response.fields.add(.contentType, "text/html; charset=utf-8")
      response.fields.add(
        .contentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'")
      ErrorPage.write(verdict, head, context, &response.body)
    case .text:
      response.fields.add(.contentType, "text/plain; charset=utf-8")
      writeText(verdict, head, context, &response.body)
    }
    response.fields.add(.contentLanguage, "en")
    response.fields.add(.xContentTypeOptions, "nosniff")
    // What only this client may see is for no cache; the rest depends on Accept
    if context.showsDetails { response.fields.add(.cacheControl, "no-store") }
    response.fields.add(.vary, "Accept")
    response.length = UInt64(response.body.count)
    response.hasLength = true
    response.content = .body
  }

  private static func form(
    _ head: borrowing RequestHead, _ context: borrowing ResponseContext
  ) -> Form {
    guard let accept = head.value(of: .accept) else { return .problem }
    let value = UnsafeBufferPointer(rebasing: context.bytes[accept.range]).span
    let candidates: [StaticString] = [
      "application/problem+json", "application/json", "text/html", "text/plain",
    ]
    switch Accept.best(value: value, among: candidates) {
    case 2: return .html
    case 3: return .text
    default: return .problem
    }
  }

  /// RFC 9457 section 3.1; `cause`, `id` and the rest are extension members.
  private static func writeProblem(
    _ verdict: borrowing Verdict, _ head: borrowing RequestHead,
    _ context: borrowing ResponseContext, _ body: inout ByteBuffer
  ) {
    body.append("{\n  \"type\": \"about:blank\",\n  \"title\": \"")
    if let phrase = verdict.cause.phrase { body.append(phrase.utf8) }
    body.append("\",\n  \"status\": ")
    body.append(decimal: UInt64(verdict.status.code))
    if context.showsDetails {
      body.append(",\n  \"detail\": \"")
      body.append(json: Guide.summary(of: verdict.cause).utf8)
      body.append("\",\n  \"cause\": \"")
      body.append(verdict.cause.code.utf8)
      body.append(" ")
      body.append(verdict.cause.slug.utf8)
      body.append("\"")
      writeEvidence(verdict.evidence, head, context, &body)
      if let help = Guide.help(of: verdict.cause) {
        body.append(",\n  \"help\": \"")
        body.append(json: help.utf8)
        body.append("\"")
      }
    }
    body.append(",\n  \"id\": \"")
    body.append(context.requestID)
    body.append("\"\n}\n")
  }

  private static func writeEvidence(
    _ evidence: Evidence, _ head: borrowing RequestHead, _ context: borrowing ResponseContext,
    _ body: inout ByteBuffer
  ) {
    if evidence.key != .none {
      body.append(",\n  \"setting\": \"")
      body.append(evidence.key.name)
      body.append("\",\n  \"at\": \"")
      body.append(json: context.settings.text(of: evidence.position))
      body.append("\"")
    }
    if !evidence.rule.isBuiltIn {
      body.append(",\n  \"rule\": \"")
      body.append(json: context.settings.text(of: evidence.rule))
      body.append("\"")
    }
    if evidence.part != .whole {
      body.append(",\n  \"part\": \"")
      body.append(evidence.part.name)
      body.append("\",\n  \"offset\": ")
      body.append(decimal: evidence.offset)
    }
    if !evidence.field.isEmpty {
      body.append(",\n  \"field\": \"")
      body.append(json: UnsafeBufferPointer(rebasing: context.bytes[evidence.field.range]))
      body.append("\"")
    }
    if evidence.limit != 0 || evidence.measured != 0 {
      body.append(",\n  \"limit\": ")
      body.append(decimal: evidence.limit)
      body.append(",\n  \"measured\": ")
      body.append(decimal: evidence.measured)
    }
  }

  private static func writeText(
    _ verdict: borrowing Verdict, _ head: borrowing RequestHead,
    _ context: borrowing ResponseContext, _ body: inout ByteBuffer
  ) {
    body.append(decimal: UInt64(verdict.status.code))
    if let phrase = verdict.cause.phrase {
      body.append(" ")
      body.append(phrase.utf8)
    }
    body.append("\n")
    if context.showsDetails {
      body.append("\n")
      body.append(verdict.cause.code.utf8)
      body.append(" ")
      body.append(verdict.cause.slug.utf8)
      body.append("\n")
      body.append(Guide.summary(of: verdict.cause).utf8)
      body.append("\n")
      if verdict.evidence.key != .none {
        body.append(verdict.evidence.key.name)
        body.append(": ")
        body.append(string: context.settings.text(of: verdict.evidence.position))
        body.append("\n")
      }
      if let help = Guide.help(of: verdict.cause) {
        body.append(help.utf8)
        body.append("\n")
      }
    }
    body.append("\nrequest ")
    body.append(context.requestID)
    body.append("\n")
  }
}

extension MessagePart {
  /// As it is told to people.
  public var name: StaticString {
    switch self {
    case .whole: "message"
    case .method: "method"
    case .target: "request target"
    case .version: "version"
    case .fieldName: "field name"
    case .fieldValue: "field value"
    case .lineEnding: "line ending"
    case .chunk: "chunk"
    case .trailer: "trailer"
    case .statusLine: "status line"
    case .content: "content"
    }
  }
}

extension ByteBuffer {
  /// Appends bytes as the inside of a JSON string. Bytes above 127 pass where they are UTF-8 of ours; those of the wire come as
  /// escapes, because nobody knows what they were meant to be.
  mutating func append(json bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      switch byte {
      case 0x22, 0x5C:
        append(0x5C)
        append(byte)
      case 0x20...0x7E: append(byte)
      default:
        append("\\u00")
        append(hex: UInt64(byte), digits: 2)
      }
    }
  }

  mutating func append(json text: String) {
    var copy = text
    copy.withUTF8 { append(json: $0) }
  }

  /// Appends bytes as HTML text or as an attribute's value.
  mutating func append(html bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "&"): append("&amp;")
      case UInt8(ascii: "<"): append("&lt;")
      case UInt8(ascii: ">"): append("&gt;")
      case UInt8(ascii: "\""): append("&quot;")
      case UInt8(ascii: "'"): append("&#39;")
      case 0..<0x20, 0x7F: append("&#xFFFD;")
      default: append(byte)
      }
    }
  }

  mutating func append(html text: String) {
    var copy = text
    copy.withUTF8 { append(html: $0) }
  }
}
