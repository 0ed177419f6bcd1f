internal import Glibc

/// Writes a line into memory that was reserved for it, with one check a write and no growing.
///
/// Who makes one says how much room there is, and asks for the worst case: a write for which the room does not suffice is left
/// out whole, so that a wrong sum can shorten a line but never harms anything else.
struct LineWriter {
  private var cursor: UnsafeMutablePointer<UInt8>
  private let start: UnsafeMutablePointer<UInt8>
  private let limit: UnsafeMutablePointer<UInt8>

  /// `start` has `room` bytes that may be written.
  @inline(__always)
  init(_ start: UnsafeMutablePointer<UInt8>, room: Int) {
    self.start = start
    cursor = start
    limit = start + room
  }

  /// Bytes written.
  @inline(__always) var count: Int { cursor - start }
  @inline(__always) private var room: Int { limit - cursor }

  @inline(__always)
  mutating func text(_ text: StaticString) {
    let length = text.utf8CodeUnitCount
    guard length <= room else { return }
    memcpy(cursor, text.utf8Start, length)
    cursor += length
  }

  @inline(__always)
  mutating func raw(_ bytes: UnsafeBufferPointer<UInt8>) {
    let length = bytes.count
    guard length <= room, let source = bytes.baseAddress else { return }
    memcpy(cursor, source, length)
    cursor += length
  }

  @inline(__always)
  mutating func byte(_ byte: UInt8) {
    guard room >= 1 else { return }
    cursor.pointee = byte
    cursor += 1
  }

  mutating func decimal(_ value: UInt64) {
    guard room >= 20 else { return }
    if value < 10 {
      byte(UInt8(truncatingIfNeeded: value) &+ 0x30)
      return
    }
    var length = 2
    var bound: UInt64 = 100
    while length < 20, value >= bound {
      length += 1
      // 10^20 does not fit; twenty digits are the most there can be.
      bound = length < 20 ? bound &* 10 : .max
    }
    var rest = value
    var at = cursor + length
    cursor = at
    while rest >= 10 {
      at -= 2
      Self.put(pair: Int(truncatingIfNeeded: rest % 100), at: at)
      rest /= 100
    }
    if at > cursor - length { (at - 1).pointee = UInt8(truncatingIfNeeded: rest) &+ 0x30 }
  }

  @inline(__always)
  mutating func threeDigits(_ value: UInt32) {
    guard room >= 3 else { return }
    cursor.pointee = UInt8(truncatingIfNeeded: value / 100 % 10) &+ 0x30
    Self.put(pair: Int(value % 100), at: cursor + 1)
    cursor += 3
  }

  /// Exactly 16 digits.
  mutating func hex16(_ value: UInt64) {
    guard room >= 16 else { return }
    var shift: UInt64 = 64
    for place in 0..<16 {
      shift &-= 4
      let nibble = UInt8(truncatingIfNeeded: value &>> shift) & 15
      cursor[place] = nibble &+ (nibble < 10 ? 0x30 : 0x57)
    }
    cursor += 16
  }

  /// As short as it goes.
  mutating func hex(_ value: UInt64) {
    guard room >= 16 else { return }
    let digits = max(1, (67 - value.leadingZeroBitCount) / 4)
    var rest = value
    for place in stride(from: digits - 1, through: 0, by: -1) {
      let nibble = UInt8(truncatingIfNeeded: rest) & 15
      cursor[place] = nibble &+ (nibble < 10 ? 0x30 : 0x57)
      rest >>= 4
    }
    cursor += digits
  }

  /// Writes another byte in the place of the first `old` that was written at `place` or after it; returns where the next byte begins,
  /// nil where there was none.
  mutating func replaceFirst(_ old: UInt8, with new: UInt8, from place: Int) -> Int? {
    var at = place
    while at < count {
      if start[at] == old {
        start[at] = new
        return at + 1
      }
      at += 1
    }
    return nil
  }

