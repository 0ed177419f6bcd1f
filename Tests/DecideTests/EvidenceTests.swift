import Config
import Facts
import Glibc
import HTTPStatus
import Message
import Testing
import Wire

@testable import Decide

@Suite("Evidence: what tipped it")
struct EvidenceTests {
  /// What the evidence of an ending points at.
  struct Row: Sendable {
    var key: SettingKey = .none
    /// Line of `marked` at which the setting stands; 0: nowhere.
    var line: UInt32 = 0
    var part: MessagePart = .whole
    var unit: Evidence.Unit = .none
    var limit: UInt64 = 0
    var measured: UInt64 = 0
    var systemError: Int32 = 0
  }

  /// One row an ending, in the order of their numbers.
  static let rows = ofReading + ofWriting

  private static let ofReading: [(Ending, Row)] = [
    (
      .serverFull,
      Row(key: .limitConnections, line: 1, unit: .connections, limit: 10, measured: 11)
    ),
    (.fault, Row(key: .limitHead, line: 2, part: .fieldValue, unit: .bytes, limit: 8, measured: 9)),
    (.methodUnknown, Row(part: .method)),
    (.expectationUnknown, Row(part: .fieldValue)),
    (.siteMissing, Row(key: .siteNames, line: 3)),
    (.targetUnsecured, Row(part: .target)),
    (.siteClosed, Row(key: .deny, line: 17)), (.addressUnknown, Row(key: .deny, line: 17)),
    (.addressDenied, Row(key: .deny, line: 17)), (.addressNotAllowed, Row(key: .deny, line: 17)),
    (.hostNameUnresolved, Row(key: .deny, line: 17)), (.hostNameDenied, Row(key: .deny, line: 17)),
    (.siteFull, Row(key: .deny, line: 17, unit: .requests, limit: 7, measured: 8)),
    (.clientAtLimit, Row(key: .deny, line: 17, unit: .requests, limit: 7, measured: 8)),
    (.folderFileAsked, Row(key: .filesScripts, line: 18, systemError: 13)),
    (.folderFileInvalid, Row(key: .filesScripts, line: 18, systemError: 13)),
    (.folderAddressRefused, Row(key: .filesScripts, line: 18, systemError: 13)),
    (.scriptRefused, Row(key: .filesScripts, line: 18, systemError: 13)),
    (.scriptHidden, Row(key: .filesScripts, line: 18, systemError: 13)),
    (.ruleMissing, Row(key: .rulePath, line: 3)),
    (.hiddenRefused, Row(key: .filesHidden, line: 8)),
    (.hiddenSegment, Row(key: .filesHidden, line: 8)),
    (.hiddenFile, Row(key: .filesHidden, line: 8)),
    (.linkLeavesRoot, Row(key: .filesLinks, line: 9, systemError: 2)),
    (.fileMissing, Row(key: .filesRoot, line: 5, systemError: 2)),
    (.readingOff, Row(key: .filesRead, line: 11)),
    (.unreadable, Row(key: .filesRoot, line: 5, systemError: 2)),
    (.slashMissing, Row(part: .target)),
    (.slashMissingMethodKept, Row(part: .target)),
    (.listingDenied, Row(key: .filesBrowse, line: 7)),
    (.notRegularFile, Row(key: .filesRoot, line: 5, systemError: 2)),
    (.typeNotMapped, Row(key: .filesOnlyMappedTypes, line: 10)),
    (.methodNotAllowed, Row(key: .ruleMethods, line: 12)),
    (.inMaintenance, Row(key: .maintenance, line: 17)),
    (.blocked, Row(key: .ruleBlocked, line: 17)), (.gone, Row(key: .ruleGone, line: 17)),
    (.buried, Row(key: .ruleTombstones, line: 18)), (.teapot, Row(key: .ruleTeapot, line: 17)),
    (.movedPermanently, Row(key: .ruleRedirect, line: 17)),
    (.found, Row(key: .ruleRedirect, line: 17)), (.seeOther, Row(key: .ruleRedirect, line: 17)),
    (.temporaryRedirect, Row(key: .ruleRedirect, line: 17)),
    (.permanentRedirect, Row(key: .ruleRedirect, line: 17)),
    (.ifMatchFailed, Row(part: .fieldValue)),
    (.ifUnmodifiedSinceFailed, Row(part: .fieldValue)),
    (.ifNoneMatchFailed, Row(part: .fieldValue)),
    (.entityTagMatched, Row(part: .fieldValue)),
    (.notModifiedSince, Row(part: .fieldValue)),
    (.rangesExcessive, Row(key: .limitRanges, line: 13, unit: .ranges, limit: 5, measured: 6)),
    (.rangeUnsatisfiable, Row(part: .fieldValue, unit: .bytes, limit: 100)),
    (.contentTooLarge, Row(key: .limitContent, line: 14, unit: .bytes, limit: 20, measured: 30)),
    (
      .contentFault,
      Row(
        key: .limitContentRate, line: 15, part: .content, unit: .bytesPerSecond, limit: 4,
        measured: 3)
    ),
    (.handlerFailed, Row(systemError: 5)),
    (.listingFailed, Row(key: .filesRoot, line: 5, systemError: 5)),
    (
      .contentEndedEarly,
      Row(key: .filesRoot, line: 5, unit: .bytes, limit: 100, measured: 60, systemError: 5)
    ),
    (.fileOpenFailed, Row(key: .filesRoot, line: 5, systemError: 5)),
    (.options, Row()), (.serverOptions, Row()), (.traceEchoed, Row()), (.listingServed, Row()),
    (.rangeServed, Row()), (.rangesServed, Row()), (.fileServed, Row()), (.contentServed, Row()),
    (.rehearsed, Row(key: .ruleRehearse, line: 17)),
    (.rehearsalUnanswered, Row(key: .ruleRehearse, line: 17)),
    (.rehearsalMalformed, Row(key: .ruleRehearse, line: 17)),
    (.rehearsalUnknown, Row(key: .ruleRehearse, line: 17)),
    (.switchNotOffered, Row(key: .ruleRehearse, line: 17)),
    (.switchVersionUnknown, Row(key: .ruleRehearse, line: 17)),
    (.handshakeMalformed, Row(key: .ruleRehearse, line: 17)),
    (.variantListServed, Row(part: .fieldValue)),
    (.choiceLeft, Row(key: .filesChoice, line: 18)),
    (.mediaTypeNotAcceptable, Row(key: .filesStrict, line: 19, part: .fieldValue)),
    (.languageNotAcceptable, Row(key: .filesStrict, line: 19, part: .fieldValue)),
    (.codingNotAcceptable, Row(key: .filesStrict, line: 19, part: .fieldValue)),
    (.variantNotAcceptable, Row(key: .filesStrict, line: 19, part: .fieldValue)),
    (.variantNegotiates, Row(key: .filesVariants, line: 17)),
  ]

