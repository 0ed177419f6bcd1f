internal import HTTPStatus
internal import Message
internal import Wire

/// httpstat.us's URLs: `/503?sleep=2000`, with the same in request fields.
public enum HTTPStat {
  /// Milliseconds that a sleep has at the most: 5 minutes.
  public static let sleepMax: UInt64 = 300_000

  /// Answers a call, or returns nil where its path is none of httpstat.us's.
  public static func answer(to call: RehearsalCall, draw: Draw) -> RehearsalAnswer? {
    let ask = HTTPBinAsk(call, draw: draw, now: 0)
    guard let first = ask.segments.first else { return nil }
    if let status = status(first) { return shared(answer(status, ask), call) }
    guard first.elementsEqual("random".utf8), ask.segments.count > 1 else { return nil }
    let statuses = statuses(ask.segments[1])
    guard !statuses.isEmpty else {
      return HTTPBinAnswer.unfit("Statuses from 100 to 599 fit: /random/200,500-504.")
    }
    var answer = answer(statuses[Int(draw.bits(.status) % UInt64(statuses.count))], ask)
    answer.isDrawn = true
    return shared(answer, call)
  }

  /// Pages of other origins may ask, and read what comes.
  private static func shared(_ answer: RehearsalAnswer, _ call: RehearsalCall) -> RehearsalAnswer {
    if let preflight = HTTPBin.preflight(call) { return preflight }
    var answer = answer
    answer.fields += HTTPBin.missing(HTTPBin.sharing(call), in: answer.fields)
    return answer
  }

  /// Three digits, 100 to 599.
  private static func status(_ text: some Collection<UInt8>) -> UInt16? {
    guard text.count == 3, text.allSatisfy({ $0 &- 0x30 < 10 }),
      let code = UInt16(String(decoding: text, as: UTF8.self)), (100...599).contains(code)
    else { return nil }
    return code
  }

  /// `200,201,500-504`; empty where it is no such list.
  private static func statuses(_ text: [UInt8]) -> [UInt16] {
    var all: [UInt16] = []
    for part in text.split(separator: 0x2C, omittingEmptySubsequences: false) {
      let ends = part.split(separator: 0x2D, omittingEmptySubsequences: false)
      guard let first = ends.first.flatMap(status), let last = ends.last.flatMap(status),
        ends.count <= 2, first <= last, all.count < 4096
      else { return [] }
      all += first...last
    }
    return all
  }

  private static func answer(_ code: UInt16, _ ask: HTTPBinAsk) -> RehearsalAnswer {
    var answer = HTTPBinStatus.answer(code, base: ask.call.base)
    let status = Status(Int(answer.status))
    // An interim response is followed by a 200, and has no content of its own
    let isBare =
      !answer.performance.interims.isEmpty || isTrue("suppressbody", ask)
      || [204, 205, 304].contains(answer.status)
    answer.fields.removeAll { HTTPBinAsk.isSame($0.name, "content-type") }
    if isBare {
      answer.content = []
    } else if code != 101 {
      let phrase = status?.phrase.map { String(describing: $0) } ?? "\(code) Unknown Code"
      let takesJSON = takesJSON(ask)
      // Phrases have nothing that JSON would escape
      let tree = "{\"code\":\(code),\"description\":\"\(phrase)\"}"
      answer.content = Array((takesJSON ? tree : "\(code) \(phrase)").utf8)
      answer.fields.append(
        RehearsedField("Content-Type", takesJSON ? "application/json" : "text/plain"))
    }
    if (300..<400).contains(code),
      let place = answer.fields.firstIndex(where: {
        HTTPBinAsk.isSame($0.name, "location")
      })
    {
      answer.fields[place].value = ask.path("/")
    } else if code == 308 {
      answer.fields.append(RehearsedField(Array("Location".utf8), ask.path("/")))
    }
    if [301, 429, 503].contains(code) { answer.fields.append(RehearsedField("Retry-After", "5")) }
    addAsked(ask, &answer)
    return answer
  }

  /// JSON is named, and not refused with a weight of 0 (RFC 9110 section 12.4.2).
  private static func takesJSON(_ ask: HTTPBinAsk) -> Bool {
    guard let accept = ask.list("accept") else { return false }
    let isNamed = accept.split(separator: 0x2C).contains {
      FieldParameters(Array($0)).value.elementsEqual("application/json".utf8)
    }
    return isNamed && Accept.weight(of: "application/json", in: accept.span) > 0
  }

  /// What query and request fields ask for beside the status.
  private static func addAsked(_ ask: HTTPBinAsk, _ answer: inout RehearsalAnswer) {
    addFields(ask, &answer)
    answer.performance.headDelay += time("sleep", ask)
    answer.performance.contentDelay += time("sleepafterheaders", ask)
    if isTrue("abortbeforeheaders", ask) {
      answer.performance.fault = WireFault(.reset, at: .beforeHead)
    } else if isTrue("abortafterheaders", ask) {
      answer.performance.fault = WireFault(.reset, at: .afterHead)
    } else if isTrue("abortduringbody", ask) {
      answer.performance.fault = WireFault(.reset, at: .inContent)
    }
    if isTrue("dribblebody", ask) {
      answer.performance.pace = Performance.Pace(pieceBytes: 1, pause: 100)
    }
  }

  /// In the place of the answer's own, each as often as it is asked for, but Content-Type, which stands once: the last.
  private static func addFields(_ ask: HTTPBinAsk, _ answer: inout RehearsalAnswer) {
    let prefix = Array("x-httpstatus-response-".utf8)
    var asked: [RehearsedField] = []
    for field in ask.call.fields where field.name.map(\.lowercased).starts(with: prefix) {
      let name = Array(field.name.dropFirst(prefix.count))
      guard !name.isEmpty, !HTTPBinInspection.isServers(name.map(\.lowercased)) else { continue }
      if HTTPBinAsk.isSame(name, "content-type") {
        asked.removeAll { HTTPBinAsk.isSame($0.name, "content-type") }
      }
      asked.append(RehearsedField(name, field.value))
    }
    answer.fields = HTTPBin.missing(answer.fields, in: asked) + asked
  }

  private static func asked(_ name: String, _ ask: HTTPBinAsk) -> String? {
    (ask.argument(anyCase: name) ?? ask.field("x-httpstatus-" + name))
      .map { String(decoding: $0.map(\.lowercased), as: UTF8.self) }
  }

  /// Milliseconds; what is no number counts for nothing, as with httpstat.us.
  private static func time(_ name: String, _ ask: HTTPBinAsk) -> UInt64 {
    asked(name, ask).flatMap { UInt64($0) }.map { min($0, sleepMax) } ?? 0
  }

  private static func isTrue(_ name: String, _ ask: HTTPBinAsk) -> Bool {
    asked(name, ask) == "true"
  }
}
