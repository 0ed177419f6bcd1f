import Decide
import Facts
import Testing

@testable import Respond

/// What the answers of rules owe, and what their content says.
@Suite("Answers of rules")
struct RuleAnswers {
  @Test(
    "a redirect has a Location and says it in its content (RFC 9110 section 15.4)",
    arguments: [
      Ending.movedPermanently, .found, .seeOther, .temporaryRedirect, .permanentRedirect,
    ])
  func redirect(_ ending: Ending) throws {
    for (accept, wanted) in [
      ("text/html", "<a href=\"/new/a%3Cb&amp;c?x=1\">"), ("text/plain", "\n/new/a%3Cb&c?x=1\n"),
      ("application/problem+json", "\"location\": \"/new/a%3Cb&c?x=1\""),
    ] {
      var composing = Composing(ending)
      composing.target = "/a%3Cb&c?x=1"
      composing.fields = ["Accept: \(accept)"]
      composing.showsDetails = false
      let answer = try composing.answer()
      #expect(answer.value("Location") == "/new/a%3Cb&c?x=1")
      #expect(answer.text.contains(wanted), "\(accept)")
    }
  }

  @Test("451 names who blocks (RFC 7725 section 4), and why, escaped")
  func blocked() throws {
    var composing = Composing(.blocked)
    composing.fields = ["Accept: text/html"]
    composing.showsDetails = false
    let answer = try composing.answer()
    #expect(answer.value("Link") == "<https://a.example/>; rel=\"blocked-by\"")
    #expect(answer.text.contains("<p>A &lt;court&gt;</p>"))
    composing.fields = ["Accept: application/json"]
    #expect(try composing.answer().text.contains("\"reason\": \"A <court>\""))
  }

  @Test("maintenance says when to ask again")
  func maintenance() throws {
    #expect(try Composing(.inMaintenance).answer().value("Retry-After") == "120")
  }

  @Test("fields of every answer come with refusals too, and removed ones with none")
  func fields() throws {
    for ending in [Ending.fileServed, .fileMissing, .entityTagMatched, .found] {
      let answer = try Composing(ending).answer()
      #expect(answer.value("X-Always") == "1", "\(ending)")
      #expect(!answer.has("X-Gone"), "\(ending)")
    }
    #expect(try Composing(.fileServed).answer().value("X-Extra") == "1")
  }
}
