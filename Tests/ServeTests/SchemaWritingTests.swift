import Config
import Glibc
import Record
import Testing

@testable import Serve

/// A rule's JSON Schema, over the wire.
@Suite("Documents that keep a schema")
struct SchemaWritingTests {
  private static let schema = """
    {"type": "object", "required": ["name"], "additionalProperties": false,
     "properties": {"name": {"type": "string", "minLength": 1}, "count": {"minimum": 0}}}
    """

  private func start(_ folder: TemporaryFolder, _ more: String = "") throws -> TestServer {
    try folder.write("order.schema.json", Self.schema)
    return try TestServer(
      """
      details: everyone
      sites:
        - rules:
            - path: /
              files:
                root: $ROOT
                write: {methods: [PUT, PATCH, POST, DELETE], schema: ./order.schema.json}
      """, in: folder)
  }

  private func ask(
    _ test: TestServer, _ method: String, _ target: String, _ type: String, _ content: String
  ) throws -> Reply {
    let connection = try test.connect()
    try connection.send(
      "\(method) \(target) HTTP/1.1\r\nHost: a\r\nContent-Type: \(type)\r\n"
        + "Content-Length: \(content.utf8.count)\r\n\r\n\(content)")
    return try connection.reply(to: method)
  }

  @Test("what breaks it is 422 with pointers to value and keyword, and nothing is stored")
  func breaks() throws {
    let folder = try TemporaryFolder()
    let test = try start(folder)
    defer { test.server.stop() }
    let json = "application/json"
    let bad = try ask(test, "PUT", "/a.json", json, #"{"name":"x","count":-1}"#)
    #expect(bad.status == 422)
    #expect(bad.text.contains("\"cause\": \"422.770 schema-broken\""))
    #expect(bad.text.contains("\"pointer\": \"/count\""))
    #expect(bad.text.contains("\"keyword\": \"minimum\""))
    #expect(bad.text.contains("\"schema-pointer\": \"/properties/count/minimum\""))
    #expect(access(folder.path + "/site/a.json", F_OK) != 0)
    #expect(try ask(test, "PUT", "/a.json", json, #"{"name":"x","count":1.50}"#).status == 201)
    #expect(folder.read("site/a.json") == Array(#"{"name":"x","count":1.50}"#.utf8))
    // The type that it will be served with counts, whatever it is sent as
    #expect(try ask(test, "PUT", "/a.json", "text/plain", "{}").status == 422)
    #expect(try ask(test, "PUT", "/a.txt", "Application/Vnd.A+JSON", "{}").status == 422)
    #expect(try ask(test, "PUT", "/a.txt", "text/plain", "{}").status == 201)
    #expect(try ask(test, "POST", "/", json, "{}").status == 422)
    #expect(try ask(test, "POST", "/", json, #"{"name":"y"}"#).status == 201)
    let broken = try ask(test, "PUT", "/a.json", json, #"{"name": }"#)
    #expect(broken.status == 400 && broken.text.contains("\"offset\": 9"))
    let merge = "application/merge-patch+json"
    let patched = try ask(test, "PATCH", "/a.json", merge, #"{"name":""}"#)
    #expect(patched.status == 422 && patched.text.contains("\"pointer\": \"/name\""))
    #expect(try ask(test, "PATCH", "/a.json", merge, #"{"count":2}"#).status == 204)
    #expect(folder.read("site/a.json") == Array(#"{"name":"x","count":2}"#.utf8))
  }

  @Test("the record says what is wrong, and `why` where the schema is named")
  func told() throws {
    let folder = try TemporaryFolder()
    let test = try start(folder)
    defer { test.server.stop() }
    _ = try ask(test, "PUT", "/a.json", "application/json", #"{"name":"x","extra":[1]}"#)
    let line = try #require(test.server.kept(1).first)
    #expect(line.contains("/extra breaks additionalProperties at /additionalProperties"))
    let text = Explanation(try JSONRecord.read(Array(line.utf8))).text
    #expect(text.contains("test.yaml:7:"), "\(text)")
    #expect(text.contains("files.write.schema") && text.contains("additionalProperties"))
  }

  @Test("content of several megabytes is checked as a whole, and one above the bound is 413")
  func large() throws {
    let folder = try TemporaryFolder()
    let test = try start(folder)
    defer { test.server.stop() }
    let name = String(repeating: "n", count: 900_000)
    let json = "application/json"
    #expect(try ask(test, "PUT", "/a.json", json, #"{"name":"\#(name)"}"#).status == 201)
    #expect(folder.read("site/a.json").count == 900_011)
    #expect(try ask(test, "PUT", "/b.json", json, #"["\#(name)"]"#).status == 422)
  }

  @Test("a dry run tells that a document may break it")
  func predicted() throws {
    let folder = try TemporaryFolder()
    let test = try start(folder)
    test.server.stop()
    let text = """
      sites:
        - rules:
            - path: /
              files: {root: \(folder.path)/site, write: {methods: [PUT], schema: order.schema.json}}
      """
    let settings = try Settings.parse(
      bytes: Array(text.utf8), name: "test.yaml", folder: folder.path,
      overrides: Overrides(state: folder.path + "/state"))
    for (target, isChecked) in [("/a.json", true), ("/a.txt", false)] {
      let request = "PUT \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n"
      let prediction = try Predictor.predict(
        request: Array(request.utf8), settings: settings, port: 80)
      #expect(prediction.alternatives.contains("422.770 schema-broken") == isChecked)
    }
  }
}
