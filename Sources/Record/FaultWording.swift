internal import Decide
internal import HTTPStatus
internal import Message

/// What each fault of a message is, in words that finish the sentence "At byte 37 of the request: ...".
enum FaultWording {
  /// The fault that a recorded cause stands for; nil where it is none.
  static func kind(ofCause code: String) -> FaultKind? {
    FaultKind.allCases.first { kind in
      switch kind {
      case .none, .statusLineMalformed, .statusMalformed: false
      default: FaultCauses.cause(of: kind).code == code
      }
    }
  }

  static func text(of kind: FaultKind) -> String {
    switch kind {
    case .requestLineMalformed, .methodMalformed, .methodTooLong, .targetMalformed,
      .targetEscapeMalformed,
      .targetFormWrong, .targetSchemeForeign, .versionMalformed, .versionUnsupported,
      .targetTooLong, .pathNotUTF8,
      .pathContainsNUL, .pathDoubleEncoded, .pathSeparatorEncoded, .pathLeavesRoot:
      ofRequestLine(kind)
    case .chunkSizeMalformed, .chunkExtensionMalformed, .chunkExtensionsTooLarge,
      .chunkDataUnterminated, .trailerMalformed, .trailersTooLarge, .contentTimeout,
      .contentTooSlow, .contentLengthAboveLimit, .chunkedContentAboveLimit:
      ofContent(kind)
    default: ofHead(kind)
    }
  }

  private static func ofRequestLine(_ kind: FaultKind) -> String {
    switch kind {
    case .methodMalformed: "a character that no method can have"
    case .methodTooLong: "a method that is longer than any that is known here"
    case .targetMalformed: "a character that no request target can have, or a target that is no URI"
    case .targetEscapeMalformed: "a percent sign without two hexadecimal digits after it"
    case .targetFormWrong: "a form of target that does not go with the method"
    case .targetSchemeForeign: "a scheme that is neither http nor https"
    case .versionMalformed: "a protocol version that is not of the form HTTP/1.1"
    case .versionUnsupported: "a major version of HTTP that is not spoken here"
    case .targetTooLong: "more target than is accepted"
    case .pathNotUTF8: "a path that is not UTF-8 once it is decoded"
    case .pathContainsNUL: "an escaped NUL (%00) in the path"
    case .pathDoubleEncoded: "an escape that is itself escaped, which somebody would decode twice"
    case .pathSeparatorEncoded: "an escaped slash or a backslash in the path"
    case .pathLeavesRoot: "a `..` that leads above the root of the site"
    default: "a request line that is not `method SP target SP version`"
    }
  }

  private static func ofHead(_ kind: FaultKind) -> String {
    switch kind {
    case .bareCarriageReturn: "a carriage return without a line feed after it"
    case .bareLineFeed: "a bare line feed, without a carriage return before it"
    case .leadingWhitespace: "white space before the first field line"
    case .fieldNameMalformed:
      "a character that no field name can have, or a field line without a colon"
    case .spaceBeforeColon: "white space between a field name and its colon"
    case .fieldValueMalformed: "a character that no field value can have"
    case .foldedField: "a field value that is folded over two lines"
    case .fieldTooLarge: "a field line larger than is accepted"
    case .headTooLarge: "a head larger than is accepted"
    case .tooManyFields: "more field lines than are accepted"
    case .hostMissing: "no Host field, which every request of HTTP/1.1 must have"
    case .hostRepeated: "a second Host field"
    case .hostMalformed: "a Host that is no host name, or one with a malformed port"
    case .contentLengthMalformed: "a Content-Length that is no number"
    case .contentLengthRepeated: "a second Content-Length with another value"
    case .contentLengthWithTransferEncoding:
      "both Content-Length and Transfer-Encoding, of which a smuggler would use the difference"
    case .transferEncodingInHTTP10: "Transfer-Encoding in a request of HTTP/1.0"
    case .transferEncodingMalformed: "a Transfer-Encoding that is not a list of codings"
    case .finalCodingNotChunked:
      "a last transfer coding other than chunked, so that no end can be found"
    case .transferCodingUnknown: "a transfer coding that is not known here"
    case .messageIncomplete: "the end of the connection before the end of the message"
    case .tlsOnPlainPort: "the beginning of TLS on a port that does not speak it"
    case .idleRehearsed: "the end of the time that a rehearsal leaves an idle connection alone"
    case .headTimeout: "the end of the time that a head may take"
    case .proxyHeaderMalformed:
      "something that is no header of the PROXY protocol, with which each connection begins here"
    default: "a fault"
    }
  }

  private static func ofContent(_ kind: FaultKind) -> String {
    switch kind {
    case .chunkSizeMalformed: "a chunk size that is no hexadecimal number"
    case .chunkExtensionMalformed: "a chunk extension that is not `;name=value`"
    case .chunkExtensionsTooLarge: "more chunk extensions than are accepted"
    case .chunkDataUnterminated: "something else than a line ending after the data of a chunk"
    case .trailerMalformed: "a trailer field that is not `Name: value`"
    case .trailersTooLarge: "more trailer fields than are accepted"
    case .contentTimeout: "the end of the time that a content may take"
    case .contentTooSlow: "content that comes too slowly"
    case .contentLengthAboveLimit: "a Content-Length above the limit"
    default: "more content than is accepted"
    }
  }
}
