public import HTTPStatus
public import Message

/// What a request says that would switch the connection to WebSocket.
public enum HandshakeFact: UInt8, Sendable, CaseIterable {
  /// No switch is rehearsed.
  case none
  case sound
  case notOffered, versionUnknown, malformed
}

/// What a rehearsal makes of a request: written with the route, where a rule rehearses or an order is armed, and looked at nowhere else.
public struct RehearsalFacts: Sendable {
  /// Something that can be rehearsed stands at the target.
  public var isKnown = false
  /// What was asked is in the grammar.
  public var isWellFormed = false
  /// The rehearsal only comes before an answer: that of the resource which the rule has otherwise.
  public var leadsOn = false
  /// The content of the request is left unread, so that a client which waits for a 100 gets none.
  public var isContentWithheld = false
  /// The connection ends before a head.
  public var isUnanswered = false
  /// A 101 was ordered, with the protocol behind it; and whether the request asks for it rightly.
  public var handshake: HandshakeFact = .none
  /// Of the answer; told again when the answer is made.
  public var cause: Cause = .contentServed
  /// Number of the armed order; 0: the rule itself rehearses.
  public var armed: UInt32 = 0
  /// Where the grammar was left: in the target, or in the value of this field.
  public var part: MessagePart = .whole
  public var offset: UInt64 = 0
  public var field: ByteSlice = .empty

  public init() {}
}
