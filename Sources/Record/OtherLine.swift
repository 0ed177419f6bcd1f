public import HTTPStatus

/// What a line of the journal's formats `w3c` and `combined` tells of an exchange, which is hardly more than how it was answered: for
/// who has nothing else. Lines of other servers in these formats are read too.
public struct OtherLine: Equatable, Sendable {
  public enum Format: String, Sendable {
    case w3c, combined
  }

  public var format: Format
  /// nil where nothing was answered.
  public var status: Status?
  /// nil where the line does not tell it, or tells one that the catalogue does not have.
  public var cause: Cause?
  /// nil where the line has none: then it is another server's, or in the format `combined`.
  public var id: RequestID?

  /// nil where the line is of neither format.
  public init?(_ line: String) {
    let words = line.split(whereSeparator: { $0 == " " || $0.isNewline }).map(String.init)
    if let w3c = OtherLine(w3c: words) {
      self = w3c
    } else if let combined = OtherLine(combined: line, words) {
      self = combined
    } else {
      return nil
    }
  }

  /// Date and time, and at the end status, sub-status, a number of Windows, the time taken, and the id where the line is ours.
  private init?(w3c words: [String]) {
    guard words.count > 8, Self.isDate(words[0]), words[1].utf8.filter({ $0 == 0x3A }).count == 2
    else { return nil }
    format = .w3c
    let isOurs = words.count == 16 && words[15].utf8.count == 16
    id = isOurs ? RequestID(words[15]) : nil
    let columns = Array(words.dropLast(id == nil ? 0 : 1).suffix(4))
    guard columns.dropFirst(2).allSatisfy({ Int($0) != nil }) else { return nil }
    if columns[0] == "-", id != nil { return }
    guard let status = Self.status(columns[0]), Int(columns[1]) != nil else { return nil }
    self.status = status
    // IIS writes 0 where it has no more to say; here it is a number as any other
    if id != nil || columns[1] != "0" { cause = Cause("\(status.code).\(columns[1])") }
  }

  /// `192.0.2.1 - - [21/Nov/2026:10:31:05 +0700] "GET / HTTP/1.1" 403 1523 ...`
  private init?(combined line: String, _ words: [String]) {
    guard words.count > 6, words[3].first == "[", words[3].utf8.count == 21,
      words[3].utf8.filter({ $0 == 0x2F }).count == 2, words[4].last == "]"
    else { return nil }
    // A quote in the request is escaped, as \x22 or with a backslash before it
    let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
    for part in parts.dropFirst(2) where part.hasPrefix(" ") {
      guard let code = part.split(separator: " ").first, let status = Self.status(String(code))
      else { continue }
      format = .combined
      self.status = status
      return
    }
    return nil
  }

  /// `2026-11-21`
  private static func isDate(_ word: String) -> Bool {
    let parts = word.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.utf8.count) == [4, 2, 2] && parts.allSatisfy { Int($0) != nil }
  }

  private static func status(_ word: String) -> Status? {
    guard word.utf8.count == 3, let status = Int(word).flatMap({ Status($0) }), status.canBeSent
    else { return nil }
    return status
  }
}
