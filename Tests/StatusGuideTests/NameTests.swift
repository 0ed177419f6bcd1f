import HTTPStatus
import StatusGuide
import Testing

@Suite("Names of statuses")
struct NameTests {
  @Test("every registered status has a name in every language, and no two share one")
  func complete() {
    for language in Language.allCases {
      var seen: [String: Status] = [:]
      for status in Status.registered {
        guard let name = Guide.name(of: status, in: language)?.description else {
          Issue.record("\(status) has no name in \(language)")
          continue
        }
        #expect(!name.isEmpty && name.count <= 45)
        // The registry itself has two phrases that are "(Unused)"
        if language != .english {
          #expect(seen[name] == nil, "\(status) and \(String(describing: seen[name])): \(name)")
        }
        seen[name] = status
      }
    }
  }

  @Test("in English it is the registry's phrase")
  func english() {
    for status in Status.registered { #expect(Guide.name(of: status) == status.phrase) }
  }

  @Test("each is in its own script, and what is not registered has none")
  func scripts() throws {
    for status in Status.registered {
      let thai = try #require(Guide.name(of: status, in: .thai)).description.unicodeScalars
      let chinese = try #require(Guide.name(of: status, in: .chinese)).description.unicodeScalars
      #expect(thai.contains { (0x0E00...0x0E7F).contains($0.value) }, "\(status)")
      #expect(chinese.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(status)")
      #expect(Guide.name(of: status, in: .spanish) != status.phrase, "\(status)")
    }
    #expect(Guide.name(of: try #require(Status(599)), in: .thai) == nil)
  }

  @Test("a status is found by what it is called in any language")
  func found() throws {
    for status in Status.registered {
      for language in Language.allCases {
        let name = try #require(Guide.name(of: status, in: language)).description
        #expect(Guide.named(name).contains(.status(status)), "\(status) \(language): \(name)")
      }
    }
  }
}
