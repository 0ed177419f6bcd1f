import Glibc
import Loop
import Record
import Serve
import Testing

/// What a rehearsal has no part in goes out as if there were none; what it has a part in says so, to the client and in the record.
@Suite("What is rehearsed and what is real")
struct RehearsalTruthTests {
  private static let open = "sites:\n  - rules:\n      - path: /\n        rehearse: {seed: 42}\n"
  private static let docs =
    "sites:\n  - names: [docs.test]\n    rules:\n      - path: /\n        content: {text: Hello}\n"
    + "      - path: /move\n        redirect: {to: /, status: 301}\n"

  private func server(_ config: String = Self.open) throws -> TestServer {
    try TestServer(
      config + "journal: {format: json, to: journal.log, flush: 1 ms}\n", in: try TemporaryFolder())
  }

  private func ask(_ question: String, _ test: TestServer) throws -> String {
    let folder = try #require(test.server.stateFolder)
    let answer = try #require(ControlClient.ask(question, folder: folder))
    #expect(test.server.settle())
    return answer
  }

  private func send(
    _ request: String, _ test: TestServer, _ fields: String = "", method: String = "GET"
  ) throws -> Reply {
    let connection = try test.connect()
    try connection.send("\(request)\r\nHost: docs.test\r\n\(fields)\r\n")
    return try connection.reply(to: method)
  }

