import Facts
import HTTPStatus
import Message
import Testing

@testable import Decide

@Suite("From fault to cause, row by row")
struct FaultCauseTests {
  /// Where a fault can be found: in a request's head, in its content, in both, or in no request.
  enum Place { case head, content, both, neither }

  /// Written out, not computed: a cause that moves must be moved here too.
  static let rows: [(FaultKind, String, Place)] = [
    (.none, "500.0", .neither),
    (.requestLineMalformed, "400.700", .head),
    (.methodMalformed, "400.701", .head),
    (.targetMalformed, "400.702", .head),
    (.targetEscapeMalformed, "400.703", .head),
    (.targetFormWrong, "400.704", .head),
    (.versionMalformed, "400.705", .head),
    (.versionUnsupported, "505.700", .head),
    (.targetTooLong, "414.700", .head),
    (.pathNotUTF8, "400.706", .head),
    (.pathContainsNUL, "400.707", .head),
    (.pathDoubleEncoded, "400.708", .head),
    (.pathSeparatorEncoded, "400.709", .head),
    (.pathLeavesRoot, "400.710", .head),
    (.bareCarriageReturn, "400.711", .both),
    (.bareLineFeed, "400.712", .both),
    (.leadingWhitespace, "400.713", .head),
    (.fieldNameMalformed, "400.714", .head),
    (.spaceBeforeColon, "400.715", .head),
    (.fieldValueMalformed, "400.716", .head),
    (.foldedField, "400.717", .head),
    (.fieldTooLarge, "431.700", .both),
    (.headTooLarge, "431.701", .head),
    (.tooManyFields, "431.702", .both),
    (.hostMissing, "400.718", .head),
    (.hostRepeated, "400.719", .head),
    (.hostMalformed, "400.720", .head),
    (.contentLengthMalformed, "400.721", .head),
    (.contentLengthRepeated, "400.722", .head),
    (.contentLengthWithTransferEncoding, "400.723", .head),
    (.transferEncodingInHTTP10, "400.724", .head),
    (.transferEncodingMalformed, "400.725", .head),
    (.finalCodingNotChunked, "400.726", .head),
    (.transferCodingUnknown, "501.701", .head),
    (.chunkSizeMalformed, "400.727", .content),
    (.chunkExtensionMalformed, "400.728", .content),
    (.chunkExtensionsTooLarge, "400.729", .content),
    (.chunkDataUnterminated, "400.730", .content),
    (.trailerMalformed, "400.731", .content),
    (.trailersTooLarge, "431.703", .content),
    (.messageIncomplete, "400.732", .both),
    (.tlsOnPlainPort, "400.733", .head),
    (.headTimeout, "408.700", .head),
    (.contentTimeout, "408.701", .content),
    (.contentTooSlow, "408.702", .content),
    (.contentLengthAboveLimit, "413.1", .neither),
    (.chunkedContentAboveLimit, "413.700", .content),
    (.statusLineMalformed, "500.0", .neither),
    (.statusMalformed, "500.0", .neither),
    (.proxyHeaderMalformed, "400.743", .head),
    (.idleRehearsed, "408.780", .head),
    (.methodTooLong, "501.702", .head),
    (.targetSchemeForeign, "421.701", .head),
  ]

  @Test("each fault has its row")
  func complete() {
    #expect(Self.rows.map(\.0) == FaultKind.allCases)
  }

  @Test("each fault has its cause and its place", arguments: rows)
  func row(_ kind: FaultKind, _ cause: String, _ place: Place) {
    #expect(FaultCauses.cause(of: kind).code.description == cause)
    let isInHead = FaultCauses.kinds(of: .fault).contains(kind)
    let isInContent = FaultCauses.kinds(of: .contentFault).contains(kind)
    #expect(isInHead == (place == .head || place == .both))
    #expect(isInContent == (place == .content || place == .both))
  }

  @Test("no two faults of a request share a cause")
  func distinct() {
    let kinds = Self.rows.filter { $0.2 != .neither }.map(\.0)
    #expect(Set(kinds.map(FaultCauses.cause(of:))).count == kinds.count)
  }

  @Test("a walk takes the fault's cause and place into its verdict", arguments: rows)
  func verdicts(_ kind: FaultKind, _ cause: String, _ place: Place) throws {
    if place == .head || place == .both {
      var facts = Facts.plain
      facts.fault = MessageFault(kind, at: 7, in: .fieldValue, field: ByteSlice(2, 5))
      let end = verdict(of: facts)
      let found = try #require(end)
      #expect(found.cause.code.description == cause)
      #expect(found.ending == .fault)
      #expect(found.evidence.part == .fieldValue && found.evidence.offset == 7)
      #expect(found.evidence.field == ByteSlice(2, 5))
    }
    if place == .content || place == .both {
      var facts = Facts.plain
      facts.framing = .chunked
      facts.content.fault = MessageFault(kind, at: 9, in: .chunk)
      let end = verdict(of: facts)
      let found = try #require(end)
      #expect(found.cause.code.description == cause)
      #expect(found.ending == .contentFault)
      #expect(found.evidence.part == .chunk && found.evidence.offset == 9)
    }
  }
}
