/// The fields that a rule adds to successful answers, checked and in order. Shared by all loops.
public final class ExtraFields: Sendable {
  let cacheControl: [UInt8]?
  let headers: [(name: [UInt8], value: [UInt8])]

  /// Nil where the rule adds none.
  public init?(cacheControl: [UInt8]?, headers: [(name: [UInt8], value: [UInt8])]) {
    if cacheControl == nil, headers.isEmpty { return nil }
    self.cacheControl = cacheControl
    self.headers = headers
  }
}
