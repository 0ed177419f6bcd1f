public import Message

/// All that a configuration says, checked: an immutable snapshot that every loop shares until the
/// next reload.
public final class Settings: Sendable {
  /// Names of the sources that positions speak of: "built-in default", "command line", then files
  /// as they were named.
  public let sources: [String]
  /// FNV-1a 64 of the configuration's bytes (of the command line's words where there is no file):
  /// tells which configuration a record was made under.
  public let fingerprint: UInt64
  public let listeners: [ListenerSettings]
  /// In the order of the file; a site without names answers for any name.
  public let sites: [Site]
  public let limits: Limits
  public let details: Sourced<Details>
  /// Networks whose clients see details and whose forwarding fields are believed.
  public let trusted: [Network]
  public let journal: JournalSettings
  public let recorder: RecorderSettings
  /// Folder of the control socket and the flight recorder.
  public let state: Sourced<String>
  /// Event loops; 0 means one a core.
  public let loops: Sourced<Int>
  /// The `Server` field's value; empty sends none.
  public let serverName: Sourced<[UInt8]>
  /// What is doubtful in the configuration but no error, such as a rule that can never match.
  public let warnings: [ConfigError]
  /// How clients behind proxies and their names are found.
  public let clients: ClientSettings
  /// Names of folders' own configuration files, which positions speak of as well.
  public let folderSources = FolderSources()

  public init(
    sources: [String], fingerprint: UInt64, listeners: [ListenerSettings], sites: [Site],
    limits: Limits, details: Sourced<Details>, trusted: [Network], journal: JournalSettings,
    recorder: RecorderSettings, state: Sourced<String>, loops: Sourced<Int>,
    serverName: Sourced<[UInt8]>, warnings: [ConfigError] = [],
    clients: ClientSettings = ClientSettings()
  ) {
    self.sources = sources
    self.fingerprint = fingerprint
    self.listeners = listeners
    self.sites = sites
    self.limits = limits
    self.details = details
    self.trusted = trusted
    self.journal = journal
    self.recorder = recorder
    self.state = state
    self.loops = loops
    self.serverName = serverName
    self.warnings = warnings
    self.clients = clients
  }

  /// A position as people read it: `site.yaml:12:5`, `command line` or `built-in default`.
  public func text(of position: Position) -> String {
    if let text = folderSources.text(of: position) { return text }
    let name = Int(position.source) < sources.count ? sources[Int(position.source)] : "?"
    return position.line == 0 ? name : "\(name):\(position.line):\(position.column)"
  }
}

/// One address to listen on.
public struct ListenerSettings: Sendable {
  /// `127.0.0.1:8080`, `[::1]:8080`, `:8080` or `unix:/path`.
  public var address: Sourced<String>
  /// Whether each connection begins with a header of the PROXY protocol.
  public var proxyProtocol = Sourced(false)
  public init(address: Sourced<String>) { self.address = address }
}

/// A site: names and ports, and the rules that say what answers there.
public struct Site: Sendable {
  /// For journal and explanations; the first name, or `default`.
  public var label: [UInt8]
  /// Lower-case host names; `*.example.org` stands for every name one or more labels below. Empty:
  /// any name.
  public var names: [Sourced<[UInt8]>]
  /// Ports that the site answers on; empty: every listener's.
  public var ports: [Sourced<UInt16>]
  public var rules: [Rule]
  public var trace: Sourced<Bool>
  /// Which clients the site answers, and how many at once.
  public var access = SiteAccess()
  public var position: Position
  public var additions = SiteAdditions()

  public init(
    label: [UInt8], names: [Sourced<[UInt8]>], ports: [Sourced<UInt16>], rules: [Rule],
    trace: Sourced<Bool> = Sourced(false), position: Position
  ) {
    self.label = label
    self.names = names
    self.ports = ports
    self.rules = rules
    self.trace = trace
    self.position = position
  }
}

/// What answers where a path pattern matches. Among the rules that match, an exact path goes before
/// a subtree, a longer subtree before a shorter one; no two rules of a site have the same pattern.
///
/// An object, and small where little is written: a configuration may have many, and each is handed on from reading to answering.
public final class Rule: Sendable {
  public let pattern: PathPattern
  public let resource: Resource
  /// Methods that the resource takes by this rule; nil: all that the resource can.
  public let methods: Sourced<MethodSet>?
  /// Fields added to successful answers, as written.
  public let headers: [HeaderSetting]
  public let cacheControl: Sourced<[UInt8]>?
  /// Which clients the rule answers.
  public let addresses: AddressRules
  /// Where the rule's `path` stands.
  public let position: Position
  /// Most rules say nothing of these.
  private let more: Boxed<RuleAdditions>?

  public var additions: RuleAdditions { more?.value ?? RuleAdditions() }
  /// Whether there may be anything in `additions`.
  public var hasAdditions: Bool { more != nil }

