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
    if carriers.contains(.path), !canReadPath(rule) {
      let place = table.isWritten(RehearseKeys.from) ? table.position(of: RehearseKeys.from) : nil
      diagnostics.error(
        at: place ?? rule.position(of: AdditionKeys.rehearse),
        keys: table.keys(RehearseKeys.from),
        "an order is not read from a path whose captures stand before it; "
          + "write \"from: [query, field]\", or a path with nothing but a capture of the rest at its end"
      )
      return nil
    }
    return RehearseSettings(
      order: order, carriers: carriers, seed: table.number(ifWritten: RehearseKeys.seed),
      position: order?.position ?? rule.position(of: AdditionKeys.rehearse))
  }
}

extension Reading {
  /// The path of a rule says where an order would begin: it has no captures, or none but that of the rest.
  private func canReadPath(_ rule: Table) -> Bool {
    guard let path = rule.text(RuleKeys.path) else { return true }
    let pattern = PathPattern(path: Array(path.value.utf8))
    return !pattern.isSubtree || pattern.captures.count == (pattern.hasRest ? 1 : 0)
  }
}

extension TextForm {
  static func rehearsalProblem(_ text: String) -> Problem? {
    guard let problem = GrammarReader.problem(in: text) else { return nil }
    return Problem("is wrong at its byte \(problem.offset): \(problem.message)")
  }
}
