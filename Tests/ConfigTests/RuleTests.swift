import Message
import Testing

@testable import Config

/// Patterns with captures, and what rules and sites say beyond their resources.
@Suite struct RuleTests {
  private func captured(_ pattern: String, _ path: String) -> [String]? {
    let bytes = Array(path.utf8)
    guard let found = PathPattern(path: Array(pattern.utf8)).match(bytes.span) else { return nil }
    return (0..<found.count).map { text(Array(bytes[found[$0].range])) }
  }

  @Test(arguments: [
    ("/a/{x}", "/a/b", ["b"]), ("/a/{x}", "/a/b/", nil), ("/a/{x}", "/a/", nil),
    ("/a/{x}", "/a", nil), ("/a/{x}", "/b/b", nil), ("/{x}/c/{y}", "/1/c/2", ["1", "2"]),
    ("/a/{r...}", "/a/", [""]), ("/a/{r...}", "/a/b/c", ["b/c"]), ("/a/{r...}", "/a", nil),
    ("/{x}/{r...}", "/a/b/", ["a", "b/"]), ("/{x}/", "/a/b", ["a"]), ("/{x}/", "/a", nil),
    ("/", "/anything", []), ("/a", "/a", []), ("/a", "/a/", nil), ("/{x}", "/", nil),
  ])
  func matches(_ pattern: String, _ path: String, _ wanted: [String]?) {
    #expect(captured(pattern, path) == wanted)
  }

  private func location(
    _ pattern: String, _ to: String, _ path: String, query: String = ""
  ) throws -> String {
    let pattern = PathPattern(path: Array(pattern.utf8))
    let template = try RedirectTemplate(to, captures: pattern.captures)
    let bytes = Array(path.utf8)
    let match = pattern.match(bytes.span)
    let found = try #require(match)
    var buffer = ByteBuffer()
    template.append(found, of: bytes.span, query: Array(query.utf8).span, to: &buffer)
    return text(Array(buffer.bytes))
  }

  @Test("captures are escaped for the place where they stand (RFC 3986 section 2)")
  func escaping() throws {
    let pattern = "/o/{a}/{r...}"
    #expect(try location(pattern, "/n/{r}?q={a}", "/o/x&y=z/b c") == "/n/b%20c?q=x%26y%3Dz")
    #expect(try location(pattern, "/n/{a}#{r}", "/o/a#b?c/d/e") == "/n/a%23b%3Fc#d%2Fe")
    #expect(try location(pattern, "/n/{r}", "/o/a/é/%41") == "/n/%C3%A9/%2541")
    #expect(try location(pattern, "/n/{a}", "/o/a\r\nX: y\\/") == "/n/a%0D%0AX:%20y%5C")
    #expect(try location(pattern, "/n", "/o/a/b", query: "x=1") == "/n?x=1")
    #expect(try location(pattern, "/n?y=2#z", "/o/a/b", query: "x=1") == "/n?y=2&x=1#z")
    #expect(try location(pattern, "/n", "/o/a/b", query: "x=<\r\n>") == "/n?x=%3C%0D%0A%3E")
  }

