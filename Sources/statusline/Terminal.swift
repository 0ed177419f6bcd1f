internal import Glibc

/// Standard output, standard error and standard input.
enum Terminal {
  static func print(_ text: String) { write(text, to: STDOUT_FILENO) }

  /// An error message: one line that says what is wrong.
  static func complain(_ text: String) { write("statusline: \(text)\n", to: STDERR_FILENO) }

  static func note(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// Puts `/dev/null` where standard input, output or error is closed, so that no file or socket comes to stand there and gets what
  /// is written to the terminal.
  static func holdDescriptors() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is this one
      _ = open("/dev/null", O_RDWR)
    }
  }

  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      // Nobody reads any more: there is nothing left to say
      if count <= 0 { return }
      bytes = bytes.dropFirst(count)
    }
  }

  /// All of standard input; at most 16 MiB.
  static func readAll() -> [UInt8] {
    var bytes: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count < 16 << 20 {
      let count = read(STDIN_FILENO, &room, room.count)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { break }
      bytes += room[..<count]
    }
    return bytes
  }

  static var isInputTerminal: Bool { isatty(STDIN_FILENO) == 1 }
  static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether what is printed may have colours: a terminal reads that knows them, and nobody has asked for none (NO_COLOR).
  static var takesColours: Bool {
    guard isOutputTerminal, getenv("NO_COLOR").map({ $0.pointee == 0 }) ?? true else {
      return false
    }
    return getenv("TERM").map { String(cString: $0) != "dumb" } ?? true
  }

  /// Columns that COLUMNS says, or of the terminal on standard output; 80 where nobody knows.
  static var columns: Int {
    if let text = getenv("COLUMNS"), let number = Int(String(cString: text)), number > 0 {
      return number
    }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
