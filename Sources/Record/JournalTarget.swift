internal import Glibc

/// What a sink writes to, and how to write to it without waiting.
struct JournalTarget: ~Copyable {
  private let descriptor: Int32
  private let isOwned: Bool
  private let isSocket: Bool
  /// A pipe or terminal that could not be opened anew: it is asked for room before each write.
  private let mustPoll: Bool
  /// Whether one write of any length keeps its bytes together: that is so for files that are appended to.
  let isAtomic: Bool

  /// For a descriptor that somebody else owns.
  ///
  /// A pipe or a terminal is opened a second time without blocking, because its own flags are shared with other processes.
  init(descriptor: Int32) {
    let kind = Self.kind(descriptor)
    isSocket = kind == S_IFSOCK
    isAtomic = kind == S_IFREG
    guard kind == S_IFIFO || kind == S_IFCHR else {
      self.descriptor = descriptor
      isOwned = false
      mustPoll = false
      return
    }
    let own = Glibc.open(
      "/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | O_APPEND)
    self.descriptor = own >= 0 ? own : descriptor
    isOwned = own >= 0
    mustPoll = own < 0
  }

  /// For a file, or whatever else stands at the path.
  init(path: String) throws(JournalFault) {
    descriptor = Glibc.open(
      path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o640)
    isOwned = true
    isSocket = false
    mustPoll = false
    guard descriptor >= 0 else {
      isAtomic = false
      throw JournalFault(path: path, systemError: errno)
    }
    isAtomic = Self.kind(descriptor) == S_IFREG
  }

  deinit {
    if isOwned, descriptor >= 0 { close(descriptor) }
  }

  private static func kind(_ descriptor: Int32) -> mode_t {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
  }

  /// Writes what goes at once: the number of bytes, or a negated error number.
  func write(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    if mustPoll {
      var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      if poll(&entry, 1, 0) == 0 { return -Int(EAGAIN) }
    }
    while true {
      let count =
        isSocket
        ? send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
        : Glibc.write(descriptor, bytes.baseAddress, bytes.count)
      if count >= 0 { return count }
      if errno != EINTR { return -Int(errno) }
    }
  }
}
