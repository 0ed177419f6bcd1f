internal import Facts
internal import Glibc
internal import HTTPStatus
internal import Message
internal import Rehearse
internal import Respond
internal import Wire

/// What one target of a rehearsal means, made once: its order, and the answers that can come of it. Belongs to one loop.
final class RehearsalPlan {
  enum Kind: Equatable {
    case order
    /// The list of what can be asked.
    case page
    /// One of the addresses that other test servers have, perhaps: the answer depends on the whole request.
    case call
    /// Nothing to rehearse is there.
    case unknown
    /// Not in the grammar.
    case malformed
  }

  /// One of the answers. An object, because handing on its parts would count each of them.
  final class Answer {
    let choice: StatusChoice
    let form: RehearsedForm
    /// What it does on the wire; nil where that is nothing.
    let performance: Performance?
    let isPerformed: Bool
    /// The connection ends behind it, as it does behind a real one: what a 408 waited for could still come (RFC 9110 section 15.5.9), and a
    /// client whose version is not spoken has nothing more to say.
    let isLast: Bool
    /// Of the verdict.
    let cause: Cause

    init(choice: StatusChoice, form: RehearsedForm, performance: Performance?, cause: Cause) {
      self.choice = choice
      self.form = form
      self.performance = performance
      isPerformed = performance != nil || choice.status == 101
      isLast = form.cause.status == .requestTimeout || form.cause.status == .httpVersionNotSupported
      self.cause = cause
    }

    /// Why the answer makes no sense for such a version; nil where it does.
    func switchMisfit(_ version: HTTPVersion) -> WireFault.Misfit? {
      guard choice.status == 101, version == .http10 else { return nil }
      // RFC 9110 section 15.2
      return WireFault.Misfit("101 needs HTTP/1.1: HTTP/1.0 has no 1xx, and a server sends it none")
    }

    /// Why the fault that is ordered makes no sense for the answer to such a request; nil where it does, or where there is none.
    func faultMisfit(_ method: Method, _ version: HTTPVersion) -> WireFault.Misfit? {
      guard let performance, let fault = performance.fault else { return nil }
      let length = UInt64(form.contentBytes)
      let shape = HTTP1Writer.shape(
        status: form.cause.status, content: performance.wantsChunks ? .chunked : .known(length),
        requestMethod: method, requestVersion: version)
      return fault.misfit(
        frame: WireAnswer.Frame(shape), contentBytes: form.hasContent ? max(length, 1) : 0)
    }
  }

  let kind: Kind
  let order: RehearsalOrder
  let base: [UInt8]
  private let elsewhere: [UInt8]
  /// The same answer for everybody at any time.
  let isFixed: Bool
  /// Chance has a part in it.
  let isDrawn: Bool
  let isContinued: Bool
  /// Under which key draws are counted: who brings a seed along counts apart, so that nobody else's requests change what is drawn. Nil:
  /// with all who bring neither.
  let turn: [UInt8]?
  /// The key's part in each draw.
  let drawKey: UInt64
  /// What a field orders beside the answer that an address has: how it comes.
  let isLaid: Bool
  var problem = ""
  /// The target's query is in the grammar, all of it.
  var isQueryRead = false
  /// A client has said some of it, and can be told what is wrong with it.
  let isAsked: Bool
  /// Where in the head the grammar was left; of an order, where that stands which may make no sense for the answer.
  var part: MessagePart = .whole
  var offset: UInt64 = 0
  var field: ByteSlice = .empty
  private var answers: [Answer] = []
  private var pages: [Answer] = []

  /// - Parameter elsewhere: where a Location of 3xx leads that nobody has named.
  init(
    _ kind: Kind, _ order: RehearsalOrder = RehearsalOrder(), base: [UInt8] = [],
    elsewhere: [UInt8] = [0x2F], isAsked: Bool = false
  ) {
    self.kind = kind
    self.order = order
    self.base = base
    self.elsewhere = elsewhere
    self.isAsked = isAsked
    isFixed = order.isFixed && kind == .order
    isDrawn = (order.weights?.possible.count ?? 1) > 1 || order.delay?.isFixed == false
    isContinued = order.isContinued
    isLaid = kind == .call && order != RehearsalOrder()
    turn = (order.key ?? order.seed.map { Array("seed \($0)".utf8) }).map { [0] + $0 }
    drawKey = order.key.map { Draw.key($0) } ?? 0
  }

  static func malformed(
    _ problem: GrammarProblem, _ part: MessagePart, at start: Int, field: ByteSlice = .empty
  ) -> RehearsalPlan {
    let plan = RehearsalPlan(.malformed)
    plan.problem = problem.message
    plan.part = part
    plan.offset = UInt64(start + problem.offset)
    plan.field = field
    return plan
  }

  /// The only answer of a plan that is fixed; the plan's.
  var only: Unmanaged<Answer> {
    if let madeOnly { return madeOnly }
    let made = Unmanaged.passUnretained(answer(order.choices[0]))
    madeOnly = made
    return made
  }
  @exclusivity(unchecked) private var madeOnly: Unmanaged<Answer>?

