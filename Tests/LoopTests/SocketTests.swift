import Glibc
import Loop
import Testing

@Suite("Sockets and listeners")
struct SocketTests {
  private let anyPort = SocketAddress(.ipv4(0x7F00_0001, port: 0))

  @Test("a listener on port 0 tells its port; its connections carry bytes both ways")
  func exchange() throws {
    for address in [anyPort, SocketAddress(.ipv6(high: 0, low: 1, port: 0))] {
      let listener = try Listener(address)
      #expect(listener.address.port != 0)
      #expect(listener.accept() == .wouldBlock)
      let (client, server, peer) = try connectedPair(through: listener)
      defer {
        Socket.close(client)
        Socket.close(server)
      }
      #expect(peer == Socket.boundEndpoint(client))
      #expect(peer.isLoopback)
      #expect(Socket.pendingError(client) == 0)
      #expect(Socket.setNoDelay(client, true))

      var room = [UInt8](repeating: 0, count: 16)
      #expect(Socket.receive(server, into: &room, count: 16) == .wouldBlock)
      let sent = "head".utf8.withContiguousStorageIfAvailable { head in
        "content".utf8.withContiguousStorageIfAvailable { content in
          Socket.send(client, UnsafeRawBufferPointer(head), UnsafeRawBufferPointer(content))
        }
      }
      #expect(sent == .bytes(11))
      Socket.shutdownWrite(client)
      try #require(wait(for: POLLIN, on: server))
      #expect(Socket.receive(server, into: &room, count: 16) == .bytes(11))
      #expect(String(decoding: room[..<11], as: UTF8.self) == "headcontent")
      try #require(wait(for: POLLIN, on: server))
      #expect(Socket.receive(server, into: &room, count: 16) == .end)
    }
  }

  @Test("a peer that reset the connection is a failure with its errno, and no signal")
  func reset() throws {
    let listener = try Listener(anyPort)
    let (client, server, _) = try connectedPair(through: listener)
    defer { Socket.close(server) }
    #expect(Socket.setLingerReset(client))
    Socket.close(client)
    try #require(wait(for: POLLIN, on: server))
    #expect(Socket.send(server, from: "x", count: 1) == .failed(ECONNRESET))
    #expect(Socket.send(server, from: "x", count: 1) == .failed(EPIPE))
  }

  @Test("a file is sent from an offset, and its end is told")
  func sendFile() throws {
    try withTemporaryDirectory { directory in
      let file = open("\(directory)/file", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
      try #require(file >= 0)
      defer { Socket.close(file) }
      #expect(write(file, "0123456789", 10) == 10)
      let listener = try Listener(anyPort)
      let (client, server, _) = try connectedPair(through: listener)
      defer {
        Socket.close(client)
        Socket.close(server)
      }
      var offset: Int64 = 4
      #expect(Socket.sendFile(server, file: file, offset: &offset, count: 100) == .bytes(6))
      #expect(offset == 10)
      #expect(Socket.sendFile(server, file: file, offset: &offset, count: 100) == .end)
      var room = [UInt8](repeating: 0, count: 16)
      try #require(wait(for: POLLIN, on: client))
      #expect(Socket.receive(client, into: &room, count: 16) == .bytes(6))
      #expect(String(decoding: room[..<6], as: UTF8.self) == "456789")
    }
  }

  @Test("an address in use is an error that names address and errno")
  func inUse() throws {
    let first = try Listener(anyPort)
    let expected = SocketError(.bind, address: first.address.description, code: EADDRINUSE)
    #expect(throws: expected) { _ = try Listener(first.address) }
    #expect(
      expected.description
        == "cannot bind \(first.address): Address already in use (EADDRINUSE)")
  }

