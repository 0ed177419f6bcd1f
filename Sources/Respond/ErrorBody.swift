internal import Config
internal import Decide
internal import HTTPStatus
public import Message
internal import StatusGuide

/// The content of an answer that has none of its own: a refusal, a redirect. As a problem document (RFC 9457), as HTML or as text, by
/// Accept. Everything from the wire or the configuration is escaped.
enum ErrorBody {
  enum Form: UInt8 {
    case problem, html, text
  }

  static func write(
    _ verdict: borrowing Verdict, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, _ response: Response
  ) {
    response.body.removeAll()
    let form = form(head, context)
    let showsDetails = context.showsDetails
    ErrorFields.block(form, showsDetails: showsDetails)._withUnsafeGuaranteedRef {
      response.fields.add($0)
    }
    let note = Note(verdict, context, response)
    let canKeep =
      ErrorBodyCache.canKeep(verdict.evidence) && note.isEmpty && context.change == nil
    var isWritten = false
    if canKeep {
      isWritten = ErrorBodyCache.append(
        context.errorBodies, verdict, form, showsDetails: showsDetails, id: context.requestID,
        to: &response.body)
    }
    if !isWritten {
      switch form {
      case .problem: writeProblem(verdict, head, context, note, &response.body)
      case .html: ErrorPage.write(verdict, head, context, note, &response.body)
      case .text: writeText(verdict, head, context, note, &response.body)
      }
      if canKeep {
        ErrorBodyCache.keep(
          context.errorBodies, verdict, form, showsDetails: showsDetails, id: context.requestID,
          response.body)
      }
    }
    response.length = UInt64(response.body.count)
    response.hasLength = true
    response.content = .body
  }

  private static func form(
    _ head: UnsafePointer<RequestHead>, _ context: borrowing ResponseContext
  ) -> Form {
    guard let accept = head.pointee.value(of: .accept) else { return .problem }
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
    _ verdict: borrowing Verdict, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, _ note: Note, _ body: inout ByteBuffer
  ) {
    body.append("{\n  \"type\": \"about:blank\",\n  \"title\": \"")
    if let phrase = verdict.cause.phrase { body.append(phrase.utf8) }
    body.append("\",\n  \"status\": ")
    body.append(decimal: UInt64(verdict.status.code))
    note.writeMembers(&body)
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
    if verdict.status == .notAcceptable, let choices = context.choices {
      body.append(",\n  \"variants\": ")
      choices.append(json: &body, margin: "  ")
    }
    writeRemark(verdict, context, &body)
    body.append(",\n  \"id\": \"")
    body.append(context.requestID)
    body.append("\"\n}\n")
  }

  /// What a refused change points at: without it nobody could do better, so everybody gets to see it.
  private static func writeRemark(
    _ verdict: borrowing Verdict, _ context: borrowing ResponseContext, _ body: inout ByteBuffer
  ) {
    guard let change = context.change, verdict.ending.hasRemark else { return }
    body.append(",\n  \"")
    body.append(change.remarkName)
    body.append("\": \"")
    change.remark.withUnsafeBufferPointer { body.append(json: $0) }
    body.append("\"")
    guard !change.keyword.isEmpty else { return }
    body.append(",\n  \"keyword\": \"")
    change.keyword.withUnsafeBufferPointer { body.append(json: $0) }
    body.append("\",\n  \"schema-pointer\": \"")
    change.schemaPointer.withUnsafeBufferPointer { body.append(json: $0) }
    body.append("\"")
  }

  private static func writeEvidence(
    _ evidence: Evidence, _ head: UnsafePointer<RequestHead>, _ context: borrowing ResponseContext,
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
      body.append(wireJSON: UnsafeBufferPointer(rebasing: context.bytes[evidence.field.range]))
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
    _ verdict: borrowing Verdict, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, _ note: Note, _ body: inout ByteBuffer
  ) {
    body.append(decimal: UInt64(verdict.status.code))
    if let phrase = verdict.cause.phrase {
      body.append(" ")
      body.append(phrase.utf8)
    }
    body.append("\n")
    note.writeText(&body)
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
    if verdict.status == .notAcceptable, let choices = context.choices {
      body.append("\n")
      choices.append(text: &body)
    }
    if let change = context.change, verdict.ending.hasRemark {
      body.append(change.remarkName)
      body.append(": ")
      for byte in change.remark { body.append(byte < 0x20 || byte == 0x7F ? 0x20 : byte) }
      body.append("\n")
      if !change.keyword.isEmpty {
        body.append("breaks: ")
        body.append(change.keyword)
        body.append(" at ")
        for byte in change.schemaPointer { body.append(byte < 0x20 || byte == 0x7F ? 0x20 : byte) }
        body.append(" of the schema\n")
      }
    }
    body.append("\nrequest ")
    body.append(context.requestID)
    body.append("\n")
  }
}