  /// The answer for a choice, made at its first use.
  func answer(_ choice: StatusChoice) -> Answer {
    for answer in answers where answer.choice == choice { return answer }
    let answer = RehearsalPlan.make(choice, order, elsewhere)
    answers.append(answer)
    return answer
  }

  /// Whether a switch that may come of the order makes no sense for such a version. A fault that makes none is left out instead.
  func hasSwitchMisfit(_ version: HTTPVersion) -> Bool {
    order.choices.contains { answer($0).switchMisfit(version) != nil }
  }

  /// Why the order's fault makes no sense for an answer that may come of it to such a request; nil where it fits all of them.
  func misfit(_ method: Method, _ version: HTTPVersion) -> WireFault.Misfit? {
    for choice in order.choices {
      let answer = answer(choice)
      if let misfit = answer.switchMisfit(version) ?? answer.faultMisfit(method, version) {
        return misfit
      }
    }
    return nil
  }

  /// What is answered while the order's window is closed.
  private(set) lazy var quiet = RehearsalPlan(
    .order, RehearsalOrder(), base: base, elsewhere: elsewhere)

  /// The list of what can be asked.
  func page(isHTML: Bool) -> Answer {
    let place = isHTML ? 1 : 0
    if pages.isEmpty {
      pages = [false, true].map { isHTML in
        var order = RehearsalOrder()
        let type = isHTML ? "text/html; charset=utf-8" : "application/json"
        order.fields = [
          RehearsedField("Content-Type", type), RehearsedField("Vary", "Accept"),
        ]
        order.content = isHTML ? RehearsalPage.html(base: base) : RehearsalPage.json(base: base)
        return RehearsalPlan.make(StatusChoice(status: 200), order, elsewhere)
      }
    }
    return pages[place]
  }

  /// Bytes that the plan keeps, roughly.
  var keptBytes: Int {
    max(order.content?.count ?? 0, Int(clamping: order.size ?? 0)) * Int(clamping: order.repeats)
  }

  // MARK: Making answers

  private static func make(
    _ choice: StatusChoice, _ order: RehearsalOrder, _ elsewhere: [UInt8]
  ) -> Answer {
    let ordered = Int(choice.status)
    // RFC 9110 section 15.2: an interim response is followed by a final one
    let isInterim = ordered < 200 && ordered != 101
    let code = isInterim ? 200 : ordered
    let status = Status(sending: code) ?? .ok
    let content = content(of: status, order)
    let named = order.fields.map { $0.name.map(\.lowercased) }
    var fields = order.fields.map { RehearsedField(DutyTable.spelled($0.name), $0.value) }
    let length = UInt64(content.count)
    let owed = DutyTable.fields(
      of: status, elsewhere: elsewhere, contentLength: length)
    for field in owed where !named.contains(field.name.map(\.lowercased)) { fields.append(field) }
    if let type = content.type { fields.append(RehearsedField("Content-Type", type)) }
    let cause = (isInterim ? nil : choice.cause) ?? Cause(rehearsing: code) ?? .contentServed
    let block = FieldBlock { buffer in
      for field in fields { buffer.add(name: field.name, value: field.value) }
    }
    let form = RehearsedForm(
      cause: cause, fields: block, replaced: named.filter { single.contains($0) },
      without: order.without, source: content.source)
    return Answer(
      choice: choice, form: form, performance: performance(order, ordered, isInterim),
      cause: choice.cause ?? Cause(rehearsing: ordered) ?? cause)
  }

  /// An answer that was made elsewhere, ready to be sent.
  static func answer(of made: RehearsalAnswer, base: [UInt8]) -> Answer {
    let status = Status(sending: Int(made.status)) ?? .ok
    let named = made.fields.map { $0.name.map(\.lowercased) }
    var fields = made.fields
    // Other test servers send no more than they are asked for; what the standard demands comes all the same
    let owed = DutyTable.fields(
      of: status, elsewhere: base + Array("/".utf8),
      contentLength: UInt64(made.content?.count ?? 0), isLeast: true)
    for field in owed where !named.contains(field.name.map(\.lowercased)) { fields.append(field) }
    let cause = made.cause ?? Cause(rehearsing: Int(made.status)) ?? .contentServed
    let block = FieldBlock { buffer in
      for field in fields { buffer.add(name: field.name, value: field.value) }
    }
    return Answer(
      choice: StatusChoice(status: made.status, cause: made.cause),
      form: RehearsedForm(
        cause: cause, fields: block, replaced: named.filter { single.contains($0) },
        without: made.without, source: made.content.map { .bytes($0) } ?? .error),
      performance: made.performance.isPlain ? nil : made.performance, cause: cause)
  }

  /// Fields that others write too and that stand once.
  private static let single: Set<[UInt8]> = Set(
    [
      "date", "server", "content-type", "content-language", "cache-control", "vary",
      "x-content-type-options", "content-security-policy",
    ].map { Array($0.utf8) })

  private struct MadeContent {
    var bytes: [UInt8]?
    /// Goes over `bytes`.
    var run: ContentRun?
    var type: String?
    var isError = false