  private static let ofWriting: [(Ending, Row)] = [
    (.matchRequired, Row(key: .writeRequireMatch, line: 19)),
    (.memberCreated, Row()), (.created, Row()), (.replaced, Row()), (.patched, Row()),
    (.deleted, Row()), (.formReset, Row()), (.formTaken, Row()),
    (.schemaBroken, Row(key: .writeSchema, line: 22, part: .content)),
    (.jsonMalformed, Row(part: .content)), (.patchMalformed, Row(part: .content)),
    (.patchInapplicable, Row(part: .content)), (.patchTestFailed, Row(part: .content)),
    (.documentTooLarge, Row(part: .content)), (.changedMeanwhile, Row(part: .fieldValue)),
    (.documentNotJSON, Row(key: .filesRoot, line: 5)),
    (.collectionNotEmpty, Row(key: .filesRoot, line: 5, systemError: 5)),
    (.storageFull, Row(key: .filesRoot, line: 5, systemError: 5)),
    (.writeFailed, Row(key: .filesRoot, line: 5, systemError: 5)),
    (.writingOff, Row(key: .writeMethods, line: 17)),
    (.writeRefused, Row(key: .filesRoot, line: 5, systemError: 5)),
    (.creationOnly, Row(key: .writeCreateOnly, line: 18)), (.nameOfCollection, Row(part: .target)),
    (.parentMissing, Row(key: .filesRoot, line: 5, systemError: 5)),
    (.contentPartRefused, Row(part: .fieldValue)), (.lengthMissing, Row(part: .content)),
    (.lengthUndeclared, Row(key: .writeLength, line: 20)),
    (.codingNotTaken, Row(part: .fieldValue)), (.patchTargetNotJSON, Row(part: .fieldValue)),
    (.patchFormatNotTaken, Row(part: .fieldValue)),
    (.typeNotTaken, Row(key: .writeTypes, line: 21)),
  ]

