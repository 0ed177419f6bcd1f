internal import Decide
internal import Glibc
internal import Message

/// What whoever writes lines of JSON keeps from line to line: the text of the second, and that of the last trace, because most requests
/// that follow one another are decided the same way.
public struct LineCache: Sendable {
  var stamp = TimeStamp()
  private var graphVersion: UInt16 = 0
  private var ending: UInt8 = 0
  private var yes = AnswerBits()
  /// Bytes of `text` that are used; 0: nothing is kept.
  private var count = 0
  /// `,"trace":"2/35/40100800`, at the most 84 bytes.
  private var text = InlineArray<96, UInt8>(repeating: 0)

  public init() {}

  /// Writes the trace of a verdict up to its bits.
  @inline(__always)
  mutating func writeTrace(_ verdict: Verdict, to line: inout LineWriter) {
    if count == 0 || verdict.yes != yes || verdict.ending.rawValue != ending
      || verdict.graphVersion != graphVersion
    {
      make(verdict)
    }
    text.span.withUnsafeBufferPointer { line.padded($0, used: count) }
  }

  @inline(never)
  private mutating func make(_ verdict: Verdict) {
    graphVersion = verdict.graphVersion
    ending = verdict.ending.rawValue
    yes = verdict.yes
    withUnsafeTemporaryAllocation(byteCount: 96, alignment: 1) { room in
      guard let start = room.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
      var line = LineWriter(start, room: room.count)
      line.text(",\"trace\":\"")
      line.decimal(UInt64(verdict.graphVersion))
      line.byte(0x2F)
      line.decimal(UInt64(verdict.ending.rawValue))
      line.byte(0x2F)
      JSONLine.write(verdict.yes, &line)
      count = line.count
      for index in 0..<count { text[index] = start[index] }
    }
  }
}
