internal import Config
internal import Glibc
internal import Loop

/// The listeners of one address: one a loop where the kernel can share the port among them, else one for all.
final class ListenerGroup: Sendable {
  /// As the settings ask for it: `127.0.0.1:8080`, `unix:/run/x.sock`, `systemd:http`. Port 0 is any.
  let name: String
  let listeners: [Listener]
  /// Connections begin with a header of the PROXY protocol.
  let takesProxyHeader: Bool
  /// Each loop has one of its own.
  private let isSpread: Bool

  init(name: String, listeners: [Listener], isSpread: Bool, takesProxyHeader: Bool = false) {
    self.name = name
    self.takesProxyHeader = takesProxyHeader
    self.listeners = listeners
    self.isSpread = isSpread
  }

  var address: SocketAddress { listeners[0].address }

  /// Those that a loop accepts from. What is not spread is accepted from by all, of whom the kernel wakes one.
  func listeners(ofLoop number: Int) -> [Listener] { isSpread ? [listeners[number]] : listeners }

  /// Listens where the settings say. Addresses of `kept` are not opened again: they are in the result as they are. What was passed to
  /// the process is taken before anything is opened.
  static func open(
    _ settings: Settings, loops: Int, keeping kept: [ListenerGroup] = [],
    inheriting inherited: Inheritance? = nil
  ) throws -> [ListenerGroup] {
    // Who says nothing takes what systemd has opened
    if settings.listeners.allSatisfy(\.address.position.isBuiltIn) {
      let passed = ofSystemd(kept, inherited, loops: loops)
      if !passed.isEmpty { return passed }
    }
    var groups: [ListenerGroup] = []
    for setting in settings.listeners {
      let text = setting.address.value
      let place = settings.text(of: setting.address.position)
      if text.hasPrefix(Inheritance.systemdPrefix) {
        guard let group = find(text, nil, kept + groups, inherited, loops: loops) else {
          throw ServeError("\(place): systemd has passed no socket named \(text.dropFirst(8))")
        }
        add(group.with(setting), to: &groups)
        continue
      }
      var failure: SocketError?
      var opened = 0
      for candidate in try SocketAddress.parse(text) {
        do throws(SocketError) {
          let name = candidate.description
          let known = find(name, candidate, kept + groups, inherited, loops: loops)
          let group: ListenerGroup
          if let known { group = known } else { group = try listen(candidate, loops: loops) }
          add(group.with(setting), to: &groups)
          opened += 1
        } catch {
          failure = error
        }
      }
      // A machine may have IPv4 alone. A port that another server has is none of ours, even where it has it for one of the two alone
      if let failure, opened == 0 || failure.code == EADDRINUSE || failure.code == EACCES {
        throw ServeError("\(place): \(failure)")
      }
    }
    return groups
  }

  /// The same listeners with another setting are another group, so that the loops are told.
  private func with(_ setting: ListenerSettings) -> ListenerGroup {
    if takesProxyHeader == setting.proxyProtocol.value { return self }
    return ListenerGroup(
      name: name, listeners: listeners, isSpread: isSpread,
      takesProxyHeader: setting.proxyProtocol.value)
  }

  private static func add(_ group: ListenerGroup, to groups: inout [ListenerGroup]) {
    if !groups.contains(where: { $0.name == group.name }) { groups.append(group) }
  }

  /// The group that there is already, or one of what was passed.
  private static func find(
    _ name: String, _ address: SocketAddress?, _ kept: [ListenerGroup], _ inherited: Inheritance?,
    loops: Int
  ) -> ListenerGroup? {
    if let known = kept.first(where: { $0.name == name }) { return known }
    guard let passed = inherited?.listeners(for: name, address), !passed.isEmpty else {
      return nil
    }
    return ListenerGroup(
      name: name, listeners: passed, isSpread: loops > 1 && passed.count == loops)
  }

  /// All that systemd has passed, or has passed before a reload or an upgrade.
  private static func ofSystemd(
    _ kept: [ListenerGroup], _ inherited: Inheritance?, loops: Int
  ) -> [ListenerGroup] {
    var groups = kept.filter { $0.name.hasPrefix(Inheritance.systemdPrefix) }
    for passed in inherited?.passed ?? []
    where passed.name.hasPrefix(Inheritance.systemdPrefix) {
      if groups.contains(where: { $0.name == passed.name }) { continue }
      if let group = find(passed.name, nil, [], inherited, loops: loops) { groups.append(group) }
    }
    return groups
  }

  private static func listen(
    _ address: SocketAddress, loops: Int
  ) throws(SocketError) -> ListenerGroup {
    // Accepting from one Unix socket is shared by the loops themselves
    let isSpread = loops > 1 && address.endpoint.family != .unix
    if isSpread, address.port != 0 {
      // A port that is shared among loops would be shared with another server too, in silence: this one asks for it alone first
      try Listener.claim(address)
    }
    let first = try Listener(address, .init(sharesPort: isSpread))
    var group = [first]
    if isSpread {
      for _ in 1..<loops { group.append(try Listener(first.address, .init(sharesPort: true))) }
    }
    return ListenerGroup(name: address.description, listeners: group, isSpread: isSpread)
  }
}
