import Config
import Serve
import Testing

/// The addresses of other test servers, over the wire.
@Suite("Addresses of other test servers")
struct RehearsedCallTests {
  private func server() throws -> TestServer {
    try TestServer(
      "sites:\n  - rules:\n      - path: /\n        rehearse: {seed: 42}\n",
      in: try TemporaryFolder())
  }

  @Test("what the field Rehearse orders holds at the addresses of other test servers too")
  func fieldAtCalls() throws {
    let test = try server()
    defer { test.server.stop() }
    // Who says what comes gets that
    let replaced = try test.get("/get", "Rehearse: 503; retry-after=7")
    #expect(replaced.status == 503 && replaced["retry-after"] == "7")
    #expect(replaced["rehearsed"] == "503")
    #expect(try test.get("/anything/x", "Rehearse: content=mine").text == "mine")
    // Who says how it comes gets the address's own answer so
    let laid = try test.get(
      "/get", "Rehearse: x-mine=1; content-type=text/x; without=date; then=408")
    #expect(laid.status == 200 && laid.text.contains("\"url\""))
    #expect(laid["x-mine"] == "1" && laid["content-type"] == "text/x" && laid["date"] == nil)
    #expect(laid["rehearsed"] == "200")
    let drawn = try test.get("/get", "Rehearse: delay=uniform(1ms,3ms); seed=7")
    #expect(drawn["rehearsed"]?.hasPrefix("200;seed=7;draw=0;delay=") == true)
    let again = try test.get("/get", "Rehearse: delay=uniform(1ms,3ms); seed=7; key=k")
    #expect(again["rehearsed"]?.hasPrefix("200;seed=7;draw=0;delay=") == true)
    let closed = try test.connect()
    try closed.send("GET /get HTTP/1.1\r\nHost: a\r\nRehearse: fault=close@before-head\r\n\r\n")
    #expect(try closed.endsNow())
    // What is not in the grammar is told
    let wrong = try test.get("/get", "Rehearse: dlay=1s")
    #expect(wrong.status == 400 && wrong.text.contains("did you mean"))
  }

  @Test("the field holds as well where the answer waits for its content")
  func fieldAtContent() throws {
    let test = try server()
    defer { test.server.stop() }
    let connection = try test.connect()
    try connection.send(
      "POST /post HTTP/1.1\r\nHost: a\r\nRehearse: x-mine=1\r\nContent-Length: 3\r\n\r\nabc")
    let reply = try connection.reply(to: "POST")
    #expect(reply.status == 200 && reply["x-mine"] == "1")
    #expect(reply.text.contains("\"data\": \"abc\""))
  }

  @Test("an address whose answer is drawn tells seed and draw, as others do")
  func drawnCalls() throws {
    let test = try server()
    defer { test.server.stop() }
    let first = try test.get("/random/200,503")
    #expect(first["rehearsed"] == "\(first.status);seed=42;draw=0")
    #expect(try test.get("/uuid")["rehearsed"] == "200;seed=42;draw=1")
    #expect(try test.get("/bytes/4")["rehearsed"] == "200;seed=42;draw=2")
    #expect(try test.get("/bytes/4?seed=1")["rehearsed"] == "200")
    #expect(try test.get("/get")["rehearsed"] == "200")
  }
}
