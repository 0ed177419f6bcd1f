internal import Config
internal import Loop
internal import Record
internal import Serve

enum PredictCommand: Command {
  static let name = "predict"
  static let form = "METHOD TARGET"
  static let summary = "A dry run: status, cause, path and line of configuration, with no server."
  static let words = 2...2
  static let options: [Option] = [
    .value("--config", "FILE", "the configuration; statusline.yaml where neither is given"),
    .value("--root", "FOLDER", "the folder, as `statusline serve FOLDER` would serve it"),
    .flag("--browse", "with --root: folders are listed"),
    .list("-H", "'NAME: VALUE'", "a field of the request; more than once for several"),
    .value("--from", "ADDRESS", "the client's address and port"),
    .value("--port", "PORT", "the port that the client reaches; the first listener's by default"),
    .flag("--json", "as JSON"),
  ]
  static let notes = """
    A Host field is added where -H gives none. The prediction looks at the real folder and stops before content is read or
    anything is done; what may come out differently there is listed at the end.
    """

  static func run(_ arguments: inout Arguments) throws -> ExitCode {
    let settings = try load(arguments)
    let port = try port(arguments, settings)
    var request = "\(arguments.words[0]) \(arguments.words[1]) HTTP/1.1\r\n"
    let fields = arguments.list("-H")
    if !fields.contains(where: { $0.lowercased().hasPrefix("host:") }) {
      let name = settings.sites.first?.names.first.map { String(decoding: $0.value, as: UTF8.self) }
      let host = name.flatMap { $0.hasPrefix("*") ? nil : $0 } ?? "localhost"
      request += "Host: \(host):\(port)\r\n"
    }
    for field in fields { request += field + "\r\n" }
    request += "\r\n"
    let prediction = try Predictor.predict(
      request: Array(request.utf8), settings: settings,
      from: arguments.value("--from") ?? "127.0.0.1:0", port: port)
    let explanation = Explanation(try JSONRecord.read(Array(prediction.line.utf8)))
    if arguments.has("--json") {
      Terminal.print(explanation.json)
      return .done
    }
    Terminal.print("Predicted, not sent\n\n" + explanation.forecast)
    if !prediction.alternatives.isEmpty {
      Terminal.print("\ndecided only while it is done, so these may come instead:\n")
      for alternative in prediction.alternatives { Terminal.print("  \(alternative)\n") }
    }
    return .done
  }

  private static func load(_ arguments: Arguments) throws -> Settings {
    if let root = arguments.value("--root") {
      if arguments.has("--config") {
        throw UsageError(description: "--root and --config say two things; give one of them")
      }
      return try Settings.serving(root: root, browse: arguments.has("--browse"))
    }
    return try Settings.load(path: arguments.value("--config") ?? "statusline.yaml")
  }

  private static func port(_ arguments: Arguments, _ settings: Settings) throws -> UInt16 {
    if let text = arguments.value("--port") {
      guard let port = UInt16(text) else {
        throw UsageError(description: "`\(text)` is no port: a number from 0 to 65535")
      }
      return port
    }
    for listener in settings.listeners {
      // A socket of systemd's has a port that only systemd knows
      guard let addresses = try? SocketAddress.parse(listener.address.value) else { continue }
      if let address = addresses.first(where: { $0.endpoint.family != .unix }) {
        return address.port
      }
    }
    return 0
  }
}
