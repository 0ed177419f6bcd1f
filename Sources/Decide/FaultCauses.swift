public import HTTPStatus
public import Message

/// The table from what the reader can find wrong to the cause that it is answered with.
public enum FaultCauses {
  public static func cause(of kind: FaultKind) -> Cause {
    switch kind {
    case .none: .handlerFailed
    case .requestLineMalformed: .requestLineMalformed
    case .methodMalformed: .methodMalformed
    case .methodTooLong: .methodTooLong
    case .targetSchemeForeign: .schemeNotServed
    case .targetMalformed: .targetMalformed
    case .targetEscapeMalformed: .targetEscapeMalformed
    case .targetFormWrong: .targetFormWrong
    case .versionMalformed: .versionMalformed
    case .versionUnsupported: .majorVersionUnsupported
    case .targetTooLong: .targetTooLong
    case .pathNotUTF8: .pathNotUTF8
    case .pathContainsNUL: .pathContainsNUL
    case .pathDoubleEncoded: .pathDoubleEncoded
    case .pathSeparatorEncoded: .pathSeparatorEncoded
    case .pathLeavesRoot: .pathLeavesRoot
    case .bareCarriageReturn: .bareCarriageReturn
    case .bareLineFeed: .bareLineFeed
    case .leadingWhitespace: .leadingWhitespace
    case .fieldNameMalformed: .fieldNameMalformed
    case .spaceBeforeColon: .spaceBeforeColon
    case .fieldValueMalformed: .fieldValueMalformed
    case .foldedField: .foldedField
    case .fieldTooLarge: .fieldTooLarge
    case .headTooLarge: .headTooLarge
    case .tooManyFields: .tooManyFields
    case .hostMissing: .hostMissing
    case .hostRepeated: .hostRepeated
    case .hostMalformed: .hostMalformed
    case .contentLengthMalformed: .contentLengthMalformed
    case .contentLengthRepeated: .contentLengthRepeated
    case .contentLengthWithTransferEncoding: .contentLengthWithTransferEncoding
    case .transferEncodingInHTTP10: .transferEncodingInHTTP10
    case .transferEncodingMalformed: .transferEncodingMalformed
    case .finalCodingNotChunked: .finalCodingNotChunked
    case .transferCodingUnknown: .transferCodingUnknown
    case .chunkSizeMalformed: .chunkSizeMalformed
    case .chunkExtensionMalformed: .chunkExtensionMalformed
    case .chunkExtensionsTooLarge: .chunkExtensionsTooLarge
    case .chunkDataUnterminated: .chunkDataUnterminated
    case .trailerMalformed: .trailerMalformed
    case .trailersTooLarge: .trailersTooLarge
    case .messageIncomplete: .messageIncomplete
    case .tlsOnPlainPort: .tlsOnPlainPort
    case .headTimeout: .headTimeout
    case .contentTimeout: .contentTimeout
    case .contentTooSlow: .contentTooSlow
    case .contentLengthAboveLimit: .contentLengthAboveLimit
    case .chunkedContentAboveLimit: .chunkedContentAboveLimit
    case .statusLineMalformed, .statusMalformed: .handlerFailed
    case .proxyHeaderMalformed: .proxyHeaderMalformed
    case .idleRehearsed: .idleRehearsed
    }
  }

  /// The faults that can end a walk in the head (`fault`) or in the content (`contentFault`) of a request.
  public static func kinds(of ending: Ending) -> [FaultKind] {
    FaultKind.allCases.filter { kind in
      switch kind {
      case .none, .statusLineMalformed, .statusMalformed: false
      case .chunkSizeMalformed, .chunkExtensionMalformed, .chunkExtensionsTooLarge,
        .chunkDataUnterminated, .trailerMalformed, .trailersTooLarge, .contentTimeout,
        .contentTooSlow, .chunkedContentAboveLimit:
        ending == .contentFault
      case .bareCarriageReturn, .bareLineFeed, .messageIncomplete, .fieldTooLarge, .tooManyFields:
        true
      case .contentLengthAboveLimit: false
      default: ending == .fault
      }
    }
  }
}
