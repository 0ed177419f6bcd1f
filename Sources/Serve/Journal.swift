internal import Config
internal import Glibc
internal import Loop
internal import Message
internal import Record

/// What the settings say of the journal, in the form that decides whether a reload has to open another one.
struct JournalPlan: Equatable, Sendable {
  enum Destination: Equatable, Sendable {
    case descriptor(Int32)
    case file(String)
  }

  let format: JournalFormat
  let destination: Destination
  let bufferBytes: Int
  /// Nanoseconds.
  let flushInterval: UInt64
  /// A terminal reads.
  let hasColours: Bool

  init(_ settings: JournalSettings) {
    switch settings.destination.value {
    case "stdout": destination = .descriptor(STDOUT_FILENO)
    case "stderr": destination = .descriptor(STDERR_FILENO)
    case let path: destination = .file(path)
    }
    if case .descriptor(let descriptor) = destination {
      hasColours = isatty(descriptor) == 1
    } else {
      hasColours = false
    }
    format = settings.format?.value ?? (hasColours ? .console : .json)
    bufferBytes = Int(clamping: min(settings.bufferBytes.value, 16 << 20))
    flushInterval = min(settings.flushTime.value, 3_600_000) * 1_000_000
  }

  /// Opens what is to be written to, once for each loop; nil where the journal is off.
  func open() throws(ServeError) -> OpenSink? {
    if format == .off { return nil }
    switch destination {
    case .descriptor(let descriptor):
      return OpenSink(
        sink: JournalSink(descriptor: descriptor, format: format, bufferBytes: bufferBytes))
    case .file(let path):
      do throws(JournalFault) {
        return OpenSink(
          sink: try JournalSink(path: path, format: format, bufferBytes: bufferBytes))
      } catch {
        throw ServeError(
          "cannot write the journal \(path): \(SystemError.text(of: error.systemError))")
      }
    }
  }
}

/// A sink on its way to the loop that will write to it.
struct OpenSink: @unchecked Sendable {
  let sink: JournalSink
}

/// A loop's journal: the lines of its records in the configured format, and what to do where they cannot be written.
final class Journal {
  private let shared: ServerShared
  private unowned let loop: EventLoop
  @exclusivity(unchecked) private(set) var plan: JournalPlan?
  @exclusivity(unchecked) private var sink: JournalSink?
  /// The same, where the format is JSON: read without counting references.
  @exclusivity(unchecked) private var json: Unmanaged<JournalSink>?
  @exclusivity(unchecked) private var hasColours = false
  @exclusivity(unchecked) private var format: JournalFormat = .off
  @exclusivity(unchecked) private var flushInterval: UInt64 = 0
  @exclusivity(unchecked) private var local = ByteBuffer(capacity: 64)
  @exclusivity(unchecked) private var stamp = TimeStamp(zone: .local)
  @exclusivity(unchecked) private var nextFlush: UInt64 = 0
  @exclusivity(unchecked) private var utcStamp = TimeStamp()
  @exclusivity(unchecked) private var commonTime = CommonLogTime()
  /// Lines of this sink that were lost and are counted.
  @exclusivity(unchecked) private var countedLost: UInt64 = 0
  /// Its writes that failed and are counted.
  @exclusivity(unchecked) private var countedFailures: UInt64 = 0
  let counters = Counters()

  /// A journal that is off.
  init(_ shared: ServerShared, _ loop: EventLoop) {
    self.shared = shared
    self.loop = loop
  }

  convenience init(
    _ shared: ServerShared, _ loop: EventLoop, _ plan: JournalPlan, _ opened: OpenSink?
  ) {
    self.init(shared, loop)
    adopt(plan, opened)
  }

  /// Goes on with another plan, whose sink is open; what waits is written to the old one.
  func adopt(_ plan: JournalPlan, _ opened: OpenSink?) {
    if let sink { flush(sink) }
    self.plan = plan
    flushInterval = plan.flushInterval
    sink = opened?.sink
    countedLost = 0
    countedFailures = 0
    format = sink == nil ? .off : plan.format
    hasColours = plan.hasColours
    json = format == .json ? sink.map { .passUnretained($0) } : nil
  }

