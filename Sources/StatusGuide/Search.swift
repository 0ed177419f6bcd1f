public import HTTPStatus

extension Guide {
  /// Something that a search found.
  public enum Finding: Hashable, Sendable, CustomStringConvertible {
    case status(Status)
    case cause(Cause)
    case proxyError(ProxyError)
    case unofficial(UnofficialStatus)

    public var description: String {
      switch self {
      case .status(let status): "\(status) \(status.phrase?.description ?? "")"
      case .cause(let cause): cause.description
      case .proxyError(let error): error.description
      case .unofficial(let status): "\(status) \(status.name)"
      }
    }
  }

  /// What in the catalogue goes with a few words, the best first.
  ///
  /// A code ("403", "403.14", "404.13" of IIS, "nginx:499"), a slug, a phrase or an older name that fits as a whole comes
  /// before everything that holds the words; a word also fits where it begins a longer one. Made for a person who waits,
  /// not for the path that every request takes.
  /// - Parameters:
  ///   - query: words in any order; upper and lower case are the same.
  ///   - limit: how many findings at most; below 1 there are none.
  public static func search(_ query: String, limit: Int = 10) -> [Finding] {
    let words = Query(query)
    guard !words.parts.isEmpty, limit > 0 else { return [] }
    var scored: [(finding: Finding, score: Int)] = []
    for finding in candidates() {
      let score = words.score(finding)
      if score > 0 { scored.append((finding, score)) }
    }
    // Swift's sort keeps no order among equals, so that the position decides between them.
    let ranked = scored.enumerated().sorted { left, right in
      (right.element.score, left.offset) < (left.element.score, right.offset)
    }
    return ranked.prefix(limit).map(\.element.finding)
  }

  private static func candidates() -> [Finding] {
    Status.registered.map(Finding.status) + Cause.all.map(Finding.cause)
      + ProxyError.all.map(Finding.proxyError) + UnofficialStatus.all.map(Finding.unofficial)
  }
}

/// The words of a search, in lower case.
private struct Query {
  let whole: String
  let parts: [String]

  init(_ text: String) {
    whole = text.lowercased()
    parts = Self.words(of: whole).filter { !Self.fillers.contains($0) }
  }

  /// Words that say nothing about what is looked for.
  private static let fillers: Set<String> = [
    "a", "an", "and", "do", "does", "for", "how", "i", "in", "is", "it", "my", "of", "on", "or",
    "the", "this", "to", "too", "was", "what", "why", "with",
  ]

  /// How well a finding goes with the words; 0 where one of the words is nowhere in it.
  func score(_ finding: Guide.Finding) -> Int {
    let texts = Texts(finding)
    if texts.codes.contains(whole) { return 10_000 }
    if texts.names.contains(whole) { return 5_000 }
    let nameWords = Set(texts.names.flatMap(Self.words) + texts.codes)
    let keywords = Set(texts.keywords.flatMap(Self.words))
    let prose = Set(Self.words(of: texts.prose))
    var score = texts.keywords.contains(whole) ? 500 : 0
    for part in parts {
      let best = max(
        Self.fit(part, nameWords) * 10, Self.fit(part, keywords) * 8, Self.fit(part, prose) * 3)
      if best == 0 { return 0 }
      score += best
    }
    return score
  }

  /// 3 for the word itself, 1 for a word that it begins, or whose plural it is, else 0.
  private static func fit(_ part: String, _ words: Set<String>) -> Int {
    if words.contains(part) { return 3 }
    let stem = part.hasSuffix("s") && part.count > 3 ? String(part.dropLast()) : part
    guard stem.utf8.count > 2 else { return 0 }
    return words.contains { $0.hasPrefix(stem) } ? 1 : 0
  }

  /// The runs of letters, digits and full stops inside numbers.
  static func words(of text: String) -> [String] {
    text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == ".") }
      .map { $0.hasSuffix(".") ? String($0.dropLast()) : String($0) }
      .filter { !$0.isEmpty }
  }
}

/// What a finding is searched by, in lower case.
private struct Texts {
  var codes: [String] = []
  var names: [String] = []
  var keywords: [String] = []
  var prose = ""

  init(_ finding: Guide.Finding) {
    switch finding {
    case .status(let status): add(status)
    case .cause(let cause): add(cause)
    case .proxyError(let error):
      names = [error.name.description]
      prose = Guide.summary(of: error).description
    case .unofficial(let status):
      codes = [status.description, Status(Int(status.code))?.description ?? ""]
      names = [status.name.description.lowercased()]
      prose = Guide.summary(of: status).description
    }
  }

  private mutating func add(_ status: Status) {
    codes = [status.description]
    names = ([status.phrase].compactMap(\.self) + Array(status.olderNames))
      .map { $0.description.lowercased() }
    keywords = Guide.keywords(of: status).map(\.description)
    prose = Guide.summary(of: status)?.description ?? ""
  }

  private mutating func add(_ cause: Cause) {
    codes = [cause.code.description] + cause.iisAliases.map(\.description)
    names =
      [cause.slug.description] + cause.olderNames.map { $0.description.lowercased() }
    keywords = Guide.keywords(of: cause).map(\.description)
    prose =
      "\(Guide.summary(of: cause)) \(Guide.help(of: cause)?.description ?? "")"
  }
}
