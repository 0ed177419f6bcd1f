internal import CSystem
internal import Glibc
internal import Synchronization

/// A socket that waits for connections. It closes itself, and removes its Unix socket's file, when
/// it goes.
public final class Listener: Sendable {
  public struct Options: Sendable {
    /// How many connections may wait to be accepted, 1 and more; the system may hold it lower.
    public var backlog: Int32
    /// Lets several listeners, one a loop, share the address, and the kernel spread the connections
    /// (IP only).
    public var sharesPort: Bool
    /// Who may connect to a Unix socket: permission bits, such as 0o660.
    public var unixMode: UInt32
    /// Takes the place of a Unix socket's file even where somebody answers at it: in one step, so that there is always one.
    public var replaces: Bool

    public init(
      backlog: Int32 = 1024, sharesPort: Bool = false, unixMode: UInt32 = 0o660,
      replaces: Bool = false
    ) {
      self.replaces = replaces
      self.backlog = backlog
      self.sharesPort = sharesPort
      self.unixMode = unixMode
    }
  }

  /// What one attempt to accept came to.
  public enum Accepted: Sendable, Hashable {
    /// A non-blocking socket, which is now the caller's, and its peer.
    case connection(Int32, Endpoint)
    /// Nobody waits.
    case wouldBlock
    /// Out of descriptors or memory: the errno. Somebody still waits, and with `.edge` no event
    /// will tell, so come back by a timer.
    case exhausted(Int32)
    /// The listener is of no more use: the errno.
    case failed(Int32)
  }

  public let descriptor: Int32
  /// Where it listens, with the port that it really has.
  public let address: SocketAddress
  private let isOpen = Atomic<Bool>(true)
  private let ownsFile = Atomic<Bool>(true)

