import Decide
import HTTPStatus
import Message
import Testing

@testable import Record

@Suite("Counters")
struct CountersTests {
  private func counters(_ changes: [(inout ExchangeRecord) -> Void]) -> Counters {
    let counters = Counters()
    for change in changes {
      var record = ExchangeRecord()
      record.verdict = Sample.verdict(.fileServed)
      record.status = 200
      record.bytesIn = 100
      record.bytesOut = 1000
      record.totalMicroseconds = 130
      change(&record)
      counters.count(record)
    }
    return counters
  }

  @Test("count by cause and outcome, and rehearsed ones apart")
  func counting() {
    let loops = [
      counters([{ _ in }, { $0.isRehearsed = true }, { $0.outcome = .clientReset }]),
      counters([{ $0.interims.insert(.contentWanted) }, { $0.status = 0 }]),
    ]
    loops[0].connectionOpened()
    loops[0].connectionOpened()
    loops[0].connectionClosed()
    loops[1].linesLost(7)
    let sum = CountersSnapshot.sum(of: loops.map { $0.snapshot() })
    #expect(sum.exchanges == 5 && sum.rehearsed == 1)
    #expect(sum.answers(.fileServed) == 3)
    #expect(sum.exchanges(.completed) == 4 && sum.exchanges(.clientReset) == 1)
    #expect(sum.bytesIn == 500 && sum.bytesOut == 5000)
    #expect(sum.connectionsOpen == 1 && sum.connectionsOpened == 2)
    #expect(sum.linesLost == 7)
    #expect(sum.durations.reduce(0, +) == 3 && sum.durations[8] == 3)
  }

  @Test(
    "durations fall into powers of two",
    arguments: [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (1 << 26, 26), (.max, 27)]
      as [(UInt64, Int)])
  func buckets(microseconds: UInt64, bucket: Int) {
    #expect(Counters.bucket(microseconds) == bucket)
  }

  @Test("the Prometheus text is well formed, and says what was counted")
  func prometheus() throws {
    let counters = counters([{ _ in }, { _ in }, { $0.isRehearsed = true }])
    var buffer = ByteBuffer()
    Prometheus.write(
      [counters.snapshot()],
      ServerReport(version: "1.0 \"x\\\n", startSeconds: 1_795_000_000, nowSeconds: 1_795_000_060),
      into: &buffer)
    let text = buffer.text
    let cause = Cause.fileServed
    #expect(
      text.contains(
        "statusline_responses_total{status=\"200\",cause=\"\(cause.code)\",slug=\"\(cause.slug)\"} 2\n"
      ))
    #expect(text.contains("process_start_time_seconds 1795000000\n"))
    #expect(text.contains("statusline_build_info{version=\"1.0 \\\"x\\\\\\n\"} 1\n"))
    #expect(text.contains("statusline_request_duration_seconds_bucket{le=\"0.000128\"} 0\n"))
    #expect(text.contains("statusline_request_duration_seconds_bucket{le=\"0.000256\"} 2\n"))
    #expect(text.contains("statusline_request_duration_seconds_bucket{le=\"+Inf\"} 2\n"))
    #expect(text.contains("statusline_request_duration_seconds_sum 0.00026\n"))
    try checkSyntax(text)
  }

  /// The grammar of the text format: every sample belongs to the family that was announced last, no family comes twice.
  private func checkSyntax(_ text: String) throws {
    var families: Set<String> = []
    var family = ""
    var type = ""
    var samples: Set<String> = []
    #expect(text.hasSuffix("\n"))
    let sample = try Regex(
      #"([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)+\})? [0-9]+(\.[0-9]+)?"#)
    for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.split(separator: " ", maxSplits: 3).map(String.init)
      if line.hasPrefix("# HELP ") {
        family = words[2]
        let isNew = families.insert(family).inserted
        #expect(isNew)
      } else if line.hasPrefix("# TYPE ") {
        #expect(words[2] == family)
        type = words[3]
        #expect(["counter", "gauge", "histogram"].contains(type))
      } else {
        let match = try #require(try sample.wholeMatch(in: line))
        let name = String(match.output[1].substring ?? "")
        let allowed =
          type == "histogram" ? ["_bucket", "_sum", "_count"].map { family + $0 } : [family]
        #expect(allowed.contains(name))
        let isNew = samples.insert(String(line.prefix { $0 != " " })).inserted
        #expect(isNew)
      }
    }
  }

  @Test("the text for people has the most frequent cause first")
  func stats() {
    let counters = counters([
      { _ in }, { _ in },
      {
        $0.verdict = Sample.verdict(.fileMissing)
        $0.status = 404
      },
    ])
    let text = Stats.text(
      [counters.snapshot()],
      ServerReport(version: "1.0", startSeconds: 1_795_000_000, nowSeconds: 1_795_093_784))
    #expect(text.hasPrefix("statusline 1.0, up 1 d 2 h, 1 loop\n"))
    #expect(text.contains("mean 130 us, half within 256 us, 99 of 100 within 256 us"))
    let served = text.firstRange(of: "file-served")
    let missing = text.firstRange(of: "file-not-found")
    #expect(served != nil && missing != nil)
    if let served, let missing { #expect(served.lowerBound < missing.lowerBound) }
    #expect(text.contains("66.6 %"))
  }

  @Test("microseconds become seconds exactly")
  func seconds() {
    #expect(Prometheus.seconds(1) == "0.000001")
    #expect(Prometheus.seconds(2_500_000) == "2.5")
    #expect(Prometheus.seconds(3_000_000) == "3")
  }
}
