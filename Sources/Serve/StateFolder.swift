internal import Config
internal import Glibc
internal import Loop

/// The folder where a running server keeps its control socket and flight recorder: one below `state` for each server, named after
/// its first address, so that several can run on one machine and `why` finds them all.
public enum StateFolder {
  /// Makes the folder of a server; nil, with a note, where that fails.
  static func make(
    for addresses: [SocketAddress], _ settings: Settings, notes: inout [String]
  ) -> String? {
    let name = addresses.first.map(folderName) ?? "server"
    let folder = settings.state.value + "/" + name
    var made = folder.hasPrefix("/") ? "" : "."
    for part in folder.split(separator: "/") {
      made += "/" + part
      if mkdir(made, 0o700) != 0, errno != EEXIST {
        let reason = String(cString: strerror(errno))
        notes.append("no control socket and no flight recorder: cannot make \(made): \(reason)")
        return nil
      }
    }
    return folder
  }

  /// `127.0.0.1:8080` -> `127.0.0.1-8080`; a Unix socket's path with its slashes changed.
  static func folderName(_ address: SocketAddress) -> String { folderName(address.description) }

  /// The same of an address, or a folder's name, as somebody writes it.
  public static func folderName(_ text: String) -> String {
    String(
      text.map { character in
        character.isLetter || character.isNumber || character == "." || character == "-"
          ? character : "-"
      })
  }

  /// The folders of servers that have run with this state folder.
  public static func servers(in state: String) -> [String] {
    guard let folder = opendir(state) else { return [] }
    defer { closedir(folder) }
    var found: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { found.append(state + "/" + name) }
    }
    return found.sorted()
  }

  /// The control socket's name in a server's folder.
  public static let socketName = "control"
}