extension Ending {
  /// The answer points at something: at a place in a document, or at a path that is in conflict.
  var hasRemark: Bool {
    switch self {
    case .parentMissing, .creationOnly, .nameOfCollection, .collectionNotEmpty, .patchMalformed,
      .patchInapplicable, .patchTestFailed, .schemaBroken:
      true
    default: false
    }
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
    case .proxyHeader: "PROXY header"
    }
  }
}

extension ByteBuffer {
  /// Appends text of ours, in UTF-8, as the inside of a JSON string.
  mutating func append(json bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      if byte >= 0x80 { append(byte) } else { append(jsonASCII: byte) }
    }
  }

  mutating func append(json text: String) {
    var copy = text
    copy.withUTF8 { append(json: $0) }
  }

  /// Appends bytes of the wire as the inside of a JSON string. Those above 127 come as escapes of their numbers, because nobody
  /// knows what they were meant to be.
  mutating func append(wireJSON bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes { append(jsonASCII: byte) }
  }

  private mutating func append(jsonASCII byte: UInt8) {
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

  /// Appends text of ours, in UTF-8, as HTML text or as an attribute's value.
  mutating func append(html bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      if byte >= 0x80 { append(byte) } else { append(htmlASCII: byte) }
    }
  }

  mutating func append(html text: String) {
    var copy = text
    copy.withUTF8 { append(html: $0) }
  }

  /// Appends bytes of the wire as HTML text; those above 127 are not shown, because nobody knows what they were meant to be.
  mutating func append(wireHTML bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes { append(htmlASCII: byte) }
  }

  private mutating func append(htmlASCII byte: UInt8) {
    switch byte {
    case UInt8(ascii: "&"): append("&amp;")
    case UInt8(ascii: "<"): append("&lt;")
    case UInt8(ascii: ">"): append("&gt;")
    case UInt8(ascii: "\""): append("&quot;")
    case UInt8(ascii: "'"): append("&#39;")
    // Paragraphs of help are parted by line feeds
    case 0x0A, 0x20...0x7E: append(byte)
    default: append("&#xFFFD;")
    }
  }
}

/// The fields that every error body brings, by its form.
enum ErrorFields {
  static func block(_ form: ErrorBody.Form, showsDetails: Bool) -> Unmanaged<FieldBlock> {
    switch (form, showsDetails) {
    case (.problem, true): problemWithDetails
    case (.problem, false): problem
    case (.html, true): htmlWithDetails
    case (.html, false): html
    case (.text, true): textWithDetails
    case (.text, false): text
    }
  }

  private static let problem = make("application/problem+json")
  private static let problemWithDetails = make("application/problem+json", showsDetails: true)
  private static let html = make("text/html; charset=utf-8", isPage: true)
  private static let htmlWithDetails = make(
    "text/html; charset=utf-8", isPage: true, showsDetails: true)
  private static let text = make("text/plain; charset=utf-8")
  private static let textWithDetails = make("text/plain; charset=utf-8", showsDetails: true)

  private static func make(
    _ type: StaticString, isPage: Bool = false, showsDetails: Bool = false
  ) -> Unmanaged<FieldBlock> {
    // Made once, and there for good
    let block = FieldBlock { fields in
      fields.add(.contentType, type)
      if isPage {
        fields.add(
          .contentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'")
      }
      fields.add(.contentLanguage, "en")
      fields.add(.xContentTypeOptions, "nosniff")
      // What only this client may see is for no cache; the rest depends on Accept
      if showsDetails { fields.add(.cacheControl, "no-store") }
      fields.add(.vary, "Accept")
    }
    return .passRetained(block)
  }
}
