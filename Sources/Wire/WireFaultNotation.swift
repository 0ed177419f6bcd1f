// How faults are written: `NAME@POINT`, as in `close@in-head` and `reset@after:512`.
extension WireFault {
  /// What is wrong with a fault as it is written, and what would fit.
  public struct Misfit: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
  }

  /// A line of the list of faults.
  public struct Entry: Equatable, Sendable {
    public var kind: Kind
    /// Points where it can go wrong; the first is meant where none is given.
    public var points: [String]
    /// What it does, in one line.
    public var says: String
  }

  /// Every fault, in the order of `Kind`.
  public static var list: [Entry] {
    Kind.allCases.map { kind in
      Entry(kind: kind, points: kind.points.map(\.notation), says: kind.says)
    }
  }

  /// As it is written, always with its point.
  public var notation: String {
    if case .afterBytes(let count) = point { return "\(kind.rawValue)@after:\(count)" }
    return "\(kind.rawValue)@\(PointName(point).notation)"
  }

  /// Reads `NAME@POINT`; without a point the first one of the name's is meant. Throws what would fit.
  public static func read(_ text: String) throws(Misfit) -> WireFault {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts.first ?? "")
    guard let kind = Kind(rawValue: name) else {
      let names = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw Misfit("\(quoted(name)) is no fault; there are \(names)")
    }
    guard parts.count > 1 else { return WireFault(kind, at: kind.points[0].point(1)) }
    return WireFault(kind, at: try readPoint(String(parts[1]), of: kind))
  }

  private static func readPoint(_ text: String, of kind: Kind) throws(Misfit) -> Point {
    let fitting = kind.points.map(\.notation).joined(separator: ", ")
    if let count = text.wholeNumber(after: "after:") {
      guard kind.points.contains(.after) else {
        throw Misfit(
          "\(kind.rawValue) cannot happen after a number of bytes; \(kind.rawValue)@ takes \(fitting)"
        )
      }
      guard count <= bytesMax else {
        throw Misfit(
          "\(quoted(text)) is beyond \(bytesMax), the most bytes that can be named")
      }
      return .afterBytes(count)
    }
    guard let name = PointName(rawValue: text), name != .after else {
      throw Misfit("\(quoted(text)) is no point of \(kind.rawValue); it takes \(fitting)")
    }
    guard kind.points.contains(name) else {
      throw Misfit("\(kind.rawValue) cannot happen \(text); it takes \(fitting)")
    }
    return name.point(0)
  }

  /// The largest number that `after:` takes: 1 TiB.
  public static var bytesMax: UInt64 { 1 << 40 }

  /// Shown with what is not visible ASCII escaped, and cut short.
  private static func quoted(_ text: String) -> String {
    var shown = "`"
    for scalar in text.unicodeScalars.prefix(40) {
      if scalar.value > 0x20, scalar.value < 0x7F, scalar != "`" {
        shown.unicodeScalars.append(scalar)
      } else {
        shown += "\\u{" + String(scalar.value, radix: 16) + "}"
      }
    }
    return shown + (text.unicodeScalars.count > 40 ? "...`" : "`")
  }
}

/// Points by their names, without the number that one of them has.
enum PointName: String, CaseIterable, Sendable {
  case beforeHead = "before-head"
  case inHead = "in-head"
  case afterHead = "after-head"
  case inContent = "in-content"
  case afterContent = "after-content"
  case after = "after:N"

  init(_ point: WireFault.Point) {
    self =
      switch point {
      case .beforeHead: .beforeHead
      case .inHead: .inHead
      case .afterHead: .afterHead
      case .inContent: .inContent
      case .afterContent: .afterContent
      case .afterBytes: .after
      }
  }

  var notation: String { rawValue }

  func point(_ bytes: UInt64) -> WireFault.Point {
    switch self {
    case .beforeHead: .beforeHead
    case .inHead: .inHead
    case .afterHead: .afterHead
    case .inContent: .inContent
    case .afterContent: .afterContent
    case .after: .afterBytes(bytes)
    }
  }
}

extension WireFault.Kind {
  /// Where it can go wrong; the first is meant where none is given.
  var points: [PointName] {
    switch self {
    case .close, .reset:
      [.inContent, .beforeHead, .inHead, .afterHead, .afterContent, .after]
    case .stall: [.inContent, .beforeHead, .inHead, .afterHead, .after]
    case .lengthShort, .lengthLong, .headEndless, .headSlow: [.inHead]
    case .chunkBroken, .chunkUnfinished: [.inContent]
    case .garbage: [.beforeHead, .inHead, .afterContent]
    case .contentUnallowed: [.afterHead]
    case .twice: [.afterContent]
    }
  }

  /// Whether it can go wrong there.
  public func happens(at point: WireFault.Point) -> Bool { points.contains(PointName(point)) }

  /// Whether it is one of content in chunks.
  public var isOfChunks: Bool { self == .chunkBroken || self == .chunkUnfinished }

  /// What it does, in one line.
  public var says: String {
    switch self {
    case .close: "closes the connection in good order (FIN), whatever is still owed"
    case .reset: "resets the connection (RST) when what was sent before has left"
    case .stall:
      "sends nothing more, and keeps the connection until the client or limits.send-time gives up"
    case .lengthShort: "names half the length in Content-Length, sends all, and goes on"
    case .lengthLong: "names twice the length in Content-Length, sends what there is, and closes"
    case .chunkBroken: "puts `zz` for a chunk's size in the middle of the content, and closes"
    case .chunkUnfinished: "sends all chunks but the last, empty one, and closes"
    case .garbage:
      "puts a line of garbage for the status line, between fields, or behind the answer"
    case .headEndless:
      "sends one field after another, until the client or limits.send-time gives up"
    case .headSlow: "sends the head byte by byte, 20 ms apart, and the rest as usual"
    case .contentUnallowed: "sends content where none is allowed: 204, 205, 304, answers to HEAD"
    case .twice: "sends the whole answer a second time, and goes on"
    }
  }
}

extension String {
  /// The number that follows the prefix and ends the text: digits only, without a needless zero in front.
  fileprivate func wholeNumber(after prefix: String) -> UInt64? {
    guard hasPrefix(prefix) else { return nil }
    let digits = utf8.dropFirst(prefix.utf8.count)
    guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1,
      digits.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    // More digits than a number can hold are a number that is too large
    return UInt64(String(Substring(digits))) ?? .max
  }
}
