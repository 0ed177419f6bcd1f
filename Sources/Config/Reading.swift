/// One reading of a configuration: from the tree to the settings.
struct Reading {
  let diagnostics: Diagnostics
  /// What relative paths of the file count from; those of the command line count from the
  /// working folder.
  let folder: String
  let disk: Disk
  let overrides: Overrides
  let environment: ConfigEnvironment
  let fingerprint: UInt64
  let schemas = SchemaFiles()
  let checker: Checker

  init(
    diagnostics: Diagnostics, folder: String, disk: Disk, overrides: Overrides,
    environment: ConfigEnvironment, fingerprint: UInt64
  ) {
    self.diagnostics = diagnostics
    self.folder = folder
    self.disk = disk
    self.overrides = overrides
    self.environment = environment
    self.fingerprint = fingerprint
    checker = Checker(diagnostics: diagnostics)
  }

  /// The settings; nil where there was any error.
  func settings(from node: consuming YAMLNode) -> Settings? {
    guard let table = table(from: node) else { return nil }
    let listeners = listeners(table)
    let limits = limits(table)
    let journal = journal(table)
    let recorder = recorder(table)
    let state = state(table)
    let trusted = trusted(table)
    let sites = sites(table)
    warnOfPorts(sites, listeners)
    warnOfProxies(listeners, trusted)
    guard !diagnostics.hasErrors, let details: Sourced<Details> = table.word(ConfigSchema.details),
      let serverName = table.text(ConfigSchema.serverName), let state
    else { return nil }
    let loops = table.number(ConfigSchema.loops)
    return Settings(
      sources: diagnostics.sources, fingerprint: fingerprint, listeners: listeners, sites: sites,
      limits: limits, details: details, trusted: trusted, journal: journal, recorder: recorder,
      state: state, loops: Sourced(Int(loops.value), at: loops.position),
      serverName: Sourced(Array(serverName.value.utf8), at: serverName.position),
      warnings: diagnostics.toldWarnings(), clients: clients(table))
  }

  /// The checked values of a tree, which is let go: its rules are in the table alone then.
  private func table(from node: consuming YAMLNode) -> Table? {
    let checked = checker.check(
      overridden(node), .table(ConfigSchema.root), name: "the configuration", trail: .root,
      example: nil)
    guard let checked, case .table(let table) = checked.value else { return nil }
    return table
  }

  /// The tree with what the command line says in the place of what the file says.
  private func overridden(_ node: YAMLNode) -> YAMLNode {
    var entries: [YAMLEntry] = []
    if case .mapping(let written) = node.content {
      entries = written
    } else if !node.isNull {
      return node
    }
    if !overrides.listen.isEmpty {
      entries.removeAll { $0.key == ConfigSchema.listen.name }
      let addresses = overrides.listen.map { YAMLNode.text($0) }
      entries.append(YAMLEntry(ConfigSchema.listen, .sequence(addresses)))
    }
    if let state = overrides.state {
      entries.removeAll { $0.key == ConfigSchema.state.name }
      entries.append(YAMLEntry(ConfigSchema.state, .text(state)))
    }
    return YAMLNode(content: .mapping(entries), position: node.position)
  }

  func path(_ path: Sourced<String>) -> String {
    let isOfCommandLine = path.position.source == Position.commandLine.source
    return Paths.resolve(path.value, in: isOfCommandLine ? Disk.workingFolder() : folder)
  }

  // MARK: The whole server

  private func listeners(_ table: Table) -> [ListenerSettings] {
    var listeners: [ListenerSettings] = []
    var seen: [String: Position] = [:]
    for (index, item) in table.list(ConfigSchema.listen).enumerated() {
      guard case .table(let item) = item.value, let written = item.text(ListenerKeys.address)
      else { continue }
      var address = written
      if address.value.hasPrefix("unix:") {
        let socket = Sourced(String(address.value.dropFirst(5)), at: address.position)
        address.value = "unix:" + path(socket)
        if address.value.utf8.count - 5 > 107 {
          diagnostics.error(
            at: address.position, keys: "\(table.keys(ConfigSchema.listen))[\(index)]",
            "the socket's path in full, \(quoted(path(socket))), is longer than 107 bytes")
        }
      }
      if let first = seen.updateValue(address.position, forKey: address.value) {
        diagnostics.error(
          at: address.position, keys: "\(table.keys(ConfigSchema.listen))[\(index)]",
          "the address \(quoted(address.value)) is already at \(diagnostics.text(of: first))")
      } else if let other = listeners.first(where: {
        ListenPlace.overlap($0.address.value, address.value)
      }) {
        diagnostics.error(
          at: address.position, keys: "\(table.keys(ConfigSchema.listen))[\(index)]",
          "\(quoted(address.value)) and \(quoted(other.address.value)), which is at "
            + "\(diagnostics.text(of: other.address.position)), have an address in common")
      }
      var listener = ListenerSettings(address: address)
      listener.proxyProtocol = item.flag(ListenerKeys.proxyProtocol)
      listeners.append(listener)
    }
    return listeners
  }