  /// Binds and listens. A Unix socket's file that nobody answers at is replaced; any other file is
  /// `EADDRINUSE`. The connections inherit TCP_NODELAY.
  public init(_ address: SocketAddress, _ options: Options = Options()) throws(SocketError) {
    let descriptor = csystem_socket(address.familyNumber)
    if descriptor < 0 {
      throw SocketError(.create, address: address.description, code: -descriptor)
    }
    do throws(SocketError) {
      try Listener.configure(descriptor, address, options)
      try Listener.bind(descriptor, address, options)
      if listen(descriptor, options.backlog) != 0 {
        throw SocketError(.listen, address: address.description, code: errno)
      }
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    var bound = address
    if address.endpoint.family != .unix, let endpoint = Socket.boundEndpoint(descriptor) {
      bound.endpoint = endpoint
    }
    self.descriptor = descriptor
    self.address = bound
  }

  /// Throws where `address` cannot be bound by one socket alone, with the error that says so. Nobody can connect meanwhile: the
  /// socket never listens, so that no early client is accepted by it and reset when it goes.
  public static func claim(_ address: SocketAddress) throws(SocketError) {
    let descriptor = csystem_socket(address.familyNumber)
    if descriptor < 0 {
      throw SocketError(.create, address: address.description, code: -descriptor)
    }
    defer { Glibc.close(descriptor) }
    try configure(descriptor, address, Options())
    let code = attemptBind(descriptor, address)
    if code != 0 { throw SocketError(.bind, address: address.description, code: code) }
  }

  /// Takes over a stream socket that listens already: one that another process has opened. `close` removes a Unix socket's file,
  /// unless `disown` was called.
  public init(adopting descriptor: Int32) throws(SocketError) {
    var listens: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    let name = "descriptor \(descriptor)"
    guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0 else {
      throw SocketError(.readAddress, address: name, code: errno)
    }
    guard listens != 0 else { throw SocketError(.listen, address: name, code: EINVAL) }
    guard let address = Socket.boundAddress(descriptor) else {
      throw SocketError(.readAddress, address: name, code: errno)
    }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    if address.endpoint.family != .unix {
      _ = Socket.setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }
    self.descriptor = descriptor
    self.address = address
  }

  /// Leaves a Unix socket's file where it is when this closes: somebody else goes on with it.
  public func disown() { ownsFile.store(false, ordering: .releasing) }

  deinit { close() }

  /// Ends listening, from any thread; connections that wait unaccepted are reset. Once is enough,
  /// twice does no harm. Nobody may be accepting on another thread at that moment.
  public func close() {
    guard isOpen.exchange(false, ordering: .acquiringAndReleasing) else { return }
    if address.endpoint.family == .unix, ownsFile.load(ordering: .acquiring) {
      unlink(address.path)
    }
    Glibc.close(descriptor)
  }

  /// Takes one connection that waits. Those that their peers have given up already are passed over.
  public func accept() -> Accepted {
    var storage = sockaddr_storage()
    while true {
      let accepted = csystem_accept(descriptor, &storage)
      if accepted >= 0 { return .connection(accepted, Endpoint(&storage)) }
      switch -accepted {
      case EAGAIN: return .wouldBlock
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted(-accepted)
      case EBADF, EINVAL, ENOTSOCK, EOPNOTSUPP, EFAULT: return .failed(-accepted)
      default: continue  // accept(2): errors of the connection, not of the listener
      }
    }
  }

  private static func configure(
    _ descriptor: Int32, _ address: SocketAddress, _ options: Options
  ) throws(SocketError) {
    guard address.endpoint.family != .unix else { return }
    var settings: [(level: Int32, name: Int32)] = [
      (SOL_SOCKET, SO_REUSEADDR), (Int32(IPPROTO_TCP), TCP_NODELAY),
    ]
    if options.sharesPort { settings.append((SOL_SOCKET, SO_REUSEPORT)) }
    if address.endpoint.family == .ipv6 { settings.append((Int32(IPPROTO_IPV6), IPV6_V6ONLY)) }
    for setting in settings {
      let code = Socket.setOption(descriptor, setting.level, setting.name, 1)
      if code != 0 { throw SocketError(.configure, address: address.description, code: code) }
    }
  }

  private static func bind(
    _ descriptor: Int32, _ address: SocketAddress, _ options: Options
  ) throws(SocketError) {
    let isUnix = address.endpoint.family == .unix
    if isUnix, options.replaces, try replace(descriptor, address, options) { return }
    if isUnix {
      // On Linux the file is born with the socket's own mode, so that it is never wider than asked
      // for.
      _ = fchmod(descriptor, mode_t(options.unixMode))
    }
    var code = attemptBind(descriptor, address)
    if isUnix, code == EADDRINUSE, isAbandoned(address) {
      unlink(address.path)
      code = attemptBind(descriptor, address)
    }
    if code == 0, isUnix, chmod(address.path, mode_t(options.unixMode)) != 0 {
      code = errno
      unlink(address.path)
    }
    if code != 0 { throw SocketError(.bind, address: address.description, code: code) }
  }

  /// Binds beside the file and moves the socket there; false where the longer name has no room.
  private static func replace(
    _ descriptor: Int32, _ address: SocketAddress, _ options: Options
  ) throws(SocketError) -> Bool {
    guard let beside = SocketAddress(unix: address.path + ".new") else { return false }
    unlink(beside.path)
    _ = fchmod(descriptor, mode_t(options.unixMode))
    var code = attemptBind(descriptor, beside)
    if code == 0, chmod(beside.path, mode_t(options.unixMode)) != 0 { code = errno }
    if code == 0, rename(beside.path, address.path) != 0 { code = errno }
    if code != 0 {
      unlink(beside.path)
      throw SocketError(.bind, address: address.description, code: code)
    }
    return true
  }

  private static func attemptBind(_ descriptor: Int32, _ address: SocketAddress) -> Int32 {
    address.withSocketAddress { Glibc.bind(descriptor, $0, $1) == 0 ? 0 : errno }
  }

  /// Whether the file is a socket that nobody listens at any more.
  private static func isAbandoned(_ address: SocketAddress) -> Bool {
    var file = csystem_file()
    guard csystem_stat_path(AT_FDCWD, address.path, AT_SYMLINK_NOFOLLOW, &file) == 0,
      file.mode & 0o170000 == 0o140000  // S_IFMT, S_IFSOCK
    else { return false }
    let probe = csystem_socket(AF_UNIX)
    guard probe >= 0 else { return false }
    defer { Glibc.close(probe) }
    return address.withSocketAddress { Glibc.connect(probe, $0, $1) != 0 && errno == ECONNREFUSED }
  }
}
