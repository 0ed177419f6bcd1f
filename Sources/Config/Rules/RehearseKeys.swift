enum RehearseKeys {
  static let section = ConfigSection(
    "rehearse", noun: "a rehearsal",
    "Answers any status on demand; what can be ordered is in Documentation/Rehearsal.md.",
    keys: [order, from, seed])

  static let order = ConfigKey(
    "order", .text(.rehearsal), .optional("\"503; delay=2s\""),
    "What is answered where a client says nothing of it, in the grammar of rehearsals.")
  static let from = ConfigKey(
    "from", .list(.words(RehearsalCarrier.allCases.map(\.rawValue)), single: true, atLeast: 1),
    .optional("[path, query, field]"),
    "Where clients may say what they want; without it everywhere where there is no \"order\", and "
      + "nowhere where there is one.")
  static let seed = ConfigKey(
    "seed", .count(0...UInt64(Int64.max)), .optional("42"),
    "Makes what is drawn repeatable; without it every start draws another one.")
}

extension AdditionKeys {
  static let rehearse = ConfigKey(
    "rehearse", .table(RehearseKeys.section, short: RehearseKeys.order.name), .section,
    "Rehearses answers instead of giving real ones; a text alone is the order.")
}
