import Config
import Decide
import Facts
import HTTPStatus
import Message
import Testing

@testable import Record

@Suite("An explanation")
struct ExplanationTests {
  @Test(
    "of every ending names its key and the line, or its part of the message",
    arguments: Ending.allCases)
  func endings(ending: Ending) throws {
    var facts = Sample.facts
    facts.method = .delete
    facts.content.limit = 4096
    facts.connection.limit = 10
    facts.connection.openCount = 11
    facts.range.limit = 32
    facts.range.count = 40
    facts.fault = MessageFault(.bareLineFeed, at: 37, in: .lineEnding)
    facts.content.fault = MessageFault(.chunkSizeMalformed, at: 370, in: .chunk)
    let verdict = Sample.verdict(ending, facts)
    let explanation = try Explanation(Sample(verdict: verdict).exchange)
    let text = explanation.text
    let evidence = verdict.evidence
    if evidence.key != .none {
      let name = evidence.key.name.description
      #expect(text.contains(name))
      #expect(evidence.key == .siteNames || text.contains("site.yaml:4:12"))
      #expect(explanation.change != nil)
    }
    if evidence.part != .whole {
      #expect(text.contains("byte") || text.contains("What decided was"))
    }
    if evidence.offset > 0 { #expect(text.contains("byte \(evidence.offset)")) }
    #expect(text.contains(verdict.cause.code.description))
    #expect(text.contains(verdict.cause.slug.description))
    #expect(!explanation.findings.isEmpty)
    #expect(EndingWording.text(of: ending).hasSuffix("."))
    #expect((try? JSONReader.read(Array(explanation.json.utf8))) != nil)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 110 })
  }

  @Test(
    "of every fault names its byte, its field, and the limit's line",
    arguments: FaultKind.allCases)
  func faults(kind: FaultKind) throws {
    for ending in [Ending.fault, .contentFault] where FaultCauses.kinds(of: ending).contains(kind) {
      var facts = Sample.facts
      let fault = MessageFault(
        kind, at: 37, in: .fieldValue, limit: 8192, measured: 9001)
      facts.fault = fault
      facts.content.fault = fault
      facts.faultPosition = Sample.setting
      facts.content.faultPosition = Sample.setting
      let verdict = Sample.verdict(ending, facts)
      let sample = Sample(field: Array("X-Foo".utf8), verdict: verdict)
      let explanation = try Explanation(sample.exchange)
      let text = explanation.findings.joined(separator: "\n")
      #expect(text.contains("At byte 37 of the request"))
      #expect(text.contains("in the field line `X-Foo`"))
      #expect(text.contains(FaultWording.text(of: kind)))
      #expect(FaultWording.text(of: kind) != "a fault")
      if verdict.evidence.key != .none {
        #expect(text.contains(verdict.evidence.key.name.description))
        #expect(text.contains("site.yaml:4:12"))
        #expect(explanation.change?.contains("site.yaml:4:12") == true)
      }
    }
  }

  @Test("has advice for every setting", arguments: SettingKey.allCases)
  func advice(key: SettingKey) {
    guard let advice = SettingAdvice.of(key) else {
      #expect(key == .none)
      return
    }
    let last = key.name.description.split(separator: ".").last.map(String.init) ?? ""
    if key != .rulePath { #expect(advice.line.hasPrefix("\(last):")) }
    #expect(advice.line.contains(": "))
    #expect(advice.purpose.hasPrefix("To "))
    #expect(!advice.state.isEmpty)
  }

  @Test("says what to write where nobody wrote the setting, and in which rule")
  func unwritten() throws {
    var facts = Sample.facts
    facts.resource.positions.browse = .builtIn
    let explanation = try Explanation(
      Sample(verdict: Sample.verdict(.listingDenied, facts)).exchange)
    #expect(
      explanation.findings.contains(
        "files.browse is off: built-in default, not written anywhere."))
    #expect(
      explanation.change
        == "To allow listings of folders that have no index file, write `browse: on` under `files` "
        + "in the rule at site.yaml:9:7.")
  }

  @Test("says what to start the server with where there is no configuration file")
  func commandLine() throws {
    var facts = Sample.facts
    facts.resource.positions.browse = .builtIn
    facts.route.rulePosition = .commandLine
    let explanation = try Explanation(
      Sample(verdict: Sample.verdict(.listingDenied, facts)).exchange)
    #expect(explanation.change?.contains("start `serve` with `--browse`") == true)
  }

