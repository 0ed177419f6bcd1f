/// A response as it came over the wire, for checks of any kind.
public struct Answer: Sendable {
  public var status: Int
  public var fields: [(name: String, value: String)]
  /// With the framing taken off; nil where it was not read.
  public var content: [UInt8]?
  /// Of the request that it answers; empty where that had none that could be read.
  public var requestMethod: String
  /// Whether the request spoke HTTP/1.0.
  public var isHTTP10: Bool
  /// Offset of the byte behind it in the connection's received bytes.
  public var end: Int

  public func value(of name: String) -> String? {
    fields.first { $0.name.lowercased() == name }?.value
  }
}

/// Finds where an answer ends.
enum AnswerReader {
  enum Found {
    case answer(Answer)
    case incomplete
    /// What came is no response of HTTP/1.
    case unreadable
  }

  /// Reads one answer from `start`. `ended` says that no more bytes will come; `headOnly` that the content is nobody's concern.
  static func read(
    _ bytes: [UInt8], from start: Int, method: String, isHTTP10: Bool, ended: Bool, headOnly: Bool
  ) -> Found {
    guard let headEnd = end(ofHead: bytes, from: start) else {
      return ended ? .unreadable : .incomplete
    }
    let lines = String(decoding: bytes[start..<headEnd], as: UTF8.self).split(
      separator: "\r\n", omittingEmptySubsequences: true)
    let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
      return .unreadable
    }
    var answer = Answer(
      status: status, fields: [], content: nil, requestMethod: method, isHTTP10: isHTTP10,
      end: headEnd)
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { return .unreadable }
      let value = line[line.index(after: colon)...]
      answer.fields.append((String(line[..<colon]), String(value.drop { $0 == " " })))
    }
    if headOnly { return .answer(answer) }
    if method == "HEAD" || status / 100 == 1 || status == 204 || status == 304 {
      answer.content = []
      return .answer(answer)
    }
    if let length = answer.value(of: "content-length").flatMap({ Int($0) }) {
      guard bytes.count >= headEnd + length else { return ended ? .unreadable : .incomplete }
      answer.content = Array(bytes[headEnd..<(headEnd + length)])
      answer.end = headEnd + length
      return .answer(answer)
    }
    guard ended else { return .incomplete }
    answer.content = Array(bytes[headEnd...])
    answer.end = bytes.count
    return .answer(answer)
  }

  private static func end(ofHead bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + 4 <= bytes.count {
      if bytes[index] == 0x0D, bytes[index + 1] == 0x0A, bytes[index + 2] == 0x0D,
        bytes[index + 3] == 0x0A
      {
        return index + 4
      }
      index += 1
    }
    return nil
  }
}
