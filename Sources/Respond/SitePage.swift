internal import Config
internal import Decide
internal import HTTPStatus
internal import Message
internal import StatusGuide

/// A site's own page for a refusal or failure: its placeholders are filled in, each escaped for the place where it stands.
enum SitePage {
  /// Writes the page that the site has for this verdict. False where it has none, or the client wants something else: who asks for
  /// problem documents gets them.
  static func write(
    _ verdict: borrowing Verdict, site: Int32, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext, _ response: Response
  ) -> Bool {
    let sites = context.settings.sites
    guard site >= 0, Int(site) < sites.count,
      let page = sites[Int(site)].additions.errorPages?.page(for: verdict.cause),
      isWanted(page.kind, head, context)
    else { return false }
    let choice = Choice(page, verdict.cause, head, context)
    response.body.removeAll()
    for part in choice.template.parts {
      switch part {
      case .literal(let bytes): response.body.append(bytes)
      case .value(let placeholder, let escape):
        write(placeholder, escape, choice, verdict, context, &response.body)
      }
    }
    addFields(page, choice, context, response)
    response.length = UInt64(response.body.count)
    response.hasLength = true
    response.content = .body
    return true
  }

  private static func isWanted(
    _ kind: ErrorPages.Kind, _ head: UnsafePointer<RequestHead>,
    _ context: borrowing ResponseContext
  ) -> Bool {
    guard let accept = head.pointee.value(of: .accept) else { return true }
    let value = UnsafeBufferPointer(rebasing: context.bytes[accept.range]).span
    let candidates: [StaticString] = [
      kind.essence, "application/problem+json", "application/json", "text/html", "text/plain",
    ]
    return Accept.best(value: value, among: candidates) == 0
  }

  /// Which of a page's files is sent, and in which language its words are.
  private struct Choice {
    var template: ErrorTemplate
    /// Of the catalogue's words.
    var language = Language.english
    /// Of the page; empty where nobody knows it.
    var tag: [UInt8] = []

    init(
      _ page: ErrorPages.Page, _ cause: Cause, _ head: UnsafePointer<RequestHead>,
      _ context: borrowing ResponseContext
    ) {
      template = page.template
      var best = LanguagePreference()
      var wanted = Language.english
      let isAsked = head.pointee.known.contains(.acceptLanguage)
      if isAsked, template.isWorded {
        for raw in 0..<Language.count {
          guard let language = Language(rawValue: raw) else { continue }
          let preference = PageLanguage.preference(language.utf8, head, context)
          if preference.isBetter(than: best) { (best, wanted) = (preference, language) }
        }
      }
      var found: ErrorPages.Translation?
      for translation in page.translations where isAsked {
        let preference = translation.tag.withUnsafeBufferPointer {
          PageLanguage.preference($0, head, context)
        }
        // A page that somebody wrote in a language goes before one that is filled in
        let isOwn = found == nil && Language(tag: translation.tag) == wanted
        if preference.isBetter(than: best) || isOwn && !best.isBetter(than: preference) {
          guard preference.thousandths > 0 else { continue }
          (best, found) = (preference, translation)
        }
      }
      if let found {
        template = found.template
        tag = found.tag
        wanted = Language(tag: tag) ?? .english
      }
      settle(cause, wanted, isOfPage: found != nil, context)
    }

    private mutating func settle(
      _ cause: Cause, _ wanted: Language, isOfPage: Bool, _ context: borrowing ResponseContext
    ) {
      guard template.isWorded else { return }
      language = PageLanguage.told(cause, in: wanted, showsDetails: context.showsDetails)
      if !isOfPage { tag = Array(language.utf8) }
    }
  }

  /// The page is the operator's: it may have styles and scripts.
  private static func addFields(
    _ page: ErrorPages.Page, _ choice: Choice, _ context: borrowing ResponseContext,
    _ response: Response
  ) {
    let varies = page.template.isWorded || !page.translations.isEmpty
    let hasVary = response.fields.present.contains(.vary)
    response.fields.add(.contentType, page.kind.mediaType)
    if !choice.tag.isEmpty { response.fields.add(.contentLanguage, choice.tag) }
    response.fields.add(.xContentTypeOptions, "nosniff")
    if context.showsDetails, choice.template.tellsCause {
      response.fields.add(.cacheControl, "no-store")
    }
    response.fields.add(.vary, varies ? "Accept, Accept-Language" : "Accept")
    if hasVary { response.fields.mergeLines(of: .vary) }
  }

  // MARK: Values

  private static func write(
    _ placeholder: ErrorTemplate.Placeholder, _ escape: ErrorTemplate.Escape, _ choice: Choice,
    _ verdict: borrowing Verdict, _ context: borrowing ResponseContext, _ body: inout ByteBuffer
  ) {
    let language = choice.language
    switch placeholder {
    case .status: body.append(decimal: UInt64(verdict.status.code))
    case .phrase: append(verdict.cause.phrase, escape, &body)
    case .title: append(Guide.name(of: verdict.status, in: language), escape, &body)
    case .summary: append(Guide.summary(of: verdict.status, in: language), escape, &body)
    case .lang: choice.tag.withUnsafeBufferPointer { append($0, escape, &body) }
    case .id: append(context.requestID, escape, &body)
    case .cause where !context.showsDetails:
      // To whom details are hidden, the cause is the status
      body.append(decimal: UInt64(verdict.status.code))
    case _ where !context.showsDetails: break
    case .cause: append(verdict.cause.code, escape, &body)
    case .slug: append(verdict.cause.slug, escape, &body)
    case .detail: append(Guide.summary(of: verdict.cause, in: language), escape, &body)
    case .help: append(Guide.help(of: verdict.cause, in: language), escape, &body)
    case .evidence: writeEvidence(verdict.evidence, escape, context, &body)
    case .details:
      if escape == .html {
        ErrorDetails.write(html: verdict, context, language, &body)
      } else {
        ErrorDetails.write(text: verdict, context, language, &body)
      }
    }
  }

  /// `files.browse, site.yaml:3:9`; where no setting decided, the part of the request that did.
  private static func writeEvidence(
    _ evidence: Evidence, _ escape: ErrorTemplate.Escape, _ context: borrowing ResponseContext,
    _ body: inout ByteBuffer
  ) {
    var line = ByteBuffer(capacity: 256)
    if evidence.key != .none {
      line.append(evidence.key.name)
      line.append(", ")
      line.append(string: context.settings.text(of: evidence.position))
    } else if evidence.part != .whole {
      line.append(evidence.part.name)
      line.append(", byte ")
      line.append(decimal: evidence.offset)
    }
    append(line.bytes, escape, &body)
  }

  private static func append(
    _ text: StaticText?, _ escape: ErrorTemplate.Escape, _ body: inout ByteBuffer
  ) {
    guard let text else { return }
    if escape == .html {
      body.append(words: text.utf8)
    } else {
      append(text.utf8, escape, &body)
    }
  }

  private static func append(
    _ bytes: UnsafeBufferPointer<UInt8>, _ escape: ErrorTemplate.Escape, _ body: inout ByteBuffer
  ) {
    let place: TextPlace =
      switch escape {
      case .plain: .text
      case .html, .attribute: .html
      case .uri: .uri
      case .json: .json
      }
    body.append(bytes, in: place)
  }
}
