import Message

extension Reading {
  /// Bytes of a content file.
  private static var contentBytesMax: Int { 16 << 20 }

  func sites(_ table: Table) -> [Site] {
    var sites: [Site] = []
    for item in table.list(ConfigSchema.sites) {
      guard case .table(let table) = item.value else { continue }
      let names = table.texts(SiteKeys.names).map { name in
        Sourced(Array(name.value.lowercased().utf8), at: name.position)
      }
      let ports = table.list(SiteKeys.ports).compactMap { item -> Sourced<UInt16>? in
        guard case .number(let number) = item.value else { return nil }
        return Sourced(UInt16(truncatingIfNeeded: number), at: item.position)
      }
      var (items, trail) = table.takeNodes(SiteKeys.rules)
      if items.isEmpty, table.has(SiteKeys.rules) {
        diagnostics.warning(
          at: table.position(of: SiteKeys.rules), keys: table.keys(SiteKeys.rules),
          "a site without rules answers 404 to everything")
      }
      var site = Site(
        label: names.first?.value ?? Array("default".utf8), names: names, ports: ports,
        rules: rules(&items, trail), trace: table.flag(SiteKeys.trace), position: table.position)
      site.additions = additions(ofSite: table)
      site.access = access(table)
      sites.append(site)
    }
    refuseTwins(sites)
    return sites
  }

  /// No request may belong to two sites.
  private func refuseTwins(_ sites: [Site]) {
    struct Claim {
      var site: Int
      var ports: [UInt16]
      var position: Position
    }
    var claims: [[UInt8]: [Claim]] = [:]
    for (index, site) in sites.enumerated() {
      let ports = site.ports.map(\.value)
      // An empty name stands for a site that answers for every name.
      let names = site.names.isEmpty ? [Sourced([], at: site.position)] : site.names
      for name in names where !diagnostics.isFull {
        let twin = claims[name.value]?.first { claim in
          claim.ports.isEmpty || ports.isEmpty || claim.ports.contains { ports.contains($0) }
        }
        if let twin {
          let text = String(decoding: name.value, as: UTF8.self)
          let what = text.isEmpty ? "a site for every name" : "a site named \(quoted(text))"
          let again = twin.site == index ? "the site has this name" : "\(what) on the same port is"
          diagnostics.error(
            at: name.position, keys: "sites[\(index)].names",
            "\(again) already at \(diagnostics.text(of: twin.position))")
        }
        claims[name.value, default: []].append(
          Claim(site: index, ports: ports, position: name.position))
      }
    }
  }

  /// A site on a port that nothing listens on is never reached.
  func warnOfPorts(_ sites: [Site], _ listeners: [ListenerSettings]) {
    let ports = listeners.compactMap { listener -> UInt16? in
      let address = listener.address.value
      // What systemd passes may have any port
      if address.hasPrefix("systemd:") { return 0 }
      guard !address.hasPrefix("unix:"), let colon = address.lastIndex(of: ":") else { return nil }
      return TextForm.port(String(address[address.index(after: colon)...]))
    }
    // Port 0 becomes any port.
    guard !ports.contains(0), !listeners.isEmpty else { return }
    for (index, site) in sites.enumerated() {
      for port in site.ports where !ports.contains(port.value) {
        diagnostics.warning(
          at: port.position, keys: "sites[\(index)].ports",
          "nothing listens on port \(port.value), so the site is not reached there")
      }
    }
  }

  // MARK: Rules

  /// Checked and read one after the other: what one takes in between, the next finds again. Each item is let go when it is read.
  private func rules(_ items: inout [YAMLNode], _ trail: KeyTrail) -> [Rule] {
    let type = ConfigType.table(RuleKeys.section)
    let step = KeyTrail.Step(trail)
    var rules: [Rule] = []
    var redirects: [Int] = []
    var claims = PathClaims(capacity: items.count)
    rules.reserveCapacity(items.count)
    let count = items.count
    items.reverse()
    var pace = Pace(every: 48)
    while let item = items.popLast() {
      pace.step()
      let index = count - items.count - 1
      let checked = checker.check(
        item, type, name: SiteKeys.rules.name, trail: KeyTrail(step, item: index), example: nil)
      guard let checked, case .table(let table) = checked.value,
        let rule = rule(table, &claims)
      else { continue }
      if case .redirect = rule.resource { redirects.append(rules.count) }
      rules.append(rule)
    }
    warnOfCircles(rules, redirects)
    return rules
  }

  private func rule(_ table: Table, _ claims: inout PathClaims) -> Rule? {
    // The parts are read even where the path is wrong, so that all errors are told at once.
    let resource = resource(table)
    let methods = methods(table, resource)
    let headers = headers(table, RuleKeys.headers)
    let additions = additions(ofRule: table, resource)
    guard let path = table.text(RuleKeys.path) else { return nil }
    let pattern = PathPattern(path: Array(path.value.utf8))
    if let first = claims.claim(pattern, at: path.position) {
      diagnostics.error(
        at: path.position, keys: table.keys(RuleKeys.path),
        "the site has a rule for \(quoted(path.value)) already at "
          + diagnostics.text(of: first))
    }
    warnOfPath(path, table)
    refuseCaptures(pattern, path, table)
    guard let resource else { return nil }
    let cacheControl = table.text(RuleKeys.cacheControl).map {
      Sourced(Array($0.value.utf8), at: $0.position)
    }
    return Rule(
      pattern: pattern, resource: resource, methods: methods, headers: headers,
      cacheControl: cacheControl, addresses: addressRules(table), additions: additions,
      position: path.position)
  }

