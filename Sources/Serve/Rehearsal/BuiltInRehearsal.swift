/// The configuration of `statusline rehearse`: one rule that rehearses, and ordinary rules for what needs a certain request to be honest.
///
/// It is a text like any other configuration, so that `why` can point into it. The folder is one of the process's own, whose name needs no
/// quotation marks.
public enum BuiltInRehearsal {
  /// What is offered for real, and the request that brings it about.
  public struct Real: Sendable {
    public var code: UInt16
    public var method: String
    public var target: String
    /// `Name: value`.
    public var fields: [String]
    public var content: String

    init(
      _ code: UInt16, _ target: String, _ method: String = "GET", _ fields: [String] = [],
      content: String = ""
    ) {
      self.code = code
      self.method = method
      self.target = target
      self.fields = fields
      self.content = content
    }
  }

  public static let real: [Real] = [
    Real(200, "/real/200"),
    Real(201, "/real/201/new.txt", "PUT", content: "Hello\n"),
    Real(204, "/real/204/note.txt", "PUT", content: "Hello\n"),
    Real(205, "/real/205/form.html", "POST", content: "name=Ann"),
    Real(206, "/real/206/letters.txt", "GET", ["Range: bytes=0-9"]),
    Real(300, "/real/300/page"),
    Real(301, "/real/301"), Real(302, "/real/302"), Real(303, "/real/303"),
    Real(304, "/real/304/letters.txt", "GET", ["If-None-Match: *"]),
    Real(307, "/real/307"), Real(308, "/real/308"),
    Real(403, "/real/403/"), Real(404, "/real/404"),
    Real(405, "/real/405", "DELETE"),
    Real(406, "/real/406/letters.txt", "GET", ["Accept: image/png"]),
    Real(409, "/real/409/no/such/folder.txt", "PUT", content: "Hello\n"),
    Real(410, "/real/410"),
    Real(411, "/real/411/new.txt", "PUT", ["Transfer-Encoding: chunked"], content: "0\r\n\r\n"),
    Real(412, "/real/412/letters.txt", "GET", ["If-Match: \"another\""]),
    Real(413, "/real/413/new.txt", "PUT", content: "More than sixteen bytes.\n"),
    Real(414, "/real/" + String(repeating: "4", count: 9000)),
    Real(415, "/real/415/new.txt", "PUT", ["Content-Type: text/plain"], content: "Hello\n"),
    Real(416, "/real/416/letters.txt", "GET", ["Range: bytes=1000-"]),
    Real(417, "/real/417", "GET", ["Expect: the unexpected"]),
    Real(418, "/real/418", "BREW"),
    Real(
      422, "/real/422/note.json", "PATCH", ["Content-Type: application/json-patch+json"],
      content: "[{\"op\":\"remove\",\"path\":\"/missing\"}]"),
    Real(428, "/real/428/note.txt", "PUT", content: "Hello\n"),
    Real(431, "/real/431", "GET", ["X-Long: " + String(repeating: "4", count: 17_000)]),
    Real(451, "/real/451"),
    Real(501, "/real/501", "MAKE"),
    Real(503, "/real/503"),
  ]

  /// The list of `real` for people and for scripts: code, method, target, fields and content, a line each, parted by two spaces. What is
  /// longer than a line is told by its length.
  static var list: String {
    func short(_ text: String) -> String {
      text.utf8.count <= 80 ? text : "\(text.prefix(12))... (\(text.utf8.count) bytes)"
    }
    return real.map { entry in
      let content = entry.content.split(separator: "\n").joined(separator: " ")
      let parts = ["\(entry.code)", entry.method, short(entry.target)] + entry.fields.map(short)
      return (content.isEmpty ? parts : parts + ["content: \(content)"]).joined(separator: "  ")
    }.joined(separator: "\n") + "\n"
  }

