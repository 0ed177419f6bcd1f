import Foundation
import Message
import Testing

@Suite("Text where it is put")
struct TextPlaceTests {
  private func written(_ text: String, _ place: TextPlace) -> String {
    var bytes = ByteBuffer()
    bytes.append(text, in: place)
    return String(decoding: bytes.bytes, as: UTF8.self)
  }

  @Test(
    "each place has its own escapes",
    arguments: [
      (TextPlace.json, #"a\"b\\c\u000a\u007fé"#), (.readableJSON, #"a\"b\\c\n\u007fé"#),
      (.text, "a\"b\\c\n é"), (.textName, "a\"b\\c  é"),
      (.html, "a&quot;b\\c\n&#xFFFD;é"),
      (.htmlName, "a&quot;b\\c&#xFFFD;&#xFFFD;é"),
      (.uri, "a%22b%5Cc%0A%7F%C3%A9"), (.path, "a%22b%5Cc%0A%7F%C3%A9"),
      (.query, "a%22b%5Cc%0A%7F%C3%A9"),
    ])
  func places(_ place: TextPlace, _ wanted: String) {
    #expect(written("a\"b\\c\n\u{7F}é", place) == wanted)
  }

  @Test("what no place may let through: every byte of ASCII")
  func marks() {
    #expect(written("<a href='x'>&</a>", .html) == "&lt;a href=&#39;x&#39;&gt;&amp;&lt;/a&gt;")
    #expect(written("/a b/?c=d&e:@", .uri) == "%2Fa%20b%2F%3Fc%3Dd%26e%3A%40")
    #expect(written("/a b/?c=d&e:@%", .path) == "/a%20b/%3Fc=d&e:@%25")
    #expect(written("/a b/?c=d&e%20f#g", .query) == "/a%20b/?c=d&e%20f%23g")
    for byte in UInt8(0)..<0x80 {
      let text = String(UnicodeScalar(byte))
      for place in [TextPlace.json, .readableJSON, .uri, .path, .query] {
        #expect(written(text, place).utf8.allSatisfy { (0x20...0x7E).contains($0) })
      }
      #expect(!written(text, .htmlName).contains { "<>\"'".contains($0) || $0.isNewline })
    }
  }

  @Test("a JSON reader gets back what was written")
  func readBack() throws {
    let text = String(String.UnicodeScalarView((0..<0x300).compactMap(UnicodeScalar.init))) + "茶🫖"
    for hides in [false, true] {
      let quoted = JSONString.quoted(text, hidingLatin1: hides)
      #expect(quoted.contains("é") == !hides)
      let read = try JSONSerialization.jsonObject(
        with: Data(quoted.utf8), options: .fragmentsAllowed)
      #expect(read as? String == text)
    }
    for place in [TextPlace.json, .readableJSON] {
      let read = try JSONSerialization.jsonObject(
        with: Data(("\"" + written(text, place) + "\"").utf8), options: .fragmentsAllowed)
      #expect(read as? String == text)
    }
  }

  @Test("units of UTF-16 come as they are, lone surrogates too")
  func units() {
    var bytes = ByteBuffer()
    for unit: UInt16 in [0x41, 0xE9, 0xD83D, 0xDC00, 0x0C] {
      bytes.append(unit: unit, in: .readableJSON)
    }
    #expect(String(decoding: bytes.bytes, as: UTF8.self) == #"A\u00e9\ud83d\udc00\f"#)
  }

  @Test("bytes of the wire that are no text break neither JSON nor HTML")
  func brokenText() {
    for bytes in [[UInt8](repeating: 0xFF, count: 3), [0, 0x0A, 0x1B], [0xC3, 0x28, 0x7F]] {
      var json = ByteBuffer()
      var html = ByteBuffer()
      bytes.withUnsafeBufferPointer {
        json.append(wire: $0, in: .json)
        html.append(wire: $0, in: .html)
      }
      #expect(json.bytes.allSatisfy { (0x20..<0x7F).contains($0) })
      #expect(html.bytes.allSatisfy { (0x20..<0x7F).contains($0) || $0 == 0x0A })
    }
  }
}
