internal import Decide
internal import Facts
internal import Glibc
public import HTTPStatus
public import Message

/// The head and the content of a rehearsed answer, made ready once and sent as often as it is asked for.
public final class RehearsedForm: @unchecked Sendable {
  public enum Source {
    /// The content that refusals have, by Accept.
    case error
    case none
    case bytes([UInt8])
    /// Content made of a piece again and again, which is in memory once however often it stands there.
    case run(ContentRun)
  }

  /// Of the status line; an interim response that is asked for is followed by a 200.
  public let cause: Cause
  let fields: FieldBlock
  /// Names, in lower case, of fields that come before and that `fields` replace.
  let replaced: [[UInt8]]
  /// Names, in lower case, of fields that are left out.
  let without: [[UInt8]]
  let isError: Bool
  // Filled by `init`, and only read afterwards.
  let content: UnsafeBufferPointer<UInt8>?
  let run: ContentRun?

  public init(
    cause: Cause, fields: FieldBlock, replaced: [[UInt8]], without: [[UInt8]], source: Source
  ) {
    self.cause = cause
    self.fields = fields
    self.replaced = replaced
    self.without = without
    if case .run(let run) = source { self.run = run } else { run = nil }
    switch source {
    case .error: (isError, content) = (true, nil)
    case .none, .run: (isError, content) = (false, nil)
    case .bytes(let bytes):
      isError = false
      let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(bytes.count, 1))
      _ = memory.initialize(from: bytes)
      content = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(memory)[..<bytes.count])
    }
  }

  deinit { content?.deallocate() }

  public var contentBytes: Int { run?.byteCount ?? content?.count ?? 0 }
  /// Whether there is content at all; that of a refusal is made later.
  public var hasContent: Bool { isError || contentBytes > 0 }
}

/// What a rehearsal answers to one request. The object stays from exchange to exchange.
public final class RehearsedAnswer {
  /// Chances and places that went into the answer, for the field that marks it.
  public struct Drawn {
    public var seed: UInt64?
    /// How many draws there were before.
    public var index: UInt64 = 0
    /// Milliseconds that were drawn; nil: the time is the same always.
    public var delay: UInt64?
    /// Place in a sequence, from 1, and its length; 0: there is none.
    public var step = 0
    public var steps = 0
    public init() {}
  }

  @exclusivity(unchecked) public var form: RehearsedForm?
  @exclusivity(unchecked) public var drawn: Drawn?
  /// Status or cause as it is told in the mark.
  @exclusivity(unchecked) public var status: UInt16 = 0
  @exclusivity(unchecked) public var number: UInt16?
  /// Sec-WebSocket-Accept of a switch that is made; empty: none is.
  @exclusivity(unchecked) public var accepted: [UInt8] = []
  /// The target's query is in the grammar, all of it.
  @exclusivity(unchecked) public var isOfGrammar = false
  /// Number of the armed order; 0: a rule rehearses.
  @exclusivity(unchecked) public var order: UInt32 = 0
  /// What lets pages of other origins read the answer, or the refusal; nil: nothing does.
  @exclusivity(unchecked) public var sharing: FieldBlock?
  /// What is wrong with what was asked, and what would fit; empty: nothing.
  public var problem: UnsafeBufferPointer<UInt8> { text.bytes }
  @exclusivity(unchecked) private var text = ByteBuffer(capacity: 64)

  public init() {}

  /// Takes over what is to be answered; as one call, because from another module each assignment would be checked for exclusivity.
  public func take(_ form: RehearsedForm?, _ status: UInt16, _ number: UInt16?) {
    self.form = form
    self.status = status
    self.number = number
  }

  /// Status that goes out: an interim response that is ordered is followed by another one. Nil where nothing is ordered.
  public var sentStatus: Status? { form?.cause.status }

  /// Tells what is wrong.
  public func tell(_ problem: String) {
    text.removeAll()
    text.append(string: problem)
  }

