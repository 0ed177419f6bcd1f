import Facts
import Glibc
import HTTPStatus
import TestSupport
import Testing

@testable import Decide
@testable import GraphPrinter

/// What stands in records must be readable for ever: numbers keep their meaning, and old records can be told.
@Suite("Permanence")
struct PermanenceTests {
  static let root = PackageFiles.root(of: #filePath)

  /// Lines of a golden file: cells parted by tabs, `#` begins a comment.
  static func golden(_ name: String) throws -> [[String]] {
    let text = try #require(PackageFiles.text("Tests/DecideTests/Golden/\(name)", in: root))
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  static func hex(_ bits: AnswerBits) -> String {
    func word(_ value: UInt64) -> String {
      let digits = String(value, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
    let words = bits.words
    let wide = words.3 | words.2 == 0 ? "" : word(words.3) + word(words.2)
    return wide + word(words.1) + word(words.0)
  }

  /// 32 digits, or 64 where a question from 128 on was answered with yes.
  static func bits(_ hex: String) -> AnswerBits? {
    guard hex.count == 32 || hex.count == 64 else { return nil }
    let padded = String(repeating: "0", count: 64 - hex.count) + hex
    let words = stride(from: 48, through: 0, by: -16).compactMap { start in
      UInt64(padded.dropFirst(start).prefix(16), radix: 16)
    }
    return words.count == 4 ? AnswerBits(words: (words[0], words[1], words[2], words[3])) : nil
  }

  @Test("the numbers of questions and endings mean what they have always meant")
  func numbers() throws {
    let rows = try Self.golden("numbers.tsv")
    let questions = Question.allCases.map { ["question", "\($0.rawValue)", "\($0)"] }
    let endings = Ending.allCases.map { ["ending", "\($0.rawValue)", "\($0)"] }
    // A question that has gone keeps its line: its number is not free
    for row in questions + endings { #expect(rows.contains(row), "\(row)") }
    for kind in ["question", "ending"] {
      let numbers = rows.filter { $0.first == kind }.map { $0[1] }
      #expect(Set(numbers).count == numbers.count)
    }
  }

  @Test(
    "records of each version can be told: from bits to the path they meant",
    arguments: 1...Graph.version)
  func told(version: UInt16) throws {
    let rows = try Self.golden("v\(version).tsv")
    #expect(rows.count >= 50)
    for row in rows {
      try #require(row.count == 4)
      #expect(row[0] == "\(version)")
      let bits = try #require(Self.bits(row[1]))
      let told = try #require(Retelling.path(version: version, yes: bits), "\(row)")
      let text = told.steps.map { ($0.answer ? "" : "!") + $0.name }.joined(separator: " ")
      #expect(told.endingName == row[2])
      #expect(text == row[3])
    }
  }

  /// `RECORD_GOLDEN=1 swift test` adds the lines that are missing. Only a version that is not released yet may gain lines.
  @Test("each path of the table stands among the golden records of its version")
  func recorded() throws {
    var missing = ""
    let rows = try Self.golden("v\(Graph.version).tsv")
    let known = Set(rows.compactMap { $0.count > 1 ? $0[1] : nil })
    for tested in PathTable.all {
      let found = try #require(tested.verdict)
      let told = try #require(Retelling.path(version: found.graphVersion, yes: found.yes))
      let text = told.steps.map { ($0.answer ? "" : "!") + $0.name }.joined(separator: " ")
      let line = "\(found.graphVersion)\t\(Self.hex(found.yes))\t\(told.endingName)\t\(text)"
      if !known.contains(Self.hex(found.yes)) { missing += line + "\n" }
    }
    let name = "Tests/DecideTests/Golden/v\(Graph.version).tsv"
    if getenv("RECORD_GOLDEN") != nil, let file = fopen(Self.root + "/" + name, "a") {
      fputs(missing, file)
      fclose(file)
    } else {
      #expect(missing.isEmpty, "lines that \(name) lacks")
    }
  }

  @Test("the graph that runs is the last one that is frozen")
  func frozen() {
    #expect(GraphHistory.versions.last == Graph.frozen)
    #expect(GraphHistory.versions.map(\.version) == Array(1...Graph.version))
  }

  @Test("each frozen graph is whole: every edge leads somewhere, and no way leads in a circle")
  func whole() {
    for graph in GraphHistory.versions {
      let numbers = Set(graph.rows.map(\.question))
      let endings = Set(graph.endings.map(\.number))
      #expect(numbers.count == graph.rows.count && endings.count == graph.endings.count)
      var depth: [UInt8: Int] = [:]
      func measure(_ number: UInt8, _ above: [UInt8]) -> Int {
        if let known = depth[number] { return known }
        #expect(!above.contains(number), "question \(number) is asked again below itself")
        guard !above.contains(number), let row = graph.rows.first(where: { $0.question == number })
        else { return 0 }
        let below = [row.yes, row.no].map { next in
          next > 0 ? measure(UInt8(next), above + [number]) : 0
        }
        for next in [row.yes, row.no] where next <= 0 {
          #expect(endings.contains(UInt8(-next)))
        }
        depth[number] = 1 + (below.max() ?? 0)
        return depth[number] ?? 0
      }
      #expect(measure(graph.first, []) <= graph.rows.count)
      #expect(Set(depth.keys) == numbers, "every question can be reached")
    }
  }

  @Test("damaged bits never lead in a circle, and an unknown version tells nothing")
  func damaged() throws {
    for shift in 0..<64 {
      for bits in [
        AnswerBits(low: 1 << shift, high: 0), AnswerBits(low: 0, high: 1 << shift),
        AnswerBits(low: .max << shift, high: .max), AnswerBits(low: .max >> shift, high: 0),
        AnswerBits(low: 0x5555_5555_5555_5555 << shift, high: .max >> shift),
      ] {
        let told = try #require(Retelling.path(version: 1, yes: bits))
        #expect(told.steps.count <= Question.allCases.count)
      }
    }
    #expect(Retelling.path(version: 0, yes: AnswerBits()) == nil)
    #expect(Retelling.path(version: .max, yes: AnswerBits()) == nil)
  }

  @Test("the printed forms of the graph are fresh; `make graph` prints them again")
  func printed() {
    let files = [
      ("Documentation/Graph/graph.md", GraphTable.markdown),
      ("Documentation/Graph/graph.svg", GraphPicture.svg),
      (
        "Sources/Decide/History/GraphV\(Graph.version).swift", FrozenSource.text(Graph.frozen)
      ),
    ]
    for (name, text) in files {
      #expect(PackageFiles.text(name, in: Self.root) == text, "\(name) is stale")
    }
  }

  @Test("names in the standard's way of writing")
  func names() {
    #expect(Retelling.snakeCase("isMethodAllowed") == "is_method_allowed")
    #expect(Retelling.snakeCase("options") == "options")
  }
}

@Suite("Attempts, interims, outcomes")
struct AttemptTests {
  @Test("an attempt lies one to four levels deep")
  func depth() throws {
    let plain = verdict(of: .plain)
    let child = try #require(plain)
    for kind in Attempt.Kind.allCases {
      #expect(Attempt(kind, depth: 0, verdict: child) == nil)
      #expect(Attempt(kind, depth: -1, verdict: child) == nil)
      #expect(Attempt(kind, depth: Attempt.depthMax + 1, verdict: child) == nil)
      for depth in 1...Attempt.depthMax {
        #expect(Attempt(kind, depth: depth, verdict: child)?.depth == depth)
      }
    }
    #expect(Attempt.depthMax == 4)
  }

  @Test("an interim is a 1xx, an outcome is no status")
  func causes() {
    for interim in Interim.allCases { #expect(interim.cause.status.isInterim) }
    for outcome in Outcome.allCases { #expect(outcome.cause.isOutcome) }
    #expect(Set(Outcome.allCases.map(\.cause)).count == Outcome.allCases.count)
  }

  @Test("every ending has a cause, and every cause is a final status")
  func endings() {
    for ending in Ending.allCases {
      #expect(!ending.causes.isEmpty, "\(ending)")
      for cause in ending.causes {
        #expect(
          cause.status.canBeSent && (!cause.status.isInterim || cause.isRehearsed),
          "\(ending): \(cause)")
      }
    }
  }

  @Test("a bit for each question, and no other")
  func bits() {
    for question in Question.allCases {
      var bits = AnswerBits()
      bits.insert(question)
      let found = (0..<256).filter { bits.contains(number: UInt8($0)) }
      #expect(found == [Int(question.rawValue)])
    }
  }

  @Test("a question's number lies in its block, and blocks are asked in their order")
  func blocks() {
    let order = Block.allCases
    for question in Question.allCases {
      let edges = Graph.edges(question)
      for edge in [edges.yes, edges.no] {
        guard case .ask(let next) = edge, let here = order.firstIndex(of: question.block),
          let there = order.firstIndex(of: next.block)
        else { continue }
        #expect(here <= there, "\(question) leads back to \(next)")
      }
    }
  }
}
