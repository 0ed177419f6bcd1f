internal import Documents
internal import Message

/// A site's own page for a refusal or failure, parted at its placeholders (`{status}`), each with the way in which its value has to be
/// escaped at that place.
///
/// A placeholder is a name of the list between braces; `{` before anything else, and `{{`, stand for themselves. In HTML what stands
/// in comments, `<script>` and `<style>` is left alone. In JSON the page has to be JSON, whatever the values are.
public struct ErrorTemplate: Sendable, Equatable {
  /// What can stand between braces.
  public enum Placeholder: String, Sendable, CaseIterable {
    /// The number, the registered phrase, the status's name in the page's language, its meaning in one sentence.
    case status, phrase, title, summary
    /// The page's language, the request's id.
    case lang, id
    /// To those who see details: the cause's number, its slug, what happened, what tipped it, what to do, and all of this at once. To
    /// others `cause` is the status and the rest is empty.
    case cause, slug, detail, evidence, help, details

    /// It says something that `details` may keep from the client.
    public var tellsCause: Bool {
      switch self {
      case .cause, .slug, .detail, .evidence, .help, .details: true
      case .status, .phrase, .title, .summary, .lang, .id: false
      }
    }

    /// Its value is in words, or says in which language they are.
    public var isWorded: Bool {
      switch self {
      case .title, .summary, .lang, .detail, .help, .details: true
      case .status, .phrase, .id, .cause, .slug, .evidence: false
      }
    }
  }

  /// How a value is made harmless where it stands.
  public enum Escape: Sendable {
    /// Text as it is.
    case plain
    /// Text between elements of HTML, which may have elements itself.
    case html
    /// The value of an attribute in quotes, or the text of an element that has no elements in it.
    case attribute
    /// The same, of an attribute that is an address: a part of a URI.
    case uri
    /// The inside of a JSON string.
    case json
  }

  public enum Part: Sendable, Equatable {
    case literal([UInt8])
    case value(Placeholder, Escape)
  }

  /// What is wrong with a template, and where.
  public struct Problem: Error, Sendable, Equatable {
    /// Bytes from the beginning.
    public var offset: Int
    public var message: String
    public var suggestion: String?
  }

  public let parts: [Part]
  /// It shows what `details` may keep from the client.
  public let tellsCause: Bool
  /// It is in the language that the client asks for.
  public let isWorded: Bool

  /// - Parameter bytes: UTF-8.
  public init(_ bytes: [UInt8], kind: ErrorPages.Kind) throws(Problem) {
    var reader = TemplateReader(bytes: bytes, kind: kind)
    try reader.read()
    parts = reader.parts
    let used = parts.compactMap { part -> Placeholder? in
      if case .value(let placeholder, _) = part { placeholder } else { nil }
    }
    tellsCause = used.contains { $0.tellsCause }
    isWorded = used.contains { $0.isWorded }
  }
}

/// Walks a template once, and knows at each byte what kind of text it stands in.
private struct TemplateReader {
  let bytes: [UInt8]
  let kind: ErrorPages.Kind
  private(set) var parts: [ErrorTemplate.Part] = []
  private var literal: [UInt8] = []
  private var html = HTMLPlace()
  private var isInString = false
  private var stringStart = 0
  private var isEscaped = false
  /// A page of JSON with values that are as long as their placeholders.
  private var sample: [UInt8] = []

  init(bytes: [UInt8], kind: ErrorPages.Kind) {
    self.bytes = bytes
    self.kind = kind
  }