  /// Bytes from the wire, escaped.
  @inline(__always)
  mutating func wire(_ bytes: UnsafeBufferPointer<UInt8>, _ style: EscapeStyle) {
    guard bytes.count <= room / EscapeStyle.growth else { return }
    for byte in bytes { escaped(byte, style) }
  }

  /// One byte from the wire; the caller has made sure of the room.
  @inline(__always)
  mutating func escaped(_ byte: UInt8, _ style: EscapeStyle) {
    guard room >= EscapeStyle.growth else { return }
    if EscapeStyle.classes(of: byte) & style.mask == 0 {
      cursor.pointee = byte
      cursor += 1
    } else {
      escape(byte, style)
    }
  }

  @inline(never)
  private mutating func escape(_ byte: UInt8, _ style: EscapeStyle) {
    switch style {
    case .json:
      if byte == 0x22 || byte == 0x5C {
        cursor.pointee = 0x5C
        cursor[1] = byte
        cursor += 2
        return
      }
      text("\\u00")
    case .console, .quoted: text("\\x")
    case .word:
      if byte == 0x20 {
        cursor.pointee = 0x2B
        cursor += 1
        return
      }
      text("%")
    }
    digit(byte >> 4)
    digit(byte & 15)
  }

  @inline(__always)
  private mutating func digit(_ nibble: UInt8) {
    byte(nibble &+ (nibble < 10 ? 0x30 : 0x57))
  }

  @inline(__always)
  private static func put(pair: Int, at place: UnsafeMutablePointer<UInt8>) {
    // In bounds: a pair is 0...99.
    let digits: StaticString = """
      0001020304050607080910111213141516171819\
      2021222324252627282930313233343536373839\
      4041424344454647484950515253545556575859\
      6061626364656667686970717273747576777879\
      8081828384858687888990919293949596979899
      """
    memcpy(place, digits.utf8Start + pair * 2, 2)
  }
}

/// How bytes from the wire are made harmless.
enum EscapeStyle {
  /// Inside a JSON string: `\u00XX` for controls and everything above ASCII.
  case json
  /// On a terminal: `\xXX`, also for spaces, so that a word stays a word.
  case console
  /// Between quotation marks, as Apache and nginx write them: `\xXX`.
  case quoted
  /// A word of the W3C's format, as IIS writes it: `+` for a space, `%XX` for what else would end or hide it.
  case word

  /// Bytes that one byte can become, at the most.
  static let growth = 6

  @inline(__always) var mask: UInt8 {
    switch self {
    case .json, .quoted: 1
    case .console: 2
    case .word: 3
    }
  }

  /// Bytes after which a name may begin in a target, raw or as an escape: `?`, `&`, `;`, `%`.
  @inline(__always) static var separator: UInt8 { 4 }

  @inline(__always)
  static func classes(of byte: UInt8) -> UInt8 {
    // In bounds by type: the table has an entry for each value of a byte.
    table.utf8Start[Int(byte)] & 7
  }

  /// Sixteen rows of sixteen; the letter's low three bits are the classes.
  private static var table: StaticString {
    """
    CCCCCCCCCCCCCCCC\
    CCCCCCCCCCCCCCCC\
    B@A@@DD@@@@@@@@@\
    @@@@@@@@@@@D@@@D\
    @@@@@@@@@@@@@@@@\
    @@@@@@@@@@@@C@@@\
    @@@@@@@@@@@@@@@@\
    @@@@@@@@@@@@@@@C\
    CCCCCCCCCCCCCCCC\
    CCCCCCCCCCCCCCCC\
    CCCCCCCCCCCCCCCC\
    CCCCCCCCCCCCCCCC\
    CCCCCCCCCCCCCCCC\
    CCCCCCCCCCCCCCCC\
    CCCCCCCCCCCCCCCC\
    CCCCCCCCCCCCCCCC
    """
  }
}
