import Config
import Decide
import Facts
import Foundation
import HTTPStatus
import StatusGuide
import TestSupport
import Testing

@testable import Respond

/// A site's own pages, as files in a folder that goes with the test.
private final class Pages {
  let folder: String

  init(_ files: [String: String]) throws {
    let base = FileManager.default.temporaryDirectory
    let url = base.appendingPathComponent("statusline-pages-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
    for (name, text) in files {
      try Data(text.utf8).write(to: url.appendingPathComponent(name))
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func answer(
    _ keys: String, _ ending: Ending = .fileMissing, fields: [String] = [],
    details: Bool = true, requestID: String = Composing.requestID
  ) throws -> Answer {
    var composing = Composing(ending)
    composing.siteKeys = "error-pages: {\(keys)}"
    composing.folder = folder
    composing.fields = fields
    composing.showsDetails = details
    composing.requestID = requestID
    composing.change = { $0.route.site = 0 }
    return try withExtendedLifetime(self) { try composing.answer() }
  }
}

@Suite("Pages of a site")
struct SitePages {
  static let all = ErrorTemplate.Placeholder.allCases.map(\.rawValue)

  @Test("the most exact page is taken: cause, status, class")
  func selectors() throws {
    let pages = try Pages(["a.txt": "cause", "b.txt": "status", "c.txt": "class"])
    let keys = "404.0: a.txt, 404: b.txt, 4xx: c.txt"
    #expect(try pages.answer(keys).text == "cause")
    #expect(try pages.answer(keys, .hiddenFile).text == "status")
    #expect(try pages.answer(keys, .listingDenied).text == "class")
    #expect(try pages.answer("5xx: c.txt").text.contains("\"title\": \"Not Found\""))
  }

  @Test("every placeholder is filled in, in the language that is asked for")
  func values() throws {
    let lines = Self.all.filter { $0 != "details" }.map { "\($0)=\"{\($0)}\"" }
    let text = lines.joined(separator: "\n")
    let pages = try Pages(["a.txt": text])
    let answer = try pages.answer("403: a.txt", .listingDenied, fields: ["Accept-Language: es"])
    let cause = Cause.directoryListingDenied
    let wanted: [String: String] = [
      "status": "403", "phrase": "Forbidden", "title": "Acceso prohibido", "lang": "es",
      "summary": Guide.summary(of: .forbidden, in: .spanish)?.description ?? "",
      "id": Composing.requestID, "cause": "403.14", "slug": "directory-listing-denied",
      "detail": Guide.summary(of: cause, in: .spanish).description,
      "evidence": "files.browse, site.yaml:4:9",
      "help": Guide.help(of: cause, in: .spanish)?.description ?? "",
    ]
    for (name, value) in wanted {
      #expect(answer.text.contains("\(name)=\"\(value)\""), "\(name): \(answer.text)")
    }
    #expect(answer.value("Content-Language") == "es")
    #expect(answer.value("Vary") == "Accept, Accept-Language")
    #expect(answer.value("Cache-Control") == "no-store")
  }

  @Test("to whom details are hidden, the cause is the status, and what tells more is empty")
  func hidden() throws {
    let text = Self.all.map { "\($0)=\"{\($0)}\"\n" }.joined()
    let pages = try Pages(["a.txt": text, "b.html": "<pre>{details}|{evidence}|{cause}</pre>"])
    let texts = try [Ending.fileMissing, .hiddenFile, .typeNotMapped].map {
      try pages.answer("404: a.txt", $0, details: false)
    }
    #expect(Set(texts.map(\.text)).count == 1)
    #expect(texts.allSatisfy { !$0.has("Cache-Control") })
    for name in ["slug", "detail", "evidence", "help", "details"] {
      #expect(texts[0].text.contains("\(name)=\"\"\n"), "\(name)")
    }
    #expect(texts[0].text.contains("cause=\"404\"\n"))
    #expect(try pages.answer("404: b.html", details: false).text == "<pre>||404</pre>")
    let shown = try pages.answer("404: b.html", fields: ["Accept-Language: zh"]).text
    #expect(shown.contains("<code>404.0</code> <span lang=\"en\">file-not-found</span>"))
    #expect(shown.contains("<h2>如何处理</h2>"))
  }

  @Test("a page in a language goes to who wants it, beside one for all others")
  func languages() throws {
    let pages = try Pages([
      "404.html": "all", "404.th.html": "th {lang}", "404.de-AT.html": "de {lang}",
      "404.min.html": "no language", "404.th.txt": "another kind", "x404.es.html": "another name",
    ])
    func sent(_ languages: String?) throws -> (String, String?) {
      let fields = languages.map { ["Accept-Language: \($0)"] } ?? []
      let answer = try pages.answer("404: 404.html", fields: fields)
      #expect(answer.value("Vary") == "Accept, Accept-Language")
      return (answer.text, answer.value("Content-Language"))
    }
    #expect(try sent(nil) == ("all", nil))
    #expect(try sent("th") == ("th th", "th"))
    #expect(try sent("es, th;q=0.5") == ("th th", "th"))
    #expect(try sent("de") == ("de de-AT", "de-AT"))
    #expect(try sent("de-AT-1901, th") == ("de de-AT", "de-AT"))
    #expect(try sent("min, es") == ("all", nil))
    #expect(try sent("th;q=0") == ("all", nil))
  }

  @Test("a page with words of the catalogue is one for each language that has no page of its own")
  func words() throws {
    let pages = try Pages([
      "404.txt": "{lang}: {title}", "404.th.txt": "own", "404.de.txt": "deutsch",
    ])
    func sent(_ languages: String) throws -> String {
      try pages.answer("404: 404.txt", fields: ["Accept-Language: \(languages)"]).text
    }
    #expect(try sent("es") == "es: No encontrado")
    #expect(try sent("zh-CN") == "zh: 未找到")
    #expect(try sent("th") == "own")
    #expect(try sent("fr") == "en: Not Found")
    #expect(try sent("de, es") == "deutsch")
    #expect(try sent("es, de") == "es: No encontrado")
    #expect(try sent("es;q=0.5, th") == "own")
  }

  @Test("a page that depends on no language says so")
  func plain() throws {
    let pages = try Pages(["a.html": "{status} {phrase} {id} {cause}"])
    let answer = try pages.answer("404: a.html", fields: ["Accept-Language: th"])
    #expect(answer.value("Vary") == "Accept")
    #expect(!answer.has("Content-Language"))
    #expect(answer.text == "404 Not Found \(Composing.requestID) 404.0")
  }

  @Test("values are harmless in text, in attributes, in addresses and in JSON")
  func escaped() throws {
    let hostile = "a\"'<b>&/?=%"
    let pages = try Pages([
      "a.html": "<p title='{id}'>{id}</p><a href=\"/h?id={id}\">x</a>",
      "b.json": "{\"id\": \"{id}\", \"status\": {status}}", "c.txt": "{id}",
    ])
    #expect(
      try pages.answer("404: a.html", requestID: hostile).text
        == "<p title='a&quot;&#39;&lt;b&gt;&amp;/?=%'>a&quot;&#39;&lt;b&gt;&amp;/?=%</p>"
        + "<a href=\"/h?id=a%22%27%3Cb%3E%26%2F%3F%3D%25\">x</a>")
    let json = try pages.answer("404: b.json", requestID: hostile)
    let object = try JSONSerialization.jsonObject(with: Data(json.content)) as? [String: Any]
    #expect(object?["id"] as? String == hostile)
    #expect(object?["status"] as? Int == 404)
    #expect(try pages.answer("404: c.txt", requestID: hostile).text == hostile)
  }

  @Test("code in the catalogue's words is code in HTML text alone")
  func code() throws {
    let pages = try Pages(["a.html": "<title>{help}</title><p>{help}</p>"])
    let page = try pages.answer("403: a.html", .listingDenied).text
    let parts = page.components(separatedBy: "</title>")
    #expect(parts.first?.contains("`files.index`") == true)
    #expect(parts.last?.contains("<code>files.index</code>") == true)
  }

  @Test("who asks for a problem document gets one")
  func problem() throws {
    let pages = try Pages(["a.html": "page"])
    let answer = try pages.answer("404: a.html", fields: ["Accept: application/problem+json"])
    #expect(answer.value("Content-Type") == "application/problem+json")
  }

  @Test("what is wrong with a page is told with its file, line and column")
  func faults() throws {
    let pages = try Pages([
      "a.html": "<h1>\n  é {satus}</h1>", "b.html": "<p class={id}>", "b.th.html": "{cuase}",
      "c.de.txt": "{title}", "c.txt": "x",
    ])
    func errors(_ keys: String) -> [String] {
      let yaml = "sites:\n  - error-pages: {\(keys)}\n    rules: [{path: /, content: {text: x}}]\n"
      let report = Settings.check(
        bytes: Array(yaml.utf8), name: "site.yaml", folder: pages.folder)
      return (report.errors + report.warnings).map(\.summary)
    }
    let a = try #require(errors("404: a.html").first)
    #expect(a.hasPrefix("\(pages.folder)/a.html:2:5: error: unknown placeholder \"{satus}\""))
    #expect(a.hasSuffix("did you mean \"{status}\"?"))
    // One error, and one warning of the German page
    #expect(errors("404: a.html, 403: c.txt").count == 2)
    let b = errors("404: b.html")
    #expect(b.count == 1 && b[0].contains("b.html:1:10: error: "))
    let missing = errors("404: ab.html").first ?? ""
    #expect(missing.contains("does not exist; did you mean \"a.html\"?"))
    #expect(errors("404: c.txt").first?.contains("none in \"de\"") == true)
    #expect(errors("40x: c.txt").contains { $0.contains("neither 4xx nor 5xx") })
  }
}
