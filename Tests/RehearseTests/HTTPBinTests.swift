import Message
import Orders
import Testing
import Wire

@testable import Rehearse

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

private func call(
  _ target: String, _ method: String = "GET", _ fields: [(String, String)] = [],
  content: String = "", base: String = "", scheme: String = "http"
) -> RehearsalCall {
  let halves = target.split(separator: "?", maxSplits: 1).map(String.init)
  return RehearsalCall(
    method: bytes(method), path: bytes(halves[0]), query: halves.count > 1 ? bytes(halves[1]) : nil,
    fields: fields.map { RehearsedField($0.0, $0.1) }, content: bytes(content), scheme: scheme,
    authority: bytes("bin.test"), base: bytes(base))
}

private func ask(
  _ target: String, _ method: String = "GET", _ fields: [(String, String)] = [],
  content: String = "", base: String = "", scheme: String = "http", seed: UInt64 = 1
) throws -> RehearsalAnswer {
  let call = call(target, method, fields, content: content, base: base, scheme: scheme)
  let answer = HTTPBin.answer(to: call, draw: Draw(seed: seed, index: 0), now: 1_800_000_000)
  return try #require(answer, "\(target)")
}

extension RehearsalAnswer {
  /// The values of a field, in their order.
  fileprivate func values(_ name: String) -> [String] {
    fields.filter { $0.name.elementsEqual(name.utf8) }
      .map { String(decoding: $0.value, as: UTF8.self) }
  }

  fileprivate var text: String { String(decoding: content ?? [], as: UTF8.self) }
}

@Suite("httpbin's conditional URLs are real")
struct HTTPBinConditionTests {
  @Test("RFC 9110 section 13.2.2: If-Match goes before If-None-Match")
  func order() throws {
    let fields = [("If-Match", "\"other\""), ("If-None-Match", "\"x\"")]
    #expect(try ask("/etag/x", "GET", fields).status == 412)
    #expect(try ask("/etag/x", "GET", [("If-None-Match", "\"x\"")]).status == 304)
  }

  @Test("section 8.8.3.2: If-Match compares strongly, If-None-Match weakly")
  func strength() throws {
    #expect(try ask("/etag/W%2F", "GET").values("ETag") == ["\"W%2F\""])
    #expect(try ask("/etag/x", "GET", [("If-Match", "W/\"x\"")]).status == 412)
    #expect(try ask("/etag/x", "GET", [("If-None-Match", "W/\"x\"")]).status == 304)
  }

  @Test("a tag that can be none is refused")
  func unfit() throws {
    #expect(try ask("/etag/a b").status == 400)
    #expect(try ask("/etag/a\"b").status == 400)
    #expect(try ask("/etag/\"x\"").values("ETag") == ["\"x\""])
  }

  @Test("/cache: its own tag and date bring a 304 with both, another tag does not")
  func cache() throws {
    let first = try ask("/cache?a=1")
    let tag = try #require(first.values("ETag").first)
    #expect(first.values("Last-Modified") == ["Tue, 15 Nov 1994 12:45:26 GMT"])
    let again = try ask("/cache?a=1", "GET", [("If-None-Match", tag)])
    #expect(again.status == 304 && again.content == [] && again.values("ETag") == [tag])
    #expect(try ask("/cache?a=2", "GET", [("If-None-Match", tag)]).status == 200)
    let date = ("If-Modified-Since", "Tue, 15 Nov 1994 12:45:26 GMT")
    #expect(try ask("/cache", "GET", [date]).status == 304)
    #expect(
      try ask("/cache", "GET", [("If-Modified-Since", "Tue, 15 Nov 1994 12:45:25 GMT")]).status
        == 200)
    // Section 13.1.3: ignored where If-None-Match is there
    #expect(try ask("/cache", "GET", [date, ("If-None-Match", "\"x\"")]).status == 200)
  }

  @Test("section 14.4: a range has its place, the whole has none, a wrong one the length")
  func ranges() throws {
    let part = try ask("/range/30", "GET", [("Range", "bytes=24-27")])
    #expect(part.status == 206 && part.text == "yzab")
    #expect(part.values("Content-Range") == ["bytes 24-27/30"])
    #expect(try ask("/range/30").values("Content-Range") == [])
    let outside = try ask("/range/30", "GET", [("Range", "bytes=30-")])
    #expect(outside.status == 416 && outside.values("Content-Range") == ["bytes */30"])
  }

  @Test("section 14.6: several ranges are parts")
  func parts() throws {
    let answer = try ask("/range/30", "GET", [("Range", "bytes=0-1,-2")])
    #expect(answer.status == 206)
    let type = try #require(answer.values("Content-Type").first)
    let boundary = try #require(type.split(separator: "=").last)
    #expect(type.hasPrefix("multipart/byteranges; boundary="))
    #expect(
      answer.text == """
        --\(boundary)\r
        Content-Type: application/octet-stream\r
        Content-Range: bytes 0-1/30\r
        \r
        ab\r
        --\(boundary)\r
        Content-Type: application/octet-stream\r
        Content-Range: bytes 28-29/30\r
        \r
        cd\r
        --\(boundary)--\r

        """)
  }

  @Test("section 13.1.5: If-Range with another tag brings the whole")
  func ifRange() throws {
    let range = ("Range", "bytes=0-1")
    #expect(try ask("/range/9", "GET", [range, ("If-Range", "\"range9\"")]).status == 206)
    #expect(try ask("/range/9", "GET", [range, ("If-Range", "\"range8\"")]).status == 200)
    #expect(try ask("/range/9", "GET", [range, ("If-None-Match", "\"range9\"")]).status == 304)
  }

  @Test("section 14.2: only GET has ranges, and what is not the grammar's is ignored")
  func ignored() throws {
    #expect(try ask("/range/9", "HEAD", [("Range", "bytes=0-1")]).status == 200)
    #expect(try ask("/range/9", "GET", [("Range", "bytes=5-3")]).status == 200)
    #expect(try ask("/range/9", "GET", [("Range", "bites=0-1")]).status == 200)
  }
}

