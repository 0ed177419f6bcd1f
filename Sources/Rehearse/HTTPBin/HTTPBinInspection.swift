internal import Message
internal import Orders

/// The URLs that show a request as it came.
enum HTTPBinInspection {
  static func get(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    HTTPBinAnswer.json(shown(ask, ["url", "args", "headers", "origin"]))
  }

  static func taken(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    told(ask, ["url", "args", "form", "data", "origin", "headers", "files", "json"])
  }

  static func anything(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    told(
      ask, ["url", "args", "headers", "origin", "method", "form", "data", "files", "json"])
  }

  static func headers(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    HTTPBinAnswer.json(shown(ask, ["headers"]))
  }

  static func address(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    HTTPBinAnswer.json(shown(ask, ["origin"]))
  }

  static func userAgent(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    let value = ask.field("user-agent").map { JSONTree.text($0.map(UInt16.init)) } ?? .null
    return HTTPBinAnswer.json(.object(("user-agent", value)))
  }

  /// These members of what httpbin tells of a request, its content among them; 413 where that has more parts than are shown.
  static func told(_ ask: HTTPBinAsk, _ names: [String]) -> RehearsalAnswer {
    let content = HTTPBinContent(ask)
    if content.hasManyParts {
      return HTTPBinAnswer.text(
        413, "At most \(Multipart.partsMax) parts of multipart/form-data are shown.\n")
    }
    return HTTPBinAnswer.json(shown(ask, names, content))
  }

  /// These members of what httpbin tells of a request, in this order.
  static func shown(
    _ ask: HTTPBinAsk, _ names: [String], _ content: HTTPBinContent = HTTPBinContent()
  ) -> JSONTree {
    let members = names.map { name in
      JSONTree.Member(name: Array(name.utf16), value: member(name, ask, content))
    }
    return .object(members)
  }

  private static func member(
    _ name: String, _ ask: HTTPBinAsk, _ content: HTTPBinContent
  ) -> JSONTree {
    switch name {
    case "url": url(ask)
    case "args": grouped(ask.arguments.map { (URLText.shown($0.name), URLText.shown($0.value)) })
    case "headers": fields(ask)
    case "origin": origin(ask)
    // RFC 9110 section 9.3.2: the head that answers HEAD is that of GET, its Content-Length too
    case "method":
      .text(
        (ask.call.method == Array("HEAD".utf8) ? Array("GET".utf8) : ask.call.method)
          .map(UInt16.init))
    case "form": grouped(content.form)
    case "data": content.data
    case "files": content.files
    default: content.json
    }
  }

  /// A name that stands once has its value, one that comes again all of them in a list.
  static func grouped(_ pairs: [(name: [UInt16], value: [UInt16])]) -> JSONTree {
    var members: [JSONTree.Member] = []
    var places: [[UInt16]: Int] = [:]
    var values: [[JSONTree]] = []
    for pair in pairs {
      if let place = places[pair.name] {
        values[place].append(.text(pair.value))
      } else {
        places[pair.name] = values.count
        values.append([.text(pair.value)])
        members.append(.init(name: pair.name, value: .null))
      }
    }
    for (place, list) in values.enumerated() {
      members[place].value = list.count == 1 ? list[0] : .list(list)
    }
    return .object(members)
  }

  private static func origin(_ ask: HTTPBinAsk) -> JSONTree {
    if let told = ask.field("x-forwarded-for") { return .text(told.map(UInt16.init)) }
    return .text(ask.call.client)
  }

  /// What proxies add; not shown unless `show_env` is asked for.
  private static let hidden: Set<String> = [
    "X-Varnish", "X-Request-Start", "X-Heroku-Queue-Depth", "X-Real-Ip", "X-Forwarded-Proto",
    "X-Forwarded-Protocol", "X-Forwarded-Ssl", "X-Heroku-Queue-Wait-Time", "X-Forwarded-For",
    "X-Heroku-Dynos-In-Use", "X-Forwarded-Port", "X-Request-Id", "Via", "Total-Route-Time",
    "Connect-Time",
  ]

  /// As a CGI environment makes them: names in capitals and small letters, lines of one name joined by a comma.
  private static func fields(_ ask: HTTPBinAsk) -> JSONTree {
    let showsAll = ask.arguments.contains { $0.name.elementsEqual("show_env".utf8) }
    var members: [JSONTree.Member] = []
    for field in ask.call.fields where !field.name.contains(0x5F) {
      let name = titled(field.name)
      if !showsAll, hidden.contains(name) { continue }
      // CGI's CONTENT_TYPE is there where it says something (RFC 3875 section 4.1.3)
      if name == "Content-Type", field.value.isEmpty { continue }
      let value = field.value.map(UInt16.init)
      let key = Array(name.utf16)
      if let place = members.firstIndex(where: { $0.name == key }),
        case .text(let before) = members[place].value
      {
        members[place].value = .text(before + [0x2C] + value)
      } else {
        members.append(.init(name: key, value: .text(value)))
      }
    }
    return .object(members)
  }

