/// Who stands at one end of a hop, as a proxy tells it.
public enum ForwardedNode: Equatable, Sendable {
  /// An address, and its port, 0 where none is told.
  case address(IPAddress, port: UInt16)
  /// The proxy does not say: `unknown`, an obfuscated identifier, or no `for` at all (RFC 7239 sections 6.2 and 6.3).
  case hidden
  /// What stands there is no node.
  case malformed
}

/// The hops that a request has told of, the last 32 of them: the newest stands last.
public struct ForwardingChain: Sendable {
  public static let nodesMax = 32

  private var nodes = InlineArray<32, ForwardedNode>(repeating: .malformed)
  /// All that were told.
  public private(set) var count = 0
  /// A line that is not the grammar's: nothing that it says can be told apart.
  public private(set) var isMalformed = false

  public init() {}

  public mutating func add(_ node: ForwardedNode) {
    nodes[count % Self.nodesMax] = node
    count += 1
  }

  /// The client of a request that came from `peer`: the first address from the right that is not trusted, or the last one that there
  /// is. Nil where nobody can tell: a trusted proxy hides it, or what a trusted proxy passed on makes no sense.
  public func client(
    of peer: IPAddress, isTrusted: (IPAddress) -> Bool
  ) -> (address: IPAddress, port: UInt16?)? {
    var current: (address: IPAddress, port: UInt16?) = (peer, nil)
    if isMalformed { return isTrusted(peer) ? nil : current }
    var index = count
    while isTrusted(current.address) {
      if index == 0 { return current }
      index -= 1
      guard count - index <= Self.nodesMax,
        case .address(let address, let port) = nodes[index % Self.nodesMax]
      else { return nil }
      current = (address, port)
    }
    return current
  }

  // MARK: Forwarded (RFC 7239 section 4)

  /// Adds the elements of one Forwarded field line. Returns the offset of the first byte that is not the grammar's, or nil; the chain
  /// is then of no use.
  @discardableResult
  public mutating func add(forwarded value: Span<UInt8>) -> Int? {
    var reader = ForwardedReader()
    while let node = reader.next(value) { add(node) }
    if reader.fault != nil { isMalformed = true }
    return reader.fault
  }

  // MARK: X-Forwarded-For, which no standard describes

  /// Adds the elements of one X-Forwarded-For field line: addresses with commas between, with a port here and there.
  public mutating func add(forwardedFor value: Span<UInt8>) {
    var index = 0
    while index < value.count {
      let end = value.endOfToken(from: index)
      let element = value.extracting(value.trimmed(index..<end))
      index = end &+ 1
      // RFC 9110 section 5.6.1.2: empty elements do not count
      if element.isEmpty { continue }
      add(ForwardedNode(loosely: element))
    }
  }
}

extension ForwardedNode {
  /// RFC 7239 section 6: `node = nodename [ ":" node-port ]`.
  public init(node text: Span<UInt8>) {
    var end = text.count
    var address: IPAddress?
    if text.count > 0, text[0] == 0x5B {
      guard let close = text.firstOffset(of: 0x5D),
        let (high, low) = IPAddress.ipv6(text.extracting(1..<close))
      else {
        self = .malformed
        return
      }
      address = IPAddress(v6High: high, low: low)
      end = close + 1
    } else {
      end = text.firstOffset(of: 0x3A) ?? text.count
      let name = text.extracting(0..<end)
      address = IPAddress.ipv4(name).map(IPAddress.init(v4:))
      if address == nil, !name.equalsIgnoringCase("unknown"), !name.isObfuscated {
        self = .malformed
        return
      }
    }
    var port: UInt16 = 0
    if end < text.count {
      guard text[end] == 0x3A, end + 1 < text.count else {
        self = .malformed
        return
      }
      let digits = text.extracting((end + 1)..<text.count)
      // RFC 7239 section 6.3: a port may be hidden too
      if !digits.isObfuscated {
        guard let number = digits.port else {
          self = .malformed
          return
        }
        port = number
      }
    }
    self = address.map { .address($0, port: port) } ?? .hidden
  }

  /// What proxies write into X-Forwarded-For: an address, one in brackets, either with a port.
  init(loosely text: Span<UInt8>) {
    if let address = IPAddress(text: text) {
      self = .address(address, port: 0)
    } else if text.equalsIgnoringCase("unknown") {
      self = .hidden
    } else {
      self.init(node: text)
    }
  }
}

/// Reads a Forwarded field's value, element by element (RFC 7239 section 4).
struct ForwardedReader {
  private var index = 0
  private(set) var fault: Int?

