import Orders

extension Reading {
  /// A rule that rehearses; nil where what is written is at fault.
  func rehearsal(_ table: Table, of rule: Table) -> RehearseSettings? {
    var order: Sourced<RehearsalOrder>?
    if let text = table.text(RehearseKeys.order) {
      // What is wrong with it the form has told
      guard let read = try? GrammarReader.order(ofField: Array(text.value.utf8)) else { return nil }
      order = Sourced(read, at: text.position)
    }
    let written = table.texts(RehearseKeys.from).compactMap { RehearsalCarrier(rawValue: $0.value) }
    let isOpen = order == nil && !table.isWritten(RehearseKeys.from)
    let carriers = isOpen ? Set(RehearsalCarrier.allCases) : Set(written)
    // What is wrong with the list has been told
    if order == nil, carriers.isEmpty { return nil }
    return RehearseSettings(
      order: order, carriers: carriers, seed: table.number(ifWritten: RehearseKeys.seed),
      position: order?.position ?? rule.position(of: AdditionKeys.rehearse))
  }
}

extension TextForm {
  static func rehearsalProblem(_ text: String) -> Problem? {
    guard let problem = GrammarReader.problem(in: text) else { return nil }
    return Problem("is wrong at its byte \(problem.offset): \(problem.message)")
  }
}
