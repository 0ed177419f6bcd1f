internal import Glibc
internal import Message

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

  /// The first `used` bytes of a piece of fixed size, which is copied as a whole.
  @inline(__always)
  mutating func padded(_ bytes: UnsafeBufferPointer<UInt8>, used: Int) {
    let whole = 96
    guard bytes.count == whole, used <= whole, whole <= room, let source = bytes.baseAddress else {
      return
    }
    memcpy(cursor, source, whole)
    cursor += used
  }

  @inline(__always)
  mutating func byte(_ byte: UInt8) {
    guard room >= 1 else { return }
    cursor.pointee = byte
    cursor += 1
  }

  /// Most numbers of a line are short: up to four digits without a loop.
  @inline(__always)
  mutating func decimal(_ value: UInt64) {
    guard room >= 20 else { return }
    if value < 100 {
      if value < 10 {
        cursor.pointee = UInt8(truncatingIfNeeded: value) &+ 0x30
        cursor += 1
        return
      }
      Self.put(pair: Int(truncatingIfNeeded: value), at: cursor)
      cursor += 2
      return
    }
    if value < 1000 {
      cursor.pointee = UInt8(truncatingIfNeeded: value / 100) &+ 0x30
      Self.put(pair: Int(truncatingIfNeeded: value % 100), at: cursor + 1)
      cursor += 3
      return
    }
    longDecimal(value)
  }

  @inline(never)
  private mutating func longDecimal(_ value: UInt64) {
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
  @inline(__always)
  mutating func hex16(_ value: UInt64) {
    guard room >= 16 else { return }
    put16(value)
    cursor += 16
  }

  /// Sixteen digits at the cursor, which stays.
  @inline(__always)
  private func put16(_ value: UInt64) {
    let target = UnsafeMutableRawPointer(cursor)
    target.storeBytes(of: ByteBuffer.hex(value >> 32).bigEndian, as: UInt64.self)
    target.storeBytes(of: ByteBuffer.hex(value).bigEndian, toByteOffset: 8, as: UInt64.self)
  }

  /// As short as it goes.
  @inline(__always)
  mutating func hex(_ value: UInt64) {
    guard room >= 16 else { return }
    let digits = max(1, (67 - value.leadingZeroBitCount) / 4)
    // The highest digit goes to the front; what is written behind the last one is written over
    put16(value &<< UInt64(64 - digits * 4))
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
    guard bytes.count <= room / EscapeStyle.growth, let source = bytes.baseAddress else { return }
    var index = 0
    while index < bytes.count {
      // The room was asked for above, so that plain bytes need no further check
      let byte = source[index]
      if EscapeStyle.classes(of: byte) & style.mask == 0 {
        cursor.pointee = byte
        cursor += 1
      } else {
        escape(byte, style)
      }
      index &+= 1
    }
  }

  /// Bytes that are known to be harmless in every style: the text of an address, which the server makes itself. Other bytes in it are
  /// found out and escaped.
  @inline(__always)
  mutating func mostlyPlain(_ bytes: UnsafeBufferPointer<UInt8>, _ style: EscapeStyle) {
    guard bytes.count <= room / EscapeStyle.growth, let source = bytes.baseAddress else { return }
    let raw = UnsafeRawPointer(source)
    var index = 0
    while index &+ 8 <= bytes.count {
      let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      guard Self.isPlain(word) else { break }
      UnsafeMutableRawPointer(cursor).storeBytes(of: word, as: UInt64.self)
      cursor += 8
      index &+= 8
      // The last eight overlap those before
      let rest = bytes.count &- index
      if rest > 0, rest < 8 {
        cursor -= 8 &- rest
        index &-= 8 &- rest
      }
    }
    wire(UnsafeBufferPointer(rebasing: bytes[index...]), style)
  }

  /// Eight bytes that no style escapes: visible ASCII but quote and backslash.
  @inline(__always)
  private static func isPlain(_ word: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = word ^ (ones &* 0x22)
    let slashes = word ^ (ones &* 0x5C)
    // A set top bit: a byte below 0x21, above 0x7E, a quote, a backslash. A borrow may add a false one, and none is missed
    let marks =
      (word &- ones &* 0x21) | (word &+ ones) | word | (quotes &- ones) | (slashes &- ones)
    return marks & (ones &* 0x80) == 0
  }

  /// Copies bytes from the wire from `index` on, up to one that has to be escaped or that separates parameters; returns its place.
  @inline(__always)
  mutating func plainRun(
    _ bytes: UnsafeBufferPointer<UInt8>, from index: Int, _ style: EscapeStyle
  ) -> Int {
    guard let source = bytes.baseAddress else { return index }
    let mask = style.mask | EscapeStyle.separator
    let most = min(bytes.count, index + room)
    var at = index
    while at < most {
      let byte = source[at]
      if EscapeStyle.classes(of: byte) & mask != 0 { break }
      cursor.pointee = byte
      cursor += 1
      at &+= 1
    }
    return at
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
