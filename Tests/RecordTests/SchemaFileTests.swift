import Config
import Testing

/// What `check` says of a schema that a rule names: the line of the configuration, and the place in the schema.
@Suite("Schemas of a configuration")
struct SchemaFileTests {
  private func messages(_ schema: String?) -> (errors: [String], warnings: [String]) {
    let scratch = ScratchFolder()
    if let schema { scratch.write(Array(schema.utf8), to: "a.json") }
    let yaml =
      "sites:\n  - rules:\n      - path: /\n        files:\n          root: .\n"
      + "          write: {methods: [PUT], schema: a.json}\n"
    let report = Settings.check(
      bytes: Array(yaml.utf8), name: "site.yaml", folder: scratch.path,
      overrides: Overrides(state: scratch.path))
    func told(_ found: [ConfigError]) -> [String] {
      found.map { "\($0.line):\($0.column) \($0.message) \($0.suggestion ?? "")" }
    }
    return (told(report.errors), told(report.warnings))
  }

  @Test(
    "an error names the place in the schema",
    arguments: [
      (#"{"properties":{"a":{"type":"text"}}}"#, "\"/properties/a/type\" takes one of null, "),
      ("{\n  \"type\": }", "at line 2, column 11 it is no JSON"),
      (#"{"$ref":"other.json"}"#, "nothing is fetched"),
    ])
  func errors(_ schema: String, _ wanted: String) throws {
    let error = try #require(messages(schema).errors.first)
    #expect(error.hasPrefix("6:43 ") && error.contains(wanted), "\(error)")
  }

  @Test("a schema that is not there, and one that can be used")
  func others() throws {
    #expect(try #require(messages(nil).errors.first).contains("does not exist"))
    #expect(messages(#"{"type":"object"}"#) == ([], []))
  }

  @Test("a misspelt keyword is warned of")
  func misspelt() throws {
    let warning = try #require(messages(#"{"requierd":["a"]}"#).warnings.first)
    #expect(warning.contains("\"/requierd\"") && warning.hasSuffix("required"), "\(warning)")
  }
}
