import Config
import Decide
import Foundation
import HTTPStatus
import Message
import StatusGuide
import TestSupport
import Testing

@testable import Respond

/// Bodies of refusals and redirects in the catalogue's languages, and what they look like.
@Suite("The language of errors (RFC 9110 section 12.5.4, RFC 4647 section 3.4)")
struct ErrorLanguages {
  static let forms = ["text/html", "text/plain", "application/problem+json"]

  private func answer(
    _ ending: Ending = .fileMissing, cause: Cause? = nil, accept: String = "text/html",
    languages: [String] = [], details: Bool = true
  ) throws -> Answer {
    var composing = Composing(ending)
    composing.cause = cause
    composing.showsDetails = details
    composing.fields = ["Accept: \(accept)"] + languages.map { "Accept-Language: \($0)" }
    return try composing.answer()
  }

  @Test(
    "the language is the one that is wanted most, of equals the one named first",
    arguments: [
      ([], "en"), (["th"], "th"), (["es"], "es"), (["zh"], "zh"), (["en"], "en"),
      // A range gets shorter until it fits (RFC 4647 section 3.4)
      (["es-MX"], "es"), (["zh-Hant-TW"], "zh"), (["TH-th"], "th"),
      (["es-MX,es;q=0.9,en-US;q=0.8,en;q=0.7"], "es"), (["es-MX,en;q=0.9,es;q=0.8"], "es"),
      // Weights go before places, places decide among equals
      (["en;q=0.5, th;q=0.8"], "th"), (["th, es"], "th"), (["es, th"], "es"),
      (["en, th;q=0.999"], "en"),
      // Several lines are one list (RFC 9110 section 5.3)
      (["fr", "de;q=0.9", "zh;q=0.1"], "zh"), (["en;q=0.1", "es;q=0.2"], "es"),
      // Nothing that there is: English
      (["fr, de;q=0.5"], "en"), (["english"], "en"), (["t"], "en"), ([""], "en"), (["q=1"], "en"),
      (["th;q=2"], "en"), (["th-"], "en"), (["tha"], "en"),
      // `*` is for those that are not named; 0 is "not acceptable"
      (["*"], "en"), (["fr, *;q=0.1"], "en"), (["en;q=0, *"], "th"), (["*, en;q=0.1"], "th"),
      (["th;q=0, es;q=0.1"], "es"), (["en;q=0"], "en"), (["th;q=0, th-TH"], "en"),
    ] as [([String], String)])
  func choice(_ languages: [String], _ wanted: String) throws {
    for accept in Self.forms {
      let answer = try answer(accept: accept, languages: languages)
      #expect(answer.value("Content-Language") == wanted, "\(languages) \(accept)")
    }
  }

  @Test("what was chosen by is named once in Vary, also beside what the rule or the variants name")
  func vary() throws {
    func members(_ answer: Answer) -> [String] {
      let lines = answer.fields.filter { $0.name.lowercased() == "vary" }
      #expect(lines.count == 1)
      return lines.flatMap { $0.value.split(separator: ",") }.map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    }
    for accept in Self.forms {
      #expect(members(try answer(accept: accept)) == ["Accept", "Accept-Language"])
      let listed = members(try answer(.mediaTypeNotAcceptable, accept: accept))
      #expect(listed.sorted() == ["Accept", "Accept-Language", "Negotiate"])
    }
  }

  @Test("a body is in one language as a whole: words, lang, Content-Language", arguments: 0..<4)
  func words(_ number: Int) throws {
    let wanted = try #require(Language(rawValue: UInt8(number)))
    for ending in ErrorBodies.refusals {
      for cause in ending.causes {
        let language = PageLanguage.told(cause, in: wanted, showsDetails: true)
        let name = try #require(Guide.name(of: cause.status, in: language)).description
        let summary = Guide.summary(of: cause, in: language).description
        let html = try answer(ending, cause: cause, languages: [wanted.tag])
        let problem = try answer(
          ending, cause: cause, accept: "application/json", languages: [wanted.tag])
        let text = try answer(ending, cause: cause, accept: "text/plain", languages: [wanted.tag])
        for answer in [html, problem, text] {
          #expect(answer.value("Content-Language") == language.tag, "\(cause)")
        }
        let page = HTMLCheck(html.text)
        #expect(page.all("html").first?.attributes["lang"] == language.tag)
        #expect(page.only("title") == "\(cause.status.code) \(name)", "\(cause)")
        let object = try JSONSerialization.jsonObject(with: Data(problem.content))
        let members = try #require(object as? [String: Any])
        #expect(members["title"] as? String == name)
        #expect(members["detail"] as? String == summary)
        #expect(members["help"] as? String == Guide.help(of: cause, in: language)?.description)
        #expect(text.text.hasPrefix("\(cause.status.code) \(name)\n"))
        #expect(text.text.contains(summary))
      }
    }
  }

