import HTTPStatus
import Testing

@testable import Orders

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// What is wrong with a text; nil where nothing is.
private func fault(_ read: () throws(ChanceFault) -> Void) -> ChanceFault? {
  do throws(ChanceFault) {
    try read()
    return nil
  } catch {
    return error
  }
}

@Suite("Draws")
struct DrawTests {
  @Test("the same seed, key and index draw the same, and each of the three makes another")
  func repeatable() {
    let one = Draw(seed: 42, key: 7, index: 3)
    #expect(one.bits(.status) == Draw(seed: 42, key: 7, index: 3).bits(.status))
    let others = [
      Draw(seed: 43, key: 7, index: 3), Draw(seed: 42, key: 8, index: 3),
      Draw(seed: 42, key: 7, index: 4),
    ]
    for other in others { #expect(other.bits(.status) != one.bits(.status)) }
    let all = Set(Draw.Purpose.allCases.map { one.bits($0) })
    #expect(all.count == Draw.Purpose.allCases.count)
  }

  @Test("a seed that was told in an earlier version draws the same today")
  func frozen() {
    #expect(Draw(seed: 42, index: 0).bits(.status) == 13_934_464_819_154_148_243)
    #expect(
      Draw(seed: 42, key: Draw.key(bytes("me")), index: 1).bits(.latency)
        == 1_565_226_967_083_292_346)
  }

  @Test("values are even: each of 16 parts gets its share of 16,000 draws")
  func even() {
    var counts = [Int](repeating: 0, count: 16)
    for index in 0..<16_000 {
      counts[Int(Draw(seed: 1, index: UInt64(index)).unit(.latency) * 16)] += 1
    }
    #expect(counts.allSatisfy { (850...1150).contains($0) })
  }

  @Test("a number is itself, a name is what it hashes to, anything else is refused with its place")
  func seeds() throws {
    #expect(try Seed.read(bytes("42")) == 42)
    #expect(try Seed.read(bytes("18446744073709551615")) == .max)
    #expect(try Seed.read(bytes("monday")) == Seed.read(bytes("monday")))
    #expect(try Seed.read(bytes("monday")) != Seed.read(bytes("tuesday")))
    #expect(fault { () throws(ChanceFault) in _ = try Seed.read([]) }?.offset == 0)
    #expect(fault { () throws(ChanceFault) in _ = try Seed.read(bytes("a b")) }?.offset == 1)
  }
}

@Suite("Weights")
struct WeightsTests {
  @Test("statuses come as often as their weights say")
  func shares() throws {
    let weights = try Weights(bytes("200:0.9,503:0.1"))
    var refused = 0
    for index in 0..<20_000 {
      let choice = weights.choice(Draw(seed: 9, index: UInt64(index)).bits(.status))
      if choice.status == 503 { refused += 1 }
    }
    #expect((1850...2150).contains(refused))
  }

  @Test("a weight that is left out is 1, one of 0 never comes, a sub-status is a cause")
  func forms() throws {
    let weights = try Weights(bytes("200:0, 401.3 ,503:100%"))
    #expect(weights.possible.map(\.status) == [401, 503])
    #expect(weights.choice(0).cause == Cause(status: 401, number: 3))
    #expect(weights.choice(.max).status == 503)
    #expect(try Weights(bytes("200,503,504:0")).choice(.max).status == 503)
    #expect(weights.choice(1 << 63 - 2).status == 401)
    #expect(try Weights(bytes("204")).choice(.max / 3) == StatusChoice(status: 204))
  }

  @Test(
    "what is wrong is told with its place",
    arguments: [
      ("", 0), ("abc", 0), ("99", 0), ("600", 0), ("200,", 4), ("200:", 4), ("200:x", 4),
      ("200:1.", 6), ("200;503", 3), ("200:0", 0), ("401.", 4), ("401.998", 0), ("200,2000", 4),
      ("200:99999999999999", 4),
    ])
  func faults(_ text: String, _ offset: Int) {
    let found = fault { () throws(ChanceFault) in _ = try Weights(bytes(text)) }
    #expect(found?.offset == offset)
    #expect(found?.fits == "200:0.9,503:0.1")
  }
}