  private func record(_ reply: Reply, _ test: TestServer) throws -> RecordedExchange {
    let id = try #require(reply["x-request-id"])
    #expect(test.server.settle())
    return try JSONRecord.read(Array(try #require(test.server.record(of: id)).utf8))
  }

  // MARK: Armed orders

  @Test(
    "an armed status stays where its fault does not fit the answer: marked, counted, and not broken",
    arguments: ["HEAD / HTTP/1.1", "GET / HTTP/1.0"])
  func statusWithoutItsFault(_ request: String) throws {
    let test = try server(Self.docs)
    defer { test.server.stop() }
    _ = try ask("arm status=503; fault=chunk-broken; for=1m", test)
    let reply = try send(request, test, method: String(request.prefix { $0 != " " }))
    #expect(reply.status == 503 && reply["rehearsed"] == "503;order=1")
    let seen = try record(reply, test)
    #expect(seen.cause == "503.999" && seen.isRehearsed && seen.outcomeSlug == "completed")
    #expect(try ask("disarm 1", test).contains("1 hit"))
  }

  @Test(
    "an armed fault that does not fit a real answer leaves it as it is: right, unmarked, uncounted",
    arguments: [
      ("chunk-broken", "HEAD / HTTP/1.1"), ("chunk-broken", "GET / HTTP/1.0"),
      ("chunk-unfinished", "HEAD / HTTP/1.1"), ("length-short", "HEAD / HTTP/1.1"),
      ("length-long", "HEAD / HTTP/1.1"), ("content-unallowed", "GET / HTTP/1.1"),
    ])
  func misfit(_ fault: String, _ request: String) throws {
    let test = try server(Self.docs)
    defer { test.server.stop() }
    _ = try ask("arm fault=\(fault); for=1m", test)
    let method = String(request.prefix { $0 != " " })
    let reply = try send(request, test, method: method)
    #expect(reply.status == 200 && reply["rehearsed"] == nil)
    if method == "GET" { #expect(reply.text == "Hello") }
    let seen = try record(reply, test)
    #expect(seen.cause == "200.700" && seen.actor != "client" && !seen.isRehearsed)
    #expect(seen.outcomeSlug == "completed")
    #expect(try ask("stats", test).contains("  1  0 of 1 requests, "))
  }

  @Test("a fault that does not fit is left out, and the delay beside it is kept and told")
  func misfitAndDelay() throws {
    let test = try server(Self.docs)
    defer { test.server.stop() }
    _ = try ask("arm fault=content-unallowed; delay=1ms; for=1m", test)
    let reply = try send("GET / HTTP/1.1", test)
    #expect(reply.status == 200 && reply.text == "Hello" && reply["rehearsed"] == "?1;order=1")
    let seen = try record(reply, test)
    #expect(seen.order == 1 && seen.heldMilliseconds == 1 && seen.outcomeSlug == "completed")
  }

  @Test("why names the order that made a real answer late or broke it, and how it ends")
  func orderIsTold() throws {
    let test = try server(Self.docs)
    defer { test.server.stop() }
    _ = try ask("arm delay=2ms; for=1m", test)
    let late = try record(try send("GET / HTTP/1.1", test), test)
    #expect(late.isRehearsed && late.order == 1 && late.heldMilliseconds == 2)
    let text = Explanation(late).text
    #expect(!text.contains("produced on demand"))
    #expect(text.contains("200 OK, a real answer that the armed order 1 made late or broke"))
    let told = Explanation(late).findings.joined(separator: " ")
    #expect(told.contains("held back for 2 ms before its head"))
    #expect(told.contains("`statusline disarm 1`"))
    #expect(Explanation(late).json.contains("\"held_ms\": 2"))
    _ = try ask("disarm 1", test)
    _ = try ask("arm fault=head-slow; for=1m", test)
    let broken = try record(try send("GET /move HTTP/1.1", test), test)
    #expect(broken.order == 2 && broken.heldMilliseconds == nil)
    #expect(broken.outcomeSlug == "fault-rehearsed")
    #expect(Explanation(broken).findings.last?.contains("it was broken on purpose") == true)
  }

  @Test(
    "who the client is comes first: what is refused for that is no hit, and neither late nor marked",
    arguments: ["status=503", "status=503; fault=reset", "delay=1h", "fault=reset"])
  func deniedFirst(_ order: String) throws {
    let test = try server(Self.docs + "    deny: [127.0.0.0/8]\n")
    defer { test.server.stop() }
    _ = try ask("arm \(order); for=1m", test)
    let reply = try send("GET / HTTP/1.1", test)
    #expect(reply.status == 403 && reply["rehearsed"] == nil)
    #expect(try !record(reply, test).isRehearsed)
    #expect(try ask("stats", test).contains("  1  0 of 1 requests, "))
    #expect(try ask("disarm 1", test).contains("disarmed order 1 after 0 hits"))
  }

  @Test("a rule's rehearsal does nothing to a refusal that comes before it")
  func deniedBeforeRule() throws {
    let test = try server(
      "sites:\n  - deny: [127.0.0.0/8]\n    rules:\n      - path: /\n        rehearse: 503; delay=1h\n"
    )
    defer { test.server.stop() }
    let reply = try send("GET / HTTP/1.1", test)
    #expect(reply.status == 403 && reply["rehearsed"] == nil)
    #expect(test.server.kept(10).contains { $0.contains("403.6") })
  }

  @Test(
    "what would change a real answer's content needs a status",
    arguments: ["content=x", "size=3", "repeat=2"])
  func contentNeedsStatus(_ words: String) throws {
    let test = try server(Self.docs)
    defer { test.server.stop() }
    let answer = try ask("arm \(words); for=1m", test)
    #expect(answer.hasPrefix("refused\n") && answer.contains("say a status as well"), "\(answer)")
    #expect(try send("GET / HTTP/1.1", test).text == "Hello")
  }

  @Test("an armed status comes before the request's content: no 100, no limit, no broken chunk")
  func contentIsNotRead() throws {
    let test = try server(Self.docs + "limits: {content: 1 KiB}\n")
    defer { test.server.stop() }
    _ = try ask("arm status=503; for=1m", test)
    for fields in [
      "Content-Length: 5\r\nExpect: 100-continue\r\n", "Content-Length: 4096\r\n",
      "Transfer-Encoding: chunked\r\n",
    ] {
      let connection = try test.connect()
      let content = fields.hasPrefix("Transfer") ? "zz\r\n" : ""
      try connection.send("PUT /x HTTP/1.1\r\nHost: docs.test\r\n\(fields)\r\n\(content)")
      let reply = try connection.reply()
      #expect(reply.status == 503 && reply["rehearsed"] == "503;order=1")
    }
    #expect(try ask("disarm 1", test).contains("after 3 hits"))
  }

  // MARK: Rules

  @Test("a fault of the rule's own that does not fit is not the client's to mend")
  func ownMisfit() throws {
    let test = try server(
      "sites:\n  - rules:\n      - path: /\n        rehearse: {order: 200; fault=chunk-broken, from: query}\n"
    )
    defer { test.server.stop() }
    let own = try send("HEAD / HTTP/1.1", test, method: "HEAD")
    #expect(own.status == 200 && own["rehearsed"] == "200")
    #expect(try record(own, test).outcomeSlug == "completed")
    // Who asks for something is told
    let asked = try send("HEAD /?status=201 HTTP/1.1", test, method: "HEAD")
    #expect(asked.status == 400)
  }

  @Test("methods of a rule hold for what it rehearses; the rest is 405 with Allow")
  func methods() throws {
    let test = try server(
      "sites:\n  - rules:\n      - path: /m\n        rehearse: 503\n        methods: [GET, HEAD]\n")
    defer { test.server.stop() }
    #expect(try send("GET /m HTTP/1.1", test).status == 503)
    for method in ["POST", "PUT", "OPTIONS", "TRACE"] {
      let reply = try send("\(method) /m HTTP/1.1", test)
      #expect(reply.status == 405 && reply["allow"] == "GET, HEAD" && reply["rehearsed"] == nil)
      let seen = try record(reply, test)
      #expect(seen.evidence?.key == (method == "TRACE" ? "trace" : "methods"))
      if method != "TRACE" { #expect(seen.evidence?.position == "test.yaml:5:18") }
    }
  }

  @Test("a site's error pages stand in for rehearsed and armed statuses as for real ones")
  func errorPages() throws {
    let folder = try TemporaryFolder()
    try folder.write("503.html", "<!DOCTYPE html><title>Our own</title><p>{status}\n")
    let config =
      "sites:\n  - names: [docs.test]\n    error-pages: {503: ./503.html}\n    rules:\n"
      + "      - path: /\n        content: {text: Hello}\n      - path: /r\n        rehearse: 503\n"
    let test = try TestServer(config, in: folder)
    defer { test.server.stop() }
    let ruled = try send("GET /r HTTP/1.1", test, "Accept: text/html\r\n")
    #expect(ruled.status == 503 && ruled.text.contains("Our own") && ruled["rehearsed"] == "503")
    _ = try ask("arm status=503; for=1m", test)
    let armed = try send("GET /x HTTP/1.1", test, "Accept: text/html\r\n")
    #expect(armed.text.contains("Our own") && armed["rehearsed"] == "503;order=1")
  }

  @Test("a redirect that names no place leads to one that is there")
  func locations() throws {
    let test = try server(
      "sites:\n  - rules:\n      - path: /q\n        rehearse: {from: query, order: 404}\n"
        + "      - path: /below/\n        rehearse: {from: query, order: 404}\n"
        + "      - path: /status/\n        rehearse: {}\n      - path: /try/\n        rehearse: {}\n"
        + "      - path: /any/{rest...}\n        rehearse: {}\n      - path: /r\n        rehearse: 302\n"
    )
    defer { test.server.stop() }
    for target in [
      "/q?status=302", "/below/x?status=302", "/status/302", "/try/status/302", "/any/302",
    ] {
      let location = try #require(try test.get(target)["location"], "\(target)")
      #expect(try test.get(location).status == 200, "\(target): \(location)")
    }
    #expect(try test.get("/r")["location"] == "/")
    // Below a capture of the rest it is as below a slash
    #expect(try test.get("/any/503").status == 503)
    #expect(try test.get("/any/").text.contains("\"/any/status/503\""))
  }

  // MARK: Marks

  @Test("the refusals of a switch that was ordered are marked as the switch is")
  func switchRefused() throws {
    let test = try server()
    defer { test.server.stop() }
    let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
    for (request, fields, status) in [
      ("GET /status/101?websocket HTTP/1.1", "", 426),
      ("GET /status/101?websocket HTTP/1.0", upgrade, 426),
      ("GET /status/101?websocket HTTP/1.1", upgrade + "Sec-WebSocket-Version: 8\r\n", 426),
      ("GET /status/101?websocket HTTP/1.1", upgrade + "Sec-WebSocket-Version: 13\r\n", 400),
      ("GET /status/101?websocket&fault=reset HTTP/1.1", "", 426),
    ] {
      let reply = try send(request, test, fields)
      #expect(reply.status == status && reply["rehearsed"] == "101", "\(request)")
      let seen = try record(reply, test)
      #expect(seen.isRehearsed && seen.cause?.hasSuffix(".790") == false)
    }
    #expect(test.server.settle())
    #expect(try ask("stats", test).contains("Exchanges    5, of which 5 rehearsed"))
  }

  // MARK: Switches with faults

  private func handshake(_ target: String, _ test: TestServer) throws -> Connection {
    let connection = try test.connect()
    try connection.send(
      "GET \(target) HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    return connection
  }

  private static let accept = "\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

  @Test("a fault is played on the right answer to a handshake", arguments: ["", "?websocket"])
  func brokenSwitch(_ query: String) throws {
    let test = try server()
    defer { test.server.stop() }
    let mark = query.isEmpty ? "?" : "&"
    let closed = try handshake("/status/101\(query)\(mark)fault=close@after-head", test)
    let head = try closed.head()
    #expect(head.hasPrefix("HTTP/1.1 101 ") && head.contains(Self.accept))
    #expect(try closed.endsNow())
    // What goes on does so with the echo
    let slow = try handshake("/status/101\(query)\(mark)fault=head-slow", test)
    #expect(try slow.head().contains(Self.accept))
    try slow.send([0x89, 0x80, 0, 0, 0, 0])
    #expect(try slow.content(2) == [0x8A, 0])
    let twice = try handshake("/status/101\(query)\(mark)fault=twice", test)
    #expect(try twice.head() == twice.head())
    try twice.send([0x88, 0x80, 0, 0, 0, 0])
    #expect(try twice.content(2) == [0x88, 0])
    #expect(try twice.endsNow())
    let cut = try handshake("/status/101\(query)\(mark)fault=close@after:10", test)
    #expect(try cut.content(10) == Array("HTTP/1.1 1".utf8))
    #expect(try cut.endsNow())
  }

  // MARK: The grammar, as it is asked

  @Test("a slash belongs to the value that it stands in, also in a path")
  func slashes() throws {
    let test = try server()
    defer { test.server.stop() }
    #expect(try test.get("/status/200;drip=1MiB/s").status == 200)
    #expect(try test.get("/status/200;content-type=text/html")["content-type"] == "text/html")
    for place in ["/x", "https://a.example//b/../c", "/%C3%A9;x-a=b/"] {
      let reply = try test.get("/status/302;location=\(place)")
      let wanted = place.split(separator: ";")[0].replacing("%C3%A9", with: "é")
      #expect(reply["location"] == String(decoding: wanted.utf8, as: UTF8.self), "\(place)")
    }
    #expect(try test.get("/302;location=/x")["location"] == "/x")
    for target in ["/status/503/x", "/status/503/x;delay=1ms", "/status/503;x/y"] {
      #expect(try test.get(target).status == 404, "\(target)")
    }
    let wrong = try record(try test.get("/status/200;x-a=/b/;dealy=1s"), test)
    #expect(wrong.cause == "400.790" && wrong.evidence?.offset == 4 + 20)
  }

  @Test(
    "a fault that makes no sense for the answer is told with its byte",
    arguments: [
      ("/status/204?fault=length-short", "", "target", 4 + 18),
      ("/status/204;x-a=%20;fault=length-short", "", "target", 4 + 26),
      ("/status/204", "Rehearse: x-a=b; fault=length-short", "field-value", 13),
      ("/status/204", "Rehearse: fault=chunk-broken\r\nRehearse: x-a=b", "field-value", 6),
    ])
  func misfitsAreLocated(_ target: String, _ field: String, _ part: String, _ offset: Int) throws {
    let test = try server()
    defer { test.server.stop() }
    let reply = field.isEmpty ? try test.get(target) : try test.get(target, field)
    let seen = try record(reply, test)
    #expect(seen.cause == "400.790" && seen.evidence?.part == part)
    let start = part == "target" ? 0 : "GET \(target) HTTP/1.1\r\nHost: a\r\nRehearse: ".utf8.count
    #expect(seen.evidence?.offset == UInt64(start + offset))
    #expect(seen.evidence?.field == (part == "target" ? nil : "Rehearse"))
  }

  @Test("all lines of the field are one place")
  func lines() throws {
    let test = try server()
    defer { test.server.stop() }
    #expect(try test.get("/", "Rehearse: 503", "Rehearse: 200").status == 400)
    #expect(try test.get("/", "Rehearse: 503", "Rehearse: x-a=b")["x-a"] == "b")
    let one = try test.get(
      "/status/503;retry-after=1?header=Retry-After:2", "Rehearse: retry-after=3")
    let lines = one.head.split(separator: "\r\n").filter { $0.hasPrefix("Retry-After:") }
    #expect(lines == ["Retry-After: 3"])
    let asked = try test.get("/status/401;without=www-authenticate?www-authenticate=Basic")
    #expect(asked["www-authenticate"] == "Basic")
  }

  @Test("the record keeps the key of a draw, and hides what may be somebody's secret")
  func keys() throws {
    let test = try server()
    defer { test.server.stop() }
    let drawn = try record(try test.get("/status/200:0.5,503:0.5?seed=6&key=mine&x-token=a"), test)
    #expect(drawn.target == "/status/200:0.5,503:0.5?seed=6&key=mine&x-token=[redacted]")
    for field in ["X-A: b", "Rehearse: 503"] {
      let call = try record(try test.get("/get?key=secret", field), test)
      #expect(call.target == "/get?key=[redacted]")
    }
  }

  @Test("large content that is made up is the same piece for everybody")
  func largeContent() throws {
    let test = try server()
    defer { test.server.stop() }
    let size = try test.get("/status/200?size=200000").content
    #expect(size.count == 200_000)
    #expect(size.enumerated().allSatisfy { $0.element == UInt8(0x61 + $0.offset % 26) })
    let twice = try test.get("/status/200?size=70001&repeat=2").content
    #expect(Array(twice[70_001...]) == Array(size[..<70_001]) && twice.count == 140_002)
    let text = try test.get("/status/503?content=abc&repeat=100000").content
    #expect(text == (0..<100_000).flatMap { _ in Array("abc".utf8) })
    let head = try send("HEAD /status/200?size=16MiB HTTP/1.1", test, method: "HEAD")
    #expect(head["content-length"] == "16777216" && head.content.isEmpty)
    let late = try test.get("/status/200?size=100000&content-delay=1ms").content
    #expect(late == Array(size[..<100_000]))
  }
}
