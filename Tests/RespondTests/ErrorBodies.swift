import Config
import Decide
import Facts
import Foundation
import HTTPStatus
import Message
import StatusGuide
import TestSupport
import Testing

@testable import Respond

@Suite("Error bodies (RFC 9457)")
struct ErrorBodies {
  /// Endings that are answered with a body of ours.
  static let refusals = Ending.allCases.filter { ending in
    (ending.causes.first.map { Int($0.status.code) } ?? 0) >= 400
      || ending == .slashMissing || ending == .slashMissingMethodKept
  }

  private func object(_ answer: Answer) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(answer.content))
    return try #require(value as? [String: Any])
  }

  @Test("a problem document names type, title, status, cause and id", arguments: refusals)
  func problem(_ ending: Ending) throws {
    for cause in ending.causes {
      var composing = Composing(ending)
      composing.cause = cause
      let answer = try composing.answer()
      #expect(answer.value("Content-Type") == "application/problem+json")
      let problem = try object(answer)
      #expect(problem["type"] as? String == "about:blank")
      #expect(problem["title"] as? String == cause.phrase?.description)
      #expect(problem["status"] as? Int == Int(cause.status.code))
      #expect(problem["cause"] as? String == "\(cause.code) \(cause.slug)")
      #expect(problem["detail"] as? String == Guide.summary(of: cause).description)
      #expect(problem["help"] as? String == Guide.help(of: cause)?.description)
      #expect(problem["id"] as? String == Composing.requestID)
    }
  }

  @Test("hidden, no form tells cause, position, setting or help", arguments: refusals)
  func hidden(_ ending: Ending) throws {
    for accept in ["application/json", "text/html", "text/plain"] {
      for cause in ending.causes {
        var composing = Composing(ending)
        composing.cause = cause
        composing.showsDetails = false
        composing.fields = ["Accept: \(accept)"]
        composing.changeEvidence = { evidence in
          evidence.key = .filesHidden
          evidence.position = Position(source: 2, line: 77, column: 5)
          evidence.limit = 4711
          evidence.field = ByteSlice(0, 3)
        }
        let answer = try composing.answer()
        let everything = answer.text + answer.fields.map { "\($0.name): \($0.value)\n" }.joined()
        for secret in [
          cause.code.description, cause.slug.description, "site.yaml", "files.hidden", "4711",
          ":77",
        ] {
          #expect(!everything.contains(secret), "\(cause) \(accept): \(secret)")
        }
        // Where the cause has words of its own, they stay inside
        let summary = Guide.summary(of: cause).description
        if summary != Guide.summary(of: cause.status)?.description {
          #expect(!everything.contains(summary))
        }
        if let help = Guide.help(of: cause) { #expect(!everything.contains(help.description)) }
        #expect(everything.contains(Composing.requestID))
      }
    }
  }

  @Test("hidden, causes of one status cannot be told apart")
  func alike() throws {
    for accept in ["application/json", "text/html", "text/plain"] {
      let texts = try [
        Ending.fileMissing, .hiddenFile, .hiddenSegment, .ruleMissing, .typeNotMapped,
      ]
      .map { ending in
        var composing = Composing(ending)
        composing.showsDetails = false
        composing.fields = ["Accept: \(accept)"]
        let answer = try composing.answer()
        return answer.fields.map { "\($0.name): \($0.value)\n" }.joined() + answer.text
      }
      #expect(Set(texts).count == 1)
    }
  }

  @Test("a body that is kept differs from a fresh one in nothing", arguments: refusals)
  func reused(_ ending: Ending) throws {
    let cache = ErrorBodyCache()
    for round in 0..<3 {
      for cause in ending.causes {
        for (accept, showsDetails) in [
          ("application/json", true), ("text/html", true), ("text/html", false),
          ("text/plain", false), ("application/json", false),
        ] {
          var composing = Composing(ending)
          composing.cause = cause
          composing.showsDetails = showsDetails
          composing.fields = ["Accept: \(accept)"]
          composing.requestID = "00000000000000a\(round)"
          // Another line of the configuration in the last round
          composing.changeEvidence = { $0.position.line += round == 2 ? 1 : 0 }
          let fresh = try composing.answer()
          composing.errorBodies = cache
          let reused = try composing.answer()
          #expect(reused.content == fresh.content, "\(cause) \(accept) \(showsDetails)")
          #expect(reused.text.contains(composing.requestID))
        }
      }
    }
  }

  @Test("the form goes by Accept, and the problem document is for whoever does not say")
  func forms() throws {
    let rows: [(String?, String)] = [
      (nil, "application/problem+json"), ("*/*", "application/problem+json"),
      ("application/json", "application/problem+json"), ("text/html", "text/html; charset=utf-8"),
      ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
      ("text/plain", "text/plain; charset=utf-8"),
      ("text/plain;q=0.5, text/html;q=0.1", "text/plain; charset=utf-8"),
      // Nothing acceptable: an explanation in any form is better than none (section 12.5.1)
      ("image/png", "application/problem+json"),
    ]
    for (accept, type) in rows {
      var composing = Composing(.fileMissing)
      composing.fields = accept.map { ["Accept: \($0)"] } ?? []
      let answer = try composing.answer()
      #expect(answer.value("Content-Type") == type, "\(accept ?? "none")")
      #expect(answer.value("Vary") == "Accept, Accept-Language")
      #expect(answer.value("X-Content-Type-Options") == "nosniff")
    }
  }

  @Test("what only this client may see is not kept by caches")
  func caching() throws {
    var composing = Composing(.fileMissing)
    #expect(try composing.answer().value("Cache-Control") == "no-store")
    composing.showsDetails = false
    #expect(try !composing.answer().has("Cache-Control"))
  }

  @Test("hostile names are escaped, in each form")
  func hostile() throws {
    var composing = Composing(.fault)
    composing.cause = .fieldValueMalformed
    composing.configurationName = "<img src=x onerror=\"alert('1')\">&\u{1}.yaml"
    composing.target = "/<script>".replacing("<", with: "%3C").replacing(">", with: "%3E")
    composing.fields = ["Accept: text/html", "X-Evil: <script>alert('2')</script>\"&"]
    composing.changeEvidence = { evidence in
      evidence.key = .limitField
      evidence.position = Position(source: 2, line: 1, column: 1)
    }
    let line = "GET /%3Cscript%3E HTTP/1.1\r\nHost: h\r\nAccept: text/html\r\nX-Evil: "
    let start = line.utf8.count
    let value = "<script>alert('2')</script>\"&"
    let change = composing.changeEvidence
    composing.changeEvidence = { evidence in
      change(&evidence)
      evidence.field = ByteSlice(start, start + value.utf8.count)
    }
    let page = try composing.answer().text
    for raw in ["<script", "<img", "onerror=\"", "alert('"] {
      #expect(!page.contains(raw), "\(raw)")
    }
    #expect(page.contains("&lt;script&gt;alert(&#39;2&#39;)&lt;/script&gt;&quot;&amp;"))
    #expect(page.contains("&lt;img src=x onerror=&quot;"))

    // The same length of Accept keeps the slice where it was
    composing.fields[0] = "Accept: text/json"
    let problem = try object(try composing.answer())
    #expect(problem["field"] as? String == value)
    let place = problem["at"] as? String
    #expect(place == composing.configurationName + ":1:1")
  }

  @Test("a name in another script is told as it is written")
  func scripts() throws {
    var composing = Composing(.listingDenied)
    composing.configurationName = "ไซต์-Straße.yaml"
    #expect(try object(try composing.answer())["at"] as? String == "ไซต์-Straße.yaml:4:9")
    composing.fields = ["Accept: text/html"]
    #expect(try composing.answer().text.contains("ไซต์-Straße.yaml:4:9"))
    composing.fields = ["Accept: text/plain"]
    #expect(try composing.answer().text.contains("files.browse: ไซต์-Straße.yaml:4:9"))
  }
}

