/// Text that lies in the program itself: a pointer and a length, nothing to allocate and nothing to free.
///
/// The bytes are UTF-8 and stay valid for as long as the program runs, so that a writer can copy them straight into a
/// buffer. Use `String` for text that is made at run time; this type can only point at what was compiled in.
public struct StaticText: Sendable, Equatable, CustomStringConvertible {
  // Immutable memory of the program: sharing the pointer between threads is safe.
  @usableFromInline nonisolated(unsafe) let start: UnsafePointer<UInt8>

  /// The length in bytes, not in characters.
  public let count: Int

  /// The text of a literal. A literal of a single character is refused at run time by a trap, because the compiler keeps
  /// such a literal as a number and not as memory.
  @inlinable
  public init(_ literal: StaticString) {
    self.init(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
  }

  @inlinable
  package init(start: UnsafePointer<UInt8>, count: Int) {
    self.start = start
    self.count = count
  }

  /// The bytes, ready to be copied. Valid for the life of the program.
  @inlinable public var utf8: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: start, count: count)
  }

  /// Whether the text has no bytes.
  @inlinable public var isEmpty: Bool { count == 0 }

  /// The text as a `String`: a copy, for use off the path that every request takes.
  public var description: String { String(decoding: utf8, as: UTF8.self) }

  /// Whether two texts have the same bytes, wherever they lie.
  @inlinable
  public static func == (left: StaticText, right: StaticText) -> Bool {
    guard left.count == right.count else { return false }
    return left.start == right.start || left.utf8.elementsEqual(right.utf8)
  }

  /// Whether the text has the bytes of this string.
  public static func == (left: StaticText, right: String) -> Bool {
    left.utf8.elementsEqual(right.utf8)
  }

  /// Whether the text has the bytes of this string, where the letters A to Z count as a to z.
  public func equalsIgnoringCase(_ other: String) -> Bool {
    guard other.utf8.count == count else { return false }
    return zip(utf8, other.utf8).allSatisfy { Self.lowercased($0) == Self.lowercased($1) }
  }

  /// The byte of a lower-case letter where `byte` is one of A to Z, else the byte itself.
  package static func lowercased(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
  }
}

/// Several texts that lie one after another in the program, parted by line feeds. Iterating allocates nothing.
public struct StaticTextList: Sequence, Sendable {
  let lines: StaticText

  package init(lines: StaticText) { self.lines = lines }

  /// Whether there is no text at all.
  public var isEmpty: Bool { lines.isEmpty }

  public func makeIterator() -> Iterator { Iterator(rest: lines) }

  /// Gives the texts in the order of the catalogue.
  public struct Iterator: IteratorProtocol {
    var rest: StaticText

    public mutating func next() -> StaticText? {
      guard rest.count > 0 else { return nil }
      var length = 0
      while length < rest.count, rest.start[length] != UInt8(ascii: "\n") { length += 1 }
      let line = StaticText(start: rest.start, count: length)
      let taken = Swift.min(length + 1, rest.count)
      rest = StaticText(start: rest.start + taken, count: rest.count - taken)
      return line
    }
  }
}
