/// What keeps a patch from being applied. A pointer is a JSON Pointer (RFC 6901).
public enum PatchFault: Error, Equatable, Sendable {
  /// The patch is not taken as JSON; the byte at which reading stopped.
  case malformed(offset: Int, problem: JSONProblem = .syntax)
  /// The patch is JSON and no patch document; a pointer into the patch.
  case notPatch(pointer: [UInt8])
  /// What is to be patched is no JSON.
  case documentMalformed
  /// An operation needs a place that the document does not have; a pointer into the document.
  case inapplicable(pointer: [UInt8])
  /// A `test` found another value there.
  case testFailed(pointer: [UInt8])
  /// The result, or the way to it, would be more than can be handled.
  case tooLarge(PatchBound)
}

/// What bounds a patch.
public enum PatchBound: Equatable, Sendable {
  /// The text of the result.
  case text
  /// What the operations copy, as text; so many bytes with the one that was too much.
  case copies(Int)
  /// The nesting of the result.
  case depth
  /// What the operations copy and move in memory.
  case work
  /// The memory that there is.
  case memory
}

/// The formats of a patch.
public enum PatchFormat: Sendable, CaseIterable {
  /// RFC 7396
  case merge
  /// RFC 6902
  case operations

  public var mediaType: StaticString {
    switch self {
    case .merge: "application/merge-patch+json"
    case .operations: "application/json-patch+json"
    }
  }
}

/// Applies patches to JSON texts.
///
/// Numbers keep every digit: what is no plain integer of up to 18 digits goes through as it is written, and is compared by its value. A
/// name that stands twice in an object is a fault, and so is a name with U+0000 in it. The order of members stays.
public enum Patch {
  /// Deepest nesting that a result may have.
  public static let depthMax = 1000
  /// The work that the operations of one patch may make, about a byte of memory that is copied or moved each.
  static let workMax = 256 << 20

  /// The document after all of the patch; nothing less than all of it is ever done.
  ///
  /// `bytesMax` is the most that the result may have, `copiedBytesMax` what the operations may copy together, as text. The result is
  /// laid out as the document was, as far as line breaks and the width of its first indentation tell.
  public static func apply(
    _ patch: [UInt8], as format: PatchFormat, to document: [UInt8], bytesMax: Int,
    copiedBytesMax: Int = .max
  ) throws(PatchFault) -> [UInt8] {
    let numbers = JSONNumbers()
    let change = try JSONValue(patch, numbers) { PatchFault.malformed(offset: $0, problem: $1) }
    let target = try JSONValue(document, numbers) { _, _ in PatchFault.documentMalformed }
    let result: JSONValue
    switch format {
    case .merge: result = try MergePatch.apply(change, to: target)
    case .operations:
      var operations = JSONPatch(target, numbers, copiedBytesMax: min(copiedBytesMax, bytesMax))
      try operations.apply(change)
      result = operations.document
    }
    guard let text = result.text(JSONLayout(of: document), numbers, bytesMax: bytesMax) else {
      throw .tooLarge(.text)
    }
    return text
  }
}

/// How a text is laid out: on one line, or indented.
struct JSONLayout {
  /// Blanks a level; 0: all on one line.
  var indentation = 0
  var endsInLineFeed = false

  init(of text: [UInt8]) {
    endsInLineFeed = text.last == 0x0A
    let body = endsInLineFeed ? text.dropLast() : text[...]
    guard let line = body.firstIndex(of: 0x0A) else { return }
    let blanks = body[(line + 1)...].prefix { $0 == 0x20 }.count
    indentation = blanks == 0 ? 2 : min(blanks, 8)
  }
}