  private func limits(_ table: Table) -> Limits {
    let table = table.table(ConfigSchema.limits) ?? Table.empty(LimitKeys.section)
    var limits = Limits(
      targetBytes: table.number(LimitKeys.target), headBytes: table.number(LimitKeys.head),
      fieldBytes: table.number(LimitKeys.field), fields: table.number(LimitKeys.fields),
      contentBytes: table.number(LimitKeys.content),
      chunkExtensionBytes: table.number(LimitKeys.chunkExtensions),
      trailerBytes: table.number(LimitKeys.trailers), ranges: table.number(LimitKeys.ranges),
      connections: table.number(LimitKeys.connections),
      headTime: table.number(LimitKeys.headTime), contentTime: table.number(LimitKeys.contentTime),
      contentRate: table.number(LimitKeys.contentRate), idleTime: table.number(LimitKeys.idleTime),
      sendTime: table.number(LimitKeys.sendTime), lingerTime: table.number(LimitKeys.lingerTime),
      drainTime: table.number(LimitKeys.drainTime))
    limits.nameTime = table.number(LimitKeys.nameTime)
    compareToHead(LimitKeys.target, table, isError: true)
    compareToHead(LimitKeys.field, table, isError: false)
    return limits
  }

  /// A part of the head that may be larger than the head: the part's limit never counts.
  private func compareToHead(_ key: ConfigKey, _ table: Table, isError: Bool) {
    let part = table.number(key)
    let head = table.number(LimitKeys.head)
    guard part.value > head.value else { return }
    let blamed = head.position.isBuiltIn ? part : head
    let message =
      "limits.head (\(Quantity.size.write(head.value)), \(diagnostics.text(of: head.position))) "
      + "is less than limits.\(key.name) (\(Quantity.size.write(part.value)), "
      + "\(diagnostics.text(of: part.position))), which lies in the head"
    if isError {
      diagnostics.error(at: blamed.position, keys: table.keys, message)
    } else if !part.position.isBuiltIn {
      diagnostics.warning(at: part.position, keys: table.keys(key), message)
    }
  }

  private func journal(_ root: Table) -> JournalSettings {
    let table = root.table(ConfigSchema.journal) ?? Table.empty(JournalKeys.section)
    let format: Sourced<JournalFormat>? = table.word(JournalKeys.format)
    var destination = table.text(JournalKeys.to) ?? Sourced("stderr")
    let words = ["stdout", "stderr"]
    if !words.contains(destination.value) {
      if let word = Nearest.word(to: destination.value, among: words) {
        diagnostics.warning(
          at: destination.position, keys: table.keys(JournalKeys.to),
          "\(quoted(destination.value)) names a file here", suggestion: word)
      }
      destination.value = path(destination)
      let folder = Paths.folder(of: destination.value)
      if let problem = disk.folderProblem(folder) {
        diagnostics.error(
          at: destination.position, keys: table.keys(JournalKeys.to),
          "the journal's folder \(quoted(folder)) \(problem)")
      }
    }
    if format?.value == .off, table.isWritten(JournalKeys.to) {
      diagnostics.warning(
        at: destination.position, keys: table.keys(JournalKeys.to),
        "nothing is written here while the journal's format is off")
    }
    return JournalSettings(
      format: format, destination: destination, bufferBytes: table.number(JournalKeys.buffer),
      flushTime: table.number(JournalKeys.flush), trace: table.flag(JournalKeys.trace))
  }

  private func recorder(_ root: Table) -> RecorderSettings {
    let table = root.table(ConfigSchema.recorder) ?? Table.empty(RecorderKeys.section)
    return RecorderSettings(
      bytes: table.number(RecorderKeys.size), slowTime: table.number(RecorderKeys.slow))
  }

  private func state(_ table: Table) -> Sourced<String>? {
    if let state = table.text(ConfigSchema.state) {
      return Sourced(path(state), at: state.position)
    }
    guard let folder = environment.stateFolder else {
      diagnostics.error(
        at: table.position, keys: table.keys(ConfigSchema.state),
        "there is no place for the state folder, because HOME is not set; "
          + "name one under \"state\"")
      return nil
    }
    return Sourced(folder)
  }

  private func trusted(_ table: Table) -> [Network] {
    table.texts(ConfigSchema.trusted).compactMap { text in
      guard let network = TextForm.network(text.value) else { return nil }
      if network.prefixLength == 0 {
        diagnostics.warning(
          at: text.position, keys: table.keys(ConfigSchema.trusted),
          "every client is trusted, and may claim to be any other")
      }
      return Network(
        address: network.address, prefixLength: network.prefixLength, position: text.position)
    }
  }
}

extension Table {
  static func empty(_ section: ConfigSection) -> Table {
    Table(section: section, position: .builtIn, trail: KeyTrail(section.name))
  }
}
