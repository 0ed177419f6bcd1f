internal import Glibc
internal import Loop

/// A client's connection: sends exactly the bytes that it is given, and keeps all that come.
final class Client {
  enum End: Equatable {
    /// The server sends no more.
    case closed
    case reset
  }

  let name: String
  private(set) var descriptor: Int32
  private(set) var received: [UInt8] = []
  private(set) var sentCount = 0
  private(set) var end: End?

  /// How long is waited for what has to come. Nothing waits that long unless something is wrong.
  static let deadlineMilliseconds: Int32 = 10_000

  /// Connects. `receiveBytes` is the size of the kernel's buffer, for clients that do not read.
  init(_ name: String, to address: SocketAddress, receiveBytes: Int?) throws(PlayFault) {
    self.name = name
    do throws(SocketError) {
      descriptor = try Socket.connect(to: address)
    } catch {
      throw PlayFault("\(error)")
    }
    if let receiveBytes { Self.set(descriptor, SOL_SOCKET, SO_RCVBUF, Int32(receiveBytes)) }
    guard waits(for: POLLOUT), Socket.pendingError(descriptor) == 0 else {
      throw PlayFault("cannot connect to \(address)")
    }
    Self.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
  }

  deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

  private static func set(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private func waits(
    for events: Int32, _ milliseconds: Int32 = Client.deadlineMilliseconds
  ) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return poll(&entry, 1, milliseconds) > 0
  }

  /// Sends all of it. What cannot go out because the server has closed is dropped: the answer is already there.
  func send(_ bytes: ArraySlice<UInt8>) throws(PlayFault) {
    var rest = bytes
    while !rest.isEmpty, descriptor >= 0 {
      let outcome = rest.withUnsafeBytes { raw -> Transfer in
        guard let start = raw.baseAddress else { return .end }
        return Socket.send(descriptor, from: start, count: raw.count)
      }
      switch outcome {
      case .bytes(let count):
        sentCount += count
        rest = rest.dropFirst(count)
      case .wouldBlock:
        receiveAvailable()
        guard waits(for: POLLOUT | POLLIN) else {
          throw PlayFault("the server does not take what is sent")
        }
      case .end, .failed:
        receiveAvailable()
        return
      }
    }
  }

  /// Takes what has come; does not wait.
  func receiveAvailable() {
    guard descriptor >= 0 else { return }
    var room = [UInt8](repeating: 0, count: 64 << 10)
    while end == nil {
      switch Socket.receive(descriptor, into: &room, count: room.count) {
      case .bytes(let count): received += room[..<count]
      case .wouldBlock: return
      case .end: end = .closed
      case .failed: end = .reset
      }
    }
  }

  /// Takes some of what has come, and no more than `count` bytes of it.
  private func receive(atMost count: Int) -> Bool {
    guard descriptor >= 0, end == nil, count > 0 else { return false }
    var room = [UInt8](repeating: 0, count: count)
    switch Socket.receive(descriptor, into: &room, count: room.count) {
    case .bytes(let got): received += room[..<got]
    case .wouldBlock: return false
    case .end: end = .closed
    case .failed: end = .reset
    }
    return true
  }

  /// Waits until `received` has one byte more or the connection has ended; reads at most `count` bytes. False where nothing came in
  /// time.
  func receiveMore(atMost count: Int = 64 << 10) -> Bool {
    if end != nil { return false }
    if receive(atMost: count) { return true }
    return waits(for: POLLIN) && receive(atMost: count)
  }

  /// What was sent has arrived at the server's side.
  func waitUntilDelivered() {
    guard descriptor >= 0, end == nil else { return }
    for _ in 0..<2000 {
      var rest: Int32 = 0
      guard ioctl(descriptor, Client.unsentRequest, &rest) == 0, rest > 0 else { return }
      // A server that does not read leaves it where it is; one that has closed will never take it
      if waits(for: POLLERR, 0) { return }
      _ = poll(nil, 0, 1)
    }
  }

  /// `SIOCOUTQ`.
  private static let unsentRequest: UInt = 0x5411

  func halfClose() { Socket.shutdownWrite(descriptor) }

  func close() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }

  func reset() {
    if descriptor >= 0 { Socket.setLingerReset(descriptor) }
    close()
  }
}
