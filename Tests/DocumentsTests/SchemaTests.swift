import Testing

@testable import Documents

private func outcome(_ schema: String, _ document: String) throws -> SchemaOutcome {
  try JSONSchema(Array(schema.utf8)).check(Array(document.utf8))
}

/// What is broken, as `instance schema keyword`; empty: nothing.
private func broken(_ schema: String, _ document: String) throws -> String {
  switch try outcome(schema, document) {
  case .holds: return ""
  case .breaks(let violation):
    let instance = String(decoding: violation.instance, as: UTF8.self)
    return "\(instance) \(String(decoding: violation.schema, as: UTF8.self)) \(violation.keyword)"
  case .malformed(let offset, _): return "malformed \(offset)"
  case .excessive: return "excessive"
  }
}

private func refusal(_ schema: String) -> SchemaFault? {
  do throws(SchemaFault) {
    _ = try JSONSchema(Array(schema.utf8))
    return nil
  } catch {
    return error
  }
}

/// A schema, documents that keep it, and documents that break it.
struct SchemaCase: Sendable, CustomTestStringConvertible {
  var schema: String
  var good: [String]
  var bad: [String]
  var testDescription: String { schema }

  init(_ schema: String, good: [String], bad: [String]) {
    (self.schema, self.good, self.bad) = (schema, good, bad)
  }
}

