internal import HTTPStatus
internal import Message
internal import StatusGuide

/// What there is to choose from at a negotiated name: for answers that list it. Made when the variants are looked up, and never
/// changed.
public final class VariantChoices: Sendable {
  public struct Item: Sendable {
    /// The file's name, as it is on the disk.
    public var name: [UInt8]
    /// With its parameters.
    public var mediaType: [UInt8]
    /// Empty: none.
    public var language: [UInt8]
    /// In bytes, as it is on the disk.
    public var length: UInt64

    public init(name: [UInt8], mediaType: [UInt8], language: [UInt8], length: UInt64) {
      self.name = name
      self.mediaType = mediaType
      self.language = language
      self.length = length
    }
  }

  public let items: [Item]
  /// The request fields that the choice depends on.
  let vary: [UInt8]
  let alternates: [UInt8]

  public init(_ items: [Item], vary: [UInt8]) {
    self.items = items
    self.vary = vary
    var value = ByteBuffer(capacity: 256)
    for (index, item) in items.enumerated() {
      if index > 0 { value.append(", ") }
      VariantChoices.append(alternate: item, to: &value)
    }
    alternates = Array(value.bytes)
  }

  /// A relative reference to a name of the same folder, percent-encoded (RFC 3986 sections 3.3 and 4.2).
  public static func reference(to name: [UInt8]) -> [UInt8] {
    var reference = ByteBuffer(capacity: name.count + 16)
    // A colon in the first segment would make a scheme of what stands before it
    if name.isEmpty || name.contains(0x3A) { reference.append("./") }
    reference.append(name, in: .path)
    return Array(reference.bytes)
  }

  /// RFC 2295 section 8.3: `{"page.en.html" 1.0 {type text/html} {charset utf-8} {language en} {length 10}}`.
  private static func append(alternate item: Item, to value: inout ByteBuffer) {
    value.append("{\"")
    value.append(reference(to: item.name))
    value.append("\" 1.0 {type ")
    let span = item.mediaType.span
    guard let type = MediaType(span) else { return value.append("application/octet-stream}}") }
    value.append(Array(item.mediaType[Int(type.type.start)..<Int(type.subtype.end)]))
    value.append("}")
    if let charset = type.parameter("charset", in: span) {
      value.append(" {charset ")
      value.append(Array(item.mediaType[charset.range]))
      value.append("}")
    }
    if !item.language.isEmpty {
      value.append(" {language ")
      value.append(item.language)
      value.append("}")
    }
    value.append(" {length ")
    value.append(decimal: item.length)
    value.append("}}")
  }

  // MARK: Lists

  /// An array of objects, its lines after the first set in by `margin`.
  func append(json body: inout ByteBuffer, margin: StaticString) {
    body.append("[")
    for (index, item) in items.enumerated() {
      body.append(index == 0 ? "\n  " : ",\n  ")
      body.append(margin)
      body.append("{\"uri\": \"")
      body.append(VariantChoices.reference(to: item.name))
      body.append("\", \"type\": \"")
      body.append(item.mediaType, in: .json)
      body.append("\", ")
      if !item.language.isEmpty {
        body.append("\"language\": \"")
        body.append(item.language)
        body.append("\", ")
      }
      body.append("\"length\": ")
      body.append(decimal: item.length)
      body.append("}")
    }
    body.append("\n")
    body.append(margin)
    body.append("]")
  }

  func append(html body: inout ByteBuffer) {
    body.append("<ul class=\"variants\">\n")
    for item in items {
      body.append("<li><a href=\"")
      // A reference has no character that HTML would take for another
      body.append(VariantChoices.reference(to: item.name), in: .html)
      body.append("\" type=\"")
      body.append(item.mediaType, in: .html)
      if !item.language.isEmpty {
        body.append("\" hreflang=\"")
        body.append(item.language)
      }
      body.append("\">")
      body.append(VariantChoices.reference(to: item.name), in: .html)
      body.append("</a> (")
      body.append(item.mediaType, in: .html)
      if !item.language.isEmpty {
        body.append(", ")
        body.append(item.language)
      }
      body.append(")</li>\n")
    }
    body.append("</ul>\n")
  }

  func append(text body: inout ByteBuffer) {
    for item in items {
      body.append(VariantChoices.reference(to: item.name))
      body.append("  ")
      body.append(item.mediaType)
      if !item.language.isEmpty {
        body.append("  ")
        body.append(item.language)
      }
      body.append("\n")
    }
  }
}

/// The answer that is a list of variants (RFC 9110 section 15.4.1, RFC 2295 section 10.2), and its fields.
enum VariantList {
  static func write(
    _ head: UnsafePointer<RequestHead>, _ context: borrowing ResponseContext, _ response: Response
  ) {
    response.body.removeAll()
    guard let choices = context.choices else { return }
    let isJSON = prefersJSON(head, context)
    response.fields.add(
      .contentType, isJSON ? "application/json" : "text/html; charset=utf-8")
    let wanted = PageLanguage.wanted(head, context)
    let language = PageLanguage.told(response.cause, in: wanted, showsDetails: false)
    if !isJSON {
      response.fields.add(.contentLanguage, language.name)
      response.fields.add(.contentSecurityPolicy, ErrorPage.policy)
    }
    response.fields.add(.xContentTypeOptions, "nosniff")
    addFields(context, response)
    response.fields.add(.vary, isJSON ? "Accept" : "Accept, Accept-Language")
    if let extra = context.extraFields?.takeUnretainedValue() { response.fields.add(extra) }
    response.fields.mergeLines(of: .vary)
    if isJSON {
      response.body.append("{\n  \"variants\": ")
      choices.append(json: &response.body, margin: "  ")
      response.body.append("\n}\n")
    } else {
      ErrorPage.begin(response.status, language, &response.body)
      response.body.append("<p>")
      response.body.append(PageWords.variants.text(language))
      response.body.append("</p>\n")
      choices.append(html: &response.body)
      ErrorPage.end(context, language, &response.body)
    }
    response.length = UInt64(response.body.count)
    response.hasLength = true
    response.content = .body
  }

  /// Alternates and TCN (RFC 2295 sections 8.3 and 8.5), and Vary.
  /// `isError`: the body that follows says itself that it depends on Accept.
  static func addFields(
    _ context: borrowing ResponseContext, _ response: Response, isError: Bool = false
  ) {
    guard let choices = context.choices else { return }
    if choices.items.count > 1 {
      response.fields.add(.alternates, choices.alternates)
      response.fields.add(name: Array("TCN".utf8), value: Array("list".utf8))
    }
    let vary = isError ? SelectionFields.withoutAccept(choices.vary) : choices.vary
    if !vary.isEmpty { response.fields.add(.vary, vary) }
  }

  private static func prefersJSON(
    _ head: UnsafePointer<RequestHead>, _ context: borrowing ResponseContext
  ) -> Bool {
    guard let accept = head.pointee.value(of: .accept) else { return false }
    let value = UnsafeBufferPointer(rebasing: context.bytes[accept.range]).span
    return Accept.best(value: value, among: ["text/html", "application/json"]) == 1
  }
}