@Suite("Latencies")
struct LatencyTests {
  /// 10,001 times, from the shortest to the longest.
  private func times(_ text: String) throws -> [UInt64] {
    let latency = try Latency(bytes(text))
    return (0...10_000).map { latency.milliseconds(Draw(seed: 3, index: $0).bits(.latency)) }
      .sorted()
  }

  @Test("a fixed time is that")
  func fixed() throws {
    #expect(try Set(times("1.5s")) == [1500])
    #expect(try Set(times("0")) == [0])
    #expect(try Latency(bytes("2min")).longest == 120_000)
  }

  @Test("uniform takes all times from the first to the last, and those two")
  func uniform() throws {
    #expect(try Set(times("uniform(10ms,13ms)")) == [10, 11, 12, 13])
    #expect((480...520).contains(try times("uniform(0,1s)")[5000]))
  }

  @Test("normal: half below the mean, 16 % below one deviation under it, nothing below 0")
  func normal() throws {
    let times = try times("normal(200ms,50ms)")
    #expect((197...203).contains(times[5000]))
    #expect((145...155).contains(times[1587]))
    #expect((245...255).contains(times[8413]))
    #expect(try self.times("normal(1ms,50ms)")[0] == 0)
  }

  @Test("lognormal: its median, and 84 % below the median times e to sigma")
  func lognormal() throws {
    let times = try times("lognormal(100ms,0.4)")
    #expect((97...103).contains(times[5000]))
    #expect((144...154).contains(times[8413]))
  }

  @Test(
    "percentiles are kept to",
    arguments: [
      "percentiles(50:20ms,90:100ms,99:1s)", "p50:20ms,p90:100ms,p99:1s",
    ])
  func percentiles(_ text: String) throws {
    let times = try times(text)
    #expect((19...21).contains(times[5000]))
    #expect((8850...9150).contains(times.count { $0 <= 100 }))
    #expect((9860...9940).contains(times.count { $0 < 1000 }))
    #expect(times[10_000] == 1000)
  }

  @Test("the quantile of the normal distribution is right to six digits")
  func quantile() {
    let known = [
      (0.5, 0.0), (0.841_344_746, 1.0), (0.977_249_868, 2.0), (0.998_650_102, 3.0),
      (0.000_000_287, -5.0),
    ]
    for (share, value) in known { #expect(abs(Latency.quantile(share) - value) < 1e-3) }
  }

  @Test(
    "what is wrong is told with its place",
    arguments: [
      ("", 0), ("2", 1), ("2x", 1), ("soon(1s)", 0), ("uniform 1s", 7), ("uniform(1s", 10),
      ("uniform(2s,1s)", 8), ("normal(1s,2s", 12), ("lognormal(1s,11)", 13), ("2s)", 2),
      ("percentiles(90:1s,50:2s)", 18), ("percentiles(101:1s)", 12), ("25h", 0), ("p50", 3),
    ])
  func faults(_ text: String, _ offset: Int) {
    #expect(
      fault { () throws(ChanceFault) in _ = try Latency(bytes(text)) }?.offset == offset)
  }
}

@Suite("Windows")
struct WindowTests {
  @Test("5 s in every 30 are bad")
  func bad() throws {
    let window = try Window(bytes("5s/30s"))
    #expect(window.isBad(at: 0) && window.isBad(at: 4999) && window.isBad(at: 30_001))
    #expect(!window.isBad(at: 5000) && !window.isBad(at: 29_999))
    #expect(window.remaining(at: 1000) == 4000)
  }

