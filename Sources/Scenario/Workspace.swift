internal import Glibc
internal import Loop

/// The folder of one play: `root` with the scenario's files, `state` for the server. Removed when the play is over.
final class Workspace {
  private let temporary: TemporaryFolder
  var folder: String { temporary.path }
  var root: String { folder + "/root" }
  var state: String { folder + "/state" }
  /// Leases that are held, and the sockets that keep a port.
  private var descriptors: [Int32] = []

  /// When files were last modified, where a scenario does not say: 2025-01-01T00:00:00Z. What it writes later is a day younger.
  static let usualTime: Int64 = 1_735_689_600

  init() throws(PlayFault) {
    do throws(SystemError) {
      temporary = try TemporaryFolder(for: "scenario")
    } catch {
      throw PlayFault(error)
    }
    for path in [root, state] where mkdir(path, 0o755) != 0 {
      throw PlayFault("make \(path)", errno)
    }
  }

  deinit {
    for descriptor in descriptors { close(descriptor) }
  }

  // MARK: Files

  func make(_ file: MadeFile) throws(PlayFault) {
    try makeFolders(above: file.name)
    let path = root + "/" + file.name
    switch file.kind {
    case .folder: try check(mkdir(path, 0o755) == 0 || errno == EEXIST, "make", path)
    case .content(let bytes): try write(file.name, bytes)
    case .size(let size):
      try write(file.name, [])
      try check(truncate(path, off_t(size)) == 0, "size", path)
    case .link(let target): try check(symlink(target, path) == 0, "link", path)
    case .pipe: try check(mkfifo(path, 0o644) == 0, "make", path)
    }
    if let mode = file.mode {
      try check(chmod(path, mode_t(mode)) == 0, "change the mode of", path)
    }
    try setTime(path, file.modified ?? Workspace.usualTime)
    if file.isLeased { try lease(path) }
  }

  private func makeFolders(above name: String) throws(PlayFault) {
    var path = root
    for part in name.split(separator: "/").dropLast() {
      path += "/" + part
      if mkdir(path, 0o755) == 0 {
        try setTime(path, Workspace.usualTime)
      } else {
        try check(errno == EEXIST, "make", path)
      }
    }
  }

  private func setTime(_ path: String, _ seconds: Int64) throws(PlayFault) {
    let times = [timespec](repeating: timespec(tv_sec: Int(seconds), tv_nsec: 0), count: 2)
    try check(
      utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW) == 0, "set the time of", path)
  }

  private func write(_ name: String, _ bytes: [UInt8]) throws(PlayFault) {
    do throws(SystemError) {
      try temporary.write(Array("root/\(name)".utf8), bytes)
    } catch {
      throw PlayFault(error)
    }
  }

  /// Until the play ends, opening the file for reading without waiting fails with EWOULDBLOCK.
  private func lease(_ path: String) throws(PlayFault) {
    let descriptor = Glibc.open(path, O_RDWR | O_CLOEXEC)
    try check(descriptor >= 0, "open", path)
    descriptors.append(descriptor)
    // Who holds a lease is told by a signal that somebody wants the file; this one is ignored by default
    try check(fcntl(descriptor, Workspace.setSignal, SIGURG) >= 0, "lease", path)
    try check(fcntl(descriptor, Workspace.setLease, Int32(F_WRLCK)) >= 0, "lease", path)
  }

  /// `F_SETSIG` and `F_SETLEASE`, which the C library shows to those who ask for its own extensions.
  private static let setSignal: Int32 = 10
  private static let setLease: Int32 = 1024

  func change(_ change: FileChange) throws(PlayFault) {
    switch change {
    case .write(let name, let bytes):
      try write(name, bytes)
      try setTime(root + "/" + name, Workspace.usualTime + 86_400)
    case .truncate(let name, let size):
      try check(truncate(root + "/" + name, off_t(size)) == 0, "truncate", name)
    case .remove(let name):
      let path = root + "/" + name
      try check(unlink(path) == 0 || rmdir(path) == 0, "remove", name)
    case .rename(let name, let other):
      try check(Glibc.rename(root + "/" + name, root + "/" + other) == 0, "rename", name)
    }
  }

  private func check(_ worked: Bool, _ action: String, _ name: String) throws(PlayFault) {
    if !worked { throw PlayFault("\(action) \(name)", errno) }
  }

  // MARK: Ports

  /// A port of 127.0.0.1 that is ours until the play ends: bound, and never listened on by this socket.
  func reservePort() throws(PlayFault) -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw PlayFault("make a socket", errno) }
    descriptors.append(descriptor)
    var one: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
      }
    }
    guard bound else { throw PlayFault("reserve a port", errno) }
    return UInt16(bigEndian: address.sin_port)
  }

  /// The whole of a file; empty where it is not there.
  static func read(_ path: String) -> [UInt8] {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &room, room.count)
      if count <= 0 { return bytes }
      bytes += room[..<count]
    }
  }
}

/// What keeps a scenario from being played at all.
struct PlayFault: Error, CustomStringConvertible {
  var description: String

  init(_ action: String, _ code: Int32) {
    description = "cannot \(action): \(String(cString: strerror(code)))"
  }

  init(_ error: SystemError) { description = "\(error)" }
  init(_ description: String) { self.description = description }
}