  /// A text between double quotation marks of YAML.
  private static func quoted(_ text: String) -> String {
    var out = "\""
    for character in text {
      switch character {
      case "\n": out += "\\n"
      case "\r\n": out += "\\r\\n"
      case "\"", "\\": out += "\\\(character)"
      default: out.append(character)
      }
    }
    return out + "\""
  }

  /// Files that the folder has, by their paths in it.
  public static let files: [(name: String, content: String)] =
    ["206", "304", "406", "412", "416"].map { ("\($0)/letters.txt", letters) }
    + [
      ("204/note.txt", "Hello\n"), ("205/form.html", "<form method=\"post\"></form>\n"),
      ("300/page.html", "<p>Hello\n"), ("300/page.txt", "Hello\n"),
      ("422/note.json", "{\"note\": \"Hello\"}\n"), ("428/note.txt", "Hello\n"),
    ]

  /// Folders that have to be there, those of `files` among them.
  public static let folders = [
    "201", "204", "205", "inbox", "206", "300", "304", "403", "404", "406", "409", "411", "412",
    "413", "415", "416", "422", "428",
  ]

  private static let letters = "abcdefghijklmnopqrstuvwxyz\n"

  /// The name of the text in positions.
  public static let name = "built-in rehearsal"

  /// The text, ending in a line feed. `folder` is absolute.
  public static func text(folder: String, seed: UInt64? = nil) -> String {
    let root = folder
    func rule(_ path: String, _ resource: String, _ more: String = "") -> String {
      let lines = more.isEmpty ? "" : "        \(more)\n"
      return "      - path: /real/\(path)\n        \(resource)\n\(lines)"
        + "        headers-always: {Rehearsed: real}\n"
    }
    func files(_ code: String, _ write: String = "", _ more: String = "") -> String {
      let writing = write.isEmpty ? "" : ", write: {\(write)}"
      return rule("\(code)/", "files: {root: \(root)/\(code)\(writing)\(more)}")
    }
    let rehearse = seed.map { "{seed: \($0)}" } ?? "{}"
    let rules: [String] = [
      "      - path: /\n        rehearse: \(rehearse)\n",
      "      - path: /real\n        content: {text: \(quoted(list))}\n"
        + "        headers-always: {Rehearsed: real}\n",
      "      - path: /real/101\n        rehearse: 101; websocket\n",
      rule("200", "content: {text: \"This one is real.\\n\"}"),
      rule("417", "content: {text: \"Expect something.\\n\"}"),
      files("201", "methods: [PUT, DELETE]"), files("204", "methods: [PUT]"),
      rule("205/", "files: {root: \(root)/205, write: {form: \(root)/inbox, then: reset}}"),
      files("206"), files("300", "", ", variants: on, choice: client"),
      rule("301", "redirect: {to: /real/200, status: 301}", "methods: [GET, HEAD]"),
      rule("302", "redirect: {to: /real/200, status: 302}", "methods: [GET, HEAD]"),
      rule("303", "redirect: {to: /real/200, status: 303}"),
      files("304"), rule("307", "redirect: {to: /real/200, status: 307}"),
      rule("308", "redirect: {to: /real/200, status: 308}"), files("403"),
      rule("404", "files: {root: \(root)/404}"),
      rule("405", "content: {text: \"Only to be read.\\n\"}", "methods: [GET, HEAD]"),
      files("406", "", ", strict: on"), files("409", "methods: [PUT]"), rule("410", "gone: yes"),
      files("411", "methods: [PUT], length: required"), files("412"),
      files("413", "methods: [PUT], content: 16 B"),
      files("415", "methods: [PUT], types: [application/json]"), files("416"),
      rule("418", "teapot: yes"), files("422", "methods: [PATCH]"),
      files("428", "methods: [PUT], require-match: on"),
      rule("451", "blocked: {by: https://authority.example/, reason: A rehearsal has ordered it.}"),
      rule("503", "maintenance: {active: on, retry-after: 5 s}"),
    ]
    return "limits:\n  drain-time: 1 s\n  head-time: 5 s\nsites:\n  - rules:\n" + rules.joined()
  }
}