  mutating func read() throws(ErrorTemplate.Problem) {
    if let offset = Self.firstBroken(bytes) {
      throw problem(offset, "the page is not UTF-8 here")
    }
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "{"), let end = try placeholder(at: index) {
        if kind == .json {
          let value = UInt8(ascii: isInString ? "x" : "1")
          sample += Array(repeating: value, count: end - index)
        }
        index = end
        continue
      }
      literal.append(byte)
      switch kind {
      case .html: html.take(bytes, index)
      case .json:
        takeJSON(byte, index)
        sample.append(byte)
      case .text: break
      }
      // Two braces stand for themselves
      if byte == UInt8(ascii: "{"), index + 1 < bytes.count, bytes[index + 1] == byte {
        index += 1
        literal.append(byte)
        if kind == .html { html.take(bytes, index) }
        if kind == .json { sample.append(byte) }
      }
      index += 1
    }
    flush()
    if kind == .html, let open = html.open { throw problem(open.offset, open.text) }
    guard kind == .json else { return }
    if isInString { throw problem(stringStart, "the text has no closing quote") }
    if let fault = JSONProblem.first(in: sample) { throw problem(fault.offset, told(fault)) }
  }

  private func told(_ fault: (offset: Int, problem: JSONProblem)) -> String {
    switch fault.problem {
    case .nameTwice: "the page is JSON in which a name stands twice in one object, here again"
    case .tooDeep: "the page is JSON of more than \(JSONProblem.depthMax) levels"
    case .syntax where fault.offset >= bytes.count: "the page ends before its JSON does"
    case .syntax: "the page is no JSON: it can be read up to here"
    }
  }

  private mutating func flush() {
    if !literal.isEmpty { parts.append(.literal(literal)) }
    literal = []
  }

  private func problem(
    _ offset: Int, _ message: String, _ suggestion: String? = nil
  ) -> ErrorTemplate.Problem {
    ErrorTemplate.Problem(offset: offset, message: message, suggestion: suggestion)
  }

  private mutating func takeJSON(_ byte: UInt8, _ index: Int) {
    if isEscaped {
      isEscaped = false
    } else if isInString, byte == UInt8(ascii: "\\") {
      isEscaped = true
    } else if byte == UInt8(ascii: "\"") {
      isInString.toggle()
      stringStart = index
    }
  }

  /// Reads a placeholder whose brace stands here, and returns where the text goes on; nil where the brace stands for itself.
  private mutating func placeholder(
    at start: Int
  ) throws(ErrorTemplate.Problem) -> Int? {
    if kind == .html, html.isLeftAlone { return nil }
    var end = start + 1
    while end < bytes.count, Self.isOfName(bytes[end]) { end += 1 }
    guard end > start + 1, bytes[start + 1].lowercased &- 0x61 < 26 else { return nil }
    let name = String(decoding: bytes[(start + 1)..<end], as: UTF8.self)
    let found = ErrorTemplate.Placeholder(rawValue: name)
    guard end < bytes.count, bytes[end] == UInt8(ascii: "}") else {
      // A brace in front of some other word is text
      guard found != nil else { return nil }
      throw problem(
        start, "the placeholder \(quoted("{" + name)) has no closing brace", "{\(name)}")
    }
    guard let found else {
      throw problem(
        start,
        "unknown placeholder \(quoted("{\(name)}")); a page has "
          + alternatives(ErrorTemplate.Placeholder.allCases.map { "{\($0.rawValue)}" }, "and"),
        Self.nearest(name).map { "{\($0)}" })
    }
    flush()
    parts.append(.value(found, try escape(found, start)))
    if kind == .html { html.takeValue() }
    return end + 1
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    byte.lowercased &- 0x61 < 26 || byte.isDigit || byte == 0x2D || byte == 0x5F
  }

  private static let otherNames = [
    "code": "status", "statuscode": "status", "number": "status", "reason": "phrase",
    "name": "title", "message": "summary", "description": "summary", "language": "lang",
    "locale": "lang", "request": "id", "request-id": "id", "requestid": "id", "request_id": "id",
    "substatus": "cause", "reference": "id", "hint": "help", "why": "detail",
  ]

  private static func nearest(_ name: String) -> String? {
    otherNames[name.lowercased()]
      ?? Nearest.word(to: name, among: ErrorTemplate.Placeholder.allCases.map(\.rawValue))
  }

  /// How a value is escaped at this place; where it could not be made harmless, the place is at fault.
  private func escape(
    _ placeholder: ErrorTemplate.Placeholder, _ offset: Int
  ) throws(ErrorTemplate.Problem) -> ErrorTemplate.Escape {
    let name = quoted("{\(placeholder.rawValue)}")
    switch kind {
    case .text: return .plain
    case .json:
      if isEscaped { throw problem(offset, "the placeholder \(name) stands behind a backslash") }
      if !isInString, placeholder != .status {
        throw problem(
          offset, "the placeholder \(name) is text and stands outside of quotes",
          "\"{\(placeholder.rawValue)}\"")
      }
      if placeholder == .details { throw problem(offset, "\(name) is for .html and .txt pages") }
      return .json
    case .html: return try escapeHTML(placeholder, offset)
    }
  }

  private func escapeHTML(
    _ placeholder: ErrorTemplate.Placeholder, _ offset: Int
  ) throws(ErrorTemplate.Problem) -> ErrorTemplate.Escape {
    let name = quoted("{\(placeholder.rawValue)}")
    let escape: ErrorTemplate.Escape
    switch html.place {
    case .text: return .html
    case .plainText: escape = .attribute
    case .quoted(_, let isAddress, let isCode):
      if isCode {
        throw problem(
          offset,
          "the placeholder \(name) stands in an attribute that is code; put it in one "
            + "such as data-\(placeholder.rawValue)")
      }
      escape = isAddress ? .uri : .attribute
    case .tag, .unquoted:
      throw problem(
        offset, "the placeholder \(name) stands in a tag without quotes around it",
        "\"{\(placeholder.rawValue)}\"")
    case .comment, .declaration, .raw: return .plain
    }
    if placeholder == .details {
      throw problem(offset, "\(name) has elements in it, and stands where only text can")
    }
    return escape
  }

  /// The offset of the first byte that is not UTF-8; nil where all is.
  private static func firstBroken(_ bytes: [UInt8]) -> Int? {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return offset
      }
    }
  }
}
