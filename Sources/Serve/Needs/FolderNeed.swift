internal import Config
internal import Facts
internal import Loop
internal import Message

// What the folders on the way to the target say for themselves, and scripts: a part of the resource's owner.
extension Worker {
  /// The settings that hold for the target; nil where what the folders say decides already.
  func govern(_ state: ExchangeState, _ route: RuleRoute, _ base: FilesRoot) -> FilesRoot? {
    let path = state.path
    let below = UnsafeBufferPointer(
      rebasing: path[(route.isSubtree ? route.path.count - 1 : 0)...])
    let slash = below.lastIndex(of: UInt8(ascii: "/")) ?? 0
    if let name = base.settings.folderFile,
      below[(slash + 1)...].elementsEqual(name.value)
    {
      state.facts.folder.isGuarded = true
      state.facts.folder.isFile = true
      state.facts.folder.key = .filesFolderFile
      state.facts.folder.position = name.position
      return nil
    }
    let governor = folders.governor(
      base, route, under: state.snapshot.settings, path: below, now: loop.coarseNow,
      wall: WallSeconds(seconds: loop.wall.seconds))
    guard governor.isGoverning else { return base }
    state.governor = governor
    state.facts.folder.isGuarded = true
    if let fault = governor.fault {
      state.facts.folder.isInvalid = true
      state.facts.folder.key = .filesFolderFile
      state.facts.folder.position = fault.position
      state.facts.folder.systemError = fault.systemError
      return nil
    }
    if !governor.addresses.isEmpty {
      for addresses in governor.addresses where state.facts.folder.address == .allowed {
        (state.facts.folder.address, state.facts.folder.key, state.facts.folder.position) =
          addresses.standing(of: state.client)
      }
      if state.facts.folder.address != .allowed { return nil }
    }
    return governor.root
  }

  /// The file is a program of a server, and the rule does not serve those.
  func noteScript(_ state: ExchangeState, _ settings: FilesSettings) {
    state.facts.folder.isGuarded = true
    state.facts.folder.isScript = true
    state.facts.folder.scripts = settings.scripts.value
    state.facts.folder.key = .filesScripts
    state.facts.folder.position = settings.scripts.position
  }
}
