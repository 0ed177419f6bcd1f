internal import Config
internal import Decide
internal import Facts
internal import HTTPStatus
internal import Loop
internal import Message
internal import Record
internal import Rehearse
internal import Respond

/// A loop's writer of records: one JSON line an exchange, kept in memory, written to the journal in its format, and handed to the
/// flight recorder where the exchange was refused, failed or slow.
final class Scribe {
  let counters: Counters
  let journal: Journal
  private let recorder: FlightRecorder?
  /// The same for whoever must not count references.
  private let recorderReference: Unmanaged<FlightRecorder>?
  @exclusivity(unchecked) private var hasTrace = true
  @exclusivity(unchecked) private var slowMicroseconds: UInt64 = 0
  @exclusivity(unchecked) private var ring = RecentRing()
  @exclusivity(unchecked) private var line = ByteBuffer(capacity: 4096)
  @exclusivity(unchecked) private var cache = LineCache()

  init(shared: ServerShared, journal: Journal, settings: Settings) {
    recorder = shared.recorder
    recorderReference = shared.recorder.map(Unmanaged.passUnretained)
    self.journal = journal
    counters = journal.counters
    adopt(settings)
  }

  /// Goes on under another configuration; the journal itself is told apart.
  func adopt(_ settings: Settings) {
    hasTrace = settings.journal.trace.value
    slowMicroseconds = min(settings.recorder.slowTime.value, .max / 1000) * 1000
  }

  /// The JSON line that an answered exchange would leave, without leaving it.
  func line(
    of state: ExchangeState, client: UnsafeBufferPointer<UInt8>, peer: UnsafeBufferPointer<UInt8>
  ) -> String {
    let record = record(of: state, client, peer, .completed, isSent: true, now: state.startedAt)
    line.removeAll()
    JSONLine.write(record, state.snapshot.journalContext, &cache, into: &line)
    return line.text
  }

  /// Records an exchange that is over. `client` is its address as text; `now` the loop's clock.
  func record(
    _ state: ExchangeState, client: UnsafeBufferPointer<UInt8>,
    peer: UnsafeBufferPointer<UInt8> = UnsafeBufferPointer(start: nil, count: 0), outcome: Outcome,
    isSent: Bool, now: UInt64
  ) {
    let record = record(of: state, client, peer, outcome, isSent: isSent, now: now)
    counters.count(record)
    let ahead = state.recordedAhead.bytes
    state.snapshot.journalReference._withUnsafeGuaranteedRef { context in
      guard let json = journal.jsonSink(now) else {
        line.removeAll()
        compose(record, context, ahead: ahead, at: 0, into: &line)
        journal.writeOther(record, context, now)
        return
      }
      json._withUnsafeGuaranteedRef { write(record, context, ahead: ahead, to: $0) }
    }
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
    if state.isRehearsed { takeRehearsal(state, &record, isSent: isSent) }
    if state.write != nil, let message = state.write?.message { record.message = message.bytes }
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
    if !state.isRehearsed { record.status = isSent ? state.verdict?.status.code ?? 0 : 0 }
    record.outcome = outcome
    record.interims = state.interims
    record.nearMisses = state.nearMisses
    record.bytesIn = state.bytesIn
    record.bytesOut = isSent ? state.bytesOut : 0
    if state.answeredAt > state.startedAt {
      record.firstByteMicroseconds = (state.answeredAt - state.startedAt) / 1000
    }
    if now > state.startedAt { record.totalMicroseconds = (now - state.startedAt) / 1000 }
    record.headBytesOut = state.headBytesOut
    record.hasTrace = hasTrace
    if journal.wantsClientFields {
      record.userAgent = state.head.value(of: .userAgent) ?? .empty
      record.referer = state.head.value(of: .referer) ?? .empty
      record.local = journal.localAddress
    }
    return record
  }

  /// What was rehearsed says so; what was asked wrongly is a refusal like any other.
  private func takeRehearsal(
    _ state: ExchangeState, _ record: inout ExchangeRecord, isSent: Bool
  ) {
    let ending = state.verdict?.ending
    let isOrdered = ending == .rehearsed || ending == .rehearsalUnanswered
    let leadsOn = state.facts.rehearsal.leadsOn && ending != nil
    record.isRehearsed =
      isOrdered || leadsOn || ending?.isOfRehearsedSwitch == true
      || state.facts.fault.kind == .idleRehearsed
    if leadsOn {
      record.order = state.facts.rehearsal.armed
      record.heldMilliseconds = state.performance?.headDelay ?? 0
    }
    state.rehearsedReference?._withUnsafeGuaranteedRef { answer in
      record.message = answer.problem
      record.keepsKey = isOrdered && answer.isOfGrammar
      let status = (isOrdered ? answer.sentStatus : nil) ?? state.verdict?.status
      record.status = isSent ? status?.code ?? 0 : 0
    }
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
    guard let recorder = recorderReference else { return }
    let record = record(of: state, client, peer, .completed, isSent: true, now: now)
    state.recordedAhead.removeAll()
    state.snapshot.journalReference._withUnsafeGuaranteedRef {
      JSONLine.write(record, $0, &cache, into: &state.recordedAhead)
    }
    _ = recorder._withUnsafeGuaranteedRef { $0.append(id: state.id, state.recordedAhead.bytes) }
  }

  /// `ahead` is the line of `recordAhead`, empty where there was none.
  private func write(
    _ record: borrowing ExchangeRecord, _ context: JournalContext,
    ahead: UnsafeBufferPointer<UInt8>, to json: JournalSink
  ) {
    // The line is made where it waits to be written, and copied once, into the ring
    let start = json.beginLine()
    compose(record, context, ahead: ahead, at: start, into: &json.buffer)
    json.endLine(from: start)
  }

  /// Appends the line of JSON to `buffer`, which has `start` bytes already, and keeps it in memory and in the flight recorder.
  @inline(__always)
  private func compose(
    _ record: borrowing ExchangeRecord, _ context: JournalContext,
    ahead: UnsafeBufferPointer<UInt8>, at start: Int, into buffer: inout ByteBuffer
  ) {
    if record.outcome == .completed, !ahead.isEmpty {
      buffer.append(ahead)
    } else {
      JSONLine.write(record, context, &cache, into: &buffer)
      if let recorder, FlightRecorder.keeps(record, slowMicroseconds: slowMicroseconds) {
        recorder.append(id: record.id, buffer.bytes(from: start))
      }
    }
    ring.append(id: record.id, buffer.bytes(from: start))
  }

  /// The JSON line of an exchange that is still remembered.
  func find(_ id: RequestID) -> [UInt8]? {
    var found = ByteBuffer(capacity: 1024)
    return ring.find(id, into: &found) ? Array(found.bytes) : nil
  }
}
