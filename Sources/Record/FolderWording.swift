internal import Config
internal import Decide

// What was looked for below which folder, and what fits there. No folder and no name is made up.
extension EvidenceWording {
  // MARK: What was found

  /// `files.root is ./www (site.yaml:9:23); what was looked for below it is a/b.txt.`
  var folder: String {
    let name = SettingKey.filesRoot.name
    let place = isBuiltIn ? "built-in default, not written anywhere" : written
    let root =
      evidence.root.map { " is `\(Wording.name($0))`" } ?? " is the folder that was looked in"
    let more = trouble.map { " " + $0 } ?? ""
    guard let file = fileBelow else { return "\(name)\(root) (\(place)).\(more)" }
    var text = "\(name)\(root) (\(place)); what was looked for "
    if nameTooLong != nil {
      text += "is below it."
    } else {
      text += file.isEmpty ? "is that folder itself." : "below it is `\(file)`."
    }
    return text + more
  }

  /// What the operating system's error says of the path.
  private var trouble: String? {
    switch evidence.systemErrorName {
    case "ENAMETOOLONG": nameTooLong
    case "ELOOP": "The links on the path lead in a circle, or are more than the system follows."
    case "ENOTDIR" where ending == .fileMissing:
      "Something on the path is a file and no folder: a path that goes on behind a file, be it "
        + "with a slash alone, names nothing."
    default: nil
    }
  }

  /// The path below the rule's folder; nil where the record does not tell it.
  private var fileBelow: String? {
    guard let under = evidence.under, let path else { return nil }
    // A rule for exactly one path looks for the whole of it
    let prefix = under.hasSuffix("/") ? under.dropLast() : ""
    guard let decoded = Self.decoded(path), decoded.first == 0x2F, prefix.count < decoded.count,
      decoded.starts(with: prefix.unicodeScalars.map(\.value))
    else { return nil }
    let below = decoded.dropFirst(prefix.count + 1)
    let isPlain = below.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x60 && $0 != 0x5C }
    if isPlain { return String(String.UnicodeScalarView(below.compactMap(Unicode.Scalar.init))) }
    // What cannot be shown stays as it was sent
    return path.hasPrefix(prefix) ? Wording.shown(String(path.dropFirst(prefix.count + 1))) : nil
  }

  /// The bytes of a path without its percent-encoding; nil where it would also be put in order.
  private static func decoded(_ path: String) -> [UInt32]? {
    guard !path.contains("/."), !path.contains("//") else { return nil }
    var bytes: [UInt32] = []
    var rest = path.unicodeScalars.map(\.value)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2).compactMap(Unicode.Scalar.init)
      guard digits.count == 2,
        let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16), value != 0x2E
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return bytes
  }

  /// Bytes of the longest name on the path, where the file system said that it is too long.
  var nameTooLong: String? {
    guard evidence.systemErrorName == "ENAMETOOLONG", let path, let bytes = Self.decoded(path)
    else { return nil }
    let longest = bytes.split(separator: 0x2F).map(\.count).max() ?? 0
    if longest > Self.nameBytesMax {
      return "A name on the path has \(longest) bytes, and the file system takes at most "
        + "\(Self.nameBytesMax)."
    }
    return "The path has \(bytes.count) bytes, which is longer than the file system takes."
  }

  /// NAME_MAX of Linux.
  private static let nameBytesMax = 255

  // MARK: Links

  /// The kernel found that a link leads out of the root.
  var isLinkOut: Bool { evidence.systemErrorName == "EXDEV" }

  var linkOut: String {
    let place = isBuiltIn ? "built-in default, not written anywhere" : written
    return "files.links lets links lead to what is in the root, and this one leads out of it, or "
      + "its target is an absolute path (\(place))."
  }

  var changeOfLinkOut: String {
    "To serve what it points to, move that into the root and link to it by a relative path. No "
      + "value of `links` lets a link lead out."
  }

  // MARK: What to change

  /// What fits where a folder, or what stands in it, decided.
  var changeOfFolder: String {
    let root = evidence.root.map { "`\(Wording.name($0))`" } ?? "the folder that `root` names"
    let place = isBuiltIn ? "" : ", at \(written)"
    switch ending {
    case .fileMissing, .none: return changeOfMissing(root, place)
    case .parentMissing:
      return "To store something here, make the folder first that the path names, below "
        + "\(root)\(place)."
    case .linkLeavesRoot:
      return "To serve something here, put a file in the place of the link, below "
        + "\(root)\(place)."
    case .unreadable, .fileOpenFailed, .listingFailed:
      return "To serve it, give the server's user the right to read it, and to enter the folders "
        + "on the way, below \(root)\(place)."
    case .notRegularFile:
      return "To serve something here, put a file or a folder in its place, below \(root)\(place)."
    case .writeRefused where nameTooLong != nil:
      return "To store it, use a shorter name; no setting and no right makes room for this one."
    case .writeRefused:
      return "To let it be changed, give the server's user the right to write in the folder of the "
        + "file, below \(root)\(place)."
    case .storageFull:
      return "To store it, make room on the file system that has \(root)\(place)."
    case .collectionNotEmpty: return "To delete the folder, delete first what is in it."
    case .creationOnly:
      return "To store it, use another name, or delete first the folder, or what else it is, that "
        + "has come to stand at this one."
    case .documentNotJSON: return "To patch the document, replace it by one that is JSON."
    case .documentTooLarge, .patchInapplicable:
      return "To change the document, send the whole of it with PUT, or less at once; no setting "
        + "moves this limit."
    default:
      return "To have it done, see what the operating system says of the disk that has "
        + "\(root)\(place)."
    }
  }

  private func changeOfMissing(_ root: String, _ place: String) -> String {
    if nameTooLong != nil {
      return "To have something answer, use a shorter name: nothing can be stored under this one."
    }
    var text = "To answer here, put "
    if evidence.systemErrorName == "ENOTDIR" {
      text += "a folder in the place of the file that is in the way"
    } else if let file = fileBelow, !file.isEmpty {
      let isFolder = file.hasSuffix("/")
      text += isFolder ? "the folder `\(file)` with an index file" : "`\(file)`"
    } else {
      text += "what is asked for"
    }
    text += evidence.systemErrorName == "ENOTDIR" ? ", below \(root)" : " into \(root)"
    if !isBuiltIn, !isOnCommandLine {
      text += ", or correct the `root` at \(written) if another folder is meant"
    }
    if let under = evidence.under, !under.hasSuffix("/"), !under.contains("{") {
      let rule = evidence.rule.map { " in the rule at \(Wording.name($0))" } ?? ""
      text += ". For the files below this path write `path: \(Wording.shown(under))/`\(rule)"
    }
    return text + "."
  }
}
