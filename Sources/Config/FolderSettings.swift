/// What a folder's own file says. What it does not say is nil, and goes by what holds above it.
public struct FolderSettings: Sendable {
  public var index: Sourced<[[UInt8]]>?
  public var browse: Sourced<Bool>?
  public var mappedTypesOnly: Sourced<Bool>?
  public var types: [Sourced<TypeMapping>]?
  public var headers: [HeaderSetting]?
  public var cacheControl: Sourced<[UInt8]>?
  public var addresses = AddressRules()

  public init() {}

  /// The largest of such files.
  public static let bytesMax = 64 << 10

  /// The first thing that is wrong with such a file.
  public struct Fault: Error, Sendable, Equatable {
    public var position: Position
    /// `unknown key "brows" in a folder's own file; did you mean "browse"?`
    public var message: String

    public init(position: Position, message: String) {
      self.position = position
      self.message = message
    }
  }

  /// Reads a folder's own file, with the keys of the main table that are a folder's to set.
  /// - Parameters:
  ///   - name: what the file is called in messages.
  ///   - source: the number that its positions carry.
  ///   - hidesDots: whether names that begin with a dot are not served.
  public static func parse(
    bytes: [UInt8], name: String, source: UInt16, hidesDots: Bool
  ) throws(Fault) -> FolderSettings {
    let diagnostics = Diagnostics(
      sources: ["built-in default", "command line", name], bytes: bytes)
    guard bytes.count <= bytesMax else {
      throw Fault(
        position: Position(source: source, line: 0, column: 0),
        message: "larger than \(Quantity.size.write(UInt64(bytesMax)))")
    }
    var settings = FolderSettings()
    if let node = YAMLReader.read(bytes, source: 2, diagnostics: diagnostics) {
      let checker = Checker(diagnostics: diagnostics)
      let checked = checker.check(
        node, .table(FolderKeys.section), name: name, trail: .root, example: nil)
      if let checked, case .table(let table) = checked.value, !diagnostics.hasErrors {
        let reading = Reading(
          diagnostics: diagnostics, folder: "/", disk: .pretend, overrides: .none,
          environment: ConfigEnvironment(isRoot: false), fingerprint: 0)
        settings.take(table, reading, hidesDots: hidesDots)
      }
    }
    if let error = diagnostics.toldErrors().errors.first {
      let question = error.suggestion.map { "; did you mean \(quoted($0))?" } ?? ""
      throw Fault(
        position: Position(
          source: source, line: UInt32(error.line), column: UInt32(error.column)),
        message: error.message + question)
    }
    settings.move(to: source)
    return settings
  }

  private mutating func take(_ table: Table, _ reading: Reading, hidesDots: Bool) {
    if table.isWritten(FilesKeys.index) {
      let names = table.texts(FilesKeys.index)
      for name in names where hidesDots && name.value.hasPrefix(".") {
        reading.diagnostics.error(
          at: name.position, keys: table.keys(FilesKeys.index),
          "the index \(quoted(name.value)) is a hidden file, and those are not served")
      }
      index = Sourced(
        names.map { Array($0.value.utf8) }, at: table.position(of: FilesKeys.index))
    }
    if table.isWritten(FilesKeys.browse) { browse = table.flag(FilesKeys.browse) }
    if table.isWritten(FilesKeys.mappedTypesOnly) {
      mappedTypesOnly = table.flag(FilesKeys.mappedTypesOnly)
    }
    if table.isWritten(FilesKeys.types) {
      types = table.entries(FilesKeys.types).map { entry in
        Sourced(
          TypeMapping(
            fileExtension: Array(entry.name.lowercased().utf8), type: Array(entry.value.utf8)),
          at: entry.namePosition)
      }
    }
    if table.isWritten(RuleKeys.headers) { headers = reading.headers(table, RuleKeys.headers) }
    cacheControl = table.text(RuleKeys.cacheControl).map {
      Sourced(Array($0.value.utf8), at: $0.position)
    }
    addresses = reading.addressRules(table)
  }

  /// Gives every position the file's number: while it is read it has another.
  private mutating func move(to source: UInt16) {
    index?.position.source = source
    browse?.position.source = source
    mappedTypesOnly?.position.source = source
    cacheControl?.position.source = source
    types = types?.map { type in
      var type = type
      type.position.source = source
      return type
    }
    headers = headers?.map { header in
      var header = header
      header.position.source = source
      return header
    }
    for position in addresses.allow.indices { addresses.allow[position].position.source = source }
    for position in addresses.deny.indices { addresses.deny[position].position.source = source }
    addresses.allowPosition.source = source
  }
}

extension FilesSettings {
  /// The settings of a folder whose file says this, where these hold above it.
  public func governed(by folder: FolderSettings) -> FilesSettings {
    var settings = self
    if let index = folder.index { settings.index = index }
    if let browse = folder.browse { settings.browse = browse }
    if let only = folder.mappedTypesOnly { settings.mappedTypesOnly = only }
    if let types = folder.types { settings.types = types }
    return settings
  }
}