@Suite("JSON Schema 2020-12, validation")
struct SchemaKeywords {
  static let cases = [
    SchemaCase("true", good: ["null", "1"], bad: []),
    SchemaCase("false", good: [], bad: ["null", "{}"]),
    SchemaCase(#"{"type":"integer"}"#, good: ["1", "1.0", "1e3", "-0"], bad: ["1.5", "\"1\""]),
    SchemaCase(#"{"type":"number"}"#, good: ["1", "1.5"], bad: ["null", "\"1\""]),
    SchemaCase(#"{"type":"string"}"#, good: [#""1.5""#], bad: ["1.5", "12345678901234567890"]),
    SchemaCase(
      #"{"type":["null","boolean","array"]}"#, good: ["null", "true", "false", "[]"],
      bad: ["{}", "0", "\"\""]),
    SchemaCase(#"{"const":1.0}"#, good: ["1", "10e-1"], bad: ["1.01", "true"]),
    SchemaCase(#"{"enum":["a",{"b":[1,2]}]}"#, good: ["\"a\"", #"{"b":[1.0,2]}"#], bad: ["\"b\""]),
    SchemaCase(#"{"maximum":3}"#, good: ["3", "-4", "null"], bad: ["3.0000000000000000001", "4"]),
    SchemaCase(#"{"exclusiveMaximum":3}"#, good: ["2.999"], bad: ["3", "3.0", "30"]),
    SchemaCase(#"{"minimum":-1.5}"#, good: ["-1.5", "0", "1e9"], bad: ["-1.51", "-2"]),
    SchemaCase(#"{"exclusiveMinimum":0}"#, good: ["0.1", "1e-15"], bad: ["0", "-0.0", "-1"]),
    SchemaCase(
      #"{"multipleOf":0.01}"#, good: ["0.07", "19.99", "1e20", "0", "-3"], bad: ["0.001", "0.005"]),
    SchemaCase(
      #"{"multipleOf":250}"#, good: ["500", "1e3", "123456789012345678750"],
      bad: ["125", "123456789012345678751"]),
    SchemaCase(#"{"maxLength":2}"#, good: [#""äö""#, #""😀😀""#], bad: [#""abc""#]),
    SchemaCase(#"{"minLength":2}"#, good: [#""äö""#], bad: [#""😀""#, #""""#]),
    SchemaCase(
      #"{"pattern":"^\\d{5}$"}"#, good: [#""12345""#, "12"], bad: [#""123456""#, #""12345\n""#]),
    SchemaCase(#"{"pattern":"b"}"#, good: [#""abc""#], bad: [#""ac""#, #""""#]),
    SchemaCase(
      #"{"prefixItems":[{"type":"string"}],"items":{"type":"number"}}"#,
      good: ["[]", #"["a",1,2]"#], bad: ["[1]", #"["a","b"]"#]),
    SchemaCase(
      #"{"items":[{"type":"string"}],"additionalItems":false}"#, good: [#"["a"]"#],
      bad: [#"["a",1]"#]),
    SchemaCase(#"{"contains":{"const":1}}"#, good: ["[2,1]"], bad: ["[]", "[2]"]),
    SchemaCase(
      #"{"contains":{"const":1},"minContains":2,"maxContains":3}"#, good: ["[1,1]", "[1,0,1,1]"],
      bad: ["[1]", "[1,1,1,1]"]),
    SchemaCase(#"{"minItems":1,"maxItems":2}"#, good: ["[1]", "{}"], bad: ["[]", "[1,2,3]"]),
    SchemaCase(
      #"{"uniqueItems":true}"#, good: ["[1,\"1\",true]", #"[{"a":1},{"a":2}]"#],
      bad: ["[1,1.0]", #"[{"a":1,"b":2},{"b":2.0,"a":1}]"#]),
    SchemaCase(#"{"required":["a"]}"#, good: [#"{"a":null}"#, "[]"], bad: ["{}"]),
    SchemaCase(
      #"{"properties":{"a":{"type":"number"}},"patternProperties":{"^x":true},"#
        + #""additionalProperties":false}"#,
      good: [#"{"a":1,"xy":0}"#], bad: [#"{"a":""}"#, #"{"b":1}"#]),
    SchemaCase(#"{"propertyNames":{"maxLength":1}}"#, good: [#"{"a":1}"#], bad: [#"{"ab":1}"#]),
    SchemaCase(#"{"minProperties":1,"maxProperties":1}"#, good: [#"{"a":1}"#], bad: ["{}"]),
    SchemaCase(
      #"{"dependentRequired":{"a":["b"]}}"#, good: ["{}", #"{"a":1,"b":2}"#], bad: [#"{"a":1}"#]),
    SchemaCase(
      #"{"dependentSchemas":{"a":{"required":["b"]}}}"#, good: [#"{"b":1}"#], bad: [#"{"a":1}"#]),
    SchemaCase(
      #"{"dependencies":{"a":["b"],"c":{"maxProperties":1}}}"#, good: [#"{"c":1}"#],
      bad: [#"{"a":1}"#, #"{"c":1,"d":1}"#]),
    SchemaCase(#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, good: ["1"], bad: ["0", "3"]),
    SchemaCase(#"{"anyOf":[{"minimum":3},{"maximum":1}]}"#, good: ["0", "3"], bad: ["2"]),
    SchemaCase(#"{"oneOf":[{"minimum":2},{"maximum":2}]}"#, good: ["1", "3"], bad: ["2"]),
    SchemaCase(#"{"not":{"type":"null"}}"#, good: ["0"], bad: ["null"]),
    SchemaCase(
      #"{"if":{"minimum":10},"then":{"multipleOf":10},"else":{"multipleOf":2}}"#,
      good: ["20", "4"], bad: ["12", "5"]),
    SchemaCase(
      ##"{"$ref":"#/$defs/tree","$defs":{"tree":{"type":"object","properties":"##
        + ##"{"next":{"$ref":"#/$defs/tree"}}}}}"##,
      good: [#"{"next":{"next":{}}}"#], bad: [#"{"next":{"next":1}}"#]),
    SchemaCase(
      ##"{"$ref":"#name","$defs":{"x":{"$anchor":"name","type":"null"}}}"##, good: ["null"],
      bad: ["1"]),
    // Drafts 6 and 7: beside $ref nothing counts; later drafts: everything does
    SchemaCase(
      ##"{"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/a","##
        + #""maximum":1,"definitions":{"a":{"type":"number"}}}"#, good: ["2"], bad: ["\"\""]),
    SchemaCase(
      ##"{"$ref":"#/definitions/a","maximum":1,"definitions":{"a":{"type":"number"}}}"##,
      good: ["1"], bad: ["2"]),
    // Annotations ask nothing
    SchemaCase(#"{"format":"date","default":1,"x-own":2}"#, good: [#""no date""#], bad: []),
  ]

  @Test("what keeps a schema, and what breaks it", arguments: cases)
  func holds(_ example: SchemaCase) throws {
    for document in example.good {
      #expect(try broken(example.schema, document) == "", "\(document)")
    }
    for document in example.bad {
      guard case .breaks = try outcome(example.schema, document) else {
        Issue.record("\(document) is let through")
        continue
      }
    }
  }

  @Test(
    "section 12.3.1: the keyword and the value are named by JSON Pointers",
    arguments: [
      (#"{"a":{"b":[1,"x"]}}"#, "/a/b/1 /$defs/list/items/type type"),
      (#"{"a":{}}"#, "/a /properties/a/required required"),
      (#"{"a":{"b":[]},"c/d":1}"#, "/c~1d /additionalProperties additionalProperties"),
      ("[]", " /type type"), ("{", "malformed 1"),
    ])
  func pointers(_ document: String, _ wanted: String) throws {
    let schema =
      #"{"type":"object","properties":{"a":{"required":["b"],"properties":{"b":"#
      + ##"{"$ref":"#/$defs/list"}}}},"additionalProperties":false,"##
      + #""$defs":{"list":{"items":{"type":"number"}}}}"#
    #expect(try broken(schema, document) == wanted)
  }

  @Test("what only one of several schemas would have taken is told by their keyword")
  func alternatives() throws {
    let schema = #"{"items":{"anyOf":[{"type":"null"},{"minimum":3}]}}"#
    #expect(try broken(schema, "[null,4,1]") == "/2 /items/anyOf anyOf")
  }
}

@Suite("JSON Schema: what cannot be used, and what it may cost")
struct SchemaBounds {
  @Test(
    "a schema that would not be kept is refused, with its place",
    arguments: [
      (#"{"properties":{"a":{"type":"text"}}}"#, "/properties/a/type", "takes one of"),
      (#"{"minimum":"1"}"#, "/minimum", "takes a number"),
      (#"{"exclusiveMinimum":true}"#, "/exclusiveMinimum", "takes a number"),
      (#"{"multipleOf":0}"#, "/multipleOf", "above zero"),
      (#"{"maxLength":-1}"#, "/maxLength", "whole number"),
      (#"{"required":"a"}"#, "/required", "list of names"),
      (#"{"pattern":"("}"#, "/pattern", "no regular expression, from byte 1"),
      (#"{"allOf":[]}"#, "/allOf", "list of schemas"),
      (#"{"items":1}"#, "/items", "is no schema"),
      (#"{"unevaluatedProperties":false}"#, "/unevaluatedProperties", "is not known here"),
      (##"{"$dynamicRef":"#a"}"##, "/$dynamicRef", "is not known here"),
      (#"{"$ref":"https://example.test/a.json"}"#, "/$ref", "nothing is fetched"),
      (##"{"$ref":"#/$defs/none"}"##, "/$ref", "leads to nothing"),
      (##"{"$ref":"#"}"##, "", "comes to itself again"),
      (##"{"anyOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"not":{"$ref":"#"}}}}"##, "", "itself"),
      (#"{"$schema":"http://json-schema.org/draft-04/schema#"}"#, "/$schema", "2020-12"),
      (#"{"properties":{"a":{"$id":"https://a.test/"}}}"#, "/properties/a/$id", "another document"),
      ("[1", "", "is no JSON"), ("[]", "", "is no schema"),
    ])
  func refused(_ schema: String, _ pointer: String, _ message: String) throws {
    let fault = try #require(refusal(schema), "it was taken")
    if message != "itself" { #expect(String(decoding: fault.pointer, as: UTF8.self) == pointer) }
    #expect(fault.message.contains(message), "\(fault.message)")
  }

  @Test("names that are no keywords are told, but for those of one's own")
  func unknown() throws {
    let schema = try JSONSchema(Array(#"{"requierd":["a"],"x-note":1,"title":"t"}"#.utf8))
    #expect(schema.unknown.map(\.name) == ["requierd"])
    #expect(JSONSchema.keywords.contains("required"))
  }

  @Test("a chain of schemas for one value has an end")
  func chain() {
    let parts = (0..<100).map { ##""a\##($0)":{"$ref":"#/$defs/a\##($0 + 1)"}"## }
    let schema =
      ##"{"$ref":"#/$defs/a0","$defs":{"a100":true,"## + parts.joined(separator: ",") + "}}"
    #expect(refusal(schema)?.message.contains("more than 64") == true)
  }

  @Test("an expression that goes back and forth without end ends the check")
  func backtracking() throws {
    let text = String(repeating: "a", count: 40)
    #expect(try broken(#"{"pattern":"^(a+)+$"}"#, "\"\(text)!\"") == "excessive")
    #expect(try broken(#"{"pattern":"^(a+)+$"}"#, "\"\(text)\"") == "")
    // A long text alone costs little
    let long = String(repeating: "ab", count: 200_000)
    #expect(try broken(#"{"pattern":"^[ab]*$"}"#, "\"\(long)\"") == "")
    #expect(try broken(#"{"pattern":"[0-9]"}"#, "\"\(long)\"") == " /pattern pattern")
  }

  @Test("schemas within schemas do not multiply the work without end")
  func multiplied() throws {
    let schema =
      ##"{"$ref":"#/$defs/n","$defs":{"n":{"anyOf":["##
      + ##"{"items":{"$ref":"#/$defs/n"},"maxItems":1,"type":"array"},"##
      + ##"{"items":{"$ref":"#/$defs/n"},"type":"array"},{"const":1}]}}}"##
    let nested = String(repeating: "[", count: 60) + "2" + String(repeating: "]", count: 60)
    #expect(try broken(schema, nested) == "excessive")
  }

  @Test("a document that is nested too deep is not followed")
  func deep() throws {
    let schema = ##"{"items":{"$ref":"#"}}"##
    let nested = String(repeating: "[", count: 1500) + String(repeating: "]", count: 1500)
    #expect(try broken(schema, nested) == "excessive")
    let shallow = String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
    #expect(try broken(schema, shallow) == "")
  }

  @Test("many threads check by one schema at once")
  func shared() async throws {
    let schema = try JSONSchema(
      Array(#"{"items":{"required":["a"],"properties":{"a":{"pattern":"^x"}}}}"#.utf8))
    let good = Array(#"[{"a":"xy"},{"a":"x","b":1.50}]"#.utf8)
    let bad = Array(#"[{"a":"xy"},{"a":"y"}]"#.utf8)
    await withTaskGroup(of: Bool.self) { group in
      for number in 0..<8 {
        group.addTask {
          (0..<200).allSatisfy { _ in
            let outcome = schema.check(number % 2 == 0 ? good : bad)
            return (outcome == .holds) == (number % 2 == 0)
          }
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }
}
