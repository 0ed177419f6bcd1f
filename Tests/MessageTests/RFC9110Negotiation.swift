import Message
import Testing

@Suite("RFC 9110 section 12: content negotiation, RFC 4647: language ranges")
struct RFC9110Negotiation {
  /// The weight of a media type in the Accept lines.
  private func type(_ candidate: String, _ lines: String...) -> Int {
    var weight = MediaTypeWeight()
    for line in lines { weight.add(Array(line.utf8).span, for: Array(candidate.utf8).span) }
    return weight.thousandths
  }

  /// The weight of a language in the Accept-Language lines; "" is a variant without one.
  private func language(_ tag: String, _ lines: String...) -> Int {
    var weight = LanguageWeight()
    for line in lines { weight.add(Array(line.utf8).span, for: Array(tag.utf8).span) }
    return weight.thousandths(hasLanguage: !tag.isEmpty)
  }

  /// The weights of gzip, br and identity in the Accept-Encoding lines.
  private func codings(_ lines: String...) -> [Int] {
    var weights = CodingWeights()
    for line in lines { weights.add(Array(line.utf8).span) }
    return [ContentCoding.gzip, .brotli, .identity].map { weights.thousandths($0) }
  }

  private func isName(_ text: String) -> Bool { LanguageTag.isName(Array(text.utf8).span) }

  private func asksForList(_ value: String) -> Bool {
    NegotiateField.asksForList(Array(value.utf8).span)
  }

  @Test("12.4.2: a weight has up to three decimals; none is 1, and 0 is not acceptable")
  func weights() {
    #expect(type("text/html", "text/html;q=0.123") == 123)
    #expect(type("text/html", "text/html ; Q=0.5") == 500)
    #expect(type("text/html", "text/html;q=1.000") == 1000)
    #expect(type("text/html", "text/html;q=0") == 0)
    #expect(type("text/html", "text/html") == 1000)
    #expect(codings("gzip;q=0.001, br;q=0.000") == [1, 0, 1])
    #expect(language("en", "en;q=0.999") == 999)
  }

  @Test("12.5.1: the most specific range that matches has precedence, wherever it stands")
  func specificity() {
    let line = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, */*;q=0.5"
    #expect(type("text/plain;format=flowed", line) == 1000)
    #expect(type("text/plain", line) == 700)
    #expect(type("text/html", line) == 300)
    #expect(type("image/jpeg", line) == 500)
    #expect(type("text/plain;format=fixed", line) == 700)
  }

  @Test("12.5.1: parameters of a range have to be the type's, whatever their case and quotes")
  func parameters() {
    #expect(type("text/html; charset=utf-8", "text/html;charset=UTF-8") == 1000)
    #expect(type("text/html; charset=utf-8", "text/html;charset=\"utf-8\";q=0.4") == 400)
    #expect(type("text/html; charset=utf-8", "text/html;charset=latin1") == 0)
    #expect(type("text/html; charset=utf-8", "text/html;level=1, text/html;q=0.2") == 200)
  }

  @Test("12.5.1: without Accept, or with none that can be used, any type is acceptable")
  func noAccept() {
    #expect(type("text/html") == 1000)
    #expect(type("text/html", "") == 1000)
    #expect(type("text/html", ",, ;q=1, html, */html, text/html;q=2") == 1000)
    #expect(type("text/html", "image/png") == 0)
  }

  @Test("5.3: several lines are one list")
  func lines() {
    #expect(type("text/html", "image/png", "text/*;q=0.2") == 200)
    #expect(type("text/html", "*/*;q=0.9", "text/html;q=0.1") == 100)
    #expect(codings("gzip", "br;q=0.5") == [1000, 500, 1])
    #expect(language("th", "en", "th;q=0.1") == 100)
  }

  @Test("12.5.3: without the field the content goes as it is; an empty one wants no coding")
  func noCoding() {
    #expect(codings() == [0, 0, 1000])
    #expect(codings("") == [0, 0, 1])
    #expect(codings(" ") == [0, 0, 1])
  }