  /// `additions` is nil where the rule says nothing of these.
  public init(
    pattern: PathPattern, resource: Resource, methods: Sourced<MethodSet>? = nil,
    headers: [HeaderSetting] = [], cacheControl: Sourced<[UInt8]>? = nil,
    addresses: AddressRules = AddressRules(), additions: RuleAdditions? = nil, position: Position
  ) {
    more = additions.map { Boxed($0) }
    self.addresses = addresses
    self.pattern = pattern
    self.resource = resource
    self.methods = methods
    self.headers = headers
    self.cacheControl = cacheControl
    self.position = position
  }
}

public struct HeaderSetting: Sendable {
  public var name: [UInt8]
  public var value: [UInt8]
  public var position: Position
  public init(name: [UInt8], value: [UInt8], position: Position) {
    self.name = name
    self.value = value
    self.position = position
  }
}

/// What answers.
public enum Resource: Sendable {
  /// Files of a folder.
  indirect case files(FilesSettings)
  /// Content that the configuration itself holds.
  case content(ContentSettings)
  /// Another address.
  case redirect(RedirectSettings)
  /// Nothing any more, for good; where that is written.
  case gone(Position)
  /// A teapot; where that is written.
  case teapot(Position)
  /// Whatever is ordered.
  indirect case rehearsal(RehearseSettings)
  /// Nothing, because the rule is blocked or closed for everybody.
  case nothing
}

public struct ContentSettings: Sendable {
  public var content: Sourced<[UInt8]>
  public var type: Sourced<[UInt8]>
  private var coded: Boxed<CompressSettings>?

  /// How the content is compressed; nil: it is not, as most are not.
  public var compress: CompressSettings? {
    get { coded?.value }
    set { coded = newValue.map { Boxed($0) } }
  }

  public init(content: Sourced<[UInt8]>, type: Sourced<[UInt8]>) {
    self.content = content
    self.type = type
  }
}

/// A large value behind a reference, for what few have and all have a place for.
final class Boxed<Value: Sendable>: Sendable {
  let value: Value
  init(_ value: Value) { self.value = value }
}

/// What to do with files and folders whose name starts with a dot.
public enum HiddenPolicy: String, Sendable, CaseIterable {
  /// As if they were not there: 404.8, 404.9.
  case hide
  /// 403.701.
  case refuse
  case serve
}

/// Which symbolic links are followed.
public enum LinkPolicy: String, Sendable, CaseIterable {
  /// Those that stay in the root; others are 403.700.
  case within
  /// None at all: 403.700.
  case none
}

public struct FilesSettings: Sendable {
  /// The folder, absolute or relative to the configuration file's folder (already resolved here).
  public var root: Sourced<String>
  /// Names tried in a folder, in order.
  public var index: Sourced<[[UInt8]]>
  /// Whether a folder with no index file is listed.
  public var browse: Sourced<Bool>
  public var hidden: Sourced<HiddenPolicy>
  public var links: Sourced<LinkPolicy>
  /// Whether only files whose extension is in the media type map are served (404.3 otherwise).
  public var mappedTypesOnly: Sourced<Bool>
  /// Whether files may be read at all (403.2 otherwise).
  public var read: Sourced<Bool>
  /// Extensions (lower case, no dot) and media types that the rule adds to the built-in map or
  /// changes in it.
  public var types: [Sourced<TypeMapping>]
  /// Where else to look for what is not at the path, in order.
  public var tries: [TryTemplate] = []
  /// The file that answers for pages that are not there, counted from the root, with its slash.
  public var fallback: Sourced<[UInt8]>?
  /// Which of several representations is sent.
  public var negotiation = NegotiationSettings()
  /// nil: nothing may be written.
  public var write: WriteSettings?
  /// What becomes of files that are programs of a server.
  public var scripts = Sourced(ScriptPolicy.refuse)
  /// Their extensions, in lower case.
  public var scriptTypes: [[UInt8]] = []
  /// The name of folders' own configuration files; nil where there are none.
  public var folderFile: Sourced<[UInt8]>?
  /// The root as it is called where a folder's file is named: as counted from the configuration's folder where it lies in it.
  public var rootName = ""
  /// `files` is written in its short form: the root alone.
  public var isShort = false

  public init(
    root: Sourced<String>, index: Sourced<[[UInt8]]>, browse: Sourced<Bool>,
    hidden: Sourced<HiddenPolicy>, links: Sourced<LinkPolicy>, mappedTypesOnly: Sourced<Bool>,
    read: Sourced<Bool>, types: [Sourced<TypeMapping>], write: WriteSettings? = nil
  ) {
    self.write = write
    self.root = root
    self.index = index
    self.browse = browse
    self.hidden = hidden
    self.links = links
    self.mappedTypesOnly = mappedTypesOnly
    self.read = read
    self.types = types
  }
}

