internal import Facts
internal import Message
internal import Respond
internal import Wire

// The handshake of a WebSocket that was ordered: a part of the route's owner.
extension Worker {
  /// Leaves in the facts whether the request may be switched over, which is what it returns, and in the answer what its key makes.
  func judgeHandshake(_ state: ExchangeState) -> Bool {
    let handshake = WebSocketHandshake(state)
    state.facts.rehearsal.handshake =
      switch handshake.fault {
      case nil: .sound
      case .notOffered: .notOffered
      case .versionUnknown: .versionUnknown
      case .keyMalformed, .notGet, .notConnected: .malformed
      }
    guard handshake.fault == nil, let key = handshake.keys.first else { return false }
    state.rehearsedReference?._withUnsafeGuaranteedRef {
      $0.accepted = WebSocketAccept.value(of: key)
    }
    return true
  }
}

extension WebSocketHandshake {
  /// What the request has of it.
  init(_ state: ExchangeState) {
    self.init()
    isGet = state.facts.method == .get
    isHTTP11 = state.facts.version != .http10
    switch state.facts.framing {
    case .none: hasContent = false
    case .length(let length): hasContent = length > 0
    default: hasContent = true
    }
    for field in state.head.fields {
      let name = state.bytes[field.name.range]
      let value = Array(state.bytes[field.value.range])
      if field.id == .upgrade {
        upgrades.append(value)
      } else if field.id == .connection {
        connections.append(value)
      } else if name.isNamed("sec-websocket-key") {
        keys.append(value)
      } else if name.isNamed("sec-websocket-version") {
        versions.append(value)
      }
    }
  }
}

extension Slice<UnsafeBufferPointer<UInt8>> {
  /// Compares with a name in lower case.
  fileprivate func isNamed(_ name: StaticString) -> Bool {
    guard count == name.utf8CodeUnitCount else { return false }
    let expected = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    return zip(self, expected).allSatisfy { byte, other in
      ((0x41...0x5A).contains(byte) ? byte | 0x20 : byte) == other
    }
  }
}
