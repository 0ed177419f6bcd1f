internal import COpenSSL
internal import Wire

/// The answer to a WebSocket's key, which shows that the handshake was understood (RFC 6455 section 4.2.2, item 5.4).
enum WebSocketAccept {
  /// The value of Sec-WebSocket-Accept: SHA-1 of the key and the protocol's own text, in base64.
  static func value(of key: [UInt8]) -> [UInt8] {
    let text = key + WebSocketHandshake.suffix
    var digest = [UInt8](repeating: 0, count: 20)
    copenssl_sha1(text, text.count, &digest)
    // 28 digits, and the NUL that a C string ends with
    var coded = [UInt8](repeating: 0, count: 29)
    let count = EVP_EncodeBlock(&coded, digest, Int32(digest.count))
    return Array(coded[..<Int(count)])
  }
}
