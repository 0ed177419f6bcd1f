internal import Config
internal import Facts

// Who the client is, and what a folder says for itself.
extension Facts {
  /// Site or rule ask who the client is, or count its requests.
  @inline(__always) var isClientGuarded: Bool { client.isGuarded }

  /// The site is closed to everybody.
  @inline(__always) var isSiteClosed: Bool { client.isSiteClosed }

  /// There are rules about addresses, and nobody can tell the client's.
  @inline(__always) var isAddressUnknown: Bool { client.address == .unknown }

  /// The client's address is in a denied network, of the site or of the rule.
  @inline(__always) var isAddressDenied: Bool { client.address == .denied }

  /// The client's address is in an allowed network, or all are allowed.
  @inline(__always) var isAddressAllowed: Bool { client.address != .notAllowed }

  /// The site denies some host names.
  @inline(__always) var hasHostRules: Bool { client.hasHostRules }

  /// No name server told the client's name, and the site does not answer such clients.
  @inline(__always) var isHostNameUnresolved: Bool { client.hostName == .unresolved }

  /// The client's host name is among the denied.
  @inline(__always) var isHostNameDenied: Bool { client.hostName == .denied }

  /// The site limits how many requests are under way at once.
  @inline(__always) var hasConcurrencyLimit: Bool { client.hasConcurrencyLimit }

  /// As many requests are under way as the site may have.
  @inline(__always) var isSiteFull: Bool { client.concurrency == .siteFull }

  /// As many requests of this client are under way as one may have.
  @inline(__always) var isClientAtLimit: Bool { client.concurrency == .addressFull }

  /// A folder's own file governs the target, the target is such a file, or it is a script.
  @inline(__always) var isFolderGuarded: Bool { folder.isGuarded }

  /// The target is named like a folder's own file, which is never served.
  @inline(__always) var isFolderFile: Bool { folder.isFile }

  /// A folder's own file on the way is malformed or cannot be read.
  @inline(__always) var isFolderFileInvalid: Bool { folder.isInvalid }

  /// A folder's own file on the way refuses the client's address.
  @inline(__always) var isFolderAddressRefused: Bool { folder.address != .allowed }

  /// The file is a program of a server, and the rule does not serve those.
  @inline(__always) var isScript: Bool { folder.isScript && folder.scripts != .serve }

  /// The rule hides such files instead of refusing them.
  @inline(__always) var isScriptHidden: Bool { folder.scripts == .hide }
}