    var count: Int { run?.byteCount ?? bytes?.count ?? 0 }
    var source: RehearsedForm.Source {
      if let run { return .run(run) }
      return isError ? .error : bytes.map { .bytes($0) } ?? .none
    }
  }

  /// Content above this is not made whole.
  private static let largeBytes = 16 << 10

  private static func content(of status: Status, _ order: RehearsalOrder) -> MadeContent {
    let hasType = order.fields.contains {
      $0.name.map(\.lowercased).elementsEqual("content-type".utf8)
    }
    var made = MadeContent()
    if let content = order.content {
      made.bytes = content
      made.type = "text/plain; charset=utf-8"
    } else if let size = order.size {
      made.type = "application/octet-stream"
      let count = Int(clamping: size)
      if count > largeBytes {
        made.run = ContentRun(alphabet: count, repeats: Int(order.repeats))
      } else {
        made.bytes = (0..<count).map { UInt8(0x61 + $0 % 26) }
      }
    } else if status.code >= 300, !hasType, order.repeats == 1, status.contentRule != .never {
      return MadeContent(isError: true)
    } else if let usual = DutyTable.content(of: status) {
      made.bytes = usual.bytes
      made.type = usual.type
    }
    if order.repeats > 1, let once = made.bytes, !once.isEmpty {
      if once.count * Int(order.repeats) > largeBytes {
        made.run = ContentRun(once, repeats: Int(order.repeats))
      } else {
        made.bytes = (0..<order.repeats).flatMap { _ in once }
      }
    }
    if hasType { made.type = nil }
    return made
  }

  static func performance(
    _ order: RehearsalOrder, _ status: Int, _ isInterim: Bool
  ) -> Performance? {
    var performance = Performance()
    var interims = order.interims
    if isInterim { interims.append(UInt16(status)) }
    let links =
      order.hints.isEmpty ? [Array("</rehearsed.css>; rel=preload; as=style".utf8)] : order.hints
    performance.interims = interims.map { code in
      Performance.Interim(
        status: code,
        fields: code == 103 ? links.map { RehearsedField(Array("Link".utf8), $0) } : [],
        delay: order.interimDelay)
    }
    performance.headDelay = order.delay?.milliseconds(0) ?? 0
    performance.contentDelay = order.contentDelay
    performance.pace = order.pace
    performance.isChunked = order.isChunked || !order.trailers.isEmpty
    performance.trailers = order.trailers
    performance.fault = order.fault
    performance.idleAnswer = order.idleAnswer
    performance.isWebSocketEcho = order.isSwitchDemanded && status == 101
    return performance.isPlain ? nil : performance
  }
}

/// The plans of targets that were asked for, by a loop: one place a target, and no more places than these.
final class RehearsalPlans {
  /// One place. The plan is kept for as long as it is in a place.
  private struct Entry {
    var route: UInt32 = 0
    var target = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    var plan: Unmanaged<RehearsalPlan>?

    func letGo() {
      target.deallocate()
      plan?.release()
    }
  }

  private static let count = 256
  /// A target that is longer, and a plan that keeps more, is made anew each time.
  private static let targetBytesMax = 512
  private static let keptBytesMax = 16 << 10
  private let entries: UnsafeMutablePointer<Entry>
  /// What was made last and has no place.
  private var last: RehearsalPlan?

  init() {
    entries = .allocate(capacity: RehearsalPlans.count)
    entries.initialize(repeating: Entry(), count: RehearsalPlans.count)
  }

  deinit {
    for index in 0..<RehearsalPlans.count { entries[index].letGo() }
    entries.deallocate()
  }

  private static func slot(_ target: UnsafeBufferPointer<UInt8>, _ route: UInt32) -> Int {
    var hash = 0xcbf2_9ce4_8422_2325 ^ UInt64(route)
    for byte in target { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return Int(truncatingIfNeeded: hash >> 32) & (count - 1)
  }

  /// The plan of a target of a rule; nil where there is none yet. Good until another one is kept.
  func known(_ target: UnsafeBufferPointer<UInt8>, route: UInt32) -> Unmanaged<RehearsalPlan>? {
    let entry = entries + RehearsalPlans.slot(target, route)
    guard entry.pointee.route == route, entry.pointee.target.count == target.count,
      let known = entry.pointee.target.baseAddress, let asked = target.baseAddress,
      memcmp(known, asked, target.count) == 0
    else { return nil }
    return entry.pointee.plan
  }

  /// Keeps a plan that was made; good until another one is kept.
  func keep(
    _ plan: RehearsalPlan, of target: UnsafeBufferPointer<UInt8>, route: UInt32
  ) -> Unmanaged<RehearsalPlan> {
    guard target.count <= RehearsalPlans.targetBytesMax,
      plan.keptBytes <= RehearsalPlans.keptBytesMax
    else {
      last = plan
      return .passUnretained(plan)
    }
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: target.count)
    _ = copy.initialize(from: target)
    let slot = RehearsalPlans.slot(target, route)
    entries[slot].letGo()
    entries[slot] = Entry(
      route: route, target: UnsafeBufferPointer(copy), plan: .passRetained(plan))
    return .passUnretained(plan)
  }
}
