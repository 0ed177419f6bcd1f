public import Config

/// What an explanation says of a setting that tipped a verdict: how it stands, and what to write to change that.
public struct SettingAdvice: Sendable {
  /// Where a setting that nobody wrote yet would go.
  public enum Place: Sendable {
    case top
    case section(StaticString)
    case site
    case rule
    /// A section of a rule, such as `files`.
    case ruleSection(StaticString)
    /// A section of a site, such as `limits`.
    case siteSection(StaticString)
  }

  /// Follows the key's name and says what it does here: "is off".
  public var state: String
  /// Begins the sentence about the change: "To list folders that have no index file".
  public var purpose: String
  /// What to write, as YAML: `browse: on`. For limits the value is only an example; the explanation puts a fitting one.
  public var line: String
  public var place: Place
  /// The option of `serve` that does the same.
  public var option: String?

  init(
    _ state: String, _ purpose: String, _ line: String, _ place: Place, option: String? = nil
  ) {
    self.state = state
    self.purpose = purpose
    self.line = line
    self.place = place
    self.option = option
  }

  /// The advice for a key; nil for `none`, which is no key.
  public static func of(_ key: SettingKey) -> SettingAdvice? {
    switch key {
    case .none: nil
    case .listen, .siteNames, .sitePorts, .siteTrace, .rulePath, .ruleMethods, .contentText:
      ofSite(key)
    case .filesRoot, .filesIndex, .filesBrowse, .filesHidden, .filesLinks, .filesOnlyMappedTypes,
      .filesRead:
      ofFiles(key)
    case .maintenance, .maintenanceFile, .ruleBlocked, .ruleBlockedBy, .ruleGone, .ruleTeapot,
      .ruleRedirect, .ruleTombstones, .filesFallback, .ruleRehearse:
      ofRule(key)
    case .filesVariants, .filesChoice, .filesStrict:
      ofNegotiation(key)
    case .writeMethods, .writeCreateOnly, .writeRequireMatch, .writeLength, .writeTypes,
      .writeContent, .writeSchema:
      ofWriting(key)
    case .allow, .deny, .denyHosts, .unresolved, .closed, .siteConcurrent,
      .siteConcurrentPerAddress, .filesScripts, .filesFolderFile:
      ofClient(key)
    default: ofLimit(key)
    }
  }

  private static func ofClient(_ key: SettingKey) -> SettingAdvice {
    switch key {
    case .allow:
      SettingAdvice(
        "does not have the client's address", "To answer this client, add its address to the list",
        "allow: [192.0.2.7]", .site)
    case .deny:
      SettingAdvice(
        "has the client's address, or may have it",
        "To answer this client, take the network out of the list", "deny: []", .site)
    case .denyHosts:
      SettingAdvice(
        "has the client's host name", "To answer this client, take the name out of the list",
        "deny-hosts: []", .site)
    case .unresolved:
      SettingAdvice(
        "refuses clients whose name could not be looked up",
        "To answer clients whose name nobody can tell", "unresolved: allow", .site)
    case .closed:
      SettingAdvice("is on", "To open the site", "closed: off", .site)
    case .siteConcurrent:
      SettingAdvice(
        "was passed", "To have more requests under way", "concurrent: 200",
        .siteSection("limits"))
    case .siteConcurrentPerAddress:
      SettingAdvice(
        "was passed", "To let one address have more requests under way",
        "concurrent-per-address: 40", .siteSection("limits"))
    case .filesScripts:
      SettingAdvice(
        "does not serve files with this extension",
        "To serve the text of such files to everybody", "scripts: serve", .ruleSection("files"))
    default:
      SettingAdvice(
        "names the file by which a folder says what holds in it, and which nobody is served",
        "To serve files of this name", "folder-file: .folder.yaml", .ruleSection("files"))
    }
  }

  private static func ofSite(_ key: SettingKey) -> SettingAdvice {
    switch key {
    case .listen:
      SettingAdvice(
        "says which addresses and ports the server can be reached at",
        "To be reached at another one", "listen: [\"127.0.0.1:8080\"]", .top, option: "--listen")
    case .siteNames:
      SettingAdvice(
        "of no site has the host name of this request on the port that it came to",
        "To answer for this name", "names: [example.test]", .site)
    case .sitePorts:
      SettingAdvice(
        "of the site does not have the port that the request came to",
        "To answer on that port as well", "ports: [8080]", .site)
    case .siteTrace:
      SettingAdvice(
        "is off",
        "To answer TRACE", "trace: on", .site)
    case .rulePath:
      SettingAdvice(
        "of no rule in the site matches the path of this request",
        "To answer at this path", "path: /", .site)
    case .ruleMethods:
      SettingAdvice(
        "does not have the method of this request", "To allow it", "methods: [GET, HEAD]", .rule)
    default:
      SettingAdvice(
        "is the content that is sent", "To send another", "text: \"Hello\\n\"",
        .ruleSection("content"))
    }
  }

