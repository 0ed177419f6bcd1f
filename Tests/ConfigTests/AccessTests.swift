import Testing

@testable import Config

/// Who is answered, and what a folder may say for itself.
@Suite struct AccessTests {
  private func summaries(_ yaml: String) -> [String] { report(yaml).errors.map(\.summary) }

  @Test func listenersAreAddressesOrMappings() throws {
    let settings = try #require(
      report(minimal("listen: [\":80\", {address: \":81\", proxy-protocol: on}]")).settings)
    #expect(settings.listeners.map(\.address.value) == [":80", ":81"])
    #expect(settings.listeners.map(\.proxyProtocol.value) == [false, true])
    let alone = try #require(report(minimal("listen: {address: \":81\"}")).settings)
    #expect(alone.listeners.map(\.address.value) == [":81"])
    #expect(
      summaries(minimal("listen: [{proxy-protocol: on}]")).first?.contains("\"address\"") == true)
    #expect(
      report(minimal("listen: {address: \":81\", proxy-protocol: on}")).warnings.map(\.line) == [1])
    let believed = "trusted: [10.0.0.0/8]\nlisten: {address: \":81\", proxy-protocol: on}"
    #expect(report(minimal(believed)).warnings.isEmpty)
  }

  @Test func addressesOfSitesAndRulesKeepTheirPlaces() throws {
    let yaml = """
      sites:
        - allow: [10.0.0.0/8, "::1"]
          deny: 10.1.0.0/16
          closed: off
          deny-hosts: "*.Bad.example"
          unresolved: allow
          limits: {concurrent: 5}
          rules:
            - path: /
              deny: [192.0.2.7]
              files: .
      """
    let site = try #require(report(yaml).settings?.sites.first)
    #expect(site.access.addresses.allow.map(\.prefixLength) == [8, 128])
    #expect(site.access.addresses.allowPosition.line == 2)
    #expect(site.access.addresses.deny.map(\.position.line) == [3])
    #expect(site.access.denyHosts.map { text($0.value) } == ["*.bad.example"])
    #expect(site.access.unresolved.value == .allow)
    #expect(site.access.concurrent?.value == 5 && site.access.concurrentPerAddress == nil)
    #expect(site.rules[0].addresses.deny.map(\.address) == [[192, 0, 2, 7]])
    #expect(site.rules[0].addresses.allow.isEmpty)
  }

  @Test func whatAsksNothingIsEmpty() throws {
    let site = try #require(report(minimal()).settings?.sites.first)
    #expect(site.access.isEmpty && site.rules[0].addresses.isEmpty)
  }

  @Test func mistakes() {
    #expect(
      summaries("sites:\n  - {deny: 10.0.0.1/8, rules: [{path: /, files: .}]}\n") == [
        "site.yaml:2:12: error: \"deny\": \"10.0.0.1/8\" has bits set beyond its prefix length of 8; "
          + "did you mean \"10.0.0.0/8\"?"
      ])
    #expect(
      summaries(minimal("forwarding: x-forwarded")).first?.contains("takes either, forwarded")
        == true)
    #expect(
      summaries(minimal("resolver: \":53\"")).first?.contains("a name server has an IP address")
        == true)
    #expect(
      report("sites:\n  - {unresolved: allow, rules: [{path: /, files: .}]}\n").warnings.map(
        \.column)
        == [18])
    #expect(
      summaries(ruled("files: {root: ., folder-file: index.html}")).first?.contains("never served")
        == true)
  }

  // MARK: A folder's own file

  private func folder(
    _ yaml: String, hidesDots: Bool = true
  ) throws(FolderSettings.Fault) -> FolderSettings {
    try FolderSettings.parse(
      bytes: Array(yaml.utf8), name: "docs/.statusline.yaml", source: FolderSources.first,
      hidesDots: hidesDots)
  }

  @Test func aFolderSaysWhatItSaysAndNothingElse() throws {
    let settings = try folder("browse: on\nindex: start.html\ndeny:\n  - 10.0.0.0/8\n")
    #expect(settings.browse?.value == true)
    #expect(settings.browse?.position == Position(source: 0x8000, line: 1, column: 9))
    #expect(settings.index?.value == [Array("start.html".utf8)])
    #expect(
      settings.addresses.deny.map(\.position) == [Position(source: 0x8000, line: 4, column: 5)])
    #expect(settings.mappedTypesOnly == nil && settings.types == nil && settings.headers == nil)
    let nothing = try folder("")
    #expect(nothing.browse == nil && nothing.index == nil && nothing.addresses.isEmpty)
  }

  @Test func whatAFolderSaysGoesOverWhatHoldsAboveIt() throws {
    guard
      case .files(let above) = try #require(
        report(ruled("files: {root: ., browse: on, types: {a: text/a}}")).settings
      ).sites[0].rules[0]
        .resource
    else {
      Issue.record("no files")
      return
    }
    let governed = above.governed(by: try folder("browse: off\n"))
    #expect(governed.browse.value == false && governed.browse.position.source == 0x8000)
    #expect(governed.types.count == 1 && governed.index.position == above.index.position)
  }

  @Test(arguments: [
    ("brows: on\n", 1, 1, "did you mean \"browse\"?"), ("a: b\nbrowse: on", 1, 1, "unknown key"),
    ("browse: maybe\n", 1, 9, "is on or off"), ("browse: [\n", 2, 1, "broken YAML"),
    ("deny:\n  - 10.0.0.300\n", 2, 5, "is no network"), ("hidden: serve\n", 1, 1, "unknown key"),
    ("headers: {ETag: x}\n", 1, 11, "written by the server itself"), ("- a\n", 1, 1, "mapping"),
    ("index: .a\n", 1, 8, "hidden"), ("\u{0}", 1, 1, "not a text"),
  ])
  func aFoldersMistakeHasItsPlace(_ yaml: String, _ line: UInt32, _ column: UInt32, _ text: String)
  {
    do throws(FolderSettings.Fault) {
      let found = try folder(yaml)
      Issue.record("taken: \(found)")
    } catch {
      #expect(error.position == Position(source: 0x8000, line: line, column: column))
      #expect(error.message.contains(text), "\(error.message)")
    }
  }

  @Test func aFoldersFileIsBounded() {
    let large = String(repeating: "#", count: FolderSettings.bytesMax + 1)
    #expect(throws: FolderSettings.Fault.self) { try folder(large) }
  }

  @Test func namesOfFoldersFilesAreBounded() throws {
    let settings = try #require(report(minimal()).settings)
    let sources = settings.folderSources
    let number = sources.number(of: "a/.statusline.yaml")
    #expect(sources.number(of: "a/.statusline.yaml") == number)
    let position = Position(source: number, line: 2, column: 3)
    #expect(settings.text(of: position) == "a/.statusline.yaml:2:3")
    for index in 0..<FolderSources.namesMax { _ = sources.number(of: "\(index)") }
    let last = sources.number(of: "one too many")
    #expect(sources.name(of: last) == "a folder's own file")
    #expect(settings.text(of: Position(source: 2, line: 1, column: 1)) == "site.yaml:1:1")
  }

  @Test func pathsAsCountedFromAFolder() {
    #expect(Paths.relative("/srv/www", to: "/srv") == "www")
    #expect(Paths.relative("/srv", to: "/srv") == "")
    #expect(Paths.relative("/srv2", to: "/srv") == "/srv2")
    #expect(Paths.relative("/www", to: "/") == "www")
  }
}
