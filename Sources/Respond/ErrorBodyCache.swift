internal import Decide
internal import Glibc
internal import HTTPStatus
internal import Message

/// Error bodies that were written before, kept by a loop: a body differs from the next one of its kind in the request's id alone.
///
/// Only bodies without bytes of the request and without measured values are kept, one for each of a few places.
public final class ErrorBodyCache {
  struct Entry {
    var cause: Cause
    var form: ErrorBody.Form
    var showsDetails: Bool
    var evidence: Evidence
    var body: [UInt8]
    /// Where the id stands.
    var places: [Int]
  }

  private static let slotCount = 64
  private var slots = [Entry?](repeating: nil, count: slotCount)

  public init() {}

  private static func slot(_ cause: Cause, _ form: ErrorBody.Form) -> Int {
    (Int(cause.rawIndex) &* 3 &+ Int(form.rawValue)) & (slotCount - 1)
  }

  /// Whether a body depends on nothing but cause, form, details and the place of settings.
  static func canKeep(_ evidence: Evidence) -> Bool {
    evidence.part == .whole && evidence.field.isEmpty && evidence.measured == 0
  }

  /// Appends the kept body with this id; false where there is none.
  func append(
    _ verdict: borrowing Verdict, _ form: ErrorBody.Form, showsDetails: Bool,
    id: UnsafeBufferPointer<UInt8>, to body: inout ByteBuffer
  ) -> Bool {
    let slot = ErrorBodyCache.slot(verdict.cause, form)
    guard let entry = slots[slot], entry.cause == verdict.cause, entry.form == form,
      entry.showsDetails == showsDetails, entry.evidence == verdict.evidence,
      let source = id.baseAddress
    else { return false }
    body.append(entry.body)
    for place in entry.places { memcpy(body.base + place, source, id.count) }
    return true
  }

  func keep(
    _ verdict: borrowing Verdict, _ form: ErrorBody.Form, showsDetails: Bool,
    id: UnsafeBufferPointer<UInt8>, _ body: borrowing ByteBuffer
  ) {
    let bytes = Array(body.bytes)
    var places: [Int] = []
    var at = 0
    while at + id.count <= bytes.count {
      if bytes[at..<(at + id.count)].elementsEqual(id) {
        places.append(at)
        at += id.count
      } else {
        at += 1
      }
    }
    slots[ErrorBodyCache.slot(verdict.cause, form)] = Entry(
      cause: verdict.cause, form: form, showsDetails: showsDetails, evidence: verdict.evidence,
      body: bytes, places: places)
  }
}