  public func reset() {
    if form != nil { form = nil }
    if sharing != nil { sharing = nil }
    drawn = nil
    number = nil
    isOfGrammar = false
    if !accepted.isEmpty { accepted = [] }
    order = 0
    text.removeAll()
  }
}

extension Response {
  /// Takes the mark of a rehearsal away again, where nothing of one is left.
  public func removeMark() { fields.remove(named: Array("rehearsed".utf8)) }
}

extension Responder {
  /// The answer that was ordered, with its mark.
  static func addRehearsed(
    _ verdict: borrowing Verdict, _ facts: borrowing Facts, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, _ response: Response
  ) {
    guard let rehearsed = context.rehearsed else { return }
    let isError = rehearsed._withUnsafeGuaranteedRef { answer in
      guard let form = answer.form else { return false }
      response.cause = form.cause
      response.hasLength = true
      if let content = form.content {
        response.length = UInt64(content.count)
        response.content = .memory(content)
      } else if let run = form.run {
        response.length = UInt64(run.byteCount)
        for piece in run.pieces {
          response.parts.append(Part(head: .empty, memory: piece, file: nil))
        }
        response.content = .multipart
      }
      return form.isError
    }
    if isError { addError(verdict, facts, head, context, response) }
    let extraFields = context.extraFields
    rehearsed._withUnsafeGuaranteedRef { addFields($0, extraFields, response) }
  }

  private static func addFields(
    _ answer: RehearsedAnswer, _ extraFields: Unmanaged<FieldBlock>?, _ response: Response
  ) {
    guard let form = answer.form else { return }
    for name in form.replaced { response.fields.remove(named: name) }
    response.fields.add(form.fields)
    if let sharing = answer.sharing { response.fields.add(sharing) }
    if !answer.accepted.isEmpty {
      response.fields.add(name: Array("Sec-WebSocket-Accept".utf8), value: answer.accepted)
    }
    addMark(answer, response)
    if form.cause.status.code / 100 == 2 {
      extraFields?._withUnsafeGuaranteedRef { response.fields.add($0) }
    }
  }

  /// `Rehearsed: 503;seed=42;draw=17`: the status that was ordered, as an item of RFC 9651, and what chance had in it.
  static func addMark(_ answer: RehearsedAnswer, _ response: Response) {
    response.fields.begin(.rehearsed)
    if answer.status == 0 {
      // A real answer, late or broken
      response.fields.append("?1")
    } else {
      response.fields.append(decimal: UInt64(answer.status))
    }
    if answer.order != 0 {
      response.fields.append(";order=")
      response.fields.append(decimal: UInt64(answer.order))
    }
    if let number = answer.number {
      response.fields.append(";cause=")
      response.fields.append(decimal: UInt64(number))
    }
    if let drawn = answer.drawn { addDrawn(drawn, response) }
    response.fields.end()
  }

  private static func addDrawn(_ drawn: RehearsedAnswer.Drawn, _ response: Response) {
    func add(_ name: StaticString, _ value: UInt64) {
      response.fields.append(name)
      response.fields.append(decimal: value)
    }
    if let seed = drawn.seed {
      add(";seed=", seed)
      add(";draw=", drawn.index)
    }
    if let delay = drawn.delay { add(";delay=", delay) }
    if drawn.steps > 0 {
      add(";step=", UInt64(drawn.step))
      add(";steps=", UInt64(drawn.steps))
    }
  }

  /// What was ordered to be left out. What is not the ordered answer, and has something of the order all the same, is marked here; what is
  /// wrong with an order is told by a real refusal.
  static func leaveOut(_ answer: RehearsedAnswer, isOrdered: Bool, _ response: Response) {
    guard let form = answer.form, isOrdered else {
      if answer.problem.isEmpty { addMark(answer, response) }
      return
    }
    for name in form.without { response.fields.remove(named: name) }
  }
}