  /// Whether a path holds nothing that could be meant as more than itself.
  private func isPlain(_ path: String) -> Bool {
    var last: UInt8 = 0
    return TextForm.all(path) { byte in
      if byte == 0x2A || byte == 0x25 || last == 0x2F && (byte == 0x2F || byte == 0x2E) {
        return false
      }
      last = byte
      return true
    }
  }

  /// Paths that can never match, or that look like another kind of pattern.
  private func warnOfPath(_ path: Sourced<String>, _ table: Table) {
    // Most paths are plain, and there may be many
    if isPlain(path.value), path.value.utf8.last == 0x2F || !table.has(RuleKeys.files) { return }
    let keys = table.keys(RuleKeys.path)
    let parts = path.value.split(separator: "/", omittingEmptySubsequences: false)
    if parts.contains(where: { $0 == "." || $0 == ".." }) {
      diagnostics.warning(
        at: path.position, keys: keys,
        "the rule can never match: \".\" and \"..\" are resolved before rules are looked at")
    }
    if path.value.contains("//") {
      diagnostics.warning(
        at: path.position, keys: keys,
        "the rule can never match: slashes in a row are one before rules are looked at",
        suggestion: "/" + parts.filter { !$0.isEmpty }.joined(separator: "/")
          + (path.value.hasSuffix("/") && parts.contains { !$0.isEmpty } ? "/" : ""))
    }
    if table.has(RuleKeys.files), !path.value.hasSuffix("/"), !path.value.hasSuffix("}") {
      diagnostics.warning(
        at: path.position, keys: keys,
        "only \(quoted(path.value)) itself is answered, none of the files below it",
        suggestion: path.value + "/")
    }
    if path.value.utf8.contains(0x2A) {
      let isBelow = path.value.hasSuffix("/*") || path.value.hasSuffix("/**")
      let shorter = path.value.lastIndex(of: "/").map { String(path.value[...$0]) }
      diagnostics.warning(
        at: path.position, keys: keys, "a \"*\" stands for itself in a rule's path",
        suggestion: isBelow ? shorter : nil)
    }
    if let decoded = percentDecoded(path.value) {
      diagnostics.warning(
        at: path.position, keys: keys,
        "a rule's path is written decoded, so that a \"%\" stands for itself",
        suggestion: decoded)
    }
  }

