internal import Message
internal import StatusGuide

/// The fields that every error body brings, by its form and its language.
enum ErrorFields {
  static func block(_ kind: ErrorBody.Kind) -> Unmanaged<FieldBlock> {
    // In bounds: three forms, two kinds of clients, four languages
    blocks[place(kind)]
  }

  private static func place(_ kind: ErrorBody.Kind) -> Int {
    (Int(kind.form.rawValue) * 2 + (kind.showsDetails ? 1 : 0)) * Int(Language.count)
      + Int(kind.language.rawValue)
  }

  // Made once, and there for good; nothing of it changes afterwards
  private static nonisolated(unsafe) let blocks: UnsafePointer<Unmanaged<FieldBlock>> = {
    let count = 3 * 2 * Int(Language.count)
    let blocks = UnsafeMutablePointer<Unmanaged<FieldBlock>>.allocate(capacity: count)
    for form in [ErrorBody.Form.problem, .html, .text] {
      for showsDetails in [false, true] {
        for language in Language.allCases {
          let kind = ErrorBody.Kind(form: form, showsDetails: showsDetails, language: language)
          (blocks + place(kind)).initialize(to: .passRetained(make(kind)))
        }
      }
    }
    return UnsafePointer(blocks)
  }()

  private static func make(_ kind: ErrorBody.Kind) -> FieldBlock {
    FieldBlock { fields in
      switch kind.form {
      case .problem: fields.add(.contentType, "application/problem+json")
      case .html:
        fields.add(.contentType, "text/html; charset=utf-8")
        fields.add(.contentSecurityPolicy, ErrorPage.policy)
      case .text: fields.add(.contentType, "text/plain; charset=utf-8")
      }
      fields.add(.contentLanguage, kind.language.name)
      fields.add(.xContentTypeOptions, "nosniff")
      // What only this client may see is for no cache; the rest depends on what is accepted
      if kind.showsDetails { fields.add(.cacheControl, "no-store") }
      fields.add(.vary, "Accept, Accept-Language")
    }
  }
}
