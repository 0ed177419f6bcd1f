internal import Config
internal import Decide
internal import HTTPStatus
internal import Message

/// A site's own page for a refusal or failure: its placeholders are filled in, escaped for its kind.
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
    let hidesNothing = context.showsDetails
    response.fields.add(fields(page, isPrivate: hidesNothing && page.showsCause))
    response.body.removeAll()
    for part in page.parts {
      write(part, page.kind, verdict, context, &response.body)
    }
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

  /// The page is the operator's: it may have styles and scripts, and says itself which language it is in.
  private static func fields(_ page: ErrorPages.Page, isPrivate: Bool) -> FieldBlock {
    FieldBlock { fields in
      fields.add(.contentType, page.kind.mediaType)
      fields.add(.xContentTypeOptions, "nosniff")
      if isPrivate { fields.add(.cacheControl, "no-store") }
      fields.add(.vary, "Accept")
    }
  }

  private static func write(
    _ part: ErrorPages.Part, _ kind: ErrorPages.Kind, _ verdict: borrowing Verdict,
    _ context: borrowing ResponseContext, _ body: inout ByteBuffer
  ) {
    switch part {
    case .literal(let bytes): body.append(bytes)
    case .status: body.append(decimal: UInt64(verdict.status.code))
    case .phrase:
      if let phrase = verdict.cause.phrase { append(phrase.utf8, kind, &body) }
    case .cause:
      // To whom details are hidden, the cause is the status
      if context.showsDetails {
        append(verdict.cause.code.utf8, kind, &body)
      } else {
        body.append(decimal: UInt64(verdict.status.code))
      }
    case .slug:
      if context.showsDetails { append(verdict.cause.slug.utf8, kind, &body) }
    case .id: append(context.requestID, kind, &body)
    }
  }

  private static func append(
    _ bytes: UnsafeBufferPointer<UInt8>, _ kind: ErrorPages.Kind, _ body: inout ByteBuffer
  ) {
    switch kind {
    case .html: body.append(html: bytes)
    case .json: body.append(json: bytes)
    case .text: body.append(bytes)
    }
  }
}
