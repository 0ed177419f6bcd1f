internal import Synchronization

/// Which addresses are answered: those of no denied network and, where any are allowed, of one of these.
public struct AddressRules: Sendable, Equatable {
  public var allow: [Network]
  public var deny: [Network]
  /// Where the list of allowed networks stands.
  public var allowPosition: Position

  public init(allow: [Network] = [], deny: [Network] = [], allowPosition: Position = .builtIn) {
    self.allow = allow
    self.deny = deny
    self.allowPosition = allowPosition
  }

  public var isEmpty: Bool { allow.isEmpty && deny.isEmpty }
}

/// What to do with clients whose name nobody could tell.
public enum UnresolvedPolicy: String, Sendable, CaseIterable {
  /// 503.720: the site denies some names, and this client's may be one of them.
  case refuse
  /// As if the client had no name.
  case allow
}

/// Which clients a site answers, and how many of their requests at once.
public struct SiteAccess: Sendable {
  public var closed = Sourced(false)
  public var addresses = AddressRules()
  /// Lower-case names; `*.bad.example` stands for every name one or more labels below.
  public var denyHosts: [Sourced<[UInt8]>] = []
  public var unresolved = Sourced(UnresolvedPolicy.refuse)
  /// Requests under way at once, in all and for one address; nil: no limit.
  public var concurrent: Sourced<UInt64>?
  public var concurrentPerAddress: Sourced<UInt64>?

  public init() {}

  /// Whether nothing is asked of a client.
  public var isEmpty: Bool {
    !closed.value && addresses.isEmpty && denyHosts.isEmpty && concurrent == nil
      && concurrentPerAddress == nil
  }
}

/// Which field of a trusted proxy says for whom it asks.
public enum ForwardingPolicy: String, Sendable, CaseIterable {
  /// Whichever is there. Where both are and name different clients, none is believed.
  case either
  /// RFC 7239.
  case forwarded
  case xForwardedFor = "x-forwarded-for"
  case none
}

/// How clients behind proxies and their names are found.
public struct ClientSettings: Sendable {
  public var forwarding: Sourced<ForwardingPolicy>
  /// Name servers, `192.0.2.53:53`; empty: the system's.
  public var resolver: [Sourced<String>]

  public init(
    forwarding: Sourced<ForwardingPolicy> = Sourced(.either), resolver: [Sourced<String>] = []
  ) {
    self.forwarding = forwarding
    self.resolver = resolver
  }
}

/// What becomes of files that are programs of a server.
public enum ScriptPolicy: String, Sendable, CaseIterable {
  /// 403.1.
  case refuse
  /// 404.720.
  case hide
  case serve
}

/// Names of folders' own configuration files, so that positions can speak of them. They are found while the server runs, by any of
/// its loops; a name keeps its number for as long as the settings live. Bounded: where there are too many, they share a name.
public final class FolderSources: Sendable {
  /// Positions with this source or one above it are in a folder's file.
  public static let first: UInt16 = 0x8000
  static let namesMax = 4096
  /// Bytes of a name.
  public static let nameBytesMax = 300

  private let names = Mutex<[String]>([])

  init() {}

  /// The number of a file's name.
  public func number(of name: String) -> UInt16 {
    names.withLock { names in
      if let index = names.firstIndex(of: name) { return Self.first + UInt16(index) }
      guard names.count < Self.namesMax else { return Self.first + UInt16(Self.namesMax) }
      names.append(name)
      return Self.first + UInt16(names.count - 1)
    }
  }

  /// The name of a source; nil where it is none of these.
  public func name(of source: UInt16) -> String? {
    guard source >= Self.first else { return nil }
    return names.withLock { names in
      let index = Int(source - Self.first)
      return index < names.count ? names[index] : "a folder's own file"
    }
  }

  /// `docs/.statusline.yaml:3:1`; nil where the position is in no such file.
  public func text(of position: Position) -> String? {
    guard let name = name(of: position.source) else { return nil }
    return position.line == 0 ? name : "\(name):\(position.line):\(position.column)"
  }
}