  @Test("no capture can make a path name a host (RFC 3986 section 4.2)")
  func hosts() throws {
    #expect(try location("/o/{a}/{r...}", "/{r}/{a}", "/o/evil.test/") == "/evil.test")
    #expect(try location("/{r...}", "/{r}", "/evil.test/x") == "/evil.test/x")
    #expect(
      try location("/o/{r...}", "https://a.test/{r}", "/o/") == "https://a.test/")
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    var rule: String
    var told: String
    var testDescription: String { told }
    init(_ rule: String, _ told: String) {
      self.rule = rule
      self.told = told
    }
  }

  @Test(arguments: [
    Wrong(
      "- {path: \"/a/{x}\", redirect: \"/b/{y}\"}",
      "3:36: error: \"to\": \"/b/{y}\" has a capture \"{y}\" that the rule's path does not have; it "
        + "has {x}; did you mean \"{x}\"?"),
    Wrong(
      "- {path: /a, redirect: //evil.test}",
      "3:30: error: \"to\": \"//evil.test\" names a host without a scheme; did you mean "
        + "\"https://evil.test\"?"),
    Wrong(
      "- {path: \"/a/{x}\", redirect: \"https://{x}.test/\"}",
      "3:36: error: \"to\": \"https://{x}.test/\" has a capture in its host: whoever asks would choose "
        + "where to go"),
    Wrong(
      "- {path: /a, redirect: javascript:alert(1)}",
      "3:30: error: \"to\": \"javascript:alert(1)\" is neither a path that starts with a slash nor an "
        + "http or https URI"),
    Wrong(
      "- {path: /a, redirect: /b c}",
      "3:30: error: \"to\": \"/b c\" has a character in it that no URI has; did you mean \"/b%20c\"?"
    ),
    Wrong(
      "- {path: \"/a{x}\", redirect: /b}",
      "3:16: error: \"path\": \"/a{x}\" has braces in \"a{x}\" that are no capture; a capture is a "
        + "whole segment: {name}, or {name...} at the end"),
    Wrong(
      "- {path: \"/{x...}/b\", redirect: /b}",
      "3:16: error: \"path\": \"/{x...}/b\" has a capture of the rest before its end; only the last "
        + "segment can be {name...}"),
    Wrong(
      "- {path: \"/{x}/{x}\", redirect: \"/b/{x}\"}",
      "3:16: error: \"path\": \"/{x}/{x}\" has two captures named \"x\""),
    Wrong(
      "- {path: \"/{x}/\", files: .}",
      "3:16: error: captures are for redirects and contents; files are found by the path below the "
        + "rule's"),
    Wrong(
      "- {path: /a, redirect: {to: /b, status: 305}}",
      "3:47: error: \"status\" takes 301, 302, 303, 307 or 308, not \"305\"; did you mean "
        + "\"301\"?"),
    Wrong(
      "- {path: /a, gone: off}",
      "3:26: error: \"gone\" is the resource of its rule; leave it out where it is not so"),
    Wrong(
      "- {path: /a, blocked: {by: https://a.test/, from: 10.0.0.0/8}}",
      "3:29: error: the rule is blocked for some networks only, and has no resource for the other "
        + "requests, such as \"files\""),
    Wrong(
      "- {path: /a, maintenance: {file: ./x}}",
      "3:33: error: the rule is not closed for maintenance by \"active: on\", and has no resource for "
        + "the other requests, such as \"files\""),
    Wrong(
      "- {path: /a, gone: yes, headers-removed: Content-Length}",
      "3:48: error: the field \"Content-Length\" cannot be removed: an answer that has it owes it"),
    Wrong(
      "- {path: /a, gone: yes, headers-always: {Transfer-Encoding: chunked}}",
      "3:48: error: the field \"Transfer-Encoding\" is written by the server itself"),
    Wrong(
      "- {path: /a, gone: yes, headers-removed: ETag}",
      "3:48: error: the field \"ETag\" cannot be removed: an answer that has it owes it"),
    Wrong(
      "- {path: /a, gone: yes, headers-always: {Content-Encoding: gzip}}",
      "3:48: error: the field \"Content-Encoding\" would be wrong for every content that is not "
        + "coded so; \"headers\" adds it to successful answers"),
    Wrong(
      "- {path: /a, blocked: {from: 10.0.0.0/8}}",
      "3:29: error: a block needs the key \"by\": a URI"),
    Wrong(
      "- {path: /a, gone: yes, allow: []}",
      "3:38: error: \"allow\" is empty; at least one value is needed"),
    Wrong(
      "- {path: /a, teapot: yes, methods: [OPTIONS]}",
      "3:43: error: a teapot takes BREW alone, not OPTIONS; leave \"methods\" out"),
    Wrong(
      "- {path: /a/, files: {root: ., fallback: ../index.html}}",
      "3:48: error: \"fallback\": \"../index.html\" is counted from the root of the files, and "
        + "starts with a slash"),
    Wrong(
      "- {path: /a/, files: {root: ., folder-file: a/b}}",
      "3:51: error: \"folder-file\": \"a/b\" is a path, not the name of a file in the folder "
        + "itself; did you mean \"b\"?"),
    Wrong(
      "- {path: /a, gone: yes, tombstones: on}",
      "3:43: error: tombstones are for files: nothing else can be deleted"),
    Wrong(
      "- {path: /a/, files: {root: ., try: .html}}",
      "3:43: error: \"try\": \".html\" does not name {path} once, such as {path}.html; did you mean "
        + "\"{path}.html\"?"),
    Wrong(
      "- {path: /a/, files: {root: ., fallback: index.html}}",
      "3:48: error: \"fallback\": \"index.html\" is counted from the root of the files, and starts with "
        + "a slash; did you mean \"/index.html\"?"),
    Wrong(
      "- {path: /a/, files: ., early-hints: /style.css}",
      "3:44: error: \"early-hints\": \"/style.css\" is no link, such as </style.css>; rel=preload; "
        + "as=style"),
  ])
  func isAnError(_ wrong: Wrong) {
    let report = report("sites:\n  - rules:\n      \(wrong.rule)\n")
    #expect(report.errors.map(\.summary) == ["site.yaml:" + wrong.told])
  }

  @Test("what clients may do with 301 and 302 is warned of where it matters")
  func methods() {
    func warnings(_ rule: String) -> [String] {
      report("sites:\n  - rules:\n      - \(rule)\n").warnings.map(\.summary)
    }
    let told = warnings("{path: /a, redirect: {to: /b, status: 301}}")
    #expect(told.count == 1 && told.first?.contains("308 keeps the method") == true)
    #expect(warnings("{path: /a, redirect: {to: /b, status: 301}, methods: [GET, HEAD]}") == [])
    #expect(warnings("{path: /a, redirect: {to: /b, status: 308}}") == [])
    #expect(warnings("{path: /a, redirect: /b}") == [])
  }

  @Test("a redirect to its own rule is warned of")
  func circles() {
    func warnings(_ rules: String) -> Int {
      report("sites:\n  - rules: [\(rules)]\n").warnings.count
    }
    #expect(warnings("{path: /, redirect: /new}") == 1)
    #expect(warnings("{path: /a, redirect: /a?x}") == 1)
    #expect(warnings("{path: /, redirect: /new}, {path: /new, files: .}") == 1, "files warn alone")
    #expect(warnings("{path: /, redirect: /new/}, {path: /new/, files: .}") == 0)
    #expect(warnings("{path: /a, redirect: /b}") == 0)
  }

  @Test("rules whose paths match the same are twins, whatever their captures are called")
  func twins() {
    let rules = "{path: \"/{a}/x\", gone: yes}, {path: \"/{b}/x\", gone: yes}"
    let report = report("sites:\n  - rules: [\(rules)]\n")
    #expect(report.errors.count == 1)
    #expect(report.errors.first?.message.contains("already") == true)
  }

  @Test("error pages are for refusals and failures, in three kinds")
  func pages() throws {
    func errors(_ pages: String) -> [String] {
      report("sites:\n  - error-pages: {\(pages)}\n    rules: [{path: /, files: .}]\n").errors
        .map(\.message)
    }
    #expect(errors("404: a.html, 403.14: b.txt, 5xx: c.json") == [])
    #expect(errors("404: a.png").first?.contains("neither .html") == true)
    #expect(errors("200: a.html").first?.contains("no status from 400") == true)
    #expect(errors("404.998: a.html").first?.contains("no cause of the catalogue") == true)
    // 404.13 is IIS's number for 413.1, and stands under the status that it has here
    #expect(errors("404.13: a.html").first?.contains("no cause of the catalogue") == true)
  }

  @Test("an address set answers as a comparison with each network does")
  func addresses() throws {
    let texts = [
      "10.0.0.0/8", "10.1.0.0/16", "192.168.1.7", "0.0.0.0/31", "fd00::/8", "::/96", "2001:db8::1",
    ]
    let networks = try texts.map { text in
      let network = try #require(TextForm.network(text))
      return Network(
        address: network.address, prefixLength: network.prefixLength, position: .builtIn)
    }
    let set = AddressSet(networks)
    let cases: [(String, Bool)] = [
      ("10.255.255.255", true), ("11.0.0.0", false), ("9.255.255.255", false),
      ("192.168.1.7", true), ("192.168.1.8", false), ("0.0.0.1", true), ("0.0.0.2", false),
      ("fdff::1", true), ("fe00::1", false), ("::1", true), ("2001:db8::1", true),
      ("2001:db8::2", false), ("::ffff:10.0.0.1", true), ("::ffff:12.0.0.1", false),
    ]
    for (text, isIn) in cases {
      #expect(set.contains(try #require(AddressSet.number(text))) == isIn, "\(text)")
    }
    let all = AddressSet([
      Network(address: [UInt8](repeating: 0, count: 16), prefixLength: 0, position: .builtIn)
    ])
    #expect(!all.contains(try #require(AddressSet.number("10.0.0.1"))), "IPv6 alone")
    #expect(all.contains(try #require(AddressSet.number("fe80::1"))))
    #expect(AddressSet([]).isEmpty && !AddressSet([]).contains(1))
  }
}