  @Test(
    "every promised cause is told in all four languages, and outside every one of the catalogue")
  func complete() throws {
    let root = PackageFiles.root(of: #filePath)
    let table = try #require(
      PackageFiles.text("Tests/HTTPStatusTests/Tables/promised.tsv", in: root))
    let codes = table.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .compactMap { $0.split(separator: "\t").first.map(String.init) }
    let promised = codes.compactMap { Cause($0) }.filter { $0.status.code >= 400 }
    #expect(promised.count > 30)
    for language in Language.allCases {
      for cause in promised {
        let told = PageLanguage.told(cause, in: language, showsDetails: true)
        #expect(told == language, "\(cause) \(language)")
      }
      for cause in Cause.all where cause.status.code >= 300 {
        let told = PageLanguage.told(cause, in: language, showsDetails: false)
        #expect(told == language, "\(cause) \(language)")
      }
    }
  }

  /// The causes of every way in which a walk, an interim answer and an exchange can end.
  @Test("whatever the server can answer or record is said in every language, section by section")
  func producible() {
    let causes = Set(
      Ending.allCases.flatMap(\.causes) + Interim.allCases.map(\.cause)
        + Outcome.allCases.map(\.cause))
    // One entry stands for all that is rehearsed
    let entries = causes.filter { !$0.isRehearsed || $0.status.code == 503 }.sorted()
    #expect(entries.count > 150)
    for cause in entries {
      for language in Language.allCases where !Guide.isTranslated(.cause(cause), to: language) {
        Issue.record("\(cause) has no \(language)")
      }
      for section in Section.allCases where Guide.text(section, of: .cause(cause)) != nil {
        for language in Language.allCases where Guide.isTranslated(.cause(cause), to: language) {
          let text = Guide.text(section, of: .cause(cause), in: language)
          #expect(text != nil, "\(cause): \(language) lacks \(section)")
        }
      }
    }
  }

  @Test("a cause that is not wholly translated is told in English as a whole")
  func untranslated() {
    var found = 0
    for cause in Cause.all {
      for language in [Language.thai, .spanish, .chinese] {
        let isWhole =
          Guide.isTranslated(.cause(cause), to: language)
          && Guide.name(of: cause.status, in: language) != nil
          && Guide.isTranslated(.status(cause.status), to: language)
          && (Guide.text(.help, of: .cause(cause)) == nil
            || Guide.text(.help, of: .cause(cause), in: language) != nil)
        found += isWhole ? 1 : 0
        #expect(
          PageLanguage.told(cause, in: language, showsDetails: true)
            == (isWhole ? language : .english))
      }
    }
    #expect(found > 100)
  }

  @Test("outside, only the status in words and the id, in each language", arguments: 0..<4)
  func outside(_ number: Int) throws {
    let language = try #require(Language(rawValue: UInt8(number)))
    for accept in Self.forms {
      let texts = try [Ending.fileMissing, .hiddenFile, .ruleMissing, .typeNotMapped].map {
        try answer($0, accept: accept, languages: [language.tag], details: false).text
      }
      #expect(Set(texts).count == 1)
      let summary = try #require(Guide.summary(of: .notFound, in: language)).description
      #expect(texts[0].contains(summary), "\(language) \(accept)")
      #expect(texts[0].contains(Composing.requestID))
    }
  }

  @Test("a kept body is never one of another language")
  func kept() throws {
    let cache = ErrorBodyCache()
    for _ in 0..<2 {
      for language in Language.allCases {
        for accept in Self.forms {
          var composing = Composing(.listingDenied)
          composing.fields = ["Accept: \(accept)", "Accept-Language: \(language.tag)"]
          let fresh = try composing.answer()
          composing.errorBodies = cache
          let reused = try composing.answer()
          #expect(reused.content == fresh.content)
          #expect(reused.value("Content-Language") == language.tag)
        }
      }
    }
  }

  @Test("HEAD has the fields of GET, and 304 has no language of ours")
  func bodiless() throws {
    var composing = Composing(.fileMissing)
    composing.fields = ["Accept-Language: th", "Accept: text/html"]
    let get = try composing.answer()
    composing.method = "HEAD"
    let head = try composing.answer()
    #expect(get.fields.map { "\($0)" } == head.fields.map { "\($0)" })
    #expect(head.content.isEmpty && !get.content.isEmpty)
    var same = Composing(.entityTagMatched)
    same.fields = composing.fields
    #expect(try !same.answer().has("Content-Language"))
  }
}

