internal import HTTPStatus
internal import Message
internal import Wire

/// The list of what can be asked of a rehearsal, for people and for programs.
public enum RehearsalPage {
  /// Examples of what can be asked, and what they show.
  public static let examples: [(target: String, meaning: String)] = [
    ("/status/503", "any status from 100 to 599"),
    ("/status/401.3", "a cause of the catalogue by its number"),
    ("/status/503?retry-after=5", "with a field of one's own"),
    ("/status/200?delay=2s&drip=1KiB/s", "late and slow"),
    ("/status/200:0.9,503:0.1?seed=42", "one in ten fails, the same ones each time"),
    ("/sequence/KEY/503,503,200", "fails twice, then succeeds, for each key"),
    ("/status/401?without=www-authenticate", "without what the status owes"),
    ("/status/200?fault=close@in-content", "broken in the middle"),
    ("/get", "and httpbin's other addresses: /redirect/3, /basic-auth/u/p ..."),
  ]

  public static func json(base: [UInt8]) -> [UInt8] {
    let base = String(decoding: base, as: UTF8.self)
    var lines: [String] = ["{", "  \"examples\": ["]
    lines.append(
      examples.map {
        "    {\"target\": \(JSONString.quoted(base + $0.target)), \"meaning\": \(JSONString.quoted($0.meaning))}"
      }.joined(separator: ",\n"))
    lines += ["  ],", "  \"words\": ["]
    lines.append(
      GrammarReader.words.map {
        "    {\"name\": \"\($0.name)\", \"takes\": \(JSONString.quoted($0.takes)), "
          + "\"meaning\": \(JSONString.quoted($0.meaning))}"
      }.joined(separator: ",\n"))
    lines += ["  ],", "  \"faults\": ["]
    lines.append(
      WireFault.list.map {
        "    {\"name\": \"\($0.kind.rawValue)\", \"meaning\": \(JSONString.quoted($0.says))}"
      }.joined(separator: ",\n"))
    lines += ["  ],", "  \"statuses\": ["]
    lines.append(
      Status.registered.map { "    {\"code\": \($0.code), \"phrase\": \"\(phrase($0))\"}" }
        .joined(separator: ",\n"))
    lines += ["  ]", "}", ""]
    return Array(lines.joined(separator: "\n").utf8)
  }

  public static func html(base: [UInt8]) -> [UInt8] {
    let base = String(decoding: base, as: UTF8.self)
    var text = """
      <!DOCTYPE html>
      <html lang="en">
      <meta charset="utf-8">
      <title>Rehearsal</title>
      <style>body{font:1em/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}
      td{padding:.1em 1em .1em 0;vertical-align:top}code{white-space:nowrap}</style>
      <h1>Rehearsal</h1>
      <p>This server answers any status on demand. Nothing that it answers here is real. Where it is
      <code>statusline rehearse</code>, <code>/real</code> lists what it answers for real.</p>
      <h2>To begin</h2>

      """
    text += table(
      examples.map { (link(base + $0.target), HTMLText.escaped($0.meaning)) })
    text +=
      "<h2>Words</h2>\n<p>In the query, behind a semicolon in the path, or in the field"
      + " <code>Rehearse</code>.</p>\n"
    text += table(
      GrammarReader.words.map {
        let takes = $0.takes.isEmpty ? "" : "=\($0.takes)"
        return ("<code>\(HTMLText.escaped($0.name + takes))</code>", HTMLText.escaped($0.meaning))
      })
    text += "<h2>Faults</h2>\n"
    text += table(
      WireFault.list.map {
        ("<code>fault=\($0.kind.rawValue)</code>", HTMLText.escaped($0.says))
      })
    text += "<h2>Statuses</h2>\n"
    text += table(
      Status.registered.map { (link("\(base)/status/\($0.code)"), HTMLText.escaped(phrase($0))) })
    return Array((text + "</html>\n").utf8)
  }

  private static func phrase(_ status: Status) -> String { status.phrase?.description ?? "" }

  private static func link(_ target: String) -> String {
    "<a href=\"\(HTMLText.escaped(target))\"><code>\(HTMLText.escaped(target))</code></a>"
  }

  private static func table(_ rows: [(String, String)]) -> String {
    "<table>\n" + rows.map { "<tr><td>\($0.0)<td>\($0.1)\n" }.joined() + "</table>\n"
  }
}
