public import Config
public import Message
internal import Synchronization

/// All that is known about one request. Each fact is written once in a walk, by the reader, by the connection or by the owner of
/// a need; the questions of `Decide` only read.
///
/// It cannot be copied: it is large, and a walk reads it where it lies.
public struct Facts: ~Copyable, Sendable {
  /// Needs that have been met: the facts below that belong to them may be read.
  public var met = NeedSet()

  // MARK: Connection
  public var connection = ConnectionFacts()

  // MARK: Message
  /// What the reader found wrong with the head; `.none` where nothing is.
  public var fault = MessageFault(.none, at: 0, in: .whole)
  /// Where the limit is written that the fault passed, if it passed one.
  public var faultPosition: Position = .builtIn
  public var method: Method = .unknown
  public var targetForm: TargetForm = .origin
  /// The target names the scheme `https`.
  public var isTargetSecure = false
  public var expectation: Expectation = .none
  public var version: HTTPVersion = .http11
  public var framing: Framing = .none
  /// Fields present, for the gates.
  public var fields = FieldSet()

  // MARK: Client
  public var client = ClientFacts()

  // MARK: Route
  public var route = RouteFacts()
  public var rule = RuleFacts()
  public var rehearsal = RehearsalFacts()

  // MARK: Resource
  public var resource = ResourceFacts()
  public var negotiation = NegotiationFacts()
  public var folder = FolderFacts()
  public var preconditions = PreconditionFacts()
  public var range = RangeFacts()

  // MARK: Writing
  public var write = WriteFacts()

  // MARK: Content and action
  public var content = ContentFacts()
  public var action = ActionFacts()

  /// A member that can only be used where it lies makes the whole so: the compiler passes its address on and never copies it into
  /// registers or on to another stack (472 bytes for each stop of a walk, before it was there).
  private let anchor = Atomic<UInt8>(0)

  public init() {}
}

/// What the connection brings, known before the first byte is read.
public struct ConnectionFacts: Sendable {
  /// Connections open in the whole server when this one was accepted, itself included.
  public var openCount: UInt64 = 0
  public var limit: UInt64 = .max
  public var limitPosition: Position = .builtIn
  /// Error number of the system where it is the system that cannot have one more; 0: none.
  public var systemError: Int32 = 0
  /// Port that the client reached; 0 on a Unix socket.
  public var port: UInt16 = 0
  /// What comes here came to the client's side over a secured connection: a trusted peer answers for that.
  public var isSecured = false

  public init() {}
}

/// Which site and rule the target falls to.
public struct RouteFacts: Sendable {
  /// Index of the site among the settings' sites; nil: none.
  public var site: Int32 = -1
  /// Index of the rule in the site; nil: none.
  public var rule: Int32 = -1
  public var sitePosition: Position = .builtIn
  public var rulePosition: Position = .builtIn
  public var tracePosition: Position = .builtIn

  public init() {}
}

/// What kind of thing answers at a target.
public enum ResourceKind: UInt8, Sendable {
  case none, file, collection, content
  /// Something in the folder that is neither: a socket, a pipe, a device.
  case special
}

/// How a path is hidden.
public enum Hiding: UInt8, Sendable {
  case none, segment, file
}

/// What stands at the target.
public struct ResourceFacts: Sendable {
  public var kind: ResourceKind = .none
  public var hiding: Hiding = .none
  public var hiddenPolicy: HiddenPolicy = .hide
  /// A symbolic link on the way leaves the root, or links are not followed.
  public var leavesRoot = false
  /// The operating system says that the server's user may read it.
  public var isReadable = true
  /// The rule lets files be read.
  public var isReadingAllowed = true
  /// The target's path ends in a slash.
  public var hasFinalSlash = false
  /// A collection with an index file that can be served: the facts below are the index file's.
  public var hasIndex = false
  public var isListingAllowed = false
  public var isTypeMapped = true
  public var isTypeMapRequired = false
  /// Methods that the resource takes by its rule.
  public var methods = MethodSet()
  /// Whether ranges of it can be asked for.
  public var takesRanges = false
  /// Bytes of the selected representation.
  public var length: UInt64 = 0
  /// Error number of the system call that failed while the resource was looked up; 0: none.
  public var systemError: Int32 = 0
  /// Which setting governs the fact that tips a verdict about this resource.
  public var positions = ResourcePositions()

  public init() {}
}

/// Where the settings stand that decide about a resource.
public struct ResourcePositions: Sendable {
  public var root: Position = .builtIn
  public var index: Position = .builtIn
  public var browse: Position = .builtIn
  public var hidden: Position = .builtIn
  public var links: Position = .builtIn
  public var mappedTypes: Position = .builtIn
  public var read: Position = .builtIn
  public var methods: Position = .builtIn
  public init() {}
}

/// How a conditional field stands to the selected representation (RFC 9110 section 13.1).
public enum Condition: UInt8, Sendable {
  /// The field is not there, or is to be ignored.
  case absent
  case holds
  case fails
}

/// The preconditions of RFC 9110 section 13.1, each judged alone; their order is the graph's.
public struct PreconditionFacts: Sendable {
  public var ifMatch: Condition = .absent
  public var ifUnmodifiedSince: Condition = .absent
  public var ifNoneMatch: Condition = .absent
  public var ifModifiedSince: Condition = .absent
  public init() {}
}

/// What a Range field asks for (RFC 9110 section 14.2).
public enum RangeRequest: UInt8, Sendable {
  /// No Range field, not a GET, another unit than bytes, or not the grammar's: ignored.
  case none
  case unsatisfiable
  case excessive
  case one
  case several
}

public struct RangeFacts: Sendable {
  public var request: RangeRequest = .none
  public var ifRange: Condition = .absent
  /// Ranges asked for, and the limit in force.
  public var count: UInt64 = 0
  public var limit: UInt64 = 0
  public var limitPosition: Position = .builtIn
  public init() {}
}

/// What is known of the request's content.
public struct ContentFacts: Sendable {
  /// Bytes that a request's content may have, and where that is written.
  public var limit: UInt64 = .max
  public var limitPosition: Position = .builtIn
  /// The setting that the limit is: the server's, or that of a rule that takes content.
  public var limitKey: SettingKey = .limitContent
  /// What went wrong while it was read; `.none` where nothing did.
  public var fault = MessageFault(.none, at: 0, in: .content)
  /// Where the limit is written that the fault passed, if it passed one.
  public var faultPosition: Position = .builtIn
  public init() {}
}

/// What became of the action.
public enum ActionFailure: UInt8, Sendable {
  case none
  /// The handler itself failed.
  case handler
  /// The resource was there and could not be opened for its content.
  case open
  /// The content ended before the length that it declared.
  case contentEndedEarly
  /// The collection could not be read to its end.
  case listing
  /// A change could not be made; `WriteFacts.failure` says why.
  case write
}

public struct ActionFacts: Sendable {
  public var failure: ActionFailure = .none
  /// Error number of the system call that failed; 0: none.
  public var systemError: Int32 = 0
  /// Bytes that were there, where they were fewer than declared.
  public var available: UInt64 = 0
  public init() {}
}
