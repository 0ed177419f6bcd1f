internal import Config
internal import Decide
internal import HTTPStatus
public import Message
internal import StatusGuide

/// The content of an answer that has none of its own: a refusal, a redirect. As a problem document (RFC 9457), as HTML or as text, by
/// Accept, in the language that Accept-Language asks for. Everything from the wire or the configuration is escaped.
enum ErrorBody {
  enum Form: UInt8 {
    case problem, html, text
  }

  /// What tells two bodies of one cause apart.
  struct Kind: Equatable {
    var form = Form.problem
    var showsDetails = false
    var language = Language.english
  }

  static func write(
    _ verdict: borrowing Verdict, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, _ response: Response
  ) {
    response.body.removeAll()
    var kind = Kind(
      form: form(head, context), showsDetails: context.showsDetails,
      language: PageLanguage.wanted(head, context))
    let note = Note(verdict, context, response)
    let canKeep =
      ErrorBodyCache.canKeep(verdict.evidence) && note.isEmpty && context.change == nil
      && context.choicesReference == nil
    let kept =
      canKeep
      ? ErrorBodyCache.append(
        context.errorBodies, verdict, kind, id: context.requestID, to: &response.body) : nil
    if let kept {
      kind.language = kept
    } else {
      let wanted = kind
      kind.language = PageLanguage.told(
        verdict.cause, in: kind.language, showsDetails: kind.showsDetails)
      switch kind.form {
      case .problem: writeProblem(verdict, head, context, note, kind.language, &response.body)
      case .html: ErrorPage.write(verdict, head, context, note, kind.language, &response.body)
      case .text: writeText(verdict, head, context, note, kind.language, &response.body)
      }
      if canKeep {
        ErrorBodyCache.keep(
          context.errorBodies, verdict, wanted, told: kind.language, id: context.requestID,
          response.body)
      }
    }
    // Field lines that the note points at may move now
    let hasVary = response.fields.present.contains(.vary)
    ErrorFields.block(kind)._withUnsafeGuaranteedRef { response.fields.add($0) }
    if hasVary { response.fields.mergeLines(of: .vary) }
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
    _ context: borrowing ResponseContext, _ note: Note, _ language: Language,
    _ body: inout ByteBuffer
  ) {
    body.append("{\n  \"type\": \"about:blank\",\n  \"title\": \"")
    // RFC 9457 section 4.2.1: with about:blank the title is the status's phrase, which may be in the client's language
    if let name = Guide.name(of: verdict.status, in: language) { body.append(json: name.utf8) }
    body.append("\",\n  \"status\": ")
    body.append(decimal: UInt64(verdict.status.code))
    note.writeMembers(&body)
    body.append(",\n  \"detail\": \"")
    if context.showsDetails {
      body.append(json: Guide.summary(of: verdict.cause, in: language).utf8)
      body.append("\",\n  \"cause\": \"")
      body.append(verdict.cause.code.utf8)
      body.append(" ")
      body.append(verdict.cause.slug.utf8)
      body.append("\"")
      writeEvidence(verdict.evidence, head, context, &body)
      if let help = Guide.help(of: verdict.cause, in: language) {
        body.append(",\n  \"help\": \"")
        body.append(json: help.utf8)
        body.append("\"")
      }
    } else {
      // To whom details are hidden, every cause of a status says the same
      if let summary = Guide.summary(of: verdict.status, in: language) {
        body.append(json: summary.utf8)
      }
      body.append("\"")
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
    if evidence.hasMeasure {
      body.append(",\n  \"limit\": ")
      body.append(decimal: evidence.limit)
      body.append(",\n  \"measured\": ")
      body.append(decimal: evidence.measured)
    }
  }

  private static func writeText(
    _ verdict: borrowing Verdict, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, _ note: Note, _ language: Language,
    _ body: inout ByteBuffer
  ) {
    body.append(decimal: UInt64(verdict.status.code))
    if let name = Guide.name(of: verdict.status, in: language) {
      body.append(" ")
      body.append(name.utf8)
    }
    body.append("\n")
    note.writeText(&body)
    body.append("\n")
    if context.showsDetails {
      ErrorDetails.write(text: verdict, context, language, &body)
    } else if let summary = Guide.summary(of: verdict.status, in: language) {
      body.append(summary.utf8)
      body.append("\n")
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
    body.append("\n")
    body.append(language == .english ? "request" : PageWords.id.text(language))
    body.append(" ")
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
