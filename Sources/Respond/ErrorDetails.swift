internal import Config
internal import Decide
internal import HTTPStatus
internal import Message
internal import StatusGuide

/// What an answer tells to clients that may see why: the cause, what tipped it, what to do about it.
enum ErrorDetails {
  // MARK: HTML

  static func write(
    html verdict: borrowing Verdict, _ context: borrowing ResponseContext, _ language: Language,
    _ body: inout ByteBuffer
  ) {
    body.append("<h2>")
    body.append(PageWords.happened.text(language))
    body.append("</h2>\n<p><code>")
    body.append(verdict.cause.code.utf8)
    body.append("</code> ")
    open("span", language, &body)
    body.append(verdict.cause.slug.utf8)
    body.append("</span></p>\n<p>")
    body.append(words: Guide.summary(of: verdict.cause, in: language).utf8)
    body.append("</p>\n")
    writeEvidence(html: verdict.evidence, context, language, &body)
    if let help = Guide.help(of: verdict.cause, in: language) {
      body.append("<h2>")
      body.append(PageWords.todo.text(language))
      body.append("</h2>\n")
      body.append(paragraphs: help.utf8)
    }
    body.append("<p>")
    body.append(PageWords.story.text(language))
    body.append(": <code>statusline why ")
    body.append(html: context.requestID)
    body.append("</code></p>\n")
  }

  /// An element whose text is English in every language: names, places, parts of a message.
  private static func open(
    _ name: StaticString, _ language: Language, _ body: inout ByteBuffer
  ) {
    body.append("<")
    body.append(name)
    body.append(language == .english ? ">" : " lang=\"en\">")
  }

  private static func writeEvidence(
    html evidence: Evidence, _ context: borrowing ResponseContext, _ language: Language,
    _ body: inout ByteBuffer
  ) {
    guard evidence.isShown else { return }
    body.append("<dl>\n")
    if evidence.key != .none {
      begin(.setting, language, &body)
      body.append("<code>")
      body.append(evidence.key.name)
      body.append("</code>, ")
      body.append(html: context.settings.text(of: evidence.position))
      body.append("</dd>\n")
    }
    if !evidence.rule.isBuiltIn {
      begin(.rule, language, &body)
      body.append(html: context.settings.text(of: evidence.rule))
      body.append("</dd>\n")
    }
    if evidence.part != .whole {
      begin(.request, language, &body)
      body.append(evidence.part.name)
      body.append(", byte ")
      body.append(decimal: evidence.offset)
      body.append("</dd>\n")
    }
    if !evidence.field.isEmpty {
      begin(.field, language, &body)
      body.append("<code>")
      body.append(wireHTML: UnsafeBufferPointer(rebasing: context.bytes[evidence.field.range]))
      body.append("</code></dd>\n")
    }
    if evidence.hasMeasure {
      for (word, value) in [(PageWords.limit, evidence.limit), (.measured, evidence.measured)] {
        begin(word, language, &body)
        body.append(decimal: value)
        body.append("</dd>\n")
      }
    }
    body.append("</dl>\n")
  }

  private static func begin(_ word: PageWords, _ language: Language, _ body: inout ByteBuffer) {
    body.append("<dt>")
    body.append(word.text(language))
    body.append("</dt>")
    open("dd", language, &body)
  }

  // MARK: Text

  static func write(
    text verdict: borrowing Verdict, _ context: borrowing ResponseContext, _ language: Language,
    _ body: inout ByteBuffer
  ) {
    body.append(verdict.cause.code.utf8)
    body.append(" ")
    body.append(verdict.cause.slug.utf8)
    body.append("\n")
    body.append(Guide.summary(of: verdict.cause, in: language).utf8)
    body.append("\n")
    let evidence = verdict.evidence
    if evidence.key != .none {
      body.append(evidence.key.name)
      body.append(": ")
      body.append(string: context.settings.text(of: evidence.position))
      body.append("\n")
    }
    if !evidence.rule.isBuiltIn {
      line(.rule, language, &body)
      body.append(string: context.settings.text(of: evidence.rule))
      body.append("\n")
    }
    if evidence.part != .whole {
      line(.request, language, &body)
      body.append(evidence.part.name)
      body.append(", byte ")
      body.append(decimal: evidence.offset)
      body.append("\n")
    }
    if evidence.hasMeasure {
      line(.limit, language, &body)
      body.append(decimal: evidence.limit)
      body.append("\n")
      line(.measured, language, &body)
      body.append(decimal: evidence.measured)
      body.append("\n")
    }
    if let help = Guide.help(of: verdict.cause, in: language) {
      body.append(help.utf8)
      body.append("\n")
    }
  }

  private static func line(_ word: PageWords, _ language: Language, _ body: inout ByteBuffer) {
    body.append(word.text(language))
    body.append(": ")
  }
}

extension Evidence {
  /// The number of an armed order measures nothing.
  var hasMeasure: Bool { unit != .order && (limit != 0 || measured != 0) }

  /// Whether there is anything of it to show.
  var isShown: Bool {
    key != .none || !rule.isBuiltIn || part != .whole || !field.isEmpty || hasMeasure
  }
}
