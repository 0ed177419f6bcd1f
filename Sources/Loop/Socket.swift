internal import CSystem
public import Glibc

/// What one attempt to move bytes came to.
public enum Transfer: Sendable, Hashable {
  /// So many bytes were moved; more than 0, except for an empty request.
  case bytes(Int)
  /// Nothing can be moved now; the loop will tell.
  case wouldBlock
  /// The peer sends no more (or, for `sendFile`, the file ends here).
  case end
  /// The connection is of no more use; the errno, positive.
  case failed(Int32)
}

/// System calls on connected, non-blocking sockets. Nothing here throws or allocates; interrupted
/// calls are repeated.
public enum Socket {
  /// Receives at most `count` bytes, which is more than 0.
  public static func receive(
    _ descriptor: Int32, into start: UnsafeMutableRawPointer, count: Int
  ) -> Transfer {
    while true {
      let moved = csystem_receive(descriptor, start, count)
      if moved > 0 { return .bytes(moved) }
      if moved == 0 { return .end }
      if let outcome = outcome(of: Int32(truncatingIfNeeded: -moved)) { return outcome }
    }
  }

  /// Sends at most `count` bytes. With `more` the kernel waits for what follows before it sends a
  /// packet that is not full. A peer that is gone is `failed(EPIPE)`, never a signal.
  public static func send(
    _ descriptor: Int32, from start: UnsafeRawPointer, count: Int, more: Bool = false
  ) -> Transfer {
    while true {
      let moved = csystem_send(descriptor, start, count, more ? 1 : 0)
      if moved >= 0 { return .bytes(moved) }
      if let outcome = outcome(of: Int32(truncatingIfNeeded: -moved)) { return outcome }
    }
  }

  /// Sends two runs of bytes in one call, such as a head and its content.
  public static func send(
    _ descriptor: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer,
    more: Bool = false
  ) -> Transfer {
    var parts = (
      iovec(iov_base: UnsafeMutableRawPointer(mutating: first.baseAddress), iov_len: first.count),
      iovec(iov_base: UnsafeMutableRawPointer(mutating: second.baseAddress), iov_len: second.count)
    )
    return withUnsafeMutableBytes(of: &parts) { bytes in
      send(descriptor, bytes.assumingMemoryBound(to: iovec.self), more: more)
    }
  }

  /// Sends several runs of bytes in one call; at most 1024.
  public static func send(
    _ descriptor: Int32, _ parts: UnsafeMutableBufferPointer<iovec>, more: Bool = false
  ) -> Transfer {
    var message = msghdr()
    message.msg_iov = parts.baseAddress
    message.msg_iovlen = parts.count
    let flags = Int32(MSG_NOSIGNAL) | (more ? Int32(MSG_MORE) : 0)
    while true {
      let moved = sendmsg(descriptor, &message, flags)
      if moved >= 0 { return .bytes(moved) }
      if let outcome = outcome(of: errno) { return outcome }
    }
  }

  /// Sends at most `count` bytes of a file from `offset` on, and moves `offset` behind them. `end`
  /// says that the file has nothing at `offset`: it has become shorter.
  public static func sendFile(
    _ descriptor: Int32, file: Int32, offset: inout Int64, count: Int
  ) -> Transfer {
    while true {
      var position = off_t(offset)
      let moved = sendfile(descriptor, file, &position, count)
      if moved > 0 {
        offset = Int64(position)
        return .bytes(moved)
      }
      if moved == 0 { return count == 0 ? .bytes(0) : .end }
      if let outcome = outcome(of: errno) { return outcome }
    }
  }

  /// nil says: again.
  private static func outcome(of code: Int32) -> Transfer? {
    switch code {
    case EINTR: nil
    case EAGAIN: .wouldBlock
    default: .failed(code)
    }
  }

  /// Connects without waiting. The descriptor is the caller's; it becomes writable when the attempt
  /// is over, and `pendingError` then says how it went.
  public static func connect(to address: SocketAddress) throws(SocketError) -> Int32 {
    let descriptor = csystem_socket(address.familyNumber)
    if descriptor < 0 {
      throw SocketError(.create, address: address.description, code: -descriptor)
    }
    let code = address.withSocketAddress { Glibc.connect(descriptor, $0, $1) == 0 ? 0 : errno }
    if code == 0 || code == EINPROGRESS || code == EINTR { return descriptor }
    Glibc.close(descriptor)
    throw SocketError(.connect, address: address.description, code: code)
  }

  /// Takes the error that waits at a socket: an errno, or 0 where there is none.
  public static func pendingError(_ descriptor: Int32) -> Int32 {
    var code: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) < 0 ? errno : code
  }

  /// Tells the peer that no more will be sent; receiving goes on.
  public static func shutdownWrite(_ descriptor: Int32) {
    shutdown(descriptor, Int32(SHUT_WR))
  }

  /// Closes a descriptor, once: Linux frees the number even when it reports an error.
  public static func close(_ descriptor: Int32) {
    Glibc.close(descriptor)
  }

  /// Whether small packets leave at once. An accepted socket has it from its listener. False where
  /// it cannot be set.
  @discardableResult
  public static func setNoDelay(_ descriptor: Int32, _ on: Bool) -> Bool {
    setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, on ? 1 : 0) == 0
  }

  /// Makes `close` reset the connection and drop what was not sent yet. False where it cannot be
  /// set.
  @discardableResult
  public static func setLingerReset(_ descriptor: Int32) -> Bool {
    var linger = linger(l_onoff: 1, l_linger: 0)
    let length = socklen_t(MemoryLayout.size(ofValue: linger))
    return setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, length) == 0
  }

  /// Bytes that the kernel has taken and not sent yet; 0 where it cannot tell.
  public static func unsentByteCount(_ descriptor: Int32) -> Int {
    var count: Int32 = 0
    // SIOCOUTQNSD of tcp(7)
    return ioctl(descriptor, 0x894B, &count) == 0 ? Int(count) : 0
  }

  /// Bytes that were sent and that the peer has not taken yet, as far as the system tells; 0 where it does not.
  public static func untaken(_ descriptor: Int32) -> Int {
    max(csystem_untaken(descriptor), 0)
  }

  /// The user at the other end of a Unix socket; nil for other sockets.
  public static func peerUser(_ descriptor: Int32) -> UInt32? {
    var user: UInt32 = 0
    return csystem_peer_user(descriptor, &user) == 0 ? user : nil
  }

  /// The address that a socket is bound to; for a listener on port 0, the port that it got.
  public static func boundEndpoint(_ descriptor: Int32) -> Endpoint? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let code = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    return code == 0 ? Endpoint(&storage) : nil
  }

  /// The whole address that a socket is bound to, with the path of a Unix socket that has one.
  static func boundAddress(_ descriptor: Int32) -> SocketAddress? {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let code = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    guard code == 0 else { return nil }
    guard Int32(storage.ss_family) == AF_UNIX else { return SocketAddress(Endpoint(&storage)) }
    let path = withUnsafeBytes(of: &storage) { bytes in
      Array(bytes[2..<max(2, min(Int(length), bytes.count))].prefix { $0 != 0 })
    }
    return SocketAddress(unix: String(decoding: path, as: UTF8.self))
  }

  /// 0, or the errno.
  static func setOption(
    _ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32
  ) -> Int32 {
    var value = value
    let length = socklen_t(MemoryLayout<Int32>.size)
    return setsockopt(descriptor, level, name, &value, length) == 0 ? 0 : errno
  }
}
