import Message
import Testing

@Suite("Field names, methods, media types")
struct NamesTests {
  func name(_ text: String) -> FieldName? { FieldName(named: Array(text.utf8).span) }

  /// The folded words that the look-up needs for a name: first, middle and last.
  func words(_ spelling: String) -> String {
    let bytes = Array(spelling.lowercased().utf8)
    return [0, 8, max(0, bytes.count - 8)].filter { $0 < bytes.count }.map { start in
      let word = bytes[start...].prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return "0x" + String(word, radix: 16)
    }.joined(separator: ", ")
  }

  @Test("RFC 9110 5.1: every known name is found by its spelling, in any case")
  func fieldNames() {
    for field in FieldName.allCases where field != .other {
      let spelling = "\(field.spelling)"
      #expect(name(spelling) == field, "\(spelling): \(words(spelling))")
      #expect(name(spelling.uppercased()) == field)
      #expect(name(spelling.lowercased()) == field)
      #expect(name(spelling + "x") == nil)
      #expect(name(String(spelling.dropLast())) != field)
      // A byte that differs from the right one by the case bit alone, but is no letter.
      for index in spelling.utf8.indices {
        var bytes = Array(spelling.utf8)
        let place = spelling.utf8.distance(from: spelling.utf8.startIndex, to: index)
        if bytes[place] == 0x2D {
          bytes[place] = 0x0D
          #expect(FieldName(named: bytes.span) == nil)
        }
      }
    }
    #expect("\(FieldName.other.spelling)" == "")
    for text in ["", "a", "hos", "xhost", "Host:", "content-lengtH\0", "If-Non-Matche"] {
      #expect(name(text) == nil, "\(text)")
    }
  }

  @Test("names are spelled as the registry spells them")
  func spelling() {
    #expect("\(FieldName.etag.spelling)" == "ETag")
    #expect("\(FieldName.wwwAuthenticate.spelling)" == "WWW-Authenticate")
    #expect("\(FieldName.contentLength.spelling)" == "Content-Length")
    #expect("\(FieldName.ifDAV.spelling)" == "If")
    #expect("\(FieldName.te.spelling)" == "TE")
  }

  @Test("RFC 9110 9.1: method names are compared with their case")
  func methods() {
    for method in Method.allCases where method != .unknown {
      #expect(Method(token: Array("\(method.name)".utf8).span) == method)
      #expect(Method(token: Array("\(method.name)".lowercased().utf8).span) == .unknown)
      #expect(Method(token: Array("\(method.name)X".utf8).span) == .unknown)
    }
    for text in ["", "G", "GE", "PROPPATCHX", "PROPPATXH"] {
      #expect(Method(token: Array(text.utf8).span) == .unknown)
    }
  }

  @Test("RFC 9110 10.2.1: a set of methods is written as a list")
  func allow() {
    var buffer = ByteBuffer()
    MethodSet([.options, .get, .head]).append(to: &buffer)
    let list = buffer.text
    #expect(list == "GET, HEAD, OPTIONS")
    var fields = FieldBuffer()
    fields.begin(.allow)
    MethodSet([]).append(to: &fields)
    fields.end()
    fields.begin(.allow)
    MethodSet(.brew).append(to: &fields)
    fields.end()
    let lines = fields.lines.text
    #expect(lines == "Allow: \r\nAllow: BREW\r\n")
  }

  @Test("RFC 9110 5.5: a control character in a value that is written becomes a space")
  func responseSplitting() {
    var fields = FieldBuffer()
    fields.add(.location, Array("/a\r\nSet-Cookie: b\0\tc\u{7F}".utf8))
    let lines = fields.lines.text
    #expect(lines == "Location: /a  Set-Cookie: b \tc \r\n")
    let value = fields.value(of: .location).map { $0.count }
    #expect(value == 21)
  }

