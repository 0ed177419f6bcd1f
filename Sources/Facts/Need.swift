/// Facts that are not there yet when a walk begins. Each need has an owner in `Serve`, and fetching one is the only place where
/// time passes.
public enum Need: UInt8, Sendable, CaseIterable {
  /// Which site and rule the target falls to.
  case route = 0
  /// What stands at the target: existence, kind, validators.
  case resource
  /// The request's content, read to its end. Sends 100 where it is expected.
  case content
  /// What the method does to the resource.
  case action
  /// The client's host name, from its address; only sites with rules about names ask.
  case clientName

  /// Whether meeting the need can change anything outside: `predict` stops before these.
  public var hasSideEffects: Bool {
    switch self {
    case .route, .resource, .clientName: false
    case .content, .action: true
    }
  }
}

/// Needs that have been met, as a bit set.
public struct NeedSet: OptionSet, Sendable {
  public var rawValue: UInt8
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  @inlinable public func contains(_ need: Need) -> Bool { rawValue & (1 << need.rawValue) != 0 }
  @inlinable public mutating func insert(_ need: Need) { rawValue |= 1 << need.rawValue }
}
