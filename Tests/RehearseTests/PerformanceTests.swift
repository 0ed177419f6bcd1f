import Rehearse
import Testing
import Wire

@Suite("What a rehearsal does on the wire")
struct PerformanceTests {
  @Test("nothing asked for is plain, and each thing asked for is not")
  func plain() {
    #expect(Performance().isPlain)
    let changes: [(inout Performance) -> Void] = [
      { $0.interims = [.init(status: 102)] },
      { $0.headDelay = 1 },
      { $0.contentDelay = 1 },
      { $0.pace = .init(pieceBytes: 1, pause: 0) },
      { $0.isChunked = true },
      { $0.trailers = [RehearsedField("a", "b")] },
      { $0.fault = WireFault(.close, at: .inHead) },
      { $0.idleAnswer = 1 },
      { $0.isWebSocketEcho = true },
    ]
    for change in changes {
      var performance = Performance()
      change(&performance)
      #expect(!performance.isPlain)
    }
  }
}