@Suite("httpbin's authentication")
struct HTTPBinAuthTests {
  @Test(
    "RFC 7616 section 3.9.1: the examples' responses",
    arguments: [
      ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
      ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ])
  func examples(_ algorithm: String, _ response: String) throws {
    let field =
      "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", "
      + "algorithm=\(algorithm), nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
      + "nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, "
      + "response=\"\(response)\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
    let credentials = try #require(DigestCredentials(bytes(field)))
    let made = credentials.response(
      password: bytes("Circle of Life"), method: bytes("GET"), content: [])
    #expect(made == bytes(response))
  }

  /// Answers the challenge of a target as a client would.
  private func authorization(
    _ target: String, user: String = "u", password: String = "p", qop: String = "auth",
    algorithm: Hash = .md5, uri: String? = nil
  ) throws -> (String, String) {
    let uri = uri ?? target
    let challenge = try #require(try ask(target).values("WWW-Authenticate").first)
    let parts = FieldParameters(
      Array(challenge.utf8.dropFirst(7)), separator: 0x2C, hasValue: false)
    let nonce = try #require(parts["nonce"])
    let secret = algorithm(bytes("\(user):\(HTTPBinDigest.realm):\(password)"))
    var action = "GET:\(uri)"
    if qop == "auth-int" { action += ":" + String(decoding: algorithm([]), as: UTF8.self) }
    let response = algorithm(
      secret + bytes(":") + nonce + bytes(":1:c:\(qop):") + algorithm(bytes(action)))
    return (
      "Authorization",
      "Digest username=\"\(user)\", realm=\"\(HTTPBinDigest.realm)\", uri=\"\(uri)\", nonce=\""
        + String(decoding: nonce, as: UTF8.self) + "\", nc=1, cnonce=c, qop=\(qop), algorithm="
        + algorithm.rawValue + ", response=\"" + String(decoding: response, as: UTF8.self) + "\""
    )
  }

  @Test("a challenge that is answered rightly is passed, with each algorithm and protection")
  func right() throws {
    for algorithm in Hash.allCases {
      for qop in ["auth", "auth-int"] {
        let target = "/digest-auth/\(qop)/u/p/\(algorithm.rawValue)"
        let field = try authorization(target, qop: qop, algorithm: algorithm)
        let answer = try ask(target, "GET", [field])
        #expect(answer.status == 200, "\(target)")
        #expect(answer.text.contains("\"user\": \"u\""))
      }
    }
  }