  @Test("an address that is not this machine's is an error")
  func notOurs() throws {
    let address = try #require(try SocketAddress.parse("192.0.2.1:0").first)
    #expect(throws: SocketError(.bind, address: "192.0.2.1:0", code: EADDRNOTAVAIL)) {
      _ = try Listener(address)
    }
  }

  @Test("listeners that share a port may be several; one that does not may not join them")
  func sharedPort() throws {
    let first = try Listener(anyPort, .init(sharesPort: true))
    let second = try Listener(first.address, .init(sharesPort: true))
    #expect(first.address == second.address)
    #expect(throws: SocketError.self) { _ = try Listener(first.address) }
  }

  @Test("an address is claimed without listening: refused where another listens, free at once")
  func claimed() throws {
    for sharesPort in [true, false] {
      let address: SocketAddress
      do {
        let other = try Listener(anyPort, .init(sharesPort: sharesPort))
        address = other.address
        let taken = SocketError(.bind, address: address.description, code: EADDRINUSE)
        #expect(throws: taken) { try Listener.claim(address) }
        other.close()
      }
      try Listener.claim(address)
      _ = try Listener(address)
    }
  }

  @Test("an IPv6 listener leaves the IPv4 port free")
  func separateFamilies() throws {
    for _ in 0..<20 {
      let six = try Listener(SocketAddress(.ipv6(high: 0, low: 0, port: 0)))
      // The same IPv4 port may by chance be somebody else's; twenty times it is not.
      guard let four = try? Listener(SocketAddress(.ipv4(0, port: six.address.port))) else {
        continue
      }
      #expect(four.address.port == six.address.port)
      return
    }
    Issue.record("an IPv6 listener takes the IPv4 port too")
  }

  @Test("connecting where nobody listens fails, at once or later")
  func refused() throws {
    let listener = try Listener(anyPort)
    let (client, server, _) = try connectedPair(through: listener)
    defer {
      Socket.close(client)
      Socket.close(server)
    }
    listener.close()
    listener.close()
    // A client's own port: nobody listens there, and nobody else can get it.
    let nobody = SocketAddress(try #require(Socket.boundEndpoint(client)))
    do {
      let second = try Socket.connect(to: nobody)
      defer { Socket.close(second) }
      try #require(wait(for: POLLOUT, on: second))
      #expect(Socket.pendingError(second) == ECONNREFUSED)
    } catch let error as SocketError {
      #expect(error.code == ECONNREFUSED)
    }
  }
}

@Suite("Unix sockets")
struct UnixSocketTests {
  @Test("have the mode asked for, know their peer's user, and are removed at the end")
  func lifecycle() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/s"
      let listener = try Listener(try #require(SocketAddress(unix: path)), .init(unixMode: 0o620))
      var status = stat()
      #expect(lstat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o620)
      let (client, server, peer) = try connectedPair(through: listener)
      #expect(peer == .unix)
      #expect(Socket.peerUser(server) == geteuid())
      Socket.close(client)
      Socket.close(server)
      listener.close()
      #expect(lstat(path, &status) != 0)
    }
  }

  @Test("a file that nobody answers at is replaced; one that somebody does is not")
  func stale() throws {
    try withTemporaryDirectory { directory in
      let address = try #require(SocketAddress(unix: "\(directory)/s"))
      try leaveStale(address)
      #expect(throws: SocketError(.connect, address: address.description, code: ECONNREFUSED)) {
        _ = try Socket.connect(to: address)
      }
      let listener = try Listener(address)
      let expected = SocketError(.bind, address: address.description, code: EADDRINUSE)
      #expect(throws: expected) { _ = try Listener(address) }
      Socket.close(try connectedPair(through: listener).client)
    }
  }

  @Test("a file that is no socket is left alone")
  func ordinaryFile() throws {
    try withTemporaryDirectory { directory in
      let path = "\(directory)/s"
      Socket.close(creat(path, 0o600))
      let address = try #require(SocketAddress(unix: path))
      #expect(throws: SocketError(.bind, address: "unix:\(path)", code: EADDRINUSE)) {
        _ = try Listener(address)
      }
      #expect(access(path, F_OK) == 0)
    }
  }

  /// What a killed server leaves: a socket's file without a socket.
  private func leaveStale(_ address: SocketAddress) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer { Socket.close(descriptor) }
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { room in
      for (index, byte) in address.path.utf8.enumerated() { room[index] = byte }
    }
    let code = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(code == 0)
  }
}