  /// Facts whose every setting is written on a line of its own.
  static var marked: Facts {
    func line(_ line: UInt32) -> Position { Position(source: 2, line: line, column: 1) }
    var facts = Facts.plain
    facts.connection.openCount = 11
    facts.connection.limit = 10
    facts.connection.limitPosition = line(1)
    facts.fault = MessageFault(.headTooLarge, at: 8, in: .fieldValue, limit: 8, measured: 9)
    facts.faultPosition = line(2)
    facts.route.sitePosition = line(3)
    facts.route.rulePosition = line(4)
    facts.route.tracePosition = line(16)
    facts.resource.positions.root = line(5)
    facts.resource.positions.index = line(6)
    facts.resource.positions.browse = line(7)
    facts.resource.positions.hidden = line(8)
    facts.resource.positions.links = line(9)
    facts.resource.positions.mappedTypes = line(10)
    facts.resource.positions.read = line(11)
    facts.resource.positions.methods = line(12)
    facts.rule.position = line(17)
    facts.rule.tombstonesPosition = line(18)
    facts.resource.systemError = 2
    facts.client.key = .deny
    facts.client.position = line(17)
    facts.client.limit = 7
    facts.client.measured = 8
    facts.folder.key = .filesScripts
    facts.folder.position = line(18)
    facts.folder.systemError = 13
    facts.range.limit = 5
    facts.range.count = 6
    facts.range.limitPosition = line(13)
    facts.framing = .length(30)
    facts.content.limit = 20
    facts.content.limitPosition = line(14)
    facts.content.fault = MessageFault(.contentTooSlow, at: 0, in: .content, limit: 4, measured: 3)
    facts.content.faultPosition = line(15)
    facts.negotiation.variants = line(17)
    facts.negotiation.choice = line(18)
    facts.negotiation.strict = line(19)
    facts.action.systemError = 5
    facts.action.available = 60
    facts.write.positions.methods = line(17)
    facts.write.positions.createOnly = line(18)
    facts.write.positions.requireMatch = line(19)
    facts.write.positions.length = line(20)
    facts.write.positions.types = line(21)
    facts.write.positions.schema = line(22)
    facts.write.isCreationOnly = true
    return facts
  }

  @Test("each ending has its row")
  func complete() {
    #expect(Self.rows.map(\.0) == Ending.allCases)
  }

  @Test(
    "each ending points at a key, a part, a measure or an error number as its row says",
    arguments: rows)
  func row(_ ending: Ending, _ row: Row) {
    let evidence = ending.evidence(Self.marked)
    #expect(evidence.key == row.key)
    let line = evidence.position.isBuiltIn ? 0 : evidence.position.line
    #expect(line == row.line)
    #expect(evidence.part == row.part)
    #expect(evidence.unit == row.unit)
    #expect(evidence.limit == row.limit)
    #expect(evidence.measured == row.measured)
    #expect(evidence.systemError == row.systemError)
    #expect(evidence.rule.line == 4)
  }

  @Test("what is too much for a change points at what bounds it")
  func excess() {
    func evidence(_ excess: WriteExcess, _ ending: Ending = .patchInapplicable) -> Evidence {
      var facts = Self.marked
      facts.write.excess = excess
      facts.write.excessBytes = 8
      facts.write.excessBytesMax = excess == .check || excess == .patch ? 0 : 7
      return ending.evidence(facts)
    }
    let document = evidence(.document)
    #expect(document.key == .filesRoot && document.position.line == 5)
    #expect(document.limit == 7 && document.measured == 8 && document.unit == .bytes)
    let copies = evidence(.copies)
    #expect(copies.key == .limitContent && copies.position.line == 14 && copies.measured == 8)
    #expect(evidence(.patch).key == .none && evidence(.patch).part == .content)
    for ending in [Ending.patchInapplicable, .documentTooLarge] {
      let check = evidence(.check, ending)
      #expect(check.key == .writeSchema && check.position.line == 22 && check.unit == .none)
    }
  }

  @Test("a name that is taken is no matter of the setting where that is off: the folder is named")
  func nameTaken() {
    var facts = Self.marked
    facts.write.isCreationOnly = false
    facts.action.systemError = EISDIR
    let evidence = Ending.creationOnly.evidence(facts)
    #expect(evidence.key == .filesRoot && evidence.position.line == 5)
    #expect(evidence.systemError == EISDIR)
  }

  @Test("links in a circle are no matter of the setting: the folder is named")
  func circle() {
    var facts = Self.marked
    facts.resource.systemError = ELOOP
    let evidence = Ending.linkLeavesRoot.evidence(facts)
    #expect(evidence.key == .filesRoot && evidence.position.line == 5)
    #expect(evidence.systemError == ELOOP)
  }

