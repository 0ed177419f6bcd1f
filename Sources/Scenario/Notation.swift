/// Bytes as a scenario writes them: text with escapes, repeats, and placeholders for what varies.
struct Notation: Sendable {
  enum Piece: Sendable, Equatable {
    case bytes([UInt8])
    /// A date of HTTP that the server's clock has shown.
    case date
    /// A request id, the same all over one answer.
    case id
    /// An entity tag in its quotes; with a name it is remembered, and given back under it.
    case tag(String?)
    /// One digit or more.
    case number
    /// The server's port.
    case port
    /// Whatever follows is not looked at.
    case more
  }

  private(set) var pieces: [Piece] = []

  mutating func add(_ bytes: [UInt8]) {
    if bytes.isEmpty { return }
    if case .bytes(let last) = pieces.last {
      pieces[pieces.count - 1] = .bytes(last + bytes)
    } else {
      pieces.append(.bytes(bytes))
    }
  }

  mutating func add(_ piece: Piece) {
    if case .bytes(let bytes) = piece { add(bytes) } else { pieces.append(piece) }
  }

  var endsInMore: Bool { pieces.last == .more }

  /// Names that a placeholder can have, for messages.
  static let placeholders = "{date}, {id}, {etag}, {etag:1}, {number}, {port}, {more} or {A*9000}"
  static let repeatMax = 64 << 20
}

/// What is wrong with a line's text.
struct NotationFault: Error {
  var message: String
}

/// Reads the text of one line.
struct NotationReader {
  private let bytes: [UInt8]
  private var index = 0
  private var notation = Notation()
  private var run: [UInt8] = []

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// The pieces of a line, and whether a backslash at its end says that the line goes on without a line end.
  static func read(_ text: String) throws(NotationFault) -> (Notation, isOpen: Bool) {
    var reader = NotationReader(text)
    let isOpen = try reader.readAll()
    return (reader.notation, isOpen)
  }

  /// A text in which nothing varies.
  static func plain(_ text: String) throws(NotationFault) -> [UInt8] {
    let (notation, isOpen) = try read(text)
    if isOpen { throw NotationFault(message: "a backslash at the end; a backslash itself is \\\\") }
    var bytes: [UInt8] = []
    for piece in notation.pieces {
      guard case .bytes(let some) = piece else {
        throw NotationFault(message: "nothing can vary here; write the bytes themselves")
      }
      bytes += some
    }
    return bytes
  }

  private mutating func readAll() throws(NotationFault) -> Bool {
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\\"):
        if index + 1 == bytes.count {
          notation.add(run)
          return true
        }
        try escape()
      case UInt8(ascii: "{"): try brace()
      default:
        run.append(bytes[index])
        index += 1
      }
    }
    notation.add(run)
    return false
  }

  private mutating func escape() throws(NotationFault) {
    let letter = bytes[index + 1]
    index += 2
    switch letter {
    case UInt8(ascii: "r"): run.append(0x0D)
    case UInt8(ascii: "n"): run.append(0x0A)
    case UInt8(ascii: "t"): run.append(0x09)
    case UInt8(ascii: "\\"), UInt8(ascii: "{"): run.append(letter)
    case UInt8(ascii: "x"):
      guard index + 2 <= bytes.count,
        let value = UInt8(String(decoding: bytes[index..<(index + 2)], as: UTF8.self), radix: 16)
      else { throw NotationFault(message: "\\x wants two hexadecimal digits, as in \\x00") }
      run.append(value)
      index += 2
    default:
      throw NotationFault(message: "no such escape; there are \\r \\n \\t \\\\ \\{ and \\x00")
    }
  }

  /// A placeholder, a repeat, or a brace that means itself.
  private mutating func brace() throws(NotationFault) {
    let rest = bytes[(index + 1)...]
    guard let end = rest.firstIndex(of: UInt8(ascii: "}")), end > index + 1 else {
      run.append(bytes[index])
      index += 1
      return
    }
    let inside = String(decoding: bytes[(index + 1)..<end], as: UTF8.self)
    if let star = inside.lastIndex(of: "*"), star > inside.startIndex,
      let count = Int(inside[inside.index(after: star)...])
    {
      let text = try Self.plain(String(inside[..<star]))
      guard count >= 0, text.count * count <= Notation.repeatMax else {
        throw NotationFault(message: "a repeat of more than 64 MiB")
      }
      run += [UInt8](repeatElement(text, count: count).joined())
      index = end + 1
      return
    }
    guard inside.utf8.allSatisfy(Self.isNameByte) else {
      run.append(bytes[index])
      index += 1
      return
    }
    guard let piece = Self.placeholder(inside) else {
      throw NotationFault(
        message: "no placeholder {\(inside)}; there are \(Notation.placeholders), "
          + "and a brace itself is \\{")
    }
    notation.add(run)
    run = []
    notation.add(piece)
    index = end + 1
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: ":"):
      true
    default: false
    }
  }

  private static func placeholder(_ name: String) -> Notation.Piece? {
    switch name {
    case "date": .date
    case "id": .id
    case "number": .number
    case "port": .port
    case "more": .more
    case "etag": .tag(nil)
    default: name.hasPrefix("etag:") && name.count > 5 ? .tag(String(name.dropFirst(5))) : nil
    }
  }
}
