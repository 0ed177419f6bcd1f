import Message
import Testing

@testable import Config

/// What becomes of a configuration that is right.
@Suite struct SettingsTests {
  @Test func everyKeyOfALongConfiguration() throws {
    let yaml = """
      listen: ["127.0.0.1:8080", "[::1]:8080", "unix:./x.sock"]
      loops: 2
      server-name: ""
      state: ./state
      details: nobody
      trusted: [10.0.0.0/8, "fd00::/8", 192.0.2.1]
      journal: {format: json, to: log/x.log, buffer: 64 KiB, flush: 1 s, trace: off}
      recorder: {size: 0, slow: 250 ms}
      limits: {target: 1 KiB, head: 2 KiB, field: 2 KiB, content-rate: 0, drain-time: 0}
      sites:
        - names: [Example.TEST, "*.example.test"]
          ports: [8080]
          trace: yes
          rules:
            - path: /docs/
              files: ./public/
            - path: /pictures/
              files:
                root: ../pics
                index: index.htm
                browse: on
                hidden: refuse
                links: none
                only-mapped-types: true
                read: no
                types: {GLB: model/gltf-binary}
              methods: [GET, HEAD]
              headers: {X-Frame-Options: DENY}
              cache-control: "public, max-age=3600"
            - path: /hello
              content: {text: "Hello\\n", type: text/plain}
            - path: /data
              content: {file: /srv/data.json}
      """
    let report = report(yaml)
    #expect(report.errors.map(\.summary) == [] && report.warnings.map(\.summary) == [])
    let settings = try #require(report.settings)
    #expect(
      settings.listeners.map(\.address.value) == [
        "127.0.0.1:8080", "[::1]:8080", "unix:/srv/x.sock",
      ])
    #expect(settings.loops.value == 2 && settings.serverName.value.isEmpty)
    #expect(settings.state.value == "/srv/state" && settings.details.value == .nobody)
    #expect(settings.trusted.map(\.prefixLength) == [8, 8, 32])
    #expect(settings.trusted.map(\.address.count) == [4, 16, 4])
    #expect(settings.journal.format?.value == .json && !settings.journal.trace.value)
    #expect(settings.journal.destination.value == "/srv/log/x.log")
    #expect(settings.recorder.bytes.value == 0 && settings.recorder.slowTime.value == 250)
    #expect(settings.limits.headBytes.value == 2048 && settings.limits.contentRate.value == 0)
    #expect(settings.text(of: settings.limits.headBytes.position) == "site.yaml:9:31")
    #expect(settings.text(of: settings.limits.ranges.position) == "built-in default")
    let hash = Settings.hash(of: Array(yaml.utf8).span)
    #expect(settings.fingerprint == hash)
    let site = try #require(settings.sites.first)
    #expect(text(site.label) == "example.test" && site.trace.value)
    #expect(site.names.map { text($0.value) } == ["example.test", "*.example.test"])
    #expect(site.ports.map(\.value) == [8080])
    checkRules(site.rules)
  }

  private func checkRules(_ rules: [Rule]) {
    #expect(rules.map { text($0.pattern.path) } == ["/docs/", "/pictures/", "/hello", "/data"])
    #expect(rules.map { $0.position.line } == [15, 17, 30, 32])
    guard case .files(let docs) = rules[0].resource, case .files(let pictures) = rules[1].resource,
      case .content(let hello) = rules[2].resource, case .content(let data) = rules[3].resource
    else {
      Issue.record("resources of another kind")
      return
    }
    #expect(docs.root.value == "/srv/public" && docs.root.position.column == 16)
    #expect(docs.index.value.map(text) == ["index.html"] && docs.index.position.isBuiltIn)
    #expect(!docs.browse.value && docs.hidden.value == .hide && docs.links.value == .within)
    #expect(!docs.mappedTypesOnly.value && docs.read.value && docs.types.isEmpty)
    #expect(
      pictures.root.value == "/srv/../pics" && pictures.index.value.map(text) == ["index.htm"])
    #expect(pictures.browse.value && pictures.hidden.value == .refuse)
    #expect(pictures.links.value == .none && pictures.mappedTypesOnly.value && !pictures.read.value)
    #expect(pictures.types.map { text($0.value.fileExtension) } == ["glb"])
    #expect(rules[1].methods?.value == MethodSet([.get, .head]))
    #expect(
      rules[1].headers.map { text($0.name) + ": " + text($0.value) } == ["X-Frame-Options: DENY"])
    #expect(rules[1].cacheControl.map { text($0.value) } == "public, max-age=3600")
    #expect(text(hello.content.value) == "Hello\n" && text(hello.type.value) == "text/plain")
    #expect(text(data.type.value) == "application/json")
  }

  @Test func sectionsMayBeLeftEmpty() {
    #expect(report(minimal("limits:\njournal:\nrecorder: ~\ntrusted:")).errors.isEmpty)
  }

  @Test func theStateFolderGoesByWhoRuns() {
    func state(_ environment: ConfigEnvironment) -> String? {
      report(minimal(), environment: environment).settings?.state.value
    }
    #expect(state(ConfigEnvironment(isRoot: true, stateHome: "/x")) == "/var/lib/statusline")
    #expect(state(ConfigEnvironment(isRoot: false, stateHome: "/x", home: "/h")) == "/x/statusline")
    #expect(
      state(ConfigEnvironment(isRoot: false, stateHome: "x", home: "/h"))
        == "/h/.local/state/statusline")
    #expect(state(ConfigEnvironment(isRoot: false)) == nil)
  }

  @Test func theCommandLineGoesOverTheFile() throws {
    let yaml = minimal("listen: nonsense\nstate: /a")
    let overrides = Overrides(listen: ["[::1]:9090"], browse: true, state: "/b/")
    let settings = try #require(report(yaml, overrides: overrides).settings)
    #expect(settings.listeners.map(\.address.value) == ["[::1]:9090"])
    #expect(settings.text(of: settings.listeners[0].address.position) == "command line")
    #expect(settings.state == Sourced("/b", at: .commandLine))
    guard case .files(let files) = settings.sites[0].rules[0].resource else {
      Issue.record("no files resource")
      return
    }
    #expect(files.browse == Sourced(true, at: .commandLine))
    let wrong = report(yaml, overrides: Overrides(listen: ["localhost:1"]))
    #expect(
      wrong.errors.map(\.summary) == [
        "command line: error: \"listen\": \"localhost:1\" is a name; addresses are written as "
          + "numbers; did you mean \"127.0.0.1:1\"?"
      ])
  }

  @Test func servingAFolderNeedsNoFile() throws {
    let settings = try Settings.serving(root: "/tmp", listen: ["127.0.0.1:0"], state: "/tmp/s")
    #expect(settings.sources == ["built-in default", "command line"])
    #expect(settings.sites.count == 1 && settings.sites[0].names.isEmpty)
    guard case .files(let files) = settings.sites[0].rules[0].resource else {
      Issue.record("no files resource")
      return
    }
    #expect(files.root == Sourced("/tmp", at: .commandLine) && !files.browse.value)
    #expect(settings.state.value == "/tmp/s")
    let browsing = try Settings.serving(root: "/tmp", browse: true, state: "/tmp/s")
    #expect(browsing.fingerprint != settings.fingerprint)
    do throws(ConfigErrors) {
      _ = try Settings.serving(root: "/no/such", state: "/tmp/s")
      Issue.record("a folder that is not there was accepted")
    } catch {
      #expect(error.description == "command line: error: the folder \"/no/such\" does not exist")
    }
  }

  @Test func theExampleIsValid() {
    let tests = Paths.folder(of: #filePath)
    let report = Settings.check(path: tests + "/../../Examples/statusline.yaml")
    #expect(report.errors.map(\.description) == [] && report.warnings.isEmpty)
    #expect(report.settings?.sites.first?.rules.count == 5)
  }

  @Test func paths() {
    #expect(Paths.resolve("./a/./b/", in: "/srv") == "/srv/a/b")
    #expect(Paths.resolve("/a//b", in: "/srv") == "/a/b")
    #expect(Paths.resolve(".", in: "/") == "/")
    #expect(Paths.resolve("../x", in: "conf") == "conf/../x")
    #expect(Paths.folder(of: "a.yaml") == "." && Paths.folder(of: "/a.yaml") == "/")
  }

  @Test func theHashIsFNV1a() {
    func hash(_ text: String) -> UInt64 { Settings.hash(of: Array(text.utf8).span) }
    #expect(hash("") == 0xcbf2_9ce4_8422_2325)
    #expect(hash("foobar") == 0x8594_4171_f739_67e8)
  }

  @Test func mediaTypesByExtension() {
    func type(_ name: String) -> String? {
      MediaTypes.builtIn(extension: Array(name.utf8).span).map { "\($0)" }
    }
    #expect(type("html") == "text/html; charset=utf-8" && type("HTML") == type("html"))
    #expect(type("js") == "text/javascript; charset=utf-8" && type("png") == "image/png")
    #expect(type("webmanifest") == "application/manifest+json" && type("7z") != nil)
    #expect(type("") == nil && type("htm\u{0}") == nil && type("unknown") == nil)
    #expect(type(String(repeating: "a", count: 17)) == nil)
    #expect(MediaTypes.count >= 120)
  }
}
