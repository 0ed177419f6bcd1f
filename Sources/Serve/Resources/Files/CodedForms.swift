internal import CSystem
internal import Config
internal import Facts
internal import Glibc
internal import Message
internal import Respond

/// A file's content in a coding: another file beside it, or made from it when it is first wanted.
enum CodedForm {
  case file(ContentCoding, FileEntry)
  case made(CompressedForm)

  var coding: ContentCoding {
    switch self {
    case .file(let coding, _): coding
    case .made(let form): form.coding
    }
  }
}

/// The codings in which a file can be sent, the server's favourite first.
final class CodedForms {
  private(set) var all: [CodedForm]

  init(_ all: [CodedForm]) { self.all = all }

  /// The form that the client wants most; nil: the file as it is. Among equals the first goes, and the file as it is goes last.
  func best(for weights: CodingWeights) -> CodedForm? {
    var best: CodedForm?
    var bestWeight = 0
    for form in all {
      let weight = weights.thousandths(form.coding)
      if weight > bestWeight {
        best = form
        bestWeight = weight
      }
    }
    return bestWeight >= weights.thousandths(.identity) ? best : nil
  }

  /// Takes over what was compressed before, or is just being compressed, of the same content.
  func adopt(_ older: CodedForms) {
    for index in all.indices {
      guard case .made(let form) = all[index] else { continue }
      for case .made(let known) in older.all where known.isSame(as: form) {
        all[index] = .made(known)
      }
    }
  }

  func hasAcceptable(for weights: CodingWeights) -> Bool {
    all.contains { weights.thousandths($0.coding) > 0 }
  }
}

/// A file's content compressed by the server: its fields at once, its bytes when they are first wanted. Belongs to one loop.
///
/// Its entity tag is weak, because another version of the library may make other bytes of the same content. It has no ranges for the
/// same reason: what two requests get need not fit together.
final class CompressedForm {
  let coding: ContentCoding
  let level: Int32
  private let mediaType: StableBytes
  private let entityTag: StableBytes
  private let fields: RepresentationFields
  private let budget: CompressedBudget
  @exclusivity(unchecked) private(set) var content: StableBytes?
  /// A helper thread is at work, and these wait for it.
  @exclusivity(unchecked) var isPending = false
  @exclusivity(unchecked) var waiters: [UnsafeContinuation<Void, Never>] = []
  /// What became of the last try; nil: it went well, or there was none.
  @exclusivity(unchecked) var failure:
    (failure: ActionFailure, systemError: Int32, available: UInt64)?

  init(
    _ coding: ContentCoding, level: Int32, of entry: FileEntry, type: StableBytes,
    selection: SelectionFields, budget: CompressedBudget
  ) {
    self.coding = coding
    self.level = level
    self.budget = budget
    mediaType = type
    var tag = ByteBuffer(capacity: 96)
    let identity = entry.entityTag?.bytes ?? UnsafeBufferPointer(start: nil, count: 0)
    let opaque = identity.drop { $0 != 0x22 }
    tag.append("W/")
    tag.append(UnsafeBufferPointer(rebasing: opaque.dropLast()))
    tag.append("-")
    tag.append(coding.name)
    tag.append("\"")
    entityTag = StableBytes(tag.bytes)
    var selection = selection
    selection.coding = Array("\(coding.name)".utf8)
    fields = RepresentationFields(
      mediaType: type.bytes, entityTag: entityTag.bytes, lastModified: entry.dateText.bytes,
      takesRanges: false, selection: selection)
  }

  deinit { drop() }

  /// Whether both are made of the same content in the same way.
  func isSame(as other: CompressedForm) -> Bool {
    coding == other.coding && level == other.level
      && entityTag.bytes.elementsEqual(other.entityTag.bytes)
      && mediaType.bytes.elementsEqual(other.mediaType.bytes)
  }

  /// Without content a representation of which only a HEAD can be answered.
  var representation: Representation {
    let source: Representation.Source =
      if let content { .memory(content.bytes) } else { .unmade }
    return Representation(
      fields: fields, mediaType: mediaType.bytes, entityTag: entityTag.bytes,
      length: UInt64(content?.bytes.count ?? 0), takesRanges: false, source: source)
  }

  func keep(_ made: StableBytes) {
    drop()
    content = made
    budget.bytes += made.bytes.count
  }

  /// Forgets the bytes; answers under way keep them.
  func drop() {
    guard let content else { return }
    budget.bytes -= content.bytes.count
    self.content = nil
  }
}

/// What a loop's compressed contents come to.
final class CompressedBudget {
  @exclusivity(unchecked) var bytes = 0
  /// Beyond it, everything that was compressed is forgotten but the newest.
  static let bytesMax = 64 << 20
}

