/// What a request says that would open a WebSocket (RFC 6455 section 4.2.1). Field values as they came, without those that are missing.
public struct WebSocketHandshake: Sendable {
  /// What is missing or wrong, in the order in which it is looked at; nil where the connection can be switched.
  public enum Fault: UInt8, Sendable, CaseIterable {
    /// Connection does not name the Upgrade, which then counts only for whoever is next to us.
    case notConnected
    /// The request asks for no switch to `websocket`: any request that is not meant as a handshake.
    case notOffered
    /// Another version than 13, the only one there is.
    case versionUnknown
    /// The key is missing, stands twice or is not 16 bytes in base64.
    case keyMalformed
    /// A handshake by another method than GET, or with content.
    case notGet
  }

  public var isGet = true
  public var hasContent = false
  /// The request's version is HTTP/1.1 or a later 1.x.
  public var isHTTP11 = true
  public var upgrades: [[UInt8]] = []
  public var connections: [[UInt8]] = []
  public var keys: [[UInt8]] = []
  public var versions: [[UInt8]] = []

  public init() {}

  public var fault: Fault? {
    // RFC 9110 section 7.8: never in HTTP/1.0
    guard isHTTP11, WebSocketHandshake.list(upgrades, has: "websocket") else { return .notOffered }
    if !WebSocketHandshake.list(connections, has: "upgrade") { return .notConnected }
    if !isGet || hasContent { return .notGet }
    // RFC 6455 section 4.4
    guard versions.count == 1, versions[0] == Array("13".utf8) else { return .versionUnknown }
    guard keys.count == 1, WebSocketHandshake.isKey(keys[0]) else { return .keyMalformed }
    return nil
  }

  /// Whether one of the lists' members is this token, in any case; a version behind a slash (`websocket/13`) makes it another one.
  static func list(_ values: [[UInt8]], has token: String) -> Bool {
    values.contains { value in
      value.split(separator: UInt8(ascii: ",")).contains { member in
        let trimmed = member.drop { $0 == 0x20 || $0 == 0x09 }
        let end = trimmed.lastIndex { $0 != 0x20 && $0 != 0x09 } ?? trimmed.startIndex - 1
        return trimmed[..<(end + 1)].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
          == Array(token.utf8)
      }
    }
  }

  /// Sixteen bytes in base64: 22 digits, the last of which has four bits of zero, and two equals signs.
  static func isKey(_ key: [UInt8]) -> Bool {
    guard key.count == 24, key[22] == 0x3D, key[23] == 0x3D else { return false }
    let digits = key[..<22]
    guard
      digits.allSatisfy({
        (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
          || $0 == 0x2B || $0 == 0x2F
      })
    else { return false }
    return [UInt8(ascii: "A"), UInt8(ascii: "Q"), UInt8(ascii: "g"), UInt8(ascii: "w")]
      .contains(key[21])
  }

  /// What the server's answer is made of: the key and the text that no other protocol knows (RFC 6455 section 4.2.2, item 5.4).
  public static let suffix = Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)
}
