/// Bare statuses, with what httpbin sends along.
enum HTTPBinStatus {
  /// `/status/503`, `/status/200:0.9,503`
  static func drawn(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    do {
      let weights = try Weights(ask.segments[1])
      let choice = weights.choice(ask.draw.bits(.status))
      var answer = answer(choice.status, base: ask.call.base)
      answer.cause = choice.cause
      return answer
    } catch {
      let reason = error.reason.prefix(1).uppercased() + error.reason.dropFirst()
      return HTTPBinAnswer.unfit(
        "\(reason), at byte \(error.offset) behind /status/; \(error.fits) fits.")
    }
  }

  static func answer(_ status: UInt16, base: [UInt8] = []) -> RehearsalAnswer {
    switch status {
    // An interim response has a final one behind it (RFC 9110 section 15.2); 101 needs a request that asks for it
    case 100, 102...199:
      var answer = HTTPBinAnswer.empty(200, type: "text/html; charset=utf-8")
      answer.performance.interims = [Performance.Interim(status: status)]
      return answer
    case 101:
      return HTTPBinAnswer.unfit("A 101 answers a request with Upgrade, which this is not.")
    case 301, 302, 303, 305, 307:
      return RehearsalAnswer(
        status: status,
        fields: [RehearsedField(Array("Location".utf8), base + Array("/redirect/1".utf8))],
        content: [])
    case 304, 412: return HTTPBinAnswer.empty(status)
    case 401:
      return RehearsalAnswer(
        status: status, fields: [RehearsedField("WWW-Authenticate", challenge)], content: [])
    case 407:
      return RehearsalAnswer(
        status: status, fields: [RehearsedField("Proxy-Authenticate", challenge)], content: [])
    case 402:
      var answer = HTTPBinAnswer.text(status, HTTPBinTexts.payment)
      answer.fields.append(
        RehearsedField("X-More-Info", "https://www.rfc-editor.org/rfc/rfc9110#status.402"))
      return answer
    case 406: return notAcceptable
    case 418:
      var answer = HTTPBinAnswer.text(status, HTTPBinTexts.teapot)
      answer.fields.append(
        RehearsedField("X-More-Info", "https://www.rfc-editor.org/rfc/rfc2324"))
      return answer
    default: return HTTPBinAnswer.empty(status, type: "text/html; charset=utf-8")
    }
  }

  private static let challenge = #"Basic realm="Fake Realm""#

  private static var notAcceptable: RehearsalAnswer {
    let types = HTTPBinImages.accepted.map { JSONTree.text($0) }
    let tree = JSONTree.object(
      ("message", .text("None of the media types that the request accepts is there.")),
      ("accept", .list(types)))
    return HTTPBinAnswer.content(
      tree.written(isPretty: false), type: "application/json", status: 406)
  }
}
