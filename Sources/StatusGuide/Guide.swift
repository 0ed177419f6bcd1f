public import HTTPStatus

/// The catalogue in words: what a status or a cause means, and what to do about it.
///
/// Summaries and help lie in the program itself: asking for them allocates nothing.
public enum Guide {
  /// What the cause means, in one sentence.
  public static func summary(of cause: Cause) -> StaticText {
    row(of: cause).text(WordsColumn.summary)
  }

  /// What the operator or the client can do about the cause: paragraphs parted by line feeds. Nil where nothing is said.
  public static func help(of cause: Cause) -> StaticText? {
    present(row(of: cause).text(WordsColumn.help))
  }

  /// What the status means, in one sentence; nil for a code that the registry does not name.
  public static func summary(of status: Status) -> StaticText? {
    row(of: status)?.text(WordsColumn.summary)
  }

  /// What to do about the status, whatever its cause; nil where nothing is said.
  public static func help(of status: Status) -> StaticText? {
    row(of: status).flatMap { present($0.text(WordsColumn.help)) }
  }

  /// What the type of proxy error means, in one sentence.
  public static func summary(of error: ProxyError) -> StaticText {
    row(WordTables.proxyErrors, error.rawIndex).text(WordsColumn.summary)
  }

  /// What the vendor means by the code, in one sentence.
  public static func summary(of status: UnofficialStatus) -> StaticText {
    row(WordTables.unofficial, status.rawIndex).text(WordsColumn.summary)
  }

  /// Words under which the cause is also found.
  static func keywords(of cause: Cause) -> StaticTextList {
    StaticTextList(lines: row(of: cause).text(WordsColumn.keywords))
  }

  /// Words under which the status is also found.
  static func keywords(of status: Status) -> StaticTextList {
    StaticTextList(lines: row(of: status)?.text(WordsColumn.keywords) ?? StaticText(""))
  }

  private static func row(of cause: Cause) -> TableRow {
    row(WordTables.causes, Int(cause.rawIndex))
  }

  private static func row(of status: Status) -> TableRow? {
    let entry = TableRow(
      WordTables.statusByCode, words: WordTables.words, width: 2, index: Int(status.code)
    ).number(0, digits: 2)
    return entry == 0 ? nil : row(WordTables.statuses, entry - 1)
  }

  private static func row(_ table: StaticString, _ index: Int) -> TableRow {
    TableRow(table, words: WordTables.words, width: WordsColumn.width, index: index)
  }

  private static func present(_ text: StaticText) -> StaticText? { text.isEmpty ? nil : text }
}
