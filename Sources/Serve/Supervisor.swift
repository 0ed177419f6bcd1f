internal import Glibc

/// Tells systemd how the service is, in the words of sd_notify(3), over the socket that NOTIFY_SOCKET names. Without that variable nothing
/// is said. A few lines of our own, because libsystemd would bring more than it saves.
public enum Supervisor {
  /// The server answers, or has gone over to another configuration.
  public static func ready() { tell("READY=1") }

  /// A reload has begun; `ready` follows whether or not it succeeds.
  public static func reloading() {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let microseconds = Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    tell("RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
  }

  public static func stopping() { tell("STOPPING=1") }

  /// Another process goes on with the service.
  static func handedOver(to process: Int32) { tell("MAINPID=\(process)\nREADY=1") }

  private static func tell(_ state: String) {
    guard let value = getenv("NOTIFY_SOCKET") else { return }
    var path = Array(String(cString: value).utf8)
    // A name that begins with @ is one of the abstract ones, whose first byte is a zero
    guard let first = path.first, first == 0x2F || first == 0x40, path.count < 108 else { return }
    if first == 0x40 { path[0] = 0 }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let bytes = Array(state.utf8)
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
      }
    }
  }
}
