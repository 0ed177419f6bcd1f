internal import CPCRE2

/// A regular expression of a schema (ECMA-262), compiled by PCRE2. Matching it is paid for step by step, so that no text can make an
/// expression run for longer than a check may take.
final class SchemaPattern: @unchecked Sendable {
  // Compiled once and only read afterwards, which any number of threads may do at once
  private let code: OpaquePointer

  /// What is wrong with an expression.
  struct Fault: Error, Equatable {
    var message: String
    /// The byte of the expression.
    var offset: Int
  }

  init(_ text: UnsafeBufferPointer<UInt8>) throws(Fault) {
    var number: Int32 = 0
    var offset = 0
    // What ECMA-262 has otherwise than Perl: `$` is the end alone, `\u0041` a character, `[]` a class without members
    let options =
      PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_BSUX | PCRE2_ALLOW_EMPTY_CLASS
      | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT
    // An empty expression has no first byte
    let code = (Array(text) + [0]).withUnsafeBufferPointer { bytes in
      pcre2_compile_8(bytes.baseAddress, text.count, options, &number, &offset, nil)
    }
    guard let code else { throw Fault(message: SchemaPattern.message(number), offset: offset) }
    self.code = code
  }

  deinit { pcre2_code_free_8(code) }

  private static func message(_ number: Int32) -> String {
    var room = [UInt8](repeating: 0, count: 256)
    let count = pcre2_get_error_message_8(number, &room, room.count)
    return String(decoding: room.prefix(Int(max(count, 0))), as: UTF8.self)
  }

  /// Steps that are left, as the library's callback sees them.
  private struct Steps {
    var left: Int
  }

  /// Whether the expression matches anywhere in the text, which is UTF-8; nil where that takes more steps than are left.
  func matches(_ text: UnsafeBufferPointer<UInt8>, steps: inout Int) -> Bool? {
    guard let data = pcre2_match_data_create_8(1, nil),
      let context = pcre2_match_context_create_8(nil)
    else { return nil }
    defer {
      pcre2_match_context_free_8(context)
      pcre2_match_data_free_8(data)
    }
    var counted = Steps(left: steps)
    let empty: UInt8 = 0
    let result = withUnsafeMutablePointer(to: &counted) { counted in
      pcre2_set_callout_8(
        context,
        { _, place in
          guard let steps = place?.assumingMemoryBound(to: Steps.self) else { return -1 }
          steps.pointee.left -= 1
          return steps.pointee.left < 0 ? PCRE2_ERROR_MATCHLIMIT : 0
        }, counted)
      return withUnsafePointer(to: empty) { empty in
        pcre2_match_8(
          code, text.baseAddress ?? empty, text.count, 0, UInt32(PCRE2_NO_UTF_CHECK), data, context)
      }
    }
    // Reading the text costs too, also where nothing of the expression fits
    steps = counted.left - text.count / 64
    if result == PCRE2_ERROR_NOMATCH { return steps < 0 ? nil : false }
    // The one group that there is room for is too little for expressions with more, which is no failure
    return result >= 0 && steps >= 0 ? true : nil
  }
}
