/// A request method (RFC 9110 section 9). Only its number travels; the name is looked up.
///
/// `unknown` is every token that no table names: the name itself then lies in the request's bytes.
public enum Method: UInt8, Sendable, CaseIterable {
  case unknown = 0
  case get, head, post, put, delete, connect, options, trace, patch
  // RFC 4918 (WebDAV), RFC 3253, RFC 3744, RFC 5323, RFC 5842, RFC 2324
  case propfind, proppatch, mkcol, copy, move, lock, unlock
  case report, search, acl, bind, unbind, rebind, brew

  /// The method's name as it stands in a request line; empty for `unknown`.
  public var name: StaticString {
    switch self {
    case .unknown: ""
    case .get: "GET"
    case .head: "HEAD"
    case .post: "POST"
    case .put: "PUT"
    case .delete: "DELETE"
    case .connect: "CONNECT"
    case .options: "OPTIONS"
    case .trace: "TRACE"
    case .patch: "PATCH"
    case .propfind: "PROPFIND"
    case .proppatch: "PROPPATCH"
    case .mkcol: "MKCOL"
    case .copy: "COPY"
    case .move: "MOVE"
    case .lock: "LOCK"
    case .unlock: "UNLOCK"
    case .report: "REPORT"
    case .search: "SEARCH"
    case .acl: "ACL"
    case .bind: "BIND"
    case .unbind: "UNBIND"
    case .rebind: "REBIND"
    case .brew: "BREW"
    }
  }

  /// Safe methods ask for no change (RFC 9110 section 9.2.1).
  @inlinable public var isSafe: Bool {
    switch self {
    case .get, .head, .options, .trace, .propfind, .report, .search: true
    default: false
    }
  }

  /// Repeating an idempotent request asks for nothing more than the first one did (RFC 9110 section
  /// 9.2.2).
  public var isIdempotent: Bool {
    switch self {
    case .put, .delete, .proppatch, .mkcol, .copy, .move, .unlock, .acl, .bind, .unbind, .rebind:
      true
    default: isSafe
    }
  }
}

/// Several methods, as a bit set by method number.
public struct MethodSet: OptionSet, Sendable, Hashable {
  public let rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  @inlinable public init(_ method: Method) { self.init(rawValue: 1 << UInt32(method.rawValue)) }
  @inlinable public init(_ methods: [Method]) {
    self.init(rawValue: methods.reduce(0) { $0 | 1 << UInt32($1.rawValue) })
  }
  @inlinable public func contains(_ method: Method) -> Bool {
    rawValue & (1 << UInt32(method.rawValue)) != 0
  }
  /// The methods of the set in the order of their numbers.
  public var methods: [Method] { Method.allCases.filter { $0 != .unknown && contains($0) } }
}
