internal import Config
internal import Glibc
internal import Loop

/// The listeners of one address: one a loop where the kernel can share the port among them, else one for all.
final class ListenerGroup: Sendable {
  /// As the settings ask for it; port 0 is any.
  let requested: SocketAddress
  let listeners: [Listener]

  init(requested: SocketAddress, listeners: [Listener]) {
    self.requested = requested
    self.listeners = listeners
  }

  var address: SocketAddress { listeners[0].address }

  /// The one that a loop watches.
  func listener(ofLoop number: Int) -> Listener { listeners[number % listeners.count] }

  /// Listens where the settings say. Addresses of `kept` are not opened again: they are in the result as they are.
  static func open(
    _ settings: Settings, loops: Int, keeping kept: [ListenerGroup] = []
  ) throws -> [ListenerGroup] {
    var groups: [ListenerGroup] = []
    for setting in settings.listeners {
      let candidates = try SocketAddress.parse(setting.address.value)
      var failure: SocketError?
      var opened = 0
      for candidate in candidates {
        if let known = (kept + groups).first(where: { $0.requested == candidate }) {
          if !groups.contains(where: { $0.requested == candidate }) { groups.append(known) }
          opened += 1
          continue
        }
        do throws(SocketError) {
          groups.append(
            ListenerGroup(requested: candidate, listeners: try listen(candidate, loops: loops)))
          opened += 1
        } catch {
          failure = error
        }
      }
      // A machine may have IPv4 alone. A port that another server has is none of ours, even where it has it for one of the two alone
      if let failure, opened == 0 || failure.code == EADDRINUSE || failure.code == EACCES {
        throw ServeError("\(settings.text(of: setting.address.position)): \(failure)")
      }
    }
    return groups
  }

  private static func listen(
    _ address: SocketAddress, loops: Int
  ) throws(SocketError) -> [Listener] {
    // Accepting from one Unix socket is shared by the loops themselves
    let isShared = loops > 1 && address.endpoint.family != .unix
    if isShared, address.port != 0 {
      // A port that is shared among loops would be shared with another server too, in silence: this one asks for it alone first
      let alone = try Listener(address)
      alone.close()
    }
    let first = try Listener(address, .init(sharesPort: isShared))
    var group = [first]
    if isShared {
      for _ in 1..<loops { group.append(try Listener(first.address, .init(sharesPort: true))) }
    }
    return group
  }
}
