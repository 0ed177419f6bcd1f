internal import Message
internal import Wire

/// httpbin's URLs, answered as httpbin does, so that a client's tests can be pointed here by changing one address. What differs stands in
/// Documentation/Httpbin.md.
///
/// Pure: time and chance are handed in. Delays and drips are a `Performance`, for others to carry out.
public enum HTTPBin {
  /// Answers a call, or returns nil where its path is none of httpbin's. Any call is answered; none is an error.
  /// - Parameters:
  ///   - draw: what chance says for this call.
  ///   - now: seconds since 1970, for dates.
  public static func answer(
    to call: RehearsalCall, draw: Draw, now: Int64
  ) -> RehearsalAnswer? {
    var ask = HTTPBinAsk(call, draw: draw, now: now)
    guard let route = HTTPBinRoute.find(ask.segments) else { return nil }
    var answer: RehearsalAnswer
    if route.methods.contains(ask.method) {
      answer = route.answer(&ask)
    } else if ask.method == "OPTIONS" {
      answer = HTTPBinAnswer.empty(200, type: "text/html; charset=utf-8")
      answer.fields.append(RehearsedField("Allow", route.allow))
    } else {
      answer = HTTPBinAnswer.text(405, "\(route.allow) fit here, and this was another method.\n")
      answer.fields.append(RehearsedField("Allow", route.allow))
    }
    if answer.status == 304 {
      // RFC 9110 section 15.4.5: no metadata of a content that is not there
      answer.fields.removeAll { HTTPBinAsk.isSame($0.name, "content-type") }
      answer.content = []
    }
    // In the place of what /response-headers was asked for, as in httpbin
    let shared = sharing(ask)
    answer.fields = missing(answer.fields, in: shared) + shared
    return answer
  }

  /// Those of some fields whose names are none of others'.
  static func missing(
    _ fields: [RehearsedField], in others: [RehearsedField]
  ) -> [RehearsedField] {
    let names = others.map { $0.name.map(\.lowercased) }
    return fields.filter { !names.contains($0.name.map(\.lowercased)) }
  }

  /// What every answer has, also that nothing is there: pages of any origin may read it (Fetch standard, section 3.2.3).
  public static func sharing(_ call: RehearsalCall) -> [RehearsedField] {
    sharing(HTTPBinAsk(call, draw: Draw(seed: 0, index: 0), now: 0))
  }

  /// The answer to a preflight, whatever its path rehearses: a browser asks it before the request that is meant (Fetch standard, section
  /// 4.8). nil where the call is none.
  public static func preflight(_ call: RehearsalCall) -> RehearsalAnswer? {
    let ask = HTTPBinAsk(call, draw: Draw(seed: 0, index: 0), now: 0)
    guard ask.method == "OPTIONS", ask.field("origin") != nil,
      ask.field("access-control-request-method") != nil
    else { return nil }
    var answer = HTTPBinAnswer.empty(200, type: "text/html; charset=utf-8")
    answer.fields.append(
      RehearsedField("Allow", HTTPBinRoute.all.joined(separator: ", ") + ", HEAD, OPTIONS"))
    answer.fields += sharing(ask)
    return answer
  }

  private static func sharing(_ ask: HTTPBinAsk) -> [RehearsedField] {
    let origin = ask.field("origin") ?? Array("*".utf8)
    var fields = [
      RehearsedField(Array("Access-Control-Allow-Origin".utf8), origin),
      RehearsedField("Access-Control-Allow-Credentials", "true"),
    ]
    guard ask.method == "OPTIONS" else { return fields }
    fields.append(
      RehearsedField(
        "Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, PATCH, OPTIONS"))
    fields.append(RehearsedField("Access-Control-Max-Age", "3600"))
    if let asked = ask.field("access-control-request-headers") {
      fields.append(RehearsedField(Array("Access-Control-Allow-Headers".utf8), asked))
    }
    return fields
  }
}

/// A call, taken apart as far as httpbin's URLs need it.
struct HTTPBinAsk {
  let call: RehearsalCall
  let draw: Draw
  /// Seconds since 1970.
  let now: Int64
  /// As it was sent; HEAD is a GET here.
  let method: String
  /// The path's segments, without the first, empty one.
  let segments: [[UInt8]]
  let arguments: [URLText.Pair]