  /// The sink where the format is JSON and a line comes now; nil where it is not.
  @inline(__always)
  func jsonSink(_ now: UInt64) -> Unmanaged<JournalSink>? {
    guard let json else { return nil }
    if json._withUnsafeGuaranteedRef({ $0.pendingBytes }) == 0 { nextFlush = now + flushInterval }
    return json
  }

  /// The line of a format that is not JSON, if there is one.
  func writeOther(
    _ record: borrowing ExchangeRecord, _ context: JournalContext, _ now: UInt64
  ) {
    guard let sink else { return }
    if sink.pendingBytes == 0 { nextFlush = now + flushInterval }
    let start = sink.beginLine()
    switch format {
    case .console:
      ConsoleLine.write(record, context, &stamp, colours: hasColours, into: &sink.buffer)
    case .combined: CombinedLine.write(record, &commonTime, into: &sink.buffer)
    case .w3c: W3CLine.write(record, &utcStamp, into: &sink.buffer)
    case .json, .off: break
    }
    sink.endLine(from: start)
  }

  /// Whether the format shows fields of the request that the others do not.
  @inline(__always) var wantsClientFields: Bool { format == .combined || format == .w3c }
  @inline(__always) var wantsLocalAddress: Bool { format == .w3c }

  /// The address that the client of this descriptor reached, for the record that comes next.
  func takeLocalAddress(_ descriptor: Int32) {
    local.removeAll()
    guard let endpoint = Socket.boundEndpoint(descriptor), endpoint.family != .unix else { return }
    local.reserve(Endpoint.textMax)
    let room = UnsafeMutableBufferPointer(start: local.end, count: Endpoint.textMax)
    local.didWrite(endpoint.unmapped.writeAddress(into: room))
  }

  var localAddress: UnsafeBufferPointer<UInt8> { local.bytes }

  /// A sentence of the server's own, between the lines.
  func note(_ text: String) {
    guard let sink else { return }
    sink.note(text)
    flush(sink)
  }

  /// Whether lines wait to be written.
  var hasUnwritten: Bool { (sink?.pendingBytes ?? 0) > 0 }

  func tick(now: UInt64) {
    guard let sink else { return }
    if sink.pendingBytes > 0, now >= nextFlush { flush(sink) } else { noticeFailure(of: sink) }
  }

  /// Eyes do not wait: the console's lines are written before the loop sleeps.
  func willSleep() {
    if format == .console, let sink, sink.pendingBytes > 0 { flush(sink) }
  }

  func close() {
    if let sink { flush(sink) }
  }

  /// Opens the file again, after a rotation. Where that fails, the old one is kept.
  func reopen() {
    guard let sink, case .file(let path) = plan?.destination else { return }
    do throws(JournalFault) {
      try sink.reopen(path: path)
    } catch {
      counters.journalFailed(1)
      complain("cannot open the journal \(path) again", error.systemError)
    }
    noticeFailure(of: sink)
  }

  private func flush(_ sink: JournalSink) {
    sink.flush()
    noticeFailure(of: sink)
  }

  private func noticeFailure(of sink: JournalSink) {
    if sink.lostLines > countedLost {
      counters.linesLost(sink.lostLines - countedLost)
      countedLost = sink.lostLines
    }
    guard sink.failures > countedFailures else { return }
    counters.journalFailed(sink.failures - countedFailures)
    countedFailures = sink.failures
    let name =
      switch plan?.destination {
      case .file(let path): path
      case .descriptor(STDOUT_FILENO): "on standard output"
      default: "on standard error"
      }
    complain("cannot write the journal \(name)", sink.failure)
  }

  private func complain(_ text: String, _ code: Int32) {
    shared.complaints.say("\(text): \(SystemError.text(of: code))", at: loop.now())
  }
}
