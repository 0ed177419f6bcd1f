public import Config
internal import Decide
internal import Glibc
internal import HTTPStatus
internal import Message

/// Texts that journal lines share, made once a snapshot of the settings: names of the configuration's files, labels of its sites,
/// its fingerprint, and every cause with its slug, each escaped and ready to be copied.
public final class JournalContext: Sendable {
  /// `site.yaml` by source index.
  let sources: TextTable
  /// `"example.org"` by site index.
  let sites: TextTable
  /// `"cause":"404.0","slug":"file-not-found"` by the cause's index.
  let causes: TextTable
  /// `"outcome":"completed","in":` by outcome.
  let outcomes: TextTable
  /// `/00c0ffee00c0ffee"}` and a line feed: the end of every line.
  let config: TextTable
  /// Bytes that the longest position can take.
  let positionBytesMax: Int
  let siteBytesMax: Int

  /// `,"site":"docs","rule":"site.yaml:9:7"` for every rule, site after site, and where each site's rules begin.
  let routes: TextTable
  let firstRoutes: [Int]
  /// `,"short":"./public"` for rules whose `files` is no more than its root, in the same order; empty for the others.
  let shortRoots: TextTable
  /// `,"status":404,"cause":"404.0","slug":"file-not-found","actor":"client",` for every cause.
  let answers: TextTable

  /// Names of folders' own files, found while the server runs.
  private let folders: FolderSources?

  public convenience init(_ settings: Settings) {
    let hasFolderFiles = settings.sites.contains { site in
      site.rules.contains { rule in
        if case .files(let files) = rule.resource { files.folderFile != nil } else { false }
      }
    }
    self.init(
      sources: settings.sources, siteLabels: settings.sites.map(\.label),
      fingerprint: settings.fingerprint,
      rules: settings.sites.map { site in
        site.rules.map { (settings.text(of: $0.position), Self.shortRoot(of: $0)) }
      },
      folders: hasFolderFiles ? settings.folderSources : nil)
  }

  /// The name of a folder's own file, for the inside of a JSON string.
  @inline(never)
  func writeFolder(_ source: UInt16, to line: inout LineWriter) {
    let name = Self.escapedName(folders?.name(of: source) ?? "?")
    name.withUnsafeBufferPointer { line.raw($0) }
  }

  /// `sources` and `siteLabels` in the order in which positions and records count them.
  public convenience init(sources: [String], siteLabels: [[UInt8]], fingerprint: UInt64) {
    self.init(
      sources: sources, siteLabels: siteLabels, fingerprint: fingerprint, rules: [], folders: nil)
  }

  private init(
    sources: [String], siteLabels: [[UInt8]], fingerprint: UInt64,
    rules: [[(position: String, short: String)]],
    folders: FolderSources?
  ) {
    self.folders = folders
    self.sources = TextTable(sources.map(Self.escapedName))
    let labels = siteLabels.map(Self.quoted)
    sites = TextTable(labels)
    var routes: [[UInt8]] = []
    var firsts: [Int] = []
    var shorts: [[UInt8]] = []
    for (label, positions) in zip(labels, rules) {
      firsts.append(routes.count)
      for (position, short) in positions {
        shorts.append(
          short.isEmpty
            ? [] : Array(",\"short\":\"".utf8) + Self.escapedName(short) + [0x22])
        routes.append(
          Array(",\"site\":".utf8) + label + Array(",\"rule\":\"".utf8)
            + Self.escapedName(position) + [0x22])
      }
    }
    self.routes = TextTable(routes)
    shortRoots = TextTable(shorts)
    firstRoutes = firsts
    answers = TextTable(
      Cause.all.map { cause in
        Array(",\"status\":\(cause.status.code),".utf8) + Self.pair("cause", "slug", cause)
          + Array(",\"actor\":\"\(cause.actor.recordName)\",".utf8)
      })
    causes = TextTable(Cause.all.map { Self.pair("cause", "slug", $0) })
    outcomes = TextTable(
      Outcome.allCases.map { Array("\"outcome\":\"\($0.cause.slug)\",\"in\":".utf8) })
    config = TextTable([Array("/\(RequestID(fingerprint))\"}\n".utf8)])
    // Two numbers of up to ten digits, their colons, the quotes.
    let folderBytesMax = folders == nil ? 0 : FolderSources.nameBytesMax * EscapeStyle.growth
    positionBytesMax = max(self.sources.longest, folderBytesMax) + 24
    siteBytesMax = sites.longest
  }

