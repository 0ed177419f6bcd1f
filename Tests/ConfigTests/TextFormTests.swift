import Testing

@testable import Config

/// Texts that have to look like something: addresses, names, types.
@Suite struct TextFormTests {
  @Test(arguments: [
    "127.0.0.1:8080", "[::1]:8080", ":8080", "unix:/run/x.sock", "unix:./x.sock", "0.0.0.0:0",
  ])
  func listensOn(_ address: String) { #expect(TextForm.address.problem(in: address) == nil) }

  @Test(
    arguments: [
      ("8080", "127.0.0.1:8080"), ("127.0.0.1", "127.0.0.1:8080"), ("::1", "[::1]:8080"),
      ("*:80", ":80"), ("localhost:80", "127.0.0.1:80"), ("/run/x", "unix:/run/x"), ("a:80", nil),
      ("1.2.3.4:99999", nil), ("", nil), ("unix:", nil), ("1.2.3.4:", nil), ("300.0.0.1:80", nil),
      ("fe80::1:zz:80", nil), ("12345678", nil),
    ] as [(String, String?)])
  func doesNotListenOn(_ address: String, _ suggestion: String?) {
    let problem = TextForm.address.problem(in: address)
    #expect(problem != nil && problem?.suggestion == suggestion)
  }

  @Test(
    arguments: [
      ("example.test", nil), ("*.example.test", nil), ("a_b.test", nil), ("127.0.0.1", nil),
      ("[::1]", nil), ("localhost", nil), ("*", ""), ("a*.test", ""), ("-a.test", ""),
      ("a..test", ""), ("a b", ""), ("", ""),
      ("b\u{FC}cher.test", ""), ("example.test:80", "example.test"),
      ("example.test.", "example.test"),
      ("http://example.test/x", "example.test"), ("a.b*c", ""),
    ] as [(String, String?)])
  func hostNames(_ name: String, _ suggestion: String?) {
    let problem = TextForm.hostName.problem(in: name)
    #expect((problem == nil) == (suggestion == nil))
    if let suggestion { #expect(problem?.suggestion ?? "" == suggestion) }
  }

  @Test(arguments: [
    ("text/plain", true), ("text/plain; charset=utf-8", true), ("text/plain;charset=utf-8", true),
    ("multipart/x; boundary=\"a b\\\"c\"; q=1", true), ("image/svg+xml", true), ("text", false),
    ("text/", false), ("/plain", false), ("text/plain;", false), ("text/plain; charset", false),
    ("text/plain; a=\"b", false), ("a/b/c", false), (" text/plain", false),
    ("text/pl\u{E9}", false),
  ])
  func mediaTypes(_ type: String, _ isRight: Bool) {
    #expect((TextForm.mediaType.problem(in: type) == nil) == isRight)
  }

  @Test func aMediaTypeIsSuggestedForItsExtension() {
    #expect(TextForm.mediaType.problem(in: "png")?.suggestion == "image/png")
  }
}
