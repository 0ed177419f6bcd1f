public import HTTPStatus

/// The catalogue in words: what a status or a cause means, and what to do about it.
///
/// The words lie in the program itself: asking for them allocates nothing and starts nothing up.
public enum Guide {
  /// What the status is called in the language, for people: a few words to stand beside its number. In English the registry's phrase.
  ///
  /// Nil where the language has no name for it, and for a code that the registry does not name. A reason phrase on the wire is always
  /// the registry's (RFC 9112 section 4: clients ignore it).
  public static func name(of status: Status, in language: Language = .english) -> StaticText? {
    let column =
      switch language {
      case .english: -1
      case .thai: PhraseColumn.th
      case .spanish: PhraseColumn.es
      case .chinese: PhraseColumn.zh
      }
    if column < 0 { return status.phrase }
    guard let index = Subject.status(status).index else { return nil }
    let row = TableRow(
      WordTables.statusPhrases, words: WordTables.words, width: PhraseColumn.width, index: index)
    let text = row.text(column)
    return text.isEmpty ? nil : text
  }

  /// What the cause means, in one sentence: in the language, or in English where it is not translated.
  public static func summary(of cause: Cause, in language: Language = .english) -> StaticText {
    best(.summary, of: .cause(cause), in: language) ?? StaticText("")
  }

  /// What the operator or the client can do about the cause: paragraphs parted by line feeds. Nil where nothing is said.
  public static func help(of cause: Cause, in language: Language = .english) -> StaticText? {
    best(.help, of: .cause(cause), in: language)
  }

  /// What the status means, in one sentence; nil for a code that the registry does not name.
  public static func summary(of status: Status, in language: Language = .english) -> StaticText? {
    best(.summary, of: .status(status), in: language)
  }

  /// What to do about the status, whatever its cause; nil where nothing is said.
  public static func help(of status: Status, in language: Language = .english) -> StaticText? {
    best(.help, of: .status(status), in: language)
  }

  /// What the type of proxy error means, in one sentence.
  public static func summary(of error: ProxyError) -> StaticText {
    text(.summary, of: .proxyError(error)) ?? StaticText("")
  }

  /// What the vendor means by the code, in one sentence.
  public static func summary(of status: UnofficialStatus) -> StaticText {
    text(.summary, of: .unofficial(status)) ?? StaticText("")
  }

  /// The section in the language, or in English where it is not translated.
  private static func best(
    _ section: Section, of subject: Subject, in language: Language
  ) -> StaticText? {
    text(section, of: subject, in: language) ?? text(section, of: subject)
  }
}

/// Something that the catalogue has an entry for.
public enum Subject: Hashable, Sendable, CustomStringConvertible {
  case status(Status)
  case cause(Cause)
  case proxyError(ProxyError)
  case unofficial(UnofficialStatus)
  case sign(Sign)

  public var description: String {
    switch self {
    case .status(let status): "\(status) \(status.phrase?.description ?? "")"
    case .cause(let cause): cause.description
    case .proxyError(let error): error.description
    case .unofficial(let status): "\(status) \(status.name)"
    case .sign(let sign): sign.description
    }
  }

  /// Everything that the catalogue has, in its order.
  public static var all: [Subject] {
    Status.registered.map(Subject.status) + Cause.all.map(Subject.cause)
      + ProxyError.all.map(Subject.proxyError) + UnofficialStatus.all.map(Subject.unofficial)
      + Sign.all.map(Subject.sign)
  }

  /// Where the entry stands in the tables; nil for a status that the registry does not name.
  var index: Int? {
    switch self {
    case .status(let status):
      let row = TableRow(
        WordTables.statusByCode, words: WordTables.words, width: 2, index: Int(status.code)
      ).number(0, digits: 2)
      return row == 0 ? nil : row - 1
    case .cause(let cause):
      // One entry for all of them
      if cause.isRehearsed { return Sign.firstIndex + WordTables.signCount }
      return WordTables.statusCount + Int(cause.rawIndex)
    case .proxyError(let error):
      return WordTables.statusCount + WordTables.causeCount + error.rawIndex
    case .unofficial(let status):
      return Sign.firstIndex - WordTables.unofficialCount + status.rawIndex
    case .sign(let sign): return Sign.firstIndex + Int(sign.rawIndex)
    }
  }
}

/// What another program writes where it gives no status of its own: a flag of Envoy's access log, a termination state of HAProxy, a
/// message of nginx, an error id of Apache, an error number.
public struct Sign: Hashable, Sendable, CustomStringConvertible {
  let rawIndex: UInt16

  static var firstIndex: Int {
    WordTables.statusCount + WordTables.causeCount + WordTables.proxyErrorCount
      + WordTables.unofficialCount
  }

  public static var all: [Sign] {
    (0..<WordTables.signCount).map { Sign(rawIndex: UInt16($0)) }
  }

  /// Who writes it: "envoy", "haproxy", "nginx", "apache", "iis", "linux".
  public var vendor: StaticText { row.text(SignColumn.vendor) }

  /// As it is written: "UF", "SC--", "AH01797", "0x80070005", "ECONNREFUSED".
  public var sign: StaticText { row.text(SignColumn.sign) }

  /// Its long name; nil where it has none.
  public var name: StaticText? {
    let text = row.text(SignColumn.name)
    return text.isEmpty ? nil : text
  }

  /// Registered statuses that it comes with.
  public var statuses: [Status] {
    StaticTextList(lines: row.text(SignColumn.statuses)).compactMap { text in
      Int(text.description).flatMap { Status($0) }
    }
  }

  /// The type of the Proxy-Status field that says the same; nil where there is none.
  public var proxyError: ProxyError? { ProxyError(row.text(SignColumn.proxyError).description) }

  public var description: String {
    "\(vendor):\(sign)" + (name.map { " \($0)" } ?? "")
  }

  private var row: TableRow {
    TableRow(
      WordTables.signs, words: WordTables.words, width: SignColumn.width, index: Int(rawIndex))
  }
}
