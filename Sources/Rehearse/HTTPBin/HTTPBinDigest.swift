internal import Message

/// Digest authentication (RFC 7616): `/digest-auth/QOP/USER/PASSWORD/ALGORITHM/STALE_AFTER`.
///
/// What httpbin keeps of a client is in cookies, and so it is here: `stale_after` counts down, `last_nonce` is one that will not be taken
/// again, `fake` shows that cookies are kept at all.
struct HTTPBinDigest {
  static let realm = "rehearsal"

  private let ask: HTTPBinAsk
  private let qop: String?
  private let algorithm: Hash
  private let staleAfter: [UInt8]

  static func answer(_ ask: inout HTTPBinAsk) -> RehearsalAnswer {
    HTTPBinDigest(ask).answer
  }

  private init(_ ask: HTTPBinAsk) {
    self.ask = ask
    let qop = ask.segmentText(1)
    self.qop = ["auth", "auth-int"].contains(qop) ? qop : nil
    algorithm = ask.segments.count > 4 ? Hash(rawValue: ask.segmentText(4)) ?? .md5 : .md5
    staleAfter = ask.segments.count > 5 ? ask.segments[5] : Array("never".utf8)
  }

  private var answer: RehearsalAnswer {
    let needsCookie = ask.argument("require-cookie").map {
      ["1", "t", "true"].contains(String(decoding: $0.map(\.lowercased), as: UTF8.self))
    }
    guard let credentials = DigestCredentials(ask),
      needsCookie != true || ask.field("cookie") != nil
    else { return challenge() }
    if needsCookie == true, cookie("fake")?.elementsEqual("fake_value".utf8) != true {
      var answer = HTTPBinAnswer.json(
        .object(("errors", .list([.text("missing cookie set on challenge")]))), status: 403)
      answer.fields.append(Self.fake)
      return answer
    }
    let nonce = credentials.nonce
    let counter = cookie("stale_after")
    if cookie("last_nonce") == nonce || counter?.elementsEqual("0".utf8) == true {
      return challenge(isStale: true, lastNonce: nonce)
    }
    guard credentials.user == ask.segments[2],
      credentials.isRight(password: ask.segments[3], algorithm, ask.call)
    else { return challenge(lastNonce: nonce) }
    var answer = HTTPBinAuth.authenticated(ask.segments[2])
    answer.fields.append(Self.fake)
    if let counter, !counter.isEmpty {
      answer.fields.append(HTTPBinCookies.field(Array("stale_after".utf8), Self.less(counter)))
    }
    return answer
  }

  private func cookie(_ name: String) -> [UInt8]? { HTTPBinCookies.value(name, ask) }

  private static var fake: RehearsedField {
    HTTPBinCookies.field(Array("fake".utf8), Array("fake_value".utf8))
  }

  /// One less than a number; `never` of anything else.
  private static func less(_ counter: [UInt8]) -> [UInt8] {
    guard let number = Int(String(decoding: counter, as: UTF8.self)), number > .min else {
      return Array("never".utf8)
    }
    return Array("\(number - 1)".utf8)
  }

  /// RFC 7616 section 3.3.
  private func challenge(isStale: Bool = false, lastNonce: [UInt8]? = nil) -> RehearsalAnswer {
    var answer = HTTPBinAnswer.empty(401, type: "text/html; charset=utf-8")
    var value = Array("Digest realm=\"\(Self.realm)\", nonce=\"".utf8)
    value += fresh(at: 0) + Array("\", opaque=\"".utf8) + fresh(at: 2)
    value += Array("\", qop=\"\(qop ?? "auth, auth-int")\", algorithm=\(algorithm.rawValue)".utf8)
    value += Array(", stale=\(isStale ? "true" : "false")".utf8)
    answer.fields.append(RehearsedField(Array("WWW-Authenticate".utf8), value))
    answer.fields.append(HTTPBinCookies.field(Array("stale_after".utf8), staleAfter))
    if let lastNonce {
      answer.fields.append(HTTPBinCookies.field(Array("last_nonce".utf8), lastNonce))
    }
    answer.fields.append(Self.fake)
    return answer
  }

  /// A hash of what chance says, as long as the algorithm's.
  private func fresh(at place: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in [ask.draw.bits(.identity, at: place), ask.draw.bits(.identity, at: place + 1)] {
      bytes += withUnsafeBytes(of: word.bigEndian) { Array($0) }
    }
    return algorithm(bytes)
  }
}

/// What a client answers to a challenge (RFC 7616 section 3.4).
struct DigestCredentials {
  private let parts: FieldParameters
  let user: [UInt8]
  let nonce: [UInt8]

  /// nil where the request has no digest credentials.
  init?(_ ask: HTTPBinAsk) {
    guard let field = ask.field("authorization") else { return nil }
    self.init(field)
  }

  /// nil where an Authorization value is of another scheme.
  init?(_ field: [UInt8]) {
    let halves = field.split(separator: 0x20, maxSplits: 1)
    guard halves.count == 2, halves[0].map(\.lowercased).elementsEqual("digest".utf8) else {
      return nil
    }
    parts = FieldParameters(Array(halves[1]), separator: 0x2C, hasValue: false)
    user = parts["username"] ?? []
    nonce = parts["nonce"] ?? []
  }

  /// Whether the response is the one that the password makes, for this target and with the algorithm that was offered.
  func isRight(password: [UInt8], _ offered: Hash, _ call: RehearsalCall) -> Bool {
    guard let uri = parts["uri"], isTarget(uri, call), hash == offered,
      let expected = response(password: password, method: call.method, content: call.content)
    else { return false }
    return parts["response"] == expected
  }

  /// The algorithm that the client names; MD5 where it names none, nil where it is another one.
  private var hash: Hash? {
    guard let named = parts["algorithm"] else { return .md5 }
    return Hash(rawValue: String(decoding: named, as: UTF8.self))
  }

  /// The response that a password makes (RFC 7616 section 3.4.1); nil where parts of it are missing.
  func response(password: [UInt8], method: [UInt8], content: [UInt8]) -> [UInt8]? {
    guard let hash, let uri = parts["uri"] else { return nil }
    let secret = hash(Self.joined([user, parts["realm"] ?? [], password]))
    var action: [[UInt8]] = [method, uri]
    guard let qop = parts["qop"] else {
      return hash(Self.joined([secret, nonce, hash(Self.joined(action))]))
    }
    if qop.elementsEqual("auth-int".utf8) {
      action.append(hash(content))
    } else if !qop.elementsEqual("auth".utf8) {
      return nil
    }
    guard let count = parts["nc"], let own = parts["cnonce"] else { return nil }
    return hash(Self.joined([secret, nonce, count, own, qop, hash(Self.joined(action))]))
  }

  /// Whether the credentials are for this very target (RFC 7616 section 3.4.6).
  private func isTarget(_ uri: [UInt8], _ call: RehearsalCall) -> Bool {
    var target = uri[...]
    // An absolute form names scheme and authority first
    let origin = Array("\(call.scheme)://".utf8) + call.authority
    if target.starts(with: origin) { target = target.dropFirst(origin.count) }
    let mark = target.firstIndex(of: 0x3F)
    let query = mark.map { Array(target[($0 + 1)...]) }
    var path = ByteBuffer()
    guard query == call.query,
      (try? TargetPath.decode(Array(target[..<(mark ?? target.endIndex)]).span, into: &path)) != nil
    else { return false }
    return path.bytes.elementsEqual(call.base + call.path)
  }

  private static func joined(_ parts: [[UInt8]]) -> [UInt8] {
    Array(parts.joined(separator: [0x3A]))
  }
}