  @Test("a method that the rule lets write, and what stands there does not take: `write` is named")
  func takenElsewhere() {
    var facts = Self.marked
    facts.method = .delete
    facts.write.isOn = true
    let evidence = Ending.methodNotAllowed.evidence(facts)
    #expect(evidence.key == .writeMethods && evidence.position.line == 17)
    #expect(evidence.part == .method)
    facts.write.isOn = false
    #expect(Ending.methodNotAllowed.evidence(facts).key == .ruleMethods)
    facts.resource.positions.methods = .builtIn
    #expect(Ending.methodNotAllowed.evidence(facts).key == .writeMethods)
    #expect(Ending.methodNotAllowed.evidence(facts).part == .whole)
  }

  @Test(
    "the first expectation that is another one is pointed at, whichever line it is on",
    arguments: [
      (["100-continue, foo"], "foo"), (["100-continue", "bar"], "bar"),
      (["100-Continue ,, \tbaz;q=1"], "baz"), (["a-miracle, 100-continue"], "a-miracle"),
    ])
  func expectation(_ values: [String], _ wanted: String) throws {
    let lines = values.map { "Expect: \($0)\r\n" }.joined()
    let bytes = Array("GET / HTTP/1.1\r\nHost: h\r\n\(lines)\r\n".utf8)
    var reader = RequestReader()
    var head = RequestHead()
    _ = try reader.read(bytes.span, into: &head)
    var evidence = Evidence()
    evidence.locate(.expectationUnknown, in: head, bytes.span)
    let offset = Int(evidence.offset)
    #expect(bytes[offset...].starts(with: wanted.utf8))
    #expect(evidence.part == .fieldValue)
  }

  @Test("a field that is not there has no place")
  func absentField() throws {
    let bytes = Array("PATCH / HTTP/1.1\r\nHost: h\r\n\r\n".utf8)
    var reader = RequestReader()
    var head = RequestHead()
    _ = try reader.read(bytes.span, into: &head)
    var evidence = Ending.patchFormatNotTaken.evidence(Self.marked)
    #expect(evidence.part == .fieldValue)
    evidence.locate(.patchFormatNotTaken, in: head, bytes.span)
    #expect(evidence.part == .whole && evidence.offset == 0)
  }

  @Test("what is blocked for everybody has no `from` to be named")
  func everybody() {
    var facts = Self.marked
    facts.rule.isForEverybody = true
    #expect(Ending.blocked.evidence(facts).key == .ruleBlockedBy)
  }

  @Test("a refusal always has evidence of some kind")
  func refusals() {
    for (ending, row) in Self.rows where (ending.causes.first?.status.code ?? 0) >= 400 {
      let points = row.key != .none || row.part != .whole || row.systemError != 0
      #expect(points, "\(ending)")
    }
  }

  @Test("a file that closes a site, and a fallback that was served, are named")
  func stand() {
    var facts = Self.marked
    facts.rule.isByFile = true
    #expect(Ending.inMaintenance.evidence(facts).key == .maintenanceFile)
    facts.rule.isFallback = true
    let evidence = Ending.fileServed.evidence(facts)
    #expect(evidence.key == .filesFallback && evidence.position.line == 17)
  }

  @Test("TRACE is refused by the site's setting, other methods by the rule's")
  func trace() {
    var facts = Self.marked
    facts.method = .trace
    let evidence = Ending.methodNotAllowed.evidence(facts)
    #expect(evidence.key == .siteTrace)
    #expect(evidence.position.line == 16)
  }

  @Test("a fault that has passed a limit names its setting and its unit")
  func limits() {
    let units: [(FaultKind, SettingKey, Evidence.Unit)] = [
      (.targetTooLong, .limitTarget, .bytes), (.headTooLarge, .limitHead, .bytes),
      (.fieldTooLarge, .limitField, .bytes), (.tooManyFields, .limitFields, .fields),
      (.chunkExtensionsTooLarge, .limitChunkExtensions, .bytes),
      (.trailersTooLarge, .limitTrailers, .bytes),
      (.chunkedContentAboveLimit, .limitContent, .bytes),
      (.headTimeout, .limitHeadTime, .milliseconds),
      (.contentTimeout, .limitContentTime, .milliseconds),
      (.contentTooSlow, .limitContentRate, .bytesPerSecond),
    ]
    for (kind, key, unit) in units {
      var facts = Self.marked
      facts.fault = MessageFault(kind, at: 3, in: .whole, limit: 1, measured: 2)
      let evidence = Ending.fault.evidence(facts)
      #expect(evidence.key == key && evidence.unit == unit, "\(kind)")
      #expect(evidence.position.line == 2)
    }
  }
}