  /// Every letter behind another letter small, every other one a capital.
  private static func titled(_ name: [UInt8]) -> String {
    var text: [UInt8] = []
    var isInside = false
    for byte in name {
      let small = byte.lowercased
      let isLetter = small &- 0x61 < 26
      text.append(isLetter && !isInside ? small & 0xDF : small)
      isInside = isLetter
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The URL that was asked for, as it is shown to people.
  private static func url(_ ask: HTTPBinAsk) -> JSONTree {
    var scheme = Array(ask.call.scheme.utf8)
    if let told = ask.field("x-forwarded-proto") ?? ask.field("x-forwarded-protocol") {
      scheme = told
    } else if let told = ask.field("x-forwarded-ssl"), told.elementsEqual("on".utf8) {
      scheme = Array("https".utf8)
    }
    let path = URLText.quoted(ask.call.base + ask.call.path, safe: "!$&'()*+,/:;=@%")
    var units = URLText.shown(scheme) + Array("://".utf16)
    units += URLText.shown(URLText.authority(ask.call.authority, scheme: scheme))
    units += URLText.readable(path, kept: "/?#")
    if let query = ask.call.query, !query.isEmpty {
      let safe = URLText.quoted(query, safe: "!$&'()*+,/:;=?@%")
      units += [0x3F] + URLText.readable(safe, kept: "&=+#")
    }
    return .text(units)
  }
}

/// A request's content as httpbin shows it.
struct HTTPBinContent {
  var form: [(name: [UInt16], value: [UInt16])] = []
  var data: JSONTree = .text("")
  var files: JSONTree = .object([])
  var json: JSONTree = .null
  /// None of its parts are told then.
  var hasManyParts = false

  init() {}

  init(_ ask: HTTPBinAsk) {
    let type = ask.field("content-type") ?? []
    let content = ask.call.content
    if FieldParameters(type).value.elementsEqual("application/x-www-form-urlencoded".utf8) {
      // A form is ASCII, or UTF-8 at the most
      guard String(validating: content, as: UTF8.self) != nil else { return }
      form = URLText.pairs(content).map { (URLText.shown($0.name), URLText.shown($0.value)) }
      return
    }
    if let boundary = Multipart.boundary(of: type) {
      do {
        let parts = try Multipart(content, boundary: boundary)
        form = parts.fields.map { (Self.name($0.name), Self.value($0)) }
        files = Self.shown(parts.files)
      } catch {
        hasManyParts = error == .manyParts
      }
      return
    }
    data = Self.safe(content, type: "application/octet-stream")
    json = JSONTreeReader.read(content) ?? .null
  }

  /// A part without a name has Python's.
  private static func name(_ name: [UInt8]?) -> [UInt16] {
    name.map(replaced) ?? Array("null".utf16)
  }

  private static func value(_ field: Multipart.Field) -> [UInt16] {
    field.isLatin1 ? field.value.map(UInt16.init) : replaced(field.value)
  }

  private static func replaced(_ bytes: [UInt8]) -> [UInt16] {
    Array(String(decoding: bytes, as: UTF8.self).utf16)
  }

  /// Text as it is, anything else as a data URL (RFC 2397).
  private static func safe(_ content: [UInt8], type: String) -> JSONTree {
    if let text = String(validating: content, as: UTF8.self) { return .text(text) }
    let encoded = String(decoding: Base64.encoded(content), as: UTF8.self)
    return .text("data:\(type);base64,\(encoded)")
  }

  /// The first file of each name.
  private static func shown(_ files: [Multipart.File]) -> JSONTree {
    var members: [JSONTree.Member] = []
    for file in files {
      let name = name(file.name)
      if members.contains(where: { $0.name == name }) { continue }
      let type = file.type.map { String(decoding: $0, as: UTF8.self) } ?? ""
      let value = safe(file.content, type: type.isEmpty ? "application/octet-stream" : type)
      members.append(.init(name: name, value: value))
    }
    return .object(members)
  }
}

extension HTTPBinInspection {
  /// Whether a field frames the message or marks it: whoever asks for one does not get it (RFC 9112 section 6). The name is in lower case.
  static func isServers(_ name: [UInt8]) -> Bool {
    GrammarText.isServers(name) || name.elementsEqual("upgrade".utf8)
  }

  /// `/response-headers?NAME=VALUE`: an answer with these fields, whose content tells all that it has.
  static func responseFields(_ ask: HTTPBinAsk) -> RehearsalAnswer {
    var asked: [RehearsedField] = []
    for pair in ask.arguments {
      if isServers(pair.name.map(\.lowercased)) { continue }
      guard !pair.name.isEmpty, pair.name.allSatisfy({ ByteClass.has($0, ByteClass.token) }) else {
        return HTTPBinAnswer.unfit("A field's name is a token (RFC 9110 section 5.6.2).")
      }
      guard fieldValue(pair.value) != nil else {
        return HTTPBinAnswer.unfit(
          "A field's value has no control characters (RFC 9110 section 5.5).")
      }
      asked.append(RehearsedField(pair.name, pair.value))
    }
    // Content-Type is there once: the one that was asked for last
    let types = asked.filter { HTTPBinAsk.isSame($0.name, "content-type") }
    asked.removeAll { HTTPBinAsk.isSame($0.name, "content-type") }
    let type = types.last?.value ?? Array("application/json".utf8)
    var length = 0
    var content: [UInt8] = []
    // The content tells its own length, whose digits count too
    repeat {
      length = content.count
      var members = asked.map { (URLText.shown($0.name), URLText.shown($0.value)) }
      members.append((Array("Content-Type".utf16), URLText.shown(type)))
      members.append((Array("Content-Length".utf16), Array("\(length)".utf16)))
      content = grouped(members).written(isPretty: true) + [0x0A]
    } while content.count != length
    var answer = RehearsalAnswer(status: 200, content: content)
    // The content shows values as they were asked for; a field's has no blanks at its ends
    answer.fields = ([RehearsedField(Array("Content-Type".utf8), type)] + asked).map {
      RehearsedField($0.name, fieldValue($0.value) ?? [])
    }
    return answer
  }

  /// A value as a field may have it, without blanks at its ends; nil where it has controls.
  static func fieldValue(_ value: [UInt8]) -> [UInt8]? {
    guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else { return nil }
    let range = value.span.trimmed(0..<value.count)
    return Array(value[range])
  }
}
