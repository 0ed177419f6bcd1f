internal import Config
internal import Decide
internal import HTTPStatus
internal import Message
internal import StatusGuide

/// The HTML form of an answer that has no content of its own: one small page, no outside resources, no script.
enum ErrorPage {
  static func write(
    _ verdict: borrowing Verdict, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, _ note: ErrorBody.Note, _ language: Language,
    _ body: inout ByteBuffer
  ) {
    begin(verdict.status, language, &body)
    note.writeParagraphs(&body)
    if verdict.status == .notAcceptable, let choices = context.choices {
      body.append("<p>")
      body.append(PageWords.variants.text(language))
      body.append("</p>\n")
      choices.append(html: &body)
    }
    if let change = context.change, verdict.ending.hasRemark {
      body.append("<p lang=\"en\">")
      body.append(change.remarkName)
      body.append(": <code>")
      body.append(change.remark, in: .html)
      body.append("</code></p>\n")
      if !change.keyword.isEmpty {
        body.append("<p>breaks <code>")
        body.append(change.keyword, in: .html)
        body.append("</code> at <code>")
        body.append(change.schemaPointer, in: .html)
        body.append("</code> of the schema</p>\n")
      }
    }
    if context.showsDetails { ErrorDetails.write(html: verdict, context, language, &body) }
    end(context, language, &body)
  }

  /// The head, the heading and what the status means.
  static func begin(_ status: Status, _ language: Language, _ body: inout ByteBuffer) {
    body.append("<!DOCTYPE html>\n<html lang=\"")
    body.append(language.name)
    body.append(
      """
      ">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>
      """)
    body.append(decimal: UInt64(status.code))
    body.append(" ")
    writeName(status, language, &body)
    body.append("</title>\n<style>")
    body.append(style)
    body.append("</style>\n</head>\n<body>\n<main>\n<h1><b>")
    body.append(decimal: UInt64(status.code))
    body.append("</b> ")
    writeName(status, language, &body)
    body.append("</h1>\n")
    if let summary = Guide.summary(of: status, in: language) {
      body.append("<p>")
      body.append(words: summary.utf8)
      body.append("</p>\n")
    }
  }

  static func end(
    _ context: borrowing ResponseContext, _ language: Language, _ body: inout ByteBuffer
  ) {
    body.append("</main>\n<footer>")
    body.append(PageWords.id.text(language))
    body.append(" <code>")
    body.append(context.requestID, in: .html)
    body.append("</code></footer>\n</body>\n</html>\n")
  }

  private static func writeName(
    _ status: Status, _ language: Language, _ body: inout ByteBuffer
  ) {
    if let name = Guide.name(of: status, in: language) { body.append(name.utf8, in: .html) }
  }

  /// What the page may do: show itself, in its own style (W3C Content Security Policy Level 3). The hash is that of `style`.
  static let policy: StaticString = """
    default-src 'none'; style-src 'sha256-Dyf4mGQOaeIrtB5QIau0+bObxluiWKLMvoZdrTtkUUY='; \
    base-uri 'none'; form-action 'none'
    """

  /// What stands between `<style>` and `</style>`, byte for byte. Thai has marks above and below its letters, Chinese fills its squares:
  /// both want more room between the lines.
  static let style: StaticString = """
    :root{color-scheme:light dark;--p:#fff;--t:#1c2227;--s:#525c64;--l:#d5dbe0;--c:#eef2f5;--a:#0b56ac}
    @media(prefers-color-scheme:dark){:root{--p:#14181c;--t:#e6eaed;--s:#a6b1ba;--l:#39424a;--c:#22292f;--a:#8cbbff}}
    body{margin:0 auto;max-width:42rem;padding:clamp(1.5rem,9vh,6rem) 1.25rem 2rem;background:var(--p);color:var(--t);\
    font:1rem/1.6 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
    :lang(th) body{font-family:system-ui,"Noto Sans Thai",Thonburi,"Leelawadee UI",sans-serif;line-height:1.8}
    :lang(zh) body{font-family:system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;line-height:1.75}
    h1{font-size:1.7rem;line-height:1.35;margin:0 0 .75rem}
    h1 b{display:block;font-size:1.25rem;color:var(--s)}
    h2{font-size:1.1rem;margin:2rem 0 .25rem}
    p{margin:.5rem 0}
    a{color:var(--a)}
    :focus-visible{outline:3px solid;outline-offset:3px}
    code{font:.92em ui-monospace,Menlo,Consolas,monospace;background:var(--c);border-radius:.25em;padding:.1em .3em;\
    -webkit-box-decoration-break:clone;box-decoration-break:clone}
    dl{margin:1rem 0;padding:.75rem 1rem;border:1px solid var(--l);border-radius:.5rem}
    dt{color:var(--s);font-size:.9rem}
    dd{margin:0 0 .4rem}
    dd:last-child{margin:0}
    footer{margin-top:2.5rem;padding-top:.75rem;border-top:1px solid var(--l);color:var(--s);font-size:.9rem}

    """
}
