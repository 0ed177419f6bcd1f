import Glibc

/// What the command line says over a configuration file.
public struct Overrides: Sendable {
  /// Addresses to listen on instead of the file's; empty: the file's.
  public var listen: [String]
  /// Whether every files resource lists its folders.
  public var browse: Bool
  /// The state folder instead of the file's.
  public var state: String?

  public init(listen: [String] = [], browse: Bool = false, state: String? = nil) {
    self.listen = listen
    self.browse = browse
    self.state = state
  }

  public static let none = Overrides()
}

/// What of the process decides the default state folder.
struct ConfigEnvironment: Sendable {
  var isRoot: Bool
  var stateHome: String?
  var home: String?

  static var current: ConfigEnvironment {
    ConfigEnvironment(
      isRoot: getuid() == 0, stateHome: value("XDG_STATE_HOME"), home: value("HOME"))
  }

  private static func value(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// nil where nothing says where it could be.
  var stateFolder: String? {
    if isRoot { return "/var/lib/statusline" }
    // The XDG base directory specification has relative paths ignored.
    if let stateHome, stateHome.hasPrefix("/") { return stateHome + "/statusline" }
    if let home, home.hasPrefix("/") { return home + "/.local/state/statusline" }
    return nil
  }
}

extension Settings {
  /// The largest configuration file.
  public static let fileBytesMax = 4 << 20

  /// Reads and checks a configuration file. Throws every error that was found, not only the first.
  public static func load(
    path: String, overrides: Overrides = .none
  ) throws(ConfigErrors) -> Settings {
    try outcome(check(path: path, overrides: overrides))
  }

  /// Checks a configuration that is already in memory.
  /// - Parameters:
  ///   - name: what the file is called in messages and positions.
  ///   - folder: what relative paths count from.
  public static func parse(
    bytes: [UInt8], name: String, folder: String, overrides: Overrides = .none
  ) throws(ConfigErrors) -> Settings {
    try outcome(check(bytes: bytes, name: name, folder: folder, overrides: overrides))
  }

  /// The settings of `statusline serve ROOT`: one site for every name, with the files of one
  /// folder.
  public static func serving(
    root: String, browse: Bool = false, listen: [String] = [], state: String? = nil
  ) throws(ConfigErrors) -> Settings {
    let files = YAMLNode.mapping([YAMLEntry(FilesKeys.root, .text(root))])
    let rule = YAMLNode.mapping([
      YAMLEntry(RuleKeys.path, .text("/")), YAMLEntry(RuleKeys.files, files),
    ])
    let site = YAMLNode.mapping([YAMLEntry(SiteKeys.rules, .sequence([rule]))])
    let words = ["serve", root, browse ? "--browse" : "", state ?? ""] + listen
    let reading = Reading(
      diagnostics: Diagnostics(sources: ["built-in default", "command line"], bytes: []),
      folder: Disk.workingFolder(), disk: .real,
      overrides: Overrides(listen: listen, browse: browse, state: state), environment: .current,
      fingerprint: hash(of: Array(words.joined(separator: "\0").utf8).span))
    let settings = reading.settings(
      from: .mapping([YAMLEntry(ConfigSchema.sites, .sequence([site]))]))
    guard let settings else { throw reading.diagnostics.toldErrors() }
    return settings
  }

  /// Everything that there is to say of a configuration file.
  public static func check(path: String, overrides: Overrides = .none) -> CheckReport {
    let bytes: [UInt8]
    do throws(Disk.Failure) {
      bytes = try Disk.real.read(path, bytesMax: fileBytesMax, ordinaryOnly: false)
    } catch {
      let message =
        if case .tooLarge = error { tooLarge } else { "the configuration \(error.text)" }
      return CheckReport(
        settings: nil,
        errors: [ConfigError(file: path, line: 0, column: 0, message: message)],
        warnings: [], omitted: 0, name: path)
    }
    let folder = Paths.resolve(Paths.folder(of: path), in: Disk.workingFolder())
    return check(bytes: bytes, name: path, folder: folder, overrides: overrides)
  }

  /// Everything that there is to say of a configuration in memory.
  public static func check(
    bytes: [UInt8], name: String, folder: String, overrides: Overrides = .none
  ) -> CheckReport {
    check(
      bytes: bytes, name: name, folder: folder, overrides: overrides, disk: .real,
      environment: .current)
  }

  static func check(
    bytes: [UInt8], name: String, folder: String, overrides: Overrides, disk: Disk,
    environment: ConfigEnvironment
  ) -> CheckReport {
    let diagnostics = Diagnostics(
      sources: ["built-in default", "command line", name], bytes: bytes)
    var settings: Settings?
    if bytes.count > fileBytesMax {
      diagnostics.error(at: Position(source: 2, line: 0, column: 0), keys: "", tooLarge)
    } else if let root = YAMLReader.read(bytes, source: 2, diagnostics: diagnostics) {
      let reading = Reading(
        diagnostics: diagnostics, folder: folder, disk: disk, overrides: overrides,
        environment: environment, fingerprint: hash(of: bytes.span))
      settings = reading.settings(from: root)
    }
    let told = diagnostics.toldErrors()
    return CheckReport(
      settings: settings, errors: told.errors, warnings: told.warnings, omitted: told.omitted,
      name: name)
  }

  /// FNV-1a 64.
  public static func hash(of bytes: Span<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in bytes.indices {
      hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3
    }
    return hash
  }

  private static var tooLarge: String {
    "the configuration is larger than \(Quantity.size.write(UInt64(fileBytesMax)))"
  }

  private static func outcome(_ report: CheckReport) throws(ConfigErrors) -> Settings {
    guard let settings = report.settings else {
      throw ConfigErrors(
        errors: report.errors, warnings: report.warnings, omitted: report.omitted)
    }
    return settings
  }
}

// MARK: Nodes of the command line

extension YAMLNode {
  static func text(_ text: String) -> YAMLNode {
    YAMLNode(content: .scalar(text, isPlain: false), position: .commandLine)
  }

  static func sequence(_ items: [YAMLNode]) -> YAMLNode {
    YAMLNode(content: .sequence(items), position: .commandLine)
  }

  static func mapping(_ entries: [YAMLEntry]) -> YAMLNode {
    YAMLNode(content: .mapping(entries), position: .commandLine)
  }
}

extension YAMLEntry {
  init(_ key: ConfigKey, _ value: YAMLNode) {
    self.init(key: key.name, keyPosition: .commandLine, value: value)
  }
}

extension Settings {
  /// The state folder where nothing else is said; nil where the environment does not tell.
  public static func standardStateFolder() -> String? {
    ConfigEnvironment.current.stateFolder
  }
}
