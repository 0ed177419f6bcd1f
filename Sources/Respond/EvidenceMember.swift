internal import Config
internal import Decide
internal import Message

/// What an answer tells of the evidence: the one list of its members with their names and values, in their order. The forms (problem+json,
/// HTML, text) differ only in what they put around them. The journal's line has names and conditions of its own, which are frozen
/// (Documentation/Decisions/0069-two-lists-of-evidence.md).
enum EvidenceMember: CaseIterable {
  case setting, at, rule, part, offset, field, limit, measured

  /// The member's name in problem+json.
  var name: StaticString {
    switch self {
    case .setting: "setting"
    case .at: "at"
    case .rule: "rule"
    case .part: "part"
    case .offset: "offset"
    case .field: "field"
    case .limit: "limit"
    case .measured: "measured"
    }
  }

  /// What people read before it; nil where it goes on with what the member before it began.
  var word: PageWords? {
    switch self {
    case .setting: .setting
    case .rule: .rule
    case .part: .request
    case .field: .field
    case .limit: .limit
    case .measured: .measured
    case .at, .offset: nil
    }
  }

  var isNumber: Bool { self == .offset || self == .limit || self == .measured }

  /// Whether it is a name that a program knows.
  var isCode: Bool { self == .setting || self == .field }

  func isPresent(in evidence: Evidence) -> Bool {
    switch self {
    case .setting, .at: evidence.key != .none
    case .rule: !evidence.rule.isBuiltIn
    case .part, .offset: evidence.part != .whole
    case .field: !evidence.field.isEmpty
    // The number of an armed order measures nothing
    case .limit, .measured:
      evidence.unit != .order && (evidence.limit != 0 || evidence.measured != 0)
    }
  }

  func write(
    _ evidence: Evidence, in place: TextPlace, _ context: borrowing ResponseContext,
    _ body: inout ByteBuffer
  ) {
    switch self {
    case .setting: body.append(evidence.key.name)
    case .at: body.append(context.settings.text(of: evidence.position), in: place)
    case .rule: body.append(context.settings.text(of: evidence.rule), in: place)
    case .part: body.append(evidence.part.name)
    case .offset: body.append(decimal: evidence.offset)
    case .field:
      let name = UnsafeBufferPointer(rebasing: context.bytes[evidence.field.range])
      body.append(wire: name, in: place)
    case .limit: body.append(decimal: evidence.limit)
    case .measured: body.append(decimal: evidence.measured)
    }
  }
}
