public import Facts
public import HTTPStatus
internal import Message

/// How a walk can end. Its number is permanent, like a question's. Each ending has one cause, but for the two of faults, which take
/// it from the fault (`FaultCauses`), and the two of rehearsals, which have what was ordered.
public enum Ending: UInt8, Sendable, CaseIterable {
  case serverFull = 1
  case fault = 10
  case methodUnknown = 11
  case expectationUnknown = 12
  case siteMissing = 20
  case targetUnsecured = 21
  case siteClosed = 26
  case addressUnknown = 27
  case addressDenied = 28
  case addressNotAllowed = 29
  case hostNameUnresolved = 128
  case hostNameDenied = 129
  case siteFull = 130
  case clientAtLimit = 131
  case folderFileAsked = 132
  case folderFileInvalid = 133
  case folderAddressRefused = 134
  case scriptRefused = 135
  case scriptHidden = 136
  case ruleMissing = 30
  case hiddenRefused = 31
  case hiddenSegment = 32
  case hiddenFile = 33
  case linkLeavesRoot = 34
  case fileMissing = 35
  case readingOff = 36
  case unreadable = 37
  case slashMissing = 38
  case slashMissingMethodKept = 39
  case listingDenied = 40
  case notRegularFile = 41
  case typeNotMapped = 42
  case methodNotAllowed = 43
  case inMaintenance = 23
  case blocked = 50
  case gone = 51
  case buried = 52
  case teapot = 53
  case movedPermanently = 55
  case found = 56
  case seeOther = 57
  case temporaryRedirect = 58
  case permanentRedirect = 59
  case ifMatchFailed = 60
  case ifUnmodifiedSinceFailed = 61
  case ifNoneMatchFailed = 62
  case entityTagMatched = 63
  case notModifiedSince = 64
  case rangesExcessive = 80
  case rangeUnsatisfiable = 81
  case contentTooLarge = 90
  case contentFault = 91
  case handlerFailed = 100
  case listingFailed = 101
  case contentEndedEarly = 102
  case fileOpenFailed = 103
  case options = 110
  case serverOptions = 111
  case traceEchoed = 112
  case listingServed = 113
  case rangeServed = 114
  case rangesServed = 115
  case fileServed = 116
  case contentServed = 117
  // Rehearsing
  case rehearsed = 200
  case rehearsalUnanswered = 201
  case rehearsalMalformed = 202
  case rehearsalUnknown = 203
  case switchNotOffered = 220
  case switchVersionUnknown = 221
  case handshakeMalformed = 222
  case variantListServed = 150
  case choiceLeft = 151
  case mediaTypeNotAcceptable = 152
  case languageNotAcceptable = 153
  case codingNotAcceptable = 154
  case variantNotAcceptable = 155
  case variantNegotiates = 156
  // Writing
  case matchRequired = 70
  case memberCreated = 118
  case created = 119
  case replaced = 120
  case patched = 121
  case deleted = 122
  case formReset = 123
  case formTaken = 124
  case schemaBroken = 125
  case jsonMalformed = 160
  case patchMalformed = 161
  case patchInapplicable = 162
  case patchTestFailed = 163
  case documentTooLarge = 164
  case changedMeanwhile = 165
  case documentNotJSON = 166
  case collectionNotEmpty = 167
  case storageFull = 168
  case writeFailed = 169
  case writingOff = 170
  case writeRefused = 171
  case creationOnly = 172
  case nameOfCollection = 173
  case parentMissing = 174
  case contentPartRefused = 175
  case lengthMissing = 176
  case lengthUndeclared = 177
  case codingNotTaken = 178
  case patchTargetNotJSON = 179
  case patchFormatNotTaken = 180
  case typeNotTaken = 181

