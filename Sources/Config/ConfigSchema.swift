public import Message

/// Every key of the configuration, section by section: what the reader accepts, what it suggests,
/// the printed defaults and the JSON Schema all come from here.
enum ConfigSchema {
  static let root = ConfigSection(
    "configuration", noun: "the configuration", "The configuration of a Statusline server.",
    keys: [
      listen, loops, serverName, state, details, trusted, ClientKeys.forwarding,
      ClientKeys.resolver, journal, recorder, limits, sites,
    ])

  static let listen = ConfigKey(
    "listen",
    .list(
      .table(ListenerKeys.section, short: ListenerKeys.address.name), single: true, atLeast: 1),
    .standard("[\"127.0.0.1:8080\"]"),
    "Addresses to listen on: an IP address with a port, a port of every address (\":8080\"), "
      + "a Unix socket (\"unix:/run/x.sock\"), or one that systemd passes (\"systemd:http\"); each alone, "
      + "or with more about it as a mapping.")
  static let loops = ConfigKey(
    "loops", .count(0...256), .standard("0"), "Event loops; 0 means one a core.")
  static let serverName = ConfigKey(
    "server-name", .text(.fieldValue), .standard("statusline"),
    "The value of the Server field in answers; \"\" sends none.")
  static let state = ConfigKey(
    "state", .text(.path), .optional("./state"),
    "Folder of the control socket and the flight recorder; without it $XDG_STATE_HOME/statusline "
      + "or ~/.local/state/statusline, and /var/lib/statusline for root.")
  static let details = ConfigKey(
    "details", .words(Details.allCases.map(\.rawValue)), .standard(Details.local.rawValue),
    "Who sees the cause and its evidence in an error's content: clients on this machine and in "
      + "trusted networks, everyone, or nobody.")
  static let trusted = ConfigKey(
    "trusted", .list(.text(.network), single: true), .standard("[]"),
    "Networks whose clients see details and whose forwarding fields are believed, "
      + "such as 10.0.0.0/8 or \"fd00::/8\".")
  static let journal = ConfigKey(
    "journal", .table(JournalKeys.section), .section, "What is written of every exchange.")
  static let recorder = ConfigKey(
    "recorder", .table(RecorderKeys.section), .section,
    "The flight recorder, which keeps every refused and every slow exchange.")
  static let limits = ConfigKey(
    "limits", .table(LimitKeys.section), .section,
    "What a client may ask for, and how long it may take.")
  static let sites = ConfigKey(
    "sites", .list(.table(SiteKeys.section), single: true, atLeast: 1), .required("[]"),
    "What is served, by host name and port.")

  /// Every section with the path of keys that leads to it, the root first.
  static let sections: [(path: String, section: ConfigSection)] = {
    var found: [(String, ConfigSection)] = []
    func visit(_ section: ConfigSection, _ path: String) {
      found.append((path, section))
      for key in section.keys { visit(key.type, path.isEmpty ? key.name : "\(path).\(key.name)") }
    }
    func visit(_ type: ConfigType, _ path: String) {
      switch type {
      case .table(let section, _): visit(section, path)
      case .list(let item, _, _): visit(item, path + "[]")
      default: break
      }
    }
    visit(root, "")
    return found
  }()
}

enum JournalKeys {
  static let section = ConfigSection(
    "journal", noun: "the journal", "What is written of every exchange.",
    keys: [format, to, buffer, flush, trace])

  static let format = ConfigKey(
    "format", .words(JournalFormat.allCases.map(\.rawValue)), .optional("json"),
    "Lines for eyes (console), of JSON, as IIS writes them (w3c), as Apache and nginx do (combined), or "
      + "none (off); without it console on a terminal and json elsewhere.")
  static let to = ConfigKey(
    "to", .text(.destination), .standard("stderr"),
    "Where lines go: stdout, stderr or the path of a file.")
  static let buffer = ConfigKey(
    "buffer", .size(0...(64 << 20)), .standard("64 KiB"),
    "Lines held back at the most before they are written.")
  static let flush = ConfigKey(
    "flush", .time(1...60_000), .standard("1 s"), "How long a line waits at the most.")
  static let trace = ConfigKey(
    "trace", .boolean, .standard("on"),
    "Whether a line carries the path of decisions that led to the status.")
}

