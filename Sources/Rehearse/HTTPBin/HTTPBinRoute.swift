/// One of httpbin's URLs: its methods, and who answers.
struct HTTPBinRoute {
  let methods: [String]
  let answer: (inout HTTPBinAsk) -> RehearsalAnswer

  init(
    _ methods: [String] = Self.reading, _ answer: @escaping (inout HTTPBinAsk) -> RehearsalAnswer
  ) {
    self.methods = methods
    self.answer = answer
  }

  static let reading = ["GET"]
  static let all = ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE"]

  /// For an Allow field.
  var allow: String {
    let list = methods + (methods.contains("GET") ? ["HEAD"] : []) + ["OPTIONS"]
    return list.joined(separator: ", ")
  }

  /// The route of a path; nil where it has none.
  static func find(_ segments: [[UInt8]]) -> HTTPBinRoute? {
    guard let first = segments.first, segments.count <= 64,
      let name = String(validating: first, as: UTF8.self)
    else { return nil }
    // Flask's placeholders take no empty segment; only what follows /anything may have one
    if name != "anything" || segments.count == 2,
      segments.dropFirst().contains(where: \.isEmpty)
    {
      return nil
    }
    switch segments.count {
    case 1: return single(name)
    case 2: return pair(name, segments[1])
    case 3: return triple(name, segments)
    default: return longer(name, segments)
    }
  }

  private static func single(_ name: String) -> HTTPBinRoute? {
    switch name {
    case "get": HTTPBinRoute { HTTPBinInspection.get($0) }
    case "post": HTTPBinRoute(["POST"]) { HTTPBinInspection.taken($0) }
    case "put": HTTPBinRoute(["PUT"]) { HTTPBinInspection.taken($0) }
    case "patch": HTTPBinRoute(["PATCH"]) { HTTPBinInspection.taken($0) }
    case "delete": HTTPBinRoute(["DELETE"]) { HTTPBinInspection.taken($0) }
    case "anything": HTTPBinRoute(all) { HTTPBinInspection.anything($0) }
    case "headers": HTTPBinRoute { HTTPBinInspection.headers($0) }
    case "ip": HTTPBinRoute { HTTPBinInspection.address($0) }
    case "user-agent": HTTPBinRoute { HTTPBinInspection.userAgent($0) }
    case "response-headers": HTTPBinRoute(["GET", "POST"]) { HTTPBinInspection.responseFields($0) }
    case "gzip": HTTPBinRoute { HTTPBinCodings.gzip($0) }
    case "deflate": HTTPBinRoute { HTTPBinCodings.deflate($0) }
    case "brotli": HTTPBinRoute { HTTPBinCodings.brotli($0) }
    case "redirect-to": HTTPBinRoute(all) { HTTPBinRedirects.to($0) }
    case "cookies": HTTPBinRoute { HTTPBinCookies.list($0) }
    case "bearer": HTTPBinRoute { HTTPBinAuth.bearer($0) }
    case "cache": HTTPBinRoute { HTTPBinConditions.cache($0) }
    case "drip": HTTPBinRoute { HTTPBinData.drip($0) }
    case "uuid": HTTPBinRoute { HTTPBinData.uuid($0) }
    case "image": HTTPBinRoute { HTTPBinImages.chosen($0) }
    case "html": HTTPBinRoute { _ in HTTPBinAnswer.html(HTTPBinTexts.page) }
    case "json": HTTPBinRoute { _ in HTTPBinAnswer.json(HTTPBinTexts.slides) }
    case "xml":
      HTTPBinRoute { _ in
        HTTPBinAnswer.content(Array(HTTPBinTexts.xml.utf8), type: "application/xml")
      }
    case "robots.txt":
      HTTPBinRoute { _ in
        HTTPBinAnswer.content(Array(HTTPBinTexts.robots.utf8), type: "text/plain")
      }
    case "deny":
      HTTPBinRoute { _ in
        HTTPBinAnswer.content(Array(HTTPBinTexts.denied.utf8), type: "text/plain")
      }
    default: nil
    }
  }