  /// The cause where the ending alone fixes it; nil for endings that take it from a fault.
  public var fixedCause: Cause? {
    switch self {
    case .fault, .contentFault, .rehearsed, .rehearsalUnanswered: nil
    case .rehearsalMalformed: .rehearsalMalformed
    case .rehearsalUnknown: .nothingToRehearse
    case .switchNotOffered: .websocketRequired
    case .switchVersionUnknown: .websocketVersionUnknown
    case .handshakeMalformed: .websocketHandshakeMalformed
    case .serverFull: .concurrencyLimitReached
    case .methodUnknown: .methodUnknown
    case .expectationUnknown: .expectationUnknown
    case .siteMissing: .siteNotFound
    case .targetUnsecured: .secureTargetUnsecured
    case .siteClosed, .hostNameDenied: .hostNameRejected
    case .addressUnknown, .addressDenied, .addressNotAllowed, .folderAddressRefused:
      .addressRejected
    case .hostNameUnresolved: .nameLookupFailed
    case .siteFull, .clientAtLimit: .tooManyUsers
    case .folderFileAsked: .hiddenFile
    case .folderFileInvalid: .folderConfigurationInvalid
    case .scriptRefused: .executeAccessForbidden
    case .scriptHidden: .scriptHidden
    case .ruleMissing: .noRuleMatches
    case .hiddenRefused: .hiddenPathRefused
    case .hiddenSegment: .hiddenSegment
    case .hiddenFile: .hiddenFile
    case .linkLeavesRoot: .linkLeavesRoot
    case .fileMissing: .fileNotFound
    case .readingOff, .unreadable: .readAccessForbidden
    case .slashMissing: .finalSlashMissing
    case .slashMissingMethodKept: .finalSlashMissingMethodKept
    case .listingDenied: .directoryListingDenied
    case .notRegularFile: .notARegularFile
    case .typeNotMapped: .mediaTypeNotMapped
    case .methodNotAllowed: .methodNotAllowed
    case .ifMatchFailed: .ifMatchFailed
    case .ifUnmodifiedSinceFailed: .ifUnmodifiedSinceFailed
    case .ifNoneMatchFailed: .ifNoneMatchFailed
    case .entityTagMatched: .entityTagMatched
    case .notModifiedSince: .notModifiedSince
    case .rangesExcessive: .rangesExcessive
    case .rangeUnsatisfiable: .rangeNotSatisfiable
    case .contentTooLarge: .contentLengthAboveLimit
    case .handlerFailed: .handlerFailed
    case .listingFailed: .listingFailed
    case .contentEndedEarly: .contentEndedEarly
    case .fileOpenFailed: .fileOpenFailed
    case .options: .optionsAnswered
    case .serverOptions: .serverOptionsAnswered
    case .traceEchoed: .traceEchoed
    case .listingServed: .listingServed
    case .rangeServed: .rangeServed
    case .rangesServed: .rangesServed
    case .fileServed: .fileServed
    case .contentServed: .contentServed
    case .inMaintenance: .maintenance
    case .blocked: .legalDemand
    case .gone: .removedByRule
    case .buried: .removedByRequest
    case .teapot: .coffeeRefused
    case .movedPermanently: .redirectPermanent
    case .found: .redirectTemporary
    case .seeOther: .redirectSeeOther
    case .temporaryRedirect: .redirectTemporaryMethodKept
    case .permanentRedirect: .redirectPermanentMethodKept
    case .variantListServed: .variantListServed
    case .choiceLeft: .choiceLeftToClient
    case .mediaTypeNotAcceptable: .noAcceptableMediaType
    case .languageNotAcceptable: .noAcceptableLanguage
    case .codingNotAcceptable: .noAcceptableCoding
    case .variantNotAcceptable: .noAcceptableVariant
    case .variantNegotiates: .variantAlsoNegotiates
    default: causeOfWriting
    }
  }

  /// The cause of this ending for these facts.
  public func cause(_ facts: borrowing Facts) -> Cause {
    switch self {
    case .fault: FaultCauses.cause(of: facts.fault.kind)
    case .contentFault: FaultCauses.cause(of: facts.content.fault.kind)
    case .rehearsed, .rehearsalUnanswered: facts.rehearsal.cause
    default: fixedCause ?? .handlerFailed
    }
  }

  /// The refusal of a switch that was ordered: rehearsed as the switch is.
  public var isOfRehearsedSwitch: Bool {
    switch self {
    case .switchNotOffered, .switchVersionUnknown, .handshakeMalformed: true
    default: false
    }
  }

  /// Every cause that this ending can have. What is rehearsed can also have any other that was ordered by its number.
  public var causes: [Cause] {
    switch self {
    case .rehearsed, .rehearsalUnanswered: Array(Cause.rehearsed)
    case .fault, .contentFault:
      FaultCauses.kinds(of: self).map(FaultCauses.cause(of:))
    default: fixedCause.map { [$0] } ?? []
    }
  }
}