  @Test("another user, password, algorithm or target is not")
  func wrong() throws {
    let target = "/digest-auth/auth/u/p?a=b"
    #expect(try ask(target, "GET", [try authorization(target)]).status == 200)
    let wrong = [
      try authorization(target, user: "v"), try authorization(target, password: "q"),
      try authorization(target, algorithm: .sha256), try authorization(target, uri: "/get"),
      try authorization(target, uri: "/digest-auth/auth/u/p?a=c"),
    ]
    for field in wrong { #expect(try ask(target, "GET", [field]).status == 401) }
  }

  @Test("stale_after counts down in a cookie, and at 0 the nonce is stale")
  func stale() throws {
    let target = "/digest-auth/auth/u/p/MD5/1"
    #expect(try ask(target).values("Set-Cookie")[0] == "stale_after=1; Path=/")
    let field = try authorization(target)
    let passed = try ask(target, "GET", [field, ("Cookie", "stale_after=1; fake=fake_value")])
    #expect(passed.status == 200)
    #expect(passed.values("Set-Cookie").contains("stale_after=0; Path=/"))
    let stale = try ask(target, "GET", [field, ("Cookie", "stale_after=0")])
    #expect(stale.status == 401)
    #expect(stale.values("WWW-Authenticate")[0].hasSuffix("stale=true"))
  }

  @Test("with require-cookie, a client without the cookie is refused")
  func cookie() throws {
    let target = "/digest-auth/auth/u/p?require-cookie=1"
    let field = try authorization(target)
    #expect(try ask(target, "GET", [field]).status == 401)
    #expect(try ask(target, "GET", [field, ("Cookie", "a=b")]).status == 403)
    #expect(try ask(target, "GET", [field, ("Cookie", "fake=fake_value")]).status == 200)
  }

  @Test("two challenges have two nonces; the same draw has the same one")
  func nonces() throws {
    let one = try ask("/digest-auth/auth/u/p", seed: 1).values("WWW-Authenticate")
    #expect(one != (try ask("/digest-auth/auth/u/p", seed: 2).values("WWW-Authenticate")))
    #expect(one == (try ask("/digest-auth/auth/u/p", seed: 1).values("WWW-Authenticate")))
  }

  @Test("the hashes' test vectors")
  func hashes() {
    #expect(Hash.md5(bytes("abc")) == bytes("900150983cd24fb0d6963f7d28e17f72"))
    #expect(
      Hash.sha256(bytes("abc"))
        == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
    #expect(Hash.sha512([]).count == 128)
  }
}

@Suite("httpbin's other URLs")
struct HTTPBinOtherTests {
  @Test(
    "what is none of its URLs is left to others",
    arguments: [
      "/", "/nowhere", "/get/", "/redirect/", "/redirect/x", "/bytes/1/2", "/image/gif",
      "/basic-auth/u", "/digest-auth/a/b", "/cookies/other", "/sequence/k/200", "/503",
    ])
  func others(_ path: String) {
    #expect(HTTPBin.answer(to: call(path), draw: Draw(seed: 1, index: 0), now: 0) == nil)
  }

  @Test("delays are for others to carry out, at most 10 s")
  func delays() throws {
    #expect(try ask("/delay/1.5").performance.headDelay == 1500)
    #expect(try ask("/delay/99").performance.headDelay == 10_000)
    #expect(try ask("/delay/-1").status == 400)
  }

  @Test("a drip is byte by byte, or as many a millisecond as it takes")
  func drips() throws {
    let slow = try ask("/drip?duration=2&numbytes=10&delay=0.5&code=503")
    #expect(slow.status == 503 && slow.text == "**********")
    #expect(slow.performance.headDelay == 500)
    #expect(slow.performance.pace == Performance.Pace(pieceBytes: 1, pause: 200))
    let fast = try ask("/drip?duration=1&numbytes=5000")
    #expect(fast.performance.pace == Performance.Pace(pieceBytes: 5, pause: 1))
    #expect(try ask("/drip?duration=0").performance.pace == nil)
    let range = try ask("/range/100?duration=1&chunk_size=10").performance.pace
    #expect(range == Performance.Pace(pieceBytes: 10, pause: 100))
  }

  @Test("links and redirects go below the rule's path, and keep scheme and authority")
  func base() throws {
    #expect(try ask("/redirect/2", base: "/x").values("Location") == ["/x/relative-redirect/1"])
    let absolute = try ask("/absolute-redirect/1", base: "/x", scheme: "https")
    #expect(absolute.values("Location") == ["https://bin.test/x/get"])
    #expect(try ask("/links/2/0", base: "/x").text.contains("href='/x/links/2/1'"))
    #expect(try ask("/forms/post", base: "/x").text.contains("action=\"/x/post\""))
    #expect(try ask("/status/302", base: "/x").values("Location") == ["/x/redirect/1"])
  }

  @Test("a Location has no control characters, whatever was asked for")
  func location() throws {
    let answer = try ask("/redirect-to?url=/%0d%0aX:%20y%C3%A9")
    #expect(answer.values("Location") == ["/%0D%0AX:%20y%C3%A9"])
    #expect(try ask("/redirect-to").status == 400)
  }

