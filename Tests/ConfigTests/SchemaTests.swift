import Testing

@testable import Config

/// The one table of keys, and what is printed from it.
@Suite struct SchemaTests {
  /// The agreed defaults, once more and by hand: a change of one has to be meant.
  static let standards = [
    "listen": "[\"127.0.0.1:8080\"]", "loops": "0", "server-name": "statusline", "state": nil,
    "details": "local", "trusted": "[]", "journal.format": nil, "journal.to": "stderr",
    "journal.buffer": "64 KiB", "journal.flush": "1 s", "journal.trace": "on",
    "recorder.size": "4 MiB", "recorder.slow": "1 s", "limits.target": "8 KiB",
    "limits.head": "32 KiB", "limits.field": "16 KiB", "limits.fields": "100",
    "limits.content": "16 MiB", "limits.chunk-extensions": "16 KiB", "limits.trailers": "8 KiB",
    "limits.ranges": "32", "limits.connections": "10000", "limits.head-time": "10 s",
    "limits.content-time": "60 s", "limits.content-rate": "256 B", "limits.idle-time": "60 s",
    "limits.send-time": "30 s", "limits.linger-time": "2 s", "limits.drain-time": "30 s",
    "sites[].names": nil, "sites[].ports": nil, "sites[].trace": "off",
    "sites[].rules[].path": nil, "sites[].rules[].methods": nil, "sites[].rules[].headers": nil,
    "sites[].rules[].cache-control": nil, "sites[].rules[].files.root": nil,
    "sites[].rules[].files.index": "[index.html]", "sites[].rules[].files.browse": "off",
    "sites[].rules[].files.hidden": "hide", "sites[].rules[].files.links": "within",
    "sites[].rules[].files.only-mapped-types": "off", "sites[].rules[].files.read": "on",
    "sites[].rules[].files.precompressed": "[]", "sites[].rules[].files.compress.codings": "[]",
    "sites[].rules[].content.compress.codings": "[]",
    "sites[].rules[].content.compress.types":
      "[\"text/*\", application/json, application/xml, application/wasm]",
    "sites[].rules[].content.compress.minimum": "1 KiB",
    "sites[].rules[].content.compress.maximum": "4 MiB",
    "sites[].rules[].content.compress.gzip-level": "6",
    "sites[].rules[].content.compress.br-level": "5",
    "sites[].rules[].content.compress.zstd-level": "6",
    "sites[].rules[].files.compress.types":
      "[\"text/*\", application/json, application/xml, application/wasm]",
    "sites[].rules[].files.compress.minimum": "1 KiB",
    "sites[].rules[].files.compress.maximum": "4 MiB",
    "sites[].rules[].files.compress.gzip-level": "6",
    "sites[].rules[].files.compress.br-level": "5",
    "sites[].rules[].files.compress.zstd-level": "6", "sites[].rules[].files.variants": "off",
    "sites[].rules[].files.languages": "[]", "sites[].rules[].files.choice": "server",
    "sites[].rules[].files.strict": "off",
    "sites[].rules[].files.types": "{}", "sites[].rules[].content.text": nil,
    "sites[].rules[].content.file": nil, "sites[].rules[].content.type": nil,
    "sites[].maintenance.active": "off", "sites[].maintenance.file": nil,
    "sites[].maintenance.retry-after": "120 s", "sites[].error-pages": nil,
    "sites[].rules[].maintenance.active": "off", "sites[].rules[].maintenance.file": nil,
    "sites[].rules[].maintenance.retry-after": "120 s", "sites[].rules[].redirect.to": nil,
    "sites[].rules[].redirect.status": "307", "sites[].rules[].redirect.query": "keep",
    "sites[].rules[].gone": nil, "sites[].rules[].teapot": nil,
    "sites[].rules[].rehearse.order": nil, "sites[].rules[].rehearse.from": nil,
    "sites[].rules[].rehearse.seed": nil,
    "sites[].rules[].blocked.by": nil,
    "sites[].rules[].blocked.reason": nil, "sites[].rules[].blocked.from": nil,
    "sites[].rules[].headers-always": nil, "sites[].rules[].headers-removed": nil,
    "sites[].rules[].early-hints": nil, "sites[].rules[].tombstones": "off",
    "sites[].rules[].files.try": nil, "sites[].rules[].files.fallback": nil,
    "listen[].address": nil, "listen[].proxy-protocol": "off", "forwarding": "either",
    "resolver": nil, "limits.name-time": "3 s", "sites[].closed": "off", "sites[].allow": nil,
    "sites[].deny": nil, "sites[].deny-hosts": nil, "sites[].unresolved": "refuse",
    "sites[].limits.concurrent": nil, "sites[].limits.concurrent-per-address": nil,
    "sites[].rules[].allow": nil, "sites[].rules[].deny": nil,
    "sites[].rules[].files.scripts": "refuse",
    "sites[].rules[].files.script-types":
      "[asp, aspx, ashx, asmx, cfm, cgi, fcgi, jsp, jspx, phar, php, phtml]",
    "sites[].rules[].files.folder-file": nil,
    "sites[].rules[].files.write.methods": "[]", "sites[].rules[].files.write.create-only": "off",
    "sites[].rules[].files.write.require-match": "off",
    "sites[].rules[].files.write.length": "optional", "sites[].rules[].files.write.types": "[]",
    "sites[].rules[].files.write.content": nil, "sites[].rules[].files.write.durable": "off",
    "sites[].rules[].files.write.schema": nil,
    "sites[].rules[].files.write.form": nil, "sites[].rules[].files.write.then": nil,
  ]

