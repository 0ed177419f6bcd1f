internal import Config
internal import Serve

/// Which running server a command means: the options `--server` and `--state` of all that ask one.
enum RunningServer {
  static let options: [Option] = [
    .value("--server", "ADDRESS", "which server, where several run: its first address"),
    state,
  ]
  static let state = Option.value(
    "--state", "FOLDER", "the server's state folder, where it is not the usual one")

  /// The folders of all servers that have run here.
  static func known(_ arguments: Arguments) throws -> [String] {
    guard let state = arguments.value("--state") ?? Settings.standardStateFolder() else {
      throw UsageError(description: "HOME is not set: give the server's folder with --state")
    }
    return StateFolder.servers(in: state)
  }

  /// Those that run, or the one of them that `--server` names.
  static func chosen(_ arguments: Arguments) throws -> [String] {
    var folders = try known(arguments)
    if let address = arguments.value("--server") {
      // `:8080` is every address, of which the first is that of IPv4
      let first = address.hasPrefix(":") ? "0.0.0.0" + address : address
      let wanted = StateFolder.folderName(first)
      folders = folders.filter { name($0) == wanted }
    }
    return folders.filter(ControlClient.isAnswered)
  }

  /// The one that is meant; nil where none runs. An order is never given to several: they may have nothing to do with each other.
  static func only(_ arguments: Arguments) throws -> String? {
    let folders = try chosen(arguments)
    if folders.count > 1 {
      throw UsageError(
        description: "several servers are running; say which one is meant:\n"
          + folders.map { "  --server \(name($0))" }.joined(separator: "\n"))
    }
    return folders.first
  }

  /// How a server is called: its first address, with what a folder's name cannot have made a hyphen.
  static func name(_ folder: String) -> String {
    folder.split(separator: "/").last.map(String.init) ?? folder
  }

  static func none(_ arguments: Arguments) -> String {
    guard let address = arguments.value("--server") else {
      return "no server is running with this state folder"
    }
    return "no server is running at \(address) with this state folder"
  }
}
