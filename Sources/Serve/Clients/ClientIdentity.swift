internal import Config
internal import Facts
internal import Loop
internal import Message
internal import Wire

extension IPAddress {
  /// Nil for a Unix socket, which has no address.
  init?(_ endpoint: Endpoint) {
    let found = endpoint.withAddressBytes { bytes in
      bytes.withMemoryRebound(to: UInt8.self) { IPAddress(bytes: $0.span) }
    }
    guard let found else { return nil }
    self = found
  }
}

extension Endpoint {
  init(_ address: IPAddress, port: UInt16) {
    self =
      address.isIPv4
      ? .ipv4(UInt32(truncatingIfNeeded: address.low), port: port)
      : .ipv6(high: address.high, low: address.low, port: port)
  }
}

extension ByteBuffer {
  /// Writes a client's address as records have it: `192.0.2.7:4711`, `[2001:db8::7]`; without the port where that is 0.
  mutating func append(client address: IPAddress, port: UInt16) {
    reserve(Endpoint.textMax + 2)
    let endpoint = Endpoint(address, port: port)
    let room = UnsafeMutableBufferPointer(start: end, count: Endpoint.textMax)
    if port != 0 {
      didWrite(endpoint.write(into: room))
      return
    }
    if !address.isIPv4 { append(UInt8(ascii: "[")) }
    let rest = UnsafeMutableBufferPointer(start: end, count: Endpoint.textMax)
    didWrite(endpoint.writeAddress(into: rest))
    if !address.isIPv4 { append(UInt8(ascii: "]")) }
  }
}

// Who the client is: the peer, or whom a trusted peer speaks for.
extension Worker {
  private static let forwarding = FieldSet(.forwarded, .xForwardedFor)

  /// Writes into the state who the client is. `peer` is the connection's other end, or whom the PROXY protocol named; nil where it has
  /// no address.
  func identifyClient(_ state: ExchangeState, peer: IPAddress?, isTrusted: Bool) {
    state.client = peer
    guard isTrusted, let peer, !state.head.known.isDisjoint(with: Worker.forwarding) else {
      return
    }
    let known = state.head.known
    let told: (address: IPAddress, port: UInt16?)?
    switch state.snapshot.settings.clients.forwarding.value {
    case .none: return
    case .forwarded where !known.contains(.forwarded): return
    case .xForwardedFor where !known.contains(.xForwardedFor): return
    case .forwarded: told = client(state, .forwarded, peer)
    case .xForwardedFor: told = client(state, .xForwardedFor, peer)
    case .either:
      let first: FieldName = known.contains(.forwarded) ? .forwarded : .xForwardedFor
      let one = client(state, first, peer)
      if first == .forwarded, known.contains(.xForwardedFor) {
        // A proxy writes one of them and may let the other one through as the client sent it: who is to say which
        told = client(state, .xForwardedFor, peer)?.address == one?.address ? one : nil
      } else {
        told = one
      }
    }
    state.clientText.removeAll()
    guard let told else {
      state.client = nil
      state.clientAddress = 0
      state.clientText.append("unknown")
      return
    }
    // Nobody was named: an empty list
    guard let port = told.port else { return }
    state.client = told.address
    state.clientAddress = told.address.number
    state.clientText.append(client: told.address, port: port)
  }

  private func client(
    _ state: ExchangeState, _ name: FieldName, _ peer: IPAddress
  ) -> (address: IPAddress, port: UInt16?)? {
    var chain = ForwardingChain()
    for field in state.head.fields where field.id == name {
      let value = UnsafeBufferPointer(rebasing: state.bytes[field.value.range]).span
      if name == .forwarded { chain.add(forwarded: value) } else { chain.add(forwardedFor: value) }
    }
    return chain.client(of: peer) { state.snapshot.isTrusted($0) }
  }

  // MARK: The PROXY protocol

  /// Takes the header off the front of a connection's bytes. False while it is not all there.
  func takeProxyHeader(
    _ exchange: HTTP1Exchange, _ state: ExchangeState
  ) throws(MessageFault) -> Bool {
    let index = exchange.connection
    let bytes = exchange.input.bytes(from: exchange.messageStart)
    guard let header = try ProxyHeader.read(bytes.span) else {
      guard exchange.inputEnded else { return false }
      throw MessageFault(.messageIncomplete, at: UInt64(bytes.count), in: .proxyHeader)
    }
    exchange.messageStart += header.byteCount
    connections[index].awaitsProxyHeader = false
    // Who may reach a Unix socket is for the file system to say
    guard connections[index].isTrusted || connections[index].client == nil else { return true }
    switch header.source {
    case .proxy: break
    case .unknown: setClient(nil, port: 0, index)
    case .client(let address, let port): setClient(address, port: port, index)
    }
    return true
  }

  /// The connection is somebody else's than its peer's. Whoever relays bytes vouches for the address, and not for what is in them.
  private func setClient(_ client: IPAddress?, port: UInt16, _ index: Int) {
    var peer = ByteBuffer(capacity: Endpoint.textMax)
    peer.append(connections.address(index))
    connections[index].proxy = StableBytes(peer.bytes)
    connections[index].isProxied = true
    connections[index].client = client
    connections[index].isLoopback = client?.isLoopback ?? false
    connections[index].isTrusted = client.map { snapshot.isTrusted($0) } ?? false
    if let client {
      connections.setAddress(index, Endpoint(client, port: port))
    } else {
      connections.setAddress(index, "unknown")
    }
  }

  /// The client's address as text and, where that is somebody else, the peer's. Valid until the next connection is taken.
  @inline(__always)
  func clientTexts(
    _ state: ExchangeState, _ index: Int
  ) -> (client: UnsafeBufferPointer<UInt8>, peer: UnsafeBufferPointer<UInt8>) {
    let address = connections.address(index)
    let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    if state.clientText.count == 0, !connections[index].isProxied { return (address, none) }
    let proxy = connections[index].proxy
    return state.clientText.count == 0
      ? (address, proxy?.bytes ?? none) : (state.clientText.bytes, proxy?.bytes ?? address)
  }
}