  @Test("12.5.3: a coding that is named has its weight, and `*` is every other one")
  func namedCodings() {
    #expect(codings("gzip") == [1000, 0, 1])
    #expect(codings("*") == [1000, 1000, 1000])
    #expect(codings("gzip;q=0.5, *;q=0.1") == [500, 100, 100])
    #expect(codings("br;q=0, *") == [1000, 0, 1000])
    #expect(codings("GZIP, X-Gzip;q=0.5") == [1000, 0, 1])
    #expect(codings("deflate, compress") == [0, 0, 1])
  }

  @Test("12.5.3: identity is acceptable unless `identity;q=0`, or `*;q=0` and no better")
  func identity() {
    #expect(codings("identity;q=0") == [0, 0, 0])
    #expect(codings("*;q=0") == [0, 0, 0])
    #expect(codings("gzip, *;q=0") == [1000, 0, 0])
    #expect(codings("identity;q=0.5, *;q=0") == [0, 0, 500])
    #expect(codings("gzip, identity") == [1000, 0, 1000])
  }

  @Test("12.5.3: what is not the grammar's is passed over as if it were not there")
  func brokenCodings() {
    #expect(codings("gzip;q=2, br") == [0, 1000, 1])
    #expect(codings("gzip;q=0.1234") == [0, 0, 1])
    #expect(codings("gzip;level=3") == [0, 0, 1])
    #expect(codings("gzip br") == [0, 0, 1])
    #expect(codings("\"gzip\"") == [0, 0, 1])
  }

  @Test("RFC 4647 3.3.1: a range matches a tag that it is, or that goes on behind a hyphen")
  func filtering() {
    #expect(language("en-GB", "en") == 1000)
    #expect(language("en", "en") == 1000)
    #expect(language("EN-gb", "En-GB") == 1000)
    #expect(language("eng", "en") == 0)
    #expect(language("de", "en") == 0)
    #expect(language("zh-Hant-TW", "zh-Hant;q=0.5") == 500)
    #expect(language("de", "*;q=0.3") == 300)
  }

  @Test("RFC 4647 3.4: who wants `en-GB` takes `en`, unless it is refused")
  func lookup() {
    #expect(language("en", "en-GB") == 1000)
    #expect(language("en", "en-GB, *;q=0.1") == 1000)
    #expect(language("en", "en-GB, en;q=0") == 0)
    #expect(language("en-US", "en-GB") == 0)
  }

  @Test("12.5.4: the most exact range counts")
  func exactRange() {
    #expect(language("en-GB", "en, en-GB;q=0.2, *;q=0.1") == 200)
    #expect(language("en-US", "en, en-GB;q=0.2, *;q=0.1") == 1000)
    #expect(language("de", "en, en-GB;q=0.2, *;q=0.1") == 100)
  }

  @Test("12.5.4: without the field any language will do; a variant without one always will")
  func noLanguage() {
    #expect(language("de") == 1000)
    #expect(language("de", "-, 12, abcdefghij, en_GB") == 1000)
    #expect(language("") == 1000)
    #expect(language("", "de") == 1)
    #expect(language("", "de, *;q=0") == 1)
  }

  @Test("a tag in a file name: two or three letters, then subtags of up to eight")
  func names() {
    for tag in ["en", "th", "gsw", "en-GB", "zh-Hant-TW", "de-1996", "sl-IT-nedis"] {
      #expect(isName(tag), "\(tag)")
    }
    for text in ["", "e", "html", "min-", "-en", "en--GB", "en-abcdefghi", "e1", "en_GB", "*"] {
      #expect(!isName(text), "\(text)")
    }
  }

  @Test("RFC 2295 8.4: vlist asks for the list; other directives do not")
  func vlist() {
    for value in ["vlist", "trans, VList", "1.0,vlist , guess-small"] {
      #expect(asksForList(value), "\(value)")
    }
    for value in ["", "trans", "*", "vlists", "vlist=1", "\"vlist\"", "1.0"] {
      #expect(!asksForList(value), "\(value)")
    }
  }
}