  private static func pair(_ name: String, _ second: [UInt8]) -> HTTPBinRoute? {
    switch name {
    case "anything": return HTTPBinRoute(all) { HTTPBinInspection.anything($0) }
    case "status": return HTTPBinRoute(all) { HTTPBinStatus.drawn($0) }
    case "delay": return HTTPBinRoute(all) { HTTPBinData.delayed($0) }
    case "base64": return HTTPBinRoute { HTTPBinData.base64($0) }
    case "etag": return HTTPBinRoute { HTTPBinConditions.tagged($0) }
    case "encoding" where second.elementsEqual("utf8".utf8):
      return HTTPBinRoute { _ in HTTPBinAnswer.html(HTTPBinTexts.scripts) }
    case "forms" where second.elementsEqual("post".utf8):
      return HTTPBinRoute { ask in
        HTTPBinAnswer.content(HTTPBinTexts.form(ask), type: "text/html; charset=utf-8")
      }
    case "cookies" where second.elementsEqual("set".utf8):
      return HTTPBinRoute { HTTPBinCookies.set($0) }
    case "cookies" where second.elementsEqual("delete".utf8):
      return HTTPBinRoute { HTTPBinCookies.delete($0) }
    case "image":
      return HTTPBinImages.kinds.first { second.elementsEqual($0.name.utf8) }
        .map { kind in HTTPBinRoute { _ in HTTPBinImages.answer(kind) } }
    default: break
    }
    // The others have a number
    guard let number = number(second) else { return nil }
    switch name {
    case "redirect": return HTTPBinRoute { HTTPBinRedirects.times($0, number) }
    case "relative-redirect": return HTTPBinRoute { HTTPBinRedirects.relative($0, number) }
    case "absolute-redirect": return HTTPBinRoute { HTTPBinRedirects.absolute($0, number) }
    case "stream": return HTTPBinRoute { HTTPBinData.lines($0, number) }
    case "cache": return HTTPBinRoute { HTTPBinConditions.kept($0, number) }
    case "bytes": return HTTPBinRoute { HTTPBinData.bytes($0, number) }
    case "stream-bytes": return HTTPBinRoute { HTTPBinData.streamed($0, number) }
    case "range": return HTTPBinRoute { HTTPBinConditions.range($0, number) }
    case "links":
      return HTTPBinRoute { HTTPBinAnswer.redirect($0.path("/links/\(number)/0")) }
    default: return nil
    }
  }

  private static func triple(_ name: String, _ segments: [[UInt8]]) -> HTTPBinRoute? {
    switch name {
    case "anything": return HTTPBinRoute(all) { HTTPBinInspection.anything($0) }
    case "basic-auth": return HTTPBinRoute { HTTPBinAuth.basic($0, refusal: 401) }
    case "hidden-basic-auth": return HTTPBinRoute { HTTPBinAuth.basic($0, refusal: 404) }
    case "links":
      guard let count = number(segments[1]), let place = number(segments[2]) else { return nil }
      return HTTPBinRoute { HTTPBinData.links($0, count, place) }
    default: return longer(name, segments)
    }
  }

  private static func longer(_ name: String, _ segments: [[UInt8]]) -> HTTPBinRoute? {
    switch (name, segments.count) {
    case ("anything", _): HTTPBinRoute(all) { HTTPBinInspection.anything($0) }
    case ("cookies", 4) where segments[1].elementsEqual("set".utf8):
      HTTPBinRoute { HTTPBinCookies.setOne($0) }
    case ("digest-auth", 4...6): HTTPBinRoute { HTTPBinDigest.answer(&$0) }
    default: nil
    }
  }

  /// Digits and nothing else; what does not fit is the largest number.
  static func number(_ text: [UInt8]) -> Int? {
    guard !text.isEmpty, text.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    return Int(String(decoding: text, as: UTF8.self)) ?? .max
  }
}