  /// The next element's `for`; nil at the end or at a fault.
  mutating func next(_ value: Span<UInt8>) -> ForwardedNode? {
    // RFC 9110 section 5.6.1.2: empty elements do not count
    while index < value.count, value[index] == 0x2C || value[index].isBlank { index += 1 }
    guard index < value.count else { return nil }
    var node = ForwardedNode.hidden
    var names: UInt8 = 0
    while true {
      if index < value.count, value[index] != 0x3B, value[index] != 0x2C, !value[index].isBlank {
        guard let (name, text) = pair(value) else { return nil }
        let bit = name.rawValue
        // Each parameter at most once an element
        guard names & bit == 0 else { return fail(at: index) }
        names |= bit
        if bit == 1 { node = text }
      }
      if index < value.count, value[index] == 0x3B {
        index += 1
        continue
      }
      break
    }
    while index < value.count, value[index].isBlank { index += 1 }
    guard index == value.count || value[index] == 0x2C else { return fail(at: index) }
    return node
  }

  /// The standard's parameters; of others nobody can tell whether they stand twice.
  private enum FieldParameter: UInt8 {
    case other = 0
    case `for` = 1
    case by = 2
    case host = 4
    case proto = 8
  }

  /// `forwarded-pair = token "=" value`; the node where it is `for`.
  private mutating func pair(_ value: Span<UInt8>) -> (FieldParameter, ForwardedNode)? {
    let start = index
    while index < value.count, ByteClass.has(value[index], ByteClass.token) { index += 1 }
    guard index > start, index < value.count, value[index] == 0x3D else {
      fault = index
      return nil
    }
    let name = value.extracting(start..<index)
    let parameter: FieldParameter =
      name.equalsIgnoringCase("for")
      ? .for
      : name.equalsIgnoringCase("by")
        ? .by
        : name.equalsIgnoringCase("host")
          ? .host : name.equalsIgnoringCase("proto") ? .proto : .other
    index += 1
    let valueStart = index
    guard index < value.count, value[index] == 0x22 else {
      while index < value.count, ByteClass.has(value[index], ByteClass.token) { index += 1 }
      guard index > valueStart else {
        fault = index
        return nil
      }
      return node(parameter, value.extracting(valueStart..<index), at: valueStart)
    }
    return quoted(value, parameter, at: valueStart)
  }

  private mutating func quoted(
    _ value: Span<UInt8>, _ parameter: FieldParameter, at start: Int
  ) -> (FieldParameter, ForwardedNode)? {
    index += 1
    // A node has 48 bytes and its port 6; a longer text is none, and its end is all that counts
    var text = InlineArray<64, UInt8>(repeating: 0)
    var count = 0
    while index < value.count, value[index] != 0x22 {
      if value[index] == 0x5C { index += 1 }
      guard index < value.count else { break }
      if count < 64 { text[count] = value[index] }
      count += 1
      index += 1
    }
    guard index < value.count else {
      fault = start
      return nil
    }
    index += 1
    guard parameter == .for else { return (parameter, .hidden) }
    return node(parameter, text.span.extracting(0..<min(count, 64)), at: start)
  }

  private mutating func node(
    _ parameter: FieldParameter, _ text: Span<UInt8>, at start: Int
  ) -> (FieldParameter, ForwardedNode)? {
    guard parameter == .for else { return (parameter, .hidden) }
    let node = ForwardedNode(node: text)
    if node == .malformed {
      fault = start
      return nil
    }
    return (parameter, node)
  }

  private mutating func fail(at offset: Int) -> ForwardedNode? {
    fault = offset
    return nil
  }
}

extension Span where Element == UInt8 {
  func firstOffset(of byte: UInt8) -> Int? {
    for index in indices where self[index] == byte { return index }
    return nil
  }

  /// RFC 7239 section 6.3: `obfnode = "_" 1*( ALPHA / DIGIT / "." / "_" / "-")`.
  fileprivate var isObfuscated: Bool {
    guard count > 1, self[0] == 0x5F else { return false }
    for index in 1..<count {
      switch self[index] {
      case 0x2D, 0x2E, 0x5F, 0x30...0x39, 0x41...0x5A, 0x61...0x7A: continue
      default: return false
      }
    }
    return true
  }

  /// One to five digits that are a port.
  fileprivate var port: UInt16? {
    guard (1...5).contains(count) else { return nil }
    var number: UInt32 = 0
    for index in indices {
      guard self[index].isDigit else { return nil }
      number = number * 10 + UInt32(self[index] - 0x30)
    }
    return UInt16(exactly: number)
  }
}
