// The keys about who the client is, and about a folder's own file: a part of the one table in `ConfigSchema`.

enum ListenerKeys {
  static let section = ConfigSection(
    "listener", noun: "an address to listen on", "An address, and what comes in there.",
    keys: [address, proxyProtocol])

  static let address = ConfigKey(
    "address", .text(.address), .required("127.0.0.1:8080"),
    "An IP address with a port, a port of every address (\":8080\"), or a Unix socket.")
  static let proxyProtocol = ConfigKey(
    "proxy-protocol", .boolean, .standard("off"),
    "Whether every connection begins with a header of the PROXY protocol (version 1 or 2), as a "
      + "mapping: {address: \":8080\", proxy-protocol: on}. It is believed from trusted networks.")
}

enum ClientKeys {
  static let forwarding = ConfigKey(
    "forwarding", .words(ForwardingPolicy.allCases.map(\.rawValue)),
    .standard(ForwardingPolicy.either.rawValue),
    "Which field of a trusted proxy says for whom it asks: forwarded, x-forwarded-for, either, or "
      + "none. Name the one that your proxy writes if it lets the other one through.")
  static let resolver = ConfigKey(
    "resolver", .list(.text(.address), single: true), .optional("[\"127.0.0.1:53\"]"),
    "Name servers that are asked for clients' names; without any those of the system.")
}

enum AccessKeys {
  static let closed = ConfigKey(
    "closed", .boolean, .standard("off"),
    "Whether the site is closed to everybody: 403.8.")
  static let allow = ConfigKey(
    "allow", .list(.text(.network), single: true, atLeast: 1),
    .optional("[192.168.0.0/16, \"fd00::/8\"]"),
    "Addresses and networks that are answered; where there are any, others get 403.6.")
  static let deny = ConfigKey(
    "deny", .list(.text(.network), single: true), .optional("[192.168.7.0/24]"),
    "Addresses and networks that get 403.6, also where they are allowed.")
  static let denyHosts = ConfigKey(
    "deny-hosts", .list(.text(.hostName), single: true), .optional("[\"*.bad.example\"]"),
    "Host names of clients that get 403.8. A client's name is looked up from its address, and "
      + "counts where it leads back to that address.")
  static let unresolved = ConfigKey(
    "unresolved", .words(UnresolvedPolicy.allCases.map(\.rawValue)),
    .standard(UnresolvedPolicy.refuse.rawValue),
    "With deny-hosts, clients whose name could not be looked up because no name server answered: "
      + "refuse (503.720) or allow.")
  static let limits = ConfigKey(
    "limits", .table(SiteLimitKeys.section), .section,
    "How many requests the site has under way at once.")
}

enum SiteLimitKeys {
  static let section = ConfigSection(
    "site-limits", noun: "the limits of a site",
    "How many requests the site has under way at once.", keys: [concurrent, concurrentPerAddress])

  static let concurrent = ConfigKey(
    "concurrent", .count(1...10_000_000), .optional("1000"),
    "Requests of all clients, from the head to the answer's last byte; beyond it 403.9.")
  static let concurrentPerAddress = ConfigKey(
    "concurrent-per-address", .count(1...10_000_000), .optional("20"),
    "Requests of one address, of IPv6 of one /64; beyond it 403.9.")
}

/// What a folder's own file may say: keys of the main table, and no others.
enum FolderKeys {
  static let section = ConfigSection(
    "folder", noun: "a folder's own file", "What holds for a folder and all below it.",
    keys: [
      FilesKeys.index, FilesKeys.browse, FilesKeys.mappedTypesOnly, FilesKeys.types,
      AccessKeys.allow, AccessKeys.deny, RuleKeys.headers, RuleKeys.cacheControl,
    ])
}