  @Test("a start moves them, over the end of the period too")
  func moved() throws {
    let window = try Window(bytes("5s/30s@28s"))
    #expect(!window.isBad(at: 27_999) && window.isBad(at: 28_000) && window.isBad(at: 30_500))
    #expect(!window.isBad(at: 3000 + 30_000))
  }

  @Test(
    "what is wrong is told with its place",
    arguments: [("5s", 2), ("0/3s", 0), ("5s/5s", 0), ("1s/0", 3), ("1s/3s@3s", 6), ("1s/3s ", 5)])
  func faults(_ text: String, _ offset: Int) {
    #expect(fault { () throws(ChanceFault) in _ = try Window(bytes(text)) }?.offset == offset)
  }
}

@Suite("Sequences")
struct SequenceTests {
  private func call(_ path: String, _ options: (String, String)...) throws -> SequenceCall {
    var call = try SequenceCall(bytes(path))
    for (name, value) in options { #expect(try call.take(name, bytes(value))) }
    return call
  }

  @Test("each key goes through its own steps, and stays at the last")
  func stays() throws {
    var store = KeyStore()
    let one = try call("one/503*2,200")
    let other = try call("other/503*2,200")
    #expect((0..<4).map { _ in store.step(one, now: 0).choice.status } == [503, 503, 200, 200])
    #expect(store.step(other, now: 0).text == "1/3")
    #expect(store.step(one, now: 0).text == "3/3")
  }

  @Test("with end=loop it begins again; with reset it begins now; another sequence begins too")
  func again() throws {
    var store = KeyStore()
    let loop = try call("k/500,200", ("end", "loop"))
    #expect((0..<5).map { _ in store.step(loop, now: 0).position } == [1, 2, 1, 2, 1])
    #expect(store.step(try call("k/500,200", ("reset", "")), now: 0).position == 1)
    #expect(store.step(try call("k/500,200"), now: 0).position == 2)
    #expect(store.step(try call("k/500,201"), now: 0).position == 1)
    #expect(store.reset(bytes("k")) && !store.reset(bytes("k")))
    #expect(store.step(try call("k/500,201"), now: 0).position == 1)
  }

  @Test("a key that nobody asks for is forgotten after its expiry")
  func expiry() throws {
    var store = KeyStore()
    let call = try call("k/500,200", ("expire", "10s"))
    _ = store.step(call, now: 0)
    #expect(store.step(call, now: 9999).position == 2)
    #expect(store.step(call, now: 19_998).position == 2)
    #expect(store.step(call, now: 29_998).position == 1)
  }

  @Test("the store holds so many keys; the one used longest ago goes")
  func bounded() throws {
    var store = KeyStore(capacity: 3)
    for name in ["a", "b", "c", "a", "d"] { _ = store.step(try call("\(name)/100,200"), now: 0) }
    #expect(store.count == 3)
    // b went: a was used again before d came
    #expect(store.step(try call("a/100,200"), now: 0).position == 2)
    #expect(store.step(try call("b/100,200"), now: 0).position == 1)
    #expect(store.step(try call("d/100,200"), now: 0).position == 2)
    #expect(store.count == 3)
  }

  @Test("of many keys, the store holds the last ones")
  func many() {
    var store = KeyStore(capacity: 100)
    for index in 0..<10_000 {
      #expect(store.index(of: bytes("\(index)"), now: 0) == 0)
      if index >= 40 { #expect(store.index(of: bytes("\(index - 40)"), now: 0) > 0) }
    }
    #expect(store.count == 100)
  }

  @Test(
    "what is wrong is told with its place",
    arguments: [
      ("k", 1), ("/200", 0), ("k/", 2), ("k/200,", 6), ("k/200,x", 6), ("k/200*0", 6),
      ("k/200*101", 6), ("k/200 503", 6),
    ])
  func faults(_ text: String, _ offset: Int) {
    #expect(
      fault { () throws(ChanceFault) in _ = try SequenceCall(bytes(text)) }?.offset == offset)
  }
}