  private static func ofFiles(_ key: SettingKey) -> SettingAdvice {
    switch key {
    case .filesIndex:
      SettingAdvice(
        "names the files that answer for a folder", "To have another file answer for a folder",
        "index: [index.html]", .ruleSection("files"))
    case .filesBrowse:
      SettingAdvice(
        "is off",
        "To allow listings of folders that have no index file", "browse: on",
        .ruleSection("files"), option: "--browse")
    case .filesHidden:
      SettingAdvice(
        "does not serve such files and folders",
        "To serve them to everybody", "hidden: serve", .ruleSection("files"))
    case .filesLinks:
      SettingAdvice(
        "does not let links be followed", "To follow links that stay inside the root",
        "links: within", .ruleSection("files"))
    case .filesOnlyMappedTypes:
      SettingAdvice(
        "is on",
        "To serve the file, give its extension a media type under `types`; or to serve every file",
        "only-mapped-types: off", .ruleSection("files"))
    case .filesRead:
      SettingAdvice(
        "is off", "To serve the files of the rule", "read: on",
        .ruleSection("files"))
    default:
      SettingAdvice(
        "is the folder that was looked in", "To look in another folder", "root: ./public",
        .ruleSection("files"))
    }
  }

  private static func ofRule(_ key: SettingKey) -> SettingAdvice {
    switch key {
    case .maintenance:
      SettingAdvice(
        "is on", "To open the site or the rule again", "active: off",
        .ruleSection("maintenance"))
    case .maintenanceFile:
      SettingAdvice(
        "names a file that is there", "To open the site or the rule again",
        "file: ./maintenance.flag", .ruleSection("maintenance"))
    case .ruleBlocked:
      SettingAdvice(
        "covers this client's address",
        "To serve the resource to this client", "from: [203.0.113.0/24]",
        .ruleSection("blocked"))
    case .ruleBlockedBy:
      SettingAdvice(
        "says who blocks, and no `from` says for whom: the resource is blocked for everybody",
        "To serve the resource", "by: https://authority.example/", .ruleSection("blocked"))
    case .ruleGone:
      SettingAdvice(
        "says that nothing is here any more", "To answer here again", "gone: yes", .rule)
    case .ruleTeapot:
      SettingAdvice(
        "makes the rule a teapot", "To answer something else", "teapot: yes", .rule)
    case .ruleRedirect:
      SettingAdvice(
        "names the address that clients are sent to", "To send them elsewhere",
        "to: /elsewhere", .ruleSection("redirect"))
    case .ruleRehearse:
      SettingAdvice(
        "makes the rule a rehearsal", "To give real answers here", "rehearse: 503", .rule)
    case .ruleTombstones:
      SettingAdvice(
        "is on: what DELETE removed is remembered",
        "To have it back, put a file there again; to answer 404 for it from now on",
        "tombstones: off", .rule)
    default:
      SettingAdvice(
        "names the file that was served in the place of what is missing",
        "To serve another one, or none", "fallback: /index.html", .ruleSection("files"))
    }
  }

  private static func ofLimit(_ key: SettingKey) -> SettingAdvice {
    switch key {
    case .limitTarget: limit("To accept longer targets", "target: 16 KiB")
    case .limitHead: limit("To accept larger heads", "head: 64 KiB")
    case .limitField: limit("To accept larger field lines", "field: 32 KiB")
    case .limitFields: limit("To accept more field lines", "fields: 200")
    case .limitContent: limit("To accept larger contents", "content: 32 MiB")
    case .limitChunkExtensions:
      limit("To accept more chunk extensions", "chunk-extensions: 32 KiB")
    case .limitTrailers: limit("To accept larger trailer sections", "trailers: 16 KiB")
    case .limitRanges: limit("To accept more ranges in one request", "ranges: 32")
    case .limitConnections:
      limit("To accept more connections at once", "connections: 20000")
    case .limitHeadTime: limit("To wait longer for a head", "head-time: 20 s")
    case .limitContentTime: limit("To wait longer for a content", "content-time: 120 s")
    case .limitContentRate: limit("To accept slower contents", "content-rate: 0")
    case .limitIdleTime: limit("To keep idle connections longer", "idle-time: 120 s")
    default: limit("To wait longer for slow readers", "send-time: 60 s")
    }
  }

  private static func limit(_ purpose: String, _ line: String) -> SettingAdvice {
    SettingAdvice("was passed", purpose, line, .section("limits"))
  }
}
