internal import Facts
internal import Message

// Connection, message and site: what the first bytes and the configuration's names decide.
extension Facts {
  /// More connections are open than `limits.connections` allows.
  @inline(__always) var isServerFull: Bool { connection.openCount > connection.limit }

  /// The reader found the head at fault, or it did not arrive in time.
  @inline(__always) var hasFault: Bool { fault.kind != .none }

  /// The method is one that some resource could take (RFC 9110 section 9.1).
  @inline(__always) var isMethodKnown: Bool { method != .unknown }

  /// The request has an Expect field that counts (RFC 9110 section 10.1.1).
  @inline(__always) var hasExpectation: Bool { expectation != .none }

  /// What is expected is 100-continue, the only expectation there is.
  @inline(__always) var isExpectationKnown: Bool { expectation == .continue100 }

  /// A site is bound to the request's host name and port.
  @inline(__always) var hasSite: Bool { route.site >= 0 }

  /// The target is one of `https`, and the connection is not secured (RFC 9110 section 7.4).
  @inline(__always) var isTargetUnsecured: Bool { isTargetSecure && !connection.isSecured }

  /// The target is the server itself: `*` (RFC 9112 section 3.2.4).
  @inline(__always) var isTargetServer: Bool { targetForm == .asterisk }

  /// The target is a host and port, as in CONNECT, which names no resource of ours (RFC 9112 section 3.2.3).
  @inline(__always) var isTargetAuthority: Bool { targetForm == .authority }
}