  @Test("fields that frame the message are not given away, and no value has controls")
  func responseFields() throws {
    let target = "/response-headers?Content-Length=1&Transfer-Encoding=x&connection=y&A=b"
    let answer = try ask(target)
    #expect(answer.fields.count == 4)
    #expect(answer.values("A") == ["b"])
    let length = "\"Content-Length\": \"\(answer.content?.count ?? 0)\""
    #expect(answer.text.contains(length))
    #expect(try ask("/response-headers?A=%0a").status == 400)
    #expect(try ask("/response-headers?A%20B=c").status == 400)
    let typed = try ask("/response-headers?content-type=text/plain")
    #expect(typed.values("Content-Type") == ["text/plain"])
  }

  @Test("cookies are secure over https, and a name is a token")
  func cookies() throws {
    let set = try ask("/cookies/set/a/b", scheme: "https")
    #expect(set.values("Set-Cookie") == ["a=b; Secure; Path=/"])
    #expect(try ask("/cookies/set?a%20b=c").status == 400)
    #expect(
      try ask("/cookies/set?a=%0a%3b").values("Set-Cookie") == ["a=\"\\012\\073\"; Path=/"])
  }

  @Test("weights are drawn from; one that is wrong is told with its place")
  func weights() throws {
    let statuses = Set(
      try (0..<40).map { try ask("/status/200:0.5,503:0.5", seed: $0).status })
    #expect(statuses == [200, 503])
    #expect(try ask("/status/200,x").text.contains("byte 4"))
    #expect(try ask("/status/103").performance.interims.map(\.status) == [103])
    #expect(try ask("/status/99").status == 400)
  }

