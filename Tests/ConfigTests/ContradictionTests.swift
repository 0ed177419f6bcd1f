import Testing

@testable import Config

/// Values that are right each by itself and wrong together, or that ask for what cannot be.
@Suite struct ContradictionTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var yaml: String
    var summary: String
    var testDescription: String { summary }

    init(_ yaml: String, _ summary: String, _ suggestion: String? = nil) {
      self.yaml = yaml
      let question = suggestion.map { "; did you mean \"\($0)\"?" } ?? ""
      self.summary = "site.yaml:" + summary + question
    }
  }

  static let errors: [Case] = [
    Case(
      "listen: [':8080', '127.0.0.1:8080']\nsites:\n  - {rules: [{path: /, files: .}]}\n",
      "1:19: error: \"127.0.0.1:8080\" and \":8080\", which is at site.yaml:1:10, have an address in "
        + "common"),
    Case(
      "sites:\n  - rules:\n      - {path: /a/, files: .}\n      - {path: /a/, files: .}\n",
      "4:16: error: the site has a rule for \"/a/\" already at site.yaml:3:16"
    ),
    // The names of captures do not count
    Case(
      "sites:\n  - rules:\n      - {path: /a/, files: .}\n      - {path: '/a/{x...}', gone: yes}\n",
      "4:16: error: the site has a rule for \"/a/{x...}\" already at site.yaml:3:16"
    ),
    Case(
      "sites:\n  - rules:\n      - {path: '/{x}/b', gone: yes}\n      - {path: '/{y}/b', gone: yes}\n",
      "4:16: error: the site has a rule for \"/{y}/b\" already at site.yaml:3:16"
    ),
    Case(
      "sites:\n  - {names: A.test, rules: [{path: /, files: .}]}\n"
        + "  - {names: [b.test, a.test], ports: 8080, rules: [{path: /, files: .}]}\n",
      "3:22: error: a site named \"a.test\" on the same port is already at site.yaml:2:13"
    ),
    Case(
      "sites:\n  - {rules: [{path: /, files: .}]}\n  - {rules: [{path: /, files: .}]}\n",
      "3:5: error: a site for every name on the same port is already at site.yaml:2:5"
    ),
    Case(
      ruled("files: {root: ., precompressed: [gzip, br, gzip]}"),
      "4:52: error: \"gzip\" stands here twice"),
    Case(
      ruled("files: {root: ., precompressed: [brotli]}"),
      "4:42: error: \"precompressed\" takes br, zstd or gzip, not \"brotli\"", "br"),
    Case(
      ruled("files: {root: ., compress: gz}"),
      "4:36: error: \"codings\" takes br, zstd or gzip, not \"gz\"", "gzip"),
    Case(
      ruled("files: {root: ., compress: [deflate]}"),
      "4:37: error: \"codings\" takes br, zstd or gzip, not \"deflate\""),
    Case(
      ruled("files: {root: ., compress: {minimum: 8 MiB}}"),
      "4:46: error: compress.minimum (8 MiB) is more than compress.maximum (4 MiB), so that "
        + "nothing would be compressed"),
    Case(
      ruled("files: {root: ., variants: on, languages: en_GB}"),
      "4:51: error: \"languages\": \"en_GB\" is no language tag, such as en, th or en-GB",
      "en-GB"),
    Case("sites: []\n", "1:8: error: \"sites\" is empty; at least one site is needed"),
    Case(
      "{}\n", "1:1: error: the configuration needs the key \"sites\": a mapping, or a list of them"),
    Case(
      ruled("methods: [GET, HEAD]"),
      "3:9: error: a rule needs one of the keys \"files\", \"content\", \"redirect\", \"gone\", "
        + "\"teapot\" or \"rehearse\""),
    Case(
      ruled("files: .\ncontent: {text: x}"),
      "5:9: error: a rule takes either \"files\", \"content\", \"redirect\", \"gone\", \"teapot\" "
        + "or \"rehearse\", not both; \"files\" is at "
        + "site.yaml:4:9"
    ),
    Case(
      ruled("content: {type: text/plain}"),
      "4:18: error: a content resource needs one of the keys \"text\" or \"file\""
    ),
    Case(
      ruled("files: .\nheaders: {content-length: \"5\"}"),
      "5:19: error: the field \"content-length\" is written by the server itself"
    ),
    Case(
      ruled("files: .\nheaders: {Server: x}"),
      "5:19: error: the field \"Server\" is written by the server itself; its value is set by the "
        + "key \"server-name\""
    ),
    Case(
      ruled("files: .\nheaders: {\"X Y\": x}"),
      "5:19: error: \"headers\": \"X Y\" is no field name (letters, digits and \"-\")"
    ),
    Case(
      ruled("files: .\nheaders: {X: \"a\\nb\"}"),
      "5:22: error: \"X\": \"a\\nb\" has a line break in it, which a field value cannot"
    ),
    Case(
      ruled("files: .\nheaders: {X-A: b, x-a: c}"),
      "5:27: error: \"x-a\" is already written at site.yaml:5:19"
    ),
    Case(
      ruled("files: .\nmethods: [GET, HEAD, MKCOL]"),
      "5:30: error: \"methods\" takes GET, HEAD, POST, PUT, DELETE, OPTIONS or PATCH, not \"MKCOL\""
    ),
    Case(
      ruled("files:\n  root: .\n  write: {methods: [PUT], then: /thanks}"),
      "6:41: error: \"then\" says what follows a form, and there is none; name its folder under "
        + "\"form\""
    ),
    Case(
      ruled("files:\n  root: .\n  write: {form: ., then: rset}"),
      "6:34: error: \"rset\" is neither \"reset\" nor a path or an http URI to go to; did you "
        + "mean \"reset\"?"
    ),
    Case(
      ruled("content: {text: x}\nmethods: [GET, HEAD, PUT]"),
      "5:30: error: a content takes GET, HEAD, POST and OPTIONS, not PUT"
    ),
    Case(
      ruled("files: {root: ., index: [a/b.html]}"),
      "4:34: error: \"index\": \"a/b.html\" is a path, not the name of a file in the folder itself; "
        + "did you mean \"b.html\"?"
    ),
    Case(
      ruled("files: {root: ., index: .index.html}"),
      "4:33: error: the index \".index.html\" is a hidden file, and those are not served "
        + "(hidden: hide, built-in default)"
    ),
    Case(
      minimal("limits: {head: 4 KiB}"),
      "1:16: error: limits.head (4 KiB, site.yaml:1:16) is less than limits.target (8 KiB, "
        + "built-in default), which lies in the head"
    ),
    Case(
      minimal("limits: {fields: 0}"),
      "1:18: error: \"fields\" is from 1 to 10000, not \"0\""
    ),
    Case(
      minimal("limits: {head-time: 0}"),
      "1:21: error: \"head-time\" is from 1 ms to 7 d, not \"0\""
    ),
    Case(
      minimal("listen: [\":80\", \":80\"]"),
      "1:17: error: the address \":80\" is already at site.yaml:1:10"
    ),
    Case(
      "sites:\n  - {deny-hosts: 10.0.0.1, rules: [{path: /, files: .}]}\n",
      "2:18: error: \"10.0.0.1\" is an address, which belongs under \"deny\""
    ),
    Case("[a]", "1:1: error: \"the configuration\" takes a mapping, not a list"),
  ]

  @Test(arguments: errors)
  func isAnError(_ wanted: Case) {
    let report = report(wanted.yaml)
    #expect(report.errors.map(\.summary) == [wanted.summary])
    #expect(report.settings == nil)
  }

  static let warnings: [Case] = [
    Case(
      ruled("files: {root: ., choice: client}"),
      "4:34: warning: this says how to choose among variants, and the rule has none; "
        + "\"variants: on\" lets it have them"),
    Case(
      ruled("content: {text: x, compress: gzip}"),
      "4:38: warning: this content is never sent as gzip: it has 1 B, less than \"minimum\" (1 KiB)"
    ),
    Case(
      ruled("content: {text: x, type: image/png, compress: {codings: br, minimum: 1 B}}"),
      "4:55: warning: this content is never sent as br: \"image/png\" is none of its \"types\""
    ),
    Case(
      ruled("files: .\nmethods: [GET, HEAD, POST]"),
      "5:30: warning: files take POST only where \"write\" has it; here it is answered with 403.3",
      nil
    ),
    Case(
      ruled("files:\n  root: .\n  write: {durable: on}"),
      "6:28: warning: nothing is written here while \"methods\" names none", nil
    ),
    Case(
      ruled("files:\n  root: .\n  write: {form: ./inbox}"),
      "6:25: warning: what forms send is kept below the root, where everybody can read it", nil
    ),
    Case(
      ruled("files: {root: ., compress: {gzip-level: 3}}"),
      "4:49: warning: nothing is compressed here while \"codings\" names none, such as [br, zstd, "
        + "gzip]", nil
    ),
    Case(
      minimal("listen: \":8080\"") + "    ports: [9090]\n",
      "6:13: warning: nothing listens on port 9090, so the site is not reached there", nil
    ),
    Case(
      "sites:\n  - rules: []\n", "2:12: warning: a site without rules answers 404 to everything",
      nil
    ),
    Case(
      "sites: [{rules: [{path: /a/../b/, files: .}]}]",
      "1:25: warning: the rule can never match: \".\" and \"..\" are resolved before rules are "
        + "looked at", nil
    ),
    Case(
      "sites: [{rules: [{path: /a//b/, files: .}]}]",
      "1:25: warning: the rule can never match: slashes in a row are one before rules are looked "
        + "at", "/a/b/"
    ),
    Case(
      "sites: [{rules: [{path: /a, files: .}]}]",
      "1:25: warning: only \"/a\" itself is answered, none of the files below it", "/a/"
    ),
    Case(
      "sites: [{rules: [{path: /a/*, content: {text: x}}]}]",
      "1:25: warning: a \"*\" stands for itself in a rule's path", "/a/"
    ),
    Case(
      "sites: [{rules: [{path: /a%20b/, files: .}]}]",
      "1:25: warning: a rule's path is written decoded, so that a \"%\" stands for itself", "/a b/"
    ),
    Case(
      ruled("files: .\nmethods: [GET]"),
      "5:18: warning: GET is allowed without HEAD, which asks for no more than GET does", nil
    ),
    Case(
      minimal("trusted: [0.0.0.0/0]"),
      "1:11: warning: every client is trusted, and may claim to be any other", nil
    ),
    Case(
      minimal("journal: {format: off, to: stdout}"),
      "1:28: warning: nothing is written here while the journal's format is off", nil
    ),
    Case(
      minimal("journal: {to: stdeer}"), "1:15: warning: \"stdeer\" names a file here", "stderr"
    ),
    Case(
      minimal("limits: {field: 64 KiB}"),
      "1:17: warning: limits.head (32 KiB, built-in default) is less than limits.field (64 KiB, "
        + "site.yaml:1:17), which lies in the head", nil
    ),
  ]

  @Test(arguments: warnings)
  func isAWarning(_ wanted: Case) {
    let report = report(wanted.yaml)
    #expect(report.errors.map(\.summary) == [])
    #expect(report.warnings.map(\.summary) == [wanted.summary])
    #expect(report.settings?.warnings == report.warnings)
  }

  @Test func aRootHasToBeAFolder() {
    let missing = report(ruled("files: ./no-such-folder"), disk: .real)
    #expect(
      missing.errors.map(\.summary) == [
        "site.yaml:4:16: error: the folder \"/srv/no-such-folder\" does not exist"
      ])
    let file = report(ruled("files: /etc/passwd"), disk: .real)
    #expect(
      file.errors.map(\.summary) == [
        "site.yaml:4:16: error: the folder \"/etc/passwd\" is no folder"
      ])
    let content = report(ruled("content: {file: /etc}"), disk: .real)
    #expect(
      content.errors.map(\.summary) == ["site.yaml:4:25: error: the file \"/etc\" is a folder"])
  }

  @Test("addresses to listen on may stand side by side where each is another one")
  func places() {
    for (one, other) in [
      (":8080", "127.0.0.1:8080"), ("[::1]:8080", ":8080"), ("0.0.0.0:8080", "localhost:8080"),
      ("localhost:8080", "[::1]:8080"), ("LOCALHOST:1", "127.0.0.1:1"), ("[::]:1", "[::1]:1"),
    ] {
      #expect(ListenPlace.overlap(one, other), "\(one) \(other)")
    }
    for (one, other) in [
      (":8080", "127.0.0.1:8081"), ("[::1]:8080", "127.0.0.1:8080"), ("[::]:1", "0.0.0.0:1"),
      ("127.0.0.1:1", "127.0.0.2:1"), (":0", "127.0.0.1:0"), ("unix:/a:1", ":1"),
    ] {
      #expect(!ListenPlace.overlap(one, other), "\(one) \(other)")
    }
  }
}
