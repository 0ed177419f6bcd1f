internal import Decide
internal import Glibc
internal import HTTPStatus
internal import Message
internal import StatusGuide

/// Error bodies that were written before, kept by a loop: a body differs from the next one of its kind in the request's id alone.
///
/// Only bodies without bytes of the request and without measured values are kept, one for each of a few places.
public final class ErrorBodyCache {
  /// Plain values only: an entry is read where it lies, and nothing of it is counted. The body's memory is the cache's.
  struct Entry {
    var cause: Cause = .contentServed
    /// As it was asked for.
    var kind = ErrorBody.Kind()
    /// The language that it is in.
    var told = Language.english
    var evidence = Evidence()
    /// Empty: there is no entry.
    var body = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    /// Where the id stands, and how often.
    var places = InlineArray<4, Int>(repeating: 0)
    var placeCount = 0
  }

  private static let slotCount = 64
  /// For whoever must not count references.
  let slots: UnsafeMutablePointer<Entry>

  public init() {
    slots = .allocate(capacity: ErrorBodyCache.slotCount)
    slots.initialize(repeating: Entry(), count: ErrorBodyCache.slotCount)
  }

  deinit {
    for index in 0..<ErrorBodyCache.slotCount { slots[index].body.deallocate() }
    slots.deallocate()
  }

  /// Forgets all bodies: they speak of a configuration that is no more.
  public func removeAll() {
    for index in 0..<ErrorBodyCache.slotCount {
      slots[index].body.deallocate()
      slots[index] = Entry()
    }
  }

  private static func slot(_ cause: Cause, _ kind: ErrorBody.Kind) -> Int {
    let form = Int(cause.rawIndex) &* 3 &+ Int(kind.form.rawValue)
    return (form &+ Int(kind.language.rawValue) &* 16) & (slotCount - 1)
  }

  /// Whether a body depends on nothing but cause, form, language, details and the place of settings.
  static func canKeep(_ evidence: Evidence) -> Bool {
    evidence.part == .whole && evidence.field.isEmpty && evidence.measured == 0
  }

  /// Appends the kept body with this id, and says which language it is in; nil where there is none.
  static func append(
    _ slots: UnsafeMutablePointer<Entry>, _ verdict: borrowing Verdict, _ kind: ErrorBody.Kind,
    id: UnsafeBufferPointer<UInt8>, to body: inout ByteBuffer
  ) -> Language? {
    let entry = slots + ErrorBodyCache.slot(verdict.cause, kind)
    guard !entry.pointee.body.isEmpty, entry.pointee.cause == verdict.cause,
      entry.pointee.kind == kind,
      entry.pointee.evidence == verdict.evidence, let source = id.baseAddress
    else { return nil }
    body.append(entry.pointee.body)
    for index in 0..<entry.pointee.placeCount {
      memcpy(body.base + entry.pointee.places[index], source, id.count)
    }
    return entry.pointee.told
  }

  static func keep(
    _ slots: UnsafeMutablePointer<Entry>, _ verdict: borrowing Verdict, _ kind: ErrorBody.Kind,
    told: Language, id: UnsafeBufferPointer<UInt8>, _ body: borrowing ByteBuffer
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
    var entry = Entry()
    // No page of ours shows it more often
    guard places.count <= entry.places.count else { return }
    for (index, place) in places.enumerated() { entry.places[index] = place }
    entry.placeCount = places.count
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    _ = copy.initialize(from: bytes)
    let slot = ErrorBodyCache.slot(verdict.cause, kind)
    slots[slot].body.deallocate()
    entry.cause = verdict.cause
    entry.kind = kind
    entry.told = told
    entry.evidence = verdict.evidence
    entry.body = UnsafeBufferPointer(copy)
    slots[slot] = entry
  }
}
