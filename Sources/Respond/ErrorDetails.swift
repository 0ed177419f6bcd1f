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
    let evidence = verdict.evidence
    if EvidenceMember.allCases.contains(where: { $0.isPresent(in: evidence) }) {
      body.append("<dl>\n")
      write(evidence, asHTML: true, context, language, &body)
      body.append("</dl>\n")
    }
    if let help = Guide.help(of: verdict.cause, in: language) {
      body.append("<h2>")
      body.append(PageWords.todo.text(language))
      body.append("</h2>\n")
      body.append(paragraphs: help.utf8)
    }
    body.append("<p>")
    body.append(PageWords.story.text(language))
    body.append(": <code>statusline why ")
    body.append(context.requestID, in: .html)
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

  /// A line an item, each begun by its word; in text a setting needs none.
  private static func write(
    _ evidence: Evidence, asHTML isHTML: Bool, _ context: borrowing ResponseContext,
    _ language: Language, _ body: inout ByteBuffer
  ) {
    var isOpen = false
    for member in EvidenceMember.allCases where member.isPresent(in: evidence) {
      if let word = member.word {
        if isOpen { body.append(isHTML ? "</dd>\n" : "\n") }
        isOpen = true
        if isHTML { begin(word, language, &body) }
        if !isHTML, member != .setting { line(word, language, &body) }
      } else {
        body.append(member == .offset ? ", byte " : isHTML ? ", " : ": ")
      }
      if isHTML, member.isCode { body.append("<code>") }
      member.write(evidence, in: isHTML ? .html : .text, context, &body)
      if isHTML, member.isCode { body.append("</code>") }
    }
    if isOpen { body.append(isHTML ? "</dd>\n" : "\n") }
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
    write(verdict.evidence, asHTML: false, context, language, &body)
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
