internal import Config
internal import Documents
internal import Facts
internal import Message
internal import Respond

// A rule's JSON Schema: which contents it is for, and what becomes of those that break it.
extension Worker {
  /// What a change would leave is checked where it is JSON: by the media type that it is sent with, or will be served with.
  func bindToSchema(_ state: ExchangeState, _ plan: WritePlan) {
    plan.copiedBytesMax = Int(clamping: state.facts.content.limit)
    guard let terms = plan.write.settings.schema, plan.method != .delete else { return }
    let type = plan.root.mediaType(of: FileStore.name(plan.path)).type
    let isStored =
      plan.method != .post && withExtendedLifetime(type) { Worker.isJSON(type.bytes) }
    guard isStored || isContentJSON(state) else { return }
    plan.schema = terms.schema
    state.facts.write.isSchemaChecked = true
    state.facts.write.positions.schema = terms.file.position
    holdInMemory(&state.facts)
  }

  private func isContentJSON(_ state: ExchangeState) -> Bool {
    guard let slice = state.head.value(of: .contentType) else { return false }
    let bytes = UnsafeBufferPointer(rebasing: state.bytes[slice.range])
    let lower = bytes.map(Router.lowercase)
    return lower.withUnsafeBufferPointer { Worker.isJSON($0) }
  }

  /// Takes over what a document breaks, for the answer and for the record.
  func tell(_ violation: SchemaViolation, _ plan: WritePlan) {
    plan.answer.keyword = Array(violation.keyword.utf8)
    plan.answer.schemaPointer = violation.schema
    let instance = violation.instance.isEmpty ? Array("the whole".utf8) : violation.instance
    // Either pointer may be long, and a record has room for little
    var message: [UInt8] = []
    message += instance.prefix(80)
    message += Array(" breaks ".utf8)
    message += plan.answer.keyword
    message += Array(" at ".utf8)
    message += violation.schema.prefix(100)
    plan.message = StableBytes(message)
  }
}

extension WriteAction {
  /// The content of a PUT or POST, by the rule's schema; nil where it keeps that, or need not.
  static func judge(_ upload: Upload, _ plan: WritePlan) -> WriteResult? {
    plan.schema == nil ? nil : judge(upload.content, plan)
  }

  /// What a change would leave, by the rule's schema; nil where it keeps that, or need not.
  static func judge(_ text: [UInt8], _ plan: WritePlan) -> WriteResult? {
    guard let schema = plan.schema else { return nil }
    switch schema.check(text) {
    case .holds: return nil
    case .breaks(let violation):
      var result = WriteResult(.schemaBroken, remark: violation.instance)
      result.violation = violation
      return result
    case .malformed(let offset, let problem):
      return WriteResult(PatchFault.malformed(offset: offset, problem: problem))
    case .excessive:
      // A patch is small: it is what it makes of the document that is too much
      var result = WriteResult(plan.method == .patch ? .patchInapplicable : .documentTooLarge)
      result.excess = .check
      result.reason = "to check it by the schema would take more work than is done for its size"
      return result
    }
  }
}
