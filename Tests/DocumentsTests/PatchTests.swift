import Testing

@testable import Documents

/// Applies a patch; texts in, text out.
func patched(
  _ document: String, _ patch: String, as format: PatchFormat = .operations,
  bytesMax: Int = 1 << 20
) throws(PatchFault) -> String {
  let result = try Patch.apply(
    Array(patch.utf8), as: format, to: Array(document.utf8), bytesMax: bytesMax)
  return String(decoding: result, as: UTF8.self)
}

func fault(
  _ document: String, _ patch: String, as format: PatchFormat = .operations
) -> PatchFault? {
  do throws(PatchFault) {
    _ = try patched(document, patch, as: format)
    return nil
  } catch {
    return error
  }
}

func pointer(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite("RFC 7396: JSON Merge Patch")
struct RFC7396 {
  @Test(
    "Appendix A: every example",
    arguments: [
      (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
      (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
      (#"{"a":"b"}"#, #"{"a":null}"#, "{}"),
      (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
      (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
      (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
      (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
      (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#),
      (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
      (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#),
      (#"{"a":"foo"}"#, "null", "null"),
      (#"{"a":"foo"}"#, #""bar""#, #""bar""#),
      (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
      ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
      ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ])
  func examples(_ example: (String, String, String)) throws {
    #expect(try patched(example.0, example.1, as: .merge) == example.2)
  }
}

@Suite("RFC 6902: JSON Patch")
struct RFC6902 {
  @Test(
    "Appendix A: the examples that succeed",
    arguments: [
      // A.1 to A.7
      (
        #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#,
        #"{"foo":"bar","baz":"qux"}"#
      ),
      (
        #"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#,
        #"{"foo":["bar","qux","baz"]}"#
      ),
      (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
      (
        #"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#,
        #"{"foo":["bar","baz"]}"#
      ),
      (
        #"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#,
        #"{"baz":"boo","foo":"bar"}"#
      ),
      (
        #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
        #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
        #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
      ),
      (
        #"{"foo":["all","grass","cows","eat"]}"#,
        #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
        #"{"foo":["all","cows","eat","grass"]}"#
      ),
      // A.8, A.10, A.11, A.14, A.16
      (
        #"{"baz":"qux","foo":["a",2,"c"]}"#,
        #"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]"#,
        #"{"baz":"qux","foo":["a",2,"c"]}"#
      ),
      (
        #"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"grandchild":{}}}]"#,
        #"{"foo":"bar","child":{"grandchild":{}}}"#
      ),
      (
        #"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux","xyz":123}]"#,
        #"{"foo":"bar","baz":"qux"}"#
      ),
      (
        #"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#
      ),
      (
        #"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc","def"]}]"#,
        #"{"foo":["bar",["abc","def"]]}"#
      ),
      // Section 4.5, and the whole document
      (#"{"a":[1]}"#, #"[{"op":"copy","from":"/a","path":"/b"}]"#, #"{"a":[1],"b":[1]}"#),
      (#"{"a":1}"#, #"[{"op":"replace","path":"","value":[]}]"#, "[]"),
    ])
  func examples(_ example: (String, String, String)) throws {
    #expect(try patched(example.0, example.1) == example.2)
  }

  @Test("section 4.6: a test that finds another value ends it all, and nothing is done")
  func testFails() {
    let patch = #"[{"op":"add","path":"/b","value":1},{"op":"test","path":"/a","value":"x"}]"#
    #expect(fault(#"{"a":"y"}"#, patch) == .testFailed(pointer: pointer("/a")))
    // A.15: a string is no number
    #expect(
      fault(#"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":"10"}]"#)
        == .testFailed(pointer: pointer("/~01")))
  }

  @Test(
    "section 4.6: numbers are equal by value, objects in any order",
    arguments: [
      ("1", "1.0"), ("1e2", "100"), ("-0", "0"), ("0.10", "1e-1"),
      ("12345678901234567890123", "1.2345678901234567890123e22"),
      (#"{"a":1,"b":2}"#, #"{"b":2.0,"a":1}"#),
    ])
  func equality(_ pair: (String, String)) throws {
    let patch = #"[{"op":"test","path":"","value":\#(pair.1)}]"#
    #expect(try patched(pair.0, patch) == pair.0)
  }

  @Test("section 4: what is no operation is no patch document, and is pointed at")
  func notPatch() {
    for (patch, place) in [
      ("{}", ""), ("[1]", "/0"), (#"[{"path":"/a"}]"#, "/0/op"),
      (#"[{"op":"spam","path":"/a"}]"#, "/0/op"), (#"[{"op":"remove"}]"#, "/0/path"),
      (#"[{"op":"remove","path":"a"}]"#, "/0/path"),
      (#"[{"op":"remove","path":"/a~2"}]"#, "/0/path"),
      (#"[{"op":"remove","path":"/a"},{"op":"add","path":"/a"}]"#, "/1/value"),
      (#"[{"op":"move","path":"/a"}]"#, "/0/from"),
    ] {
      #expect(fault(#"{"a":1}"#, patch) == .notPatch(pointer: pointer(place)), "\(patch)")
    }
  }

  @Test("sections 4.1 to 4.5: the place that an operation needs has to be there")
  func inapplicable() {
    for (patch, place) in [
      (#"[{"op":"add","path":"/x/y","value":1}]"#, "/x/y"),
      (#"[{"op":"remove","path":"/x"}]"#, "/x"), (#"[{"op":"remove","path":""}]"#, ""),
      (#"[{"op":"replace","path":"/x","value":1}]"#, "/x"),
      (#"[{"op":"move","from":"/x","path":"/y"}]"#, "/x"),
      (#"[{"op":"move","from":"/a","path":"/a/b"}]"#, "/a/b"),
      (#"[{"op":"add","path":"/l/3","value":1}]"#, "/l/3"),
      (#"[{"op":"add","path":"/l/01","value":1}]"#, "/l/01"),
      (#"[{"op":"remove","path":"/l/-"}]"#, "/l/-"),
    ] {
      #expect(
        fault(#"{"a":{},"l":[1,2]}"#, patch) == .inapplicable(pointer: pointer(place)), "\(patch)")
    }
  }
}

@Suite("JSON texts")
struct JSONTexts {
  @Test(
    "RFC 8259 section 6: a number that nobody touched has every digit that it had",
    arguments: [
      "0.1", "1.10", "123456789012345678901234567890", "1e400", "-0", "-0.0", "1E+2",
      "9223372036854775808", "999999999999999999", "1e-9999999",
    ])
  func numbers(_ number: String) throws {
    #expect(
      try patched(#"{"n":\#(number),"a":[\#(number)]}"#, #"{"b":1}"#, as: .merge)
        == #"{"n":\#(number),"a":[\#(number)],"b":1}"#)
    #expect(try patched("{}", #"{"n":\#(number)}"#, as: .merge) == #"{"n":\#(number)}"#)
  }

  @Test("a text that looks like a number stays a text")
  func texts() throws {
    let document = #"{"a":"1.50","b":"x \"2.5\" \\","c":"3.0"}"#
    #expect(try patched(document, "{}", as: .merge) == document)
  }

  @Test("what breaks off is told by its byte")
  func offsets() {
    #expect(fault("{}", #"{"a":1.5,"b":2.5,]"#, as: .merge) == .malformed(offset: 17))
    #expect(fault("{}", "", as: .merge) == .malformed(offset: 0))
    let twice = fault("{}", #"{"a":1,"a":2}"#, as: .merge)
    #expect(twice == .malformed(offset: 9, problem: .nameTwice))
    let depth = JSONProblem.depthMax + 1
    let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    guard case .malformed(_, .tooDeep) = fault("{}", nested, as: .merge) else {
      Issue.record("\(depth) levels were read")
      return
    }
    #expect(fault("{}", #"{1.5:2}"#, as: .merge) != nil)
    #expect(fault("{}", #"{"a":01}"#, as: .merge) != nil)
    #expect(fault("{ no", "{}", as: .merge) == .documentMalformed)
  }

  @Test("the layout stays: line breaks, the width of the indentation, the last line feed")
  func layout() throws {
    let document = "{\n    \"a\": 1\n}\n"
    #expect(
      try patched(document, #"{"b":[2.50]}"#, as: .merge) == """
        {
            "a": 1,
            "b": [
                2.50
            ]
        }

        """)
    #expect(try patched("{\"a\": 1}", "{}", as: .merge) == "{\"a\":1}")
  }

  @Test("copies of copies come to an end")
  func bomb() {
    let copies = (0..<64).map { #"{"op":"copy","from":"","path":"/a\#($0)"}"# }
    let much = fault(#"{"x":[1,2,3]}"#, "[\(copies.joined(separator: ","))]")
    guard case .tooLarge(.copies(let count)) = much else {
      Issue.record("copied without end")
      return
    }
    #expect(count > 1 << 20)
    #expect(
      throws: PatchFault.tooLarge(.text),
      performing: { try patched("{}", #"{"a":"0123456789"}"#, as: .merge, bytesMax: 10) })
  }

  @Test("what operations copy counts against what the rule takes as content")
  func copied() throws {
    func apply(_ copies: Int, copiedBytesMax: Int) -> PatchFault? {
      let patch = (0..<copies).map { #"{"op":"copy","from":"/x","path":"/a\#($0)"}"# }
      do throws(PatchFault) {
        _ = try Patch.apply(
          Array("[\(patch.joined(separator: ","))]".utf8), as: .operations,
          to: Array(#"{"x":"0123456789"}"#.utf8), bytesMax: 1 << 20,
          copiedBytesMax: copiedBytesMax)
        return nil
      } catch {
        return error
      }
    }
    #expect(apply(10, copiedBytesMax: 120) == nil)
    #expect(apply(11, copiedBytesMax: 120) == .tooLarge(.copies(132)))
  }

  @Test("moving much to and fro, and inserting at the front of a long list, come to an end")
  func work() {
    let list = "[" + String(repeating: "1,", count: 100_000) + "1]"
    let moves = (0..<2000).map { number in
      number % 2 == 0
        ? #"{"op":"move","from":"/x","path":"/y"}"# : #"{"op":"move","from":"/y","path":"/x"}"#
    }
    #expect(fault(#"{"x":\#(list)}"#, "[\(moves.joined(separator: ","))]") == .tooLarge(.work))
    let inserts = (0..<2000).map { _ in #"{"op":"add","path":"/0","value":1}"# }
    #expect(fault(list, "[\(inserts.joined(separator: ","))]") == .tooLarge(.work))
    #expect(fault(list, "[\(inserts[..<100].joined(separator: ","))]") == nil)
  }
}