extension FilesRoot {
  /// Whether the rule's answers can depend on Accept-Encoding, or on what is acceptable.
  var hasForms: Bool {
    let negotiation = settings.negotiation
    return !negotiation.precompressed.value.isEmpty
      || !negotiation.compress.codings.value.isEmpty || negotiation.strict.value
  }

  /// The request fields that an answer depends on.
  func vary(isVariant: Bool, isCoded: Bool) -> [UInt8] {
    let isStrict = settings.negotiation.strict.value
    var names: [String] = []
    if isVariant { names.append("Negotiate") }
    if isVariant || isStrict { names += ["Accept", "Accept-Language"] }
    if isCoded || isStrict { names.append("Accept-Encoding") }
    return Array(names.joined(separator: ", ").utf8)
  }
}

extension FileStore {
  /// Finds out in which codings a file that is open can be sent, and tells its fields what they depend on. `path` is relative to the
  /// root. True where a link was followed.
  func attachForms(
    _ entry: FileEntry, _ root: FilesRoot, _ path: String, wall: WallSeconds,
    selection: SelectionFields = SelectionFields(), isVariant: Bool = false
  ) -> Bool {
    guard let type = entry.mediaType, entry.descriptor >= 0 else { return false }
    let settings = root.settings.negotiation
    var files: [(ContentCoding, FileEntry)] = []
    var followed = false
    for coding in settings.precompressed.value {
      let (file, hasLinks) = precompressed(entry, root, path, coding, wall: wall)
      followed = followed || hasLinks
      if let file { files.append((coding, file)) }
    }
    var made: [ContentCoding] = []
    let compress = settings.compress
    if entry.length >= compress.minimum.value, entry.length <= compress.maximum.value,
      compress.takes(type: type.bytes)
    {
      made = compress.codings.value.filter { coding in !files.contains { $0.0 == coding } }
    }
    let isCoded = !files.isEmpty || !made.isEmpty
    var selection = selection
    selection.vary = root.vary(isVariant: isVariant, isCoded: isCoded)
    entry.describe(selection)
    entry.hasChoices = isCoded || settings.strict.value
    guard isCoded else { return followed }
    var forms: [CodedForm] = []
    for (coding, file) in files {
      selection.coding = Array("\(coding.name)".utf8)
      file.describe(selection)
      forms.append(.file(coding, file))
    }
    for coding in made {
      forms.append(
        .made(
          CompressedForm(
            coding, level: compress.level(coding), of: entry, type: type, selection: selection,
            budget: compressedBudget)))
    }
    entry.forms = CodedForms(forms)
    return followed
  }

  /// The file beside a file that has its content in a coding; nil where there is none, or it is older than the content.
  private func precompressed(
    _ entry: FileEntry, _ root: FilesRoot, _ path: String, _ coding: ContentCoding,
    wall: WallSeconds
  ) -> (FileEntry?, Bool) {
    let (descriptor, hasLinks) = FileStore.openFollowing(root, path + "\(coding.fileSuffix)")
    guard descriptor >= 0, let type = entry.mediaType else { return (nil, hasLinks) }
    var file = csystem_file()
    guard csystem_stat_descriptor(descriptor, &file) == 0, file.mode & S_IFMT == S_IFREG,
      file.modified_seconds >= entry.modified
    else {
      close(descriptor)
      return (nil, hasLinks)
    }
    let found = FileEntry(root, key: [], hash: 0, route: entry.route)
    found.take(
      descriptor, file, type: type, isMapped: entry.isTypeMapped, now: wall, clock: root.clock)
    return (found, hasLinks)
  }

  /// Keeps what was compressed; where it all comes to too much, the rest is forgotten.
  func keep(_ made: StableBytes, in form: CompressedForm) {
    form.keep(made)
    guard compressedBudget.bytes > CompressedBudget.bytesMax else { return }
    forEachEntry { entry in
      entry.dropCompressed(but: form)
      for item in entry.variants?.items ?? [] { item.entry.dropCompressed(but: form) }
    }
  }
}

extension FileEntry {
  fileprivate func dropCompressed(but kept: CompressedForm) {
    for case .made(let form) in forms?.all ?? [] where form !== kept { form.drop() }
  }

  /// Takes over what was compressed of an entry that was looked up earlier, where its files have not changed since.
  func adoptCompressed(_ older: FileEntry) {
    // A change of a young file need not show in its times
    if older.isWeak { return }
    if let forms, let known = older.forms { forms.adopt(known) }
    guard let variants, let known = older.variants else { return }
    for item in variants.items {
      for other in known.items
      where other.name == item.name && !other.entry.isWeak {
        if let forms = item.entry.forms, let made = other.entry.forms { forms.adopt(made) }
      }
    }
  }

  /// Whether it can be sent in a way that the client accepts.
  func isAcceptable(to weights: CodingWeights) -> Bool {
    weights.thousandths(.identity) > 0 || forms?.hasAcceptable(for: weights) ?? false
  }
}
