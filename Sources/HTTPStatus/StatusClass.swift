/// What the first digit of a status says (RFC 9110 section 15).
public enum StatusClass: UInt8, Sendable, CaseIterable {
  /// 1xx: an interim answer; the final one is still to come (section 15.2).
  case informational = 1
  /// 2xx: received, understood, accepted (section 15.3).
  case successful
  /// 3xx: the client has to do more (section 15.4).
  case redirection
  /// 4xx: the request seems to be at fault (section 15.5).
  case clientError
  /// 5xx: the server seems to be at fault (section 15.6).
  case serverError
}

/// Where a code stands in the HTTP Status Code registry (RFC 9110 section 16.2).
public enum Registration: UInt8, Sendable, CaseIterable {
  /// No row of the registry names the code.
  case none = 0
  /// Registered for good.
  case registered
  /// Registered for a time, with a date on which the registration ends.
  case temporary
  /// Registered, and not to be generated any more.
  case deprecated
  /// Kept free: the code has no meaning and is not to be sent.
  case reserved
  /// Its specification has become historic.
  case historic
}

/// Whether a response with a status carries content (RFC 9110 section 6.4).
///
/// Two rules stand above these: an answer to HEAD never carries content, and neither does a 2xx to CONNECT.
public enum ContentRule: UInt8, Sendable, CaseIterable {
  /// The message ends with its head: 1xx, 204, 304.
  case never = 0
  /// Framed as content, but of length zero: 205.
  case empty
  /// The standard leaves it open.
  case optional
  /// The standard asks for it: an explanation, or a list to choose from.
  case should
  /// The status says nothing without its content: 206, 207, 226.
  case required
}

/// Whether the same request may be sent again, as far as the status alone tells.
public enum RetryAdvice: UInt8, Sendable, CaseIterable {
  /// The same request will fail again, or must not be repeated.
  case never = 1
  /// Once the client has changed something: credentials, the target, the content, a condition, or
  /// the connection.
  case afterChange
  /// After the time that Retry-After names, or a growing pause where there is none.
  case afterRetryAfter
  /// Where the method is idempotent, or the client knows otherwise that nothing was done (RFC 9110 section 9.2.2).
  case ifIdempotent
}

/// What becomes of the method when a client follows a redirection (RFC 9110 section 15.4).
public enum RedirectMethod: UInt8, Sendable, CaseIterable {
  /// The client repeats the method.
  case keeps = 1
  /// The client may turn POST into GET.
  case mayBecomeGet
  /// The client asks with GET (or HEAD).
  case becomesGet
}

/// Who generates a status.
public struct Generators: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let origin = Generators(rawValue: 1)
  public static let gateway = Generators(rawValue: 2)
  public static let proxy = Generators(rawValue: 4)
  public static let cache = Generators(rawValue: 8)

  /// Whether a server in this role generates the status.
  public func contains(_ role: Duty.Role) -> Bool { rawValue & (1 << role.rawValue) != 0 }
}

/// Who brought a cause about.
public enum Party: UInt8, Sendable, CaseIterable {
  case client = 0
  case server
  /// A rule of the configuration.
  case `operator`
  /// An access decision.
  case policy
  case upstream
  case application
}

/// Lets a status be matched with a range of codes: `case 400...499:` is every 4xx.
@inlinable
public func ~= <Codes: RangeExpression>(pattern: Codes, status: Status) -> Bool
where Codes.Bound == Int { pattern.contains(Int(status.code)) }