  @Test("measures against a limit in the units of the configuration")
  func limit() throws {
    var facts = Sample.facts
    facts.fault = MessageFault(.targetTooLong, at: 4, in: .target, limit: 8192, measured: 9001)
    facts.faultPosition = Sample.setting
    let written = try Explanation(Sample(verdict: Sample.verdict(.fault, facts)).exchange)
    #expect(
      written.findings.contains(
        "limits.target is 8 KiB (site.yaml:4:12); this target had at least 9001 bytes, and no more "
          + "of it was read."))
    #expect(
      written.change
        == "To accept longer targets, change the value at site.yaml:4:12 to `16 KiB`, or to more.")
    facts.faultPosition = .builtIn
    let unwritten = try Explanation(Sample(verdict: Sample.verdict(.fault, facts)).exchange)
    #expect(
      unwritten.change
        == "To accept longer targets, write `target: 16 KiB` under `limits` at the top level of "
        + "site.yaml, or more.")
    facts.content.limit = 1 << 20
    facts.framing = .length(3_355_443)
    let declared = try Explanation(
      Sample(verdict: Sample.verdict(.contentTooLarge, facts)).exchange)
    #expect(
      declared.findings.contains {
        $0.hasSuffix("this content was declared with 3.1 MiB (3355443 bytes).")
      })
    facts.framing = .length(.max)
    let endless = try Explanation(
      Sample(verdict: Sample.verdict(.contentTooLarge, facts)).exchange)
    #expect(endless.change?.hasPrefix("No limit that makes sense") == true)
  }

  @Test("proposes no more ranges than can be set")
  func ranges() throws {
    var facts = Sample.facts
    facts.range.limit = 8
    facts.range.count = 20
    let some = try Explanation(Sample(verdict: Sample.verdict(.rangesExcessive, facts)).exchange)
    #expect(some.change?.hasSuffix("change the value at site.yaml:4:12 to `32`.") == true)
    facts.range.limit = 32
    facts.range.count = 40
    let many = try Explanation(Sample(verdict: Sample.verdict(.rangesExcessive, facts)).exchange)
    #expect(many.change?.hasSuffix("`limits.ranges` can be 32 at the most.") == true)
  }

  @Test("sends nobody to a line of the built-in rehearsal, nor to one for what was asked wrongly")
  func rehearsals() throws {
    var sample = Sample(verdict: Sample.verdict(.rehearsed))
    var exchange = try sample.exchange
    exchange.evidence?.position = EvidenceWording.builtInRehearsal + ":7:19"
    #expect(Explanation(exchange).change?.contains(":7:19") == false)
    #expect(try Explanation(sample.exchange).change?.contains("site.yaml:4:12") == true)
    for ending in [Ending.rehearsalMalformed, .rehearsalUnknown, .handshakeMalformed] {
      sample.verdict = Sample.verdict(ending)
      let change = try Explanation(sample.exchange).change
      #expect(change?.contains("correct the request") == true)
    }
  }

  @Test("counts JSON from the content's first byte, and says so")
  func contentOffset() throws {
    var facts = Sample.facts
    facts.write.faultOffset = 9
    let explanation = try Explanation(
      Sample(verdict: Sample.verdict(.jsonMalformed, facts)).exchange)
    #expect(
      explanation.findings.contains(
        "What decided was the request's content, at its byte 9 (counted from 0)."))
  }

  @Test("tells what a message says also where no setting decided")
  func message() throws {
    let text = Array("a name stands twice".utf8)
    try text.withUnsafeBufferPointer { bytes in
      var sample = Sample(verdict: Sample.verdict(.jsonMalformed))
      nonisolated(unsafe) let message = bytes
      sample.change = { $0.message = message }
      let findings = try Explanation(sample.exchange).findings
      #expect(findings.contains("What is wrong there: a name stands twice."))
    }
  }

  @Test("tells the path block by block")
  func path() throws {
    var facts = Sample.facts
    facts.met = NeedSet(rawValue: 0xFF)
    facts.method = .get
    var walk = Walk()
    guard case .verdict(let verdict) = walk.advance(facts) else {
      Issue.record("the walk did not end")
      return
    }
    #expect(verdict.ending == .fileMissing)
    let text = try Explanation(Sample(verdict: verdict).exchange).text
    for line in [
      "  connection\n    is_server_full", "  message\n    has_fault", "  site\n    has_site",
      "  resource\n    has_rule", "  ends in file_missing",
    ] {
      #expect(text.contains(line))
    }
  }

  @Test("says so where the graph is unknown")
  func unknownGraph() throws {
    var verdict = Sample.verdict(.fileMissing)
    verdict.graphVersion = 9999
    let text = try Explanation(Sample(verdict: verdict).exchange).text
    #expect(text.contains("it does not know graph 9999"))
  }

  @Test("tells near misses, attempts, interims and the outcome")
  func rest() throws {
    var sample = Sample(verdict: Sample.verdict(.ruleMissing))
    let attempt = try #require(
      Attempt(.errorPage, depth: 1, verdict: Sample.verdict(.listingDenied)))
    sample.attempts = [attempt]
    sample.change = { record in
      record.nearMisses.add(NearMiss(.ruleDiffersByCase, at: Sample.rule))
      record.interims.insert(.contentWanted)
      record.outcome = .clientReset
      record.originStatus = 404
      record.isRehearsed = true
    }
    let explanation = try Explanation(sample.exchange)
    let text = explanation.text
    #expect(text.contains("rule at site.yaml:9:7 differs from this path by upper and lower case"))
    #expect(text.contains("error-page, depth 1: 403"))
    #expect(
      explanation.change
        == "To answer at this path, write a rule with `path: /pics/` under `rules` in the site at "
        + "site.yaml:4:12.")
    #expect(text.contains(Cause.contentWanted.code.description))
    #expect(text.contains("client-reset"))
    #expect(text.contains("rehearsed"))
    #expect(text.contains("the origin had answered 404"))
    #expect(text.contains("first byte after 61 us, all after 83 us"))
    #expect(text.contains("312 B in, 13.8 KiB out"))
    #expect(text.contains("fingerprint 0000000000c0ffee"))
  }

  @Test("of a site that is missing tells the host and the port")
  func siteMissing() throws {
    var sample = Sample(verdict: Sample.verdict(.siteMissing))
    sample.change = { record in
      record.site = -1
      record.port = 8080
    }
    let explanation = try Explanation(sample.exchange)
    #expect(
      explanation.findings.contains(
        "The request was for the host `example.org`, on port 8080."))
    #expect(explanation.change?.contains("add `example.org` to the `names`") == true)
  }

  @Test("gives every kind of near miss a sentence", arguments: NearMiss.Kind.allCases)
  func nearMisses(kind: NearMiss.Kind) {
    let miss = RecordedNearMiss(kind: kind.name.description, position: "site.yaml:1:2")
    let text = EndingWording.text(of: miss)
    #expect(text.hasPrefix("The ") && text.contains("site.yaml:1:2"))
  }
}
