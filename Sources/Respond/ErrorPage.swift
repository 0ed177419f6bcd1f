internal import Config
internal import Decide
internal import HTTPStatus
internal import Message
internal import StatusGuide

/// The HTML form of an answer that has no content of its own: one small page, no outside resources.
enum ErrorPage {
  static func write(
    _ verdict: borrowing Verdict, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, _ note: ErrorBody.Note, _ body: inout ByteBuffer
  ) {
    body.append(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>
      """)
    writeTitle(verdict, &body)
    body.append("</title>\n")
    body.append(style)
    body.append("</head>\n<body>\n<main>\n<h1>")
    writeTitle(verdict, &body)
    body.append("</h1>\n")
    note.writeParagraphs(&body)
    if context.showsDetails {
      writeDetails(verdict, head, context, &body)
    } else {
      if let summary = Guide.summary(of: verdict.status) {
        body.append("<p>")
        body.append(html: summary.utf8)
        body.append("</p>\n")
      }
    }
    if verdict.status == .notAcceptable, let choices = context.choices {
      choices.append(html: &body)
    }
    if let change = context.change, verdict.ending.hasRemark {
      body.append("<p>")
      body.append(change.remarkName)
      body.append(": <code>")
      change.remark.withUnsafeBufferPointer { body.append(html: $0) }
      body.append("</code></p>\n")
      if !change.keyword.isEmpty {
        body.append("<p>breaks <code>")
        change.keyword.withUnsafeBufferPointer { body.append(html: $0) }
        body.append("</code> at <code>")
        change.schemaPointer.withUnsafeBufferPointer { body.append(html: $0) }
        body.append("</code> of the schema</p>\n")
      }
    }
    body.append("<p class=\"id\">Request <code>")
    body.append(context.requestID)
    body.append("</code></p>\n</main>\n</body>\n</html>\n")
  }

  private static func writeTitle(_ verdict: borrowing Verdict, _ body: inout ByteBuffer) {
    body.append(decimal: UInt64(verdict.status.code))
    if let phrase = verdict.cause.phrase {
      body.append(" ")
      body.append(html: phrase.utf8)
    }
  }

  private static func writeDetails(
    _ verdict: borrowing Verdict, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, _ body: inout ByteBuffer
  ) {
    body.append("<p class=\"cause\"><code>")
    body.append(verdict.cause.code.utf8)
    body.append("</code> ")
    body.append(verdict.cause.slug.utf8)
    body.append("</p>\n<p>")
    body.append(html: Guide.summary(of: verdict.cause).utf8)
    body.append("</p>\n")
    if let help = Guide.help(of: verdict.cause) {
      body.append("<p>")
      body.append(html: help.utf8)
      body.append("</p>\n")
    }
    let evidence = verdict.evidence
    body.append("<dl>\n")
    if evidence.key != .none {
      body.append("<dt>Setting</dt><dd><code>")
      body.append(evidence.key.name)
      body.append("</code>, ")
      body.append(html: context.settings.text(of: evidence.position))
      body.append("</dd>\n")
    }
    if !evidence.rule.isBuiltIn {
      body.append("<dt>Rule</dt><dd>")
      body.append(html: context.settings.text(of: evidence.rule))
      body.append("</dd>\n")
    }
    if evidence.part != .whole {
      body.append("<dt>In the request</dt><dd>")
      body.append(evidence.part.name)
      body.append(", byte ")
      body.append(decimal: evidence.offset)
      body.append("</dd>\n")
    }
    if !evidence.field.isEmpty {
      body.append("<dt>Field</dt><dd><code>")
      body.append(wireHTML: UnsafeBufferPointer(rebasing: context.bytes[evidence.field.range]))
      body.append("</code></dd>\n")
    }
    body.append("</dl>\n<p>The whole story: <code>statusline why ")
    body.append(context.requestID)
    body.append("</code></p>\n")
  }

  private static let style: StaticString = """
    <style>
    :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
    main { max-width: 40rem; margin: 12vh auto; padding: 0 1rem }
    h1 { font-size: 1.6rem; margin: 0 0 .5rem }
    code { font-family: ui-monospace, monospace; font-size: .95em }
    .cause { font-size: 1.1rem; margin: 0 0 1rem }
    .id { margin-top: 2rem; opacity: .7 }
    dt { font-weight: 600 } dd { margin: 0 0 .5rem }
    </style>

    """
}