@Suite("Location and Allow")
struct LocationTests {
  private func location(_ target: String, path: String? = nil) throws -> String? {
    var composing = Composing(.slashMissing)
    composing.target = target
    composing.path = path
    return try composing.answer().value("Location")
  }

  @Test("the folder's own path with its slash, and the query as it was")
  func plain() throws {
    #expect(try location("/dir") == "/dir/")
    #expect(try location("/dir?a=b&c=%20") == "/dir/?a=b&c=%20")
    #expect(try location("/dir?") == "/dir/?")
    #expect(try location("/a/../dir") == "/dir/")
    #expect(try location("http://h/dir?q") == "/dir/?q")
  }

  @Test("it never names another host, however the path is written")
  func otherHost() throws {
    for target in [
      "//evil.example/dir", "///evil.example/dir", "/./%2e//evil.example/dir",
      "/a/..//evil.example/dir",
    ] {
      #expect(try location(target) == "/evil.example/dir/", "\(target)")
    }
    // Even where somebody hands in a path that nobody cleaned
    #expect(try location("/x", path: "//evil.example/dir") == "/evil.example/dir/")
    #expect(try location("/x", path: "/\\evil.example") == "/%5Cevil.example/")
  }

  @Test("what cannot stand in a path is escaped, so that no field can be added")
  func escaped() throws {
    #expect(try location("/a%20b") == "/a%20b/")
    #expect(try location("/%E2%82%AC") == "/%E2%82%AC/")
    #expect(try location("/a%3Fb%23c") == "/a%3Fb%23c/")
    #expect(try location("/x", path: "/a\r\nSet-Cookie: b") == "/a%0D%0ASet-Cookie:%20b/")
    #expect(try location("/x", path: "/%zz") == "/%25zz/")
  }

  @Test("301 may turn POST into GET; what is no GET gets 308 and the same place")
  func methods() throws {
    var composing = Composing(.slashMissingMethodKept)
    composing.method = "POST"
    composing.target = "/dir?x"
    let answer = try composing.answer()
    #expect(answer.status == 308)
    #expect(answer.value("Location") == "/dir/?x")
  }

  @Test("405 and OPTIONS list what the resource takes")
  func allow() throws {
    #expect(try Composing(.methodNotAllowed).answer().value("Allow") == "PUT, DELETE")
    #expect(try Composing(.options).answer().value("Allow") == "GET, HEAD, OPTIONS")
  }

  @Test("with no resource looked up, Allow lists what the server takes")
  func serverAllow() throws {
    var composing = Composing(.serverOptions)
    composing.method = "OPTIONS"
    composing.change = {
      $0.met = []
      $0.resource.methods = MethodSet(.put)
    }
    #expect(try composing.answer().value("Allow") == "GET, HEAD, OPTIONS")
  }

  @Test("a resource that takes nothing has an empty Allow (RFC 9110 section 10.2.1)")
  func allowNothing() throws {
    var composing = Composing(.methodNotAllowed)
    composing.change = { $0.resource.methods = MethodSet() }
    #expect(try composing.answer().value("Allow") == "")
  }

  @Test("a full server says when to come again")
  func retryAfter() throws {
    #expect(try Composing(.serverFull).answer().value("Retry-After") == "5")
  }
}