enum RecorderKeys {
  static let section = ConfigSection(
    "recorder", noun: "the recorder",
    "The flight recorder, which keeps every refused and every slow exchange.",
    keys: [size, slow])

  static let size = ConfigKey(
    "size", .size(0...(1 << 30)), .standard("4 MiB"),
    "Size of the flight recorder's file; 0 keeps none.")
  static let slow = ConfigKey(
    "slow", .time(1...86_400_000), .standard("1 s"),
    "From how long on an exchange counts as slow and is kept.")
}

enum LimitKeys {
  /// Heads are addressed by 32-bit offsets; no head needs to be near that.
  private static let inHead: ClosedRange<UInt64> = 1...(16 << 20)
  private static let duration: ClosedRange<UInt64> = 1...(7 * 86_400_000)
  private static let optionalDuration: ClosedRange<UInt64> = 0...(7 * 86_400_000)

  static let section = ConfigSection(
    "limits", noun: "limits", "What a client may ask for, and how long it may take.",
    keys: [
      target, head, field, fields, content, chunkExtensions, trailers, ranges, connections,
      headTime, contentTime, contentRate, idleTime, sendTime, lingerTime, drainTime, nameTime,
    ])

  static let target = ConfigKey(
    "target", .size(inHead), .standard("8 KiB"), "Longest request target; beyond it 414.")
  static let head = ConfigKey(
    "head", .size(inHead), .standard("32 KiB"),
    "Largest head, from the request line to the empty line; beyond it 431.")
  static let field = ConfigKey(
    "field", .size(inHead), .standard("16 KiB"), "Largest single field line; beyond it 431.")
  static let fields = ConfigKey(
    "fields", .count(1...10_000), .standard("100"), "Most field lines of a head; beyond it 431.")
  static let content = ConfigKey(
    "content", .size(0...(1 << 50)), .standard("16 MiB"),
    "Largest content of a request; beyond it 413.")
  static let chunkExtensions = ConfigKey(
    "chunk-extensions", .size(0...(1 << 20)), .standard("16 KiB"),
    "Chunk extensions of one content in all; beyond it 400.")
  static let trailers = ConfigKey(
    "trailers", .size(0...(1 << 20)), .standard("8 KiB"),
    "Largest trailer section; beyond it 431.")
  static let ranges = ConfigKey(
    "ranges", .count(1...32), .standard("32"),
    "Most ranges of one request, at most 32; beyond it 416.")
  static let connections = ConfigKey(
    "connections", .count(1...10_000_000), .standard("10000"),
    "Connections open at once, in the whole server; beyond it 503.")
  static let headTime = ConfigKey(
    "head-time", .time(duration), .standard("10 s"),
    "From the first byte of a request to the end of its head; beyond it 408.")
  static let contentTime = ConfigKey(
    "content-time", .time(duration), .standard("60 s"),
    "From the end of the head to the end of the content; beyond it 408.")
  static let contentRate = ConfigKey(
    "content-rate", .size(0...(1 << 30)), .standard("256 B"),
    "Content that has to arrive in a second, looked at after five; slower is 408; 0 asks for none.")
  static let idleTime = ConfigKey(
    "idle-time", .time(duration), .standard("60 s"),
    "How long a connection stays open with no request on it.")
  static let sendTime = ConfigKey(
    "send-time", .time(duration), .standard("30 s"),
    "How long a client may take no byte of its answer.")
  static let lingerTime = ConfigKey(
    "linger-time", .time(optionalDuration), .standard("2 s"),
    "How long a refused client may go on sending, so that it gets to read why.")
  static let drainTime = ConfigKey(
    "drain-time", .time(optionalDuration), .standard("30 s"),
    "How long a server that is told to stop waits for the requests under way.")
  static let nameTime = ConfigKey(
    "name-time", .time(1...60_000), .standard("3 s"),
    "How long the name of a client is looked for, on sites that ask for it.")
}

