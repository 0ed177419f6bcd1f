public import Config
internal import HTTPStatus
public import Message

/// What a rule adds to its answers beyond the fields of successful ones, made once a settings snapshot. Only for rules that have some
/// of it: others have none, and pay nothing.
public final class RuleExtras: Sendable {
  let pattern: PathPattern
  let redirect: RedirectSettings?
  /// Link with rel="blocked-by" (RFC 7725 section 4).
  let blockedBy: FieldBlock?
  /// Why it is blocked, for people.
  let reason: [UInt8]
  /// Fields of every answer.
  let always: FieldBlock?
  /// Names, in lower case, of fields that no answer carries.
  let removed: [[UInt8]]
  /// The fields of a 103; nil where the rule has no hints.
  public let hints: HintFields?

  /// Nil where the rule has nothing of this. `variesByFetch`: the rule's answers depend on Sec-Fetch-Mode.
  public init?(_ rule: Rule, variesByFetch: Bool) {
    var redirect: RedirectSettings?
    if case .redirect(let settings) = rule.resource { redirect = settings }
    if redirect == nil, !rule.hasAdditions, !variesByFetch { return nil }
    let additions = rule.additions
    if redirect == nil, additions.blocked == nil, additions.hints.isEmpty,
      additions.alwaysHeaders.isEmpty, additions.removedHeaders.isEmpty, !variesByFetch
    {
      return nil
    }
    pattern = rule.pattern
    self.redirect = redirect
    blockedBy = additions.blocked.map { blocked in
      FieldBlock { fields in
        fields.begin(.link)
        fields.append("<")
        for byte in blocked.by.value { fields.append(byte) }
        fields.append(">; rel=\"blocked-by\"")
        fields.end()
        // RFC 9110 section 15.1: a 451 may be kept; one that goes by address is for no shared cache
        if !blocked.from.isEmpty { fields.add(.cacheControl, "private") }
      }
    }
    reason = additions.blocked?.reason ?? []
    always =
      additions.alwaysHeaders.isEmpty && !variesByFetch
      ? nil
      : FieldBlock { fields in
        for header in additions.alwaysHeaders { fields.add(name: header.name, value: header.value) }
        if variesByFetch { fields.add(.vary, "Sec-Fetch-Mode") }
      }
    removed = additions.removedHeaders
    hints = additions.hints.isEmpty ? nil : HintFields(additions.hints.map(\.value))
  }
}

/// The Link fields of a 103 (RFC 8297), ready to be written.
public final class HintFields: @unchecked Sendable {
  // Filled by `init`, and only read afterwards.
  public let fields: FieldBuffer

  init(_ links: [[UInt8]]) {
    var fields = FieldBuffer()
    for link in links { fields.add(.link, link) }
    self.fields = fields
  }
}

extension Responder {
  /// RFC 9110 section 10.2.2: an absolute path or an absolute URI, so that nothing has to be resolved.
  static func addRedirect(
    _ head: UnsafePointer<RequestHead>, _ context: borrowing ResponseContext, _ response: Response
  ) {
    guard let extras = context.extras, let redirect = extras.redirect,
      let captured = extras.pattern.match(context.path.span)
    else { return }
    let hasQuery = redirect.keepsQuery.value && head.pointee.hasQuery
    let query =
      hasQuery
      ? UnsafeBufferPointer(rebasing: context.bytes[head.pointee.query.range])
      : UnsafeBufferPointer(start: nil, count: 0)
    let path = context.path
    response.fields.begin(.location)
    response.fields.appendValue { buffer in
      redirect.to.value.append(captured, of: path.span, query: query.span, to: &buffer)
    }
    response.fields.end()
  }

  /// What the rule has every answer carry, or not carry.
  static func finish(_ extras: borrowing RuleExtras, _ response: Response) {
    if let always = extras.always {
      let varies = always.present.contains(.vary) && response.fields.present.contains(.vary)
      response.fields.add(always)
      // Answers of our own name each field that they depend on once
      if varies, response.status.code >= 300, response.status != .notModified {
        response.fields.mergeLines(of: .vary)
      }
    }
    for name in extras.removed { response.fields.remove(named: name) }
  }
}
