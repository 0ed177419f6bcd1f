import Testing
import Wire

/// What goes out, byte for byte, where an answer is broken on purpose.
@Suite("Faults on purpose")
struct FaultPlanTests {
  static let head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
  static let chunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

  static let answer = WireAnswer(
    head: Array(head.utf8), frame: .length, content: Array("0123456789".utf8))
  static let chunked = WireAnswer(
    head: Array(chunkedHead.utf8), frame: .chunked, content: Array("0123456789".utf8))
  static let empty = WireAnswer(
    head: Array("HTTP/1.1 204 No Content\r\n\r\n".utf8), frame: .none, content: [])

  /// Steps as text: what is sent stands as it is, the others in angle brackets.
  static func play(_ fault: String, _ answer: WireAnswer) throws -> [String] {
    try WireFaultPlan(WireFault.read(fault), of: answer).steps.map { step in
      switch step {
      case .send(let bytes): String(decoding: bytes, as: UTF8.self)
      case .pause(let time): "<\(time)>"
      case .repeat(let bytes, let pause): "<\(String(decoding: bytes, as: UTF8.self))+\(pause)>"
      case .close: "<close>"
      case .reset: "<reset>"
      case .stall: "<stall>"
      case .goOn: "<go on>"
      }
    }
  }

  @Test(
    "close, reset and stall cut the answer at each point",
    arguments: [("close", "<close>"), ("reset", "<reset>"), ("stall", "<stall>")])
  func cuts(name: String, end: String) throws {
    let head = Self.head
    #expect(try Self.play("\(name)@before-head", Self.answer) == [end])
    #expect(
      try Self.play("\(name)@in-head", Self.answer) == [
        String(decoding: head.utf8.prefix(head.utf8.count / 2), as: UTF8.self), end,
      ])
    #expect(try Self.play("\(name)@after-head", Self.answer) == [head, end])
    #expect(try Self.play("\(name)@in-content", Self.answer) == [head + "01234", end])
    #expect(try Self.play("\(name)@after:0", Self.answer) == [end])
    #expect(try Self.play("\(name)@after:8", Self.answer) == ["HTTP/1.1", end])
    #expect(try Self.play("\(name)@after:9999", Self.answer) == [head + "0123456789", end])
    #expect(
      try Self.play("\(name)@in-content", Self.empty) == ["HTTP/1.1 204 No Content\r\n\r\n", end])
    if name == "stall" {
      #expect(throws: WireFault.Misfit.self) { try Self.play("stall@after-content", Self.answer) }
    } else {
      #expect(try Self.play("\(name)@after-content", Self.answer) == [head + "0123456789", end])
    }
  }

  @Test(
    "the bytes sent before a point grow with it, byte by byte, and are those of the right answer")
  func everyByte() throws {
    let whole = Self.chunkedHead + "a\r\n0123456789\r\n0\r\n\r\n"
    for count in 1...whole.utf8.count {
      #expect(
        try Self.play("reset@after:\(count)", Self.chunked) == [
          String(decoding: whole.utf8.prefix(count), as: UTF8.self), "<reset>",
        ])
    }
  }

  @Test("a cut keeps the pauses before it")
  func pacedCut() throws {
    var answer = Self.answer
    answer.contentDelay = 7
    answer.pieceBytes = 3
    answer.piecePause = 5
    #expect(
      try Self.play("close@in-content", answer) == [
        Self.head, "<7>", "012", "<5>", "34", "<close>",
      ])
    #expect(try Self.play("close@after-head", answer) == [Self.head, "<close>"])
  }

  @Test("RFC 9112 section 6.3, item 6: the length is half or twice of what follows")
  func lengths() throws {
    let short = Self.head.replacing("10", with: "5") + "0123456789"
    let long = Self.head.replacing("10", with: "20") + "0123456789"
    #expect(try Self.play("length-short", Self.answer) == [short, "<go on>"])
    #expect(try Self.play("length-long@in-head", Self.answer) == [long, "<close>"])
    var nothing = Self.answer
    nothing.content = []
    nothing.head = Array(Self.head.replacing("10", with: "0").utf8)
    let one = Self.head.replacing("10", with: "1")
    #expect(try Self.play("length-long", nothing) == [one, "<close>"])
  }

  @Test("RFC 9112 section 7.1: a chunk whose size is no number, and chunks without the last")
  func chunks() throws {
    #expect(
      try Self.play("chunk-broken", Self.chunked) == [
        Self.chunkedHead + "5\r\n01234\r\nzz\r\n56789\r\n0\r\n\r\n", "<close>",
      ])
    #expect(
      try Self.play("chunk-unfinished", Self.chunked) == [
        Self.chunkedHead + "a\r\n0123456789\r\n", "<close>",
      ])
    var one = Self.chunked
    one.content = [0x78]
    #expect(
      try Self.play("chunk-broken", one) == [
        Self.chunkedHead + "zz\r\nx\r\n0\r\n\r\n", "<close>",
      ])
  }

  @Test(
    "RFC 9112 section 4: garbage in the place of a status line, between fields, behind the answer")
  func garbage() throws {
    let line = String(decoding: WireFaultPlan.garbage, as: UTF8.self)
    let rest = "Content-Length: 10\r\n\r\n0123456789"
    #expect(try Self.play("garbage", Self.answer) == [line + rest, "<close>"])
    #expect(
      try Self.play("garbage@in-head", Self.answer) == [
        "HTTP/1.1 200 OK\r\n" + line + rest, "<close>",
      ])
    #expect(
      try Self.play("garbage@after-content", Self.answer) == [
        "HTTP/1.1 200 OK\r\n" + rest + line, "<close>",
      ])
    #expect(!line.contains(":") && line.hasSuffix("\r\n"))
  }

  @Test("a head without end, and one that comes byte by byte")
  func heads() throws {
    let endless = try Self.play("head-endless", Self.answer)
    #expect(endless.first == String(decoding: Self.head.utf8.dropLast(2), as: UTF8.self))
    #expect(endless.last?.hasPrefix("<X-Endless: e") == true && endless.count == 2)
    let slow = try Self.play("head-slow", Self.answer)
    #expect(slow.filter { $0 == "<20>" }.count == Self.head.utf8.count - 1)
    #expect(slow.filter { !$0.hasPrefix("<") }.joined() == Self.head + "0123456789")
    #expect(slow.last == "<go on>")
  }

  @Test("RFC 9110 section 6.4.1: content where there is none")
  func unallowed() throws {
    #expect(
      try Self.play("content-unallowed", Self.empty) == [
        "HTTP/1.1 204 No Content\r\n\r\ncontent that nobody may send\n", "<go on>",
      ])
    var toHead = Self.answer
    toHead.frame = .none
    #expect(try Self.play("content-unallowed", toHead) == [Self.head + "0123456789", "<go on>"])
  }

  @Test("two answers")
  func twice() throws {
    let whole = Self.head + "0123456789"
    #expect(try Self.play("twice", Self.answer) == [whole + whole, "<go on>"])
  }

  @Test(
    "what makes no sense for an answer says for which it would",
    arguments: [
      ("length-short", "chunked", "no chunks"), ("length-long", "empty", "may have content"),
      ("chunk-broken", "length", "chunks"), ("chunk-unfinished", "empty", "HTTP/1.1"),
      ("content-unallowed", "length", "204"),
    ])
  func misfits(fault: String, answer: String, says: String) throws {
    let given = ["chunked": Self.chunked, "empty": Self.empty, "length": Self.answer][answer]
    let misfit = #expect(throws: WireFault.Misfit.self) {
      try Self.play(fault, try #require(given))
    }
    #expect(misfit?.description.contains(says) == true, "\(misfit?.description ?? "")")
  }

  @Test("every fault of the list is read at each of its points, and written again")
  func notation() throws {
    #expect(WireFault.list.count == WireFault.Kind.allCases.count)
    for entry in WireFault.list {
      #expect(!entry.says.isEmpty && !entry.says.contains("\n"))
      for point in entry.points {
        let text = "\(entry.kind.rawValue)@\(point.replacing(":N", with: ":512"))"
        let fault = try WireFault.read(text)
        #expect(fault.kind == entry.kind && fault.notation == text)
        #expect(fault.kind.happens(at: fault.point))
      }
      let fault = try WireFault.read(entry.kind.rawValue)
      #expect(fault.notation == "\(entry.kind.rawValue)@\(entry.points[0])")
    }
  }

  @Test(
    "what is no fault says what there is",
    arguments: [
      ("", "there are close, reset"), ("clos@in-head", "`clos` is no fault"),
      ("close@", "it takes in-content"), ("close@in-the-head", "it takes in-content"),
      ("close@after:N", "no point of close"), ("close@after:", "no point"),
      ("close@after:-1", "no point"), ("close@after:01", "no point"),
      ("close@after:99999999999999999999", "beyond"),
      ("garbage@in-content", "it takes before-head"),
      ("head-slow@after:3", "head-slow@ takes in-head"), ("Close", "`Close` is no fault"),
      ("a\u{1B}[2J", "\\u{1b}"),
    ])
  func mistakes(text: String, says: String) {
    let misfit = #expect(throws: WireFault.Misfit.self) { try WireFault.read(text) }
    #expect(misfit?.description.contains(says) == true, "\(misfit?.description ?? "")")
  }
}
