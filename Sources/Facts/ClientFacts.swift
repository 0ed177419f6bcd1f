public import Config

/// How the client's address stands to the rules about addresses.
public enum AddressStanding: UInt8, Sendable {
  case allowed
  /// In a denied network.
  case denied
  /// In none of the allowed networks.
  case notAllowed
  /// Nobody can tell the address, so that it is in no allowed network and may be in a denied one.
  case unknown
}

/// How the client's host name stands to the rules about names.
public enum HostNameStanding: UInt8, Sendable {
  /// Not denied: another name, or none.
  case allowed
  case denied
  /// No name server answered, and the site refuses such clients.
  case unresolved
}

/// How many requests are under way.
public enum ConcurrencyStanding: UInt8, Sendable {
  case free
  case siteFull
  case addressFull
}

/// Who the client is, as far as the site asks. Empty for sites that do not.
public struct ClientFacts: Sendable {
  /// Site or rule ask something of the client: without it nothing else here is looked at.
  public var isGuarded = false
  public var isSiteClosed = false
  public var address: AddressStanding = .allowed
  public var hasHostRules = false
  public var hostName: HostNameStanding = .allowed
  public var hasConcurrencyLimit = false
  public var concurrency: ConcurrencyStanding = .free
  /// The setting that refuses the client, and where it is written.
  public var key: SettingKey = .none
  public var position: Position = .builtIn
  /// Requests that may be under way at once, and how many would be with this one.
  public var limit: UInt64 = 0
  public var measured: UInt64 = 0

  public init() {}
}

/// What a folder's own file says about the target, and whether the target is a script.
public struct FolderFacts: Sendable {
  /// A folder's file governs the target, the target is one, or it is a script: without it nothing else here is looked at.
  public var isGuarded = false
  /// The target is named like a folder's own file.
  public var isFile = false
  public var isInvalid = false
  public var address: AddressStanding = .allowed
  public var isScript = false
  public var scripts: ScriptPolicy = .serve
  /// The setting that refuses, and where it is written.
  public var key: SettingKey = .none
  public var position: Position = .builtIn
  /// Error number of the system call by which a folder's file could not be read; 0: none.
  public var systemError: Int32 = 0

  public init() {}
}
