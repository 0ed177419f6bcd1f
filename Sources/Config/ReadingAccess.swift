// Who the client is and who is answered: from checked values to settings.
extension Reading {
  func clients(_ table: Table) -> ClientSettings {
    ClientSettings(
      forwarding: table.word(ClientKeys.forwarding) ?? Sourced(.either),
      resolver: table.texts(ClientKeys.resolver).filter { text in
        guard text.value.hasPrefix("unix:") || text.value.hasPrefix(":") else { return true }
        diagnostics.error(
          at: text.position, keys: table.keys(ClientKeys.resolver),
          "a name server has an IP address and a port, not \(quoted(text.value))")
        return false
      })
  }

  /// A header that nobody may send is read and ignored, which is hardly meant.
  func warnOfProxies(_ listeners: [ListenerSettings], _ trusted: [Network]) {
    guard trusted.isEmpty else { return }
    for listener in listeners
    where listener.proxyProtocol.value && !listener.address.value.hasPrefix("unix:") {
      diagnostics.warning(
        at: listener.proxyProtocol.position, keys: "listen",
        "what the PROXY protocol says is ignored, because \"trusted\" names no network")
    }
  }

  func access(_ table: Table) -> SiteAccess {
    var access = SiteAccess()
    access.closed = table.flag(AccessKeys.closed)
    access.addresses = addressRules(table)
    access.denyHosts = table.texts(AccessKeys.denyHosts).map {
      if TextForm.network($0.value) != nil {
        diagnostics.error(
          at: $0.position, keys: table.keys(AccessKeys.denyHosts),
          "\(quoted($0.value)) is an address, which belongs under \"deny\"")
      }
      return Sourced(Array($0.value.lowercased().utf8), at: $0.position)
    }
    access.unresolved = table.word(AccessKeys.unresolved) ?? Sourced(.refuse)
    if let limits = table.table(AccessKeys.limits) {
      if limits.has(SiteLimitKeys.concurrent) {
        access.concurrent = limits.number(SiteLimitKeys.concurrent)
      }
      if limits.has(SiteLimitKeys.concurrentPerAddress) {
        access.concurrentPerAddress = limits.number(SiteLimitKeys.concurrentPerAddress)
      }
    }
    if access.unresolved.value == .allow, access.denyHosts.isEmpty {
      diagnostics.warning(
        at: access.unresolved.position, keys: table.keys(AccessKeys.unresolved),
        "nobody's name is looked up where there are no \"deny-hosts\"")
    }
    return access
  }

  func addressRules(_ table: Table) -> AddressRules {
    AddressRules(
      allow: networks(table, AccessKeys.allow), deny: networks(table, AccessKeys.deny),
      allowPosition: table.position(of: AccessKeys.allow))
  }

  private func networks(_ table: Table, _ key: ConfigKey) -> [Network] {
    table.texts(key).compactMap { text in
      TextForm.network(text.value).map {
        Network(address: $0.address, prefixLength: $0.prefixLength, position: text.position)
      }
    }
  }

  /// Scripts, and the name of folders' own files.
  func readScripts(_ table: Table, into settings: inout FilesSettings) {
    settings.scripts = table.word(FilesKeys.scripts) ?? Sourced(.refuse)
    settings.scriptTypes = table.texts(FilesKeys.scriptTypes).map {
      Array($0.value.lowercased().utf8)
    }
    settings.folderFile = table.text(FilesKeys.folderFile).map {
      Sourced(Array($0.value.utf8), at: $0.position)
    }
    settings.rootName = Paths.relative(settings.root.value, to: folder)
    if let name = settings.folderFile, settings.index.value.contains(name.value) {
      diagnostics.error(
        at: name.position, keys: table.keys(FilesKeys.folderFile),
        "\(quoted(String(decoding: name.value, as: UTF8.self))) is an index file, and a folder's "
          + "own file is never served")
    }
  }
}

extension Paths {
  /// A path as counted from a folder that it lies in, empty for the folder itself; any other as it is.
  static func relative(_ path: String, to folder: String) -> String {
    let folder = resolve(folder, in: "/")
    if path == folder { return "" }
    let start = folder == "/" ? "/" : folder + "/"
    return path.hasPrefix(start) ? String(path.dropFirst(start.count)) : path
  }
}
