/// Which bytes may stand where, by the grammars of RFC 9110 section 5.6.2 and RFC 3986 appendix A.
///
/// One table of 256 entries, a bit a class. The table is a static string, so that reaching an entry
/// is one load, with no initialiser to check. For words of other alphabets than these there is no
/// class; compare bytes.
public enum ByteClass {
  /// tchar, of which tokens are made (RFC 9110 section 5.6.2).
  @inlinable public static var token: UInt8 { 1 }
  /// Any character that RFC 3986 knows, the percent sign and the brackets included.
  @inlinable public static var target: UInt8 { 2 }
  /// A `target` character after which a path needs no second look: not `%`, `?`, `.` or `/`.
  @inlinable public static var plain: UInt8 { 4 }
  @inlinable public static var hexDigit: UInt8 { 8 }
  /// unreserved / sub-delims, of which a registered name is made (RFC 3986 section 3.2.2).
  @inlinable public static var host: UInt8 { 16 }

  /// True where the byte is in the class.
  @inlinable @inline(__always)
  public static func has(_ byte: UInt8, _ mask: UInt8) -> Bool {
    // In bounds by type: the table has an entry for each value of a byte.
    table.utf8Start[Int(byte)] & mask != 0
  }

  /// Sixteen rows of sixteen; the letter's low five bits are the classes.
  @usableFromInline
  static var table: StaticString {
    """
    @@@@@@@@@@@@@@@@\
    @@@@@@@@@@@@@@@@\
    @W@AWCWWVVWWVWSB\
    __________FV@V@B\
    F______WWWWWWWWW\
    WWWWWWWWWWWF@FAW\
    A______WWWWWWWWW\
    WWWWWWWWWWW@A@W@\
    @@@@@@@@@@@@@@@@\
    @@@@@@@@@@@@@@@@\
    @@@@@@@@@@@@@@@@\
    @@@@@@@@@@@@@@@@\
    @@@@@@@@@@@@@@@@\
    @@@@@@@@@@@@@@@@\
    @@@@@@@@@@@@@@@@\
    @@@@@@@@@@@@@@@@
    """
  }

  /// The value of a hexadecimal digit; meaningless for other bytes.
  @inlinable @inline(__always)
  public static func hexValue(_ byte: UInt8) -> UInt8 {
    byte < 0x40 ? byte & 15 : (byte & 7) &+ 9
  }
}