enum SiteKeys {
  static let section = ConfigSection(
    "site", noun: "a site", "Names and ports, and the rules that say what answers there.",
    keys: [
      names, ports, trace, AccessKeys.closed, AccessKeys.allow, AccessKeys.deny,
      AccessKeys.denyHosts, AccessKeys.unresolved, AccessKeys.limits,
      AdditionKeys.maintenance, AdditionKeys.errorPages, rules,
    ])

  static let names = ConfigKey(
    "names", .list(.text(.hostName), single: true), .optional("[example.test, \"*.example.test\"]"),
    "Host names; \"*.\" in front stands for one or more labels; without any the site answers for "
      + "every name.")
  static let ports = ConfigKey(
    "ports", .list(.count(1...65535), single: true), .optional("[8080]"),
    "Ports that the site answers on; without any on all that are listened on.")
  static let trace = ConfigKey(
    "trace", .boolean, .standard("off"), "Whether the TRACE method is answered.")
  static let rules = ConfigKey(
    "rules", .list(.table(RuleKeys.section), single: true), .required("[]"),
    "What answers which path; an exact path goes first, then the longest.")
}

enum RuleKeys {
  /// Those that are no `RuleAdditions`.
  static let plain = [
    path, content, AdditionKeys.redirect, files, methods, headers, cacheControl, AccessKeys.allow,
    AccessKeys.deny, AdditionKeys.gone, AdditionKeys.teapot, AdditionKeys.rehearse,
  ]
  static let section = ConfigSection(
    "rule", noun: "a rule", "A path and the resource that answers there.",
    keys: [
      path, files, content, AdditionKeys.redirect, AdditionKeys.gone, AdditionKeys.teapot,
      AdditionKeys.rehearse, methods,
      AccessKeys.allow, AccessKeys.deny, headers, AdditionKeys.alwaysHeaders,
      AdditionKeys.removedHeaders, cacheControl,
      AdditionKeys.hints, AdditionKeys.tombstones, AdditionKeys.blocked, AdditionKeys.maintenance,
    ],
    choice: [
      files.name, content.name, AdditionKeys.redirect.name, AdditionKeys.gone.name,
      AdditionKeys.teapot.name, AdditionKeys.rehearse.name,
    ],
    standIns: [AdditionKeys.blocked.name, AdditionKeys.maintenance.name], isReadOneByOne: true)

  static let path = ConfigKey(
    "path", .text(.urlPath), .required("/"),
    "Where the rule holds, decoded: one that ends in a slash for everything below it, "
      + "any other for exactly this path. {name} captures a segment, {name...} at the end everything "
      + "below.")
  static let files = ConfigKey(
    "files", .table(FilesKeys.section, short: FilesKeys.root.name), .section,
    "Serves the files of a folder; a path alone is its root.")
  static let content = ConfigKey(
    "content", .table(ContentKeys.section), .section,
    "Answers with a content that stands here or in one file.")
  static let methods = ConfigKey(
    "methods", .list(.words(names(of: .ofAny)), single: true, atLeast: 1), .optional("[GET, HEAD]"),
    "Methods that are allowed, others get 405; without it all that the resource can: "
      + "\(alternatives(names(of: .ofFiles), "and")) for files, with those of \"write\", and POST "
      + "for content.")
  static let headers = ConfigKey(
    "headers", .entries(name: .fieldName, value: .fieldValue),
    .optional("{X-Frame-Options: DENY}"),
    "Fields that are added to successful answers.")
  static let cacheControl = ConfigKey(
    "cache-control", .text(.fieldValue), .optional("\"public, max-age=3600\""),
    "The value of the Cache-Control field.")

  static func names(of methods: MethodSet) -> [String] {
    methods.methods.map { String(describing: $0.name) }
  }
}

