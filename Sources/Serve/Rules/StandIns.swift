internal import Config
internal import Facts
internal import Glibc
internal import Loop
internal import Message
internal import Respond

// What is done where nothing stands at the target: paths to try, a tombstone, a fallback for pages.
extension Worker {
  /// What answers in the place of what is missing, else the entry of what is missing.
  func standIn(
    for missing: FileEntry, _ path: UnsafeBufferPointer<UInt8>, _ state: ExchangeState,
    _ route: RuleRoute, _ root: FilesRoot
  ) -> FileEntry {
    // Whoever writes means the target itself
    let method = state.head.method
    let isWriting = MethodSet.writing.contains(method) && route.methods.contains(method)
    for template in isWriting ? [] : root.settings.tries {
      tryPath.removeAll()
      tryPath.append(template.prefix)
      tryPath.append(path)
      tryPath.append(template.suffix)
      if let found = regularFile(state, route, root) { return found }
      if files.unread != nil { return missing }
    }
    if let position = route.tombstones {
      state.facts.rule.tombstonesPosition = position
      let label = state.snapshot.router.label(ofSite: Int(route.site))
      // Below the rule or not: the path is the target's own
      if shared.tombstones?.isGone(site: label, path: state.path) == true {
        state.facts.rule.hasTombstone = true
        return missing
      }
    }
    // What can be read there is there for other methods too: POST is 405, and OPTIONS tells what fits (RFC 9110 section 15.5.6)
    guard let fallback = root.settings.fallback, !isWriting, Navigation.isAskedFor(by: state)
    else { return missing }
    tryPath.removeAll()
    tryPath.append(fallback.value)
    guard let found = regularFile(state, route, root) else { return missing }
    state.facts.rule.isFallback = true
    state.facts.rule.position = fallback.position
    return found
  }

  /// The file at `tryPath`; nil where there is none that may be shown.
  private func regularFile(
    _ state: ExchangeState, _ route: RuleRoute, _ root: FilesRoot
  ) -> FileEntry? {
    if root.settings.hidden.value != .serve, Worker.hiding(tryPath.bytes) != .none { return nil }
    if root.isFolderFile(tryPath.bytes) { return nil }
    let entry = files.entry(
      root, route: route.number, path: tryPath.bytes, now: loop.coarseNow,
      wall: WallSeconds(seconds: loop.wall.seconds))
    return entry.kind == .file && !entry.leavesRoot ? entry : nil
  }

  @inline(__always)
  static func hasUpperCase(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
    for byte in path where byte >= 0x41 && byte <= 0x5A { return true }
    return false
  }

  /// Whether something stands at a missing path's lower case. One look-up, of paths with upper case alone: to compare with all the
  /// names of a folder, it would have to be read.
  func hasLowerCase(_ state: ExchangeState, _ route: RuleRoute) -> Bool {
    guard case .files(let root) = route.answer else { return false }
    let path = state.path[(route.isSubtree ? route.path.count - 1 : 0)...]
    tryPath.removeAll()
    for byte in path { tryPath.append(Router.lowercase(byte)) }
    if Worker.hiding(tryPath.bytes) != .none || root.isFolderFile(tryPath.bytes) { return false }
    let entry = files.entry(
      root, route: route.number, path: tryPath.bytes, now: loop.coarseNow,
      wall: WallSeconds(seconds: loop.wall.seconds))
    // To say more, a large folder would have to be read
    if files.takeUnread() != nil { return false }
    return entry.kind == .file || entry.kind == .collection
  }

  /// Sends the rule's links ahead of the answer, to a client that takes them (RFC 8297 section 3: some clients of HTTP/1.1 take an
  /// interim response for the final one).
  func sendHints<E: Exchange>(_ exchange: E, _ state: ExchangeState) {
    guard let hints = state.route?.extras?.hints, state.facts.method == .get,
      Navigation.mode(of: state) == .navigate
    else { return }
    exchange.sendHints(hints)
  }
}

/// Whether a request is for a page: what somebody sees in a window, and not a part of it.
enum Navigation {
  /// What Sec-Fetch-Mode says (Fetch Metadata Request Headers section 2.2).
  enum Mode { case absent, navigate, other }

  static func mode(of state: ExchangeState) -> Mode {
    for field in state.head.fields where field.id == .other {
      let name = UnsafeBufferPointer(rebasing: state.bytes[field.name.range])
      guard equals(name, "sec-fetch-mode") else { continue }
      let value = UnsafeBufferPointer(rebasing: state.bytes[field.value.range])
      return equals(value, "navigate") ? .navigate : .other
    }
    return .absent
  }

  /// One that says so; where it says nothing, one for a path whose last name has no extension but .html.
  static func isAskedFor(by state: ExchangeState) -> Bool {
    switch mode(of: state) {
    case .navigate: return true
    case .other: return false
    case .absent:
      let path = state.path
      var end = path.count
      while end > 0, path[end - 1] != UInt8(ascii: "/") { end -= 1 }
      let name = path[end...]
      guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return true }
      let fileExtension = UnsafeBufferPointer(rebasing: path[(dot + 1)...])
      return equals(fileExtension, "html") || equals(fileExtension, "htm")
    }
  }

  private static func equals(_ bytes: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
    guard bytes.count == text.utf8CodeUnitCount else { return false }
    for index in bytes.indices where Router.lowercase(bytes[index]) != text.utf8Start[index] {
      return false
    }
    return true
  }
}

extension TombstoneStore {
  /// The store of a server's state folder; nil where no rule has tombstones.
  static func open(for settings: Settings, _ folder: String?) throws -> TombstoneStore? {
    guard let position = position(in: settings) else { return nil }
    let place = settings.text(of: position)
    guard let folder else {
      throw ServeError("\(place): tombstones need a state folder, and none could be made")
    }
    do {
      return try TombstoneStore(path: folder + "/" + fileName)
    } catch {
      throw ServeError("\(place): the tombstones cannot be opened: \(error)")
    }
  }

  /// The store that a server with these settings has left or is using; nil where there is none.
  static func existing(for settings: Settings) -> TombstoneStore? {
    guard position(in: settings) != nil, let first = settings.listeners.first,
      let address = try? SocketAddress.parse(first.address.value).first
    else { return nil }
    let folder = settings.state.value + "/" + StateFolder.folderName(address)
    let path = folder + "/" + fileName
    return access(path, R_OK | W_OK) == 0 ? try? TombstoneStore(path: path) : nil
  }

  /// Where the first rule with tombstones says so.
  private static func position(in settings: Settings) -> Position? {
    for site in settings.sites {
      for rule in site.rules where rule.additions.tombstones.value {
        return rule.additions.tombstones.position
      }
    }
    return nil
  }
}
