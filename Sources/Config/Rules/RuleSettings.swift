/// Closed for now: 503 with Retry-After.
public struct MaintenanceSettings: Sendable {
  /// Closed by the setting itself.
  public var active: Sourced<Bool>
  /// Closed while this file is there.
  public var file: Sourced<String>?
  /// Milliseconds; sent in whole seconds, rounded up.
  public var retryAfter: Sourced<UInt64>
  /// Where it is written.
  public var position: Position

  public init(
    active: Sourced<Bool>, file: Sourced<String>?, retryAfter: Sourced<UInt64>, position: Position
  ) {
    self.active = active
    self.file = file
    self.retryAfter = retryAfter
    self.position = position
  }
}

/// Blocked by law: 451 with Link (RFC 7725).
public struct BlockedSettings: Sendable {
  /// URI of who blocks.
  public var by: Sourced<[UInt8]>
  /// Why, for people; empty: nothing is said.
  public var reason: [UInt8]
  /// For whom; empty: for everybody.
  public var from: [Network]
  public var position: Position

  public init(by: Sourced<[UInt8]>, reason: [UInt8], from: [Network], position: Position) {
    self.by = by
    self.reason = reason
    self.from = from
    self.position = position
  }
}

/// What a rule says beyond its path, its resource and what it adds to successful answers.
public struct RuleAdditions: Sendable {
  public var maintenance: MaintenanceSettings?
  public var blocked: BlockedSettings?
  /// Whether what DELETE removes is remembered, and answered with 410.
  public var tombstones: Sourced<Bool> = Sourced(false)
  /// Values of Link fields: sent ahead with 103 to who wants it, and with the answer.
  public var hints: [Sourced<[UInt8]>] = []
  /// Fields added to every answer.
  public var alwaysHeaders: [HeaderSetting] = []
  /// Names of fields that no answer carries.
  public var removedHeaders: [[UInt8]] = []

  public init() {}
}

/// What a site says beyond its rules.
public struct SiteAdditions: Sendable {
  public var maintenance: MaintenanceSettings?
  public var errorPages: ErrorPages?

  public init() {}
}

/// A path to try where nothing stands at the target: its own with something before or behind it.
public struct TryTemplate: Sendable, Equatable {
  /// Before and behind the path.
  public var prefix: [UInt8]
  public var suffix: [UInt8]

  public init(prefix: [UInt8], suffix: [UInt8]) {
    self.prefix = prefix
    self.suffix = suffix
  }

  static let placeholder = "{path}"

  /// Reads a text that the form has accepted.
  init?(_ text: String) {
    guard let range = text.firstRange(of: Self.placeholder) else { return nil }
    self.init(
      prefix: Array(text[..<range.lowerBound].utf8), suffix: Array(text[range.upperBound...].utf8))
  }
}
