import Config
import Decide
import Facts
import HTTPStatus
import Message

/// Any facts lead to a verdict, the same whether needs are met one by one or all at once, and its path can be told again.
func fuzzGraphWalk(_ bytes: Span<UInt8>) {
  var source = ByteSource(bytes)
  let damaged = AnswerBits(low: source.word(), high: source.word())
  _ = Retelling.path(version: UInt16(source.byte()), yes: damaged)
  if let path = Retelling.path(version: Graph.version, yes: damaged) {
    expect(path.steps.count <= Question.allCases.count, "no question is asked twice")
  }

  var facts = randomFacts(&source)
  facts.met = []
  var stepped = Walk()
  var needed: [Need] = []
  var verdict: Verdict?
  while verdict == nil {
    switch stepped.advance(facts) {
    case .verdict(let found): verdict = found
    case .need(let need):
      expect(!facts.met.contains(need), "a need that is met is not asked for")
      needed.append(need)
      facts.met.insert(need)
    }
  }
  expect(needed.count <= Need.allCases.count, "each need is met once")
  for need in Need.allCases { facts.met.insert(need) }
  var walk = Walk()
  guard case .verdict(let whole) = walk.advance(facts) else {
    expect(false, "with every need met a walk ends")
    return
  }
  expect(verdict == whole, "one by one or all at once, the verdict is the same")
  check(whole)
}

private func check(_ verdict: Verdict) {
  expect(verdict.ending.causes.contains(verdict.cause), "a cause is one of its ending's")
  expect(verdict.status.canBeSent && !verdict.status.isInterim, "a verdict is a final status")
  guard let path = Retelling.path(version: verdict.graphVersion, yes: verdict.yes) else {
    expect(false, "a path can be told again")
    return
  }
  expect(path.ending == verdict.ending.rawValue, "the path told again ends the same")
  var told = AnswerBits()
  for step in path.steps where step.answer {
    if let question = Question(rawValue: step.number) { told.insert(question) }
  }
  expect(told == verdict.yes, "the path told again has the same answers")
}

private func randomFacts(_ source: inout ByteSource) -> Facts {
  var facts = Facts()
  facts.connection.openCount = UInt64(source.byte())
  facts.connection.limit = UInt64(source.byte()) | 0x80
  let kinds = FaultCauses.kinds(of: .fault)
  if source.flag() {
    facts.fault.kind = kinds[Int(source.byte()) % kinds.count]
    facts.fault.offset = source.word()
  }
  facts.method = source.pick(Method.self)
  facts.targetForm = TargetForm(rawValue: source.byte() % 4) ?? .origin
  facts.expectation = Expectation(rawValue: source.byte() % 3) ?? .none
  facts.framing = randomFraming(&source)
  facts.route.site = source.flag() ? 0 : -1
  facts.route.rule = source.flag() ? 0 : -1
  randomResource(&facts.resource, &source)
  facts.rule.provision = source.pick(RuleProvision.self)
  facts.rule.isFallback = source.flag()
  facts.rule.hasTombstone = source.flag()
  facts.rule.isByFile = source.flag()
  randomWriting(&facts.write, &source)
  randomSelection(&facts, &source)
  randomNegotiation(&facts.negotiation, &source)
  facts.content.limit = source.word()
  let late = FaultCauses.kinds(of: .contentFault)
  if source.flag() { facts.content.fault.kind = late[Int(source.byte()) % late.count] }
  facts.action.failure = ActionFailure(rawValue: source.byte() % 6) ?? .none
  facts.action.available = source.word()
  return facts
}

private func randomNegotiation(
  _ negotiation: inout NegotiationFacts, _ source: inout ByteSource
) {
  let bits = source.word()
  func flag(_ bit: UInt64) -> Bool { bits >> bit & 1 == 1 }
  negotiation.isNegotiated = flag(0)
  negotiation.isListAsked = flag(1)
  negotiation.isChoiceLeft = flag(2)
  negotiation.isStrict = flag(3)
  negotiation.isAcceptable = flag(4)
  negotiation.hasAcceptableType = flag(5)
  negotiation.hasAcceptableLanguage = flag(6)
  negotiation.hasAcceptableCoding = flag(7)
  negotiation.isVariantNegotiated = flag(8)
}

private func randomFraming(_ source: inout ByteSource) -> Framing {
  switch source.byte() % 3 {
  case 0: .none
  case 1: .length(source.word())
  default: .chunked
  }
}

private func randomWriting(_ write: inout WriteFacts, _ source: inout ByteSource) {
  write.isAsked = source.flag()
  write.isOn = source.flag()
  write.isForm = source.flag()
  write.isFormReset = source.flag()
  write.isTakenThere = source.flag()
  write.isCreationOnly = source.flag()
  write.hasParent = source.flag()
  write.isNameForFile = source.flag()
  write.isMatchRequired = source.flag()
  write.isLengthRequired = source.flag()
  write.isCodingTaken = source.flag()
  write.isTypeTaken = source.flag()
  write.isTargetJSON = source.flag()
  write.isCreated = source.flag()
  write.failure = source.pick(WriteFailure.self)
}

private func randomResource(_ resource: inout ResourceFacts, _ source: inout ByteSource) {
  resource.kind = ResourceKind(rawValue: source.byte() % 5) ?? .none
  resource.hiding = Hiding(rawValue: source.byte() % 3) ?? .none
  resource.hiddenPolicy = source.pick(HiddenPolicy.self)
  resource.leavesRoot = source.flag()
  resource.isReadable = source.flag()
  resource.isReadingAllowed = source.flag()
  resource.hasFinalSlash = source.flag()
  resource.hasIndex = source.flag()
  resource.isListingAllowed = source.flag()
  resource.isTypeMapped = source.flag()
  resource.isTypeMapRequired = source.flag()
  resource.methods = MethodSet(rawValue: UInt32(truncatingIfNeeded: source.word()))
  resource.length = source.word()
}

private func randomSelection(_ facts: inout Facts, _ source: inout ByteSource) {
  func condition(_ byte: UInt8) -> Condition { Condition(rawValue: byte % 3) ?? .absent }
  facts.preconditions.ifMatch = condition(source.byte())
  facts.preconditions.ifUnmodifiedSince = condition(source.byte())
  facts.preconditions.ifNoneMatch = condition(source.byte())
  facts.preconditions.ifModifiedSince = condition(source.byte())
  facts.range.request = RangeRequest(rawValue: source.byte() % 5) ?? .none
  facts.range.ifRange = condition(source.byte())
}
