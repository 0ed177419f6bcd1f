public import HTTPStatus

/// A request as a rehearsal sees it: copied, because an answer may depend on all of it. Made only where a rehearsal answers and no
/// prepared answer fits.
public struct RehearsalCall: Sendable {
  public var method: [UInt8]
  /// Decoded, without the path of the rule that the rehearsal stands under; begins with a slash.
  public var path: [UInt8]
  /// As it was sent, without the question mark; nil where there is none.
  public var query: [UInt8]?
  /// As they were sent, in their order.
  public var fields: [RehearsedField]
  public var content: [UInt8]
  /// The client's address, without a port.
  public var client: String
  /// `http` or `https`.
  public var scheme: String
  /// As in the Host field: `localhost:8080`.
  public var authority: [UInt8]
  /// The path of the rule, without its last slash: what goes in front of paths in links and redirects.
  public var base: [UInt8]

  public init(
    method: [UInt8], path: [UInt8], query: [UInt8]? = nil, fields: [RehearsedField] = [],
    content: [UInt8] = [], client: String = "127.0.0.1", scheme: String = "http",
    authority: [UInt8] = [], base: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.fields = fields
    self.content = content
    self.client = client
    self.scheme = scheme
    self.authority = authority
    self.base = base
  }
}

/// What a rehearsal answers.
public struct RehearsalAnswer: Sendable {
  /// 100...599; a 1xx stands for itself only where it is 101.
  public var status: UInt16
  /// A sub-status that was asked for by its number; nil: the status alone.
  public var cause: Cause?
  /// In their order. What the status owes and is not named here is added, but for those in `without`.
  public var fields: [RehearsedField]
  /// Fields that the status owes and that are left out on purpose, in lower case.
  public var without: [[UInt8]]
  /// nil: the error body that the status usually has.
  public var content: [UInt8]?
  public var performance: Performance
  /// Chance had a part in it.
  public var isDrawn = false

  public init(
    status: UInt16, cause: Cause? = nil, fields: [RehearsedField] = [], without: [[UInt8]] = [],
    content: [UInt8]? = nil, performance: Performance = Performance()
  ) {
    self.status = status
    self.cause = cause
    self.fields = fields
    self.without = without
    self.content = content
    self.performance = performance
  }
}