  init(_ call: RehearsalCall, draw: Draw, now: Int64) {
    self.call = call
    self.draw = draw
    self.now = now
    let method = String(decoding: call.method, as: UTF8.self)
    self.method = method == "HEAD" ? "GET" : method
    segments = call.path.dropFirst().split(separator: 0x2F, omittingEmptySubsequences: false)
      .map { Array($0) }
    arguments = URLText.pairs(call.query ?? [])
  }

  /// A field's value, named in lower case, of several lines with commas between them, as CGI has it (RFC 3875 section 4.1.18); nil where it
  /// is not there.
  func field(_ name: String) -> [UInt8]? {
    let lines = call.fields.filter { Self.isSame($0.name, name) }.map(\.value)
    return lines.isEmpty ? nil : Array(lines.joined(separator: ",".utf8))
  }

  /// A field's lines as one list (RFC 9110 section 5.3); nil where it is not there.
  func list(_ name: String) -> [UInt8]? {
    let lines = call.fields.filter { Self.isSame($0.name, name) }.map(\.value)
    return lines.isEmpty ? nil : Array(lines.joined(separator: ", ".utf8))
  }

  static func isSame(_ name: [UInt8], _ lower: String) -> Bool {
    name.count == lower.utf8.count && name.map(\.lowercased).elementsEqual(lower.utf8)
  }

  /// The first argument of the query with this name.
  func argument(_ name: String) -> [UInt8]? {
    arguments.first { $0.name.elementsEqual(name.utf8) }?.value
  }

  /// The same, where letters of either case are taken as equal.
  func argument(anyCase name: String) -> [UInt8]? {
    arguments.first { Self.isSame($0.name, name) }?.value
  }

  func segmentText(_ index: Int) -> String { String(decoding: segments[index], as: UTF8.self) }

  /// A path on this server, for links and redirects.
  func path(_ path: String) -> [UInt8] { call.base + Array(path.utf8) }

  /// The same with scheme and authority in front.
  func absolute(_ path: String) -> [UInt8] {
    let scheme = Array(call.scheme.utf8)
    return scheme + Array("://".utf8) + URLText.authority(call.authority, scheme: scheme)
      + self.path(path)
  }
}

/// The ordinary forms of answers.
enum HTTPBinAnswer {
  static func json(_ tree: JSONTree, status: UInt16 = 200) -> RehearsalAnswer {
    content(tree.written(isPretty: true) + [0x0A], type: "application/json", status: status)
  }

  static func content(
    _ content: [UInt8], type: String, status: UInt16 = 200
  ) -> RehearsalAnswer {
    RehearsalAnswer(
      status: status, fields: [RehearsedField("Content-Type", type)], content: content)
  }

  static func html(_ text: String, status: UInt16 = 200) -> RehearsalAnswer {
    content(Array(text.utf8), type: "text/html; charset=utf-8", status: status)
  }

  static func text(_ status: UInt16, _ text: String) -> RehearsalAnswer {
    content(Array(text.utf8), type: "text/plain; charset=utf-8", status: status)
  }

  static func empty(_ status: UInt16, type: String? = nil) -> RehearsalAnswer {
    RehearsalAnswer(
      status: status, fields: type.map { [RehearsedField("Content-Type", $0)] } ?? [],
      content: [])
  }

  /// What was sent does not fit; says what would.
  static func unfit(_ sentence: String) -> RehearsalAnswer { text(400, sentence + "\n") }

  /// A redirect with a page for people.
  static func redirect(_ address: [UInt8], status: UInt16 = 302) -> RehearsalAnswer {
    let target = URLText.location(address)
    let shown = HTMLText.escaped(target)
    var page = Array("<!doctype html>\n<title>Over there</title>\n<p>See <a href=\"".utf8)
    page += shown + Array("\">".utf8) + shown + Array("</a>.\n".utf8)
    var answer = content(page, type: "text/html; charset=utf-8", status: status)
    answer.fields.append(RehearsedField(Array("Location".utf8), target))
    return answer
  }
}
