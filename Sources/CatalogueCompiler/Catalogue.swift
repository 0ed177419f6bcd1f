/// What a status owes about one field.
struct FieldRule: Equatable {
  var field: String
  /// Positions in the vocabulary.
  var strength: Int
  var condition: Int
  /// Bits 0...2 are the roles, bits 3...5 the versions for which the rule holds.
  var applies: Int
  var line: Int

  /// Whether there is a role and a version for which both rules hold.
  func overlaps(_ other: FieldRule) -> Bool {
    let both = applies & other.applies
    return both & 0b000_111 != 0 && both & 0b111_000 != 0
  }
}

struct StatusEntry {
  var entry: Entry
  var code = 0
  var phrase = ""
  var name = ""
  var reference = ""
  var olderNames: [String] = []
  var registration = 0
  var isCacheable = false
  var content = 0
  var retry = 0
  var redirectMethod = 0
  var generators = 0
  var rules: [FieldRule] = []
}

struct CauseEntry {
  var entry: Entry
  var status = 0
  var number = 0
  var slug = ""
  var reference = ""
  var iis: [String] = []
  var olderNames: [String] = []
  var actor = 0
  var retry = 0
  var standardStatus = 0

  var code: String { "\(status).\(number)" }
}

struct ProxyErrorEntry {
  var entry: Entry
  var name = ""
  var status = 0
  var isResponseOnly = false
  var parameters: [String] = []
  var reference = ""
}

struct UnofficialEntry {
  var entry: Entry
  var vendor = ""
  var code = 0
  var name = ""
  var closest: [Int] = []
  var sentAs = 0
}

/// What another program writes where it gives no status of its own: a flag, a log message, an error number.
struct SignEntry {
  var entry: Entry
  var vendor = ""
  var sign = ""
  var name = ""
  var statuses: [Int] = []
  var proxyError = ""
}

/// The whole catalogue, checked and in the order of the tables.
struct Catalogue {
  var everyStatus: [FieldRule] = []
  var statuses: [StatusEntry] = []
  var causes: [CauseEntry] = []
  /// A cause for each status from 100 to 599, by its status; empty where the catalogue has no entry for them.
  var rehearsed: [CauseEntry] = []
  var proxyErrors: [ProxyErrorEntry] = []
  var unofficial: [UnofficialEntry] = []
  var signs: [SignEntry] = []

  /// Builds the catalogue from files.
  /// - Parameter files: paths below the catalogue's folder, and their texts.
  /// - Returns: the catalogue with all faults, in the order of the files. It is fit for use only where there are none.
  static func compile(files: [(path: String, text: String)]) -> (Catalogue, [Diagnostic]) {
    var catalogue = Catalogue()
    var faults: [Diagnostic] = []
    for file in files.sorted(by: { $0.path < $1.path }) where !file.path.hasSuffix("README.md") {
      guard let entry = readEntry(path: file.path, text: file.text, faults: &faults) else {
        continue
      }
      var reader = EntryReader(entry: entry)
      catalogue.add(&reader)
      faults += reader.faults
    }
    catalogue.statuses.sort { $0.code < $1.code }
    catalogue.causes.sort { ($0.status, $0.number) < ($1.status, $1.number) }
    catalogue.proxyErrors.sort { $0.name < $1.name }
    catalogue.unofficial.sort { ($0.vendor, $0.code) < ($1.vendor, $1.code) }
    catalogue.signs.sort { ($0.vendor, $0.sign) < ($1.vendor, $1.sign) }
    faults += catalogue.contradictions()
    catalogue.inherit()
    return (catalogue, faults)
  }

  private mutating func add(_ reader: inout EntryReader) {
    switch reader.entry.kind {
    case .everyStatus: everyStatus = reader.rules()
    case .status: statuses.append(reader.status())
    case .cause, .outcome: causes.append(reader.cause())
    case .rehearsed: rehearsed = reader.rehearsed()
    case .proxyError: proxyErrors.append(reader.proxyError())
    case .unofficial: unofficial.append(reader.unofficial())
    case .sign: signs.append(reader.sign())
    }
  }

  /// A cause that names no section follows the one that defines its status.
  private mutating func inherit() {
    for index in causes.indices where causes[index].reference.isEmpty {
      let status = causes[index].status
      causes[index].reference = statuses.first { $0.code == status }?.reference ?? ""
    }
  }
}
