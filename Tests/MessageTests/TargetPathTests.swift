import Message
import Testing

@Suite("RFC 3986: a target's path, decoded")
struct TargetPathTests {
  func decode(_ raw: String) -> Result<String, MessageFault> {
    var buffer = ByteBuffer()
    buffer.append("before")
    let bytes = raw.unicodeScalars.map { UInt8($0.value) }
    do throws(MessageFault) {
      let slice = try TargetPath.decode(bytes.span, at: 100, into: &buffer)
      let isBehind = slice.start == 6 && Int(slice.end) == buffer.count
      #expect(isBehind)
      return .success(String(decoding: buffer.bytes(of: slice), as: UTF8.self))
    } catch {
      let left = buffer.text
      #expect(left == "before")
      return .failure(error)
    }
  }

  func refused(_ raw: String, _ kind: FaultKind, at offset: UInt64) {
    #expect(
      decode(raw) == .failure(MessageFault(kind, at: 100 + offset, in: .target)), "\(raw)")
  }

  @Test(
    "5.2.4: dot segments are removed, doubled slashes merged, escapes decoded once",
    arguments: [
      ("", "/"), ("/", "/"), ("/a", "/a"), ("/a/", "/a/"), ("/a/./b", "/a/b"), ("/a/../b", "/b"),
      ("/a/b/..", "/a/"), ("/a/b/.", "/a/b/"), ("/a/b/c/./../../g", "/a/g"), ("//", "/"),
      ("/a//b", "/a/b"), ("/a//../b", "/b"), ("/a/%2e%2E/b", "/b"), ("/%2E", "/"), ("/...", "/..."),
      ("/.a/..b", "/.a/..b"), ("/%41%20b", "/A b"), ("/a/..", "/"), ("/%25", "/%"),
      ("/%25x1", "/%x1"),
      ("/100%25/ab", "/100%/ab"), ("/%C3%A4", "/ä"), ("/%E0%B8%81%F0%9F%98%80", "/ก😀"),
      ("/a+b", "/a+b"),
    ])
  func decoded(_ raw: String, _ path: String) { #expect(decode(raw) == .success(path)) }

  @Test(
    "the place of each decoded byte is where it was sent",
    arguments: [
      "/", "/a", "/a/./b", "/a/../b", "/a/b/..", "/a/b/.", "/a/b/c/./../../g", "//", "/a//b",
      "///a", "/a//../b/", "/a/%2e%2E/b", "/%41%20b/%62", "/...", "/a/..", "//a/.//x",
    ])
  func places(_ raw: String) throws {
    let bytes = Array(raw.utf8)
    let path = Array(try decode(raw).get().utf8)
    let places = TargetPath.places(bytes.span)
    #expect(places.count == path.count + 1 && places.last == bytes.count)
    #expect(places == places.sorted())
    for (byte, place) in zip(path, places) {
      #expect(bytes[place] == byte || bytes[place] == UInt8(ascii: "%"), "\(raw)")
    }
  }

  @Test("a place behind an escape and behind doubled slashes")
  func placesBehind() {
    func places(_ raw: String) -> [Int] {
      let bytes = Array(raw.utf8)
      return TargetPath.places(bytes.span)
    }
    #expect(places("/a%20b/x") == [0, 1, 2, 5, 6, 7, 8])
    #expect(places("//a//b") == [1, 2, 4, 5, 6])
    #expect(places("") == [0, 0])
  }

  @Test("5.2.4: nothing lies above the root")
  func root() {
    refused("/..", .pathLeavesRoot, at: 1)
    refused("/a/../../b", .pathLeavesRoot, at: 6)
    refused("/%2e%2e/b", .pathLeavesRoot, at: 1)
    refused("/./..", .pathLeavesRoot, at: 3)
  }

  @Test("2.4: an escape that still stands once decoded was encoded twice")
  func doubleEncoded() {
    refused("/a%2541", .pathDoubleEncoded, at: 2)
    refused("/%252e%252e/", .pathDoubleEncoded, at: 1)
    refused("/%25%34%31", .pathDoubleEncoded, at: 1)
    refused("/%25%2541", .pathDoubleEncoded, at: 4)
  }

  @Test("3.3: a separator may not hide in an escape")
  func separator() {
    refused("/a%2Fb", .pathSeparatorEncoded, at: 2)
    refused("/a%2fb", .pathSeparatorEncoded, at: 2)
    refused("/a%5Cb", .pathSeparatorEncoded, at: 2)
    refused("/a\\b", .pathSeparatorEncoded, at: 2)
  }

  @Test("no control character may hide in an escape")
  func controls() {
    refused("/a%00", .pathContainsNUL, at: 2)
    refused("/a\0", .pathContainsNUL, at: 2)
    refused("/a%0A", .targetMalformed, at: 2)
    refused("/a%7f", .targetMalformed, at: 2)
  }

  @Test("RFC 3629 section 4: what is decoded is UTF-8, neither broken nor overlong")
  func utf8() {
    refused("/a%C3", .pathNotUTF8, at: 2)
    refused("/a%C3/%A4", .pathNotUTF8, at: 2)
    refused("/%80", .pathNotUTF8, at: 1)
    refused("/%C0%AF", .pathNotUTF8, at: 1)
    refused("/%E0%80%AF", .pathNotUTF8, at: 1)
    refused("/%ED%A0%80", .pathNotUTF8, at: 1)
    refused("/%F4%90%80%80", .pathNotUTF8, at: 1)
    refused("/%F5%80%80%80", .pathNotUTF8, at: 1)
    refused("/x%E2%82a", .pathNotUTF8, at: 2)
    refused("/\u{FF}", .pathNotUTF8, at: 1)
  }

  @Test("2.1: a percent sign has two hexadecimal digits behind it, and a path begins with a slash")
  func malformed() {
    refused("/%", .targetEscapeMalformed, at: 1)
    refused("/a%4", .targetEscapeMalformed, at: 2)
    refused("/%4x", .targetEscapeMalformed, at: 1)
    refused("a", .targetMalformed, at: 0)
  }
}