  @Test("pictures are what their types say")
  func pictures() throws {
    let png = try #require(try ask("/image/png").content)
    #expect(
      png.starts(with: [0x89, 0x50, 0x4E, 0x47]) && png.suffix(8).starts(with: bytes("IEND")))
    let jpeg = try #require(try ask("/image/jpeg").content)
    #expect(jpeg.starts(with: [0xFF, 0xD8, 0xFF]) && jpeg.suffix(2) == [0xFF, 0xD9])
    let webp = try #require(try ask("/image/webp").content)
    #expect(webp.starts(with: bytes("RIFF")) && webp[8..<12].elementsEqual(bytes("WEBP")))
    // The length that the frame names is there
    #expect(Int(webp[4]) | Int(webp[5]) << 8 == webp.count - 8)
    #expect(try ask("/image/svg").text.hasPrefix("<svg "))
    #expect(try ask("/image", "GET", [("Accept", "*/*")]).status == 406)
  }

  @Test("a UUID is of version 4, and another one each time")
  func uuid() throws {
    let one = try ask("/uuid", seed: 1).text
    let digits = try #require(one.split(separator: "\"").dropFirst(2).first { $0.contains("-") })
    #expect(digits.count == 36)
    #expect(digits[digits.index(digits.startIndex, offsetBy: 14)] == "4")
    #expect("89ab".contains(digits[digits.index(digits.startIndex, offsetBy: 19)]))
    #expect(one != (try ask("/uuid", seed: 2).text))
  }

  @Test("random bytes are by chance, and end where httpbin's do")
  func random() throws {
    #expect(try ask("/bytes/200000").content?.count == 102_400)
    #expect(try ask("/bytes/9", seed: 1).content != (try ask("/bytes/9", seed: 2).content))
    #expect(try ask("/bytes/9?seed=x").status == 400)
    let streamed = try ask("/stream-bytes/9?chunk_size=0")
    #expect(streamed.performance.isChunked)
    #expect(streamed.performance.pace?.pieceBytes == 1)
  }

  @Test("RFC 4648 section 10: the test vectors, there and back")
  func base64() {
    let vectors = [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
    for (plain, coded) in vectors {
      #expect(Base64.encoded(bytes(plain)) == bytes(coded))
      #expect(Base64.decoded(coded.utf8) == bytes(plain))
    }
    #expect(Base64.decoded("Zg".utf8) == nil && Base64.decoded("Z===".utf8) == nil)
    #expect(Base64.decoded("-_8=".utf8) == Base64.decoded("+/8=".utf8))
  }

  @Test(
    "what is no JSON is none",
    arguments: [
      "", "{", "[1,]", "{\"a\"}", "01", "1.", ".5", "+1", "1e", "\"\u{1}\"", "\"\\x\"", "\"\\u12\"",
      "nul", "[1] 2", "NaN", "{'a': 1}",
    ])
  func notJSON(_ text: String) { #expect(JSONTreeReader.read(bytes(text)) == nil) }

  @Test("nesting ends at 200, so that no content runs out of the stack")
  func deep() {
    func nested(_ depth: Int) -> [UInt8] {
      [UInt8](repeating: 0x5B, count: depth) + [UInt8](repeating: 0x5D, count: depth)
    }
    #expect(JSONTreeReader.read(nested(200)) != nil)
    #expect(JSONTreeReader.read(nested(100_000)) == nil)
  }

  @Test("contents that are coded can be decoded by their own rules")
  func coded() throws {
    let gzip = try #require(try ask("/gzip").content)
    #expect(gzip.starts(with: [0x1F, 0x8B, 0x08]))
    let deflate = try #require(try ask("/deflate").content)
    // RFC 1950 section 2.2: the first two bytes are a multiple of 31
    #expect((Int(deflate[0]) << 8 | Int(deflate[1])) % 31 == 0 && deflate[0] & 15 == 8)
    #expect(try ask("/brotli").values("Content-Encoding") == ["br"])
    #expect(try ask("/brotli").content?.isEmpty == false)
  }
}

@Suite("httpstat.us's URLs")
struct HTTPStatTests {
  private func stat(_ target: String, _ fields: [(String, String)] = []) -> RehearsalAnswer? {
    HTTPStat.answer(to: call(target, "GET", fields), draw: Draw(seed: 1, index: 0))
  }

  @Test("a code is answered as text, or as JSON where that is accepted")
  func forms() throws {
    let text = try #require(stat("/503"))
    #expect(text.status == 503 && text.text == "503 Service Unavailable")
    #expect(text.values("Content-Type") == ["text/plain"])
    let json = try #require(
      stat("/404/any/thing", [("Accept", "text/html, application/json;q=0.9")]))
    #expect(json.text == "{\"code\":404,\"description\":\"Not Found\"}")
    #expect(stat("/299")?.text == "299 299 Unknown Code")
    #expect(stat("/204")?.content == [])
  }

  @Test("a sleep is asked for in the query or in a field, the query first")
  func sleeps() {
    #expect(stat("/200?sleep=150")?.performance.headDelay == 150)
    #expect(stat("/200", [("X-HttpStatus-Sleep", "50")])?.performance.headDelay == 50)
    #expect(
      stat("/200?sleep=1", [("X-HttpStatus-Sleep", "50")])?.performance.headDelay == 1)
    #expect(stat("/200?sleep=soon")?.performance.headDelay == 0)
    #expect(stat("/200?sleep=999999999")?.performance.headDelay == 300_000)
    let after = stat("/200", [("X-HttpStatus-SleepAfterHeaders", "70")])
    #expect(after?.performance.contentDelay == 70)
  }

  @Test("fields are asked for by their names behind a prefix; framing is not given away")
  func fields() throws {
    let answer = try #require(
      stat(
        "/503",
        [
          ("x-httpstatus-response-Retry-After", "9"), ("X-HttpStatus-Response-X-A", "b"),
          ("X-HttpStatus-Response-Content-Length", "1"),
        ]))
    #expect(answer.values("Retry-After") == ["9"] && answer.values("X-A") == ["b"])
    #expect(answer.values("Content-Length") == [])
  }

  @Test("a random status is one of the list")
  func random() {
    for seed: UInt64 in 0..<30 {
      let answer = HTTPStat.answer(
        to: call("/random/200,502-504"), draw: Draw(seed: seed, index: 0))
      #expect([200, 502, 503, 504].contains(answer?.status))
    }
    #expect(stat("/random/504-502")?.status == 400)
    #expect(stat("/random/20")?.status == 400)
  }

  @Test("breaks are faults of the wire")
  func breaks() {
    let fields = [
      ("X-HttpStatus-AbortBeforeHeaders", WireFault.Point.beforeHead),
      ("X-HttpStatus-AbortAfterHeaders", .afterHead), ("X-HttpStatus-AbortDuringBody", .inContent),
    ]
    for (name, point) in fields {
      let fault = stat("/200", [(name, "true")])?.performance.fault
      #expect(fault == WireFault(.reset, at: point))
    }
  }

  @Test(
    "what is no code is left to others", arguments: ["/99", "/600", "/2000", "/abc", "/random"])
  func others(_ path: String) { #expect(stat(path) == nil) }
}
