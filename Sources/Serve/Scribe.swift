internal import Config
internal import Decide
internal import Facts
internal import Glibc
internal import HTTPStatus
internal import Loop
internal import Message
internal import Record

/// A loop's writer of records: one JSON line an exchange, kept in memory, written to the journal in its format, and handed to the
/// flight recorder where the exchange was refused, failed or slow.
final class Scribe {
  let counters = Counters()
  private let shared: ServerShared
  private let format: JournalFormat
  private let colours: Bool
  private let flushInterval: UInt64
  private let hasTrace: Bool
  private let slowMicroseconds: UInt64
  @exclusivity(unchecked) private var sink: JournalSink?
  @exclusivity(unchecked) private var ring = RecentRing()
  @exclusivity(unchecked) private var line = ByteBuffer(capacity: 4096)
  @exclusivity(unchecked) private var stamp = TimeStamp()
  @exclusivity(unchecked) private var consoleStamp = TimeStamp(zone: .local)
  @exclusivity(unchecked) private var nextFlush: UInt64 = 0

  init(shared: ServerShared) throws {
    self.shared = shared
    let journal = shared.settings.journal
    flushInterval = min(journal.flushTime.value, 3_600_000) * 1_000_000
    hasTrace = journal.trace.value
    slowMicroseconds = min(shared.settings.recorder.slowTime.value, .max / 1000) * 1000
    let bufferBytes = Int(clamping: min(journal.bufferBytes.value, 16 << 20))
    let descriptor: Int32? =
      switch journal.destination.value {
      case "stdout": STDOUT_FILENO
      case "stderr": STDERR_FILENO
      default: nil
      }
    let isTerminal = descriptor.map { isatty($0) == 1 } ?? false
    format = journal.format?.value ?? (isTerminal ? .console : .json)
    colours = isTerminal
    if format == .off { return }
    if let descriptor {
      sink = JournalSink(descriptor: descriptor, format: format, bufferBytes: bufferBytes)
    } else {
      let path = journal.destination.value
      do throws(JournalFault) {
        sink = try JournalSink(path: path, format: format, bufferBytes: bufferBytes)
      } catch {
        let reason = String(cString: strerror(error.systemError))
        throw ServeError("cannot write the journal \(path): \(reason)")
      }
    }
  }

  /// The JSON line that an answered exchange would leave, without leaving it.
  func line(
    of state: ExchangeState, client: UnsafeBufferPointer<UInt8>, peer: UnsafeBufferPointer<UInt8>
  ) -> String {
    let record = record(of: state, client, peer, .completed, isSent: true, now: state.startedAt)
    line.removeAll()
    JSONLine.write(record, shared.journalContext, &stamp, into: &line)
    return line.text
  }

