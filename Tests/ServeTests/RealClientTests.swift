import Serve
import Testing

/// Clients that other people wrote.
@Suite("Real clients")
struct RealClientTests {
  private static func served() throws -> TestServer {
    let folder = try TemporaryFolder()
    try folder.write("site/hello.txt", "Hello\n")
    try folder.write(Array("site/large.bin".utf8), [UInt8](repeating: 0x61, count: 3 << 20))
    return try TestServer(
      """
      sites:
        - rules:
            - path: /
              files: $ROOT
            - path: /hook
              content:
                text: "Thank you\\n"

      """, in: folder)
  }

  @Test("curl gets two files on one connection")
  func curlKeepsAlive() throws {
    let test = try Self.served()
    defer { test.server.stop() }
    let url = "http://127.0.0.1:\(test.port)/hello.txt"
    let ran = try run(["curl", "-sS", "-w", "%{http_code} %{num_connects}\n", url, url])
    #expect(ran.status == 0, "\(ran.output)")
    #expect(ran.output == "Hello\n200 1\nHello\n200 0\n")
  }

  @Test("curl's HEAD, range and condition")
  func curlVariants() throws {
    let test = try Self.served()
    defer { test.server.stop() }
    let url = "http://127.0.0.1:\(test.port)/hello.txt"
    let head = try run(["curl", "-sSI", url])
    #expect(head.output.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(head.output.contains("\r\nContent-Length: 6\r\n"))
    #expect(try run(["curl", "-sS", "-r", "1-3", url]).output == "ell")
    let tag = try #require(
      head.output.split(separator: "\r\n").first { $0.hasPrefix("ETag: ") }?.dropFirst(6))
    let unchanged = try run([
      "curl", "-sS", "-w", "%{http_code}", "-H", "If-None-Match: \(tag)", url,
    ])
    #expect(unchanged.output == "304")
  }

  @Test("curl waits for the 100 and sends its content, with a length and in chunks")
  func curlSends() throws {
    let test = try Self.served()
    defer { test.server.stop() }
    let url = "http://127.0.0.1:\(test.port)/hook"
    let file = test.folder.path + "/site/large.bin"
    for framing in ["Content-Length: \(3 << 20)", "Transfer-Encoding: chunked"] {
      let ran = try run([
        "curl", "-sSv", "--expect100-timeout", "60", "-H", "Expect: 100-continue", "-H", framing,
        "--data-binary", "@" + file, url,
      ])
      #expect(ran.status == 0)
      #expect(ran.output.contains("HTTP/1.1 100 Continue"))
      #expect(ran.output.contains("Thank you\n"))
    }
  }

  @Test("wget fetches a file, and the rest of one")
  func wget() throws {
    let test = try Self.served()
    defer { test.server.stop() }
    let url = "http://127.0.0.1:\(test.port)/large.bin"
    let target = test.folder.path + "/copy.bin"
    let whole = try run(["wget", "-nv", "-O", target, url])
    #expect(whole.status == 0, "\(whole.output)")
    #expect(test.folder.read("copy.bin") == test.folder.read("site/large.bin"))
    try test.folder.write(
      Array("part/large.bin".utf8), [UInt8](repeating: 0x61, count: 1 << 20))
    let rest = try run(["wget", "-S", "-c", "-P", test.folder.path + "/part", url])
    #expect(rest.status == 0, "\(rest.output)")
    #expect(rest.output.contains("206 Partial Content"))
    #expect(test.folder.read("part/large.bin") == test.folder.read("site/large.bin"))
  }

  @Test("Python's http.client asks three times on one connection")
  func python() throws {
    let test = try Self.served()
    defer { test.server.stop() }
    let program = """
      import http.client, sys
      c = http.client.HTTPConnection('127.0.0.1', \(test.port), timeout=10)
      c.connect()
      port = c.sock.getsockname()[1]
      for method, path, body in [('GET', '/hello.txt', None), ('POST', '/hook', iter([b'a', b'bc'])),
                                 ('GET', '/nothing', None)]:
        c.request(method, path, body, encode_chunked=body is not None,
                  headers={'Transfer-Encoding': 'chunked'} if body else {})
        r = c.getresponse()
        print(r.status, len(r.read()), c.sock.getsockname()[1] == port)
      """
    let ran = try run(["python3", "-c", program])
    let lines = ran.output.split(separator: "\n")
    #expect(lines.first == "200 6 True", "\(ran.output)")
    #expect(lines.dropFirst().first == "200 10 True", "\(ran.output)")
    #expect(lines.last?.hasPrefix("404 ") == true && lines.last?.hasSuffix(" True") == true)
  }
}
