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
  /// `,"site":"example.org"` by site index; empty for a site without names.
  let sites: TextTable
  /// `"cause":"404.0","slug":"file-not-found"` by the cause's index.
  let causes: TextTable
  /// `"outcome":"client-reset","in":` by outcome; only the second member where an exchange was completed.
  let outcomes: TextTable
  /// `/00c0ffee00c0ffee"}` and a line feed: the end of every line.
  let config: TextTable
  /// Bytes that the longest position can take.
  let positionBytesMax: Int
  let siteBytesMax: Int
  /// Bytes that a line can take without its target and attempts.
  let lineBytesMax: Int

  /// `,"site":"docs","rule":"site.yaml:9:7"` for every rule, site after site, and where each site's rules begin.
  let routes: TextTable
  let firstRoutes: [Int]
  /// `,"short":"./public"` for rules whose `files` is no more than its root, in the same order; empty for the others.
  let shortRoots: TextTable
  /// `,"root":"./public","under":"/pics/"` for every rule with files, in the same order; empty for the others.
  let roots: TextTable
  /// `,"status":404,"cause":"404.0","slug":"file-not-found","actor":"client",` for every cause; status and cause for those of a success.
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
      rules: settings.sites.map(\.rules),
      folderSources: hasFolderFiles ? settings.folderSources : nil)
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
      sources: sources, siteLabels: siteLabels, fingerprint: fingerprint, rules: [],
      folderSources: nil)
  }

  private init(
    sources: [String], siteLabels: [[UInt8]], fingerprint: UInt64, rules: [[Rule]],
    folderSources: FolderSources?
  ) {
    self.folders = folderSources
    let names = sources.map(Self.escapedName)
    self.sources = TextTable(names)
    let labels = siteLabels.map(Self.siteMember)
    sites = TextTable(labels)
    var firsts: [Int] = []
    var count = 0
    for ofSite in rules {
      firsts.append(count)
      count += ofSite.count
    }
    shortRoots = TextTable(count: count) { table in
      for rule in rules.joined() {
        if case .files(let files) = rule.resource, files.isShort {
          Self.add("short", Self.escapedName(Self.root(files)), to: &table)
        }
        table.end()
      }
    }
    roots = TextTable(count: count) { table in
      for rule in rules.joined() {
        if case .files(let files) = rule.resource {
          Self.add("root", Self.escapedName(Self.root(files)), to: &table)
          Self.add("under", Self.escapedWire(rule.pattern.path), to: &table)
        }
        table.end()
      }
    }
    firstRoutes = firsts
    routes = TextTable(count: count) { table in
      for (label, ofSite) in zip(labels, rules) {
        for rule in ofSite { Self.writeRoute(label, rule.position, names, to: &table) }
      }
    }
    let all = (0..<Cause.count).compactMap { Cause(rawIndex: UInt16($0)) }
    answers = TextTable(all.map(Self.answer))
    causes = TextTable(all.map { Self.pair("cause", "slug", $0) })
    outcomes = TextTable(
      Outcome.allCases.map {
        Array(($0 == .completed ? "" : "\"outcome\":\"\($0.cause.slug)\",").utf8)
          + Array("\"in\":".utf8)
      })
    config = TextTable([Array("/\(RequestID(fingerprint))\"}\n".utf8)])
    // Two numbers of up to ten digits, their colons, the quotes.
    let folderBytesMax = folderSources == nil ? 0 : FolderSources.nameBytesMax * EscapeStyle.growth
    positionBytesMax = max(self.sources.longest, folderBytesMax) + 24
    siteBytesMax = sites.longest
    let wire =
      2 * JSONLine.addressBytesMax + JSONLine.methodBytesMax + JSONLine.hostBytesMax
      + JSONLine.fieldNameBytesMax + JSONLine.messageBytesMax + 80
    lineBytesMax =
      1536 + 1024 + wire * EscapeStyle.growth + 6 * positionBytesMax + sites.longest
      + routes.longest + shortRoots.longest + roots.longest + answers.longest + causes.longest
      + outcomes.longest
  }

  /// `,"site":"docs","rule":"site.yaml:9:7"`
  private static func writeRoute(
    _ label: [UInt8], _ position: Position, _ names: [[UInt8]], to table: inout TextTable.Filling
  ) {
    table.bytes.append(label)
    table.bytes.append(",\"rule\":\"")
    let source = Int(position.source)
    if source < names.count { table.bytes.append(names[source]) } else { table.bytes.append("?") }
    if position.line != 0 {
      table.bytes.append(0x3A)
      table.bytes.append(decimal: UInt64(position.line))
      table.bytes.append(0x3A)
      table.bytes.append(decimal: UInt64(position.column))
    }
    table.bytes.append(0x22)
    table.end()
  }

  /// A rule's folder as it would be written beside the configuration file.
  private static func root(_ files: FilesSettings) -> String {
    files.rootName.hasPrefix("/") ? files.rootName : "./" + files.rootName
  }

  /// The label of a site without names, which records leave out.
  static let unnamed = "default"

  /// The member for a site's label; none for a site without names.
  private static func siteMember(_ label: [UInt8]) -> [UInt8] {
    if label == Array(unnamed.utf8) { return [] }
    return Array(",\"site\":\"".utf8) + escapedWire(label) + [0x22]
  }

  /// Bytes for the inside of a JSON string, as those from the wire are written.
  private static func escapedWire(_ bytes: [UInt8]) -> [UInt8] {
    var text = ByteBuffer(capacity: bytes.count * EscapeStyle.growth + 16)
    var line = LineWriter(text.end, room: bytes.count * EscapeStyle.growth)
    bytes.withUnsafeBufferPointer { line.wire($0, .json) }
    text.didWrite(line.count)
    return Array(text.bytes)
  }

  /// `,"name":"text"`
  private static func add(
    _ name: StaticString, _ text: [UInt8], to table: inout TextTable.Filling
  ) {
    table.bytes.append(",\"")
    table.bytes.append(name)
    table.bytes.append("\":\"")
    table.bytes.append(text)
    table.bytes.append(0x22)
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

  /// The members `root` and `under`, or `short`, for a record with this evidence; empty where there are none.
  func folder(
    _ record: borrowing ExchangeRecord, _ evidence: Evidence
  ) -> UnsafeBufferPointer<UInt8> {
    let site = Int(record.site)
    guard record.ruleIndex >= 0, site >= 0, site < firstRoutes.count,
      evidence.position.isBuiltIn || evidence.key == .filesRoot
    else {
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    let index = firstRoutes[site] + Int(record.ruleIndex)
    return evidence.key == .filesRoot ? roots[index] : shortRoots[index]
  }

  /// A file's name for the inside of a JSON string. It comes from the operator, not from the wire, so that letters beyond ASCII
  /// stay letters.
  private static func escapedName(_ name: String) -> [UInt8] {
    var text = ByteBuffer(capacity: name.utf8.count + 16)
    text.append(name, in: .json)
    return Array(text.bytes)
  }

  /// Status and cause. Of a success they are all; of the others also the cause's name and whom to ask, for who reads the line as it is.
  private static func answer(_ cause: Cause) -> [UInt8] {
    let status = Array(",\"status\":\(cause.status.code),".utf8)
    if cause.status.code < 400 { return status + Array("\"cause\":\"\(cause.code)\",".utf8) }
    return status + pair("cause", "slug", cause)
      + Array(",\"actor\":\"\(cause.actor.recordName)\",".utf8)
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

  /// The texts of a table that is being made, one behind the other.
  struct Filling: ~Copyable {
    var bytes: ByteBuffer
    fileprivate var ends: UnsafeMutablePointer<UInt32>
    fileprivate var room: Int
    fileprivate var count = 0
    fileprivate var longest = 0

    /// The text that was being written is complete. More than was said beforehand are left out.
    mutating func end() {
      guard count < room else { return }
      longest = max(longest, bytes.count - Int(ends[count]))
      count += 1
      ends[count] = UInt32(truncatingIfNeeded: bytes.count)
    }
  }

  init(_ texts: [[UInt8]]) {
    self.init(count: texts.count) { table in
      for text in texts {
        table.bytes.append(text)
        table.end()
      }
    }
  }

  /// A table of at most `count` texts, which `fill` writes.
  init(count room: Int, _ fill: (inout Filling) -> Void) {
    ends = .allocate(capacity: room + 1)
    ends[0] = 0
    var filling = Filling(bytes: ByteBuffer(capacity: room * 48 + 64), ends: ends, room: room)
    fill(&filling)
    count = filling.count
    longest = filling.longest
    bytes = .allocate(capacity: filling.bytes.count + 1)
    bytes.initialize(from: filling.bytes.base, count: filling.bytes.count)
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