  /// nil where nothing is encoded, or what it would decode to is no text.
  private func percentDecoded(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    var decoded: [UInt8] = []
    var isEncoded = false
    var index = 0
    while index < bytes.count {
      if bytes[index] == 0x25, index + 2 < bytes.count, let high = hex(bytes[index + 1]),
        let low = hex(bytes[index + 2])
      {
        decoded.append(high << 4 | low)
        isEncoded = true
        index += 3
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    guard isEncoded, let path = String(validating: decoded, as: UTF8.self),
      TextForm.urlPath.problem(in: path) == nil
    else { return nil }
    return path
  }

  private func hex(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x61 + 10
    default: nil
    }
  }

  private func methods(_ table: Table, _ resource: Resource?) -> Sourced<MethodSet>? {
    guard table.isWritten(RuleKeys.methods) else { return nil }
    var methods: MethodSet = []
    for text in table.texts(RuleKeys.methods) {
      let method = Method.allCases.first { "\($0.name)" == text.value }
      if let method { methods.insert(MethodSet(method)) }
      guard let method else { continue }
      switch resource {
      case .files(let files) where MethodSet.writing.contains(method):
        if files.write?.methods.value.contains(method) == true { continue }
        diagnostics.warning(
          at: text.position, keys: table.keys(RuleKeys.methods),
          "files take \(text.value) only where \"write\" has it; here it is answered with 403.3")
      case .content where !MethodSet.ofContent.contains(method):
        let able = alternatives(RuleKeys.names(of: .ofContent), "and")
        diagnostics.error(
          at: text.position, keys: table.keys(RuleKeys.methods),
          "a content takes \(able), not \(text.value)")
      case .teapot:
        diagnostics.error(
          at: text.position, keys: table.keys(RuleKeys.methods),
          "a teapot takes BREW alone, not \(text.value); leave \"methods\" out")
      default: break
      }
    }
    if methods.contains(.get), !methods.contains(.head) {
      diagnostics.warning(
        at: table.position(of: RuleKeys.methods), keys: table.keys(RuleKeys.methods),
        "GET is allowed without HEAD, which asks for no more than GET does")
    }
    return Sourced(methods, at: table.position(of: RuleKeys.methods))
  }

  /// Fields that the server writes itself, and the key that says what is in them, if there is one.
  private static let ownFields: [String: String] = [
    "content-length": "", "transfer-encoding": "", "connection": "", "date": "",
    "keep-alive": "", "upgrade": "", "trailer": "", "te": "", "content-range": "",
    "accept-ranges": "", "etag": "", "last-modified": "", "allow": "", "x-request-id": "",
    "proxy-connection": "", "location": "", "retry-after": "",
    "server": "\"server-name\"", "cache-control": "\"cache-control\" of the rule",
    "content-type": "\"types\" of files and \"type\" of content",
  ]

  func headers(_ table: Table, _ key: ConfigKey) -> [HeaderSetting] {
    table.entries(key).compactMap { entry in
      if let setter = Self.ownFields[entry.name.lowercased()] {
        diagnostics.error(
          at: entry.namePosition, keys: joined(table.keys(key), entry.name),
          "the field \(quoted(entry.name)) is written by the server itself"
            + (setter.isEmpty ? "" : "; its value is set by the key \(setter)"))
        return nil
      }
      return HeaderSetting(
        name: Array(entry.name.utf8), value: Array(entry.value.utf8),
        position: entry.namePosition)
    }
  }

  // MARK: Resources

  private func resource(_ table: Table) -> Resource? {
    if let files = table.table(RuleKeys.files) {
      return self.files(files).map { .files(negotiated($0, files)) }
    }
    if let content = table.table(RuleKeys.content) {
      return self.content(content).map { .content($0) }
    }
    return plainResource(table)
  }

  private func files(_ table: Table) -> FilesSettings? {
    guard let hidden: Sourced<HiddenPolicy> = table.word(FilesKeys.hidden),
      let links: Sourced<LinkPolicy> = table.word(FilesKeys.links)
    else { return nil }
    let index = table.texts(FilesKeys.index)
    for name in index where name.value.hasPrefix(".") && hidden.value != .serve {
      diagnostics.error(
        at: name.position, keys: table.keys(FilesKeys.index),
        "the index \(quoted(name.value)) is a hidden file, and those are not served "
          + "(hidden: \(hidden.value.rawValue), \(diagnostics.text(of: hidden.position)))")
    }
    let browse =
      overrides.browse ? Sourced(true, at: .commandLine) : table.flag(FilesKeys.browse)
    guard let written = table.text(FilesKeys.root) else { return nil }
    let root = Sourced(path(written), at: written.position)
    if let problem = disk.folderProblem(root.value) {
      diagnostics.error(
        at: root.position, keys: table.keys(FilesKeys.root),
        "the folder \(quoted(root.value, max: 200)) \(problem)")
    }
    var settings = FilesSettings(
      root: root,
      index: Sourced(
        index.map { Array($0.value.utf8) }, at: table.position(of: FilesKeys.index)),
      browse: browse, hidden: hidden, links: links,
      mappedTypesOnly: table.flag(FilesKeys.mappedTypesOnly), read: table.flag(FilesKeys.read),
      types: table.entries(FilesKeys.types).map { entry in
        Sourced(
          TypeMapping(
            fileExtension: Array(entry.name.lowercased().utf8), type: Array(entry.value.utf8)),
          at: entry.namePosition)
      },
      write: write(table))
    addTries(&settings, table)
    readScripts(table, into: &settings)
    // Only a value that is the whole section begins where that does
    settings.isShort = root.position == table.position && root.position.line > 0
    return settings
  }

  private func content(_ table: Table) -> ContentSettings? {
    guard var content = bareContent(table) else { return nil }
    content.compress = compress(table, of: content)
    return content
  }

  private func bareContent(_ table: Table) -> ContentSettings? {
    let type = table.text(ContentKeys.type).map {
      Sourced(Array($0.value.utf8), at: $0.position)
    }
    if let text = table.text(ContentKeys.text) {
      return ContentSettings(
        content: Sourced(Array(text.value.utf8), at: text.position),
        type: type ?? Sourced(Array("text/plain; charset=utf-8".utf8)))
    }
    guard let written = table.text(ContentKeys.file) else { return nil }
    let file = path(written)
    do throws(Disk.Failure) {
      let bytes = try disk.read(file, bytesMax: Self.contentBytesMax, ordinaryOnly: true)
      return ContentSettings(
        content: Sourced(bytes, at: written.position), type: type ?? Sourced(typeOfFile(file)))
    } catch {
      diagnostics.error(
        at: written.position, keys: table.keys(ContentKeys.file),
        "the file \(quoted(file, max: 200)) \(error.text)")
      return nil
    }
  }

  private func typeOfFile(_ path: String) -> [UInt8] {
    let name = path.utf8.split(separator: 0x2F).last.map { Array($0) } ?? []
    if let dot = name.lastIndex(of: 0x2E),
      let type = MediaTypes.builtIn(extension: Array(name[(dot + 1)...]).span)
    {
      return Array("\(type)".utf8)
    }
    return Array("application/octet-stream".utf8)
  }
}
