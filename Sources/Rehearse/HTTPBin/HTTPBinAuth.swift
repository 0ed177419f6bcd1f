internal import COpenSSL
internal import Message

/// Basic (RFC 7617) and Bearer (RFC 6750) authentication.
enum HTTPBinAuth {
  /// `/basic-auth/USER/PASSWORD`, and hidden, where a refusal looks as if nothing were there.
  static func basic(_ ask: HTTPBinAsk, refusal: UInt16) -> RehearsalAnswer {
    guard let (user, password) = credentials(ask), user == ask.segments[1],
      password == ask.segments[2]
    else { return HTTPBinStatus.answer(refusal) }
    return authenticated(user)
  }

  static func authenticated(_ user: [UInt8]) -> RehearsalAnswer {
    HTTPBinAnswer.json(
      .object(("authenticated", .bool(true)), ("user", .text(URLText.shown(user)))))
  }

  private static func credentials(_ ask: HTTPBinAsk) -> (user: [UInt8], password: [UInt8])? {
    guard let field = ask.field("authorization") else { return nil }
    let halves = field.split(separator: 0x20, maxSplits: 1)
    guard halves.count == 2, halves[0].map(\.lowercased).elementsEqual("basic".utf8) else {
      return nil
    }
    // RFC 7617 section 2: Base64 and nothing else, so that no two fields joined with a comma pass either
    let rest = Array(halves[1])
    let coded = rest[rest.span.trimmed(0..<rest.count)]
    guard Base64.isPlain(coded), let pair = Base64.decoded(coded) else { return nil }
    // RFC 7617 section 2: the first colon parts them
    guard let colon = pair.firstIndex(of: 0x3A) else { return nil }
    return (Array(pair[..<colon]), Array(pair[(colon + 1)...]))
  }

  static func bearer(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    let mark = Array("Bearer ".utf8)
    guard let field = ask.field("authorization"), field.starts(with: mark) else {
      var answer = HTTPBinAnswer.empty(401, type: "text/html; charset=utf-8")
      answer.fields.append(RehearsedField("WWW-Authenticate", "Bearer"))
      return answer
    }
    let token = field.dropFirst(mark.count).map(UInt16.init)
    return HTTPBinAnswer.json(
      .object(("authenticated", .bool(true)), ("token", .text(token))))
  }
}

/// A hash of libcrypto, in hexadecimal.
enum Hash: String, CaseIterable {
  case md5 = "MD5"
  case sha256 = "SHA-256"
  case sha512 = "SHA-512"

  func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
    let kind =
      switch self {
      case .md5: EVP_md5()
      case .sha256: EVP_sha256()
      case .sha512: EVP_sha512()
      }
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    // A library without MD5 (a FIPS provider) gives no digest, and nothing matches
    guard EVP_Digest(bytes, bytes.count, &digest, &count, kind, nil) == 1 else { return [] }
    return digest[..<Int(count)].flatMap { [hexDigit($0 >> 4), hexDigit($0 & 15)] }
  }
}