  /// A site's label as a JSON string.
  private static func quoted(_ label: [UInt8]) -> [UInt8] {
    var text = ByteBuffer(capacity: label.count * EscapeStyle.growth + 2)
    text.append(0x22)
    var line = LineWriter(text.end, room: label.count * EscapeStyle.growth)
    label.withUnsafeBufferPointer { line.wire($0, .json) }
    text.didWrite(line.count)
    text.append(0x22)
    return Array(text.bytes)
  }

  /// The text of a record's site and rule; empty where it has to be written out.
  @inline(__always)
  func route(_ record: borrowing ExchangeRecord) -> UnsafeBufferPointer<UInt8> {
    let site = Int(record.site)
    guard record.ruleIndex >= 0, site >= 0, site < firstRoutes.count else {
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    return routes[firstRoutes[site] + Int(record.ruleIndex)]
  }

  /// What a rule's `files` says where that is its root alone; else empty.
  private static func shortRoot(of rule: Rule) -> String {
    guard case .files(let files) = rule.resource, files.isShort else { return "" }
    return files.rootName.hasPrefix("/") ? files.rootName : "./" + files.rootName
  }

  /// The member `short` for a record; empty where there is none.
  func short(_ record: borrowing ExchangeRecord) -> UnsafeBufferPointer<UInt8> {
    let site = Int(record.site)
    guard record.ruleIndex >= 0, site >= 0, site < firstRoutes.count else {
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    return shortRoots[firstRoutes[site] + Int(record.ruleIndex)]
  }

  /// A file's name for the inside of a JSON string. It comes from the operator, not from the wire, so that letters beyond ASCII
  /// stay letters.
  private static func escapedName(_ name: String) -> [UInt8] {
    var escaped: [UInt8] = []
    for byte in name.utf8 {
      if byte < 0x20 || byte == 0x7F {
        escaped += Array("\\u00".utf8)
        escaped += [byte >> 4, byte & 15].map { $0 < 10 ? $0 + 0x30 : $0 + 0x57 }
      } else {
        if byte == 0x22 || byte == 0x5C { escaped.append(0x5C) }
        escaped.append(byte)
      }
    }
    return escaped
  }

  private static func pair(_ code: String, _ slug: String, _ cause: Cause) -> [UInt8] {
    Array("\"\(code)\":\"\(cause.code)\",\"\(slug)\":\"\(cause.slug)\"".utf8)
  }
}

/// Texts by index in one piece of memory that never changes.
struct TextTable: ~Copyable, Sendable {
  // Written only before the table is handed out.
  private nonisolated(unsafe) let bytes: UnsafeMutablePointer<UInt8>
  private nonisolated(unsafe) let ends: UnsafeMutablePointer<UInt32>
  let count: Int
  let longest: Int

  init(_ texts: [[UInt8]]) {
    count = texts.count
    longest = texts.map(\.count).max() ?? 0
    let total = texts.reduce(0) { $0 + $1.count }
    bytes = .allocate(capacity: total + 1)
    ends = .allocate(capacity: texts.count + 1)
    ends[0] = 0
    var place = 0
    for (index, text) in texts.enumerated() {
      for byte in text {
        bytes[place] = byte
        place += 1
      }
      ends[index + 1] = UInt32(truncatingIfNeeded: place)
    }
  }

  deinit {
    bytes.deallocate()
    ends.deallocate()
  }

  /// The text at an index; empty outside of the table.
  @inline(__always)
  subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    guard index >= 0, index < count else { return UnsafeBufferPointer(start: nil, count: 0) }
    let start = Int(ends[index])
    return UnsafeBufferPointer(start: bytes + start, count: Int(ends[index + 1]) - start)
  }
}