  /// Records an exchange that is over. `client` is its address as text; `now` the loop's clock.
  func record(
    _ state: ExchangeState, client: UnsafeBufferPointer<UInt8>,
    peer: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0), outcome: Outcome,
    isSent: Bool, now: UInt64
  ) {
    write(
      record(of: state, client, peer, outcome, isSent: isSent, now: now),
      ahead: state.recordedAhead.bytes, now)
  }

  private func record(
    of state: ExchangeState, _ client: UnsafeBufferPointer<UInt8>,
    _ peer: UnsafeBufferPointer<UInt8>, _ outcome: Outcome, isSent: Bool, now: UInt64
  ) -> ExchangeRecord {
    var record = ExchangeRecord()
    record.seconds = state.arrival.seconds
    record.nanoseconds = state.arrival.nanoseconds
    record.id = state.id
    record.client = client
    record.peer = peer
    if state.governor != nil, let fault = state.governor?.fault {
      record.message = fault.text.bytes
    }
    record.site = state.facts.route.site
    record.rule = state.facts.route.rulePosition
    record.ruleIndex = state.facts.route.rule
    record.head = state.bytes
    record.methodName = state.head.methodName
    record.target = state.head.target
    record.version = state.head.version
    if record.version == .unread { takeUnreadLine(state, &record) }
    record.host = state.head.host
    record.port = state.facts.connection.port
    record.verdict = state.verdict
    record.status = isSent ? state.verdict?.status.code ?? 0 : 0
    record.outcome = outcome
    record.interims = state.interims
    record.nearMisses = state.nearMisses
    record.bytesIn = state.bytesIn
    record.bytesOut = isSent ? state.bytesOut : 0
    if state.answeredAt > state.startedAt {
      record.firstByteMicroseconds = (state.answeredAt - state.startedAt) / 1000
    }
    if now > state.startedAt { record.totalMicroseconds = (now - state.startedAt) / 1000 }
    record.hasTrace = hasTrace
    return record
  }

  /// The request line could not be read to its end: the record shows what came and not what had been read of it.
  private func takeUnreadLine(_ state: ExchangeState, _ record: inout ExchangeRecord) {
    var end = Int(record.methodName.end)
    guard end > 0, end < state.bytes.count, state.bytes[end] == 0x20,
      state.facts.fault.part != .version
    else {
      record.methodName = .empty
      return
    }
    let start = end + 1
    end = start
    while end < state.bytes.count, state.bytes[end] > 0x20 { end += 1 }
    record.target = ByteSlice(start, end)
  }

  /// Hands the record of a refusal to the flight recorder before the answer goes out: whoever has the answer's id can ask why, even
  /// where the server is killed in the next moment. Should the answer not arrive, `record` adds what became of it.
  func recordAhead(
    _ state: ExchangeState, client: UnsafeBufferPointer<UInt8>,
    peer: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0), now: UInt64
  ) {
    guard let recorder = shared.recorder else { return }
    let record = record(of: state, client, peer, .completed, isSent: true, now: now)
    state.recordedAhead.removeAll()
    JSONLine.write(record, shared.journalContext, &stamp, into: &state.recordedAhead)
    recorder.append(id: record.id, state.recordedAhead.bytes)
  }

  /// `ahead` is the line of `recordAhead`, empty where there was none.
  private func write(
    _ record: borrowing ExchangeRecord, ahead: UnsafeBufferPointer<UInt8>, _ now: UInt64
  ) {
    counters.count(record)
    line.removeAll()
    if record.outcome == .completed, !ahead.isEmpty {
      line.append(ahead)
    } else {
      JSONLine.write(record, shared.journalContext, &stamp, into: &line)
      if let recorder = shared.recorder,
        FlightRecorder.keeps(record, slowMicroseconds: slowMicroseconds)
      {
        recorder.append(id: record.id, line.bytes)
      }
    }
    ring.append(id: record.id, line.bytes)
    guard let sink else { return }
    if format == .console {
      line.removeAll()
      ConsoleLine.write(
        record, shared.journalContext, &consoleStamp, colours: colours, into: &line)
    }
    if sink.pendingBytes == 0 { nextFlush = now + flushInterval }
    sink.append(line.bytes)
  }

  /// Whether lines wait to be written.
  var hasUnwritten: Bool { (sink?.pendingBytes ?? 0) > 0 }

  func tick(now: UInt64) {
    if let sink, sink.pendingBytes > 0, now >= nextFlush { flush(sink) }
  }

  /// Eyes do not wait: the console's lines are written before the loop sleeps.
  func willSleep() {
    if format == .console, let sink, sink.pendingBytes > 0 { flush(sink) }
  }

  func close() {
    if let sink { flush(sink) }
  }

  private func flush(_ sink: JournalSink) {
    let lost = sink.lostLines
    sink.flush()
    if sink.lostLines > lost { counters.linesLost(sink.lostLines - lost) }
  }

  /// The JSON line of an exchange that is still remembered.
  func find(_ id: RequestID) -> [UInt8]? {
    var found = ByteBuffer(capacity: 1024)
    return ring.find(id, into: &found) ? Array(found.bytes) : nil
  }
}
