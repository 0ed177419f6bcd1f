/// Redirects, a number of times or to an address.
enum HTTPBinRedirects {
  static func times(_ ask: HTTPBinAsk, _ count: Int) -> RehearsalAnswer {
    guard count > 0 else { return none }
    let isAbsolute =
      ask.argument("absolute").map { HTTPBinAsk.isSame($0, "true") } ?? false
    if count == 1 {
      return HTTPBinAnswer.redirect(isAbsolute ? ask.absolute("/get") : ask.path("/get"))
    }
    return HTTPBinAnswer.redirect(
      isAbsolute
        ? ask.absolute("/absolute-redirect/\(count - 1)")
        : ask.path("/relative-redirect/\(count - 1)"))
  }

  static func absolute(_ ask: HTTPBinAsk, _ count: Int) -> RehearsalAnswer {
    guard count > 0 else { return none }
    let next = count == 1 ? "/get" : "/absolute-redirect/\(count - 1)"
    return HTTPBinAnswer.redirect(ask.absolute(next))
  }

  static func relative(_ ask: HTTPBinAsk, _ count: Int) -> RehearsalAnswer {
    guard count > 0 else { return none }
    let next = count == 1 ? "/get" : "/relative-redirect/\(count - 1)"
    return bare(ask.path(next), status: 302)
  }

  /// `/redirect-to?url=...&status_code=307`
  static func to(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    guard let url = ask.argument(anyCase: "url") else {
      return HTTPBinAnswer.unfit("An argument url is missing: /redirect-to?url=/get fits.")
    }
    var status: UInt16 = 302
    if let text = ask.argument(anyCase: "status_code") {
      guard let number = HTTPBinData.whole(text) else {
        return HTTPBinAnswer.unfit("status_code is a number: status_code=307 fits.")
      }
      if (300..<400).contains(number) { status = UInt16(number) }
    }
    return bare(URLText.location(url), status: status)
  }

  private static func bare(_ address: [UInt8], status: UInt16) -> RehearsalAnswer {
    var answer = HTTPBinAnswer.empty(status, type: "text/html; charset=utf-8")
    answer.fields.append(RehearsedField(Array("Location".utf8), address))
    return answer
  }

  private static var none: RehearsalAnswer {
    HTTPBinAnswer.unfit("The number of redirects is at least 1: /redirect/3 fits.")
  }
}