@Suite("Error pages: HTML")
struct ErrorPageForm {
  private func pages(details: Bool) throws -> [(name: String, bytes: Int, page: HTMLCheck)] {
    var pages: [(String, Int, HTMLCheck)] = []
    func add(_ ending: Ending, _ cause: Cause, _ language: Language) throws {
      var composing = Composing(ending)
      composing.cause = cause
      composing.showsDetails = details
      composing.fields = ["Accept: text/html", "Accept-Language: \(language.tag)"]
      let answer = try composing.answer()
      // The style is the same everywhere, and has a test of its own
      let text = answer.text.components(separatedBy: "\(ErrorPage.style)").joined()
      pages.append(("\(cause) \(language)", answer.content.count, HTMLCheck(text)))
    }
    for language in Language.allCases {
      var seen: Set<Int> = []
      // What no ending comes to yet is well-formed before one does
      for cause in Cause.all where cause.status.code >= 400 {
        let isTold = PageLanguage.told(cause, in: language, showsDetails: details) == language
        // To whom details are hidden, all causes of a status look alike
        guard isTold, details || seen.insert(Int(cause.status.code)).inserted else { continue }
        try add(.listingDenied, cause, language)
      }
    }
    for ending in ErrorBodies.refusals where details {
      for cause in ending.causes { try add(ending, cause, .english) }
    }
    return pages
  }

  @Test(
    "every page is well-formed, smaller than 4 KiB, has one heading, landmarks and a language",
    arguments: [true, false])
  func wellFormed(_ details: Bool) throws {
    for (name, bytes, page) in try pages(details: details) {
      #expect(bytes < 4096, "\(name)")
      #expect(page.faults == [], "\(name)")
      #expect(page.all("h1").count == 1, "\(name)")
      #expect(page.all("main").count == 1 && page.all("footer").count == 1, "\(name)")
      #expect(page.only("title")?.isEmpty == false)
      #expect(page.all("meta").contains { $0.attributes["name"] == "viewport" })
      #expect(page.all("script").isEmpty && page.all("link").isEmpty && page.all("img").isEmpty)
      #expect(page.elements.allSatisfy { $0.attributes["style"] == nil })
      #expect(page.elements.allSatisfy { $0.attributes["src"] == nil })
      // A screen reader reads names and places as English
      for element in page.all("dd") { #expect(element.language == "en", "\(name)") }
      #expect(page.all("h2").isEmpty != details)
    }
  }

  @Test("who may see it finds cause, place, what to do, and how to ask for more")
  func details() throws {
    var composing = Composing(.listingDenied)
    composing.fields = ["Accept: text/html", "Accept-Language: th"]
    let page = try composing.answer().text
    for part in [
      "403.14", "directory-listing-denied", "<code>files.browse</code>, site.yaml:4:9",
      "statusline why \(Composing.requestID)", "<html lang=\"th\">", "สิ่งที่ต้องทำ",
      "<span lang=\"en\">directory-listing-denied</span>",
    ] {
      #expect(page.contains(part), "\(part)")
    }
  }

  @Test("its style is all that the page may use, and the policy names it by its hash")
  func policy() throws {
    let style = "\(ErrorPage.style)"
    let hash = SHA256.base64(SHA256.hash(Array(style.utf8)))
    #expect("\(ErrorPage.policy)".contains("style-src 'sha256-\(hash)'"))
    #expect("\(ErrorPage.policy)".hasPrefix("default-src 'none'; "))
    for accept in ["text/html", "text/plain"] {
      var composing = Composing(.fileMissing)
      composing.fields = ["Accept: \(accept)"]
      let answer = try composing.answer()
      #expect(answer.has("Content-Security-Policy") == (accept == "text/html"))
      if accept == "text/html" { #expect(answer.text.contains("<style>\(style)</style>")) }
    }
    // FIPS 180-2, appendix B.1
    let abc = SHA256.base64(SHA256.hash(Array("abc".utf8)))
    #expect(abc == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
  }

  @Test("text stands out from what is behind it, in light and dark (WCAG 2.2 section 1.4.3, AA)")
  func contrast() throws {
    let style = "\(ErrorPage.style)"
    let blocks = style.split(separator: "{").filter { $0.contains("--p:") }
    #expect(blocks.count == 2)
    for block in blocks {
      func colour(_ name: String) throws -> Double {
        let start = try #require(block.firstRange(of: "--\(name):#")).upperBound
        var digits = String(block[start...].prefix { $0.isHexDigit })
        if digits.count == 3 { digits = digits.map { "\($0)\($0)" }.joined() }
        let number = try #require(Int(digits, radix: 16))
        return Self.luminance(number)
      }
      let pairs = [("t", "p"), ("s", "p"), ("a", "p"), ("t", "c"), ("s", "c"), ("a", "c")]
      for (text, behind) in pairs {
        let (one, other) = (try colour(text), try colour(behind))
        #expect((max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5, "\(text) on \(behind)")
      }
    }
    #expect(style.contains(":focus-visible{outline:"))
    #expect(!style.contains("animation") && !style.contains("transition"))
  }

  private static func luminance(_ colour: Int) -> Double {
    let parts = [16, 8, 0].map { shift -> Double in
      let value = Double(colour >> shift & 255) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
}