extension MethodSet {
  /// What a files resource can.
  public static let ofFiles = MethodSet([.get, .head, .options])
  /// What a content resource can; POST is answered with the same content.
  public static let ofContent = MethodSet([.get, .head, .options, .post])
  /// What some resource can.
  static let ofAny = ofContent.union(.writing)
}

enum FilesKeys {
  static let section = ConfigSection(
    "files", noun: "a files resource", "Serves the files of a folder.",
    keys: [
      root, index, browse, hidden, links, mappedTypesOnly, read, types, scripts, scriptTypes,
      folderFile, write, AdditionKeys.tries, AdditionKeys.fallback,
    ] + NegotiationKeys.all)

  static let root = ConfigKey(
    "root", .text(.path), .required("."),
    "The folder that the rule's path stands for; a relative path counts from the configuration "
      + "file's folder.")
  static let index = ConfigKey(
    "index", .list(.text(.indexName), single: true), .standard("[index.html]"),
    "File names that answer for a folder, tried in this order.")
  static let browse = ConfigKey(
    "browse", .boolean, .standard("off"),
    "Whether a folder without an index file is listed; if not, it is 403.14.")
  static let hidden = ConfigKey(
    "hidden", .words(HiddenPolicy.allCases.map(\.rawValue)), .standard(HiddenPolicy.hide.rawValue),
    "Files whose name starts with a dot: hide (as if they were not there), refuse (403) or serve.")
  static let links = ConfigKey(
    "links", .words(LinkPolicy.allCases.map(\.rawValue)), .standard(LinkPolicy.within.rawValue),
    "Symbolic links that are followed: those that stay within the root, or none.")
  static let mappedTypesOnly = ConfigKey(
    "only-mapped-types", .boolean, .standard("off"),
    "Whether a file whose extension has no media type is refused with 404.3.")
  static let read = ConfigKey(
    "read", .boolean, .standard("on"), "Whether files may be read; if not, they are 403.2.")
  static let types = ConfigKey(
    "types", .entries(name: .fileExtension, value: .mediaType), .standard("{}"),
    "Media types by extension, over those that are built in.")
  static let write = ConfigKey(
    "write", .table(WriteKeys.section, short: WriteKeys.methods.name), .section,
    "How files may be changed; a list alone is the methods. Nothing may be written without it.")
  static let scripts = ConfigKey(
    "scripts", .words(ScriptPolicy.allCases.map(\.rawValue)),
    .standard(ScriptPolicy.refuse.rawValue),
    "Files that are programs of a server, which would give their source away: refuse (403.1), hide "
      + "(as if they were not there) or serve.")
  static let scriptTypes = ConfigKey(
    "script-types", .list(.text(.fileExtension), single: true),
    .standard(
      "[asp, aspx, ashx, asmx, cfm, cgi, fcgi, jsp, jspx, phar, php, phtml]"),
    "Extensions of such programs.")
  static let folderFile = ConfigKey(
    "folder-file", .text(.indexName), .optional(".statusline.yaml"),
    "Name of a file by which a folder sets what holds for it and all below; without it there is "
      + "none.")
}

enum ContentKeys {
  static let section = ConfigSection(
    "content", noun: "a content resource", "Answers with one fixed content.",
    keys: [text, file, type, compress], choice: [text.name, file.name])

  static let text = ConfigKey(
    "text", .text(.any), .optional("\"Hello\\n\""), "The content itself.")
  static let file = ConfigKey(
    "file", .text(.path), .optional("./hello.txt"),
    "A file of 16 MiB at the most, which is read when the configuration is.")
  static let type = ConfigKey(
    "type", .text(.mediaType), .optional("text/plain"),
    "Its media type; without it that of the file's extension, and text/plain for a text.")
  static let compress = ConfigKey(
    "compress", .table(CompressKeys.section, short: CompressKeys.codings.name), .section,
    "Compresses the content, once, when the configuration is read; a list alone is its codings.")
}