  @Test("a field that was written as a line stands among the others, by name and value")
  func wholeLine() {
    let line = Array("X-Request-Id: 00c0ffee\r\n".utf8)
    var fields = FieldBuffer()
    fields.add(.etag, Array("\"a\"".utf8))
    line.withUnsafeBufferPointer { fields.add(line: $0, .xRequestID, nameCount: 12) }
    let block = FieldBlock { $0.add(.vary, Array("Accept".utf8)) }
    fields.add(block)
    let lines = fields.lines.text
    #expect(lines == "ETag: \"a\"\r\nX-Request-Id: 00c0ffee\r\nVary: Accept\r\n")
    let id = fields.value(of: .xRequestID).map { String(decoding: $0, as: UTF8.self) }
    let vary = fields.value(of: .vary).map { String(decoding: $0, as: UTF8.self) }
    #expect(id == "00c0ffee" && vary == "Accept")
    let (count, hasID) = (fields.count, fields.present.contains(.xRequestID))
    #expect(count == 3 && hasID)
    fields.remove(named: Array("x-request-id".utf8))
    let rest = fields.lines.text
    #expect(rest == "ETag: \"a\"\r\nVary: Accept\r\n")
  }

  @Test("RFC 9110 8.3.1: a media type is a type, a subtype and parameters")
  func mediaTypes() {
    let bytes = Array("Text/HTML; charset=\"utf-8\" ;a=b".utf8)
    let media = MediaType(bytes.span)
    #expect(media?.matches("text/html", in: bytes.span) == true)
    #expect(media?.matches("text/htm", in: bytes.span) == false)
    let charset = media?.parameter("charset", in: bytes.span)
    #expect(charset.map { String(decoding: bytes[$0.range], as: UTF8.self) } == "utf-8")
    #expect(media?.parameter("b", in: bytes.span) == nil)
    for text in [
      "", "text", "text/", "/html", "text/html x", "text/html; a", "text/html; a=", "a b/c",
    ] {
      #expect(MediaType(Array(text.utf8).span) == nil, "\(text)")
    }
    #expect(MediaType(Array("text/html;".utf8).span) != nil)
  }
}

@Suite("RFC 9110 section 12.5.1: Accept")
struct AcceptTests {
  let offers: [StaticString] = [
    "application/problem+json", "application/json", "text/html", "text/plain",
  ]

  func best(_ value: String) -> Int? {
    Accept.best(value: Array(value.utf8).span, among: offers)
  }

  @Test("12.4.2: the greatest weight wins, and equals go by the server's order")
  func weights() {
    #expect(best("text/html, application/json;q=0.9") == 2)
    #expect(best("text/html;q=0.8, application/json;q=0.801") == 1)
    #expect(best("*/*") == 0)
    #expect(best("text/*") == 2)
    #expect(best("TEXT/PLAIN;Q=1.000") == 3)
  }

  @Test("12.5.1: the most specific range that matches decides")
  func specificity() {
    #expect(best("text/*;q=0.3, text/html;q=0, */*;q=0.1") == 3)
    #expect(best("*/*, application/*;q=0") == 2)
    #expect(best("text/html,application/xhtml+xml,*/*;q=0.8") == 2)
    #expect(best("text/html;level=1") == nil)
    #expect(
      Accept.weight(
        of: "text/html;level=1",
        in: Array("text/html;level=1;q=0.7, text/html;q=0.3".utf8).span) == 700)
  }

  @Test("12.4.2: a weight of zero is not acceptable")
  func notAcceptable() {
    #expect(best("image/png") == nil)
    #expect(best("*/*;q=0") == nil)
    #expect(best("text/html;q=0.000") == nil)
  }

  @Test("12.5.1: no usable element accepts everything, and malformed ones are passed over")
  func malformed() {
    #expect(best("") == 0)
    #expect(best("text, ,;q=1") == 0)
    #expect(best("text/html;q=2, text/plain;q=0.5") == 3)
    #expect(best("*/html, text/plain") == 3)
    for weight in ["", "2", "1.1", "0.1234", "-0", ".5", "1.0001", "0,5", "00", "1.001"] {
      #expect(Accept.weight(Array(weight.utf8).span) == nil, "\(weight)")
    }
    for (text, weight) in [
      ("0", 0), ("1", 1000), ("0.", 0), ("1.", 1000), ("0.5", 500), ("0.123", 123),
    ] {
      #expect(Accept.weight(Array(text.utf8).span) == weight)
    }
  }

  @Test("5.6.4: a comma inside quotes parts no elements")
  func quotes() { #expect(best("text/html;a=\",text/plain,\", application/json;q=0.1") == 1) }
}
