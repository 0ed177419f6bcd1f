import Testing

@testable import Config

@Suite("Templates of error pages")
struct ErrorTemplateTests {
  private typealias Part = ErrorTemplate.Part

  private func parts(_ text: String, _ kind: ErrorPages.Kind = .html) throws -> [Part] {
    try ErrorTemplate(Array(text.utf8), kind: kind).parts
  }

  private func literal(_ text: String) -> Part { .literal(Array(text.utf8)) }

  /// `offset: message|suggestion` of what is wrong; nil: nothing.
  private func problem(_ text: String, _ kind: ErrorPages.Kind = .html) -> String? {
    do throws(ErrorTemplate.Problem) {
      _ = try ErrorTemplate(Array(text.utf8), kind: kind)
      return nil
    } catch {
      return "\(error.offset): \(error.message)" + (error.suggestion.map { "|\($0)" } ?? "")
    }
  }

  @Test("a placeholder is escaped for the place where it stands")
  func places() throws {
    let rows: [(String, ErrorTemplate.Escape)] = [
      ("{id}", .html), ("<p>{id}", .html), ("a < {id}", .html), ("<p a=b>{id}", .html),
      ("<br/>{id}", .html), ("<p title='>'>{id}", .html), ("<!-- < -->{id}", .html),
      ("<!---->{id}", .html), ("<style>p{}</style>{id}", .html),
      ("<SCRIPT>'</x>'</Script >{id}", .html),
      ("<title>{id}</title>", .attribute), ("<textarea>{id}</textarea>", .attribute),
      ("<p title=\"{id}\">", .attribute), ("<p title='{id}'>", .attribute),
      ("<p title = \"{id}\">", .attribute), ("<p hidden title=\"{id}\">", .attribute),
      ("<p href title=\"{id}\">", .attribute),
      ("<a href=\"{id}\">", .uri), ("<a HREF='/help?id={id}'>", .uri), ("<img src=\"{id}\">", .uri),
      ("<p title=\"\"><a href = \"{id}\">", .uri), ("<p data-href=\"{id}\">", .attribute),
    ]
    for (text, escape) in rows {
      #expect(try parts(text).contains(.value(.id, escape)), "\(text)")
    }
    #expect(try parts("{id}", .text) == [.value(.id, .plain)])
    #expect(try parts("{\"a\": {status}, \"b\": \"\\\"{id}\"}", .json).contains(.value(.id, .json)))
  }

  @Test("what is no placeholder stands for itself: other braces, comments, scripts, styles")
  func others() throws {
    for text in [
      "p{ color: red }", "{", "{}", "}", "a{b c}", "{{status}}", "{{ status }}", "{1}", "{-x}",
      "<style>p{color}</style>", "<script>f({id}, `${title}`)</script>", "<!-- {nothing} -->",
      "<!-- <p title=\"{nothing} -->", "<!DOCTYPE {x}>", "{é}",
    ] {
      #expect(try parts(text) == [literal(text)], "\(text)")
    }
    #expect(try parts("{ \"a\": {} }", .json) == [literal("{ \"a\": {} }")])
    #expect(try parts("", .text) == [])
    #expect(try parts("a{{b}{id}", .text) == [literal("a{{b}"), .value(.id, .plain)])
  }

  @Test(
    "what is wrong is told with its place and the nearest right word",
    arguments: [
      ("<p>{satus}", "3: unknown placeholder \"{satus}\"", "{status}"),
      ("{code}", "0: unknown placeholder", "{status}"),
      ("{request-id}", "0: unknown placeholder", "{id}"),
      ("{Status}", "0: unknown placeholder", "{status}"),
      ("{nothing-like-it}", "0: unknown placeholder", nil),
      ("a {status", "2: the placeholder \"{status\" has no closing brace", "{status}"),
      ("a {status b}", "2: the placeholder \"{status\" has no closing brace", "{status}"),
      ("<p class={id}>", "9: the placeholder \"{id}\" stands in a tag without quotes", "\"{id}\""),
      ("<p {id}>", "3: the placeholder \"{id}\" stands in a tag", "\"{id}\""),
      (
        "<p onclick=\"f('{id}')\">",
        "15: the placeholder \"{id}\" stands in an attribute that is code", nil
      ),
      ("<p style='{id}'>", "10: the placeholder \"{id}\" stands in an attribute that is code", nil),
      ("<title>{details}</title>", "7: \"{details}\" has elements in it", nil),
      ("a<p title=\"{id}>", "1: an attribute of the tag has no closing quote", nil),
      ("a<p", "1: the tag has no end", nil), ("<!-- a", "0: the comment has no end", nil),
      ("<p><script>a</p>", "3: the element <script> has no end", nil),
      ("<title>a", "0: the element <title> has no end", nil),
    ] as [(String, String, String?)])
  func wrong(_ text: String, _ start: String, _ suggestion: String?) throws {
    let found = try #require(problem(text), "\(text)")
    #expect(found.hasPrefix(start), "\(found)")
    #expect(
      found.split(separator: "|").dropFirst().first.map(String.init) == suggestion, "\(found)")
  }

  @Test("in JSON a text stands in quotes, and quotes are closed")
  func json() {
    #expect(
      problem("{\"a\": {id}}", .json)?.hasPrefix("6: the placeholder \"{id}\" is text") == true)
    #expect(problem("{\"a\": \"{details}\"}", .json)?.hasPrefix("7: ") == true)
    #expect(problem("{\"a\": \"\\{id}\"}", .json)?.contains("behind a backslash") == true)
    #expect(problem("{\"a", .json)?.hasPrefix("1: the text has no closing quote") == true)
    #expect(problem("{\"a\\\"\": 1}", .json) == nil)
  }

  @Test(
    "a page of JSON is JSON, whatever its values are; where it is not is told by byte",
    arguments: [
      ("{\"a\": {status}, \"b\": [\"{id}\", \"x {title}\"]}", nil), ("\"{summary}\"", nil),
      ("{status}\n", nil), ("{\"{id}\": 1}", nil),
      ("{\"a\": {status},}", "15: the page is no JSON: it can be read up to here"),
      ("{\"a\": {status} {status}}", "22: the page is no JSON"),
      ("{\"a\": \"{summary}\"\n", "18: the page ends before its JSON does"),
      ("", "0: the page ends"), ("{'a': 1}", "1: the page is no JSON"),
      ("{\"a\": 1, \"a\": 2}", "11: the page is JSON in which a name stands twice"),
      ("// hello\n{}", "0: the page is no JSON"),
    ] as [(String, String?)])
  func isJSON(_ text: String, _ wanted: String?) {
    let found = problem(text, .json)
    #expect(wanted == nil ? found == nil : found?.hasPrefix(wanted ?? "") == true, "\(found ?? "")")
  }

  @Test("a page is UTF-8")
  func broken() {
    #expect(throws: ErrorTemplate.Problem.self) { try ErrorTemplate([0x61, 0xFF], kind: .text) }
    do throws(ErrorTemplate.Problem) {
      _ = try ErrorTemplate([0xC3, 0xA9, 0xC3], kind: .html)
    } catch {
      #expect(error.offset == 2)
    }
  }

  @Test("literals and placeholders put together are the page again")
  func whole() throws {
    let text = "<p>{status} {title}</p><a href=\"/{id}\">é{{x}}</a>{details}"
    let again = try parts(text).map { part in
      switch part {
      case .literal(let bytes): String(decoding: bytes, as: UTF8.self)
      case .value(let placeholder, _): "{\(placeholder.rawValue)}"
      }
    }
    #expect(again.joined() == text)
  }
}