public struct TypeMapping: Sendable, Equatable {
  public var fileExtension: [UInt8]
  public var type: [UInt8]
  public init(fileExtension: [UInt8], type: [UInt8]) {
    self.fileExtension = fileExtension
    self.type = type
  }
}

/// Sizes in bytes, times in milliseconds.
public struct Limits: Sendable {
  public var targetBytes: Sourced<UInt64>
  public var headBytes: Sourced<UInt64>
  public var fieldBytes: Sourced<UInt64>
  public var fields: Sourced<UInt64>
  public var contentBytes: Sourced<UInt64>
  public var chunkExtensionBytes: Sourced<UInt64>
  public var trailerBytes: Sourced<UInt64>
  /// Ranges of one request.
  public var ranges: Sourced<UInt64>
  /// Connections open at once, in the whole server.
  public var connections: Sourced<UInt64>
  /// From the first byte of a request to the end of its head.
  public var headTime: Sourced<UInt64>
  /// From the end of the head to the end of the content.
  public var contentTime: Sourced<UInt64>
  /// Bytes a second below which content is too slow, measured after five seconds; 0: no limit.
  public var contentRate: Sourced<UInt64>
  /// An open connection with no request on it.
  public var idleTime: Sourced<UInt64>
  /// Without one byte of an answer taken by the client.
  public var sendTime: Sourced<UInt64>
  /// How long a refused client may go on sending before its connection is cut.
  public var lingerTime: Sourced<UInt64>
  /// How long SIGTERM waits for the requests that are under way.
  public var drainTime: Sourced<UInt64>
  /// For finding a client's name.
  public var nameTime = Sourced<UInt64>(3000)

  public init(
    targetBytes: Sourced<UInt64>, headBytes: Sourced<UInt64>, fieldBytes: Sourced<UInt64>,
    fields: Sourced<UInt64>, contentBytes: Sourced<UInt64>, chunkExtensionBytes: Sourced<UInt64>,
    trailerBytes: Sourced<UInt64>, ranges: Sourced<UInt64>, connections: Sourced<UInt64>,
    headTime: Sourced<UInt64>, contentTime: Sourced<UInt64>, contentRate: Sourced<UInt64>,
    idleTime: Sourced<UInt64>, sendTime: Sourced<UInt64>, lingerTime: Sourced<UInt64>,
    drainTime: Sourced<UInt64>
  ) {
    self.targetBytes = targetBytes
    self.headBytes = headBytes
    self.fieldBytes = fieldBytes
    self.fields = fields
    self.contentBytes = contentBytes
    self.chunkExtensionBytes = chunkExtensionBytes
    self.trailerBytes = trailerBytes
    self.ranges = ranges
    self.connections = connections
    self.headTime = headTime
    self.contentTime = contentTime
    self.contentRate = contentRate
    self.idleTime = idleTime
    self.sendTime = sendTime
    self.lingerTime = lingerTime
    self.drainTime = drainTime
  }
}

/// Who sees cause, evidence and help in an error body.
public enum Details: String, Sendable, CaseIterable {
  /// Loopback and trusted networks.
  case local
  case everyone
  case nobody
}

/// An address range: `127.0.0.0/8`, `fd00::/8`.
public struct Network: Sendable, Equatable {
  /// 4 or 16 bytes.
  public var address: [UInt8]
  public var prefixLength: Int
  public var position: Position
  public init(address: [UInt8], prefixLength: Int, position: Position) {
    self.address = address
    self.prefixLength = prefixLength
    self.position = position
  }
}

public enum JournalFormat: String, Sendable, CaseIterable {
  case console, json, w3c, combined, off
}

public struct JournalSettings: Sendable {
  /// nil: `console` where the destination is a terminal, else `json`.
  public var format: Sourced<JournalFormat>?
  /// `stdout`, `stderr` or a path.
  public var destination: Sourced<String>
  /// Bytes held back at the most before they are written.
  public var bufferBytes: Sourced<UInt64>
  /// Milliseconds that a line waits at the most.
  public var flushTime: Sourced<UInt64>
  /// Whether records carry the path of decisions (`off` is for measuring what it costs).
  public var trace: Sourced<Bool>

  public init(
    format: Sourced<JournalFormat>?, destination: Sourced<String>, bufferBytes: Sourced<UInt64>,
    flushTime: Sourced<UInt64>, trace: Sourced<Bool>
  ) {
    self.format = format
    self.destination = destination
    self.bufferBytes = bufferBytes
    self.flushTime = flushTime
    self.trace = trace
  }
}

public struct RecorderSettings: Sendable {
  /// Size of the flight recorder's file in bytes; 0: none.
  public var bytes: Sourced<UInt64>
  /// Milliseconds from which an exchange counts as slow and is kept.
  public var slowTime: Sourced<UInt64>
  public init(bytes: Sourced<UInt64>, slowTime: Sourced<UInt64>) {
    self.bytes = bytes
    self.slowTime = slowTime
  }
}