  static let leaves: [(path: String, key: ConfigKey)] = ConfigSchema.sections.flatMap { entry in
    entry.section.keys.compactMap { key in
      switch key.type {
      case .table, .list(.table(_, short: nil), _, _): nil
      default: (joined(entry.path, key.name), key)
      }
    }
  }

  @Test func everyKeyHasTheAgreedDefault() {
    let found = Dictionary(uniqueKeysWithValues: Self.leaves.map { ($0.path, $0.key.standard) })
    #expect(found == Self.standards)
  }

  @Test func everyExampleFitsItsKey() throws {
    for (path, key) in Self.leaves {
      let diagnostics = Diagnostics(sources: ["example"], bytes: [])
      let checker = Checker(diagnostics: diagnostics)
      let example = try #require(key.example)
      let node = try #require(
        YAMLReader.read(Array(example.utf8), source: 0, diagnostics: diagnostics))
      let checked = checker.check(
        node, key.type, name: key.name, trail: KeyTrail(path), example: key.example)
      #expect(checked != nil && !diagnostics.hasErrors, "\(path)")
      #expect(key.documentation.hasSuffix(".") && key.documentation.first?.isUppercase != false)
    }
  }

  /// Writing a default down changes nothing but its position.
  @Test func everyDefaultMayBeWritten() throws {
    let standard = try #require(report(minimal()).settings)
    for (path, key) in Self.leaves where !path.contains("[]") && key.standard != nil {
      let parts = path.split(separator: ".")
      let line =
        parts.count == 1
        ? "\(path): \(key.standard ?? "")" : "\(parts[0]): {\(parts[1]): \(key.standard ?? "")}"
      let report = report(minimal(line))
      #expect(report.errors.isEmpty && report.warnings.isEmpty, "\(line)")
      let written = try #require(report.settings)
      #expect(told(written) == told(standard), "\(line)")
    }
  }

  @Test func thePrintedDefaultsAreTheDefaults() throws {
    let yaml = Defaults.yaml()
    let report = report(yaml)
    #expect(report.errors.map(\.summary) == [] && report.warnings.map(\.summary) == [])
    let printed = try #require(report.settings)
    let bare = "sites: [{rules: [{path: /, files: .}]}]"
    let standard = try #require(ConfigTests.report(bare).settings)
    #expect(told(printed) == told(standard))
    #expect(yaml.split(separator: "\n").allSatisfy { $0.count <= 98 })
    for (_, section) in ConfigSchema.sections {
      for key in section.keys {
        #expect(yaml.contains("\(key.name):"), "\(key.name)")
        let words = key.documentation.split(separator: " ").prefix(4).joined(separator: " ")
        #expect(yaml.contains("# \(words)"), "\(key.name)")
      }
    }
  }

  /// What stands behind a # is an example that can be taken as it is.
  @Test func thePrintedExamplesAreRight() throws {
    let lines = Defaults.yaml().split(separator: "\n", omittingEmptySubsequences: false)
    // One resource is enough
    let others = ["gone", "teapot"]
    let keys = Set(Self.leaves.filter { $0.key.standard == nil }.map(\.key.name))
      .subtracting(others)
    let taken = lines.map { line -> String in
      let indent = line.prefix { $0 == " " }
      let rest = line.dropFirst(indent.count)
      guard rest.hasPrefix("# "), let colon = rest.firstIndex(of: ":"),
        keys.contains(String(rest[..<colon].dropFirst(2))), rest[colon...].count > 1
      else { return String(line) }
      return "\(indent)\(rest.dropFirst(2))"
    }
    // The names and ports stand before the first key of their site, which has the dash.
    let text = taken.joined(separator: "\n").replacing("  names:", with: "  - names:")
      .replacing("  ports:", with: "    ports:").replacing("  - trace:", with: "    trace:")
    let report = report(text)
    #expect(report.errors.map(\.summary) == [])
    #expect(report.settings?.sites.first?.ports.count == 1)
  }

  @Test func theJSONSchemaIsJSONAndHasEveryKey() throws {
    let json = Schema.json()
    var reader = JSONReader(json)
    let read = reader.read()
    let root = try #require(read)
    #expect(root["$schema"]?.text == "https://json-schema.org/draft/2020-12/schema")
    for (path, section) in ConfigSchema.sections {
      let object = path.isEmpty ? root : try #require(root["$defs"]?[section.name])
      #expect(object["additionalProperties"]?.text == "false")
      #expect(object["properties"]?.names == section.keys.map(\.name))
      for key in section.keys {
        let property = try #require(object["properties"]?[key.name])
        #expect(property["description"]?.text == key.documentation)
        #expect((property["default"] != nil) == (key.standard != nil), "\(path).\(key.name)")
      }
    }
    #expect(root["$defs"]?["size"]?["pattern"]?.text == Quantity.size.pattern)
    #expect(root["$defs"]?["time"]?["pattern"]?.text == Quantity.time.pattern)
  }

  /// The patterns for editors let everything pass that the server takes.
  @Test(arguments: [
    (TextForm.address, ["127.0.0.1:80", "[::1]:80", ":80", "unix:/x"]),
    (.network, ["10.0.0.0/8", "fd00::/8", "::1"]),
    (.hostName, ["a.test", "*.a.test", "A_b.test", "[::1]"]),
    (.fieldName, ["X-Frame-Options", "!#$%&'*+.^_`|~"]),
    (.fieldValue, ["", "a", "a \t b;q=\"1\""]),
    (.mediaType, ["text/plain", "text/plain ; charset=\"utf 8\""]), (.indexName, ["index.html"]),
    (.fileExtension, ["glb", "7Z"]), (.urlPath, ["/", "/a b/\u{E9}/"]), (.path, ["./a"]),
    (.languageTag, ["en", "zh-Hant-TW"]), (.mediaRange, ["text/*", "image/svg+xml"]),
    (.destination, ["stdout"]), (.any, [""]), (.uri, ["https://a.test/x?y", "urn:a:b"]),
    (.link, ["</a.css>; rel=preload; as=style", "<https://a.test/>;rel=\"preconnect\""]),
    (.tryPath, ["{path}.html", "/pages{path}"]), (.fallback, ["/index.html", "/a/b"]),
    (.statusSelector, ["404", "403.14", "5xx"]),
  ])
  func thePatternsLetWhatIsRightPass(_ form: TextForm, _ texts: [String]) throws {
    for text in texts {
      #expect(form.problem(in: text) == nil, "\(text)")
      guard let pattern = form.pattern else { continue }
      #expect(text.wholeMatch(of: try Regex(pattern)) != nil, "\(text)")
    }
  }

  @Test func theKeysOfEvidenceAreKeysOfTheSchema() {
    let paths = Self.leaves.map(\.path) + ConfigSchema.sections.map(\.path)
    for key in SettingKey.allCases where key != .none {
      let name = "\(key.name)"
      #expect(paths.contains { $0 == name || $0.hasSuffix("]." + name) }, "\(name)")
    }
  }

  /// All values of the settings, without their positions.
  private func told(_ settings: Settings) -> String {
    let limits = settings.limits
    var text = "\(settings.listeners.map(\.address.value)) \(settings.loops.value) "
    text += "\(settings.serverName.value) \(settings.details.value) \(settings.trusted) "
    text += "\(String(describing: settings.journal.format?.value)) "
    text += "\(settings.journal.destination.value) \(settings.journal.bufferBytes.value) "
    text += "\(settings.journal.flushTime.value) \(settings.journal.trace.value) "
    text += "\(settings.recorder.bytes.value) \(settings.recorder.slowTime.value) "
    for limit in [
      limits.targetBytes, limits.headBytes, limits.fieldBytes, limits.fields, limits.contentBytes,
      limits.chunkExtensionBytes, limits.trailerBytes, limits.ranges, limits.connections,
      limits.headTime, limits.contentTime, limits.contentRate, limits.idleTime, limits.sendTime,
      limits.lingerTime, limits.drainTime,
    ] { text += "\(limit.value) " }
    for site in settings.sites {
      text += "\(site.names.map(\.value)) \(site.ports.map(\.value)) \(site.trace.value) "
      for case .files(let files) in site.rules.map(\.resource) {
        text += "\(files.root.value) \(files.index.value) \(files.browse.value) "
        text += "\(files.hidden.value) \(files.links.value) \(files.mappedTypesOnly.value) "
        text += "\(files.read.value) \(files.types.map(\.value)) "
        let negotiation = files.negotiation
        text += "\(negotiation.precompressed.value) \(negotiation.variants.value) "
        text += "\(negotiation.languages.value) \(negotiation.choice.value) "
        text += "\(negotiation.strict.value) \(negotiation.compress.codings.value) "
        text += "\(negotiation.compress.types.value) \(negotiation.compress.minimum.value) "
        text += "\(negotiation.compress.maximum.value) \(negotiation.compress.gzipLevel.value) "
        text += "\(negotiation.compress.brotliLevel.value) "
        text += "\(negotiation.compress.zstdLevel.value) "
      }
    }
    return text
  }
}
